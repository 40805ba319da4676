/* JSON lines as the control channel frames them (agents/README.md): one object a line,
 * each line at most LINE_BYTES_MAX bytes and ended by '\n'. Reader and writer keep the
 * same limit, so that no writer can say what its reader would refuse: a text of more than
 * LINE_TEXT_MAX bytes is cut by the writer and says how much is missing (lib/base/cut.h),
 * and what has many items comes in pages (lib/program/command.h). Neither does I/O: whoever
 * owns the descriptor reads into the one and sends from the other. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/json.h"

#include <stdbool.h>

enum {
	LINE_BYTES_MAX = 64 << 10, /* without the end of the line */
	LINE_TEXT_MAX = 4 << 10,   /* of one text in it, with its escapes */
	LINE_READ_BYTES = 16 << 10 /* that a reader takes in one go */
};

/* Zeroed, it is a reader that has read nothing. */
struct line_reader {
	struct buf in;
	size_t at;        /* where the next line begins in it */
	size_t scanned;   /* up to here there is no end of a line */
	bool is_skipping; /* in the rest of a line that is too long */
};

/* Where LINE_READ_BYTES may be read to; null without memory. The views of lines that
 * line_reader_next() gave are not valid any more. Call it when that has returned 0. */
uint8_t *line_reader_room(struct line_reader *reader);

/* The caller has read n bytes to there. */
void line_reader_add(struct line_reader *reader, size_t n);

/* The next whole line, without its end: 1 and the line in *ret, borrowed until
 * line_reader_room(). 0: more bytes are needed. ERR_LIMIT, once a line: it is too long
 * and is skipped up to its end; call again for what follows. */
int line_reader_next(struct line_reader *reader, struct str *ret);

/* Nothing more will come: what has come of a line that is not ended is a line, too. */
void line_reader_end(struct line_reader *reader);

/* Frees its memory and zeroes it. Safe to repeat. */
void line_reader_free(struct line_reader *reader);

/* Lines that wait to be sent. Zeroed, it is empty. */
struct line_writer {
	struct buf out;
	size_t sent;      /* bytes at its start that are gone already */
	size_t begin;     /* where the line that is being written begins in it */
	struct json json; /* of that line */
};

/* Begins a line and its object, never null. The caller writes members and ends or
 * cancels the line before it begins another. A dozen texts fit whatever they hold; keys
 * and items of lists are the caller's to bound. Secrets stand in no line: the writer hides
 * them (json.hides_secrets). */
struct json *line_writer_begin(struct line_writer *writer);

/* Ends object and line. ERR_LIMIT when the line is too long or 64 MiB wait already,
 * -ENOMEM without memory: then nothing of it is sent. */
int line_writer_end(struct line_writer *writer);

/* The line that was ended last, without its end; borrowed until the writer is used again, but
 * for line_writer_cancel(). */
struct str line_writer_last(const struct line_writer *writer);

/* Takes back the line that was begun, or that was ended last and of which nothing was
 * sent. */
void line_writer_cancel(struct line_writer *writer);

/* Adds one line that is JSON already, given in two parts without its end; fails as
 * line_writer_end(). */
int line_writer_put(struct line_writer *writer, struct str first, struct str second);

/* The bytes that wait, borrowed until the writer is used again. */
struct str line_writer_waiting(const struct line_writer *writer);
/* The caller has sent the first n of them. */
void line_writer_sent(struct line_writer *writer, size_t n);

/* Drops what waits, frees its memory and zeroes it. Safe to repeat. */
void line_writer_free(struct line_writer *writer);
