#include "agents/acs/service.h"

#include "lib/proto/cookie.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	COOKIE_BYTES = 16,
	ARENA_MAX_BYTES = 64 << 20,
	RETRY_AFTER_S = 5 /* of a 503, unless it is told otherwise */
};

#define COOKIE_NAME "session"

struct acs_visit {
	struct list link; /* longest silent first */
	struct acs_session session;
	struct acs_peer *peer; /* null: between connections */
	clock_ns active;
	char cookie[2 * COOKIE_BYTES + 1];
	unsigned n_posts;
	bool is_told; /* its end was */
};

struct acs_service {
	struct acs_service_config config;
	struct acs_gate gate;
	struct shed shed;
	uint64_t n_running; /* sessions that are not over */
	struct cwmp_reader *reader;
	struct arena arena;
	struct buf body;      /* of the response at hand */
	struct map by_cookie; /* the ACS draws the cookies, so it needs no seed */
	struct list by_age;
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

/* ---- sessions ---------------------------------------------------------------------- */

static void tell_end(struct acs_service *service, struct acs_visit *visit)
{
	if (visit->is_told)
		return;
	visit->is_told = true;
	service->n_running--;
	if (service->config.ended)
		service->config.ended(service->config.user, &visit->session,
		    visit->session.state == ACS_DONE);
}

static void visit_free(struct acs_service *service, struct acs_visit *visit)
{
	if (visit->peer)
		visit->peer->visit = NULL;
	service->n_running -= !visit->is_told;
	acs_session_end(&visit->session);
	(void)map_remove(&service->by_cookie, str_of(visit->cookie));
	list_remove(&visit->link);
	free(visit);
}

void acs_service_free(struct acs_service *service)
{
	if (!service)
		return;
	while (!list_empty(&service->by_age))
		visit_free(service,
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

bool acs_service_goes_by(const struct acs_service *service, const struct policy *policy)
{
	LIST_FOREACH (item, &service->by_age) {
		const struct acs_visit *visit =
		    list_entry(item, struct acs_visit, link);

		if (visit->session.config.policy == policy)
			return true;
	}
	return false;
}

/* False: nobody has been silent for long, so the new one is to wait. */
static bool make_room(struct acs_service *service, clock_ns now)
{
	struct acs_visit *visit = list_first(&service->by_age, struct acs_visit, link);
	clock_ns silent = now - visit->active;

	if (silent < ACS_GRACE_MS * NS_PER_MS)
		return false;
	(void)snprintf(visit->session.why, sizeof(visit->session.why),
	    "silent for %lld s, it made room for another session (state %s)",
	    (long long)(silent / NS_PER_S),
	    acs_session_state_name(visit->session.state));
	tell_end(service, visit);
	visit_free(service, visit);
	return true;
}

static struct acs_visit *visit_new(struct acs_service *service, struct acs_peer *peer,
    clock_ns now)
{
	unsigned conduct = quirks_conduct(&service->config.quirks);
	const struct acs_session_config config = {
		.policy = service->config.policy,
		.url = service->config.url,
		.devices = service->config.devices,
		.reader = service->reader,
		.arena = &service->arena,
		.tasks = service->config.tasks,
		.script = service->config.script,
		.file_url = service->config.file_url,
		.transfer = service->config.transfer,
		.noted = service->config.noted,
		.changed = service->config.changed,
		.refuses_other_names = service->config.refuses_other_names,
		.has_no_declaration = service->config.has_no_declaration,
		.asks_first = conduct & QUIRK_ASKS_FIRST,
		.asks_once = conduct & QUIRK_ASKS_ONCE,
		.fails_at_faults = conduct & QUIRK_FAILS_AT_FAULTS,
		.inform_fault = quirks_fault(&service->config.quirks, QUIRK_ON_INFORM),
		.request_fault =
		    quirks_fault(&service->config.quirks, QUIRK_ON_REQUEST),
		.user = service->config.user,
	};
	struct acs_visit *visit;

	if (!shed_takes(&service->shed, service->n_running, now))
		return NULL;
	if (service->by_cookie.len >= service->config.sessions_max &&
	    !make_room(service, now))
		return NULL;
	visit = calloc(1, sizeof(*visit));
	if (!visit)
		return NULL;
	list_init(&visit->link);
	acs_session_init(&visit->session, &config, peer->address);
	digest_random_hex(visit->cookie, COOKIE_BYTES);
	if (map_put(&service->by_cookie, str_of(visit->cookie), visit) < 0) {
		free(visit);
		return NULL;
	}
	list_append(&service->by_age, &visit->link);
	service->n_running++;
	return visit;
}

static void attach(struct acs_visit *visit, struct acs_peer *peer)
{
	if (visit->peer == peer)
		return;
	if (visit->peer)
		visit->peer->visit = NULL;
	if (peer->visit)
		peer->visit->peer = NULL;
	visit->peer = peer;
	peer->visit = visit;
}

/* A CPE that informs once more has given its session up (TR-069 A6 3.7.1.1: there is one Inform in
 * each). A proxy carries the sessions of several CPEs on one connection: the one that was on it
 * goes on by its cookie. Null: the Inform begins a session. */
static struct acs_visit *unless_informed(struct acs_service *service,
    struct acs_visit *visit, bool has_cookie, struct str body)
{
	enum acs_inform inform = acs_session_inform(&visit->session, body);

	if (inform == ACS_NO_INFORM)
		return visit;
	if (inform == ACS_INFORM_OF_ANOTHER && !has_cookie) {
		visit->peer->visit = NULL;
		visit->peer = NULL;
		return NULL;
	}
	(void)snprintf(visit->session.why, sizeof(visit->session.why),
	    "a second Inform in the session, which begins another one");
	tell_end(service, visit);
	visit_free(service, visit);
	return NULL;
}

/* Whether the Inform of one CPE would be let in for the password that another one proved on the
 * connection of a proxy. */
static bool is_unproved(const struct acs_service *service, const struct acs_peer *peer,
    struct str body)
{
	return service->gate.scheme != ACS_SCHEME_NONE && !peer->has_proved &&
	       peer->visit &&
	       acs_session_inform(&peer->visit->session, body) == ACS_INFORM_OF_ANOTHER;
}

/* The session that a POST belongs to: by its cookie, else by its connection, else a new
 * one. An envelope after the end of a session begins the next, and so does a second Inform. Null:
 * too many. */
static struct acs_visit *visit_of(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body, clock_ns now)
{
	struct str cookie = cookie_find(http_header(head, "Cookie"), STR(COOKIE_NAME));
	struct acs_visit *visit =
	    cookie.len > 0 ? map_get(&service->by_cookie, cookie) : NULL;
	bool has_cookie = visit;

	if (!visit)
		visit = peer->visit;
	if (visit && !visit->is_told)
		visit = unless_informed(service, visit, has_cookie, body);
	if (visit && visit->is_told && body.len > 0) {
		visit_free(service, visit);
		visit = NULL;
	}
	if (!visit)
		visit = visit_new(service, peer, now);
	if (visit)
		attach(visit, peer);
	return visit;
}

static clock_ns timeout_of(const struct acs_service *service,
    const struct acs_visit *visit)
{
	clock_ns wish =
	    MIN(visit->session.timeout_s, (uint32_t)ACS_TIMEOUT_MAX_S) * NS_PER_S;

	return MAX(wish, service->config.timeout);
}

/* Whether the CPE hung up once it had our first envelope, perhaps because it could not read it. */
static bool is_unread(const struct acs_service *service, const struct acs_visit *visit)
{
	return !visit->peer && visit->n_posts == 1 &&
	       visit->session.state == ACS_SERVING &&
	       !service->config.has_no_declaration;
}

void acs_service_sweep(struct acs_service *service, clock_ns now)
{
	LIST_FOREACH_SAFE (item, &service->by_age) {
		struct acs_visit *visit = list_entry(item, struct acs_visit, link);
		clock_ns silent = now - visit->active;

		if (silent < service->config.timeout)
			return;
		if (silent < timeout_of(service, visit))
			continue;
		(void)snprintf(visit->session.why, sizeof(visit->session.why),
		    "the CPE was silent for %lld s (state %s)%s",
		    (long long)(silent / NS_PER_S),
		    acs_session_state_name(visit->session.state),
		    is_unread(service, visit)
			? "; it hung up after the InformResponse: some take no XML "
			  "declaration (--no-xml-declaration, xml-declaration: no)"
			: "");
		tell_end(service, visit);
		visit_free(service, visit);
	}
}

void acs_service_gone(struct acs_service *service, struct acs_peer *peer)
{
	struct acs_visit *visit = peer->visit;

	if (!visit)
		return;
	visit->peer = NULL;
	peer->visit = NULL;
	if (visit->is_told)
		visit_free(service, visit);
}

size_t acs_service_sessions(const struct acs_service *service)
{
	return service->by_cookie.len;
}

void acs_service_outage(struct acs_service *service, clock_ns until)
{
	service->shed.out_until = until;
}

uint64_t acs_service_shed(const struct acs_service *service)
{
	return service->shed.n_shed;
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
	buf_append_str(out, STR("Set-Cookie: " COOKIE_NAME "="));
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
	if (is_unproved(service, peer, body)) {
		tell_challenge(service, peer, head, ACS_AUTH_MISSING);
		return challenge(service, ACS_AUTH_MISSING, now, out);
	}
	visit = visit_of(service, peer, head, body, now);
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
		tell_end(service, visit);
	if (visit->session.state == ACS_FAILED)
		visit_free(service, visit);
	return answer.status >= 400 ||
	       (quirks_conduct(&service->config.quirks) & QUIRK_CLOSES);
}
