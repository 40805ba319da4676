#include "agents/acs/gate.h"

#define REALM "cwmplab"

enum {
	NONCE_LIFETIME_S = 300
};

void gate_init(struct gate *gate, const struct acs_config *config)
{
	gate->config = config;
	nonce_store_init(&gate->nonces, NONCE_LIFETIME_S * NS_PER_S);
}

void gate_free(struct gate *gate)
{
	nonce_store_free(&gate->nonces);
}

static void write_challenge(struct gate *gate, bool is_stale, clock_ns now,
    struct buf *out)
{
	bool is_basic = gate->config->auth == ACS_CONFIG_BASIC;
	const char *nonce = is_basic ? "" : nonce_issue(&gate->nonces, now);
	const struct auth_challenge challenge = {
		.scheme = is_basic ? AUTH_BASIC : AUTH_DIGEST,
		.realm = STR(REALM),
		.nonce = str_of(nonce),
		.algorithm = gate->config->algorithm ? AUTH_SHA256 : AUTH_MD5,
		.has_algorithm = true,
		.has_qop = true,
		.has_qop_auth = true,
		.is_stale = is_stale,
	};

	auth_challenge_write(out, &challenge);
}

static bool is_right(struct gate *gate, const struct http_head *head,
    const struct auth_credentials *credentials, clock_ns now, bool *ret_stale)
{
	bool is_basic = gate->config->auth == ACS_CONFIG_BASIC;

	if ((credentials->scheme == AUTH_BASIC) != is_basic)
		return false;
	/* The digest must be of this very request (RFC 7616 3.4.6). */
	if (!is_basic && !str_eq(credentials->uri, head->target))
		return false;
	if (!auth_verify(credentials, str_of(gate->config->username),
		str_of(gate->config->password), head->method, digest_hash))
		return false;
	if (is_basic)
		return true;
	*ret_stale = nonce_check(&gate->nonces, credentials->nonce, credentials->nc,
			 now) != NONCE_GOOD;
	return !*ret_stale;
}

bool gate_pass(struct gate *gate, const struct http_head *head, bool is_known,
    clock_ns now, struct buf *challenge)
{
	struct str value = http_header(head, "Authorization");
	struct auth_credentials credentials;
	bool is_stale = false;

	if (gate->config->auth == ACS_CONFIG_NONE)
		return true;
	if (!value.p && is_known)
		return true;
	if (value.p && auth_credentials_parse(&credentials, value, NULL) == 0 &&
	    is_right(gate, head, &credentials, now, &is_stale))
		return true;
	write_challenge(gate, is_stale, now, challenge);
	return false;
}
