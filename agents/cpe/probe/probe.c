#include "agents/cpe/probe/probe_internal.h"

#include <errno.h>
#include <stdlib.h>

static const struct probe_runner *const runners[DIAG_KINDS] = {
	[DIAG_PING] = &probe_ping,
	[DIAG_TRACE] = &probe_trace,
	[DIAG_DOWNLOAD] = &probe_download,
	[DIAG_UPLOAD] = &probe_upload,
	[DIAG_LOOKUP] = &probe_lookup,
};

static void begin(struct probe *probe, uint32_t address)
{
	if (probe->runner->needs_host && address == 0) {
		probe_fail(probe, DIAG_NO_NAME);
		return;
	}
	probe->address = address;
	probe->has_begun = true;
	probe->runner->begin(probe, address);
	probe_waits(probe);
}

static void on_soon(uv_timer_t *timer)
{
	struct probe *probe = timer->data;

	if (probe->runner->needs_host)
		probe_look_up(probe, probe->host, begin);
	else
		begin(probe, 0);
}

int probe_start(struct probe **ret, const struct probe_config *config,
    const struct probe_handlers *handlers, void *user)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	if (!probe)
		return -ENOMEM;
	probe->config = *config;
	if (config->wish) {
		probe->wish = *config->wish;
		probe->config.wish = &probe->wish;
	}
	probe->host = str_dup(config->args.host);
	probe->server = str_dup(config->args.server);
	if (!probe->host || !probe->server) {
		free(probe->host);
		free(probe->server);
		free(probe);
		return -ENOMEM;
	}
	probe->config.args.host = str_of(probe->host);
	probe->config.args.server = str_of(probe->server);
	probe->runner = runners[config->kind];
	probe->handlers = handlers;
	probe->user = user;
	probe->fd = -1;
	probe->slot = ret;
	(void)uv_timer_init(config->loop, &probe->soon);
	probe->soon.data = probe;
	probe->n_open = 1;
	(void)uv_timer_start(&probe->soon, on_soon, 0, 0);
	*ret = probe;
	return 0;
}
