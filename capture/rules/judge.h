/* The judge: asks the rules of the catalogue what they make of each thing that has become
 * whole, keeps what they find, and counts what could not be judged. */
#pragma once

#include "capture/facts/tell.h"
#include "lib/base/cleanup.h"

/* Makes a judge that tells found, which may be null, each finding; the texts live as
 * long as the judge. options is not needed afterwards. Null without memory. The caller
 * frees the judge. */
struct judge *judge_new(const struct rule_options *options, finding_found_fn *found,
    void *user);
void judge_free(struct judge *judge);
DEFINE_CLEANUP(struct judge *, judge_free)

/* The observer's listener (whole_fn): asks every rule whose scope this is; of
 * WHOLE_MESSAGE only those that look at view->http->on. A rule is not asked, but
 * counted as not judged, where view->session does not show what it needs (struct rule),
 * or where view->lacks says that the text has not what it rests on (evidence_of()). */
void judge_ask(void *judge, enum whole_what what, struct whole *view);

/* The findings in the order in which they became certain. The judge owns them; the
 * array lives until the next judge_ask(). */
const struct finding *judge_findings(const struct judge *judge, size_t *ret_n);

/* One count for each rule of the catalogue, in its order; rules_count() in all: what it comes
 * to by now. The judge owns them; they change with the next call. */
const struct rule_count *judge_counts(struct judge *judge);

/* The same CPE by CPE, of the rules that the options name, in no order. The judge owns them; they
 * live until the next call. Null without memory. */
const struct rule_tally *judge_tallies(struct judge *judge, size_t *ret_n);

/* Findings by severity, also those that were not kept. */
uint64_t judge_total(const struct judge *judge, enum rule_severity severity);

/* -ENOMEM where memory ran out for a finding, which is then missing; else 0. */
int judge_error(const struct judge *judge);
