/* The ledger on the terminal. */
#include "cli/ledger.h"

#include "base/language.h"
#include "cli/emit.h"
#include "cli/rows.h"
#include "qorgan/exchange.h"

struct telling {
	struct call *call;
	bool of_partner;
	struct rows rows;
	struct emit emit;
	uint64_t count;
};

static int entry_tell(void *context, const struct qorgan_ledger_entry *entry)
{
	struct telling *telling = context;
	const char *what = entry->report ? "report" : entry->restored ? "restored" : entry->withdrawn ? "withdrawn" : "sent";
	char package[24], version[16], day[11], acknowledged[11];

	if (telling->call->json) {
		struct emit *emit = &telling->emit;
		if (telling->count++ == 0)
			emit_open(emit, NULL, '[');
		emit_open(emit, NULL, '{');
		emit_text(emit, "partner", entry->partner);
		emit_number(emit, "package", entry->package);
		emit_text(emit, "time", entry->time);
		emit_text(emit, "acknowledged", entry->acknowledged);
		emit_text(emit, "what", what);
		emit_text(emit, "kind", entry->kind);
		emit_text(emit, "id", entry->id);
		emit_number(emit, "version", entry->version);
		if (entry->restored)
			emit_text(emit, "restored", entry->restored);
		if (entry->report) {
			emit_text(emit, "report", entry->report);
			emit_text(emit, "marking", entry->marking);
			emit_text(emit, "sha256", entry->sha256);
			emit_text(emit, "user", entry->user);
		}
		emit_close(emit, '}');
		return call_stop(telling->call);
	}
	snprintf(package, sizeof package, "%llu", (unsigned long long)entry->package);
	snprintf(version, sizeof version, "%u", entry->version);
	if (entry->restored)
		version[0] = '\0';
	if (entry->report)
		package[0] = '\0';
	snprintf(day, sizeof day, "%.10s", entry->time);
	snprintf(acknowledged, sizeof acknowledged, "%.10s", entry->acknowledged ? entry->acknowledged : "");
	const char *const of_partner[] = { package, day, acknowledged, what, entry->kind,
		                                   entry->restored ? entry->restored : entry->id, version };
	const char *const of_object[] = { entry->partner, package, day, acknowledged, what, version };
	struct qorgan_row row = { .count = telling->of_partner ? 7 : 6,
		                      .cells = telling->of_partner ? of_partner : of_object };
	int code = rows_row(&telling->rows, &row);
	return code ? code : call_stop(telling->call);
}

static int head_tell(struct telling *telling)
{
	static const struct qorgan_column of_partner[] = {
		{ "package", SAID("Package"), true, 7 }, { "time", SAID("Day"), false, 10 }, { "acknowledged", SAID("Receipt"), false, 10 },
		{ "what", SAID("What"), false, 9 },      { "kind", SAID("Kind"), false, 10 },     { "id", SAID("Id"), false, 0 },
		{ "version", SAID("Version"), true, 7 },
	};
	static const struct qorgan_column of_object[] = {
		{ "partner", SAID("Partner"), false, 8 }, { "package", SAID("Package"), true, 7 }, { "time", SAID("Day"), false, 10 },
		{ "acknowledged", SAID("Receipt"), false, 10 }, { "what", SAID("What"), false, 9 }, { "version", SAID("Version"), true, 7 },
	};

	if (telling->call->json)
		return QORGAN_OK;
	rows_begin(&telling->rows, telling->call, ROWS_TABLE);
	return telling->of_partner ? rows_head(&telling->rows, of_partner, 7) : rows_head(&telling->rows, of_object, 6);
}

int ledger_print(struct call *call, const char *partner, const char *kind, const char *id)
{
	struct telling telling = { .call = call, .of_partner = partner != NULL, .emit = { .to = stdout } };
	int code = head_tell(&telling);

	if (!code && partner)
		code = qorgan_ledger(call->store, partner, entry_tell, &telling, &call->error);
	else if (!code)
		code = qorgan_ledger_object(call->store, kind, id, entry_tell, &telling, &call->error);
	if (!call->json)
		return rows_end(&telling.rows, code, partner ? "Nothing went to this partner yet." : "It went to nobody.");
	if (!code && telling.count == 0)
		emit_open(&telling.emit, NULL, '[');
	if (!code) {
		emit_close(&telling.emit, ']');
		emit_end(&telling.emit);
	}
	return code;
}
