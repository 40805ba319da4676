/* The folder in which a run leaves what it found: report.json, report.html,
 * capture.pcapng, events.jsonl, keys.log, logs/<node>.log. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <sys/types.h>

struct outdir {
	int fd;     /* owned; keeps the folder locked against a second lab; -1: none */
	char *path; /* owned, absolute */
};

#define OUTDIR_NULL      \
	{                \
		-1, NULL \
	}

/* Makes path (with its parents) and path/logs where they are missing, and locks path.
 * ERR_USAGE when path cannot be made or opened or another lab writes there; ERR_MACHINE when
 * the disk has no room for logs. The caller calls outdir_close() even when this failed. */
int outdir_open(struct outdir *dir, const char *path, struct error *err);

/* Safe to repeat. */
void outdir_close(struct outdir *dir);
#define auto_outdir __attribute__((cleanup(outdir_close))) struct outdir

/* Makes an empty file name in it ("logs/acs1.log"), in place of one that is there, and
 * opens it for appending; the caller closes *ret_fd. Of mode the umask is taken away,
 * as open(2) does. ERR_MACHINE when the disk is full, else ERR_USAGE. */
int outdir_create(const struct outdir *dir, const char *name, mode_t mode, int *ret_fd,
    struct error *err);

/* Writes a whole file, under another name until it is whole, with mode as above; one that
 * could not be written whole is removed. name has at most 50 characters. Errors as
 * outdir_create(), and the error of bytes. */
int outdir_write(const struct outdir *dir, const char *name, mode_t mode,
    const struct buf *bytes, struct error *err);

/* "<path>/<name>"; the caller frees it; null without memory. */
char *outdir_path(const struct outdir *dir, const char *name);
