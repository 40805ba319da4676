/* Interfaces that are captured by a process of its own into a file, for who looks into that file
 * again and again while it grows. */
#pragma once

#include "lab/look/look.h"

struct look_watch;

struct look_watch_state {
	bool is_over; /* nothing is captured any more */
	struct live_counts counts;
	/* What was said last: that a link went down, that a port has ended, why the
	 * capture broke off. Empty: nothing. */
	char words[ERROR_TEXT_MAX];
};

/* Starts the capture that the options ask for, and waits until all interfaces are open.
 * look->options.path becomes the file: that of --write, or one of its own, which goes with the
 * watch. The caller has no more privileges than the user afterwards, and ends the watch by
 * look_watch_end(). Errors as live_run(); -errno where there is no process to be had. */
int look_watch_start(struct look *look, struct look_watch **ret, struct error *err);

/* What is known of it by now. */
const struct look_watch_state *look_watch_ask(struct look_watch *watch);

/* Ends the capture, says on standard error what was captured, and frees the watch. Returns an
 * exit status. */
int look_watch_end(struct look_watch *watch);
