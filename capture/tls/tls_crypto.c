#include "capture/tls/tls_crypto.h"

#include "lib/base/error.h"
#include "lib/base/wire.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>

static const struct {
	const char *name; /* as OpenSSL fetches it */
	uint8_t key_len;
	uint8_t fixed_iv; /* bytes of the key block in TLS 1.2; CBC before 1.1: block */
	uint8_t block;
} algorithms[TLS_ALGORITHMS] = {
	[TLS_AES_128_GCM] = { "AES-128-GCM", 16, 4, 0 },
	[TLS_AES_256_GCM] = { "AES-256-GCM", 32, 4, 0 },
	[TLS_CHACHA20] = { "ChaCha20-Poly1305", 32, 12, 0 },
	[TLS_AES_128_CCM] = { "AES-128-CCM", 16, 4, 0 },
	[TLS_AES_256_CCM] = { "AES-256-CCM", 32, 4, 0 },
	[TLS_AES_128_CBC] = { "AES-128-CBC", 16, 0, 16 },
	[TLS_AES_256_CBC] = { "AES-256-CBC", 32, 0, 16 },
	[TLS_3DES_CBC] = { "DES-EDE3-CBC", 24, 0, 8 },
};

enum {
	AEAD_NONCE = 12,
	EXPLICIT_NONCE = 8,
	AAD_12 = 13,
	KEY_BLOCK_MAX = 2 * (TLS_MAC_MAX + 32 + 16),
};

void tls_crypto_free(struct tls_crypto *crypto)
{
	EVP_KDF_free(crypto->prf);
	EVP_MAC_free(crypto->hmac);
	for (size_t i = 0; i < TLS_ALGORITHMS; i++)
		EVP_CIPHER_free(crypto->ciphers[i]);
	*crypto = (struct tls_crypto){ 0 };
}

static const EVP_MD *digest_of(const char *name)
{
	if (strcmp(name, "SHA384") == 0)
		return EVP_sha384();
	return strcmp(name, "SHA256") == 0 ? EVP_sha256() : EVP_sha1();
}

static bool is_ccm(const struct tls_suite *suite)
{
	return suite->algorithm == TLS_AES_128_CCM ||
	       suite->algorithm == TLS_AES_256_CCM;
}

static size_t mac_len(const struct tls_suite *suite)
{
	return suite->mac ? (size_t)EVP_MD_get_size(digest_of(suite->mac)) : 0;
}

static int set_mac_key(struct tls_cipher *c, struct tls_crypto *crypto)
{
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    (char *)c->suite->mac, 0),
		OSSL_PARAM_construct_end(),
	};

	if (!crypto->hmac)
		crypto->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (!c->mac)
		c->mac = crypto->hmac ? EVP_MAC_CTX_new(crypto->hmac) : NULL;
	return c->mac &&
		       EVP_MAC_init(c->mac, c->mac_key, mac_len(c->suite), params) == 1
		   ? 0
		   : ERR_TLS;
}

/* The cipher context with its key; CCM gets the key with each record. */
static int set_key(struct tls_cipher *c, struct tls_crypto *crypto)
{
	enum tls_algorithm a = c->suite->algorithm;

	if (!crypto->ciphers[a])
		crypto->ciphers[a] = EVP_CIPHER_fetch(NULL, algorithms[a].name, NULL);
	if (!c->ctx)
		c->ctx = EVP_CIPHER_CTX_new();
	if (!crypto->ciphers[a] || !c->ctx ||
	    EVP_DecryptInit_ex2(c->ctx, crypto->ciphers[a],
		is_ccm(c->suite) ? NULL : c->key, NULL, NULL) != 1)
		return ERR_TLS;
	c->seq = 0;
	if (c->suite->kind != TLS_CBC)
		return 0;
	EVP_CIPHER_CTX_set_padding(c->ctx, 0);
	return set_mac_key(c, crypto);
}

/* RFC 5246 5, RFC 2246 5 */
static int prf(struct tls_crypto *crypto, const char *digest, const uint8_t master[48],
    const uint8_t *seed, size_t seed_len, uint8_t *out, size_t len)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest,
		    0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, (void *)master,
		    48),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)seed,
		    seed_len),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *ctx;
	int ok;

	if (!crypto->prf)
		crypto->prf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	ctx = crypto->prf ? EVP_KDF_CTX_new(crypto->prf) : NULL;
	ok = ctx && EVP_KDF_derive(ctx, out, len, params) == 1;
	EVP_KDF_CTX_free(ctx);
	return ok ? 0 : ERR_TLS;
}

int tls_cipher_from_master(struct tls_cipher *c, struct tls_crypto *crypto,
    const uint8_t master[48], const struct tls_randoms *randoms, bool is_client)
{
	static const char label[13] = "key expansion";
	size_t mac = mac_len(c->suite);
	size_t key = algorithms[c->suite->algorithm].key_len;
	size_t iv = c->suite->kind != TLS_CBC ? algorithms[c->suite->algorithm].fixed_iv
		    : c->version == TLS_1_0   ? algorithms[c->suite->algorithm].block
					      : 0;
	uint8_t block[KEY_BLOCK_MAX], seed[sizeof(label) + 64];
	const uint8_t *p = block;
	int r;

	memcpy(seed, label, sizeof(label));
	memcpy(seed + sizeof(label), randoms->server, 32);
	memcpy(seed + sizeof(label) + 32, randoms->client, 32);
	r = prf(crypto, c->version >= TLS_1_2 ? c->suite->digest : "MD5-SHA1", master,
	    seed, sizeof(seed), block, 2 * (mac + key + iv));
	if (r < 0)
		return r;
	memcpy(c->mac_key, p + (is_client ? 0 : mac), mac);
	p += 2 * mac;
	memcpy(c->key, p + (is_client ? 0 : key), key);
	p += 2 * key;
	memcpy(c->iv, p + (is_client ? 0 : iv), iv);
	OPENSSL_cleanse(block, sizeof(block));
	return set_key(c, crypto);
}

/* RFC 8446 7.1 HKDF-Expand-Label with an empty context; len is at most one digest. */
static int expand_label(const EVP_MD *digest, const uint8_t *secret, size_t secret_len,
    const char *label, uint8_t *out, size_t len)
{
	uint8_t info[64], mac[EVP_MAX_MD_SIZE];
	unsigned mac_size = 0;
	int n = snprintf((char *)info + 3, sizeof(info) - 5, "tls13 %s", label);

	put_u16(info, (uint16_t)len);
	info[2] = (uint8_t)n;
	info[3 + n] = 0; /* no context */
	info[4 + n] = 1; /* RFC 5869 2.3: first block */
	if (!HMAC(digest, secret, (int)secret_len, info, (size_t)n + 5, mac,
		&mac_size) ||
	    len > mac_size)
		return ERR_TLS;
	memcpy(out, mac, len);
	OPENSSL_cleanse(mac, sizeof(mac));
	return 0;
}

int tls_cipher_from_secret(struct tls_cipher *c, struct tls_crypto *crypto,
    const uint8_t *secret, size_t len)
{
	const EVP_MD *digest = digest_of(c->suite->digest);

	if (len != (size_t)EVP_MD_get_size(digest) || len > sizeof(c->secret))
		return ERR_TLS;
	memmove(c->secret, secret, len);
	c->secret_len = (uint8_t)len;
	if (expand_label(digest, secret, len, "key", c->key,
		algorithms[c->suite->algorithm].key_len) < 0 ||
	    expand_label(digest, secret, len, "iv", c->iv, AEAD_NONCE) < 0)
		return ERR_TLS;
	return set_key(c, crypto);
}

int tls_cipher_update(struct tls_cipher *c, struct tls_crypto *crypto)
{
	uint8_t next[TLS_SECRET_MAX];
	int r = expand_label(digest_of(c->suite->digest), c->secret, c->secret_len,
	    "traffic upd", next, c->secret_len);

	return r < 0 ? r : tls_cipher_from_secret(c, crypto, next, c->secret_len);
}

static void make_nonce(const struct tls_cipher *c, const uint8_t *explicit_part,
    uint8_t nonce[AEAD_NONCE])
{
	memcpy(nonce, c->iv, AEAD_NONCE);
	if (explicit_part) {
		memcpy(nonce + AEAD_NONCE - EXPLICIT_NONCE, explicit_part,
		    EXPLICIT_NONCE);
		return;
	}
	for (int i = 0; i < 8; i++)
		nonce[AEAD_NONCE - 1 - i] ^= (uint8_t)(c->seq >> 8 * i);
}

/* What a record is authenticated with: RFC 5246 6.2.3.3 (and 6.2.3.1), RFC 8446 5.2. */
static size_t make_aad(const struct tls_cipher *c, const struct tls_record *record,
    size_t len, uint8_t aad[AAD_12])
{
	uint8_t *p = aad;

	if (c->version < TLS_1_3) {
		put_u32(p, (uint32_t)(c->seq >> 32));
		put_u32(p + 4, (uint32_t)c->seq);
		p += 8;
	}
	p[0] = record->type;
	put_u16(p + 1, record->version);
	put_u16(p + 3, (uint16_t)len);
	return (size_t)(p - aad) + 5;
}

static bool aead_open(struct tls_cipher *c, const uint8_t nonce[AEAD_NONCE],
    struct str aad, const uint8_t *in, size_t len, uint8_t *out)
{
	int tag = c->suite->tag_len, n = 0, rest = 0;
	EVP_CIPHER_CTX *ctx = c->ctx;
	void *tag_at = (void *)(in + len);

	if (is_ccm(c->suite))
		return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, AEAD_NONCE,
			   NULL) == 1 &&
		       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag, tag_at) ==
			   1 &&
		       EVP_DecryptInit_ex2(ctx, NULL, c->key, nonce, NULL) == 1 &&
		       EVP_DecryptUpdate(ctx, NULL, &n, NULL, (int)len) == 1 &&
		       EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)aad.p,
			   (int)aad.len) == 1 &&
		       EVP_DecryptUpdate(ctx, out, &n, in, (int)len) == 1;
	return EVP_DecryptInit_ex2(ctx, NULL, NULL, nonce, NULL) == 1 &&
	       EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)aad.p, (int)aad.len) ==
		   1 &&
	       EVP_DecryptUpdate(ctx, out, &n, in, (int)len) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag, tag_at) == 1 &&
	       EVP_DecryptFinal_ex(ctx, out + n, &rest) == 1;
}

static int open_aead(struct tls_cipher *c, const struct tls_record *record,
    uint8_t *out, size_t *ret_len)
{
	bool is_explicit = c->suite->kind == TLS_AEAD_EXPLICIT;
	size_t before = is_explicit ? EXPLICIT_NONCE : 0;
	uint8_t nonce[AEAD_NONCE], aad[AAD_12];
	size_t len, aad_len;

	if (record->len < before + c->suite->tag_len)
		return ERR_TLS;
	len = record->len - before - c->suite->tag_len;
	make_nonce(c, is_explicit ? record->body : NULL, nonce);
	aad_len = make_aad(c, record, c->version < TLS_1_3 ? len : record->len, aad);
	if (!aead_open(c, nonce, str_make(aad, aad_len), record->body + before, len,
		out))
		return ERR_TLS;
	*ret_len = len;
	return 0;
}

static bool mac_fits(const struct tls_cipher *c, const struct tls_record *record,
    struct str bytes, const uint8_t *expected)
{
	uint8_t aad[AAD_12], mac[EVP_MAX_MD_SIZE];
	size_t len = 0;

	(void)make_aad(c, record, bytes.len, aad);
	return EVP_MAC_init(c->mac, NULL, 0, NULL) == 1 &&
	       EVP_MAC_update(c->mac, aad, sizeof(aad)) == 1 &&
	       EVP_MAC_update(c->mac, (const uint8_t *)bytes.p, bytes.len) == 1 &&
	       EVP_MAC_final(c->mac, mac, &len, sizeof(mac)) == 1 &&
	       memcmp(mac, expected, len) == 0;
}

/* Bytes of padding with their count, RFC 5246 6.2.3.2; 0: they are wrong. */
static size_t padding_len(const uint8_t *plain, size_t len)
{
	size_t n = len > 0 ? (size_t)plain[len - 1] + 1 : 0;

	if (n > len)
		return 0;
	for (size_t i = 1; i <= n; i++)
		if (plain[len - i] != n - 1)
			return 0;
	return n;
}

static int open_cbc(struct tls_cipher *c, const struct tls_record *record, uint8_t *out,
    size_t *ret_len)
{
	size_t block = algorithms[c->suite->algorithm].block;
	size_t mac = mac_len(c->suite), padding;
	const uint8_t *in = record->body, *iv = c->iv;
	size_t len = record->len;
	int n = 0;

	if (c->is_etm) {
		if (len < mac)
			return ERR_TLS;
		len -= mac;
		if (!mac_fits(c, record, str_make(in, len), in + len))
			return ERR_TLS;
	}
	if (c->version >= TLS_1_1) {
		if (len < block)
			return ERR_TLS;
		iv = in;
		in += block;
		len -= block;
	}
	if (len == 0 || len % block != 0 ||
	    EVP_DecryptInit_ex2(c->ctx, NULL, NULL, iv, NULL) != 1 ||
	    EVP_DecryptUpdate(c->ctx, out, &n, in, (int)len) != 1)
		return ERR_TLS;
	padding = padding_len(out, len);
	if (padding == 0 || (!c->is_etm && len - padding < mac))
		return ERR_TLS;
	*ret_len = len - padding - (c->is_etm ? 0 : mac);
	if (!c->is_etm && !mac_fits(c, record, str_make(out, *ret_len), out + *ret_len))
		return ERR_TLS;
	if (c->version < TLS_1_1)
		memcpy(c->iv, in + len - block, block);
	return 0;
}

int tls_cipher_open(struct tls_cipher *c, const struct tls_record *record, uint8_t *out,
    struct tls_record *ret)
{
	size_t len = 0;
	int r;

	if (!c->ctx || record->len > TLS_RECORD_MAX)
		return ERR_TLS;
	r = c->suite->kind == TLS_CBC ? open_cbc(c, record, out, &len)
				      : open_aead(c, record, out, &len);
	if (r < 0)
		return r;
	*ret = (struct tls_record){ record->type, record->version, out, len };
	c->seq++;
	if (c->version < TLS_1_3)
		return 0;
	/* RFC 8446 5.2: content, its type, zeros. */
	while (ret->len > 0 && out[ret->len - 1] == 0)
		ret->len--;
	if (ret->len == 0)
		return ERR_TLS;
	ret->type = out[--ret->len];
	return 0;
}

void tls_cipher_clear(struct tls_cipher *c)
{
	EVP_CIPHER_CTX_free(c->ctx);
	EVP_MAC_CTX_free(c->mac);
	OPENSSL_cleanse(c, sizeof(*c));
}
