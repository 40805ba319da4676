/* Certificates for an ACS on loopback, right and wrong ones. */
#pragma once

#include "tests/attack/stage.h"

enum certificate_kind {
	CERTIFICATE_RIGHT,      /* for acs.lab and 127.0.0.1 */
	CERTIFICATE_OTHER_NAME, /* for other.lab and 192.0.2.1 */
	CERTIFICATE_EXPIRED,
	CERTIFICATE_UNKNOWN, /* of a CA that nobody trusts */
	CERTIFICATES
};

struct certificates {
	char ca[128]; /* path of the CA that is to be trusted */
	struct certificate {
		char chain[128], key[128]; /* paths */
	} items[CERTIFICATES];
};

/* Makes them in the stage's folder. Exits with words when that fails. */
void certificates_make(struct certificates *ret, const struct stage *stage);
