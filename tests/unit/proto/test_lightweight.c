/* Lightweight notifications as bytes. The keyed hash of this test is none: it shows what it was
 * given. */
#include "lib/cwmp/lightweight.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

#define XML                                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                        \
	"<Notification xmlns=\"urn:broadband-forum-org:cwmp:lwnotif-1-0\" "                   \
	"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                                     \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"                            \
	"<TS>1764000000</TS><UN>c&amp;pe</UN><CN>abc</CN><OUI>00E0FC</OUI>"                   \
	"<ProductClass>Box</ProductClass><SerialNumber>1</SerialNumber>"                      \
	"<Param><Name>Device.A</Name><Value xsi:type=\"xsd:boolean\">1</Value></Param>"       \
	"<Param><Name>Device.B</Name><Value xsi:type=\"xsd:string\">&lt;&gt;</Value></Param>" \
	"</Notification>"
#define SIGNATURE "4b65790000000000000000000000000000000000"

static int show_key(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES])
{
	assert_int_equal(len, sizeof(XML) - 1);
	assert_memory_equal(bytes, XML, len);
	memset(ret, 0, STUN_SHA1_BYTES);
	memcpy(ret, key.p, MIN(key.len, (size_t)STUN_SHA1_BYTES));
	return 0;
}

static void test_a_notification_is_one_datagram(void **state)
{
	struct cwmp_param params[] = {
		{ STR("Device.A"), STR("1"), STR("boolean") },
		{ STR("Device.B"), STR("<>"), STR_NULL },
	};
	const struct lightweight in = { .ts = 1764000000,
		.un = STR("c&pe"),
		.cn = STR("abc"),
		.device = { .oui = STR("00E0FC"),
		    .product_class = STR("Box"),
		    .serial_number = STR("1") },
		.params = { params, 2 } };
	struct xml_reader *reader = xml_reader_new();
	auto_arena arena = ARENA_NULL;
	auto_buf out = BUF_NULL, want = BUF_NULL;
	struct lightweight read;

	(void)state;
	assert_int_equal(lightweight_write(&out, &in, STR("acs.lab:7547"), STR("Key"),
			     show_key),
	    0);
	buf_printf(&want,
	    "POST / HTTP/1.1\r\nHost: acs.lab:7547\r\n"
	    "Content-Type: text/xml; charset=\"utf-8\"\r\n"
	    "Content-Length: %zu\r\nSignature: " SIGNATURE "\r\n\r\n" XML,
	    sizeof(XML) - 1);
	assert_string_equal(buf_cstr(&out), buf_cstr(&want));

	assert_int_equal(lightweight_read(&read, reader, buf_str(&out), &arena, NULL),
	    0);
	assert_int_equal(read.ts, in.ts);
	assert_true(str_eq(read.un, in.un) && str_eq(read.cn, in.cn) &&
		    str_eq(read.device.oui, in.device.oui) &&
		    str_eq(read.device.product_class, in.device.product_class) &&
		    str_eq(read.device.serial_number, in.device.serial_number));
	assert_int_equal(read.params.len, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(str_eq(read.params.items[i].name, params[i].name) &&
			    str_eq(read.params.items[i].value, params[i].value));
	assert_true(lightweight_is_signed(&read, STR("Key"), show_key));
	assert_false(lightweight_is_signed(&read, STR("Kez"), show_key));
	xml_reader_free(reader);
}

/* As devices write it, in any case and with blanks; nothing less and nothing more. */
static void test_a_signature_is_read(void **state)
{
	static const struct {
		const char *head;
		bool is_signed;
	} rows[] = {
		{ "Signature: " SIGNATURE, true },
		{ "SIGNATURE:4B65790000000000000000000000000000000000  ", true },
		{ "Host: a\r\nsignature : " SIGNATURE "\r\nX: y", true },
		{ "X: Signature: " SIGNATURE, false },
		{ "Signature: " SIGNATURE "00", false },
		{ "Signature: 4b6579000000000000000000000000000000", false },
		{ "Signature: 4b6579000000000000000000000000000000000g", false },
		{ "Signature:", false },
	};
	struct xml_reader *reader = xml_reader_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		auto_buf bytes = BUF_NULL;
		struct lightweight read;

		buf_printf(&bytes, "POST / HTTP/1.1\r\n%s\r\n\r\n" XML, rows[i].head);
		assert_int_equal(lightweight_read(&read, reader, buf_str(&bytes),
				     &arena, NULL),
		    0);
		if (lightweight_is_signed(&read, STR("Key"), show_key) !=
		    rows[i].is_signed)
			fail_msg("row %zu", i);
	}
	xml_reader_free(reader);
}

#define HEAD "POST / HTTP/1.1\r\n\r\n"
#define OPEN "<Notification xmlns=\"urn:broadband-forum-org:cwmp:lwnotif-1-0\">"
#define WHO  "<TS>1</TS><OUI>00E0FC</OUI><SerialNumber>1</SerialNumber>"
#define ONE  "<Param><Name>A</Name><Value>1</Value></Param>"

static void test_what_is_none_is_told(void **state)
{
	static const struct {
		const char *bytes, *words;
	} rows[] = {
		{ "", "is no lightweight notification" },
		{ "GET / HTTP/1.1\r\n\r\n", "is no lightweight notification" },
		{ "POST /\r\n\r\n", "is no lightweight notification" },
		{ "POST / HTTP/1.1\r\n", "is no lightweight notification" },
		{ HEAD "<Notification>" WHO ONE "</Notification>",
		    "the body is no Notification of urn:" },
		{ HEAD OPEN WHO "</Notification>", "lacks OUI, SerialNumber or Param" },
		{ HEAD OPEN ONE "</Notification>", "is no number of seconds" },
		{ HEAD OPEN WHO ONE, "" },
	};
	struct xml_reader *reader = xml_reader_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		struct error err = ERROR_NULL;
		struct lightweight read;

		assert_int_equal(lightweight_read(&read, reader, str_of(rows[i].bytes),
				     &arena, &err),
		    ERR_MALFORMED);
		if (!strstr(err.text, rows[i].words))
			fail_msg("row %zu: %s", i, err.text);
	}
	xml_reader_free(reader);
}

/* n parameters, filled up with blanks to len bytes (0: not). */
static int read_many(size_t n, size_t len)
{
	struct xml_reader *reader = xml_reader_new();
	auto_arena arena = ARENA_NULL;
	auto_buf bytes = BUF_NULL;
	struct lightweight read;
	int r;

	buf_append_text(&bytes, HEAD OPEN WHO);
	for (size_t i = 0; i < n; i++)
		buf_append_text(&bytes, "<Param/>");
	buf_append_text(&bytes, "</Notification>");
	while (bytes.len < len)
		buf_append_char(&bytes, ' ');
	r = lightweight_read(&read, reader, buf_str(&bytes), &arena, NULL);
	xml_reader_free(reader);
	return r;
}

static void test_limits_hold_at_the_bound(void **state)
{
	(void)state;
	assert_int_equal(read_many(LIGHTWEIGHT_PARAMS_MAX, 0), 0);
	assert_int_equal(read_many(LIGHTWEIGHT_PARAMS_MAX + 1, 0), ERR_LIMIT);
	assert_int_equal(read_many(1, LIGHTWEIGHT_MAX), 0);
	assert_int_equal(read_many(1, LIGHTWEIGHT_MAX + 1), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_notification_is_one_datagram),
		cmocka_unit_test(test_a_signature_is_read),
		cmocka_unit_test(test_what_is_none_is_told),
		cmocka_unit_test(test_limits_hold_at_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
