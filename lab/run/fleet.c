#include "lab/run/fleet.h"

#include "lib/base/map.h"
#include "lib/base/text.h"
#include "lib/sequence/sequence.h"

#include <errno.h>
#include <jansson.h>

/* An expected sequence, as far as CPEs themselves tell of it. */
struct fleet_wanted {
	const struct expectation *expect;
	const struct sequence *sequence;
	uint64_t *held; /* owned; one a CPE: sessions of it that were seen */
};

struct fleet {
	const struct plan *plan;
	struct fleet_cpe *cpes;
	struct map by_name;      /* instance name -> struct fleet_cpe */
	bool *is_awaited;        /* one a CPE */
	size_t awaited, resting; /* of them */
	struct fleet_counts counts;
	struct fleet_wanted *wanted; /* owned */
	size_t n_wanted;
	clock_ns now;   /* of the latest event */
	bool is_called; /* an ACS calls CPEs of its own accord */
};

/* ---- who is waited for ------------------------------------------------------------ */

/* Whether nothing can be said before its CPEs rest. */
static bool is_of_rest(const struct expectation *expect)
{
	return expect->kind != EXPECT_LEASE && expect->n_on > 0;
}

static bool is_named(const struct topology *topology, const struct node *node)
{
	const struct expectation *expect = topology->expect.items;

	for (size_t i = 0; i < topology->expect.len; i++) {
		if (is_of_rest(&expect[i]) && expectation_is_on(&expect[i], node))
			return true;
	}
	return topology->expect.len == 0;
}

static int add_cpes(struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;
	size_t n = 0;

	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct plan_instance *instance = &plan->instances[i];

		bool is_awaited = is_named(plan->topology, instance->node);

		/* Nobody types in a run: who informs no ACS before is missed by nobody. */
		if (!node_is_cpe(instance->node) ||
		    (!is_awaited && !node_informs(instance->node)))
			continue;
		fleet->cpes[n].instance = i;
		fleet->is_awaited[n] = is_awaited;
		fleet->awaited += is_awaited;
		if (map_put(&fleet->by_name, str_of(instance->name), &fleet->cpes[n]) <
		    0)
			return -1;
		n++;
	}
	fleet->counts.cpes = n;
	return 0;
}

/* CPEs know such an ACS by the URL of its proxy. */
static bool is_behind_proxy(const struct topology *topology, const struct node *acs)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		for (size_t k = 0;
		     node->kind == NODE_PROXY && k < node->proxy.upstreams.len; k++) {
			if (node->proxy.to[k] == acs)
				return true;
		}
	}
	return false;
}

static void add_acs(struct fleet *fleet)
{
	const struct topology *topology = fleet->plan->topology;
	struct fleet_counts *counts = &fleet->counts;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		counts->leases |= node->kind == NODE_DHCP;
		fleet->is_called |= node->kind == NODE_ACS && node->acs.call.after > 0;
		if (node_url(node) && !is_behind_proxy(topology, node) &&
		    counts->n_acs < FLEET_ACS_MAX)
			counts->acs[counts->n_acs++] = node;
	}
}

struct fleet *fleet_new(const struct plan *plan)
{
	auto_cleanup(fleet_free) struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (!fleet)
		return NULL;
	fleet->plan = plan;
	fleet->cpes = calloc(plan->n_instances + 1, sizeof(*fleet->cpes));
	fleet->is_awaited = calloc(plan->n_instances + 1, sizeof(bool));
	if (!fleet->cpes || !fleet->is_awaited || add_cpes(fleet) < 0)
		return NULL;
	add_acs(fleet);
	return steal_ptr(&fleet);
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	for (size_t i = 0; i < fleet->n_wanted; i++)
		free(fleet->wanted[i].held);
	free(fleet->wanted);
	map_free(&fleet->by_name);
	free(fleet->is_awaited);
	free(fleet->cpes);
	free(fleet);
}

/* ---- events ----------------------------------------------------------------------- */

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

static void set_settled(struct fleet *fleet, struct fleet_cpe *cpe, bool is_settled)
{
	if (cpe->is_settled == is_settled)
		return;
	cpe->is_settled = is_settled;
	fleet->counts.settled += is_settled ? 1 : (size_t)-1;
	if (fleet->is_awaited[cpe - fleet->cpes])
		fleet->resting += is_settled ? 1 : (size_t)-1;
}

static void on_lease(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	fleet->counts.leased += cpe->address == 0 && !ipv6_is_set(cpe->address6);
	if (ipv6_parse(str_of(text_of(event, "address")), cpe->address6) == 0)
		return;
	if (ipv4_parse(str_of(text_of(event, "address")), &cpe->address) < 0)
		cpe->address = UINT32_MAX;
}

static void on_acs(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	const char *source = text_of(event, "source");

	(void)fleet;
	(void)snprintf(cpe->url, sizeof(cpe->url), "%s", text_of(event, "url"));
	(void)snprintf(cpe->url_source, sizeof(cpe->url_source), "%s", source);
	if (!cpe->first_source[0])
		(void)snprintf(cpe->first_source, sizeof(cpe->first_source), "%s",
		    source);
}

static void on_start(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	const json_t *code;
	size_t i, used = 0;

	set_settled(fleet, cpe, false);
	cpe->due_at = 0;
	cpe->events[0] = '\0';
	json_array_foreach(json_object_get(event, "events"), i, code)
	{
		if (used < sizeof(cpe->events))
			used += (size_t)snprintf(cpe->events + used,
			    sizeof(cpe->events) - used, "%s\n",
			    json_string_value(code) ? json_string_value(code) : "");
	}
}

/* ---- what expected sequences want --------------------------------------------------- */

static uint64_t times_of(const struct sequence_step *step)
{
	if (step->see != SEE_SESSION || step->is_optional || step->is_never)
		return 0;
	return MAX(step->at_least, (uint64_t)1);
}

/* The session that is wanted when so many were seen; null: no more. */
static const struct sequence_step *next_session(const struct sequence *sequence,
    uint64_t held)
{
	const struct sequence_step *steps = sequence->steps.items;

	for (size_t i = 0; i < sequence->steps.len; i++) {
		uint64_t times = times_of(&steps[i]);

		if (held < times)
			return &steps[i];
		held -= times;
	}
	return NULL;
}

static bool has_event(const struct fleet_cpe *cpe, const char *code)
{
	struct str rest = str_of(cpe->events);

	while (rest.len > 0) {
		if (str_is(str_cut(rest, '\n', &rest), code))
			return true;
	}
	return false;
}

static bool fits(const struct fleet_cpe *cpe, const struct sequence_step *step)
{
	for (size_t i = 0; i < step->event.len; i++) {
		if (!has_event(cpe, step->event.items[i]))
			return false;
	}
	return true;
}

/* A session of the CPE has ended well. */
static void note_sequences(struct fleet *fleet, const struct fleet_cpe *cpe)
{
	for (size_t i = 0; i < fleet->n_wanted; i++) {
		struct fleet_wanted *wanted = &fleet->wanted[i];
		uint64_t *held = &wanted->held[cpe - fleet->cpes];
		const struct sequence_step *step =
		    next_session(wanted->sequence, *held);

		if (step && fits(cpe, step))
			++*held;
	}
}

int fleet_expect(struct fleet *fleet, const struct expectation *expect,
    const struct sequence *sequence)
{
	struct fleet_wanted *wanted =
	    realloc(fleet->wanted, (fleet->n_wanted + 1) * sizeof(*fleet->wanted));

	if (!wanted)
		return -ENOMEM;
	fleet->wanted = wanted;
	wanted = &fleet->wanted[fleet->n_wanted];
	*wanted = (struct fleet_wanted){ expect, sequence,
		calloc(fleet->counts.cpes + 1, sizeof(*wanted->held)) };
	if (!wanted->held)
		return -ENOMEM;
	fleet->n_wanted++;
	return 0;
}

static bool is_of_call(const struct sequence_step *step)
{
	for (size_t i = 0; i < step->event.len; i++) {
		if (strcmp(step->event.items[i], "6 CONNECTION REQUEST") == 0)
			return true;
	}
	return false;
}

/* Whether a call is wanted by that step, or by one behind it: what a CPE tells first, so that it
 * can be called by UDP, comes by itself as well. */
static bool wants_call(const struct sequence *sequence,
    const struct sequence_step *step)
{
	const struct sequence_step *steps = sequence->steps.items;

	for (; step < steps + sequence->steps.len; step++) {
		if (is_of_call(step))
			return true;
	}
	return false;
}

/* Whether what is wanted next comes without anybody's doing, before end. */
static bool is_coming(const struct fleet *fleet, const struct fleet_cpe *cpe,
    const struct sequence *sequence, const struct sequence_step *step, clock_ns end)
{
	if (!step)
		return false;
	return (cpe->due_at > 0 && cpe->due_at < end) ||
	       (fleet->is_called && wants_call(sequence, step) && fleet->now < end);
}

bool fleet_waits(const struct fleet *fleet, clock_ns up_at)
{
	for (size_t i = 0; i < fleet->n_wanted; i++) {
		const struct fleet_wanted *wanted = &fleet->wanted[i];
		clock_ns end = up_at + wanted->expect->within;

		for (size_t k = 0; k < fleet->counts.cpes; k++) {
			const struct fleet_cpe *cpe = &fleet->cpes[k];
			const struct node *node =
			    fleet->plan->instances[cpe->instance].node;

			if (expectation_is_on(wanted->expect, node) &&
			    is_coming(fleet, cpe, wanted->sequence,
				next_session(wanted->sequence, wanted->held[k]), end))
				return true;
		}
	}
	return false;
}

const char *fleet_why(const struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->counts.cpes; i++) {
		if (fleet->cpes[i].why[0])
			return fleet->cpes[i].why;
	}
	return NULL;
}

/* ---- how sessions end ---------------------------------------------------------------- */

static void note_good(struct fleet *fleet, struct fleet_cpe *cpe, const char *url)
{
	for (size_t i = 0; i < fleet->counts.n_acs; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (cpe->seen_at & bit ||
		    strcmp(node_url(fleet->counts.acs[i]), url) != 0)
			continue;
		cpe->seen_at |= bit;
		fleet->counts.at[i]++;
	}
}

static void on_end(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	bool ok = json_is_true(json_object_get(event, "ok"));

	cpe->sessions++;
	fleet->counts.failing += !ok && !cpe->why[0] ? 1 : 0;
	if (ok) {
		fleet->counts.failing -= cpe->why[0] ? 1 : 0;
		cpe->why[0] = '\0';
		note_good(fleet, cpe, text_of(event, "url"));
		note_sequences(fleet, cpe);
		return;
	}
	cpe->failures++;
	(void)snprintf(cpe->why, sizeof(cpe->why), "%s: %s", text_of(event, "layer"),
	    text_of(event, "why"));
}

static int64_t number_of(const json_t *event, const char *key)
{
	return json_integer_value(json_object_get(event, key));
}

static void on_retry(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	(void)fleet;
	cpe->retry_count = (uint32_t)number_of(event, "retry_count");
	cpe->wait_ms = number_of(event, "wait_ms");
	cpe->from_ms = number_of(event, "from_ms");
	cpe->to_ms = number_of(event, "to_ms");
}

static void on_settled(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event)
{
	const json_t *next = json_object_get(event, "next_ms");

	cpe->due_at = next ? fleet->now + json_integer_value(next) * NS_PER_MS : 0;
	set_settled(fleet, cpe, true);
}

static const struct fleet_handler {
	const char *event;
	void (*take)(struct fleet *fleet, struct fleet_cpe *cpe, const json_t *event);
} handlers[] = {
	{ "lease", on_lease },
	{ "acs", on_acs },
	{ "session-start", on_start },
	{ "session-end", on_end },
	{ "retry", on_retry },
	{ "settled", on_settled },
};

void fleet_event(struct fleet *fleet, const json_t *event, clock_ns now)
{
	struct fleet_cpe *cpe =
	    map_get(&fleet->by_name, str_of(text_of(event, "node")));
	const char *kind = text_of(event, "event");

	fleet->now = now;
	for (size_t i = 0; cpe && i < ARRAY_LEN(handlers); i++) {
		if (strcmp(handlers[i].event, kind) == 0)
			handlers[i].take(fleet, cpe, event);
	}
}

bool fleet_is_settled(const struct fleet *fleet)
{
	return fleet->resting == fleet->awaited;
}

const struct fleet_counts *fleet_counts(const struct fleet *fleet)
{
	return &fleet->counts;
}

const struct fleet_cpe *fleet_cpe(const struct fleet *fleet, size_t instance)
{
	const char *name = fleet->plan->instances[instance].name;

	return map_get(&fleet->by_name, str_of(name));
}
