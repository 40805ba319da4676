/* Ctrl-C and SIGTERM as a descriptor that becomes readable, for verbs that end cleanly. */
#pragma once

#include "lib/base/error.h"

#include <signal.h>

/* Blocks SIGINT, SIGTERM and SIGHUP and returns a descriptor that becomes readable when
 * one comes; the caller closes it. *ret_before gets the mask of before. -errno when there
 * is no such descriptor; the mask is as before then. */
int stop_signals_open(sigset_t *ret_before, struct error *err);

/* Drops the signals that came meanwhile and sets the mask of before, so that the next
 * signal ends the program. fd stays open. */
void stop_signals_restore(int fd, const sigset_t *before);
