/* Shared by the analysis*.c files alone. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/decoder.h"
#include "capture/observe/observer.h"
#include "capture/rules/judge.h"

enum {
	SEQUENCE_PARAMETERS_MAX = 64
};

struct analysis_private {
	struct analysis_options options;
	const char *parameters[SEQUENCE_PARAMETERS_MAX + 1];
	struct judge *judge;
	struct observer *observer;
	struct conn_sink sink;
	struct decoder *decoder;      /* null unless fed piece by piece */
	struct decoder_counts counts; /* once it is over */
};

/* A text from the wire as reports show it: without the secrets in its URLs, unless the
 * options ask for secrets. Null where text is null, or without memory. */
const char *analysis_shown(const struct analysis *analysis, const char *text);

/* Makes the sessions and devices of the report from the records, and puts findings to their
 * messages. -ENOMEM without memory. */
int analysis_build_sessions(struct analysis *analysis, struct observer *observer);

/* Makes the hosts of the report: what the CPEs asked DHCP and DNS, and who called them.
 * -ENOMEM without memory. */
int analysis_build_hosts(struct analysis *analysis, struct observer *observer);
