/* Unpacks bodies: gzip, zlib, and the raw deflate that some send for it. */
#pragma once

#include "lib/base/buf.h"

/* Unpacks into out, whose old content goes. 0; ERR_MALFORMED, also for what is cut off;
 * ERR_LIMIT when the text is longer than out may grow; -ENOMEM. What out holds after a
 * failure is of no use. */
int inflate_body(struct str packed, struct buf *out);
