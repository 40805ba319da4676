/* Paths and names as a model file may have them. */
#include "agents/cpe/model/model_load.h"

static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool model_load_is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!is_path_char(name.p[i]))
			return false;
	}
	return name.len > 0;
}

bool model_load_is_object(const struct model *model, struct str path, bool is_template)
{
	struct str rest = path, part = str_cut(path, '.', &rest);
	size_t levels = 0;

	if (!str_is(part, model->root) || !rest.p || path.p[path.len - 1] != '.')
		return false;
	while (rest.len > 0) {
		bool is_level = is_template && str_starts(rest, STR("{i}."));

		part = str_cut(rest, '.', &rest);
		levels += is_level;
		if (!is_level && !model_load_is_name(part))
			return false;
	}
	/* A number has ten digits where "{i}" has three. */
	return levels <= MODEL_LEVELS_MAX && path.len + 7 * levels <= MODEL_PATH_MAX;
}

bool model_load_goes_on(struct model_loader *loader, int r)
{
	return conf_go_on(loader->model->doc, r, &loader->worst);
}
