#include "agents/cpe/device/cpe_diagnose.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/probe/probe.h"
#include "lib/base/cleanup.h"

static void on_waits(void *user)
{
	struct cpe *cpe = user;

	cpe->fleet->edges->arm(cpe);
}

static void on_ended(void *user, const struct diag_results *results)
{
	struct cpe *cpe = user;

	cpe_diag_ended(cpe, results);
	cpe_consider(cpe);
}

static const struct probe_handlers handlers = {
	.waits = on_waits,
	.ended = on_ended,
};

int cpe_diagnose_start(struct cpe *cpe, enum diag_kind kind,
    const struct diag_args *args)
{
	const struct probe_config config = {
		.loop = cpe->fleet->loop,
		.place = cpe->place,
		.tls = cpe->fleet->tls,
		.lease = cpe->lease,
		.wait_timeout = cpe->fleet->config->wait_timeout,
		.kind = kind,
		.args = *args,
	};

	return probe_start(&cpe->probe, &config, &handlers, cpe);
}

void cpe_diagnose_cancel(struct cpe *cpe)
{
	if (cpe->probe)
		probe_cancel(steal_ptr(&cpe->probe));
}

clock_ns cpe_diagnose_due(const struct cpe *cpe)
{
	return cpe->probe ? probe_due(cpe->probe) : INT64_MAX;
}

void cpe_diagnose_timeout(struct cpe *cpe, clock_ns now)
{
	if (cpe->probe && now >= probe_due(cpe->probe))
		probe_timeout(cpe->probe, now);
}
