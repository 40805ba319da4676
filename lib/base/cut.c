#include "lib/base/cut.h"

#include "lib/base/shown.h"

#include <stdio.h>
#include <string.h>

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* No character has more than three bytes after its first; more of them are no UTF-8, and
 * may be split anywhere. */
size_t cut_at(struct str s, size_t max)
{
	size_t n = MIN(s.len, max);

	if (n == s.len)
		return n;
	for (size_t back = 0; back < 4 && back <= n; back++) {
		if (!is_tail(s.p[n - back]))
			return n - back;
	}
	return n;
}

char *cut_mark(char mark[CUT_MARK_MAX], size_t n)
{
	(void)snprintf(mark, CUT_MARK_MAX, " ... (%zu byte%s more)", n,
	    n == 1 ? "" : "s");
	return mark;
}

char *cut_vprint(char *text, size_t size, const char *fmt, va_list args)
{
	char mark[CUT_MARK_MAX];
	int n = shown_vsnprintf(text, size, fmt, args);
	size_t whole = n < 0 ? 0 : (size_t)n, kept;

	if (n < 0)
		text[0] = '\0';
	if (whole < size || size < (size_t)2 * CUT_MARK_MAX)
		return text;
	kept = cut_at(str_of(text), size - CUT_MARK_MAX);
	(void)snprintf(text + kept, size - kept, "%s", cut_mark(mark, whole - kept));
	return text;
}

char *cut_lines(char *text, size_t size, const char *first, const char *lines)
{
	char mark[CUT_MARK_MAX];
	size_t whole = strlen(first) + strlen(lines), kept;

	(void)snprintf(text, size, "%s%s", first, lines);
	if (whole < size || size < (size_t)2 * CUT_MARK_MAX)
		return text;
	kept = cut_at(str_make(text, size - 1), size - CUT_MARK_MAX);
	(void)snprintf(text + kept, size - kept, "%s", cut_mark(mark, whole - kept));
	return text;
}

char *cut_print(char *text, size_t size, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(text, size, fmt, args);
	va_end(args);
	return text;
}
