#include "agents/lessor/server.h"

#include "agents/lessor/lease_table.h"
#include "agents/lessor/reply.h"
#include "lib/relay/opt82.h"

#include <errno.h>
#include <stdlib.h>

enum {
	CLIENT_KEY_MAX = 1 + 255,
};

struct dhcp_server {
	struct server_config config;
	struct lease_table table;
	lease_change_fn *listener;
	void *user;
};

struct decision { /* what the functions of one decision share */
	struct dhcp_server *server;
	const struct dhcp_packet *request;
	clock_ns now;
	struct dhcp_reply *ret;
	uint8_t key[CLIENT_KEY_MAX];
	struct str client; /* view of key */
	const uint8_t *mac;
	uint32_t server_id, wanted; /* options 54 and 50; 0: absent */
	struct opt82 agent;         /* what a relay says of where it came by */
};

/* RFC 2131 4.2: the client identifier, or else the hardware address. */
static void identify(struct decision *d)
{
	struct str id = dhcp_option(d->request, DHCP_OPTION_CLIENT_ID);

	if (id.len > 0 && id.len < CLIENT_KEY_MAX) {
		d->key[0] = CLIENT_BY_ID;
		memcpy(d->key + 1, id.p, id.len);
		d->client = str_make(d->key, 1 + id.len);
		return;
	}
	d->key[0] = CLIENT_BY_HARDWARE;
	d->key[1] = d->request->htype;
	memcpy(d->key + 2, d->request->chaddr, d->request->hlen);
	d->client = str_make(d->key, 2u + d->request->hlen);
}

/* The n-th pool from 0 for an address of the client's subnet, or null. */
static struct pool *pool_of_subnet(struct dhcp_server *server, uint32_t address,
    size_t *at)
{
	while (*at < server->table.n_pools) {
		struct pool *pool = &server->table.pools[(*at)++];

		if (pool_has_subnet(pool, address))
			return pool;
	}
	return NULL;
}

static bool is_given(struct str wanted, struct str got)
{
	return !wanted.p || (got.p && str_eq(wanted, got));
}

/* Whether the pool is for this client. */
static bool is_for(const struct decision *d, const struct pool *pool)
{
	const struct pool_config *config = pool->config;

	return is_given(config->circuit_id, d->agent.circuit_id) &&
	       is_given(config->remote_id, d->agent.remote_id) &&
	       (!config->vendor_class.p ||
		   str_starts(dhcp_option(d->request, DHCP_OPTION_VENDOR_CLASS),
		       config->vendor_class));
}

/* An address of the subnet that the request came from (RFC 2131 4.3.1). */
static uint32_t subnet_of(const struct decision *d)
{
	return d->request->giaddr ? d->request->giaddr : d->server->config.address;
}

static bool is_on_subnet(const struct decision *d, uint32_t address)
{
	size_t at = 0;
	struct pool *pool = pool_of_subnet(d->server, subnet_of(d), &at);

	return pool && pool_has_subnet(pool, address);
}

static clock_ns after(clock_ns now, uint32_t seconds)
{
	return seconds == UINT32_MAX ? INT64_MAX : now + seconds * NS_PER_S;
}

static void tell(struct dhcp_server *server, const struct slot *slot)
{
	struct lease_view view = {
		.address = slot->address,
		.client = str_make(slot->client, slot->client_len),
		.expires_at = slot->state == SLOT_BOUND ? slot->expires_at : 0,
	};

	memcpy(view.mac, slot->mac, sizeof(view.mac));
	if (server->listener)
		server->listener(server->user, &view);
}

static void take_back(struct decision *d, struct slot *slot, enum slot_state state,
    clock_ns until)
{
	bool was_bound = slot->state == SLOT_BOUND;

	slot_enter(slot, state, until);
	if (was_bound)
		tell(d->server, slot);
}

/* ---- replies ------------------------------------------------------------------------ */

static enum server_verdict nak(struct decision *d, const char *words)
{
	return reply_nak(d->ret, d->request, &d->server->config, words) < 0
		   ? SERVER_TOO_LARGE
		   : SERVER_REPLIES;
}

/* A new holder's former lease, if it has one elsewhere, is taken back. */
static int assign(struct decision *d, struct slot *slot)
{
	struct slot *before = lease_table_of(&d->server->table, d->client);

	if (before && before != slot && before->state == SLOT_BOUND)
		take_back(d, before, SLOT_FREE, 0);
	return lease_table_assign(&d->server->table, slot, d->client, d->mac);
}

static enum server_verdict ack(struct decision *d, struct slot *slot)
{
	if (reply_grant(d->ret, DHCP_ACK, d->request, &d->server->config,
		slot->pool->config, slot) < 0)
		return SERVER_TOO_LARGE;
	if (assign(d, slot) < 0)
		return SERVER_NO_MEMORY;
	slot_enter(slot, SLOT_BOUND, after(d->now, slot->pool->config->lease_s));
	tell(d->server, slot);
	return SERVER_REPLIES;
}

/* ---- messages ----------------------------------------------------------------------- */

/* A subnet may have several pools: what is reserved in the last of them goes before what is free
 * in the first. */
static struct slot *choose(struct decision *d, enum server_verdict *ret_why)
{
	struct slot *slot = NULL;
	struct pool *pool;

	*ret_why = SERVER_NO_POOL;
	for (int claim = 0; claim < CLAIMS && !slot; claim++) {
		size_t at = 0;

		while (!slot && (pool = pool_of_subnet(d->server, subnet_of(d), &at))) {
			if (!is_for(d, pool)) {
				if (*ret_why == SERVER_NO_POOL)
					*ret_why = SERVER_NOT_FOR;
				continue;
			}
			*ret_why = SERVER_EXHAUSTED;
			pool_expire(pool, d->now);
			slot = lease_table_choose(&d->server->table, pool,
			    (enum slot_claim)claim, d->client, d->mac, d->wanted,
			    d->now);
		}
	}
	return slot;
}

static enum server_verdict on_discover(struct decision *d)
{
	enum server_verdict why;
	struct slot *slot = choose(d, &why);

	if (!slot)
		return why;
	if (reply_grant(d->ret, DHCP_OFFER, d->request, &d->server->config,
		slot->pool->config, slot) < 0)
		return SERVER_TOO_LARGE;
	/* A client that has the lease already keeps it until it asks for it. */
	if (slot->state == SLOT_BOUND && slot_is_of(slot, d->client) &&
	    slot->expires_at > d->now)
		return SERVER_REPLIES;
	if (assign(d, slot) < 0)
		return SERVER_NO_MEMORY;
	slot_enter(slot, SLOT_OFFERED, d->now + d->server->config.offer_hold);
	return SERVER_REPLIES;
}

/* The client took another server's offer (RFC 2131 3.1.4). */
static enum server_verdict on_offer_refused(struct decision *d)
{
	struct slot *slot = lease_table_of(&d->server->table, d->client);

	if (slot && slot->state == SLOT_OFFERED)
		slot_enter(slot, SLOT_FREE, 0);
	return SERVER_IGNORES;
}

/* SELECTING: the answer to our offer. */
static enum server_verdict on_offer_taken(struct decision *d)
{
	struct slot *slot;

	if (d->server_id != d->server->config.address)
		return on_offer_refused(d);
	if (d->wanted == 0)
		return SERVER_BAD_REQUEST;
	slot = lease_table_at(&d->server->table, d->wanted);
	if (!slot || !is_on_subnet(d, d->wanted))
		return nak(d, "the address is not ours to give");
	if (!is_for(d, slot->pool))
		return nak(d, "the address is of a pool for others");
	if (!slot_is_open_to(slot, d->client, d->mac, d->now))
		return nak(d, "the address is in use");
	return ack(d, slot);
}

/* INIT-REBOOT: the client remembers an address. Of a client that the server does not know
 * it must not speak (RFC 2131 4.3.2), unless it alone rules the subnet. A client whose lease of
 * this server is over, or was only offered, may have one of another, as where two servers share a
 * subnet. */
static enum server_verdict on_remembered(struct decision *d)
{
	struct slot *slot = lease_table_of(&d->server->table, d->client);
	const struct slot *wanted = lease_table_at(&d->server->table, d->wanted);

	if (!is_on_subnet(d, d->wanted))
		return nak(d, "the address is of another subnet");
	if (wanted && !is_for(d, wanted->pool))
		return nak(d, "the address is of a pool for others");
	if (slot && slot->address == d->wanted &&
	    slot_is_open_to(slot, d->client, d->mac, d->now))
		return ack(d, slot);
	if (d->server->config.is_authoritative || (slot && wanted))
		return nak(d, "the address is not yours");
	return SERVER_IGNORES;
}

/* RENEWING or REBINDING. An address that nobody else has is granted again even when the
 * lease is forgotten, so that a restarted server interrupts nobody. */
static enum server_verdict on_extend(struct decision *d)
{
	struct slot *slot = lease_table_at(&d->server->table, d->request->ciaddr);

	if (!slot)
		return d->server->config.is_authoritative
			   ? nak(d, "the address is not ours to give")
			   : SERVER_IGNORES;
	if (!slot_is_open_to(slot, d->client, d->mac, d->now))
		return nak(d, "the address is in use");
	return ack(d, slot);
}

static enum server_verdict on_request(struct decision *d)
{
	if (dhcp_has_option(d->request, DHCP_OPTION_SERVER_ID))
		return on_offer_taken(d);
	if (d->request->ciaddr != 0)
		return on_extend(d);
	return d->wanted ? on_remembered(d) : SERVER_BAD_REQUEST;
}

/* Whether the message that ends a lease is for this server (RFC 2131 table 5). A RELEASE of
 * clients that leave option 54 out came here by its address, and names a lease of theirs. */
static bool is_for_us(const struct decision *d)
{
	if (d->server_id == d->server->config.address)
		return true;
	return d->request->message_type == DHCP_RELEASE &&
	       !dhcp_has_option(d->request, DHCP_OPTION_SERVER_ID);
}

static struct slot *slot_to_end(struct decision *d, uint32_t address)
{
	struct slot *slot = lease_table_at(&d->server->table, address);

	if (!is_for_us(d) || !slot || !slot_is_of(slot, d->client) ||
	    (slot->state != SLOT_BOUND && slot->state != SLOT_OFFERED))
		return NULL;
	return slot;
}

static enum server_verdict on_release(struct decision *d)
{
	struct slot *slot = slot_to_end(d, d->request->ciaddr);

	if (!slot)
		return SERVER_IGNORES;
	/* The client is remembered: it gets the same address when it comes back. */
	take_back(d, slot, SLOT_FREE, 0);
	return SERVER_RELEASED;
}

static enum server_verdict on_decline(struct decision *d)
{
	struct slot *slot = slot_to_end(d, d->wanted);

	if (!slot)
		return SERVER_IGNORES;
	take_back(d, slot, SLOT_DECLINED, d->now + d->server->config.decline_hold);
	lease_table_forget(&d->server->table, slot);
	return SERVER_DECLINED;
}

static enum server_verdict on_inform(struct decision *d)
{
	struct pool *pool;
	bool has_pool = false;
	size_t at = 0;

	if (d->request->ciaddr == 0)
		return SERVER_BAD_REQUEST;
	do {
		pool = pool_of_subnet(d->server, d->request->ciaddr, &at);
		has_pool |= pool != NULL;
	} while (pool && !is_for(d, pool));
	if (!pool)
		return has_pool ? SERVER_NOT_FOR : SERVER_NO_POOL;
	return reply_grant(d->ret, DHCP_ACK, d->request, &d->server->config,
		   pool->config, NULL) < 0
		   ? SERVER_TOO_LARGE
		   : SERVER_REPLIES;
}

enum server_verdict dhcp_server_decide(struct dhcp_server *server,
    const struct dhcp_packet *request, clock_ns now, struct dhcp_reply *ret)
{
	static enum server_verdict (*const handlers[])(struct decision *) = {
		[DHCP_DISCOVER] = on_discover,
		[DHCP_REQUEST] = on_request,
		[DHCP_DECLINE] = on_decline,
		[DHCP_RELEASE] = on_release,
		[DHCP_INFORM] = on_inform,
	};
	struct decision d = {
		.server = server,
		.request = request,
		.now = now,
		.ret = ret,
		.mac = request->chaddr,
	};

	if (request->op != 1 || request->message_type >= ARRAY_LEN(handlers) ||
	    !handlers[request->message_type])
		return SERVER_IGNORES;
	identify(&d);
	/* One that is not whole says nothing. */
	if (opt82_parse(&d.agent, dhcp_option(request, DHCP_OPTION_RELAY_AGENT), NULL) <
	    0)
		d.agent = (struct opt82){ STR_NULL, STR_NULL };
	(void)dhcp_option_u32(request, DHCP_OPTION_SERVER_ID, &d.server_id);
	(void)dhcp_option_u32(request, DHCP_OPTION_REQUESTED_ADDRESS, &d.wanted);
	return handlers[request->message_type](&d);
}

const char *dhcp_server_verdict_name(enum server_verdict verdict)
{
	static const char *const names[SERVER_VERDICTS] = {
		[SERVER_REPLIES] = "replied",
		[SERVER_RELEASED] = "released",
		[SERVER_DECLINED] = "declined",
		[SERVER_IGNORES] = "ignored",
		[SERVER_EXHAUSTED] = "no free address",
		[SERVER_NO_POOL] = "no pool for the subnet",
		[SERVER_NOT_FOR] = "no pool for this client",
		[SERVER_BAD_REQUEST] = "bad request",
		[SERVER_TOO_LARGE] = "reply too large for the client",
		[SERVER_NO_MEMORY] = "no memory",
	};

	return names[verdict];
}

/* ---- life and leases ---------------------------------------------------------------- */

int dhcp_server_new(struct dhcp_server **ret, const struct server_config *config,
    struct error *err)
{
	struct dhcp_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return error_set(err, -ENOMEM, "no memory");
	server->config = *config;
	r = lease_table_init(&server->table, config, err);
	if (r < 0) {
		dhcp_server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

void dhcp_server_free(struct dhcp_server *server)
{
	if (!server)
		return;
	lease_table_free(&server->table);
	free(server);
}

void dhcp_server_listen(struct dhcp_server *server, lease_change_fn *fn, void *user)
{
	server->listener = fn;
	server->user = user;
}

int dhcp_server_leases(struct dhcp_server *server, clock_ns now, lease_fn *fn,
    void *user)
{
	for (size_t i = 0; i < server->table.n_pools; i++) {
		LIST_FOREACH (item, &server->table.pools[i].queues[SLOT_BOUND]) {
			const struct slot *slot = list_entry(item, struct slot, link);
			struct lease_view view = {
				.address = slot->address,
				.client = str_make(slot->client, slot->client_len),
				.expires_at = slot->expires_at,
			};
			int r;

			if (slot->expires_at <= now)
				continue;
			memcpy(view.mac, slot->mac, sizeof(view.mac));
			r = fn(user, &view);
			if (r != 0)
				return r;
		}
	}
	return 0;
}

int dhcp_server_restore(struct dhcp_server *server, const struct lease_view *lease,
    clock_ns now)
{
	struct slot *slot = lease_table_at(&server->table, lease->address);
	clock_ns latest;

	if (!slot)
		return ERR_NOT_FOUND;
	if (lease->client.len == 0 || lease->expires_at <= now ||
	    !slot_is_open_to(slot, lease->client, lease->mac, now))
		return ERR_BAD_STATE;
	if (lease_table_assign(&server->table, slot, lease->client, lease->mac) < 0)
		return -ENOMEM;
	latest = after(now, slot->pool->config->lease_s);
	slot_enter(slot, SLOT_BOUND, MIN(lease->expires_at, latest));
	return 0;
}
