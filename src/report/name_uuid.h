/* UUIDs that stay: of one thing in one store's log always the same. */
#ifndef REPORT_NAME_UUID_H
#define REPORT_NAME_UUID_H

#define NAME_UUID_SIZE 37

/* name_uuid(origin, kind, name, text): write the UUID of that thing, in `text`, which is
 * returned: 122 bits of the BLAKE2b of all three, in the form of a version 4 (RFC 9562).
 * Version 8, which is for such, is refused by OSCAL; version 5 asks for SHA-1. */
const char *name_uuid(const char *origin, const char *kind, const char *name, char text[NAME_UUID_SIZE]);

#endif
