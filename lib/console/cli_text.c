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
	const char *quote = strpbrk(value, " \t") ? "\"" : "";

	if (value[0])
		buf_printf(out, " %s %s%s%s\n", words, quote, value, quote);
}
