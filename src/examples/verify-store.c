/* Verifies a store from its first commit on; ends with 1 if anything is wrong with it.
 *
 *   cc verify-store.c $(pkg-config --cflags --libs qorgan) -o verify-store
 *   ./verify-store STORE IDENTITY
 *
 * Each finding says what is wrong, of which object, and what to do now. */
#include <stdio.h>

#include <qorgan/store.h>

static void finding_print(void *context, const char *what, const char *object, const char *advice)
{
	(void)context;
	printf("%s%s%s: %s\n", object, *object ? ": " : "", what, advice);
}

int main(int argc, char **argv)
{
	struct qorgan_keys keys = { .identity = argc > 2 ? argv[2] : NULL };
	struct qorgan_verification result;
	struct qorgan_store *store = NULL;
	struct qorgan_error error;

	if (argc != 3) {
		fprintf(stderr, "usage: verify-store STORE IDENTITY\n");
		return QORGAN_USAGE;
	}
	/* A damaged file makes the database fault: this ends the program with a line that says so. */
	qorgan_guard();
	int code = qorgan_store_open(argv[1], &keys, QORGAN_READ_ONLY | QORGAN_INSPECT, &store, &error);
	if (!code)
		code = qorgan_verify(store, finding_print, NULL, &result, &error);
	if (code == QORGAN_OK || code == QORGAN_NO)
		printf("%llu versions in %llu commits, %llu findings, root %s\n", (unsigned long long)result.versions,
		       (unsigned long long)result.commits, (unsigned long long)result.findings, result.root);
	else
		fprintf(stderr, "verify-store: %s\n", error.message);
	qorgan_store_close(store);
	return code;
}
