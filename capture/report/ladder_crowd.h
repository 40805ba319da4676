/* The ladders of a capture that is read twice, so that memory does not grow with its sessions.
 * The first reading keeps a few numbers of each CPE, by which those that fared alike are known;
 * the second keeps the sessions of the one CPE that is shown for each shape. What is written is
 * what ladder_write() writes of an analysis that has them all. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/report/ladder.h"

struct ladder_crowd;

/* max: ladders that will be shown; seed: of its tables (map.h). Null without memory. */
struct ladder_crowd *ladder_crowd_new(unsigned max, uint64_t seed);
void ladder_crowd_free(struct ladder_crowd *crowd);
DEFINE_CLEANUP(struct ladder_crowd *, ladder_crowd_free)

/* What both readings tell (analysis_options: ended, act, found, failed). */
void ladder_crowd_session(struct ladder_crowd *crowd,
    const struct analysis_session *session);
void ladder_crowd_act(struct ladder_crowd *crowd, const struct analysis_host *host);
void ladder_crowd_finding(struct ladder_crowd *crowd, const struct finding *finding);
void ladder_crowd_failure(struct ladder_crowd *crowd,
    const struct analysis_failure *failure);

/* The first reading is over: chooses whose sessions the second one keeps. 0 or -ENOMEM. */
int ladder_crowd_choose(struct ladder_crowd *crowd);

/* Writes the ladders after the second reading, of which analysis is. Where memory runs out,
 * out->error says so. */
void ladder_crowd_write(struct buf *out, struct ladder_crowd *crowd,
    const struct analysis *analysis, const struct ladder_options *options);
