/* What is said of an object that was forgotten, and the list of all. */
#include "register/forgotten.h"


#include "base/language.h"
#include "qorgan/forget.h"
#include "register/listing_parts.h"
#include "store/forget.h"

int forgotten_resolve(struct vault_view *view, const char *kind, const char *id, const char *owner, bool own,
                      const struct schema **schema, struct vault_record *record, struct qorgan_error *error)
{
	int code = object_resolve_owned(view, kind, id, owner, own, schema, record, error);

	if (code != QORGAN_ABSENT)
		return code;
	bool before = vault_view_show_absent(view, true);
	int again = object_resolve_owned(view, kind, id, owner, own, schema, record, NULL);
	vault_view_show_absent(view, before);
	return again ? code : QORGAN_OK;
}

int forgotten_words(struct vault_view *view, const struct vault_record *record, struct buffer *to,
                    struct qorgan_error *error)
{
	struct forgetting forgetting;
	bool before = vault_view_show_absent(view, false);
	int code = forgetting_of(view, record, &forgetting, error);

	vault_view_show_absent(view, before);
	if (!code)
		buffer_append_format(to, language_said("%.10s by %s: %s"), forgetting.time, forgetting.user,
		                     buffer_text(&forgetting.reason));
	else if (code == QORGAN_ABSENT)
		buffer_append_text(to, language_said("nothing on record says why: run qorgan verify"));
	buffer_free(&forgetting.reason);
	if (code == QORGAN_ABSENT)
		code = QORGAN_OK;
	return !code && to->failed ? error_set_memory(error) : code;
}

int forgotten_refuse(struct vault_view *view, const struct vault_record *record, struct qorgan_error *error)
{
	const struct record *version = &record->record;
	struct buffer words = { 0 };
	int code = forgotten_words(view, record, &words, error);

	if (!code)
		code = error_set(error, QORGAN_ABSENT, "%.*s %.*s version %u was forgotten, %s; that it was there, qorgan log tells",
		                 (int)version->kind.size, version->kind.data, (int)version->id.size, version->id.data,
		                 version->version, buffer_text(&words));
	buffer_free(&words);
	return code;
}

/* ---- The list ------------------------------------------------------------------------ */

struct listing_forgotten {
	qorgan_forgetting_row row;
	void *context;
};

static int files_tell(const struct listing_forgotten *listing, struct qorgan_forgetting row, struct span files)
{
	char id[RECORD_ID_LIMIT];
	struct reader reader;
	struct span element;
	int code = QORGAN_OK;

	row.kind = "evidence";
	row.id = id;
	row.owner = "";
	row.version = 0;
	if (!files.data || !reader_open(files, &reader))
		return QORGAN_OK;
	while (!code && reader_element(&reader, &element)) {
		if (element.size < 2)
			continue;
		span_copy_into((struct span){ element.data + 1, element.size - 2 }, id, sizeof id);
		code = listing->row(listing->context, &row);
	}
	return code;
}

static int forgetting_tell(void *context, const struct forgetting *forgetting, struct qorgan_error *error)
{
	const struct listing_forgotten *listing = context;
	struct qorgan_forgetting row = { .time = forgetting->time, .user = forgetting->user,
		                             .reason = buffer_text(&forgetting->reason),
		                             .endorsed = forgetting->endorsement == ENDORSEMENT_GOOD };
	struct forgotten_version version;
	struct reader reader;
	bool whole = true;
	int code = QORGAN_OK;

	(void)error;
	if (forgetting->versions.data && reader_open(forgetting->versions, &reader))
		while (!code && forgotten_next(&reader, &version, &whole)) {
			row.kind = version.kind;
			row.id = version.id;
			row.owner = version.owner;
			row.version = version.version;
			code = listing->row(listing->context, &row);
		}
	return code ? code : files_tell(listing, row, forgetting->files);
}

int qorgan_forgettings(struct qorgan_store *store, qorgan_forgetting_row row, void *context, struct qorgan_error *error)
{
	struct listing_forgotten listing = { row, context };
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = forgettings_each(view, forgetting_tell, &listing, error);
	vault_view_end(view);
	return code;
}
