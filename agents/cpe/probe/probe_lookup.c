/* NSLookup: one question after the other to the DNS server of the order, or to the first that
 * the lease names. */
#include "agents/cpe/probe/probe_internal.h"

static void ask(struct probe *probe, clock_ns now);

static void on_answer(void *user, const struct resolver_answer *answer)
{
	static const enum lookup_news news[] = {
		[RESOLVER_FOUND] = LOOKUP_FOUND,
		[RESOLVER_UNKNOWN] = LOOKUP_UNKNOWN,
		[RESOLVER_SILENT] = LOOKUP_SILENT,
		[RESOLVER_DEAF] = LOOKUP_DEAF,
		[RESOLVER_FAILED] = LOOKUP_FAILED,
	};
	struct probe *probe = user;
	const struct lookup_answer told = {
		.news = news[answer->end],
		.is_authoritative = answer->is_authoritative,
		.name = str_of(answer->name),
		.addresses = answer->addresses,
		.n_addresses = answer->len,
	};

	probe->resolver = NULL;
	lookup_told(&probe->as.lookup, &told, clock_monotonic());
	ask(probe, clock_monotonic());
	probe_waits(probe);
}

static bool send_one(struct probe *probe)
{
	const struct dhcp_lease *lease = probe->config.lease;
	char domain[256] = "";
	struct resolver_query query = {
		.name = probe->host,
		.netns = probe->config.place->netns,
		.from = probe->config.place->address,
		.servers = &probe->as.lookup.server,
		.n_servers = probe->as.lookup.server ? 1 : 0,
		.domain = domain,
		.is_precise = true,
	};

	/* "The current domain name must be used" of a name without dots (TR-181). */
	if (lease)
		(void)snprintf(domain, sizeof(domain), "%.*s", STR_ARG(lease->domain));
	return resolver_ask(&probe->resolver, probe->config.loop, &query, on_answer,
		   probe, NULL) == 0;
}

static void ask(struct probe *probe, clock_ns now)
{
	static const struct lookup_answer failed = { .news = LOOKUP_FAILED };

	while (lookup_asks(&probe->as.lookup, now)) {
		if (send_one(probe))
			return;
		lookup_told(&probe->as.lookup, &failed, now);
	}
	lookup_results(&probe->as.lookup, &probe->results);
	probe_end(probe);
}

static void tick(struct probe *probe, clock_ns now)
{
	static const struct lookup_answer silent = { .news = LOOKUP_SILENT };

	if (!probe->is_asking || !probe->resolver ||
	    now < lookup_due(&probe->as.lookup))
		return;
	resolver_cancel(steal_ptr(&probe->resolver));
	lookup_told(&probe->as.lookup, &silent, now);
	ask(probe, now);
}

static clock_ns due(const struct probe *probe)
{
	return probe->is_asking && probe->resolver ? lookup_due(&probe->as.lookup)
						   : INT64_MAX;
}

static void on_server(struct probe *probe, uint32_t address)
{
	if (address == 0 && probe->server[0]) {
		probe_fail(probe, DIAG_NO_SERVER);
		return;
	}
	if (lookup_init(&probe->as.lookup, &probe->config.args, address) < 0) {
		probe_fail(probe, DIAG_INTERNAL);
		return;
	}
	probe->is_asking = true;
	ask(probe, clock_monotonic());
	probe_waits(probe);
}

static void begin(struct probe *probe, uint32_t address)
{
	const struct dhcp_lease *lease = probe->config.lease;

	(void)address;
	if (probe->server[0])
		probe_look_up(probe, probe->server, on_server);
	else
		on_server(probe, lease && lease->n_dns > 0 ? lease->dns[0] : 0);
}

static void let_go(struct probe *probe)
{
	lookup_free(&probe->as.lookup);
}

const struct probe_runner probe_lookup = {
	.begin = begin,
	.tick = tick,
	.due = due,
	.let_go = let_go,
};
