/* What a load test says while it runs: a line a second. */
#pragma once

#include "lib/base/buf.h"

struct load;

/* Appends the line of the last whole second, with its end: what was offered, what became of it,
 * how long sessions took, and how we are. */
void load_live_line(struct buf *out, const struct load *load);
