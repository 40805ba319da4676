/* A file that somebody named, as a whole. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

/* Reads a file of at most max bytes. 0; ERR_USAGE for one that cannot be read or is larger,
 * with words; -ENOMEM. */
int whole_file_read(const char *path, size_t max, struct buf *ret, struct error *err);
