#include "lab/channel/process_state.h"

#include "lib/base/cleanup.h"

#include <string.h>

bool process_is_stopped(pid_t pid)
{
	char path[64], line[512];
	auto_file file = NULL;
	const char *name_end;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		return false;
	/* "12 (name) T ...": a name may hold anything, also brackets. */
	name_end = strrchr(line, ')');
	return name_end && (name_end[1] == ' ') &&
	       (name_end[2] == 'T' || name_end[2] == 't');
}
