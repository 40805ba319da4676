/* Any bytes as a key log: what is found is found again. */
#include "capture/tls/keylog.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct keylog log = KEYLOG_NULL;

	(void)keylog_add(&log, str_make(bytes, len / 2));
	(void)keylog_add(&log, str_make(bytes + len / 2, len - len / 2));
	for (size_t i = 0; i < log.n_secrets; i++) {
		struct keylog_secret s = log.secrets[i];

		if (keylog_find(&log, s.label, s.random) != &log.secrets[i])
			abort();
	}
	keylog_free(&log);
	return 0;
}
