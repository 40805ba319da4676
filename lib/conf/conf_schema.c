/* Rows as JSON Schema (draft 2020-12), for editors. */
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/conf/conf_internal.h"

#include <inttypes.h>

#define IPV4_PATTERN "[0-9]{1,3}(\\.[0-9]{1,3}){3}"
#define IPV6_PATTERN "[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*"

static void put_row(struct json *json, const struct conf_row *row);

static void put_help(struct json *json, const char *help)
{
	if (help)
		json_text(json, "description", help);
}

static void put_pattern(struct json *json, const char *pattern)
{
	json_text(json, "type", "string");
	json_text(json, "pattern", pattern);
}

static void put_bounds(struct json *json, const struct conf_row *row, const char *min,
    const char *max)
{
	if (row->min > 0)
		json_uint(json, min, row->min);
	if (row->max > 0)
		json_uint(json, max, row->max);
}

/* YAML reads a plain 500 or 1.2 as a number, so a name like that is listed as both. */
static void put_enum(struct json *json, const struct conf_row *row)
{
	json_array_begin(json, "enum");
	for (size_t i = 0; row->names[i]; i++) {
		const char *name = row->names[i];
		uint64_t number;
		struct str fraction, whole = str_cut(str_of(name), '.', &fraction);

		json_text(json, NULL, name);
		if (str_to_u64(whole, UINT32_MAX, &number) < 0)
			continue;
		if (!fraction.p)
			json_uint(json, NULL, number);
		else if (str_to_u64(fraction, UINT32_MAX, &number) == 0)
			json_raw(json, NULL, str_of(name));
	}
	json_array_end(json);
}

/* A text that looks like a number or a truth needs no quotes here, and is one where an editor
 * reads it by the rules of YAML 1.2. */
static void put_text_types(struct json *json, const char *more)
{
	json_array_begin(json, "type");
	json_text(json, NULL, "string");
	json_text(json, NULL, "number");
	json_text(json, NULL, "boolean");
	if (more)
		json_text(json, NULL, more);
	json_array_end(json);
}

static void put_strings(struct json *json, const struct conf_row *row)
{
	put_text_types(json, "array");
	json_object_begin(json, "items");
	put_text_types(json, NULL);
	json_object_end(json);
	put_bounds(json, row, "minItems", "maxItems");
}

/* YAML 1.2 has true and false alone; the other words are texts to it. */
static void put_bool(struct json *json)
{
	static const char *const words[] = { "yes", "no", "on", "off" };

	json_array_begin(json, "enum");
	json_bool(json, NULL, true);
	json_bool(json, NULL, false);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		json_text(json, NULL, words[i]);
	json_array_end(json);
}

static void put_duration_pattern(struct json *json, const struct conf_row *row)
{
	auto_buf pattern = BUF_NULL;

	buf_printf(&pattern, "^(0|[0-9]+(us|ms|s|m|h|d)%s%s)$", row->word ? "|" : "",
	    row->word ? row->word : "");
	json_str(json, "pattern", buf_str(&pattern));
}

/* An address, or its row's word. */
static void put_address(struct json *json, const struct conf_row *row, const char *more)
{
	auto_buf pattern = BUF_NULL;

	if (row->word)
		buf_printf(&pattern, "^(" IPV4_PATTERN "%s|%s)$", more, row->word);
	else
		buf_printf(&pattern, "^" IPV4_PATTERN "%s$", more);
	json_text(json, "type", "string");
	json_str(json, "pattern", buf_str(&pattern));
}

static void put_either(struct json *json, const char *four, const char *six,
    const char *word)
{
	auto_buf pattern = BUF_NULL;

	buf_printf(&pattern, "^(%s|%s%s%s)$", four, six, word ? "|" : "",
	    word ? word : "");
	json_text(json, "type", "string");
	json_str(json, "pattern", buf_str(&pattern));
}

/* One, or a list of one of each family. */
static void put_families(struct json *json, const struct conf_row *row,
    const char *four, const char *six)
{
	if (row->max == 1) {
		put_either(json, four, six, row->word);
		return;
	}
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	put_either(json, four, six, row->word);
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_object_begin(json, "items");
	put_either(json, four, six, NULL);
	json_object_end(json);
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", 2);
	json_object_end(json);
	json_array_end(json);
}

static void put_type(struct json *json, const struct conf_row *row)
{
	switch (row->type) {
	case CONF_STR:
		put_text_types(json, NULL);
		put_bounds(json, row, "minLength", "maxLength");
		return;
	case CONF_BOOL:
		put_bool(json);
		return;
	case CONF_UINT:
		json_text(json, "type", "integer");
		json_uint(json, "minimum", row->min);
		if (row->max > 0)
			json_uint(json, "maximum", row->max);
		return;
	case CONF_DURATION:
		json_array_begin(json, "type");
		json_text(json, NULL, "string");
		json_text(json, NULL, "integer");
		json_array_end(json);
		put_duration_pattern(json, row);
		json_uint(json, "maximum", 0); /* of a bare number */
		return;
	case CONF_ENUM:
		put_enum(json, row);
		return;
	case CONF_IPV4:
		put_address(json, row, "");
		return;
	case CONF_IPV4_NET:
		put_address(json, row, "/[0-9]{1,2}");
		return;
	case CONF_IPV4_RANGE:
		put_pattern(json, "^" IPV4_PATTERN " *- *" IPV4_PATTERN "$");
		return;
	case CONF_IPS:
		put_families(json, row, IPV4_PATTERN, IPV6_PATTERN);
		return;
	case CONF_IP_NETS:
		put_families(json, row, IPV4_PATTERN "/[0-9]{1,2}",
		    IPV6_PATTERN "/[0-9]{1,3}");
		return;
	case CONF_IP_RANGE:
		put_either(json, IPV4_PATTERN " *- *" IPV4_PATTERN,
		    IPV6_PATTERN " *- *" IPV6_PATTERN, NULL);
		return;
	case CONF_MAC:
		put_pattern(json, "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$");
		return;
	case CONF_STRINGS:
		put_strings(json, row);
		return;
	case CONF_OBJECTS:
		json_text(json, "type", "array");
		put_bounds(json, row, "minItems", "maxItems");
		conf_schema_object(json, "items", NULL, row->rows);
		return;
	case CONF_OBJECT:
	case CONF_NODE:
		return;
	}
}

static void put_default(struct json *json, const struct conf_row *row)
{
	bool value = false;

	if (!row->dflt)
		return;
	if (row->type == CONF_UINT)
		json_raw(json, "default", str_of(row->dflt));
	else if (row->type == CONF_BOOL &&
		 conf_scalar(NULL, row, str_of(row->dflt), NULL, &value, NULL) == 0)
		json_bool(json, "default", value);
	else
		json_text(json, "default", row->dflt);
}

static void put_row(struct json *json, const struct conf_row *row)
{
	if (row->type == CONF_OBJECT) {
		conf_schema_object(json, row->key, row->help, row->rows);
		return;
	}
	if (row->schema) {
		row->schema(json, row->key);
		return;
	}
	json_object_begin(json, row->key);
	put_help(json, row->help);
	put_type(json, row);
	put_default(json, row);
	json_object_end(json);
}

static void put_members(struct json *json, const struct conf_row *rows)
{
	bool has_required = false;

	json_object_begin(json, "properties");
	for (const struct conf_row *row = rows; row->key; row++) {
		put_row(json, row);
		has_required |= row->is_required;
	}
	json_object_end(json);
	if (has_required) {
		json_array_begin(json, "required");
		for (const struct conf_row *row = rows; row->key; row++) {
			if (row->is_required)
				json_text(json, NULL, row->key);
		}
		json_array_end(json);
	}
	json_bool(json, "additionalProperties", false);
}

void conf_schema_object(struct json *json, const char *key, const char *help,
    const struct conf_row *rows)
{
	json_object_begin(json, key);
	put_help(json, help);
	json_text(json, "type", "object");
	put_members(json, rows);
	json_object_end(json);
}

static void put_begin(struct json *json, const char *title)
{
	json_object_begin(json, NULL);
	json_text(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	json_text(json, "title", title);
	json_text(json, "type", "object");
}

void conf_schema(struct buf *out, const char *title, const struct conf_row *rows)
{
	struct json json = json_writer(out, 2);

	put_begin(&json, title);
	put_members(&json, rows);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
