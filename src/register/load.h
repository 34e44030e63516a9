/* Loading from what is no file of its own: a stream that comes with the program itself,
 * the rows of a spreadsheet. */
#ifndef REGISTER_LOAD_H
#define REGISTER_LOAD_H

#include <stdio.h>

#include "qorgan/object.h"
#include "record/input.h"
#include "register/world.h"

/* load_stream(store, stream, name, message, error): the objects of one stream as the
 * first commit of a new store, with its first user; any fault is an error. */
int load_stream(struct qorgan_store *store, FILE *stream, const char *name, const char *message,
                struct qorgan_error *error);

/* load_objects(store, load, source, context, result, error): as qorgan_load, of the objects that
 * the source hands to the handler; the texts it gives as `file` outlive the call. What it tells the
 * handler as a fault is told on, and nothing is written. */
typedef int (*load_source)(void *context, struct world *world, const struct input_handler *handler,
                           struct qorgan_error *error);
int load_objects(struct qorgan_store *store, const struct qorgan_load *load, load_source source, void *context,
                 struct qorgan_commit *result, struct qorgan_error *error);

#endif
