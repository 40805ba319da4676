#include "lib/console/cli_text.h"

#include "lib/base/compiler.h"

void cli_text_set(char *member, size_t size, struct str text)
{
	size_t n = MIN(text.len, size - 1);

	memset(member, 0, size);
	if (n > 0)
		memcpy(member, text.p, n);
}

void cli_put_value(struct buf *out, const char *words, const char *value)
{
	bool is_plain = value[0] != '"' && !strpbrk(value, " \t");

	if (!value[0])
		return;
	buf_printf(out, " %s %s", words, is_plain ? value : "\"");
	for (const char *at = value; !is_plain && *at; at++) {
		if (*at == '"' || *at == '\\')
			buf_append_char(out, '\\');
		buf_append_char(out, *at);
	}
	buf_append_text(out, is_plain ? "\n" : "\"\n");
}
