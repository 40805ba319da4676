/* A talk whose uplink is cut. */
#include "agents/cpe/talk/talk_internal.h"

#include "agents/common/http_client.h"
#include "agents/common/resolve/resolver.h"

void talk_cut(struct talk *talk)
{
	talk->config.is_cut = true;
	if (talk->resolver)
		resolver_cancel(steal_ptr(&talk->resolver));
	talk_race_drop(talk);
	if (talk->http)
		http_client_freeze(talk->http);
	talk_fault_freeze(talk);
	if (talk->state != TALK_CLOSING && talk->deadline == INT64_MAX)
		talk_wait(talk);
}

void talk_mend(struct talk *talk, const struct cpe_observer *observer)
{
	struct cpe_sight *sight = &talk->config.sight;

	/* A connection that stood when the wire was cut has lost what was on it. */
	if (!talk->config.is_cut || talk->http ||
	    (talk->state != TALK_RESOLVING && talk->state != TALK_CONNECTING))
		return;
	talk->config.is_cut = false;
	if (!talk->config.observer && observer) {
		talk->config.observer = observer;
		sight->intended = clock_monotonic();
		sight->late = 0;
		talk_tell_began(talk);
	}
	if (talk->session && talk->state == TALK_CONNECTING)
		talk_connect(talk);
	else if (talk->session)
		talk_resolve(talk);
	else
		talk_begin(talk);
}
