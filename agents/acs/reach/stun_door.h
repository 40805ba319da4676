/* The socket of an ACS's STUN server, from which its UDP connection requests go out, too: a NAT
 * before the CPE lets in what comes from where the CPE has sent to (TR-069 A6 G.2.2.3). */
#pragma once

#include "agents/acs/reach/call_list.h"
#include "agents/acs/reach/call_why.h"
#include "agents/acs/reach/stun_server.h"

#include <uv.h>

enum {
	STUN_CALL_COPIES = 3, /* of a UDP connection request, since each may be lost */
	STUN_DATAGRAMS_IN_A_ROW = 64
};

struct stun_door;

struct stun_door_config { /* copied; the strings are borrowed */
	uv_loop_t *loop;
	uint32_t address;                /* to listen on, host order */
	uint16_t port;                   /* the same */
	const char *username, *password; /* of STUN; null: anybody is answered */
	clock_ns (*wall)(void);          /* null: clock_wall() */
};

/* -errno or -ENOMEM with words. */
int stun_door_open(struct stun_door **ret, const struct stun_door_config *config,
    struct error *err);

/* The loop frees it. Null is fine. */
void stun_door_close(struct stun_door *door);

/* Sends a UDP connection request, signed with these, to "host:port", or "host" for port 80, as
 * UDPConnectionRequestAddress says it. CALL_CAME when it is on its way, else an outcome with
 * words in detail. */
enum call_outcome stun_door_call(struct stun_door *door, struct str address,
    const struct call_credentials *as, char detail[CALL_DETAIL_MAX]);
