/* The living part of "cwmplab run": from the start of the supervisor until everything has
 * stopped again. What was seen on the wire is judged afterwards. */
#pragma once

#include "lab/run/fleet.h"
#include "lab/run/lab.h"
#include "lab/run/loads.h"
#include "lab/term/progress.h"

struct expect_live;
struct sequence;

struct run {
	struct lab *lab;           /* borrowed */
	struct progress *progress; /* borrowed */
	struct fleet *fleet;       /* owned */
	struct loads *loads;       /* owned */
	struct expect_live *live;  /* owned */
	bool is_up, is_stopping;
	bool is_interrupted; /* the user pressed Ctrl-C, or sent SIGTERM */
	bool is_late;        /* the time of the expectations ran out */
	int exit; /* the exit status that a failure of the lab calls for; 0: none */
	char why[1024];   /* that failure in words */
	clock_ns up_at;   /* monotonic */
	clock_ns up_wall; /* the same moment, wall clock; 0: it never was up */
	/* Monotonic; 0: none. When the expectations' time is up or, while the lab is
	 * being stopped, when it is killed. */
	clock_ns deadline;
	clock_ns began, ended; /* wall clock */
	struct sequence *
	    *sequences; /* owned: of the expectations; null: not readable */
};

/* Follows a lab that lab_start() has started: waits until its load tests are over and
 * its CPEs have settled, the time of the expectations has run out, the lab fails or the
 * user asks for the end, stops it in order and returns when it is gone. Returns 0, with
 * what happened in *run, or -ENOMEM. The caller calls run_free() even when this
 * failed. */
int run_live(struct run *run, struct lab *lab, struct progress *progress,
    struct error *err);

/* Safe to repeat, and with a zeroed run. */
void run_free(struct run *run);
