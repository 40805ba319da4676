/* Text that is too long for its place is cut, and says so: "it begins so ... (69976 bytes
 * more)". What is left of it is whole characters of UTF-8. */
#pragma once

#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdarg.h>

enum {
	CUT_MARK_MAX = 48 /* bytes that the mark may take, its terminator included */
};

/* The longest start of s of at most max bytes that splits no character. */
size_t cut_at(struct str s, size_t max);

/* The mark that n bytes were left out, in mark, which is returned. */
char *cut_mark(char mark[CUT_MARK_MAX], size_t n);

/* Writes both texts into text, of size bytes, one behind the other and as they are;
 * what finds no room is cut as by cut_print(). Returns text. */
char *cut_lines(char *text, size_t size, const char *first, const char *lines);

/* As shown_snprintf() and shown_vsnprintf() (shown.h), but what finds no room is
 * counted by the mark at the end; where size is less than 2 * CUT_MARK_MAX, it is cut
 * without a mark. Each returns text. */
char *cut_print(char *text, size_t size, const char *fmt, ...) ATTR_PRINTF(3, 4);
char *cut_vprint(char *text, size_t size, const char *fmt, va_list args)
    ATTR_PRINTF(3, 0);
