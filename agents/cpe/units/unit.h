/* Operations on deployment units, on the values of a CPE alone (TR-069 A6 A.4.1.10, TR-181
 * SoftwareModules.): what each wants, what its file makes of the values, and its result with
 * the fault that is due. Whoever owns the job fetches the files.
 *
 * Of a job one operation after the other, in their order: unit_begin(), and where it says
 * so unit_end() once the file has come. */
#pragma once

#include "agents/cpe/jobs/jobs.h"
#include "agents/cpe/model/model_modules.h"
#include "agents/cpe/transfer/package.h"

enum unit_next {
	UNIT_OVER,  /* it is done; perhaps there is another one */
	UNIT_FETCH, /* the file at unit_url() */
};

/* Begins operation `at` of the job, which is not done. One that is on several units becomes one
 * for each of them. */
enum unit_next unit_begin(struct model_values *values, struct job *job, uint32_t at,
    clock_ns wall);

/* Where the file of an operation is that has begun; borrowed. */
struct str unit_url(const struct model_values *values,
    const struct job_operation *operation);

struct unit_file {      /* what the transfer has brought */
	uint32_t fault; /* 0: all is well */
	const char *why;
	const struct package *package; /* null with a fault */
};

/* The operation is over. takes_older: an update may be a downgrade. */
void unit_end(struct model_values *values, struct job_operation *operation,
    const struct unit_file *file, bool takes_older, clock_ns wall);

/* It is over without its file: 9001 with words. */
void unit_give_up(struct model_values *values, struct job_operation *operation,
    const char *why, clock_ns wall);
