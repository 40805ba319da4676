/* The DHCP server (RFC 2131 4.3) as a value: a request, the time and the leases give the
 * reply. It opens no socket and reads no clock. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/opt43.h"

enum {
	POOL_ADDRESSES_MAX = 1 << 20,
	POOL_DNS_MAX = 8,
	POOL_ROUTERS_MAX = 8,
	SERVER_POOLS_MAX = 64,
};

struct reservation {
	uint8_t mac[6];
	struct str
	    client_id; /* option 61: who it is for; a null view: whoever has mac */
	uint32_t address;
	const char *name; /* host name, option 12; or null */
};

struct pool_config { /* strings and arrays are borrowed for the server's life */
	uint32_t first, last; /* host order, both included */
	uint32_t subnet;      /* any address in the pool's subnet... */
	uint8_t prefix;       /* ...and its mask */
	uint32_t router;      /* 0: none */
	uint32_t more_routers[POOL_ROUTERS_MAX -
			      1]; /* behind it, in the order of preference */
	size_t n_more_routers;
	uint32_t dns[POOL_DNS_MAX];
	size_t n_dns;
	const char *domain;        /* or null */
	uint32_t lease_s;          /* UINT32_MAX: for ever */
	uint32_t t1_s, t2_s;       /* 0: 1/2 and 7/8 of the lease (RFC 2131 4.4.5) */
	struct str option_43;      /* as it goes out; a null view: none */
	bool is_option_43_for_all; /* else only to vendor classes with "dslforum.org" */
	const struct reservation *reservations;
	size_t n_reservations;
	/* Who it is for, all that is there; null views: anybody. */
	struct str circuit_id, remote_id; /* of the relay's option 82, whole */
	struct str vendor_class;          /* what option 60 begins with */
};

struct server_config {
	uint32_t address; /* option 54 */
	const struct pool_config *pools;
	size_t n_pools;
	clock_ns offer_hold;   /* how long an offer waits for its REQUEST */
	clock_ns decline_hold; /* how long a declined address is not handed out */
	bool
	    is_authoritative; /* NAK unknown clients too (RFC 2131 4.3.2 says be silent) */
	uint64_t hash_seed; /* of the tables whose keys clients choose */
};

struct dhcp_server;

/* config is copied, its pools are borrowed for the server's life. ERR_CONFIG with words
 * that name the pool, or -ENOMEM. */
int dhcp_server_new(struct dhcp_server **ret, const struct server_config *config,
    struct error *err);
void dhcp_server_free(struct dhcp_server *server);

enum reply_way {
	REPLY_BROADCAST, /* to 255.255.255.255, ff:ff:ff:ff:ff:ff */
	REPLY_TO_CHADDR, /* to address, straight to the client's MAC: it has no ARP yet */
	REPLY_TO_SENDER, /* to address, through the station that the request came from */
};

struct dhcp_reply {
	enum dhcp_message type;
	enum reply_way way; /* RFC 2131 4.1 */
	uint32_t address;   /* IP destination */
	uint16_t port;      /* 68, or 67 of a relay */
	uint8_t mac[6];     /* of REPLY_TO_CHADDR: chaddr */
	uint32_t lease;     /* address that the reply is about; 0: none */
	struct dhcp_builder message;
};

/* What happened, whether or not a reply goes out; for events and counters. */
enum server_verdict {
	SERVER_REPLIES,
	SERVER_RELEASED,
	SERVER_DECLINED,
	SERVER_IGNORES,     /* not for us, or no such client */
	SERVER_EXHAUSTED,   /* no free address */
	SERVER_NO_POOL,     /* no pool for the subnet that the request came from */
	SERVER_NOT_FOR,     /* pools there, of which none is for this client */
	SERVER_BAD_REQUEST, /* breaks RFC 2131 table 5 */
	SERVER_TOO_LARGE,   /* the reply does not fit the client's maximum */
	SERVER_NO_MEMORY,
	SERVER_VERDICTS
};

/* Decides on a client's message (op 1) that came at now; constant time. ret is written
 * with SERVER_REPLIES only. */
enum server_verdict dhcp_server_decide(struct dhcp_server *server,
    const struct dhcp_packet *request, clock_ns now, struct dhcp_reply *ret);

const char *dhcp_server_verdict_name(enum server_verdict verdict);

/* ---- leases, for status and persistence --------------------------------------------- */

struct lease_view {
	uint32_t address;
	uint8_t mac[6];
	struct str client;   /* key: option 61, or hardware type and address */
	clock_ns expires_at; /* INT64_MAX: never */
};

/* Calls back for each lease that is bound at now, in no order, until it returns nonzero,
 * which is then returned. */
typedef int lease_fn(void *user, const struct lease_view *lease);
int dhcp_server_leases(struct dhcp_server *server, clock_ns now, lease_fn *fn,
    void *user);

/* Binds a lease that was granted before, for no longer than its pool grants now.
 * ERR_NOT_FOUND when the address is in no pool any more, ERR_BAD_STATE when another
 * client has it or the lease is over, -ENOMEM. Call it in the order of expiry, before
 * the first decision. */
int dhcp_server_restore(struct dhcp_server *server, const struct lease_view *lease,
    clock_ns now);

/* fn is called for each lease that a decision grants, extends or takes back (expires_at
 * 0), before dhcp_server_decide() returns. Null: nobody listens. */
typedef void lease_change_fn(void *user, const struct lease_view *lease);
void dhcp_server_listen(struct dhcp_server *server, lease_change_fn *fn, void *user);
