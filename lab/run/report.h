/* What a run found, in the forms that "run" writes itself: report.json, JUnit, and the last
 * lines on the terminal. What the CPEs said of themselves is told apart from what was seen
 * on the wire. */
#pragma once

#include "lab/run/run_live.h"
#include "lab/run/verdict.h"

struct analysis;
struct json;

struct report { /* all borrowed */
	const struct lab *lab;
	const struct run *run;
	const struct analysis
	    *analysis;                 /* null when the capture could not be analysed */
	const struct verdict *verdict; /* null likewise */
};

/* Whether every expectation held, the lab itself did not fail, and nobody interrupted it. */
bool report_ok(const struct report *report);

/* Appends the whole of report.json. */
void report_write_json(const struct report *report, struct buf *out);

/* Appends JUnit XML: a case for each CPE of each expectation, where one that cannot be judged
 * is skipped, and one for the lab itself. */
void report_write_junit(const struct report *report, struct buf *out);

/* Appends "ok  acs-migration for 3 of 3 CPEs", or what failed first for whom, CPEs with the
 * same failure together. */
void report_write_text(const struct report *report, struct buf *out);
