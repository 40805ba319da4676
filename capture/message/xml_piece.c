#include "capture/message/xml_piece.h"

#include "lib/base/compiler.h"

#include <string.h>

/* Where a tag ends: at its ">", outside of quotes. A quote that never ends, or has a "<" in
 * it, is none. */
static size_t tag_len(struct str text)
{
	char quote = '\0';

	for (size_t i = 1; i < text.len; i++) {
		char c = text.p[i];

		if (quote && c == '<')
			break;
		if (c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else if (!quote && c == '>')
			return i + 1;
	}
	return MIN(str_find_char(text, '>') + 1, text.len);
}

/* A document type declaration ends behind its internal subset. */
static size_t doctype_len(struct str text)
{
	size_t close = str_find_char(text, '>'), end;

	if (str_find_char(str_make(text.p, close), '[') < close) {
		end = str_find_char(text, ']');
		close = end + str_find_char(str_from(text, end), '>');
	}
	return MIN(close + 1, text.len);
}

/* A piece that begins with `open` and goes to `close`; without one, to the end. */
static bool is_piece(struct str text, const char *open, const char *close,
    struct xml_piece *ret)
{
	struct str begin = str_of(open), end = str_of(close);
	size_t at;

	if (!str_starts(text, begin))
		return false;
	ret->all = text;
	ret->inner = str_make(text.p + begin.len, text.len - begin.len);
	if (str_find(ret->inner, end, &at)) {
		ret->inner.len = at;
		ret->all.len = begin.len + at + end.len;
	}
	return true;
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == ':' || (unsigned char)c >= 0x80;
}

static struct xml_piece tag_piece(struct str text, bool is_end)
{
	size_t len = tag_len(text), skip = is_end ? 2 : 1;
	bool has_close = text.p[len - 1] == '>';
	struct xml_piece piece = { is_end ? XML_PIECE_END : XML_PIECE_START,
		str_make(text.p, len),
		str_make(text.p + skip, len - skip - (has_close && len > skip)) };

	if (!is_end && piece.inner.len > 0 && has_close &&
	    piece.inner.p[piece.inner.len - 1] == '/') {
		piece.kind = XML_PIECE_EMPTY;
		piece.inner.len--;
	}
	return piece;
}

struct xml_piece xml_piece_next(struct str text)
{
	struct xml_piece piece = { .kind = XML_PIECE_TEXT };
	char second = text.len > 1 ? text.p[1] : '\0';

	if (text.p[0] == '<' && second == '/')
		return tag_piece(text, true);
	if (text.p[0] == '<' && is_name_start(second))
		return tag_piece(text, false);
	if (is_piece(text, "<!--", "-->", &piece)) {
		piece.kind = XML_PIECE_COMMENT;
	} else if (is_piece(text, "<![CDATA[", "]]>", &piece)) {
		piece.kind = XML_PIECE_CDATA;
	} else if (is_piece(text, "<?", "?>", &piece)) {
		piece.kind = XML_PIECE_INSTRUCTION;
	} else if (text.p[0] == '<' && second == '!') {
		piece.kind = XML_PIECE_DOCTYPE;
		piece.all = piece.inner = str_make(text.p, doctype_len(text));
	} else {
		piece.all = str_make(text.p, 1 + str_find_char(str_from(text, 1), '<'));
		piece.inner = piece.all;
	}
	return piece;
}

struct str xml_tag_name(struct str tag)
{
	size_t len = 0;

	while (len < tag.len && !strchr(" \t\r\n/", tag.p[len]))
		len++;
	return str_make(tag.p, len);
}

struct str xml_local_name(struct str name)
{
	struct str rest;

	while ((void)str_cut(name, ':', &rest), rest.len > 0)
		name = rest;
	return name;
}

bool xml_attribute_next(struct str *rest, struct xml_attribute *ret)
{
	size_t equals = str_find_char(*rest, '='), at = equals + 1, end;
	struct str name = str_trim(str_make(rest->p, equals));

	while (at < rest->len && strchr(" \t\r\n", rest->p[at]))
		at++;
	if (at >= rest->len || (rest->p[at] != '"' && rest->p[at] != '\''))
		return false;
	end = at + 1 + str_find_char(str_from(*rest, at + 1), rest->p[at]);
	*ret = (struct xml_attribute){ xml_local_name(name),
		str_make(rest->p + at + 1, end - at - 1),
		str_starts(name, STR("xmlns")) };
	*rest = str_from(*rest, end + 1);
	return true;
}
