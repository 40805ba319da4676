/* Whom a sequence is asked of: each device once, from wherever it informs, and each address of a
 * CPE that no device has informed from. */
#pragma once

#include "capture/observe/observer.h"

struct analysis_subject {
	/* What was seen of it: the record of its address, or one made of those of several
	 * addresses, or of a part of one that devices share. */
	const struct cpe_record *cpe;
	size_t device; /* its place (records.h); SIZE_MAX: none is known */
};

struct analysis_subjects {
	struct analysis_subject *items; /* in the observer's arena */
	size_t len;
};

/* Fills *ret once the observer has finished; records must be kept. 0, or -ENOMEM. */
int analysis_find_subjects(struct observer *observer, struct analysis_subjects *ret);
