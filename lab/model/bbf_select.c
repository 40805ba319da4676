/* What of a data model is chosen, as a draft. */
#include "lab/model/bbf.h"

#include "lab/model/dump.h"
#include "lib/base/buf.h"

#include <errno.h>

/* ---- profiles ---------------------------------------------------------------------------------- */

static struct bbf_profile *find(const struct bbf *bbf, struct str name)
{
	for (size_t i = 0; i < bbf->n_profiles; i++) {
		if (str_eq(bbf->profiles[i].name, name))
			return &bbf->profiles[i];
	}
	return NULL;
}

const struct bbf_profile *bbf_profile(const struct bbf *bbf, struct str name)
{
	return find(bbf, name);
}

bool bbf_profile_walk(struct bbf *bbf, struct str name,
    void (*on_demand)(void *user, const struct bbf_demand *demand), void *user)
{
	struct bbf_profile *profile = find(bbf, name);
	struct str rest;
	bool is_whole = true;

	if (!profile || profile->is_seen)
		return profile != NULL;
	profile->is_seen = true;
	if (profile->base.len > 0)
		is_whole = bbf_profile_walk(bbf, profile->base, on_demand, user);
	rest = profile->extends;
	while (rest.len > 0) {
		struct str one = str_cut(rest, ' ', &rest);

		if (one.len > 0)
			is_whole &= bbf_profile_walk(bbf, one, on_demand, user);
	}
	for (size_t i = 0; i < profile->n_demands; i++)
		on_demand(user, &profile->demands[i]);
	profile->is_seen = false;
	return is_whole;
}

/* ---- choosing ------------------------------------------------------------------------------------ */

static struct bbf_param *param_of(const struct bbf *bbf, struct str object,
    struct str name)
{
	auto_buf path = BUF_NULL;

	buf_append_str(&path, object);
	buf_append_str(&path, name);
	return map_get(&bbf->param_map, buf_str(&path));
}

static void select_demand(void *user, const struct bbf_demand *demand)
{
	struct bbf *bbf = user;
	struct bbf_object *object = map_get(&bbf->object_map, demand->object);
	struct bbf_param *param = param_of(bbf, demand->object, demand->param);

	if (object)
		object->is_selected = true;
	if (param && demand->param.len > 0)
		param->is_selected = true;
}

int bbf_select_profile(struct bbf *bbf, struct str name)
{
	if (!find(bbf, name))
		return ERR_NOT_FOUND;
	(void)bbf_profile_walk(bbf, name, select_demand, bbf);
	return 0;
}

/* Of a service's, what follows ".Services.". */
static struct str below_services(const struct bbf *bbf, struct str path)
{
	size_t at;

	if (bbf->is_service && str_find(path, STR(".Services."), &at))
		return str_from(path, at + STR(".Services.").len);
	return path;
}

int bbf_select_subtree(struct bbf *bbf, struct str path)
{
	struct bbf_param *param;
	bool is_found = false;

	path = below_services(bbf, path);
	param = map_get(&bbf->param_map, path);
	if (param) {
		struct bbf_object *object =
		    map_get(&bbf->object_map, draft_parent(path));

		param->is_selected = true;
		if (object)
			object->is_selected = true;
		return 0;
	}
	for (size_t i = 0; i < bbf->n_objects; i++) {
		struct bbf_object *object = &bbf->objects[i];

		if (!str_starts(object->path, path) || !object->is_current ||
		    path.len == 0 || path.p[path.len - 1] != '.')
			continue;
		is_found = object->is_selected = true;
		for (size_t k = 0; k < object->n_params; k++)
			object->params[k].is_selected |= object->params[k].is_current;
	}
	return is_found ? 0 : ERR_NOT_FOUND;
}

/* An object is there with those that it stands in, a table with the parameter that counts
 * it. */
static void select_around(struct bbf *bbf)
{
	for (size_t i = bbf->n_objects; i-- > 0;) {
		struct bbf_object *object = &bbf->objects[i], *parent;
		struct bbf_param *count;

		if (!object->is_selected)
			continue;
		parent = map_get(&bbf->object_map, draft_parent(object->path));
		if (!parent && draft_is_table(object->path))
			parent = map_get(&bbf->object_map,
			    draft_parent(draft_parent(object->path)));
		if (parent && !parent->is_selected)
			parent->is_selected = parent->is_implied = true;
		count = object->count.len > 0 && parent
			    ? param_of(bbf, parent->path, object->count)
			    : NULL;
		if (count)
			count->is_selected = true;
	}
}

/* ---- a draft ---------------------------------------------------------------------------------------- */

struct adding {
	struct bbf *bbf;
	struct draft *draft;
};

/* The path as it is in the draft: a service's stands below "<root>.Services.". */
static struct str mount(const struct adding *adding, struct str path, struct str name)
{
	auto_buf text = BUF_NULL;

	if (adding->bbf->is_service)
		buf_printf(&text, "%.*s.Services.", STR_ARG(adding->draft->root));
	buf_append_str(&text, path);
	buf_append_str(&text, name);
	return arena_str(&adding->draft->arena, buf_str(&text));
}

/* "A.{i}.B.{i}." for the parameter of "A.{i}." that counts these; empty: it counts none. */
static struct str counted_by(const struct adding *adding,
    const struct bbf_object *object, struct str name)
{
	const struct bbf *bbf = adding->bbf;

	for (size_t i = 0; i < bbf->n_objects; i++) {
		const struct bbf_object *table = &bbf->objects[i];

		if (table->is_selected && str_eq(table->count, name) &&
		    draft_is_table(table->path) &&
		    str_eq(draft_parent(draft_parent(table->path)), object->path))
			return mount(adding, table->path, STR_NULL);
	}
	return STR_NULL;
}

static int add_param(const struct adding *adding, const struct bbf_object *object,
    struct draft_object *to, const struct bbf_param *param)
{
	struct arena *arena = &adding->draft->arena;
	struct draft_param *added;

	to->params = draft_grow(arena, to->params, to->n_params, sizeof(*to->params));
	if (!to->params)
		return -ENOMEM;
	added = &to->params[to->n_params++];
	*added = param->param;
	added->path = mount(adding, object->path, param->param.name);
	added->count = counted_by(adding, object, param->param.name);
	added->is_alias = param->param.is_alias && draft_is_table(object->path);
	added->max_length = MIN(added->max_length, (uint64_t)MODEL_VALUE_MAX);
	added->list_max = MIN(added->list_max, (uint64_t)MODEL_VALUE_MAX);
	if (!param->has_default || !dump_takes(added, added->value))
		added->value = dump_plain_value(arena, added);
	dump_apply_facts(added, adding->draft->root);
	return added->path.p && added->value.p ? 0 : -ENOMEM;
}

static bool has_key(const struct bbf_object *object, const struct draft_key *key)
{
	for (size_t i = 0; i < key->n_names; i++) {
		bool is_there = false;

		for (size_t k = 0; k < object->n_params; k++)
			is_there |= object->params[k].is_selected &&
				    str_eq(object->params[k].param.name, key->names[i]);
		if (!is_there)
			return false;
	}
	return key->n_names > 0;
}

static int add_table(const struct adding *adding, const struct bbf_object *object)
{
	struct draft *draft = adding->draft;
	struct draft_table *table;
	struct bbf_param *enable = param_of(adding->bbf, object->path, object->enable);

	draft->tables = draft_grow(&draft->arena, draft->tables, draft->n_tables,
	    sizeof(*draft->tables));
	if (!draft->tables)
		return -ENOMEM;
	table = &draft->tables[draft->n_tables++];
	*table = (struct draft_table){
		.path = mount(adding, object->path, STR_NULL),
		.is_writable = object->is_writable,
		.keys = arena_array(&draft->arena, object->n_keys + 1,
		    sizeof(*table->keys)),
		.min = object->min,
		.max = object->max,
	};
	if (!table->keys || !table->path.p)
		return -ENOMEM;
	for (size_t i = 0; i < object->n_keys; i++) {
		if (has_key(object, &object->keys[i]))
			table->keys[table->n_keys++] = object->keys[i];
	}
	if (table->n_keys > 0 && enable && enable->is_selected)
		table->enable = object->enable;
	return 0;
}

static int add_object(const struct adding *adding, const struct bbf_object *object)
{
	struct draft *draft = adding->draft;
	struct draft_object *added;
	int r = 0;

	draft->objects = draft_grow(&draft->arena, draft->objects, draft->n_objects,
	    sizeof(*draft->objects));
	if (!draft->objects)
		return -ENOMEM;
	added = &draft->objects[draft->n_objects++];
	*added = (struct draft_object){ .path = mount(adding, object->path, STR_NULL) };
	if (!added->path.p)
		return -ENOMEM;
	for (size_t i = 0; i < object->n_params && r == 0; i++) {
		if (object->params[i].is_selected)
			r = add_param(adding, object, added, &object->params[i]);
	}
	if (r == 0 && added->n_params == 0 && object->is_implied &&
	    !draft_is_table(object->path))
		draft->n_objects--;
	if (r == 0 && draft_is_table(object->path))
		r = add_table(adding, object);
	return r;
}

int bbf_to_draft(struct bbf *bbf, struct draft *draft)
{
	const struct adding adding = { bbf, draft };
	int r = 0;

	select_around(bbf);
	for (size_t i = 0; i < bbf->n_objects && r == 0; i++) {
		if (bbf->objects[i].is_selected)
			r = add_object(&adding, &bbf->objects[i]);
	}
	return r;
}
