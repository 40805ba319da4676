/* What a command in a node must print and how it must end, held against what it did. Pure. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

struct reading_wanted {
	const char *prints, *lacks; /* texts that are in it, or not; null: any */
	const char *matches;        /* an extended regular expression; null: any */
	int exit;                   /* -1: any status */
};

struct reading_seen {
	/* As reports name it: "ip", "cpe-1"; both null where they have named it already. */
	const char *command, *node;
	struct str said;
	int status;
};

enum reading_fit {
	READING_FITS,
	READING_DIFFERS, /* in what it prints */
	READING_ENDS     /* otherwise than with that status */
};

/* Appends what was seen in one line: "ip in cpe-1 does not print "default": ..."; of what fits, "ip in
 * cpe-1: ...", or "it prints: ...". */
enum reading_fit reading_judge(const struct reading_wanted *wanted,
    const struct reading_seen *seen, struct buf *out);
