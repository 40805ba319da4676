/* lib/relay: what a DHCP relay agent makes of a message (RFC 1542 4.1, RFC 3046 2.1). */
#include "tests/unit/unit.h"

#include "lib/relay/opt82.h"
#include "lib/relay/relay.h"
#include "lib/relay/relay_id.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

enum {
	OWN = 0x0a010001,   /* 10.1.0.1, of eth1 */
	OTHER = 0x0a020001, /* 10.2.0.1, of eth2, which is trusted */
	SERVER = 0x0a000002,
	AT_HOPS = 3,
	AT_FLAGS = 10,
	AT_CIADDR = 12,
	AT_YIADDR = 16,
	AT_GIADDR = 24,
	OPTIONS_AT = 240,
};

static const struct relay_port ports[] = {
	{ "eth1", OWN, 24, false },
	{ "eth2", OTHER, 24, true },
	{ "eth0", 0x0a000001, 24, false },
};

static const uint32_t servers[] = { SERVER };

static struct relay a_relay(const char *circuit_id, const char *remote_id)
{
	return (struct relay){ .name = "isp",
		.ports = ports,
		.n_ports = ARRAY_LEN(ports),
		.servers = servers,
		.n_servers = ARRAY_LEN(servers),
		.hops_max = RELAY_HOPS_MAX,
		.circuit_id = circuit_id,
		.remote_id = remote_id };
}

/* A message of that client with these options, in hex, behind the cookie; padded to 300 bytes. */
static struct str message(uint8_t bytes[DHCP_MAX_BYTES], uint8_t op,
    const char *options)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };
	int n;

	memset(bytes, 0, DHCP_MAX_BYTES);
	bytes[0] = op;
	bytes[1] = 1;
	bytes[2] = 6;
	put_u32(bytes + 4, 0x01020304);
	memcpy(bytes + 28, mac, sizeof(mac));
	put_u32(bytes + 236, 0x63825363);
	n = hex_parse(str_of(options), bytes + OPTIONS_AT, DHCP_MAX_BYTES - OPTIONS_AT);
	assert_true(n > 0);
	return str_make(bytes, MAX((size_t)n + OPTIONS_AT, (size_t)DHCP_MIN_BYTES));
}

/* Its options up to the end option, in hex. */
static void expect_options(const struct relay_out *out, const char *options)
{
	auto_buf got = BUF_NULL;
	size_t at = OPTIONS_AT;

	while (out->bytes[at] != 255 && at < out->len)
		at += out->bytes[at] == 0 ? 1u : 2u + out->bytes[at + 1];
	hex_append(&got, out->bytes + OPTIONS_AT, at + 1 - OPTIONS_AT);
	assert_string_equal(buf_cstr(&got), options);
}

static enum relay_verdict decide(const struct relay *relay, int port, struct str in,
    struct relay_out *out)
{
	memset(out, 0xee, sizeof(*out));
	return relay_decide(relay, port, in, out);
}

static void test_a_request_is_given_the_address_of_its_port_and_where_it_came_by(
    void **state)
{
	struct relay relay = a_relay("{port}", "{router}");
	uint8_t bytes[DHCP_MAX_BYTES];
	struct str in = message(bytes, 1, "350101ff");
	struct relay_out out;

	(void)state;
	put_u16(bytes + AT_FLAGS, DHCP_BROADCAST_FLAG);
	assert_int_equal(decide(&relay, 0, in, &out), RELAY_SENDS);
	assert_int_equal(get_u32(out.bytes + AT_GIADDR), OWN);
	assert_int_equal(out.bytes[AT_HOPS], 1);
	assert_int_equal(get_u16(out.bytes + AT_FLAGS), DHCP_BROADCAST_FLAG);
	assert_int_equal(out.n_servers, 1);
	assert_int_equal(out.servers[0], SERVER);
	assert_int_equal(out.len, DHCP_MIN_BYTES);
	/* 82: 1 "eth1", 2 "isp" */
	expect_options(&out, "350101520b01046574683102036973"
			     "70ff");
	/* All else is as it came. */
	assert_memory_equal(out.bytes + 4, bytes + 4, AT_GIADDR - 4);
	assert_memory_equal(out.bytes + 28, bytes + 28, OPTIONS_AT - 28);
}

static void test_what_is_told_of_a_request_is_filled_in(void **state)
{
	static const struct {
		const char *text, *filled; /* null: refused */
	} rows[] = {
		{ "plain", "plain" },
		{ "{port}", "eth1" },
		{ "a{router}/{port} {mac}@{address}.",
		    "aisp/eth1 02:00:00:00:00:09@10.1.0.1." },
		{ "{host}", NULL },
		{ "{port", NULL },
		{ "{}", NULL },
		{ "}", "}" },
	};
	const struct relay_id_facts facts = { "eth1", "isp", OWN,
		{ 2, 0, 0, 0, 0, 9 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[OPT82_BYTES_MAX];
		int n = relay_id_write(bytes, rows[i].text, &facts, NULL);

		if (!rows[i].filled)
			assert_int_equal(n, ERR_MALFORMED);
		else if (n < 0 || !str_is(str_make(bytes, (size_t)n), rows[i].filled))
			fail_msg("%s: %.*s", rows[i].text, n, (char *)bytes);
	}
}

static void test_a_text_has_as_many_bytes_as_the_option(void **state)
{
	const struct relay_id_facts facts = { "eth1", "isp", OWN, { 0 } };
	uint8_t bytes[OPT82_BYTES_MAX];
	char text[OPT82_BYTES_MAX + 4] = "";

	(void)state;
	memset(text, 'x', OPT82_BYTES_MAX);
	assert_int_equal(relay_id_write(bytes, text, &facts, NULL), OPT82_BYTES_MAX);
	text[OPT82_BYTES_MAX] = 'x';
	assert_int_equal(relay_id_write(bytes, text, &facts, NULL), ERR_LIMIT);
	/* 251 and "eth1", then 252 */
	memcpy(text + 251, "{port}", 7);
	assert_int_equal(relay_id_write(bytes, text, &facts, NULL), OPT82_BYTES_MAX);
	memcpy(text + 251, "x{port}", 8);
	assert_int_equal(relay_id_write(bytes, text, &facts, NULL), ERR_LIMIT);
}

static void test_an_option_82_of_255_bytes_is_written_and_none_of_256(void **state)
{
	static const char text[256] = "";
	struct opt82 option = { str_make(text, 100), str_make(text, 151) }, got;
	uint8_t bytes[OPT82_BYTES_MAX];

	(void)state;
	assert_int_equal(opt82_write(bytes, &option), 255);
	assert_int_equal(opt82_parse(&got, str_make(bytes, 255), NULL), 0);
	assert_int_equal(got.circuit_id.len, 100);
	assert_int_equal(got.remote_id.len, 151);
	option.remote_id.len = 152;
	assert_int_equal(opt82_write(bytes, &option), ERR_LIMIT);
	option = (struct opt82){ STR_NULL, STR_NULL };
	assert_int_equal(opt82_write(bytes, &option), 0);
}

static void test_option_82_is_read_up_to_what_is_wrong_with_it(void **state)
{
	static const struct {
		const char *hex;
		int result;
		size_t offset;
		const char *circuit_id, *remote_id; /* null: absent */
	} rows[] = {
		{ "", 0, 0, NULL, NULL },
		{ "010161", 0, 0, "a", NULL },
		{ "020162010161", 0, 0, "a", "b" },
		{ "0100", 0, 0, "", NULL },
		{ "09020000010161", 0, 0, "a", NULL },
		{ "010161010162", 0, 0, "a", NULL },
		{ "01", ERR_MALFORMED, 0, NULL, NULL },
		{ "01016102", ERR_MALFORMED, 3, NULL, NULL },
		{ "0101610202ff", ERR_MALFORMED, 3, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct opt82 got;
		uint8_t bytes[64];
		int n = hex_parse(str_of(rows[i].hex), bytes, sizeof(bytes));

		assert_int_equal(opt82_parse(&got, str_make(bytes, (size_t)n), &err),
		    rows[i].result);
		assert_int_equal(err.offset, rows[i].offset);
		if (rows[i].result < 0)
			continue;
		assert_int_equal(got.circuit_id.p != NULL, rows[i].circuit_id != NULL);
		assert_int_equal(got.remote_id.p != NULL, rows[i].remote_id != NULL);
		if (rows[i].circuit_id)
			assert_true(str_is(got.circuit_id, rows[i].circuit_id));
		if (rows[i].remote_id)
			assert_true(str_is(got.remote_id, rows[i].remote_id));
	}
}

/* What is told of each request, by where it came and what it had. */
static void test_requests_have_their_fate(void **state)
{
	static const struct {
		const char *what;
		int port;
		uint8_t hops;
		uint32_t giaddr;
		const char *options;
		enum relay_verdict verdict;
		const char *sent; /* its options */
	} rows[] = {
		{ "16 hops", 0, 16, 0, "350101ff", RELAY_SENDS,
		    "350101520601046574683"
		    "1ff" },
		{ "17 hops", 0, 17, 0, "350101ff", RELAY_HOPS, NULL },
		{ "255 hops", 0, 255, 0, "350101ff", RELAY_HOPS, NULL },
		{ "of a relay before us", 0, 1, 0x0a090001, "350101ff", RELAY_SENDS,
		    "350101ff" },
		{ "of a relay before us, with its option", 0, 1, 0x0a090001,
		    "3501015203010178ff", RELAY_SENDS, "3501015203010178ff" },
		{ "with our own address", 0, 1, OWN, "350101ff", RELAY_SPOOFED, NULL },
		{ "with the address of another port", 0, 1, OTHER, "350101ff",
		    RELAY_SPOOFED, NULL },
		{ "with an option 82", 0, 0, 0, "3501015203010178ff", RELAY_UNTRUSTED,
		    NULL },
		{ "with an empty one", 0, 0, 0, "3501015200ff", RELAY_UNTRUSTED, NULL },
		{ "with one, trusted", 1, 0, 0, "3501015203010178ff", RELAY_SENDS,
		    "3501015203010178ff" },
		{ "beside the server", 2, 0, 0, "350101ff", RELAY_BESIDE, NULL },
		{ "where no clients are", RELAY_ANY_PORT, 0, 0, "350101ff",
		    RELAY_NO_PORT, NULL },
		{ "with an option past the end", 0, 0, 0, "3501013dfe", RELAY_BROKEN,
		    NULL },
		{ "with pads between", 0, 0, 0, "00350101000cff", RELAY_BROKEN, NULL },
		{ "with pads", 0, 0, 0, "0035010100ff", RELAY_SENDS,
		    "00350101005206010465746831ff" },
		{ "without an end", 0, 0, 0, "350101", RELAY_SENDS, NULL },
	};
	struct relay relay = a_relay("{port}", NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[DHCP_MAX_BYTES];
		struct str in = message(bytes, 1, rows[i].options);
		struct relay_out out;
		enum relay_verdict verdict;

		bytes[AT_HOPS] = rows[i].hops;
		put_u32(bytes + AT_GIADDR, rows[i].giaddr);
		verdict = decide(&relay, rows[i].port, in, &out);
		if (verdict != rows[i].verdict)
			fail_msg("%s: %s", rows[i].what, relay_verdict_name(verdict));
		if (!rows[i].sent)
			continue;
		assert_int_equal(out.bytes[AT_HOPS], rows[i].hops + 1);
		expect_options(&out, rows[i].sent);
		assert_int_equal(get_u32(out.bytes + AT_GIADDR),
		    rows[i].giaddr      ? rows[i].giaddr
		    : rows[i].port == 1 ? OTHER
					: OWN);
	}
}

static void test_fewer_hops_may_be_enough(void **state)
{
	struct relay relay = a_relay(NULL, NULL);
	uint8_t bytes[DHCP_MAX_BYTES];
	struct str in = message(bytes, 1, "350101ff");
	struct relay_out out;

	(void)state;
	relay.hops_max = 4;
	bytes[AT_HOPS] = 4;
	assert_int_equal(decide(&relay, 0, in, &out), RELAY_SENDS);
	bytes[AT_HOPS] = 5;
	assert_int_equal(decide(&relay, 0, in, &out), RELAY_HOPS);
}

/* A DISCOVER whose last option, of n bytes, is followed by the end option. */
static struct str long_message(uint8_t bytes[DHCP_MAX_BYTES + 1], size_t len)
{
	size_t at = OPTIONS_AT + 3, left;

	(void)message(bytes, 1, "350101");
	while ((left = len - 1 - at) > 0) {
		size_t n = MIN(left, (size_t)257);

		/* An option has two bytes and more. */
		if (left - n == 1)
			n--;
		bytes[at] = 43;
		bytes[at + 1] = (uint8_t)(n - 2);
		at += n;
	}
	bytes[at] = 255;
	return str_make(bytes, len);
}

/* Eight bytes: 82, its length, 1, 4, "eth1". */
static void test_a_message_without_room_goes_on_without_option_82(void **state)
{
	struct relay relay = a_relay("{port}", NULL);
	uint8_t bytes[DHCP_MAX_BYTES + 1];
	struct relay_out out;

	(void)state;
	assert_int_equal(decide(&relay, 0, long_message(bytes, DHCP_MAX_BYTES - 8),
			     &out),
	    RELAY_SENDS);
	assert_int_equal(out.len, DHCP_MAX_BYTES);
	assert_int_equal(out.bytes[DHCP_MAX_BYTES - 1], 255);
	assert_memory_equal(out.bytes + DHCP_MAX_BYTES - 9, "R\6\1\4eth1", 8);

	assert_int_equal(decide(&relay, 0, long_message(bytes, DHCP_MAX_BYTES - 7),
			     &out),
	    RELAY_SENDS_BARE);
	assert_int_equal(out.len, DHCP_MAX_BYTES - 7);
	assert_int_equal(get_u32(out.bytes + AT_GIADDR), OWN);
	assert_memory_equal(out.bytes + OPTIONS_AT, bytes + OPTIONS_AT,
	    out.len - OPTIONS_AT);

	assert_int_equal(decide(&relay, 0, long_message(bytes, DHCP_MAX_BYTES), &out),
	    RELAY_SENDS_BARE);
	bytes[DHCP_MAX_BYTES] = 0;
	assert_int_equal(decide(&relay, 0, str_make(bytes, DHCP_MAX_BYTES + 1), &out),
	    RELAY_TOO_LARGE);
}

/* BOOTP of before RFC 1497 has no options, and is relayed. */
static void test_what_has_no_place_for_options_goes_on(void **state)
{
	struct relay relay = a_relay("{port}", NULL);
	uint8_t bytes[DHCP_MAX_BYTES];
	struct relay_out out;

	(void)state;
	(void)message(bytes, 1, "ff");
	assert_int_equal(decide(&relay, 0, str_make(bytes, DHCP_HEADER_BYTES), &out),
	    RELAY_SENDS_BARE);
	assert_int_equal(out.len, DHCP_MIN_BYTES);
	assert_int_equal(get_u32(out.bytes + AT_GIADDR), OWN);
	assert_int_equal(decide(&relay, 0, str_make(bytes, DHCP_HEADER_BYTES - 1),
			     &out),
	    RELAY_BROKEN);
	put_u32(bytes + 236, 0x63825364);
	assert_int_equal(decide(&relay, 0, str_make(bytes, 300), &out),
	    RELAY_SENDS_BARE);
	assert_memory_equal(out.bytes + 28, bytes + 28, 300 - 28);
	bytes[2] = 17;
	assert_int_equal(decide(&relay, 0, str_make(bytes, 300), &out), RELAY_BROKEN);
	bytes[2] = 6;
	bytes[0] = 3;
	assert_int_equal(decide(&relay, 0, str_make(bytes, 300), &out), RELAY_BROKEN);
}

/* To its port, without what the relay has written, by what the client can hear. */
static void test_replies_have_their_fate(void **state)
{
	static const struct {
		const char *what;
		uint32_t giaddr, yiaddr, ciaddr;
		uint16_t flags;
		const char *options;
		enum relay_verdict verdict;
		size_t port;
		uint32_t address; /* 0: broadcast */
		const char *sent;
	} rows[] = {
		{ "an offer", OWN, 0x0a010064, 0, 0,
		    "35010252060104657468313604"
		    "0a000002ff",
		    RELAY_SENDS, 0, 0x0a010064, "35010236040a000002ff" },
		{ "an offer, broadcast", OWN, 0x0a010064, 0, 0x8000,
		    "3501025206010465746831ff", RELAY_SENDS, 0, 0, "350102ff" },
		{ "split in two", OWN, 0x0a010064, 0, 0,
		    "350102520401046574520268"
		    "31ff",
		    RELAY_SENDS, 0, 0x0a010064, "350102ff" },
		{ "an answer to INFORM", OWN, 0, 0x0a010065, 0, "350105ff", RELAY_SENDS,
		    0, 0x0a010065, "350105ff" },
		{ "a NAK", OWN, 0, 0, 0, "350106ff", RELAY_SENDS, 0, 0, "350106ff" },
		{ "what another has written", OTHER, 0x0a020064, 0, 0,
		    "3501025203010178ff", RELAY_SENDS, 1, 0x0a020064,
		    "3501025203010178ff" },
		{ "our own at a port that is trusted", OTHER, 0x0a020064, 0, 0,
		    "3501025206010465746832ff", RELAY_SENDS, 1, 0x0a020064,
		    "350102ff" },
		{ "of another relay", 0x0a090001, 0x0a090064, 0, 0, "350102ff",
		    RELAY_NOT_OURS, 0, 0, NULL },
		{ "of no relay", 0, 0x0a010064, 0, 0, "350102ff", RELAY_NOT_OURS, 0, 0,
		    NULL },
	};
	struct relay relay = a_relay("{port}", NULL);
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[DHCP_MAX_BYTES];
		struct str in = message(bytes, 2, rows[i].options);
		enum relay_verdict verdict;
		struct relay_out out;

		put_u16(bytes + AT_FLAGS, rows[i].flags);
		put_u32(bytes + AT_CIADDR, rows[i].ciaddr);
		put_u32(bytes + AT_YIADDR, rows[i].yiaddr);
		put_u32(bytes + AT_GIADDR, rows[i].giaddr);
		verdict = decide(&relay, RELAY_ANY_PORT, in, &out);
		if (verdict != rows[i].verdict)
			fail_msg("%s: %s", rows[i].what, relay_verdict_name(verdict));
		if (!rows[i].sent)
			continue;
		expect_options(&out, rows[i].sent);
		assert_int_equal(out.n_servers, 0);
		assert_int_equal(out.port, rows[i].port);
		assert_int_equal(out.is_broadcast, rows[i].address == 0);
		if (rows[i].address)
			assert_int_equal(out.address, rows[i].address);
		assert_memory_equal(out.client, mac, 6);
		assert_int_equal(get_u32(out.bytes + AT_GIADDR), rows[i].giaddr);
		assert_int_equal(out.bytes[AT_HOPS], 0);
	}
}

static void test_without_texts_there_is_no_option_82(void **state)
{
	struct relay relay = a_relay(NULL, NULL);
	uint8_t bytes[DHCP_MAX_BYTES];
	struct relay_out out;

	(void)state;
	assert_int_equal(decide(&relay, 0, message(bytes, 1, "350101ff"), &out),
	    RELAY_SENDS);
	expect_options(&out, "350101ff");
}

/* A longer message is not cut short, and a client of other than Ethernet gets a broadcast. */
static void test_pads_stay_and_other_hardware_hears_a_broadcast(void **state)
{
	struct relay relay = a_relay("{port}", NULL);
	uint8_t bytes[DHCP_MAX_BYTES];
	struct relay_out out;

	(void)state;
	(void)message(bytes, 1, "350101ff");
	assert_int_equal(decide(&relay, 0, str_make(bytes, 548), &out), RELAY_SENDS);
	assert_int_equal(out.len, 548);
	(void)message(bytes, 2, "350102ff");
	bytes[2] = 8;
	put_u32(bytes + AT_YIADDR, 0x0a010064);
	put_u32(bytes + AT_GIADDR, OWN);
	assert_int_equal(decide(&relay, 0, str_make(bytes, 300), &out), RELAY_SENDS);
	assert_true(out.is_broadcast);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_request_is_given_the_address_of_its_port_and_where_it_came_by),
		cmocka_unit_test(test_what_is_told_of_a_request_is_filled_in),
		cmocka_unit_test(test_a_text_has_as_many_bytes_as_the_option),
		cmocka_unit_test(
		    test_an_option_82_of_255_bytes_is_written_and_none_of_256),
		cmocka_unit_test(test_option_82_is_read_up_to_what_is_wrong_with_it),
		cmocka_unit_test(test_requests_have_their_fate),
		cmocka_unit_test(test_fewer_hops_may_be_enough),
		cmocka_unit_test(test_a_message_without_room_goes_on_without_option_82),
		cmocka_unit_test(test_what_has_no_place_for_options_goes_on),
		cmocka_unit_test(test_replies_have_their_fate),
		cmocka_unit_test(test_without_texts_there_is_no_option_82),
		cmocka_unit_test(test_pads_stay_and_other_hardware_hears_a_broadcast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
