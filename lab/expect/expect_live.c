#include "lab/expect/expect_live.h"

#include "lab/expect/expect_internal.h"
#include "lab/expect/port_state.h"
#include "lab/expect/reading.h"
#include "lab/expect/spawn.h"
#include "lib/base/cut.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

enum {
	LOOK_MS = 200, /* between two looks at the same */
	COMMAND_S = 5,
	WORDS_MAX = 24
};

struct live_item {
	const struct expectation *expect;
	struct expect_result result; /* the last */
	clock_ns looked;             /* 0: not yet */
	bool *has_come;              /* by instance: a lease, the end of a call */
	size_t n_come, n_wanted;
	clock_ns first; /* when the first of them came (wall clock) */
	const struct plan_instance *came;
};

struct expect_live {
	const struct plan *plan;
	struct live_item *items;
	size_t n;
};

/* ---- readings -------------------------------------------------------------------------- */

static void read_command(const struct expect_live *live, struct live_item *item)
{
	const struct expect_run *run = &item->expect->run;
	const char *words[WORDS_MAX] = { "cwmplab", "exec", live->plan->topology->name,
		run->node, "--" };
	const struct spawn spawn = { .words = words,
		.is_own = true,
		.longest = COMMAND_S * NS_PER_S,
		.ends_on_signal = true };
	const struct reading_wanted wanted = { run->prints, run->lacks, run->matches,
		(int)run->exit };
	auto_buf out = BUF_NULL, shown = BUF_NULL;
	struct error err = ERROR_NULL;
	struct reading_seen seen = { .said = STR_NULL };

	for (size_t i = 0; i < run->command.len && i + 6 < WORDS_MAX; i++)
		words[i + 5] = run->command.items[i];
	seen.status = spawn_run(&spawn, &out, &err);
	if (seen.status < 0) {
		(void)expect_say(&item->result, EXPECT_BROKEN, 0, "%s", err.text);
		return;
	}
	seen.said = buf_str(&out);
	item->result.outcome = reading_judge(&wanted, &seen, &shown) == READING_FITS
				   ? EXPECT_HELD
				   : EXPECT_BROKEN;
	(void)shown_snprintf(item->result.text, sizeof(item->result.text), "%s",
	    buf_cstr(&shown));
}

static void read_port(const struct expect_live *live, struct live_item *item)
{
	const struct expect_state *wanted = &item->expect->state;
	const char *lab = live->plan->topology->name;
	struct port_state state = { .is_up = false };
	struct error err = ERROR_NULL;
	bool fits = false;

	if (port_state_read(lab, wanted->node, wanted->port, &state, &err) < 0) {
		(void)expect_say(&item->result, EXPECT_BROKEN, 0, "%s", err.text);
		return;
	}
	switch ((enum expect_port)wanted->state) {
	case EXPECT_PORT_UP:
	case EXPECT_PORT_DOWN:
		fits = state.is_up == (wanted->state == EXPECT_PORT_UP);
		break;
	case EXPECT_PORT_FORWARDING:
	case EXPECT_PORT_BLOCKING:
		fits = strcmp(port_state_stp(&state),
			   wanted->state == EXPECT_PORT_FORWARDING ? "forwarding"
								   : "blocking") == 0;
		break;
	}
	(void)expect_say(&item->result, fits ? EXPECT_HELD : EXPECT_BROKEN, 0,
	    "it is %s%s%s", state.is_up ? "up" : "down", state.has_stp ? ", " : "",
	    state.has_stp ? port_state_stp(&state) : "");
}

/* Null: it is no reading. */
static void (*const readers[EXPECT_KINDS])(const struct expect_live *live,
    struct live_item *item) = {
	[EXPECT_STATE] = read_port,
	[EXPECT_RUN] = read_command,
};

void expect_live_look(struct expect_live *live, clock_ns up, clock_ns now)
{
	for (size_t i = 0; i < live->n; i++) {
		struct live_item *item = &live->items[i];
		bool is_open = item->result.outcome != EXPECT_HELD &&
			       now <= up + item->expect->within;

		if (!readers[item->expect->kind] || !is_open ||
		    now < up + item->expect->after ||
		    (item->looked && now - item->looked < LOOK_MS * NS_PER_MS))
			continue;
		readers[item->expect->kind](live, item);
		item->looked = now;
	}
}

/* ---- what has come --------------------------------------------------------------------- */

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

/* Most events are about neither. */
static bool is_about(const json_t *event, const struct expectation *expect)
{
	const char *kind = text_of(event, "event");

	if (expect->kind == EXPECT_LEASE)
		return strcmp(kind, "lease") == 0;
	return expect->kind == EXPECT_CALL && strcmp(kind, "call") == 0 &&
	       (strcmp(text_of(event, "by"), "udp") == 0) == expect->call.is_udp;
}

/* A lease is told by the CPE itself, and how a call ended by the ACS, of a device that its serial
 * number ends the name of. */
static bool is_of(const struct plan_instance *instance, const json_t *event,
    enum expectation_kind kind)
{
	struct str cpe = str_of(text_of(event, "cpe"));
	char text[SERIAL_TEXT_MAX];
	struct str serial;

	if (kind == EXPECT_LEASE)
		return strcmp(text_of(event, "node"), instance->name) == 0;
	serial = str_of(node_serial(instance->node, instance->i, text));
	return str_ends(cpe, serial) &&
	       (cpe.len == serial.len || cpe.p[cpe.len - serial.len - 1] == '-');
}

static bool is_awaited(const struct expectation *expect)
{
	return expect->kind == EXPECT_LEASE || expect->kind == EXPECT_CALL;
}

static void note(const struct expect_live *live, struct live_item *item,
    const json_t *event)
{
	for (size_t i = 0; i < live->plan->n_instances; i++) {
		const struct plan_instance *instance = &live->plan->instances[i];

		if (item->has_come[i] ||
		    !expectation_is_on(item->expect, instance->node) ||
		    !is_of(instance, event, item->expect->kind))
			continue;
		item->has_come[i] = true;
		if (item->n_come++ == 0) {
			item->first =
			    json_integer_value(json_object_get(event, "time"));
			item->came = instance;
		}
	}
}

void expect_live_event(struct expect_live *live, const json_t *event)
{
	for (size_t i = 0; i < live->n; i++) {
		struct live_item *item = &live->items[i];

		if (item->has_come && is_about(event, item->expect))
			note(live, item, event);
	}
}

/* That nobody gets a lease is known when one has, or when the time is over. */
static bool waits(const struct live_item *item)
{
	const struct expectation *expect = item->expect;

	if (readers[expect->kind])
		return item->result.outcome != EXPECT_HELD;
	if (!is_awaited(expect))
		return false;
	if (expect->kind == EXPECT_LEASE && expect->no_lease)
		return item->n_come == 0;
	return item->n_come < item->n_wanted;
}

bool expect_live_waits(const struct expect_live *live, clock_ns up, clock_ns now)
{
	for (size_t i = 0; i < live->n; i++) {
		if (now < up + live->items[i].expect->within && waits(&live->items[i]))
			return true;
	}
	return false;
}

/* ---- life ------------------------------------------------------------------------------ */

static int open_item(struct expect_live *live, struct live_item *item)
{
	const struct plan *plan = live->plan;

	if (!is_awaited(item->expect))
		return 0;
	item->has_come = calloc(plan->n_instances + 1, sizeof(bool));
	if (!item->has_come)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_instances; i++)
		item->n_wanted +=
		    expectation_is_on(item->expect, plan->instances[i].node);
	return 0;
}

struct expect_live *expect_live_new(const struct plan *plan)
{
	auto_cleanup(expect_live_free) struct expect_live *live =
	    calloc(1, sizeof(*live));
	const struct conf_list *expect = &plan->topology->expect;
	const struct expectation *items = expect->items;

	if (!live)
		return NULL;
	live->plan = plan;
	live->items = calloc(expect->len + 1, sizeof(*live->items));
	if (!live->items)
		return NULL;
	for (; live->n < expect->len; live->n++) {
		live->items[live->n].expect = &items[live->n];
		if (open_item(live, &live->items[live->n]) < 0)
			return NULL;
	}
	return steal_ptr(&live);
}

void expect_live_free(struct expect_live *live)
{
	if (!live)
		return;
	for (size_t i = 0; live->items && i < live->n; i++)
		free(live->items[i].has_come);
	free(live->items);
	free(live);
}

void expect_live_end(struct expect_live *live)
{
	for (size_t i = 0; i < live->n; i++) {
		struct live_item *item = &live->items[i];

		if (readers[item->expect->kind] && !item->looked)
			(void)expect_say(&item->result, EXPECT_NOT_JUDGED, 0,
			    "the lab ended before it was looked at");
	}
}

void expect_live_doubt(const struct expect_live *live, size_t i, clock_ns up,
    struct expect_result *result)
{
	const struct live_item *item = &live->items[i];
	const struct expectation *expect = item->expect;

	if (expect->kind == EXPECT_LEASE && expect->no_lease &&
	    result->outcome == EXPECT_HELD && item->n_come > 0 &&
	    item->first <= up + expect->within)
		(void)expect_say(result, EXPECT_BROKEN, 0,
		    "%s says that it was given one, by a port that is not recorded",
		    item->came->name);
}

const struct expect_result *expect_live_result(const struct expect_live *live, size_t i)
{
	return &live->items[i].result;
}
