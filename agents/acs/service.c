#include "agents/acs/service_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ARENA_MAX_BYTES = 64 << 20,
	RETRY_AFTER_S = 5 /* of a 503, unless it is told otherwise */
};

struct acs_service *acs_service_new(const struct acs_service_config *config)
{
	struct acs_service *service = calloc(1, sizeof(*service));

	if (!service)
		return NULL;
	service->config = *config;
	if (!config->timeout)
		service->config.timeout = ACS_TIMEOUT_DEFAULT_S * NS_PER_S;
	if (!config->sessions_max)
		service->config.sessions_max = ACS_SESSIONS_MAX;
	service->counts = config->counts ? config->counts : &service->own;
	service->shed.limit = config->limit;
	if (!config->limit.retry_after)
		service->shed.limit.retry_after = RETRY_AFTER_S * NS_PER_S;
	acs_gate_init(&service->gate, config->auth, config->algorithm, config->username,
	    config->password);
	service->arena.max = ARENA_MAX_BYTES;
	list_init(&service->by_age);
	service->reader = cwmp_reader_new();
	if (service->reader)
		return service;
	acs_service_free(service);
	return NULL;
}

void acs_service_free(struct acs_service *service)
{
	if (!service)
		return;
	while (!list_empty(&service->by_age))
		acs_visit_free(service,
		    list_first(&service->by_age, struct acs_visit, link));
	map_free(&service->by_cookie);
	acs_gate_free(&service->gate);
	cwmp_reader_free(service->reader);
	arena_free(&service->arena);
	buf_free(&service->body);
	free(service);
}

void acs_service_set_policy(struct acs_service *service, const struct policy *policy)
{
	service->config.policy = policy;
}

void acs_service_outage(struct acs_service *service, clock_ns until)
{
	service->shed.out_until = until;
}

const struct counts *acs_service_counts(const struct acs_service *service)
{
	return service->counts;
}

/* ---- responses --------------------------------------------------------------------- */

/* A response without a body. True: the connection is to be closed. */
static bool refuse(struct buf *out, unsigned status, const char *header,
    const char *value)
{
	http_write_status(out, status);
	if (header)
		http_write_header(out, header, str_of(value));
	http_write_header_uint(out, "Content-Length", 0);
	http_write_header(out, "Connection", STR("close"));
	http_write_head_end(out);
	return true;
}

/* status and why of the refusal, and what it is, are the caller's; this adds who it was. */
static void tell_refused(const struct acs_service *service, const struct acs_peer *peer,
    const struct http_head *head, struct acs_refusal refusal)
{
	struct auth_credentials credentials = { .username = STR_NULL };
	struct str value = http_header(head, "Authorization");

	if (!service->config.refused)
		return;
	if (value.p && auth_credentials_parse(&credentials, value, NULL) < 0)
		credentials.username = STR_NULL;
	refusal.address = peer->address;
	refusal.target = head->target;
	refusal.username = credentials.username;
	service->config.refused(service->config.user, &refusal);
}

static void tell_refusal(const struct acs_service *service, const struct acs_peer *peer,
    const struct http_head *head, unsigned status, const char *why)
{
	tell_refused(service, peer, head,
	    (struct acs_refusal){ .status = status, .why = why });
}

static void tell_challenge(const struct acs_service *service,
    const struct acs_peer *peer, const struct http_head *head,
    enum acs_auth_verdict verdict)
{
	if (verdict == ACS_AUTH_WRONG || service->config.tells_all)
		tell_refused(service, peer, head,
		    (struct acs_refusal){ .status = 401,
			.why = acs_gate_why(&service->gate, head, verdict),
			.is_challenge = verdict != ACS_AUTH_WRONG });
}

static bool challenge(struct acs_service *service, enum acs_auth_verdict verdict,
    clock_ns now, struct buf *out)
{
	http_write_status(out, 401);
	acs_gate_challenge(&service->gate, verdict == ACS_AUTH_STALE, now, out);
	http_write_header_uint(out, "Content-Length", 0);
	http_write_head_end(out);
	return false;
}

static void write_cookie(const struct acs_visit *visit, const struct acs_peer *peer,
    struct buf *out)
{
	buf_append_str(out, STR("Set-Cookie: " ACS_COOKIE "="));
	buf_append_text(out, visit->cookie);
	buf_append_text(out,
	    peer->is_tls ? "; Path=/; HttpOnly; Secure\r\n" : "; Path=/; HttpOnly\r\n");
}

static void write_answer(struct acs_service *service, const struct acs_visit *visit,
    const struct acs_peer *peer, bool is_first, struct acs_answer answer,
    struct buf *out)
{
	unsigned kind = quirks_envelope(&service->config.quirks, &service->body);
	size_t start = out->len;

	http_write_status(out, answer.status);
	if (is_first && answer.status == 200)
		write_cookie(visit, peer, out);
	if (answer.status == 200)
		http_write_header(out, "Content-Type", STR("text/xml; charset=utf-8"));
	/* RFC 9110 8.6: never with 204. */
	if (answer.status != 204)
		http_write_header_uint(out, "Content-Length", service->body.len);
	if (answer.status >= 400)
		http_write_header(out, "Connection", STR("close"));
	quirks_head(&service->config.quirks, kind, out, start);
	http_write_head_end(out);
	buf_append_str(out, buf_str(&service->body));
}

/* ---- requests ---------------------------------------------------------------------- */

static bool is_of(struct str type, struct str wanted)
{
	struct str rest;

	return str_eq_nocase(str_trim(str_cut(type, ';', &rest)), wanted);
}

static bool is_xml(struct str type)
{
	return !type.p || is_of(type, STR("text/xml")) ||
	       is_of(type, STR("application/xml")) ||
	       is_of(type, STR("application/soap+xml"));
}

/* 0, or the status that says why the request is not for us, or its body not for us. */
static unsigned check_head(const struct acs_service *service,
    const struct http_head *head)
{
	if (!service->config.takes_any_path &&
	    !str_eq(head->target, service->config.path))
		return 404;
	return str_is(head->method, "POST") ? 0 : 405;
}

/* The CPE then leaves compression off (TR-069 A6 3.4.7). */
static bool is_coded(const struct http_head *head)
{
	struct str coding = http_header(head, "Content-Encoding");

	return coding.p && !str_eq_nocase(coding, STR("identity"));
}

static enum acs_auth_verdict authenticate(struct acs_service *service,
    struct acs_peer *peer, const struct http_head *head, clock_ns now)
{
	enum acs_auth_verdict verdict = acs_gate_check(&service->gate, head, now);

	peer->has_proved = verdict == ACS_AUTH_GOOD;
	/* Some CPEs send their credentials only once a connection. */
	if (verdict == ACS_AUTH_MISSING && peer->is_authenticated)
		return ACS_AUTH_GOOD;
	peer->is_authenticated = verdict == ACS_AUTH_GOOD;
	return verdict;
}

bool acs_service_refuses(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, clock_ns now, struct buf *out, bool *ret_close)
{
	unsigned refusal = check_head(service, head);
	enum acs_auth_verdict verdict;

	if (refusal) {
		tell_refusal(service, peer, head, refusal,
		    refusal == 404 ? "the ACS is at another path"
				   : "the ACS takes POST alone");
		*ret_close =
		    refuse(out, refusal, refusal == 405 ? "Allow" : NULL, "POST");
		return true;
	}
	verdict = authenticate(service, peer, head, now);
	if (verdict != ACS_AUTH_GOOD)
		tell_challenge(service, peer, head, verdict);
	if (verdict != ACS_AUTH_GOOD) {
		*ret_close = challenge(service, verdict, now, out);
		return true;
	}
	if (!is_coded(head))
		return false;
	tell_refusal(service, peer, head, 415, "the body is compressed");
	*ret_close = refuse(out, 415, NULL, NULL);
	return true;
}

/* Some CPEs say text/plain of their envelopes: what is in them counts. */
static bool is_body_wrong(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body)
{
	struct str type = http_header(head, "Content-Type");

	if (body.len == 0 || is_xml(type))
		return false;
	if (!is_of(type, STR("text/plain"))) {
		tell_refusal(service, peer, head, 415, "the body is not text/xml");
		return true;
	}
	if (!peer->is_tolerated && service->config.tolerated)
		service->config.tolerated(service->config.user, peer,
		    "its Content-Type is text/plain, which should be text/xml");
	peer->is_tolerated = true;
	return false;
}

bool acs_service_request(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body, clock_ns now, clock_ns wall,
    struct buf *out)
{
	struct acs_answer answer;
	struct acs_visit *visit;
	char after[24];
	bool is_first;

	if (is_body_wrong(service, peer, head, body))
		return refuse(out, 415, NULL, NULL);
	if (acs_visit_is_unproved(service, peer, body)) {
		tell_challenge(service, peer, head, ACS_AUTH_MISSING);
		return challenge(service, ACS_AUTH_MISSING, now, out);
	}
	visit = acs_visit_of(service, peer, head, body, now);
	if (!visit && shed_is_out(&service->shed, now)) {
		tell_refusal(service, peer, head, 503, "its store cannot be reached");
		return refuse(out, 503, NULL, NULL);
	}
	if (!visit) {
		tell_refusal(service, peer, head, 503, "too many sessions run");
		(void)snprintf(after, sizeof(after), "%" PRIu64,
		    shed_retry_after_s(&service->shed));
		return refuse(out, 503, "Retry-After", after);
	}
	visit->active = now;
	visit->n_posts++;
	list_remove(&visit->link);
	list_append(&service->by_age, &visit->link);
	is_first = visit->session.state == ACS_WAITING;
	buf_reset(&service->body);
	visit->session.certificate = peer->certificate;
	answer = acs_session_post(&visit->session, body, wall, &service->body);
	visit->session.certificate = NULL;
	if (is_first && visit->session.state == ACS_SERVING && service->config.informed)
		service->config.informed(service->config.user, &visit->session);
	/* The end of the session says the same. */
	if (answer.status >= 400 && service->config.tells_all)
		tell_refused(service, peer, head,
		    (struct acs_refusal){ .status = answer.status,
			.why = visit->session.why,
			.is_of_session = true });
	write_answer(service, visit, peer, is_first, answer, out);
	if (answer.is_last)
		acs_visit_tell_end(service, visit);
	if (visit->session.state == ACS_FAILED)
		acs_visit_free(service, visit);
	return answer.status >= 400 ||
	       (quirks_conduct(&service->config.quirks) & QUIRK_CLOSES);
}
