/* Links that the kernel impairs: netem does delay, loss, duplicates, reordering and corruption, and a
 * tbf behind it the rate with its queue. libnl-route knows neither netem's chain of losses nor its
 * 64-bit times, so that the attributes are written here. */
#pragma once

#include "lib/base/error.h"
#include "lib/link/impair.h"

struct nlsock;

/* Has the interface do to what it sends what impair says (impair_netem_lacks() aside),
 * in place of what it did: packets that wait go on waiting. Where impair says nothing
 * netem is taken away, and where it says no rate tbf. Bounds against a link in user
 * space: a bucket of at least a frame and 4 ms of the rate, for tbf drops what is
 * longer than its bucket, and gains nothing while it is full; a queue of packets
 * counted as so many of 1,514 bytes, and never less than the longest frame that the
 * bucket lets go, for with tbf that is in the queue, too. 0 or -errno with the kernel's
 * words. */
int netem_set(struct nlsock *sock, uint32_t ifindex, const struct impair *impair,
    struct error *err);

/* Whether a lab of this user can do that: tried in namespaces of its own, which are
 * gone then. err may be null. 0, or ERR_MACHINE with what was tried and what the kernel
 * said. */
int netem_try(struct error *err);

/* ---- pure, for tests --------------------------------------------------------------- */

/* A share as netem has it: all of 32 bits are 100 %. */
uint32_t netem_share(uint32_t millionths);

/* The bucket of tbf and the bytes that may wait in front of it. */
uint32_t netem_bucket(const struct impair *impair);
uint32_t netem_queue(const struct impair *impair);
