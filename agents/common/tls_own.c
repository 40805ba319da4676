#include "agents/common/tls_own.h"

#include "agents/common/tls_text.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum {
	COMMON_NAME_MAX = 256
};

struct tls_own_certificate {
	struct str name, der; /* in the arena */
};

struct tls_own {
	EVP_PKEY *key;
	STACK_OF(X509) * chain;
	struct arena arena;
	struct map by_name;                     /* of struct tls_own_certificate * */
	const struct tls_own_certificate *sole; /* where there is no other; else null */
};

struct own_file {
	struct tls_own *own;
	const char *path;
	BIO *in;
};

DEFINE_CLEANUP(BIO *, BIO_free_all)
DEFINE_CLEANUP(X509 *, X509_free)

static int fail(const char *what, const char *path, struct error *err)
{
	char text[256];

	tls_error_text(text, sizeof(text));
	return error_set(err, ERR_TLS, "%s %s: %s", what, path,
	    text[0] != '\0' ? text : "cannot be read");
}

static int add_ca(const struct own_file *file, X509 *certificate, struct error *err)
{
	if (sk_X509_num(file->own->chain) == TLS_OWN_CHAIN_MAX)
		return error_set(err, ERR_TLS,
		    "certificate %s: more than %d of CAs are in it", file->path,
		    TLS_OWN_CHAIN_MAX);
	return X509_add_cert(file->own->chain, certificate, X509_ADD_FLAG_UP_REF) == 1
		   ? 0
		   : fail("certificate", file->path, err);
}

static struct str copy_der(struct tls_own *own, X509 *certificate)
{
	int len = i2d_X509(certificate, NULL);
	unsigned char *room = len > 0 ? arena_alloc(&own->arena, (size_t)len) : NULL;
	unsigned char *end = room;

	if (!room || i2d_X509(certificate, &end) != len)
		return STR_NULL;
	return str_make(room, (size_t)len);
}

static int keep(const struct own_file *file, X509 *certificate, const char *name,
    struct error *err)
{
	struct tls_own *own = file->own;
	struct tls_own_certificate *one = arena_alloc(&own->arena, sizeof(*one));
	const char *copy = arena_strdup(&own->arena, str_of(name));

	if (!one || !copy)
		return error_set(err, -ENOMEM, "no memory");
	*one = (struct tls_own_certificate){ str_of(copy), copy_der(own, certificate) };
	if (!one->der.p || map_put(&own->by_name, one->name, one) < 0)
		return error_set(err, -ENOMEM, "no memory");
	own->sole = own->by_name.len == 1 ? one : NULL;
	return 0;
}

static int add(const struct own_file *file, X509 *certificate, struct error *err)
{
	const struct tls_own *own = file->own;
	char name[COMMON_NAME_MAX];

	if (X509_check_ca(certificate) > 0)
		return add_ca(file, certificate, err);
	tls_name_text(X509_get_subject_name(certificate), name, sizeof(name));
	if (X509_check_private_key(certificate, own->key) != 1) {
		ERR_clear_error();
		return error_set(err, ERR_TLS,
		    "certificate %s: the key does not fit that of \"%s\"", file->path,
		    name);
	}
	if (own->by_name.len == TLS_OWN_MAX)
		return error_set(err, ERR_TLS, "certificate %s: more than %d are in it",
		    file->path, TLS_OWN_MAX);
	if (map_get(&own->by_name, str_of(name)))
		return error_set(err, ERR_TLS, "certificate %s: two are of \"%s\"",
		    file->path, name);
	return keep(file, certificate, name, err);
}

static bool is_at_the_end(void)
{
	unsigned long code = ERR_peek_last_error();

	return ERR_GET_LIB(code) == ERR_LIB_PEM &&
	       ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/* 1: one was added, 0: there are no more. */
static int add_next(const struct own_file *file, struct error *err)
{
	auto_cleanup(X509_free) X509 *certificate =
	    PEM_read_bio_X509(file->in, NULL, NULL, NULL);
	int r;

	if (!certificate && !is_at_the_end())
		return fail("certificate", file->path, err);
	ERR_clear_error();
	if (!certificate)
		return 0;
	r = add(file, certificate, err);
	return r < 0 ? r : 1;
}

static int load_key(struct tls_own *own, const char *path, struct error *err)
{
	auto_cleanup(BIO_free_all) BIO *in = BIO_new_file(path, "r");

	if (in)
		own->key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	return own->key ? 0 : fail("key", path, err);
}

static int load_certificates(struct tls_own *own, const char *path, struct error *err)
{
	auto_cleanup(BIO_free_all) BIO *in = BIO_new_file(path, "r");
	const struct own_file file = { own, path, in };
	int r;

	if (!in)
		return fail("certificate", path, err);
	while ((r = add_next(&file, err)) > 0)
		;
	if (r == 0 && own->by_name.len == 0)
		return error_set(err, ERR_TLS,
		    "certificate %s: there is none of a device in PEM in it", path);
	return r;
}

int tls_own_load(struct tls_own **ret, const char *certificates, const char *key,
    struct error *err)
{
	auto_cleanup(tls_own_free) struct tls_own *own = calloc(1, sizeof(*own));
	int r;

	if (!own)
		return error_set(err, -ENOMEM, "no memory");
	own->chain = sk_X509_new_null();
	if (!own->chain)
		return error_set(err, -ENOMEM, "no memory");
	r = load_key(own, key, err);
	if (r == 0)
		r = load_certificates(own, certificates, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&own);
	return 0;
}

void tls_own_free(struct tls_own *own)
{
	if (!own)
		return;
	EVP_PKEY_free(own->key);
	sk_X509_pop_free(own->chain, X509_free);
	map_free(&own->by_name);
	arena_free(&own->arena);
	free(own);
}

const struct tls_own_certificate *tls_own_find(const struct tls_own *own,
    struct str name)
{
	const struct tls_own_certificate *one;

	if (!own || !name.p)
		return NULL;
	one = map_get(&own->by_name, name);
	return one ? one : own->sole;
}

bool tls_own_show(const struct tls_own *own, const struct tls_own_certificate *one,
    SSL *ssl)
{
	const unsigned char *p = (const unsigned char *)one->der.p;
	auto_cleanup(X509_free) X509 *certificate =
	    d2i_X509(NULL, &p, (long)one->der.len);

	return certificate && SSL_use_certificate(ssl, certificate) == 1 &&
	       SSL_use_PrivateKey(ssl, own->key) == 1 &&
	       (sk_X509_num(own->chain) == 0 || SSL_set1_chain(ssl, own->chain) == 1);
}
