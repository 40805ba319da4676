#include "capture/message/body_line.h"

#include "capture/message/redact.h"
#include "lib/base/buf.h"
#include "lib/base/utf8.h"

enum {
	LOOKED_AT_MAX = 4096 /* bytes of the body */
};

static bool starts_nocase(struct str text, const char *start)
{
	size_t n = strlen(start);

	return text.len >= n && str_eq_nocase(str_make(text.p, n), str_of(start));
}

/* What follows the first such tag; a null view where there is none. */
static struct str behind_tag(struct str text, const char *tag)
{
	for (; text.len > 0; text = str_from(text, 1)) {
		if (text.p[0] == '<' && starts_nocase(str_from(text, 1), tag)) {
			size_t end = str_find_char(text, '>');

			return str_from(text, MIN(end + 1, text.len));
		}
	}
	return STR_NULL;
}

/* A tag with what it hides: comments, scripts and styles are no text. */
static struct str skip_tag(struct str text)
{
	static const struct {
		const char *start, *end;
	} hidden[] = { { "<!--", "-->" }, { "<script", "</script>" },
		{ "<style", "</style>" } };

	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		if (!starts_nocase(text, hidden[i].start))
			continue;
		while (text.len > 0 && !starts_nocase(text, hidden[i].end))
			text = str_from(text, 1);
		return str_from(text, MIN(strlen(hidden[i].end), text.len));
	}
	return str_from(text, MIN(str_find_char(text, '>') + 1, text.len));
}

/* HTML, or XML of whatever kind. */
static bool has_markup(struct str body)
{
	body = str_trim(body);
	return body.len > 0 && body.p[0] == '<';
}

/* The first line, or of HTML the first run of text, with blanks joined. */
static void put_line(struct buf *out, struct str text, bool has_tags)
{
	size_t before = out->len, most = before + BODY_LINE_MAX;
	bool is_blank = false;

	while (text.len > 0 && out->len < most) {
		unsigned char c = (unsigned char)text.p[0];
		size_t n = c < 0x80 ? 1 : utf8_char(text), unruly = utf8_unruly(text);

		if (has_tags && c == '<') {
			if (out->len > before)
				return;
			text = skip_tag(text);
			continue;
		}
		if ((c == '\n' || c == '\r') && out->len > before && !has_tags)
			return;
		if (c == ' ' || unruly > 0 || n == 0) {
			is_blank = out->len > before;
		} else if (out->len + n + is_blank <= most) {
			if (is_blank)
				buf_append_char(out, ' ');
			buf_append(out, text.p, n);
			is_blank = false;
		} else {
			return;
		}
		text = str_from(text, n > 0 ? n : 1);
	}
}

void body_line_put(struct buf *out, struct str body, bool shows_secrets)
{
	size_t before = out->len;
	auto_buf safe = BUF_NULL;
	bool has_tags;

	body = str_make(body.p, MIN(body.len, (size_t)LOOKED_AT_MAX));
	if (body.len == 0 || memchr(body.p, '\0', body.len))
		return;
	/* Before the line is taken: an element's name, and the end of a URL's password, tell
	 * what is a secret, and are not in it any more. */
	if (!shows_secrets) {
		redact_body(&safe, body);
		body = buf_str(&safe);
	}
	has_tags = has_markup(body);
	if (has_tags)
		put_line(out, behind_tag(body, "title"), true);
	if (out->len == before)
		put_line(out, body, has_tags);
}
