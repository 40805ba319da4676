/* "| [by-linenum] include|exclude|begin REGEX" behind a display command. */
#pragma once

#include "lib/console/cli_words.h"

#include "lib/base/buf.h"

/* Where the filter's "|" stands among the words; words->n: there is none. */
size_t cli_filter_find(const struct cli_words *words);

/* Appends the lines of text that the filter lets pass: words from the "|" on. False with the
 * column of what is wrong in *ret_at. */
bool cli_filter_apply(const struct cli_words *words, size_t from, struct str text,
    struct buf *out, size_t *ret_at);
