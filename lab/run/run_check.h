/* The second part of "cwmplab run": what the capture shows, judged and reported. */
#pragma once

#include "lab/run/run_live.h"

enum run_format { /* of what stands on standard output in the end */
	RUN_TEXT,
	RUN_JSON, /* report.json */
	RUN_JUNIT,
	RUN_FORMATS,
};

struct run_check_options {
	enum run_format format;
	bool show_secrets;
};

/* Prints the line that names the lab:
 * "figure-2  1 switch, dns, dhcp, 2 ACS, 3 CPE   HP 5920...". */
void run_title(const struct lab *lab, struct progress *progress);

/* Analyses the capture, writes the reports into the lab's folder of results, prints the
 * summary and returns the exit status of the run. When the capture cannot be analysed it
 * notes that as the run's failure (exit, why), and the reports say so. */
int run_check(struct run *run, const struct run_check_options *options);
