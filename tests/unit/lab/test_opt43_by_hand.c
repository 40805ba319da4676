/* lab/opt43: an option 43 made, read and explained by hand. */
#include "tests/unit/written.h"

#include "lab/opt43/opt43_explain.h"
#include "lab/opt43/opt43_make.h"
#include "lab/opt43/opt43_server.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <string.h>

#define URL_B "http://acs.database:9090/acs"
#define URL_E "http://10.0.0.2:7547/cwmp"
#define HEX_B \
	"687474703A2F2F6163732E64617461626173653A393039302F616373207669636B79203132333435"
#define HEX_E "687474703A2F2F31302E302E302E323A373534372F63776D702063706520736563726574"
#define PXE   0x0a000009u

/* The worked examples of the guides and those that were made from them. */
static const struct vector {
	const char *name, *hex;
	enum opt43_layout layout; /* in which it is made */
	const char *url, *user, *password, *provider, *code;
	uint32_t min_wait, multiplier, pxe; /* 0: none */
} vectors[] = {
	{ "A",
	    "0127687474703A2F2F3136392E3235342E37362E33313A373534372F616373203132333420"
	    "35363738",
	    OPT43_COMWARE, "http://169.254.76.31:7547/acs", "1234", "5678", "", "", 0,
	    0, 0 },
	{ "C, which is B as it should be", "0128" HEX_B, OPT43_COMWARE, URL_B, "vicky",
	    "12345", "", "", 0, 0, 0 },
	{ "D",
	    "0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132333435",
	    OPT43_COMWARE, "http://10.185.10.41:9090", "admin", "12345", "", "", 0, 0,
	    0 },
	{ "E", "0124" HEX_E, OPT43_COMWARE, URL_E, "cpe", "secret", "", "", 0, 0, 0 },
	{ "F",
	    "012968747470733A2F2F6163732E6C61622E6578616D706C653A373534382F616373206C616220"
	    "70617373",
	    OPT43_COMWARE, "https://acs.lab.example:7548/acs", "lab", "pass", "", "", 0,
	    0, 0 },
	{ "G", "0124" HEX_E "02094C41422E5349544531", OPT43_COMWARE, URL_E, "cpe",
	    "secret", "LAB.SITE1", "", 0, 0, 0 },
	{ "H", "80070000010A000009", OPT43_COMWARE, "", "", "", "", "", 0, 0, PXE },
	{ "I",
	    "0119687474703A2F2F31302E302E302E323A373534372F63776D7002094C41422E5349544531"
	    "030135040432303030",
	    OPT43_TR069, URL_E, "", "", "", "LAB.SITE1", 5, 2000, 0 },
	{ "J", "011E687474703A2F2F6163732E75726C2E636F6D3A393939392F737472696E67",
	    OPT43_TR069, "http://acs.url.com:9999/string", "", "", "", "", 0, 0, 0 },
};

static struct opt43_request request_of(const struct vector *vector)
{
	struct opt43_request request = {
		.acs = { .url = str_of(vector->url),
		    .username = str_of(vector->user),
		    .password = str_of(vector->password),
		    .service_provider = str_of(vector->provider),
		    .provisioning_code = str_of(vector->code),
		    .has_min_wait = vector->min_wait > 0,
		    .retry_min_wait = vector->min_wait,
		    .has_multiplier = vector->multiplier > 0,
		    .retry_multiplier = vector->multiplier },
		.pxe = { vector->pxe },
		.n_pxe = vector->pxe > 0,
		.layouts = { vector->layout },
		.n_layouts = 1,
	};

	return request;
}

static struct str read_hex(const char *hex, uint8_t bytes[static OPT43_READ_MAX])
{
	int n = hex_read(str_of(hex), bytes, OPT43_READ_MAX, NULL);

	assert_true(n >= 0);
	return str_make(bytes, (size_t)n);
}

/* ---- made ---------------------------------------------------------------------------- */

static void test_each_vector_is_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct opt43_request request = request_of(&vectors[i]);
		struct error err = ERROR_NULL;
		auto_buf bytes = BUF_NULL, hex = BUF_NULL;

		if (opt43_request_make(&request, vectors[i].layout, &bytes, &err) < 0)
			fail_msg("%s: %s", vectors[i].name, err.text);
		opt43_server_put_digits(&hex, buf_str(&bytes), 1, "");
		assert_string_equal(buf_cstr(&hex), vectors[i].hex);
	}
}

static char long_url[300], long_text[300];

static void test_what_cannot_be_made_is_told(void **state)
{
	static const struct {
		struct vector in;
		const char *why;
	} rows[] = {
		{ { "", "", OPT43_COMWARE, "", "", "", "", "", 0, 0, 0 },
		    "--url is needed" },
		{ { "", "", OPT43_COMWARE, "ftp://a/", "", "", "", "", 0, 0, 0 },
		    "--url \"ftp://a/\": \"ftp\" is neither http nor https" },
		{ { "", "", OPT43_COMWARE, "http://a/", "", "x", "", "", 0, 0, 0 },
		    "a password without a user name" },
		{ { "", "", OPT43_COMWARE, "http://a/", "u x", "p", "", "", 0, 0, 0 },
		    "the user name has a blank in it, which separates the fields of the "
		    "Comware layout" },
		{ { "", "", OPT43_COMWARE, "http://a/", "u", "p\xc3\xa4", "", "", 0, 0,
		      0 },
		    "the password has a character that is none of ASCII's visible ones" },
		{ { "", "", OPT43_COMWARE, "http://a/", "", "", "", "", 5, 0, 0 },
		    "layout comware has no place for --retry-min-wait" },
		{ { "", "", OPT43_COMWARE, "http://a/", "", "", "", "P", 0, 0, 0 },
		    "layout comware has no place for --provisioning-code" },
		{ { "", "", OPT43_TR069, "http://a/", "u", "p", "", "", 0, 0, 0 },
		    "layout tr069 has no place for --username" },
		{ { "", "", OPT43_TR069, "http://a/", "", "", "S", "", 0, 0, 0 },
		    "layout tr069 has no place for --service-provider" },
		{ { "", "", OPT43_TR069, "http://a/", "", "", "", "", 0, 0, PXE },
		    "layout tr069 has no place for --pxe" },
		{ { "", "", OPT43_TR069, long_url, "", "", "", "", 0, 0, 0 },
		    "sub-option 1 has 256 bytes, 255 is the most" },
		{ { "", "", OPT43_TR069, long_url + 1, "", "", "", "", 0, 0, 0 },
		    "--url \"ttp" },
		{ { "", "", OPT43_TR069, "http://a/", "", "", "", long_text, 0, 0, 0 },
		    "the sub-options have 256 bytes, 255 go into an option" },
	};

	(void)state;
	memset(long_url, 'a', 256);
	memcpy(long_url, "http://a/", 9);
	memset(long_text, 'P', 243);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct opt43_request request = request_of(&rows[i].in);
		struct error err = ERROR_NULL;
		auto_buf bytes = BUF_NULL;

		assert_int_equal(opt43_request_make(&request, rows[i].in.layout, &bytes,
				     &err),
		    ERR_USAGE);
		if (strncmp(err.text, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("\"%s\", not \"%s\"", err.text, rows[i].why);
	}
}

/* PXE servers stand in Comware's layout alone. */
static void test_servers_are_no_option_of_the_other_layout(void **state)
{
	static const struct opt43_request request = { .pxe = { PXE },
		.n_pxe = 1,
		.layouts = { OPT43_COMWARE, OPT43_TR069 },
		.n_layouts = 2 };
	struct error err = ERROR_NULL;
	auto_buf bytes = BUF_NULL, none = BUF_NULL;

	(void)state;
	assert_int_equal(opt43_request_make(&request, OPT43_COMWARE, &bytes, &err), 0);
	assert_int_equal(opt43_request_make(&request, OPT43_TR069, &none, &err),
	    ERR_USAGE);
	assert_string_equal(err.text, "--url is needed");
}

static void test_an_option_may_have_255_bytes(void **state)
{
	static char code[243];
	const struct vector largest = { "", "", OPT43_TR069, "http://a/", "", "", "",
		code, 0, 0, 0 };
	struct opt43_request request;
	auto_buf bytes = BUF_NULL;

	(void)state;
	memset(code, 'P', 242);
	request = request_of(&largest);
	assert_int_equal(opt43_request_make(&request, OPT43_TR069, &bytes, NULL), 0);
	assert_int_equal(bytes.len, OPT43_BYTES_MAX);
}

static void test_layouts_are_chosen_by_name(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		enum opt43_layout layouts[OPT43_LAYOUTS_MAX];
	} rows[] = {
		{ "comware", 1, { OPT43_COMWARE } },
		{ "tr069", 1, { OPT43_TR069 } },
		{ "bbf", 1, { OPT43_TR069 } },
		{ "both", 2, { OPT43_COMWARE, OPT43_TR069 } },
	};
	struct opt43_request request = OPT43_REQUEST_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(opt43_request_choose_layout(&request, rows[i].name,
				     &err),
		    0);
		assert_int_equal(request.n_layouts, rows[i].n);
		assert_memory_equal(request.layouts, rows[i].layouts,
		    rows[i].n * sizeof(request.layouts[0]));
	}
	assert_int_equal(opt43_request_choose_layout(&request, "eltex", &err),
	    ERR_USAGE);
}

/* ---- read ---------------------------------------------------------------------------- */

static void assert_text(const char *name, struct str got, const char *expected)
{
	if (!str_is(got, expected))
		fail_msg("%s: \"%.*s\" is not \"%s\"", name, STR_ARG(got), expected);
}

static void test_each_vector_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];
		uint8_t room[OPT43_READ_MAX];
		struct opt43_reading reading;
		uint32_t pxe = 0;

		opt43_reading_make(&reading, read_hex(v->hex, room));
		if (reading.is_refused)
			fail_msg("%s: %s", v->name, reading.why);
		assert_text(v->name, reading.acs.url, v->url);
		assert_text(v->name, reading.acs.username, v->user);
		assert_text(v->name, reading.acs.password, v->password);
		assert_text(v->name, reading.acs.service_provider, v->provider);
		assert_text(v->name, reading.acs.provisioning_code, v->code);
		assert_int_equal(reading.acs.retry_min_wait, v->min_wait);
		assert_int_equal(reading.acs.retry_multiplier, v->multiplier);
		assert_int_equal(opt43_reading_pxe(&reading, 0, &pxe), v->pxe > 0);
		assert_int_equal(pxe, v->pxe);
		assert_false(opt43_reading_pxe(&reading, 1, &pxe));
	}
}

/* What CPEs get of servers that were set up wrongly; null: they take it. */
static const struct {
	const char *name, *hex, *why;
} readings[] = {
	{ "B: the guide's own example", "013B" HEX_B,
	    "offset 1: sub-option 1 says length 59 (3B), the value ends at 40 (28)" },
	{ "C with a length that is one too small", "0127" HEX_B,
	    "offset 41: no sub-option begins here; the length at offset 1 is too small: "
	    "40 (28) reaches to the end" },
	{ "C with a length that is seven too small", "0121" HEX_B,
	    "offset 35: no sub-option begins here; the length at offset 1 is too small: "
	    "40 (28) reaches to the end" },
	{ "G with a length that is one too small",
	    "0123" HEX_E "02094C41422E5349544531",
	    "offset 41: no sub-option begins here; the length at offset 1 is too small: "
	    "36 (24) reaches to the next sub-option" },
	{ "a type alone", "0109687474703A2F2F612F02",
	    "offset 11: the length and the value of sub-option 2 are missing" },
	{ "G", "0124" HEX_E "02094C41422E5349544531", NULL },
	{ "H", "80070000010A000009", NULL },
	{ "H that says two servers", "80070000020A000009", NULL },
	{ "I with two numbers out of range",
	    "0119687474703A2F2F31302E302E302E323A373534372F63776D7003013004033939"
	    "39",
	    NULL },
	{ "Eltex",
	    "0109687474703A2F2F612F030461646D31"
	    "04053132333435",
	    NULL },
	{ "nothing", "", "it names no ACS: it is empty" },
	{ "no URL", "02094C41422E5349544531",
	    "it names no ACS: there is no URL, which sub-option 1 has" },
	{ "identities alone", "0B06303031313232", NULL },
	{ "no URL of an ACS", "0107667470 3A2F2F61",
	    "sub-option 1 is no URL of an ACS: " },
	{ "a URL as bare text", HEX_E,
	    "it is a URL as bare text, not a list of sub-options" },
	{ "option 43 within option 43", "2B26 0124" HEX_E,
	    "it holds an option 43 again, and in that the sub-options" },
	{ "digits as text", "30313039363837343734373033613266326636313266",
	    "it is the digits of its bytes as text, not a list of sub-options" },
	{ "what is odd and is taken",
	    "00 0204 50524F56 0109 687474703A2F2F612F 00 0103 782F79 FF 0102", NULL },
	{ "blanks that are too many", "0111 687474703A2F2F612F 20 20 7061737320 78",
	    NULL },
	{ "an unknown sub-option", "F002 0102 0109 687474703A2F2F612F", NULL },
};

static void test_what_a_cpe_refuses_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
		const char *why = readings[i].why;
		uint8_t room[OPT43_READ_MAX];
		struct opt43_reading reading;

		opt43_reading_make(&reading, read_hex(readings[i].hex, room));
		if (reading.is_refused != (why != NULL) ||
		    strncmp(reading.why, why ? why : "", why ? strlen(why) : 1) != 0)
			fail_msg("%s: \"%s\"", readings[i].name, reading.why);
	}
}

/* ---- shown --------------------------------------------------------------------------- */

static void put_both(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen)
{
	opt43_reading_put(out, reading, screen, false);
	buf_append_char(out, '\n');
	opt43_explain_put(out, reading, screen, false);
	buf_append_char(out, '\n');
}

static void put_all(struct buf *out, const struct screen *screen)
{
	for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
		uint8_t room[OPT43_READ_MAX];
		struct opt43_reading reading;

		opt43_reading_make(&reading, read_hex(readings[i].hex, room));
		buf_printf(out, "== %s\n", readings[i].name);
		put_both(out, &reading, screen);
	}
}

static void test_what_is_told_at_80_columns_is_as_written(void **state)
{
	static const struct screen screen = { .width = 80, .is_utf8 = true };
	auto_buf out = BUF_NULL;

	(void)state;
	put_all(&out, &screen);
	assert_true(written_is("tests/unit/lab/written/opt43.80", buf_str(&out)));
}

static void test_no_line_is_wider_than_the_screen(void **state)
{
	static const struct screen screen = { .width = 40, .is_utf8 = true };
	auto_buf out = BUF_NULL;
	struct str rest;

	(void)state;
	put_all(&out, &screen);
	rest = buf_str(&out);
	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		if (line.len > 40 && !str_starts(line, STR("== ")))
			fail_msg("%.*s", STR_ARG(line));
	}
}

static void test_what_is_told_as_json_is_as_written(void **state)
{
	uint8_t room[OPT43_READ_MAX];
	struct opt43_reading reading;
	auto_buf out = BUF_NULL;

	(void)state;
	opt43_reading_make(&reading, read_hex(readings[0].hex, room));
	opt43_reading_put_json(&out, &reading, false);
	opt43_explain_put_json(&out, &reading, false);
	opt43_reading_make(&reading, read_hex(vectors[7].hex, room));
	opt43_reading_put_json(&out, &reading, false);
	opt43_reading_make(&reading, read_hex(vectors[6].hex, room));
	opt43_reading_put_json(&out, &reading, false);
	assert_true(written_is("tests/unit/lab/written/opt43.json", buf_str(&out)));
}

/* "secret" as text, its bytes, and as an address. */
static bool has_secret(const struct buf *out)
{
	return str_find(buf_str(out), STR("secret"), NULL) ||
	       str_find(buf_str(out), STR("63 72"), NULL) ||
	       str_find(buf_str(out), STR("cret"), NULL) ||
	       str_find(buf_str(out), STR("99.114"), NULL);
}

static void assert_hidden(const char *hex, bool is_open_seen)
{
	static const struct screen screen = { .width = 0 };
	uint8_t room[OPT43_READ_MAX];
	struct opt43_reading reading;
	auto_buf out = BUF_NULL, open = BUF_NULL;

	opt43_reading_make(&reading, read_hex(hex, room));
	put_both(&out, &reading, &screen);
	opt43_reading_put_json(&out, &reading, false);
	opt43_explain_put_json(&out, &reading, false);
	if (has_secret(&out))
		fail_msg("%s: %s", hex, buf_cstr(&out));
	opt43_explain_put(&open, &reading, &screen, true);
	assert_true(!is_open_seen || has_secret(&open));
}

/* Whatever is wrong with the length or about it. */
static void test_no_password_is_shown_unless_asked_for(void **state)
{
	static const char *const starts[] = { "", "2B26" };
	char hex[200];

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(starts); s++) {
		for (unsigned length = 0; length < 256; length++) {
			(void)snprintf(hex, sizeof(hex), "%s01%02X" HEX_E, starts[s],
			    length);
			assert_hidden(hex, length == 36);
		}
	}
}

/* A password with what is no character of ASCII in it, or "+", which is 43: behind a length
 * that ends there it looks like a sub-option, and where 19 (13) follows like one that fits. */
static void test_no_password_of_any_bytes_is_shown(void **state)
{
	static const char *const odd[] = { "2B", "7F", "80", "C3A4", "E4", "FE", "8013",
		"F013", "2B13" };
	static const char *const starts[] = { HEX_E, "687474703A2F2F612F20752070" };
	char hex[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd) * ARRAY_LEN(starts); i++) {
		for (unsigned length = 0; length < 64; length++) {
			(void)snprintf(hex, sizeof(hex),
			    "01%02X%s%s73656372657473656372657473656372657421", length,
			    starts[i % ARRAY_LEN(starts)], odd[i / ARRAY_LEN(starts)]);
			assert_hidden(hex, length == 60);
		}
	}
}

static void test_the_password_of_a_url_is_not_shown(void **state)
{
	static const struct screen screen = { .width = 0 };
	static const char url[] = "http://user:secret@10.0.0.2/";
	uint8_t bytes[40] = { 1, sizeof(url) - 1 };
	struct opt43_reading reading;
	auto_buf out = BUF_NULL;

	(void)state;
	memcpy(bytes + 2, url, sizeof(url) - 1);
	opt43_reading_make(&reading, str_make(bytes, 2 + sizeof(url) - 1));
	put_both(&out, &reading, &screen);
	opt43_reading_put_json(&out, &reading, false);
	opt43_explain_put_json(&out, &reading, false);
	if (has_secret(&out))
		fail_msg("%s", buf_cstr(&out));
}

/* A type that is no ACS's is what students look for: they see the URL, and its length. */
static void test_of_a_url_with_a_password_only_that_is_hidden(void **state)
{
	static const char value[] = "http://10.0.0.2/ cpe secret";
	static const char shown[] =
	    "68 74 74 70 3A 2F 2F 31 30 2E 30 2E 30 2E 32 2F 20 63 70 65 20";
	uint8_t bytes[40] = { 7, sizeof(value) - 1 };
	struct opt43_reading reading;
	auto_buf out = BUF_NULL;

	(void)state;
	memcpy(bytes + 2, value, sizeof(value) - 1);
	opt43_reading_make(&reading, str_make(bytes, 2 + sizeof(value) - 1));
	opt43_explain_put_json(&out, &reading, false);
	assert_true(str_find(buf_str(&out), str_of(shown), NULL));
	assert_true(str_find(buf_str(&out), STR("** ** ** ** ** **"), NULL));
	assert_false(str_find(buf_str(&out), STR("** ** ** ** ** ** **"), NULL));
	assert_false(has_secret(&out));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_vector_is_made),
		cmocka_unit_test(test_what_cannot_be_made_is_told),
		cmocka_unit_test(test_servers_are_no_option_of_the_other_layout),
		cmocka_unit_test(test_an_option_may_have_255_bytes),
		cmocka_unit_test(test_layouts_are_chosen_by_name),
		cmocka_unit_test(test_each_vector_is_read),
		cmocka_unit_test(test_what_a_cpe_refuses_is_told),
		cmocka_unit_test(test_what_is_told_at_80_columns_is_as_written),
		cmocka_unit_test(test_no_line_is_wider_than_the_screen),
		cmocka_unit_test(test_what_is_told_as_json_is_as_written),
		cmocka_unit_test(test_no_password_is_shown_unless_asked_for),
		cmocka_unit_test(test_no_password_of_any_bytes_is_shown),
		cmocka_unit_test(test_the_password_of_a_url_is_not_shown),
		cmocka_unit_test(test_of_a_url_with_a_password_only_that_is_hidden),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
