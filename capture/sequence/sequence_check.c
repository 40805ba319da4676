#include "capture/sequence/attempt.h"

#include <errno.h>
#include <stdlib.h>

static bool (*const see[])(struct attempt *, const struct sequence_step *) = {
	[SEE_LEASE] = attempt_see_lease,
	[SEE_LOOK_UP] = attempt_see_look_up,
	[SEE_OPEN] = attempt_see_open,
	[SEE_TLS] = attempt_see_tls,
	[SEE_CPE_SENDS] = attempt_see_message,
	[SEE_ACS_SENDS] = attempt_see_message,
	[SEE_CLOSE] = attempt_see_close,
	[SEE_SESSION] = attempt_see_session,
	[SEE_CALL] = attempt_see_call,
	[SEE_TRANSFER] = attempt_see_transfer,
};

/* Says why the step cannot be judged, where the capture may only not show what is missing. */
static void excuse(struct attempt *attempt, bool is_truncated)
{
	const struct conn_record *conn = attempt->conn;

	if (attempt->not_judged)
		return;
	if (conn && conn->tls.no_secrets && attempt->result->step > 2)
		attempt->not_judged = "no secrets for this TLS session";
	else if (conn && conn->tcp.has_gap)
		attempt->not_judged = "bytes are missing from the capture";
	else if (conn && (conn->flags & CONN_ONE_SIDED) &&
		 conn->tcp.unreachable.number == 0)
		attempt->not_judged = "one direction of the connection is missing";
	else if (is_truncated && (!conn || conn->tcp.client_fin.number == 0))
		attempt->not_judged = "the capture file is cut off";
}

/* ---- one step ---------------------------------------------------------------------- */

/* Checks when the step came after the one before it. */
static bool is_in_time(struct attempt *attempt, const struct sequence_step *step,
    struct frame_ref before)
{
	struct frame_ref at = attempt->at;
	char why[SEQUENCE_WHY_MAX];

	if (before.number == 0 || attempt->result->is_skipped ||
	    sequence_is_in_time(step, attempt->result->time - before.time, why,
		sizeof(why)))
		return true;
	attempt_fail(attempt, "time", at, "%s", why);
	return false;
}

static bool see_once(struct attempt *attempt, const struct sequence_step *step)
{
	struct frame_ref before = attempt->at;

	return see[step->see](attempt, step) && is_in_time(attempt, step, before);
}

/* Says that the step cannot be judged where it may still come after the end of the capture. */
static void excuse_late(struct attempt *attempt, const struct sequence_step *step,
    const struct attempt *before, size_t index)
{
	struct frame_ref last = observer_last(attempt->observer);
	bool is_distant = step->see == SEE_SESSION || step->see == SEE_CALL ||
			  step->see == SEE_TRANSFER;
	bool is_absent =
	    attempt->result->frame ==
	    (before->at.number ? before->at.number : attempt->cpe->kept->first.number);

	if (index > 0 && is_distant && is_absent && before->at.number > 0 &&
	    (step->within == 0 || last.time - before->at.time < step->within))
		attempt->not_judged = "the capture ends before it comes";
}

/* Looks for the step as often as it is there, up to at_most times; false when that is less
 * often than at_least. */
static bool see_step(struct attempt *attempt, const struct sequence_step *step,
    size_t index)
{
	uint64_t least = sequence_least(step), most = sequence_most(step);
	struct step_result held = *attempt->result;

	for (uint64_t n = 0; n < most; n++) {
		struct attempt before = *attempt;

		if (see_once(attempt, step)) {
			uint64_t first = n > 0 ? held.frame : attempt->result->frame;

			held = *attempt->result;
			held.frame = first;
			if (held.is_skipped)
				break;
			continue;
		}
		if (n < least) {
			excuse_late(attempt, step, &before, index);
			return false;
		}
		*attempt = before;
		if (n == 0) {
			held.ok = held.is_skipped = true;
			held.why = "not there";
		}
		break;
	}
	*attempt->result = held;
	return true;
}

/* ---- the walk ---------------------------------------------------------------------- */

/* Checks the "never" steps between the step that held last and step i, which came at to. */
static bool keep_never(struct attempt *attempt, const struct sequence_step *steps,
    size_t i, uint64_t from, uint64_t to, struct step_result *results, size_t *ret)
{
	size_t first = i;

	while (first > 0 && steps[first - 1].is_never)
		first--;
	for (; first < i; first++) {
		attempt->result = &results[first];
		if (attempt_sees_never(attempt, &steps[first], from, to)) {
			*ret = first;
			return false;
		}
		results[first].ok = true;
	}
	return true;
}

/* The "never" steps before a step that failed cannot be judged, as nobody knows until when
 * they were to hold. */
static void leave_never(const struct sequence_step *steps, size_t failed,
    struct step_result *results)
{
	while (failed > 0 && steps[--failed].is_never) {
		results[failed].ok = results[failed].is_skipped = true;
		results[failed].why = "the step after it failed";
	}
}

/* Walks through the steps. Returns how many held; the sequence holds when all did. */
static size_t walk(struct attempt *attempt, const struct sequence *sequence,
    bool is_truncated, struct attempt_search *searches, struct step_result *results)
{
	const struct sequence_step *steps = sequence->steps.items;
	size_t n = sequence->steps.len, i, failed;
	uint64_t from = 0;

	for (size_t k = 0; k < n; k++) {
		results[k] = (struct step_result){ .step = (unsigned)steps[k].step,
			.what = steps[k].what,
			.why = "not reached" };
	}
	for (i = 0; i < n; i++) {
		attempt->result = &results[i];
		attempt->search = &searches[i];
		results[i].why = NULL;
		if (steps[i].is_never)
			continue;
		from = attempt->at.number;
		if (!see_step(attempt, &steps[i], i)) {
			excuse(attempt, is_truncated);
			leave_never(steps, i, results);
			return i;
		}
		if (!keep_never(attempt, steps, i, from, results[i].frame, results,
			&failed))
			return failed;
	}
	if (!keep_never(attempt, steps, n, attempt->at.number, UINT64_MAX, results,
		&failed))
		return failed;
	return n;
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
	struct attempt_search searches[SEQUENCE_STEPS_MAX] = { 0 };
	const struct sequence_step *steps = sequence->steps.items;
	bool has_one = false, is_broken = false;

	*ret = (struct sequence_result){ .cpe = cpe->kept->address_text
						    ? cpe->kept->address_text
						    : cpe->kept->mac_text,
		.mac = cpe->kept->mac_text,
		.name = sequence->name,
		.boot = cpe->kept->first.time,
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
		if (start < cpe->kept->conns.len)
			attempt.conn = cpe->kept->conns.items[start];
		held = walk(&attempt, sequence, is_truncated, searches, results);
		/* Another attempt cannot mend that what must never be was seen. */
		is_broken = held < n && steps[held].is_never && !attempt.not_judged;
		if (!has_one || held > best || is_broken) {
			has_one = true;
			best = held;
			finish(&attempt, sequence, results, held, ret);
		}
	} while (!ret->ok && !is_broken && ++start < cpe->kept->conns.len);
	for (size_t i = 0; i < n; i++)
		free(searches[i].next);
	return 0;
}
