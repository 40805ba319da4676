/* What a session shows to whoever looks on. */
#include "agents/cpe/session/cpe_session_internal.h"

void cpe_session_show(const struct cpe_session *session, bool from_acs,
    const struct cwmp_msg *msg)
{
	const struct cpe_witness *witness = session->config.witness;

	if (witness)
		witness->saw(witness->user, from_acs, msg);
}

/* The Inform is written before there is a connection: what an ACS that is not reached never
 * saw is no message. It is read back as it goes out, after all quirks; one that a quirk has
 * made no envelope of is not shown. */
void cpe_session_show_sent(struct cpe_session *session)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	if (!session->is_untold)
		return;
	session->is_untold = false;
	if (!session->config.witness)
		return;
	if (!session->is_envelope)
		cpe_session_show(session, false, NULL);
	else if (cwmp_read(&msg, &arena, session->body.data, session->body.len, NULL,
		     NULL) == 0)
		cpe_session_show(session, false, &msg);
}
