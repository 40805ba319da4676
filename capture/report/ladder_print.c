#include "capture/report/ladder_print.h"

#include "lib/base/columns.h"

const char *ladder_colour(const struct ladder_printer *p, const char *code)
{
	return p->options->has_colour ? code : "";
}

size_t ladder_put_cut(const struct ladder_printer *p, const char *text, size_t columns)
{
	return columns_put_cut(p->out, str_of(text), p->is_whole ? SIZE_MAX : columns,
	    p->options->is_utf8);
}

void ladder_put_padded(const struct ladder_printer *p, const char *text, size_t columns)
{
	size_t n = ladder_put_cut(p, text, columns);

	buf_printf(p->out, "%*s", n < columns ? (int)(columns - n) : 0, "");
}
