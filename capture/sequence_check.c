#include "capture/attempt.h"

#include <errno.h>

static bool (*const see[])(struct attempt *, const struct sequence_step *) = {
	[SEE_LEASE] = attempt_see_lease,
	[SEE_LOOK_UP] = attempt_see_look_up,
	[SEE_OPEN] = attempt_see_open,
	[SEE_TLS] = attempt_see_tls,
	[SEE_CPE_SENDS] = attempt_see_message,
	[SEE_ACS_SENDS] = attempt_see_message,
	[SEE_CLOSE] = attempt_see_close,
};

/* What makes an absence no failure of anybody. */
static void excuse(struct attempt *attempt, bool is_truncated)
{
	const struct conn_record *conn = attempt->conn;

	if (attempt->not_judged)
		return;
	if (conn && conn->no_secrets && attempt->result->step > 2)
		attempt->not_judged = "no secrets for this TLS session";
	else if (conn && conn->has_gap)
		attempt->not_judged = "bytes are missing from the capture";
	else if (conn && (conn->flags & CONN_ONE_SIDED))
		attempt->not_judged = "one direction of the connection is missing";
	else if (is_truncated && (!conn || conn->client_fin.number == 0))
		attempt->not_judged = "the capture file is cut off";
}

/* How many steps held; all of them: the sequence does. */
static size_t walk(struct attempt *attempt, const struct sequence *sequence,
    bool is_truncated, struct step_result *results)
{
	const struct sequence_step *steps = sequence->steps.items;
	size_t n = sequence->steps.len, i;

	for (size_t k = 0; k < n; k++) {
		results[k] = (struct step_result){ .step = (unsigned)steps[k].step,
			.what = steps[k].what,
			.why = "not reached" };
	}
	for (i = 0; i < n; i++) {
		attempt->result = &results[i];
		results[i].why = NULL;
		if (see[steps[i].see](attempt, &steps[i]))
			continue;
		excuse(attempt, is_truncated);
		break;
	}
	return i;
}

static void finish(const struct attempt *attempt, const struct sequence *sequence,
    const struct step_result *results, size_t held, struct sequence_result *ret)
{
	memcpy(ret->steps, results, sequence->steps.len * sizeof(*results));
	ret->ok = held == sequence->steps.len;
	ret->not_judged = ret->ok ? NULL : attempt->not_judged;
	if (ret->not_judged)
		ret->steps[held].why = ret->not_judged;
}

int sequence_check(const struct sequence *sequence, struct observer *observer,
    const struct cpe_record *cpe, bool is_truncated, struct sequence_result *ret)
{
	size_t n = sequence->steps.len, best = 0, start = 0;
	struct step_result results[SEQUENCE_STEPS_MAX];
	bool has_one = false;

	*ret = (struct sequence_result){ .cpe = cpe->address_text ? cpe->address_text
								  : cpe->mac_text,
		.mac = cpe->mac_text,
		.name = sequence->name,
		.boot = cpe->first.time,
		.n_steps = n };
	ret->steps = arena_array(observer_arena(observer), n, sizeof(*ret->steps));
	if (!ret->steps)
		return -ENOMEM;
	do {
		struct attempt attempt = { .observer = observer,
			.cpe = cpe,
			.conn_index = start };
		size_t held;

		/* Steps before the open look at what came before this connection. */
		if (start < cpe->conns.len)
			attempt.conn = cpe->conns.items[start];
		held = walk(&attempt, sequence, is_truncated, results);
		if (!has_one || held > best) {
			has_one = true;
			best = held;
			finish(&attempt, sequence, results, held, ret);
		}
	} while (!ret->ok && ++start < cpe->conns.len);
	return 0;
}
