#include "agents/common/tls_peer.h"

#include "agents/common/tls_ctx.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static void common_name(X509_NAME *name, char *text, int size)
{
	if (X509_NAME_get_text_by_NID(name, NID_commonName, text, size) < 0)
		(void)snprintf(text, (size_t)size, "?");
}

/* The DNS names and addresses that a certificate is for, comma separated. */
static void subject_names(X509 *certificate, struct buf *out)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	const char *separator = "";

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *text = name->d.ia5;
		char address[INET6_ADDRSTRLEN];

		if (name->type == GEN_DNS)
			buf_printf(out, "%s%.*s", separator, ASN1_STRING_length(text),
			    (const char *)ASN1_STRING_get0_data(text));
		else if (name->type == GEN_IPADD && ASN1_STRING_length(text) == 4 &&
			 inet_ntop(AF_INET, ASN1_STRING_get0_data(text), address,
			     sizeof(address)))
			buf_printf(out, "%s%s", separator, address);
		separator = ", ";
	}
	GENERAL_NAMES_free(names);
}

static void date_text(const ASN1_TIME *time, char *text, size_t size)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 ||
	    strftime(text, size, "%Y-%m-%d", &tm) == 0)
		(void)snprintf(text, size, "?");
}

static void explain(struct tls_peer *peer, X509_STORE_CTX *store)
{
	int code = X509_STORE_CTX_get_error(store);
	X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	auto_buf names = BUF_NULL;
	char text[64];

	switch (code) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		subject_names(certificate, &names);
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate is for %.100s, not %.60s", buf_cstr(&names),
		    peer->name);
		return;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		date_text(X509_get0_notAfter(certificate), text, sizeof(text));
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate expired on %s", text);
		return;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		common_name(X509_get_issuer_name(certificate), text, sizeof(text));
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate is signed by \"%s\", which is not trusted", text);
		return;
	}
	(void)snprintf(peer->why, sizeof(peer->why), "the certificate: %s",
	    X509_verify_cert_error_string(code));
}

static int on_verify(int is_ok, X509_STORE_CTX *store)
{
	SSL *ssl =
	    X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_peer *peer = SSL_get_app_data(ssl);

	if (!is_ok && peer->why[0] == '\0')
		explain(peer, store);
	return is_ok;
}

/* RFC 6125: a name against DNS-IDs (no CN once there are any), an address against
 * iPAddress entries; SNI only for names (RFC 6066 3). */
static bool expect_name(SSL *ssl, const char *name)
{
	uint8_t address[16];
	bool is_address = inet_pton(AF_INET, name, address) == 1 ||
			  inet_pton(AF_INET6, name, address) == 1;

	if (is_address)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, name) == 1 &&
	       SSL_set_tlsext_host_name(ssl, name) == 1;
}

SSL *tls_peer_new(struct tls_peer *peer, struct tls_ctx *ctx, int fd, bool is_server,
    const char *name)
{
	SSL *ssl = SSL_new(ctx->ssl_ctx);

	if (!ssl)
		return NULL;
	peer->why[0] = '\0';
	(void)snprintf(peer->name, sizeof(peer->name), "%s", name ? name : "");
	SSL_set_app_data(ssl, peer);
	if (SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	if (is_server) {
		SSL_set_accept_state(ssl);
		return ssl;
	}
	SSL_set_connect_state(ssl);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verify);
	if (!name || !expect_name(ssl, name)) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

/* What OpenSSL says, and what it means. */
static const struct {
	const char *reason, *words;
} reasons[] = {
	{ "wrong version number", "the other end does not speak TLS" },
	{ "http request", "the other end speaks HTTP without TLS" },
	{ "unexpected eof while reading",
	    "the other end hung up in the middle of TLS" },
	{ "unsupported protocol", "the two ends have no TLS version in common" },
	{ "tlsv1 alert protocol version",
	    "the two ends have no TLS version in common" },
	{ "tlsv1 alert unknown ca",
	    "the other end does not trust our certificate's CA" },
};

static const char *in_plain_words(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (strcmp(text, reasons[i].reason) == 0)
			return reasons[i].words;
	}
	return text[0] != '\0' ? text : "the connection broke during the handshake";
}

void tls_peer_why(const struct tls_peer *peer, char *why, size_t size)
{
	char text[TLS_PEER_WHY_MAX];

	tls_error_text(text, sizeof(text));
	if (peer->why[0] != '\0')
		(void)snprintf(why, size, "%s", peer->why);
	else
		(void)snprintf(why, size, "%s", in_plain_words(text));
}
