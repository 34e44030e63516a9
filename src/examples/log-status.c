/* Reports the status of a measure, as the state whose store it is, in one commit.
 *
 *   cc log-status.c $(pkg-config --cflags --libs qorgan) -o log-status
 *   ./log-status STORE IDENTITY CYB-01-M1 in-progress 40 "The team is trained."
 *
 * All is validated first: a word that there is not, or a measure, writes nothing. */
#include <stdio.h>

#include <qorgan/object.h>

/* Fields are set as texts, as they stand in options of the program and in a CSV. */
static int status_write(struct qorgan_store *store, char **words, struct qorgan_error *error)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit commit = { 0 };
	int code = qorgan_change_begin(store, NULL, "Reported by log-status", &change, error);

	if (!code)
		code = qorgan_change_status(change, words[0], NULL, words[1], NULL, error);
	if (!code)
		code = qorgan_change_set(change, "progress", words[2], error);
	if (!code)
		code = qorgan_change_set(change, "note.en", words[3], error);
	if (!code)
		code = qorgan_change_commit(change, &commit, error);
	if (!code && commit.number)
		printf("commit %llu\n", (unsigned long long)commit.number);
	else if (!code)
		printf("nothing differs from the report before\n");
	if (!code && commit.warning)
		fprintf(stderr, "log-status: %s\n", commit.warning);
	qorgan_change_free(change);
	return code;
}

int main(int argc, char **argv)
{
	struct qorgan_keys keys = { .identity = argc > 2 ? argv[2] : NULL };
	struct qorgan_store *store = NULL;
	struct qorgan_error error;

	if (argc != 7) {
		fprintf(stderr, "usage: log-status STORE IDENTITY MEASURE WORD PROGRESS NOTE\n");
		return QORGAN_USAGE;
	}
	int code = qorgan_store_open(argv[1], &keys, 0, &store, &error);
	if (!code)
		code = status_write(store, argv + 3, &error);
	if (code)
		fprintf(stderr, "log-status: %s\n", error.message);
	qorgan_store_close(store);
	return code;
}
