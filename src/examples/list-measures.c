/* Lists the measures of a store that are not completed: id, lead state, due date, title.
 *
 *   cc list-measures.c $(pkg-config --cflags --libs qorgan) -o list-measures
 *   ./list-measures STORE IDENTITY
 *
 * IDENTITY is a file of age that opens the store. */
#include <stdio.h>

#include <qorgan/object.h>

/* Told each row; any value but 0 would end the listing. The cells are those of `columns` below. */
static int row_print(void *context, const struct qorgan_row *row)
{
	(void)context;
	for (size_t i = 0; i < row->count; i++)
		printf("%s%s", i ? "\t" : "", row->cells[i]);
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	struct qorgan_keys keys = { .identity = argc > 2 ? argv[2] : NULL };
	struct qorgan_filter filters[] = { { "status", "planned,in-progress,on-hold" } };
	struct qorgan_listing listing = {
		.kind = "measure",
		.filters = filters,
		.filter_count = 1,
		.columns = "id,lead,due,title",
		.sort = "due",
	};
	struct qorgan_store *store = NULL;
	struct qorgan_error error;

	if (argc != 3) {
		fprintf(stderr, "usage: list-measures STORE IDENTITY\n");
		return QORGAN_USAGE;
	}
	int code = qorgan_store_open(argv[1], &keys, QORGAN_READ_ONLY, &store, &error);
	if (!code)
		code = qorgan_list(store, &listing, NULL, row_print, NULL, &error);
	if (code)
		fprintf(stderr, "list-measures: %s\n", error.message);
	qorgan_store_close(store);
	return code;
}
