/* What the link of a node does to packets: words, or a mapping with the same keys, for both ways
 * or for each on its own, and a schedule. */
#include "lab/topology/topology_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The part of a scalar that a mistake is about, where the file has it as it reads. */
static struct conf_node part_of(const struct conf_node *at,
    const struct impair_mistake *mistake)
{
	struct conf_node part = *at;

	if (at->is_quoted || at->width != at->text.len || mistake->len == 0 ||
	    mistake->at > at->text.len || mistake->len > at->text.len - mistake->at)
		return part;
	part.column += (uint32_t)mistake->at;
	part.width = (uint32_t)mistake->len;
	return part;
}

static int fail_words(const struct topology *t, const struct conf_node *at,
    const struct impair_mistake *mistake, const struct error *why, struct error *err)
{
	struct conf_node part = part_of(at, mistake);

	return conf_fail(t->doc, &part, mistake->hint[0] ? mistake->hint : NULL, err,
	    "%s", why->text);
}

static int read_words(const struct topology *t, const struct conf_node *at,
    struct impair_change *change, struct error *err)
{
	struct impair_mistake mistake = { 0 };
	struct error why = ERROR_NULL;

	if (impair_read(at->text, change, &mistake, &why) < 0)
		return fail_words(t, at, &mistake, &why, err);
	return 0;
}

/* ---- a mapping ------------------------------------------------------------------------ */

struct link_reading {
	struct topology *t;
	struct attach_link *link;
	struct impair_change change;
	const struct conf_node *schedule;
	struct error *err;
};

static int put_key(struct link_reading *r, const struct conf_pair *pair,
    enum impair_way way)
{
	struct impair_mistake mistake = { 0 };
	struct error why = ERROR_NULL;

	if (pair->value->kind != CONF_SCALAR)
		return conf_fail(r->t->doc, pair->value, NULL, r->err,
		    "\"%.60s\" wants one value", pair->key->text.p);
	if (impair_put(pair->key->text, pair->value->text, way, &r->change, &mistake,
		&why) == 0)
		return 0;
	return fail_words(r->t, mistake.at == SIZE_MAX ? pair->key : pair->value,
	    &mistake, &why, r->err);
}

/* One way's own keys, or words. */
static int read_way(struct link_reading *r, const struct conf_pair *pair,
    enum impair_way way)
{
	struct impair_change change = { 0 };
	int code = 0, worst = 0;

	if (pair->value->kind == CONF_MAPPING) {
		for (size_t i = 0; i < pair->value->len; i++) {
			code = put_key(r, &pair->value->pairs[i], way);
			if (!conf_go_on(r->t->doc, code, &worst))
				return code;
		}
		return worst;
	}
	if (pair->value->kind != CONF_SCALAR)
		return conf_fail(r->t->doc, pair->value, "such as {rate: 1mbit}",
		    r->err, "\"%s\" wants keys or words", pair->key->text.p);
	code = read_words(r->t, pair->value, &change, r->err);
	if (code < 0)
		return code;
	for (size_t i = 0; i < IMPAIR_KEYS; i++) {
		if (change.set[way] & UINT32_C(1) << i)
			impair_copy(&r->change.value.way[way], &change.value.way[way],
			    &impair_keys[i]);
	}
	r->change.set[way] |= change.set[way];
	return 0;
}

static int read_means(struct link_reading *r, const struct conf_pair *pair)
{
	struct conf_pair only = *pair;
	struct conf_node mapping = { .kind = CONF_MAPPING, .pairs = &only, .len = 1 };
	struct link_means_key key = { 0 };
	int code = conf_bind(r->t->doc, &mapping, link_means_rows, &key, r->err);

	r->link->means = key.means;
	return code;
}

/* In the order of what overrides what: a profile, then keys of both ways, then those of one. */
enum round {
	ROUND_PROFILE,
	ROUND_BOTH,
	ROUND_ONE_WAY,
	ROUNDS
};

static enum round round_of(struct str key)
{
	if (str_is(key, "profile"))
		return ROUND_PROFILE;
	return str_is(key, "up") || str_is(key, "down") ? ROUND_ONE_WAY : ROUND_BOTH;
}

static int read_key(struct link_reading *r, const struct conf_pair *pair)
{
	struct str key = pair->key->text;

	if (str_is(key, "up"))
		return read_way(r, pair, IMPAIR_WAY_UP);
	if (str_is(key, "down"))
		return read_way(r, pair, IMPAIR_WAY_DOWN);
	if (str_is(key, "means"))
		return read_means(r, pair);
	if (!str_is(key, "schedule"))
		return put_key(r, pair, IMPAIR_WAYS);
	r->schedule = pair->value;
	return 0;
}

static int read_mapping(struct link_reading *r, const struct conf_node *at)
{
	int worst = 0;

	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < at->len; i++) {
			int code = 0;

			if ((int)round_of(at->pairs[i].key->text) == round)
				code = read_key(r, &at->pairs[i]);
			if (!conf_go_on(r->t->doc, code, &worst))
				return code;
		}
	}
	return worst;
}

/* ---- a schedule ----------------------------------------------------------------------- */

static int read_step(struct link_reading *r, const struct conf_node *at, size_t i)
{
	struct link_step_keys keys = { 0 };
	struct attach_link *link = r->link;
	char hint[80];
	int code = conf_bind(r->t->doc, at, link_step_rows, &keys, r->err);

	if (code < 0)
		return code;
	link->steps[i].at = keys.at;
	link->steps[i].length = keys.length;
	link->step_words[i] = keys.set;
	if (i > 0 && keys.at < link->steps[i - 1].at) {
		(void)snprintf(hint, sizeof(hint),
		    "the one before is at %" PRId64 " ms: put it behind this one",
		    link->steps[i - 1].at / NS_PER_MS);
		return conf_fail(r->t->doc, keys.at_conf, hint, r->err,
		    "the schedule runs backwards");
	}
	return read_words(r->t, keys.set_conf, &link->steps[i].change, r->err);
}

static int read_schedule(struct link_reading *r)
{
	const struct conf_node *at = r->schedule;
	struct arena *arena = &r->t->doc->arena;
	struct attach_link *link = r->link;
	int worst = 0;

	if (!at)
		return 0;
	if (at->kind != CONF_SEQUENCE || at->len > SCHEDULE_STEPS_MAX)
		return conf_fail(r->t->doc, at,
		    "such as [{at: 10s, for: 5s, set: loss=20%}]", r->err,
		    "\"schedule\" wants a list of at most %d steps",
		    SCHEDULE_STEPS_MAX);
	link->steps = arena_array(arena, at->len, sizeof(*link->steps));
	link->step_words = arena_array(arena, at->len, sizeof(*link->step_words));
	if (!link->steps || !link->step_words)
		return topology_fail_memory(r->t, r->err);
	link->n_steps = at->len;
	for (size_t i = 0; i < at->len; i++) {
		int code = read_step(r, at->items[i], i);

		if (!conf_go_on(r->t->doc, code, &worst))
			return code;
	}
	return worst;
}

/* Each of the links has the schedule in what its carrier reads (lab/launch/launch_link.c), with
 * up to so many bytes a step beside its words. */
static int check_room(const struct link_reading *r, uint64_t count)
{
	enum {
		STEP_BYTES = 100
	};
	const struct attach_link *link = r->link;
	uint64_t bytes = 0;

	for (size_t i = 0; i < link->n_steps; i++)
		bytes += STEP_BYTES + strlen(link->step_words[i]);
	r->t->schedule_bytes += bytes * count;
	if (r->t->schedule_bytes <= TOPOLOGY_SCHEDULES_MAX)
		return 0;
	return conf_fail(r->t->doc, r->schedule,
	    "take fewer steps, or impair the link of the switch that they share",
	    r->err,
	    "schedules of %" PRIu64
	    " bytes so far, told for each link; %d are the most",
	    r->t->schedule_bytes, TOPOLOGY_SCHEDULES_MAX);
}

/* ---- all of it ------------------------------------------------------------------------ */

static int check(const struct link_reading *r, const struct conf_node *at)
{
	const struct attach_link *link = r->link;
	clock_ns when;
	char why[160], hint[80];

	if (!schedule_conflict(&link->value, link->steps, link->n_steps, &when, why,
		sizeof(why)))
		return 0;
	(void)snprintf(hint, sizeof(hint),
	    "so it is %" PRId64 " ms from the start, as its schedule says",
	    when / NS_PER_MS);
	return conf_fail(r->t->doc, at, when > 0 ? hint : NULL, r->err, "%s", why);
}

int topology_bind_link(struct topology *t, struct attach *attach, uint64_t count,
    struct error *err)
{
	const struct conf_node *at = attach->link_conf;
	struct link_reading r = { .t = t, .link = &attach->link, .err = err };
	int code, worst = 0;

	if (!at)
		return 0;
	if (at->kind == CONF_SEQUENCE)
		return conf_fail(t->doc, at, "such as {delay: 50ms, loss: 2%}", err,
		    "\"link\" wants keys or words");
	t->n_impaired += count;
	if (t->n_impaired > TOPOLOGY_IMPAIRED_MAX)
		return conf_fail(t->doc, at,
		    "impair the link of the switch that they share", err,
		    "%" PRIu64 " impaired links so far; %d is the most", t->n_impaired,
		    TOPOLOGY_IMPAIRED_MAX);
	if (at->kind == CONF_SCALAR)
		code = read_words(t, at, &r.change, err);
	else
		code = read_mapping(&r, at);
	if (!conf_go_on(t->doc, code, &worst))
		return code;
	code = read_schedule(&r);
	if (code == 0 && r.schedule)
		code = check_room(&r, count);
	if (!conf_go_on(t->doc, code, &worst))
		return code;
	r.link->is_set = true;
	impair_apply(&r.link->value, &r.change);
	/* What was not read would be told as missing. */
	return worst < 0 ? worst : check(&r, at);
}
