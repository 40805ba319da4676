/* JUnit XML, as CI servers read it: one suite of cases. */
#pragma once

#include "lib/base/buf.h"

enum junit_outcome {
	JUNIT_PASSED,
	JUNIT_FAILED,
	JUNIT_SKIPPED, /* not judged */
};

struct junit_case {     /* all borrowed, and cleaned of what XML cannot hold */
	const char *of; /* whose it is: a device, a node; may be null */
	const char *name;
	enum junit_outcome outcome;
	const char *message; /* why it did not pass; may be null */
};

struct junit { /* all zero: no case yet, but for the limit of cases */
	struct buf cases;
	size_t n, failures, skipped;
};

#define JUNIT_NULL ((struct junit){ .cases = BUF_MAX(1 << 30) })

void junit_add(struct junit *junit, const struct junit_case *one);

/* Appends the document of the suite `name` and frees the cases. Without memory, and past
 * 1 GiB, out->error says so. */
void junit_end(struct junit *junit, const char *name, struct buf *out);
