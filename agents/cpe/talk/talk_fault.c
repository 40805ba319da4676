/* A session that goes wrong on purpose: what of it is seen on the wire. */
#include "agents/cpe/talk/talk_internal.h"

#include "agents/common/http_client.h"

#include <stdlib.h>

/* A second session of the same device, while the first one is open: its Inform again, on a
 * connection of its own. It is left once the ACS has answered, or with the first one. */
struct twin {
	struct talk *talk;
	struct http_client *http;
	struct cpe_sight sight;
};

static bool has(const struct talk *talk, enum load_fault fault)
{
	return talk->config.sight.fault == 1u << fault;
}

uint64_t talk_fault_quirks(const struct talk *talk)
{
	if (has(talk, LOAD_FAULT_WRONG_ID))
		return quirk_bit(quirks_of_cpe, STR("wrong-id"));
	if (has(talk, LOAD_FAULT_NO_COOKIE))
		return quirk_bit(quirks_of_cpe, STR("no-cookies"));
	return 0;
}

static bool is_inform(const struct talk *talk)
{
	const struct cpe_session *session = talk->session;

	return session->is_envelope && session->method == CWMP_INFORM;
}

/* ---- the request -------------------------------------------------------------------- */

struct str talk_fault_cut(struct talk *talk, struct str request)
{
	if (talk->config.sight.fault == 0 || !is_inform(talk))
		return request;
	if (has(talk, LOAD_FAULT_HALF_A_BODY))
		return str_make(request.p, request.len - talk->session->body.len / 2);
	if (has(talk, LOAD_FAULT_DUPLICATE_SESSION)) {
		buf_reset(&talk->inform);
		buf_append_str(&talk->inform, request);
	}
	return request;
}

bool talk_fault_hangs_up(const struct talk *talk)
{
	return has(talk, LOAD_FAULT_DROP_AFTER_INFORM) && is_inform(talk);
}

/* ---- the second session ------------------------------------------------------------- */

static void on_closed(void *user)
{
	free(user);
}

static void end_twin(struct twin *twin, const char *why)
{
	const struct cpe_observer *observer = twin->talk->config.observer;
	struct failure failure = { .layer = FAILURE_NONE };

	failure_set(&failure, FAILURE_HTTP, "%s", why);
	if (observer)
		observer->ended(observer->user, &twin->sight, &failure,
		    clock_monotonic());
	twin->talk->twin = NULL;
	http_client_close(twin->http, on_closed);
}

static void on_opened(void *user)
{
	struct twin *twin = user;

	if (http_client_send(twin->http, buf_str(&twin->talk->inform)) < 0)
		end_twin(twin, "the Inform cannot be sent");
	else
		twin->sight.has_spoken = twin->sight.is_awaiting = true;
}

static void on_responded(void *user, const struct http_head *head, struct str body)
{
	char why[64];

	(void)body;
	(void)snprintf(why, sizeof(why), "the CPE leaves its second session behind %u",
	    head->status);
	end_twin(user, why);
}

static void on_ended(void *user, bool is_awaiting)
{
	(void)is_awaiting;
	end_twin(user, "the ACS closes the connection of the second session");
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	(void)layer;
	end_twin(user, why);
}

static const struct http_client_handlers twin_handlers = {
	.opened = on_opened,
	.responded = on_responded,
	.ended = on_ended,
	.failed = on_failed,
};

static void begin_twin(struct talk *talk)
{
	const struct cpe_observer *observer = talk->config.observer;
	struct twin *twin = calloc(1, sizeof(*twin));
	struct error err = ERROR_NULL;

	if (!twin)
		return;
	twin->talk = talk;
	twin->sight = talk->config.sight;
	twin->sight.intended = twin->sight.began = twin->sight.since =
	    clock_monotonic();
	twin->sight.late = 0;
	twin->sight.booted = INT64_MAX;
	twin->sight.is_retry = false;
	twin->sight.has_tried = true;
	twin->sight.has_spoken = twin->sight.is_awaiting = false;
	twin->sight.is_answered = twin->sight.has_moved = false;
	twin->sight.stage = CPE_STAGE_RPC;
	twin->sight.method = CWMP_INFORM;
	if (talk_dial(talk, &talk->acs, &twin->http, &twin_handlers, twin, &err) < 0) {
		free(twin);
		return;
	}
	talk->twin = twin;
	if (observer)
		observer->began(observer->user, &twin->sight);
}

void talk_fault_answered(struct talk *talk)
{
	if (has(talk, LOAD_FAULT_DUPLICATE_SESSION) && !talk->has_had_twin &&
	    talk->session->state == SESSION_ACTIVE) {
		talk->has_had_twin = true;
		begin_twin(talk);
	}
}

void talk_fault_freeze(struct talk *talk)
{
	if (talk->twin)
		http_client_freeze(talk->twin->http);
}

void talk_fault_end(struct talk *talk)
{
	if (talk->twin)
		end_twin(talk->twin, "the CPE leaves its second session");
}

unsigned talk_open_sessions(const struct talk *talk)
{
	if (!talk->config.observer || talk->state == TALK_CLOSING)
		return 0;
	return 1u + (talk->twin != NULL);
}
