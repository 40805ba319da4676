/* A console on a terminal: lines are edited by libedit, "?" and Tab ask the console. */
#pragma once

#include "lab/console/remote.h"

/* Until the session is left ("quit", Ctrl+D). Standard input and output are a terminal. 0, or the
 * errors of remote_ask(). */
int terminal_run(struct remote *remote, struct error *err);
