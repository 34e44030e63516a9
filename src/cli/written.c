/* What a package that was written holds, as export and exchange say it. */
#include "cli/written.h"

void written_append(struct buffer *to, const struct qorgan_export_result *result)
{
	buffer_append_format(to, "%llu record%s (%llu stay%s)", (unsigned long long)result->records,
	                     result->records == 1 ? "" : "s", (unsigned long long)result->withheld,
	                     result->withheld == 1 ? "s" : "");
	if (result->withdrawn)
		buffer_append_format(to, ", %llu withdrawn", (unsigned long long)result->withdrawn);
	if (result->evidence)
		buffer_append_format(to, ", %llu file%s of evidence", (unsigned long long)result->evidence,
		                     result->evidence == 1 ? "" : "s");
}
