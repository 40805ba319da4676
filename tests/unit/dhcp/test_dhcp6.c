#include "tests/unit/unit.h"

#include "lib/proto/dhcp6.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/proto/opt125.h"

#include <stdio.h>

static const char duid[] = "0001 000a 00030001020000000001 ";

static struct str bytes_of(const char *hex, uint8_t bytes[512])
{
	int n = hex_parse(str_of(hex), bytes, 512);

	assert_true(n >= 0);
	return str_make(bytes, (size_t)n);
}

static int parse(struct dhcp6_packet *out, const char *head, const char *options,
    struct error *err)
{
	static uint8_t bytes[512]; /* views into it outlive the call */
	char hex[1200];
	struct str all;

	(void)snprintf(hex, sizeof(hex), "%s%s", head, options);
	all = bytes_of(hex, bytes);
	return dhcp6_parse(out, all.p, all.len, err);
}

static void test_a_solicit_asks_for_the_vendor_options(void **state)
{
	struct dhcp6_vendor_class class;
	struct dhcp6_packet got;
	char options[300];
	size_t at = 0;

	(void)state;
	(void)snprintf(options, sizeof(options), "%s%s", duid,
	    "0006 0004 00170011 0010 0012 00000de9 000c 64736c666f72756d2e6f7267");

	assert_int_equal(parse(&got, "01 abcdef", options, NULL), 0);

	assert_int_equal(got.type, DHCP6_SOLICIT);
	assert_string_equal(dhcp6_message_name(got.type), "SOLICIT");
	assert_int_equal(got.xid, 0xabcdef);
	assert_int_equal(got.relays, 0);
	assert_int_equal(dhcp6_option(&got, DHCP6_OPTION_CLIENT_ID, NULL).len, 10);
	assert_null(dhcp6_option(&got, DHCP6_OPTION_SERVER_ID, NULL).p);
	assert_int_equal(dhcp6_vendor_class_parse(&class,
			     dhcp6_option(&got, DHCP6_OPTION_VENDOR_CLASS, &at), NULL),
	    0);
	assert_int_equal(at, 4 + 14 + 8 + 4);
	assert_int_equal(class.enterprise, BBF_ENTERPRISE);
	assert_int_equal(class.n_classes, 1);
	assert_true(str_is(class.classes[0], "dslforum.org"));
}

static void test_a_reply_names_the_acs_and_leases_an_address(void **state)
{
	struct dhcp6_packet got;
	struct dhcp6_vendor vendor;
	char options[600];

	(void)state;
	(void)snprintf(options, sizeof(options), "%s%s%s", duid,
	    "0003 0028 00000001 00000e10 00001518 "
	    "0005 0018 fd770000000000000000000000000005 00001c20 00003840 ",
	    "0011 0027 00000de9 "
	    "0001 001a 687474703a2f2f5b666430303a3a325d3a373534372f63776d70 "
	    "0003 0001 35");

	assert_int_equal(parse(&got, "07 000001", options, NULL), 0);

	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(dhcp6_status(&got), 0);
	assert_non_null(dhcp6_address(&got));
	assert_int_equal(dhcp6_address(&got)[0], 0xfd);
	assert_int_equal(dhcp6_address(&got)[15], 5);
	assert_int_equal(dhcp6_vendor_parse(&vendor,
			     dhcp6_option(&got, DHCP6_OPTION_VENDOR, NULL), NULL),
	    0);
	assert_int_equal(vendor.enterprise, BBF_ENTERPRISE);
	assert_true(str_is(vendor.sub[1], "http://[fd00::2]:7547/cwmp"));
	assert_null(vendor.sub[2].p);
	assert_true(str_is(vendor.sub[3], "5"));
}

static void test_the_vendor_options_of_one_enterprise_are_found(void **state)
{
	struct dhcp6_packet got;
	struct str value;

	(void)state;
	assert_int_equal(parse(&got, "07 000001",
			     "0011 0002 0000 0011 0006 00000009 3131 "
			     "0011 0006 00000de9 3232 0011 0006 00000de9 3333",
			     NULL),
	    0);
	value = dhcp6_option_of(&got, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE);
	assert_true(str_eq(str_from(value, 4), STR("22")));
	assert_null(dhcp6_option_of(&got, DHCP6_OPTION_VENDOR, 2636).p);
	assert_null(dhcp6_option_of(&got, DHCP6_OPTION_VENDOR_CLASS, BBF_ENTERPRISE).p);
}

static void test_relay_forms_are_taken_off(void **state)
{
	/* Two relays, the outer one with an Interface-Id before what it relays. */
	static const char outer[] = "0c 01 fd000000000000000000000000000001 "
				    "fe800000000000000000000000000002 "
				    "0012 0002 6531 0009 0038 ";
	static const char inner[] = "0c 00 fd000000000000000000000000000003 "
				    "fe800000000000000000000000000004 "
				    "0009 0012 ";
	struct dhcp6_packet got;
	char head[400];

	(void)state;
	(void)snprintf(head, sizeof(head), "%s%s%s", outer, inner, "03 000007 ");

	assert_int_equal(parse(&got, head, duid, NULL), 0);

	assert_int_equal(got.type, DHCP6_REQUEST);
	assert_int_equal(got.xid, 7);
	assert_int_equal(got.relays, 2);
	assert_int_equal(got.link_address[15], 3);
	assert_int_equal(got.peer_address[15], 4);
	assert_int_equal(got.options_at, 34 + 6 + 4 + 34 + 4 + 4);
	assert_int_equal(dhcp6_option(&got, DHCP6_OPTION_CLIENT_ID, NULL).len, 10);
}

static void test_each_mistake_is_told_with_its_byte(void **state)
{
	static const struct {
		const char *hex;
		int error;
		size_t offset;
		const char *text;
	} rows[] = {
		{ "", ERR_TRUNCATED, 0, "DHCPv6: no whole header" },
		{ "01 0000", ERR_TRUNCATED, 3, "DHCPv6: no whole header" },
		{ "63 000000", ERR_UNSUPPORTED, 0,
		    "DHCPv6: message type 99 is not known" },
		{ "01 000000 0001", ERR_MALFORMED, 4,
		    "DHCPv6: 2 bytes at byte 4 are no option" },
		{ "01 000000 000e 0000 0001 0003 0000", ERR_MALFORMED, 8,
		    "DHCPv6: option 1 at byte 8: length 3 past the end, 2 bytes follow" },
		{ "0c 00", ERR_TRUNCATED, 2, "DHCPv6: no whole relay header" },
		{ "0c 00 00000000000000000000000000000000 "
		  "00000000000000000000000000000000 0012 0000",
		    ERR_MALFORMED, 34, "DHCPv6: a relay form without a message" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct dhcp6_packet got;

		assert_int_equal(parse(&got, rows[i].hex, "", &err), rows[i].error);
		assert_string_equal(err.text, rows[i].text);
		assert_int_equal(err.offset, rows[i].offset);
	}
}

static void test_an_address_may_end_its_option(void **state)
{
	/* IA_NA with an IA Address of 16 bytes, its times left out, and of 15. */
	static const char whole[] = "07 000001 0003 0020 00000001 00000000 00000000 "
				    "0005 0010 fd000000000000000000000000000064";
	static const char cut[] = "07 000001 0003 001f 00000001 00000000 00000000 "
				  "0005 000f fd0000000000000000000000000000";
	struct dhcp6_packet got;

	(void)state;
	assert_int_equal(parse(&got, whole, "", NULL), 0);
	assert_non_null(dhcp6_address(&got));
	assert_int_equal(dhcp6_address(&got)[15], 0x64);
	assert_int_equal(parse(&got, cut, "", NULL), 0);
	assert_null(dhcp6_address(&got));
}

/* A SOLICIT in n relay forms. */
static int parse_relayed(size_t n, struct error *err)
{
	uint8_t bytes[38 * (DHCP6_RELAYS_MAX + 1) + 4] = { 0 };
	size_t len = 38 * n + 4;
	struct dhcp6_packet got;

	for (size_t at = 0; at + 38 < len; at += 38) {
		size_t left = len - at - 38;

		bytes[at] = DHCP6_RELAY_FORW;
		bytes[at + 35] = DHCP6_OPTION_RELAY_MESSAGE;
		bytes[at + 36] = (uint8_t)(left >> 8);
		bytes[at + 37] = (uint8_t)left;
	}
	bytes[len - 4] = DHCP6_SOLICIT;
	return dhcp6_parse(&got, bytes, len, err);
}

static void test_relays_without_end_are_refused(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(parse_relayed(DHCP6_RELAYS_MAX, &err), 0);
	assert_int_equal(parse_relayed(DHCP6_RELAYS_MAX + 1, &err), ERR_LIMIT);
	assert_string_equal(err.text, "DHCPv6: more than 8 relay forms");
}

static void test_mistakes_of_vendors_are_told_with_their_byte(void **state)
{
	static const struct {
		const char *hex;
		bool is_class;
		size_t offset;
		const char *text;
	} rows[] = {
		{ "0de9", true, 0, "vendor class: 2 bytes are no enterprise number" },
		/* The length of one byte that option 124 of DHCPv4 has. */
		{ "00000de9 0c 64736c666f72756d2e6f7267", true, 4,
		    "vendor class at byte 4: length 3172 past the end, 11 bytes "
		    "follow" },
		{ "", false, 0, "vendor options: 0 bytes are no enterprise number" },
		{ "00000de9 0001 0001 78 0102 7878", false, 9,
		    "sub-option 258 at byte 9: length 30840 past the end, 0 bytes "
		    "follow" },
		{ "00000de9 00", false, 4,
		    "sub-option 0 at byte 4: length 0 past the end, 0 bytes follow" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct dhcp6_vendor_class class;
		struct dhcp6_vendor vendor;
		uint8_t bytes[512];
		struct str value = bytes_of(rows[i].hex, bytes);
		int r = rows[i].is_class ? dhcp6_vendor_class_parse(&class, value, &err)
					 : dhcp6_vendor_parse(&vendor, value, &err);

		assert_int_equal(r, ERR_MALFORMED);
		assert_string_equal(err.text, rows[i].text);
		assert_int_equal(err.offset, rows[i].offset);
		if (!rows[i].is_class && rows[i].offset == 9)
			assert_true(str_is(vendor.sub[1], "x"));
	}
}

static void test_the_first_domain_is_read_as_text(void **state)
{
	static const struct {
		const char *hex, *text;
	} rows[] = {
		{ "036c616200", "lab" },
		{ "0161 036c6162 00", "a.lab" },
		{ "036c616200 0378797a00", "lab" },
		{ "", "" },
		{ "00", "" },
		{ "036c6162", "" },   /* it does not end */
		{ "046c616200", "" }, /* the end is in the label */
		{ "036c6162 04616200", "" },
		{ "c000", "" },        /* a pointer, which stands in no option */
		{ "036c2062 00", "" }, /* a blank */
		{ "036c2e62 00", "" }, /* a dot */
		{ "03 6c0062 00", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[DHCP6_DOMAIN_MAX] = "?";
		uint8_t bytes[512];

		dhcp6_first_domain(bytes_of(rows[i].hex, bytes), text);
		assert_string_equal(text, rows[i].text);
	}
}

/* Four labels of 63 bytes, with their dots, are one more than there is room for. */
static void test_a_domain_that_is_too_long_is_none(void **state)
{
	char bytes[4 * 64 + 1], text[DHCP6_DOMAIN_MAX];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	for (size_t i = 0; i < 4; i++)
		bytes[i * 64] = 63;
	bytes[sizeof(bytes) - 1] = 0;
	dhcp6_first_domain(str_make(bytes, sizeof(bytes)), text);
	assert_string_equal(text, "");
	bytes[3 * 64] = 0;
	dhcp6_first_domain(str_make(bytes, sizeof(bytes)), text);
	assert_int_equal(strlen(text), 3 * 64 - 1);
}

static void test_a_delegated_prefix_is_read(void **state)
{
	static const struct {
		const char *options;
		uint8_t len; /* 0: none */
	} rows[] = {
		{ "0019 0029 00000001 00000e10 00001518 "
		  "001a 0019 00000e10 00001c20 38 20010db8000100000000000000000000",
		    56 },
		{ "0019 000c 00000001 00000e10 00001518", 0 },
		{ "0019 0028 00000001 00000e10 00001518 "
		  "001a 0018 00000e10 00001c20 38 20010db80001000000000000000000",
		    0 },
		{ "0003 0029 00000001 00000e10 00001518 "
		  "001a 0019 00000e10 00001c20 38 20010db8000100000000000000000000",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp6_packet got;
		const uint8_t *prefix;
		uint8_t len = 0;

		assert_int_equal(parse(&got, "07 000001", rows[i].options, NULL), 0);
		prefix = dhcp6_prefix(&got, &len);
		assert_int_equal(prefix != NULL, rows[i].len > 0);
		assert_int_equal(len, rows[i].len);
		if (prefix)
			assert_int_equal(prefix[5], 1);
	}
}

static void test_what_is_built_is_whole_or_says_that_it_is_not(void **state)
{
	static char much[DHCP6_MESSAGE_MAX];
	struct dhcp6_builder b;
	struct dhcp6_packet got;

	(void)state;
	dhcp6_build(&b, DHCP6_SOLICIT, 0xff123456);
	dhcp6_build_option(&b, 200, str_make(much, sizeof(much) - 8));
	assert_false(b.is_over);
	assert_int_equal(b.len, DHCP6_MESSAGE_MAX);
	assert_int_equal(dhcp6_parse(&got, b.bytes, b.len, NULL), 0);
	assert_int_equal(got.xid, 0x123456);
	assert_int_equal(got.type, DHCP6_SOLICIT);
	dhcp6_build_bytes(&b, much, 0);
	assert_false(b.is_over);
	dhcp6_build_bytes(&b, much, 1);
	assert_true(b.is_over);
	dhcp6_build(&b, DHCP6_SOLICIT, 1);
	dhcp6_build_option(&b, 200, str_make(much, sizeof(much) - 7));
	assert_true(b.is_over);
	dhcp6_build_u16(&b, DHCP6_OPTION_ELAPSED, 1);
	assert_true(b.len <= DHCP6_MESSAGE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_solicit_asks_for_the_vendor_options),
		cmocka_unit_test(test_a_reply_names_the_acs_and_leases_an_address),
		cmocka_unit_test(test_the_vendor_options_of_one_enterprise_are_found),
		cmocka_unit_test(test_relay_forms_are_taken_off),
		cmocka_unit_test(test_each_mistake_is_told_with_its_byte),
		cmocka_unit_test(test_an_address_may_end_its_option),
		cmocka_unit_test(test_relays_without_end_are_refused),
		cmocka_unit_test(test_mistakes_of_vendors_are_told_with_their_byte),
		cmocka_unit_test(test_the_first_domain_is_read_as_text),
		cmocka_unit_test(test_a_domain_that_is_too_long_is_none),
		cmocka_unit_test(test_a_delegated_prefix_is_read),
		cmocka_unit_test(test_what_is_built_is_whole_or_says_that_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
