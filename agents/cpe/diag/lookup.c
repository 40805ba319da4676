#include "agents/cpe/diag/lookup.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>

int lookup_init(struct lookup *lookup, const struct diag_args *args, uint32_t server)
{
	uint64_t ms = args->timeout_ms ? args->timeout_ms : LOOKUP_TIMEOUT_MS;

	*lookup = (struct lookup){
		.n = MAX(args->n, 1),
		.timeout = (clock_ns)ms * NS_PER_MS,
		.server = server,
	};
	lookup->answers = calloc(lookup->n, sizeof(*lookup->answers));
	return lookup->answers ? 0 : -ENOMEM;
}

void lookup_free(struct lookup *lookup)
{
	free(steal_ptr(&lookup->answers));
}

bool lookup_asks(struct lookup *lookup, clock_ns now)
{
	lookup->sent_at = now;
	return lookup->n_done < lookup->n;
}

clock_ns lookup_due(const struct lookup *lookup)
{
	return lookup->sent_at + lookup->timeout;
}

void lookup_told(struct lookup *lookup, const struct lookup_answer *answer,
    clock_ns now)
{
	static const char *const states[] = {
		[LOOKUP_FOUND] = "Success",
		[LOOKUP_UNKNOWN] = "Error_HostNameNotResolved",
		[LOOKUP_SILENT] = "Error_Timeout",
		[LOOKUP_DEAF] = "Error_DNSServerNotAvailable",
		[LOOKUP_FAILED] = "Error_Other",
	};
	struct diag_answer *row = &lookup->answers[lookup->n_done++];
	bool is_answer = answer->news == LOOKUP_FOUND || answer->news == LOOKUP_UNKNOWN;

	(void)snprintf(row->status, sizeof(row->status), "%s", states[answer->news]);
	(void)snprintf(row->type, sizeof(row->type), "%s",
	    answer->news != LOOKUP_FOUND ? "None"
	    : answer->is_authoritative   ? "Authoritative"
					 : "NonAuthoritative");
	(void)snprintf(row->name, sizeof(row->name), "%.*s", STR_ARG(answer->name));
	row->server = lookup->server;
	row->time = is_answer ? MAX(now - lookup->sent_at, 1) : 0;
	row->n_addresses = (uint32_t)MIN(answer->n_addresses, DIAG_ADDRESSES_MAX);
	for (uint32_t i = 0; i < row->n_addresses; i++)
		row->addresses[i] = answer->addresses[i];
	lookup->n_ok += answer->news == LOOKUP_FOUND;
}

/* One that fails is told in its row alone; when all of them do, the diagnostic has failed
 * (TR-181). */
void lookup_results(struct lookup *lookup, struct diag_results *ret)
{
	ret->outcome = lookup->n_ok > 0 ? DIAG_COMPLETE : DIAG_OTHER;
	ret->n_ok = lookup->n_ok;
	ret->n_failed = lookup->n_done - lookup->n_ok;
	ret->n_answers = lookup->n_done;
	ret->answers = steal_ptr(&lookup->answers);
}
