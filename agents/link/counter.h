/* How much has taken the shortcuts of a carrier. A thread reads it of /proc/net/dev,
 * which no lock of the kernel guards that others hold who make or change interfaces,
 * and which takes the kernel some milliseconds where there are thousands: frames are
 * not to wait for either. */
#pragma once

#include "agents/link/shortcut.h"
#include "lib/base/clock.h"
#include "lib/base/list.h"

#include <stddef.h>
#include <uv.h>

struct count_place; /* a network namespace */

struct counter {
	uv_loop_t *loop;            /* borrowed */
	struct count_place *places; /* owned */
	size_t n_places;
	uv_work_t work;
	bool is_reading;
	struct list served,
	    waiting; /* of struct count_wish: by this reading, by the next */
};

/* Somebody who waits for counts; in a struct of the waiter's own. */
struct count_wish {
	struct list link;
	void (*done)(struct count_wish *wish); /* it may be freed in there */
};

/* The caller ends it with counter_close(). */
void counter_init(struct counter *counter, uv_loop_t *loop);

/* Waits for a reading that is going on. Nobody may wait for it any more. Safe to
 * repeat. */
void counter_close(struct counter *counter);

/* Counts a shortcut from its next opening on, which is at the interface of that name in
 * the namespace (null: the process's own). All are borrowed. -errno with words. Not
 * while one reads. */
int counter_add(struct counter *counter, const char *netns, const char *interface,
    struct shortcut *shortcut, struct error *err);

/* Counts it no more. Not while one reads. */
void counter_drop(struct counter *counter, const char *netns, const char *interface);

/* Has the counts of all shortcuts read anew, and calls done() from the loop. False, and
 * done() is not called: there is nothing to be counted, or nobody to do it. */
bool counter_ask(struct counter *counter, struct count_wish *wish);

/* done() is not called any more. No-op for one that nobody waits for. */
void count_wish_drop(struct count_wish *wish);
