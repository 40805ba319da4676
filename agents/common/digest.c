#include "agents/common/digest.h"

#include "lib/base/text.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

static void to_hex(const uint8_t *bytes, size_t n, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

int digest_hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	bool is_md5 = algorithm == AUTH_MD5 || algorithm == AUTH_MD5_SESS;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes, len, digest, &n, is_md5 ? EVP_md5() : EVP_sha256(),
		NULL) != 1) {
		/* SSL_get_error() would take what is left here for TLS's own. */
		ERR_clear_error();
		return ERR_UNSUPPORTED;
	}
	to_hex(digest, n, hex);
	return 0;
}

int digest_hmac_sha1(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES])
{
	unsigned n = 0;

	/* An empty key is one, too, and null is none to OpenSSL. */
	if (HMAC(EVP_sha1(), key.len > 0 ? key.p : "", (int)key.len, bytes, len, ret,
		&n) &&
	    n == STUN_SHA1_BYTES)
		return 0;
	ERR_clear_error();
	return ERR_UNSUPPORTED;
}

int digest_sha1(const void *bytes, size_t len, uint8_t ret[STUN_SHA1_BYTES])
{
	if (EVP_Digest(bytes, len, ret, NULL, EVP_sha1(), NULL) == 1)
		return 0;
	ERR_clear_error();
	return ERR_UNSUPPORTED;
}

struct digest {
	EVP_MD_CTX *ctx;
	bool has_failed;
};

struct digest *digest_begin(void)
{
	struct digest *digest = calloc(1, sizeof(*digest));

	if (!digest)
		return NULL;
	digest->ctx = EVP_MD_CTX_new();
	if (digest->ctx && EVP_DigestInit_ex(digest->ctx, EVP_sha256(), NULL) == 1)
		return digest;
	ERR_clear_error();
	digest_free(digest);
	return NULL;
}

void digest_add(struct digest *digest, const void *bytes, size_t len)
{
	if (EVP_DigestUpdate(digest->ctx, bytes, len) != 1)
		digest->has_failed = true;
}

void digest_end(struct digest *digest, char hex[AUTH_HASH_HEX_MAX])
{
	uint8_t bytes[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	hex[0] = '\0';
	if (EVP_DigestFinal_ex(digest->ctx, bytes, &n) == 1 && !digest->has_failed)
		to_hex(bytes, n, hex);
	ERR_clear_error();
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->ctx);
	free(digest);
}

void digest_random_hex(char *text, size_t n)
{
	uint8_t bytes[64];

	n = MIN(n, sizeof(bytes));
	/* Guessable nonces would be worse than none. */
	if (RAND_bytes(bytes, (int)n) != 1)
		abort();
	to_hex(bytes, n, text);
}

void digest_chance_hex(struct digest_chance *chance, char *text, size_t n)
{
	uint8_t *bytes;

	n = MIN(n, sizeof(chance->bytes));
	if (chance->left < n) {
		if (RAND_bytes(chance->bytes, sizeof(chance->bytes)) != 1)
			abort();
		chance->left = sizeof(chance->bytes);
	}
	chance->left -= n;
	bytes = chance->bytes + chance->left;
	to_hex(bytes, n, text);
	explicit_bzero(bytes, n);
}

void nonce_store_init(struct nonce_store *store, clock_ns lifetime)
{
	store->by_text = (struct map)MAP_NULL;
	list_init(&store->by_age);
	store->lifetime = lifetime;
}

static void forget(struct nonce_store *store, struct nonce *nonce)
{
	(void)map_remove(&store->by_text, str_of(nonce->text));
	list_remove(&nonce->link);
	free(nonce);
}

void nonce_store_free(struct nonce_store *store)
{
	while (!list_empty(&store->by_age))
		forget(store, list_first(&store->by_age, struct nonce, link));
	map_free(&store->by_text);
}

static void forget_old(struct nonce_store *store, clock_ns now)
{
	while (!list_empty(&store->by_age)) {
		struct nonce *oldest = list_first(&store->by_age, struct nonce, link);

		if (now - oldest->issued < store->lifetime &&
		    store->by_text.len < NONCES_MAX)
			return;
		forget(store, oldest);
	}
}

const char *nonce_add(struct nonce_store *store, struct str text, clock_ns now)
{
	struct nonce *nonce = calloc(1, sizeof(*nonce));

	if (!nonce)
		return NULL;
	forget_old(store, now);
	(void)snprintf(nonce->text, sizeof(nonce->text), "%.*s", STR_ARG(text));
	nonce->issued = now;
	if (map_put(&store->by_text, str_of(nonce->text), nonce) < 0) {
		free(nonce);
		return NULL;
	}
	list_append(&store->by_age, &nonce->link);
	return nonce->text;
}

const char *nonce_issue(struct nonce_store *store, clock_ns now)
{
	char text[NONCE_LEN + 1];

	digest_random_hex(text, NONCE_LEN / 2);
	return nonce_add(store, str_of(text), now);
}

static int parse_nc(struct str text, uint32_t *ret)
{
	uint8_t bytes[4];

	if (text.len != 8 || hex_parse(text, bytes, sizeof(bytes)) != 4)
		return ERR_MALFORMED;
	*ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
	return 0;
}

enum nonce_verdict nonce_check(struct nonce_store *store, struct str text,
    struct str nc_text, clock_ns now)
{
	struct nonce *nonce = map_get(&store->by_text, text);
	uint32_t nc = UINT32_MAX;

	if (!nonce || now - nonce->issued >= store->lifetime)
		return NONCE_STALE;
	if (nc_text.len == 0 ? nonce->last_nc > 0
			     : parse_nc(nc_text, &nc) < 0 || nc <= nonce->last_nc)
		return NONCE_REPLAYED;
	nonce->last_nc = nc;
	return NONCE_GOOD;
}
