/* What a program finds when it is started: its configuration, and the folder it runs in. */
#pragma once

#include "lab/launch/launch.h"

/* Writes the configuration of launch, makes its folder where it is absent, with those above it,
 * and puts its files there in place of what is there under their names; what else is in the
 * folder stays. -errno with the path. */
int files_write(const struct launch *launch, struct error *err);
