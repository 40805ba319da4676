#include "lib/program/say.h"

#include "lib/base/cleanup.h"
#include "lib/base/shown.h"
#include "lib/base/utf8.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	SHORT_MAX = 1024
};

bool say_bytes(FILE *to, struct str bytes)
{
	return bytes.len == 0 || fwrite(bytes.p, 1, bytes.len, to) == bytes.len;
}

void say_args(FILE *to, const char *fmt, va_list args)
{
	char text[SHORT_MAX];
	auto_free char *room = NULL;
	int n = shown_vsnprintf(text, sizeof(text), fmt, args);

	if (n >= SHORT_MAX)
		room = malloc((size_t)n + 1);
	if (room)
		(void)shown_vsnprintf(room, (size_t)n + 1, fmt, args);
	/* Without memory the beginning, which is all there is. */
	(void)say_bytes(to, str_of(room ? room : text));
}

void say(FILE *to, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_args(to, fmt, args);
	va_end(args);
}

static bool has_room(FILE *to)
{
	struct pollfd fd = { .fd = fileno(to), .events = POLLOUT };

	return poll(&fd, 1, 0) > 0;
}

void say_now(FILE *to, struct str text)
{
	while (text.len > 0 && has_room(to)) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.len;

		say_text(to, str_make(text.p, n));
		text = str_from(text, n);
	}
}

void say_error(const char *prefix, const struct error *err)
{
	say(stderr, "%s", prefix);
	say_text(stderr, str_of(err->text));
	say(stderr, "\n");
}

/* The bytes of a colour at the start of s, 0 of anything else. */
static size_t colour(struct str s)
{
	size_t n = 2;

	if (!str_starts(s, STR("\033[")))
		return 0;
	while (n < s.len && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == ';'))
		n++;
	return n < s.len && s.p[n] == 'm' ? n + 1 : 0;
}

void say_text(FILE *to, struct str text)
{
	while (text.len > 0) {
		size_t whole = 0, n;
		struct str shown = STR_NULL;

		/* As much as may go as it is, at once. */
		for (; whole < text.len; whole += n) {
			struct str rest = str_from(text, whole);

			n = *rest.p == '\n' || *rest.p == '\t' ? 1 : colour(rest);
			if (n > 0)
				continue;
			n = utf8_show(rest, &shown);
			if (shown.p != rest.p)
				break;
		}
		(void)say_bytes(to, str_make(text.p, whole));
		text = str_from(text, whole);
		if (text.len > 0) {
			n = utf8_show(text, &shown);
			(void)say_bytes(to, shown);
			text = str_from(text, n);
		}
	}
}
