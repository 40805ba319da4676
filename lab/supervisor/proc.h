/* A process of the lab: started in the namespace of a node, with its output in
 * logs/<name>.log and, for our own agents, a control channel. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct proc_start {
	int netns;               /* descriptor, or -1: the caller's own */
	const char *const *argv; /* ended by null; argv[0] is looked up in PATH */
	const char *package;     /* of Debian, for who has no argv[0]; or null */
	bool is_own;             /* this very program, whatever argv[0] says */
	const char *const *env;  /* "NAME=value", beside the inherited; ended by null */
	const char *folder;      /* where it runs; null: where the caller does */
	int log;                 /* descriptor for both outputs; stays the caller's */
	int control;     /* descriptor to be inherited as LAUNCH_CONTROL_FD, or -1 */
	const int *held; /* descriptors that it inherits and only keeps open */
	size_t n_held;
	rlim_t files; /* soft limit of open files; 0: as it is */
};

/* Starts it, in a session of its own and with an empty standard input; the caller waits
 * for *ret_pid. The call returns when the program runs: one that cannot be executed is
 * an error here, with its name (ERR_MACHINE when there is no such program, else
 * -errno), and no child is left. */
int proc_spawn(const struct proc_start *start, pid_t *ret_pid, struct error *err);

/* "exit status 1", "killed by signal 9 (Killed)"; of waitpid(). text has room for size and
 * is returned. */
char *proc_status_text(int status, char *text, size_t size);

enum proc_protocol {
	PROC_UDP,
	PROC_TCP
};

/* Whether any socket in the network namespace of the process, of IPv4 or IPv6, is bound to port
 * (UDP), or listens at it, so that the kernel answers there for it (TCP). */
bool proc_has_port(pid_t pid, enum proc_protocol protocol, unsigned port);
