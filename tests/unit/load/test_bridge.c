/* lib/load/bridge: what one account has that another has not, reason by reason. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/bridge.h"

#include <string.h>

/* 100 sessions of which 30 failed: 1 unsent, 9 unheard, 6 unanswered, 5 cut, 9 broken. */
static const struct tally_account fleet = { .who = "fleet",
	.sessions = 100,
	.completed = 60,
	.failed = 30,
	.shed = 7,
	.open = 3,
	.reached = { 1, 9, 6, 5, 9 },
	.moved = 2 };

#define ACS(n, c, f, s, o)                                                      \
	{                                                                       \
		.who = "ACS", .sessions = (n), .completed = (c), .failed = (f), \
		.shed = (s), .open = (o)                                        \
	}
#define CAPTURE(n, c, f, s)                                                         \
	{                                                                           \
		.who = "capture", .sessions = (n), .completed = (c), .failed = (f), \
		.shed = (s), .open = UINT64_MAX, .sees_packets = true               \
	}
#define UNHEARD "ACS: -10 sessions, -10 failed: nothing could be said in them\n"
#define UNSENT  "capture: -1 sessions, -1 failed: no packet of them was sent\n"
#define OPEN                                                                          \
	"capture: +3 failed, -3 open: open as the run ended, which looks like given " \
	"up\n"

static const struct {
	const char *name;
	struct tally_account other;
	const char *rows, *rest;
} rows[] = {
	{ "what no ACS can hear", ACS(90, 60, 20, 7, 3), UNHEARD, "" },
	{ "what it never read", ACS(84, 60, 14, 7, 3),
	    UNHEARD "ACS: -6 sessions, -6 failed: sent, and never read: the ACS or the "
		    "CPE was gone\n",
	    "" },
	{ "one more than was sent and not answered", ACS(83, 60, 13, 7, 3),
	    UNHEARD "ACS: -6 sessions, -6 failed: sent, and never read: the ACS or the "
		    "CPE was gone\n",
	    "sessions: fleet 100, ACS 83: 1 fewer than is explained\n"
	    "failed: fleet 30, ACS 13: 1 fewer than is explained\n" },
	{ "answers that were lost", ACS(90, 65, 14, 8, 3),
	    UNHEARD "ACS: +5 completed, -5 failed: the last answer was given, and did "
		    "not arrive\n"
		    "ACS: -1 failed, +1 shed: turned away by an answer that did not "
		    "arrive (6 at most)\n",
	    "" },
	{ "more than can have been lost", ACS(90, 66, 14, 7, 3),
	    UNHEARD "ACS: +5 completed, -5 failed: the last answer was given, and did "
		    "not arrive\n",
	    "completed: fleet 60, ACS 66: 1 more than is explained\n"
	    "failed: fleet 30, ACS 14: 1 fewer than is explained\n" },
	{ "an answer that was lost is of none that was never read",
	    ACS(84, 60, 13, 8, 3),
	    UNHEARD "ACS: -1 failed, +1 shed: turned away by an answer that did not "
		    "arrive (6 at most)\n"
		    "ACS: -5 sessions, -5 failed: sent, and never read: the ACS or the "
		    "CPE was gone\n",
	    "sessions: fleet 100, ACS 84: 1 fewer than is explained\n"
	    "failed: fleet 30, ACS 13: 1 fewer than is explained\n" },
	{ "those that went on at an ACS that did not know them", ACS(92, 60, 22, 7, 3),
	    UNHEARD "ACS: +2 sessions, +2 failed: gone on on another connection, which "
		    "counts as one more\n",
	    "" },
	{ "strangers", ACS(93, 60, 23, 7, 3),
	    UNHEARD "ACS: +2 sessions, +2 failed: gone on on another connection, which "
		    "counts as one more\n",
	    "sessions: fleet 100, ACS 93: 1 more than is explained\n"
	    "failed: fleet 30, ACS 23: 1 more than is explained\n" },
	{ "an ACS that waits for those that are gone", ACS(90, 60, 15, 7, 8),
	    UNHEARD "ACS: -5 failed, +5 open: over for the CPE, and still open for the "
		    "other (20 at most)\n",
	    "" },
	{ "one that has ended what was open", ACS(90, 66, 17, 7, 0),
	    UNHEARD "ACS: +3 failed, -3 open: open as the run ended, and over for the "
		    "other since\n"
		    "ACS: +6 completed, -6 failed: the last answer was given, and did "
		    "not arrive (8 at most)\n",
	    "" },
	{ "open, and never read", ACS(87, 60, 20, 7, 0),
	    UNHEARD "ACS: +3 failed, -3 open: open as the run ended, and over for the "
		    "other since\n"
		    "ACS: -3 sessions, -3 failed: sent, and never read: the ACS or the "
		    "CPE was gone (9 at most)\n",
	    "" },
	{ "an account that does not add up", ACS(90, 60, 20, 7, 2),
	    UNHEARD "ACS: +1 failed, -1 open: open as the run ended, and over for the "
		    "other since (3 at most)\n",
	    "failed: fleet 30, ACS 20: 1 fewer than is explained\n" },
	{ "a capture that shows all", CAPTURE(99, 60, 32, 7), UNSENT OPEN, "" },
	{ "packets that did not get there", CAPTURE(84, 60, 17, 7),
	    UNSENT OPEN "capture: -15 sessions, -15 failed: their packets were lost "
			"before the capture, or make no session (18 at most)\n",
	    "" },
	{ "more than can be lost", CAPTURE(80, 60, 13, 7),
	    UNSENT OPEN "capture: -18 sessions, -18 failed: their packets were lost "
			"before the capture, or make no session\n",
	    "sessions: fleet 100, capture 80: 1 fewer than is explained\n"
	    "failed: fleet 30, capture 13: 1 fewer than is explained\n" },
	{ "a capture that lacks an end", CAPTURE(99, 59, 33, 7), UNSENT OPEN,
	    "completed: fleet 60, capture 59: 1 fewer than is explained\n"
	    "failed: fleet 30, capture 33: 1 more than is explained\n" },
};

static void tell(struct buf *told, struct buf *rest, const struct bridge *bridge,
    const struct tally_account *other)
{
	for (size_t i = 0; i < bridge->n_rows; i++) {
		bridge_put_row(told, bridge, &bridge->rows[i]);
		buf_append_char(told, '\n');
	}
	bridge_put_rest(rest, bridge, &fleet, other);
}

static void test_each_difference_is_explained_up_to_what_the_fleet_has_seen(
    void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct tally_account *other = &rows[i].other;
		struct bridge bridge = bridge_make(&fleet, other);
		auto_buf told = BUF_NULL, rest = BUF_NULL;

		tell(&told, &rest, &bridge, other);
		if (strcmp(buf_cstr(&told), rows[i].rows) != 0 ||
		    strcmp(buf_cstr(&rest), rows[i].rest) != 0)
			fail_msg("%s:\n%s%s", rows[i].name, buf_cstr(&told),
			    buf_cstr(&rest));
		assert_int_equal(bridge_agrees(&bridge), rows[i].rest[0] == '\0');
	}
}

/* Fleet, rows and what is left over make the other's numbers, and no row makes a session of
 * nothing. */
static void test_rows_add_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct tally_account *other = &rows[i].other;
		struct bridge bridge = bridge_make(&fleet, other);
		int64_t n[BRIDGE_NUMBERS] = { (int64_t)fleet.sessions,
			(int64_t)fleet.completed, (int64_t)fleet.failed,
			(int64_t)fleet.shed, (int64_t)fleet.open };

		for (size_t k = 0; k < bridge.n_rows; k++) {
			const int64_t *by = bridge.rows[k].by;

			assert_int_equal(by[BRIDGE_SESSIONS],
			    by[BRIDGE_COMPLETED] + by[BRIDGE_FAILED] + by[BRIDGE_SHED] +
				by[BRIDGE_OPEN]);
			for (size_t at = 0; at < BRIDGE_NUMBERS; at++)
				n[at] += by[at];
		}
		assert_int_equal(n[BRIDGE_SESSIONS] + bridge.rest[BRIDGE_SESSIONS],
		    other->sessions);
		assert_int_equal(n[BRIDGE_COMPLETED] + bridge.rest[BRIDGE_COMPLETED],
		    other->completed);
		assert_int_equal(n[BRIDGE_FAILED] + bridge.rest[BRIDGE_FAILED],
		    other->failed);
		assert_int_equal(n[BRIDGE_SHED] + bridge.rest[BRIDGE_SHED],
		    other->shed);
		assert_int_equal(n[BRIDGE_OPEN] + bridge.rest[BRIDGE_OPEN],
		    other->open == UINT64_MAX ? 0 : other->open);
	}
}

/* As of an ACS that does not tell them apart. */
static void test_a_number_that_nobody_knows_is_no_difference(void **state)
{
	struct tally_account other = ACS(90, 60, UINT64_MAX, 7, 3);
	struct bridge bridge = bridge_make(&fleet, &other);

	(void)state;
	assert_true(bridge_agrees(&bridge));
	other.sessions++;
	other.completed = UINT64_MAX;
	bridge = bridge_make(&fleet, &other);
	assert_int_equal(bridge.rest[BRIDGE_COMPLETED], 0);
	assert_int_equal(bridge.n_rows, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_difference_is_explained_up_to_what_the_fleet_has_seen),
		cmocka_unit_test(test_rows_add_up),
		cmocka_unit_test(test_a_number_that_nobody_knows_is_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
