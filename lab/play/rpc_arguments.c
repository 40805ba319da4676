#include "lab/play/rpc_arguments.h"

#include "lib/base/json.h"

#include <errno.h>

/* What the words come to, before they are put together. Each is JSON, its items or members
 * separated by commas. */
struct parts {
	const struct acs_rpc *rpc;
	struct buf names, values, attributes, vouchers, others;
};

static void parts_free(struct parts *parts)
{
	buf_free(&parts->names);
	buf_free(&parts->values);
	buf_free(&parts->attributes);
	buf_free(&parts->vouchers);
	buf_free(&parts->others);
}

static bool takes(const struct parts *parts, const char *key)
{
	return acs_rpc_takes(parts->rpc, str_of(key));
}

/* A writer that goes on with what is in out. */
static struct json go_on(struct buf *out)
{
	struct json json = json_writer(out, 0);

	json.needs_comma = out->len > 0;
	json.depth = 1;
	return json;
}

/* ---- values -------------------------------------------------------------------------- */

/* Whether it is text in quotes of its own; then *ret is without them. */
static bool is_quoted(struct str text, struct str *ret)
{
	if (text.len < 2 || text.p[0] != '"' || text.p[text.len - 1] != '"')
		return false;
	*ret = str_make(text.p + 1, text.len - 2);
	return true;
}

/* What JSON has no quotes for: what the CPE then gets as a number or a boolean. */
static bool is_bare(struct str text)
{
	uint64_t number;

	return str_is(text, "true") || str_is(text, "false") ||
	       (str_to_u64(text, UINT64_MAX, &number) == 0 &&
		   (text.len == 1 || text.p[0] != '0'));
}

static void put_scalar(struct json *json, const char *key, struct str text)
{
	struct str inner;

	if (is_quoted(text, &inner))
		json_str(json, key, inner);
	else if (is_bare(text))
		json_raw(json, key, text);
	else
		json_str(json, key, text);
}

static int put_yaml(struct json *json, const char *key, struct str text,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse(key, text, &doc, err);

	if (r == 0)
		conf_put_json(json, key, doc->root);
	conf_free(doc);
	return r;
}

static const struct conf_row *row_of(struct str key)
{
	const struct conf_row *row = acs_rpc_rows;

	while (row->key && !str_is(key, row->key))
		row++;
	return row->key ? row : NULL;
}

/* As the row wants it: a word that looks like a number may be text all the same. */
static int put_key(struct parts *parts, struct str key, struct str value,
    struct error *err)
{
	struct json json = go_on(&parts->others);
	const struct conf_row *row = row_of(key);
	bool is_list = value.len > 0 && (value.p[0] == '[' || value.p[0] == '{');

	if (is_list && row->type != CONF_STR)
		return put_yaml(&json, row->key, value, err);
	if (row->type == CONF_BOOL && (str_is(value, "yes") || str_is(value, "on")))
		json_bool(&json, row->key, true);
	else if (row->type == CONF_BOOL &&
		 (str_is(value, "no") || str_is(value, "off")))
		json_bool(&json, row->key, false);
	else if (row->type == CONF_BOOL || row->type == CONF_UINT)
		put_scalar(&json, row->key, value);
	else
		json_str(&json, row->key, value);
	return 0;
}

/* ---- words --------------------------------------------------------------------------- */

static void put_value(struct parts *parts, struct str path, struct str value)
{
	struct json json = go_on(&parts->values);
	struct str type, name = str_cut(path, ':', &type);
	auto_buf key = BUF_NULL;

	buf_append_str(&key, name);
	if (!type.p) {
		put_scalar(&json, buf_cstr(&key), value);
		return;
	}
	json_object_begin(&json, buf_cstr(&key));
	json_str(&json, "type", type);
	json_str(&json, "value", value);
	json_object_end(&json);
}

static void put_attribute(struct parts *parts, struct str path, struct str value)
{
	struct json json = go_on(&parts->attributes);

	json_object_begin(&json, NULL);
	json_str(&json, "name", path);
	json_str(&json, "notification", value);
	json_object_end(&json);
}

static int put_assigned(struct parts *parts, struct str key, struct str value,
    struct error *err)
{
	if (acs_rpc_is_key(key))
		return put_key(parts, key, value, err);
	if (takes(parts, "values"))
		put_value(parts, key, value);
	else if (takes(parts, "attributes"))
		put_attribute(parts, key, value);
	else
		return error_set(err, ERR_USAGE, "%s takes no \"%.*s\"",
		    cwmp_method_name(parts->rpc->method), STR_ARG(key));
	return 0;
}

static int put_word(struct parts *parts, struct str word, struct error *err)
{
	const char *name = cwmp_method_name(parts->rpc->method);
	struct json names = go_on(&parts->names), vouchers = go_on(&parts->vouchers),
		    others = go_on(&parts->others);

	if (takes(parts, "names"))
		json_str(&names, NULL, word);
	else if (takes(parts, "vouchers"))
		json_str(&vouchers, NULL, word);
	else if (takes(parts, "path"))
		json_str(&others, "path", word);
	else if (takes(parts, "object"))
		json_str(&others, "object", word);
	else if (takes(parts, "values"))
		return error_set(err, ERR_USAGE,
		    "%s wants NAME=VALUE, and \"%.*s\" has no \"=\"", name,
		    STR_ARG(word));
	else if (takes(parts, "attributes"))
		return error_set(err, ERR_USAGE,
		    "%s wants NAME=off, passive or active, and \"%.*s\" has no \"=\"",
		    name, STR_ARG(word));
	else
		return error_set(err, ERR_USAGE,
		    "%s wants its arguments as NAME=VALUE, and \"%.*s\" has no \"=\"",
		    name, STR_ARG(word));
	return 0;
}

/* The members of a mapping that is written as YAML. */
static int put_mapping(struct parts *parts, struct conf_doc *doc, struct error *err)
{
	struct json json = go_on(&parts->others);
	int r = 0;

	if (doc->root->kind != CONF_MAPPING)
		r = conf_fail(doc, doc->root, NULL, err,
		    "arguments are keys with values");
	for (size_t i = 0; r == 0 && i < doc->root->len; i++)
		conf_put_json(&json, doc->root->pairs[i].key->text.p,
		    doc->root->pairs[i].value);
	return r;
}

static int put_text(struct parts *parts, struct str text, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse("arguments", text, &doc, err);

	if (r == 0)
		r = put_mapping(parts, doc, err);
	conf_free(doc);
	return r;
}

static int put_file(struct parts *parts, const char *path, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_load(path, &doc, err);

	if (r == 0)
		r = put_mapping(parts, doc, err);
	conf_free(doc);
	return r;
}

static int take_word(struct parts *parts, struct str word, struct error *err)
{
	struct str value, key = str_cut(word, '=', &value);

	if (str_starts(word, STR("{")))
		return put_text(parts, word, err);
	return value.p ? put_assigned(parts, key, value, err)
		       : put_word(parts, word, err);
}

/* ---- together ------------------------------------------------------------------------ */

static void join(struct parts *parts, struct buf *out)
{
	const struct {
		const char *key, *brackets;
		const struct buf *text;
	} lists[] = {
		{ "names", "[]", &parts->names },
		{ "values", "{}", &parts->values },
		{ "attributes", "[]", &parts->attributes },
		{ "vouchers", "[]", &parts->vouchers },
	};
	bool has_path = str_find(buf_str(&parts->others), STR("\"path\":"), NULL);
	const char *comma = "";

	buf_append_char(out, '{');
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (lists[i].text->len == 0)
			continue;
		buf_printf(out, "%s\"%s\":%c", comma, lists[i].key,
		    lists[i].brackets[0]);
		buf_append_str(out, buf_str(lists[i].text));
		buf_append_char(out, lists[i].brackets[1]);
		comma = ",";
	}
	if (parts->others.len > 0) {
		buf_append_text(out, comma);
		buf_append_str(out, buf_str(&parts->others));
		comma = ",";
	}
	/* All that there is. */
	if (takes(parts, "path") && !has_path)
		buf_printf(out, "%s\"path\":\"\"", comma);
	buf_append_char(out, '}');
}

/* One by one, so that a mistake can be told with the key that it is in. */
static int bind(struct conf_doc *doc, struct acs_rpc_args *args, struct error *err)
{
	for (size_t i = 0; i < doc->root->len; i++) {
		struct conf_node one = *doc->root;
		struct str key = doc->root->pairs[i].key->text;
		int r;

		one.pairs = &doc->root->pairs[i];
		one.len = 1;
		r = conf_bind(doc, &one, acs_rpc_rows, args, err);
		if (r < 0 && err && !str_find(str_of(err->text), key, NULL))
			return error_prefix(err, "%.*s", STR_ARG(key));
		if (r < 0)
			return r;
	}
	return 0;
}

static int check(const struct acs_rpc *rpc, struct str text, struct error *err)
{
	struct acs_rpc_args args = { .values = NULL };
	struct conf_doc *doc = NULL;
	int r = conf_parse(cwmp_method_name(rpc->method), text, &doc, err);

	if (r == 0) {
		doc->has_no_text = true; /* nobody wrote these lines */
		r = bind(doc, &args, err);
	}
	if (r == 0)
		r = acs_rpc_check(doc, doc->root, rpc, &args, err);
	conf_free(doc);
	/* It is no mistake in a file. */
	if (r == ERR_CONFIG && err)
		r = err->code = ERR_USAGE;
	return r;
}

int rpc_arguments_write(const struct acs_rpc *rpc, char *const *words, size_t n,
    const char *file, struct buf *out, struct error *err)
{
	struct parts parts = { .rpc = rpc };
	auto_buf text = BUF_NULL;
	int r = file ? put_file(&parts, file, err) : 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = take_word(&parts, str_of(words[i]), err);
	if (r == 0)
		join(&parts, &text);
	parts_free(&parts);
	if (r == 0 && text.error)
		r = error_set(err, -ENOMEM, "no memory for the arguments");
	if (r == 0)
		r = check(rpc, buf_str(&text), err);
	if (r == 0)
		buf_append_str(out, buf_str(&text));
	return r;
}
