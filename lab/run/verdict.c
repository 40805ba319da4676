#include "lab/run/verdict.h"

#include "capture/analysis/analysis.h"
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

static void judge_cpe(struct verdict_item *item, const struct plan *plan,
    const struct map *map, size_t i)
{
	struct verdict_cpe *cpe = &item->cpes[item->n_cpes++];
	char mac[MAC_TEXT_MAX], text[KEY_MAX];

	cpe->instance = i;
	cpe->result = map_get(map, key_of(text, mac_text(plan->instances[i].mac, mac),
				       item->expect->sequence));
	cpe->failed = first_failed(cpe->result);
	cpe->ok = cpe->result && cpe->result->ok;
	item->held += cpe->ok;
}

static bool is_on(const struct expectation *expect, const struct node *node)
{
	for (size_t i = 0; i < expect->nodes.len; i++) {
		if (expect->on[i] == node)
			return true;
	}
	return false;
}

static int judge(struct verdict_item *item, const struct plan *plan,
    const struct map *map, const struct expectation *expect)
{
	item->expect = expect;
	item->cpes = calloc(plan->n_instances + 1, sizeof(*item->cpes));
	if (!item->cpes)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_instances; i++) {
		if (is_on(expect, plan->instances[i].node))
			judge_cpe(item, plan, map, i);
	}
	return 0;
}

int verdict_make(const struct plan *plan, const struct analysis *analysis,
    struct verdict **ret, struct error *err)
{
	auto_cleanup(verdict_free) struct verdict *verdict =
	    calloc(1, sizeof(*verdict));
	const struct conf_list *expect = &plan->topology->expect;
	const struct expectation *items = expect->items;
	auto_arena arena = ARENA_NULL;
	struct map map = { .seed = analysis->hash_seed };
	int r = 0;

	if (verdict)
		verdict->items = calloc(expect->len + 1, sizeof(*verdict->items));
	if (!verdict || !verdict->items)
		return error_set(err, -ENOMEM, "out of memory");
	verdict->ok = true;
	r = index_results(analysis, &map, &arena);
	for (size_t i = 0; i < expect->len && r == 0; i++) {
		struct verdict_item *item = &verdict->items[verdict->n_items++];

		r = judge(item, plan, &map, &items[i]);
		verdict->ok &= item->held == item->n_cpes;
	}
	map_free(&map);
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
