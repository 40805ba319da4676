/* What all kinds of probes share: names, time, and the end. */
#include "agents/cpe/probe/probe_internal.h"

#include "agents/cpe/dhcp/lease_lookup.h"
#include "lib/base/text.h"

#include <stdlib.h>

/* ---- the end ------------------------------------------------------------------------ */

void probe_release(struct probe *probe)
{
	if (--probe->n_open > 0)
		return;
	diag_results_free(&probe->results);
	free(probe->host);
	free(probe->server);
	free(probe);
}

static void on_closed(uv_handle_t *handle)
{
	probe_release(handle->data);
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct probe *probe = handle->data;

	(void)close(probe->fd);
	probe_release(probe);
}

static void let_go(struct probe *probe)
{
	probe->has_ended = true;
	if (probe->slot)
		*probe->slot = NULL;
	probe->slot = NULL;
	if (probe->resolver)
		resolver_cancel(steal_ptr(&probe->resolver));
	if (probe->has_begun && probe->runner->let_go)
		probe->runner->let_go(probe);
	if (probe->fd >= 0)
		uv_close((uv_handle_t *)&probe->poll, on_poll_closed);
	uv_close((uv_handle_t *)&probe->soon, on_closed);
}

void probe_cancel(struct probe *probe)
{
	if (!probe->has_ended)
		let_go(probe);
}

/* What it holds stays until the loop's next round. */
void probe_end(struct probe *probe)
{
	if (probe->has_ended)
		return;
	probe->results.from = probe->config.place->address;
	let_go(probe);
	probe->handlers->ended(probe->user, &probe->results);
}

void probe_fail(struct probe *probe, enum diag_outcome outcome)
{
	probe->results.outcome = outcome;
	probe_end(probe);
}

/* ---- names -------------------------------------------------------------------------- */

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct probe *probe = user;

	probe->resolver = NULL;
	probe->found(probe, answer->len > 0 ? answer->addresses[0] : 0);
}

void probe_look_up(struct probe *probe, const char *name,
    void (*found)(struct probe *probe, uint32_t address))
{
	uint32_t address;

	probe->found = found;
	if (ipv4_parse(str_of(name), &address) == 0)
		found(probe, address);
	else if (strlen(name) >= DIAG_TEXT_MAX ||
		 lease_lookup(&probe->resolver, probe->config.loop, probe->config.place,
		     probe->config.lease, str_of(name), PLACE_V4, on_resolved, probe,
		     NULL) < 0)
		found(probe, 0);
}

/* ---- time --------------------------------------------------------------------------- */

void probe_waits(struct probe *probe)
{
	if (!probe->has_ended)
		probe->handlers->waits(probe->user);
}

clock_ns probe_due(const struct probe *probe)
{
	return probe->has_begun && !probe->has_ended ? probe->runner->due(probe)
						     : INT64_MAX;
}

void probe_timeout(struct probe *probe, clock_ns now)
{
	if (probe->has_begun && !probe->has_ended)
		probe->runner->tick(probe, now);
}
