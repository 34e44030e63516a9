/* What an engine behind engine.h implements. engine.c checks arguments, order
 * and bounds once for all of them; a driver only stores and finds. */
#ifndef ENGINE_ENGINE_DRIVER_H
#define ENGINE_ENGINE_DRIVER_H

#include <string.h>
#include <sys/types.h>

#include "engine/engine.h"

#define ENGINE_KEY_MOST 64
#define ENGINE_VALUE_MOST ((size_t)16 << 20)

/* Drivers put these first in their own structures. */
struct engine {
	const struct engine_driver *driver;
	pid_t process; /* that opened it: after a fork the child must not use it */
	bool read_only;
	bool writer_locked;
};

struct engine_txn {
	struct engine *engine;
	const struct engine_driver *driver;
	bool write;
	bool failed; /* a change did not succeed: there is nothing to commit */
	struct qorgan_error *over; /* see engine_over; NULL: it is not */
};

struct engine_key {
	size_t size;
	char data[ENGINE_KEY_MOST];
};

struct engine_range {
	const struct engine_driver *driver;
	bool reverse;
	bool started, ended;
	struct engine_key low, high; /* size 0: that side is open */
	struct engine_key last;      /* the key given out before */
};

enum engine_put_how {
	ENGINE_PUT_SET,   /* there may be another value, which goes */
	ENGINE_PUT_ADD,   /* there is none */
	ENGINE_PUT_APPEND /* nor is any greater key in the table */
};

/* Every function is called with arguments that engine.c has checked: a table
 * that exists, a key of 1 to 64 bytes, a value within its limit, a write only
 * within a write transaction, a range with `low` below `high`. */
struct engine_driver {
	bool holds_all; /* see engine_holds_all */
	void (*close)(struct engine *engine);
	int (*lock_writer)(struct engine *engine, bool wait, struct qorgan_error *error);
	void (*unlock_writer)(struct engine *engine);
	bool (*is_current)(struct engine *engine);
	/* Or NULL: all that can be done is to look again. */
	int (*wait)(struct engine *engine, unsigned milliseconds, bool *changed, struct qorgan_error *error);
	int (*begin)(struct engine *engine, bool write, struct engine_txn **txn, struct qorgan_error *error);
	/* Of engine_begin_read_within; or NULL: it is any read. */
	int (*begin_within)(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error);
	int (*commit)(struct engine_txn *txn, struct qorgan_error *error);
	void (*abort)(struct engine_txn *txn);
	int (*get)(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
	           struct qorgan_error *error);
	/* Or NULL: it is a get. */
	int (*get_own)(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
	               struct qorgan_error *error);
	/* Hints; or NULL. Without a transaction it is of the next lock_writer's. */
	void (*expect)(struct engine *engine, struct engine_txn *txn, unsigned table, struct span low, struct span high);
	void (*expect_object)(struct engine *engine, struct engine_txn *txn, struct span key);
	int (*put)(struct engine_txn *txn, unsigned table, struct span key, struct span value, enum engine_put_how how,
	           struct qorgan_error *error);
	int (*relieve)(struct engine_txn *txn, struct qorgan_error *error); /* or NULL */
	int (*remove)(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error);
	/* Allocates the range; engine.c then fills in the common part. */
	int (*range_open)(struct engine_txn *txn, unsigned table, struct engine_range **range,
	                  struct qorgan_error *error);
	/* The first entry at or after `low`, or the last one before `high`. It
	 * need not look at the far bound. */
	int (*range_first)(struct engine_range *range, struct span *key, struct span *value,
	                   struct qorgan_error *error);
	/* The entry after (or before) the last one. */
	int (*range_step)(struct engine_range *range, struct span *key, struct span *value,
	                  struct qorgan_error *error);
	void (*range_close)(struct engine_range *range);
	int (*count)(struct engine_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error);
	int (*sizes)(struct engine_txn *txn, struct engine_sizes *sizes, struct qorgan_error *error);
	/* *readers is zeroed. */
	int (*readers)(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error);
	int (*check)(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
	             struct qorgan_error *error);
	int (*locate)(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error);
};

/* engine_key_compare(a, b): by unsigned bytes, a prefix before what it begins. */
static inline int engine_key_compare(const void *a, size_t a_size, const void *b, size_t b_size)
{
	int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

	return order ? order : (a_size > b_size) - (a_size < b_size);
}

/* engine_table_title(table, title): what messages call a table. */
#define ENGINE_TITLE_SIZE 24
void engine_table_title(unsigned table, char title[ENGINE_TITLE_SIZE]);

/* engine_guard_stop(): write the guard's line and end the process with 74. */
void engine_guard_stop(void) __attribute__((noreturn));

/* Not 0 while this thread is within the database's code, where any fault of
 * memory is damage, as a wrong page may lead anywhere. */
extern _Thread_local volatile unsigned engine_guard_within __attribute__((tls_model("initial-exec")));

/* ENGINE_GUARDED(call): the result of a call into the database's code. */
#define ENGINE_GUARDED(call) \
	({ \
		engine_guard_within = engine_guard_within + 1; \
		__typeof__(call) guarded_result = (call); \
		engine_guard_within = engine_guard_within - 1; \
		guarded_result; \
	})

#endif
