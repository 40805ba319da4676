/* What the TLS stage counts. */
#pragma once

#include <stdint.h>

struct tls_counts {
	uint64_t sessions;
	uint64_t decrypted; /* of those, sessions with application data that was */
	uint64_t
	    without_secrets; /* and those that cannot be read for want of secrets */
};
