/* Devices and sessions of an analysis, a row each. */
#pragma once

#include "lib/base/buf.h"

struct analysis;

/* Writes the table of devices and that of sessions. */
void table_write(struct buf *out, const struct analysis *analysis);
