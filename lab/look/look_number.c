#include "lab/look/look.h"

#include "lib/base/buf.h"
#include "lib/base/shown.h"

#include <inttypes.h>
#include <string.h>

void look_put_number(struct buf *out, uint64_t n, const char *what)
{
	shown_printf(out, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

const char *look_file_shown(const struct analysis *analysis)
{
	return strcmp(analysis->file, "-") == 0 ? "standard input" : analysis->file;
}
