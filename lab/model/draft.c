#include "lab/model/draft.h"

#include <errno.h>

struct draft *draft_new(void)
{
	return calloc(1, sizeof(struct draft));
}

void draft_free(struct draft *draft)
{
	if (!draft)
		return;
	map_free(&draft->object_map);
	map_free(&draft->table_map);
	map_free(&draft->instance_map);
	map_free(&draft->param_map);
	arena_free(&draft->arena);
	conf_free(draft->doc);
	free(draft);
}

void *draft_grow(struct arena *arena, void *items, size_t n, size_t size)
{
	size_t cap = n == 0 ? 4 : 2 * n;
	void *more;

	if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
		return items;
	more = arena_array(arena, cap, size);
	if (more && n > 0)
		memcpy(more, items, n * size);
	return more;
}

/* ---- paths -------------------------------------------------------------------------- */

bool draft_is_number(struct str part)
{
	for (size_t i = 0; i < part.len; i++) {
		if (part.p[i] < '0' || part.p[i] > '9')
			return false;
	}
	return part.len > 0;
}

struct str draft_template_path(struct arena *arena, struct str path)
{
	/* A number has at least one digit, "{i}" three characters. */
	char *text = arena_alloc(arena, 3 * path.len + 1);
	struct str rest = path;
	size_t n = 0;

	if (!text)
		return STR_NULL;
	while (rest.len > 0) {
		bool has_dot = str_find_char(rest, '.') < rest.len;
		struct str part = str_cut(rest, '.', &rest);
		struct str put = has_dot && draft_is_number(part) ? STR("{i}") : part;

		memcpy(text + n, put.p, put.len);
		n += put.len;
		if (has_dot)
			text[n++] = '.';
	}
	return str_make(text, n);
}

static struct str without_dot(struct str path)
{
	if (path.len > 0 && path.p[path.len - 1] == '.')
		path.len--;
	return path;
}

struct str draft_parent(struct str path)
{
	struct str rest = without_dot(path);
	const char *dot = rest.len > 0 ? memrchr(rest.p, '.', rest.len) : NULL;

	return dot ? str_make(path.p, (size_t)(dot - path.p) + 1) : STR_NULL;
}

struct str draft_last(struct str path)
{
	struct str rest = without_dot(path);

	return str_from(rest, draft_parent(path).len);
}

bool draft_is_instance(struct str path)
{
	return path.len > 0 && path.p[path.len - 1] == '.' &&
	       draft_is_number(draft_last(path));
}

bool draft_is_table(struct str path)
{
	return str_ends(path, STR(".{i}."));
}

static int compare_parts(struct str a, struct str b)
{
	int r;

	if (draft_is_number(a) && draft_is_number(b) && a.len != b.len)
		return a.len < b.len ? -1 : 1;
	r = memcmp(a.len ? a.p : "", b.len ? b.p : "", MIN(a.len, b.len));
	return r != 0 ? r : (a.len > b.len) - (a.len < b.len);
}

int draft_compare_paths(struct str a, struct str b)
{
	while (a.len > 0 && b.len > 0) {
		struct str x = str_cut(a, '.', &a), y = str_cut(b, '.', &b);
		int r = compare_parts(x, y);

		if (r != 0)
			return r;
	}
	return (a.len > 0) - (b.len > 0);
}

/* ---- maps --------------------------------------------------------------------------- */

int draft_index(struct draft *draft)
{
	int r = 0;

	for (size_t i = 0; i < draft->n_objects && r == 0; i++) {
		struct draft_object *object = &draft->objects[i];

		r = map_put(&draft->object_map, object->path, object);
		for (size_t k = 0; k < object->n_params && r == 0; k++)
			r = map_put(&draft->param_map, object->params[k].path,
			    &object->params[k]);
	}
	for (size_t i = 0; i < draft->n_tables && r == 0; i++)
		r = map_put(&draft->table_map, draft->tables[i].path,
		    &draft->tables[i]);
	for (size_t i = 0; i < draft->n_instances && r == 0; i++)
		r = map_put(&draft->instance_map, draft->instances[i].path,
		    &draft->instances[i]);
	return r;
}

/* The part of an object's path that is the name of a parameter; null: there is none. */
static struct str parameter_in(const struct draft *draft, struct str path)
{
	for (size_t at = 0; at < path.len; at++) {
		struct str above = str_make(path.p, at);

		if (path.p[at] == '.' && map_get(&draft->param_map, above))
			return above;
	}
	return STR_NULL;
}

struct str draft_find_both(const struct draft *draft, const struct conf_node **ret_node)
{
	struct str name = STR_NULL;

	for (size_t i = 0; i < draft->n_objects && !name.p; i++) {
		name = parameter_in(draft, draft->objects[i].path);
		*ret_node = draft->objects[i].node;
	}
	for (size_t i = 0; i < draft->n_tables && !name.p; i++) {
		name = parameter_in(draft, draft->tables[i].path);
		*ret_node = draft->tables[i].node;
	}
	return name;
}
