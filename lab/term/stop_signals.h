/* Ctrl-C and SIGTERM as a descriptor that becomes readable, for verbs that end cleanly. */
#pragma once

#include "lib/base/error.h"

#include <signal.h>

/* Blocks SIGINT, SIGTERM and SIGHUP. The descriptor, which the caller closes. */
int stop_signals_open(sigset_t *ret_before, struct error *err);

/* Forgets those that came meanwhile; the next one ends the program as ever. */
void stop_signals_restore(int fd, const sigset_t *before);
