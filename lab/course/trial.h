/* A lesson held against itself: check fails, each typical wrong answer fails with its hint, the
 * answers of another student are none, the solution is one. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"

struct trial {
	const char *lesson; /* as folder_open() takes it */
	const char *seed;   /* the name of a student */
	size_t number;      /* of this trial, for the name of its lab */
	clock_ns patience;  /* until a goal is reached that must be */
};

/* Runs one, in a state folder of its own that goes with it, and appends a line of what came of
 * it. EXIT_OK, EXIT_FAILED, or an error: the lesson is wrong, or this machine cannot run it.
 * Changes the environment of the process. Where SIGINT and SIGTERM are blocked and one of them
 * comes, it takes its lab down and ends. */
int trial_run(const struct trial *trial, struct buf *out, struct error *err);

/* Runs them side by side, each in a process of its own, and appends what each came to, in their
 * order. The worst exit status. SIGINT and SIGTERM are blocked from then on. */
int trial_run_all(const struct trial *trials, size_t n, struct buf *out,
    struct error *err);
