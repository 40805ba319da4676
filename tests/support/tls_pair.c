#include "tests/support/tls_pair.h"

#include "tests/unit/unit.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#define REQUEST  "POST /acs HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
#define RESPONSE "HTTP/1.1 204 No Content\r\n\r\n"

enum {
	LONG = 40000 /* bytes of an answer over several records */
};

static EVP_PKEY *key_of(bool is_rsa)
{
	EVP_PKEY *key = is_rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");

	assert_non_null(key);
	return key;
}

static void certify(SSL_CTX *ctx, bool is_rsa)
{
	EVP_PKEY *key = key_of(is_rsa);
	X509 *cert = X509_new();

	assert_non_null(cert);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
	    (const unsigned char *)"acs.lab", -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(cert));
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(ctx, cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void on_key(const SSL *ssl, const char *line)
{
	struct tls_wire *wire = SSL_get_app_data(ssl);

	buf_append_text(&wire->keys, line);
	buf_append_char(&wire->keys, '\n');
}

static SSL_CTX *context_of(const struct tls_script *script, bool is_server)
{
	SSL_CTX *ctx =
	    SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
	int version = script->version ? script->version : TLS1_3_VERSION;

	assert_non_null(ctx);
	SSL_CTX_set_security_level(ctx, 0);
	assert_int_equal(SSL_CTX_set_min_proto_version(ctx, version), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(ctx, version), 1);
	if (script->ciphers)
		assert_int_equal(version == TLS1_3_VERSION
				     ? SSL_CTX_set_ciphersuites(ctx, script->ciphers)
				     : SSL_CTX_set_cipher_list(ctx, script->ciphers),
		    1);
	SSL_CTX_set_options(ctx, script->options);
	SSL_CTX_clear_options(ctx, script->without);
	SSL_CTX_set_keylog_callback(ctx, on_key);
	if (script->fragment)
		SSL_CTX_set_max_send_fragment(ctx, script->fragment);
	if (is_server || script->wants_certificate)
		certify(ctx, script->is_rsa);
	if (is_server && script->server_groups)
		assert_int_equal(SSL_CTX_set1_groups_list(ctx, script->server_groups),
		    1);
	if (is_server) {
		SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"x", 1);
		SSL_CTX_set_max_early_data(ctx, 4096);
		SSL_CTX_set_recv_max_early_data(ctx, 4096);
	}
	return ctx;
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok, (void)store;
	return 1;
}

static SSL *end_of(struct tls_wire *wire, SSL_CTX *ctx)
{
	SSL *ssl = SSL_new(ctx);

	assert_non_null(ssl);
	SSL_set_app_data(ssl, wire);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	return ssl;
}

/* Carries what an end wrote to the other one, and writes it down. */
static bool carry(struct tls_wire *wire, bool from_client)
{
	SSL *from = from_client ? wire->client : wire->server;
	SSL *to = from_client ? wire->server : wire->client;
	uint8_t bytes[4096];
	int n;
	bool has_any = false;

	while ((n = BIO_read(SSL_get_wbio(from), bytes, sizeof(bytes))) > 0) {
		assert_true(wire->n_chunks < TLS_CHUNKS_MAX);
		wire->chunks[wire->n_chunks++] =
		    (struct tls_chunk){ from_client, wire->bytes.len, (size_t)n };
		buf_append(&wire->bytes, bytes, (size_t)n);
		assert_int_equal(BIO_write(SSL_get_rbio(to), bytes, n), n);
		has_any = true;
	}
	return has_any;
}

/* Lets both ends read until nothing is under way any more. */
static void settle(struct tls_wire *wire)
{
	bool goes_on = true;

	while (goes_on) {
		uint8_t unused[4096];

		(void)SSL_do_handshake(wire->client);
		goes_on = carry(wire, true);
		(void)SSL_do_handshake(wire->server);
		while (SSL_is_init_finished(wire->server) &&
		       SSL_read(wire->server, unused, sizeof(unused)) > 0) {
		}
		goes_on |= carry(wire, false);
		while (SSL_is_init_finished(wire->client) &&
		       SSL_read(wire->client, unused, sizeof(unused)) > 0) {
		}
		goes_on |= carry(wire, true);
	}
	ERR_clear_error();
}

static void say(struct tls_wire *wire, bool from_client, struct str words)
{
	assert_int_equal(SSL_write(from_client ? wire->client : wire->server, words.p,
			     (int)words.len),
	    words.len);
	buf_append_str(&wire->sent[from_client ? FROM_CLIENT : FROM_SERVER], words);
	settle(wire);
}

void tls_ask_and_answer(struct tls_wire *wire)
{
	say(wire, true, STR(REQUEST));
	say(wire, false, STR(RESPONSE));
}

void tls_answer_at_length(struct tls_wire *wire)
{
	auto_buf words = BUF_NULL;

	for (int i = 0; i < LONG; i++)
		buf_append_char(&words, (char)('a' + i % 26));
	say(wire, true, STR(REQUEST));
	say(wire, false, buf_str(&words));
	say(wire, true, STR(REQUEST));
}

void tls_renegotiate(struct tls_wire *wire)
{
	tls_ask_and_answer(wire);
	assert_int_equal(SSL_renegotiate(wire->client), 1);
	settle(wire);
	tls_ask_and_answer(wire);
	assert_int_equal(SSL_renegotiate_abbreviated(wire->server), 1);
	settle(wire);
	tls_ask_and_answer(wire);
}

void tls_update_keys(struct tls_wire *wire)
{
	tls_ask_and_answer(wire);
	assert_int_equal(SSL_key_update(wire->client, SSL_KEY_UPDATE_REQUESTED), 1);
	tls_ask_and_answer(wire);
	assert_int_equal(SSL_key_update(wire->server, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
	tls_ask_and_answer(wire);
}

static void say_early(struct tls_wire *wire)
{
	uint8_t unused[256];
	size_t n = 0;

	assert_int_equal(SSL_write_early_data(wire->client, REQUEST, strlen(REQUEST),
			     &n),
	    1);
	(void)carry(wire, true);
	(void)SSL_read_early_data(wire->server, unused, sizeof(unused), &n);
	(void)carry(wire, false);
	if (SSL_get_early_data_status(wire->server) == SSL_EARLY_DATA_ACCEPTED)
		buf_append_text(&wire->sent[FROM_CLIENT], REQUEST);
}

static SSL_SESSION *connect_once(struct tls_wire *wire, const struct tls_script *script,
    SSL_CTX *client, SSL_CTX *server, SSL_SESSION *session)
{
	SSL_SESSION *next;

	wire->client = end_of(wire, client);
	wire->server = end_of(wire, server);
	SSL_set_connect_state(wire->client);
	SSL_set_accept_state(wire->server);
	SSL_set_tlsext_host_name(wire->client, "acs.lab");
	if (script->wants_certificate)
		SSL_set_verify(wire->server, SSL_VERIFY_PEER, accept_any);
	if (session)
		SSL_set_session(wire->client, session);
	if (session && script->has_early_data)
		say_early(wire);
	settle(wire);
	assert_true(SSL_is_init_finished(wire->client));
	assert_int_equal(wire->sent[FROM_CLIENT].len > 0,
	    session && script->has_early_data && !script->rejects);
	assert_int_equal(SSL_session_reused(wire->client), session != NULL);
	script->talk(wire);
	(void)SSL_shutdown(wire->client);
	(void)SSL_shutdown(wire->server);
	settle(wire);
	next = SSL_get1_session(wire->client);
	SSL_free(wire->client);
	SSL_free(wire->server);
	return next;
}

void tls_wire_free(struct tls_wire *wire)
{
	buf_free(&wire->bytes);
	buf_free(&wire->keys);
	buf_free(&wire->sent[0]);
	buf_free(&wire->sent[1]);
	free(wire);
}

struct tls_wire *tls_wire_record(const struct tls_script *script)
{
	SSL_CTX *client = context_of(script, false), *server = context_of(script, true);
	struct tls_wire *wire = calloc(1, sizeof(*wire));
	SSL_SESSION *session;

	assert_non_null(wire);
	session = connect_once(wire, script, client, server, NULL);
	if (script->resumes) {
		SSL_SESSION *first = session;

		tls_wire_free(wire);
		wire = calloc(1, sizeof(*wire));
		assert_non_null(wire);
		if (script->rejects)
			SSL_CTX_set_max_early_data(server, 0);
		session = connect_once(wire, script, client, server, first);
		SSL_SESSION_free(first);
	}
	SSL_SESSION_free(session);
	SSL_CTX_free(client);
	SSL_CTX_free(server);
	return wire;
}
