#include "lab/web/tables.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int web_lab_init(struct web_lab *lab)
{
	*lab = (struct web_lab){ .name = "" };
	for (size_t i = 0; i < WEB_TABLES; i++) {
		lab->rows[i] = json_array();
		if (!lab->rows[i])
			return -ENOMEM;
	}
	return 0;
}

void web_lab_free(struct web_lab *lab)
{
	for (size_t i = 0; i < WEB_TABLES; i++)
		json_decref(lab->rows[i]);
	*lab = (struct web_lab){ .name = "" };
}

static void set(struct web_lab *lab, char *text, size_t size, const char *is)
{
	if (strncmp(text, is, size - 1) == 0)
		return;
	(void)snprintf(text, size, "%s", is);
	lab->drawn++;
}

void web_lab_set(struct web_lab *lab, const char *name, const char *state)
{
	if (name)
		set(lab, lab->name, sizeof(lab->name), name);
	if (state)
		set(lab, lab->state, sizeof(lab->state), state);
}

void web_lab_set_blind(struct web_lab *lab, const char *why)
{
	set(lab, lab->blind, sizeof(lab->blind), why);
}

void web_lab_set_ended(struct web_lab *lab)
{
	lab->has_ended = true;
	lab->drawn++;
}

json_t *web_rows_begin(void)
{
	return json_array();
}

uint64_t web_rows_add(json_t *rows, json_t *page, const char *key, const char *node)
{
	uint64_t n_left_out = 0;
	json_t *row;
	size_t i;

	json_array_foreach(page, i, row)
	{
		if (node && json_is_object(row))
			(void)json_object_set_new(row, key, json_string(node));
		if (!json_is_object(row) || json_array_size(rows) >= WEB_ROWS_MAX ||
		    json_array_append(rows, row) < 0)
			n_left_out++;
	}
	return n_left_out;
}

bool web_lab_replace(struct web_lab *lab, enum web_table table, json_t *rows,
    uint64_t n_left_out)
{
	bool is_same =
	    json_equal(lab->rows[table], rows) && lab->n_left_out[table] == n_left_out;

	if (is_same) {
		json_decref(rows);
		return false;
	}
	json_decref(lab->rows[table]);
	lab->rows[table] = rows;
	lab->n_left_out[table] = n_left_out;
	lab->versions[table]++;
	lab->drawn += table == WEB_NODES || table == WEB_CPES || table == WEB_LINKS;
	return true;
}

int web_table_find(struct str name)
{
	for (int i = 0; i < WEB_TABLES; i++) {
		if (str_is(name, web_table_names[i]))
			return i;
	}
	return -1;
}

/* ---- rows ------------------------------------------------------------------------------ */

/* jansson's own writer: what it writes is JSON, whatever was in it. Characters that a terminal must
 * not be given are escaped as everywhere. */
static void put_value(struct buf *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text)
		buf_append_text(out, "null");
	else
		json_escape_raw(out, str_of(text));
	free(text);
}

static bool has_text(struct str in, struct str text)
{
	for (size_t i = 0; i + text.len <= in.len; i++) {
		if (str_eq_nocase(str_make(in.p + i, text.len), text))
			return true;
	}
	return false;
}

static bool is_wanted(const json_t *row, struct str text)
{
	const char *key;
	json_t *value;

	if (text.len == 0)
		return true;
	json_object_foreach((json_t *)(uintptr_t)row, key, value)
	{
		if (json_is_string(value) && has_text(str_make(json_string_value(value),
							  json_string_length(value)),
						 text))
			return true;
	}
	return false;
}

void web_lab_put_rows(const struct web_lab *lab, enum web_table table, struct str text,
    uint64_t from, uint64_t n, struct buf *out)
{
	const json_t *rows = lab->rows[table];
	struct json json = json_writer(out, 0);
	uint64_t n_found = 0;

	n = MIN(n, (uint64_t)WEB_WINDOW_MAX);
	json_object_begin(&json, NULL);
	json_text(&json, "table", web_table_names[table]);
	json_uint(&json, "all", json_array_size(rows) + lab->n_left_out[table]);
	json_uint(&json, "left_out", lab->n_left_out[table]);
	json_uint(&json, "from", from);
	json_array_begin(&json, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!is_wanted(row, text))
			continue;
		if (n_found >= from && n_found - from < n) {
			auto_buf one = BUF_NULL;

			put_value(&one, row);
			json_raw(&json, NULL, buf_str(&one));
		}
		n_found++;
	}
	json_array_end(&json);
	json_uint(&json, "found", n_found);
	json_object_end(&json);
}

/* ---- the drawing ------------------------------------------------------------------------ */

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* Of both families, with a blank between. */
static void put_addresses(struct buf *out, const json_t *node)
{
	const char *six = text_of(node, "address6");

	buf_append_text(out, text_of(node, "address"));
	if (*six)
		buf_printf(out, "%s%s", out->len > 0 ? " " : "", six);
}

/* One line for those that are drawn as one. */
static json_t *find_group(json_t *groups, const json_t *node)
{
	const char *log = text_of(node, "log");
	bool is_cpe = json_object_get(node, "serial") != NULL;
	const char *name = is_cpe && *log ? log : text_of(node, "name");
	auto_buf key = BUF_NULL, address = BUF_NULL;
	json_t *group;

	buf_printf(&key, "%s\n%s", name, text_of(node, "attach"));
	group = json_object_get(groups, buf_cstr(&key));
	if (group)
		return group;
	put_addresses(&address, node);
	group = json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:{},s:i,s:i,s:i}", "name", name,
	    "kind", text_of(node, "kind"), "attach", text_of(node, "attach"), "address",
	    buf_cstr(&address), "count", 0, "serve", 0, "states", "links", 0, "down", 0,
	    "impaired", 0);
	(void)json_object_set(group, "peers", json_object_get(node, "links"));
	(void)json_object_set_new(groups, buf_cstr(&key), group);
	return group;
}

static void add_one(json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	(void)json_object_set_new(object, key, json_integer(n + 1));
}

static void count_nodes(const struct web_lab *lab, json_t *groups, json_t *of)
{
	const json_t *node;
	size_t i;

	json_array_foreach(lab->rows[WEB_NODES], i, node)
	{
		json_t *group = find_group(groups, node);
		const char *program = text_of(node, "program");

		add_one(group, "count");
		/* A switch without a program of its own is there as long as the lab is. */
		if (!*program || strcmp(program, "serves") == 0)
			add_one(group, "serve");
		else
			(void)json_object_set(group, "program",
			    json_object_get(node, "program"));
		(void)json_object_set(of, text_of(node, "name"), group);
	}
}

static void count_states(const struct web_lab *lab, const json_t *of)
{
	const json_t *cpe;
	size_t i;

	json_array_foreach(lab->rows[WEB_CPES], i, cpe)
	{
		const json_t *group = json_object_get(of, text_of(cpe, "node"));

		if (group && *text_of(cpe, "state"))
			add_one(json_object_get(group, "states"),
			    text_of(cpe, "state"));
	}
}

/* "state=down", also of one way alone: "up.state=down". */
static bool is_down(struct str words)
{
	while (words.len > 0) {
		struct str word = str_cut(words, ' ', &words);

		if (str_ends(word, STR("state=down")))
			return true;
	}
	return false;
}

/* The link that is drawn for all of a group is one that is down, or else impaired, or else the
 * first. */
static void count_links(const struct web_lab *lab, const json_t *of)
{
	const json_t *link;
	size_t i;

	json_array_foreach(lab->rows[WEB_LINKS], i, link)
	{
		json_t *group = json_object_get(of, text_of(link, "link"));
		const char *now = text_of(link, "now");
		const char *key = is_down(str_of(now))                ? "down"
				  : *now && strcmp(now, "plain") != 0 ? "impaired"
								      : "links";
		bool is_first = json_integer_value(json_object_get(group, key)) == 0;
		bool has_worse = json_integer_value(json_object_get(group, "down")) > 0;

		if (!group)
			continue;
		if (is_first && !has_worse) {
			(void)json_object_set(group, "link",
			    json_object_get(link, "link"));
			(void)json_object_set_new(group, "now", json_string(now));
		}
		add_one(group, "links");
		if (strcmp(key, "links") != 0)
			add_one(group, key);
	}
}

void web_lab_put(const struct web_lab *lab, struct buf *out)
{
	json_t *groups = json_object(), *of = json_object(), *group;
	struct json json = json_writer(out, 0);
	const char *key;

	count_nodes(lab, groups, of);
	count_states(lab, of);
	count_links(lab, of);
	json_object_begin(&json, NULL);
	json_text(&json, "lab", lab->name);
	json_text(&json, "state", lab->has_ended ? "ended" : lab->state);
	if (lab->blind[0])
		json_text(&json, "blind", lab->blind);
	json_array_begin(&json, "groups");
	json_object_foreach(groups, key, group)
	{
		auto_buf one = BUF_NULL;

		put_value(&one, group);
		json_raw(&json, NULL, buf_str(&one));
	}
	json_array_end(&json);
	json_object_end(&json);
	json_decref(groups);
	json_decref(of);
}
