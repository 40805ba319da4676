/* What a run found, in the two forms that "run" writes itself: report.json, and the last
 * lines on the terminal. What the CPEs said of themselves is told apart from what was seen
 * on the wire. */
#pragma once

#include "lab/run/run_live.h"
#include "lab/run/verdict.h"

struct analysis;
struct json;

struct report {
	const struct lab *lab;
	const struct run *run;
	const struct analysis *analysis;
	const struct verdict *verdict;
};

/* Whether every expectation held and the lab itself did not fail. */
bool report_ok(const struct report *report);

/* The whole of report.json. */
void report_write_json(const struct report *report, struct buf *out);

/* "ok  acs-migration for 3 of 3 CPEs", or what failed first for whom, CPEs with the same
 * failure together. */
void report_write_text(const struct report *report, struct buf *out);
