/* YAML as a tree, by the events of libyaml. */
#include "capture/text/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <yaml.h>

struct tree_yaml {
	yaml_parser_t parser;
};

struct tree_yaml *tree_yaml_new(struct str text)
{
	struct tree_yaml *yaml = calloc(1, sizeof(*yaml));

	if (!yaml || !yaml_parser_initialize(&yaml->parser)) {
		free(yaml);
		return NULL;
	}
	yaml_parser_set_input_string(&yaml->parser,
	    (const unsigned char *)(text.p ? text.p : ""), text.len);
	return yaml;
}

void tree_yaml_free(struct tree_yaml *yaml)
{
	if (!yaml)
		return;
	yaml_parser_delete(&yaml->parser);
	free(yaml);
}

/* A document while it is built: the open maps and lists, the innermost last. */
struct builder {
	struct arena *arena;
	struct tree *root;
	struct tree *open[TREE_DEPTH_MAX];
	bool waits_for_value
	    [TREE_DEPTH_MAX]; /* of a map: its last child is a key so far */
	size_t depth;
	struct tree_mistake *mistake;
};

static int fail(struct builder *b, yaml_mark_t mark, const char *what)
{
	*b->mistake = (struct tree_mistake){ (uint32_t)mark.line + 1,
		(uint32_t)mark.column + 1, what };
	return ERR_MALFORMED;
}

static struct str text_of(const yaml_event_t *event)
{
	return str_make(event->data.scalar.value, event->data.scalar.length);
}

static bool is_tag(const yaml_char_t *tag, const char *wanted)
{
	return tag && strcmp((const char *)tag, wanted) == 0;
}

/* A plain word that YAML reads as nothing. */
static bool is_null(const yaml_event_t *event)
{
	struct str text = text_of(event);

	return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (text.len == 0 || str_is(text, "null") || str_is(text, "~"));
}

/* Where a node goes that begins now: the value of a key, a member of a list, the root. Null
 * without memory. */
static struct tree *place(struct builder *b, yaml_mark_t mark)
{
	struct tree *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;
	struct tree *node;

	if (parent && parent->kind == TREE_MAP && b->waits_for_value[b->depth - 1]) {
		b->waits_for_value[b->depth - 1] = false;
		return parent->last;
	}
	node = arena_alloc(b->arena, sizeof(*node));
	if (!node)
		return NULL;
	node->line = (uint32_t)mark.line + 1;
	if (!parent)
		b->root = node;
	else if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	if (parent)
		parent->last = node;
	return node;
}

static bool is_key(const struct builder *b)
{
	return b->depth > 0 && b->open[b->depth - 1]->kind == TREE_MAP &&
	       !b->waits_for_value[b->depth - 1];
}

static int take_scalar(struct builder *b, const yaml_event_t *event)
{
	bool key = is_key(b);
	struct tree *node = place(b, event->start_mark);
	struct str text = arena_str(b->arena, text_of(event));

	if (!node || !text.p)
		return -ENOMEM;
	if (key) {
		node->key = text;
		b->waits_for_value[b->depth - 1] = true;
		return 0;
	}
	node->kind = is_null(event) ? TREE_NULL : TREE_SCALAR;
	node->text = text;
	node->is_binary = is_tag(event->data.scalar.tag, "tag:yaml.org,2002:binary");
	return 0;
}

static int take_start(struct builder *b, const yaml_event_t *event, enum tree_kind kind)
{
	struct tree *node;

	if (is_key(b))
		return fail(b, event->start_mark, "a map or list as a key");
	if (b->depth == TREE_DEPTH_MAX)
		return fail(b, event->start_mark, "over 64 levels");
	node = place(b, event->start_mark);
	if (!node)
		return -ENOMEM;
	node->kind = kind;
	b->waits_for_value[b->depth] = false;
	b->open[b->depth++] = node;
	return 0;
}

/* 1 when the document is whole. */
static int take_event(struct builder *b, const yaml_event_t *event)
{
	switch ((int)event->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(b, event);
	case YAML_MAPPING_START_EVENT:
		return take_start(b, event, TREE_MAP);
	case YAML_SEQUENCE_START_EVENT:
		return take_start(b, event, TREE_LIST);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return 0;
	case YAML_ALIAS_EVENT:
		return fail(b, event->start_mark, "an alias, which is not followed");
	case YAML_DOCUMENT_END_EVENT:
		return b->root ? 1 : 0;
	default:
		return 0;
	}
}

/* What libyaml found, in its words, which are literals. */
static int complain(struct builder *b, const yaml_parser_t *parser)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return fail(b, parser->mark,
		    parser->problem ? parser->problem : "no YAML");
	return fail(b, parser->problem_mark,
	    parser->problem ? parser->problem : "no YAML");
}

int tree_yaml_next(struct tree_yaml *yaml, struct arena *arena, struct tree **ret,
    struct tree_mistake *mistake)
{
	struct builder b = { .arena = arena, .mistake = mistake };
	yaml_event_t event;
	int r = 0;

	while (r == 0) {
		bool is_end;

		if (!yaml_parser_parse(&yaml->parser, &event))
			return complain(&b, &yaml->parser);
		is_end =
		    event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT;
		r = take_event(&b, &event);
		yaml_event_delete(&event);
		if (is_end)
			return 0;
	}
	*ret = b.root;
	return r;
}
