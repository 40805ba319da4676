/* agents/cpe/reach/udp_gate with lib/proto/udp_call: UDP connection requests as exchanges. The
 * signature of the first is Python's. */
#include "tests/unit/unit.h"

#include "agents/common/digest.h"
#include "agents/cpe/reach/udp_gate.h"

#include <stdio.h>

enum {
	ROWS_MAX = 8
};

struct exchange {
	int at_s;
	const char *ts, *id, *un; /* signed with password; ts null: the end */
	const char *password;
	enum udp_verdict verdict;
	const char *why;
};

static const struct scene {
	const char *name;
	struct cr_limit limit;
	struct exchange rows[ROWS_MAX];
} scenes[] = {
	{ "three copies start one session, and the next call another",
	    { 10, 60 * NS_PER_S },
	    { { 0, "1700000000", "42", "acs", "call-me", UDP_ACCEPTED, "" },
		{ 0, "1700000000", "42", "acs", "call-me", UDP_COPY, "" },
		{ 0, "1700000000", "42", "acs", "call-me", UDP_COPY, "" },
		{ 5, "1700000001", "43", "acs", "call-me", UDP_ACCEPTED, "" } } },
	{ "one that is older, or as old", { 10, 60 * NS_PER_S },
	    { { 0, "1700000000", "42", "acs", "call-me", UDP_ACCEPTED, "" },
		{ 0, "1700000000", "43", "acs", "call-me", UDP_REFUSED,
		    "ts: expected more than 1700000000, received 1700000000" },
		{ 0, "1699999999", "44", "acs", "call-me", UDP_REFUSED,
		    "ts: expected more than 1700000000, received 1699999999" },
		{ 0, "1700000001", "42", "acs", "call-me", UDP_ACCEPTED, "" } } },
	{ "another name or password; a forger sets no ts", { 10, 60 * NS_PER_S },
	    { { 0, "1800000000", "42", "eve", "call-me", UDP_REFUSED,
		  "un: expected \"acs\", received \"eve\"" },
		{ 0, "1800000000", "42", "acs", "guess", UDP_REFUSED,
		    "sig: expected 20d7d832..., received 1f0c4461...: the passwords "
		    "differ" },
		{ 0, "1700000000", "42", "acs", "call-me", UDP_ACCEPTED, "" } } },
	{ "the limit, and one past it", { 2, 60 * NS_PER_S },
	    { { 0, "1700000000", "1", "acs", "call-me", UDP_ACCEPTED, "" },
		{ 1, "1700000001", "2", "acs", "call-me", UDP_ACCEPTED, "" },
		{ 2, "1700000002", "3", "acs", "call-me", UDP_REFUSED,
		    "more than 2 requests in 60 s" },
		{ 30, "1700000003", "4", "acs", "call-me", UDP_ACCEPTED, "" } } },
};

static void write_call(const struct exchange *row, struct buf *out)
{
	struct udp_call call = { .ts = 0 };

	(void)snprintf(call.ts_text, sizeof(call.ts_text), "%s", row->ts);
	(void)snprintf(call.id, sizeof(call.id), "%s", row->id);
	(void)snprintf(call.un, sizeof(call.un), "%s", row->un);
	(void)snprintf(call.cn, sizeof(call.cn), "c0ffee");
	assert_int_equal(udp_call_sign(&call, str_of(row->password), digest_hmac_sha1,
			     call.sig),
	    0);
	udp_call_write(out, &call, STR("10.0.0.100:7547"));
}

static void play(const struct scene *scene)
{
	struct udp_gate gate = { .ts = 0 };
	struct cr_throttle throttle = { 0 };

	for (const struct exchange *row = scene->rows; row->ts; row++) {
		auto_buf bytes = BUF_NULL;
		char why[CR_WHY_MAX];
		enum udp_verdict verdict;

		write_call(row, &bytes);
		verdict = udp_gate_take(&gate, buf_str(&bytes), STR("acs"),
		    STR("call-me"), &scene->limit, &throttle, row->at_s * NS_PER_S,
		    digest_hmac_sha1, why);
		if (verdict != row->verdict || strcmp(why, row->why) != 0)
			fail_msg("%s: ts %s, id %s: %d \"%s\"", scene->name, row->ts,
			    row->id, (int)verdict, why);
	}
}

static void test_calls_are_taken_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
		play(&scenes[i]);
}

/* The same signature in digits of either case; a digit less, and another digit at either end. */
static void test_a_signature_is_hexadecimal_of_either_case(void **state)
{
	static const struct {
		const char *sig;
		enum udp_verdict verdict;
	} rows[] = {
		{ "800c86ca085ab09003dc40aa83ef2c9a65e07a21", UDP_ACCEPTED },
		{ "800C86CA085AB09003DC40AA83EF2C9A65E07A21", UDP_ACCEPTED },
		{ "800c86ca085ab09003dc40aa83ef2c9a65e07a2", UDP_REFUSED },
		{ "900c86ca085ab09003dc40aa83ef2c9a65e07a21", UDP_REFUSED },
		{ "800c86ca085ab09003dc40aa83ef2c9a65e07a22", UDP_REFUSED },
	};
	const struct cr_limit limit = { 10, 60 * NS_PER_S };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct udp_call call = { .ts_text = "1700000000",
			.id = "42",
			.un = "acs",
			.cn = "c0ffee" };
		struct udp_gate gate = { .ts = 0 };
		struct cr_throttle throttle = { 0 };
		auto_buf bytes = BUF_NULL;
		char why[CR_WHY_MAX];

		(void)snprintf(call.sig, sizeof(call.sig), "%s", rows[i].sig);
		udp_call_write(&bytes, &call, STR("10.0.0.100:7547"));
		assert_int_equal(udp_gate_take(&gate, buf_str(&bytes), STR("acs"),
				     STR("call-me"), &limit, &throttle, 0,
				     digest_hmac_sha1, why),
		    rows[i].verdict);
	}
}

static void test_a_call_is_written_as_one_request_line(void **state)
{
	static const struct exchange row = { 0, "1700000000", "42", "acs", "call-me",
		UDP_ACCEPTED, "" };
	auto_buf bytes = BUF_NULL;

	(void)state;
	write_call(&row, &bytes);
	assert_string_equal(buf_cstr(&bytes),
	    "GET http://10.0.0.100:7547?ts=1700000000&id=42&un=acs&cn=c0ffee&"
	    "sig=800c86ca085ab09003dc40aa83ef2c9a65e07a21 HTTP/1.1\r\n\r\n");
}

static void test_values_are_read_without_their_escapes(void **state)
{
	static const char bytes[] =
	    "GET http://h:1?ts=1&id=a%20b&un=a%26c&cn=%C3%A9&sig=ab&un=second "
	    "HTTP/1.1\r\nX: y\r\n\r\n";
	struct udp_call call;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(udp_call_read(&call, str_of(bytes), &err), 0);
	assert_string_equal(call.id, "a b");
	assert_string_equal(call.un, "a&c");
	assert_string_equal(call.cn, "\xc3\xa9");
	assert_string_equal(call.sig, "ab");
	assert_int_equal(call.ts, 1);
}

static void test_what_is_no_call_is_refused(void **state)
{
	static const struct {
		const char *bytes, *words;
	} rows[] = {
		{ "", "the datagram is no UDP connection request" },
		{ "GET / HTTP/1.1", "the datagram is no UDP connection request" },
		{ "POST /?ts=1 HTTP/1.1\r\n\r\n",
		    "the datagram is no UDP connection request" },
		{ "GET / HTTP/1.0\r\n", "the UDP connection request is not HTTP/1.1" },
		{ "GET / HTTP/1.1\r\n", "the UDP connection request has no query" },
		{ "GET /?ts=1 HTTP/1.1\r\n", "the UDP connection request has no id" },
		{ "GET /?ts=x&id=1&un=u&cn=c&sig=s HTTP/1.1\r\n",
		    "ts of the UDP connection request is no number" },
		{ "GET /?ts=1&id=%4&un=u&cn=c&sig=s HTTP/1.1\r\n",
		    "id of the UDP connection request: malformed" },
		{ "GET /?ts=1&id=%00&un=u&cn=c&sig=s HTTP/1.1\r\n",
		    "id of the UDP connection request: malformed" },
		{ "GET /?ts=1&id=1&un=&cn=c&sig=s HTTP/1.1\r\n",
		    "un of the UDP connection request: malformed" },
		{ "GET /?ts=111111111111111111111&id=1&un=u&cn=c&sig=s HTTP/1.1\r\n",
		    "ts of the UDP connection request: over a limit" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct udp_call call;

		assert_true(udp_call_read(&call, str_of(rows[i].bytes), &err) < 0);
		assert_string_equal(err.text, rows[i].words);
	}
}

static void test_values_and_datagrams_are_limited(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		auto_buf bytes = BUF_NULL, longest = BUF_NULL;
		struct udp_call call;

		buf_append_text(&bytes, "GET /?ts=1&id=");
		for (size_t i = 0; i < UDP_CALL_TEXT_MAX + more; i++)
			buf_append_char(&bytes, 'a');
		buf_append_text(&bytes, "&un=u&cn=c&sig=s HTTP/1.1\r\n");
		assert_int_equal(udp_call_read(&call, buf_str(&bytes), NULL),
		    more ? ERR_LIMIT : 0);

		buf_append_text(&longest,
		    "GET /?ts=1&id=1&un=u&cn=c&sig=s HTTP/1.1\r\n");
		while (longest.len < UDP_CALL_MAX + more)
			buf_append_char(&longest, 'a');
		assert_int_equal(udp_call_read(&call, buf_str(&longest), NULL),
		    more ? ERR_LIMIT : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_are_taken_as_told),
		cmocka_unit_test(test_a_signature_is_hexadecimal_of_either_case),
		cmocka_unit_test(test_a_call_is_written_as_one_request_line),
		cmocka_unit_test(test_values_are_read_without_their_escapes),
		cmocka_unit_test(test_what_is_no_call_is_refused),
		cmocka_unit_test(test_values_and_datagrams_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
