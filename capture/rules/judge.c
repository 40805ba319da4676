#include "capture/rules/judge.h"

#include "capture/facts/tell.h"
#include "capture/rules/evidence.h"

#include <errno.h>
#include <stdlib.h>

/* Who asks what: one rule's check in one scope, or on one kind of message. */
struct seat {
	const struct rule *rule;
	struct rule_check check;
	struct rule_count *count;
	unsigned rests; /* enum lack: what a text must not lack for it */
};

struct panel {
	struct seat *seats; /* owned */
	size_t len;
};

struct judge {
	struct rule_options options;
	struct rule_count *counts; /* owned; in the order of the catalogue */
	size_t n_rules;
	struct panel scopes[WHOLES];
	struct panel messages[HTTP_SORTS];
	struct findings findings;
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

static int seat_check(struct judge *judge, const struct seat *seat)
{
	int r = 0;

	if (seat->check.scope != WHOLE_MESSAGE)
		return panel_add(&judge->scopes[seat->check.scope],
		    &(struct seat){ seat->rule,
			{ seat->check.scope, seat->check.on,
			    seat->check.needs |
				(seat->check.scope == WHOLE_DEVICE ? SHOWN_PAST : 0u),
			    seat->check.check },
			seat->count, seat->rests });
	for (unsigned bit = 0; bit < HTTP_SORTS && r == 0; bit++) {
		if (seat->check.on & (1u << bit))
			r = panel_add(&judge->messages[bit], seat);
	}
	return r;
}

static int seat_rule(struct judge *judge, const struct rule *rule,
    struct rule_count *count)
{
	struct seat seat = { .rule = rule,
		.check = { rule->scope, rule->on, rule->needs, rule->check },
		.count = count,
		.rests = evidence_of(rule->id, rule->scope) };
	int r = seat_check(judge, &seat);

	for (const struct rule_check *more = rule->more; r == 0 && more && more->check;
	     more++) {
		seat.check = *more;
		seat.rests = evidence_of(rule->id, more->scope);
		r = seat_check(judge, &seat);
	}
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
	free(judge->counts);
	free(judge);
}

/* ---- asking ------------------------------------------------------------------------ */

static void ask_one(struct judge *judge, const struct seat *seat, struct whole *view)
{
	struct rule_count *count = seat->count;
	struct asking asking = { &judge->findings, seat->rule, count,
		judge->options.is_strict, false };

	view->listener = &asking;
	switch (seat->check.check(view)) {
	case RULE_SILENT:
		return;
	case RULE_KEPT:
		count->kept++;
		return;
	case RULE_BROKEN:
		count->broken++;
		return;
	case RULE_NOT_JUDGED:
		count->not_judged++;
		return;
	}
}

/* Why a text is not enough for a rule, in words. */
static const char *why_not(unsigned lacks)
{
	if (lacks & LACKS_PACKETS)
		return "no packets";
	if (lacks & (LACKS_HEADS | LACKS_LINES))
		return "no HTTP heads in the text";
	return "messages between may be left out of the text";
}

static void ask_panel(struct judge *judge, const struct panel *panel,
    struct whole *view)
{
	unsigned shown = view->session ? view->session->shown : SHOWN_ALL;

	for (size_t i = 0; i < panel->len; i++) {
		const struct seat *seat = &panel->seats[i];

		if ((seat->check.needs & shown) == seat->check.needs &&
		    !(seat->rests & view->lacks)) {
			ask_one(judge, seat, view);
			continue;
		}
		seat->count->not_judged++;
		if (!seat->count->why)
			seat->count->why = seat->rests & view->lacks
					       ? why_not(seat->rests & view->lacks)
					       : view->session->not_shown;
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

const struct rule_count *judge_counts(const struct judge *judge)
{
	return judge->counts;
}

uint64_t judge_total(const struct judge *judge, enum rule_severity severity)
{
	return judge->findings.totals[severity];
}

int judge_error(const struct judge *judge)
{
	return judge->findings.error;
}
