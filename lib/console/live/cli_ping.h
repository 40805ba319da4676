/* "ping" as the vendor shows it: what was typed, what came of it so far, and the lines of that. It
 * sends nothing (agents/cpe/console/console_ping.h does).
 *
 * Source: "ping" of the vendor's references on network management: 5 requests of 56 bytes, each
 * waited for 2 seconds, the next one 200 ms behind the end of the one before. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CLI_HOST_MAX = 253, /* characters of a name */
	CLI_PING_COUNT = 5,
	CLI_PING_SIZE = 56,
	CLI_PING_TIMEOUT_MS = 2000,
	CLI_PING_INTERVAL_MS = 200,
	CLI_PING_TTL = 255
};

struct cli_ping {
	char host[CLI_HOST_MAX + 1];
	uint32_t from; /* host order; 0: whichever the device picks */
	uint64_t n;
	unsigned size, timeout_ms, interval_ms, ttl, tos;
	bool is_whole;   /* no router may cut it */
	bool is_quiet;   /* no answer has a line of its own */
	bool is_numeric; /* the host is an address, and no name is asked for */
	bool is_older;   /* laid out as devices of the older version do */
	/* What came of it. */
	uint32_t address; /* of the host; 0: not known yet */
	uint64_t n_sent, n_ok;
	clock_ns least, most, total;
	double squares; /* of milliseconds */
};

/* As it is where no option is typed. */
void cli_ping_init(struct cli_ping *ping);

/* The sequence number of the first request. */
uint16_t cli_ping_first(const struct cli_ping *ping);

/* The address is known: it begins. */
void cli_ping_found(struct cli_ping *ping, uint32_t address, struct buf *out);

void cli_ping_sent(struct cli_ping *ping);

/* The answer to the request of that number, which took so long. */
void cli_ping_answered(struct cli_ping *ping, uint16_t sequence, unsigned ttl,
    clock_ns time, struct buf *out);

/* Nobody has answered in time. */
void cli_ping_late(struct cli_ping *ping, struct buf *out);

/* The statistics; nothing where no address was found. */
void cli_ping_end(const struct cli_ping *ping, struct buf *out);
