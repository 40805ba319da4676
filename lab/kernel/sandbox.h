/* The three namespaces a lab lives in beside those of its nodes: PID, so that all of its
 * processes die with the first one; mount, with a /proc of those processes and an empty
 * /run; and user, for callers who are not root: the caller is root there and nobody else
 * exists. */
#pragma once

#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns twice, like fork(): 0 in both processes, with *ret_pid the child's in the parent
 * and 0 in the child. The child is process 1 of the new namespaces and calls
 * sandbox_settle() next; the parent waits for it. ERR_MACHINE with the setting that forbids
 * it, and how to change it, where the kernel refuses. */
int sandbox_fork(pid_t *ret_pid, struct error *err);

/* In the child: becomes root of the new user namespace, if there is one, and mounts /proc
 * and an empty /run. outer_uid and outer_gid are those that the parent had before the fork.
 * ERR_MACHINE where the kernel refuses. */
int sandbox_settle(uid_t outer_uid, gid_t outer_gid, struct error *err);

/* In the child: makes the resolver of whatever runs in the lab ask address, as text, and
 * search domain. Where the machine's /etc/resolv.conf cannot be covered it does nothing. */
void sandbox_resolver(const char *address, const char *domain);

/* A setting of this machine by which its distribution or administrator restricts the
 * namespaces that a lab needs. */
struct sandbox_obstacle {
	const char *fact; /* "user.max_user_namespaces is 0" */
	const char *todo; /* how to change it */
};

/* The i-th of those that are in force now, from 0; a constant of the program, or null past
 * the last. A program may be allowed all the same: as root, or by a profile of AppArmor. */
const struct sandbox_obstacle *sandbox_obstacle(size_t i);
