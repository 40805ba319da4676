#include "agents/acs/policy/condition.h"

#include "lib/base/json.h"

#include <errno.h>

#define ROW(member, key_, kind, help_)                                           \
	.key = key_, .type = kind, .offset = offsetof(struct condition, member), \
	.help = help_

static const char *const exists_names[] = { "any", "yes", "no", NULL };

static void texts_schema(struct json *json, const char *key);

const struct conf_row condition_rows[] = {
	{ ROW(value, "value", CONF_STR,
	      "a parameter that the session has read, or that the Inform reports"),
	    .min = 1, .max = 256 },
	{ ROW(is, "is", CONF_STRINGS, "it is one of these; * stands for any text"),
	    .min = 1, .max = 64, .schema = texts_schema },
	{ ROW(is_not, "is-not", CONF_STRINGS, "it is none of these"), .min = 1,
	    .max = 64, .schema = texts_schema },
	{ ROW(below, "below", CONF_STR,
	      "it is less; digits count as numbers: 1.9 is below 1.10"),
	    .min = 1, .max = 256, .schema = texts_schema },
	{ ROW(above, "above", CONF_STR, "it is more"), .min = 1, .max = 256,
	    .schema = texts_schema },
	{ ROW(exists, "exists", CONF_ENUM, "the CPE has told it, or not"),
	    .names = exists_names, .dflt = "any" },
	{ ROW(event, "event", CONF_STRINGS, "event codes of the Inform"), .min = 1,
	    .max = 64 },
	{ ROW(oui, "oui", CONF_STRINGS, "of the CPE"), .min = 1, .max = 64,
	    .schema = texts_schema },
	{ ROW(product_class, "product-class", CONF_STRINGS, "of the CPE"), .min = 1,
	    .max = 64, .schema = texts_schema },
	{ ROW(serial, "serial", CONF_STRINGS, "of the CPE"), .min = 1, .max = 64,
	    .schema = texts_schema },
	{ ROW(manufacturer, "manufacturer", CONF_STRINGS, "of the CPE"), .min = 1,
	    .max = 64, .schema = texts_schema },
	{ ROW(tag, "tag", CONF_STRINGS, "that the ACS has put on the CPE"), .min = 1,
	    .max = 64 },
	{ ROW(fault, "fault", CONF_STRINGS,
	      "code that the last RPC was answered with; * for any"),
	    .min = 1, .max = 64, .schema = texts_schema },
	{ ROW(url_is_mine, "url-is-mine", CONF_BOOL,
	    "the ACS URL that was read is this ACS's own") },
	{ NULL },
};

/* ---- reading ----------------------------------------------------------------------- */

static bool compares(const struct condition *condition)
{
	return condition->is.len > 0 || condition->is_not.len > 0 || condition->below ||
	       condition->above || condition->exists != CONDITION_ANY;
}

static int read_one(struct conf_doc *doc, const struct conf_node *node,
    struct condition *ret, struct error *err)
{
	int r;

	if (node->kind == CONF_SCALAR && !node->is_quoted) {
		ret->url_is_mine = str_is(node->text, "url-is-mine");
		if (ret->url_is_mine || str_is(node->text, "always"))
			return 0;
	}
	if (node->kind != CONF_MAPPING)
		return conf_fail(doc, node, "such as {value: ..., is: ...}", err,
		    "a condition is always, url-is-mine, or keys with values");
	r = conf_bind(doc, node, condition_rows, ret, err);
	if (r < 0)
		return r;
	if (node->len == 0)
		return conf_fail(doc, node, "such as {value: ..., is: ...}", err,
		    "a condition that says nothing");
	if (ret->value && !compares(ret))
		return conf_fail(doc, conf_get(node, "value"),
		    "is, is-not, below, above or exists", err,
		    "\"value\" is compared with nothing");
	if (!ret->value && compares(ret))
		return conf_fail(doc, node, "add \"value\"", err,
		    "nothing says what is compared");
	return 0;
}

int conditions_read(struct conf_doc *doc, const struct conf_node *node,
    struct conditions *ret, struct error *err)
{
	bool is_list = node && node->kind == CONF_SEQUENCE;
	int worst = 0;

	*ret = (struct conditions){ NULL, 0 };
	if (!node)
		return 0;
	if (is_list && (node->len == 0 || node->len > CONDITIONS_MAX))
		return conf_fail(doc, node, NULL, err, "%zu conditions, 1 to %d go",
		    node->len, CONDITIONS_MAX);
	ret->len = is_list ? node->len : 1;
	ret->items = arena_array(&doc->arena, ret->len, sizeof(*ret->items));
	if (!ret->items)
		return error_set(err, -ENOMEM, "%s: not enough memory", doc->name);
	for (size_t i = 0; i < ret->len; i++) {
		int r =
		    read_one(doc, is_list ? node->items[i] : node, &ret->items[i], err);

		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- texts ------------------------------------------------------------------------- */

bool condition_matches(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.len &&
			   (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) { /* the star stands for one more */
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes the run of digits at the start of *text, without its leading zeros. */
static struct str take_digits(struct str *text)
{
	size_t n = 0, zeros = 0;
	struct str run;

	while (n < text->len && is_digit(text->p[n]))
		n++;
	while (zeros + 1 < n && text->p[zeros] == '0')
		zeros++;
	run = str_make(text->p + zeros, n - zeros);
	*text = str_make(text->p + n, text->len - n);
	return run;
}

static int compare_bytes(struct str a, struct str b)
{
	size_t n = MIN(a.len, b.len);
	int r = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (r != 0)
		return r;
	return a.len < b.len ? -1 : a.len > b.len;
}

int condition_compare(struct str a, struct str b)
{
	while (a.len > 0 && b.len > 0) {
		if (is_digit(a.p[0]) && is_digit(b.p[0])) {
			struct str x = take_digits(&a), y = take_digits(&b);
			int r = x.len != y.len ? (x.len < y.len ? -1 : 1)
					       : compare_bytes(x, y);

			if (r != 0)
				return r;
			continue;
		}
		if (a.p[0] != b.p[0])
			return (unsigned char)a.p[0] < (unsigned char)b.p[0] ? -1 : 1;
		a = str_from(a, 1);
		b = str_from(b, 1);
	}
	return a.len > 0 ? 1 : b.len > 0 ? -1 : 0;
}

static bool is_one_of(const struct conf_strings *list, struct str text)
{
	for (size_t i = 0; i < list->len; i++) {
		if (condition_matches(str_of(list->items[i]), text))
			return true;
	}
	return false;
}

/* ---- whether it holds -------------------------------------------------------------- */

/* Null lists are no condition. */
static bool fits(const struct conf_strings *list, struct str text)
{
	return list->len == 0 || is_one_of(list, text);
}

/* A value that nobody has told is neither equal nor unequal to anything. */
static bool value_holds(const struct condition *condition,
    const struct condition_view *view)
{
	struct str value;

	if (!condition->value)
		return true;
	value = view->value(view->user, condition->value);
	if (condition->exists != CONDITION_ANY &&
	    (condition->exists == CONDITION_YES) != (value.p != NULL))
		return false;
	if (!value.p)
		return condition->exists == CONDITION_NO;
	return fits(&condition->is, value) &&
	       (condition->is_not.len == 0 || !is_one_of(&condition->is_not, value)) &&
	       (!condition->below ||
		   condition_compare(value, str_of(condition->below)) < 0) &&
	       (!condition->above ||
		   condition_compare(value, str_of(condition->above)) > 0);
}

static bool event_holds(const struct condition *condition,
    const struct condition_view *view)
{
	for (size_t i = 0; i < view->n_events; i++) {
		if (is_one_of(&condition->event, view->events[i]))
			return true;
	}
	return condition->event.len == 0;
}

static bool tag_holds(const struct condition *condition,
    const struct condition_view *view)
{
	for (size_t i = 0; i < condition->tag.len; i++) {
		if (view->has_tag(view->user, str_of(condition->tag.items[i])))
			return true;
	}
	return condition->tag.len == 0;
}

static bool fault_holds(const struct condition *condition,
    const struct condition_view *view)
{
	char text[16];
	size_t at = sizeof(text);

	if (condition->fault.len == 0)
		return true;
	for (uint32_t code = view->fault; code > 0; code /= 10)
		text[--at] = (char)('0' + code % 10);
	return view->fault > 0 &&
	       is_one_of(&condition->fault, str_make(text + at, sizeof(text) - at));
}

static bool holds(const struct condition *condition, const struct condition_view *view)
{
	return (!condition->url_is_mine || view->url_is_mine) &&
	       fits(&condition->oui, view->oui) &&
	       fits(&condition->product_class, view->product_class) &&
	       fits(&condition->serial, view->serial) &&
	       fits(&condition->manufacturer, view->manufacturer) &&
	       event_holds(condition, view) && tag_holds(condition, view) &&
	       fault_holds(condition, view) && value_holds(condition, view);
}

bool conditions_hold(const struct conditions *conditions,
    const struct condition_view *view)
{
	for (size_t i = 0; i < conditions->len; i++) {
		if (!holds(&conditions->items[i], view))
			return false;
	}
	return true;
}

/* ---- schemas ----------------------------------------------------------------------- */

static void put_scalar(struct json *json)
{
	json_array_begin(json, "type");
	json_text(json, NULL, "string");
	json_text(json, NULL, "number");
	json_text(json, NULL, "boolean");
	json_array_end(json);
}

/* A text, which YAML may take for a number, or a list of them. */
static void texts_schema(struct json *json, const char *key)
{
	const struct conf_row *row = condition_rows;

	while (strcmp(row->key, key) != 0)
		row++;
	json_object_begin(json, key);
	json_text(json, "description", row->help);
	if (row->type == CONF_STRINGS) {
		json_array_begin(json, "anyOf");
		json_object_begin(json, NULL);
		put_scalar(json);
		json_object_end(json);
		json_object_begin(json, NULL);
		json_text(json, "type", "array");
		json_object_begin(json, "items");
		put_scalar(json);
		json_object_end(json);
		json_object_end(json);
		json_array_end(json);
	} else {
		put_scalar(json);
	}
	json_object_end(json);
}

void conditions_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "always, url-is-mine, a condition, or a list of them that all have to hold");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_array_begin(json, "enum");
	json_text(json, NULL, "always");
	json_text(json, NULL, "url-is-mine");
	json_array_end(json);
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, condition_rows);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", CONDITIONS_MAX);
	conf_schema_object(json, "items", NULL, condition_rows);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}

void conditions_schema_ref(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "$ref", "#/properties/rules/items/properties/when");
	json_object_end(json);
}
