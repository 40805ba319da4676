/* JSON as a tree (RFC 8259). */
#include "capture/text/tree.h"

#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

#include <errno.h>

struct parser {
	struct str text;
	size_t at;
	uint32_t line;
	struct arena *arena;
	struct tree_mistake *mistake;
	struct buf string; /* of the present string with escapes */
};

static int fail(struct parser *p, const char *what)
{
	size_t start = p->at;

	/* Here alone: a line may hold many values, each of which would look for it. */
	while (start > 0 && p->text.p[start - 1] != '\n')
		start--;
	*p->mistake =
	    (struct tree_mistake){ p->line, (uint32_t)(p->at - start) + 1, what };
	return ERR_MALFORMED;
}

static void skip_blanks(struct parser *p)
{
	for (; p->at < p->text.len; p->at++) {
		char c = p->text.p[p->at];

		if (c == '\n')
			p->line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			return;
	}
}

static char peek(const struct parser *p)
{
	return p->at < p->text.len ? p->text.p[p->at] : '\0';
}

/* ---- strings ----------------------------------------------------------------------- */

/* The four digits behind "\u"; -1 where they are none. */
static int32_t hex4(struct str s)
{
	uint8_t bytes[2];

	s.len = MIN(s.len, (size_t)4);
	return hex_parse(s, bytes, sizeof(bytes)) == 2 ? bytes[0] << 8 | bytes[1] : -1;
}

/* "\ud83d\ude00": two halves of one character; a half alone is U+FFFD. */
static int put_unicode(struct parser *p)
{
	int32_t c = hex4(str_from(p->text, p->at)), low;

	if (c < 0)
		return fail(p, "four hexadecimal digits are due after \\u");
	p->at += 4;
	if (c >= 0xd800 && c < 0xdc00 &&
	    str_starts(str_from(p->text, p->at), STR("\\u"))) {
		low = hex4(str_from(p->text, p->at + 2));
		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			p->at += 6;
		}
	}
	if (c >= 0xd800 && c < 0xe000)
		c = 0xfffd;
	utf8_put(&p->string, (uint32_t)c);
	return 0;
}

static int put_escape(struct parser *p)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;
	char c = peek(p);

	if (c == 'u') {
		p->at++;
		return put_unicode(p);
	}
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return fail(p, "an escape that JSON does not have");
	buf_append_char(&p->string, to[found - from]);
	p->at++;
	return 0;
}

/* What stands between here and the closing quote. */
static int parse_string(struct parser *p, struct str *ret)
{
	int r = 0;

	buf_reset(&p->string);
	p->at++;
	while (r == 0) {
		size_t start = p->at;

		while (p->at < p->text.len && p->text.p[p->at] != '"' &&
		       p->text.p[p->at] != '\\' && p->text.p[p->at] != '\n')
			p->at++;
		buf_append(&p->string, p->text.p + start, p->at - start);
		if (p->at == p->text.len)
			return fail(p, "the text ends inside a string");
		if (p->text.p[p->at] == '\n')
			return fail(p, "the line ends inside a string");
		if (p->text.p[p->at++] == '"')
			break;
		r = put_escape(p);
	}
	if (r == 0 && p->string.error)
		return -ENOMEM;
	*ret = r == 0 ? arena_str(p->arena, buf_str(&p->string)) : STR_NULL;
	return r == 0 && !ret->p ? -ENOMEM : r;
}

/* ---- values ------------------------------------------------------------------------ */

/* A number need not be well formed: nothing here counts with one that is not. */
static bool is_word(struct str s)
{
	return str_is(s, "true") || str_is(s, "false") || str_is(s, "null") ||
	       (s.len > 0 && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '-'));
}

static bool is_of_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr("+-.E", c));
}

static int parse_word(struct parser *p, struct tree *node)
{
	size_t start = p->at;

	while (is_of_word(peek(p)))
		p->at++;
	node->text = str_make(p->text.p + start, p->at - start);
	if (!is_word(node->text)) {
		p->at = start;
		return fail(p, start == p->text.len ? "the text ends inside a value"
						    : "a value of JSON is due here");
	}
	node->kind = str_is(node->text, "null") ? TREE_NULL : TREE_SCALAR;
	return 0;
}

static struct tree *node_new(struct parser *p, struct tree *parent)
{
	struct tree *node = arena_alloc(p->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->line = p->line;
	if (parent && parent->last)
		parent->last->next = node;
	else if (parent)
		parent->first = node;
	if (parent)
		parent->last = node;
	return node;
}

static int parse_value(struct parser *p, struct tree *node, unsigned depth);

/* "key": before the value of a member. */
static int parse_key(struct parser *p, struct str *ret)
{
	int r;

	if (peek(p) != '"')
		return fail(p, "a key in quotes is due here");
	r = parse_string(p, ret);
	if (r < 0)
		return r;
	skip_blanks(p);
	if (peek(p) != ':')
		return fail(p, "a colon is due here");
	p->at++;
	skip_blanks(p);
	return 0;
}

static int parse_members(struct parser *p, struct tree *node, unsigned depth)
{
	char end = node->kind == TREE_MAP ? '}' : ']';

	p->at++;
	for (;;) {
		struct str key = STR_NULL;
		struct tree *child;
		int r;

		skip_blanks(p);
		if (peek(p) == end && !node->first)
			break;
		r = node->kind == TREE_MAP ? parse_key(p, &key) : 0;
		child = r == 0 ? node_new(p, node) : NULL;
		if (r == 0 && !child)
			return -ENOMEM;
		if (r < 0)
			return r;
		child->key = key;
		r = parse_value(p, child, depth + 1);
		if (r < 0)
			return r;
		skip_blanks(p);
		if (peek(p) == end)
			break;
		if (peek(p) != ',')
			return fail(p, p->at == p->text.len
					   ? "the text ends inside a value"
					   : "a comma is due here");
		p->at++;
	}
	p->at++;
	return 0;
}

static int parse_kind(struct parser *p, struct tree *node, unsigned depth)
{
	if (depth > TREE_DEPTH_MAX)
		return fail(p, "over 64 levels");
	switch (peek(p)) {
	case '{':
		node->kind = TREE_MAP;
		return parse_members(p, node, depth);
	case '[':
		node->kind = TREE_LIST;
		return parse_members(p, node, depth);
	case '"':
		node->kind = TREE_SCALAR;
		return parse_string(p, &node->text);
	default:
		return parse_word(p, node);
	}
}

static int parse_value(struct parser *p, struct tree *node, unsigned depth)
{
	int r = parse_kind(p, node, depth);

	node->is_cut = r < 0;
	return r;
}

int tree_json_next(struct str text, size_t *at, uint32_t *line, struct arena *arena,
    struct tree **ret, struct tree_mistake *mistake)
{
	struct parser p = { .text = text,
		.at = *at,
		.line = *line,
		.arena = arena,
		.mistake = mistake,
		.string = BUF_MAX(text.len + 1) };
	struct tree *node;
	int r;

	skip_blanks(&p);
	if (p.at == text.len)
		return 0;
	node = node_new(&p, NULL);
	r = node ? parse_value(&p, node, 0) : -ENOMEM;
	buf_free(&p.string);
	*at = p.at;
	*line = p.line;
	*ret = node;
	return r < 0 ? r : 1;
}
