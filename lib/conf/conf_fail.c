/* A mistake as people see it: place, words, the line, a caret, a hint. */
#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"
#include "lib/base/shown.h"
#include "lib/base/utf8.h"
#include "lib/conf/conf_internal.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	SHOWN_MAX = 100,     /* characters of a line that are shown */
	SHOWN_BEFORE = 60,   /* of them before the caret, when the line is longer */
	REST_LINES_MAX = 200 /* above it that are looked at for a line's key */
};

static struct str line_of(const struct conf_doc *doc, uint32_t line)
{
	struct str rest = doc->text, text;

	for (uint32_t i = 1; i < line && rest.len > 0; i++)
		(void)str_cut(rest, '\n', &rest);
	if (str_starts(rest, STR("\xef\xbb\xbf")) && line == 1)
		rest = str_from(rest, 3);
	text = str_make(rest.p, str_find_char(rest, '\n'));
	if (text.len > 0 && text.p[text.len - 1] == '\r')
		text.len--;
	return text;
}

static size_t skip_blanks(struct str line, size_t at)
{
	while (at < line.len && line.p[at] == ' ')
		at++;
	return at;
}

/* Where a value that starts at byte `at` ends: at its closing quote, at what ends it in a
 * flow collection, or with the line. */
static size_t value_end(struct str line, size_t at, bool is_flow)
{
	char quote = at < line.len && (line.p[at] == '"' || line.p[at] == '\'')
			 ? line.p[at]
			 : '\0';

	for (size_t i = at + 1; i < line.len; i++) {
		if (quote == '"' && line.p[i] == '\\')
			i++;
		else if (quote && line.p[i] == quote)
			return i + 1;
		if (!quote && is_flow && (line.p[i] == ',' || line.p[i] == '}'))
			return i;
	}
	return line.len;
}

/* "key" names a file of a TLS key wherever the program's own files have it. */
static bool is_secret_key(struct str key)
{
	return secret_is_name(key) && !str_is(key, "key");
}

/* The key before a colon that ends it: "password:", "\"password\":"; else empty. */
static struct str key_before(struct str line, size_t colon)
{
	size_t end = colon, at;

	if (colon + 1 < line.len && !strchr(" \t\r\"'", line.p[colon + 1]))
		return STR_NULL;
	if (end > 0 && (line.p[end - 1] == '"' || line.p[end - 1] == '\''))
		end--;
	at = end;
	while (at > 0 && !strchr(" \t{,[\"'", line.p[at - 1]))
		at--;
	return str_make(line.p + at, end - at);
}

/* The bytes of the next value in the line from *at on whose key says that it is secret;
 * false when there is none. The text is searched, not the tree: a file may be wrong before
 * there is a tree. */
static bool find_value(struct str line, size_t *at, size_t *ret_end)
{
	for (size_t i = *at; i < line.len; i++) {
		size_t value;

		if (line.p[i] != ':' || !is_secret_key(key_before(line, i)))
			continue;
		value = skip_blanks(line, i + 1);
		if (value >= line.len)
			return false;
		*at = value;
		*ret_end = value_end(line, value, str_find_char(line, '{') < i);
		return true;
	}
	return false;
}

/* The first of what a key, or the text itself, says to be secret. */
static bool find_secret(struct str line, size_t *at, size_t *ret_end)
{
	size_t by_key = *at, by_text = *at, key_end = 0, text_end = 0;
	bool has_key = find_value(line, &by_key, &key_end);
	bool has_text = secret_find(line, &by_text, &text_end);
	bool is_key = has_key && (!has_text || by_key <= by_text);

	*at = is_key ? by_key : by_text;
	*ret_end = is_key ? key_end : text_end;
	return has_key || has_text;
}

/* Whether a line is the rest of a value that a key in a line above it says to be secret:
 * "password: |", then lines that stand further in. */
static bool is_rest_of_secret(const struct conf_doc *doc, uint32_t line)
{
	struct str here = line_of(doc, line);
	size_t depth = skip_blanks(here, 0);

	if (depth == 0)
		return false;
	for (uint32_t i = line - 1; i > 0 && line - i < REST_LINES_MAX; i--) {
		struct str above = line_of(doc, i);
		struct str text = str_trim(above);
		size_t colon = str_find_char(above, ':');

		if (text.len == 0 || skip_blanks(above, 0) >= depth)
			continue;
		return colon < above.len && is_secret_key(key_before(above, colon));
	}
	return false;
}

/* Appends the characters [first, first + SHOWN_MAX) of the line: a tab counts and shows as
 * one blank, so that the caret stands right; secrets are starred. */
static void show_line(struct buf *out, const struct conf_doc *doc, uint32_t number,
    size_t first)
{
	struct str line = line_of(doc, number);
	size_t secret = 0, secret_end = 0, column = 0;
	bool has_secret = is_rest_of_secret(doc, number);

	if (has_secret) {
		secret = skip_blanks(line, 0);
		secret_end = line.len;
	} else {
		has_secret = find_secret(line, &secret, &secret_end);
	}

	for (size_t i = 0; i < line.len && column < first + SHOWN_MAX; column++) {
		size_t n = utf8_char(str_from(line, i));

		if (has_secret && i >= secret_end) {
			secret = secret_end;
			has_secret = find_secret(line, &secret, &secret_end);
		}
		if (column < first)
			;
		else if (has_secret && i >= secret)
			buf_append_char(out, '*');
		else
			(void)utf8_put_shown(out, str_from(line, i));
		i += n ? n : 1;
	}
}

/* One line without a place: "<who>: words (hint)". */
static int fail_short(const struct conf_doc *doc, const char *who, const char *hint,
    struct error *err, const char *msg)
{
	auto_buf out = BUF_NULL;

	shown_printf(&out, "%s%s%s%s%s%s", who ? who : "", who ? ": " : "", msg,
	    hint ? " (" : "", hint ? hint : "", hint ? ")" : "");
	if (doc->mistakes)
		conf_mistakes_add(doc->mistakes, 0, 0, buf_cstr(&out));
	return error_set_lines(err, ERR_CONFIG, buf_cstr(&out));
}

int conf_fail_at(const struct conf_doc *doc, uint32_t line, uint32_t column,
    uint32_t width, const char *hint, struct error *err, const char *msg)
{
	struct str text = line_of(doc, line);
	size_t length = utf8_length(text), first = 0;
	auto_buf out = BUF_NULL;

	if (!err && !doc->mistakes)
		return ERR_CONFIG;
	column = MIN(column, (uint32_t)length + 1);
	if (length > SHOWN_MAX && column > SHOWN_BEFORE)
		first = column - SHOWN_BEFORE;
	if (column - first + width > SHOWN_MAX + 1)
		width = (uint32_t)(SHOWN_MAX + 1 - (column - first));
	shown_printf(&out, "%s:%u:%u: error: %s\n%5u | ", doc->name, line, column, msg,
	    line);
	show_line(&out, doc, line, first);
	buf_printf(&out, "\n      | %*s^", (int)(column - 1 - first), "");
	for (uint32_t i = 1; i < width; i++)
		buf_append_char(&out, '~');
	if (hint)
		shown_printf(&out, " %s", hint);
	if (doc->mistakes)
		conf_mistakes_add(doc->mistakes, line, column, buf_cstr(&out));
	return error_set_lines(err, ERR_CONFIG, buf_cstr(&out));
}

int conf_fail(const struct conf_doc *doc, const struct conf_node *node,
    const char *hint, struct error *err, const char *fmt, ...)
{
	char msg[400];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(msg, sizeof(msg), fmt, args);
	va_end(args);
	secret_hide(msg, sizeof(msg));
	if (doc->has_no_text)
		return fail_short(doc,
		    node && node->line > 0 && node->line <= doc->n_origins
			? doc->origins[node->line - 1]
			: NULL,
		    hint, err, msg);
	if (!node) {
		char who[256];

		(void)snprintf(who, sizeof(who), "%s: error", doc->name);
		return fail_short(doc, who, hint, err, msg);
	}
	return conf_fail_at(doc, node->line, node->column, node->width, hint, err, msg);
}

const char *conf_kind_name(enum conf_kind kind)
{
	static const char *const names[] = { "a single value", "a mapping", "a list" };

	return names[kind];
}

/* A key with nothing after it has an empty plain scalar. */
bool conf_is_nothing(const struct conf_node *node)
{
	return node->kind == CONF_SCALAR && !node->is_quoted &&
	       (node->text.len == 0 || str_is(node->text, "~") ||
		   str_is(node->text, "null"));
}

int conf_want_kind(const struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, enum conf_kind kind, struct error *err)
{
	if (conf_is_nothing(node))
		return conf_fail(doc, node, row->help, err, "\"%s\" has no value",
		    row->key);
	if (node->kind == kind)
		return 0;
	return conf_fail(doc, node, row->help, err, "\"%s\" wants %s, not %s", row->key,
	    conf_kind_name(kind), conf_kind_name(node->kind));
}
