#include "lab/run/topology_file.h"

#include "agents/acs/policy.h"
#include "agents/cpe/model/model.h"
#include "lib/base/cleanup.h"
#include "lib/base/share.h"

#include <string.h>

/* The files that nodes name are read by who will use them, so that a mistake in one comes
 * out before anything is built. */
static int check_files(const struct node *node, const char **last_model,
    struct error *err)
{
	struct policy policy = POLICY_NULL;
	struct model *model = NULL;
	int r = 0;

	if (node->kind == NODE_ACS && node->acs.policy_path) {
		r = policy_load(&policy, node->acs.policy_path, err);
		policy_free(&policy);
	}
	if (node->kind == NODE_CPE &&
	    (!*last_model || strcmp(*last_model, node->cpe.model_path) != 0)) {
		r = model_load(node->cpe.model_path, &model, err);
		model_free(model);
		*last_model = node->cpe.model_path;
	}
	return r;
}

int topology_file_load(const char *file, struct topology **ret, struct error *err)
{
	auto_free char *models = share_path("topologies/models");
	char **sequences = share_list("capture/sequences", ".yaml");
	const struct topology_options options = {
		.models = models,
		.sequences = (const char *const *)sequences,
	};
	struct topology *topology = NULL;
	const char *last_model = NULL;
	int r = topology_load(file, &options, &topology, err);

	share_list_free(sequences);
	for (size_t i = 0; r == 0 && i < topology->n_nodes; i++)
		r = check_files(&topology->nodes[i], &last_model, err);
	if (r < 0)
		topology_free(topology);
	else
		*ret = topology;
	return r;
}
