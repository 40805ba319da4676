/* The three namespaces a lab lives in beside those of its nodes: PID, so that all of its
 * processes die with the first one; mount, with a /proc of those processes and an empty
 * /run; and user, for callers who are not root: the caller is root there and nobody else
 * exists. */
#pragma once

#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Like fork(): the child is process 1 of the new namespaces and has only these so far; it
 * calls sandbox_settle() next. ERR_MACHINE with the setting that forbids it, and how to
 * change it, where the kernel refuses. */
int sandbox_fork(pid_t *ret_pid, struct error *err);

/* In the child: takes the identity of root and mounts /proc and /run. */
int sandbox_settle(uid_t outer_uid, gid_t outer_gid, struct error *err);

/* In the child: makes the resolver of whatever runs in the lab ask address (host order),
 * as far as the machine's /etc/resolv.conf can be covered. */
void sandbox_resolver(uint32_t address, const char *domain);

/* Words for what keeps user namespaces from working here ("kernel.unprivileged_userns_clone
 * is 0; as root: sysctl ..."), or null when no setting is known to. text has room for size
 * and is returned. */
const char *sandbox_obstacle(char *text, size_t size);
