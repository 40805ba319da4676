/* One integer space for failures, and one carrier of text for the human who reads them.
 *
 * Functions return 0 or a positive count on success; -errno for what the system refused;
 * one of ERR_* below for what only this project can know. Parsers report code and offset
 * and build text only where a struct error is given. */
#pragma once

#include "lib/base/compiler.h"

#include <stddef.h>

#define ERROR_MAP(XX)                                            \
	XX(-1001, MALFORMED, "malformed")                        \
	XX(-1002, TRUNCATED, "truncated")                        \
	XX(-1003, LIMIT, "over a limit")                         \
	XX(-1004, UNSUPPORTED, "not supported")                  \
	XX(-1005, BAD_STATE, "not allowed in this state")        \
	XX(-1006, NOT_FOUND, "not found")                        \
	XX(-1007, CONFIG, "mistake in a file")                   \
	XX(-1008, USAGE, "mistake in the call")                  \
	XX(-1009, MACHINE, "this machine cannot do it")          \
	XX(-1010, AUTH, "authentication failed")                 \
	XX(-1011, CLOSED, "closed by the peer")                  \
	XX(-1012, NO_SECRETS, "no secrets for this TLS session") \
	XX(-1013, GAP, "bytes are missing")                      \
	XX(-1014, TLS, "TLS failed")

enum error_code {
#define XX(number, name, text) ERR_##name = (number),
	ERROR_MAP(XX)
#undef XX
};

enum {
	ERROR_TEXT_MAX = 1024
};

/* A failure and its words: the callee writes the fact, each caller adds one prefix. */
struct error {
	int code;      /* 0 while nothing has failed */
	size_t offset; /* of the first wrong byte, where bytes were read; else 0 */
	char text[ERROR_TEXT_MAX];
};

#define ERROR_NULL       \
	{                \
		0, 0, "" \
	}

/* Sets code and text, which is cut with a mark where it is too long (lib/base/cut.h), with
 * what secret_hide() finds in it starred, and returns code. err may be null. Strings that go
 * into the format are made fit for a terminal (shown.h): the text is one line. */
int error_set(struct error *err, int code, const char *fmt, ...)
    ATTR_PRINTF(3, 4) ATTR_COLD;

/* As error_set(), with the offset of the wrong byte. */
int error_set_at(struct error *err, int code, size_t offset, const char *fmt, ...)
    ATTR_PRINTF(4, 5) ATTR_COLD;

/* As error_set(), with a text of several lines that is fit for a terminal already. */
int error_set_lines(struct error *err, int code, const char *text) ATTR_COLD;

/* Puts "words: " before the text and returns err->code, so that a caller can write
 * "return error_prefix(err, ...)". A null err gives 0, which reads as success: a caller
 * whose err may be null must return the code itself. */
int error_prefix(struct error *err, const char *fmt, ...) ATTR_PRINTF(2, 3) ATTR_COLD;

/* What an errno of a file or folder that the user named means for the exit status:
 * ERR_MACHINE where the machine has no more room (ENOSPC, EDQUOT; EFBIG, which is the
 * limit of "ulimit -f"), memory or descriptors, or its disk fails; ERR_USAGE for the
 * rest, a path that was ill chosen. */
int error_of_path(int number);

/* The fixed words of a code, one of ours or -errno. Never null. Those of an errno live
 * until the next call in the same thread. */
const char *error_name(int code);
