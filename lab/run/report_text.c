#include "lab/run/report.h"

#include "capture/analysis/analysis.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"

enum {
	INDENT = 8,
	NAMES_MAX = 8 /* CPEs of one failure that are named; the others are counted */
};

bool report_ok(const struct report *report)
{
	return report->run->exit == 0 && !report->run->is_interrupted &&
	       report->verdict && report->verdict->ok &&
	       loads_status(report->run->loads) == EXIT_OK;
}

static const char *name_of(const struct report *report, const struct verdict_cpe *cpe)
{
	return verdict_name_of(cpe, report->lab->plan);
}

static bool text_eq(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Whether two failures read the same but for digits: addresses, times and frames differ
 * from CPE to CPE. */
static bool words_eq(const char *a, const char *b)
{
	for (a = a ? a : "", b = b ? b : "";; a++, b++) {
		while (*a >= '0' && *a <= '9')
			a++;
		while (*b >= '0' && *b <= '9')
			b++;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool same_failure(const struct verdict_cpe *a, const struct verdict_cpe *b)
{
	if (a->ok || b->ok || !a->result != !b->result || !a->failed != !b->failed)
		return false;
	if (!a->failed)
		return !a->result ||
		       text_eq(a->result->not_judged, b->result->not_judged);
	return a->failed->step == b->failed->step &&
	       text_eq(a->failed->layer, b->failed->layer) &&
	       words_eq(a->failed->why, b->failed->why);
}

static void put_seen(struct buf *out, const char *name, const struct verdict_cpe *cpe)
{
	const struct step_result *step = cpe->failed;

	shown_printf(out, "%-*s", INDENT - 1, name);
	if (!cpe->result) {
		shown_printf(out, " no packet of it was seen\n");
	} else if (cpe->result->not_judged) {
		shown_printf(out, " not judged: %s\n", cpe->result->not_judged);
	} else if (step) {
		if (step->step)
			shown_printf(out, " step %u", step->step);
		else
			shown_printf(out, " before step 1:");
		shown_printf(out, " (%s) failed: %s\n%*s",
		    step->layer ? step->layer : "?", step->what, INDENT, "");
		if (step->frame)
			shown_printf(out,
			    "frame %llu: ", (unsigned long long)step->frame);
		shown_printf(out, "%s\n", step->why ? step->why : "");
	} else {
		shown_printf(out, " failed\n");
	}
}

/* What the CPE did about it, in its own words. */
static void put_said(struct buf *out, const struct report *report,
    const struct fleet_cpe *cpe)
{
	if (!cpe)
		return;
	if (cpe->why[0])
		shown_printf(out, "%*sthe CPE says: %s\n", INDENT, "", cpe->why);
	if (cpe->retry_count)
		shown_printf(out,
		    "%*sthen: retry %u after %.1f s (table: %.4g-%.4g s)%s\n", INDENT,
		    "", cpe->retry_count, (double)cpe->wait_ms / 1000,
		    (double)cpe->from_ms / 1000, (double)cpe->to_ms / 1000,
		    report->run->is_late ? "; its time was up before it succeeded"
					 : "");
}

static void put_same(struct buf *out, const struct report *report,
    struct verdict_item *item, size_t i)
{
	size_t n = 0;

	for (size_t k = i + 1; k < item->n_cpes; k++) {
		if (!same_failure(&item->cpes[i], &item->cpes[k]))
			continue;
		if (n < NAMES_MAX)
			shown_printf(out, "%*s%s", n ? 0 : INDENT, n ? ", " : "",
			    name_of(report, &item->cpes[k]));
		n++;
	}
	if (n > NAMES_MAX)
		shown_printf(out, " and %zu more", n - NAMES_MAX);
	if (n > 0)
		shown_printf(out, ": the same\n");
}

static bool is_told(const struct verdict_item *item, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (same_failure(&item->cpes[k], &item->cpes[i]))
			return true;
	}
	return false;
}

static void put_failures(struct buf *out, const struct report *report,
    struct verdict_item *item)
{
	for (size_t i = 0; i < item->n_cpes; i++) {
		const struct verdict_cpe *cpe = &item->cpes[i];

		if (cpe->ok || is_told(item, i))
			continue;
		buf_append_char(out, '\n');
		put_seen(out, name_of(report, cpe), cpe);
		if (cpe->instance != SIZE_MAX)
			put_said(out, report,
			    fleet_cpe(report->run->fleet, cpe->instance));
		put_same(out, report, item, i);
	}
	if (item->unseen > 0)
		shown_printf(out, "\n%*sof %zu CPE%s no session was seen\n", INDENT, "",
		    item->unseen, item->unseen == 1 ? "" : "s");
}

static void put_sequence(struct buf *out, const struct report *report,
    struct verdict_item *item)
{
	shown_printf(out, "%s  %s for %zu of %zu CPEs", item->ok ? "ok" : "FAILED",
	    item->expect->sequence, item->held, verdict_cpes(item));
	if (item->expect->at_least > 0)
		shown_printf(out, ", at least %zu", item->needed);
	buf_append_char(out, '\n');
	put_failures(out, report, item);
	if (item->held < verdict_cpes(item))
		buf_append_char(out, '\n');
}

/* What proves it stands beside it, held or not. */
static void put_other(struct buf *out, const struct verdict_item *item)
{
	shown_printf(out, "%s  %s: ", item->ok ? "ok" : "FAILED", item->expect->text);
	verdict_put_why(out, item);
	buf_append_char(out, '\n');
}

void report_write_text(const struct report *report, struct buf *out)
{
	const struct run *run = report->run;

	loads_put_text(out, run->loads);
	for (size_t i = 0; report->verdict && i < report->verdict->n_items; i++) {
		struct verdict_item *item = &report->verdict->items[i];

		if (verdict_is_of_cpes(item))
			put_sequence(out, report, item);
		else
			put_other(out, item);
	}
	if (report->verdict && report->verdict->n_items == 0 && report_ok(report) &&
	    loads_count(run->loads) == 0)
		shown_printf(out, "ok  nothing was expected\n");
	if (run->exit)
		shown_printf(out, "FAILED  %s\n", run->why);
	else if (run->is_interrupted)
		shown_printf(out, "stopped before its expectations were met\n");
}
