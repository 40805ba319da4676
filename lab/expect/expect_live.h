/* Readings in the nodes of a lab that is up, for those expectations that packets do not decide; and
 * whether anything is still to be waited for. */
#pragma once

#include "lab/expect/expect.h"
#include "lib/base/cleanup.h"

struct expect_live;
struct json_t;

/* Borrows plan until expect_live_free(). Null without memory. */
struct expect_live *expect_live_new(const struct plan *plan);

/* Safe with null. */
void expect_live_free(struct expect_live *live);
DEFINE_CLEANUP(struct expect_live *, expect_live_free)

/* Notes what an event says of leases and calls, so that nobody waits for what has come. */
void expect_live_event(struct expect_live *live, const struct json_t *event);

/* The lab is up since up (monotonic), and it is now: reads what is due. Commands run meanwhile, a few
 * seconds each at most. */
void expect_live_look(struct expect_live *live, clock_ns up, clock_ns now);

/* Whether an expectation whose time is not over may yet come to be otherwise. */
bool expect_live_waits(const struct expect_live *live, clock_ns up, clock_ns now);

/* What became of the i-th expectation of the topology; undecided where packets decide it, or before
 * expect_live_end(). */
const struct expect_result *expect_live_result(const struct expect_live *live,
    size_t i);

/* That packets show no lease is no proof where a CPE says that it has one, which goes into *result. up is
 * by the wall clock. */
void expect_live_doubt(const struct expect_live *live, size_t i, clock_ns up,
    struct expect_result *result);

/* The lab ends: what does not hold by now does not hold. */
void expect_live_end(struct expect_live *live);
