/* A file that somebody named, as a whole or its first line. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

/* Reads a file of at most max bytes into *ret, an empty buffer that the caller frees,
 * also after a failure; it changes the limit of the buffer. 0; with words ERR_USAGE for
 * a folder, or a file that is larger, error_of_path() for one that cannot be read,
 * -ENOMEM. */
int whole_file_read(const char *path, size_t max, struct buf *ret, struct error *err);

/* The same, where "-" is standard input. */
int whole_input_read(const char *path, size_t max, struct buf *ret, struct error *err);

/* Reads the first line of a file, of standard input for "-", without its end into line (of
 * size), such as a password that is to stand in no command line. 0; ERR_USAGE, with words that
 * follow the path, when it cannot be opened or
 * read, is empty or has more than size - 2 bytes. */
int first_line_read(const char *path, char *line, size_t size, struct error *err);
