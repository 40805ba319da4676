/* The HTTP side of a session (TR-069 A6 3.4): requests out, statuses in. */
#include "agents/cpe/session/cpe_session_internal.h"

#include "agents/cpe/session/answer_words.h"
#include "lib/proto/http_date.h"

#include <errno.h>
#include <stdio.h>

enum {
	HEAD_BYTES = 500 /* that nearly all heads have room in */
};

void cpe_session_connected(struct cpe_session *session, struct str cnonce)
{
	(void)snprintf(session->cnonce, sizeof(session->cnonce), "%.*s",
	    STR_ARG(cnonce));
}

/* ---- requests ----------------------------------------------------------------------- */

static void write_cookies(struct cpe_session *session, struct buf *out)
{
	auto_buf value = BUF_NULL;

	if (!session->cookies)
		return;
	cookie_jar_write(session->cookies, session->url.host, session->url.path,
	    session->url.is_https, &value);
	if (value.len > 0)
		http_write_header(out, "Cookie", buf_str(&value));
}

static int write_authorization(struct cpe_session *session, struct buf *out,
    struct error *err)
{
	struct auth_challenge challenge;
	auto_buf value = BUF_NULL;
	int r;

	if (!session->challenge)
		return 0;
	r = auth_challenge_parse(&challenge, str_of(session->challenge), err);
	if (r < 0)
		return r;
	if (session->conduct & QUIRK_SAME_COUNT)
		session->nonce_count = 0;
	r = auth_answer(&value, &challenge, session->config.username,
	    session->config.password, STR("POST"), session->url.path,
	    ++session->nonce_count, str_of(session->cnonce), session->config.hash, err);
	if (r < 0)
		return r;
	http_write_header(out, "Authorization", buf_str(&value));
	return 0;
}

bool cpe_session_wants_connection(const struct cpe_session *session)
{
	return (session->conduct & QUIRK_CONNECTION_PER_POST) ||
	       ((session->conduct & QUIRK_OPENS_AT_401) && session->n_challenges > 0);
}

/* The headers that say what the body is, and what quirks make of the head. */
static void write_body(struct cpe_session *session, struct buf *out, size_t start)
{
	bool is_envelope = session->is_envelope && !session->is_probing;
	struct str body = is_envelope ? buf_str(&session->body) : STR("");

	/* An empty POST has neither (TR-069 A6 3.4.1). */
	if (is_envelope) {
		http_write_header(out, "Content-Type", STR("text/xml; charset=utf-8"));
		http_write_header(out, "SOAPAction", STR(""));
	}
	http_write_header_uint(out, "Content-Length", body.len);
	quirks_head(&session->quirks,
	    session->is_probing ? QUIRK_ON_EMPTY : session->kind, out, start);
	http_write_head_end(out);
	if (!is_envelope || !(session->conduct & QUIRK_CHUNKED)) {
		buf_append_str(out, body);
		return;
	}
	buf_printf(out, "%zx\r\n", body.len);
	buf_append_str(out, body);
	buf_append_text(out, "\r\n0\r\n\r\n");
}

enum session_next cpe_session_produce(struct cpe_session *session, struct buf *out)
{
	struct error err = ERROR_NULL;
	char host[URL_MAX + 16];
	size_t start = out->len;

	if (session->state == SESSION_FAILED)
		return SESSION_ABORT;
	if (session->n_posts++ >= SESSION_MESSAGES_MAX)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "the ACS goes on after %d messages", SESSION_MESSAGES_MAX);
	if (url_host_header(&session->url, host, sizeof(host)) < 0)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "the ACS's name is too long");
	session->is_probing =
	    (session->conduct & QUIRK_EMPTY_POST_FIRST) && !session->has_probed;
	session->has_probed |= session->is_probing;
	/* Once for all that follows. */
	(void)buf_reserve(out, HEAD_BYTES + session->body.len);
	http_write_request(out, "POST", session->url.path);
	http_write_header(out, "Host", str_of(host));
	if (session->config.user_agent.len > 0)
		http_write_header(out, "User-Agent", session->config.user_agent);
	write_cookies(session, out);
	if (write_authorization(session, out, &err) < 0)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "the challenge cannot be answered: %.160s", err.text);
	write_body(session, out, start);
	if (out->error < 0)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "the request cannot be written: %s", error_name(out->error));
	if (!session->is_probing)
		cpe_session_show_sent(session);
	return session->is_envelope || session->is_early
		   ? SESSION_SEND
		   : cpe_session_enter(session, SESSION_SENT_EMPTY);
}

/* ---- 401 ---------------------------------------------------------------------------- */

static bool is_same_origin(const struct url *a, const struct url *b)
{
	return a->is_https == b->is_https && a->port == b->port &&
	       str_eq_nocase(a->host, b->host);
}

static bool is_at_home(const struct cpe_session *session)
{
	return !session->home_text || is_same_origin(&session->url, &session->home);
}

/* SHA-256 before MD5 before Basic. */
static int strength(const struct auth_challenge *challenge)
{
	if (challenge->scheme != AUTH_DIGEST)
		return 1;
	return challenge->algorithm == AUTH_SHA256 ||
		       challenge->algorithm == AUTH_SHA256_SESS
		   ? 3
		   : 2;
}

/* Without TLS, Basic shows the password to whoever is on the way (TR-069 A6 3.4.4). */
static bool may_send_basic(const struct cpe_session *session)
{
	return session->url.is_https ||
	       session->config.rpc->values->model->sends_basic_over_http;
}

/* The strongest challenge that can be answered, and may be; false when there is none.
 * *ret_why says why one was passed over. */
static bool pick_challenge(const struct cpe_session *session,
    const struct http_head *head, struct auth_challenge *ret, struct str *ret_text,
    const char **ret_why)
{
	struct str text;
	int best = 0;

	*ret_why = "401 without a challenge that can be answered";
	for (size_t n = 0; auth_challenge_nth(head, n, &text); n++) {
		struct auth_challenge challenge;

		if (text.len >= SESSION_CHALLENGE_MAX ||
		    auth_challenge_parse(&challenge, text, NULL) < 0 ||
		    (challenge.has_qop && !challenge.has_qop_auth) ||
		    strength(&challenge) <= best)
			continue;
		if (challenge.scheme == AUTH_BASIC && !may_send_basic(session)) {
			*ret_why = "401: the ACS asks for Basic without TLS, which "
				   "would show the password (basic-over-http of a "
				   "model allows it)";
			continue;
		}
		best = strength(&challenge);
		*ret = challenge;
		*ret_text = text;
	}
	return best > 0;
}

/* "https://acs.lab:7548", cut to size. */
static const char *origin_text(const struct url *url, char *text, size_t size)
{
	char host[URL_MAX + 16] = "";

	(void)url_host_header(url, host, sizeof(host));
	(void)snprintf(text, size, "http%s://%s", url->is_https ? "s" : "", host);
	return text;
}

/* What is set is for the ACS that was configured. */
static enum session_next refuse_stranger(struct cpe_session *session)
{
	char here[72], home[72];

	return cpe_session_abort(session, FAILURE_HTTP,
	    "401: %s wants credentials; those that are set are for %s, which redirects "
	    "to it",
	    origin_text(&session->url, here, sizeof(here)),
	    origin_text(&session->home, home, sizeof(home)));
}

static enum session_next take_challenge(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	struct auth_challenge challenge;
	struct str text = STR_NULL;
	const char *why;

	(void)body;
	if (!session->config.username.p)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "401: the ACS wants a username and none is set");
	if (!is_at_home(session))
		return refuse_stranger(session);
	if (!pick_challenge(session, head, &challenge, &text, &why))
		return cpe_session_abort(session, FAILURE_HTTP, "%s", why);
	/* Credentials that were refused are not tried again, unless only the nonce was
	 * too old (RFC 7616 3.3). */
	if (session->n_challenges > (challenge.is_stale ? 2U : 0U))
		return cpe_session_abort(session, FAILURE_HTTP,
		    "401: the ACS refuses the credentials of \"%.*s\"",
		    (int)MIN(session->config.username.len, (size_t)64),
		    session->config.username.p);
	session->n_challenges++;
	free(session->challenge);
	session->challenge = str_dup(text);
	if (!session->challenge)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "no memory for the challenge");
	session->nonce_count = 0;
	return SESSION_SEND;
}

/* ---- 302, 307 ----------------------------------------------------------------------- */

/* The URL that the session began with is kept for as long as it has left it. */
static int take_url(struct cpe_session *session, const char *text, struct error *err)
{
	char *copy = str_dup(str_of(text));

	if (!copy)
		return error_set(err, -ENOMEM, "no memory for a URL");
	if (session->home_text) {
		free(session->url_text);
	} else {
		session->home_text = session->url_text;
		session->home = session->url;
	}
	session->url_text = copy;
	return url_parse(&session->url, str_of(copy), err);
}

static enum session_next take_redirect(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	struct str location = http_header(head, "Location");
	char text[URL_MAX + 1];
	struct error err = ERROR_NULL;
	struct url next;
	bool stays;

	(void)body;
	if (++session->n_redirects > SESSION_REDIRECTS_MAX)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "more than %d redirects in a row", SESSION_REDIRECTS_MAX);
	if (!location.p)
		return cpe_session_abort(session, FAILURE_HTTP, "%u without a Location",
		    head->status);
	if (url_resolve(&session->url, location, text, sizeof(text), &err) < 0 ||
	    url_parse(&next, str_of(text), &err) < 0)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "%u to a URL that cannot be used: %.120s", head->status, err.text);
	if (session->url.is_https && !next.is_https)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "%u from https to http is not followed", head->status);
	stays = is_same_origin(&session->url, &next);
	/* What the CPE says now answers this ACS, which has been shown who it is. */
	if (!stays && session->state != SESSION_INFORMING)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "%u to another ACS, %.*s, is not followed in the middle of a "
		    "session",
		    head->status, (int)MIN(next.host.len, (size_t)64), next.host.p);
	if (take_url(session, text, &err) < 0)
		return cpe_session_abort(session, FAILURE_HTTP, "%.120s", err.text);
	session->n_challenges = 0;
	if (stays)
		return SESSION_SEND;
	cpe_session_forget_peer(session);
	return SESSION_GO_ELSEWHERE;
}

/* ---- responses ---------------------------------------------------------------------- */

static enum session_next take_ok(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	(void)head;
	session->n_redirects = session->n_challenges = 0;
	return body.len > 0 ? cpe_session_take_envelope(session, body)
			    : cpe_session_take_nothing(session);
}

enum {
	RETRY_AFTER_MAX_S = 86400 /* more is not believed */
};

static enum session_next take_busy(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	const struct rpc_device *device = &session->config.rpc->device;
	struct str after = http_header(head, "Retry-After");
	int64_t now = device->wall ? device->wall(device->arg) / NS_PER_S : 0;
	uint64_t seconds = 0;

	(void)body;
	session->failure.is_busy = true;
	if (after.p &&
	    http_retry_after_read(&seconds, after, http_header(head, "Date"), now))
		session->failure.retry_after =
		    (clock_ns)MIN(seconds, (uint64_t)RETRY_AFTER_MAX_S) * NS_PER_S;
	if (seconds > 0)
		return cpe_session_abort(session, FAILURE_HTTP,
		    "the ACS answers 503 %s, Retry-After %llu s", http_reason(503),
		    (unsigned long long)seconds);
	return cpe_session_abort(session, FAILURE_HTTP, "the ACS answers 503 %s",
	    http_reason(503));
}

static const struct {
	unsigned status;
	enum session_next (*take)(struct cpe_session *session,
	    const struct http_head *head, struct str body);
} statuses[] = {
	{ 200, take_ok },
	{ 204, take_ok },
	{ 302, take_redirect },
	{ 307, take_redirect },
	{ 401, take_challenge },
	{ 503, take_busy },
};

/* A cookie that cannot be kept is not worth a session. */
static void take_cookies(struct cpe_session *session, const struct http_head *head)
{
	struct str cookie;

	for (size_t n = 0; http_header_nth(head, "Set-Cookie", n, &cookie); n++) {
		if (!session->cookies)
			session->cookies = calloc(1, sizeof(*session->cookies));
		if (session->cookies)
			(void)cookie_jar_set(session->cookies, cookie,
			    session->url.host, session->url.path);
	}
}

static enum session_next take_refusal(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	const char *reason = http_reason(head->status);
	char words[ANSWER_WORDS_MAX] = "";

	if (head->status >= 400)
		(void)answer_words(head, body, session->config.password, words);
	return cpe_session_abort(session, FAILURE_HTTP, "the ACS answers %u%s%s%s",
	    head->status, reason[0] ? " " : "", reason, words);
}

enum session_next cpe_session_consume(struct cpe_session *session,
    const struct http_head *head, struct str body)
{
	take_cookies(session, head);
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (statuses[i].status == head->status)
			return statuses[i].take(session, head, body);
	}
	return take_refusal(session, head, body);
}
