/* lib/base/text: hex, base64, IPv4 and MAC addresses. */
#include "tests/unit/unit.h"

#include "lib/base/error.h"
#include "lib/base/text.h"

static void test_hex_is_read(void **state)
{
	static const struct {
		const char *text;
		int n; /* bytes, or the error */
		const char *bytes;
	} rows[] = {
		{ "", 0, "" },
		{ "01aBfF", 3, "\x01\xab\xff" },
		{ "01 24 68", 3, "\x01\x24\x68" },
		{ "02:00:5e", 3, "\x02\x00\x5e" },
		{ " 01 ", 1, "\x01" },
		{ "0", ERR_MALFORMED, "" },
		{ "0 1", ERR_MALFORMED, "" },
		{ "0g", ERR_MALFORMED, "" },
		{ "0x01", ERR_MALFORMED, "" },
		{ "01-02", ERR_MALFORMED, "" },
		{ "01020304", 4, "\x01\x02\x03\x04" },
		{ "0102030405", ERR_LIMIT, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[4];
		int n = hex_parse(str_of(rows[i].text), bytes, sizeof(bytes));

		assert_int_equal(n, rows[i].n);
		if (n > 0)
			assert_memory_equal(bytes, rows[i].bytes, (size_t)n);
	}
}

/* As people write bytes. */
static void test_hex_is_read_however_it_is_grouped(void **state)
{
	static const struct {
		const char *text;
		int n; /* bytes, or the error */
		const char *bytes;
		size_t at; /* of what is wrong */
	} rows[] = {
		{ "", 0, "", 0 },
		{ " \t\r\n", 0, "", 0 },
		{ "01aBfF", 3, "\x01\xab\xff", 0 },
		{ "01 24 68", 3, "\x01\x24\x68", 0 },
		{ "0124 6874", 4, "\x01\x24\x68\x74", 0 },
		{ "01:24-68.ff", 4, "\x01\x24\x68\xff", 0 },
		{ "0x01, 0X24,0x6874\n", 4, "\x01\x24\x68\x74", 0 },
		{ "0x1 0x24", 2, "\x01\x24", 0 },
		{ "1:27:a", 3, "\x01\x27\x0a", 0 },
		{ "0", 1, "\x00", 0 },
		{ "012", ERR_MALFORMED, "", 2 },
		{ "01 246 68", ERR_MALFORMED, "", 5 },
		{ "0g", ERR_MALFORMED, "", 1 },
		{ "01 zz", ERR_MALFORMED, "", 3 },
		{ "01 0x", ERR_MALFORMED, "", 5 },
		{ "01 0x 02", ERR_MALFORMED, "", 5 },
		{ "0x0x01", ERR_MALFORMED, "", 3 },
		{ "01x02", ERR_MALFORMED, "", 2 },
		{ "01020304", 4, "\x01\x02\x03\x04", 0 },
		{ "01020304 05", ERR_LIMIT, "\x01\x02\x03\x04", 10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[4];
		size_t at = 0;
		int n = hex_read(str_of(rows[i].text), bytes, sizeof(bytes), &at);

		assert_int_equal(n, rows[i].n);
		assert_int_equal(hex_read(str_of(rows[i].text), bytes, sizeof(bytes),
				     NULL),
		    n);
		if (n < 0)
			assert_int_equal(at, rows[i].at);
		if (n == ERR_LIMIT)
			n = sizeof(bytes);
		if (n > 0)
			assert_memory_equal(bytes, rows[i].bytes, (size_t)n);
	}
	assert_int_equal(hex_read(STR("01\00002"), (uint8_t[4]){ 0 }, 4, NULL),
	    ERR_MALFORMED);
}

static void test_hex_digits_are_told(void **state)
{
	static const char digits[] = "0123456789abcdef", upper[] = "ABCDEF";

	(void)state;
	for (int i = 0; i < 16; i++)
		assert_int_equal(hex_digit(digits[i]), i);
	for (int i = 0; i < 6; i++)
		assert_int_equal(hex_digit(upper[i]), 10 + i);
	for (const char *c = "/:@G`g x"; *c; c++)
		assert_int_equal(hex_digit(*c), -1);
	assert_int_equal(hex_digit('\0'), -1);
}

static void test_hex_is_written(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	hex_append(&out, "\x00\xff\x1a", 3);
	assert_string_equal(buf_cstr(&out), "00ff1a");
}

/* RFC 4648 10 */
static const struct {
	const char *plain;
	const char *coded;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xff\xfe\xfd", "//79" },
	{ "\xfb\xef\xbe", "++++" },
};

static void test_base64_goes_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		struct str plain = str_of(vectors[i].plain);
		auto_buf out = BUF_NULL;
		uint8_t bytes[16];

		base64_append(&out, plain.p, plain.len);
		assert_string_equal(buf_cstr(&out), vectors[i].coded);
		assert_int_equal(base64_parse(str_of(vectors[i].coded), bytes,
				     sizeof(bytes)),
		    plain.len);
		assert_memory_equal(bytes, plain.p, plain.len);
	}
}

static void test_wrong_base64_is_refused(void **state)
{
	static const char *const rows[] = { "Z", "Zg",
		"Zg=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm-_", "====", "Zm9=v" };
	uint8_t bytes[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int n = base64_parse(str_of(rows[i]), bytes, sizeof(bytes));

		if (n != ERR_MALFORMED)
			fail_msg("\"%s\" reads as %d bytes", rows[i], n);
	}
	assert_int_equal(base64_parse(STR("Zm9v"), bytes, 2), ERR_LIMIT);
	assert_int_equal(base64_parse(STR("Zm9v"), bytes, 3), 3);
}

static void test_words_of_a_shell_are_quoted_where_needed(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "out/capture.pcapng", "out/capture.pcapng" },
		{ "my capture.pcap", "'my capture.pcap'" },
		{ "it's", "'it'\\''s'" },
		{ "$(reboot)", "'$(reboot)'" },
		{ "", "''" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		shell_append(&out, rows[i].text);
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

static void test_ipv6_is_written_as_rfc_5952_says(void **state)
{
	static const struct {
		const char *text, *written; /* null: it is none */
	} rows[] = {
		{ "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "::", "::" },
		{ "0:0:0:0:0:0:0:1", "::1" },
		{ "fe80::0200:5eff:fe00:5301", "fe80::200:5eff:fe00:5301" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "1111:2222:3333:4444:5555:6666:255.255.255.255",
		    "1111:2222:3333:4444:5555:6666:ffff:ffff" },
		{ "2001:db8::1%eth0", NULL },
		{ "[2001:db8::1]", NULL },
		{ "2001:db8::1/64", NULL },
		{ "2001:db8::1 ", NULL },
		{ "2001:db8::1::", NULL },
		{ "1:2:3:4:5:6:7:8:9", NULL },
		{ "10.0.0.1", NULL },
		{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:00", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t address[16];
		char text[IPV6_TEXT_MAX];
		int r = ipv6_parse(str_of(rows[i].text), address);

		assert_int_equal(r, rows[i].written ? 0 : ERR_MALFORMED);
		if (rows[i].written)
			assert_string_equal(ipv6_text(address, text), rows[i].written);
	}
	assert_int_equal(ipv6_parse(str_make("::1\0", 4), (uint8_t[16]){ 0 }),
	    ERR_MALFORMED);
}

static void test_an_ipv6_prefix_ends_at_any_bit(void **state)
{
	static const struct {
		const char *one, *other, *network;
		unsigned prefix;
		bool is_same;
	} rows[] = {
		{ "2001:db8::1", "2001:db8::2", "2001:db8::", 64, true },
		{ "2001:db8::1", "2001:db8::2", "2001:db8::1", 128, false },
		{ "2001:db8::1", "2001:db8::1", "2001:db8::1", 128, true },
		{ "2001:db8::1", "ff02::1", "::", 0, true },
		{ "2001:dbf::", "2001:db8::", "2001:db8::", 29, true },
		{ "2001:dbf::", "2001:db8::", "2001:dbc::", 30, false },
		{ "8000::", "7fff::", "8000::", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t one[16], other[16], network[16];
		char text[IPV6_TEXT_MAX];

		assert_int_equal(ipv6_parse(str_of(rows[i].one), one), 0);
		assert_int_equal(ipv6_parse(str_of(rows[i].other), other), 0);
		assert_int_equal(ipv6_is_same(one, other, rows[i].prefix),
		    rows[i].is_same);
		ipv6_network(one, rows[i].prefix, network);
		assert_string_equal(ipv6_text(network, text), rows[i].network);
		assert_int_equal(ipv6_is_set(network), rows[i].prefix > 0);
	}
}

static void test_ipv4_is_strict(void **state)
{
	static const struct {
		const char *text;
		int64_t address; /* -1: refused */
	} rows[] = {
		{ "10.0.0.1", 0x0a000001 },
		{ "255.255.255.255", 0xffffffff },
		{ "0.0.0.0", 0 },
		{ "10.0.0.256", -1 },
		{ "10.0.0", -1 },
		{ "10.0.0.1.2", -1 },
		{ "10.0.0.01", -1 },
		{ "10.0.0.", -1 },
		{ ".0.0.1", -1 },
		{ "10.0.0.1 ", -1 },
		{ "0x0a.0.0.1", -1 },
		{ "", -1 },
	};
	char text[IPV4_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t address = 0;
		int r = ipv4_parse(str_of(rows[i].text), &address);

		assert_int_equal(r, rows[i].address < 0 ? ERR_MALFORMED : 0);
		if (r == 0) {
			assert_int_equal(address, rows[i].address);
			assert_string_equal(ipv4_text(address, text), rows[i].text);
		}
	}
}

static void test_macs_have_six_pairs(void **state)
{
	static const char *const wrong[] = { "", "02:00:00:00:00", "02:00:00:00:00:0",
		"02:00:00:00:00:01:", "02-00-00-00-00-01", "020000000001",
		"02:00:00:00:00:0g", "0 :00:00:00:00:01", "02 00:00:00:00:01" };
	char text[MAC_TEXT_MAX];
	uint8_t mac[6];

	(void)state;
	assert_int_equal(mac_parse(STR("02:00:5E:ab:00:01"), mac), 0);
	assert_string_equal(mac_text(mac, text), "02:00:5e:ab:00:01");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(mac_parse(str_of(wrong[i]), mac), ERR_MALFORMED);
}

static void test_masks(void **state)
{
	(void)state;
	assert_int_equal(ipv4_mask(0), 0);
	assert_int_equal(ipv4_mask(24), 0xffffff00);
	assert_int_equal(ipv4_mask(32), 0xffffffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex_is_read),
		cmocka_unit_test(test_hex_is_read_however_it_is_grouped),
		cmocka_unit_test(test_hex_digits_are_told),
		cmocka_unit_test(test_hex_is_written),
		cmocka_unit_test(test_base64_goes_both_ways),
		cmocka_unit_test(test_wrong_base64_is_refused),
		cmocka_unit_test(test_words_of_a_shell_are_quoted_where_needed),
		cmocka_unit_test(test_ipv4_is_strict),
		cmocka_unit_test(test_ipv6_is_written_as_rfc_5952_says),
		cmocka_unit_test(test_an_ipv6_prefix_ends_at_any_bit),
		cmocka_unit_test(test_macs_have_six_pairs),
		cmocka_unit_test(test_masks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
