/* Output whose turn comes later, kept in a file without a name: memory does not grow with it. */
#pragma once

#include "lab/term/outfile.h"

struct spool {
	int fd; /* owned; -1: not open */
};

#define SPOOL_NULL \
	{          \
		-1 \
	}

/* Makes the file in $TMPDIR, or /tmp. ERR_MACHINE, here and below, with the folder and the
 * reason. The caller calls spool_close(). */
int spool_open(struct spool *spool, struct error *err);

int spool_write(struct spool *spool, struct str bytes, struct error *err);

/* Writes to out what is in it. Errors also as outfile_write(). */
int spool_copy(const struct spool *spool, struct outfile *out, struct error *err);

/* Safe to repeat. */
void spool_close(struct spool *spool);
