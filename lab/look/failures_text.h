/* Sessions that have failed, as people read them: one paragraph for those that failed alike. */
#pragma once

#include "lab/look/findings_text.h"

/* Appends the paragraphs, in the order of the first of each. Sets the error of out when memory
 * runs out. */
void failures_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options);

/* "sessions failed: 2, first HTTP by the ACS, frame 7"; nothing where none has failed. */
void failures_write_summary(struct buf *out, const struct analysis *analysis);
