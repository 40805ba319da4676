/* The first line of a body that is no envelope: what a server says of its error. */
#pragma once

#include "lib/base/str.h"

struct buf;

enum {
	BODY_LINE_MAX = 120 /* bytes */
};

/* Appends the first line that is not blank, at most BODY_LINE_MAX bytes: of HTML its
 * title, or its first text. Only the body's first 4,096 bytes are looked at. Tags, what
 * a terminal must not be given (utf8_unruly()) and bytes that are no UTF-8 are left
 * out, runs of blanks are one, secrets are those of redact_body() unless shows_secrets.
 * Nothing of a body that is no text. */
void body_line_put(struct buf *out, struct str body, bool shows_secrets);
