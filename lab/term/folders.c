#include "lab/term/folders.h"

#include "lib/base/cleanup.h"
#include "lib/base/str.h"

#include <errno.h>
#include <sys/stat.h>

int folders_make(const char *path, struct error *err)
{
	auto_free char *copy = str_dup(str_of(path));

	if (!copy)
		return error_set(err, ERR_MACHINE, "%s: no memory", path);
	if (!*copy)
		return error_set(err, ERR_USAGE, "\"\" is no folder");
	for (char *p = copy + 1;; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return error_set(err, error_of_path(errno), "%s: %s", copy,
			    error_name(-errno));
		if (kept == '\0')
			return 0;
		*p = kept;
	}
}
