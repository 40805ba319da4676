/* How a verb ends that could not do what it was asked. */
#pragma once

#include "lib/base/exit_status.h"

struct error;

/* Prints the words of err on standard error and returns the exit status that its code
 * stands for. */
int cmd_fail(const struct error *err);
