/* Rules of HTTP authentication in sessions (TR-069 A6 3.4.4, RFC 7616). */
#include "capture/facts/history.h"
#include "capture/record/http_trace.h"
#include "capture/rules/catalogue.h"

enum {
	SEEN_MAX = 16, /* nonces of a session that are told apart */
};

/* A nonce or cnonce of this session. */
struct seen_nonce {
	const char *text;
	const struct conn_record *conn; /* where it was first seen */
	bool is_challenged;             /* the challenge is in the session */
	bool has_qop;
	uint32_t count; /* the last nc */
};

struct seen {
	struct seen_nonce nonces[SEEN_MAX];
	size_t len;
};

static struct seen_nonce *seen_find(struct seen *seen, const char *text)
{
	for (size_t i = 0; i < seen->len; i++) {
		if (strcmp(seen->nonces[i].text, text) == 0)
			return &seen->nonces[i];
	}
	return NULL;
}

/* A new one; the oldest goes where there is no room. */
static struct seen_nonce *seen_add(struct seen *seen, const char *text,
    const struct conn_record *conn)
{
	if (seen->len == SEEN_MAX)
		memmove(&seen->nonces[0], &seen->nonces[1],
		    --seen->len * sizeof(seen->nonces[0]));
	seen->nonces[seen->len] = (struct seen_nonce){ .text = text, .conn = conn };
	return &seen->nonces[seen->len++];
}

static void seen_challenge(struct seen *seen, const struct http_record *http)
{
	struct seen_nonce *nonce = seen_find(seen, http->auth.nonce);

	if (!nonce)
		nonce = seen_add(seen, http->auth.nonce, http->links.conn);
	nonce->is_challenged = true;
	nonce->has_qop = http->auth.facts & AUTH_FACT_QOP;
}

static bool is_challenge(const struct http_record *http)
{
	return !http->is_request && http->auth.scheme == AUTH_DIGEST &&
	       http->auth.nonce;
}

static bool is_answer(const struct http_record *http)
{
	return http->is_request && http->auth.scheme == AUTH_DIGEST && http->auth.nonce;
}

static bool is_accepted(const struct http_record *request)
{
	return request->links.answer &&
	       (request->links.answer->on & (ON_ACS_ENVELOPE | ON_ACS_EMPTY));
}

static bool is_refused(const struct http_record *request)
{
	return request->links.answer && request->links.answer->on == ON_ACS_CHALLENGE;
}

/* ---- AUTH-01 --------------------------------------------------------------------- */

/* Tells each refusal of a digest of another password than the CPE was given, in answer to a
 * challenge that the capture shows. */
static enum rule_verdict tell_wrong(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct device_more *more = view->device ? view->device->more : NULL;
	enum rule_verdict verdict = RULE_SILENT;
	struct seen seen = { .len = 0 };

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (is_challenge(http))
			seen_challenge(&seen, http);
		if (http->is_request && http->auth.proof == AUTH_FAILS &&
		    is_refused(http) && seen_find(&seen, http->auth.nonce) &&
		    !(http->links.answer->auth.facts & AUTH_FACT_STALE))
			verdict = rule_broken(view, http,
			    "the digest of user \"%s\" does not fit the password that the "
			    "CPE was given by %s",
			    http->auth.username,
			    more && more->password ? "its ACS" : "DHCP");
	}
	return verdict;
}

static enum rule_verdict check_proof(struct whole *view)
{
	const struct session_record *session = view->session;
	bool holds = false, fails = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!http->is_request || http->auth.proof == AUTH_NOT_PROVEN)
			continue;
		if (http->auth.proof == AUTH_HOLDS) {
			holds = true;
			continue;
		}
		fails = true;
		/* The ACS knows a password that the capture does not. */
		if (is_accepted(http))
			return rule_not_judged(view,
			    "the ACS takes a password that the capture does not show");
	}
	if (holds || !fails)
		return rule_kept_if(holds);
	return tell_wrong(view) == RULE_BROKEN
		   ? RULE_BROKEN
		   : rule_not_judged(view, "the digest may be of another password");
}

static bool is_same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What of the credentials is not as the challenge wants it, so that no password can make them
 * fit; null: all is. */
static const char *misfit(const struct http_record *challenge,
    const struct http_record *answer)
{
	if (!is_same_text(answer->auth.nonce, challenge->auth.nonce))
		return "nonce";
	if (!is_same_text(answer->auth.realm, challenge->auth.realm))
		return "realm";
	if (!is_same_text(answer->auth.opaque, challenge->auth.opaque))
		return "opaque";
	if (answer->auth.algorithm != challenge->auth.algorithm)
		return "algorithm";
	if (answer->auth.facts & AUTH_FACT_OTHER_QOP)
		return "qop";
	return answer->auth.facts & AUTH_FACT_BAD_NC ? "nc" : NULL;
}

/* Credentials that the ACS refuses, beside the challenge right before them. What it takes fits,
 * whatever it looks like. */
static enum rule_verdict check_fits(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct http_record *challenge = NULL;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		const char *what;

		if (http->on == ON_ACS_CHALLENGE)
			challenge = is_challenge(http) ? http : NULL;
		if (!challenge || !is_answer(http) || !is_refused(http) ||
		    challenge->auth.facts & AUTH_FACT_SEVERAL ||
		    http->links.answer->auth.facts & AUTH_FACT_STALE)
			continue;
		what = misfit(challenge, http);
		if (what)
			verdict = rule_broken(view, http,
			    "%s of the digest is not as the challenge of frame %llu wants "
			    "it: the ACS refuses it",
			    what, (unsigned long long)challenge->frame.number);
	}
	return verdict;
}

static const struct rule_check fits_challenge[] = {
	{ .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_fits },
	{ .check = NULL },
};

/* Of credentials in a session and in a connection request, where the ACS is the client. */
static enum rule_who sender_of(const struct whole *view, const struct http_record *http)
{
	return view->call && http == view->call->get ? RULE_BY_ACS : RULE_BY_CPE;
}

/* ---- AUTH-02 --------------------------------------------------------------------- */

static enum rule_verdict compare_qop(struct whole *view, const struct http_record *http,
    bool is_offered)
{
	bool has_qop = http->auth.facts & AUTH_FACT_QOP;
	bool has_nc = http->auth.facts & AUTH_FACT_NC;

	if (is_offered && !(has_qop && has_nc && http->auth.cnonce))
		return rule_broken_at(view, sender_of(view, http), http->frame,
		    "the challenge has qop, the credentials have no %s",
		    !has_qop  ? "qop"
		    : !has_nc ? "nc"
			      : "cnonce");
	if (!is_offered && (has_qop || has_nc))
		return rule_broken_at(view, sender_of(view, http), http->frame,
		    "the challenge has no qop, the credentials have %s",
		    has_qop ? "qop" : "nc");
	return RULE_KEPT;
}

static enum rule_verdict check_qop(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	struct seen seen = { .len = 0 };

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		const struct seen_nonce *nonce;

		if (is_challenge(http))
			seen_challenge(&seen, http);
		nonce = is_answer(http) ? seen_find(&seen, http->auth.nonce) : NULL;
		if (nonce)
			verdict = rule_worse(verdict,
			    compare_qop(view, http, nonce->has_qop));
	}
	return verdict;
}

/* The challenge that a connection request answers, as the device has sent it; null where the
 * capture does not show it. */
static const struct device_more *challenge_of_call(const struct whole *view)
{
	const struct http_record *get = view->call->get;
	const struct device_more *more = view->device ? view->device->more : NULL;

	return more && get && is_answer(get) && more->challenge.nonce != 0 &&
		       text_digest(get->auth.nonce) == more->challenge.nonce
		   ? more
		   : NULL;
}

static enum rule_verdict check_call_qop(struct whole *view)
{
	const struct device_more *more = challenge_of_call(view);

	return more ? compare_qop(view, view->call->get, more->challenge.has_qop)
		    : RULE_SILENT;
}

static const struct rule_check qop_of_call[] = {
	{ .scope = WHOLE_CALL, .check = check_call_qop },
	{ .check = NULL },
};

/* ---- AUTH-03 --------------------------------------------------------------------- */

/* Whether the CPE may have counted with the nonce in a session before: its last one did, or the
 * capture does not show all of them. One that has just started has forgotten its counts. */
static bool may_have_counted(const struct whole *view, const struct seen_nonce *nonce)
{
	static const unsigned starts = EVENT_BIT(BOOTSTRAP) | EVENT_BIT(BOOT);
	const struct http_record *inform = view->session->inform;
	const struct device_record *device = view->device;

	if (device && device->traces.nonce == text_digest(nonce->text))
		return true;
	if (inform && inform->inform.retry_count == 0 &&
	    inform->inform.event_bits & starts)
		return false;
	return !past_last(device) || !view->host || view->host->blind > 0;
}

static enum rule_verdict compare_count(struct whole *view,
    const struct http_record *http, struct seen_nonce *nonce)
{
	uint32_t before = nonce->count;

	nonce->count = http->auth.nonce_count;
	if (before > 0 && http->auth.nonce_count <= before)
		return rule_broken(view, http,
		    "nc is %08x, that of the request before with this nonce %08x",
		    http->auth.nonce_count, before);
	if (before == 0 && nonce->is_challenged && http->auth.nonce_count != 1 &&
	    !may_have_counted(view, nonce))
		return rule_broken(view, http,
		    "the first nc of a nonce is %08x; 00000001 is expected",
		    http->auth.nonce_count);
	return before > 0 || nonce->is_challenged ? RULE_KEPT : RULE_SILENT;
}

static enum rule_verdict check_count(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	struct seen seen = { .len = 0 };

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		struct seen_nonce *nonce;

		if (is_challenge(http))
			seen_challenge(&seen, http);
		if (!is_answer(http) || !(http->auth.facts & AUTH_FACT_NC))
			continue;
		nonce = seen_find(&seen, http->auth.nonce);
		if (!nonce)
			nonce = seen_add(&seen, http->auth.nonce, http->links.conn);
		verdict = rule_worse(verdict, compare_count(view, http, nonce));
	}
	return verdict;
}

static enum rule_verdict check_call_count(struct whole *view)
{
	const struct device_more *more = challenge_of_call(view);
	const struct http_record *get = view->call->get;

	if (!more || !(get->auth.facts & AUTH_FACT_NC))
		return RULE_SILENT;
	/* An ACS may be several hosts, each of which counts its own requests. */
	if (more->challenge.count > 0 &&
	    !address_eq(&more->challenge.caller, &view->call->conn->client))
		return RULE_SILENT;
	if (more->challenge.count > 0 && get->auth.nonce_count <= more->challenge.count)
		return rule_broken_at(view, RULE_BY_ACS, get->frame,
		    "nc is %08x, that of the connection request before with this nonce "
		    "%08x",
		    get->auth.nonce_count, more->challenge.count);
	/* Devices use one nonce for long: calls before the capture may have counted it. */
	return RULE_KEPT;
}

static const struct rule_check count_of_call[] = {
	{ .scope = WHOLE_CALL, .check = check_call_count },
	{ .check = NULL },
};

/* ---- AUTH-04 --------------------------------------------------------------------- */

static enum rule_verdict check_uri(struct whole *view)
{
	const struct http_record *http = view->http;

	if (!is_answer(http))
		return RULE_SILENT;
	if (!(http->auth.facts & AUTH_FACT_OTHER_URI))
		return RULE_KEPT;
	return rule_broken(view, http,
	    "the uri of the digest is not that of the request, "
	    "%s",
	    http->head.target);
}

static enum rule_verdict check_call_uri(struct whole *view)
{
	const struct http_record *get = view->call->get;

	if (!get || !is_answer(get))
		return RULE_SILENT;
	if (!(get->auth.facts & AUTH_FACT_OTHER_URI))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_ACS, get->frame,
	    "the uri of the digest is not that of the connection request");
}

/* ---- AUTH-05 --------------------------------------------------------------------- */

/* Whether text was seen on another connection before; else it is noted. */
static enum rule_verdict compare_conn(struct whole *view, struct seen *seen,
    const struct http_record *http, const char *text)
{
	const struct seen_nonce *before = seen_find(seen, text);
	bool is_second = seen->len > 0 && seen->nonces[0].conn != http->links.conn;

	if (!before)
		(void)seen_add(seen, text, http->links.conn);
	if (!before || before->conn == http->links.conn)
		return rule_kept_if(is_second);
	return rule_broken(view, http,
	    "the %s is that of an earlier connection, from port %u",
	    http->is_request ? "cnonce" : "nonce", before->conn->client_port);
}

static enum rule_verdict check_fresh(struct whole *view)
{
	const struct session_record *session = view->session;
	struct seen nonces = { .len = 0 }, cnonces = { .len = 0 };
	enum rule_verdict verdict = RULE_SILENT, here;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (is_challenge(http))
			here = compare_conn(view, &nonces, http, http->auth.nonce);
		else if (is_answer(http) && http->auth.cnonce)
			here = compare_conn(view, &cnonces, http, http->auth.cnonce);
		else
			continue;
		verdict = rule_worse(verdict, here);
	}
	return verdict;
}

/* Compares with the session before, which ran on another connection. */
static enum rule_verdict check_fresh_later(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct past_session *last = past_last(view->device);
	const struct conn_record *conn = session->conns.items[0];
	bool is_seen = false;

	if (!last || last->client_port == conn->client_port)
		return RULE_SILENT;
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		const char *text = is_challenge(http) ? http->auth.nonce
				   : is_answer(http)  ? http->auth.cnonce
						      : NULL;
		uint32_t before = http->is_request ? view->device->traces.cnonce
						   : view->device->traces.nonce;

		if (!text || before == 0)
			continue;
		is_seen = true;
		if (text_digest(text) == before)
			return rule_broken(view, http,
			    "the %s is that of the session before, on another "
			    "connection",
			    http->is_request ? "cnonce" : "nonce");
	}
	return rule_kept_if(is_seen);
}

/* ---- AUTH-06 --------------------------------------------------------------------- */

static enum rule_verdict check_required(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	bool is_required = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		is_required |= http->on == ON_ACS_CHALLENGE;
		if (!is_required || !http->is_request || !is_accepted(http))
			continue;
		/* Whom it knows now may go on without them. */
		if (http->auth.has_credentials)
			return rule_worse(verdict, RULE_KEPT);
		if (http->links.answer->envelope.is_there &&
		    http->links.answer->on != ON_ACS_FAULT)
			verdict = rule_broken(view, http->links.answer,
			    "%s answers a request without credentials; the ACS has "
			    "asked for them",
			    http->links.answer->envelope.name);
	}
	return verdict;
}

/* ---- AUTH-07 --------------------------------------------------------------------- */

static enum rule_verdict check_basic(struct whole *view)
{
	const struct http_record *http = view->http;

	if (http->auth.scheme == AUTH_NONE)
		return RULE_SILENT;
	if (http->auth.scheme == AUTH_DIGEST || http->links.conn->tls.is_used)
		return RULE_KEPT;
	if (!http->is_request)
		return rule_broken(view, http,
		    "the ACS asks for Basic credentials without TLS");
	for (size_t i = 0; i < view->session->messages.len; i++) {
		const struct http_record *other = view->session->messages.items[i];

		/* The ACS has asked for it: that is told already. */
		if (!other->is_request && other->auth.scheme == AUTH_BASIC)
			return RULE_SILENT;
	}
	return rule_broken(view, http, "the CPE sends Basic credentials without TLS");
}

/* ---- AUTH-08 --------------------------------------------------------------------- */

enum {
	REFUSALS_MAX = 2
};

static enum rule_verdict check_loop(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	unsigned refused = 0;
	bool is_seen = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!http->is_request || !http->auth.has_credentials)
			continue;
		if (refused >= REFUSALS_MAX)
			verdict = rule_broken(view, http,
			    "the ACS has refused the credentials %u times; they are "
			    "sent again",
			    refused);
		is_seen = true;
		if (is_accepted(http))
			refused = 0;
		else if (is_refused(http) &&
			 !(http->links.answer->auth.facts & AUTH_FACT_STALE))
			refused++;
	}
	return rule_worse(verdict, rule_kept_if(is_seen));
}

/* ---- table ----------------------------------------------------------------------- */

static const struct rule_check uri_more[] = {
	{ .scope = WHOLE_CALL, .check = check_call_uri },
	{ .check = NULL },
};

static const struct rule_check fresh_more[] = {
	{ .scope = WHOLE_DEVICE, .check = check_fresh_later },
	{ .check = NULL },
};

const struct rule rules_auth[] = {
	{ .id = "AUTH-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "RFC 7616 3.4.1",
	    .text =
		"A digest is made with the password that DHCP or the ACS gave, and from "
		"the challenge.",
	    .example =
		"The response of the digest is not what user, password and nonce "
		"give.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_proof,
	    .more = fits_challenge },
	{ .id = "AUTH-02",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "RFC 7616 3.4; RFC 2617 3.2.2",
	    .text = "Credentials have qop, nc and cnonce where the challenge has qop, "
		    "and only there.",
	    .example = "The challenge has no qop, the credentials have nc=00000001.",
	    .scope = WHOLE_SESSION,
	    .check = check_qop,
	    .more = qop_of_call },
	{ .id = "AUTH-03",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "RFC 7616 3.4",
	    .text = "nc is 00000001 for a new nonce, and grows with each request.",
	    .example = "nc=00000001 with every request.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_count,
	    .more = count_of_call },
	{ .id = "AUTH-04",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "RFC 7616 3.4",
	    .text = "The uri of a digest is the target of its request.",
	    .example = "POST /acs with uri=\"/\".",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE,
	    .check = check_uri,
	    .more = uri_more },
	{ .id = "AUTH-05",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.4.5",
	    .text = "Each TCP connection has a nonce and a cnonce of its own.",
	    .example = "The ACS challenges all CPEs with nonce=\"1\".",
	    .scope = WHOLE_SESSION,
	    .check = check_fresh,
	    .more = fresh_more },
	{ .id = "AUTH-06",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.4",
	    .text = "An ACS that asks for credentials answers no message without them.",
	    .example = "Inform, 401, the same Inform again without Authorization, "
		       "InformResponse.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_required },
	{ .id = "AUTH-07",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.4",
	    .text = "Basic authentication is for TLS alone.",
	    .example = "POST over http with Authorization: Basic.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE | ON_ACS_CHALLENGE,
	    .is_common = true,
	    .check = check_basic },
	{ .id = "AUTH-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.4.4",
	    .text = "Credentials that the ACS has refused twice are not sent again in "
		    "the session.",
	    .example = "Inform with the same user, 401, over and over.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_loop },
	{ .id = NULL },
};
