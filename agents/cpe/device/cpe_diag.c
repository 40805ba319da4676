/* A CPE's diagnostics, one at a time: requested in a session, run after it, told by a later one
 * (TR-181 2.17, DiagnosticsState). The state in the data model says what is wanted. */
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/program/log.h"

bool cpe_diag_is_busy(const struct cpe *cpe)
{
	return cpe->is_diagnosing || cpe->may_want_diagnosis;
}

static void take_end(struct cpe *cpe, enum diag_kind kind,
    const struct diag_results *results)
{
	char path[MODEL_AT_TEXT_MAX], state[DIAG_STATE_MAX];

	cpe->is_diagnosing = false;
	if (diag_write(&cpe->values, &cpe->diagnostic, results, state) < 0)
		log_error("%s: no memory for the results of a diagnostic", cpe->name);
	(void)event_queue_add(&cpe->events, CWMP_EVENT_DIAGNOSTICS_COMPLETE, STR_NULL);
	(void)model_at_path(cpe->values.model, &cpe->diagnostic, path);
	cpe_report_diagnosed(cpe, kind, path, state);
	(void)cpe_commit(cpe);
}

/* At an object that the CPE cannot run, or without memory. */
static void fail(struct cpe *cpe, enum diag_kind kind)
{
	const struct diag_results results = { .outcome = DIAG_INTERNAL };

	take_end(cpe, kind, &results);
}

static void start(struct cpe *cpe)
{
	char path[MODEL_AT_TEXT_MAX];
	struct diag_args args;
	enum diag_kind kind = diag_read(&cpe->values, &cpe->diagnostic, &args);

	cpe->is_diagnosing = true;
	cpe->is_settled = false;
	(void)model_at_path(cpe->values.model, &cpe->diagnostic, path);
	cpe_report_diagnostic(cpe, kind, path);
	if (kind == DIAG_UNKNOWN || cpe->fleet->edges->diagnose(cpe, kind, &args) < 0)
		fail(cpe, kind);
}

void cpe_diag_run(struct cpe *cpe)
{
	if (cpe->is_diagnosing || !cpe->may_want_diagnosis)
		return;
	cpe->may_want_diagnosis = diag_find_requested(&cpe->values, &cpe->diagnostic);
	if (cpe->may_want_diagnosis)
		start(cpe);
}

void cpe_diag_set(struct cpe *cpe, const struct model_at *object)
{
	cpe->may_want_diagnosis = true;
	if (cpe->is_diagnosing && model_at_compare(object, &cpe->diagnostic) == 0)
		cpe_diag_interrupt(cpe);
}

void cpe_diag_ended(struct cpe *cpe, const struct diag_results *results)
{
	struct diag_args args;

	if (cpe->is_diagnosing)
		take_end(cpe, diag_read(&cpe->values, &cpe->diagnostic, &args),
		    results);
}

void cpe_diag_interrupt(struct cpe *cpe)
{
	if (!cpe->is_diagnosing)
		return;
	cpe->fleet->edges->desist(cpe);
	cpe->is_diagnosing = false;
}

void cpe_diag_boot(struct cpe *cpe)
{
	diag_forget(&cpe->values);
	cpe->may_want_diagnosis = false;
}
