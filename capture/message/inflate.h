/* Unpacks bodies: gzip, zlib, and the raw deflate that some send for it. */
#pragma once

#include "lib/base/buf.h"

/* Replaces what out holds, up to its limit. 0, or ERR_MALFORMED / ERR_LIMIT. */
int inflate_body(struct str packed, struct buf *out);
