/* Giving up for good what capturing needs and reading packets must not have. */
#pragma once

#include "lib/base/error.h"

#include <sys/types.h>

/* Takes the identity uid and gid where the caller may (never is fine: those of nobody in a
 * lab's user namespace do not exist), drops every capability from every set, and sees to it
 * that no program started later can have more. Fails when a capability is left. */
int privileges_drop(uid_t uid, gid_t gid, struct error *err);

/* The same and more, for a process that only moves frames from one open descriptor to
 * another: no new files, processes or dumps, and no system calls but the few for that. */
int privileges_confine(struct error *err);
