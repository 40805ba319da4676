/* What of the wire each rule rests on. Messages that were read from a text lack some of it
 * (enum lack of records.h), and a rule is not asked about what it cannot know. */
#pragma once

#include "capture/observe/whole.h"

/* The bits of enum lack that must be clear for a check of that rule and scope to be asked.
 * All of them where the rule is not known to do with less, so that a rule that nobody has
 * looked at never accuses for what a text leaves out. */
unsigned evidence_of(const char *rule, enum whole_what scope);
