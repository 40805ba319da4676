#include "lab/run_check.h"

#include "capture/analysis.h"
#include "capture/sequence.h"
#include "lab/cmd.h"
#include "lab/report.h"
#include "lab/share.h"
#include "lib/base/text.h"

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

/* ---- the analysis of the capture --------------------------------------------------- */

enum {
	CHECKED_SEQUENCES_MAX = 16
};

/* What the expectations ask for, and of whom. */
struct question {
	const struct run *run;
	struct sequence *sequences[CHECKED_SEQUENCES_MAX];
	size_t n_sequences;
	const char **macs; /* of the CPEs, in the arena */
	size_t n_macs;
	struct arena arena;
};

static void question_free(struct question *question)
{
	for (size_t i = 0; i < question->n_sequences; i++)
		sequence_free(question->sequences[i]);
	arena_free(&question->arena);
}

static bool is_loaded(const struct question *question, const char *name)
{
	for (size_t i = 0; i < question->n_sequences; i++) {
		if (strcmp(question->sequences[i]->name, name) == 0)
			return true;
	}
	return false;
}

static int load_sequences(struct question *question, struct error *err)
{
	const struct conf_list *expect = &question->run->lab->topology->expect;

	for (size_t i = 0; i < expect->len; i++) {
		const char *name =
		    ((const struct expectation *)expect->items)[i].sequence;
		auto_buf relative = BUF_NULL;
		auto_free char *path = NULL;
		int r;

		if (is_loaded(question, name))
			continue;
		buf_printf(&relative, "capture/sequences/%s.yaml", name);
		path = share_path(buf_cstr(&relative));
		if (!path || question->n_sequences == CHECKED_SEQUENCES_MAX)
			return error_set(err, ERR_MACHINE,
			    "the file of the sequence \"%s\" is missing", name);
		r = sequence_load(path, &question->sequences[question->n_sequences],
		    err);
		if (r < 0)
			return r;
		question->n_sequences++;
	}
	return 0;
}

static int list_cpes(struct question *question, struct error *err)
{
	const struct plan *plan = question->run->lab->plan;
	char text[MAC_TEXT_MAX];

	question->macs =
	    arena_array(&question->arena, plan->n_instances, sizeof(*question->macs));
	for (size_t i = 0; question->macs && i < plan->n_instances; i++) {
		const struct plan_instance *instance = &plan->instances[i];

		if (instance->node->kind != NODE_CPE)
			continue;
		question->macs[question->n_macs++] = arena_strdup(&question->arena,
		    str_of(mac_text(instance->mac, text)));
	}
	return question->macs ? 0 : error_set(err, -ENOMEM, "no memory");
}

/* What the terminal shows of the checking: "1,043 packets, 0 dropped, ...". */
static void tell_counts(const struct run *run, const struct analysis *analysis,
    clock_ns started)
{
	const struct analysis_counts *counts = &analysis->counts;

	progress_print(run->progress,
	    "  checked   %llu packets, %llu dropped, %zu sessions%s  %lld ms\n",
	    (unsigned long long)counts->packets, (unsigned long long)counts->dropped,
	    analysis->n_sessions,
	    counts->tls_sessions == 0                       ? ""
	    : counts->tls_sessions == counts->tls_decrypted ? " decrypted"
							    : ", not all decrypted",
	    (long long)((clock_monotonic() - started) / NS_PER_MS));
}

static int ask(struct question *question, bool show_secrets, struct analysis **ret,
    struct error *err)
{
	const struct outdir *out = &question->run->lab->out;
	clock_ns started = clock_monotonic();
	auto_buf path = BUF_NULL;
	struct analysis_options options = { .show_secrets = show_secrets,
		.keep_bodies = true };
	int r = load_sequences(question, err);

	if (r == 0)
		r = list_cpes(question, err);
	if (r < 0)
		return r;
	buf_printf(&path, "%s/capture.pcapng", out->path);
	options.path = arena_strdup(&question->arena, buf_str(&path));
	options.sequences = (const struct sequence *const *)question->sequences;
	options.n_sequences = question->n_sequences;
	options.cpes = question->macs;
	options.n_cpes = question->n_macs;
	r = analysis_run(&options, ret, err);
	if (r == 0)
		tell_counts(question->run, *ret, started);
	return r;
}

static int judge(struct report *report, struct progress *progress, struct error *err)
{
	auto_cleanup(verdict_free) struct verdict *verdict = NULL;
	int r = verdict_make(report->lab->plan, report->analysis, &verdict, err);

	if (r < 0)
		return r;
	report->verdict = verdict;
	r = write_reports(report, err);
	if (r == 0)
		print_summary(report, progress);
	if (r == 0 && !report_ok(report))
		r = 1;
	report->verdict = NULL;
	return r;
}

int run_check(const struct run *run, const struct run_check_options *options)
{
	struct question question = { .run = run, .arena = ARENA_NULL };
	struct report report = { .lab = run->lab, .run = run };
	struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	int r = ask(&question, options->show_secrets, &analysis, &err);

	report.analysis = analysis;
	if (r == 0)
		r = judge(&report, run->progress, &err);
	analysis_free(analysis);
	question_free(&question);
	if (r < 0)
		return cmd_fail(&err);
	if (run->exit)
		return run->exit;
	return r == 0 ? EXIT_OK : EXIT_FAILED;
}
