/* What a package that was written holds, as export and exchange say it. */
#include "cli/written.h"

#include "base/language.h"

void written_append(struct buffer *to, const struct qorgan_export_result *result)
{
	buffer_append_format(to, language_said_count("%llu record", "%llu records", result->records),
	                     (unsigned long long)result->records);
	buffer_append_format(to, language_said_count(" (%llu stays)", " (%llu stay)", result->withheld),
	                     (unsigned long long)result->withheld);
	if (result->withdrawn)
		buffer_append_format(to, language_said(", %llu withdrawn"), (unsigned long long)result->withdrawn);
	if (result->evidence)
		buffer_append_format(to, language_said_count(", %llu file of evidence", ", %llu files of evidence", result->evidence),
		                     (unsigned long long)result->evidence);
}
