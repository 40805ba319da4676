/* Gives up for good the privileges that opening an interface needs: whoever reads packets
 * must not have them. */
#pragma once

#include "lib/base/error.h"

#include <sys/types.h>

/* Takes the identity uid and gid where the caller may; where it may not it keeps its own, as
 * in a lab's user namespace, where that of nobody does not exist. Drops every capability
 * from every set, and sees to it that no program started later can have more. Fails when a
 * capability is left. */
int privileges_drop(uid_t uid, gid_t gid, struct error *err);

/* For a process that from now on only moves frames from one open descriptor to another:
 * drops its privileges as privileges_drop() does, to those of nobody, after which it
 * can open no files, start no processes, leave no core dump, and use only the few
 * system calls that it needs. It is killed when the process that forked it ends. A kernel
 * without seccomp leaves all system calls. */
int privileges_confine(struct error *err);
