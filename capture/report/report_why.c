#include "capture/report/report_why.h"

#include "lib/base/map.h"

#include <errno.h>
#include <string.h>

struct collector {
	struct report_whys *whys;
	const struct analysis *analysis;
	const struct ladder_model *model;
	struct map by_words; /* 1 + index of struct report_why */
	struct arena arena;  /* of the keys */
	size_t cpe;          /* whose are collected */
};

/* What reads the same but for digits is one: addresses, times and frames differ from CPE to
 * CPE. */
static void put_words(struct buf *key, const struct report_why *why)
{
	buf_printf(key, "%s.%u.%s.", why->what, why->step, why->by ? why->by : "");
	for (const char *p = why->text; *p; p++) {
		if (*p < '0' || *p > '9')
			buf_append_char(key, *p);
	}
}

/* Null with more counted where there is no room; *ret_error becomes -ENOMEM without memory. */
static struct report_why *find_or_add(struct collector *c, const struct report_why *why,
    int *ret_error)
{
	struct report_whys *whys = c->whys;
	auto_buf key = BUF_NULL;
	struct str kept;
	size_t known;

	put_words(&key, why);
	known = (size_t)(uintptr_t)map_get(&c->by_words, buf_str(&key));
	if (known > 0)
		return &whys->items[known - 1];
	if (whys->n == REPORT_WHYS_MAX) {
		whys->more++;
		return NULL;
	}
	kept = arena_str(&c->arena, buf_str(&key));
	if (!kept.p ||
	    map_put(&c->by_words, kept, (void *)(uintptr_t)(whys->n + 1)) < 0) {
		*ret_error = -ENOMEM;
		return NULL;
	}
	whys->items[whys->n] = *why;
	whys->items[whys->n].first = SIZE_MAX;
	return &whys->items[whys->n++];
}

static int add(struct collector *c, const struct report_why *why)
{
	int r = 0;
	struct report_why *item = find_or_add(c, why, &r);

	if (!item)
		return r;
	if (item->first == SIZE_MAX)
		item->first = c->cpe;
	item->n++;
	/* CPEs come one after the other. */
	if (item->cpes > 0 && item->last == c->cpe)
		return 0;
	if (item->cpes < REPORT_WHY_NAMES)
		item->names[item->cpes] = c->model->cpes[c->cpe].name;
	item->cpes++;
	item->last = c->cpe;
	return 0;
}

/* ---- what there is of one CPE ---------------------------------------------------------- */

static int add_sequence(struct collector *c, const struct ladder_cpe *cpe)
{
	const struct step_result *failed = ladder_failed(cpe);
	const struct sequence_result *result = cpe->sequence;

	if (!result || result->ok)
		return 0;
	if (!failed || result->not_judged)
		return add(c, &(struct report_why){ .what = result->name,
				  .is_not_judged = true,
				  .text = result->not_judged ? result->not_judged
							     : "it was not seen" });
	return add(c, &(struct report_why){ .what = result->name,
			  .has_step = true,
			  .step = failed->step,
			  .by = failed->layer,
			  .text = failed->why ? failed->why : failed->what,
			  .frame = failed->frame });
}

/* What the step of a sequence has told is not told again. */
static bool is_told(const struct ladder_cpe *cpe,
    const struct analysis_failure *failure)
{
	const struct step_result *failed = ladder_failed(cpe);

	return failed && failed->why && strcmp(failed->why, failure->text) == 0;
}

static int add_failure(struct collector *c, const struct analysis_failure *failure)
{
	if (is_told(&c->model->cpes[c->cpe], failure))
		return 0;
	return add(c, &(struct report_why){ .what = failure->layer,
			  .by = failure_by(failure),
			  .text = failure->text,
			  .session = failure->session,
			  .frame = failure->frame });
}

static int add_failures(struct collector *c, const struct ladder_cpe *cpe)
{
	int r = 0;

	for (const struct ladder_host *at = cpe->hosts; at && r == 0; at = at->next) {
		for (size_t i = 0; i < at->host->n_messages && r == 0; i++) {
			if (at->host->messages[i].failure)
				r = add_failure(c, at->host->messages[i].failure);
		}
	}
	for (size_t i = 0; i < cpe->n_sessions && r == 0; i++) {
		if (cpe->sessions[i]->failure)
			r = add_failure(c, cpe->sessions[i]->failure);
	}
	return r;
}

static int add_breaches(struct collector *c, const struct ladder_cpe *cpe)
{
	static const char *const who[] = { "CPE", "ACS", "DHCP server", "proxy",
		"sender" };
	int r = 0;

	for (size_t i = 0; i < cpe->n_findings && r == 0; i++) {
		const struct finding *finding = cpe->findings[i];

		if (finding_is_breach(c->analysis, finding))
			r = add(c, &(struct report_why){ .what = finding->rule,
				       .by = who[finding->who],
				       .text = finding->text,
				       .session = finding->session,
				       .frame = finding->frame,
				       .rule = finding->rule });
	}
	return r;
}

int report_whys_collect(struct report_whys *whys, const struct ladder_model *model,
    const struct analysis *analysis)
{
	int (*const kinds[])(struct collector * c,
	    const struct ladder_cpe *cpe) = { add_sequence, add_failures,
		add_breaches };
	struct collector c = { .whys = whys, .analysis = analysis, .model = model };
	int r = 0;

	*whys = (struct report_whys){ .n = 0 };
	c.by_words.seed = analysis->hash_seed;
	for (size_t k = 0; k < ARRAY_LEN(kinds) && r == 0; k++) {
		for (c.cpe = 0; c.cpe < model->n_cpes && r == 0; c.cpe++)
			r = kinds[k](&c, &model->cpes[c.cpe]);
	}
	map_free(&c.by_words);
	arena_free(&c.arena);
	return r;
}
