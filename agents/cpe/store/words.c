#include "agents/cpe/store/words.h"

#include "lib/base/text.h"

#include <inttypes.h>

static bool is_plain(char c)
{
	return (unsigned char)c > 0x20 && (unsigned char)c != 0x7f && c != '%' &&
	       c != '~';
}

void word_put(struct buf *out, struct str text)
{
	buf_append_char(out, ' ');
	if (!text.p) {
		buf_append_char(out, '~');
		return;
	}
	if (text.len == 0)
		buf_append_char(out, '%');
	for (size_t i = 0; i < text.len; i++) {
		if (is_plain(text.p[i])) {
			buf_append_char(out, text.p[i]);
		} else {
			buf_append_char(out, '%');
			hex_append(out, &text.p[i], 1);
		}
	}
}

void word_put_int(struct buf *out, int64_t n)
{
	buf_printf(out, " %" PRId64, n);
}

/* The bytes of a word, which are no more than its characters; -1 where it is none. */
static int unescape(struct str word, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < word.len; i++) {
		int high, low;

		if (word.p[i] != '%') {
			out[n++] = word.p[i];
			continue;
		}
		high = i + 2 < word.len ? hex_digit(word.p[i + 1]) : -1;
		low = high >= 0 ? hex_digit(word.p[i + 2]) : -1;
		if (low < 0)
			return -1;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return (int)n;
}

static bool cut_word(struct str *line, struct str *ret)
{
	struct str rest = *line;

	while (rest.len > 0 && rest.p[0] == ' ')
		rest = str_from(rest, 1);
	*ret = str_cut(rest, ' ', line);
	return ret->len > 0;
}

bool word_take(struct str *line, struct arena *arena, struct str *ret)
{
	struct str word;
	char *out;
	int n;

	if (!cut_word(line, &word))
		return false;
	*ret = STR_NULL;
	if (str_is(word, "~"))
		return true;
	out = arena_alloc(arena, word.len + 1);
	if (!out)
		return false;
	n = str_is(word, "%") ? 0 : unescape(word, out);
	*ret = str_make(out, (size_t)MAX(n, 0));
	return n >= 0;
}

bool word_take_int(struct str *line, int64_t min, int64_t max, int64_t *ret)
{
	struct str word;
	uint64_t n;
	bool is_negative;

	if (!cut_word(line, &word))
		return false;
	is_negative = word.p[0] == '-';
	if (str_to_u64(str_from(word, is_negative), INT64_MAX, &n) < 0)
		return false;
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return *ret >= min && *ret <= max;
}

bool line_take(struct str *text, struct str *ret)
{
	if (text->len == 0)
		return false;
	*ret = str_cut(*text, '\n', text);
	return true;
}
