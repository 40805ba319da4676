/* Devices and sessions of an analysis, a row each. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/program/table.h"

struct analysis;
struct analysis_session;

/* Writes the table of sessions and that of devices. */
void tables_write(struct buf *out, const struct analysis *analysis,
    const struct screen *screen);

/* The same by parts, for sessions that are told as they end. What out lacks after one of them
 * is kept until the next. */
struct tables {
	struct table sessions;
};

/* Begins; out must stay there until tables_end(). is_text: frames are messages of a text. */
void tables_begin(struct tables *tables, struct buf *out, const struct screen *screen,
    bool is_text);
/* A row of the table of sessions; start is that of the first frame. */
void tables_put_session(struct tables *tables, const struct analysis_session *session,
    clock_ns start);
/* All that comes after the last row; frees what was held. */
void tables_end(struct tables *tables, const struct analysis *analysis);
