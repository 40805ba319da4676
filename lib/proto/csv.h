/* Comma-separated values (RFC 4180), a record at a time, with the place of each field.
 * Lines end in CRLF or LF, a byte order mark at the start and blank lines are skipped. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CSV_FIELDS_MAX = 32,           /* in one record */
	CSV_FIELD_BYTES_MAX = 64 << 10 /* in one field, without its quotes */
};

struct csv_field {
	struct str text; /* of the input or, where quotes stand in it, of the arena */
	uint32_t line, column; /* from 1; columns count bytes */
};

struct csv_reader {
	struct str text; /* borrowed: the whole input */
	size_t at;
	uint32_t line;     /* from 1: where the next record begins */
	size_t line_start; /* byte at which that line begins */
};

struct csv_record {
	struct csv_field fields[CSV_FIELDS_MAX];
	size_t len;
	/* After a failure: where the mistake stands. */
	uint32_t line, column;
};

/* text is borrowed as long as reader and records are used. */
void csv_begin(struct csv_reader *reader, struct str text);

/* Reads the next record: 1, or 0 at the end. ERR_MALFORMED (a quote where none may be, one
 * that is never closed) or ERR_LIMIT, with words in err and the place in *ret: the record is
 * skipped, up to the end of the line where it broke, and the next call goes on behind it.
 * -ENOMEM. Fields live as long as the input and the arena. */
int csv_next(struct csv_reader *reader, struct arena *arena, struct csv_record *ret,
    struct error *err);
