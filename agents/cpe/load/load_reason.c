/* Failures that differ in numbers only are one failure. */
#include "agents/cpe/load/load_internal.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "10.0.0.1:7547", "10.0.0.1:7547:" */
static bool is_address(struct str word)
{
	size_t dots = 0;

	for (size_t i = 0; i < word.len; i++) {
		if (!is_digit(word.p[i]) && word.p[i] != '.' && word.p[i] != ':')
			return false;
		dots += word.p[i] == '.';
	}
	return dots == 3;
}

static bool is_status(struct str digits)
{
	return digits.len == 3 && digits.p[0] >= '1' && digits.p[0] <= '5';
}

static size_t put_word(struct str word, char *text, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < word.len && n + 1 < room;) {
		size_t end = i;

		while (end < word.len && is_digit(word.p[end]))
			end++;
		if (end == i) {
			text[n++] = word.p[i++];
		} else if (is_status(str_make(word.p + i, end - i))) {
			while (i < end && n + 1 < room)
				text[n++] = word.p[i++];
		} else {
			text[n++] = 'N';
			i = end;
		}
	}
	return n;
}

char *load_reason(const char *why, char text[TALLY_REASON_MAX])
{
	struct str rest = str_of(why);
	size_t n = 0;

	while (rest.len > 0 && n + 1 < TALLY_REASON_MAX) {
		const char *blank = memchr(rest.p, ' ', rest.len);
		struct str word =
		    str_make(rest.p, blank ? (size_t)(blank - rest.p) : rest.len);

		if (word.len > 0 && !is_address(word)) {
			if (n > 0)
				text[n++] = ' ';
			n += put_word(word, text + n, TALLY_REASON_MAX - n);
		}
		rest = str_from(rest, word.len + (blank ? 1 : 0));
	}
	text[n] = '\0';
	return text;
}
