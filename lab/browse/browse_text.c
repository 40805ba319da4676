/* Messages as lines: an envelope with one element a line, two of them side by side. */
#include "lab/browse/browse.h"

enum {
	LINES_MAX = 200000,
	COMPARE_MAX = 1500, /* lines of each side that are aligned */
	INDENT_MAX = 40,
};

const char *const browse_help[] = {
	"arrows, j k     up and down          Enter, Right   open",
	"PgUp PgDn       a page (b, space)    Left, Esc, q   back; leave",
	"Home End, g G   first, last          Tab            the next one, opened",
	"/ text Enter    search; n next, N the one before",
	"f               findings, failures   ] [            the next, the one before",
	"s S             sort by the next column; turn the order round",
	"m               mark a message       d              compare it with this one",
	"w               write the packets of what the cursor stands on, as pcapng",
	"< >             left and right in long lines",
	"?               these keys           Q              leave at once",
	NULL,
};

struct lines {
	struct arena *arena;
	struct str *items;
	size_t len, cap;
	bool has_failed;
};

static void add(struct lines *lines, struct str text)
{
	size_t cap = lines->cap ? lines->cap * 2 : 64;
	struct str *items;

	if (lines->len == LINES_MAX)
		return;
	if (lines->len == lines->cap) {
		items = arena_array(lines->arena, cap, sizeof(*items));
		if (!items) {
			lines->has_failed = true;
			return;
		}
		if (lines->len > 0)
			memcpy(items, lines->items, lines->len * sizeof(*items));
		lines->items = items;
		lines->cap = cap;
	}
	lines->items[lines->len++] = arena_str(lines->arena, text);
}

static void add_text(struct lines *lines, const char *name, const char *text)
{
	auto_buf line = BUF_NULL;

	if (!text)
		return;
	buf_printf(&line, "%-9s %s", name, text);
	add(lines, buf_str(&line));
}

/* ---- the envelope ------------------------------------------------------------------ */

static bool is_end_tag(struct str at)
{
	return at.len > 1 && at.p[0] == '<' && at.p[1] == '/';
}

/* An element with nothing but text in it stays on one line. */
static size_t element_len(struct str at)
{
	size_t end = str_find_char(at, '>'), next;

	if (end >= at.len)
		return at.len;
	if (at.p[end - 1] == '/' || at.p[1] == '?' || at.p[1] == '!' || is_end_tag(at))
		return end + 1;
	next = end + 1 + str_find_char(str_from(at, end + 1), '<');
	if (next >= at.len || !is_end_tag(str_from(at, next)))
		return end + 1;
	return next + str_find_char(str_from(at, next), '>') + 1;
}

static bool opens(struct str element)
{
	size_t end = str_find_char(element, '>');

	return element.len > 1 && element.p[0] == '<' && element.p[1] != '?' &&
	       element.p[1] != '!' && !is_end_tag(element) && end + 1 == element.len &&
	       element.p[end - 1] != '/';
}

static void add_indented(struct lines *lines, size_t depth, struct str text)
{
	auto_buf line = BUF_NULL;

	buf_printf(&line, "%*s", (int)MIN(depth * 2, (size_t)INDENT_MAX), "");
	for (size_t i = 0; i < text.len; i++)
		buf_append_char(&line,
		    (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
	add(lines, buf_str(&line));
}

static void add_envelope(struct lines *lines, struct str xml)
{
	size_t depth = 0;

	while ((xml = str_trim(xml)).len > 0 && lines->len < LINES_MAX) {
		size_t n = xml.p[0] == '<' ? element_len(xml) : str_find_char(xml, '<');
		struct str element = str_make(xml.p, MIN(n, xml.len));

		if (is_end_tag(element) && depth > 0)
			depth--;
		add_indented(lines, depth, str_trim(element));
		depth += opens(element);
		xml = str_from(xml, element.len);
	}
}

static void add_head(struct lines *lines, struct str head)
{
	while (head.len > 0) {
		size_t end = MIN(str_find_char(head, '\n'), head.len);
		struct str line = str_trim(str_make(head.p, end));

		if (line.len > 0)
			add(lines, line);
		head = str_from(head, MIN(end + 1, head.len));
	}
}

struct str *browse_message_lines(struct arena *arena, const struct analysis *analysis,
    const struct analysis_message *message, size_t *ret_n)
{
	struct lines lines = { .arena = arena };
	auto_buf frame = BUF_NULL, failed = BUF_NULL;

	buf_printf(&frame, "%llu, %llu bytes of body",
	    (unsigned long long)message->frame, (unsigned long long)message->size);
	add_text(&lines, "name", message->name);
	add_text(&lines, "about", message->detail);
	add_text(&lines, analysis->counts.text ? "message" : "frame", buf_cstr(&frame));
	if (message->failure) {
		buf_printf(&failed, "%s by the %s: %s", message->failure->layer,
		    failure_by(message->failure), message->failure->text);
		add_text(&lines, "failed", buf_cstr(&failed));
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (finding->frame == message->frame && finding->session != 0) {
			add_text(&lines, finding->rule, finding->text);
		}
	}
	add(&lines, STR(""));
	add_head(&lines, message->head);
	if (message->head.len > 0)
		add(&lines, STR(""));
	add_envelope(&lines, message->body);
	*ret_n = lines.has_failed ? 0 : lines.len;
	return lines.has_failed ? NULL : lines.items;
}

/* ---- side by side ------------------------------------------------------------------ */

struct comparison {
	const struct str *left, *right;
	size_t n_left, n_right;
	uint16_t *common; /* longest common run of lines behind (i, k) */
	struct browse_pair *pairs;
	size_t n;
};

static uint16_t *common_at(const struct comparison *c, size_t i, size_t k)
{
	return &c->common[i * (c->n_right + 1) + k];
}

static void measure(struct comparison *c)
{
	for (size_t i = c->n_left; i-- > 0;) {
		for (size_t k = c->n_right; k-- > 0;) {
			uint16_t down = *common_at(c, i + 1, k);
			uint16_t across = *common_at(c, i, k + 1);

			*common_at(c, i, k) =
			    str_eq(c->left[i], c->right[k])
				? (uint16_t)(*common_at(c, i + 1, k + 1) + 1)
				: MAX(down, across);
		}
	}
}

static void put_pair(struct comparison *c, struct str left, struct str right,
    bool is_same)
{
	c->pairs[c->n++] = (struct browse_pair){ left, right, is_same };
}

/* Lines that differ stand beside each other as long as both sides have some. */
static void walk(struct comparison *c)
{
	size_t i = 0, k = 0;

	while (i < c->n_left || k < c->n_right) {
		bool has_both = i < c->n_left && k < c->n_right;

		if (has_both && str_eq(c->left[i], c->right[k])) {
			put_pair(c, c->left[i++], c->right[k++], true);
		} else if (has_both &&
			   *common_at(c, i + 1, k + 1) == *common_at(c, i, k)) {
			put_pair(c, c->left[i++], c->right[k++], false);
		} else if (k == c->n_right ||
			   (i < c->n_left &&
			       *common_at(c, i + 1, k) >= *common_at(c, i, k + 1))) {
			put_pair(c, c->left[i++], STR_NULL, false);
		} else {
			put_pair(c, STR_NULL, c->right[k++], false);
		}
	}
}

struct browse_pair *browse_compare(struct arena *arena, const struct str *left,
    size_t n_left, const struct str *right, size_t n_right, size_t *ret_n)
{
	struct comparison c = { left, right, MIN(n_left, (size_t)COMPARE_MAX),
		MIN(n_right, (size_t)COMPARE_MAX), NULL, NULL, 0 };
	size_t cells = (c.n_left + 1) * (c.n_right + 1);

	*ret_n = 0;
	c.pairs = arena_array(arena, n_left + n_right, sizeof(*c.pairs));
	c.common = calloc(cells, sizeof(*c.common));
	if (!c.pairs || !c.common) {
		free(c.common);
		return NULL;
	}
	measure(&c);
	walk(&c);
	for (size_t i = COMPARE_MAX; i < MAX(n_left, n_right); i++)
		put_pair(&c, i < n_left ? left[i] : STR_NULL,
		    i < n_right ? right[i] : STR_NULL, false);
	free(c.common);
	*ret_n = c.n;
	return c.pairs;
}
