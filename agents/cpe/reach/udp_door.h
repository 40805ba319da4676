/* Where a CPE hears UDP connection requests, and what it does for a NAT to let them through: the
 * socket and the timer around stun_client and udp_gate. Only a CPE with STUNEnable has one. */
#pragma once

#include "agents/common/resolve/resolver.h"
#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/reach/stun_client.h"
#include "agents/cpe/reach/udp_gate.h"

#include <uv.h>

enum {
	UDP_DOOR_PORT = 7547, /* where it is taken, one that is free */
	UDP_HOST_MAX = 256,   /* of a STUN server's name, terminated */
	UDP_DATAGRAMS_IN_A_ROW = 16
};

struct udp_settings {              /* borrowed for a moment */
	struct stun_settings stun; /* but for address and port */
	struct str host;           /* of the STUN server: a name or an address */
	uint16_t port;             /* the same */
};

struct udp_handlers { /* called with the user of the door */
	void (*settings)(void *user, struct udp_settings *ret);
	/* ConnectionRequestUsername and -Password; borrowed for a moment. */
	void (*credentials)(void *user, struct str *username, struct str *password);
	/* Which DNS servers to ask for a name: all of the query but the name. */
	void (*dns)(void *user, struct resolver_query *ret);
	/* UDPConnectionRequestAddress or NATDetected is another than before. */
	void (*changed)(void *user);
	/* How many seconds the NAT keeps a binding was found out, or is another time than
	 * before. */
	void (*lifetime)(void *user, int64_t seconds);
	/* A request was let in: a session is to follow. May close the door. */
	void (*called)(void *user, const char *peer);
	void (*refused)(void *user, const char *peer, const char *why);
};

struct udp_door;

/* place, limit, handlers and user are borrowed. -errno or -ENOMEM with words. */
int udp_door_open(struct udp_door **ret, uv_loop_t *loop, const struct cpe_place *place,
    uint32_t address, const struct cr_limit *limit, const struct udp_handlers *handlers,
    void *user, struct error *err);

/* The loop frees it. Null is fine. */
void udp_door_close(struct udp_door *door);

/* The settings may have changed: asks another STUN server anew. */
void udp_door_refresh(struct udp_door *door);

/* The address (host order) that it was opened at. */
uint32_t udp_door_address(const struct udp_door *door);

/* What the STUN server has said; is_bound is false before. */
const struct stun_client *udp_door_client(const struct udp_door *door);
