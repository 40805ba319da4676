/* "ping" of a console: a probe from where the CPE lives, whose news its session shows. */
#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/probe/probe.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct console_ping {
	struct cli_live *live; /* borrowed: it stops this before it goes */
	struct probe *probe;   /* null: it has ended */
	uv_timer_t timer;
};

/* ---- end of life --------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *timer)
{
	free(timer->data);
}

static void let_go(struct console_ping *ping)
{
	if (ping->probe)
		probe_cancel(steal_ptr(&ping->probe));
	uv_close((uv_handle_t *)&ping->timer, on_closed);
}

static void stop(void *work)
{
	let_go(work);
}

/* ---- time ---------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

static void arm(struct console_ping *ping)
{
	clock_ns due = ping->probe ? probe_due(ping->probe) : INT64_MAX;
	clock_ns rest = due == INT64_MAX ? 0 : MAX(due - clock_monotonic(), 0);

	if (due == INT64_MAX)
		(void)uv_timer_stop(&ping->timer);
	else
		(void)uv_timer_start(&ping->timer, on_timer,
		    (uint64_t)((rest + NS_PER_MS - 1) / NS_PER_MS), 0);
}

/* Who is told may end it: its memory goes with the timer, in the loop's next round. */
static void on_timer(uv_timer_t *timer)
{
	struct console_ping *ping = timer->data;

	if (!ping->probe)
		return;
	probe_timeout(ping->probe, clock_monotonic());
	if (!uv_is_closing((uv_handle_t *)timer))
		arm(ping);
}

static void on_waits(void *user)
{
	arm(user);
}

/* ---- news ---------------------------------------------------------------------------------- */

static void on_echo(void *user, const struct probe_echo *echo)
{
	const struct console_ping *ping = user;

	switch (echo->news) {
	case PROBE_PING_BEGINS:
		cli_live_found(ping->live, echo->address);
		return;
	case PROBE_PING_SENT:
		cli_live_sent(ping->live);
		return;
	case PROBE_PING_ANSWERED:
		cli_live_answered(ping->live, echo->sequence, echo->ttl, echo->time);
		return;
	case PROBE_PING_LATE:
		cli_live_late(ping->live);
		return;
	}
}

static void on_ended(void *user, const struct diag_results *results)
{
	struct console_ping *ping = user;
	struct cli_live *live = ping->live;
	char why[CLI_HOST_MAX + 32];

	ping->probe = NULL;
	let_go(ping);
	if (results->outcome == DIAG_NO_NAME) {
		(void)snprintf(why, sizeof(why), "Unknown host %s.", live->ping.host);
		cli_live_ended(live, why);
	} else if (results->outcome == DIAG_INTERNAL) {
		cli_live_ended(live, "The device cannot send echo requests.");
	} else {
		cli_live_ended(live, NULL);
	}
}

static const struct probe_handlers handlers = {
	.waits = on_waits,
	.echo = on_echo,
	.ended = on_ended,
};

/* ---- beginning ----------------------------------------------------------------------------- */

static int check(const struct cpe *cpe, const struct cli_ping *ping, struct error *err)
{
	uint32_t address;
	auto_fd fd = -1;

	if (cpe->state == CPE_OFF)
		return error_set(err, ERR_USAGE, "The device is off.");
	if (ping->is_numeric && ipv4_parse(str_of(ping->host), &address) < 0)
		return error_set(err, ERR_USAGE, "Unknown host %s.", ping->host);
	if (!ping->from)
		return 0;
	fd = cpe_place_socket_of(cpe->place, SOCK_DGRAM, 0, ping->from, NULL);
	return fd < 0 ? error_set(err, ERR_USAGE,
			    "The source address is none of this device.")
		      : 0;
}

static int start(struct console_ping *ping, const struct cpe *cpe)
{
	const struct cli_ping *typed = &ping->live->ping;
	const struct probe_ping_wish wish = {
		.from = typed->from,
		.ttl = (uint8_t)typed->ttl,
		.tos = (uint8_t)typed->tos,
		.is_whole = typed->is_whole,
		.interval = (clock_ns)typed->interval_ms * NS_PER_MS,
		.first = cli_ping_first(typed),
	};
	const struct probe_config config = {
		.loop = cpe->fleet->loop,
		.place = cpe->place,
		.lease = cpe->lease,
		.kind = DIAG_PING,
		.args = { .host = str_of(typed->host),
		    .n = typed->n,
		    .timeout_ms = typed->timeout_ms,
		    .size = typed->size },
		.wish = &wish,
	};

	return probe_start(&ping->probe, &config, &handlers, ping);
}

int console_ping(void *user, struct cli_live *live, struct error *err)
{
	const struct console *console = user;
	const struct cpe *cpe = console->cpe;
	struct console_ping *ping;
	int r = check(cpe, &live->ping, err);

	if (r < 0)
		return r;
	ping = calloc(1, sizeof(*ping));
	if (!ping)
		return error_set(err, -ENOMEM, "Not enough memory.");
	ping->live = live;
	(void)uv_timer_init(cpe->fleet->loop, &ping->timer);
	ping->timer.data = ping;
	if (start(ping, cpe) < 0) {
		let_go(ping);
		return error_set(err, -ENOMEM, "Not enough memory.");
	}
	live->work = ping;
	live->stop = stop;
	return 0;
}
