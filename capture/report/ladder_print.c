#include "capture/report/ladder_print.h"

#include "lib/base/utf8.h"

const char *ladder_colour(const struct ladder_printer *p, const char *code)
{
	return p->options->has_colour ? code : "";
}

size_t ladder_put_shown(const struct ladder_printer *p, struct str s)
{
	size_t bytes = utf8_char(s);

	if (bytes <= 1 || p->options->is_utf8)
		return utf8_put_shown(p->out, s);
	buf_append_char(p->out, '?');
	return bytes;
}

size_t ladder_put_cut(const struct ladder_printer *p, const char *text, size_t columns)
{
	struct str rest = str_of(text);
	size_t len = utf8_length(rest), n = MIN(len, columns);

	if (len > columns && columns > 0)
		n = columns - 1;
	for (size_t i = 0; i < n; i++)
		rest = str_from(rest, ladder_put_shown(p, rest));
	if (len > columns && columns > 0)
		buf_append_text(p->out, p->glyphs->more);
	return len > columns ? columns : n;
}
