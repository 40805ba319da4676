#include "agents/cpe/diag/trace.h"

void trace_init(struct trace *trace, const struct diag_args *args)
{
	*trace = (struct trace){
		.n_tries = args->n,
		.n_hops_max = args->hops,
		.timeout = (clock_ns)args->timeout_ms * NS_PER_MS,
		.ttl = 1,
	};
}

static struct diag_hop *present(struct trace *trace)
{
	return &trace->hops[trace->ttl - 1];
}

/* One is answered, or given up. */
static void close_try(struct trace *trace)
{
	trace->is_awaited = false;
	trace->n_hops = trace->ttl;
	present(trace)->n_tries = ++trace->try;
}

static bool is_over(struct trace *trace)
{
	if (trace->try < trace->n_tries)
		return false;
	if (trace->is_there || trace->is_blocked || trace->ttl == trace->n_hops_max)
		return true;
	trace->ttl++;
	trace->try = 0;
	return false;
}

enum trace_step trace_tick(struct trace *trace, clock_ns now)
{
	if (trace->is_awaited && now >= trace->due)
		close_try(trace);
	if (trace->is_awaited)
		return TRACE_WAIT;
	if (is_over(trace))
		return TRACE_OVER;
	trace->n_sent++;
	trace->is_awaited = true;
	trace->sent_at = now;
	trace->due = now + trace->timeout;
	return TRACE_SEND;
}

uint16_t trace_port(const struct trace *trace)
{
	return (uint16_t)(TRACE_PORT + trace->n_sent - 1);
}

void trace_told(struct trace *trace, uint16_t port, enum trace_news news, uint32_t from,
    uint8_t code, clock_ns now)
{
	struct diag_hop *hop = present(trace);

	if (!trace->is_awaited || port != trace_port(trace) || now >= trace->due)
		return;
	/* What the CPE itself says is no hop. */
	if (from) {
		hop->address = from;
		hop->code = code;
		/* 0 would be no answer. */
		hop->times[trace->try] =
		    now > trace->sent_at ? now - trace->sent_at : 1;
	}
	trace->is_there |= news == TRACE_ARRIVED;
	trace->is_blocked |= news == TRACE_BLOCKED;
	close_try(trace);
}

/* Of the host, over its answers; 0 where no route could be determined (TR-098). */
static clock_ns response_time(const struct diag_hop *hop)
{
	clock_ns total = 0;
	int n = 0;

	for (uint32_t i = 0; i < hop->n_tries; i++) {
		total += hop->times[i];
		n += hop->times[i] > 0;
	}
	return n > 0 ? total / n : 0;
}

void trace_results(const struct trace *trace, struct diag_results *ret)
{
	ret->outcome = trace->is_there     ? DIAG_COMPLETE
		       : trace->is_blocked ? DIAG_NO_ROUTE
					   : DIAG_TOO_FAR;
	ret->n_hops = trace->n_hops;
	memcpy(ret->hops, trace->hops, sizeof(ret->hops));
	if (trace->is_there)
		ret->mean = response_time(&trace->hops[trace->n_hops - 1]);
}
