/* A file that somebody named, as a whole. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

/* Reads a file of at most max bytes into *ret, an empty buffer that the caller frees,
 * also after a failure; it changes the limit of the buffer. 0; with words ERR_USAGE for
 * a folder, or a file that is larger, error_of_path() for one that cannot be read,
 * -ENOMEM. */
int whole_file_read(const char *path, size_t max, struct buf *ret, struct error *err);
