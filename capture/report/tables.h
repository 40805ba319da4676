/* Devices and sessions of an analysis, a row each. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"

struct analysis;
struct analysis_session;

/* Writes the table of sessions and that of devices. */
void table_write(struct buf *out, const struct analysis *analysis);

/* The same by parts, for sessions that are told as they end: the head of their table, a row
 * of it (start: of the first frame), and all that comes after the last row. */
void table_begin(struct buf *out);
void table_put_session(struct buf *out, const struct analysis_session *session,
    clock_ns start);
void table_end(struct buf *out, const struct analysis *analysis);
