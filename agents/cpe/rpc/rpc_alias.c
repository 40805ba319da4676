/* What the path of a request means, and how answers name it: instances have numbers, and aliases
 * (TR-069 A6 3.6.1), "Device.WiFi.SSID.[guest].". */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/cleanup.h"

#include <inttypes.h>

bool rpc_has_aliases(const struct rpc *rpc)
{
	return model_values_number(rpc->values, MODEL_ALIAS_ADDRESSING) == 1;
}

static bool names_by_alias(const struct rpc *rpc)
{
	const char *mode = model_values_get_live(rpc->values, MODEL_INSTANCE_MODE);

	return mode && strcmp(mode, "InstanceAlias") == 0 && rpc_has_aliases(rpc);
}

/* A null view where its table has none. */
static struct str alias_of(const struct rpc *rpc, const struct model_at *instance,
    struct arena *arena)
{
	const struct model_table *table =
	    rpc->values->model->names[instance->name].table;
	struct model_at at = *instance;

	if (!table->alias)
		return STR_NULL;
	at.name = table->alias->name;
	return rpc_value(rpc, &at, arena);
}

/* ---- paths of requests -------------------------------------------------------------- */

bool rpc_is_object(struct str path)
{
	return path.len == 0 || path.p[path.len - 1] == '.';
}

bool rpc_alias_is_good(struct str alias)
{
	char first = alias.len > 0 ? alias.p[0] : '\0';

	return ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')) &&
	       !str_starts(alias, STR("cpe-")) &&
	       str_find_char(alias, '[') == alias.len &&
	       str_find_char(alias, ']') == alias.len;
}

/* The number of the instance with that alias below the object above "{i}."; 0: there is none. */
static uint32_t number_of(const struct rpc *rpc, const struct model_at *object,
    struct str alias)
{
	struct model_at instance = *object;
	uint32_t number = 0;

	instance.name = rpc->values->model->names[object->name].rows;
	instance.n++;
	while ((number = model_values_next(rpc->values, object, number)) > 0) {
		auto_arena arena = ARENA_NULL;

		instance.index[instance.n - 1] = number;
		if (alias.len > 0 && str_eq(alias_of(rpc, &instance, &arena), alias))
			return number;
	}
	return 0;
}

uint32_t rpc_alias_make(const struct rpc *rpc, const struct model_at *object,
    struct str alias, uint32_t *ret)
{
	const struct model_name *names = rpc->values->model->names;
	struct model_at at = *object;
	const struct model_table *table;
	int r;

	if (names[object->name].rows == MODEL_NONE)
		return 9005;
	table = names[names[object->name].rows].table;
	if (!table->is_writable || !table->alias || !rpc_alias_is_good(alias) ||
	    model_check_value(table->alias, alias) != 0 ||
	    number_of(rpc, object, alias) > 0)
		return 9005;
	r = model_values_add(rpc->values, object, ret);
	if (r < 0)
		return rpc_fault_of(r);
	at.name = table->alias->name;
	at.index[at.n++] = *ret;
	return rpc_fault_of(model_values_put(rpc->values, &at, alias));
}

/* Takes "[guest]" off *path, which begins with it, and writes the number of that instance of the
 * table whose path is in text already. */
static uint32_t resolve_one(const struct rpc *rpc, struct str *path, bool may_make,
    struct buf *text)
{
	size_t end = str_find_char(*path, ']');
	struct str alias = str_make(path->p + 1, end > 0 ? end - 1 : 0);
	struct model_at object;
	uint32_t number, fault = 0;

	if (end == path->len || !rpc_is_object(buf_str(text)) || text->len == 0 ||
	    !model_values_find(rpc->values, buf_str(text), &object) ||
	    rpc->values->model->names[object.name].rows == MODEL_NONE)
		return 9005;
	number = number_of(rpc, &object, alias);
	if (number == 0)
		fault = may_make ? rpc_alias_make(rpc, &object, alias, &number) : 9005;
	if (fault != 0)
		return fault;
	*path = str_from(*path, end + 1);
	if (path->len > 0 && path->p[0] != '.')
		return 9005;
	buf_printf(text, "%" PRIu32, number);
	return text->error ? 9004 : 0;
}

static uint32_t find(const struct rpc *rpc, struct str path, bool may_make,
    struct model_at *ret)
{
	auto_buf text = BUF_NULL;

	while (path.len > 0) {
		size_t at = str_find_char(path, '[');
		uint32_t fault;

		buf_append(&text, path.p, at);
		path = str_from(path, at);
		if (path.len == 0)
			break;
		fault = resolve_one(rpc, &path, may_make, &text);
		if (fault != 0)
			return fault;
	}
	if (text.error)
		return 9004;
	return model_values_find(rpc->values, buf_str(&text), ret) ? 0 : 9005;
}

/* Most paths have numbers alone. */
static bool has_alias(const struct rpc *rpc, struct str path)
{
	return str_find_char(path, '[') < path.len && rpc_has_aliases(rpc);
}

uint32_t rpc_find(const struct rpc *rpc, struct str path, struct model_at *ret)
{
	if (has_alias(rpc, path))
		return find(rpc, path, false, ret);
	return model_values_find(rpc->values, path, ret) ? 0 : 9005;
}

uint32_t rpc_find_or_make(const struct rpc *rpc, struct str path, struct model_at *ret)
{
	if (has_alias(rpc, path))
		return find(rpc, path,
		    model_values_number(rpc->values, MODEL_AUTO_CREATE) == 1, ret);
	return model_values_find(rpc->values, path, ret) ? 0 : 9005;
}

struct str rpc_alias_cut(const struct rpc *rpc, struct str *path)
{
	struct str alias = STR_NULL;
	size_t at;

	if (!has_alias(rpc, *path) || !str_ends(*path, STR("].")))
		return STR_NULL;
	for (at = path->len - 2; at > 0 && path->p[at] != '['; at--)
		;
	alias = str_make(path->p + at + 1, path->len - 2 - (at + 1));
	path->len = at;
	return alias;
}

/* ---- names in answers --------------------------------------------------------------- */

static void put_instance(const struct rpc *rpc, const struct model_at *instance,
    bool by_alias, struct buf *out)
{
	auto_arena arena = ARENA_NULL;
	struct str alias = STR_NULL;

	if (by_alias)
		alias = alias_of(rpc, instance, &arena);
	if (alias.len > 0)
		buf_printf(out, "[%.*s]", STR_ARG(alias));
	else
		buf_printf(out, "%" PRIu32, instance->index[instance->n - 1]);
}

/* The path of at from the byte `from` of its template on, behind so many levels. */
static void put_path(const struct rpc *rpc, const struct model_at *at, size_t from,
    uint32_t level, struct buf *out)
{
	const struct model_name *names = rpc->values->model->names;
	struct str rest = str_from(names[at->name].path, from);
	bool by_alias = names_by_alias(rpc);
	uint32_t tables[MODEL_LEVELS_MAX];

	for (uint32_t i = at->name; names[i].levels > 0; i = names[i].parent) {
		if (names[i].table)
			tables[names[i].levels - 1] = i;
	}
	while (rest.len > 0) {
		size_t end = str_find_char(rest, '{');
		struct model_at instance = *at;

		buf_append(out, rest.p, end);
		if (end == rest.len)
			return;
		instance.name = tables[level];
		instance.n = ++level;
		put_instance(rpc, &instance, by_alias, out);
		rest = str_from(rest, end + 3); /* "{i}" */
	}
}

static struct str alias_name(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	auto_buf text = BUF_NULL;

	if (!names_by_alias(rpc))
		return STR_NULL;
	put_path(rpc, at, 0, 0, &text);
	return text.error || text.len > MODEL_PATH_MAX
		   ? STR_NULL
		   : arena_str(arena, buf_str(&text));
}

struct str rpc_name(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	const struct model *model = rpc->values->model;
	char path[MODEL_AT_TEXT_MAX];
	struct str name;

	if (at->n == 0)
		return model->names[at->name].path;
	name = alias_name(rpc, at, arena);
	if (name.p)
		return name;
	return arena_str(arena, str_make(path, model_at_path(model, at, path)));
}

struct str rpc_name_asked(const struct rpc_call *call, const struct model_at *at)
{
	const struct model_name *names = call->rpc->values->model->names;
	const struct model_at *top = &call->asked_at;
	auto_buf text = BUF_NULL;

	if (call->asked.len == 0 ||
	    (!has_alias(call->rpc, call->asked) && !names_by_alias(call->rpc)))
		return rpc_name(call->rpc, at, call->arena);
	if (model_at_compare(at, top) == 0)
		return arena_str(call->arena, call->asked);
	buf_append_str(&text, call->asked);
	put_path(call->rpc, at, names[top->name].path.len, top->n, &text);
	if (text.error)
		return STR_NULL;
	return text.len > MODEL_PATH_MAX ? rpc_name(call->rpc, at, call->arena)
					 : arena_str(call->arena, buf_str(&text));
}
