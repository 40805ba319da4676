/* What a hostile or a busy peer may send much of. */
#pragma once

#include "lib/base/buf.h"

struct packets;

struct input {
	const char *name;
	/* One of both makes n times of it: as a capture, or as the lines of another file. */
	void (*capture)(struct packets *p, size_t n);
	void (*text)(struct buf *out, size_t n);
};

extern const struct input inputs[]; /* the last has a null name */

/* Writes n times of it to a file. 0, ERR_LIMIT for more than a GiB, or -errno. */
int input_save(const struct input *input, size_t n, const char *path);
