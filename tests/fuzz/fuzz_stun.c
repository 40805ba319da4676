/* STUN and UDP connection requests: no bytes break the readers, and what was read can be
 * written and read again. */
#include "lib/proto/udp_call.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int hmac(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES])
{
	(void)bytes;
	memset(ret, (int)((key.len + len) % 251), STUN_SHA1_BYTES);
	return 0;
}

static void read_stun(const uint8_t *data, size_t size)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	struct stun_message message, again;
	int n;

	if (stun_read(&message, data, size, NULL) < 0)
		return;
	(void)stun_is_intact(&message, data, size, STR("key"), hmac);
	n = stun_write(&message, STR("key"), hmac, bytes, sizeof(bytes));
	if (n < 0)
		return;
	if (stun_read(&again, bytes, (size_t)n, NULL) < 0 ||
	    !stun_is_intact(&again, bytes, (size_t)n, STR("key"), hmac) ||
	    again.mapped.address != message.mapped.address ||
	    !stun_text_is(again.username, message.username))
		abort();
}

static void read_call(const uint8_t *data, size_t size)
{
	struct udp_call call, again;
	auto_buf bytes = BUF_NULL;

	if (udp_call_read(&call, str_make(data, size), NULL) < 0)
		return;
	udp_call_write(&bytes, &call, STR("10.0.0.1:7547"));
	/* Escapes may make it too long for a datagram. */
	if (bytes.len <= UDP_CALL_MAX &&
	    (udp_call_read(&again, buf_str(&bytes), NULL) < 0 ||
		strcmp(again.id, call.id) != 0 || again.ts != call.ts))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_stun(data, size);
	read_call(data, size);
	return 0;
}
