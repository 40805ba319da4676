#include "agents/common/tls/tls_library.h"

#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#define NAME "cwmplab"

enum {
	DECODERS_MAX = 16
};

/* OpenSSL's own default provider, in its default context. */
static OSSL_PROVIDER *whole;

/* Those of its decoders that read a public key as it stands in a certificate, ended by zeros. */
static OSSL_ALGORITHM decoders[DECODERS_MAX + 1];

/* ---- the provider -------------------------------------------------------------------- */

static const OSSL_ALGORITHM *query(void *provider, int operation, int *no_cache)
{
	(void)provider;
	if (operation != OSSL_OP_DECODER)
		return OSSL_PROVIDER_query_operation(whole, operation, no_cache);
	*no_cache = 0;
	return decoders;
}

static const OSSL_PARAM *gettable_params(void *provider)
{
	(void)provider;
	return OSSL_PROVIDER_gettable_params(whole);
}

static int get_params(void *provider, OSSL_PARAM params[])
{
	(void)provider;
	return OSSL_PROVIDER_get_params(whole, params);
}

/* The groups of TLS. */
static int get_capabilities(void *provider, const char *capability, OSSL_CALLBACK *take,
    void *user)
{
	(void)provider;
	return OSSL_PROVIDER_get_capabilities(whole, capability, take, user);
}

static int init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
    const OSSL_DISPATCH **out, void **provider)
{
	static const OSSL_DISPATCH functions[] = {
		{ OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
		{ OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))gettable_params },
		{ OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params },
		{ OSSL_FUNC_PROVIDER_GET_CAPABILITIES,
		    (void (*)(void))get_capabilities },
		{ 0, NULL },
	};

	(void)handle;
	(void)in;
	*out = functions;
	/* What it gives out are the functions of the whole one, which want its context. */
	*provider = OSSL_PROVIDER_get0_provider_ctx(whole);
	return 1;
}

/* ---- the context --------------------------------------------------------------------- */

/* Whether name is one of "EC:id-ecPublicKey:1.2.840.10045.2.1". */
static bool is_named(const char *names, const char *name)
{
	struct str rest = str_of(names);

	while (rest.len > 0) {
		if (str_is(str_cut(rest, ':', &rest), name))
			return true;
	}
	return false;
}

/* Of certificates that TLS uses, and of CAs. */
static bool is_wanted(const OSSL_ALGORITHM *decoder)
{
	static const char *const keys[] = { "RSA", "RSA-PSS", "EC", "ED25519",
		"ED448" };
	struct str properties = str_of(decoder->property_definition);

	if (!str_find(properties, STR("input=der"), NULL) ||
	    !str_find(properties, STR("structure=SubjectPublicKeyInfo"), NULL))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (is_named(decoder->algorithm_names, keys[i]))
			return true;
	}
	return false;
}

static size_t collect_decoders(void)
{
	int no_cache;
	const OSSL_ALGORITHM *all =
	    OSSL_PROVIDER_query_operation(whole, OSSL_OP_DECODER, &no_cache);
	size_t n = 0;

	for (; all && all->algorithm_names && n < DECODERS_MAX; all++) {
		if (is_wanted(all))
			decoders[n++] = *all;
	}
	return n;
}

static int count(OSSL_PROVIDER *provider, void *user)
{
	size_t *n = user;

	(void)provider;
	++*n;
	return 1;
}

/* A machine that is set up for others (FIPS, a token) is left as it is. */
static bool is_default_alone(void)
{
	size_t n = 0;

	return OSSL_PROVIDER_available(NULL, "default") == 1 &&
	       OSSL_PROVIDER_do_all(NULL, count, &n) == 1 && n == 1;
}

static OSSL_LIB_CTX *make_library(void)
{
	OSSL_LIB_CTX *library;

	if (!is_default_alone())
		return NULL;
	whole = OSSL_PROVIDER_load(NULL, "default");
	if (!whole || collect_decoders() == 0)
		return NULL;
	library = OSSL_LIB_CTX_new();
	if (library && OSSL_PROVIDER_add_builtin(library, NAME, init) == 1 &&
	    OSSL_PROVIDER_load(library, NAME))
		return library;
	OSSL_LIB_CTX_free(library);
	return NULL;
}

OSSL_LIB_CTX *tls_library(void)
{
	static OSSL_LIB_CTX *library;
	static bool is_made;

	if (!is_made)
		library = make_library();
	is_made = true;
	ERR_clear_error();
	return library;
}
