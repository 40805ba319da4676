#include "agents/cpe/reach/udp_gate.h"

#include "agents/common/digest_why.h"
#include "lib/base/cut.h"

#include <inttypes.h>
#include <stdio.h>

static enum udp_verdict refuse(char why[CR_WHY_MAX], const char *fmt, ...)
    ATTR_PRINTF(2, 3);

static enum udp_verdict refuse(char why[CR_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(why, CR_WHY_MAX, fmt, args);
	va_end(args);
	return UDP_REFUSED;
}

/* Hexadecimal digits of either case, in a time that tells a forger nothing of the first that is
 * wrong. */
static bool is_same_sig(const char *sig, const char *given)
{
	char lower[UDP_CALL_SIG_LEN + 1];
	size_t len = strnlen(given, UDP_CALL_SIG_LEN);

	for (size_t i = 0; i < len; i++)
		lower[i] =
		    (char)(given[i] >= 'A' && given[i] <= 'F' ? given[i] - 'A' + 'a'
							      : given[i]);
	return str_eq_secret(str_of(sig), str_make(lower, len));
}

/* Who does not know the password learns nothing of what was let in before: a forger could
 * otherwise lock the ACS out with a ts of the far future. */
static bool is_signed(const struct udp_call *call, struct str username,
    struct str password, hmac_sha1_fn *hmac, char why[CR_WHY_MAX])
{
	char sig[UDP_CALL_SIG_LEN + 1], want[DIGEST_START_MAX], got[DIGEST_START_MAX];

	why[0] = '\0';
	if (username.len == 0) {
		(void)refuse(why, "no ConnectionRequestUsername is set");
		return false;
	}
	if (!digest_field_is(why, CR_WHY_MAX, "un", username, str_of(call->un)))
		return false;
	if (udp_call_sign(call, password, hmac, sig) < 0) {
		(void)refuse(why, "this machine has no HMAC-SHA1");
		return false;
	}
	if (is_same_sig(sig, call->sig))
		return true;
	(void)refuse(why, "sig: expected %s, received %s: the passwords differ",
	    digest_start(str_of(sig), want), digest_start(str_of(call->sig), got));
	return false;
}

enum udp_verdict udp_gate_take(struct udp_gate *gate, struct str bytes,
    struct str username, struct str password, const struct cr_limit *limit,
    struct cr_throttle *throttle, clock_ns now, hmac_sha1_fn *hmac,
    char why[CR_WHY_MAX])
{
	struct error err = ERROR_NULL;
	struct udp_call call;

	why[0] = '\0';
	if (udp_call_read(&call, bytes, &err) < 0)
		return refuse(why, "%s", err.text);
	if (!is_signed(&call, username, password, hmac, why))
		return UDP_REFUSED;
	if (call.ts == gate->ts && strcmp(call.id, gate->id) == 0)
		return UDP_COPY;
	if (call.ts <= gate->ts)
		return refuse(why,
		    "ts: expected more than %" PRIu64 ", received %" PRIu64, gate->ts,
		    call.ts);
	if (!cr_throttle_take(throttle, limit, now))
		return refuse(why, "more than %" PRIu64 " requests in %" PRId64 " s",
		    limit->requests, limit->period / NS_PER_S);
	gate->ts = call.ts;
	(void)snprintf(gate->id, sizeof(gate->id), "%s", call.id);
	return UDP_ACCEPTED;
}
