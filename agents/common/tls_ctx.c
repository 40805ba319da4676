#include "agents/common/tls_ctx.h"

#include "agents/common/tls/tls_library.h"
#include "agents/common/tls_crl.h"
#include "agents/common/tls_memory.h"
#include "agents/common/tls_own.h"
#include "agents/common/tls_peer.h"
#include "agents/common/tls_text.h"
#include "lib/base/buf.h"
#include "lib/program/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

static int fail(struct error *err, const char *what, const char *path)
{
	char text[256];

	tls_error_text(text, sizeof(text));
	return error_set(err, ERR_TLS, "%s %s: %s", what, path ? path : "", text);
}

static void on_keylog(const SSL *ssl, const char *line)
{
	struct tls_ctx *ctx = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	auto_buf text = BUF_NULL;

	/* One write a line, so that several processes may share the file. */
	buf_printf(&text, "%s\n", line);
	if (write(ctx->keylog_fd, text.data, text.len) < 0)
		return;
}

int tls_keylog_open(const char *path, struct error *err)
{
	int fd = private_file_open(path, O_WRONLY | O_APPEND);

	return fd >= 0 ? fd
		       : error_set(err, error_of_path(-fd),
			     "key log %s cannot be written: %s", path, error_name(fd));
}

static int open_keylog(struct tls_ctx *ctx, const char *path, struct error *err)
{
	ctx->keylog_fd = tls_keylog_open(path, err);
	if (ctx->keylog_fd < 0)
		return ctx->keylog_fd;
	SSL_CTX_set_keylog_callback(ctx->ssl_ctx, on_keylog);
	return 0;
}

/* The CAs that certificates of the other end may come from, and what these have revoked. */
static int load_trust(struct tls_ctx *ctx, const struct tls_config *config,
    struct error *err)
{
	const char *trust = config->trust;
	bool is_system = trust && strcmp(trust, "system") == 0;

	if (is_system ? SSL_CTX_set_default_verify_paths(ctx->ssl_ctx) != 1
		      : trust && SSL_CTX_load_verify_locations(ctx->ssl_ctx, trust,
				     NULL) != 1)
		return fail(err, "trusted CAs", trust);
	return config->crl ? tls_crl_load(ctx->ssl_ctx, config->crl, err) : 0;
}

/* The names of the CAs go to the client with the question (RFC 8446 4.2.4). */
static int load_client_cas(struct tls_ctx *ctx, const struct tls_config *config,
    struct error *err)
{
	STACK_OF(X509_NAME) *names = NULL;

	ctx->asks = config->asks;
	if (config->asks == TLS_ASKS_NOBODY)
		return 0;
	if (config->trust && strcmp(config->trust, "system") != 0) {
		names = SSL_load_client_CA_file(config->trust);
		if (!names)
			return fail(err, "trusted CAs", config->trust);
		SSL_CTX_set_client_CA_list(ctx->ssl_ctx, names);
	}
	return load_trust(ctx, config, err);
}

static int load_server(struct tls_ctx *ctx, const struct tls_config *config,
    struct error *err)
{
	SSL_CTX *ssl = ctx->ssl_ctx;

	if (SSL_CTX_use_certificate_chain_file(ssl, config->certificate) != 1)
		return fail(err, "certificate", config->certificate);
	if (SSL_CTX_use_PrivateKey_file(ssl, config->key, SSL_FILETYPE_PEM) != 1)
		return fail(err, "key", config->key);
	if (SSL_CTX_check_private_key(ssl) != 1)
		return fail(err, "the key does not fit the certificate",
		    config->certificate);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
	/* OpenSSL resumes no session with a client's certificate without such a name. */
	if (SSL_CTX_set_session_id_context(ssl, (const unsigned char *)"cwmplab", 7) !=
	    1)
		return fail(err, "TLS", NULL);
	/* Each CWMP session shows its whole handshake: nothing is resumed. */
	if (!config->resumes) {
		SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
		SSL_CTX_set_num_tickets(ssl, 0);
	}
	return load_client_cas(ctx, config, err);
}

/* A ticket has come; of TLS 1.3 behind the handshake. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_peer *peer = SSL_get_app_data(ssl);

	if (!peer || !peer->memory)
		return 0;
	tls_memory_take(peer->memory, peer->name, session);
	return 1;
}

/* The server asks for a certificate. */
static int on_asked(SSL *ssl, void *user)
{
	const struct tls_ctx *ctx = user;
	struct tls_peer *peer = SSL_get_app_data(ssl);

	if (!peer)
		return 1;
	peer->is_asked = true;
	return !peer->own || tls_own_show(ctx->own, peer->own, ssl);
}

static int load_client(struct tls_ctx *ctx, const struct tls_config *config,
    struct error *err)
{
	int r = config->certificate
		    ? tls_own_load(&ctx->own, config->certificate, config->key, err)
		    : 0;

	if (r < 0)
		return r;
	SSL_CTX_set_cert_cb(ctx->ssl_ctx, on_asked, ctx);
	ctx->takes_common_name = config->takes_common_name;
	if (config->resumes) {
		SSL_CTX_set_session_cache_mode(ctx->ssl_ctx,
		    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(ctx->ssl_ctx, on_session);
	}
	return load_trust(ctx, config, err);
}

static int version_of(enum tls_protocol protocol)
{
	return protocol == TLS_PROTOCOL_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

/* ---- ciphers ------------------------------------------------------------------------ */

static bool is_13(const SSL_CIPHER *cipher)
{
	return SSL_CIPHER_get_kx_nid(cipher) == NID_kx_any;
}

/* AES-GCM of 128 bits, with a key of its own for each connection. */
static bool is_preferred(const SSL_CIPHER *cipher)
{
	return SSL_CIPHER_get_cipher_nid(cipher) == NID_aes_128_gcm &&
	       (is_13(cipher) || SSL_CIPHER_get_kx_nid(cipher) == NID_kx_ecdhe);
}

static void put_ciphers(struct buf *out, STACK_OF(SSL_CIPHER) * ciphers, bool of_13,
    bool preferred)
{
	for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
		const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(ciphers, i);

		if (is_13(cipher) != of_13 || is_preferred(cipher) != preferred)
			continue;
		if (out->len > 0)
			buf_append_char(out, ':');
		buf_append_text(out, SSL_CIPHER_get_name(cipher));
	}
}

/* Those that the system allows, in another order: what SHA-256 goes with comes first, as in
 * browsers, since a handshake is mostly hashes where no key is exchanged, and processors have
 * instructions for those. What cannot be put in order stays as it is. */
static void order_ciphers(SSL_CTX *ssl)
{
	STACK_OF(SSL_CIPHER) *ciphers = SSL_CTX_get_ciphers(ssl);
	auto_buf of_13 = BUF_NULL, others = BUF_NULL;

	put_ciphers(&of_13, ciphers, true, true);
	put_ciphers(&of_13, ciphers, true, false);
	put_ciphers(&others, ciphers, false, true);
	put_ciphers(&others, ciphers, false, false);
	if (of_13.len > 0)
		(void)SSL_CTX_set_ciphersuites(ssl, buf_cstr(&of_13));
	if (others.len > 0)
		(void)SSL_CTX_set_cipher_list(ssl, buf_cstr(&others));
	ERR_clear_error();
}

static int set_up(struct tls_ctx *ctx, const struct tls_config *config,
    struct error *err)
{
	SSL_CTX *ssl = ctx->ssl_ctx;
	int r;

	SSL_CTX_set_app_data(ssl, ctx);
	/* Several records, or head and rest of one, in one read of the socket. */
	SSL_CTX_set_read_ahead(ssl, 1);
	SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	order_ciphers(ssl);
	if (SSL_CTX_set_min_proto_version(ssl, version_of(config->min)) != 1 ||
	    SSL_CTX_set_max_proto_version(ssl, version_of(config->max)) != 1)
		return fail(err, "TLS versions", NULL);
	r = config->is_server ? load_server(ctx, config, err)
			      : load_client(ctx, config, err);
	if (r == 0 && config->keylog)
		r = open_keylog(ctx, config->keylog, err);
	return r;
}

/* One that needs no more than to check the other end's certificate against CAs of a file. */
static OSSL_LIB_CTX *library_of(const struct tls_config *config)
{
	bool is_plain = !config->is_server && !config->certificate && config->trust &&
			strcmp(config->trust, "system") != 0;

	return is_plain ? tls_library() : NULL;
}

int tls_ctx_new(struct tls_ctx **ret, const struct tls_config *config,
    struct error *err)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *ctx = calloc(1, sizeof(*ctx));
	int r;

	if (!ctx)
		return error_set(err, -ENOMEM, "no memory");
	ctx->keylog_fd = -1;
	ctx->ssl_ctx = SSL_CTX_new_ex(library_of(config), NULL,
	    config->is_server ? TLS_server_method() : TLS_client_method());
	if (!ctx->ssl_ctx)
		return fail(err, "TLS", NULL);
	/* An end without close_notify is told as an end, which HTTP's own framing judges: no
	 * alert goes to a peer that has closed. One that does not read it, as a Node.js
	 * without a listener for data, would never see our FIN behind it. */
	SSL_CTX_set_options(ctx->ssl_ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	r = set_up(ctx, config, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&ctx);
	return 0;
}

void tls_ctx_free(struct tls_ctx *ctx)
{
	if (!ctx)
		return;
	SSL_CTX_free(ctx->ssl_ctx);
	tls_own_free(ctx->own);
	if (ctx->keylog_fd >= 0)
		(void)close(ctx->keylog_fd);
	free(ctx);
}
