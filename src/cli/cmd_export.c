/* qorgan export: what is released to partners, as a package. */
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/rows.h"
#include "cli/written.h"
#include "qorgan/exchange.h"

struct planning {
	struct call *call;
	const char *to;
	struct rows rows;
	struct emit emit;
	uint64_t count;
	int code;
};

enum item { ITEM_GOES, ITEM_STAYS, ITEM_WITHDRAWN };

static void plan_tell(struct planning *planning, enum item what, const char *kind, const char *id, uint32_t version,
                      const char *why)
{
	static const char *const words[] = { SAID("goes"), SAID("stays"), SAID("withdrawn") };
	char number[16];

	snprintf(number, sizeof number, "%u", version);
	if (planning->code)
		return;
	if (planning->call->json) {
		if (planning->count++ == 0)
			emit_open(&planning->emit, NULL, '[');
		emit_open(&planning->emit, NULL, '{');
		emit_text(&planning->emit, "kind", kind);
		emit_text(&planning->emit, "id", id);
		emit_number(&planning->emit, "version", version);
		emit_flag(&planning->emit, "goes", what == ITEM_GOES);
		emit_flag(&planning->emit, "withdrawn", what == ITEM_WITHDRAWN);
		emit_text(&planning->emit, "why", why);
		emit_close(&planning->emit, '}');
		return;
	}
	bool is_table = planning->rows.format == ROWS_TABLE;
	const char *text = why ? why : "";
	const char *const cells[] = { is_table ? language_said(words[what]) : words[what], kind, id, number,
		                          is_table ? language_said(text) : text };
	planning->code = rows_row(&planning->rows, &(struct qorgan_row){ .count = 5, .cells = cells });
}

static void item_tell(void *context, const char *kind, const char *id, uint32_t version, bool goes, const char *why)
{
	plan_tell(context, goes ? ITEM_GOES : ITEM_STAYS, kind, id, version, why);
}

static void withdrawal_tell(void *context, const char *kind, const char *id, uint32_t version)
{
	struct planning *planning = context;
	struct buffer why = { 0 };

	buffer_append_format(&why, "%s %s asked to drop %s", planning->to, strpbrk(planning->to, ",; ") ? "are" : "is", id);
	plan_tell(planning, ITEM_WITHDRAWN, kind, id, version, buffer_text(&why));
	buffer_free(&why);
}

static void result_warn(struct call *call, const struct qorgan_export_result *result)
{
	char text[600];

	if (result->restored)
		call_say(call, "It tells that this store was put back from a backup.");
	if (result->warning[0])
		call_warn(call, result->warning);
	if (!result->alone[0])
		return;
	snprintf(text, sizeof text,
	         language_said("%s may have something no longer that the others keep, and is asked to drop it only by a "
	         "package to it alone: qorgan export --to"), result->alone);
	call_warn(call, text);
}

static int plan_begin(struct planning *planning)
{
	static const struct qorgan_column columns[] = {
		{ "goes", SAID("Goes"), false, 9 }, { "kind", SAID("Kind"), false, 8 },    { "id", SAID("Id"), false, 14 },
		{ "version", SAID("Version"), true, 7 }, { "why", SAID("Why"), false, 0 },
	};

	if (planning->call->json)
		return QORGAN_OK;
	rows_begin(&planning->rows, planning->call, ROWS_TABLE);
	return rows_head(&planning->rows, columns, 5);
}

static int plan_end(struct planning *planning, int code, const struct qorgan_export_result *result)
{
	struct call *call = planning->call;

	if (!code)
		code = planning->code;
	if (call->json && !code) {
		if (planning->count == 0)
			emit_open(&planning->emit, NULL, '[');
		emit_close(&planning->emit, ']');
		emit_end(&planning->emit);
	}
	if (!call->json)
		code = rows_end(&planning->rows, code, "Nothing is new since the last package.");
	if (!code)
		result_warn(call, result);
	if (!code && result->withdrawn)
		call_say(call, "%llu would go, %llu would stay, %llu would be withdrawn; nothing was written",
		         (unsigned long long)result->records, (unsigned long long)result->withheld,
		         (unsigned long long)result->withdrawn);
	else if (!code)
		call_say(call, "%llu would go, %llu would stay; nothing was written", (unsigned long long)result->records,
		         (unsigned long long)result->withheld);
	return code;
}

/* "KAZ, KGZ" as an array. */
static void partners_emit(struct emit *emit, const char *to)
{
	emit_open(emit, "to", '[');
	for (size_t size; *to; to += size) {
		char partner[130];
		to += strspn(to, ",; ");
		size = strcspn(to, ",; ");
		snprintf(partner, sizeof partner, "%.*s", (int)size, to);
		if (size)
			emit_text(emit, NULL, partner);
	}
	emit_close(emit, ']');
}

static void export_emit(const struct qorgan_export *export, const struct qorgan_export_result *result)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	partners_emit(&emit, export->to);
	emit_text(&emit, "output", export->output);
	emit_number(&emit, "sequence", result->sequence);
	emit_number(&emit, "first", result->first);
	emit_number(&emit, "size", result->size);
	emit_number(&emit, "records", result->records);
	emit_number(&emit, "withheld", result->withheld);
	emit_number(&emit, "withdrawn", result->withdrawn);
	emit_number(&emit, "evidence", result->evidence);
	emit_number(&emit, "bytes", result->bytes);
	emit_close(&emit, '}');
	emit_end(&emit);
}

static int export_plan(struct call *call, struct qorgan_export export)
{
	struct qorgan_export_result result = { 0 };
	struct planning planning = { .call = call, .to = export.to, .emit = { .to = stdout } };
	int code = plan_begin(&planning);

	export.item = item_tell;
	export.withdrawal = withdrawal_tell;
	export.context = &planning;
	if (!code)
		code = qorgan_export(call->store, &export, &result, &call->error);
	return plan_end(&planning, code, &result);
}

/* Partners may be named in one list, or by several --to. */
static int partners_gather(struct call *call, struct buffer *to)
{
	for (size_t i = 0; i < call->arguments.given_count; i++)
		if (strcmp(call->arguments.given[i].option->name, "to") == 0)
			buffer_append_format(to, "%s%s", to->size ? "," : "", call->arguments.given[i].value);
	if (to->failed)
		return error_set_memory(&call->error);
	if (!to->size)
		return error_set(&call->error, QORGAN_USAGE, "say to whom: qorgan export --to KAZ -o FILE");
	return QORGAN_OK;
}

static void package_say(struct call *call, const struct qorgan_export *export,
                        const struct qorgan_export_result *result)
{
	struct buffer text = { 0 };

	written_append(&text, result);
	call_say(call, "package %llu to %s: %s: %s and %s.minisig", (unsigned long long)result->sequence, export->to,
	         buffer_text(&text), export->output, export->output);
	buffer_free(&text);
}

static int from_read(struct call *call, uint64_t *from)
{
	const char *text = call_value(call, "from");
	int code = text ? number_parse("--from", text, INT64_MAX, from, &call->error) : QORGAN_OK;

	if (!code && text && *from == 0)
		code = error_set(&call->error, QORGAN_USAGE, "packages are numbered from 1: --full sends all there is");
	return code;
}

/* What the partner itself sent goes back to it. */
static int hand_back(struct call *call, const struct qorgan_export *export)
{
	struct qorgan_export_result result = { 0 };
	int code = qorgan_hand_back(call->store, export, &result, &call->error);

	if (code)
		return code;
	result_warn(call, &result);
	if (call->json)
		export_emit(export, &result);
	call_say(call, "what %s sent up to its package %llu: entries %llu, records %llu, files %llu: %s and %s.minisig", export->to,
	         (unsigned long long)result.sequence, (unsigned long long)result.size, (unsigned long long)result.records,
	         (unsigned long long)result.evidence, export->output, export->output);
	call_say(call, "%s gives it to qorgan repair with --from-package", export->to);
	return QORGAN_OK;
}

/* Options that say what a package holds, beside one that has all that came. */
static int options_check(struct call *call)
{
	static const char *const others[] = { "full", "from", "dry-run", NULL };

	for (const char *const *name = others; arguments_has(&call->arguments, "for-repair") && *name; name++)
		if (arguments_has(&call->arguments, *name))
			return error_set(&call->error, QORGAN_USAGE, "--for-repair gives back all that came: leave out --%s", *name);
	return QORGAN_OK;
}

int cmd_export(struct call *call)
{
	struct qorgan_export export = {
		.output = call_value(call, "output"),
		.full = arguments_has(&call->arguments, "full"),
		.replace = arguments_has(&call->arguments, "force"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
	};
	struct qorgan_export_result result = { 0 };
	struct buffer to = { 0 };
	bool for_repair = arguments_has(&call->arguments, "for-repair");
	int code = options_check(call);

	if (!code)
		code = partners_gather(call, &to);
	if (!code)
		code = from_read(call, &export.from);
	if (!code && !export.dry_run && (!export.output || strcmp(export.output, "-") == 0))
		code = error_set(&call->error, QORGAN_USAGE, "say where to: -o FILE; the signature is written beside it");
	if (!code)
		code = call_open(call, export.dry_run ? QORGAN_READ_ONLY : 0);
	export.to = buffer_text(&to);
	if (!code && for_repair) {
		code = hand_back(call, &export);
	} else if (!code && export.dry_run) {
		code = export_plan(call, export);
	} else if (!code) {
		code = qorgan_export(call->store, &export, &result, &call->error);
		if (!code)
			call_warn_after(call);
		if (!code)
			result_warn(call, &result);
		if (!code && call->json)
			export_emit(&export, &result);
		if (!code)
			package_say(call, &export, &result);
	}
	buffer_free(&to);
	return code;
}
