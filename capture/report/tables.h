/* Devices and sessions of an analysis, a row each. */
#pragma once

#include "lib/base/buf.h"

struct analysis;

void table_write(struct buf *out, const struct analysis *analysis);
