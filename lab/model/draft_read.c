/* A model file as a draft. */
#include "lab/model/draft.h"

#include <errno.h>
#include <inttypes.h>

static const char *const notify_names[] = { "off", "active", "always", "denied" };

struct reading {
	struct draft *draft;
	struct error *err;
	int worst; /* of what was found so far */
};

static struct arena *arena_of(struct reading *reading)
{
	return &reading->draft->arena;
}

static void note(struct reading *reading, int r)
{
	if (r < 0 && reading->worst != -ENOMEM)
		reading->worst = r;
}

/* A mistake at node; the reading goes on. */
#define FAIL(reading, node, hint, ...)                                   \
	note((reading), conf_fail((reading)->draft->doc, (node), (hint), \
			    (reading)->err, __VA_ARGS__))

static void fail_memory(struct reading *reading)
{
	note(reading, error_set(reading->err, -ENOMEM, "no memory for the model"));
}

static bool is_mapping(struct reading *reading, const struct conf_node *node,
    const char *what)
{
	if (!node)
		return false;
	if (node->kind == CONF_MAPPING)
		return true;
	/* "key:" with nothing behind it. */
	if (node->kind != CONF_SCALAR || node->text.len > 0 || node->is_quoted)
		FAIL(reading, node, NULL, "%s is a mapping", what);
	return false;
}

/* ---- a parameter -------------------------------------------------------------------- */

static struct str text_of(const struct conf_node *node, const char *key)
{
	const struct conf_node *at = conf_get(node, key);

	return at && at->kind == CONF_SCALAR ? at->text : STR_NULL;
}

static bool bool_of(const struct conf_node *node, const char *key)
{
	struct str text = text_of(node, key);

	return str_is(text, "yes") || str_is(text, "true") || str_is(text, "on");
}

static void read_type(struct reading *reading, const struct conf_node *node,
    struct draft_param *param)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		MODEL_TYPE_MAP(XX)
#undef XX
	};
	struct str text = text_of(node, "type");
	char hint[96];

	param->type = MODEL_STRING;
	if (!text.p)
		return;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_is(text, names[i])) {
			param->type = (int)i;
			return;
		}
	}
	FAIL(reading, conf_get(node, "type"),
	    conf_suggest(text, names, ARRAY_LEN(names), hint, sizeof(hint)),
	    "no type is named \"%.*s\"", STR_ARG(text));
}

static void read_notify(const struct conf_node *node, struct draft_param *param)
{
	struct str text = text_of(node, "notify");

	param->notify = MODEL_NOTIFY_OFF;
	for (size_t i = 0; i < ARRAY_LEN(notify_names); i++) {
		if (str_is(text, notify_names[i]))
			param->notify = (int)i;
	}
}

static uint64_t number_of(struct reading *reading, const struct conf_node *node,
    const char *key)
{
	struct str text = text_of(node, key);
	uint64_t n = 0;

	if (text.p && str_to_u64(text, UINT64_MAX, &n) < 0)
		FAIL(reading, conf_get(node, key), NULL, "a number is wanted here");
	return n;
}

static void add_range(struct reading *reading, const struct conf_node *node,
    struct draft_param *param)
{
	if (node->kind != CONF_SCALAR ||
	    draft_range_parse(node->text, &param->ranges[param->n_ranges]) < 0)
		FAIL(reading, node, NULL,
		    "a range is wanted here: \"LOW..HIGH\", \"LOW..\", \"..HIGH\" or "
		    "one number");
	else
		param->n_ranges++;
}

static void read_ranges(struct reading *reading, const struct conf_node *node,
    struct draft_param *param)
{
	const struct conf_node *range = conf_get(node, "range");
	size_t n = range && range->kind == CONF_SEQUENCE ? range->len : 1;

	param->ranges = arena_array(arena_of(reading), n + 1, sizeof(*param->ranges));
	if (!param->ranges) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; range && i < n; i++)
		add_range(reading,
		    range->kind == CONF_SEQUENCE ? range->items[i] : range, param);
}

static void read_bounds(struct reading *reading, const struct conf_node *node,
    struct draft_param *param)
{
	uint64_t min = number_of(reading, node, "min");
	uint64_t max = number_of(reading, node, "max");

	read_ranges(reading, node, param);
	param->items_max = number_of(reading, node, "items-max");
	param->list_max = number_of(reading, node, "list-max");
	if (!draft_is_number_type(param->type)) {
		param->min_length = min;
		param->max_length = max;
	} else if (param->ranges && param->n_ranges == 0 && (min > 0 || max > 0)) {
		param->ranges[param->n_ranges++] = (struct draft_range){
			min > 0 ? (int64_t)MIN(min, (uint64_t)INT64_MAX) : INT64_MIN,
			max > 0 ? (int64_t)MIN(max, (uint64_t)INT64_MAX) : INT64_MAX
		};
	}
}

static void read_values(struct reading *reading, const struct conf_node *node,
    struct draft_param *param)
{
	const struct conf_node *values = conf_get(node, "values");
	size_t n = !values ? 0 : values->kind == CONF_SEQUENCE ? values->len : 1;

	param->values = arena_array(arena_of(reading), n + 1, sizeof(*param->values));
	if (!param->values) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct conf_node *one =
		    values->kind == CONF_SEQUENCE ? values->items[i] : values;

		if (one->kind != CONF_SCALAR)
			FAIL(reading, one, NULL, "a value is wanted here");
		else
			param->values[param->n_values++] = one->text;
	}
}

static struct str join(struct reading *reading, struct str object, struct str name)
{
	char *text = arena_alloc(arena_of(reading), object.len + name.len + 1);

	if (!text) {
		fail_memory(reading);
		return STR_NULL;
	}
	memcpy(text, object.p, object.len);
	memcpy(text + object.len, name.p, name.len);
	return str_make(text, object.len + name.len);
}

static void read_param(struct reading *reading, struct draft_object *object,
    const struct conf_pair *pair)
{
	struct draft_param *param = &object->params[object->n_params];
	const struct conf_node *node = pair->value;

	param->name = pair->key->text;
	param->path = join(reading, object->path, param->name);
	param->node = pair->key;
	if (!param->path.p || !is_mapping(reading, node, "a parameter with its keys"))
		return;
	read_type(reading, node, param);
	read_notify(node, param);
	read_bounds(reading, node, param);
	read_values(reading, node, param);
	param->is_writable = bool_of(node, "writable");
	param->is_hidden = bool_of(node, "hidden");
	param->is_secured = bool_of(node, "secured");
	param->is_forced_inform = bool_of(node, "inform");
	param->is_list = bool_of(node, "list");
	param->is_alias = bool_of(node, "alias");
	param->live = text_of(node, "live");
	param->count = text_of(node, "count");
	param->pattern = text_of(node, "pattern");
	param->value = text_of(node, "value");
	param->is_generated = conf_get(node, "generate") != NULL;
	object->n_params++;
}

/* ---- objects, tables, instances ------------------------------------------------------ */

static bool is_below_root(struct reading *reading, const struct conf_node *key)
{
	struct str root = reading->draft->root, path = key->text;

	if (str_starts(path, root) && path.len > root.len && path.p[root.len] == '.' &&
	    path.p[path.len - 1] == '.' && path.len <= MODEL_PATH_MAX)
		return true;
	FAIL(reading, key, NULL,
	    "a path of an object below \"%.*s.\", with a dot at its end, is wanted",
	    STR_ARG(root));
	return false;
}

static void read_object(struct reading *reading, const struct conf_pair *pair)
{
	struct draft *draft = reading->draft;
	struct draft_object *object = &draft->objects[draft->n_objects];

	if (!is_below_root(reading, pair->key))
		return;
	object->path = pair->key->text;
	object->node = pair->key;
	draft->n_objects++;
	if (!is_mapping(reading, pair->value, "an object's parameters"))
		return;
	object->params = arena_array(arena_of(reading), pair->value->len + 1,
	    sizeof(*object->params));
	if (!object->params) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < pair->value->len; i++)
		read_param(reading, object, &pair->value->pairs[i]);
}

static void read_key(struct reading *reading, const struct conf_node *node,
    struct draft_table *table)
{
	struct draft_key *key = &table->keys[table->n_keys];
	size_t n = node->kind == CONF_SEQUENCE ? node->len : 1;

	key->names = arena_array(arena_of(reading), n + 1, sizeof(*key->names));
	if (!key->names) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct conf_node *one =
		    node->kind == CONF_SEQUENCE ? node->items[i] : node;

		if (one->kind == CONF_SCALAR)
			key->names[key->n_names++] = one->text;
	}
	table->n_keys++;
}

static void read_table(struct reading *reading, const struct conf_pair *pair)
{
	struct draft *draft = reading->draft;
	struct draft_table *table = &draft->tables[draft->n_tables];
	const struct conf_node *keys;
	size_t n;

	if (!is_below_root(reading, pair->key))
		return;
	if (!draft_is_table(pair->key->text)) {
		FAIL(reading, pair->key, NULL, "the path of a table ends in \".{i}.\"");
		return;
	}
	table->path = pair->key->text;
	table->node = pair->key;
	draft->n_tables++;
	if (!is_mapping(reading, pair->value, "what is said of a table"))
		return;
	table->is_writable = bool_of(pair->value, "writable");
	table->enable = text_of(pair->value, "enable");
	table->min = number_of(reading, pair->value, "min");
	table->max = number_of(reading, pair->value, "max");
	keys = conf_get(pair->value, "keys");
	n = keys && keys->kind == CONF_SEQUENCE ? keys->len : 0;
	table->keys = arena_array(arena_of(reading), n + 1, sizeof(*table->keys));
	if (!table->keys) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < n; i++)
		read_key(reading, keys->items[i], table);
}

static void read_instance(struct reading *reading, const struct conf_pair *pair)
{
	struct draft *draft = reading->draft;
	struct draft_instance *instance = &draft->instances[draft->n_instances];

	if (!is_below_root(reading, pair->key))
		return;
	instance->path = pair->key->text;
	instance->node = pair->key;
	draft->n_instances++;
	if (!is_mapping(reading, pair->value, "an instance's values"))
		return;
	instance->values = arena_array(arena_of(reading), pair->value->len + 1,
	    sizeof(*instance->values));
	if (!instance->values) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < pair->value->len; i++) {
		const struct conf_pair *one = &pair->value->pairs[i];
		const struct conf_node *node = one->value;
		bool is_plain = node->kind == CONF_SCALAR;

		if (node->kind == CONF_SEQUENCE) {
			FAIL(reading, node, NULL, "a value is wanted here");
			continue;
		}
		instance->values[instance->n_values++] = (struct draft_value){
			.name = one->key->text,
			.value = is_plain ? node->text : text_of(node, "value"),
			.is_live = !is_plain && !text_of(node, "value").p,
			.node = one->key,
		};
	}
}

static void read_informs(struct reading *reading)
{
	struct draft *draft = reading->draft;
	const struct conf_node *informs = conf_get(draft->doc->root, "inform");
	size_t n = informs && informs->kind == CONF_SEQUENCE ? informs->len : 0;

	draft->informs = arena_array(arena_of(reading), n + 1, sizeof(*draft->informs));
	if (!draft->informs) {
		fail_memory(reading);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (informs->items[i]->kind == CONF_SCALAR)
			draft->informs[draft->n_informs++] = informs->items[i]->text;
	}
}

static const struct conf_node *section(struct reading *reading, const char *key)
{
	const struct conf_node *node = conf_get(reading->draft->doc->root, key);

	return is_mapping(reading, node, key) ? node : NULL;
}

static void *room(struct reading *reading, const struct conf_node *node, size_t size)
{
	void *items = arena_array(arena_of(reading), (node ? node->len : 0) + 1, size);

	if (!items)
		fail_memory(reading);
	return items;
}

static void read_sections(struct reading *reading)
{
	struct draft *draft = reading->draft;
	const struct conf_node *objects = section(reading, "objects");
	const struct conf_node *tables = section(reading, "tables");
	const struct conf_node *instances = section(reading, "instances");

	draft->objects = room(reading, objects, sizeof(*draft->objects));
	draft->tables = room(reading, tables, sizeof(*draft->tables));
	draft->instances = room(reading, instances, sizeof(*draft->instances));
	if (!draft->objects || !draft->tables || !draft->instances)
		return;
	if (!objects)
		FAIL(reading, draft->doc->root, NULL, "\"objects\" is missing");
	for (size_t i = 0; objects && i < objects->len; i++)
		read_object(reading, &objects->pairs[i]);
	for (size_t i = 0; tables && i < tables->len; i++)
		read_table(reading, &tables->pairs[i]);
	for (size_t i = 0; instances && i < instances->len; i++)
		read_instance(reading, &instances->pairs[i]);
	read_informs(reading);
}

/* ---- the file ------------------------------------------------------------------------ */

static void check_kinds(struct reading *reading)
{
	const struct conf_node *node;
	struct str both = draft_find_both(reading->draft, &node);

	if (both.p)
		FAIL(reading, node, NULL, "\"%.*s\" is both an object and a parameter",
		    STR_ARG(both));
}

/* Owns doc in any case. */
static int make(struct conf_doc *doc, struct draft **ret, struct error *err)
{
	auto_cleanup(draft_free) struct draft *draft = draft_new();
	struct reading reading = { draft, err, 0 };

	if (!draft) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "no memory for the model");
	}
	draft->doc = doc;
	if (doc->root->kind != CONF_MAPPING)
		return conf_fail(doc, doc->root, NULL, err, "a model is a mapping");
	draft->name = text_of(doc->root, "name");
	draft->about = text_of(doc->root, "about");
	draft->root = text_of(doc->root, "root");
	if (draft->root.len == 0)
		FAIL(&reading, doc->root, NULL, "\"root\" is missing");
	else
		read_sections(&reading);
	if (reading.worst == 0 && draft_index(draft) < 0)
		fail_memory(&reading);
	else if (reading.worst == 0)
		check_kinds(&reading);
	if (reading.worst < 0)
		return reading.worst;
	if (doc->mistakes && doc->mistakes->len > 0)
		return ERR_CONFIG; /* keys that stand twice */
	*ret = steal_ptr(&draft);
	return 0;
}

int draft_load(const char *path, struct conf_mistakes *mistakes, struct draft **ret,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_load_all(path, mistakes, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}

int draft_parse(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct draft **ret, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse_all(name, bytes, mistakes, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}
