/* A key log that grows while frames are captured: read up to its last whole line, again and
 * again. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <sys/types.h>

struct keytail {
	int fd; /* owned; -1: none */
	off_t at;
};

#define KEYTAIL_NULL  \
	{             \
		-1, 0 \
	}

/* Opens the file, with flags (O_CREAT) beside those for reading: whoever writes it may start
 * later. ERR_USAGE with the path and the reason. */
int keytail_open(struct keytail *tail, const char *path, int flags, struct error *err);

typedef void keytail_fn(void *user, struct str lines);

/* Hands on what the file has grown by, whole lines, in pieces. What cannot be read costs
 * the secrets, not the frames. */
void keytail_read(struct keytail *tail, keytail_fn *fn, void *user);

/* Safe to repeat. */
void keytail_close(struct keytail *tail);
