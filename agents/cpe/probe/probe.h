/* A diagnostic on the wire: the name of its host, sockets in the CPE's namespace, and what comes
 * back. What to send when is decided in agents/cpe/diag; this gives it sockets and the clock.
 *
 * It has no timer: the owner calls probe_timeout() at probe_due(). */
#pragma once

#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/diag/diag.h"
#include "agents/cpe/place/cpe_place.h"

#include <uv.h>

struct probe;
struct tls_ctx;

struct probe_config { /* texts are copied, what else it points to is borrowed */
	uv_loop_t *loop;
	const struct cpe_place *place;
	struct tls_ctx *tls;
	const struct dhcp_lease *lease; /* null: names are the machine's */
	clock_ns wait_timeout;          /* of a file server that is silent */
	enum diag_kind kind;            /* not DIAG_UNKNOWN */
	struct diag_args args;
	/* Of DIAG_PING: of who watches each request, and has more to say of it than an ACS. */
	const struct probe_ping_wish *wish; /* copied; null: an ACS's */
};

struct probe_ping_wish {
	uint32_t from; /* host order; 0: the address of the place */
	uint8_t ttl, tos;
	bool is_whole;     /* no router may cut it */
	clock_ns interval; /* from the end of one to the next */
	uint16_t first;    /* the sequence number that they begin with */
};

enum probe_echo_news {
	PROBE_PING_BEGINS, /* the address is known */
	PROBE_PING_SENT,
	PROBE_PING_ANSWERED,
	PROBE_PING_LATE
};

struct probe_echo {
	enum probe_echo_news news;
	uint32_t address;  /* of the host */
	uint16_t sequence; /* the rest is of an answer */
	uint8_t ttl;
	clock_ns time;
};

struct probe_handlers {
	/* probe_due() is another time than before. */
	void (*waits)(void *user);
	/* News of a ping with a wish. Null: nobody wants them. */
	void (*echo)(void *user, const struct probe_echo *echo);
	/* It is over; the results are borrowed during the call. */
	void (*ended)(void *user, const struct diag_results *results);
};

/* *ret is set before any handler is called, and null again before ended(), which never comes
 * from inside this call. -ENOMEM, and then no handler is called. */
int probe_start(struct probe **ret, const struct probe_config *config,
    const struct probe_handlers *handlers, void *user);

/* Gives it up: no handler is called any more, and the loop frees it. */
void probe_cancel(struct probe *probe);

/* When probe_timeout() is to be called; INT64_MAX: never. */
clock_ns probe_due(const struct probe *probe);
/* No-op when nothing is due. */
void probe_timeout(struct probe *probe, clock_ns now);
