/* agents/acs/reach: connection requests from the ACS's side as exchanges, and the words in
 * which each of their ends is told. */
#include "tests/unit/unit.h"

#include "agents/acs/reach/call.h"
#include "agents/common/digest.h"

#include <errno.h>
#include <stdio.h>

/* ---- the table of texts ------------------------------------------------------------- */

static void test_each_end_is_told_in_these_words(void **state)
{
	static const struct call_facts facts = {
		.url = "http://10.0.0.100:7547/4f2a",
		.at = "10.0.0.100:7547",
		.detail = "DETAIL",
		.status = 200,
		.wait = 30 * NS_PER_S,
		.session = 123 * NS_PER_MS,
	};
	static const char *const words[CALL_OUTCOMES] = {
		[CALL_CAME] = "came: the session came 123 ms after the request",
		[CALL_UNKNOWN] =
		    "unknown: no device of that name has informed this ACS",
		[CALL_TWICE] = "twice: it is being called already",
		[CALL_CROWDED] = "crowded: too many calls wait",
		[CALL_NO_URL] =
		    "no-url: the device has told no ConnectionRequestURL: it is in "
		    "every Inform of a CPE",
		[CALL_BAD_URL] =
		    "bad-url: its ConnectionRequestURL \"http://10.0.0.100:7547/4f2a\" "
		    "cannot be used: DETAIL",
		[CALL_IS_HTTPS] =
		    "https: its ConnectionRequestURL \"http://10.0.0.100:7547/4f2a\" is "
		    "https: connection requests are http (TR-069 A6 3.2.2.2)",
		[CALL_NO_ADDRESS] =
		    "no-udp-address: the device has told no "
		    "UDPConnectionRequestAddress: STUN is off there, or nobody has "
		    "read the parameter",
		[CALL_NO_STUN] =
		    "no-stun: this ACS has no STUN server, from whose port a UDP "
		    "connection request comes",
		[CALL_LOCAL] = "local: the request cannot be sent from here: DETAIL",
		[CALL_REFUSED] =
		    "refused: 10.0.0.100:7547 refuses the connection: the CPE listens "
		    "elsewhere now, or not at all",
		[CALL_NO_ROUTE] =
		    "no-route: there is no route to 10.0.0.100:7547: its "
		    "ConnectionRequestURL is of a network behind a NAT, or the CPE is "
		    "gone",
		[CALL_SILENT] =
		    "silent: 10.0.0.100:7547 does not answer the SYN for 30 s: a NAT "
		    "or a firewall drops it, or the CPE is off",
		[CALL_NO_ANSWER] =
		    "no-answer: 10.0.0.100:7547 has not answered the request for 30 s",
		[CALL_CLOSED] =
		    "closed: 10.0.0.100:7547 closed the connection without an answer",
		[CALL_NO_HTTP] =
		    "no-http: 10.0.0.100:7547 does not answer as HTTP: DETAIL",
		[CALL_NO_CREDENTIALS] =
		    "no-credentials: 401: the CPE wants a digest, and no username for "
		    "connection requests is set here",
		[CALL_NO_CHALLENGE] =
		    "no-challenge: 401 that cannot be answered: DETAIL",
		[CALL_DENIED] = "denied: 401 again: DETAIL",
		[CALL_NOT_FOUND] =
		    "not-found: 404: 10.0.0.100:7547 has no CPE at the path of the "
		    "URL, which is another one since its last Inform",
		[CALL_BUSY] =
		    "busy: 503: the CPE is in a session, or was called too often; it "
		    "says not for how long",
		[CALL_STATUS] = "status: the CPE answers 200 OK",
		[CALL_NO_SESSION] =
		    "no-session: the CPE has accepted the request (200 OK), and no "
		    "session with 6 CONNECTION REQUEST came for 30 s: it does not "
		    "reach this ACS, or reports to another one",
		[CALL_UDP_LOST] =
		    "udp-lost: no session with 6 CONNECTION REQUEST came for 30 s "
		    "after the UDP request to 10.0.0.100:7547: the binding in the NAT "
		    "is gone, the signature is wrong, or the CPE does not reach this "
		    "ACS",
		[CALL_STOPPED] = "stopped: the ACS stops",
	};

	(void)state;
	for (int i = 0; i < CALL_OUTCOMES; i++) {
		enum call_outcome outcome = (enum call_outcome)i;
		char why[CALL_WHY_MAX], text[CALL_WHY_MAX + 32];

		(void)snprintf(text, sizeof(text), "%s: %s", call_outcome_name(outcome),
		    call_why(outcome, &facts, why));
		assert_string_equal(text, words[i]);
	}
}

static void test_times_are_told_as_short_as_they_are(void **state)
{
	static const struct {
		clock_ns session;
		const char *words;
	} rows[] = {
		{ 0, "the session came 0 ms after the request" },
		{ NS_PER_S - 1, "the session came 999 ms after the request" },
		{ NS_PER_S, "the session came 1.0 s after the request" },
		{ 10 * NS_PER_S - 1, "the session came 9.9 s after the request" },
		{ 10 * NS_PER_S, "the session came 10 s after the request" },
	};
	char why[CALL_WHY_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(call_why(CALL_CAME,
					&(struct call_facts){
					    .session = rows[i].session },
					why),
		    rows[i].words);
}

static void test_an_errno_means_one_of_them(void **state)
{
	static const struct {
		int code;
		enum call_outcome outcome;
	} rows[] = {
		{ ECONNREFUSED, CALL_REFUSED },
		{ EHOSTUNREACH, CALL_NO_ROUTE },
		{ ENETUNREACH, CALL_NO_ROUTE },
		{ ETIMEDOUT, CALL_SILENT },
		{ ECONNRESET, CALL_CLOSED },
		{ EMFILE, CALL_LOCAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(call_outcome_of(rows[i].code), rows[i].outcome);
}

/* ---- exchanges ---------------------------------------------------------------------- */

enum {
	ANSWERS_MAX = 6
};

/* Answers of the CPE, one a request: a status, and with 401 a challenge. */
static const struct scene {
	const char *username;
	const char *answers[ANSWERS_MAX];
	unsigned n_requests;
	enum call_next next;
	const char *told; /* of CALL_FAIL: name and words */
} scenes[] = {
#define DIGEST "Digest realm=\"IGD\", nonce=\"n1\", qop=\"auth\""
	{ "acs", { "401 " DIGEST, "200" }, 2, CALL_WAIT, NULL },
	{ "acs", { "401 " DIGEST, "204" }, 2, CALL_WAIT, NULL },
	{ "acs", { "204" }, 1, CALL_WAIT, NULL },
	{ "acs", { "401 Basic realm=\"IGD\"\r\nWWW-Authenticate: " DIGEST, "200" }, 2,
	    CALL_WAIT, NULL },
	{ "acs", { "401 " DIGEST, "401 " DIGEST ", stale=true", "200" }, 3, CALL_WAIT,
	    NULL },
	{ NULL, { "401 " DIGEST }, 1, CALL_FAIL,
	    "no-credentials: 401: the CPE wants a digest, and no username for connection "
	    "requests is set here" },
	{ "acs", { "401" }, 1, CALL_FAIL,
	    "no-challenge: 401 that cannot be answered: there is no WWW-Authenticate" },
	{ "acs", { "401 Basic realm=\"IGD\"" }, 1, CALL_FAIL,
	    "no-challenge: 401 that cannot be answered: scheme: expected Digest, received "
	    "Basic, which would show the password" },
	{ "acs", { "401 Digest realm=\"IGD\", nonce=\"n1\", qop=\"auth-int\"" }, 1,
	    CALL_FAIL,
	    "no-challenge: 401 that cannot be answered: qop: expected \"auth\" among "
	    "those offered" },
	{ "acs", { "401 Digest realm=\"IGD\"" }, 1, CALL_FAIL,
	    "no-challenge: 401 that cannot be answered: a digest challenge without "
	    "nonce" },
	{ "acs", { "401 " DIGEST, "401 " DIGEST }, 2, CALL_FAIL,
	    "denied: 401 again: response: expected another one, received 289a9d4b...: "
	    "realm, qop, uri and nc are as the CPE asked, so its "
	    "ConnectionRequestUsername is not \"acs\", or its ConnectionRequestPassword "
	    "is another one" },
	{ "acs", { "401 " DIGEST, "401 Digest realm=\"other\", nonce=\"n2\"" }, 2,
	    CALL_FAIL,
	    "denied: 401 again: realm: expected \"other\", received \"IGD\"; "
	    "qop: expected none, received \"auth\"" },
	{ "acs",
	    { "401 " DIGEST, "401 Digest realm=\"IGD\", nonce=\"n2\", qop=\"auth\", "
			     "algorithm=SHA-256" },
	    2, CALL_FAIL,
	    "denied: 401 again: algorithm: expected \"SHA-256\", received \"MD5\"" },
	{ "acs", { "401 " DIGEST, "401" }, 2, CALL_FAIL,
	    "denied: 401 again: there is no WWW-Authenticate" },
	{ "acs",
	    { "401 " DIGEST, "401 " DIGEST ", stale=true", "401 " DIGEST ", stale=true",
		"401 " DIGEST ", stale=true" },
	    4, CALL_FAIL,
	    "denied: 401 again: nonce: each one is called stale, also one that is "
	    "fresh" },
	{ "acs", { "503" }, 1, CALL_FAIL,
	    "busy: 503: the CPE is in a session, or was called too often; it says not "
	    "for how long" },
	{ "acs", { "401 " DIGEST, "503" }, 2, CALL_FAIL,
	    "busy: 503: the CPE is in a session, or was called too often; it says not "
	    "for how long" },
	{ "acs", { "404" }, 1, CALL_FAIL,
	    "not-found: 404: 10.0.0.100:7547 has no CPE at the path of the URL, which is "
	    "another one since its last Inform" },
	{ "acs", { "500" }, 1, CALL_FAIL,
	    "status: the CPE answers 500 Internal Server Error" },
#undef DIGEST
};

static enum call_next answer(struct acs_call *call, const char *text)
{
	auto_buf bytes = BUF_NULL;
	struct http_head head;
	struct str challenge;
	struct str status = str_cut(str_of(text), ' ', &challenge);

	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\n", STR_ARG(status));
	if (challenge.p)
		buf_printf(&bytes, "WWW-Authenticate: %.*s\r\n", STR_ARG(challenge));
	buf_append_text(&bytes, "Content-Length: 0\r\n\r\n");
	assert_true(
	    http_head_parse(&head, false, bytes.data, bytes.len, NULL, NULL) > 0);
	return acs_call_response(call, &head);
}

/* Plays a scene to its end; returns how many requests went out. */
static unsigned play(const struct scene *scene, struct acs_call *call,
    enum call_next *next)
{
	unsigned n = 0;

	*next = acs_call_begin(call, STR("http://10.0.0.100:7547/4f2a"),
	    scene->username, "call-me", digest_hash);
	while (*next == CALL_SEND) {
		auto_buf request = BUF_NULL;

		assert_true(n < ANSWERS_MAX && scene->answers[n]);
		*next = acs_call_request(call, STR("c0ffee"), &request);
		if (*next == CALL_SEND)
			*next = answer(call, scene->answers[n++]);
	}
	return n;
}

static void test_calls_end_as_the_cpe_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		const struct scene *scene = &scenes[i];
		char why[CALL_WHY_MAX], told[CALL_WHY_MAX + 32];
		enum call_next next;
		struct acs_call call;
		unsigned n = play(scene, &call, &next);
		const struct call_facts facts = { .at = "10.0.0.100:7547",
			.detail = call.detail,
			.status = call.status };

		assert_int_equal(n, scene->n_requests);
		assert_int_equal(next, scene->next);
		if (next == CALL_FAIL) {
			(void)snprintf(told, sizeof(told), "%s: %s",
			    call_outcome_name(call.outcome),
			    call_why(call.outcome, &facts, why));
			assert_string_equal(told, scene->told);
		}
		acs_call_end(&call);
	}
}

/* CR-01: HTTP/1.1, a GET, no body. RFC 2617: no qop, nc and cnonce where none was offered. */
static void test_requests_are_written_as_the_rules_say(void **state)
{
	struct acs_call call;

	(void)state;
	for (int has_qop = 0; has_qop < 2; has_qop++) {
		auto_buf first = BUF_NULL, second = BUF_NULL;

		assert_int_equal(acs_call_begin(&call,
				     STR("http://10.0.0.100:7547/4f2a"), "acs",
				     "call-me", digest_hash),
		    CALL_SEND);
		assert_int_equal(acs_call_request(&call, STR("c0ffee"), &first),
		    CALL_SEND);
		assert_string_equal(buf_cstr(&first), "GET /4f2a HTTP/1.1\r\n"
						      "Host: 10.0.0.100:7547\r\n"
						      "\r\n");
		assert_int_equal(answer(&call,
				     has_qop ? "401 Digest realm=\"r\", nonce=\"n\", "
					       "qop=\"auth,auth-int\""
					     : "401 Digest realm=\"r\", nonce=\"n\""),
		    CALL_SEND);
		assert_int_equal(acs_call_request(&call, STR("c0ffee"), &second),
		    CALL_SEND);
		assert_string_equal(buf_cstr(&second),
		    has_qop ? "GET /4f2a HTTP/1.1\r\n"
			      "Host: 10.0.0.100:7547\r\n"
			      "Authorization: Digest username=\"acs\", realm=\"r\", "
			      "nonce=\"n\", uri=\"/4f2a\", "
			      "response=\"b42b70c1e8befae67594d96ab9fdcd8f\", "
			      "cnonce=\"c0ffee\", qop=auth, nc=00000001\r\n"
			      "\r\n"
			    : "GET /4f2a HTTP/1.1\r\n"
			      "Host: 10.0.0.100:7547\r\n"
			      "Authorization: Digest username=\"acs\", realm=\"r\", "
			      "nonce=\"n\", uri=\"/4f2a\", "
			      "response=\"8dd90919c3f8810c3e1313ccb71de91d\"\r\n"
			      "\r\n");
		acs_call_end(&call);
	}
}

/* A sequence that is played goes by it (agents/acs/scene). */
static void test_a_call_that_fails_is_somebodys_doing(void **state)
{
	static const enum call_blame others[CALL_OUTCOMES] = {
		[CALL_UNKNOWN] = CALL_BLAME_ACS,
		[CALL_TWICE] = CALL_BLAME_TIME,
		[CALL_CROWDED] = CALL_BLAME_ACS,
		[CALL_NO_STUN] = CALL_BLAME_ACS,
		[CALL_LOCAL] = CALL_BLAME_ACS,
		[CALL_NO_CREDENTIALS] = CALL_BLAME_ACS,
		[CALL_BUSY] = CALL_BLAME_TIME,
		[CALL_STOPPED] = CALL_BLAME_ACS,
	};

	(void)state;
	for (int i = CALL_CAME + 1; i < CALL_OUTCOMES; i++) {
		if (call_blame((enum call_outcome)i) != others[i])
			fail_msg("%s", call_outcome_name((enum call_outcome)i));
	}
}

static void test_urls_that_cannot_be_called(void **state)
{
	static const struct {
		const char *url, *told;
	} rows[] = {
		{ "", "no-url" },
		{ "https://10.0.0.100/cr", "https" },
		{ "ftp://10.0.0.100/cr", "bad-url" },
		{ "http://", "bad-url" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_call call;

		assert_int_equal(acs_call_begin(&call, str_of(rows[i].url), "acs", "p",
				     digest_hash),
		    CALL_FAIL);
		assert_string_equal(call_outcome_name(call.outcome), rows[i].told);
		acs_call_end(&call);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_end_is_told_in_these_words),
		cmocka_unit_test(test_times_are_told_as_short_as_they_are),
		cmocka_unit_test(test_an_errno_means_one_of_them),
		cmocka_unit_test(test_calls_end_as_the_cpe_answers),
		cmocka_unit_test(test_requests_are_written_as_the_rules_say),
		cmocka_unit_test(test_a_call_that_fails_is_somebodys_doing),
		cmocka_unit_test(test_urls_that_cannot_be_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
