#include "agents/cpe/diag/ping.h"

#include "lib/base/compiler.h"

void ping_init(struct ping *ping, const struct diag_args *args)
{
	*ping = (struct ping){
		.n = args->n,
		.timeout = (clock_ns)args->timeout_ms * NS_PER_MS,
		.interval = PING_INTERVAL_MS * NS_PER_MS,
		.first = 1,
	};
}

static void fail(struct ping *ping)
{
	ping->n_failed++;
	ping->is_awaited = false;
}

enum ping_step ping_tick(struct ping *ping, clock_ns now)
{
	if (ping->is_awaited && now >= ping->sent_at + ping->timeout) {
		ping->ended_at = now;
		fail(ping);
	}
	if (ping->is_awaited) {
		ping->due = ping->sent_at + ping->timeout;
		return PING_WAIT;
	}
	if (ping->n_sent == ping->n)
		return PING_OVER;
	ping->due = (ping->is_rested ? ping->ended_at : ping->sent_at) + ping->interval;
	if (ping->n_sent > 0 && now < ping->due)
		return PING_WAIT;
	ping->n_sent++;
	ping->is_awaited = true;
	ping->sent_at = now;
	ping->due = now + ping->timeout;
	return PING_SEND;
}

uint16_t ping_sequence(const struct ping *ping)
{
	return (uint16_t)(ping->first + ping->n_sent - 1);
}

static bool is_present(const struct ping *ping, uint16_t sequence)
{
	return ping->is_awaited && sequence == ping_sequence(ping);
}

bool ping_answered(struct ping *ping, uint16_t sequence, clock_ns now)
{
	clock_ns time = now - ping->sent_at;

	if (!is_present(ping, sequence) || time >= ping->timeout)
		return false;
	ping->is_awaited = false;
	ping->ended_at = now;
	ping->least = ping->n_ok == 0 ? time : MIN(ping->least, time);
	ping->most = MAX(ping->most, time);
	ping->total += time;
	ping->n_ok++;
	return true;
}

void ping_refused(struct ping *ping, uint16_t sequence, bool is_no_route)
{
	if (!is_present(ping, sequence))
		return;
	ping->n_unreachable += is_no_route;
	fail(ping);
}

void ping_results(const struct ping *ping, struct diag_results *ret)
{
	ret->outcome = ping->n_unreachable == ping->n ? DIAG_NO_ROUTE : DIAG_COMPLETE;
	ret->n_ok = ping->n_ok;
	ret->n_failed = ping->n_failed;
	ret->least = ping->least;
	ret->most = ping->most;
	ret->mean = ping->n_ok > 0 ? ping->total / (clock_ns)ping->n_ok : 0;
}
