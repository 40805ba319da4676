/* Deployment units: what a ChangeDUState has ordered is done one operation after the other, each
 * written down with its result before the next one, so that a killed process does none of them
 * twice. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/units/unit.h"

static clock_ns wall(const struct cpe *cpe)
{
	return cpe->fleet->edges->wall();
}

/* Its result is known. */
static void note_over(struct cpe *cpe, const struct job_operation *operation)
{
	cpe_report_unit(cpe, operation);
	(void)cpe_commit(cpe);
}

/* Whether it goes on by itself, when its file has come. */
static bool begin(struct cpe *cpe, struct job *job, uint32_t at)
{
	if (unit_begin(&cpe->values, job, at, wall(cpe)) == UNIT_OVER) {
		note_over(cpe, &job->operations[at]);
		return false;
	}
	(void)cpe_commit(cpe);
	if (cpe->fleet->edges->transfer(cpe, job) == 0)
		return true;
	unit_give_up(&cpe->values, &job->operations[at], "no memory for a transfer",
	    wall(cpe));
	note_over(cpe, &job->operations[at]);
	return false;
}

bool cpe_units_run(struct cpe *cpe, struct job *job)
{
	struct job_operation *operation;

	while ((operation = job_next_operation(job))) {
		if (begin(cpe, job, (uint32_t)(operation - job->operations)))
			return false;
	}
	job_finish(job, wall(cpe), 0, STR_NULL);
	return true;
}

bool cpe_units_fetched(struct cpe *cpe, struct job *job, const struct cpe_file *file)
{
	const struct unit_file brought = { file->fault, file->why, file->package };
	struct job_operation *operation = job_next_operation(job);

	if (operation) {
		unit_end(&cpe->values, operation, &brought,
		    cpe->fleet->model->conduct.transfers.takes_older, wall(cpe));
		note_over(cpe, operation);
	}
	return cpe_units_run(cpe, job);
}
