#include "tests/unit/unit.h"

#include "lib/proto/opt43.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#define URL_B \
	"687474703A2F2F6163732E64617461626173653A393039302F616373207669636B79203132333435"
#define URL_E "687474703A2F2F31302E302E302E323A373534372F63776D702063706520736563726574"

struct vector {
	const char *what;
	const char *hex;
	struct opt43 expected;
};

#define COMWARE(u, user, pass)                                \
	.layout = OPT43_COMWARE, .url = { u, sizeof(u) - 1 }, \
	.username = { user, sizeof(user) - 1 }, .password = { pass, sizeof(pass) - 1 }
#define VIEW(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

// clang-format off
static const struct vector GOLDEN[] = {
	{ "A", "0127687474703A2F2F3136392E3235342E37362E33313A373534372F61637320313233342035363738",
	  { COMWARE("http://169.254.76.31:7547/acs", "1234", "5678") } },
	{ "C", "0128" URL_B,
	  { COMWARE("http://acs.database:9090/acs", "vicky", "12345") } },
	{ "D", "0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132333435",
	  { COMWARE("http://10.185.10.41:9090", "admin", "12345") } },
	{ "E", "0124" URL_E,
	  { COMWARE("http://10.0.0.2:7547/cwmp", "cpe", "secret") } },
	{ "F", "012968747470733A2F2F6163732E6C61622E6578616D706C653A373534382F616373206C61622070617373",
	  { COMWARE("https://acs.lab.example:7548/acs", "lab", "pass") } },
	{ "G", "0124" URL_E "02094C41422E5349544531",
	  { COMWARE("http://10.0.0.2:7547/cwmp", "cpe", "secret"),
	    .service_provider = VIEW("LAB.SITE1") } },
	{ "H", "80070000010A000009",
	  { .layout = OPT43_PXE, .pxe = { "\0\0\1\12\0\0\11", 7 } } },
	{ "I", "0119687474703A2F2F31302E302E302E323A373534372F63776D7002094C41422E5349544531030135040432303030",
	  { .layout = OPT43_TR069, .url = VIEW("http://10.0.0.2:7547/cwmp"),
	    .provisioning_code = VIEW("LAB.SITE1"), .has_min_wait = true,
	    .retry_min_wait = 5, .has_multiplier = true, .retry_multiplier = 2000 } },
	{ "J", "011E687474703A2F2F6163732E75726C2E636F6D3A393939392F737472696E67",
	  { .layout = OPT43_TR069, .url = VIEW("http://acs.url.com:9999/string") } },
	{ "dnsmasq: descending, with an end option",
	  "0404323030300301350209" "50524F562D30303031" "0103" "782F79" "ff",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .provisioning_code = VIEW("PROV-0001"),
	    .has_min_wait = true, .retry_min_wait = 5, .has_multiplier = true,
	    .retry_multiplier = 2000, .deviations = OPT43_DESCENDING | OPT43_END_INSIDE,
	    .deviation_offset = 6 } },
	{ "Eltex: user and password in 3 and 4", "0103782F79" "030461646D31" "04053132333435",
	  { .layout = OPT43_ELTEX, .url = VIEW("x/y"), .username = VIEW("adm1"),
	    .password = VIEW("12345") } },
	{ "Eltex with a provisioning code", "0103782F79" "020150" "030461646D31" "04053132333435",
	  { .layout = OPT43_ELTEX, .url = VIEW("x/y"), .provisioning_code = VIEW("P"),
	    .username = VIEW("adm1"), .password = VIEW("12345") } },
	{ "trailing NUL", "0104782F7900", { .layout = OPT43_TR069, .url = VIEW("x/y"),
	    .deviations = OPT43_TRAILING_NUL } },
	{ "twice", "0103782F79" "0103612F62", { .layout = OPT43_TR069, .url = VIEW("x/y"),
	    .deviations = OPT43_DUPLICATE, .deviation_offset = 5 } },
	{ "padding", "000103782F7900", { .layout = OPT43_TR069, .url = VIEW("x/y"),
	    .deviations = OPT43_PAD_INSIDE } },
	{ "multiplier out of range", "0103782F79" "0403393939",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .deviations = OPT43_BAD_NUMBER,
	    .deviation_offset = 5 } },
	{ "the smallest numbers", "0103782F79" "030131" "040431303030",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .has_min_wait = true, .retry_min_wait = 1,
	    .has_multiplier = true, .retry_multiplier = 1000 } },
	{ "the largest numbers", "0103782F79" "03053635353335" "04053635353335",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .has_min_wait = true, .retry_min_wait = 65535,
	    .has_multiplier = true, .retry_multiplier = 65535 } },
	{ "a wait of 0", "0103782F79" "030130",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .deviations = OPT43_BAD_NUMBER,
	    .deviation_offset = 5 } },
	{ "a wait over the largest", "0103782F79" "03053635353336",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .deviations = OPT43_BAD_NUMBER,
	    .deviation_offset = 5 } },
	{ "a multiplier over the largest", "0103782F79" "04053635353336",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .deviations = OPT43_BAD_NUMBER,
	    .deviation_offset = 5 } },
	{ "several trailing NULs", "0106782F79000000", { .layout = OPT43_TR069, .url = VIEW("x/y"),
	    .deviations = OPT43_TRAILING_NUL } },
	{ "minimum wait that is no number", "0103782F79" "0302FF01",
	  { .layout = OPT43_TR069, .url = VIEW("x/y"), .deviations = OPT43_BAD_NUMBER,
	    .deviation_offset = 5 } },
	{ "four fields", "0107612062206320" "64",
	  { COMWARE("a", "b", "c d"), .deviations = OPT43_EXTRA_BLANK } },
	{ "two blanks", "010461202063",
	  { .layout = OPT43_COMWARE, .url = VIEW("a"), .username = VIEW(""),
	    .password = VIEW("c"), .deviations = OPT43_EXTRA_BLANK } },
	{ "nothing", "", { .layout = OPT43_UNKNOWN } },
	{ "unknown types only", "f0020102", { .layout = OPT43_UNKNOWN } },
};
// clang-format on

static void assert_view(const char *what, struct str got, struct str expected)
{
	if (!str_eq(got, expected))
		fail_msg("%s: \"%.*s\" is not \"%.*s\"", what, STR_ARG(got),
		    STR_ARG(expected));
}

static void assert_opt43(const char *what, const struct opt43 *got,
    const struct opt43 *expected)
{
	if (got->layout != expected->layout ||
	    got->deviations != expected->deviations ||
	    got->deviation_offset != expected->deviation_offset)
		fail_msg("%s: layout %s, deviations %#x at %zu", what,
		    opt43_layout_name(got->layout), got->deviations,
		    got->deviation_offset);
	assert_view(what, got->url, expected->url);
	assert_view(what, got->username, expected->username);
	assert_view(what, got->password, expected->password);
	assert_view(what, got->provisioning_code, expected->provisioning_code);
	assert_view(what, got->service_provider, expected->service_provider);
	assert_view(what, got->pxe, expected->pxe);
	assert_int_equal(got->has_min_wait, expected->has_min_wait);
	assert_int_equal(got->has_multiplier, expected->has_multiplier);
	assert_int_equal(got->retry_min_wait, expected->retry_min_wait);
	assert_int_equal(got->retry_multiplier, expected->retry_multiplier);
}

static void test_golden_vectors_decode_as_stated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOLDEN); i++) {
		struct error err = ERROR_NULL;
		uint8_t bytes[300];
		struct opt43 got;
		int n = hex_parse(str_of(GOLDEN[i].hex), bytes, sizeof(bytes));

		assert_true(n >= 0);
		if (opt43_parse(&got, bytes, (size_t)n, false, &err) < 0)
			fail_msg("%s: %s", GOLDEN[i].what, err.text);
		assert_opt43(GOLDEN[i].what, &got, &GOLDEN[i].expected);
	}
}

static void test_the_vendors_own_example_is_malformed_when_strict(void **state)
{
	uint8_t bytes[64];
	size_t n = (size_t)hex_parse(STR("013B" URL_B), bytes, sizeof(bytes));
	struct error err = ERROR_NULL;
	struct opt43 got;

	(void)state;

	assert_int_equal(opt43_parse(&got, bytes, n, false, &err), ERR_MALFORMED);

	assert_int_equal(err.offset, 0);
	assert_string_equal(err.text,
	    "sub-option 1 at byte 0: length 59 past the end, 40 bytes follow");
}

static void test_the_vendors_own_example_is_clamped_when_lenient(void **state)
{
	static const struct opt43 expected = {
		COMWARE("http://acs.database:9090/acs", "vicky", "12345"),
		.deviations = OPT43_LENGTH_PAST_END,
	};
	uint8_t bytes[64];
	size_t n = (size_t)hex_parse(STR("013B" URL_B), bytes, sizeof(bytes));
	struct opt43 got;

	(void)state;

	assert_int_equal(opt43_parse(&got, bytes, n, true, NULL), 0);

	assert_opt43("B", &got, &expected);
}

static void test_the_offset_is_that_of_the_sub_option(void **state)
{
	static const uint8_t bytes[] = { 2, 1, 'p', 1, 9, 'x' };
	static const uint8_t one_more[] = { 2, 1, 'p', 1, 2, 'x' };
	static const uint8_t dangling[] = { 2, 1, 'p', 1 };
	struct error err = ERROR_NULL;
	struct opt43 got;

	(void)state;

	assert_int_equal(opt43_parse(&got, bytes, sizeof(bytes), false, &err),
	    ERR_MALFORMED);
	assert_int_equal(err.offset, 3);
	assert_int_equal(opt43_parse(&got, one_more, sizeof(one_more), false, &err),
	    ERR_MALFORMED);
	assert_int_equal(err.offset, 3);
	assert_int_equal(opt43_parse(&got, dangling, sizeof(dangling), false, &err),
	    ERR_MALFORMED);
	assert_int_equal(err.offset, 3);
	assert_int_equal(opt43_parse(&got, dangling, sizeof(dangling), true, NULL), 0);
	assert_int_equal(got.deviations, OPT43_DANGLING_TYPE);
}

static void test_what_is_written_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOLDEN); i++) {
		const struct opt43 *expected = &GOLDEN[i].expected;
		auto_buf bytes = BUF_NULL;
		struct opt43 got;

		if (expected->deviations || (expected->layout != OPT43_COMWARE &&
						expected->layout != OPT43_TR069))
			continue;
		assert_int_equal(opt43_write(&bytes, expected, NULL), 0);
		assert_int_equal(opt43_parse(&got, bytes.data, bytes.len, false, NULL),
		    0);
		assert_opt43(GOLDEN[i].what, &got, expected);
	}
}

static void test_what_cannot_be_told_apart_is_not_written(void **state)
{
	static const struct {
		struct opt43 in;
		int code;
	} rows[] = {
		{ { COMWARE("http://a b/", "u", "p") }, ERR_MALFORMED },
		{ { COMWARE("http://a/", "u x", "p") }, ERR_MALFORMED },
		{ { COMWARE("http://a/", "u", "p x") }, ERR_MALFORMED },
		{ { COMWARE("http://a/", "", "p") }, ERR_MALFORMED },
		{ { COMWARE("", "u", "p") }, ERR_MALFORMED },
		{ { .layout = OPT43_ELTEX }, ERR_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf bytes = BUF_NULL;

		assert_int_equal(opt43_write(&bytes, &rows[i].in, NULL), rows[i].code);
		assert_int_equal(bytes.len, 0);
	}
}

static void test_a_sub_option_over_255_bytes_is_not_written(void **state)
{
	char url[256];
	struct opt43 in = { .layout = OPT43_TR069, .url = { url, sizeof(url) } };
	auto_buf bytes = BUF_NULL;

	(void)state;
	memset(url, 'a', sizeof(url));

	assert_int_equal(opt43_write(&bytes, &in, NULL), ERR_LIMIT);
	in.url.len = 255;
	assert_int_equal(opt43_write(&bytes, &in, NULL), 0);
	assert_int_equal(bytes.len, 257);
}

static void test_what_is_no_list_is_named(void **state)
{
	static const struct {
		struct str value;
		const char *mistake; /* null: none */
	} rows[] = {
		{ STR("\x01\x08http://a"), NULL },
		{ STR("\x2b\x0a\x01\x08http://a"),
		    "holds an option 43 again, and in that the sub-options" },
		{ STR("\x2b\x02"
		      "ab"),
		    NULL },
		{ STR("http://a"), "is a URL as bare text, not a list of sub-options" },
		{ STR("https://a b c"),
		    "is a URL as bare text, not a list of sub-options" },
		{ STR("0108687474703a2f2f61"),
		    "is the digits of its bytes as text, not a list of sub-options" },
		{ STR("0x01:08:68:74:74:70:3A:2F:2F:61"),
		    "is the digits of its bytes as text, not a list of sub-options" },
		{ STR("10.0.0.1"), NULL },
		{ STR(""), NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *mistake = opt43_mistake(rows[i].value);

		if (!rows[i].mistake)
			assert_null(mistake);
		else
			assert_string_equal(mistake, rows[i].mistake);
	}
}

/* All bits have a name, and none is left out by those who go through them. */
static void test_each_deviation_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= OPT43_DEVIATIONS; i++) {
		enum opt43_deviation bit = (enum opt43_deviation)(1u << i);
		bool is_last = i == OPT43_DEVIATIONS;

		assert_int_equal(opt43_deviation_name(bit)[0] == '\0', is_last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_list_is_named),
		cmocka_unit_test(test_each_deviation_has_a_name),
		cmocka_unit_test(test_golden_vectors_decode_as_stated),
		cmocka_unit_test(test_the_vendors_own_example_is_malformed_when_strict),
		cmocka_unit_test(test_the_vendors_own_example_is_clamped_when_lenient),
		cmocka_unit_test(test_the_offset_is_that_of_the_sub_option),
		cmocka_unit_test(test_what_is_written_reads_back),
		cmocka_unit_test(test_what_cannot_be_told_apart_is_not_written),
		cmocka_unit_test(test_a_sub_option_over_255_bytes_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
