/* Which session a request belongs to, and when one is over. */
#include "agents/acs/service_internal.h"

#include "lib/proto/cookie.h"

#include <stdio.h>
#include <stdlib.h>

static void count_end(struct acs_service *service, bool is_good)
{
	service->counts->running--;
	service->counts->sessions++;
	service->counts->failed += !is_good;
}

void acs_visit_tell_end(struct acs_service *service, struct acs_visit *visit)
{
	bool is_good = visit->session.state == ACS_DONE;

	if (visit->is_told)
		return;
	visit->is_told = true;
	count_end(service, is_good);
	if (service->config.ended)
		service->config.ended(service->config.user, &visit->session, is_good);
}

void acs_visit_free(struct acs_service *service, struct acs_visit *visit)
{
	if (visit->peer)
		visit->peer->visit = NULL;
	if (!visit->is_told)
		count_end(service, false);
	acs_session_end(&visit->session);
	(void)map_remove(&service->by_cookie, str_of(visit->cookie));
	list_remove(&visit->link);
	free(visit);
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
	acs_visit_tell_end(service, visit);
	acs_visit_free(service, visit);
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

	if (!shed_takes(&service->shed, service->counts->running, now) ||
	    (service->by_cookie.len >= service->config.sessions_max &&
		!make_room(service, now))) {
		service->counts->shed++;
		return NULL;
	}
	visit = calloc(1, sizeof(*visit));
	if (!visit)
		return NULL;
	list_init(&visit->link);
	acs_session_init(&visit->session, &config, peer->address);
	digest_chance_hex(&service->chance, visit->cookie, ACS_COOKIE_BYTES);
	if (map_put(&service->by_cookie, str_of(visit->cookie), visit) < 0) {
		free(visit);
		return NULL;
	}
	list_append(&service->by_age, &visit->link);
	service->counts->running++;
	return visit;
}

static void attach(struct acs_service *service, struct acs_visit *visit,
    struct acs_peer *peer)
{
	if (peer->number == 0)
		peer->number = ++service->n_peers;
	visit->session.has_moved = visit->peer_number != peer->number;
	visit->peer_number = peer->number;
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
	acs_visit_tell_end(service, visit);
	acs_visit_free(service, visit);
	return NULL;
}

bool acs_visit_is_unproved(const struct acs_service *service,
    const struct acs_peer *peer, struct str body)
{
	return service->gate.scheme != ACS_SCHEME_NONE && !peer->has_proved &&
	       peer->visit &&
	       acs_session_inform(&peer->visit->session, body) == ACS_INFORM_OF_ANOTHER;
}

struct acs_visit *acs_visit_of(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body, clock_ns now)
{
	struct str cookie = cookie_find(http_header(head, "Cookie"), STR(ACS_COOKIE));
	struct acs_visit *visit =
	    cookie.len > 0 ? map_get(&service->by_cookie, cookie) : NULL;
	bool has_cookie = visit;

	if (!visit)
		visit = peer->visit;
	if (visit && !visit->is_told)
		visit = unless_informed(service, visit, has_cookie, body);
	if (visit && visit->is_told && body.len > 0) {
		acs_visit_free(service, visit);
		visit = NULL;
	}
	if (!visit)
		visit = visit_new(service, peer, now);
	if (visit)
		attach(service, visit, peer);
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
		acs_visit_tell_end(service, visit);
		acs_visit_free(service, visit);
	}
}

void acs_service_gone(struct acs_service *service, struct acs_peer *peer)
{
	struct acs_visit *visit = peer->visit;

	peer->number = 0;
	if (!visit)
		return;
	visit->peer = NULL;
	peer->visit = NULL;
	if (visit->is_told)
		acs_visit_free(service, visit);
}

size_t acs_service_sessions(const struct acs_service *service)
{
	return service->by_cookie.len;
}
