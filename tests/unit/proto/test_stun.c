/* lib/proto/stun: golden messages, whose hashes Python's hmac made. */
#include "tests/unit/unit.h"

#include "agents/common/digest.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/proto/stun.h"

#define ID "000102030405060708090a0b0c0d0e0f"

static const uint8_t id[STUN_ID_BYTES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	14, 15 };

static size_t bytes_of(const char *hex, uint8_t bytes[STUN_MESSAGE_MAX])
{
	int n = hex_parse(str_of(hex), bytes, STUN_MESSAGE_MAX);

	assert_true(n >= 0);
	return (size_t)n;
}

static void expect_bytes(const struct stun_message *message, struct str key,
    const char *hex)
{
	uint8_t out[STUN_MESSAGE_MAX];
	auto_buf text = BUF_NULL, wanted = BUF_NULL;
	uint8_t golden[STUN_MESSAGE_MAX];
	int n = stun_write(message, key, digest_hmac_sha1, out, sizeof(out));

	assert_true(n > 0);
	hex_append(&text, out, (size_t)n);
	hex_append(&wanted, golden, bytes_of(hex, golden));
	assert_string_equal(buf_cstr(&text), buf_cstr(&wanted));
}

/* ---- the golden messages ------------------------------------------------------------ */

#define REQUEST_HEAD "0001 0040" ID
#define REQUEST_ATTRIBUTES                                   \
	"c001 0014 64736c666f72756d2e6f72672f54522d31313120" \
	"c002 0000"                                          \
	"0006 0008 6370652d31202020"
#define REQUEST                         \
	REQUEST_HEAD REQUEST_ATTRIBUTES \
	    "0008 0014 c8078e1933a6f5e38a7818ad2ba7ac6392191dec"
/* As RFC 5389 hashes: without the zeroes. */
#define REQUEST_UNPADDED                \
	REQUEST_HEAD REQUEST_ATTRIBUTES \
	    "0008 0014 8ca0c2241fa9d0f60e4830b6413d1e4d7fb8337c"

static void test_a_request_with_all_that_tr_069_adds(void **state)
{
	struct stun_message message = { .type = STUN_BINDING_REQUEST,
		.call_binding = STUN_CALL_BINDING,
		.binding_change = STR(""),
		.username = STR("cpe-1") };

	(void)state;
	memcpy(message.id, id, sizeof(id));
	expect_bytes(&message, STR("stun-secret"), REQUEST);
}

static void test_a_response(void **state)
{
	struct stun_message message = { .type = STUN_BINDING_RESPONSE,
		.mapped = { 0xc6336407, 12345, true },
		.source = { 0x0a00000b, 3478, true },
		.changed = { 0x0a00000b, 3478, true } };

	(void)state;
	memcpy(message.id, id, sizeof(id));
	expect_bytes(&message, STR_NULL,
	    "0101 0024" ID "0001 0008 0001 3039 c6336407"
	    "0004 0008 0001 0d96 0a00000b"
	    "0005 0008 0001 0d96 0a00000b");
}

static void test_an_error(void **state)
{
	struct stun_message message = { .type = STUN_BINDING_ERROR,
		.error = { 420, STR("Unknown Attribute") },
		.unknown = { { 0x7001, 0x7002, 0x7003 }, 3 } };

	(void)state;
	memcpy(message.id, id, sizeof(id));
	/* Texts end in blanks, and an odd type is said twice. */
	expect_bytes(&message, STR_NULL,
	    "0111 0028" ID
	    "0009 0018 0000 04 14 556e6b6e6f776e20417474726962757465202020"
	    "000a 0008 7001 7002 7003 7003");
}

static void test_a_message_reads_as_it_was_written(void **state)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	size_t len = bytes_of(REQUEST, bytes);
	struct stun_message message;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(stun_read(&message, bytes, len, &err), 0);
	assert_int_equal(message.type, STUN_BINDING_REQUEST);
	assert_memory_equal(message.id, id, sizeof(id));
	assert_true(str_eq(message.call_binding, STUN_CALL_BINDING));
	assert_non_null(message.binding_change.p);
	assert_true(stun_text_is(message.username, STR("cpe-1")));
	assert_false(stun_text_is(message.username, STR("cpe-")));
	assert_false(message.mapped.is_set);
	assert_true(
	    stun_is_intact(&message, bytes, len, STR("stun-secret"), digest_hmac_sha1));
	assert_false(
	    stun_is_intact(&message, bytes, len, STR("another"), digest_hmac_sha1));
}

static void test_each_byte_before_it_counts_for_the_integrity(void **state)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	size_t len = bytes_of(REQUEST, bytes), n_read = 0;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		struct stun_message message;

		bytes[i] ^= 1;
		if (stun_read(&message, bytes, len, NULL) == 0) {
			n_read++;
			assert_false(stun_is_intact(&message, bytes, len,
			    STR("stun-secret"), digest_hmac_sha1));
		}
		bytes[i] ^= 1;
	}
	assert_true(n_read > STUN_ID_BYTES);
}

static void test_an_integrity_of_rfc_5389_is_taken(void **state)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	size_t len = bytes_of(REQUEST_UNPADDED, bytes);
	struct stun_message message;

	(void)state;
	assert_int_equal(stun_read(&message, bytes, len, NULL), 0);
	assert_true(
	    stun_is_intact(&message, bytes, len, STR("stun-secret"), digest_hmac_sha1));
}

static void test_what_is_no_message_is_refused(void **state)
{
	static const struct {
		const char *hex;
		int code;
		const char *words;
	} rows[] = {
		{ "", ERR_TRUNCATED, "0 bytes are no STUN message" },
		{ "0001 0000 000102030405060708090a0b0c0d0e", ERR_TRUNCATED,
		    "19 bytes are no STUN message" },
		{ "4001 0000" ID, ERR_MALFORMED, "0x4001 is no type of STUN" },
		{ "0001 0004" ID, ERR_MALFORMED,
		    "4 bytes of attributes are announced, 0 come" },
		{ "0001 0004" ID "0006 0001", ERR_TRUNCATED,
		    "an attribute of STUN before byte 24: truncated" },
		{ "0101 000c" ID "0001 0008 0002 3039 c6336407", ERR_MALFORMED,
		    "an attribute of STUN before byte 32: malformed" },
		{ "0001 0008" ID "0003 0003 000000 00", ERR_MALFORMED,
		    "an attribute of STUN before byte 27: malformed" },
		{ "0001 0008" ID "0008 0004 00000000", ERR_MALFORMED,
		    "an attribute of STUN before byte 28: malformed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[STUN_MESSAGE_MAX];
		struct error err = ERROR_NULL;
		struct stun_message message;
		size_t len = bytes_of(rows[i].hex, bytes);

		assert_int_equal(stun_read(&message, bytes, len, &err), rows[i].code);
		assert_string_equal(err.text, rows[i].words);
	}
}

/* RFC 3489 11.2: what must be understood is told back, what need not is skipped. */
static void test_types_that_are_not_known(void **state)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	size_t len =
	    bytes_of("0001 0010" ID "7001 0000 8001 0004 00000000 7002 0000", bytes);
	struct stun_message message;

	(void)state;
	assert_int_equal(stun_read(&message, bytes, len, NULL), 0);
	assert_int_equal(message.unknown.n, 2);
	assert_int_equal(message.unknown.types[0], 0x7001);
	assert_int_equal(message.unknown.types[1], 0x7002);
}

/* Seen of CPEs: 19 bytes without the blank, padded behind the value. */
static void test_a_binding_without_its_blank_is_read(void **state)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	size_t len = bytes_of("0001 0020" ID "c001 0013 64736c666f72756d2e6f72672f5452"
			      "2d313131 00 c0020000 c0030000",
	    bytes);
	struct stun_message message;

	(void)state;
	assert_int_equal(stun_read(&message, bytes, len, NULL), 0);
	assert_true(str_is(message.call_binding, "dslforum.org/TR-111"));
	assert_non_null(message.binding_change.p);
}

static void test_texts_are_limited(void **state)
{
	char text[STUN_TEXT_MAX + 4];
	struct stun_message message = { .type = STUN_BINDING_REQUEST }, read;
	uint8_t bytes[STUN_MESSAGE_MAX];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t len = STUN_TEXT_MAX; len <= sizeof(text); len += 4) {
		int n;

		message.username = str_make(text, len);
		n = stun_write(&message, STR_NULL, NULL, bytes, sizeof(bytes));
		assert_true(n > 0);
		assert_int_equal(stun_read(&read, bytes, (size_t)n, NULL),
		    len == STUN_TEXT_MAX ? 0 : ERR_LIMIT);
	}
	assert_int_equal(stun_write(&message, STR_NULL, NULL, bytes, 100), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_with_all_that_tr_069_adds),
		cmocka_unit_test(test_a_response),
		cmocka_unit_test(test_an_error),
		cmocka_unit_test(test_a_message_reads_as_it_was_written),
		cmocka_unit_test(test_each_byte_before_it_counts_for_the_integrity),
		cmocka_unit_test(test_an_integrity_of_rfc_5389_is_taken),
		cmocka_unit_test(test_what_is_no_message_is_refused),
		cmocka_unit_test(test_types_that_are_not_known),
		cmocka_unit_test(test_a_binding_without_its_blank_is_read),
		cmocka_unit_test(test_texts_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
