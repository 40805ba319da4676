#include "capture/record/auth_proof.h"

#include <openssl/evp.h>

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

enum auth_proof auth_prove(const struct device_record *device,
    const struct cpe_record *host, const struct http_head *head)
{
	const struct device_more *set = device ? device->more : NULL;
	const struct lease_record *lease = host ? host->lease : NULL;
	struct str value = http_header(head, "Authorization");
	struct auth_credentials credentials;
	const char *password, *username;

	if (!value.p)
		return AUTH_NOT_PROVEN;
	/* What the ACS has set holds, not what DHCP says. */
	password = set && set->password ? set->password
		   : lease              ? lease->password
					: NULL;
	username = set && set->password ? set->username
		   : lease              ? lease->username
					: NULL;
	if (!password || !username ||
	    auth_credentials_parse(&credentials, value, NULL) < 0 ||
	    credentials.scheme != AUTH_DIGEST ||
	    !str_is(credentials.username, username) || !can_hash(credentials.algorithm))
		return AUTH_NOT_PROVEN;
	return auth_verify(&credentials, str_of(username), str_of(password),
		   head->method, hash)
		   ? AUTH_HOLDS
		   : AUTH_FAILS;
}
