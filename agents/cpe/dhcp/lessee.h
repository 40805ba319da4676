/* A DHCP client at work for one CPE: the client, its sockets on a loop, and the leased
 * address on the interface of the CPE's place, where place->address names it. It has no
 * timer: the owner calls lessee_timer() at lessee_due(). What happens is told by callback. */
#pragma once

#include "agents/cpe/dhcp/dhcp_client.h"
#include "agents/cpe/place/cpe_place.h"

#include <uv.h>

struct lessee;

struct lessee_handlers {
	/* The address of lessee_lease() stands on the interface. is_renewal: it stood there
	 * before, and something else of the lease is new. */
	void (*leased)(void *user, bool is_renewal);
	/* The address is ours no more; it is taken off the interface after this call. */
	void (*lost)(void *user, uint32_t address, const char *why);
	/* For the log: a server refused an address ("nak"), it cannot be used
	 * ("declined"), or an offer of one that cannot was not taken ("offer-ignored"). */
	void (
	    *refused)(void *user, const char *what, uint32_t address, const char *why);
	/* The machine refused a frame or an address; for the log. A frame is sent
	 * again, as if the network had lost it. An address is tried again after 1 s, 2 s
	 * and so on up to 64 s, and leased() is called once it stands there. */
	void (*failed)(void *user, const char *why);
	/* The last act of each step: lessee_due() may be another time than before. */
	void (*stepped)(void *user);
};

/* The strings of config, place and rng are borrowed for the lessee's life; place has an
 * interface, which is raised. mac: the client's; null: that of the interface. -errno with
 * words. The caller ends *ret with lessee_close(). */
int lessee_new(struct lessee **ret, uv_loop_t *loop, struct cpe_place *place,
    const uint8_t *mac, const struct dhcp_client_config *config, struct rng *rng,
    const struct lessee_handlers *handlers, void *user, struct error *err);

/* Asks for a lease, and keeps it once it is there. No-op unless it is stopped. */
void lessee_start(struct lessee *lessee);

/* Gives the lease back, and where its address is in use lost() is called from inside.
 * It may be started again. */
void lessee_stop(struct lessee *lessee);

/* When lessee_timer() wants to be called; INT64_MAX: never. */
clock_ns lessee_due(const struct lessee *lessee);
void lessee_timer(struct lessee *lessee);

/* The lease, with address 0 while there is none; the same object for the lessee's life. */
const struct dhcp_lease *lessee_lease(const struct lessee *lessee);

/* The MAC that it asks with. */
const uint8_t *lessee_mac(const struct lessee *lessee);

/* Gives the lease back and frees. No handler is called any more, but lost() where the place
 * is in the process's own namespace: in another one the address goes with the namespace,
 * and stays where it is. done (may be null) is called with user when the loop has let go
 * of it, perhaps from inside this call. */
void lessee_close(struct lessee *lessee, void (*done)(void *user));
