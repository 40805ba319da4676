#include "lib/load/report/result_internal.h"

#include <errno.h>
#include <string.h>

struct reading {
	struct conf_doc *doc;
	struct error *err;
	int worst;
};

static void fail(struct reading *r, const struct conf_node *node, const char *words,
    const char *key)
{
	int result = conf_fail(r->doc, node, NULL, r->err, words, key);

	if (!conf_go_on(r->doc, result, &r->worst))
		r->worst = result;
}

/* After the first mistake of a document that notes no others, nothing is looked at any
 * more. */
static bool is_over(const struct reading *r)
{
	return r->worst < 0 && !r->doc->mistakes;
}

static const struct conf_node *want(struct reading *r, const struct conf_node *node,
    const char *key, enum conf_kind kind)
{
	const struct conf_node *value = conf_get(node, key);

	if (is_over(r))
		return NULL;
	if (!value) {
		fail(r, node, "\"%s\" is missing: this is no result of a load test",
		    key);
		return NULL;
	}
	if (value->kind == kind)
		return value;
	fail(r, value,
	    kind == CONF_SCALAR    ? "\"%s\" is no single value"
	    : kind == CONF_MAPPING ? "\"%s\" is no object"
				   : "\"%s\" is no list",
	    key);
	return NULL;
}

static void read_number(struct reading *r, const struct conf_node *node,
    const char *key, uint64_t *ret)
{
	const struct conf_node *value = want(r, node, key, CONF_SCALAR);

	if (value && (value->is_quoted || str_to_u64(value->text, UINT64_MAX, ret) < 0))
		fail(r, value, "\"%s\" is no whole number", key);
}

/* "612.000" to microseconds. */
static bool parse_ms(struct str text, uint64_t *ret)
{
	struct str fraction, whole = str_cut(text, '.', &fraction);
	uint64_t ms, us = 0;

	if (str_to_u64(whole, UINT64_MAX / 1000 - 1, &ms) < 0)
		return false;
	if (fraction.p && (fraction.len > 3 || str_to_u64(fraction, 999, &us) < 0))
		return false;
	for (size_t i = fraction.len; fraction.p && i < 3; i++)
		us *= 10;
	*ret = ms * 1000 + us;
	return true;
}

static void read_ms(struct reading *r, const struct conf_node *node, const char *key,
    uint64_t *ret)
{
	const struct conf_node *value = want(r, node, key, CONF_SCALAR);

	if (value && (value->is_quoted || !parse_ms(value->text, ret)))
		fail(r, value, "\"%s\" is no number of milliseconds", key);
}

/* A text or null. */
static const char *read_text(struct reading *r, const struct conf_node *node,
    const char *key)
{
	const struct conf_node *value = want(r, node, key, CONF_SCALAR);
	const char *text;

	if (!value || (!value->is_quoted && str_is(value->text, "null")))
		return NULL;
	text = arena_strdup(&r->doc->arena, value->text);
	if (!text)
		r->worst =
		    error_set(r->err, -ENOMEM, "%s: not enough memory", r->doc->name);
	return text;
}

static void *make_array(struct reading *r, size_t n, size_t size)
{
	void *items = arena_array(&r->doc->arena, n + 1, size);

	if (!items)
		r->worst =
		    error_set(r->err, -ENOMEM, "%s: not enough memory", r->doc->name);
	return items;
}

static void read_counts(struct reading *r, const struct conf_node *node, void *base,
    const struct result_field *field)
{
	for (; field->name; field++)
		read_number(r, node, field->name, result_field_at(base, field));
}

static void read_times(struct reading *r, const struct conf_node *node, const char *key,
    struct result_times *ret)
{
	const struct conf_node *times = want(r, node, key, CONF_MAPPING);
	const struct result_field *field = result_times_fields;

	if (!times)
		return;
	read_number(r, times, field->name, result_field_at(ret, field));
	for (field++; field->name; field++)
		read_ms(r, times, field->name, result_field_at(ret, field));
}

static void read_verdict(struct reading *r, const struct conf_node *node,
    enum verdict *ret)
{
	const struct conf_node *value = want(r, node, "verdict", CONF_SCALAR);

	if (!value)
		return;
	for (*ret = VERDICT_PASS; *ret <= VERDICT_INVALID; (*ret)++) {
		if (str_is(value->text, verdict_name(*ret)))
			return;
	}
	*ret = VERDICT_INVALID;
	fail(r, value, "\"%s\" is not one of PASS, FAIL, INVALID", "verdict");
}

/* ---- the parts ------------------------------------------------------------------------ */

static void read_head(struct reading *r, struct load_result *ret)
{
	const struct conf_node *root = r->doc->root, *kind = conf_get(root, "kind");
	uint64_t version = 0, interval = 0;

	if (!kind || !str_is(kind->text, "cwmplab-load")) {
		fail(r, kind ? kind : root, "this is no result of a load test%s", "");
		return;
	}
	read_number(r, root, "version", &version);
	if (r->worst == 0 && version != 1)
		fail(r, conf_get(root, "version"),
		    "a \"%s\" that this program does not know", "version");
	ret->name = read_text(r, root, "name");
	ret->acs = read_text(r, root, "acs");
	ret->model = read_text(r, root, "model");
	ret->arrival = read_text(r, root, "arrival");
	ret->ended_early = read_text(r, root, "ended_early");
	read_number(r, root, "cpes", &ret->cpes);
	read_number(r, root, "seed", &ret->seed);
	read_number(r, root, "shard", &ret->shard);
	read_number(r, root, "shards", &ret->shards);
	read_ms(r, root, "took_ms", &ret->took_us);
	read_ms(r, root, "interval_ms", &interval);
	if (interval <= INT64_MAX / (uint64_t)NS_PER_US)
		ret->interval = (clock_ns)interval * NS_PER_US;
	read_verdict(r, root, &ret->verdict);
}

static void read_texts(struct reading *r, const char *key, const char ***ret,
    size_t *ret_n)
{
	const struct conf_node *list = want(r, r->doc->root, key, CONF_SEQUENCE);

	if (!list)
		return;
	*ret = make_array(r, list->len, sizeof(**ret));
	for (size_t i = 0; i < list->len && *ret; i++) {
		if (list->items[i]->kind != CONF_SCALAR) {
			fail(r, list->items[i], "an item of \"%s\" is no text", key);
			return;
		}
		(*ret)[i] = arena_strdup(&r->doc->arena, list->items[i]->text);
		if (!(*ret)[i])
			return;
		*ret_n = i + 1;
	}
}

static void read_failures(struct reading *r, struct load_result *ret)
{
	const struct conf_node *root = r->doc->root;
	const struct conf_node *skipped = want(r, root, "not_started", CONF_MAPPING);
	const struct conf_node *by = want(r, root, "failed_by", CONF_MAPPING);

	for (unsigned i = 0; i < TALLY_SKIPS && skipped; i++)
		read_number(r, skipped, tally_skip_name((enum tally_skip)i),
		    &ret->skipped[i]);
	for (unsigned i = 0; i < TALLY_LAYERS && by; i++)
		read_number(r, by, tally_layer_name((enum tally_layer)i),
		    &ret->failed_by[i]);
}

static void read_phase(struct reading *r, struct load_result *ret,
    const struct conf_node *latency, const struct conf_node *service, size_t i)
{
	struct result_phase *phase = &ret->phases[ret->n_phases];
	struct str name = latency->pairs[i].key->text;
	const char *key = arena_strdup(&r->doc->arena, name);
	int found = tally_phase_find(name);

	/* What a newer program has counted is not known here, and left out. */
	if (!key || found < 0)
		return;
	phase->phase = (unsigned)found;
	read_times(r, latency, key, &phase->latency);
	read_times(r, service, key, &phase->service);
	ret->n_phases++;
}

static void read_phases(struct reading *r, struct load_result *ret)
{
	const struct conf_node *root = r->doc->root;
	const struct conf_node *latency = want(r, root, "latency", CONF_MAPPING);
	const struct conf_node *service = want(r, root, "service", CONF_MAPPING);

	if (!latency || !service)
		return;
	(void)want(r, latency, tally_phase_name(TALLY_SESSION), CONF_MAPPING);
	ret->phases = make_array(r, latency->len, sizeof(*ret->phases));
	for (size_t i = 0; i < latency->len && ret->phases && !is_over(r); i++)
		read_phase(r, ret, latency, service, i);
	read_times(r, root, "lateness", &ret->lateness);
}

static void read_recovery(struct reading *r, struct load_result *ret)
{
	const struct conf_node *value =
	    want(r, r->doc->root, "recovery_ms", CONF_SCALAR);
	const struct conf_node *storm = want(r, r->doc->root, "had_storm", CONF_SCALAR);

	ret->recovery_us = UINT64_MAX;
	ret->has_recovery = storm && str_is(storm->text, "true");
	if (value && !str_is(value->text, "null"))
		read_ms(r, r->doc->root, "recovery_ms", &ret->recovery_us);
}

static void read_run(struct reading *r, const struct conf_node *node,
    struct result_run *ret)
{
	if (node->kind != CONF_MAPPING) {
		fail(r, node, "an item of \"%s\" is no object", "runs");
		return;
	}
	read_verdict(r, node, &ret->verdict);
	read_counts(r, node, ret, result_run_fields);
	read_ms(r, node, "took_ms", &ret->took_us);
	read_times(r, node, "latency", &ret->latency);
	read_times(r, node, "service", &ret->service);
}

static void read_runs(struct reading *r, struct load_result *ret)
{
	const struct conf_node *list = want(r, r->doc->root, "runs", CONF_SEQUENCE);

	if (!list)
		return;
	if (list->len > RESULT_REPEATS_MAX) {
		fail(r, list, "\"%s\" has more than 100 items", "runs");
		return;
	}
	ret->runs = make_array(r, list->len, sizeof(*ret->runs));
	for (size_t i = 0; i < list->len && ret->runs && !is_over(r); i++) {
		read_run(r, list->items[i], &ret->runs[i]);
		ret->n_runs = i + 1;
	}
}

static void read_own(struct reading *r, struct load_result *ret)
{
	const struct conf_node *own = conf_get(r->doc->root, "own");

	if (!own || own->kind != CONF_MAPPING)
		return;
	read_counts(r, own, ret, result_own_fields);
	read_times(r, own, "lag", &ret->own.lag);
}

int result_read(struct load_result *ret, struct conf_doc *doc, struct error *err)
{
	struct reading r = { .doc = doc, .err = err };

	memset(ret, 0, sizeof(*ret));
	if (doc->root->kind != CONF_MAPPING) {
		fail(&r, doc->root, "this is no result of a load test%s", "");
		return r.worst;
	}
	read_head(&r, ret);
	if (r.worst < 0)
		return r.worst;
	read_texts(&r, "why", &ret->why, &ret->n_why);
	read_counts(&r, doc->root, ret, result_count_fields);
	read_failures(&r, ret);
	read_phases(&r, ret);
	read_recovery(&r, ret);
	read_own(&r, ret);
	read_runs(&r, ret);
	return r.worst;
}
