/* Words about messages that were read from a text. */
#pragma once

#include "lib/base/buf.h"

/* Appends a sentence about frames as one about messages, whose numbers those of a text are:
 * "frame 5" becomes "message 5". */
void of_text_append(struct buf *out, struct str sentence);
