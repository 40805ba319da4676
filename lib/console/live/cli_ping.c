#include "lib/console/live/cli_ping.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <math.h>

void cli_ping_init(struct cli_ping *ping)
{
	*ping = (struct cli_ping){
		.n = CLI_PING_COUNT,
		.size = CLI_PING_SIZE,
		.timeout_ms = CLI_PING_TIMEOUT_MS,
		.interval_ms = CLI_PING_INTERVAL_MS,
		.ttl = CLI_PING_TTL,
	};
}

uint16_t cli_ping_first(const struct cli_ping *ping)
{
	return ping->is_older ? 1 : 0;
}

void cli_ping_found(struct cli_ping *ping, uint32_t address, struct buf *out)
{
	char text[IPV4_TEXT_MAX], from[IPV4_TEXT_MAX];

	ping->address = address;
	(void)ipv4_text(address, text);
	if (ping->is_older) {
		buf_printf(out, "  PING %s: %u  data bytes, press CTRL_C to break\n",
		    text, ping->size);
		return;
	}
	buf_printf(out, "Ping %s (%s)", ping->host, text);
	if (ping->from)
		buf_printf(out, " from %s", ipv4_text(ping->from, from));
	buf_printf(out, ": %u data bytes, press CTRL_C to break\n", ping->size);
}

void cli_ping_sent(struct cli_ping *ping)
{
	ping->n_sent++;
}

static double ms_of(clock_ns time)
{
	return (double)time / (double)NS_PER_MS;
}

/* Whole milliseconds, as the older devices have them: what is under way takes one. */
static int64_t whole_ms(clock_ns time)
{
	return MAX((time + NS_PER_MS / 2) / NS_PER_MS, 1);
}

void cli_ping_answered(struct cli_ping *ping, uint16_t sequence, unsigned ttl,
    clock_ns time, struct buf *out)
{
	char text[IPV4_TEXT_MAX];

	ping->least = ping->n_ok == 0 ? time : MIN(ping->least, time);
	ping->most = MAX(ping->most, time);
	ping->total += time;
	ping->squares += ms_of(time) * ms_of(time);
	ping->n_ok++;
	if (ping->is_quiet)
		return;
	(void)ipv4_text(ping->address, text);
	if (ping->is_older)
		buf_printf(out,
		    "    Reply from %s: bytes=%u Sequence=%u ttl=%u time=%" PRId64
		    " ms\n",
		    text, ping->size, (unsigned)sequence, ttl, whole_ms(time));
	else
		buf_printf(out, "%u bytes from %s: icmp_seq=%u ttl=%u time=%.3f ms\n",
		    ping->size, text, (unsigned)sequence, ttl, ms_of(time));
}

void cli_ping_late(struct cli_ping *ping, struct buf *out)
{
	if (!ping->is_quiet)
		buf_printf(out, "%sRequest time out\n", ping->is_older ? "    " : "");
}

/* ---- statistics -------------------------------------------------------------------------- */

static double loss_of(const struct cli_ping *ping)
{
	return ping->n_sent > 0
		   ? 100.0 * (double)(ping->n_sent - ping->n_ok) / (double)ping->n_sent
		   : 0.0;
}

static void end_older(const struct cli_ping *ping, const char *address, struct buf *out)
{
	buf_printf(out, "\n  --- %s ping statistics ---\n", address);
	buf_printf(out, "    %" PRIu64 " packet(s) transmitted\n", ping->n_sent);
	buf_printf(out, "    %" PRIu64 " packet(s) received\n", ping->n_ok);
	buf_printf(out, "    %.2f%% packet loss\n", loss_of(ping));
	if (ping->n_ok > 0)
		buf_printf(out,
		    "    round-trip min/avg/max = %" PRId64 "/%" PRId64 "/%" PRId64
		    " ms\n",
		    whole_ms(ping->least), whole_ms(ping->total / (clock_ns)ping->n_ok),
		    whole_ms(ping->most));
	buf_append_char(out, '\n');
}

static double deviation_of(const struct cli_ping *ping)
{
	double n = (double)ping->n_ok, mean = ms_of(ping->total) / n;
	double variance = ping->squares / n - mean * mean;

	return variance > 0 ? sqrt(variance) : 0;
}

void cli_ping_end(const struct cli_ping *ping, struct buf *out)
{
	char address[IPV4_TEXT_MAX];

	if (!ping->address)
		return;
	(void)ipv4_text(ping->address, address);
	if (ping->is_older) {
		end_older(ping, address, out);
		return;
	}
	buf_printf(out, "\n--- Ping statistics for %s ---\n", ping->host);
	buf_printf(out,
	    "%" PRIu64 " packet(s) transmitted, %" PRIu64
	    " packet(s) received, %.1f%% packet loss\n",
	    ping->n_sent, ping->n_ok, loss_of(ping));
	if (ping->n_ok > 0)
		buf_printf(out,
		    "round-trip min/avg/max/std-dev = %.3f/%.3f/%.3f/%.3f ms\n",
		    ms_of(ping->least), ms_of(ping->total) / (double)ping->n_ok,
		    ms_of(ping->most), deviation_of(ping));
}
