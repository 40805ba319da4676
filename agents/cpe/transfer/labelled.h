/* A file of a lab that says what it is: a first line, lines of "name: value", an empty line, and
 * then any bytes, whose size and checksum the lines may name. Images (image.h) and deployment
 * units (package.h) are such files.
 *
 *     cwmplab image 1
 *     version: 7.1.046
 *     size: 1048576                of the bytes behind the empty line
 *     sha256: 9f86d081884c7d65...  of the same
 *
 * What does not fit is fault 9018, as is a text that is no UTF-8 or holds a control character:
 * it could be told in no Inform, and would command the terminal of whoever is at the console. */
#pragma once

#include "agents/common/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LABELLED_HEAD_MAX = 1024, /* bytes of the lines */
	LABELLED_WHY_MAX = 160,
};

struct
    labelled_row { /* where the value of a line goes: an array of characters, terminated */
	const char *name; /* null: the last one */
	size_t offset, size;
};

struct labelled_kind {
	const char *first_line;
	const char *noun, *a_noun; /* "image", "an image" */
	const struct labelled_row *rows;
};

struct labelled {
	uint32_t fault; /* 0: it is good so far */
	char why[LABELLED_WHY_MAX];
	/* the rest is private */
	const struct labelled_kind *kind;
	void *into; /* what the rows are of */
	char head[LABELLED_HEAD_MAX];
	size_t n_head;
	bool is_headed, has_size;
	uint64_t size, n_bytes;
	char sha256[AUTH_HASH_HEX_MAX]; /* "" where the file names none */
	struct digest *digest;          /* owned */
};

/* Also to forget what has come. *file was zeroed before the first call; into is zeroed by the
 * caller, and kind and into live as long as the file. */
void labelled_start(struct labelled *file, const struct labelled_kind *kind,
    void *into);

/* The next bytes; after a fault they are dropped. */
void labelled_add(struct labelled *file, struct str bytes);

/* The file is whole: 0, or the fault. */
uint32_t labelled_finish(struct labelled *file);

void labelled_free(struct labelled *file);

/* Notes a fault and its words, unless one is there. Returns the fault. */
uint32_t labelled_fail(struct labelled *file, uint32_t fault, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/* Whether version a is older than b: runs of digits are numbers, all else is text. */
bool labelled_is_older(const char *a, const char *b);
