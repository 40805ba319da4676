/* Process 1 of a lab: builds it, starts its programs in order, listens to them, answers
 * clients, and stops everything in order. When it dies, however it dies, the kernel takes
 * the rest.
 *
 *      BUILDING ──▶ STARTING ──▶ RUNNING ──▶ STOPPING ──▶ exit
 *          └────────────┴── failure, stop ──────▲
 *
 * It speaks JSON lines (agents/README.md) with whoever started it and with the clients of
 * the lab's socket. Events of its own, beside those of the agents, which are passed on as
 * they are: "built" and "up" (namespaces, links, took_ns), "exited" (node, status,
 * text, expected, and why where it said so), "unreadable" (node, why: a line of an
 * agent was left out), "link" (node, why: the kernel refused what a schedule wants of
 * it), "applied" (file, changes, failures, took_ns), "failed" (why, exit), "stopped". The same lines are in events.jsonl.
 * Commands: "status", "stop", "events" (pass all events on from here), "node" (one of
 * "status"), "stop-node", "kill-node", "start-node", "enter" (with node: descriptors of
 * the namespaces, see SUPERVISOR_FD_*), "agent" (with node: what that agent answers to
 * command, by default its own status), "apply" (file, dry-run: what has to change, and what
 * became of it). */
#pragma once

#include "lab/plan/plan.h"
#include "lab/supervisor/outdir.h"

#include <stdbool.h>
#include <sys/types.h>

/* How long programs may take before they are taken to hang. A machine under load takes many
 * times what they need on a quiet one; whoever is tired of waiting can have all killed. */
enum {
	SUPERVISOR_START_S = 120, /* the programs of one stage, until they serve */
	SUPERVISOR_STOP_S = 60,   /* the same, until they have ended */
	SUPERVISOR_END_S = 200    /* all stages, and some for what is in between */
};

enum { /* order of the descriptors that "enter" hands out */
	SUPERVISOR_FD_NET,
	SUPERVISOR_FD_PID,
	SUPERVISOR_FD_MOUNT,
	SUPERVISOR_FD_USER, /* may be the caller's own (namespace_is_own()) */
	SUPERVISOR_FDS
};

struct supervisor_options {
	const struct plan *plan;
	const struct outdir *out;
	int socket;    /* of labsock_bind(); taken over, also after a failure */
	uint64_t seed; /* of whatever the agents draw */
	bool captures; /* records the ports that the topology names */
	bool outlives; /* its starter's end is not its own: "up" */
};

/* Forks it. The caller closes *ret_fd, a stream to the supervisor on which events come from
 * the start, and waits for its child *ret_pid. A lab that cannot be built is told by the
 * event "failed"; errors here are those of sandbox_fork(), or -errno. */
int supervisor_start(const struct supervisor_options *options, pid_t *ret_pid,
    int *ret_fd, struct error *err);
