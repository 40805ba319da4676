#include "capture/record/auth_proof.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

/* An auth_hash_fn. */
static int hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	static const char digits[] = "0123456789abcdef";
	bool is_md5 = algorithm == AUTH_MD5 || algorithm == AUTH_MD5_SESS;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes, len, digest, &n, is_md5 ? EVP_md5() : EVP_sha256(),
		NULL) != 1)
		return ERR_UNSUPPORTED;
	for (unsigned i = 0; i < n; i++) {
		*hex++ = digits[digest[i] >> 4];
		*hex++ = digits[digest[i] & 15];
	}
	*hex = '\0';
	return 0;
}

static bool can_hash(enum auth_algorithm algorithm)
{
	char hex[AUTH_HASH_HEX_MAX];

	return hash(algorithm, "", 0, hex) == 0;
}

enum auth_proof auth_prove_with(const struct auth_credentials *credentials,
    struct str username, struct str password, struct str method)
{
	bool is_digest = credentials->scheme == AUTH_DIGEST;

	if (credentials->scheme == AUTH_NONE ||
	    (is_digest && (!can_hash(credentials->algorithm) ||
			      (credentials->qop.len > 0 &&
				  !str_eq_nocase(credentials->qop, STR("auth"))))))
		return AUTH_NOT_PROVEN;
	return auth_verify(credentials, username, password, method, hash) ? AUTH_HOLDS
									  : AUTH_FAILS;
}

struct auth_given auth_given(const struct device_record *device,
    const struct cpe_record *host)
{
	const struct device_more *set = device ? device->more : NULL;
	const struct lease_record *lease = host ? host->lease : NULL;

	/* What the ACS has set holds, not what DHCP says. */
	if (set && set->password)
		return (struct auth_given){ set->username, set->password };
	if (lease)
		return (struct auth_given){ lease->username, lease->password };
	return (struct auth_given){ NULL, NULL };
}

enum auth_proof auth_prove(const struct device_record *device,
    const struct cpe_record *host, const struct http_head *head)
{
	struct auth_given given = auth_given(device, host);
	struct str value = http_header(head, "Authorization");
	struct auth_credentials credentials;

	if (!value.p || !given.password || !given.username ||
	    auth_credentials_parse(&credentials, value, NULL) < 0 ||
	    credentials.scheme != AUTH_DIGEST ||
	    !str_is(credentials.username, given.username))
		return AUTH_NOT_PROVEN;
	return auth_prove_with(&credentials, str_of(given.username),
	    str_of(given.password), head->method);
}

/* An hmac_sha1_fn. */
static int hmac_sha1(struct str key, const void *bytes, size_t len,
    uint8_t ret[STUN_SHA1_BYTES])
{
	unsigned n = 0;

	/* An empty key is one, too, and null is none to OpenSSL. */
	return HMAC(EVP_sha1(), key.len > 0 ? key.p : "", (int)key.len, bytes, len, ret,
		   &n) &&
		       n == STUN_SHA1_BYTES
		   ? 0
		   : ERR_UNSUPPORTED;
}

enum auth_proof auth_prove_light(const struct device_record *device,
    const struct cpe_record *host, const struct lightweight *light)
{
	struct auth_given given = auth_given(device, host);
	uint8_t trial[STUN_SHA1_BYTES];

	if (!given.password || !given.username || !host ||
	    host->shown_password != given.password ||
	    !str_is(light->un, given.username) ||
	    hmac_sha1(STR("trial"), "", 0, trial) < 0)
		return AUTH_NOT_PROVEN;
	return lightweight_is_signed(light, str_of(given.password), hmac_sha1)
		   ? AUTH_HOLDS
		   : AUTH_FAILS;
}
