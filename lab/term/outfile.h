/* One file of output that is there whole or not at all: it is written under a temporary
 * name beside its own and renamed once it is complete. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <sys/types.h>

struct outfile {
	const char *path; /* borrowed */
	char *temporary;  /* owned; null: written in place (a pipe, a device) */
	int fd;           /* owned; the caller writes the content to it; -1: not open */
};

#define OUTFILE_NULL           \
	{                      \
		NULL, NULL, -1 \
	}

/* Begins the file. "-" is standard output; what is there and no regular file is written in
 * place. path is borrowed. ERR_USAGE with the path and the reason in the text; ERR_MACHINE,
 * here and below, when the disk is full or standard output takes nothing; -ENOMEM. The
 * caller calls outfile_abort() in the end, also after a failure or a commit. */
int outfile_open(struct outfile *out, const char *path, mode_t mode, struct error *err);

/* Whether the file could be begun, without a trace of the try; a pipe is not opened for it, since
 * its reader may not be there yet. Errors as outfile_open(). */
int outfile_check(const char *path, mode_t mode, struct error *err);

/* The path that another function may write the content to; null when the file is written in
 * place (a pipe, a device). */
static inline const char *outfile_temporary(const struct outfile *out)
{
	return out->temporary;
}

/* Writes a part of it. Errors as outfile_open(). */
int outfile_write(struct outfile *out, struct str bytes, struct error *err);

/* The file is complete: it gets its name. */
int outfile_commit(struct outfile *out, struct error *err);

/* Frees out. A file that was not committed is removed, unless it was written in place. Safe
 * to repeat. */
void outfile_abort(struct outfile *out);

/* Begins, writes and commits the file: all of bytes, or none of it. Errors as
 * outfile_open(), and the error of bytes. */
int outfile_put(const char *path, mode_t mode, const struct buf *bytes,
    struct error *err);
