/* A CPE's diagnostics, one at a time: requested in a session, run after it, told by a later one
 * (TR-181 2.17, DiagnosticsState). The state in the data model says what is wanted. */
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/base/cleanup.h"
#include "lib/program/log.h"

bool cpe_diag_is_busy(const struct cpe *cpe)
{
	return cpe->diagnostic || cpe->may_want_diagnosis;
}

static void take_end(struct cpe *cpe, const struct model_at *object,
    enum diag_kind kind, const struct diag_results *results)
{
	char path[MODEL_AT_TEXT_MAX], state[DIAG_STATE_MAX];

	if (diag_write(&cpe->values, object, results, state) < 0)
		log_error("%s: no memory for the results of a diagnostic", cpe->name);
	(void)event_queue_add(&cpe->events, CWMP_EVENT_DIAGNOSTICS_COMPLETE, STR_NULL);
	(void)model_at_path(cpe->values.model, object, path);
	cpe_report_diagnosed(cpe, kind, path, state);
	(void)cpe_commit(cpe);
}

/* At an object that the CPE cannot run, or without memory. */
static void fail(struct cpe *cpe, const struct model_at *object, enum diag_kind kind)
{
	const struct diag_results results = { .outcome = DIAG_INTERNAL };

	free(steal_ptr(&cpe->diagnostic));
	take_end(cpe, object, kind, &results);
}

static void start(struct cpe *cpe, const struct model_at *object)
{
	char path[MODEL_AT_TEXT_MAX];
	struct diag_args args;
	enum diag_kind kind = diag_read(&cpe->values, object, &args);

	cpe->is_settled = false;
	(void)model_at_path(cpe->values.model, object, path);
	cpe_report_diagnostic(cpe, kind, path);
	cpe->diagnostic = malloc(sizeof(*cpe->diagnostic));
	if (cpe->diagnostic)
		*cpe->diagnostic = *object;
	if (!cpe->diagnostic || kind == DIAG_UNKNOWN ||
	    cpe->fleet->edges->diagnose(cpe, kind, &args) < 0)
		fail(cpe, object, kind);
}

void cpe_diag_run(struct cpe *cpe)
{
	struct model_at object;

	if (cpe->diagnostic || !cpe->may_want_diagnosis)
		return;
	cpe->may_want_diagnosis = diag_find_requested(&cpe->values, &object);
	if (cpe->may_want_diagnosis)
		start(cpe, &object);
}

void cpe_diag_set(struct cpe *cpe, const struct model_at *object)
{
	cpe->may_want_diagnosis = true;
	if (cpe->diagnostic && model_at_compare(object, cpe->diagnostic) == 0)
		cpe_diag_interrupt(cpe);
}

void cpe_diag_ended(struct cpe *cpe, const struct diag_results *results)
{
	auto_free struct model_at *object = steal_ptr(&cpe->diagnostic);
	struct diag_args args;

	if (object)
		take_end(cpe, object, diag_read(&cpe->values, object, &args), results);
}

void cpe_diag_interrupt(struct cpe *cpe)
{
	if (!cpe->diagnostic)
		return;
	cpe->fleet->edges->desist(cpe);
	free(steal_ptr(&cpe->diagnostic));
}

void cpe_diag_boot(struct cpe *cpe)
{
	diag_forget(&cpe->values);
	cpe->may_want_diagnosis = false;
}
