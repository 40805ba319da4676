/* Lightweight notifications: no bytes break the reader, and what was read can be written and read
 * again. */
#include "lib/cwmp/lightweight.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int hmac(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES])
{
	(void)bytes;
	memset(ret, (int)((key.len + len) % 251), STUN_SHA1_BYTES);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_reader *reader = xml_reader_new();
	auto_arena arena = ARENA_NULL;
	auto_buf out = BUF_NULL;
	struct lightweight read, again;

	if (reader &&
	    lightweight_read(&read, reader, str_make(data, size), &arena, NULL) == 0) {
		(void)lightweight_is_signed(&read, STR("key"), hmac);
		if (lightweight_write(&out, &read, STR("a:1"), STR("key"), hmac) < 0)
			abort();
		if (out.len <= LIGHTWEIGHT_MAX &&
		    (lightweight_read(&again, reader, buf_str(&out), &arena, NULL) <
			    0 ||
			again.ts != read.ts || again.params.len != read.params.len ||
			!lightweight_is_signed(&again, STR("key"), hmac)))
			abort();
	}
	xml_reader_free(reader);
	return 0;
}
