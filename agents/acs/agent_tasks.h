/* The commands "rpc", "tasks" and "withdraw" of an ACS: rows of the table in agent_commands.c,
 * whose user is the agent. */
#pragma once

#include "agents/acs/agent_internal.h"

struct agent_rpc_arguments {
	const char *device;
	const struct conf_node *method, *arguments;
	bool wait, call;
	clock_ns timeout;
};

struct agent_tasks_arguments {
	const char *device; /* null: of all */
	uint64_t task;      /* 0: all */
	clock_ns wait;      /* for the end of the one */
};

struct agent_withdraw_arguments {
	uint64_t task;
};

extern const struct conf_row agent_rpc_rows[], agent_tasks_rows[],
    agent_withdraw_rows[];

int agent_page_rpc(void *user, struct answer *answer, struct error *err);
int agent_page_tasks(void *user, struct answer *answer, struct error *err);
int agent_page_withdraw(void *user, struct answer *answer, struct error *err);
void agent_end_withdraw(void *user, struct answer *answer);
/* Of those that may wait: "rpc" and "tasks". */
void agent_end_wait(void *user, struct answer *answer);
