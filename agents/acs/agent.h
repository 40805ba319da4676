/* The ACS as a process: HTTP in front, sessions behind, events to the control channel. */
#pragma once

#include "agents/acs/config.h"

#include "lib/base/error.h"

/* Serves until it is told to stop. control_fd -1: events to standard output. 0, or a
 * failure to start with its words. */
int acs_agent_run(const struct acs_config *config, int control_fd, struct error *err);
