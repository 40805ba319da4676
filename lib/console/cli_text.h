/* Texts of a configuration: kept in members of a fixed size, and written as values of lines. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Copies text into a member of so many bytes, cut to fit, terminated and with zeros
 * behind, so that equal configurations have equal bytes. */
void cli_text_set(char *member, size_t size, struct str text);

/* Appends " words value" and the end of the line; nothing where the value is "". One
 * with blanks, or that begins with a quote, stands in quotes, as cli_words_split()
 * reads it. */
void cli_put_value(struct buf *out, const char *words, const char *value);
