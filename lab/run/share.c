#include "lab/run/share.h"

#include "agents/acs/policy.h"
#include "agents/cpe/model/model.h"
#include "lib/base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

/* base/middle/relative, or null when that cannot be read. */
static char *look(const char *base, const char *middle, const char *relative)
{
	char *path;

	if (asprintf(&path, "%s/%s%s", base, middle, relative) < 0)
		return NULL;
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *share_path(const char *relative)
{
	const char *set = getenv("CWMPLAB_SHARE");
	char program[PATH_MAX];
	ssize_t n;
	char *path, *slash;

	if (set)
		return look(set, "", relative);
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (n < 0)
		return NULL;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	path = look(program, "../share/cwmplab/", relative);
	return path ? path : look(program, "../", relative);
}

void share_list_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* Cuts the suffix off; false where there is none, or nothing before it. */
static bool cut_suffix(char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	if (len <= tail || strcmp(name + len - tail, suffix) != 0)
		return false;
	name[len - tail] = '\0';
	return true;
}

char **share_list(const char *folder, const char *suffix)
{
	auto_free char *path = share_path(folder);
	struct dirent **entries = NULL;
	int n = path ? scandir(path, &entries, NULL, alphasort) : -1;
	char **names = calloc((size_t)MAX(n, 0) + 1, sizeof(*names));
	size_t kept = 0;

	for (int i = 0; i < n; i++) {
		if (names && cut_suffix(entries[i]->d_name, suffix))
			names[kept] = strdup(entries[i]->d_name);
		kept += names && names[kept];
		free(entries[i]);
	}
	free(entries);
	if (kept > 0)
		return names;
	free(names);
	return NULL;
}

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

int share_topology(const char *file, struct topology **ret, struct error *err)
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
