#include "agents/common/tls_crl.h"

#include "agents/common/tls_text.h"
#include "lib/base/cleanup.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>

enum {
	CRL_ISSUER_MAX = 64
};

struct crl_file {
	SSL_CTX *ssl_ctx;
	const char *path;
	char stranger[CRL_ISSUER_MAX]; /* an issuer that is not trusted */
	unsigned n_trusted;            /* CRLs of CAs that are */
};

DEFINE_CLEANUP(BIO *, BIO_free_all)
DEFINE_CLEANUP(X509_CRL *, X509_CRL_free)
DEFINE_CLEANUP(X509_STORE_CTX *, X509_STORE_CTX_free)

static int fail(const struct crl_file *file, struct error *err)
{
	char text[256];

	tls_error_text(text, sizeof(text));
	return error_set(err, ERR_TLS, "CRL %s: %s", file->path, text);
}

/* The trusted CAs of this name: several where one has changed its key. Null: none. */
static STACK_OF(X509) * find_cas(SSL_CTX *ssl_ctx, const X509_NAME *name)
{
	auto_cleanup(X509_STORE_CTX_free) X509_STORE_CTX *look = X509_STORE_CTX_new();

	if (!look ||
	    X509_STORE_CTX_init(look, SSL_CTX_get_cert_store(ssl_ctx), NULL, NULL) != 1)
		return NULL;
	return X509_STORE_CTX_get1_certs(look, name);
}

static bool is_signed(X509_CRL *crl, STACK_OF(X509) * cas)
{
	for (int i = 0; i < sk_X509_num(cas); i++) {
		if (X509_CRL_verify(crl, X509_get0_pubkey(sk_X509_value(cas, i))) == 1)
			return true;
	}
	ERR_clear_error();
	return false;
}

/* The CRL of a CA in between, which comes with the handshake, is looked at then. */
static int check_issuer(struct crl_file *file, X509_CRL *crl, const char *issuer,
    struct error *err)
{
	STACK_OF(X509) *cas = find_cas(file->ssl_ctx, X509_CRL_get_issuer(crl));
	bool is_good = is_signed(crl, cas), is_known = sk_X509_num(cas) > 0;

	sk_X509_pop_free(cas, X509_free);
	ERR_clear_error();
	if (!is_known) {
		(void)snprintf(file->stranger, sizeof(file->stranger), "%s", issuer);
		return 0;
	}
	file->n_trusted++;
	return is_good ? 0
		       : error_set(err, ERR_TLS,
			     "CRL %s: the trusted CA \"%s\" has not signed it",
			     file->path, issuer);
}

static int check_times(const struct crl_file *file, const X509_CRL *crl,
    const char *issuer, struct error *err)
{
	const ASN1_TIME *from = X509_CRL_get0_lastUpdate(crl);
	const ASN1_TIME *until = X509_CRL_get0_nextUpdate(crl);
	char date[TLS_DATE_MAX];

	if (X509_cmp_current_time(from) > 0)
		return error_set(err, ERR_TLS,
		    "CRL %s: that of \"%s\" is not good before %s", file->path, issuer,
		    tls_date_text(from, date));
	if (until && X509_cmp_current_time(until) < 0)
		return error_set(err, ERR_TLS, "CRL %s: that of \"%s\" expired on %s",
		    file->path, issuer, tls_date_text(until, date));
	return 0;
}

static int add(struct crl_file *file, X509_CRL *crl, struct error *err)
{
	char issuer[CRL_ISSUER_MAX];
	int r;

	tls_name_text(X509_CRL_get_issuer(crl), issuer, sizeof(issuer));
	r = check_issuer(file, crl, issuer, err);
	if (r == 0)
		r = check_times(file, crl, issuer, err);
	if (r < 0)
		return r;
	return X509_STORE_add_crl(SSL_CTX_get_cert_store(file->ssl_ctx), crl) == 1
		   ? 0
		   : fail(file, err);
}

static bool is_at_the_end(void)
{
	unsigned long code = ERR_peek_last_error();

	return ERR_GET_LIB(code) == ERR_LIB_PEM &&
	       ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/* 1: one was added, 0: there are no more. */
static int add_next(struct crl_file *file, BIO *in, struct error *err)
{
	auto_cleanup(X509_CRL_free) X509_CRL *crl =
	    PEM_read_bio_X509_CRL(in, NULL, NULL, NULL);
	int r;

	if (!crl && !is_at_the_end())
		return fail(file, err);
	ERR_clear_error();
	if (!crl)
		return 0;
	r = add(file, crl, err);
	return r < 0 ? r : 1;
}

int tls_crl_load(SSL_CTX *ssl_ctx, const char *path, struct error *err)
{
	struct crl_file file = { .ssl_ctx = ssl_ctx, .path = path };
	auto_cleanup(BIO_free_all) BIO *in = BIO_new_file(path, "r");
	int r;

	if (!in)
		return fail(&file, err);
	while ((r = add_next(&file, in, err)) > 0)
		;
	if (r < 0)
		return r;
	if (file.n_trusted == 0 && file.stranger[0] == '\0')
		return error_set(err, ERR_TLS, "CRL %s: there is no CRL in PEM in it",
		    path);
	if (file.n_trusted == 0)
		return error_set(err, ERR_TLS,
		    "CRL %s: it is of \"%s\", which is not among the trusted CAs", path,
		    file.stranger);
	if (X509_STORE_set_flags(SSL_CTX_get_cert_store(ssl_ctx),
		X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) != 1)
		return fail(&file, err);
	return 0;
}
