#include "lab/run_check.h"

#include "lab/cmd.h"
#include "lab/report.h"

#include <errno.h>

enum {
	TITLE_WIDTH = 64 /* before the description */
};

void run_title(const struct lab *lab, struct progress *progress)
{
	static const struct {
		enum node_kind kind;
		const char *word;
	} words[] = {
		{ NODE_SWITCH, "switch" },
		{ NODE_DNS, "dns" },
		{ NODE_DHCP, "dhcp" },
		{ NODE_ACS, "ACS" },
		{ NODE_CPE, "CPE" },
		{ NODE_HOST, "host" },
	};
	const struct topology *topology = lab->topology;
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		uint64_t n = 0;

		for (size_t k = 0; k < topology->n_nodes; k++) {
			if (topology->nodes[k].kind == words[i].kind)
				n += node_count(&topology->nodes[k]);
		}
		if (n == 0)
			continue;
		buf_append_text(&text, text.len ? ", " : "");
		if (n > 1 || words[i].kind == NODE_SWITCH || words[i].kind == NODE_CPE)
			buf_printf(&text, "%llu ", (unsigned long long)n);
		buf_printf(&text, "%s%s", words[i].word,
		    words[i].kind == NODE_SWITCH && n > 1 ? "es" : "");
	}
	progress_print(progress, "%s  %-*s%s%s\n", topology->name,
	    topology->description ? TITLE_WIDTH - 2 - (int)strlen(topology->name) : 0,
	    buf_cstr(&text), topology->description ? "  " : "",
	    topology->description ? topology->description : "");
}

static int write_reports(const struct report *report, struct error *err)
{
	auto_buf json = BUF_MAX(1 << 30);

	report_write_json(report, &json);
	return outdir_write(&report->lab->out, "report.json", &json, err);
}

static void print_summary(const struct report *report, struct progress *progress)
{
	auto_buf text = BUF_NULL;

	report_write_text(report, &text);
	progress_print(progress, "\n%s\n%s/report.json\n", buf_cstr(&text),
	    report->lab->out.path);
}

int run_check(const struct run *run, const struct run_check_options *options)
{
	struct report report = { .lab = run->lab, .run = run };
	struct error err = ERROR_NULL;

	(void)options;
	if (write_reports(&report, &err) < 0)
		return cmd_fail(&err);
	print_summary(&report, run->progress);
	if (run->exit)
		return run->exit;
	return report_ok(&report) ? EXIT_OK : EXIT_FAILED;
}
