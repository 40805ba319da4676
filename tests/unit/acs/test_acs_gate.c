/* agents/acs/gate: who is let in. */
#include "tests/unit/unit.h"

#include "agents/acs/gate/gate.h"

static struct http_head head_of(struct buf *bytes, const char *target,
    struct str authorization)
{
	struct error err = ERROR_NULL;
	struct http_head head;

	buf_printf(bytes, "POST %s HTTP/1.1\r\nHost: a\r\n", target);
	if (authorization.len > 0)
		http_write_header(bytes, "Authorization", authorization);
	http_write_head_end(bytes);
	if (http_head_parse(&head, true, bytes->data, bytes->len, NULL, &err) <= 0)
		fail_msg("%s", err.text);
	return head;
}

/* The credentials that answer a challenge of the gate. */
struct
try {
	const char *username, *password, *uri;
	uint32_t nc;
	clock_ns after; /* time between the challenge and its answer */
	enum acs_auth_verdict verdict;
};

static void answer(struct acs_gate *gate, clock_ns now, const struct try *try,
    struct buf *out)
{
	auto_buf header = BUF_NULL;
	struct auth_challenge challenge;
	struct error err = ERROR_NULL;
	struct str value;

	acs_gate_challenge(gate, false, now, &header);
	(void)str_cut(buf_str(&header), ':', &value);
	if (auth_challenge_parse(&challenge, str_trim(value), &err) < 0 ||
	    auth_answer(out, &challenge, str_of(try->username), str_of(try->password),
		STR("POST"), str_of(try->uri), try->nc, STR("c0ffee"), digest_hash,
		&err) < 0)
		fail_msg("%s", err.text);
}

static void credentials_are_judged(void **state)
{
	static const struct try rows[] = {
		{ "cpe", "s3cret", "/cwmp", 1, 0, ACS_AUTH_GOOD },
		{ "cpe", "s3cret", "/cwmp", 1, 299 * NS_PER_S, ACS_AUTH_GOOD },
		{ "cpe", "s3cret", "/cwmp", 1, 300 * NS_PER_S, ACS_AUTH_STALE },
		{ "cpe", "s3cret", "/else", 1, 0, ACS_AUTH_WRONG },
		{ "cpe", "wrong", "/cwmp", 1, 0, ACS_AUTH_WRONG },
		{ "eve", "s3cret", "/cwmp", 1, 0, ACS_AUTH_WRONG },
		{ "cpe", "s3cret", "/cwmp", 0, 0, ACS_AUTH_STALE },
	};
	static const enum auth_algorithm algorithms[] = { AUTH_MD5, AUTH_SHA256 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(algorithms); i++) {
		const struct try *row = &rows[i / ARRAY_LEN(algorithms)];
		auto_buf value = BUF_NULL, bytes = BUF_NULL;
		struct acs_gate gate;
		struct http_head head;

		acs_gate_init(&gate, ACS_SCHEME_DIGEST,
		    algorithms[i % ARRAY_LEN(algorithms)], STR("cpe"), STR("s3cret"));
		answer(&gate, NS_PER_S, row, &value);
		head = head_of(&bytes, "/cwmp", buf_str(&value));

		assert_int_equal(acs_gate_check(&gate, &head, NS_PER_S + row->after),
		    row->verdict);

		acs_gate_free(&gate);
	}
}

static void an_answer_counts_once(void **state)
{
	const struct try once = { "cpe", "s3cret", "/cwmp", 1, 0, ACS_AUTH_GOOD };
	auto_buf value = BUF_NULL, bytes = BUF_NULL;
	struct acs_gate gate;
	struct http_head head;

	(void)state;
	acs_gate_init(&gate, ACS_SCHEME_DIGEST, AUTH_MD5, STR("cpe"), STR("s3cret"));
	answer(&gate, 0, &once, &value);
	head = head_of(&bytes, "/cwmp", buf_str(&value));

	assert_int_equal(acs_gate_check(&gate, &head, 0), ACS_AUTH_GOOD);
	assert_int_equal(acs_gate_check(&gate, &head, 0), ACS_AUTH_STALE);

	acs_gate_free(&gate);
}

/* Credentials that know the password, to a challenge that the gate did not write: the
 * nonce is its own. */
struct offer {
	enum auth_algorithm asked; /* by the gate */
	const char *challenge; /* that the CPE pretends to have seen, without nonce */
	const char *more;      /* put behind the credentials */
	enum acs_auth_verdict verdict, again;
};

static void answer_offer(struct acs_gate *gate, const struct offer *offer,
    struct buf *out)
{
	auto_buf text = BUF_NULL;
	struct auth_challenge challenge;
	struct error err = ERROR_NULL;

	buf_printf(&text, "Digest realm=\"cwmplab\", nonce=\"%s\"%s",
	    nonce_issue(&gate->nonces, 0), offer->challenge);
	if (auth_challenge_parse(&challenge, buf_str(&text), &err) < 0 ||
	    auth_answer(out, &challenge, STR("cpe"), STR("s3cret"), STR("POST"),
		STR("/cwmp"), 1, STR("c0ffee"), digest_hash, &err) < 0)
		fail_msg("%s", err.text);
	buf_append_text(out, offer->more);
}

static void a_digest_is_of_what_was_offered(void **state)
{
	static const struct offer rows[] = {
		{ AUTH_MD5, ", qop=\"auth\", algorithm=MD5", "", ACS_AUTH_GOOD,
		    ACS_AUTH_STALE },
		{ AUTH_MD5, ", qop=\"auth\"", "", ACS_AUTH_GOOD, ACS_AUTH_STALE },
		{ AUTH_SHA256, ", qop=\"auth\", algorithm=SHA-256", "", ACS_AUTH_GOOD,
		    ACS_AUTH_STALE },
		/* Another algorithm; none named is MD5. */
		{ AUTH_SHA256, ", qop=\"auth\", algorithm=MD5", "", ACS_AUTH_WRONG,
		    ACS_AUTH_WRONG },
		{ AUTH_SHA256, ", qop=\"auth\"", "", ACS_AUTH_WRONG, ACS_AUTH_WRONG },
		{ AUTH_SHA256, ", qop=\"auth\", algorithm=SHA-256-sess", "",
		    ACS_AUTH_WRONG, ACS_AUTH_WRONG },
		{ AUTH_MD5, ", qop=\"auth\", algorithm=SHA-256", "", ACS_AUTH_WRONG,
		    ACS_AUTH_WRONG },
		{ AUTH_MD5, ", qop=\"auth\", algorithm=MD5-sess", "", ACS_AUTH_WRONG,
		    ACS_AUTH_WRONG },
		/* Without qop: once, and with no count that nothing protects. */
		{ AUTH_MD5, "", "", ACS_AUTH_GOOD, ACS_AUTH_STALE },
		{ AUTH_MD5, "", ", nc=00000001", ACS_AUTH_WRONG, ACS_AUTH_WRONG },
		{ AUTH_MD5, "", ", qop=\"\"", ACS_AUTH_WRONG, ACS_AUTH_WRONG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf value = BUF_NULL, bytes = BUF_NULL;
		struct acs_gate gate;
		struct http_head head;

		acs_gate_init(&gate, ACS_SCHEME_DIGEST, rows[i].asked, STR("cpe"),
		    STR("s3cret"));
		answer_offer(&gate, &rows[i], &value);
		head = head_of(&bytes, "/cwmp", buf_str(&value));

		if (acs_gate_check(&gate, &head, 0) != rows[i].verdict)
			fail_msg("row %zu: %s", i, buf_cstr(&value));
		if (acs_gate_check(&gate, &head, 0) != rows[i].again)
			fail_msg("row %zu, again: %s", i, buf_cstr(&value));

		acs_gate_free(&gate);
	}
}

/* Of user cpe, password s3cret, POST /cwmp: what auth_answer() would not write. */
static void a_qop_that_was_not_offered_is_refused(void **state)
{
	static const struct {
		const char *qop, *nc, *cnonce;
		enum acs_auth_verdict verdict;
	} rows[] = {
		{ "auth", "00000001", "c0ffee", ACS_AUTH_GOOD },
		{ "auth-int", "00000001", "c0ffee", ACS_AUTH_WRONG },
		{ "auth,auth-int", "00000001", "c0ffee", ACS_AUTH_WRONG },
		{ "x", "00000001", "c0ffee", ACS_AUTH_WRONG },
		{ "auth", "", "c0ffee", ACS_AUTH_WRONG },
		{ "auth", "00000001", "", ACS_AUTH_WRONG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char a1[AUTH_HASH_HEX_MAX], a2[AUTH_HASH_HEX_MAX],
		    response[AUTH_HASH_HEX_MAX];
		auto_buf text = BUF_NULL, value = BUF_NULL, bytes = BUF_NULL;
		struct acs_gate gate;
		struct http_head head;
		const char *nonce;

		acs_gate_init(&gate, ACS_SCHEME_DIGEST, AUTH_MD5, STR("cpe"),
		    STR("s3cret"));
		nonce = nonce_issue(&gate.nonces, 0);
		assert_int_equal(digest_hash(AUTH_MD5, "cpe:cwmplab:s3cret", 18, a1),
		    0);
		assert_int_equal(digest_hash(AUTH_MD5, "POST:/cwmp", 10, a2), 0);
		buf_printf(&text, "%s:%s:%s:%s:%s:%s", a1, nonce, rows[i].nc,
		    rows[i].cnonce, rows[i].qop, a2);
		assert_int_equal(digest_hash(AUTH_MD5, text.data, text.len, response),
		    0);
		buf_printf(&value,
		    "Digest username=\"cpe\", realm=\"cwmplab\", nonce=\"%s\", "
		    "uri=\"/cwmp\", qop=\"%s\", nc=%s, cnonce=\"%s\", response=\"%s\"",
		    nonce, rows[i].qop, rows[i].nc, rows[i].cnonce, response);
		head = head_of(&bytes, "/cwmp", buf_str(&value));

		if (acs_gate_check(&gate, &head, 0) != rows[i].verdict)
			fail_msg("row %zu: %s", i, buf_cstr(&value));

		acs_gate_free(&gate);
	}
}

#define WRONG "the credentials are wrong"
#define DIGEST_OF_ANY                                                              \
	"Digest username=\"cpe\", realm=\"cwmplab\", nonce=\"n\", uri=\"/cwmp\", " \
	"response=\"0123456789abcdef0123456789abcdef\""

static void only_the_scheme_that_was_asked_for_counts(void **state)
{
	static const struct {
		enum acs_auth_scheme scheme;
		const char *authorization;
		enum acs_auth_verdict verdict;
		const char *why;
	} rows[] = {
		{ ACS_SCHEME_NONE, "", ACS_AUTH_GOOD, "" },
		{ ACS_SCHEME_NONE, "Basic !!", ACS_AUTH_GOOD, "" },
		{ ACS_SCHEME_BASIC, "", ACS_AUTH_MISSING, "no credentials came" },
		{ ACS_SCHEME_BASIC, "Basic Y3BlOnMzY3JldA==", ACS_AUTH_GOOD, "" },
		{ ACS_SCHEME_BASIC, "Basic Y3BlOndyb25n", ACS_AUTH_WRONG, WRONG },
		{ ACS_SCHEME_BASIC, "Basic !!", ACS_AUTH_WRONG, WRONG },
		{ ACS_SCHEME_BASIC, "Negotiate abc", ACS_AUTH_WRONG, WRONG },
		{ ACS_SCHEME_BASIC, DIGEST_OF_ANY, ACS_AUTH_WRONG,
		    "the CPE offers Digest, this ACS wants Basic (--auth digest, or "
		    "auth: digest, takes it)" },
		{ ACS_SCHEME_DIGEST, "", ACS_AUTH_MISSING, "no credentials came" },
		{ ACS_SCHEME_DIGEST, "Basic Y3BlOnMzY3JldA==", ACS_AUTH_WRONG,
		    "the CPE offers Basic, this ACS wants Digest (--auth basic, or auth: "
		    "basic, takes it)" },
		{ ACS_SCHEME_DIGEST, DIGEST_OF_ANY, ACS_AUTH_WRONG, WRONG },
		{ ACS_SCHEME_DIGEST,
		    "Digest username=\"cpe\", realm=\"cwmplab\", nonce=\"n\", uri=\"\", "
		    "response=\"0123456789abcdef0123456789abcdef\"",
		    ACS_AUTH_WRONG, "the digest is of another uri than the request" },
		{ ACS_SCHEME_DIGEST, "Digest", ACS_AUTH_WRONG, WRONG },
		{ ACS_SCHEME_DIGEST, "Digest username=\"cpe", ACS_AUTH_WRONG, WRONG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf bytes = BUF_NULL;
		struct acs_gate gate;
		struct http_head head =
		    head_of(&bytes, "/cwmp", str_of(rows[i].authorization));

		acs_gate_init(&gate, rows[i].scheme, AUTH_MD5, STR("cpe"),
		    STR("s3cret"));
		if (acs_gate_check(&gate, &head, 0) != rows[i].verdict)
			fail_msg("row %zu: %s", i, rows[i].authorization);
		assert_string_equal(acs_gate_why(&gate, &head, rows[i].verdict),
		    rows[i].why);
		acs_gate_free(&gate);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_are_judged),
		cmocka_unit_test(an_answer_counts_once),
		cmocka_unit_test(a_digest_is_of_what_was_offered),
		cmocka_unit_test(a_qop_that_was_not_offered_is_refused),
		cmocka_unit_test(only_the_scheme_that_was_asked_for_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
