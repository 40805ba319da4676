/* Whether a process that does not answer can. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether it is stopped (SIGSTOP, Ctrl-Z, a debugger), as /proc says. */
bool process_is_stopped(pid_t pid);
