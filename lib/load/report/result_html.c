/* The page: no script, no other file. Values of strangers go through markup_append(). */
#include "lib/load/report/result_internal.h"

#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <inttypes.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\">\n"
    "<style>\n"
    ":root { color-scheme: light dark; --bg: #fbfbfa; --card: #fff; --ink: #1c2024; "
    "--soft: #687076; --line: #dfe3e6;\n"
    "  --c0: #687076; --c1: #0b68cb; --c2: #18794e; --c3: #c62a2f; --c4: #875a00; }\n"
    "@media (prefers-color-scheme: dark) { :root { --bg: #131517; --card: #1b1e21; "
    "--ink: #e8eaec; --soft: #9ba1a6;\n"
    "  --line: #34393d; --c0: #9ba1a6; --c1: #6cb2ff; --c2: #4cc38a; --c3: #ff8589; "
    "--c4: #e2b340; } }\n"
    "body { margin: 0; background: var(--bg); color: var(--ink); font: 14px/1.45 "
    "system-ui, sans-serif; }\n"
    "main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 60px; }\n"
    "h1 { font-size: 22px; margin: 0; } h2 { font-size: 15px; margin: 28px 0 8px; }\n"
    ".sub { color: var(--soft); } .badge { font-size: 13px; padding: 2px 10px; "
    "border-radius: 99px; color: var(--bg); background: var(--c3); }\n"
    ".badge.PASS { background: var(--c2); } .badge.INVALID { background: var(--c4); }\n"
    ".card { background: var(--card); border: 1px solid var(--line); border-radius: "
    "8px; padding: 14px; overflow-x: auto; }\n"
    "table { border-collapse: collapse; width: 100%; font-variant-numeric: "
    "tabular-nums; }\n"
    "th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); "
    "text-align: right; white-space: nowrap; }\n"
    "th { color: var(--soft); font-size: 12px; } th:first-child, td:first-child, "
    ".left { text-align: left; white-space: normal; }\n"
    "figure { margin: 0 0 14px; } figcaption { color: var(--soft); } svg { width: "
    "100%; height: auto; }\n"
    "svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } .grid { "
    "stroke: var(--line); }\n"
    "polyline { fill: none; stroke-width: 1.6; } .bad { color: var(--c3); } "
    ".ok { color: var(--c2); }\n";

static void put_style(struct buf *out)
{
	for (unsigned i = 0; i < 5; i++)
		buf_printf(out,
		    ".l%u { stroke: var(--c%u); } svg text.t%u, .b%u { fill: var(--c%u); "
		    "}\n",
		    i, i, i, i, i);
	buf_append_text(out, "</style>\n");
}

static void put(struct buf *out, const char *text)
{
	markup_append(out, str_of(text));
}

static void put_cell(struct buf *out, const char *text)
{
	buf_append_text(out, "<td>");
	put(out, text);
	buf_append_text(out, "</td>");
}

static void put_number(struct buf *out, uint64_t n)
{
	buf_printf(out, "<td>%" PRIu64 "</td>", n);
}

static void put_head(struct buf *out, const struct load_result *result)
{
	char iso[CLOCK_ISO8601_MAX], ms[RESULT_NUMBER_MAX];
	const char *name = result->name ? result->name : "load";

	buf_append_text(out, head);
	put_style(out);
	buf_append_text(out, "<title>");
	put(out, name);
	buf_append_text(out, "</title>\n</head>\n<body>\n<main>\n<h1>");
	put(out, name);
	shown_printf(out,
	    " <span class=\"badge %s\">%s</span></h1>\n<div class=\"sub\">",
	    verdict_name(result->verdict), verdict_name(result->verdict));
	shown_printf(out, "%" PRIu64 " CPEs", result->cpes);
	if (result->model) {
		buf_append_text(out, " of ");
		put(out, result->model);
	}
	if (result->acs) {
		buf_append_text(out, " against ");
		put(out, result->acs);
	}
	shown_printf(out, ", seed %" PRIu64 ", %s, %s", result->seed,
	    clock_iso8601(result->wall, 0, iso), result_time(result->took_us, ms));
	if (result->arrival) {
		buf_append_text(out, ", ");
		put(out, result->arrival);
	}
	buf_append_text(out, "</div>\n");
}

static void put_list(struct buf *out, const char *title, const char *const *lines,
    size_t n)
{
	if (n == 0)
		return;
	shown_printf(out, "<h2>%s</h2>\n<div class=\"card\">", title);
	for (size_t i = 0; i < n; i++) {
		buf_append_text(out, "<div>");
		put(out, lines[i]);
		buf_append_text(out, "</div>");
	}
	buf_append_text(out, "</div>\n");
}

static void put_pairs(struct buf *out, const char *title, const void *base,
    const struct result_field *field)
{
	shown_printf(out, "<h2>%s</h2>\n<div class=\"card\"><table>\n", title);
	for (; field->name; field++)
		buf_printf(out, "<tr><td>%s</td><td>%" PRIu64 "</td></tr>\n",
		    field->name, result_field_get(base, field));
	buf_append_text(out, "</table></div>\n");
}

static void put_not_started(struct buf *out, const struct load_result *result)
{
	buf_append_text(out, "<h2>Not started</h2>\n<div class=\"card\"><table>\n");
	for (unsigned i = 0; i < TALLY_SKIPS; i++)
		shown_printf(out, "<tr><td>%s</td><td>%" PRIu64 "</td></tr>\n",
		    tally_skip_title((enum tally_skip)i), result->skipped[i]);
	buf_append_text(out, "</table></div>\n");
}

static void put_times(struct buf *out, const char *name, const char *which,
    const struct result_times *times)
{
	const struct result_field *field = result_times_fields;
	char ms[RESULT_NUMBER_MAX];

	buf_append_text(out, "<tr>");
	put_cell(out, name);
	put_cell(out, which);
	put_number(out, result_field_get(times, field));
	for (field++; field->name; field++)
		put_cell(out, result_ms(result_field_get(times, field), ms));
	buf_append_text(out, "</tr>\n");
}

static void put_phases(struct buf *out, const struct load_result *result)
{
	buf_append_text(out,
	    "<h2>How long it took, in milliseconds</h2>\n"
	    "<div class=\"card\"><table>\n<tr><th>phase</th><th>from</th>");
	for (const struct result_field *f = result_times_fields; f->name; f++)
		buf_printf(out, "<th>%s</th>", f->name);
	buf_append_text(out, "</tr>\n");
	for (size_t i = 0; i < result->n_phases; i++) {
		const struct result_phase *phase = &result->phases[i];

		put_times(out, tally_phase_name(phase->phase), "latency",
		    &phase->latency);
		put_times(out, tally_phase_name(phase->phase), "service",
		    &phase->service);
	}
	put_times(out, "lateness", "", &result->lateness);
	put_times(out, "lag", "", &result->own.lag);
	buf_append_text(out, "</table></div>\n");
}

static void put_steps(struct buf *out, const struct load_result *result)
{
	buf_append_text(out, "<h2>Steps</h2>\n<div class=\"card\"><table>\n<tr>"
			     "<th>phase</th><th>expected</th><th>unexpected</th>"
			     "<th>timed_out</th></tr>\n");
	for (size_t i = 0; i < result->n_phases; i++) {
		buf_append_text(out, "<tr>");
		put_cell(out, tally_phase_name(result->phases[i].phase));
		for (size_t j = 0; j < TALLY_STEPS; j++)
			put_number(out, result->phases[i].steps[j]);
		buf_append_text(out, "</tr>\n");
	}
	buf_append_text(out, "</table></div>\n");
}

static void put_failures(struct buf *out, const struct load_result *result)
{
	if (result->n_failures == 0)
		return;
	buf_append_text(out, "<h2>Failures</h2>\n<div class=\"card\"><table>\n<tr>"
			     "<th>layer</th><th>reason</th><th>count</th></tr>\n");
	for (size_t i = 0; i < result->n_failures; i++) {
		buf_append_text(out, "<tr>");
		put_cell(out, tally_layer_name(result->failures[i].layer));
		put_cell(out, result->failures[i].reason);
		put_number(out, result->failures[i].count);
		buf_append_text(out, "</tr>\n");
	}
	buf_append_text(out, "</table></div>\n");
}

static void put_thresholds(struct buf *out, const struct load_result *result)
{
	if (result->n_thresholds == 0)
		return;
	buf_append_text(out, "<h2>Thresholds</h2>\n<div class=\"card\"><table>\n");
	for (size_t i = 0; i < result->n_thresholds; i++) {
		bool holds = result->thresholds[i].holds;

		shown_printf(out, "<tr><td class=\"%s\">%s</td><td class=\"left\">",
		    holds ? "ok" : "bad", holds ? "holds" : "broken");
		put(out, result->thresholds[i].told);
		buf_append_text(out, "</td></tr>\n");
	}
	buf_append_text(out, "</table></div>\n");
}

static void put_knee(struct buf *out, const struct load_result *result)
{
	if (!result->knee)
		return;
	buf_append_text(out, "<h2>Limit</h2>\n<div class=\"card\"><p>");
	put(out, result->knee);
	buf_append_text(out, "</p><table>\n<tr><th>rate</th><th>holds</th>"
			     "<th>started</th><th>completed</th><th>failed</th>"
			     "<th>shed</th><th>p99_ms</th></tr>\n");
	for (size_t i = 0; i < result->n_steps; i++) {
		const struct knee_step *step = &result->steps[i];
		char ms[RESULT_NUMBER_MAX];

		shown_printf(out, "<tr><td>%.3f</td><td>%s</td>", step->rate,
		    step->holds ? "yes" : "no");
		put_number(out, step->started);
		put_number(out, step->completed);
		put_number(out, step->failed);
		put_number(out, step->shed);
		put_cell(out, result_ms(step->p99_us, ms));
		buf_append_text(out, "</tr>\n");
	}
	buf_append_text(out, "</table></div>\n");
}

void result_put_html(struct buf *out, const struct load_result *result)
{
	put_head(out, result);
	put_list(out, "Why", result->why, result->n_why);
	buf_append_text(out, "<h2>Over time</h2>\n<div class=\"card\">\n");
	result_put_charts(out, result);
	buf_append_text(out, "</div>\n");
	put_thresholds(out, result);
	put_knee(out, result);
	put_pairs(out, "Sessions", result, result_count_fields);
	put_not_started(out, result);
	put_list(out, "Accounts, what is explained", result->explained,
	    result->n_explained);
	put_list(out, "Accounts differ", result->differences, result->n_differences);
	put_list(out, "No account of the ACS", &result->no_acs, result->no_acs != NULL);
	put_phases(out, result);
	put_steps(out, result);
	put_failures(out, result);
	put_pairs(out, "Ourselves", result, result_own_fields);
	buf_append_text(out, "</main>\n</body>\n</html>\n");
}
