/* An IPv6 host that configures itself, at work for one CPE: it asks routers, watches what its
 * kernel makes of their answers (SLAAC and the default route are the kernel's), runs a DHCPv6
 * client where they say so, and keeps the leased address on the interface of the CPE's place,
 * where place->address6 and place->net6 tell of it. It has no timer: the owner calls
 * lessee6_timer() at lessee6_due(). What happens is told by callback. */
#pragma once

#include "agents/cpe/dhcp6/net6.h"

#include <uv.h>

struct lessee6;

struct lessee6_view { /* borrowed from the lessee */
	enum net6_origin origin;
	uint8_t prefix;                  /* bits of the address's */
	const uint8_t *from;             /* the server, or the router; 16 bytes */
	const struct dhcp6_lease *lease; /* server_len 0: nothing is of DHCPv6 */
};

struct lessee6_handlers {
	/* place->address6 stands on the interface, and what else is to be had is there.
	 * is_renewal: it was so before, and something of it is new. */
	void (*leased)(void *user, bool is_renewal);
	/* The address is ours no more. */
	void (*lost)(void *user, const uint8_t *address, const char *why);
	/* For the log: a server refused ("nak"), the address cannot be used ("declined"), or
	 * an offer was not taken ("offer-ignored"). */
	void (*refused)(void *user, const char *what, const uint8_t *address,
	    const char *why);
	/* The machine refused something; for the log. It is tried again. */
	void (*failed)(void *user, const char *why);
	/* lessee6_wait() is over. */
	void (*waited)(void *user);
	/* The last act of each step: lessee6_due() may be another time than before. */
	void (*stepped)(void *user);
};

/* config's strings, place, which has an interface in a namespace of its own, and rng are
 * borrowed for the lessee's life. -errno with words. The caller ends *ret with
 * lessee6_close(). */
int lessee6_new(struct lessee6 **ret, uv_loop_t *loop, struct cpe_place *place,
    const struct dhcp6_client_config *config, struct rng *rng,
    const struct lessee6_handlers *handlers, void *user, struct error *err);

/* Begins to configure itself. No-op unless it is stopped. */
void lessee6_start(struct lessee6 *lessee);

/* Gives the lease back, and where the address is in use lost() is called from inside. What the
 * kernel has of its own stays. It may be started again. */
void lessee6_stop(struct lessee6 *lessee);

/* Asks the server anew, as if T1 had passed. */
void lessee6_renew(struct lessee6 *lessee);

/* Calls waited() then, once; INT64_MAX: never. */
void lessee6_wait(struct lessee6 *lessee, clock_ns until);

clock_ns lessee6_due(const struct lessee6 *lessee);
void lessee6_timer(struct lessee6 *lessee);

struct lessee6_view lessee6_view(const struct lessee6 *lessee);

/* As lessee_close(): no handler is called any more. */
void lessee6_close(struct lessee6 *lessee, void (*done)(void *user));
