/* qorgan schema: the JSON Schema of a kind of object. */
#include <stdlib.h>

#include "cli/call.h"
#include "qorgan/schema.h"

int cmd_schema(struct call *call)
{
	char *json = qorgan_schema_json(call_operand(call, 0));

	if (!json)
		return error_set_memory(&call->error);
	puts(json);
	free(json);
	return QORGAN_OK;
}
