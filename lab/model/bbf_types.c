/* Types and what bounds them. */
#include "lab/model/bbf_internal.h"

#include "lib/base/buf.h"

#include <errno.h>

static struct bbf_param *facets(struct bbf_reading *reading)
{
	return reading->param  ? reading->param
	       : reading->type ? &reading->type->facets
			       : NULL;
}

/* Types of the document that model files have a pattern for. */
static const char *pattern_of(struct str type)
{
	static const struct {
		const char *type, *pattern;
	} rows[] = { { "IPAddress", "ip" }, { "IPv4Address", "ipv4" },
		{ "IPv6Address", "ipv6" }, { "MACAddress", "mac" },
		{ "UUID", "uuid" } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_is(type, rows[i].type))
			return rows[i].pattern;
	}
	return NULL;
}

/* The parameter gets what the named type says; its own name, notification and the like
 * stay. */
static void inherit(struct bbf_reading *reading, struct bbf_param *to, struct str name)
{
	const struct bbf_type *type = reading->types;
	const char *pattern = pattern_of(name);

	while (type && !str_eq(type->name, name))
		type = type->next;
	if (!type) {
		bbf_mistake(reading, "no data type is named", name);
		return;
	}
	to->param.type = type->facets.param.type;
	to->param.ranges = type->facets.param.ranges;
	to->param.n_ranges = type->facets.param.n_ranges;
	to->param.min_length = type->facets.param.min_length;
	to->param.max_length = type->facets.param.max_length;
	to->param.is_list |= type->facets.param.is_list;
	to->param.values = type->facets.param.values;
	to->param.n_values = type->facets.param.n_values;
	to->is_open = type->facets.is_open;
	to->param.pattern = pattern ? str_of(pattern) : type->facets.param.pattern;
	to->param.is_alias |= str_is(name, "Alias");
	reading->has_others_ranges = reading->has_others_pattern = true;
	reading->has_others_values = true;
}

static void take_size(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);

	if (!to || !bbf_is_current(attrs))
		return;
	if (bbf_inside(reading) == ELEMENT_LIST) {
		to->param.list_max = bbf_number(attrs, "maxLength");
		return;
	}
	to->param.min_length = bbf_number(attrs, "minLength");
	to->param.max_length = bbf_number(attrs, "maxLength");
}

static int64_t bound_of(struct bbf_attrs attrs, const char *name, int64_t absent)
{
	struct draft_range range;

	return draft_range_parse(bbf_get(attrs, name), &range) < 0 ? absent : range.low;
}

static int take_range(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);
	struct draft_range range = { bound_of(attrs, "minInclusive", INT64_MIN),
		bound_of(attrs, "maxInclusive", INT64_MAX) };

	if (!to || !bbf_is_current(attrs) || range.low > range.high)
		return 0;
	if (reading->has_others_ranges)
		to->param.n_ranges = 0;
	reading->has_others_ranges = false;
	to->param.ranges = draft_grow(&reading->bbf->arena, to->param.ranges,
	    to->param.n_ranges, sizeof(range));
	if (!to->param.ranges)
		return bbf_no_memory(reading);
	to->param.ranges[to->param.n_ranges++] = range;
	return 0;
}

static int take_enumeration(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);
	struct str *values;

	if (!to || !bbf_is_current(attrs))
		return 0;
	if (reading->has_others_values)
		to->param.n_values = 0;
	reading->has_others_values = false;
	/* Those of a named type may be several parameters': no room of theirs is used. */
	values =
	    arena_array(&reading->bbf->arena, to->param.n_values + 1, sizeof(*values));
	if (!values)
		return bbf_no_memory(reading);
	if (to->param.n_values > 0)
		memcpy(values, to->param.values, to->param.n_values * sizeof(*values));
	values[to->param.n_values++] =
	    arena_str(&reading->bbf->arena, bbf_get(attrs, "value"));
	to->param.values = values;
	return 0;
}

/* Several patterns are as many ways to be right. */
static int take_pattern(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);
	struct str value = bbf_get(attrs, "value");
	auto_buf text = BUF_NULL;

	if (!to || !bbf_is_current(attrs))
		return 0;
	to->is_open = true;
	if (pattern_of(reading->type ? reading->type->name : STR_NULL) ||
	    str_find(value, STR("}?"), NULL))
		return 0;
	if (to->param.pattern.p && !reading->has_others_pattern)
		buf_printf(&text, "%.*s|", STR_ARG(to->param.pattern));
	reading->has_others_pattern = false;
	buf_printf(&text, "(%.*s)", STR_ARG(value));
	to->param.pattern = arena_str(&reading->bbf->arena, buf_str(&text));
	return to->param.pattern.p ? 0 : bbf_no_memory(reading);
}

static void take_default(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = reading->param;
	struct str type = bbf_get(attrs, "type");

	if (!to || !bbf_is_current(attrs) ||
	    (!str_is(type, "object") && !str_is(type, "factory")))
		return;
	to->param.value = arena_str(&reading->bbf->arena, bbf_get(attrs, "value"));
	to->has_default = true;
}

static void take_list(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);

	if (!to)
		return;
	to->param.is_list = true;
	to->param.items_max = bbf_number(attrs, "maxItems");
}

static const struct {
	const char *name;
	int type;
} built_in[] = {
	{ "string", MODEL_STRING }, { "boolean", MODEL_BOOLEAN }, { "int", MODEL_INT },
	{ "unsignedInt", MODEL_UNSIGNED_INT }, { "long", MODEL_LONG },
	{ "unsignedLong", MODEL_UNSIGNED_LONG }, { "dateTime", MODEL_DATE_TIME },
	{ "base64", MODEL_BASE64 }, { "hexBinary", MODEL_HEX_BINARY },
	{ "decimal", MODEL_STRING }, /* no type of CWMP's (TR-106 A8 3.2) */
};

/* An element within <syntax> or a named type. */
int bbf_take_facet(struct bbf_reading *reading, const char *name,
    struct bbf_attrs attrs)
{
	struct bbf_param *to = facets(reading);

	if (strcmp(name, "size") == 0)
		take_size(reading, attrs);
	else if (strcmp(name, "range") == 0)
		return take_range(reading, attrs);
	else if (strcmp(name, "enumeration") == 0)
		return take_enumeration(reading, attrs);
	else if (strcmp(name, "pattern") == 0)
		return take_pattern(reading, attrs);
	else if (strcmp(name, "default") == 0)
		take_default(reading, attrs);
	else if (strcmp(name, "pathRef") == 0 && to)
		to->is_reference = str_is(bbf_get(attrs, "refType"), "strong");
	else if (strcmp(name, "list") == 0)
		take_list(reading, attrs);
	else if (strcmp(name, "dataType") == 0 && to)
		inherit(reading, to,
		    bbf_get(attrs, "ref").p ? bbf_get(attrs, "ref")
					    : bbf_get(attrs, "base"));
	for (size_t i = 0; i < ARRAY_LEN(built_in) && to; i++) {
		if (strcmp(name, built_in[i].name) == 0)
			to->param.type = built_in[i].type;
	}
	return 0;
}

int bbf_begin_type(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_type *type =
	    arena_alloc(&reading->bbf->arena, sizeof(*reading->type));

	if (!type)
		return bbf_no_memory(reading);
	type->name = bbf_keep(reading, attrs, "name");
	type->facets.param.type = MODEL_STRING;
	reading->type = type;
	reading->has_others_ranges = reading->has_others_pattern = false;
	reading->has_others_values = false;
	if (bbf_get(attrs, "base").p)
		inherit(reading, &type->facets, bbf_get(attrs, "base"));
	/* Only now, so that none is based upon itself. */
	type->next = reading->types;
	reading->types = type;
	return 0;
}
