/* Any bytes of a telnet client, and of a server: in one piece or in many they are the same keys and
 * answers, and never more answers than bytes. */
#include "lib/proto/telnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void take_twice(bool is_client, const uint8_t *bytes, size_t len)
{
	struct telnet whole, cut;
	auto_buf opening = BUF_NULL, keys = BUF_NULL, reply = BUF_NULL,
		 cut_keys = BUF_NULL, cut_reply = BUF_NULL;

	telnet_open(&whole, &opening);
	if (is_client)
		telnet_open_client(&whole);
	cut = whole;
	telnet_take(&whole, str_make(bytes, len), &keys, &reply);
	for (size_t i = 0; i < len; i++)
		telnet_take(&cut, str_make(bytes + i, 1), &cut_keys, &cut_reply);
	if (!str_eq(buf_str(&keys), buf_str(&cut_keys)) ||
	    !str_eq(buf_str(&reply), buf_str(&cut_reply)) || keys.len > len ||
	    reply.len > len)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	take_twice(false, bytes, len);
	take_twice(true, bytes, len);
	return 0;
}
