/* The Relay Agent Information option (RFC 3046 2.0): sub-options of a code, a length and as
 * many bytes, without a pad or an end. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdint.h>

enum {
	OPT82_CIRCUIT_ID = 1,
	OPT82_REMOTE_ID = 2,
	OPT82_BYTES_MAX = 255 /* that one relay may write: it is never split */
};

struct opt82 { /* views; null: absent */
	struct str circuit_id, remote_id;
};

/* Reads the value of the option. The views point into it; sub-options of other codes are passed
 * over, and of one that stands twice the first counts. ERR_MALFORMED with the offset in err for a
 * sub-option past the end. */
int opt82_parse(struct opt82 *ret, struct str value, struct error *err);

/* Writes the value. Returns its length, 0 where both are absent; ERR_LIMIT where it has more than
 * OPT82_BYTES_MAX, and nothing is written. */
int opt82_write(uint8_t bytes[OPT82_BYTES_MAX], const struct opt82 *option);
