/* The ACS as a process: HTTP in front, sessions behind, events to the control channel. */
#pragma once

#include "agents/acs/config.h"

#include "lib/base/error.h"

/* Serves until it is told to stop. control_fd -1: events to standard output, as lines for
 * people where is_for_people. The exit status: EXIT_FAILED where the sequence that it plays was
 * left, or where it plays none, nobody reads control_fd and a session failed or a request was
 * refused; or a failure to start with its words. */
int acs_agent_run(const struct acs_config *config, int control_fd, bool is_for_people,
    struct error *err);
