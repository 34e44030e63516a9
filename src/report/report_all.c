/* Every report in every language and format: each model is computed once in a language, and
 * rendered in all formats that show the same of it. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/memory_stream.h"
#include "record/validate.h"
#include "report/compute.h"
#include "report/frame.h"
#include "report/handout.h"
#include "report/phrases.h"
#include "report/report_all.h"
#include "report/report_formats.h"
#include "store/vault.h"

#define SUMS "SHA256SUMS"
#define INDEX "index.html"
#define LETTER "letter"
#define COLUMNS 80 /* of text, as in any file */

/* The reports, in the order of the page. */
static const struct all_kind kinds[] = {
	{ "status", REPORT_STATUS, PHRASE_TITLE_STATUS, false, NULL },
	{ "joint", REPORT_STATUS, PHRASE_JOINT_TITLE, true, NULL },
	{ "register", REPORT_REGISTER, PHRASE_TITLE_REGISTER, false, NULL },
	{ "matrix", REPORT_MATRIX, PHRASE_TITLE_MATRIX, false, NULL },
	{ "changes", REPORT_CHANGES, PHRASE_TITLE_CHANGES, false, NULL },
	{ "due", REPORT_DUE, PHRASE_TITLE_DUE, false, NULL },
	{ "summary", REPORT_SUMMARY, PHRASE_TITLE_SUMMARY, false, NULL },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

bool qorgan_report_all_is_file(const char *name)
{
	if (strcmp(name, SUMS) == 0 || strcmp(name, INDEX) == 0 || strncmp(name, LETTER ".", sizeof LETTER) == 0)
		return true;
	for (size_t i = 0; i < KINDS; i++) {
		size_t size = strlen(kinds[i].name);
		if (strncmp(name, kinds[i].name, size) == 0 && name[size] == '.')
			return true;
	}
	return all_dossiers_is_file(name);
}

/* ---- What is wanted ---------------------------------------------------------------------- */

static int want_formats(struct all_writing *writing, struct qorgan_error *error)
{
	char *list = writing->asked->formats ? strdup(writing->asked->formats) : NULL, *rest = NULL;
	int code = QORGAN_OK;

	for (size_t i = 0; i < ALL_FORMATS_MOST && qorgan_report_formats[i]; i++)
		writing->wanted[i] = !writing->asked->formats && !report_format_at(i).picture; /* html and pdf have them */
	for (char *word = list ? strtok_r(list, ",", &rest) : NULL; word && !code; word = strtok_r(NULL, ",", &rest)) {
		size_t format = 0;
		code = report_format_find(word, &format, error);
		if (!code)
			writing->wanted[format] = true;
	}
	if (writing->asked->formats && !list)
		code = error_set_memory(error);
	free(list);
	return code;
}

static int want_languages(struct all_writing *writing, struct qorgan_error *error)
{
	char *list = writing->asked->languages ? strdup(writing->asked->languages) : NULL, *rest = NULL;
	char tag[LANGUAGE_TAG_SIZE];
	int code = QORGAN_OK;

	writing->languages = language_all(&writing->language_count);
	for (size_t i = 0; i < writing->language_count; i++)
		writing->chosen[i] = !writing->asked->languages;
	for (char *word = list ? strtok_r(list, ",", &rest) : NULL; word && !code; word = strtok_r(NULL, ",", &rest)) {
		const struct language *language = language_tag_read(word, tag) ? language_find(tag) : NULL;
		for (size_t i = 0; i < writing->language_count; i++)
			writing->chosen[i] |= writing->languages[i] == language;
		if (!language)
			code = error_set(error, QORGAN_USAGE, "there are no words for reports in \"%.40s\": see qorgan help report", word);
	}
	if (writing->asked->languages && !list)
		code = error_set_memory(error);
	free(list);
	return code;
}

/* A language comes before those that the store's texts are wanted in. NULL: those alone. */
static int speak(struct all_writing *writing, const struct language *language, struct qorgan_error *error)
{
	char *list = NULL;
	int code = asprintf(&list, "%s,%s", language ? language_tag(language) : "", writing->own) < 0
	               ? error_set_memory(error)
	               : qorgan_store_set_languages(writing->store, language ? list : writing->own, error);

	free(list);
	say_in(language);
	return code;
}

bool all_is_rendered(const struct all_writing *writing, size_t format, enum report_kind kind, bool for_programs)
{
	const struct report_format about = report_format_at(format);

	return writing->wanted[format] && about.for_programs == for_programs && about.kinds & 1u << kind;
}

/* The joint report is of what other states sent: it is made for nobody else. */
static bool is_made(const struct all_writing *writing, size_t kind)
{
	return !kinds[kind].joint || !writing->asked->audience;
}

static void count_all(struct all_writing *writing)
{
	uint64_t languages = 0;

	for (size_t i = 0; i < writing->language_count; i++)
		languages += writing->chosen[i];
	writing->total = languages + 2; /* letters, the page, the sums */
	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < ALL_FORMATS_MOST && qorgan_report_formats[i] && is_made(writing, kind); i++)
			writing->total += all_is_rendered(writing, i, kinds[kind].kind, false)
			                      ? languages : all_is_rendered(writing, i, kinds[kind].kind, true);
}

/* ---- One file ------------------------------------------------------------------------------ */

static int put_file(struct all_writing *writing, const struct all_file *about, const void *data, size_t size,
                    struct qorgan_error *error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct all_file *file = arena_add(&writing->files.arena, &writing->files.list);

	if (!file)
		return error_set_memory(error);
	*file = *about;
	crypto_hash_sha256(hash, data, size);
	sodium_bin2hex(file->digest, sizeof file->digest, hash, sizeof hash);
	return writing->asked->file(writing->asked->context, file->name, data, size, ++writing->done, writing->total, error);
}

static const char *file_name(struct all_writing *writing, const char *what, const struct language *language,
                             const char *format)
{
	const char *ending = strcmp(format, "text") == 0 ? "txt" : strcmp(format, "oscal") == 0 ? "oscal.json" : format;
	struct buffer name = { 0 };

	buffer_append_format(&name, "%s%s%s.%s", what, language ? "." : "", language ? language_tag(language) : "", ending);
	writing->files.arena.failed |= name.failed;
	const char *kept = arena_text(&writing->files.arena, buffer_span(&name));
	buffer_free(&name);
	return kept;
}

static int render_file(struct all_writing *writing, const struct all_kind *kind, const struct report_model *model,
                       size_t format, const struct language *language, struct qorgan_error *error)
{
	const struct report_look look = { .columns = COLUMNS };
	const struct all_file about = { file_name(writing, kind->name, language, qorgan_report_formats[format]),
		                            qorgan_report_formats[format], kind->title, language, "", kind->object != NULL };
	char *data = NULL;
	size_t size = 0;
	const uint64_t failures = memory_failures();
	FILE *to = memory_stream_open(&data, &size);
	int code = to ? report_render(model, format, &look, to, error) : error_set_memory(error);

	if (to && fclose(to) && !code)
		code = error_set_memory(error);
	if (!code && memory_failures() != failures)
		code = error_set_memory(error);
	if (!code)
		code = put_file(writing, &about, data, size, error);
	else if (code == QORGAN_CANNOT_CREATE && !writing->asked->formats) {
		/* Its library or font is not there; nobody asked for it by name. */
		writing->wanted[format] = false;
		writing->asked->left_out(writing->asked->context, qorgan_report_formats[format], error->message);
		code = QORGAN_OK;
	}
	free(data);
	return code;
}

/* ---- One report --------------------------------------------------------------------------- */

static void note_model(struct all_files *files, const struct report_model *model)
{
	int rank = *model->marking ? validate_marking_rank(span_of(model->marking)) : -1;

	if (!files->state) {
		files->state = arena_text(&files->arena, span_of(model->state));
		files->cut_off = arena_text(&files->arena, span_of(model->cut_off));
		files->generated = arena_text(&files->arena, span_of(model->generated));
		files->period = (struct report_period){ arena_text(&files->arena, span_of(model->period.label)),
			                                    arena_text(&files->arena, span_of(model->period.from)),
			                                    arena_text(&files->arena, span_of(model->period.to)) };
	}
	if (rank <= files->marking_rank)
		return;
	files->marking_rank = rank;
	files->marking = arena_text(&files->arena, span_of(model->marking));
}

/* In all formats that are made of one model: that of the format `first`. */
static int write_group(struct all_writing *writing, const struct all_kind *kind, size_t first, bool *written,
                       const struct language *language, const char **title, struct qorgan_error *error)
{
	struct report_format about = report_format_at(first);
	struct qorgan_report report = { .object = kind->object, .period = writing->asked->period,
		                            .as_of = writing->asked->as_of,
		                            .audience = writing->asked->audience,
		                            .joint = kind->joint, .frame = writing->asked->frame };
	struct report_model model = { 0 };
	int code = compute_model(writing->store, &report, kind->kind, about.complete, about.rows, &model, error);

	if (!code) {
		note_model(&writing->files, &model);
		*title = arena_text(&writing->files.arena, span_of(model.state_title));
	}
	if (!code && writing->handout)
		code = handout_see(writing->handout, &model, first, &(struct report_look){ .columns = COLUMNS }, error);
	for (size_t i = first; i < ALL_FORMATS_MOST && qorgan_report_formats[i] && !code; i++) {
		struct report_format other = report_format_at(i);
		if (written[i] || !all_is_rendered(writing, i, kind->kind, !language) || other.complete != about.complete ||
		    other.rows != about.rows)
			continue;
		written[i] = true;
		code = render_file(writing, kind, &model, i, language, error);
	}
	arena_free(&model.arena);
	return code;
}

int all_write_kind(struct all_writing *writing, const struct all_kind *kind, const struct language *language,
                   const char **title, struct qorgan_error *error)
{
	bool written[ALL_FORMATS_MOST] = { false };
	int code = QORGAN_OK;

	for (size_t i = 0; i < ALL_FORMATS_MOST && qorgan_report_formats[i] && !code; i++)
		if (!written[i] && all_is_rendered(writing, i, kind->kind, !language))
			code = write_group(writing, kind, i, written, language, title, error);
	return code;
}

static int write_reports(struct all_writing *writing, const struct language *language, const char **title,
                         struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t kind = 0; kind < KINDS && !code; kind++)
		if (is_made(writing, kind))
			code = all_write_kind(writing, &kinds[kind], language, title, error);
	return code;
}

/* ---- What goes with them --------------------------------------------------------------------- */

int all_write_page(struct all_writing *writing, const char *name, enum phrase title, const struct language *language,
                   struct buffer *text, struct qorgan_error *error)
{
	const struct all_file about = { name, "", title, language, "", false };
	int code = text->failed ? error_set_memory(error) : put_file(writing, &about, text->data, text->size, error);

	buffer_clear(text);
	return code;
}

static int write_letter(struct all_writing *writing, const struct language *language, const char *title,
                        struct buffer *text, struct qorgan_error *error)
{
	if (!writing->files.state)
		return QORGAN_OK; /* no report was asked for in a language */
	all_letter(&writing->files, title, text);
	return all_write_page(writing, file_name(writing, LETTER, language, "text"), PHRASE_LETTER_TITLE, language, text,
	                      error);
}

static int write_ends(struct all_writing *writing, const struct language *first, struct buffer *text,
                      struct qorgan_error *error)
{
	struct all_files *files = &writing->files;

	if (!files->state)
		return error_set(error, QORGAN_USAGE, "there is no report in these formats");
	all_index(files, first, text);
	int code = all_write_page(writing, INDEX, PHRASE_COUNT, NULL, text, error);
	for (size_t i = 0; i < files->list.count; i++)
		buffer_append_format(text, "%s  %s\n", files->list.items[i].digest, files->list.items[i].name);
	if (writing->handout)
		handout_sum(writing->handout, text->data, text->size);
	return code ? code : all_write_page(writing, SUMS, PHRASE_COUNT, NULL, text, error);
}

static int write_all(struct all_writing *writing, struct buffer *text, struct qorgan_error *error)
{
	const struct language *first = language_choose(vault_languages(writing->store));
	const char *titles[64] = { "" }, *ignored;
	/* Those for programs first: each letter names them. */
	int code = speak(writing, NULL, error);

	if (!code)
		code = write_reports(writing, NULL, &ignored, error);
	if (!code)
		code = all_dossiers_write(writing, NULL, error);
	for (size_t i = 0; i < writing->language_count && !code; i++) {
		titles[i] = "";
		if (!writing->chosen[i])
			continue;
		code = speak(writing, writing->languages[i], error);
		if (!code)
			code = write_reports(writing, writing->languages[i], &titles[i], error);
		if (!code)
			code = all_dossiers_write(writing, writing->languages[i], error);
		if (!code && *titles[i])
			code = write_letter(writing, writing->languages[i], titles[i], text, error);
	}
	return code ? code : write_ends(writing, first, text, error);
}

int report_all_write(struct qorgan_store *store, const struct qorgan_report_all *asked, struct handout *handout,
                     struct qorgan_error *error)
{
	struct all_writing writing = { .store = store, .asked = asked, .files = { .marking_rank = -1, .marking = "" },
		                       .handout = handout };
	struct qorgan_error ignored;
	struct buffer text = { 0 };

	frame_copy(asked->frame, vault_languages(store), &writing.files.arena, &writing.files.frame);
	int code = want_formats(&writing, error);

	if (!code)
		code = want_languages(&writing, error);
	writing.own = vault_languages_list(store);
	if (!code && !writing.own)
		code = error_set_memory(error);
	if (!code) {
		count_all(&writing);
		code = all_dossiers_want(&writing, error);
	}
	if (!code) {
		code = write_all(&writing, &text, error);
		qorgan_store_set_languages(store, writing.own, &ignored);
	}
	say_in(NULL);
	if (handout)
		handout->files = writing.done;
	free(writing.own);
	buffer_free(&text);
	arena_free(&writing.files.arena);
	return code;
}

int qorgan_report_all(struct qorgan_store *store, const struct qorgan_report_all *asked, struct qorgan_error *error)
{
	return report_all_write(store, asked, NULL, error);
}
