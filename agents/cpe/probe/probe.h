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
};

struct probe_handlers {
	/* probe_due() is another time than before. */
	void (*waits)(void *user);
	/* It is over; the results are borrowed during the call. */
	void (*ended)(void *user, const struct diag_results *results);
};

/* *ret is set before any handler is called, and null again before ended(), which never comes
 * from inside this call. -ENOMEM, and then no handler is called. */
int probe_start(struct probe **ret, const struct probe_config *config,
    const struct probe_handlers *handlers, void *user);

/* Gives it up: no handler is called any more, and the loop frees it. */
void probe_cancel(struct probe *probe);

clock_ns probe_due(const struct probe *probe);
/* No-op when nothing is due. */
void probe_timeout(struct probe *probe, clock_ns now);
