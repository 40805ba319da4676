/* Other programs, and this one once more, run with a deadline. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"

enum {
	SPAWN_OUTPUT_MAX = 1 << 20
};

struct spawn {
	const char *const *words;       /* ended by null */
	bool is_own;                    /* of this program, whatever words[0] says */
	const char *folder;             /* to run in; null: where we are */
	const char *const *environment; /* "NAME=value", ended by null; may be null */
	clock_ns longest;
	/* SIGINT, SIGTERM and SIGHUP, which the caller has blocked, end it before its time. */
	bool ends_on_signal;
};

/* Whether one of these waits for the caller, who has blocked them. */
bool spawn_is_stopped(void);

/* Runs it with nothing to read, and appends what it writes on both of its outputs. Its exit
 * status, or 128 and the number of a signal; ERR_MACHINE where it takes longer, -errno. */
int spawn_run(const struct spawn *spawn, struct buf *out, struct error *err);
