#include "capture/rules/judge.h"

#include "capture/facts/tell.h"
#include "capture/rules/evidence.h"
#include "capture/rules/tally.h"
#include "lib/base/rng.h"

#include <errno.h>
#include <stdlib.h>

/* Who asks what: one rule's check in one scope, or on one kind of message. All that asking it
 * touches stands together, because every message of a capture asks many of them. */
struct seat {
	const struct rule *rule;
	enum rule_verdict (*check)(struct whole *view);
	struct rule_count *count; /* of the rule, for its first reason */
	unsigned needs;           /* enum shown */
	unsigned rests;           /* enum lack: what a text must not lack for it */
	bool is_tallied;
	uint64_t verdicts[RULE_VERDICTS]; /* how often it said which */
};

struct panel {
	struct seat *seats; /* owned */
	size_t len;
};

struct judge {
	struct rule_options options;
	/* Owned; in the order of the catalogue. Reasons are kept in them, numbers in the seats
	 * until somebody asks. */
	struct rule_count *counts;
	size_t n_rules;
	struct panel scopes[WHOLES];
	struct panel messages[HTTP_SORTS];
	struct findings findings;
	struct tallies tallies;
};

/* ---- panels ------------------------------------------------------------------------ */

static int panel_add(struct panel *panel, const struct seat *seat)
{
	struct seat *seats =
	    realloc(panel->seats, (panel->len + 1) * sizeof(*panel->seats));

	if (!seats)
		return -ENOMEM;
	panel->seats = seats;
	panel->seats[panel->len++] = *seat;
	return 0;
}

static int seat_check(struct judge *judge, const struct rule_check *check,
    const struct seat *seat)
{
	int r = 0;

	if (check->scope != WHOLE_MESSAGE)
		return panel_add(&judge->scopes[check->scope], seat);
	for (unsigned bit = 0; bit < HTTP_SORTS && r == 0; bit++) {
		if (check->on & (1u << bit))
			r = panel_add(&judge->messages[bit], seat);
	}
	return r;
}

/* Whether the list names the rule, or its family. */
static bool is_tallied(const char *const *names, const char *id)
{
	for (; names && *names; names++) {
		size_t n = strlen(*names);

		if (strncmp(id, *names, n) == 0 && (id[n] == '\0' || id[n] == '-'))
			return true;
	}
	return false;
}

static int seat_one(struct judge *judge, const struct rule *rule,
    const struct rule_check *check, struct rule_count *count)
{
	struct seat seat = { .rule = rule,
		.check = check->check,
		.count = count,
		.needs =
		    check->needs | (check->scope == WHOLE_DEVICE ? SHOWN_PAST : 0u),
		.rests = evidence_of(rule->id, check->scope),
		.is_tallied = is_tallied(judge->options.tallied, rule->id) };

	return seat_check(judge, check, &seat);
}

static int seat_rule(struct judge *judge, const struct rule *rule,
    struct rule_count *count)
{
	struct rule_check first = { rule->scope, rule->on, rule->needs, rule->check };
	int r = seat_one(judge, rule, &first, count);

	for (const struct rule_check *more = rule->more; r == 0 && more && more->check;
	     more++)
		r = seat_one(judge, rule, more, count);
	return r;
}

static int seat_all(struct judge *judge)
{
	int r = 0;

	judge->n_rules = rules_count();
	judge->counts = calloc(judge->n_rules + 1, sizeof(*judge->counts));
	if (!judge->counts)
		return -ENOMEM;
	for (size_t i = 0; i < judge->n_rules && r == 0; i++) {
		const struct rule *rule = rule_at(i);

		judge->counts[i].rule = rule->id;
		if (rule_is_wanted(rule, &judge->options))
			r = seat_rule(judge, rule, &judge->counts[i]);
	}
	return r;
}

struct judge *judge_new(const struct rule_options *options, finding_found_fn *found,
    void *user)
{
	struct judge *judge = calloc(1, sizeof(*judge));

	if (!judge)
		return NULL;
	judge->options = *options;
	judge->findings = (struct findings){ .is_tolerant = options->is_tolerant,
		.found = found,
		.user = user };
	judge->tallies.by.seed = rng_fresh_seed();
	if (seat_all(judge) < 0) {
		judge_free(judge);
		return NULL;
	}
	return judge;
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	for (size_t i = 0; i < WHOLES; i++)
		free(judge->scopes[i].seats);
	for (size_t i = 0; i < HTTP_SORTS; i++)
		free(judge->messages[i].seats);
	findings_free(&judge->findings);
	tallies_free(&judge->tallies);
	free(judge->counts);
	free(judge);
}

/* ---- asking ------------------------------------------------------------------------ */

/* Why a text is not enough for a rule, in words. */
static const char *why_not(unsigned lacks)
{
	if (lacks & LACKS_PACKETS)
		return "no packets";
	if (lacks & (LACKS_HEADS | LACKS_LINES))
		return "no HTTP heads in the text";
	return "messages between may be left out of the text";
}

static void count(struct judge *judge, struct seat *seat, const struct whole *view,
    enum rule_verdict verdict)
{
	seat->verdicts[verdict]++;
	if (seat->is_tallied && verdict != RULE_SILENT &&
	    tallies_add(&judge->tallies, seat->rule->id, view, verdict) < 0)
		judge->findings.error = -ENOMEM;
}

/* What it needs is not there. */
static void pass_over(struct judge *judge, struct seat *seat, const struct whole *view)
{
	count(judge, seat, view, RULE_NOT_JUDGED);
	if (!seat->count->why)
		seat->count->why = seat->rests & view->lacks
				       ? why_not(seat->rests & view->lacks)
				       : view->session->not_shown;
}

static void ask_panel(struct judge *judge, const struct panel *panel,
    struct whole *view)
{
	unsigned hidden = view->session ? ~view->session->shown : 0u;
	unsigned lacks = view->lacks;
	struct seat *seat = panel->seats;
	struct asking asking = { .findings = &judge->findings,
		.is_strict = judge->options.is_strict };

	view->listener = &asking;
	for (size_t left = panel->len; left > 0; left--, seat++) {
		if ((seat->needs & hidden) | (seat->rests & lacks)) {
			pass_over(judge, seat, view);
			continue;
		}
		asking.rule = seat->rule;
		asking.count = seat->count;
		asking.is_uncommon = false;
		count(judge, seat, view, seat->check(view));
	}
	view->listener = NULL;
}

void judge_ask(void *user, enum whole_what what, struct whole *view)
{
	struct judge *judge = user;
	unsigned bit = 0;

	if (what != WHOLE_MESSAGE) {
		ask_panel(judge, &judge->scopes[what], view);
		return;
	}
	while (bit < HTTP_SORTS && !(view->http->on & (1u << bit)))
		bit++;
	if (bit < HTTP_SORTS)
		ask_panel(judge, &judge->messages[bit], view);
}

/* ---- results ----------------------------------------------------------------------- */

const struct finding *judge_findings(const struct judge *judge, size_t *ret_n)
{
	*ret_n = judge->findings.len;
	return judge->findings.items;
}

static void add_counts(const struct panel *panel)
{
	for (size_t i = 0; i < panel->len; i++) {
		const struct seat *seat = &panel->seats[i];

		seat->count->kept += seat->verdicts[RULE_KEPT];
		seat->count->broken += seat->verdicts[RULE_BROKEN];
		seat->count->not_judged += seat->verdicts[RULE_NOT_JUDGED];
	}
}

const struct rule_count *judge_counts(struct judge *judge)
{
	for (size_t i = 0; i < judge->n_rules; i++)
		judge->counts[i] = (struct rule_count){ .rule = judge->counts[i].rule,
			.why = judge->counts[i].why };
	for (size_t i = 0; i < WHOLES; i++)
		add_counts(&judge->scopes[i]);
	for (size_t i = 0; i < HTTP_SORTS; i++)
		add_counts(&judge->messages[i]);
	return judge->counts;
}

const struct rule_tally *judge_tallies(struct judge *judge, size_t *ret_n)
{
	return tallies_take(&judge->tallies, ret_n);
}

uint64_t judge_total(const struct judge *judge, enum rule_severity severity)
{
	return judge->findings.totals[severity];
}

int judge_error(const struct judge *judge)
{
	return judge->findings.error;
}
