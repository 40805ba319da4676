#include "agents/common/tell/tell.h"

#include "agents/common/tell/tell_rows.h"
#include "lib/base/clock.h"
#include "lib/base/shown.h"
#include "lib/conf/conf.h"

#include <inttypes.h>

enum {
	ITEMS_MAX = 8, /* of a list; how many there are besides is said */
	KEY_MAX = 32
};

/* ---- values ------------------------------------------------------------------------- */

static bool is_null(const struct conf_node *value)
{
	return value->kind == CONF_SCALAR && !value->is_quoted &&
	       str_is(value->text, "null");
}

/* Whether it is worth a word in brackets. */
static bool is_something(const struct conf_node *value)
{
	if (value->kind != CONF_SCALAR)
		return value->len > 0;
	if (value->text.len == 0)
		return false;
	return value->is_quoted ||
	       (!str_is(value->text, "0") && !str_is(value->text, "false"));
}

/* "9.4 s" of 9400. */
static void put_ms(struct buf *out, struct str text)
{
	uint64_t ms;

	if (str_to_u64(text, UINT64_MAX, &ms) < 0)
		shown_append(out, text);
	else
		buf_printf(out, "%" PRIu64 ".%" PRIu64 " s", ms / 1000,
		    ms % 1000 / 100);
}

/* The values of a mapping in their order: "Device.X 9005". */
static void put_item(struct buf *out, const struct conf_node *item)
{
	if (item->kind == CONF_SCALAR)
		shown_append(out, item->text);
	for (size_t i = 0; item->kind == CONF_MAPPING && i < item->len; i++) {
		buf_append_text(out, i ? " " : "");
		if (item->pairs[i].value->kind == CONF_SCALAR)
			shown_append(out, item->pairs[i].value->text);
	}
}

static void put_value(struct buf *out, struct str name, const struct conf_node *value)
{
	if (value->kind == CONF_SCALAR && str_ends(name, STR("_ms"))) {
		put_ms(out, value->text);
		return;
	}
	if (value->kind != CONF_SEQUENCE) {
		put_item(out, value);
		return;
	}
	for (size_t i = 0; i < value->len && i < ITEMS_MAX; i++) {
		buf_append_text(out, i ? ", " : "");
		put_item(out, value->items[i]);
	}
	if (value->len > ITEMS_MAX)
		buf_printf(out, " and %zu more", value->len - ITEMS_MAX);
}

/* ---- texts of rows ------------------------------------------------------------------ */

static const struct conf_node *member(const struct conf_node *event, struct str name)
{
	char key[KEY_MAX];

	if (name.len >= sizeof(key))
		return NULL;
	memcpy(key, name.p, name.len);
	key[name.len] = '\0';
	return conf_get(event, key);
}

/* One {name}. False: the event has no such member, or one that says nothing. */
static bool put_member(struct buf *out, const struct conf_node *event, struct str name,
    bool wants_something)
{
	bool is_asked = name.len > 0 && name.p[0] == '?';
	const struct conf_node *value = member(event, str_from(name, is_asked));

	if (!value || is_null(value) ||
	    ((is_asked || wants_something) && !is_something(value)))
		return false;
	if (!is_asked)
		put_value(out, name, value);
	return true;
}

/* A text without brackets. */
static bool put_part(struct buf *out, const struct conf_node *event, struct str text,
    bool wants_something)
{
	while (text.len > 0) {
		struct str name, rest;

		buf_append_str(out, str_cut(text, '{', &rest));
		name = str_cut(rest, '}', &text);
		if (rest.p && !put_member(out, event, name, wants_something))
			return false;
	}
	return true;
}

static bool put_text(struct buf *out, const struct conf_node *event, const char *text)
{
	struct str rest = str_of(text);

	while (rest.len > 0) {
		struct str plain = str_cut(rest, '[', &rest), bracket;
		size_t len;

		if (!put_part(out, event, plain, false))
			return false;
		bracket = str_cut(rest, ']', &rest);
		len = out->len;
		if (!put_part(out, event, bracket, true))
			out->len = len;
	}
	return true;
}

/* ---- events ------------------------------------------------------------------------- */

static bool fits(const struct tell_row *row, const struct conf_node *event,
    struct str name)
{
	const struct conf_node *ok = conf_get(event, "ok");

	if (!str_is(name, row->event))
		return false;
	return row->ok == TELL_ANY ||
	       (ok && ok->kind == CONF_SCALAR &&
		   str_is(ok->text, row->ok == TELL_WELL ? "true" : "false"));
}

/* "10:31:07.123  ". */
static void put_time(struct buf *out, const struct conf_node *event)
{
	const struct conf_node *time = conf_get(event, "time");
	char text[CLOCK_ISO8601_MAX];
	uint64_t wall = 0;

	if (time && time->kind == CONF_SCALAR)
		(void)str_to_u64(time->text, INT64_MAX, &wall);
	buf_printf(out, "%.12s  ", clock_iso8601((clock_ns)wall, 3, text) + 11);
}

/* False, with nothing appended: the event lacks what the text names. */
static bool put_row(struct buf *out, const struct conf_node *event,
    const struct tell_row *row)
{
	size_t len = out->len, start;
	bool is_whole;

	put_time(out, event);
	start = out->len;
	is_whole = put_text(out, event, row->text);
	if (is_whole && out->len > start)
		buf_append_char(out, '\n');
	else
		out->len = len;
	return is_whole;
}

static bool put_event(struct buf *out, const struct conf_node *event)
{
	const struct conf_node *name = conf_get(event, "event");

	if (!name || name->kind != CONF_SCALAR)
		return false;
	for (const struct tell_row *row = tell_rows; row->event; row++) {
		if (fits(row, event, name->text) && put_row(out, event, row))
			return !out->error;
	}
	return false;
}

bool tell_event(struct buf *out, struct str event)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	bool is_told;

	if (conf_parse("event", event, &doc, &err) < 0)
		return false;
	is_told = put_event(out, doc->root);
	conf_free(doc);
	return is_told;
}
