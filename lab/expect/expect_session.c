/* How long sessions take. */
#include "lab/expect/expect_internal.h"

#include "capture/analysis/analysis.h"

#include <errno.h>
#include <stdlib.h>

struct length {
	clock_ns ns;
	const struct analysis_session *session;
};

static int by_length(const void *a, const void *b)
{
	const struct length *x = a, *y = b;

	return x->ns < y->ns ? -1 : x->ns > y->ns;
}

/* Those that ended as they should; one that did not is no measure of anything. */
static size_t collect(const struct expect_facts *facts, const struct expect_who *who,
    struct length *lengths)
{
	const struct analysis *analysis = facts->analysis;
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		if (session->ok && !session->not_judged &&
		    expect_who_find(who, session->mac, session->serial) >= 0)
			lengths[n++] =
			    (struct length){ session->end - session->start, session };
	}
	qsort(lengths, n, sizeof(*lengths), by_length);
	return n;
}

static clock_ns mean(const struct length *lengths, size_t n)
{
	clock_ns sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += lengths[i].ns;
	return sum / (clock_ns)n;
}

static bool is_within(const struct expect_session *wanted, clock_ns ns)
{
	if (ns == wanted->bound)
		return wanted->is_equal;
	return (ns > wanted->bound) == wanted->is_above;
}

static int judge(const struct expectation *expect, const struct length *lengths,
    size_t n, struct expect_result *ret)
{
	const struct expect_session *wanted = &expect->session;
	/* The nearest rank. */
	size_t rank = wanted->rank ? (n * wanted->rank + 999) / 1000 : n;
	const struct analysis_session *slow;
	clock_ns ns;

	if (n == 0)
		return expect_say(ret, EXPECT_BROKEN, 0,
		    "no session of theirs ended as it should");
	ns = wanted->rank ? lengths[rank - 1].ns : mean(lengths, n);
	slow = lengths[rank - 1].session;
	return expect_say(ret, is_within(wanted, ns) ? EXPECT_HELD : EXPECT_BROKEN,
	    slow->n_messages ? slow->messages[0].first_frame : 0,
	    "%.*s is %.3f s of %zu session%s%s",
	    (int)strcspn(expect->said[EXPECT_SESSION], " "),
	    expect->said[EXPECT_SESSION], (double)ns / NS_PER_S, n, n == 1 ? "" : "s",
	    wanted->rank ? "" : "; the longest begins here");
}

int expect_judge_session(const struct expect_facts *facts, const struct expect_who *who,
    const struct expectation *expect, struct expect_result *ret)
{
	struct length *lengths =
	    calloc(facts->analysis->n_sessions + 1, sizeof(*lengths));

	if (!lengths)
		return -ENOMEM;
	(void)judge(expect, lengths, collect(facts, who, lengths), ret);
	free(lengths);
	return 0;
}
