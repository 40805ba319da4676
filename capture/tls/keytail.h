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

/* Opens the file for reading. flags are added to those of open(): O_CREAT where whoever
 * writes the file may start later. ERR_USAGE with the path and the reason. */
int keytail_open(struct keytail *tail, const char *path, int flags, struct error *err);

/* lines lives until the function returns. */
typedef void keytail_fn(void *user, struct str lines);

/* Hands on the whole lines that the file has grown by, in one or several pieces. A file
 * that has become shorter is read from its start again. A failure to read is not
 * reported: then secrets are missing, and the capture goes on. */
void keytail_read(struct keytail *tail, keytail_fn *fn, void *user);

/* Safe to repeat. */
void keytail_close(struct keytail *tail);
