/* Text as people may see it, on a terminal, in a log or in a report: what a stranger chose (a
 * certificate's name, a DHCP option, a node's name) neither moves the cursor, nor commands the
 * terminal, nor turns the direction of what stands beside it round, nor begins a line that
 * looks like one of ours. utf8_put_shown() says what becomes of each character.
 *
 * The functions with a format are those of the C library, but each string that goes into the
 * format is shown so; the format itself is ours and stays as it is. Widths, and the precision
 * of strings with one in the format, count characters; "%.*s" counts bytes, as STR_ARG() gives
 * them. They know d, i, u, x, X, c, s, e, f, g and %. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdarg.h>

/* Appends s, shown: it has no end of a line any more. */
void shown_append(struct buf *out, struct str s);

/* As shown_append(), but ends of lines stay: s is a text of several lines. */
void shown_append_lines(struct buf *out, struct str s);

/* As buf_printf(): whole or, with the sticky error set, not at all. */
void shown_printf(struct buf *out, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* As snprintf(), but what does not fit is cut between two characters. size may be 0. */
int shown_snprintf(char *out, size_t size, const char *fmt, ...) ATTR_PRINTF(3, 4);
int shown_vsnprintf(char *out, size_t size, const char *fmt, va_list args)
    ATTR_PRINTF(3, 0);
