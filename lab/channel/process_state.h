/* Whether a process that does not answer can. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether it is stopped (SIGSTOP, Ctrl-Z, a debugger), as /proc says. False, too, for a
 * process of which /proc says nothing. */
bool process_is_stopped(pid_t pid);
