/* Where CPEs listen for connection requests: one socket for all that share an address, which
 * are told apart by the path of their ConnectionRequestURL. A process that runs by hand
 * listens on loopback alone; the namespaces of a lab are the lab's own. */
#pragma once

#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/reach/cr_gate.h"

#include <uv.h>

enum {
	/* IANA's cwmp; where it is taken, and in the network of the machine itself, one that is
	 * free. */
	REACH_PORT = 7547,
	REACH_CONNECTIONS_MAX = 512,
	REACH_BODY_MAX = 64 << 10, /* bytes, all of them dropped */
	REACH_TIMEOUT_S = 10       /* of a peer that says nothing, or half of it */
};

struct reach_hub; /* of a process */
struct reach_listener;

struct reach_door { /* of one CPE, zeroed at first; private but for the port */
	struct reach_listener *listener; /* null: closed */
	const char *path;                /* borrowed: without the slash before it */
	void *user;
	struct cr_throttle *throttle; /* borrowed: of all doors of the CPE */
	uint16_t port;                /* of the listener; 0: closed */
};

enum {
	REACH_ADDRESS_BYTES = 16
};

/* An address of either version of IP: of IPv4 it is mapped (RFC 4291 2.5.5.2). */
struct reach_address {
	uint8_t bytes[REACH_ADDRESS_BYTES];
};

/* address in host order. */
struct reach_address reach_address_ipv4(uint32_t address);

struct reach_handlers { /* called with the user of the door */
	/* ConnectionRequestUsername and -Password; borrowed for a moment. */
	void (*credentials)(void *user, struct str *username, struct str *password);
	/* A request was accepted and its answer is with the kernel: a session is to
	 * follow. The handler may close the door. */
	void (*called)(void *user, const char *peer);
	/* A request was refused; not told of the 401 that asks for credentials. */
	void (*refused)(void *user, const char *peer, const struct cr_answer *answer);
};

/* limit is copied, handlers borrowed. Null without memory. */
struct reach_hub *reach_hub_new(uv_loop_t *loop, const struct cr_limit *limit,
    const struct reach_handlers *handlers);

/* Closes the listeners; all doors are to be closed before. Frees once the loop has let go of
 * them. Null is fine. */
void reach_hub_close(struct reach_hub *hub);

/* Opens the door at the address of a place: whoever asks for the path there is asking for this
 * CPE. path, user and door->throttle are borrowed until it is closed. One that is open
 * elsewhere is closed first. -EACCES where nobody may listen there, -errno with words. */
int reach_door_open(struct reach_hub *hub, struct reach_door *door,
    const struct cpe_place *place, const struct reach_address *address,
    const char *path, void *user, struct error *err);

/* The last door of an address takes the listener with it. Safe to repeat. */
void reach_door_close(struct reach_door *door);
