/* PASS, FAIL or INVALID. INVALID outranks the others: where the load did not come from
 * us as it was asked for, no number of the run says anything about the ACS. Only our
 * own side can make a run invalid: an ACS that is slow, refuses or is dead makes it
 * fail; and so does what is no ACS, since nothing of it was measured. */
#pragma once

#include "lib/base/buf.h"
#include "lib/load/tally.h"
#include "lib/load/threshold.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_INVALID
};

/* What the run saw of its own limits; zeroed: nothing was seen of them. All are sums or
 * extremes over the run; those of shards come together by own_limits_merge(). */
struct own_limits {
	struct hist lag; /* each round of the loop, beyond the time it was to begin */
	uint64_t cpu_permille;     /* of one core, of our process, on average */
	uint64_t cpu_max_permille; /* the same in the second with the most */
	uint64_t wait_permille; /* of the time: ready to run while others had the core
				 * (run_delay of /proc/self/schedstat) */
	uint64_t no_descriptor; /* EMFILE, ENFILE */
	uint64_t no_port;       /* EADDRNOTAVAIL, EADDRINUSE of bind() and connect() */
	uint64_t no_memory;     /* ENOMEM, ENOBUFS, a histogram that could not be had */
	uint64_t no_neighbour;  /* the neighbour table was full */
	uint64_t descriptors, descriptors_max; /* the most that were open; the limit */
	uint64_t seconds_short; /* seconds in which less than 95 % of what was offered
				 * started, but for CPEs that were busy */
};

void own_limits_free(struct own_limits *own);
/* Merges the lag, adds errors, takes the larger of the rest. 0 or -ENOMEM. */
int own_limits_merge(struct own_limits *into, const struct own_limits *from);

/* From where on we are the limit; verdict_bounds() gives the values that the manual
 * states. */
struct verdict_bounds {
	uint64_t late_us;       /* a start is late behind this: 50 ms */
	uint64_t late_ppm;      /* share of late starts: 10,000 (1 %) */
	uint64_t lag_us;        /* p99 of the loop's lag: 50 ms */
	uint64_t wait_permille; /* waited for a core: 150 */
	uint64_t cpu_permille;  /* of one core, on average: 970 */
	uint64_t short_ppm;     /* offered, but not started for our own sake: 1,000 */
	uint64_t
	    offered_ppm; /* at least so much of the schedule was offered: 990,000 */
};

struct verdict_bounds verdict_bounds(void);

enum {
	VERDICT_REASONS_MAX = 16,
	VERDICT_REASON_MAX = 240 /* bytes of one, terminated */
};

struct judgement_of_load {
	enum verdict verdict;
	char why[VERDICT_REASONS_MAX][VERDICT_REASON_MAX]; /* the weightiest first */
	size_t n_why;
	uint64_t late; /* starts behind verdict_bounds.late_us */
};

struct verdict_input {
	const struct tally *tally;
	const struct own_limits *own;
	const struct threshold_result *thresholds;
	size_t n_thresholds;
	struct verdict_bounds bounds;
	/* How many sessions the schedule holds up to the end of the run; 0: not known,
	 * as of a run without a schedule. */
	uint64_t scheduled;
	/* Why it ended before its time ("--abort-on-fail", "Ctrl-C"), or null. Says
	 * nothing of the verdict by itself; it is told. */
	const char *ended_early;
	/* What of it did not come, so that it was another run than was asked for:
	 * INVALID; or null. */
	const char *lack;
	bool never_reached; /* the ACS never answered at all: FAIL */
	/* It ended because nothing at the URL is an ACS: FAIL, however busy this machine was
	 * and however late, since no time was measured. Our own errors count still. */
	bool is_no_acs;
};

/* Judges. A tally that does not add up is INVALID. A run in which no session completed
 * is FAIL, as one whose ACS was never reached. Sessions that failed make a run FAIL
 * only where a threshold says so: without thresholds a run passes that was as it was
 * asked for and in which one session completed. */
struct judgement_of_load verdict_judge(const struct verdict_input *input);

/* "PASS". */
const char *verdict_name(enum verdict verdict);
/* The exit status: EXIT_OK, EXIT_FAILED, EXIT_INVALID (lib/program/exit_status.h). */
int verdict_status(enum verdict verdict);
