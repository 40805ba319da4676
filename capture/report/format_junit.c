/* JUnit: what a capture shows, as CI servers read it. */
#include "capture/report/format.h"

#include "capture/analysis/analysis.h"
#include "capture/report/junit.h"

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

		junit_add(junit, &(struct junit_case){ sequence->cpe, sequence->name,
				     sequence->ok           ? JUNIT_PASSED
				     : sequence->not_judged ? JUNIT_SKIPPED
							    : JUNIT_FAILED,
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
	junit_add(junit,
	    &(struct junit_case){ session->serial ? session->serial : session->cpe,
		buf_cstr(&name),
		verdict == VERDICT_OK           ? JUNIT_PASSED
		: verdict == VERDICT_NOT_JUDGED ? JUNIT_SKIPPED
						: JUNIT_FAILED,
		why.len > 0 ? buf_cstr(&why) : "a rule is broken in it" });
}

static void add_findings(struct junit *junit, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];
		auto_buf text = BUF_NULL;

		if (!finding_is_breach(analysis, finding))
			continue;
		buf_printf(&text, "by %s, %s %llu: %s", rule_who_name(finding->who),
		    analysis->counts.text ? "message" : "frame",
		    (unsigned long long)finding->frame, finding->text);
		junit_add(junit, &(struct junit_case){ finding->serial ? finding->serial
								       : finding->cpe,
				     finding->rule, JUNIT_FAILED, buf_cstr(&text) });
	}
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];

		if (failure->session == 0)
			junit_add(junit,
			    &(struct junit_case){ failure->cpe, failure->layer,
				JUNIT_FAILED, failure->text });
	}
}

void format_junit(struct buf *out, const struct analysis *analysis)
{
	struct junit junit = JUNIT_NULL;

	add_sequences(&junit, analysis);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		add_session(&junit, &analysis->sessions[i]);
	add_findings(&junit, analysis);
	junit_end(&junit, analysis->file, out);
}
