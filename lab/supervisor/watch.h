/* The supervisor's event loop: descriptors and whom to call, one event at a time, so that a
 * callback may close and free whatever it likes. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/error.h"

#include <stdbool.h>

/* Embedded in its owner; stays where it is while it is watched. */
struct watch {
	int fd; /* borrowed */
	void (*ready)(struct watch *watch, bool can_read, bool can_write);
	bool wants_write;
};

/* Makes a loop, an epoll instance; the caller closes *ret_fd. 0 or -errno. */
int watch_open(int *ret_fd, struct error *err);

/* Watches for reading and hang-up, and for writing where wants_write is set. 0 or -errno. */
int watch_start(int loop, struct watch *watch, struct error *err);

/* Watches for writing, too, or no longer. */
void watch_for_write(int loop, struct watch *watch, bool wants_write);

/* To be called before the descriptor is closed. */
void watch_stop(int loop, struct watch *watch);

/* Waits until one descriptor is ready and calls its ready(), or until deadline (monotonic;
 * 0: none) or a signal. Returns 0 or -errno. */
int watch_once(int loop, clock_ns deadline);
