#include "lab/run/policy_notes.h"

#include "agents/acs/policy/policy.h"
#include "agents/cpe/model/model.h"
#include "lab/run/acs_visits.h"
#include "lab/run/note.h"
#include "lib/base/cleanup.h"
#include "lib/base/map.h"
#include "lib/base/rng.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	NOTES_OF_FILE_MAX = 20 /* of a policy; more are counted */
};

struct known_model {
	struct model *model;
	const char *path;
	bool is_judged; /* CPEs of this model may come to the ACS whose policy it is */
};

struct lacking_name {
	const struct conf_node *at; /* the first */
	char *models;               /* owned: those that have it not */
	size_t n;                   /* how often it stands in the policy */
};

struct name_notes {
	const struct topology *topology;
	const struct policy *policy;
	bool knows_names; /* of hosts */
	bool are_moved;   /* a policy sends CPEs from one ACS to another */
	struct known_model *models;
	size_t n_models;
	struct lacking_name *names; /* owned; of this policy */
	size_t n_names;
	struct map places; /* where each of them is known, by its text */
	int r;             /* 0 or -ENOMEM */
	struct buf *out;
};

/* A name that says no root is meant below that of the model. Names of another root are of
 * other CPEs. */
static bool has_name(const struct model *model, struct str name)
{
	bool is_igd = str_starts(name, STR("InternetGatewayDevice."));
	auto_buf path = BUF_NULL;
	struct model_at at;

	if (!is_igd && !str_starts(name, STR("Device.")))
		buf_printf(&path, "%s.", model->root);
	else if (is_igd != (strcmp(model->root, "InternetGatewayDevice") == 0))
		return true;
	buf_append_str(&path, name);
	if (str_find(name, STR("{i}"), NULL))
		return path.error || model_find(model, buf_str(&path));
	return path.error || model_at_read(model, buf_str(&path), &at);
}

/* Once a name, wherever else it stands. */
static int take_lacking(struct name_notes *notes, const struct conf_node *at,
    struct str models)
{
	/* Its place in names, from 1. */
	size_t place = (uintptr_t)map_get(&notes->places, at->text);
	struct lacking_name *names;

	if (place > 0) {
		notes->names[place - 1].n++;
		return 0;
	}
	names = realloc(notes->names, (notes->n_names + 1) * sizeof(*names));
	if (!names)
		return -ENOMEM;
	notes->names = names;
	names[notes->n_names] = (struct lacking_name){ at, str_dup(models), 1 };
	place = ++notes->n_names;
	if (!names[place - 1].models)
		return -ENOMEM;
	return map_put(&notes->places, at->text, (void *)(uintptr_t)place);
}

static bool is_url_of_acs(struct str name)
{
	return str_ends(name, STR("ManagementServer.URL"));
}

static void note_name(void *user, const struct conf_node *at,
    const struct conf_node *value)
{
	struct name_notes *notes = user;
	auto_buf lacking = BUF_NULL;

	if (value && value->kind == CONF_SCALAR && notes->knows_names &&
	    is_url_of_acs(at->text))
		note_host(notes->topology, notes->policy->doc, value, value->text.p,
		    notes->out);
	for (size_t i = 0; i < notes->n_models; i++) {
		const struct known_model *known = &notes->models[i];

		if (known->is_judged && !has_name(known->model, at->text))
			buf_printf(&lacking, "%s%s", lacking.len > 0 ? ", " : "",
			    known->model->name);
	}
	if (lacking.len > 0 && notes->r == 0)
		notes->r = take_lacking(notes, at, buf_str(&lacking));
}

static void tell_lacking(struct name_notes *notes)
{
	for (size_t i = 0; i < MIN(notes->n_names, (size_t)NOTES_OF_FILE_MAX); i++) {
		const struct lacking_name *name = &notes->names[i];
		char more[48] = "";

		if (name->n > 1)
			(void)snprintf(more, sizeof(more), " (it is named %zu times)",
			    name->n);
		note_at(notes->out, notes->policy->doc, name->at, NULL,
		    "\"%.*s\" is no parameter or object of %s%s",
		    STR_ARG(name->at->text), name->models, more);
	}
	if (notes->n_names > NOTES_OF_FILE_MAX)
		shown_printf(notes->out, "note: %s: and %zu more names\n",
		    notes->policy->doc->name, notes->n_names - NOTES_OF_FILE_MAX);
}

static void forget_lacking(struct name_notes *notes)
{
	while (notes->n_names > 0)
		free(notes->names[--notes->n_names].models);
	map_free(&notes->places);
	free(steal_ptr(&notes->names));
}

static bool may_come(const struct topology *topology, const char *model_path,
    const char *policy_path)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *acs = &topology->nodes[i];

		if (acs->kind != NODE_ACS || !acs->acs.policy_path ||
		    strcmp(acs->acs.policy_path, policy_path) != 0)
			continue;
		for (size_t k = 0; k < topology->n_nodes; k++) {
			const struct node *cpe = &topology->nodes[k];

			if (node_is_cpe(cpe) &&
			    strcmp(cpe->cpe.model_path, model_path) == 0 &&
			    acs_may_be_visited(topology, acs, cpe))
				return true;
		}
	}
	return false;
}

/* A policy is judged by the models of those who may come to its ACS; by all where nobody is known
 * to come, or where CPEs may come from anywhere. */
static void choose_models(struct name_notes *notes, const char *policy_path)
{
	bool is_for_all = notes->are_moved || !notes->knows_names;
	size_t n = 0;

	for (size_t i = 0; i < notes->n_models; i++) {
		struct known_model *known = &notes->models[i];

		known->is_judged =
		    is_for_all || may_come(notes->topology, known->path, policy_path);
		n += known->is_judged;
	}
	for (size_t i = 0; i < notes->n_models && n == 0; i++)
		notes->models[i].is_judged = true;
}

/* Calls back for each name of a policy that can be read. 0 or -ENOMEM. */
static int each_name(struct name_notes *notes, const char *path,
    void (*call)(void *user, const struct conf_node *at, const struct conf_node *value))
{
	struct policy policy;
	int r = policy_load(&policy, path, NULL, NULL);

	if (r < 0)
		return r == ERR_CONFIG ? 0 : r;
	notes->policy = &policy;
	policy_each_name(&policy, call, notes);
	if (notes->r == 0)
		tell_lacking(notes);
	forget_lacking(notes);
	policy_free(&policy);
	return notes->r;
}

static void note_move(void *user, const struct conf_node *at,
    const struct conf_node *value)
{
	struct name_notes *notes = user;

	notes->are_moved |= value && is_url_of_acs(at->text);
}

static bool is_named_before(const struct topology *topology, size_t i)
{
	const struct node *node = &topology->nodes[i];

	for (size_t k = 0; k < i; k++) {
		const struct node *other = &topology->nodes[k];

		if (node_is_cpe(node) && node_is_cpe(other) &&
		    strcmp(other->cpe.model_path, node->cpe.model_path) == 0)
			return true;
		if (node->kind == NODE_ACS && other->kind == NODE_ACS &&
		    other->acs.policy_path &&
		    strcmp(other->acs.policy_path, node->acs.policy_path) == 0)
			return true;
	}
	return false;
}

static int load_models(struct name_notes *notes)
{
	const struct topology *topology = notes->topology;
	int r = 0;

	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		const struct node *node = &topology->nodes[i];
		struct model *model = NULL;

		if (!node_is_cpe(node) || is_named_before(topology, i))
			continue;
		r = model_load(node->cpe.model_path, &model, NULL);
		if (r == 0)
			notes->models[notes->n_models++] =
			    (struct known_model){ model, node->cpe.model_path, true };
		if (r == ERR_CONFIG)
			r = 0;
	}
	return r;
}

static int each_policy(struct name_notes *notes,
    void (*call)(void *user, const struct conf_node *at, const struct conf_node *value))
{
	const struct topology *topology = notes->topology;
	int r = 0;

	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind != NODE_ACS || !node->acs.policy_path ||
		    is_named_before(topology, i))
			continue;
		choose_models(notes, node->acs.policy_path);
		r = each_name(notes, node->acs.policy_path, call);
	}
	return r;
}

int policy_notes(const struct topology *topology, bool knows_names, struct buf *out)
{
	struct name_notes notes = { .topology = topology,
		.knows_names = knows_names,
		.places.seed = rng_fresh_seed(),
		.out = out };
	int r;

	notes.models = calloc(topology->n_nodes, sizeof(*notes.models));
	if (!notes.models)
		return -ENOMEM;
	r = load_models(&notes);
	if (r == 0)
		r = each_policy(&notes, note_move);
	if (r == 0)
		r = each_policy(&notes, note_name);
	for (size_t i = 0; i < notes.n_models; i++)
		model_free(notes.models[i].model);
	free(notes.models);
	return r;
}
