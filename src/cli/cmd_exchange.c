/* qorgan exchange: packages in and out of a courier's folder. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/memory_stream.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/received.h"
#include "cli/written.h"
#include "qorgan/exchange.h"

/* With --json the parts that are not "received" are gathered until their turn. */
struct list {
	char *text;
	size_t size;
	struct emit emit;
};

struct telling {
	struct received received; /* first: it is the context of received_item too */
	struct list written, waiting, noted, failed;
	unsigned failures;
};

static int list_open(struct list *list, const char *name, struct qorgan_error *error)
{
	list->emit.to = memory_stream_open(&list->text, &list->size);
	if (!list->emit.to)
		return error_set_memory(error);
	list->emit.comma = true;
	emit_open(&list->emit, name, '[');
	return QORGAN_OK;
}

/* Puts the list out, if `to` is given, and frees it. */
static void list_close(struct list *list, FILE *to)
{
	if (!list->emit.to)
		return;
	emit_close(&list->emit, ']');
	if (fclose(list->emit.to) == 0 && to)
		fwrite(list->text, 1, list->size, to);
	free(list->text);
}

/* ---- What happened ------------------------------------------------------------------- */

static const char *file_of(const struct qorgan_exchange_event *event)
{
	return event->path[0] ? event->path : NULL;
}

static void written_emit(struct emit *emit, const struct qorgan_exchange_event *event)
{
	emit_open(emit, NULL, '{');
	emit_text(emit, "to", event->partner);
	emit_text(emit, "file", event->path);
	emit_number(emit, "parts", event->parts);
	emit_number(emit, "sequence", event->written->sequence);
	emit_flag(emit, "finished", event->text[0]);
	emit_number(emit, "records", event->written->records);
	emit_number(emit, "withheld", event->written->withheld);
	emit_number(emit, "withdrawn", event->written->withdrawn);
	emit_number(emit, "evidence", event->written->evidence);
	emit_number(emit, "bytes", event->written->bytes);
	emit_close(emit, '}');
}

static void written_say(struct call *call, const struct qorgan_exchange_event *event)
{
	const struct qorgan_export_result *result = event->written;
	struct buffer text = { 0 };

	buffer_append_format(&text, "package %llu to %s: ", (unsigned long long)result->sequence, event->partner);
	if (event->text[0])
		buffer_append_text(&text, event->text);
	else if (!result->records && !result->withdrawn)
		buffer_append_text(&text, "no records, but what was received is countersigned");
	else
		written_append(&text, result);
	if (arguments_has(&call->arguments, "dry-run"))
		buffer_append_text(&text, "; nothing was written");
	else if (event->parts > 1)
		buffer_append_format(&text, ": %s in %u parts", event->path, event->parts);
	else
		buffer_append_format(&text, ": %s", event->path);
	call_say(call, "%s", buffer_text(&text));
	buffer_free(&text);
}

static void written_tell(struct telling *telling, const struct qorgan_exchange_event *event)
{
	struct call *call = telling->received.call;

	if (call->json)
		written_emit(&telling->written.emit, event);
	if (event->written->warning[0])
		call_warn(call, event->written->warning);
	written_say(call, event);
}

static void text_emit(struct emit *emit, const struct qorgan_exchange_event *event)
{
	emit_open(emit, NULL, '{');
	emit_text(emit, "partner", event->partner);
	emit_text(emit, "file", file_of(event));
	if (event->what == QORGAN_EXCHANGED_FAILED)
		emit_number(emit, "code", (uint64_t)event->code);
	emit_text(emit, "why", event->text);
	emit_close(emit, '}');
}

/* By its name, which the text may begin with already. */
static void text_say(struct call *call, const struct qorgan_exchange_event *event, bool is_warning)
{
	struct buffer text = { 0 };
	const char *of = file_of(event) ? event->path : event->partner;

	if (*of && !strstr(event->text, of))
		buffer_append_format(&text, "%s: ", of);
	buffer_append_text(&text, event->text);
	if (is_warning)
		call_warn(call, buffer_text(&text));
	else
		call_say(call, "%s", buffer_text(&text));
	buffer_free(&text);
}

static void event_tell(void *context, const struct qorgan_exchange_event *event)
{
	struct telling *telling = context;
	struct call *call = telling->received.call;
	struct list *list = event->what == QORGAN_EXCHANGED_WAITS   ? &telling->waiting
	                    : event->what == QORGAN_EXCHANGED_NOTED ? &telling->noted
	                                                            : &telling->failed;

	if (event->what == QORGAN_EXCHANGED_RECEIVED) {
		int code = received_end(&telling->received, QORGAN_OK, event->path, event->received,
		                        arguments_has(&call->arguments, "dry-run"));
		received_begin(&telling->received);
		telling->received.code = code;
	} else if (event->what == QORGAN_EXCHANGED_WRITTEN) {
		written_tell(telling, event);
	} else {
		telling->failures += event->what == QORGAN_EXCHANGED_FAILED;
		if (call->json)
			text_emit(&list->emit, event);
		text_say(call, event, event->what != QORGAN_EXCHANGED_WAITS);
	}
}

/* ---- The whole ------------------------------------------------------------------------ */

/* "20M": bytes, or with K, M or G that many times 1,024. */
static int size_read(struct call *call, uint64_t *size)
{
	static const char units[] = "KMG";
	const char *text = call_value(call, "max-size");
	char digits[24];

	*size = 0;
	if (!text)
		return QORGAN_OK;
	size_t length = strlen(text);
	const char *unit = length ? strchr(units, text[length - 1]) : NULL;
	unsigned shift = unit ? (unsigned)(unit - units + 1) * 10 : 0;
	snprintf(digits, sizeof digits, "%.*s", (int)(unit ? length - 1 : length), text);
	int code = number_parse("--max-size (a number of bytes, or 20M, 500K)", length < sizeof digits ? digits : text,
	                        UINT64_C(1) << 33, size, &call->error);
	*size <<= shift;
	if (!code && *size < QORGAN_PART_LEAST)
		code = error_set(&call->error, QORGAN_USAGE, "--max-size is at least %dK, not %s", QORGAN_PART_LEAST / 1024, text);
	return code;
}

static int partners_gather(struct call *call, struct buffer *to)
{
	for (size_t i = 0; i < call->arguments.given_count; i++)
		if (strcmp(call->arguments.given[i].option->name, "to") == 0)
			buffer_append_format(to, "%s%s", to->size ? "," : "", call->arguments.given[i].value);
	return to->failed ? error_set_memory(&call->error) : QORGAN_OK;
}

static int lists_open(struct telling *telling)
{
	struct qorgan_error *error = &telling->received.call->error;
	int code = list_open(&telling->written, "written", error);

	if (!code)
		code = list_open(&telling->waiting, "waiting", error);
	if (!code)
		code = list_open(&telling->noted, "noted", error);
	return code ? code : list_open(&telling->failed, "failed", error);
}

static void lists_close(struct telling *telling, FILE *to)
{
	list_close(&telling->written, to);
	list_close(&telling->waiting, to);
	list_close(&telling->noted, to);
	list_close(&telling->failed, to);
}

static int exchange_run(struct telling *telling, const struct qorgan_exchange *exchange)
{
	struct call *call = telling->received.call;
	int code = call->json ? lists_open(telling) : QORGAN_OK;

	if (code) {
		lists_close(telling, NULL);
		return code;
	}
	if (call->json) {
		emit_open(&telling->received.emit, NULL, '{');
		emit_open(&telling->received.emit, "received", '[');
	}
	code = qorgan_exchange(call->store, exchange, &call->error);
	if (!code)
		code = telling->received.code;
	if (call->json) {
		emit_close(&telling->received.emit, ']');
		lists_close(telling, telling->received.emit.to);
		emit_close(&telling->received.emit, '}');
		emit_end(&telling->received.emit);
	}
	/* Each was told by name already. */
	if (code && telling->failures)
		error_set(&call->error, code,
		          language_said_count("not all of it succeeded: %u failure", "not all of it succeeded: %u failures",
		                              telling->failures), telling->failures);
	call_warn_after(call);
	return code;
}

int cmd_exchange(struct call *call)
{
	struct telling telling = { .received = { .call = call, .emit = { .to = stdout } } };
	struct qorgan_exchange exchange = {
		.folder = call_operand(call, 0),
		.receive = !arguments_has(&call->arguments, "send-only"),
		.send = !arguments_has(&call->arguments, "receive-only"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.item = call->json || !call->quiet ? received_item : NULL,
		.event = event_tell,
		.context = &telling,
	};
	struct buffer to = { 0 };
	int code = partners_gather(call, &to);

	if (!code)
		code = size_read(call, &exchange.max_size);
	if (!code && !exchange.receive && !exchange.send)
		code = error_set(&call->error, QORGAN_USAGE, "--receive-only and --send-only exclude each other");
	if (!code && to.size && !exchange.send)
		code = error_set(&call->error, QORGAN_USAGE, "--to says to whom to write, and --receive-only writes nothing");
	exchange.to = to.size ? buffer_text(&to) : NULL;
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = exchange_run(&telling, &exchange);
	buffer_free(&to);
	return code;
}
