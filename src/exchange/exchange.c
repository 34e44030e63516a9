/* The exchange through a courier's folder: one run at a time, first in, then out. */
#include "exchange/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

void exchange_tell(struct exchanging *x, enum qorgan_exchanged what, const char *path, const char *partner,
                   const char *text)
{
	const struct qorgan_exchange_event event = { .what = what, .path = path, .partner = partner, .text = text };

	if (x->how->event)
		x->how->event(x->how->context, &event);
}

int exchange_fail(struct exchanging *x, const char *path, const char *partner, int code,
                  const struct qorgan_error *error)
{
	const struct qorgan_exchange_event event = {
		.what = QORGAN_EXCHANGED_FAILED, .path = path, .partner = partner, .code = code, .text = error->message
	};

	if (code == QORGAN_INTERRUPTED)
		return code;
	if (!x->first) {
		x->first = code;
		x->first_error = *error;
	}
	if (x->how->event)
		x->how->event(x->how->context, &event);
	return QORGAN_OK;
}

/* One exchange of a store at a time: the lock lies on its folder, and goes with the
 * process. Changes lock the store itself for a moment each; this is for the files. Of a
 * store on a server it lies on the folder of the exchange, in which those files are. */
static int lock_take(struct qorgan_store *store, const char *folder, int *lock, struct qorgan_error *error)
{
	static const char waiting[] = "waiting for another exchange of this store";
	struct timespec pause = { 0, 1000000 };

	if (!qorgan_store_is_on_server(qorgan_store_path(store)))
		folder = qorgan_store_path(store);
	*lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*lock < 0)
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot read the folder %s", folder);
	while (flock(*lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_set_system(error, QORGAN_IO, "cannot lock %s", folder);
		if (vault_progress(store, waiting, 0, 0))
			return error_set(error, QORGAN_INTERRUPTED, "stopped while %s", waiting);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 100000000)
			pause.tv_nsec *= 2;
	}
	return QORGAN_OK;
}

static int exchange_check(const struct qorgan_exchange *exchange, struct qorgan_error *error)
{
	if (!exchange->receive && !exchange->send)
		return error_set(error, QORGAN_USAGE, "an exchange receives, sends, or does both");
	if (exchange->to && !exchange->send)
		return error_set(error, QORGAN_USAGE, "to whom to write says nothing where nothing is written");
	if (exchange->max_size && exchange->max_size < QORGAN_PART_LEAST)
		return error_set(error, QORGAN_USAGE, "a file of an exchange has at least %d bytes", QORGAN_PART_LEAST);
	return QORGAN_OK;
}

int qorgan_exchange(struct qorgan_store *store, const struct qorgan_exchange *exchange, struct qorgan_error *error)
{
	struct exchanging x = { .store = store, .how = exchange };
	int lock = -1, code = exchange_check(exchange, error);

	if (!code && !exchange->dry_run)
		code = lock_take(store, exchange->folder, &lock, error);
	if (!code && exchange->receive)
		code = exchange_receive(&x, error);
	if (!code && exchange->send)
		code = exchange_send(&x, error);
	if (lock >= 0)
		close(lock);
	if (!code && x.first && error)
		*error = x.first_error;
	return code ? code : x.first;
}
