/* A mob: TCP clients on loopback that all do the same, each from an address of its own:
 * hold a connection, drip into it, send what breaks things, come again. It gives way to the
 * programs beside it on the processor, as clients of other machines would. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	MOB_PROCESSES_MAX = 32,
	MOB_NUMBERED_MAX = 8192 /* bytes of an opening with a number in it */
};

enum mob_then { /* what a client does once its opening is sent */
	MOB_STAYS,
	MOB_REPEATS, /* sends it again whenever an answer comes */
	MOB_POURS,   /* sends it again at once, for ever */
	MOB_LEAVES,  /* closes when an answer comes, and comes again */
	MOB_RESETS,  /* breaks off at once, and comes again */
};

struct mob_plan {
	uint16_t port;
	unsigned size;      /* connections at a time */
	struct str opening; /* what each sends first; borrowed, may be empty */
	/* "########" in it stands for digits that are others each time. */
	bool is_numbered;
	enum mob_then then;
	struct str drip; /* and then, each drip_ms; null view: nothing */
	unsigned drip_ms;
	bool reads_not;   /* never takes an answer off the wire */
	bool comes_again; /* when the other side closes */
};

struct mob_counters {
	unsigned long opened; /* connections that were ever open */
	unsigned long held;   /* that are open now */
	unsigned long peak;
	unsigned long sent;     /* bytes */
	unsigned long answers;  /* pieces of answers that came */
	unsigned long openings; /* that went out whole */
};

struct mob {
	unsigned n;
	pid_t pids[MOB_PROCESSES_MAX];
	struct mob_counters *counters; /* shared with the clients' processes */
};

/* Starts it and waits until size connections have been open, or no more open for seconds. */
void mob_start(struct mob *mob, const struct mob_plan *plan);

/* Whether some of it have not been there yet, and may still come: on a machine that does other
 * work a SYN that was lost twice takes longer than mob_start() waits. */
bool mob_is_coming(const struct mob *mob, const struct mob_plan *plan, clock_ns since);

/* Whether all of its processes live. */
bool mob_lives(const struct mob *mob);

/* Kills it. */
void mob_end(struct mob *mob);
