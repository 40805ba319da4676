/* Every wrapping of one and the same TCP segment gives the same segment. */
#include "tests/unit/unit.h"

#include "capture/packet/packet.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

/* 10.0.0.1:40000 to 10.0.0.2:7547, "hello"; TCP first, IPv4 around it. */
#define TCP_HELLO "9c40 1d7b 00000064 000000c8 50180000 00000000 68656c6c6f"
#define IPV4(total, fragment, protocol) \
	"4500" total "0007" fragment "40" protocol "0000 0a000001 0a000002"
#define IPV4_HELLO IPV4("002d", "0000", "06") TCP_HELLO
#define MACS       "020000000002 020000000001"
#define ETH_HELLO  MACS "0800" IPV4_HELLO
#define IPV6(len, next)          \
	"60000000" len next "40" \
	"fd000000000000000000000000000001 fd000000000000000000000000000002"

struct row {
	const char *name;
	uint16_t linktype;
	const char *hex;
	int expected; /* of packet_parse() */
	enum packet_kind kind;
	const char *payload; /* what follows the TCP header */
};

static const struct row rows[] = {
	{ "Ethernet", 1, ETH_HELLO, 0, PACKET_TCP, "hello" },
	{ "padding of a short frame", 1, ETH_HELLO "0000000000", 0, PACKET_TCP,
	    "hello" },
	{ "802.1Q", 1, MACS "8100 0005 0800" IPV4_HELLO, 0, PACKET_TCP, "hello" },
	{ "QinQ", 1, MACS "88a8 0007 8100 0005 0800" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "SNAP", 1, MACS "0035 aaaa03 000000 0800" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "MPLS, two labels", 1, MACS "8847 00010040 00020140" IPV4_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "PPPoE", 1, MACS "8864 1100 0001 002f 0021" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "PPP", 9, "ff03 0021" IPV4_HELLO, 0, PACKET_TCP, "hello" },
	{ "Linux cooked", 113, "0000 0001 0006 0200000000010000 0800" IPV4_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "Linux cooked v2", 276,
	    "0800 0000 00000002 0001 00 06 0200000000010000" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "raw IP", 101, IPV4_HELLO, 0, PACKET_TCP, "hello" },
	{ "BSD null", 0, "02000000" IPV4_HELLO, 0, PACKET_TCP, "hello" },
	{ "BSD loop", 108, "00000002" IPV4_HELLO, 0, PACKET_TCP, "hello" },
	{ "IP options", 101,
	    "4600 0031 0007 0000 40 06 0000 0a000001 0a000002 01010100" TCP_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "total length 0: TSO", 101, IPV4("0000", "0000", "06") TCP_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "total length beyond the frame: the end was not captured", 101,
	    IPV4("0400", "0000", "06") TCP_HELLO, 0, PACKET_TCP, "hello" },
	{ "NFLOG, little-endian", 239,
	    "02 00 0000 0500 0a00 7800 0000 3100 0900" IPV4_HELLO "000000", 0,
	    PACKET_TCP, "hello" },
	{ "NFLOG, big-endian", 239, "02 00 0000 0031 0009" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "NFLOG without a packet", 239, "02 00 0000 0800 0100 00000000", ERR_TRUNCATED,
	    PACKET_OTHER, NULL },
	{ "NFLOG with a length that goes nowhere", 239, "02 00 0000 0000 0100",
	    ERR_MALFORMED, PACKET_OTHER, NULL },
	{ "IPv6, length 0: TSO", 229, IPV6("0000", "06") TCP_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "IPv6", 229, IPV6("0019", "06") TCP_HELLO, 0, PACKET_TCP, "hello" },
	{ "IPv6 with a hop-by-hop header", 229,
	    IPV6("0021", "00") "0600 0104 00000000" TCP_HELLO, 0, PACKET_TCP, "hello" },
	{ "IPv6 with an authentication header", 229,
	    IPV6("0031",
		"33") "0604 0000 00000001 00000001 aaaaaaaaaaaaaaaaaaaaaaaa" TCP_HELLO,
	    0, PACKET_TCP, "hello" },
	{ "GRE with a checksum", 101,
	    IPV4("0049", "0000", "2f") "8000 0800 12340000" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "GRE with a key and a number", 101,
	    IPV4("004d", "0000", "2f") "3000 0800 00000001 00000002" IPV4_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "IPv6, atomic fragment", 229,
	    IPV6("0021", "2c") "0600 0000 00000001" TCP_HELLO, 0, PACKET_TCP, "hello" },
	{ "IPv6, jumbo", 229, IPV6("0000", "00") "0600 c204 00000021" TCP_HELLO, 0,
	    PACKET_TCP, "hello" },
	{ "GRE", 101, IPV4("0045", "0000", "2f") "0000 0800" IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "ERSPAN II", 101,
	    IPV4("0064", "0000", "2f") "1000 88be 00000001 1000000000000000" ETH_HELLO,
	    0, PACKET_TCP, "hello" },
	{ "VXLAN", 101,
	    IPV4("0067", "0000",
		"11") "c000 12b5 0053 0000 08000000 00000100" ETH_HELLO,
	    0, PACKET_TCP, "hello" },
	{ "IP in IP", 101, IPV4("0041", "0000", "04") IPV4_HELLO, 0, PACKET_TCP,
	    "hello" },
	{ "a first fragment waits", 101,
	    IPV4("002c", "2000", "06") "9c401d7b00000064"
				       "000000c850180000 0000000068656c6c",
	    0, PACKET_WAITING, NULL },
	{ "ARP", 1, MACS "0806 0001", 0, PACKET_ARP, NULL },
	{ "nothing of ours", 1, MACS "88cc 0207", 0, PACKET_OTHER, NULL },
	{ "a cut Ethernet header", 1, MACS "08", ERR_TRUNCATED, PACKET_OTHER, NULL },
	{ "a cut IP header", 1, MACS "0800 4500", ERR_TRUNCATED, PACKET_OTHER, NULL },
	{ "an IP header of 16 bytes", 101,
	    "4400 0014 0007 0000 40 06 0000 0a000001 0a000002", ERR_MALFORMED,
	    PACKET_OTHER, NULL },
	{ "a link that is not read", 127, "00", ERR_UNSUPPORTED, PACKET_OTHER, NULL },
};

static void test_every_wrapping_gives_the_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct ipfrag fragments = { 0 };
		struct packet packet = { 0 };
		uint8_t bytes[256];
		int n = hex_parse(str_of(row->hex), bytes, sizeof(bytes));
		struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, row->linktype,
			0, 0, 1 };

		if (n <= 0)
			fail_msg("%s: bad hex", row->name);
		if (packet_parse(&fragments, &frame, &packet) != row->expected)
			fail_msg("%s: result", row->name);
		if (row->expected == 0 && packet.kind != row->kind)
			fail_msg("%s: kind %d", row->name, packet.kind);
		if (row->payload &&
		    !str_is(str_make(packet.payload.p + 20, packet.payload.len - 20),
			row->payload))
			fail_msg("%s: payload", row->name);
		ipfrag_free(&fragments);
	}
}

static void test_fragments_in_any_order_make_the_packet(void **state)
{
	static const char *const parts[] = {
		IPV4("0015", "0003", "06") "6f",
		IPV4("001c", "2002", "06") "0000000068656c6c",
		IPV4("0024", "2000", "06") "9c401d7b00000064000000c850180000",
	};
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint8_t bytes[64];
		int n = hex_parse(str_of(parts[i]), bytes, sizeof(bytes));
		struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 101, 0, 0,
			i + 1 };

		assert_true(n > 20);
		assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
	}

	assert_int_equal(packet.kind, PACKET_TCP);
	assert_int_equal(packet.payload.len, 25);
	assert_memory_equal(packet.payload.p + 20, "hello", 5);
	ipfrag_free(&fragments);
	assert_int_equal(fragments.lost, 0);
}

/* A hole is no packet, whatever comes behind the end. */
static void test_fragments_behind_the_end_fill_no_hole(void **state)
{
	static const char *const parts[] = {
		IPV4("0024", "2000", "06") "9c401d7b00000064000000c850180000",
		IPV4("001c", "2008", "06") "6162636465666768",
		IPV4("0015", "0003", "06") "6f",
	};
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint8_t bytes[64];
		int n = hex_parse(str_of(parts[i]), bytes, sizeof(bytes));
		struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 101, 0, 0,
			i + 1 };

		assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
		assert_int_equal(packet.kind, PACKET_WAITING);
	}
	ipfrag_free(&fragments);
	assert_int_equal(fragments.lost, 3);
}

static void test_headers_are_read_at_their_bounds(void **state)
{
	static const struct {
		const char *hex;
		size_t payload;
		uint32_t offset;
		bool has_more;
	} headers[] = {
		{ IPV4("0014", "0000", "06"), 0, 0, false },
		{ IPV4("0015", "1fff", "06") "6f", 1, 65528, false },
		{ IPV4("001c", "2fff", "06") "6f6f6f6f6f6f6f6f", 8, 32760, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct ip_packet packet;
		uint8_t bytes[64];
		size_t n =
		    (size_t)hex_parse(str_of(headers[i].hex), bytes, sizeof(bytes));

		assert_int_equal(ipv4_parse_packet((struct span){ bytes, n, n },
				     &packet),
		    0);
		assert_int_equal(packet.payload.len, headers[i].payload);
		assert_int_equal(packet.offset, headers[i].offset);
		assert_int_equal(packet.has_more, headers[i].has_more);
		assert_int_equal(packet.is_fragment, headers[i].offset > 0);
	}
}

/* Hands in one fragment: an IPv4 header and, behind it, len bytes of payload. */
static int parse_fragment(struct ipfrag *fragments, uint8_t id, uint16_t fragment,
    const uint8_t *payload, uint8_t len, struct packet *packet)
{
	uint8_t bytes[64] = { 0x45, 0, 0, (uint8_t)(20 + len), 0, id,
		(uint8_t)(fragment >> 8), (uint8_t)fragment, 64,
		IP_IPIP, [12] = 10, [15] = 1, [16] = 10, [19] = 2 };
	struct frame frame = { bytes, 20U + len, 20U + len, 101, 0, id, 1 };

	memcpy(bytes + 20, payload, len);
	return packet_parse(fragments, &frame, packet);
}

/* The packet that carries the inner fragment is the oldest of IPFRAG_MAX when that fragment
 * looks for a place. */
static void test_a_tunnel_stays_while_its_fragment_is_added(void **state)
{
	enum {
		MORE = 0x2000,
		FIRST = 0,
		SPLIT = 16
	};
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };
	uint8_t inner[64];
	int len = hex_parse(STR("45 00 002c 00ff 2000 40 06 0000 0a000001 0a000002"
				"9c401d7b00000064 000000c850180000 0000000068656c6c"),
	    inner, sizeof(inner));

	(void)state;
	assert_int_equal(len, 44);
	for (uint8_t id = FIRST; id < IPFRAG_MAX; id++) {
		assert_int_equal(parse_fragment(&fragments, id, MORE, inner, SPLIT,
				     &packet),
		    0);
		assert_int_equal(packet.kind, PACKET_WAITING);
	}
	assert_int_equal(fragments.lost, 0);

	assert_int_equal(parse_fragment(&fragments, FIRST, SPLIT / 8, inner + SPLIT,
			     (uint8_t)(len - SPLIT), &packet),
	    0);

	assert_int_equal(packet.kind, PACKET_WAITING);
	assert_int_equal(packet.ip.protocol, IP_TCP);
	assert_memory_equal(packet.ip.payload.p, inner + 20, 24);
	assert_int_equal(fragments.lost, 1); /* the oldest of those that wait */
	ipfrag_free(&fragments);
	assert_int_equal(fragments.lost, IPFRAG_MAX);
}

/* Two halves of a packet, the second one so much later. */
static void test_fragments_wait_for_30_seconds(void **state)
{
	static const char *const halves[] = {
		IPV4("0024", "2000", "06") "9c401d7b00000064000000c850180000",
		IPV4("001d", "0002", "06") "0000000068656c6c6f",
	};

	(void)state;
	for (clock_ns late = 30 * NS_PER_S; late <= 30 * NS_PER_S + 1; late++) {
		struct ipfrag fragments = { 0 };
		struct packet packet = { 0 };
		bool is_in_time = late == 30 * NS_PER_S;

		for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
			uint8_t bytes[64];
			int n = hex_parse(str_of(halves[i]), bytes, sizeof(bytes));
			struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 101, 0,
				i ? NS_PER_S + late : NS_PER_S, i + 1 };

			assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
		}
		assert_int_equal(packet.kind, is_in_time ? PACKET_TCP : PACKET_WAITING);
		ipfrag_free(&fragments);
		assert_int_equal(fragments.lost, is_in_time ? 0 : 2);
	}
}

static void test_of_fragments_that_overlap_the_first_one_counts(void **state)
{
	static const char *const parts[] = {
		IPV4("001c", "2002", "06") "0000000068656c6c",
		IPV4("001d", "0002", "06") "0000000058585858 6f",
		IPV4("0024", "2000", "06") "9c401d7b00000064000000c850180000",
	};
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint8_t bytes[64];
		int n = hex_parse(str_of(parts[i]), bytes, sizeof(bytes));
		struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 101, 0, 0,
			i + 1 };

		assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
	}
	assert_int_equal(packet.kind, PACKET_TCP);
	assert_memory_equal(packet.payload.p + 20, "hello", 5);
	ipfrag_free(&fragments);
}

/* The last one comes first: it has all but the beginning. */
static void test_fragments_of_ipv6_make_the_packet(void **state)
{
	static const char *const parts[] = {
		IPV6("0011", "2c") "0600 0010 00000007 0000000068656c6c6f",
		IPV6("0018",
		    "2c") "0600 0001 00000007 9c401d7b00000064000000c850180000",
	};
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint8_t bytes[128];
		int n = hex_parse(str_of(parts[i]), bytes, sizeof(bytes));
		struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 229, 0, 0,
			i + 1 };

		assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
		assert_int_equal(packet.kind, i == 0 ? PACKET_WAITING : PACKET_TCP);
	}
	assert_int_equal(packet.payload.len, 25);
	assert_memory_equal(packet.payload.p + 20, "hello", 5);
	ipfrag_free(&fragments);
	assert_int_equal(fragments.lost, 0);
}

/* The first one alone is no packet, whatever its last byte says. */
static void test_a_first_fragment_of_ipv6_waits(void **state)
{
	static const char first[] =
	    IPV6("0018", "2c") "0600 0001 00000007 9c401d7b00000064000000c850180000";
	struct ipfrag fragments = { 0 };
	struct packet packet = { 0 };
	uint8_t bytes[128];
	int n = hex_parse(str_of(first), bytes, sizeof(bytes));
	struct frame frame = { bytes, (uint32_t)n, (uint32_t)n, 229, 0, 0, 1 };

	(void)state;
	assert_int_equal(packet_parse(&fragments, &frame, &packet), 0);
	assert_int_equal(packet.kind, PACKET_WAITING);
	ipfrag_free(&fragments);
	assert_int_equal(fragments.lost, 1);
}

/* As many headers as the limit says are passed; one more is refused. */
static void test_headers_are_passed_up_to_their_limits(void **state)
{
	static const struct {
		const char *name;
		uint16_t linktype;
		const char *first, *each, *last; /* last has one of them, too */
		int max;
	} limits[] = {
		{ "VLAN tags", 1, MACS "8100", "0005 8100", "0005 0800" IPV4_HELLO,
		    16 },
		{ "extension headers", 229, IPV6("0000", "3c"), "3c00 0104 00000000",
		    "0600 0104 00000000" TCP_HELLO, 16 },
		{ "tunnels", 101, "", IPV4("0000", "0000", "04"),
		    IPV4("0000", "0000", "04") IPV4_HELLO, 4 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(limits); i++) {
		size_t limit = i / 2;
		int n_headers = limits[limit].max + (int)(i % 2);
		struct ipfrag fragments = { 0 };
		struct packet packet = { 0 };
		auto_buf hex = BUF_NULL;
		uint8_t bytes[256];
		int n, r;

		buf_append_text(&hex, limits[limit].first);
		for (int k = 1; k < n_headers; k++)
			buf_append_text(&hex, limits[limit].each);
		buf_append_text(&hex, limits[limit].last);
		n = hex_parse(buf_str(&hex), bytes, sizeof(bytes));
		assert_true(n > 0);
		r = packet_parse(&fragments,
		    &(struct frame){ bytes, (uint32_t)n, (uint32_t)n,
			limits[limit].linktype, 0, 0, 1 },
		    &packet);

		if (r != (i % 2 ? ERR_LIMIT : 0))
			fail_msg("%d %s: %d", n_headers, limits[limit].name, r);
		if (r == 0)
			assert_memory_equal(packet.payload.p + 20, "hello", 5);
		ipfrag_free(&fragments);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_wrapping_gives_the_segment),
		cmocka_unit_test(test_headers_are_passed_up_to_their_limits),
		cmocka_unit_test(test_fragments_in_any_order_make_the_packet),
		cmocka_unit_test(test_fragments_behind_the_end_fill_no_hole),
		cmocka_unit_test(test_a_tunnel_stays_while_its_fragment_is_added),
		cmocka_unit_test(test_headers_are_read_at_their_bounds),
		cmocka_unit_test(test_fragments_of_ipv6_make_the_packet),
		cmocka_unit_test(test_a_first_fragment_of_ipv6_waits),
		cmocka_unit_test(test_fragments_wait_for_30_seconds),
		cmocka_unit_test(test_of_fragments_that_overlap_the_first_one_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
