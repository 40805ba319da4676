/* A folder for results, with those above it. */
#pragma once

#include "lib/base/error.h"

/* Makes the folder and those above it that are missing, with mode 0777 less the umask;
 * what is there stays as it is, also a file of that name, which whoever opens the
 * folder meets. ERR_USAGE for a path that cannot be one ("" among them), ERR_MACHINE
 * when the machine has no more room or memory; the text names the folder that
 * failed. */
int folders_make(const char *path, struct error *err);
