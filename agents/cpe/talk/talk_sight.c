/* What an observer is told of a talk. */
#include "agents/cpe/talk/talk_internal.h"

static void begin(struct talk *talk, enum cpe_stage stage, clock_ns now)
{
	talk->config.sight.stage = stage;
	talk->config.sight.since = now;
}

void talk_begin_stage(struct talk *talk, enum cpe_stage stage)
{
	if (talk->config.observer)
		begin(talk, stage, clock_monotonic());
}

static void pass(struct talk *talk, clock_ns now)
{
	const struct cpe_observer *observer = talk->config.observer;

	if (observer)
		observer->passed(observer->user, &talk->config.sight, now);
}

void talk_pass_stage(struct talk *talk)
{
	if (talk->config.observer)
		pass(talk, clock_monotonic());
}

/* What goes out again is the same stage. */
void talk_begin_message(struct talk *talk, clock_ns now)
{
	const struct cpe_session *session = talk->session;
	enum cpe_stage stage = talk->config.sight.stage;

	talk->config.sight.has_spoken = talk->config.sight.is_awaiting = true;
	if (!cpe_session_has_news(session) &&
	    (stage == CPE_STAGE_RPC || stage == CPE_STAGE_EMPTY))
		return;
	talk->config.sight.method = session->method;
	if (talk->config.observer)
		begin(talk, session->is_envelope ? CPE_STAGE_RPC : CPE_STAGE_EMPTY,
		    now);
}

void talk_note_answer(struct talk *talk, unsigned status)
{
	talk->config.sight.is_awaiting = false;
	talk->config.sight.is_answered =
	    talk->config.sight.is_answered || status == 200 || status == 204;
}

void talk_pass_message(struct talk *talk, enum session_next next, clock_ns now)
{
	if (next == SESSION_CLOSE || next == SESSION_WAIT ||
	    (next == SESSION_SEND && cpe_session_has_news(talk->session)))
		pass(talk, now);
}

void talk_tell_began(struct talk *talk)
{
	const struct cpe_observer *observer = talk->config.observer;

	talk_begin_stage(talk, CPE_STAGE_DNS);
	if (!observer)
		return;
	talk->config.sight.began = talk->config.sight.since;
	observer->began(observer->user, &talk->config.sight);
}

void talk_tell_ended(struct talk *talk)
{
	const struct cpe_observer *observer = talk->config.observer;

	if (observer)
		observer->ended(observer->user, &talk->config.sight, &talk->failure,
		    clock_monotonic());
}
