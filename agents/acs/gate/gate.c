#include "agents/acs/gate/gate.h"

#define REALM "cwmplab"

void acs_gate_init(struct acs_gate *gate, enum acs_auth_scheme scheme,
    enum auth_algorithm algorithm, struct str username, struct str password)
{
	gate->scheme = scheme;
	gate->algorithm = algorithm;
	gate->username = username;
	gate->password = password;
	nonce_store_init(&gate->nonces, ACS_NONCE_LIFETIME_S * NS_PER_S);
}

void acs_gate_free(struct acs_gate *gate)
{
	nonce_store_free(&gate->nonces);
}

/* Whether the credentials are of the algorithm and the qop that the challenge named: one
 * that the ACS did not offer may be weaker, or leave the count out of the hash (RFC 7616
 * 3.4). Those without qop are of RFC 2069 and older CPEs; their nonce is good once. */
static bool is_as_offered(const struct acs_gate *gate,
    const struct auth_credentials *credentials)
{
	bool has_qop = credentials->qop.p;

	if (credentials->algorithm != gate->algorithm)
		return false;
	if (has_qop)
		return str_eq_nocase(credentials->qop, STR("auth")) &&
		       credentials->nc.len > 0 && credentials->cnonce.len > 0;
	return !credentials->nc.p;
}

/* The password first: who does not know it learns nothing about nonces. */
static enum acs_auth_verdict check_digest(struct acs_gate *gate,
    const struct auth_credentials *credentials, const struct http_head *head,
    struct str username, struct str password, clock_ns now)
{
	if (!str_is(credentials->realm, REALM) ||
	    !str_eq(credentials->uri, head->target) ||
	    !is_as_offered(gate, credentials) ||
	    !auth_verify(credentials, username, password, head->method, digest_hash))
		return ACS_AUTH_WRONG;
	if (nonce_check(&gate->nonces, credentials->nonce, credentials->nc, now) !=
	    NONCE_GOOD)
		return ACS_AUTH_STALE;
	return ACS_AUTH_GOOD;
}

enum acs_auth_verdict acs_gate_check(struct acs_gate *gate,
    const struct http_head *head, clock_ns now)
{
	return acs_gate_check_as(gate, head, gate->username, gate->password, now);
}

enum acs_auth_verdict acs_gate_check_as(struct acs_gate *gate,
    const struct http_head *head, struct str username, struct str password,
    clock_ns now)
{
	struct str value = http_header(head, "Authorization");
	struct auth_credentials credentials;

	if (gate->scheme == ACS_SCHEME_NONE)
		return ACS_AUTH_GOOD;
	if (!value.p)
		return ACS_AUTH_MISSING;
	if (auth_credentials_parse(&credentials, value, NULL) < 0)
		return ACS_AUTH_WRONG;
	/* Basic is refused where digest was asked for: it shows the password. */
	if (gate->scheme == ACS_SCHEME_DIGEST) {
		if (credentials.scheme != AUTH_DIGEST)
			return ACS_AUTH_WRONG;
		return check_digest(gate, &credentials, head, username, password, now);
	}
	if (credentials.scheme != AUTH_BASIC ||
	    !auth_verify(&credentials, username, password, head->method, digest_hash))
		return ACS_AUTH_WRONG;
	return ACS_AUTH_GOOD;
}

/* CPEs that know Basic alone are common, and nothing of theirs would help. */
static const char *why_wrong(const struct acs_gate *gate, const struct http_head *head)
{
	struct auth_credentials credentials;
	bool is_digest;

	if (auth_credentials_parse(&credentials, http_header(head, "Authorization"),
		NULL) < 0)
		return "the credentials are wrong";
	is_digest = credentials.scheme == AUTH_DIGEST;
	if (is_digest && gate->scheme == ACS_SCHEME_DIGEST &&
	    !str_eq(credentials.uri, head->target))
		return "the digest is of another uri than the request";
	if (is_digest == (gate->scheme == ACS_SCHEME_DIGEST))
		return "the credentials are wrong";
	return is_digest
		   ? "the CPE offers Digest, this ACS wants Basic (--auth digest, "
		     "or auth: digest, takes it)"
		   : "the CPE offers Basic, this ACS wants Digest (--auth basic, "
		     "or auth: basic, takes it)";
}

const char *acs_gate_why(const struct acs_gate *gate, const struct http_head *head,
    enum acs_auth_verdict verdict)
{
	switch (verdict) {
	case ACS_AUTH_GOOD:
		return "";
	case ACS_AUTH_MISSING:
		return "no credentials came";
	case ACS_AUTH_STALE:
		return "the nonce is too old, or was used before";
	case ACS_AUTH_WRONG:
		return why_wrong(gate, head);
	}
	return "";
}

static void write_challenge(const struct auth_challenge *challenge, struct buf *out)
{
	buf_append_text(out, "WWW-Authenticate: ");
	auth_challenge_write(out, challenge);
	buf_append_text(out, "\r\n");
}

void acs_gate_challenge(struct acs_gate *gate, bool is_stale, clock_ns now,
    struct buf *out)
{
	struct auth_challenge challenge = { .scheme = AUTH_BASIC, .realm = STR(REALM) };

	if (gate->scheme == ACS_SCHEME_DIGEST) {
		challenge = (struct auth_challenge){
			.scheme = AUTH_DIGEST,
			.realm = STR(REALM),
			.nonce = str_of(nonce_issue(&gate->nonces, now)),
			.algorithm = gate->algorithm,
			.has_algorithm = true,
			.has_qop = true,
			.has_qop_auth = true,
			.is_stale = is_stale,
		};
	}
	write_challenge(&challenge, out);
}
