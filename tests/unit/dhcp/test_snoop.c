/* lib/relay: what a switch with DHCP snooping makes of a message (RFC 3046 2.1). */
#include "tests/unit/unit.h"

#include "lib/relay/snoop.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

enum {
	CLIENT, /* ports */
	OTHER,
	UPLINK,
	SECOND_UPLINK,
	AT_GIADDR = 24,
	OPTIONS_AT = 240,
};

static const struct snoop_port ports[] = {
	[CLIENT] = { "cpe-1", false },
	[OTHER] = { "cpe-2", false },
	[UPLINK] = { "dhcp", true },
	[SECOND_UPLINK] = { "edge", true },
};

static const struct snoop a_switch = { "sw", ports, ARRAY_LEN(ports), "{port}",
	"{router}" };

/* 82: 1 "cpe-1", 2 "sw" */
#define AGENT_1 "520b01056370652d3102027377"
#define AGENT_2 "520b01056370652d3202027377"

static struct str message(uint8_t bytes[DHCP_MAX_BYTES], uint8_t op, uint32_t giaddr,
    const char *options)
{
	int n;

	memset(bytes, 0, DHCP_MAX_BYTES);
	bytes[0] = op;
	bytes[2] = 6;
	put_u32(bytes + AT_GIADDR, giaddr);
	put_u32(bytes + 236, 0x63825363);
	n = hex_parse(str_of(options), bytes + OPTIONS_AT, DHCP_MAX_BYTES - OPTIONS_AT);
	assert_true(n > 0);
	return str_make(bytes, DHCP_MIN_BYTES);
}

static void expect_options(const struct snoop_out *out, const char *options)
{
	auto_buf got = BUF_NULL;

	assert_int_equal(out->len, DHCP_MIN_BYTES);
	hex_append(&got, out->bytes + OPTIONS_AT, strlen(options) / 2);
	assert_string_equal(buf_cstr(&got), options);
}

static void test_each_message_has_its_fate(void **state)
{
	static const struct {
		const char *what;
		uint8_t op;
		size_t port;
		uint32_t giaddr;
		const char *options;
		enum snoop_verdict verdict;
		size_t to;
		const char *passed;
	} rows[] = {
		{ "a request", 1, CLIENT, 0, "350101ff", SNOOP_TO_SERVERS, 0,
		    "350101" AGENT_1 "ff" },
		{ "of another port", 1, OTHER, 0, "350101ff", SNOOP_TO_SERVERS, 0,
		    "350101" AGENT_2 "ff" },
		{ "of a switch beyond", 1, UPLINK, 0, "3501015203010178ff",
		    SNOOP_TO_SERVERS, 0, "3501015203010178ff" },
		{ "of a relay beyond", 1, UPLINK, 0x0a000001, "350101ff",
		    SNOOP_TO_SERVERS, 0, "350101ff" },
		{ "of a relay at a client's port", 1, CLIENT, 0x0a000001, "350101ff",
		    SNOOP_RELAYED, 0, NULL },
		{ "with an option 82", 1, CLIENT, 0, "3501015203010178ff",
		    SNOOP_UNTRUSTED, 0, NULL },
		{ "with an empty one", 1, CLIENT, 0, "3501015200ff", SNOOP_UNTRUSTED, 0,
		    NULL },
		{ "an offer", 2, UPLINK, 0, "350102" AGENT_1 "ff", SNOOP_TO_PORT,
		    CLIENT, "350102ff" },
		{ "an offer to the other", 2, SECOND_UPLINK, 0,
		    "350102" AGENT_2 "3604c0000202ff", SNOOP_TO_PORT, OTHER,
		    "3501023604c0000202ff" },
		{ "of a server that gives no option back", 2, UPLINK, 0, "350102ff",
		    SNOOP_TO_ALL, 0, "350102ff" },
		{ "with what another switch has written", 2, UPLINK, 0,
		    "3501025203010178ff", SNOOP_TO_ALL, 0, "3501025203010178ff" },
		{ "of a rogue", 2, CLIENT, 0, "350102ff", SNOOP_ROGUE, 0, NULL },
		{ "of a rogue that knows the option", 2, OTHER, 0,
		    "350102" AGENT_1 "ff", SNOOP_ROGUE, 0, NULL },
		{ "of neither", 3, UPLINK, 0, "350102ff", SNOOP_BROKEN, 0, NULL },
		{ "past the end", 1, CLIENT, 0, "3501013dfe", SNOOP_BROKEN, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[DHCP_MAX_BYTES];
		struct str in =
		    message(bytes, rows[i].op, rows[i].giaddr, rows[i].options);
		struct snoop_out out = { .port = 99 };
		enum snoop_verdict verdict =
		    snoop_decide(&a_switch, rows[i].port, in, &out);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %s", rows[i].what, snoop_verdict_name(verdict));
		assert_int_equal(snoop_is_passed(verdict), rows[i].passed != NULL);
		if (!rows[i].passed)
			continue;
		expect_options(&out, rows[i].passed);
		assert_int_equal(get_u32(out.bytes + AT_GIADDR), rows[i].giaddr);
		assert_int_equal(out.bytes[3], 0); /* no hop: it is no relay */
		if (verdict == SNOOP_TO_PORT)
			assert_int_equal(out.port, rows[i].to);
	}
}

/* 13 bytes are the option's. */
static void test_what_has_no_room_is_passed_without_option_82(void **state)
{
	uint8_t bytes[DHCP_MAX_BYTES + 1];
	struct snoop_out out;

	(void)state;
	for (size_t room = 12; room <= 13; room++) {
		size_t len = DHCP_MAX_BYTES - room, at = OPTIONS_AT;

		(void)message(bytes, 1, 0, "ff");
		for (; at + 257 < len - 1; at += 257) {
			bytes[at] = 43;
			bytes[at + 1] = 255;
		}
		bytes[at] = 43;
		bytes[at + 1] = (uint8_t)(len - 1 - at - 2);
		bytes[len - 1] = 255;
		assert_int_equal(snoop_decide(&a_switch, CLIENT, str_make(bytes, len),
				     &out),
		    room == 13 ? SNOOP_TO_SERVERS : SNOOP_TO_SERVERS_BARE);
		assert_int_equal(out.len, room == 13 ? DHCP_MAX_BYTES : len);
	}
	assert_int_equal(snoop_decide(&a_switch, CLIENT,
			     str_make(bytes, DHCP_MAX_BYTES + 1), &out),
	    SNOOP_BROKEN);
}

static void test_without_texts_nothing_is_written(void **state)
{
	const struct snoop plain = { "sw", ports, ARRAY_LEN(ports), NULL, NULL };
	uint8_t bytes[DHCP_MAX_BYTES];
	struct snoop_out out;

	(void)state;
	assert_int_equal(snoop_decide(&plain, CLIENT, message(bytes, 1, 0, "350101ff"),
			     &out),
	    SNOOP_TO_SERVERS);
	expect_options(&out, "350101ff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_message_has_its_fate),
		cmocka_unit_test(test_what_has_no_room_is_passed_without_option_82),
		cmocka_unit_test(test_without_texts_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
