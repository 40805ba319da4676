#include "lib/load/bridge.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"

#include <inttypes.h>
#include <string.h>

static const char *const names[] = {
	[BRIDGE_SESSIONS] = "sessions",
	[BRIDGE_COMPLETED] = "completed",
	[BRIDGE_FAILED] = "failed",
	[BRIDGE_SHED] = "shed",
	[BRIDGE_OPEN] = "open",
};

struct building {
	struct bridge made;
	const struct tally_account *fleet;
	bool sees_packets;
	/* Sessions that no row has taken yet, of which the other may know otherwise: two kinds of
	 * those that failed, and those that were open and are over for the other. */
	uint64_t unanswered, cut, ended;
};

static void get(const struct tally_account *account, uint64_t ret[BRIDGE_NUMBERS])
{
	ret[BRIDGE_SESSIONS] = account->sessions;
	ret[BRIDGE_COMPLETED] = account->completed;
	ret[BRIDGE_FAILED] = account->failed;
	ret[BRIDGE_SHED] = account->shed;
	ret[BRIDGE_OPEN] = account->open;
}

static int64_t *rest(struct building *b)
{
	return b->made.rest;
}

/* n sessions that are `from` in the fleet's account are `to` in the other's; BRIDGE_SESSIONS
 * stands for none of both, that the session is not there. */
static void add(struct building *b, const char *why, enum bridge_number from,
    enum bridge_number to, uint64_t n, uint64_t most)
{
	struct bridge_row *row = &b->made.rows[b->made.n_rows];
	int64_t by = (int64_t)n;

	if (n == 0 || b->made.n_rows == BRIDGE_ROWS_MAX)
		return;
	b->made.n_rows++;
	*row = (struct bridge_row){ .why = why, .most = most };
	if (from != BRIDGE_SESSIONS)
		row->by[from] -= by;
	if (to != BRIDGE_SESSIONS)
		row->by[to] += by;
	if (to == BRIDGE_SESSIONS)
		row->by[BRIDGE_SESSIONS] = -by;
	if (from == BRIDGE_SESSIONS)
		row->by[BRIDGE_SESSIONS] = by;
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++)
		b->made.rest[i] -= row->by[i];
}

/* As many as the other has more, within the bound; the rest stays a difference. */
static uint64_t within(int64_t more, uint64_t most)
{
	return more > 0 ? MIN((uint64_t)more, most) : 0;
}

/* What the other cannot have seen at all: exactly so many. */
static void hide(struct building *b)
{
	const uint64_t *reached = b->fleet->reached;
	uint64_t n = reached[TALLY_REACH_UNSENT];

	if (!b->sees_packets)
		n += reached[TALLY_REACH_UNHEARD];
	add(b,
	    b->sees_packets ? "no packet of them was sent"
			    : "nothing could be said in them",
	    BRIDGE_FAILED, BRIDGE_SESSIONS, n, n);
}

static void explain_open(struct building *b, bool is_known)
{
	uint64_t open = b->fleet->open;
	uint64_t heard = b->unanswered + b->cut + b->fleet->reached[TALLY_REACH_BROKEN];

	add(b, "over for the CPE, and still open for the other", BRIDGE_FAILED,
	    BRIDGE_OPEN, within(rest(b)[BRIDGE_OPEN], heard), heard);
	b->ended = within(-rest(b)[BRIDGE_OPEN], open);
	add(b,
	    is_known ? "open as the run ended, and over for the other since"
		     : "open as the run ended, which looks like given up",
	    BRIDGE_OPEN, BRIDGE_FAILED, b->ended, open);
}

/* Takes n of those of a kind, and of those that were open where they do not do. */
static void take(struct building *b, uint64_t *of, uint64_t n)
{
	uint64_t first = MIN(n, *of);

	*of -= first;
	b->ended -= n - first;
}

static void explain_answers(struct building *b)
{
	uint64_t most = b->cut + b->ended;
	uint64_t n = within(rest(b)[BRIDGE_COMPLETED], most);

	add(b, "the last answer was given, and did not arrive", BRIDGE_FAILED,
	    BRIDGE_COMPLETED, n, most);
	take(b, &b->cut, n);
	most = b->unanswered + b->ended;
	n = within(rest(b)[BRIDGE_SHED], most);
	add(b, "turned away by an answer that did not arrive", BRIDGE_FAILED,
	    BRIDGE_SHED, n, most);
	take(b, &b->unanswered, n);
}

static void explain_sessions(struct building *b)
{
	uint64_t fewer = b->unanswered + b->ended;

	if (b->sees_packets)
		fewer += b->fleet->reached[TALLY_REACH_UNHEARD];
	add(b,
	    b->sees_packets
		? "their packets were lost before the capture, or make no session"
		: "sent, and never read: the ACS or the CPE was gone",
	    BRIDGE_FAILED, BRIDGE_SESSIONS, within(-rest(b)[BRIDGE_SESSIONS], fewer),
	    fewer);
	add(b, "gone on on another connection, which counts as one more",
	    BRIDGE_SESSIONS, BRIDGE_FAILED,
	    within(rest(b)[BRIDGE_SESSIONS], b->fleet->moved), b->fleet->moved);
}

struct bridge bridge_make(const struct tally_account *fleet,
    const struct tally_account *other)
{
	struct building b = { .fleet = fleet,
		.sees_packets = other->sees_packets,
		.unanswered = fleet->reached[TALLY_REACH_UNANSWERED],
		.cut = fleet->reached[TALLY_REACH_CUT] };
	bool knows_open = other->open != UINT64_MAX;
	uint64_t ours[BRIDGE_NUMBERS], theirs[BRIDGE_NUMBERS];

	get(fleet, ours);
	get(other, theirs);
	if (!knows_open)
		theirs[BRIDGE_OPEN] = 0;
	memcpy(b.made.who, other->who, sizeof(b.made.who));
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++)
		b.made.rest[i] = (int64_t)(theirs[i] - ours[i]);
	hide(&b);
	explain_open(&b, knows_open);
	explain_answers(&b);
	explain_sessions(&b);
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++)
		b.made.rest[i] = theirs[i] == UINT64_MAX ? 0 : b.made.rest[i];
	return b.made;
}

bool bridge_agrees(const struct bridge *bridge)
{
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++) {
		if (bridge->rest[i] != 0)
			return false;
	}
	return true;
}

static void write_row(const struct bridge_row *row, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "why", row->why);
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++)
		json_int(json, names[i], row->by[i]);
	json_uint(json, "at_most", row->most);
	json_object_end(json);
}

void bridge_write(const struct bridge *bridge, struct json *json)
{
	json_bool(json, "agrees", bridge_agrees(bridge));
	json_array_begin(json, "explained");
	for (size_t i = 0; i < bridge->n_rows; i++)
		write_row(&bridge->rows[i], json);
	json_array_end(json);
}

void bridge_put_row(struct buf *out, const struct bridge *bridge,
    const struct bridge_row *row)
{
	const char *comma = "";
	uint64_t n = 0;

	buf_printf(out, "%s: ", bridge->who);
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++) {
		if (row->by[i] == 0)
			continue;
		n = (uint64_t)(row->by[i] < 0 ? -row->by[i] : row->by[i]);
		buf_printf(out, "%s%+" PRId64 " %s", comma, row->by[i], names[i]);
		comma = ", ";
	}
	buf_printf(out, ": %s", row->why);
	if (row->most > n)
		buf_printf(out, " (%" PRIu64 " at most)", row->most);
}

void bridge_put_rest(struct buf *out, const struct bridge *bridge,
    const struct tally_account *fleet, const struct tally_account *other)
{
	uint64_t ours[BRIDGE_NUMBERS], theirs[BRIDGE_NUMBERS];

	get(fleet, ours);
	get(other, theirs);
	for (size_t i = 0; i < BRIDGE_NUMBERS; i++) {
		int64_t by = bridge->rest[i];

		if (by == 0)
			continue;
		buf_printf(out, "%s: fleet %" PRIu64 ", %s %" PRIu64 ": %" PRIu64 " %s",
		    names[i], ours[i], bridge->who, theirs[i],
		    (uint64_t)(by < 0 ? -by : by), by < 0 ? "fewer" : "more");
		buf_append_text(out,
		    bridge->n_rows > 0 ? " than is explained\n" : "\n");
	}
}
