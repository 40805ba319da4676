/* Shared by the analysis*.c files alone. */
#pragma once

#include "capture/analysis.h"
#include "capture/observe.h"

struct analysis_private {
	struct observer *observer;
};

/* Makes the sessions of the report from the records. -ENOMEM without memory. */
int analysis_build_sessions(struct analysis *analysis, struct observer *observer);
