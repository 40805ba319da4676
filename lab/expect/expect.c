#include "lab/expect/expect_internal.h"

/* Null: it is no matter of packets, or a sequence, which is judged CPE by CPE. */
static expect_judge_fn *const judges[EXPECT_KINDS] = {
	[EXPECT_RULE] = expect_judge_rule,
	[EXPECT_LEASE] = expect_judge_lease,
	[EXPECT_SESSION] = expect_judge_session,
	[EXPECT_CALL] = expect_judge_call,
};

bool expect_is_of_packets(enum expectation_kind kind)
{
	return judges[kind];
}

int expect_judge(const struct expect_facts *facts, const struct expectation *expect,
    struct expect_result *ret)
{
	struct expect_who who;
	int r = expect_who_open(&who, facts, expect);

	if (r == 0)
		r = judges[expect->kind](facts, &who, expect, ret);
	expect_who_close(&who);
	return r;
}
