#include "agents/common/tls_peer.h"

#include "agents/common/stream.h"
#include "agents/common/tls_memory.h"
#include "agents/common/tls_own.h"
#include "agents/common/tls_text.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/program/log.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

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

static void explain_names(struct tls_peer *peer, X509 *certificate)
{
	auto_buf names = BUF_NULL;
	char text[64];

	subject_names(certificate, &names);
	if (names.len > 0) {
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate is for %.100s, not %.60s", buf_cstr(&names),
		    peer->name);
		return;
	}
	tls_name_text(X509_get_subject_name(certificate), text, sizeof(text));
	(void)snprintf(peer->why, sizeof(peer->why),
	    "the certificate has no name but the common name \"%s\", which %s", text,
	    peer->takes_common_name && !peer->is_address ? "is another one"
							 : "does not count (RFC 9525)");
}

static void explain_revocation(struct tls_peer *peer, X509_STORE_CTX *store)
{
	X509_CRL *crl = X509_STORE_CTX_get0_current_crl(store);
	X509_REVOKED *revoked = NULL;
	char date[TLS_DATE_MAX] = "?";

	if (crl && X509_CRL_get0_by_cert(crl, &revoked,
		       X509_STORE_CTX_get_current_cert(store)) == 1)
		tls_date_text(X509_REVOKED_get0_revocationDate(revoked), date);
	(void)snprintf(peer->why, sizeof(peer->why),
	    "the certificate was revoked on %s", date);
}

static void explain(struct tls_peer *peer, X509_STORE_CTX *store)
{
	int code = X509_STORE_CTX_get_error(store);
	X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	X509_CRL *crl = X509_STORE_CTX_get0_current_crl(store);
	char date[TLS_DATE_MAX], issuer[64];

	tls_name_text(X509_get_issuer_name(certificate), issuer, sizeof(issuer));
	switch (code) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		explain_names(peer, certificate);
		return;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate expired on %s",
		    tls_date_text(X509_get0_notAfter(certificate), date));
		return;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the certificate is signed by \"%s\", which is not trusted",
		    issuer);
		return;
	case X509_V_ERR_CERT_REVOKED:
		explain_revocation(peer, store);
		return;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
		(void)snprintf(peer->why, sizeof(peer->why),
		    "no CRL of \"%s\" says whether the certificate is revoked", issuer);
		return;
	case X509_V_ERR_CRL_HAS_EXPIRED:
		(void)snprintf(peer->why, sizeof(peer->why),
		    "the CRL of \"%s\" expired on %s", issuer,
		    crl ? tls_date_text(X509_CRL_get0_nextUpdate(crl), date) : "?");
		return;
	}
	(void)snprintf(peer->why, sizeof(peer->why), "the certificate: %s",
	    X509_verify_cert_error_string(code));
}

/* The name was found: a second look says whether only as common name. */
static void warn_of_common_name(struct tls_ctx *ctx, const struct tls_peer *peer,
    X509 *certificate)
{
	if (ctx->has_warned || peer->is_address ||
	    X509_check_host(certificate, peer->name, 0,
		X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
		    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
		NULL) == 1)
		return;
	ctx->has_warned = true;
	log_warn("the certificate of %s names it as common name alone, which the model "
		 "takes (RFC 6125 6.4.4); others refuse it (RFC 9525)",
	    peer->name);
}

static int on_verify(int is_ok, X509_STORE_CTX *store)
{
	SSL *ssl =
	    X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_peer *peer = SSL_get_app_data(ssl);

	if (!is_ok && peer->why[0] == '\0')
		explain(peer, store);
	if (is_ok && peer->takes_common_name &&
	    X509_STORE_CTX_get_error_depth(store) == 0)
		warn_of_common_name(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)), peer,
		    X509_STORE_CTX_get_current_cert(store));
	return is_ok;
}

/* RFC 9525: a name against DNS-IDs, an address against iPAddress entries, the common name
 * against nothing unless a model takes it where there are no DNS-IDs (RFC 6125 6.4.4). SNI
 * only for names (RFC 6066 3). */
static bool expect_name(SSL *ssl, struct tls_peer *peer, const char *name)
{
	uint8_t address[16];

	peer->is_address = inet_pton(AF_INET, name, address) == 1 ||
			   inet_pton(AF_INET6, name, address) == 1;
	if (peer->is_address)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	SSL_set_hostflags(ssl,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
		(peer->takes_common_name ? 0 : X509_CHECK_FLAG_NEVER_CHECK_SUBJECT));
	return SSL_set1_host(ssl, name) == 1 &&
	       SSL_set_tlsext_host_name(ssl, name) == 1;
}

static void resume(SSL *ssl, const struct tls_memory *memory, const char *name)
{
	SSL_SESSION *session = memory ? tls_memory_session(memory, name) : NULL;

	if (session)
		(void)SSL_set_session(ssl, session);
	SSL_SESSION_free(session);
}

/* A server: whether it wants a certificate of the client. */
static void ask(SSL *ssl, enum tls_asks asks)
{
	if (asks != TLS_ASKS_NOBODY)
		SSL_set_verify(ssl,
		    asks == TLS_ASKS_REQUIRE
			? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
			: SSL_VERIFY_PEER,
		    on_verify);
}

SSL *tls_peer_new(struct tls_peer *peer, const struct stream_tls *tls, int fd,
    bool is_server)
{
	struct tls_ctx *ctx = tls->ctx;
	const char *name = tls->name;
	SSL *ssl = SSL_new(ctx->ssl_ctx);

	if (!ssl)
		return NULL;
	*peer = (struct tls_peer){ .memory = tls->memory,
		.own = tls_own_find(ctx->own, str_of(tls->identity)) };
	(void)snprintf(peer->name, sizeof(peer->name), "%s", name ? name : "");
	SSL_set_app_data(ssl, peer);
	if (SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	if (is_server) {
		ask(ssl, ctx->asks);
		SSL_set_accept_state(ssl);
		return ssl;
	}
	SSL_set_connect_state(ssl);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verify);
	peer->takes_common_name = ctx->takes_common_name;
	if (!name || !expect_name(ssl, peer, name)) {
		SSL_free(ssl);
		return NULL;
	}
	resume(ssl, tls->memory, name);
	return ssl;
}

/* A NUL in the name would have it read as another one. */
void tls_peer_common_name(const SSL *ssl, char *text, size_t size)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	const X509_NAME *name;
	unsigned char *utf8 = NULL;
	int at, len = -1;

	(void)snprintf(text, size, "%s", certificate ? "?" : "");
	if (!certificate)
		return;
	name = X509_get_subject_name(certificate);
	at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	if (at >= 0)
		len = ASN1_STRING_to_UTF8(&utf8,
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len > 0 && (size_t)len < size && !memchr(utf8, '\0', (size_t)len)) {
		memcpy(text, utf8, (size_t)len);
		text[len] = '\0';
	}
	OPENSSL_free(utf8);
}

#define NO_CERTIFICATE "the other end wants a certificate of us, and we sent none"

/* What OpenSSL says, and what it means. */
static const struct {
	const char *reason, *words;
} reasons[] = {
	{ "wrong version number", "the other end does not speak TLS" },
	{ "http request", "the other end speaks HTTP without TLS" },
	{ "unsupported protocol", "the two ends have no TLS version in common" },
	{ "tlsv1 alert protocol version",
	    "the two ends have no TLS version in common" },
	{ "tlsv1 alert unknown ca",
	    "the other end does not trust our certificate's CA" },
	{ "sslv3 alert certificate expired",
	    "the other end says that our certificate has expired" },
	{ "sslv3 alert certificate revoked",
	    "the other end says that our certificate was revoked" },
	{ "tlsv13 alert certificate required", NO_CERTIFICATE },
	{ "peer did not return a certificate", "the client sent no certificate" },
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
	else if (peer->is_asked && !peer->own &&
		 strcmp(text, "sslv3 alert handshake failure") == 0)
		/* TLS 1.2 has no alert of its own for it. */
		(void)snprintf(why, size, "%s", NO_CERTIFICATE);
	else
		(void)snprintf(why, size, "%s", in_plain_words(text));
}
