#include "capture/rules/judge.h"

#include "capture/message/redact.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	TEXT_MAX = 400
};

/* Who asks what: one rule's check in one scope, or on one kind of message. */
struct seat {
	const struct rule *rule;
	struct rule_check check;
	struct rule_count *count;
};

struct panel {
	struct seat *seats; /* owned */
	size_t len;
};

struct judge {
	struct rule_options options;
	judge_found_fn *found;
	void *user;
	struct rule_count *counts; /* owned; in the order of the catalogue */
	size_t n_rules;
	struct panel scopes[RULE_SCOPES];
	struct panel messages[RULE_MESSAGES];
	struct arena arena; /* texts of findings */
	struct finding *findings;
	size_t n_findings, cap;
	uint64_t totals[3];
	int error;
};

/* ---- panels ------------------------------------------------------------------------ */

static bool is_listed(const char *const *ids, const char *id)
{
	for (; ids && *ids; ids++) {
		if (strcasecmp(*ids, id) == 0)
			return true;
	}
	return false;
}

bool judge_takes(const struct rule_options *options, const struct rule *rule)
{
	if (options->only && !is_listed(options->only, rule->id))
		return false;
	return !is_listed(options->ignore, rule->id);
}

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

	if (seat->check.scope != RULE_MESSAGE)
		return panel_add(&judge->scopes[seat->check.scope],
		    &(struct seat){ seat->rule,
			{ seat->check.scope, seat->check.on,
			    seat->check.needs |
				(seat->check.scope == RULE_DEVICE ? SHOWN_PAST : 0u),
			    seat->check.check },
			seat->count });
	for (unsigned bit = 0; bit < RULE_MESSAGES && r == 0; bit++) {
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
		.count = count };
	int r = seat_check(judge, &seat);

	for (const struct rule_check *more = rule->more; r == 0 && more && more->check;
	     more++) {
		seat.check = *more;
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
		if (judge_takes(&judge->options, rule))
			r = seat_rule(judge, rule, &judge->counts[i]);
	}
	return r;
}

struct judge *judge_new(const struct rule_options *options, judge_found_fn *found,
    void *user)
{
	struct judge *judge = calloc(1, sizeof(*judge));

	if (!judge)
		return NULL;
	judge->options = *options;
	judge->found = found;
	judge->user = user;
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
	for (size_t i = 0; i < RULE_SCOPES; i++)
		free(judge->scopes[i].seats);
	for (size_t i = 0; i < RULE_MESSAGES; i++)
		free(judge->messages[i].seats);
	arena_free(&judge->arena);
	free(judge->findings);
	free(judge->counts);
	free(judge);
}

/* ---- asking ------------------------------------------------------------------------ */

static void ask_one(const struct seat *seat, struct rule_view *view)
{
	struct rule_count *count = seat->count;

	view->rule = seat->rule;
	view->count = count;
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

static void ask_panel(struct judge *judge, const struct panel *panel,
    struct rule_view *view)
{
	unsigned shown = view->session ? view->session->shown : SHOWN_ALL;

	view->judge = judge;
	view->is_strict = judge->options.is_strict;
	for (size_t i = 0; i < panel->len; i++) {
		const struct seat *seat = &panel->seats[i];

		if ((seat->check.needs & shown) == seat->check.needs) {
			ask_one(seat, view);
			continue;
		}
		seat->count->not_judged++;
		if (!seat->count->why)
			seat->count->why = view->session->not_shown;
	}
}

void judge_ask(struct judge *judge, enum rule_scope scope, struct rule_view *view)
{
	unsigned bit = 0;

	if (scope != RULE_MESSAGE) {
		ask_panel(judge, &judge->scopes[scope], view);
		return;
	}
	while (bit < RULE_MESSAGES && !(view->http->on & (1u << bit)))
		bit++;
	if (bit < RULE_MESSAGES)
		ask_panel(judge, &judge->messages[bit], view);
}

/* ---- findings ---------------------------------------------------------------------- */

static enum rule_severity severity_of(const struct rule_view *view)
{
	if (view->judge->options.is_tolerant && view->rule->is_common)
		return RULE_NOTE;
	return view->rule->severity;
}

static const char *keep(struct judge *judge, const char *text)
{
	const char *copy = text ? arena_strdup(&judge->arena, str_of(text)) : NULL;

	if (text && !copy)
		judge->error = -ENOMEM;
	return copy;
}

/* What a peer sent may be quoted in it. */
static const char *keep_line(struct judge *judge, const char *text)
{
	auto_buf line = BUF_NULL;

	if (!text)
		return NULL;
	redact_line(&line, str_of(text));
	if (line.error)
		judge->error = line.error;
	return keep(judge, buf_cstr(&line));
}

/* Who is concerned: by what is known of it in this view. */
static void name_cpe(struct judge *judge, const struct rule_view *view,
    struct finding *finding)
{
	const struct device_record *device = view->device    ? view->device
					     : view->session ? view->session->device
							     : NULL;
	const struct cpe_record *host = view->host ? view->host
					: device   ? device->host
						   : NULL;
	char text[ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	if (host && host->at.family != ADDRESS_NONE)
		finding->cpe = keep(judge, address_text(&host->at, text));
	if (host && host->has_mac)
		finding->mac = keep(judge, mac_text(host->mac, mac));
	if (!finding->cpe)
		finding->cpe = finding->mac;
	if (device)
		finding->serial = keep_line(judge, device->serial);
}

/* What should have come after a session, and did not, is a finding of that session. */
static uint64_t session_of(const struct rule_view *view)
{
	const struct device_record *device = view->device;

	if (view->session)
		return view->session->id;
	if (view->call || view->datagram || view->conn || !device ||
	    device->n_past == 0)
		return 0;
	return device->past[device->n_past - 1].id;
}

static struct finding *add_finding(struct judge *judge)
{
	size_t cap = judge->cap ? judge->cap * 2 : 16;
	struct finding *findings;

	if (judge->n_findings == JUDGE_FINDINGS_MAX)
		return NULL;
	if (judge->n_findings == judge->cap) {
		findings = realloc(judge->findings, cap * sizeof(*findings));
		if (!findings) {
			judge->error = -ENOMEM;
			return NULL;
		}
		judge->findings = findings;
		judge->cap = cap;
	}
	return &judge->findings[judge->n_findings++];
}

static void tell(struct rule_view *view, enum rule_who who, struct frame_ref frame,
    const char *text)
{
	struct judge *judge = view->judge;
	enum rule_severity severity = severity_of(view);
	struct finding *finding = add_finding(judge);

	judge->totals[severity]++;
	if (!finding)
		return;
	*finding = (struct finding){ .rule = view->rule->id,
		.severity = rule_severity_name(severity),
		.who = rule_who_name(who),
		.text = keep_line(judge, text),
		.session = session_of(view),
		.frame = frame.number,
		.time = frame.time };
	name_cpe(judge, view, finding);
	if (judge->found)
		judge->found(judge->user, finding);
}

enum rule_verdict rule_broken(struct rule_view *view, const struct http_record *http,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	tell(view, http->is_request ? RULE_BY_CPE : RULE_BY_ACS, http->frame, text);
	return RULE_BROKEN;
}

enum rule_verdict rule_broken_at(struct rule_view *view, enum rule_who who,
    struct frame_ref frame, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	tell(view, who, frame, text);
	return RULE_BROKEN;
}

enum rule_verdict rule_not_judged(struct rule_view *view, const char *why)
{
	if (!view->count->why)
		view->count->why = why;
	return RULE_NOT_JUDGED;
}

const struct cwmp_param *http_param(const struct http_record *http, const char *suffix)
{
	for (size_t i = 0; i < http->n_params; i++) {
		if (str_ends(http->params[i].name, str_of(suffix)))
			return &http->params[i];
	}
	return NULL;
}

/* ---- results ----------------------------------------------------------------------- */

const struct finding *judge_findings(const struct judge *judge, size_t *ret_n)
{
	*ret_n = judge->n_findings;
	return judge->findings;
}

const struct rule_count *judge_counts(const struct judge *judge)
{
	return judge->counts;
}

uint64_t judge_total(const struct judge *judge, enum rule_severity severity)
{
	return judge->totals[severity];
}

int judge_error(const struct judge *judge)
{
	return judge->error;
}
