/* What an observer is told of a talk. */
#include "agents/cpe/talk/talk_internal.h"

void talk_begin_stage(struct talk *talk, enum cpe_stage stage)
{
	if (!talk->config.observer)
		return;
	talk->config.sight.stage = stage;
	talk->config.sight.since = clock_monotonic();
}

void talk_pass_stage(struct talk *talk)
{
	const struct cpe_observer *observer = talk->config.observer;

	if (observer)
		observer->passed(observer->user, &talk->config.sight,
		    clock_monotonic());
}

/* What goes out again is the same stage. */
void talk_begin_message(struct talk *talk)
{
	const struct cpe_session *session = talk->session;
	enum cpe_stage stage = talk->config.sight.stage;

	if (!cpe_session_has_news(session) &&
	    (stage == CPE_STAGE_RPC || stage == CPE_STAGE_EMPTY))
		return;
	talk->config.sight.has_spoken = true;
	talk->config.sight.method = session->method;
	talk_begin_stage(talk, session->is_envelope ? CPE_STAGE_RPC : CPE_STAGE_EMPTY);
}

void talk_pass_message(struct talk *talk, enum session_next next)
{
	if (next == SESSION_CLOSE || next == SESSION_WAIT ||
	    (next == SESSION_SEND && cpe_session_has_news(talk->session)))
		talk_pass_stage(talk);
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
