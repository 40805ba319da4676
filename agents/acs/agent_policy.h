/* The command "policy" of an ACS: a row of the table in agent_commands.c. */
#pragma once

#include "agents/acs/agent_internal.h"

struct agent_policy_arguments {
	const char *name, *text;
	uint64_t part; /* of which policy; 0: text is its first part, or all of it */
	bool more;     /* there is another part */
};

extern const struct conf_row agent_policy_rows[];

/* Takes a part, or the last one: sessions that begin from now on go by the new policy, those that
 * run by the one that they began with. A policy with mistakes changes nothing. */
int agent_page_policy(void *user, struct answer *answer, struct error *err);
void agent_end_policy(void *user, struct answer *answer);
