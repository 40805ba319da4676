/* What steps keep. */
#include "lib/sequence/scene_internal.h"

#include <errno.h>
#include <stdlib.h>

static struct scene_var *find(struct scene_var *vars, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(name, vars[i].name))
			return &vars[i];
	}
	return NULL;
}

static int keep(struct scene_var *vars, size_t *n, size_t max, struct str name,
    struct str value)
{
	struct scene_var *var = find(vars, *n, name);
	char *copy = str_dup(value.p ? value : STR(""));

	if (!copy)
		return -ENOMEM;
	if (!var && *n < max) {
		vars[*n].name = str_dup(name);
		if (vars[*n].name)
			var = &vars[(*n)++];
	}
	if (!var) {
		free(copy);
		return ERR_LIMIT;
	}
	free(var->value);
	var->value = copy;
	return 0;
}

int scene_give(struct scene *scene, const char *name, struct str value)
{
	if (value.len > SCENE_VALUE_MAX)
		return ERR_LIMIT;
	return keep(scene->vars, &scene->n_vars, SCENE_VARS_MAX, str_of(name), value);
}

struct str scene_value(const struct scene *scene, const char *text)
{
	const struct scene_var *var;

	if (!text || text[0] != '$')
		return str_of(text);
	var = find((struct scene_var *)(uintptr_t)scene->vars, scene->n_vars,
	    str_of(text + 1));
	return var ? str_of(var->value) : STR_NULL;
}

struct str scene_name(const struct scene *scene, struct str suffix)
{
	const struct scene_var *var =
	    find((struct scene_var *)(uintptr_t)scene->names, scene->n_names, suffix);

	return var ? str_of(var->value) : STR_NULL;
}

static void forget(struct scene_var *vars, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(vars[i].name);
		free(vars[i].value);
	}
}

void scene_keep_name(struct scene *scene, const char *suffix, struct str name)
{
	(void)keep(scene->names, &scene->n_names, SEQUENCE_STEPS_MAX, str_of(suffix),
	    name);
}

void scene_forget(struct scene *scene)
{
	forget(scene->vars, scene->n_vars);
	forget(scene->names, scene->n_names);
}
