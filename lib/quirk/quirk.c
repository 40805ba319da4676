#include "lib/quirk/quirk.h"

#include "lib/base/json.h"

/* ---- names -------------------------------------------------------------------------- */

const struct quirk *quirk_find(const struct quirk *rows, struct str name)
{
	for (; rows->name; rows++) {
		if (str_is(name, rows->name))
			return rows;
	}
	return NULL;
}

uint64_t quirk_bit(const struct quirk *rows, struct str name)
{
	const struct quirk *row = quirk_find(rows, name);

	return row ? UINT64_C(1) << (row - rows) : 0;
}

static size_t collect_names(const struct quirk *rows, const char *names[QUIRKS_MAX])
{
	size_t n = 0;

	for (; rows[n].name; n++)
		names[n] = rows[n].name;
	return n;
}

int quirks_bind(struct quirks *ret, const struct quirk *rows,
    const struct conf_doc *doc, const struct conf_node *node,
    const struct conf_strings *names, const char *what, struct error *err)
{
	const char *known[QUIRKS_MAX];
	size_t n_known = collect_names(rows, known);
	int worst = 0;

	*ret = (struct quirks){ .rows = rows };
	for (size_t i = 0; i < names->len; i++) {
		struct str name = str_of(names->items[i]);
		const struct quirk *row = quirk_find(rows, name);
		const struct conf_node *at =
		    node && node->kind == CONF_SEQUENCE ? node->items[i] : node;
		char hint[128];
		int r;

		if (row) {
			ret->on |= UINT64_C(1) << (row - rows);
			continue;
		}
		r = conf_fail(doc, at,
		    conf_suggest(name, known, n_known, hint, sizeof(hint)), err,
		    "unknown %s \"%.*s\"", what, STR_ARG(name));
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

void quirks_add(struct quirks *quirks, const struct quirks *more)
{
	if (more->on == 0)
		return;
	quirks->rows = more->rows;
	quirks->on |= more->on;
}

static void put_names(struct json *json, const struct quirk *rows)
{
	json_array_begin(json, "enum");
	for (; rows->name; rows++) {
		uint64_t number;

		json_text(json, NULL, rows->name);
		/* "500" without quotes is a number to YAML. */
		if (str_to_u64(str_of(rows->name), UINT32_MAX, &number) == 0)
			json_uint(json, NULL, number);
	}
	json_array_end(json);
}

static void put_schema(struct json *json, const char *key, const char *help,
    const struct quirk *rows)
{
	json_object_begin(json, key);
	json_text(json, "description", help);
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	put_names(json, rows);
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_object_begin(json, "items");
	put_names(json, rows);
	json_object_end(json);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}

void quirks_cpe_schema(struct json *json, const char *key)
{
	put_schema(json, key, "what it does wrong on the wire", quirks_of_cpe);
}

void quirks_acs_schema(struct json *json, const char *key)
{
	put_schema(json, key, "what it does wrong on the wire, to teach",
	    quirks_of_acs);
}

void quirks_man(struct buf *out, const struct quirk *rows)
{
	for (; rows->name; rows++) {
		buf_append_text(out, ".TP\n.B ");
		for (const char *c = rows->name; *c; c++)
			buf_printf(out, *c == '-' ? "\\-" : "%c", *c);
		buf_printf(out, "\n%s (%s)\n", rows->wire,
		    rows->rule ? rows->rule : "no rule is broken");
	}
}

/* ---- changes ------------------------------------------------------------------------ */

static bool is_on(const struct quirks *quirks, size_t i)
{
	return quirks->on >> i & 1;
}

unsigned quirks_conduct(const struct quirks *quirks)
{
	unsigned conduct = 0;

	for (size_t i = 0; i < QUIRKS_MAX && quirks->on >> i; i++) {
		if (is_on(quirks, i))
			conduct |= quirks->rows[i].conduct;
	}
	return conduct;
}

uint32_t quirks_fault(const struct quirks *quirks, enum quirk_on kind)
{
	for (size_t i = 0; i < QUIRKS_MAX && quirks->on >> i; i++) {
		if (is_on(quirks, i) && (quirks->rows[i].refuses & kind))
			return quirks->rows[i].fault;
	}
	return 0;
}

void quirks_message(const struct quirks *quirks, const struct cwmp_msg *asked,
    struct cwmp_msg *msg, struct arena *arena)
{
	for (size_t i = 0; i < QUIRKS_MAX && quirks->on >> i; i++) {
		if (is_on(quirks, i) && quirks->rows[i].message)
			quirks->rows[i].message(asked, msg, arena);
	}
}

/* Where the stretch is, and how long; false: there is none. */
static bool find_stretch(struct str text, const struct quirk_edit *edit, size_t *ret_at,
    size_t *ret_len)
{
	size_t n = 0;

	if (!str_find(text, str_of(edit->from), ret_at))
		return false;
	*ret_len = strlen(edit->from);
	if (!edit->until)
		return true;
	if (!str_find(str_from(text, *ret_at + *ret_len), str_of(edit->until), &n))
		return false;
	*ret_len += n + strlen(edit->until);
	return true;
}

static void apply(struct buf *text, size_t start, const struct quirk_edit *edits)
{
	for (size_t i = 0; i < QUIRK_EDITS_MAX && edits[i].from; i++) {
		auto_buf out = BUF_MAX(text->max);
		struct str rest = str_from(buf_str(text), start);
		size_t at, len;

		buf_append(&out, text->data, start);
		while (find_stretch(rest, &edits[i], &at, &len)) {
			buf_append(&out, rest.p, at);
			buf_append_text(&out, edits[i].to);
			rest = str_from(rest, at + len);
		}
		buf_append_str(&out, rest);
		buf_reset(text);
		buf_append_str(text, buf_str(&out));
		if (out.error)
			text->error = out.error;
	}
}

/* What a message is, by its bytes as cwmp_write() makes them. */
static unsigned kind_of(struct str body)
{
	static const char start[] = "<soap-env:Body><cwmp:";
	struct str name;
	size_t at;

	if (body.len == 0)
		return QUIRK_ON_EMPTY;
	if (!str_find(body, str_of(start), &at))
		return QUIRK_ON_FAULT;
	name = str_from(body, at + sizeof(start) - 1);
	name = str_make(name.p, str_find_char(name, '>'));
	if (str_is(name, "Inform") || str_is(name, "InformResponse"))
		return QUIRK_ON_INFORM;
	return str_ends(name, STR("Response")) ? QUIRK_ON_RESPONSE : QUIRK_ON_REQUEST;
}

unsigned quirks_envelope(const struct quirks *quirks, struct buf *envelope)
{
	unsigned kind = quirks->on ? kind_of(buf_str(envelope)) : 0;

	for (size_t i = 0; i < QUIRKS_MAX && quirks->on >> i; i++) {
		const struct quirk *row = &quirks->rows[i];

		if (!is_on(quirks, i) || !(row->on & kind))
			continue;
		apply(envelope, 0, row->body);
		if (row->body_bytes && !envelope->error)
			envelope->len = row->body_bytes(envelope->data, envelope->len);
	}
	return kind;
}

void quirks_head(const struct quirks *quirks, unsigned kind, struct buf *out,
    size_t start)
{
	for (size_t i = 0; i < QUIRKS_MAX && quirks->on >> i; i++) {
		const struct quirk *row = &quirks->rows[i];

		if (!is_on(quirks, i) || !(row->on & kind))
			continue;
		apply(out, start, row->head);
		if (row->head_bytes && !out->error)
			out->len = start +
				   row->head_bytes(out->data + start, out->len - start);
	}
}
