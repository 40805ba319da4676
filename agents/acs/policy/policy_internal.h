/* How a policy is read, step by step. */
#pragma once

#include "agents/acs/policy/policy.h"
#include "agents/acs/policy/rpc_rows.h"

struct policy_reader {
	struct policy *policy;
	size_t n_steps; /* read so far */
	size_t wanted_cap;
};

struct policy_place {
	unsigned depth; /* lists around this one */
	bool is_in_loop;
};

extern const struct conf_row policy_step_rows[];

/* Reads a condition, and notes the names whose values it compares. */
int policy_read_conditions(struct policy_reader *reader, const struct conf_node *node,
    struct conditions *ret, struct error *err);

/* Checks steps that are bound already, and reads the lists within them. node is the list. */
int policy_finish_steps(struct policy_reader *reader, const struct conf_node *node,
    const struct policy_steps *steps, struct policy_place place, struct error *err);
