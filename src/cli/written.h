/* What a package that was written holds, in words. */
#ifndef CLI_WRITTEN_H
#define CLI_WRITTEN_H

#include "base/buffer.h"
#include "qorgan/exchange.h"

/* written_append(to, result): "1 record (11 stay)", and what is withdrawn and the files
 * of evidence, if any. */
void written_append(struct buffer *to, const struct qorgan_export_result *result);

#endif
