/* What profiles demand of a model. */
#include "lab/model/deviation_internal.h"

#include "lib/base/buf.h"

#include <stdio.h>

struct demanding {
	struct checking *checking;
	struct bbf *bbf;
	struct str profile;
	const struct conf_node *node; /* that claims it; or null */
};

/* The path in the model: of a service below "<root>.Services.". */
static void put_path(const struct demanding *demanding, struct buf *out,
    const struct bbf_demand *demand)
{
	if (demanding->bbf->is_service)
		buf_printf(out, "%.*s.Services.",
		    STR_ARG(demanding->checking->draft->root));
	buf_append_str(out, demand->object);
}

static const struct draft_param *find_param(const struct draft_object *object,
    struct str name)
{
	for (size_t i = 0; object && i < object->n_params; i++) {
		if (str_eq(object->params[i].name, name))
			return &object->params[i];
	}
	return NULL;
}

/* Whether something of the model is at the template path, or below it. */
static bool is_there(const struct demanding *demanding, struct str path)
{
	const struct checking *checking = demanding->checking;

	for (size_t i = 0; i < checking->draft->n_objects; i++) {
		if (str_starts(checking->templates[i], path))
			return true;
	}
	return false;
}

static void check_object(const struct demanding *demanding, struct str path,
    const struct bbf_demand *demand)
{
	struct checking *checking = demanding->checking;
	const struct draft_table *table = map_get(&checking->draft->table_map, path);

	if (!is_there(demanding, path))
		deviation_add(checking, DEVIATION_PROFILE, demanding->node, path,
		    "is missing; %.*s demands it", STR_ARG(demanding->profile));
	else if (demand->is_writable && !(table && table->is_writable))
		deviation_add(checking, DEVIATION_PROFILE, demanding->node, path,
		    "has no instances that can be added or deleted; %.*s demands that",
		    STR_ARG(demanding->profile));
}

static void on_demand(void *user, const struct bbf_demand *demand)
{
	const struct demanding *demanding = user;
	struct checking *checking = demanding->checking;
	const struct draft_param *param;
	auto_buf path = BUF_NULL;

	put_path(demanding, &path, demand);
	if (demand->param.len == 0) {
		check_object(demanding, buf_str(&path), demand);
		return;
	}
	param = find_param(deviation_object(checking, buf_str(&path)), demand->param);
	buf_append_str(&path, demand->param);
	if (!param)
		deviation_add(checking, DEVIATION_PROFILE, demanding->node,
		    buf_str(&path), "is missing; %.*s demands it",
		    STR_ARG(demanding->profile));
	else if (demand->is_writable && !param->is_writable)
		deviation_add(checking, DEVIATION_PROFILE, param->node, param->path,
		    "is read-only; %.*s demands that it is writable",
		    STR_ARG(demanding->profile));
}

static bool check_profile(struct checking *checking, struct bbf *bbf, struct str name,
    const struct conf_node *node)
{
	struct demanding demanding = { checking, bbf, name, node };

	return bbf_profile(bbf, name) &&
	       bbf_profile_walk(bbf, name, on_demand, &demanding);
}

/* ---- DeviceSummary (TR-106 A8 3.1; TR-098 A2 2.4.3) ------------------------------------------------------------- */

/* The document of "InternetGatewayDevice:1.4[]" or of "VoiceService:1.0[1]". */
static struct bbf *document_of(struct checking *checking, struct str model)
{
	struct str rest, name = str_cut(str_trim(model), ':', &rest);
	auto_buf path = BUF_NULL;
	struct str ignored;

	if (str_eq(name, checking->draft->root))
		return checking->root;
	buf_printf(&path, "%.*s.Services.%.*s.1.", STR_ARG(checking->draft->root),
	    STR_ARG(name));
	return deviation_bbf(checking, buf_str(&path), &ignored);
}

/* "Baseline:1, EthernetLAN:1" of "InternetGatewayDevice:1.4[](Baseline:1, EthernetLAN:1)". */
static void check_claims(struct checking *checking, const struct draft_leaf *summary)
{
	struct str rest = summary->value;

	while (rest.len > 0) {
		struct str model = str_cut(rest, '(', &rest), profiles;
		struct bbf *bbf;

		if (model.len > 0 && model.p[0] == ',')
			model = str_from(model, 1);
		profiles = str_cut(rest, ')', &rest);
		bbf = document_of(checking, model);
		while (bbf && profiles.len > 0) {
			struct str name = str_trim(str_cut(profiles, ',', &profiles));

			if (name.len > 0 &&
			    !check_profile(checking, bbf, name, summary->node))
				deviation_add(checking, DEVIATION_PROFILE,
				    summary->node, summary->path,
				    "claims %.*s, which %.*s does not have",
				    STR_ARG(name), STR_ARG(bbf->model));
		}
	}
}

static bool check_named(struct checking *checking, const char *name)
{
	bool is_known = false;

	if (bbf_profile(checking->root, str_of(name)))
		return check_profile(checking, checking->root, str_of(name), NULL);
	for (size_t i = 0; i < checking->options->n_models && !is_known; i++)
		is_known = checking->options->models[i]->is_service &&
			   check_profile(checking, checking->options->models[i],
			       str_of(name), NULL);
	return is_known;
}

int deviation_check_profiles(struct checking *checking, struct error *err)
{
	const struct draft_leaf *summary;
	char path[MODEL_PATH_MAX + 16];

	(void)snprintf(path, sizeof(path), "%.*s.DeviceSummary",
	    (int)MIN(checking->draft->root.len, (size_t)MODEL_PATH_MAX),
	    checking->draft->root.p);
	summary = map_get(&checking->leaf_map, str_of(path));
	if (summary && summary->param)
		check_claims(checking, summary);
	for (size_t i = 0; i < checking->options->n_profiles; i++) {
		if (!check_named(checking, checking->options->profiles[i]))
			return error_set(err, ERR_USAGE,
			    "no data model here has a profile \"%s\"",
			    checking->options->profiles[i]);
	}
	return 0;
}
