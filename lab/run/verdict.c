#include "lab/run/verdict.h"

#include "capture/analysis/analysis.h"
#include "lab/expect/expect_live.h"
#include "lab/run/loads.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/text.h"

#include <errno.h>

enum {
	KEY_MAX = 256
};

/* Results are found by the CPE's MAC and the name of the sequence. */
static struct str key_of(char *text, const char *mac, const char *sequence)
{
	(void)snprintf(text, KEY_MAX, "%s %s", mac ? mac : "", sequence);
	return str_of(text);
}

static int index_results(const struct analysis *analysis, struct map *map,
    struct arena *arena)
{
	char text[KEY_MAX];

	for (size_t i = 0; i < analysis->n_sequences; i++) {
		struct sequence_result *result = &analysis->sequences[i];
		struct str key =
		    arena_str(arena, key_of(text, result->mac, result->name));

		if (!key.p || map_put(map, key, result) < 0)
			return -ENOMEM;
	}
	return 0;
}

static const struct step_result *first_failed(const struct sequence_result *result)
{
	for (size_t i = 0; result && !result->not_judged && i < result->n_steps; i++) {
		if (!result->steps[i].ok && !result->steps[i].is_skipped)
			return &result->steps[i];
	}
	return NULL;
}

static void add(struct verdict_item *item, size_t instance,
    const struct sequence_result *result)
{
	bool ok = result && result->ok;

	item->cpes[item->n_cpes++] =
	    (struct verdict_cpe){ instance, result, first_failed(result), ok };
	item->held += ok;
}

static void judge_cpe(struct verdict_item *item, const struct plan *plan,
    const struct map *map, size_t i)
{
	char mac[MAC_TEXT_MAX], text[KEY_MAX];

	add(item, i,
	    map_get(map, key_of(text, mac_text(plan->instances[i].mac, mac),
			     item->expect->sequence)));
}

/* The CPEs of a load test are known by their addresses alone. */
static void judge_load(struct verdict_item *item, const struct analysis *analysis,
    const struct node *node, uint64_t cpes)
{
	size_t before = item->n_cpes, seen;

	for (size_t i = 0; i < analysis->n_sequences; i++) {
		const struct sequence_result *result = &analysis->sequences[i];

		if (strcmp(result->name, item->expect->sequence) == 0 &&
		    loads_has(node, result->cpe))
			add(item, SIZE_MAX, result);
	}
	seen = item->n_cpes - before;
	item->unseen += cpes > seen ? cpes - seen : 0;
}

struct judging {
	const struct verdict_facts *facts;
	struct map map; /* of results of sequences */
};

/* A run that nobody watched shows nothing but its packets. */
static int judge_other(struct verdict_item *item, const struct verdict_facts *facts,
    size_t i)
{
	const struct expect_facts packets = { facts->plan, facts->analysis, facts->up };
	int r = 0;

	if (expect_is_of_packets(item->expect->kind)) {
		r = expect_judge(&packets, item->expect, &item->result);
		if (r == 0 && facts->live)
			expect_live_doubt(facts->live, i, facts->up, &item->result);
	} else if (facts->live)
		item->result = *expect_live_result(facts->live, i);
	else
		item->result =
		    (struct expect_result){ EXPECT_NOT_JUDGED, 0, "nobody has looked" };
	item->ok = item->result.outcome == EXPECT_HELD;
	return r;
}

static int judge_sequence(struct verdict_item *item, const struct judging *judging)
{
	const struct analysis *analysis = judging->facts->analysis;
	const struct expectation *expect = item->expect;
	const struct plan *plan = judging->facts->plan;

	item->cpes =
	    calloc(plan->n_instances + analysis->n_sequences + 1, sizeof(*item->cpes));
	if (!item->cpes)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct node *node = plan->instances[i].node;
		const struct loads_item *load = loads_find(judging->facts->loads, node);

		if (!expectation_is_on(expect, node))
			continue;
		if (node_is_cpe(node))
			judge_cpe(item, plan, &judging->map, i);
		else
			judge_load(item, analysis, node, load ? load->cpes : 0);
	}
	item->needed = expect->at_least ? expect->at_least : verdict_cpes(item);
	item->ok = item->held > 0 && item->held >= item->needed;
	return 0;
}

size_t verdict_cpes(const struct verdict_item *item)
{
	return item->n_cpes + item->unseen;
}

const char *verdict_name_of(const struct verdict_cpe *cpe, const struct plan *plan)
{
	if (cpe->instance != SIZE_MAX)
		return plan->instances[cpe->instance].name;
	return cpe->result->serial ? cpe->result->serial : cpe->result->cpe;
}

void verdict_put_why(struct buf *out, const struct verdict_item *item)
{
	const struct expect_result *result = &item->result;

	if (result->outcome == EXPECT_NOT_JUDGED)
		buf_append_text(out, "not judged: ");
	if (result->frame)
		buf_printf(out, "frame %llu: ", (unsigned long long)result->frame);
	buf_append_text(out, result->text);
}

int verdict_make(const struct verdict_facts *facts, struct verdict **ret,
    struct error *err)
{
	auto_cleanup(verdict_free) struct verdict *verdict =
	    calloc(1, sizeof(*verdict));
	const struct conf_list *expect = &facts->plan->topology->expect;
	const struct expectation *items = expect->items;
	auto_arena arena = ARENA_NULL;
	struct judging judging = { facts, { .seed = facts->analysis->hash_seed } };
	int r = 0;

	if (verdict)
		verdict->items = calloc(expect->len + 1, sizeof(*verdict->items));
	if (!verdict || !verdict->items)
		return error_set(err, -ENOMEM, "out of memory");
	verdict->ok = true;
	r = index_results(facts->analysis, &judging.map, &arena);
	for (size_t i = 0; i < expect->len && r == 0; i++) {
		struct verdict_item *item = &verdict->items[verdict->n_items++];

		item->expect = &items[i];
		r = verdict_is_of_cpes(item) ? judge_sequence(item, &judging)
					     : judge_other(item, facts, i);
		verdict->ok &= item->ok;
	}
	map_free(&judging.map);
	if (r < 0)
		return error_set(err, r, "out of memory");
	*ret = steal_ptr(&verdict);
	return 0;
}

void verdict_free(struct verdict *verdict)
{
	if (!verdict)
		return;
	for (size_t i = 0; i < verdict->n_items; i++)
		free(verdict->items[i].cpes);
	free(verdict->items);
	free(verdict);
}
