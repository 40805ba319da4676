/* A lab as the program sees it that started it: file read, plan made, folder of results
 * open, supervisor running, events coming in. What "up" and "run" have in common. */
#pragma once

#include "lab/channel/channel.h"
#include "lab/plan/plan.h"
#include "lab/supervisor/outdir.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

#include <signal.h>
#include <sys/types.h>

struct json_t;

struct lab_options {
	const char *file;  /* topology, or its folder */
	const char *fault; /* of those in it, to be switched on; null: none */
	const char *out;   /* folder of results; null: out/<lab> */
	bool captures;
	bool outlives; /* the lab goes on when this program ends */
};

struct lab {
	struct topology *topology;
	struct plan *plan;
	struct outdir out;
	struct channel channel; /* to the supervisor */
	int signals;    /* readable once SIGINT or SIGTERM, which are blocked, came */
	sigset_t mask;  /* of before, while signals is open */
	uint64_t seed;  /* of the file, or drawn */
	pid_t pid;      /* of the supervisor, a child; 0: not started */
	bool has_ended; /* the supervisor closed its end of the channel */
};

/* Closes every descriptor of the process above standard error, so that the lab inherits
 * none of them; then reads the file and makes the plan. Nothing is started, but netem,
 * and the rules of firewalls, are tried in namespaces of their own where there are any. Fails as
 * topology_file_load() and plan_build_for(). The caller calls lab_close() even when
 * this failed. */
int lab_load(struct lab *lab, const struct lab_options *options, struct error *err);

/* Takes the lab's name, opens the folder of results and forks the supervisor. SIGINT and
 * SIGTERM stay blocked until lab_release_signals(): from here on lab_wait() tells of them.
 * ERR_USAGE when the lab is up already or the folder cannot be used, ERR_MACHINE or -errno
 * for what this machine refuses. */
int lab_start(struct lab *lab, const struct lab_options *options, struct error *err);

/* Gets one event of the supervisor or of an agent; line is the text that event was read
 * from. Both are borrowed. */
typedef void lab_event_fn(void *user, struct json_t *event, struct str line);

/* Waits until something came or deadline (monotonic; 0: none) passed, a second at most, and
 * hands out the events that came. Returns 0; -EINTR after SIGINT or SIGTERM, by which the
 * user asks for the end; ERR_MACHINE when nothing came and the supervisor is stopped
 * (SIGSTOP); ERR_CLOSED when the supervisor has ended. */
int lab_wait(struct lab *lab, clock_ns deadline, lab_event_fn *on_event, void *user);

/* Drops the signals that came meanwhile, and from here on SIGINT and SIGTERM end the program
 * again: to be called when the lab has ended and what is left is work on its files. Safe to
 * repeat; lab_close() does it, too. */
void lab_release_signals(struct lab *lab);

/* Asks the supervisor for the orderly end, for which one that was stopped goes on, and does
 * not wait: the caller goes on with lab_wait() until it returns ERR_CLOSED. */
void lab_stop(struct lab *lab);

/* Kills the supervisor; with it the kernel ends everything in the lab. */
void lab_kill(struct lab *lab);

/* Frees the lab. Waits for the supervisor if it was seen to end (has_ended); otherwise the
 * supervisor goes on. */
void lab_close(struct lab *lab);
