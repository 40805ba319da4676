#include "lab/share.h"

#include "lib/base/cleanup.h"

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

int share_topology(const char *file, struct topology **ret, struct error *err)
{
	auto_free char *models = share_path("topologies/models");
	const struct topology_options options = { .models = models };

	return topology_load(file, &options, ret, err);
}
