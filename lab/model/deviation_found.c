/* What is found, and of which data model a name is. */
#include "lab/model/deviation_internal.h"

#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"

#include <errno.h>
#include <stdarg.h>

const char *deviation_name(enum deviation_kind kind)
{
	static const char *const names[] = {
#define XX(symbol, name, text) name,
		DEVIATION_MAP(XX)
#undef XX
	};

	return names[kind];
}

void deviation_add(struct checking *checking, enum deviation_kind kind,
    const struct conf_node *node, struct str path, const char *fmt, ...)
{
	struct deviations *found = checking->found;
	char text[400];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(text, sizeof(text), fmt, args);
	va_end(args);
	secret_hide(text, sizeof(text));
	found->items =
	    draft_grow(&found->arena, found->items, found->len, sizeof(*found->items));
	if (!found->items) {
		found->len = 0;
		checking->worst = -ENOMEM;
		return;
	}
	found->items[found->len++] = (struct deviation){ kind, node ? node->line : 0,
		node ? node->column : 0, arena_str(&found->arena, path),
		arena_strdup(&found->arena, str_of(text)) };
}

/* ---- which document ----------------------------------------------------------------------------- */

bool deviation_is_vendors(struct str path)
{
	while (path.len > 0) {
		if (str_starts(str_cut(path, '.', &path), STR("X_")))
			return true;
	}
	return false;
}

/* "VoiceService" of "Device.Services.VoiceService.{i}.Name". */
static struct str below_services(const struct checking *checking, struct str path)
{
	struct str rest = str_from(path, checking->draft->root.len + 1);

	if (!str_starts(rest, STR("Services.")))
		return STR_NULL;
	return str_from(rest, STR("Services.").len);
}

/* How many names of the model the document has. */
static size_t count_known(struct checking *checking, const struct bbf *bbf)
{
	size_t n = 0;

	for (size_t i = 0; i < checking->draft->n_objects; i++) {
		const struct draft_object *object = &checking->draft->objects[i];
		struct str rest = below_services(checking, checking->templates[i]);

		for (size_t k = 0; k < object->n_params && rest.len > 0; k++) {
			auto_buf path = BUF_NULL;

			buf_append_str(&path, rest);
			buf_append_str(&path, object->params[k].name);
			n += map_get(&bbf->param_map, buf_str(&path)) != NULL;
		}
	}
	return n;
}

static bool has_object(const struct bbf *bbf, struct str service)
{
	for (size_t i = 0; i < bbf->n_objects; i++) {
		struct str path = bbf->objects[i].path;

		if (str_eq(str_cut(path, '.', &path), service))
			return true;
	}
	return false;
}

/* Of several versions of a service's model the one that suits the model best. rest begins
 * with its name: that of an object, or of the parameter that counts these. */
static struct bbf *find_service(struct checking *checking, struct str rest,
    struct str name)
{
	const struct deviation_options *options = checking->options;
	struct bbf *best = NULL;
	size_t most = 0, n_candidates = 0;

	for (size_t i = 0; i < options->n_models; i++) {
		struct bbf *bbf = options->models[i];

		if (!bbf->is_service ||
		    (!has_object(bbf, name) && !map_get(&bbf->param_map, rest)))
			continue;
		n_candidates++;
		best = best ? best : bbf;
	}
	for (size_t i = 0; n_candidates > 1 && i < options->n_models; i++) {
		struct bbf *bbf = options->models[i];
		size_t n = bbf->is_service ? count_known(checking, bbf) : 0;

		if (n > most) {
			most = n;
			best = bbf;
		}
	}
	return best;
}

static struct bbf *service_of(struct checking *checking, struct str rest)
{
	struct str ignored, name = str_cut(rest, '.', &ignored);
	struct bbf *bbf = map_get(&checking->services, name);

	if (bbf)
		return bbf;
	bbf = find_service(checking, rest, name);
	if (bbf && map_put(&checking->services, name, bbf) < 0)
		checking->worst = -ENOMEM;
	return bbf;
}

struct bbf *deviation_bbf(struct checking *checking, struct str path, struct str *ret)
{
	struct str template = draft_template_path(&checking->arena, path);
	struct str rest = below_services(checking, template);

	if (!template.p) {
		checking->worst = -ENOMEM;
		return NULL;
	}
	*ret = template;
	if (rest.len == 0)
		return checking->root;
	*ret = rest;
	return service_of(checking, rest);
}

const struct draft_object *deviation_object(struct checking *checking, struct str path)
{
	return map_get(&checking->template_map, path);
}
