#include "tests/unit/unit.h"

#include "lib/proto/dhcp_frame.h"

#include "lib/base/compiler.h"

static const struct dhcp_frame FRAME = {
	.to_mac = { 255, 255, 255, 255, 255, 255 },
	.from_mac = { 2, 0, 0, 0, 0, 1 },
	.from = 0,
	.to = 0xffffffff,
	.from_port = 68,
	.to_port = 67,
	.payload = { "hello", 5 },
};

static void test_a_frame_that_is_written_reads_back(void **state)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	struct dhcp_frame got;
	int n;

	(void)state;

	n = dhcp_frame_write(&FRAME, bytes, sizeof(bytes));
	assert_int_equal(n, DHCP_FRAME_HEADERS_BYTES + 5);
	assert_int_equal(dhcp_frame_parse(&got, bytes, (size_t)n, true), 0);

	assert_memory_equal(&got, &FRAME, offsetof(struct dhcp_frame, payload));
	assert_true(str_eq(got.payload, FRAME.payload));
}

static void test_flipped_bits_are_found(void **state)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	struct dhcp_frame got;
	size_t n = (size_t)dhcp_frame_write(&FRAME, bytes, sizeof(bytes));

	(void)state;
	for (size_t i = 14; i < n; i++) {
		bytes[i] ^= 4;
		assert_true(dhcp_frame_parse(&got, bytes, n, true) < 0);
		bytes[i] ^= 4;
	}
	bytes[n - 1] ^= 4;
	assert_int_equal(dhcp_frame_parse(&got, bytes, n, false), 0);
}

static void test_every_cut_is_refused(void **state)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	struct dhcp_frame got;
	size_t n = (size_t)dhcp_frame_write(&FRAME, bytes, sizeof(bytes));

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(dhcp_frame_parse(&got, bytes, i, true), ERR_TRUNCATED);
}

static void test_a_payload_over_the_frame_is_a_limit(void **state)
{
	static const char payload[DHCP_FRAME_MAX_BYTES];
	struct dhcp_frame frame = FRAME;
	uint8_t bytes[DHCP_FRAME_MAX_BYTES + 1];

	(void)state;
	assert_int_equal(DHCP_FRAME_MAX_BYTES, 1514); /* of Ethernet, without its FCS */
	frame.payload =
	    str_make(payload, DHCP_FRAME_MAX_BYTES - DHCP_FRAME_HEADERS_BYTES);
	assert_int_equal(dhcp_frame_write(&frame, bytes, sizeof(bytes)),
	    DHCP_FRAME_MAX_BYTES);
	assert_int_equal(dhcp_frame_write(&frame, bytes, DHCP_FRAME_MAX_BYTES - 1),
	    ERR_LIMIT);
	frame.payload.len++;
	assert_int_equal(dhcp_frame_write(&frame, bytes, sizeof(bytes)), ERR_LIMIT);
}

/* Not all senders make a checksum (RFC 768), so the length stands for itself. */
static void test_a_datagram_ends_with_its_packet(void **state)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	struct dhcp_frame got;
	size_t n = (size_t)dhcp_frame_write(&FRAME, bytes, sizeof(bytes));

	(void)state;
	bytes[14 + 20 + 5]--;
	assert_int_equal(dhcp_frame_parse(&got, bytes, n, false), 0);
	assert_true(str_is(got.payload, "hell"));
	bytes[14 + 20 + 5] += 2;
	assert_int_equal(dhcp_frame_parse(&got, bytes, n, false), ERR_MALFORMED);
}

/* A sum of 0 goes out as 0xffff: 0 says that there is none (RFC 768). */
static void test_a_checksum_of_zero_is_written_as_ones(void **state)
{
	struct dhcp_frame frame = FRAME, got;
	uint8_t bytes[DHCP_FRAME_MAX_BYTES], payload[2] = { 0 };
	uint8_t *checksum = bytes + 14 + 20 + 6;
	size_t n;

	(void)state;
	frame.payload = str_make(payload, sizeof(payload));
	(void)dhcp_frame_write(&frame, bytes, sizeof(bytes));
	/* With the checksum itself as payload, the sum is 0. */
	memcpy(payload, checksum, sizeof(payload));
	n = (size_t)dhcp_frame_write(&frame, bytes, sizeof(bytes));
	assert_int_equal(checksum[0], 0xff);
	assert_int_equal(checksum[1], 0xff);
	assert_int_equal(dhcp_frame_parse(&got, bytes, n, true), 0);
}

static void test_arp_that_is_written_reads_back(void **state)
{
	static const struct arp_frame arp = {
		.operation = 1,
		.sender_mac = { 2, 0, 0, 0, 0, 1 },
		.target_mac = { 0 },
		.sender = 0,
		.target = 0xc0000205,
	};
	/* RFC 826: a probe for 192.0.2.5 (RFC 5227 2.1.1). */
	static const uint8_t golden[ARP_FRAME_BYTES] = { 255, 255, 255, 255, 255, 255,
		2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 5 };
	uint8_t bytes[ARP_FRAME_BYTES];
	struct arp_frame got;

	(void)state;

	arp_frame_write(&arp, bytes);
	assert_memory_equal(bytes, golden, sizeof(golden));
	assert_int_equal(arp_frame_parse(&got, bytes, sizeof(bytes)), 0);
	assert_memory_equal(&got, &arp, sizeof(arp));
	assert_int_equal(arp_frame_parse(&got, bytes, sizeof(bytes) - 1),
	    ERR_TRUNCATED);
	bytes[12] = 9;
	assert_int_equal(arp_frame_parse(&got, bytes, sizeof(bytes)), ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frame_that_is_written_reads_back),
		cmocka_unit_test(test_flipped_bits_are_found),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_a_payload_over_the_frame_is_a_limit),
		cmocka_unit_test(test_a_datagram_ends_with_its_packet),
		cmocka_unit_test(test_a_checksum_of_zero_is_written_as_ones),
		cmocka_unit_test(test_arp_that_is_written_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
