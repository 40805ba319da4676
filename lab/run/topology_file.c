#include "lab/run/topology_file.h"

#include "agents/acs/policy/policy.h"
#include "agents/acs/reach/call_list.h"
#include "agents/cpe/load/load.h"
#include "agents/cpe/model/model.h"
#include "capture/facts/rule.h"
#include "lib/base/cleanup.h"
#include "lib/program/share.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RULES_MAX = 256 /* of the catalogue */
};

/* The mistakes of a file that another one names stand behind those of the topology, in their
 * own order. */
static int take_mistakes(struct conf_mistakes *own, int r,
    struct conf_mistakes *mistakes)
{
	for (size_t i = 0; i < own->len; i++)
		conf_mistakes_add(mistakes, UINT32_MAX, 0, own->items[i].text);
	mistakes->left_out += own->left_out;
	if (r == ERR_CONFIG && own->len > 0)
		r = 0;
	conf_mistakes_free(own);
	return r;
}

static int check_policy(const char *path, struct conf_mistakes *mistakes,
    struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct policy policy = POLICY_NULL;
	int r = policy_load(&policy, path, &own, err);

	policy_free(&policy);
	return take_mistakes(&own, r, mistakes);
}

static int check_calls(const char *path, struct conf_mistakes *mistakes,
    struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct call_list *list = NULL;
	int r = call_list_load(&list, path, &own, err);

	call_list_free(list);
	return take_mistakes(&own, r, mistakes);
}

/* No URL: what is wrong with its "acs" is told elsewhere. A place in the file is told; a model
 * that is not found has none, and is of the file as a whole. */
static int check_load(const struct load_file *file, struct conf_doc *doc,
    const struct node_load *load, struct error *err)
{
	const char *models[LOAD_MIXES_MAX];
	int r = load_check_lab(file, doc, load->to || !load->url, err);

	if (r < 0)
		return r;
	r = load_find_models(file, doc->name, &doc->arena, models, err);
	return r < 0 ? error_prefix(err, "%s", doc->name) : r;
}

static int check_profile(const struct node_load *load, struct conf_mistakes *mistakes,
    struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct conf_doc *doc = NULL;
	struct load_file file;
	int r = conf_load_all(load->profile_path, &own, &doc, err);

	if (r == 0)
		r = load_file_read(&file, doc, doc->root, false, err);
	if (r == 0)
		r = check_load(&file, doc, load, err);
	conf_free(doc);
	return take_mistakes(&own, r, mistakes);
}

static int check_model(const char *path, struct conf_mistakes *mistakes,
    struct error *err)
{
	struct conf_mistakes own = { .len = 0 };
	struct model *model = NULL;
	int r = model_load_all(path, &own, &model, err);

	model_free(model);
	return take_mistakes(&own, r, mistakes);
}

static bool is_named_before(const struct topology *topology, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++) {
		const struct node *node = &topology->nodes[i];

		if (node_is_cpe(node) && strcmp(node->cpe.model_path, path) == 0)
			return true;
	}
	return false;
}

/* The files that nodes name are read by who will use them, so that a mistake in one comes
 * out before anything is built. Those of the file itself stand before these. */
static int check_files(const struct topology *topology, struct conf_mistakes *mistakes,
    struct error *err)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		int r = 0;

		if (node->kind == NODE_ACS && node->acs.policy_path)
			r = check_policy(node->acs.policy_path, mistakes, err);
		if (r == 0 && node->kind == NODE_ACS && node->acs.call.file_path)
			r = check_calls(node->acs.call.file_path, mistakes, err);
		if (r == 0 && node->kind == NODE_LOAD)
			r = node->load.own ? check_load(node->load.own, topology->doc,
						 &node->load, err)
					   : check_profile(&node->load, mistakes, err);
		if (node_is_cpe(node) &&
		    !is_named_before(topology, i, node->cpe.model_path))
			r = check_model(node->cpe.model_path, mistakes, err);
		if (r < 0 && r != ERR_CONFIG)
			return r;
		if (r < 0)
			conf_mistakes_add(mistakes, UINT32_MAX, 0, err->text);
	}
	return conf_mistakes_fail(mistakes, err);
}

/* A word that is no file but the name of a topology that comes with the program: its path is
 * told, since models and sequences are known by their names, and a lab is where its file is. */
static int check_word(const char *file, struct error *err)
{
	auto_free char *relative = NULL;
	auto_free char *path = NULL;
	char real[PATH_MAX];

	if (strchr(file, '/') || access(file, F_OK) == 0 ||
	    asprintf(&relative, "topologies/%s", file) < 0)
		return 0;
	path = share_path(relative);
	return path ? error_set(err, ERR_CONFIG,
			  "%s: error: no such file; the topology of that name is %s",
			  file, realpath(path, real) ? real : path)
		    : 0;
}

int topology_file_load(const char *file, struct conf_mistakes *mistakes,
    struct topology **ret, struct error *err)
{
	return topology_file_load_with(file, NULL, mistakes, ret, err);
}

int topology_file_load_with(const char *file, const char *fault,
    struct conf_mistakes *mistakes, struct topology **ret, struct error *err)
{
	auto_free char *models = share_path("topologies/models");
	char **sequences = share_list("capture/sequences", ".yaml");
	const char *rules[RULES_MAX + 1] = { NULL };
	struct conf_mistakes own = { .len = 0 };
	const struct topology_options options = {
		.models = models,
		.sequences = (const char *const *)sequences,
		.rules = rules,
		.fault = fault,
		.mistakes = mistakes ? mistakes : &own,
	};
	struct topology *topology = NULL;
	int r;

	for (size_t i = 0; i < MIN(rules_count(), (size_t)RULES_MAX); i++)
		rules[i] = rule_at(i)->id;
	r = check_word(file, err);
	if (r < 0)
		conf_mistakes_add(options.mistakes, UINT32_MAX, 0, err->text);
	else
		r = topology_load(file, &options, &topology, err);
	share_list_free(sequences);
	if (r == 0)
		r = check_files(topology, options.mistakes, err);
	conf_mistakes_free(&own);
	if (r < 0)
		topology_free(topology);
	else
		*ret = topology;
	return r;
}
