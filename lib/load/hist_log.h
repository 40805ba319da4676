/* Histograms as the text that viewers of HdrHistogram open: its log format 1.3, a line
 * an interval, "Tag=session,start,length,max,payload", where the payload is the V2
 * encoding (cookie 0x1c849303, counts as ZigZag LEB128 with runs of zeros as one
 * negative number) deflated by zlib (cookie 0x1c849304), in base64. Values are
 * microseconds; the column of the maximum is in milliseconds (a viewer's
 * "outputValueUnitRatio" is 1000). */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/str.h"
#include "lib/load/hist.h"

enum {
	HIST_LOG_LINE_MAX = 1 << 20, /* bytes of a line that is read */
	HIST_LOG_TAG_MAX = 64        /* the same of a tag, terminated */
};

/* Appends the head: version, start (wall time) and the names of the columns. title is
 * shown as a comment. Where memory runs out, out->error says so, here and below. */
void hist_log_begin(struct buf *out, const char *title, clock_ns wall);

/* Appends the line of what was counted from `from` on (since the start of the log) for
 * `length`. tag may be null; blanks and commas in it are written as "_". An empty
 * histogram has a line, too. */
void hist_log_put(struct buf *out, const char *tag, clock_ns from, clock_ns length,
    const struct hist *hist);

/* Appends the payload alone. */
void hist_encode(struct buf *out, const struct hist *hist);

/* Adds what the payload holds to *hist, whatever tool has made it of whatever digits:
 * each count goes where its value goes here. ERR_MALFORMED with words and err->offset
 * (of the decoded bytes), ERR_LIMIT where it unpacks to more than 4 MiB or counts more
 * than 2^63, -ENOMEM; *hist is as before then. */
int hist_decode(struct hist *hist, struct str payload, struct error *err);

struct hist_log_line {
	char tag[HIST_LOG_TAG_MAX]; /* "" for none */
	clock_ns from, length;
	struct str payload; /* of the text that is read */
};

/* Reads the next line of a log: 1, or 0 at the end; comments and the names of columns
 * are skipped. *at is the byte to go on from, 0 at first. ERR_MALFORMED or ERR_LIMIT
 * with "line 7: ..." in err. */
int hist_log_next(struct str text, size_t *at, struct hist_log_line *ret,
    struct error *err);
