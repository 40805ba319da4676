/* Basic and Digest, with the examples of the RFCs. */
#include "lib/proto/http_auth.h"

#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <stdio.h>

static int hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	bool is_md5 = algorithm == AUTH_MD5 || algorithm == AUTH_MD5_SESS;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	assert_int_equal(EVP_Digest(bytes, len, digest, &n,
			     is_md5 ? EVP_md5() : EVP_sha256(), NULL),
	    1);
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
	return 0;
}

static const struct digest_row {
	const char *name, *challenge, *username, *password, *method, *uri, *cnonce,
	    *response;
} digest_rows[] = {
	{ "RFC 2617 3.5",
	    "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
	    "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
	    "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
	    "Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b",
	    "6629fae49393a05397450978507c4ef1" },
	{ "RFC 7616 3.9.1, MD5",
	    "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
	    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
	    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
	    "Mufasa", "Circle of Life", "GET", "/dir/index.html",
	    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	    "8ca523f5e9506fed4657c9700eebdbec" },
	{ "RFC 7616 3.9.1, SHA-256",
	    "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
	    "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
	    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
	    "Mufasa", "Circle of Life", "GET", "/dir/index.html",
	    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" },
};

static void test_digests_are_those_of_the_rfcs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(digest_rows); i++) {
		const struct digest_row *row = &digest_rows[i];
		struct auth_challenge challenge;
		struct auth_credentials credentials;
		auto_buf out = BUF_NULL;

		assert_int_equal(auth_challenge_parse(&challenge,
				     str_of(row->challenge), NULL),
		    0);
		assert_true(challenge.has_qop_auth);
		assert_int_equal(auth_answer(&out, &challenge, str_of(row->username),
				     str_of(row->password), str_of(row->method),
				     str_of(row->uri), 1, str_of(row->cnonce), hash,
				     NULL),
		    0);
		assert_int_equal(auth_credentials_parse(&credentials, buf_str(&out),
				     NULL),
		    0);
		if (!str_is(credentials.response, row->response))
			fail_msg("%s: %s", row->name, buf_cstr(&out));
		assert_true(str_is(credentials.nc, "00000001"));
		assert_true(auth_verify(&credentials, str_of(row->username),
		    str_of(row->password), str_of(row->method), hash));
		assert_false(auth_verify(&credentials, str_of(row->username),
		    STR("wrong"), str_of(row->method), hash));
		assert_false(auth_verify(&credentials, STR("other"),
		    str_of(row->password), str_of(row->method), hash));
		assert_false(auth_verify(&credentials, str_of(row->username),
		    str_of(row->password), STR("PUT"), hash));
	}
}

/* What curl 7.88 sent as cpe with s3cret in a POST of /cwmp, and to which challenge. The
 * examples of the RFCs all have qop=auth and no session algorithm. */
static const struct curl_row {
	const char *challenge, *cnonce, *response;
} curl_rows[] = {
	{ "Digest realm=\"lab\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"", "",
	    "51f35307e7da9042481ee6b7d5a5a41d" },
	{ "Digest realm=\"lab\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv\", algorithm=SHA-256",
	    "", "bdd0278615e861d7a6614d7240d16d2e0b2d3e346fe6f89a06c4a4d0781e2d82" },
	{ "Digest realm=\"lab\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
	  "qop=\"auth\", algorithm=MD5-sess",
	    "M2Y4ZjNlYmJjNDhlODg5NWM3NThiMjA4Y2M2M2YyODc=",
	    "b96f26f3a8c5bf7fae3b431816b96979" },
	{ "Digest realm=\"lab\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv\", qop=\"auth\", "
	  "algorithm=SHA-256-sess",
	    "ZTU2YjgxNjc3NWUxN2FlODgyNzg1ZTI0OTg0YTlkYjM=",
	    "4790e26a34957a1191c1e625bc66973ac8419617bfe836e3ebbeaa12f8229ca5" },
};

static void test_digests_are_those_of_curl(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(curl_rows); i++) {
		const struct curl_row *row = &curl_rows[i];
		struct auth_challenge challenge;
		struct auth_credentials credentials;
		auto_buf out = BUF_NULL;

		assert_int_equal(auth_challenge_parse(&challenge,
				     str_of(row->challenge), NULL),
		    0);
		assert_int_equal(auth_answer(&out, &challenge, STR("cpe"),
				     STR("s3cret"), STR("POST"), STR("/cwmp"), 1,
				     str_of(row->cnonce), hash, NULL),
		    0);
		assert_int_equal(auth_credentials_parse(&credentials, buf_str(&out),
				     NULL),
		    0);
		if (!str_is(credentials.response, row->response))
			fail_msg("%s: %s", row->challenge, buf_cstr(&out));
		assert_true(auth_verify(&credentials, STR("cpe"), STR("s3cret"),
		    STR("POST"), hash));
	}
}

static void test_without_qop_no_count_and_no_cnonce_are_sent(void **state)
{
	struct auth_challenge challenge;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(auth_challenge_parse(&challenge, STR("digest realm=r,nonce=n"),
			     NULL),
	    0);
	assert_int_equal(auth_answer(&out, &challenge, STR("u"), STR("p"), STR("POST"),
			     STR("/"), 7, STR("c"), hash, NULL),
	    0);
	assert_null(strstr(buf_cstr(&out), "qop"));
	assert_null(strstr(buf_cstr(&out), "nc="));
	assert_null(strstr(buf_cstr(&out), "cnonce"));
}

static void test_a_session_algorithm_is_verified_by_the_same_rule(void **state)
{
	struct auth_challenge challenge;
	struct auth_credentials credentials;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(
	    auth_challenge_parse(&challenge,
		STR("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess"),
		NULL),
	    0);
	assert_int_equal(auth_answer(&out, &challenge, STR("u"), STR("p"), STR("POST"),
			     STR("/"), 2, STR("c"), hash, NULL),
	    0);
	assert_int_equal(auth_credentials_parse(&credentials, buf_str(&out), NULL), 0);
	assert_int_equal(credentials.algorithm, AUTH_MD5_SESS);
	assert_true(auth_verify(&credentials, STR("u"), STR("p"), STR("POST"), hash));
}

static void test_basic_is_base64_of_the_pair(void **state)
{
	const struct auth_challenge challenge = { .scheme = AUTH_BASIC,
		.realm = STR("r") };
	struct auth_credentials credentials;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(auth_answer(&out, &challenge, STR("Aladdin"),
			     STR("open sesame"), STR("POST"), STR("/"), 1, STR(""),
			     hash, NULL),
	    0);
	assert_string_equal(buf_cstr(&out), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
	assert_int_equal(auth_credentials_parse(&credentials, buf_str(&out), NULL), 0);
	assert_true(auth_verify(&credentials, STR("Aladdin"), STR("open sesame"),
	    STR("POST"), hash));
	assert_false(
	    auth_verify(&credentials, STR("Aladdin"), STR("open"), STR("POST"), hash));
}

/* A name and a password of 256 characters each, as an ACS may have, and the most that is
 * looked at. */
static void test_basic_credentials_may_be_long(void **state)
{
	const struct auth_challenge challenge = { .scheme = AUTH_BASIC };
	static char word[AUTH_BASIC_BYTES_MAX];
	static const struct {
		size_t username, password;
		bool is_verified;
	} rows[] = {
		{ 256, 256, true },
		{ 1, AUTH_BASIC_BYTES_MAX - 2, true },
		{ 1, AUTH_BASIC_BYTES_MAX - 1, false },
	};

	(void)state;
	memset(word, 'x', sizeof(word));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str username = str_make(word, rows[i].username);
		struct str password = str_make(word, rows[i].password);
		struct auth_credentials credentials;
		auto_buf out = BUF_NULL;

		assert_int_equal(auth_answer(&out, &challenge, username, password,
				     STR("POST"), STR("/"), 1, STR(""), hash, NULL),
		    0);
		assert_int_equal(auth_credentials_parse(&credentials, buf_str(&out),
				     NULL),
		    0);
		assert_int_equal(auth_verify(&credentials, username, password,
				     STR("POST"), hash),
		    rows[i].is_verified);
	}
}

static int no_hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	(void)algorithm;
	(void)bytes;
	(void)len;
	hex[0] = '\0';
	return ERR_UNSUPPORTED;
}

/* A machine without MD5: no response proves a password, an empty one least of all. */
static void test_without_a_hash_nothing_is_proven(void **state)
{
	static const char *const responses[] = { "",
		"d41d8cd98f00b204e9800998ecf8427e" };
	struct auth_challenge challenge;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(responses); i++) {
		struct auth_credentials credentials;
		auto_buf text = BUF_NULL;

		buf_printf(&text,
		    "Digest username=\"cpe\", realm=\"r\", nonce=\"n\", uri=\"/\", "
		    "response=\"%s\"",
		    responses[i]);
		assert_int_equal(auth_credentials_parse(&credentials, buf_str(&text),
				     NULL),
		    0);
		assert_false(auth_verify(&credentials, STR("cpe"), STR("s3cret"),
		    STR("POST"), no_hash));
	}

	assert_int_equal(auth_challenge_parse(&challenge, STR("Digest nonce=n"), NULL),
	    0);
	assert_int_equal(auth_answer(&out, &challenge, STR("cpe"), STR("s3cret"),
			     STR("POST"), STR("/"), 1, STR("c"), no_hash, &err),
	    ERR_UNSUPPORTED);
	assert_string_equal(err.text, "this machine has no MD5");
	assert_int_equal(out.len, 0);
}

static const struct refusal_row {
	const char *text;
	int code;
} refusal_rows[] = {
	{ "", ERR_UNSUPPORTED },
	{ "Bearer x", ERR_UNSUPPORTED },
	{ "Digest realm=\"r\"", ERR_MALFORMED },
	{ "Digest realm=\"r, nonce=n", ERR_MALFORMED },
	{ "Digest nonce", ERR_MALFORMED },
	{ "Digest nonce=n, realm= r\"", ERR_MALFORMED },
	{ "Digest nonce=n, realm=r\\", ERR_MALFORMED },
	{ "Digest nonce=\"n\x01\"", ERR_MALFORMED },
	{ "Digest nonce=n, algorithm=SHA-1", ERR_UNSUPPORTED },
};

static void test_what_cannot_be_answered_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusal_rows); i++) {
		struct error err = ERROR_NULL;
		struct auth_challenge challenge;

		assert_int_equal(auth_challenge_parse(&challenge,
				     str_of(refusal_rows[i].text), &err),
		    refusal_rows[i].code);
		assert_string_not_equal(err.text, "");
	}
}

static void test_a_name_that_would_break_the_header_is_refused(void **state)
{
	const struct auth_challenge challenge = { .scheme = AUTH_DIGEST,
		.nonce = STR("n") };
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(auth_answer(&out, &challenge, STR("a\", uri=\"x"), STR("p"),
			     STR("POST"), STR("/"), 1, STR("c"), hash, NULL),
	    ERR_MALFORMED);
	assert_int_equal(out.len, 0);
}

static void test_a_challenge_is_written_as_it_is_read(void **state)
{
	struct auth_challenge challenge, back;
	auto_buf out = BUF_NULL;

	(void)state;
	challenge = (struct auth_challenge){ .scheme = AUTH_DIGEST,
		.realm = STR("r"),
		.nonce = STR("n"),
		.algorithm = AUTH_SHA256,
		.has_algorithm = true,
		.has_qop = true,
		.has_qop_auth = true,
		.is_stale = true };
	auth_challenge_write(&out, &challenge);
	assert_string_equal(buf_cstr(&out),
	    "Digest realm=\"r\", qop=\"auth\", nonce=\"n\", "
	    "algorithm=SHA-256, stale=true");
	assert_int_equal(auth_challenge_parse(&back, buf_str(&out), NULL), 0);
	assert_true(back.is_stale && back.has_qop_auth);
	assert_int_equal(back.algorithm, AUTH_SHA256);
}

/* RFC 9110 11.6.1: challenges of one header have commas between them, as their own parameters
 * have. */
static void test_several_challenges_are_told_apart(void **state)
{
	static const struct {
		const char *headers; /* of the response */
		const char *challenges[4];
	} rows[] = {
		{ "", { NULL } },
		{ "WWW-Authenticate: Basic realm=\"r\"\r\n", { "Basic realm=\"r\"" } },
		{ "WWW-Authenticate: Basic realm=\"r\", Digest realm=\"s\", "
		  "nonce=\"n\"\r\n",
		    { "Basic realm=\"r\"", "Digest realm=\"s\", nonce=\"n\"" } },
		{ "WWW-Authenticate: Digest realm=\"a, Basic b\", nonce=\"n\\\", Basic\", "
		  "qop=\"auth,auth-int\",Basic realm=r , Negotiate\r\n",
		    { "Digest realm=\"a, Basic b\", nonce=\"n\\\", Basic\", "
		      "qop=\"auth,auth-int\"",
			"Basic realm=r", "Negotiate" } },
		{ "WWW-Authenticate: Negotiate, Basic realm = \"r\"\r\n"
		  "www-authenticate: Digest nonce=n\r\n",
		    { "Negotiate", "Basic realm = \"r\"", "Digest nonce=n" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf bytes = BUF_NULL;
		struct http_head head;
		struct str challenge;
		size_t n = 0;

		buf_printf(&bytes, "HTTP/1.1 401 X\r\n%s\r\n", rows[i].headers);
		assert_true(http_head_parse(&head, false, bytes.data, bytes.len, NULL,
				NULL) > 0);
		for (; auth_challenge_nth(&head, n, &challenge); n++) {
			assert_non_null(rows[i].challenges[n]);
			if (!str_is(challenge, rows[i].challenges[n]))
				fail_msg("%.*s", STR_ARG(challenge));
		}
		assert_null(rows[i].challenges[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_are_those_of_the_rfcs),
		cmocka_unit_test(test_digests_are_those_of_curl),
		cmocka_unit_test(test_without_qop_no_count_and_no_cnonce_are_sent),
		cmocka_unit_test(test_a_session_algorithm_is_verified_by_the_same_rule),
		cmocka_unit_test(test_basic_is_base64_of_the_pair),
		cmocka_unit_test(test_basic_credentials_may_be_long),
		cmocka_unit_test(test_without_a_hash_nothing_is_proven),
		cmocka_unit_test(test_what_cannot_be_answered_is_refused),
		cmocka_unit_test(test_a_name_that_would_break_the_header_is_refused),
		cmocka_unit_test(test_a_challenge_is_written_as_it_is_read),
		cmocka_unit_test(test_several_challenges_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
