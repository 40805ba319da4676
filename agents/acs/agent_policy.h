/* The command "policy" of an ACS: a row of the table in agent_commands.c. */
#pragma once

#include "agents/acs/agent_internal.h"

struct agent_policy_arguments {
	const char *name, *text;
};

extern const struct conf_row agent_policy_rows[];

/* Sessions that begin from now on go by the new policy, those that run by the one that they began
 * with. A policy with mistakes changes nothing. */
int agent_page_policy(void *user, struct answer *answer, struct error *err);
void agent_end_policy(void *user, struct answer *answer);
