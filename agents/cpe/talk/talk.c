#include "agents/cpe/talk/talk_internal.h"

#include "agents/common/digest.h"
#include "agents/common/http_client.h"
#include "agents/common/resolve/resolver.h"
#include "agents/cpe/session/cpe_session.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdio.h>

#define USER_AGENT STR("cwmplab/" CWMPLAB_VERSION)

static void enter(struct talk *talk, enum talk_event event)
{
	if (!talk_step(talk->state, event, &talk->state))
		log_error("a talk that is %s does not expect \"%s\"",
		    talk_state_name(talk->state), talk_event_name(event));
}

/* ---- the end ------------------------------------------------------------------------ */

static void forget_strings(struct talk_config *config)
{
	free((char *)(uintptr_t)steal_ptr(&config->acs_url));
	free((char *)(uintptr_t)steal_ptr(&config->username));
	free((char *)(uintptr_t)steal_ptr(&config->password));
}

static void talk_free(struct talk *talk)
{
	forget_strings(&talk->config);
	buf_free(&talk->inform);
	free(talk);
}

static void end(struct talk *talk)
{
	const struct talk_handlers *handlers = talk->handlers;
	bool is_success = talk->failure.layer == FAILURE_NONE;
	void *user = talk->user;

	*talk->slot = NULL;
	talk_free(talk);
	handlers->over(user, is_success);
}

static void on_closed(void *user)
{
	struct talk *talk = user;

	enter(talk, TALK_EVENT_CLOSED);
	switch (talk->state) {
	case TALK_CONNECTING:
		talk_connect(talk);
		break;
	case TALK_RESOLVING:
		talk_resolve(talk);
		break;
	case TALK_OVER:
		end(talk);
		break;
	case TALK_TALKING:
	case TALK_RECONNECTING:
	case TALK_REDIRECTING:
	case TALK_CLOSING:
	case TALK_STATES:
		break;
	}
}

/* The session object goes at once; the connection takes its time to close. */
static void finish(struct talk *talk)
{
	bool is_hanging_up =
	    talk->state == TALK_RECONNECTING || talk->state == TALK_REDIRECTING;

	if (talk->session && talk->session->failure.layer != FAILURE_NONE)
		talk->failure = talk->session->failure;
	if (talk->session)
		cpe_session_free(steal_ptr(&talk->session));
	else
		event_queue_end(talk->config.events);
	if (talk->resolver)
		resolver_cancel(steal_ptr(&talk->resolver));
	talk_race_drop(talk);
	talk->deadline = INT64_MAX;
	talk_fault_end(talk);
	enter(talk, TALK_EVENT_ENDED);
	talk_tell_ended(talk);
	talk->handlers->ended(talk->user, &talk->failure);
	if (talk->http)
		http_client_close(steal_ptr(&talk->http), on_closed);
	else if (!is_hanging_up)
		on_closed(talk);
}

static void fail(struct talk *talk, enum failure_layer layer, const char *why)
{
	if (talk->session)
		cpe_session_fail(talk->session, layer, why);
	else
		failure_set(&talk->failure, layer, "%s", why);
	finish(talk);
}

void talk_break(struct talk *talk, enum failure_layer layer, const char *why)
{
	if (talk->state != TALK_CLOSING)
		fail(talk, layer, why);
}

void talk_timeout(struct talk *talk)
{
	static const struct {
		enum failure_layer layer;
		const char *what;
	} rows[] = {
		[HTTP_CLIENT_TCP] = { FAILURE_TCP, "the SYN" },
		[HTTP_CLIENT_TLS] = { FAILURE_TLS, "the TLS handshake" },
		[HTTP_CLIENT_HTTP] = { FAILURE_HTTP, "the request" },
	};
	enum http_client_layer layer =
	    talk->http ? http_client_waits_for(talk->http) : HTTP_CLIENT_TCP;
	char address[ENDPOINT_TEXT_MAX], why[160];
	bool is_slow;

	if (talk_race_due(talk) < talk->deadline) {
		talk_race_timeout(talk);
		return;
	}
	if (talk->deadline == INT64_MAX)
		return;
	if (talk->config.is_cut) {
		fail(talk, FAILURE_TCP, "the uplink is cut");
		return;
	}
	is_slow = talk->http && http_client_is_answered(talk->http);
	(void)snprintf(why, sizeof(why), "%s %s %s for %lld s",
	    endpoint_text(&talk->acs, address),
	    is_slow ? "has begun but not finished its answer to" : "does not answer",
	    rows[layer].what, (long long)(talk->config.wait_timeout / NS_PER_S));
	fail(talk, rows[layer].layer, why);
}

static void wait_from(struct talk *talk, clock_ns now)
{
	talk->deadline = now + talk->config.wait_timeout;
	talk->handlers->waits(talk->user);
}

void talk_wait(struct talk *talk)
{
	wait_from(talk, clock_monotonic());
}

/* ---- requests ----------------------------------------------------------------------- */

/* Now is when it begins to be written. */
static void send_request(struct talk *talk, clock_ns now)
{
	auto_buf request = BUF_NULL;

	talk_begin_message(talk, now);
	if (cpe_session_produce(talk->session, &request) == SESSION_ABORT) {
		finish(talk);
		return;
	}
	wait_from(talk, now);
	if (http_client_send(talk->http, talk_fault_cut(talk, buf_str(&request))) < 0)
		fail(talk, FAILURE_TCP, "the request cannot be sent");
	else if (talk_fault_hangs_up(talk))
		fail(talk, FAILURE_HTTP, "the CPE hangs up");
}

static void on_opened(void *user)
{
	struct talk *talk = user;
	char cnonce[17] = "";

	if (talk->config.sight.stage == CPE_STAGE_TLS &&
	    http_client_is_resumed(talk->http))
		talk->config.sight.stage = CPE_STAGE_TLS_RESUMED;
	talk_pass_stage(talk);
	enter(talk, TALK_EVENT_OPENED);
	if (talk->session->config.username.p)
		digest_random_hex(cnonce, 8);
	cpe_session_connected(talk->session, str_of(cnonce));
	if (!talk->is_resting)
		send_request(talk, clock_monotonic());
	else
		talk->deadline = INT64_MAX;
}

/* The session goes on; its connection does not. */
static void change_connection(struct talk *talk, enum talk_event event)
{
	enter(talk, event);
	talk->config.sight.has_moved = true;
	http_client_close(steal_ptr(&talk->http), on_closed);
}

static void rest(struct talk *talk)
{
	talk->is_resting = true;
	talk->deadline = INT64_MAX;
	talk_begin_stage(talk, CPE_STAGE_REST);
	talk->handlers->waits(talk->user);
	talk->handlers->rests(talk->user);
}

static void do_next(struct talk *talk, enum session_next next, clock_ns now)
{
	switch (next) {
	case SESSION_SEND:
		if (http_client_is_open(talk->http) &&
		    !cpe_session_wants_connection(talk->session))
			send_request(talk, now);
		else
			change_connection(talk, TALK_EVENT_RECONNECT);
		break;
	case SESSION_WAIT:
		rest(talk);
		break;
	case SESSION_GO_ELSEWHERE:
		change_connection(talk, TALK_EVENT_REDIRECT);
		break;
	case SESSION_CLOSE:
	case SESSION_ABORT:
		finish(talk);
		break;
	}
}

static void on_responded(void *user, const struct http_head *head, struct str body)
{
	struct talk *talk = user;
	enum session_next next;
	clock_ns now;

	talk->is_resent = false;
	talk_note_answer(talk, head->status);
	next = cpe_session_consume(talk->session, head, body);
	now = clock_monotonic();
	talk_pass_message(talk, next, now);
	if (next == SESSION_SEND)
		talk_fault_answered(talk);
	do_next(talk, next, now);
}

void talk_resume(struct talk *talk)
{
	enum session_next next;

	if (!talk->is_resting || !talk->session)
		return;
	next = cpe_session_resume(talk->session);
	if (next == SESSION_WAIT)
		return;
	talk->is_resting = false;
	/* On another connection it goes out once that is open. */
	if (next != SESSION_SEND || talk->state == TALK_TALKING)
		do_next(talk, next, clock_monotonic());
}

/* A connection that was closed between messages is continued on another (TR-069 A6 3.4.6);
 * once for each request, or an ACS that closes always would keep us for ever. */
static void on_ended(void *user, bool is_awaiting)
{
	struct talk *talk = user;

	(void)is_awaiting;
	if (talk->session->n_posts > 1 && !talk->is_resent) {
		talk->is_resent = true;
		change_connection(talk, TALK_EVENT_RECONNECT);
		return;
	}
	fail(talk, FAILURE_HTTP, "the ACS closed the connection without an answer");
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	static const enum failure_layer layers[] = {
		[HTTP_CLIENT_TCP] = FAILURE_TCP,
		[HTTP_CLIENT_TLS] = FAILURE_TLS,
		[HTTP_CLIENT_HTTP] = FAILURE_HTTP,
	};
	struct talk *talk = user;
	char address[ENDPOINT_TEXT_MAX], text[FAILURE_WHY_MAX];

	if (layer != HTTP_CLIENT_TCP) {
		fail(talk, layers[layer], why);
		return;
	}
	(void)snprintf(text, sizeof(text), "%s: %s", endpoint_text(&talk->acs, address),
	    why);
	fail(talk, FAILURE_TCP, text);
}

/* Of TLS alone: without it opened() ends the stage of TCP. */
static void on_connected(void *user)
{
	struct talk *talk = user;

	talk_pass_stage(talk);
	talk_begin_stage(talk, CPE_STAGE_TLS);
}

static const struct http_client_handlers http_handlers = {
	.connected = on_connected,
	.opened = on_opened,
	.responded = on_responded,
	.ended = on_ended,
	.failed = on_failed,
};

/* ---- the session -------------------------------------------------------------------- */

static int make_session(struct talk *talk)
{
	const struct cpe_session_config config = {
		.url = str_of(talk->config.acs_url),
		.username = str_of(talk->config.username),
		.password = str_of(talk->config.password),
		.rpc = &talk->config.rpc,
		.events = talk->config.events,
		.witness = talk->config.witness,
		.reader = talk->config.reader,
		.kept_cookies = talk->config.kept_cookies,
		.quirks = talk_fault_quirks(talk),
		.retry_count = talk->config.retry_count,
		.hash = digest_hash,
		.user_agent = USER_AGENT,
	};
	struct error err = ERROR_NULL;

	if (cpe_session_new(&config, clock_wall(), &talk->session, &err) < 0) {
		fail(talk, FAILURE_CWMP, err.text);
		return -1;
	}
	forget_strings(&talk->config); /* the session has its own copies */
	return 0;
}

/* ---- connecting --------------------------------------------------------------------- */

void talk_connect(struct talk *talk)
{
	struct error err = ERROR_NULL;
	int r;

	talk_begin_stage(talk, CPE_STAGE_TCP);
	if (talk->config.is_cut) {
		talk_wait(talk);
		return;
	}
	if (talk->race) {
		talk_wait(talk);
		talk_race_start(talk);
		return;
	}
	r = talk_dial(talk, &talk->acs, &talk->http, &http_handlers, talk, &err);
	if (r < 0) {
		talk->config.sight.system = r > ERR_MALFORMED ? -r : 0;
		fail(talk, FAILURE_TCP, err.text);
		return;
	}
	talk->config.sight.has_tried = true;
	talk_wait(talk);
}

static void go_to(struct talk *talk)
{
	talk_learn_address(talk);
	if (!talk->session && make_session(talk) < 0)
		return;
	enter(talk, TALK_EVENT_RESOLVED);
	talk_connect(talk);
}

static const struct talk_moves moves = {
	.found = go_to,
	.fail = fail,
	.http = &http_handlers,
};

void talk_resolve(struct talk *talk)
{
	talk_begin_stage(talk, CPE_STAGE_DNS);
	if (talk->config.is_cut)
		talk_wait(talk);
	else
		talk_find(talk);
}

/* ---- the beginning ------------------------------------------------------------------ */

/* Whoever gave us the URL is to blame: the DHCP server, or a person. */
static void refuse_url(struct talk *talk, const struct error *err)
{
	bool is_leased = talk->config.is_url_leased && talk->config.lease;
	char why[FAILURE_WHY_MAX], oddity[96] = "";

	if (is_leased)
		dhcp_lease_oddity(talk->config.lease, oddity, sizeof(oddity));
	(void)snprintf(why, sizeof(why),
	    "the URL of the ACS%s cannot be used: %.120s%s%s",
	    is_leased ? " in option 43" : "", err->text, oddity[0] ? "; " : "", oddity);
	fail(talk, is_leased ? FAILURE_DHCP : FAILURE_CWMP, why);
}

static int copy_strings(struct talk_config *copy, const struct talk_config *config)
{
	copy->acs_url = str_dup(str_of(config->acs_url));
	copy->username = config->username ? str_dup(str_of(config->username)) : NULL;
	copy->password = config->password ? str_dup(str_of(config->password)) : NULL;
	return !copy->acs_url || (config->username && !copy->username) ||
		       (config->password && !copy->password)
		   ? -ENOMEM
		   : 0;
}

void talk_begin(struct talk *talk)
{
	struct error err = ERROR_NULL;

	if (talk->config.is_cut)
		talk_wait(talk);
	else if (url_parse(&talk->url, str_of(talk->config.acs_url), &err) < 0)
		refuse_url(talk, &err);
	else
		talk_resolve(talk);
}

int talk_start(struct talk **ret, const struct talk_config *config,
    const struct talk_handlers *talk_handlers, void *user)
{
	struct talk *talk = calloc(1, sizeof(*talk));

	if (!talk)
		return -ENOMEM;
	talk->config = *config;
	if (copy_strings(&talk->config, config) < 0) {
		talk_free(talk);
		return -ENOMEM;
	}
	talk->slot = ret;
	talk->handlers = talk_handlers;
	talk->user = user;
	talk->deadline = INT64_MAX;
	talk->moves = &moves;
	talk->state = TALK_RESOLVING;
	*ret = talk;
	talk_tell_began(talk);
	talk_begin(talk);
	return 0;
}

clock_ns talk_due(const struct talk *talk)
{
	return MIN(talk->deadline, talk_race_due(talk));
}

enum talk_state talk_state(const struct talk *talk)
{
	return talk->state;
}

bool talk_is_heard(const struct talk *talk)
{
	return talk->session && talk->session->state != SESSION_INFORMING &&
	       talk->session->state != SESSION_FAILED;
}
