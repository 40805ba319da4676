/* capture/tls/tls_suite: our table of cipher suites is that of OpenSSL, wherever OpenSSL
 * knows the suite. */
#include "tests/unit/unit.h"

#include "capture/tls/certificate.h"
#include "capture/tls/tls_suite.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <openssl/ssl.h>

static const int nids[TLS_ALGORITHMS] = {
	[TLS_AES_128_GCM] = NID_aes_128_gcm,
	[TLS_AES_256_GCM] = NID_aes_256_gcm,
	[TLS_CHACHA20] = NID_chacha20_poly1305,
	[TLS_AES_128_CCM] = NID_aes_128_ccm,
	[TLS_AES_256_CCM] = NID_aes_256_ccm,
	[TLS_AES_128_CBC] = NID_aes_128_cbc,
	[TLS_AES_256_CBC] = NID_aes_256_cbc,
	[TLS_3DES_CBC] = NID_des_ede3_cbc,
};

/* Those that OpenSSL has no more, from www.iana.org/assignments/tls-parameters. */
static const struct tls_suite old[] = {
	{ 0x000a, "RSA_WITH_3DES_EDE_CBC_SHA", TLS_CBC, TLS_3DES_CBC, 0, "SHA1",
	    "SHA256" },
	{ 0x0016, "DHE_RSA_WITH_3DES_EDE_CBC_SHA", TLS_CBC, TLS_3DES_CBC, 0, "SHA1",
	    "SHA256" },
	{ 0xc008, "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", TLS_CBC, TLS_3DES_CBC, 0, "SHA1",
	    "SHA256" },
	{ 0xc012, "ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", TLS_CBC, TLS_3DES_CBC, 0, "SHA1",
	    "SHA256" },
	{ 0xc02d, "ECDH_ECDSA_WITH_AES_128_GCM_SHA256", TLS_AEAD_EXPLICIT,
	    TLS_AES_128_GCM, 16, NULL, "SHA256" },
	{ 0xc02e, "ECDH_ECDSA_WITH_AES_256_GCM_SHA384", TLS_AEAD_EXPLICIT,
	    TLS_AES_256_GCM, 16, NULL, "SHA384" },
	{ 0xc031, "ECDH_RSA_WITH_AES_128_GCM_SHA256", TLS_AEAD_EXPLICIT,
	    TLS_AES_128_GCM, 16, NULL, "SHA256" },
	{ 0xc032, "ECDH_RSA_WITH_AES_256_GCM_SHA384", TLS_AEAD_EXPLICIT,
	    TLS_AES_256_GCM, 16, NULL, "SHA384" },
};

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

static void expect_old(const struct tls_suite *suite)
{
	for (size_t i = 0; i < ARRAY_LEN(old); i++) {
		if (suite->id != old[i].id)
			continue;
		assert_string_equal(suite->name, old[i].name);
		assert_int_equal(suite->kind, old[i].kind);
		assert_int_equal(suite->algorithm, old[i].algorithm);
		assert_int_equal(suite->tag_len, old[i].tag_len);
		assert_string_equal(or_none(suite->mac), or_none(old[i].mac));
		assert_string_equal(suite->digest, old[i].digest);
		return;
	}
	fail_msg("neither OpenSSL nor IANA knows 0x%04x, %s", suite->id, suite->name);
}

/* TLS 1.2 takes SHA-256 where a suite names no digest (RFC 5246 5). */
static const char *digest_of(const SSL_CIPHER *cipher)
{
	const EVP_MD *digest = SSL_CIPHER_get_handshake_digest(cipher);

	return EVP_MD_get_type(digest) == NID_sha384 ? "SHA384" : "SHA256";
}

static const char *mac_of(const SSL_CIPHER *cipher)
{
	int nid = SSL_CIPHER_get_digest_nid(cipher);

	return SSL_CIPHER_is_aead(cipher) ? "none"
	       : nid == NID_sha1          ? "SHA1"
	       : nid == NID_sha256        ? "SHA256"
	       : nid == NID_sha384        ? "SHA384"
					  : "?";
}

static void expect_same(const struct tls_suite *suite, const SSL_CIPHER *cipher)
{
	bool is_13 = strcmp(SSL_CIPHER_get_version(cipher), "TLSv1.3") == 0;
	bool is_aead = SSL_CIPHER_is_aead(cipher);
	bool counts = is_13 || suite->algorithm == TLS_CHACHA20;
	bool is_short = str_ends(str_of(suite->name), STR("CCM_8")) ||
			str_ends(str_of(suite->name), STR("CCM_8_SHA256"));

	assert_string_equal(suite->name, SSL_CIPHER_standard_name(cipher) + 4);
	assert_int_equal(nids[suite->algorithm], SSL_CIPHER_get_cipher_nid(cipher));
	assert_int_equal(suite->kind, !is_aead ? TLS_CBC
				      : counts ? TLS_AEAD_COUNTER
					       : TLS_AEAD_EXPLICIT);
	assert_int_equal(suite->tag_len, !is_aead ? 0 : is_short ? 8 : 16);
	assert_string_equal(or_none(suite->mac), mac_of(cipher));
	assert_string_equal(suite->digest, digest_of(cipher));
}

static void suites_are_those_of_openssl(void **state)
{
	SSL_CTX *context = SSL_CTX_new(TLS_method());
	SSL *ssl = SSL_new(context);
	unsigned n_known = 0, n_old = 0;

	(void)state;
	assert_non_null(ssl);
	for (unsigned id = 0; id <= UINT16_MAX; id++) {
		const unsigned char bytes[2] = { (uint8_t)(id >> 8), (uint8_t)id };
		const struct tls_suite *suite = tls_suite_find((uint16_t)id);
		const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, bytes);

		if (!suite)
			continue;
		assert_int_equal(suite->id, id);
		if (cipher)
			expect_same(suite, cipher);
		else
			expect_old(suite);
		n_known++;
		n_old += !cipher;
	}
	assert_int_equal(n_known, 67);
	assert_int_equal(n_old, ARRAY_LEN(old));
	SSL_free(ssl);
	SSL_CTX_free(context);
}

static void alerts_are_named_as_openssl_does(void **state)
{
	unsigned n_named = 0;
	char text[32];

	(void)state;
	for (unsigned alert = 0; alert < 256; alert++) {
		auto_buf want = BUF_NULL, unnamed = BUF_NULL;
		const char *name = tls_alert_name(alert, text);

		buf_printf(&unnamed, "%u", alert);
		if (strcmp(name, buf_cstr(&unnamed)) == 0)
			continue;
		n_named++;
		buf_append_text(&want, SSL_alert_desc_string_long((int)alert));
		for (size_t i = 0; i < want.len; i++)
			want.data[i] = want.data[i] == ' ' ? '_' : want.data[i];
		if (!str_is(buf_str(&want), "unknown"))
			assert_true(str_eq_nocase(buf_str(&want), str_of(name)));
	}
	assert_int_equal(n_named, 25);
	assert_string_equal(tls_alert_name(109, text), "missing_extension");
	assert_string_equal(tls_alert_name(116, text), "certificate_required");
	assert_string_equal(tls_alert_name(86, text), "inappropriate_fallback");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suites_are_those_of_openssl),
		cmocka_unit_test(alerts_are_named_as_openssl_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
