#include "lab/run/run_check.h"

#include "capture/analysis/analysis.h"
#include "capture/report/ladder.h"
#include "capture/report/report_html.h"
#include "lab/graph/graph.h"
#include "lab/run/judgement.h"
#include "lab/run/report.h"
#include "lab/term/cmd.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

enum {
	REPORT_MAX = 1 << 30,
	LADDERS_OF_FAILURES = 3,
	TITLE_WIDTH = 64 /* before the description */
};

void run_title(const struct lab *lab, struct progress *progress)
{
	const struct topology *topology = lab->topology;
	auto_buf text = BUF_NULL;

	for (int kind = 0; kind < NODE_KINDS; kind++) {
		const struct node_kind_facts *facts =
		    node_kind_facts((enum node_kind)kind);
		uint64_t n = 0;

		for (size_t k = 0; k < topology->n_nodes; k++) {
			if ((int)topology->nodes[k].kind == kind)
				n += node_count(&topology->nodes[k]);
		}
		if (n == 0)
			continue;
		buf_append_text(&text, text.len ? ", " : "");
		if (n > 1 || kind == NODE_SWITCH || kind == NODE_CPE)
			shown_printf(&text, "%llu ", (unsigned long long)n);
		shown_printf(&text, "%s", n > 1 ? facts->words : facts->word);
		if (kind == NODE_SWITCH)
			graph_managed(&text, topology);
	}
	progress_print(progress, "%s  %-*s%s%s\n", topology->name,
	    topology->description ? TITLE_WIDTH - 2 - (int)strlen(topology->name) : 0,
	    buf_cstr(&text), topology->description ? "  " : "",
	    topology->description ? topology->description : "");
	if (topology->fault)
		progress_print(progress, "  with its fault %s: %s\n",
		    topology->fault->name, topology->fault->about);
}

/* The folder of results as the user would type it: relative to the working folder if it is
 * inside. */
static const char *shown_path(const struct lab *lab)
{
	char cwd[PATH_MAX];
	size_t n;

	if (!getcwd(cwd, sizeof(cwd)))
		return lab->out.path;
	n = strlen(cwd);
	return strncmp(lab->out.path, cwd, n) == 0 && lab->out.path[n] == '/'
		   ? lab->out.path + n + 1
		   : lab->out.path;
}

/* For the page, which has the steps of sequences CPE by CPE: all that is none. */
static size_t list_expected(const struct verdict *verdict, struct arena *arena,
    struct report_expected *expected)
{
	size_t n = 0;

	for (size_t i = 0; verdict && i < verdict->n_items; i++) {
		const struct verdict_item *item = &verdict->items[i];
		auto_buf why = BUF_NULL;

		if (verdict_is_of_cpes(item))
			continue;
		verdict_put_why(&why, item);
		expected[n].text = item->expect->text;
		expected[n].why = arena_strdup(arena, buf_str(&why));
		expected[n].ok = item->ok;
		n += expected[n].why != NULL;
	}
	return n;
}

static int write_page(const struct report *report, struct judgement *judgement,
    mode_t mode, struct error *err)
{
	const struct topology *topology = report->lab->topology;
	const struct run *run = report->run;
	auto_buf svg = BUF_NULL, page = BUF_MAX(REPORT_MAX), loads = BUF_NULL;
	struct report_expected *expected =
	    arena_array(&judgement->arena, topology->expect.len + 1, sizeof(*expected));
	struct report_html_options options = {
		.title = topology->name,
		.subtitle = topology->description,
		.topology_svg = graph_svg(&svg, topology) == 0 ? buf_cstr(&svg) : NULL,
		.verdict = report_ok(report) ? "ok" : "failed",
		.why = run->exit ? run->why
		       : run->is_interrupted
			   ? "stopped before its expectations were met"
			   : NULL,
		.name_of = judgement_name_of,
		.user = judgement,
	};

	if (!expected)
		return error_set(err, -ENOMEM, "out of memory");
	options.expected = expected;
	options.n_expected =
	    list_expected(report->verdict, &judgement->arena, expected);
	loads_put_why(&loads, run->loads);
	if (!options.why && loads.len > 0)
		options.why = buf_cstr(&loads);
	report_html_write(&page, report->analysis, &options);
	return outdir_write(&report->lab->out, "report.html", mode, &page, err);
}

static int write_reports(const struct report *report, struct judgement *judgement,
    bool show_secrets, struct error *err)
{
	mode_t mode = show_secrets ? 0600 : 0666;
	auto_buf json = BUF_MAX(REPORT_MAX);

	report_write_json(report, &json);
	if (outdir_write(&report->lab->out, "report.json", mode, &json, err) < 0)
		return err->code;
	return report->analysis ? write_page(report, judgement, mode, err) : 0;
}

static void print_checked(const struct report *report, clock_ns took)
{
	const struct analysis_counts *counts = &report->analysis->counts;
	char text[PROGRESS_TEXT_MAX];

	(void)snprintf(text, sizeof(text),
	    "%" PRIu64 " packets, %" PRIu64 " dropped, %" PRIu64
	    " TLS sessions, %" PRIu64 " decrypted",
	    counts->packets, counts->dropped, counts->tls_sessions,
	    counts->tls_decrypted);
	progress_done(report->run->progress, "checked", text, took);
}

static void print_summary(const struct report *report, struct judgement *judgement)
{
	struct ladder_options ladder = {
		.name_of = judgement_name_of,
		.user = judgement,
		/* A load test has more of them than anybody reads. */
		.max = report_ok(report) && loads_count(report->run->loads) == 0
			   ? 0
			   : LADDERS_OF_FAILURES,
	};
	const char *out = shown_path(report->lab);
	auto_buf text = BUF_NULL;

	if (report->analysis) {
		ladder_detect(&ladder);
		ladder_write(&text, report->analysis, &ladder);
		buf_append_char(&text, '\n');
	}
	report_write_text(report, &text);
	progress_print(report->run->progress, "\n");
	progress_print_text(report->run->progress, buf_str(&text));
	progress_print(report->run->progress,
	    "%s%s%s%s/report.json  %s/capture.pcapng\n", report->analysis ? out : "",
	    report->analysis ? "/report.html" : "", report->analysis ? "  " : "", out,
	    out);
}

static int print_for_machines(const struct report *report, enum run_format format,
    int status)
{
	auto_buf out = BUF_MAX(REPORT_MAX);

	if (format == RUN_JUNIT)
		report_write_junit(report, &out);
	else
		report_write_json(report, &out);
	return cmd_print(&out, status);
}

/* Writes and prints the reports. When the analysis failed, the run holds the reason, and
 * they show that. */
static int report_all(const struct report *report, struct judgement *judgement,
    const struct run_check_options *options)
{
	struct error err = ERROR_NULL;
	int status = report_ok(report) ? EXIT_OK : EXIT_FAILED;

	if (loads_status(report->run->loads) == EXIT_INVALID)
		status = EXIT_INVALID;

	if (write_reports(report, judgement, options->show_secrets, &err) < 0)
		return cmd_fail(&err);
	if (report->run->exit)
		status = report->run->exit;
	if (options->format != RUN_TEXT)
		return print_for_machines(report, options->format, status);
	print_summary(report, judgement);
	return status;
}

int run_check(struct run *run, const struct run_check_options *options)
{
	struct report report = { .lab = run->lab, .run = run };
	clock_ns start = clock_monotonic();
	struct judgement judgement;
	struct error err = ERROR_NULL;
	int status;

	loads_read(run->loads, &run->lab->out);
	if (judgement_make(&judgement, run, options->show_secrets, &err) < 0) {
		/* Where the lab itself failed there may be no capture to look at. */
		if (!run->exit)
			(void)snprintf(run->why, sizeof(run->why), "%s", err.text);
		run->exit = run->exit ? run->exit : EXIT_MACHINE;
	} else {
		report.analysis = judgement.analysis;
		if (loads_compare(run->loads, judgement.analysis, &err) < 0 &&
		    !run->exit) {
			(void)snprintf(run->why, sizeof(run->why), "%s", err.text);
			run->exit = EXIT_MACHINE;
		}
		report.verdict = judgement.verdict;
		print_checked(&report, clock_monotonic() - start);
	}
	status = report_all(&report, &judgement, options);
	judgement_free(&judgement);
	return status;
}
