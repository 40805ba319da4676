/* Names, places, and what stands where after a factory reset. */
#include "agents/cpe/model/model.h"

#include "lib/base/compiler.h"

#include <inttypes.h>
#include <stdio.h>

const struct model_name *model_find(const struct model *model, struct str path)
{
	size_t low = 0, high = model->n_names;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct str at = model->names[middle].path;
		int r = memcmp(at.p, path.p ? path.p : "", MIN(at.len, path.len));

		if (r < 0 || (r == 0 && at.len < path.len))
			low = middle + 1;
		else
			high = middle;
	}
	return low < model->n_names && str_eq(model->names[low].path, path)
		   ? &model->names[low]
		   : NULL;
}

/* ---- paths with numbers ------------------------------------------------------------- */

/* The child whose last part is this one; MODEL_NONE where there is none. */
static uint32_t find_child(const struct model *model, const struct model_name *name,
    struct str part)
{
	const uint32_t *children = model->children + name->children;
	size_t low = 0, high = name->n_children;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct model_name *child = &model->names[children[middle]];
		struct str tail = str_from(child->path, child->tail);
		int r = memcmp(tail.p, part.p, MIN(tail.len, part.len));

		if (r == 0 && tail.len == part.len)
			return children[middle];
		if (r < 0 || (r == 0 && tail.len < part.len))
			low = middle + 1;
		else
			high = middle;
	}
	return MODEL_NONE;
}

/* "12." as a number of an instance: from 1 on, without zeros before it. */
static bool read_index(struct str part, uint32_t *ret)
{
	uint64_t n;

	if (part.len < 2 || part.p[part.len - 1] != '.' || part.p[0] == '0' ||
	    str_to_u64(str_make(part.p, part.len - 1), UINT32_MAX, &n) < 0)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool step_down(const struct model *model, struct model_at *at, struct str part)
{
	const struct model_name *name = &model->names[at->name];
	uint32_t index;

	if (name->rows != MODEL_NONE && read_index(part, &index)) {
		at->name = name->rows;
		at->index[at->n++] = index;
		return true;
	}
	at->name = part.p[0] == '{' ? MODEL_NONE : find_child(model, name, part);
	return at->name != MODEL_NONE;
}

bool model_at_read(const struct model *model, struct str path, struct model_at *ret)
{
	struct str root, rest;
	struct model_at at = { .name = 0 };

	if (model->n_names == 0)
		return false;
	root = model->names[0].path;
	if (!str_starts(path, root))
		return false;
	rest = str_from(path, root.len);
	while (rest.len > 0) {
		size_t dot = str_find_char(rest, '.');
		size_t len = dot < rest.len ? dot + 1 : dot;

		if (!step_down(model, &at, str_make(rest.p, len)))
			return false;
		rest = str_from(rest, len);
	}
	*ret = at;
	return true;
}

size_t model_at_path(const struct model *model, const struct model_at *at, char *text)
{
	struct str path = model->names[at->name].path;
	size_t len = 0, level = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] != '{') {
			text[len++] = path.p[i];
			continue;
		}
		len += (size_t)snprintf(text + len, 11, "%" PRIu32, at->index[level++]);
		i += 2; /* the rest of "{i}" */
	}
	text[len] = '\0';
	return len;
}

/* ---- places ------------------------------------------------------------------------- */

int model_at_compare(const struct model_at *a, const struct model_at *b)
{
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	for (uint32_t i = 0; i < MIN(a->n, b->n); i++) {
		if (a->index[i] != b->index[i])
			return a->index[i] < b->index[i] ? -1 : 1;
	}
	return (a->n > b->n) - (a->n < b->n);
}

struct model_at model_at_of(const struct model_name *name, const struct model *model)
{
	return (struct model_at){ .name = (uint32_t)(name - model->names) };
}

struct model_at model_at_parent(const struct model *model, const struct model_at *at)
{
	struct model_at parent = *at;

	parent.name = model->names[at->name].parent;
	parent.n = model->names[parent.name].levels;
	return parent;
}

bool model_at_is_below(const struct model *model, const struct model_at *at,
    const struct model_at *top)
{
	if (at->name < top->name || at->name >= model->names[top->name].end)
		return false;
	for (uint32_t i = 0; i < top->n; i++) {
		if (at->index[i] != top->index[i])
			return false;
	}
	return true;
}

/* ---- after a factory reset ---------------------------------------------------------- */

size_t model_instance_lower(const struct model *model, const struct model_at *at)
{
	size_t low = 0, high = model->n_instances;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (model_at_compare(&model->instances[middle], at) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool model_has_instance(const struct model *model, const struct model_at *at)
{
	size_t i = model_instance_lower(model, at);

	return i < model->n_instances &&
	       model_at_compare(&model->instances[i], at) == 0;
}

struct model_source model_first_source(const struct model *model,
    const struct model_at *at)
{
	const struct model_param *param = model->names[at->name].param;
	size_t low = 0, high = at->n > 0 ? model->n_firsts : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = model_at_compare(&model->firsts[middle].at, at);

		if (r == 0)
			return model->firsts[middle].source;
		if (r < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct model_source){ param->value, param->generate, param->live,
		param->has_places };
}

/* ---- live values -------------------------------------------------------------------- */

enum where {
	STORED,
	OUTSIDE,
	MOVING
};

static enum where where_of(enum model_live live)
{
	static const enum where where[MODEL_LIVES] = { STORED,
#define XX(symbol, name, where_) where_,
		MODEL_LIVE_MAP(XX)
#undef XX
	};

	return where[live];
}

bool model_live_is_outside(enum model_live live)
{
	return where_of(live) != STORED;
}

bool model_live_is_moving(enum model_live live)
{
	return where_of(live) == MOVING;
}

bool model_live_is_port(enum model_live live)
{
	return live >= MODEL_PORT_ENABLE && live < MODEL_LIVES;
}

const char *const model_live_names[] = {
	"none",
#define XX(symbol, name, where) name,
	MODEL_LIVE_MAP(XX)
#undef XX
	    NULL,
};
