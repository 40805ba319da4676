/* What a run found, as JUnit XML: a case for each CPE of each expectation, and one for the lab
 * itself. */
#include "lab/run/report.h"

#include "capture/analysis/analysis.h"
#include "capture/report/junit.h"
#include "lib/program/exit_status.h"

static void put_why(struct buf *out, const struct verdict_cpe *cpe)
{
	const struct step_result *step = cpe->failed;

	if (!cpe->result) {
		buf_append_text(out, "no packet of it was seen");
	} else if (cpe->result->not_judged) {
		buf_append_text(out, cpe->result->not_judged);
	} else if (step) {
		if (step->step)
			buf_printf(out, "step %u (%s) failed", step->step, step->what);
		else
			buf_printf(out, "before step 1 (%s) it failed", step->what);
		if (step->frame)
			buf_printf(out, ", frame %llu",
			    (unsigned long long)step->frame);
		buf_printf(out, ": %s: %s", step->layer ? step->layer : "?",
		    step->why ? step->why : "");
	} else {
		buf_append_text(out, "failed");
	}
}

/* One of more than are needed is skipped where it fails, since nothing does. */
static void add_cpe(struct junit *junit, const struct report *report,
    const struct verdict_item *item, const struct verdict_cpe *cpe)
{
	bool is_judged = !cpe->result || !cpe->result->not_judged;
	auto_buf why = BUF_NULL;

	if (!cpe->ok)
		put_why(&why, cpe);
	junit_add(junit,
	    &(struct junit_case){ .of = verdict_name_of(cpe, report->lab->plan),
		.name = item->expect->sequence,
		.outcome = cpe->ok                  ? JUNIT_PASSED
			   : is_judged && !item->ok ? JUNIT_FAILED
						    : JUNIT_SKIPPED,
		.message = buf_cstr(&why) });
}

/* A fleet is one case. */
static void add_fleet(struct junit *junit, const struct verdict_item *item)
{
	auto_buf of = BUF_NULL, why = BUF_NULL;

	for (size_t i = 0; i < item->expect->nodes.len; i++) {
		if (item->expect->on[i]->kind == NODE_LOAD)
			buf_printf(&of, "%s%s", of.len > 0 ? ", " : "",
			    item->expect->nodes.items[i]);
	}
	if (of.len == 0)
		return;
	buf_printf(&why, "%zu of %zu CPEs went all steps, and %zu have to", item->held,
	    verdict_cpes(item), item->needed);
	junit_add(junit, &(struct junit_case){ .of = buf_cstr(&of),
			     .name = item->expect->sequence,
			     .outcome = item->ok ? JUNIT_PASSED : JUNIT_FAILED,
			     .message = buf_cstr(&why) });
}

static void add_other(struct junit *junit, const struct report *report,
    const struct verdict_item *item)
{
	auto_buf why = BUF_NULL;

	verdict_put_why(&why, item);
	junit_add(junit,
	    &(struct junit_case){ .of = report->lab->topology->name,
		.name = item->expect->text,
		.outcome = item->ok                                ? JUNIT_PASSED
			   : item->result.outcome == EXPECT_BROKEN ? JUNIT_FAILED
								   : JUNIT_SKIPPED,
		.message = buf_cstr(&why) });
}

static void add_item(struct junit *junit, const struct report *report,
    const struct verdict_item *item)
{
	if (!verdict_is_of_cpes(item)) {
		add_other(junit, report, item);
		return;
	}
	for (size_t i = 0; i < item->n_cpes; i++) {
		if (item->cpes[i].instance != SIZE_MAX)
			add_cpe(junit, report, item, &item->cpes[i]);
	}
	add_fleet(junit, item);
}

/* One that proves nothing is skipped: whoever counts failures shall not count it as the ACS's. */
static void add_load(struct junit *junit, const struct loads_item *item)
{
	bool has_verdict = item->verdict[0];
	bool has_passed = has_verdict && item->status == EXIT_OK;
	bool is_kept = loads_broken(item) == 0;

	junit_add(junit,
	    &(struct junit_case){ .of = item->node->name,
		.name = "load",
		.outcome = has_passed && is_kept                         ? JUNIT_PASSED
			   : has_verdict && item->status == EXIT_INVALID ? JUNIT_SKIPPED
									 : JUNIT_FAILED,
		.message = !has_verdict ? "it came to no verdict"
			   : has_passed && !is_kept
			       ? "its CPEs broke rules that they are to keep"
			       : item->verdict });
}

void report_write_junit(const struct report *report, struct buf *out)
{
	const struct run *run = report->run;
	const char *name = report->lab->topology->name;
	struct junit junit = JUNIT_NULL;

	for (size_t i = 0; report->verdict && i < report->verdict->n_items; i++)
		add_item(&junit, report, &report->verdict->items[i]);
	for (size_t i = 0; i < loads_count(run->loads); i++)
		add_load(&junit, loads_item(run->loads, i));
	junit_add(&junit,
	    &(struct junit_case){ .of = name,
		.name = "the lab itself",
		.outcome =
		    run->exit || run->is_interrupted ? JUNIT_FAILED : JUNIT_PASSED,
		.message = run->exit ? run->why
				     : "stopped before its expectations were met" });
	junit_end(&junit, name, out);
}
