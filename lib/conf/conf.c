/* YAML events (libyaml) to a tree of nodes. */
#include "lib/conf/conf.h"

#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/utf8.h"
#include "lib/conf/conf_internal.h"

#include <errno.h>
#include <stdio.h>
#include <yaml.h>

enum {
	ARENA_MAX_BYTES = 512 << 20
};

struct reader {
	struct conf_doc *doc;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one; holds memory while has_event */
	bool has_event;
	unsigned depth;
	size_t n_nodes;
	struct error *err;
};

static int parse_node(struct reader *reader, struct conf_node **ret);

static int fail_mark(struct reader *reader, const yaml_mark_t *mark, const char *hint,
    const char *msg)
{
	return conf_fail_at(reader->doc, (uint32_t)mark->line + 1,
	    (uint32_t)mark->column + 1, 1, hint, reader->err, msg);
}

static int fail_event(struct reader *reader, const char *msg)
{
	return fail_mark(reader, &reader->event.start_mark, NULL, msg);
}

static int fail_memory(struct reader *reader)
{
	return error_set(reader->err, -ENOMEM, "%s: not enough memory",
	    reader->doc->name);
}

static int fail_yaml(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	char msg[256];

	if (parser->error == YAML_MEMORY_ERROR)
		return fail_memory(reader);
	(void)snprintf(msg, sizeof(msg), "not YAML: %s%s%s",
	    parser->problem ? parser->problem : "cannot be read",
	    parser->context ? " " : "", parser->context ? parser->context : "");
	return fail_mark(reader, &parser->problem_mark,
	    parser->problem && strstr(parser->problem, "tab") ? "indent with blanks"
							      : NULL,
	    msg);
}

static int next_event(struct reader *reader)
{
	if (reader->has_event)
		yaml_event_delete(&reader->event);
	reader->has_event = false;
	if (!yaml_parser_parse(&reader->parser, &reader->event))
		return fail_yaml(reader);
	reader->has_event = true;
	return 0;
}

static void set_place(struct conf_node *node, const yaml_event_t *event)
{
	const yaml_mark_t *start = &event->start_mark, *end = &event->end_mark;

	node->line = (uint32_t)start->line + 1;
	node->column = (uint32_t)start->column + 1;
	node->width = 1;
	if (end->line == start->line && end->column > start->column)
		node->width = (uint32_t)(end->column - start->column);
}

static int new_node(struct reader *reader, enum conf_kind kind, struct conf_node **ret)
{
	struct conf_node *node;

	if (++reader->n_nodes > CONF_NODES_MAX)
		return fail_event(reader, "the file holds more than 1048576 values");
	node = arena_alloc(&reader->doc->arena, sizeof(*node));
	if (!node)
		return fail_memory(reader);
	node->kind = kind;
	set_place(node, &reader->event);
	*ret = node;
	return 0;
}

static int parse_scalar(struct reader *reader, struct conf_node **ret)
{
	struct conf_node *node;
	struct str text;
	int r = new_node(reader, CONF_SCALAR, &node);

	if (r < 0)
		return r;
	if (reader->event.data.scalar.tag)
		return fail_event(reader, "tags (\"!...\") are not allowed here");
	text =
	    str_make(reader->event.data.scalar.value, reader->event.data.scalar.length);
	if (str_find_char(text, '\0') < text.len)
		return fail_event(reader, "a value cannot hold a NUL");
	node->text = arena_str(&reader->doc->arena, text);
	if (!node->text.p)
		return fail_memory(reader);
	node->is_quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	*ret = node;
	return 0;
}

/* Moves what was collected on the heap into the arena. */
static void *keep_array(struct reader *reader, const struct buf *items, size_t size)
{
	void *array = arena_array(&reader->doc->arena, items->len / size, size);

	if (array && items->len > 0)
		memcpy(array, items->data, items->len);
	return items->error ? NULL : array;
}

/* A flow collection that ends on its first line is underlined whole. */
static void widen(struct conf_node *node, const yaml_event_t *end)
{
	if (end->end_mark.line + 1 == node->line &&
	    end->end_mark.column + 1 > node->column + node->width)
		node->width = (uint32_t)end->end_mark.column + 1 - node->column;
}

static int parse_sequence(struct reader *reader, struct conf_node **ret)
{
	auto_buf items = BUF_NULL;
	struct conf_node *node, *item;
	int r = new_node(reader, CONF_SEQUENCE, &node);

	if (r < 0)
		return r;
	if (reader->event.data.sequence_start.tag)
		return fail_event(reader, "tags (\"!...\") are not allowed here");
	for (;;) {
		r = next_event(reader);
		if (r < 0)
			return r;
		if (reader->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		r = parse_node(reader, &item);
		if (r < 0)
			return r;
		buf_append(&items, &item, sizeof(item));
	}
	widen(node, &reader->event);
	node->len = items.len / sizeof(item);
	node->items = keep_array(reader, &items, sizeof(item));
	if (!node->items)
		return fail_memory(reader);
	*ret = node;
	return 0;
}

static int check_key(struct reader *reader, struct map *seen, struct conf_node *key)
{
	const struct conf_node *first;
	char hint[48], msg[160];

	if (key->kind != CONF_SCALAR)
		return conf_fail(reader->doc, key, NULL, reader->err,
		    "a key must be a plain word");
	first = map_get(seen, key->text);
	if (!first)
		return map_put(seen, key->text, key) < 0 ? fail_memory(reader) : 0;
	(void)snprintf(hint, sizeof(hint), "the first is on line %u", first->line);
	(void)snprintf(msg, sizeof(msg), "\"%.*s\" is written twice",
	    (int)MIN(key->text.len, (size_t)100), key->text.p);
	return conf_fail_at(reader->doc, key->line, key->column, key->width, hint,
	    reader->err, msg);
}

static int parse_pairs(struct reader *reader, struct buf *pairs, struct map *seen)
{
	for (;;) {
		int r = next_event(reader), is_twice = 0;
		struct conf_pair pair;

		if (r < 0)
			return r;
		if (reader->event.type == YAML_MAPPING_END_EVENT)
			return 0;
		r = parse_node(reader, &pair.key);
		if (r < 0)
			return r;
		r = check_key(reader, seen, pair.key);
		if (!conf_go_on(reader->doc, r, &is_twice))
			return r;
		r = next_event(reader);
		if (r == 0)
			r = parse_node(reader, &pair.value);
		if (r < 0)
			return r;
		if (!is_twice)
			buf_append(pairs, &pair, sizeof(pair));
	}
}

static int parse_mapping(struct reader *reader, struct conf_node **ret)
{
	auto_buf pairs = BUF_NULL;
	struct map seen = MAP_NULL;
	struct conf_node *node;
	int r = new_node(reader, CONF_MAPPING, &node);

	if (r < 0)
		return r;
	if (reader->event.data.mapping_start.tag)
		return fail_event(reader, "tags (\"!...\") are not allowed here");
	r = parse_pairs(reader, &pairs, &seen);
	map_free(&seen);
	if (r < 0)
		return r;
	widen(node, &reader->event);
	node->len = pairs.len / sizeof(struct conf_pair);
	node->pairs = keep_array(reader, &pairs, sizeof(struct conf_pair));
	if (!node->pairs)
		return fail_memory(reader);
	*ret = node;
	return 0;
}

static bool has_anchor(const yaml_event_t *event)
{
	return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
	       (event->type == YAML_SEQUENCE_START_EVENT &&
		   event->data.sequence_start.anchor) ||
	       (event->type == YAML_MAPPING_START_EVENT &&
		   event->data.mapping_start.anchor);
}

/* The node that the current event begins. */
static int parse_node(struct reader *reader, struct conf_node **ret)
{
	int r;

	if (reader->event.type == YAML_ALIAS_EVENT)
		return fail_event(reader, "aliases (\"*...\") are not allowed here");
	if (has_anchor(&reader->event))
		return fail_event(reader, "anchors (\"&...\") are not allowed here");
	if (reader->event.type == YAML_SCALAR_EVENT)
		return parse_scalar(reader, ret);
	if (reader->depth == CONF_DEPTH_MAX)
		return fail_event(reader, "nested more than 32 levels deep");
	reader->depth++;
	r = reader->event.type == YAML_SEQUENCE_START_EVENT
		? parse_sequence(reader, ret)
		: parse_mapping(reader, ret);
	reader->depth--;
	return r;
}

static int fail_empty(struct reader *reader)
{
	return error_set(reader->err, ERR_CONFIG,
	    "%s: error: the file is empty, or holds nothing but comments",
	    reader->doc->name);
}

static int parse_stream(struct reader *reader)
{
	int r = next_event(reader); /* stream start */

	if (r == 0)
		r = next_event(reader);
	if (r < 0)
		return r;
	if (reader->event.type == YAML_STREAM_END_EVENT)
		return fail_empty(reader);
	r = next_event(reader); /* after document start */
	if (r == 0)
		r = parse_node(reader, &reader->doc->root);
	if (r < 0)
		return r;
	if (reader->doc->root->kind == CONF_SCALAR && reader->doc->root->text.len == 0)
		return fail_empty(reader);
	r = next_event(reader); /* document end */
	if (r == 0)
		r = next_event(reader);
	if (r < 0)
		return r;
	if (reader->event.type != YAML_STREAM_END_EVENT)
		return fail_event(reader, "a second document (\"---\") begins here");
	return 0;
}

/* libyaml would take UTF-16 and name an offset only; so look first. */
static int check_text(struct reader *reader)
{
	struct str text = reader->doc->text;
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < text.len;) {
		size_t n = utf8_char(str_from(text, i));
		uint8_t c = (uint8_t)text.p[i];
		char msg[64];

		if (n == 0 || c == 0x7f || (c < 0x20 && !strchr("\t\r\n", c)) || !c) {
			(void)snprintf(msg, sizeof(msg),
			    n == 0 ? "byte 0x%02x is no UTF-8 text"
				   : "byte 0x%02x is no text",
			    c);
			return conf_fail_at(reader->doc, line, column, 1, NULL,
			    reader->err, msg);
		}
		column++;
		if (c == '\n') {
			line++;
			column = 1;
		}
		i += n;
	}
	return 0;
}

static int read_document(struct conf_doc *doc, struct error *err)
{
	struct reader reader = { .doc = doc, .err = err };
	int r = check_text(&reader);

	if (r < 0)
		return r;
	if (!yaml_parser_initialize(&reader.parser))
		return fail_memory(&reader);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)doc->text.p,
	    doc->text.len);
	r = parse_stream(&reader);
	if (reader.has_event)
		yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	return r;
}

static void doc_free(struct conf_doc *doc)
{
	conf_free(doc);
}
DEFINE_CLEANUP(struct conf_doc *, doc_free)

int conf_parse_all(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct conf_doc **ret, struct error *err)
{
	auto_cleanup(doc_free) struct conf_doc *doc = calloc(1, sizeof(*doc));
	int r;

	if (!doc)
		return error_set(err, -ENOMEM, "%s: not enough memory", name);
	if (bytes.len > CONF_BYTES_MAX)
		return error_set(err, ERR_CONFIG,
		    "%s: error: the file is larger than 16 MiB", name);
	doc->mistakes = mistakes;
	doc->arena = (struct arena)ARENA_MAX(ARENA_MAX_BYTES);
	doc->name = arena_strdup(&doc->arena, str_of(name));
	doc->text = arena_str(&doc->arena, bytes);
	if (!doc->name || !doc->text.p)
		return error_set(err, -ENOMEM, "%s: not enough memory", name);
	r = read_document(doc, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&doc);
	return 0;
}

int conf_parse(const char *name, struct str bytes, struct conf_doc **ret,
    struct error *err)
{
	return conf_parse_all(name, bytes, NULL, ret, err);
}

void conf_free(struct conf_doc *doc)
{
	if (!doc)
		return;
	arena_free(&doc->arena);
	free(doc);
}

const struct conf_node *conf_get(const struct conf_node *node, const char *key)
{
	if (!node || node->kind != CONF_MAPPING)
		return NULL;
	for (size_t i = 0; i < node->len; i++) {
		if (str_is(node->pairs[i].key->text, key))
			return node->pairs[i].value;
	}
	return NULL;
}
