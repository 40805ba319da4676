#include "agents/cpe/reach/cr_gate.h"

#include "agents/common/digest_why.h"
#include "lib/base/cut.h"
#include "lib/proto/url.h"

#define REALM "cwmplab"

bool cr_throttle_take(struct cr_throttle *throttle, const struct cr_limit *limit,
    clock_ns now)
{
	clock_ns share, full = MAX(throttle->full, now);

	if (limit->requests == 0)
		return true;
	share = limit->period / (clock_ns)limit->requests;
	if (full - now > limit->period - share)
		return false;
	throttle->full = full + share;
	return true;
}

struct str cr_path(const struct http_head *head)
{
	struct url url;

	if (str_starts(head->target, STR("http://")) &&
	    url_parse(&url, head->target, NULL) == 0)
		return url.path;
	return head->target;
}

/* ---- responses ---------------------------------------------------------------------- */

/* No body ever, and never a Retry-After: a CPE that is busy does not say until when
 * (TR-069 A6 3.2.2.2). */
static void write_response(struct buf *out, unsigned status, const char *header,
    struct str value, bool and_close)
{
	http_write_status(out, status);
	if (header)
		http_write_header(out, header, value);
	http_write_header_uint(out, "Content-Length", 0);
	if (and_close)
		http_write_header(out, "Connection", STR("close"));
	http_write_head_end(out);
}

struct cr_answer cr_answer_nobody(struct buf *out)
{
	struct cr_answer answer = { .status = 404,
		.why = "it is for another path than the ConnectionRequestURL's" };

	write_response(out, 404, NULL, STR_NULL, true);
	return answer;
}

static void challenge(const struct cr_gate *gate, bool is_stale, clock_ns now,
    struct str fresh, struct buf *out)
{
	const struct auth_challenge challenge = {
		.scheme = AUTH_DIGEST,
		.realm = STR(REALM),
		.nonce = str_of(nonce_add(gate->nonces, fresh, now)),
		.algorithm = AUTH_MD5,
		.has_algorithm = true,
		.has_qop = true,
		.has_qop_auth = true,
		.is_stale = is_stale,
	};
	auto_buf value = BUF_NULL;

	auth_challenge_write(&value, &challenge);
	write_response(out, 401, "WWW-Authenticate", buf_str(&value), false);
}

/* ---- credentials -------------------------------------------------------------------- */

enum proof {
	PROOF_GOOD,
	PROOF_STALE,
	PROOF_NONE
};

static enum proof take_nonce(const struct cr_gate *gate,
    const struct auth_credentials *credentials, clock_ns now, char why[CR_WHY_MAX])
{
	switch (nonce_check(gate->nonces, credentials->nonce, credentials->nc, now)) {
	case NONCE_GOOD:
		return PROOF_GOOD;
	case NONCE_STALE:
		cut_print(why, CR_WHY_MAX, "the nonce is not known, or is too old");
		return PROOF_STALE;
	case NONCE_REPLAYED:
		break;
	}
	cut_print(why, CR_WHY_MAX, "the nonce was used before, with nc %.*s or greater",
	    STR_ARG(credentials->nc.len > 0 ? credentials->nc : STR("(none)")));
	return PROOF_STALE;
}

/* The password first: who does not know it learns nothing about nonces. */
static enum proof check(const struct cr_gate *gate, const struct http_head *head,
    struct str value, clock_ns now, char why[CR_WHY_MAX])
{
	const struct digest_wanted wanted = {
		.realm = STR(REALM),
		.uri = head->target,
		.method = head->method,
		.username = gate->username,
		.password = gate->password,
		.algorithm = AUTH_MD5,
		.has_qop = true,
	};
	struct auth_credentials credentials;
	struct error err = ERROR_NULL;

	if (auth_credentials_parse(&credentials, value, &err) < 0) {
		cut_print(why, CR_WHY_MAX, "the Authorization cannot be read: %s",
		    err.text);
		return PROOF_NONE;
	}
	if (gate->username.len == 0) {
		cut_print(why, CR_WHY_MAX, "no ConnectionRequestUsername is set");
		return PROOF_NONE;
	}
	if (!digest_is_as_wanted(&wanted, &credentials, gate->hash, why, CR_WHY_MAX))
		return PROOF_NONE;
	return take_nonce(gate, &credentials, now, why);
}

static struct cr_answer judge(const struct cr_gate *gate, const struct http_head *head,
    clock_ns now)
{
	struct str value = http_header(head, "Authorization");
	struct cr_answer answer = { .status = 401 };
	enum proof proof;

	if (!value.p) {
		answer.is_first = true;
		return answer;
	}
	proof = check(gate, head, value, now, answer.why);
	answer.is_stale = proof == PROOF_STALE;
	if (proof != PROOF_GOOD)
		return answer;
	answer.is_accepted = cr_throttle_take(gate->throttle, gate->limit, now);
	answer.status = answer.is_accepted ? 200 : 503;
	if (!answer.is_accepted)
		cut_print(answer.why, sizeof(answer.why),
		    "more than %llu requests in %lld s",
		    (unsigned long long)gate->limit->requests,
		    (long long)(gate->limit->period / NS_PER_S));
	return answer;
}

struct cr_answer cr_gate_answer(const struct cr_gate *gate,
    const struct http_head *head, clock_ns now, struct str fresh, struct buf *out)
{
	struct cr_answer answer = { .status = 405, .why = "it is no GET" };

	if (!str_is(head->method, "GET")) {
		write_response(out, 405, "Allow", STR("GET"), true);
		return answer;
	}
	answer = judge(gate, head, now);
	if (answer.status == 401)
		challenge(gate, answer.is_stale, now, fresh, out);
	else
		write_response(out, answer.status, NULL, STR_NULL, true);
	return answer;
}
