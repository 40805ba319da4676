/* Options 124 and 125 with enterprise 3561 (Broadband Forum): the class of a CPE; ACS
 * discovery as in option 43 of TR-069, and the identities of device and gateway (TR-069 A6
 * Annex F; RFC 3925 4). */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	BBF_ENTERPRISE = 3561
};

struct opt124 {           /* a vendor class by enterprise, RFC 3925 3 */
	bool has_bbf;     /* an entry of enterprise 3561 was there */
	struct str class; /* its data ("dslforum.org"), of the first such entry */
};

/* ERR_MALFORMED with the offset for lengths past the end. Other enterprises are skipped. */
int opt124_parse(struct opt124 *out, const void *bytes, size_t len, struct error *err);

struct opt125 {             /* views point into the parsed bytes; null views: absent */
	bool has_bbf;       /* an entry of enterprise 3561 was there */
	struct str sub[17]; /* by sub-option 1-16 */
};

/* ERR_MALFORMED with the offset for lengths past the end. Other enterprises are skipped. */
int opt125_parse(struct opt125 *out, const void *bytes, size_t len, struct error *err);
