/* Parity beside a backup, so that a few rotten sectors can be mended: FILE.par2, made and read
 * by the program par2 (PAR 2.0, Reed-Solomon), which is no part of this one and is run without a
 * shell. It covers the file and its signature. It proves nothing: what it mended is right if
 * the signature says so. */
#ifndef STORE_PARITY_H
#define STORE_PARITY_H

#include "base/error.h"

#define PARITY_ENDING ".par2"

/* parity_check(file, error): whether parity can be made for a file of that name: QORGAN_ABSENT if the
 * program is not installed, QORGAN_USAGE if it does not take the name. */
int parity_check(const char *file, struct qorgan_error *error);

/* parity_make(file, percent, error): FILE.par2, which takes about so much of the file's size; it
 * appears whole or not at all. */
int parity_make(const char *file, unsigned percent, struct qorgan_error *error);

/* parity_forget(file, error): remove FILE.par2, which would not be of the file any more. */
int parity_forget(const char *file, struct qorgan_error *error);

/* parity_look(file, found, error): what the parity beside a file says of it. */
enum parity {
	PARITY_NONE,     /* there is none */
	PARITY_UNASKED,  /* there is, but the program is not installed */
	PARITY_WHOLE,    /* the file is as it was */
	PARITY_WORN,     /* it is, and a part of the parity is not: it mends less than it did */
	PARITY_MENDABLE,
	PARITY_LOST      /* file or parity is damaged too much, or it is of another file */
};
int parity_look(const char *file, enum parity *found, struct qorgan_error *error);

/* parity_mend(file, folder, error): the file and its signature as they were, into an empty folder,
 * under their names. What lies there is not changed. QORGAN_BAD_DATA if it cannot be. */
int parity_mend(const char *file, const char *folder, struct qorgan_error *error);

/* parity_folder_remove(folder): with all files in it. */
void parity_folder_remove(const char *folder);

#endif
