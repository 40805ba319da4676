/* What an ACS has counted of its sessions. It may be kept in a file, which all that is counted is
 * written to at once, so that a program that is killed leaves the counts to the one that is started
 * in its place: what is told of a load test is the sum of both. */
#pragma once

#include "lib/base/error.h"

#include <stdint.h>

struct counts {
	/* Wall clock, in nanoseconds, of the moment since which is counted: two answers with the
	 * same one can be subtracted. */
	uint64_t since;
	uint64_t sessions; /* that are over */
	uint64_t failed;   /* of them */
	uint64_t running;
	uint64_t shed; /* turned away: by the limit, an outage, or for want of room */
};

/* Counts anew, from now on; with a path, goes on with what stands in the file, where there is
 * one: sessions that ran when its program ended are over, and have failed. ERR_USAGE with words
 * where the file is none of ours or another program counts in it, -errno, -ENOMEM. The caller ends
 * it with counts_close(). */
int counts_open(struct counts **ret, const char *path, struct error *err);

/* What one program has counted that began with what then says: all its sessions are over,
 * and those that run now have failed, as counts_open() has it of them. */
struct counts counts_between(const struct counts *then, const struct counts *now);

/* The file stays. Null is fine. */
void counts_close(struct counts *counts);
