/* Listings: chosen, sorted, told row by row.
 *
 * Rows can be told only once it is known that none comes before them. So a
 * listing gathers a key for each row and, up to a bound, the row itself. If all
 * rows are within the bound, one scan is enough. Of those beyond it only the key
 * and the place are kept, and the row is made again: in a second scan if most
 * are such and they were created in the order wanted, as is usual, else one by
 * one. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "register/listing_parts.h"

#define NOT_KEPT UINT32_MAX
#define PLACE_NUMBERS (((uint64_t)1 << 56) - 1)
#define LISTING_ENOUGH INT_MIN        /* stops a scan: the limit is reached */

size_t listing_rows_limit = (size_t)64 << 20;

/* A row that is wanted. Its key lies in `keys` and its text, if it is kept, in
 * `rows`, each behind its size. */
struct entry {
	uint64_t number : 56, shard : 8; /* its place */
	uint32_t key, row;
};

struct listing {
	struct qorgan_store *store;
	struct vault_view *view;
	const struct schema *schema;
	const struct qorgan_listing *asked;
	qorgan_list_row row;
	void *context;

	struct filters *filters;
	struct columns columns, sort;
	struct computed computed;
	struct pick pick;
	const char **cells;

	/* The record looked at. */
	struct span values[PICK_LIMIT];
	struct computed_values results;
	struct buffer text; /* of its row */
	struct buffer scratch, key;

	struct entry *entries;
	size_t count, capacity;
	struct buffer keys, rows;
	size_t kept;    /* the first entries, whose rows are kept */
	bool ascending; /* the order of creation is the one wanted */
	uint64_t looked, total, told, next;
};

/* ---- One record ------------------------------------------------------------------ */

/* Looks at a record; whether it is wanted. */
static int look(struct listing *listing, const struct record *record, bool *wanted, struct qorgan_error *error)
{
	reader_pick(record->body, listing->pick.names, listing->values, listing->pick.count);
	int code = computed_of(&listing->computed, record, listing->values, &listing->results, error);
	*wanted = !code && filters_match(listing->filters, record, listing->values, &listing->results);
	return code;
}

static void write_json(const struct listing *listing, const struct record *record, struct buffer *to)
{
	/* Kind, id and names of fields have no characters that JSON escapes. */
	buffer_reserve(to, record->body.size + record->id.size + 256);
	buffer_append(to, "{\"kind\":\"", 9);
	buffer_append_span(to, record->kind);
	buffer_append(to, "\",\"id\":\"", 8);
	buffer_append_span(to, record->id);
	buffer_append(to, "\",\"version\":", 12);
	buffer_append_integer(to, record->version);
	computed_members(listing->schema, &listing->results, to);
	if (record->body.size > 2) {
		buffer_append_char(to, ',');
		buffer_append(to, record->body.data + 1, record->body.size - 1);
	} else {
		buffer_append_char(to, '}');
	}
}

/* Appends the row of the record looked at: JSON, or cells each with a zero behind it. */
static int write_row(const struct listing *listing, const struct record *record, struct buffer *to,
                     struct qorgan_error *error)
{
	const struct column_view sight = { record, listing->values, &listing->results, vault_languages(listing->store), NULL,
		                              listing->asked->data };

	if (listing->asked->json) {
		write_json(listing, record, to);
	} else {
		for (size_t i = 0; i < listing->columns.count; i++) {
			column_write(&listing->columns.items[i], &sight, to);
			buffer_append_char(to, '\0');
		}
	}
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

static int tell_row(struct listing *listing, const char *text, size_t size)
{
	struct qorgan_row row = { 0 };

	if (listing->asked->json) {
		row.json = text;
		row.json_size = size;
	} else {
		row.count = listing->columns.count;
		row.cells = listing->cells;
		for (size_t i = 0; i < row.count; i++) {
			listing->cells[i] = text;
			text += strlen(text) + 1;
		}
	}
	int code = listing->row(listing->context, &row);
	if (!code && ++listing->told == listing->asked->limit)
		code = LISTING_ENOUGH;
	return code;
}

static int advance(struct listing *listing, struct qorgan_error *error)
{
	int code = vault_progress(listing->store, "listing", ++listing->looked, listing->total);

	return code ? error_set(error, code, "the listing was stopped") : QORGAN_OK;
}

static int tell_record(struct listing *listing, const struct record *record, struct qorgan_error *error)
{
	buffer_clear(&listing->text);
	int code = write_row(listing, record, &listing->text, error);

	return code ? code : tell_row(listing, listing->text.data, listing->text.size);
}

/* ---- In the order of creation ----------------------------------------------------- */

static int stream_record(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct listing *listing = context;
	bool wanted;
	int code = advance(listing, error);

	if (!code)
		code = look(listing, &record->record, &wanted, error);
	return code || !wanted ? code : tell_record(listing, &record->record, error);
}

/* ---- Gathering ----------------------------------------------------------------------- */

static struct span sized_at(const struct buffer *buffer, uint32_t at)
{
	uint32_t size;

	memcpy(&size, buffer->data + at, sizeof size);
	return (struct span){ buffer->data + at + sizeof size, size };
}

/* Appends a size and that many bytes; false if offsets do not reach so far. */
static bool append_sized(struct buffer *to, struct span bytes, uint32_t *at)
{
	uint32_t size = (uint32_t)bytes.size;

	if (to->size > UINT32_MAX - sizeof size || bytes.size > UINT32_MAX)
		return false;
	*at = (uint32_t)to->size;
	buffer_append(to, &size, sizeof size);
	buffer_append_span(to, bytes);
	return !to->failed;
}

static int compare_keys(struct span a, struct span b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static bool entry_reserve(struct listing *listing)
{
	if (listing->count < listing->capacity)
		return true;
	size_t capacity = listing->capacity ? listing->capacity * 2 : 1024;
	struct entry *entries = reallocarray(listing->entries, capacity, sizeof *entries);
	if (!entries)
		return false;
	listing->entries = entries;
	listing->capacity = capacity;
	return true;
}

/* Keeps the row, if there is room. */
static int gather_row(struct listing *listing, const struct record *record, struct entry *entry,
                      struct qorgan_error *error)
{
	struct buffer *rows = &listing->rows;
	size_t start = rows->size;
	uint32_t size = 0;

	buffer_append(rows, &size, sizeof size);
	int code = write_row(listing, record, rows, error);
	if (code)
		return code;
	if (rows->size > listing_rows_limit) {
		rows->size = start;
		return QORGAN_OK;
	}
	size = (uint32_t)(rows->size - start - sizeof size);
	memcpy(rows->data + start, &size, sizeof size);
	entry->row = (uint32_t)start;
	listing->kept++;
	return QORGAN_OK;
}

static int gather_record(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct listing *listing = context;
	const struct column_view sight = { &record->record, listing->values, &listing->results,
		                               vault_languages(listing->store), NULL, listing->asked->data };
	struct entry entry = { .number = record->place.number & PLACE_NUMBERS, .shard = record->place.shard,
		                   .row = NOT_KEPT };
	bool wanted;
	int code = advance(listing, error);

	if (!code)
		code = look(listing, &record->record, &wanted, error);
	if (code || !wanted)
		return code;
	buffer_clear(&listing->key);
	for (size_t i = 0; i < listing->sort.count; i++)
		column_key(&listing->sort.items[i], &sight, &listing->scratch, &listing->key);
	if (listing->scratch.failed || listing->key.failed || !entry_reserve(listing) ||
	    !append_sized(&listing->keys, buffer_span(&listing->key), &entry.key))
		return error_set_memory(error);
	if (listing->ascending && listing->count > 0)
		listing->ascending = compare_keys(sized_at(&listing->keys, listing->entries[listing->count - 1].key),
		                                  buffer_span(&listing->key)) <= 0;
	if (listing->kept == listing->count)
		code = gather_row(listing, &record->record, &entry, error);
	listing->entries[listing->count++] = entry;
	return code;
}

/* ---- Telling what was gathered ------------------------------------------------------- */

static int compare_entries(const void *a, const void *b, void *context)
{
	const struct listing *listing = context;
	const struct entry *left = a, *right = b;
	int order = compare_keys(sized_at(&listing->keys, left->key), sized_at(&listing->keys, right->key));

	/* The store's own before those of other states, as a scan meets them. */
	if (!order)
		order = (left->shard > right->shard) - (left->shard < right->shard);
	return order ? order : (left->number > right->number) - (left->number < right->number);
}

static int tell_kept(struct listing *listing, const struct entry *entry)
{
	struct span row = sized_at(&listing->rows, entry->row);

	return tell_row(listing, row.data, row.size);
}

static int tell_again(struct listing *listing, const struct record *record, struct qorgan_error *error)
{
	bool wanted;
	int code = look(listing, record, &wanted, error);

	return code ? code : tell_record(listing, record, error);
}

/* The second scan meets the wanted ones in the order of the entries. */
static int tell_scanned(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct listing *listing = context;

	if (listing->next == listing->count)
		return LISTING_ENOUGH;
	const struct entry *entry = &listing->entries[listing->next];
	if (record->place.number != entry->number || record->place.shard != entry->shard)
		return QORGAN_OK;
	listing->next++;
	return tell_again(listing, &record->record, error);
}

static int tell_by_scan(struct listing *listing, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (; listing->next < listing->kept && !code; listing->next++)
		code = tell_kept(listing, &listing->entries[listing->next]);
	return code ? code : objects_scan(listing->view, listing->schema, tell_scanned, listing, error);
}

static int tell_one_by_one(struct listing *listing, struct qorgan_error *error)
{
	bool is_commit = listing->schema->id_form == SCHEMA_ID_NUMBER;
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	for (size_t i = 0; i < listing->count && !code; i++) {
		struct vault_place place = { .shard = listing->entries[i].shard, .number = listing->entries[i].number };
		if (listing->entries[i].row != NOT_KEPT) {
			code = tell_kept(listing, &listing->entries[i]);
			continue;
		}
		code = is_commit ? vault_get_commit(listing->view, place.number, &record, error)
		                 : vault_get_place(listing->view, &place, 0, &record, error);
		if (!code)
			code = tell_again(listing, &record.record, error);
	}
	vault_record_free(&record);
	return code;
}

static int tell_gathered(struct listing *listing, struct qorgan_error *error)
{
	if (listing->ascending && listing->kept < listing->count / 2)
		return tell_by_scan(listing, error);
	if (!listing->ascending)
		qsort_r(listing->entries, listing->count, sizeof *listing->entries, compare_entries, listing);
	return tell_one_by_one(listing, error);
}

/* ---- The whole -------------------------------------------------------------------------- */

static int prepare_pick(struct listing *listing, struct qorgan_error *error)
{
	unsigned wanted = listing->asked->json ? computed_all(listing->schema) : 0;
	bool fits = (listing->asked->json || columns_need(&listing->columns, &listing->pick, &wanted)) &&
	            columns_need(&listing->sort, &listing->pick, &wanted) &&
	            filters_need(listing->filters, &listing->pick, &wanted);
	int code = computed_open(&listing->computed, listing->store, listing->view, listing->schema, wanted, true, error);

	if (code)
		return code;
	if (!fits || !computed_need(&listing->computed, &listing->pick))
		return error_set(error, QORGAN_USAGE, "too many fields are needed at once");
	columns_settle(&listing->columns, &listing->pick);
	columns_settle(&listing->sort, &listing->pick);
	filters_settle(listing->filters, &listing->pick);
	computed_settle(&listing->computed, &listing->pick);
	return QORGAN_OK;
}

static int prepare(struct listing *listing, bool streams, struct qorgan_error *error)
{
	const struct qorgan_listing *asked = listing->asked;
	int code = columns_parse(listing->schema, asked->columns, false, &listing->columns, error);

	if (!code && !streams)
		code = columns_parse(listing->schema, asked->sort, true, &listing->sort, error);
	if (!code)
		code = filters_make(listing->view, listing->schema, asked->filters, asked->filter_count, NULL,
		                    &listing->filters, error);
	if (!code)
		code = prepare_pick(listing, error);
	if (code)
		return code;
	listing->cells = calloc(listing->columns.count, sizeof *listing->cells);
	return listing->cells ? QORGAN_OK : error_set_memory(error);
}

static int tell_head(const struct listing *listing, qorgan_list_head head, struct qorgan_error *error)
{
	struct qorgan_column *columns = calloc(listing->columns.count, sizeof *columns);

	if (!columns)
		return error_set_memory(error);
	for (size_t i = 0; i < listing->columns.count; i++)
		columns[i] = listing->columns.items[i].shown;
	int code = head(listing->context, columns, listing->columns.count);
	free(columns);
	return code;
}

static void listing_free(struct listing *listing)
{
	computed_close(&listing->computed);
	filters_free(listing->filters);
	columns_free(&listing->columns);
	columns_free(&listing->sort);
	vault_view_end(listing->view);
	free(listing->cells);
	free(listing->entries);
	buffer_free(&listing->text);
	buffer_free(&listing->scratch);
	buffer_free(&listing->key);
	buffer_free(&listing->keys);
	buffer_free(&listing->rows);
}

int qorgan_list(struct qorgan_store *store, const struct qorgan_listing *asked, qorgan_list_head head,
                qorgan_list_row row, void *context, struct qorgan_error *error)
{
	struct listing listing = { .store = store, .asked = asked, .row = row, .context = context, .ascending = true };
	bool streams = asked->sort && strcmp(asked->sort, "created") == 0;
	int code;

	listing.schema = object_schema(asked->kind, error);
	if (!listing.schema)
		return QORGAN_USAGE;
	code = vault_view_begin(store, &listing.view, error);
	if (!code)
		code = prepare(&listing, streams, error);
	if (!code)
		listing.total = vault_view_heads(listing.view, listing.schema);
	if (!code && head)
		code = tell_head(&listing, head, error);
	if (!code)
		code = objects_scan(listing.view, listing.schema, streams ? stream_record : gather_record, &listing, error);
	if (!code && !streams)
		code = tell_gathered(&listing, error);
	listing_free(&listing);
	return code == LISTING_ENOUGH ? QORGAN_OK : code;
}
