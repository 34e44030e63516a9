/* qorgan schema: the JSON Schema of a kind of object, or the tables of a server. */
#include <stdlib.h>

#include "cli/call.h"
#include "qorgan/schema.h"

static int kind_print(struct call *call, const char *kind)
{
	char *json = qorgan_schema_json(kind);

	if (!json)
		return error_set_memory(&call->error);
	puts(json);
	free(json);
	return QORGAN_OK;
}

int cmd_schema(struct call *call)
{
	const char *kind = call_operand(call, 0);
	bool sql = arguments_has(&call->arguments, "sql");

	if (!kind == !sql)
		return error_set(&call->error, QORGAN_USAGE, "name a kind, such as measure, or give --sql");
	if (kind)
		return kind_print(call, kind);
	char *tables = qorgan_schema_sql();
	if (!tables)
		return error_set_memory(&call->error);
	fputs(tables, stdout);
	free(tables);
	return QORGAN_OK;
}
