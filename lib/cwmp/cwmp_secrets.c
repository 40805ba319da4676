#include "lib/cwmp/cwmp_secrets.h"

#include "lib/base/cleanup.h"
#include "lib/base/secret.h"
#include "lib/xml/xml_entity.h"

#include <errno.h>
#include <stdlib.h>

/* ---- which there are ----------------------------------------------------------------- */

/* Secrets that come with one request: they make no room for each other. */
struct added {
	struct cwmp_secrets **set;
	size_t n;
	bool has_begun;
	bool is_lost; /* there was no memory for one */
};

static void forget_at(struct cwmp_secrets *secrets, size_t at, size_t len)
{
	struct buf *texts = &secrets->texts;

	texts->len -= len + 1;
	memmove(texts->data + at, texts->data + at + len + 1, texts->len - at);
	secrets->n--;
}

/* One that is there already becomes the newest. */
static void forget_same(struct added *added, struct str secret)
{
	struct cwmp_secrets *secrets = *added->set;
	struct str rest = buf_str(&secrets->texts);

	for (size_t i = 0, at = 0; rest.len > 0; i++) {
		struct str old = str_cut(rest, '\0', &rest);

		if (str_eq(old, secret)) {
			added->n -= i + added->n >= secrets->n;
			forget_at(secrets, at, old.len);
			return;
		}
		at += old.len + 1;
	}
}

static bool has_room(const struct cwmp_secrets *secrets, size_t len)
{
	return secrets->n < CWMP_SECRETS_MAX &&
	       secrets->texts.len + len < CWMP_SECRETS_BYTES;
}

static void append(struct added *added, struct str secret)
{
	struct cwmp_secrets *secrets = *added->set;

	forget_same(added, secret);
	while (!has_room(secrets, secret.len) && secrets->n > added->n)
		forget_at(secrets, 0, str_find_char(buf_str(&secrets->texts), '\0'));
	secrets->is_over = !has_room(secrets, secret.len);
	if (secrets->is_over)
		return;
	buf_append_str(&secrets->texts, secret);
	buf_append_char(&secrets->texts, '\0');
	secrets->n++;
	added->n++;
}

/* The set that is added to; null without memory. */
static struct cwmp_secrets *made(struct cwmp_secrets **set)
{
	if (!*set)
		*set = calloc(1, sizeof(**set));
	return *set;
}

static void add(struct added *added, struct str secret)
{
	struct cwmp_secrets *secrets;

	secret.len = str_find_char(secret, '\0'); /* it ends one in the set */
	if (secret.len == 0)
		return;
	secrets = made(added->set);
	if (secrets && !secrets->texts.error &&
	    (!added->has_begun || !secrets->is_over))
		append(added, secret);
	added->has_begun = true;
	added->is_lost |= !secrets || secrets->texts.error;
}

/* The password of a URL, and what else of its kind stands in a text. */
static void add_within(struct added *added, struct str text)
{
	size_t at = 0, end;

	while (secret_find(text, &at, &end)) {
		add(added, str_make(text.p + at, end - at));
		at = end;
	}
}

static void add_item(struct added *added, const struct cwmp_item *item)
{
	add(added, cwmp_item_text(item, "Password"));
	add_within(added, cwmp_item_text(item, "URL"));
}

static void add_request(struct added *added, const struct cwmp_msg *request)
{
	const struct cwmp_args *args = &request->args;
	const struct cwmp_params *params = &args->params;

	add(added, args->password);
	add_within(added, args->url);
	for (size_t i = 0; request->method == CWMP_CHANGE_DU_STATE && i < args->n_items;
	     i++)
		add_item(added, &args->items[i]);
	for (size_t i = 0;
	     request->method == CWMP_SET_PARAMETER_VALUES && i < params->len; i++) {
		if (secret_is_named(params->items[i].name))
			add(added, params->items[i].value);
		else
			add_within(added, params->items[i].value);
	}
}

bool cwmp_secrets_add(struct cwmp_secrets **set, const struct cwmp_msg *request)
{
	struct added added = { .set = set };

	if (request->kind == CWMP_REQUEST)
		add_request(&added, request);
	return !added.is_lost;
}

bool cwmp_secrets_move(struct cwmp_secrets **set, struct cwmp_secrets **from)
{
	struct added added = { .set = set };
	struct str rest = *from ? buf_str(&(*from)->texts) : STR_NULL;

	if (!*set) {
		*set = steal_ptr(from);
		return true;
	}
	while (rest.len > 0)
		add(&added, str_cut(rest, '\0', &rest));
	if (*from)
		(*set)->is_over |= (*from)->is_over;
	cwmp_secrets_free(from);
	return !added.is_lost;
}

size_t cwmp_secrets_bytes(const struct cwmp_secrets *set)
{
	return set ? sizeof(*set) + set->texts.cap : 0;
}

void cwmp_secrets_free(struct cwmp_secrets **set)
{
	if (*set)
		buf_free(&(*set)->texts);
	free(steal_ptr(set));
}

/* ---- where they stand ---------------------------------------------------------------- */

static bool is_pair(char before, char after, size_t len)
{
	static const char pairs[][2] = { { '"', '"' }, { '\'', '\'' }, { '`', '`' },
		{ '(', ')' }, { '[', ']' }, { '{', '}' }, { '<', '>' } };

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		if (before == pairs[i][0] && after == pairs[i][1])
			return true;
	}
	/* In markup a digit alone is a number more often than a secret. */
	return before == '>' && after == '<' && len > 1;
}

static bool is_of_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

/* Whether a part of the text is there as a value, and no part of what the text says. core: the
 * text without the blanks round it. */
static bool is_value(struct str text, struct str core, struct str part)
{
	const char *end = part.p + part.len, *core_end = core.p + core.len;
	char before = part.p > text.p ? part.p[-1] : '\0';
	char after = end < text.p + text.len ? *end : '\0';

	if ((part.p <= core.p && end >= core_end) || is_pair(before, after, part.len) ||
	    (before == '=' && !is_of_word(after)))
		return true;
	if (before != ' ' || part.p - text.p < 2 || part.p[-2] != ':')
		return false;
	return end >= core_end || (after == '.' && end + 1 == core_end) ||
	       (after && strchr("\r\n<,;", after));
}

/* A text as it is written, or as a reader of markup has it. */
struct view {
	struct str text, core; /* core: without the blanks round it */
	/* Where each byte and the end are in what is written; null: at the same place. */
	const uint32_t *at;
};

static struct view view_of(struct str text, const uint32_t *at)
{
	return (struct view){ text, str_trim(text), at };
}

struct marking {
	size_t len;     /* of what is written */
	uint8_t *marks; /* owned; null: nothing is marked yet */
};

static bool mark_part(struct marking *m, const struct view *view, struct str part)
{
	size_t begin = (size_t)(part.p - view->text.p), end = begin + part.len;

	if (!m->marks)
		m->marks = calloc(m->len, 1);
	if (!m->marks)
		return false;
	if (view->at) {
		begin = view->at[begin];
		end = view->at[end];
	}
	memset(m->marks + begin, 1, end - begin);
	return true;
}

/* Marks each place of a secret. False without memory. */
static bool mark(struct marking *m, const struct view *view, struct str secret)
{
	struct str rest = view->text;
	size_t at;

	while (str_find(rest, secret, &at)) {
		struct str part = str_make(rest.p + at, secret.len);
		bool is_it = secret.len >= CWMP_SECRET_MIN ||
			     is_value(view->text, view->core, part);

		/* What is none may overlap with one that is. */
		rest = str_from(rest, at + (is_it ? secret.len : 1));
		if (is_it && !mark_part(m, view, part))
			return false;
	}
	return true;
}

static bool mark_all(struct marking *m, const struct view *view,
    const struct cwmp_secrets *set)
{
	struct str rest = buf_str(&set->texts);
	bool is_marked = true;

	while (is_marked && rest.len > 0)
		is_marked = mark(m, view, str_cut(rest, '\0', &rest));
	return is_marked;
}

/* Writers of markup differ in which characters they write as references, and how: so they are
 * read. False without memory. */
static bool mark_read(struct marking *m, struct str text,
    const struct cwmp_secrets *set)
{
	auto_buf read = BUF_MAX(text.len + 1);
	auto_free uint32_t *at = NULL;
	struct view view;

	if (str_find_char(text, '&') == text.len)
		return true;
	at = malloc((text.len + 1) * sizeof(*at));
	if (!at)
		return false;
	for (size_t i = 0, k = 0, n; i < text.len; i += n) {
		n = xml_entity_put(&read, str_from(text, i));
		if (n == 0)
			buf_append_char(&read, text.p[i]);
		n = MAX(n, (size_t)1);
		while (k < read.len)
			at[k++] = (uint32_t)i;
	}
	at[read.len] = (uint32_t)text.len;
	view = view_of(buf_str(&read), at);
	return !read.error && (read.len == text.len || mark_all(m, &view, set));
}

static void put_unmarked(struct buf *out, struct str text, const uint8_t *marks)
{
	for (size_t i = 0; i < text.len;) {
		size_t begin = i;

		while (i < text.len && marks[i] == marks[begin])
			i++;
		if (marks[begin])
			buf_append_text(out, "***");
		else
			buf_append(out, text.p + begin, i - begin);
	}
}

static void replace(struct buf *text, struct str by, int error)
{
	text->len = 0;
	buf_append_str(text, by);
	if (error)
		text->error = error;
}

void cwmp_secrets_hide(const struct cwmp_secrets *set, struct buf *text)
{
	struct str all = buf_str(text);
	struct marking marking = { all.len, NULL };
	struct view written = view_of(all, NULL);
	auto_buf shown = BUF_MAX(text->max);

	if (!set)
		return;
	if (set->texts.error || !mark_all(&marking, &written, set) ||
	    !mark_read(&marking, all, set)) {
		replace(text, STR_NULL, -ENOMEM);
	} else if (set->is_over && all.len > 0) {
		replace(text, STR("***"), 0);
	} else if (marking.marks) {
		put_unmarked(&shown, all, marking.marks);
		replace(text, buf_str(&shown), shown.error);
	}
	free(marking.marks);
}
