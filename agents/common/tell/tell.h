/* Events of agents as lines for people. An event is told once, as JSON (agents/README.md);
 * this makes the line of it, so that nothing is only in the one or only in the other. */
#pragma once

#include "lib/base/buf.h"

/* Appends what people are told of the event, the JSON of a line without its end, with the
 * time (UTC) before it and an end of line; nothing of those that people have no use for.
 * Texts of strangers are shown (lib/base/shown.h). False, with nothing appended: it cannot
 * be read, or out takes no more. */
bool tell_event(struct buf *out, struct str event);
