/* JUnit: what a capture shows, as CI servers read it. */
#include "capture/report/format.h"

#include "capture/analysis/analysis.h"
#include "lib/base/text.h"

/* One case; word is "failure" or "skipped", null where it passed. */
struct junit_case {
	const char *of, *name, *word, *message;
};

struct junit {
	struct buf cases;
	size_t n, failures, skipped;
};

static void put_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s=\"", name);
	markup_append(out, str_of(value ? value : ""));
	buf_append_char(out, '"');
}

static void add(struct junit *junit, const struct junit_case *one)
{
	struct buf *out = &junit->cases;

	buf_append_text(out, "  <testcase");
	put_attribute(out, "classname", one->of ? one->of : "a CPE");
	put_attribute(out, "name", one->name);
	junit->n++;
	if (!one->word) {
		buf_append_text(out, "/>\n");
		return;
	}
	junit->failures += strcmp(one->word, "failure") == 0;
	junit->skipped += strcmp(one->word, "skipped") == 0;
	buf_printf(out, ">\n   <%s", one->word);
	put_attribute(out, "message", one->message);
	buf_append_text(out, "/>\n  </testcase>\n");
}

static const char *step_why(const struct sequence_result *sequence)
{
	for (size_t i = 0; i < sequence->n_steps; i++) {
		if (!sequence->steps[i].ok && sequence->steps[i].why)
			return sequence->steps[i].why;
	}
	return "a step of it was not seen";
}

static void add_sequences(struct junit *junit, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		const struct sequence_result *sequence = &analysis->sequences[i];

		add(junit, &(struct junit_case){ sequence->cpe, sequence->name,
			       sequence->ok           ? NULL
			       : sequence->not_judged ? "skipped"
						      : "failure",
			       sequence->not_judged ? sequence->not_judged
						    : step_why(sequence) });
	}
}

static void add_session(struct junit *junit, const struct analysis_session *session)
{
	enum analysis_verdict verdict = session_verdict(session);
	auto_buf name = BUF_NULL, why = BUF_NULL;

	buf_printf(&name, "session %llu", (unsigned long long)session->id);
	session_put_why(&why, session);
	add(junit,
	    &(struct junit_case){ session->serial ? session->serial : session->cpe,
		buf_cstr(&name),
		verdict == VERDICT_OK           ? NULL
		: verdict == VERDICT_NOT_JUDGED ? "skipped"
						: "failure",
		why.len > 0 ? buf_cstr(&why) : "a rule is broken in it" });
}

static void add_findings(struct junit *junit, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];
		auto_buf text = BUF_NULL;

		if (finding->severity != RULE_MUST)
			continue;
		buf_printf(&text, "by %s, frame %llu: %s", rule_who_name(finding->who),
		    (unsigned long long)finding->frame, finding->text);
		add(junit, &(struct junit_case){ finding->serial ? finding->serial
								 : finding->cpe,
			       finding->rule, "failure", buf_cstr(&text) });
	}
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];

		if (failure->session == 0)
			add(junit, &(struct junit_case){ failure->cpe, failure->layer,
				       "failure", failure->text });
	}
}

void format_junit(struct buf *out, const struct analysis *analysis)
{
	struct junit junit = { .cases = BUF_MAX(1 << 30) };

	add_sequences(&junit, analysis);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		add_session(&junit, &analysis->sessions[i]);
	add_findings(&junit, analysis);
	buf_append_text(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	    " <testsuite");
	put_attribute(out, "name", analysis->file);
	buf_printf(out,
	    " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", junit.n,
	    junit.failures, junit.skipped);
	buf_append_str(out, buf_str(&junit.cases));
	buf_append_text(out, " </testsuite>\n</testsuites>\n");
	if (junit.cases.error)
		out->error = junit.cases.error;
	buf_free(&junit.cases);
}
