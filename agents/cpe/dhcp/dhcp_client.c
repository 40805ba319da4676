#include "agents/cpe/dhcp/dhcp_client.h"

#include "agents/cpe/dhcp/dhcp_client_message.h"
#include "lib/base/compiler.h"

#include <stdio.h>

enum {
	REQUEST_TRIES = 4,
	BACKOFF_DOUBLINGS_MAX = 4, /* 4 s to 64 s (RFC 2131 4.1) */
	NAK_DOUBLINGS_MAX = 6,
};

#define FIRST_RETRANSMIT (4 * NS_PER_S)
#define JITTER_MAX       (1 * NS_PER_S)
#define PROBE_WAIT       (200 * NS_PER_MS)
#define DECLINE_WAIT     (10 * NS_PER_S) /* RFC 2131 3.1.5 */
#define RENEW_WAIT_MIN   (60 * NS_PER_S) /* RFC 2131 4.4.5 */
#define REQUEST_WAIT_MIN (1 * NS_PER_S)  /* a lease of a second has no T1 to wait for */

struct step { /* what the functions of one step share */
	struct dhcp_client *client;
	clock_ns now;
	struct rng *rng;
	struct dhcp_client_actions *ret;
};

static struct dhcp_client_action *act(struct step *s, enum dhcp_client_do what)
{
	struct dhcp_client_action *action = &s->ret->items[s->ret->len++];

	*action = (struct dhcp_client_action){ .what = what };
	return action;
}

/* Text of a peer, made fit for a log line. */
static void set_why(struct dhcp_client_action *action, struct str text)
{
	size_t n = MIN(text.len, sizeof(action->why) - 1);

	for (size_t i = 0; i < n; i++)
		action->why[i] = text.p[i] >= ' ' && text.p[i] <= '~' ? text.p[i] : '?';
	action->why[n] = '\0';
}

/* ---- messages ----------------------------------------------------------------------- */

static void send_built(struct step *s, enum dhcp_client_do how, uint32_t from)
{
	struct dhcp_client_action *action;

	if (dhcp_build_end(&s->ret->message) < 0)
		return; /* our own strings are too long; nothing can be said */
	action = act(s, how);
	action->address = from;
	action->server =
	    how == DHCP_CLIENT_UNICAST ? s->client->lease.server : UINT32_MAX;
}

static void send_discover(struct step *s)
{
	clock_ns secs = (s->now - s->client->started_at) / NS_PER_S;

	s->client->secs = (uint16_t)MIN(secs, UINT16_MAX);
	dhcp_client_message(&s->ret->message, s->client, DHCP_DISCOVER, 0);
	send_built(s, DHCP_CLIENT_BROADCAST, 0);
}

/* The REQUEST that takes an offer has the secs of its DISCOVER (RFC 2131 4.4.1). */
static void send_request(struct step *s)
{
	dhcp_client_message(&s->ret->message, s->client, DHCP_REQUEST, 0);
	dhcp_build_u32(&s->ret->message, DHCP_OPTION_REQUESTED_ADDRESS,
	    s->client->offered);
	dhcp_build_u32(&s->ret->message, DHCP_OPTION_SERVER_ID, s->client->offered_by);
	send_built(s, DHCP_CLIENT_BROADCAST, 0);
}

static void send_extend(struct step *s)
{
	clock_ns secs = (s->now - s->client->started_at) / NS_PER_S;
	uint32_t address = s->client->lease.address;

	s->client->secs = (uint16_t)MIN(secs, UINT16_MAX);
	dhcp_client_message(&s->ret->message, s->client, DHCP_REQUEST, address);
	send_built(s,
	    s->client->state == DHCP_CLIENT_RENEWING ? DHCP_CLIENT_UNICAST
						     : DHCP_CLIENT_BROADCAST,
	    address);
}

/* ---- timers ------------------------------------------------------------------------- */

/* Randomised exponential back-off (RFC 2131 4.1). */
static void arm_retransmit(struct step *s)
{
	clock_ns wait = s->client->config.first_retransmit, jitter;

	if (wait <= 0)
		wait = FIRST_RETRANSMIT;
	wait <<= MIN(s->client->tries, BACKOFF_DOUBLINGS_MAX);
	jitter = MIN(wait / 4, JITTER_MAX);
	wait += (clock_ns)rng_between(s->rng, 0, (uint64_t)(2 * jitter)) - jitter;
	s->client->timer_at = s->now + wait;
}

/* Half the time that is left until end, at least a minute, at most all of it. */
static void arm_extend(struct step *s, clock_ns end)
{
	clock_ns wait = end == INT64_MAX ? RENEW_WAIT_MIN : (end - s->now) / 2;

	s->client->timer_at = MIN(s->now + MAX(wait, RENEW_WAIT_MIN), end);
}

static void arm_probe(struct step *s)
{
	clock_ns wait = s->client->config.probe_wait;

	s->client->timer_at = s->now + (wait > 0 ? wait : PROBE_WAIT);
}

/* ---- entering states ---------------------------------------------------------------- */

static void enter(struct step *s, enum dhcp_client_state state)
{
	s->client->state = state;
	s->client->tries = 0;
}

static void enter_selecting(struct step *s)
{
	enter(s, DHCP_CLIENT_SELECTING);
	s->client->xid = (uint32_t)rng_u64(s->rng);
	s->client->started_at = s->now;
	s->client->has_told_ignored = false;
	s->client->spare_by = 0;
	send_discover(s);
	arm_retransmit(s);
}

static void enter_requesting(struct step *s, uint32_t address, uint32_t server)
{
	enter(s, DHCP_CLIENT_REQUESTING);
	s->client->sent_at = s->now;
	s->client->offered = address;
	s->client->offered_by = server;
	send_request(s);
	arm_retransmit(s);
}

static void enter_bound(struct step *s, bool is_renewal, bool is_changed)
{
	struct dhcp_client_action *action;

	enter(s, DHCP_CLIENT_BOUND);
	s->client->naks = 0;
	s->client->timer_at =
	    MAX(s->client->lease.renew_at, s->client->sent_at + REQUEST_WAIT_MIN);
	action = act(s, DHCP_CLIENT_CONFIGURE);
	action->address = s->client->lease.address;
	action->server = s->client->lease.server;
	action->is_renewal = is_renewal;
	action->is_changed = is_changed;
}

static void probe(struct step *s)
{
	act(s, DHCP_CLIENT_PROBE)->address = s->client->lease.address;
	s->client->tries++;
	arm_probe(s);
}

static void enter_probing(struct step *s)
{
	if (s->client->config.probes == 0) {
		enter_bound(s, false, true);
		return;
	}
	enter(s, DHCP_CLIENT_PROBING);
	probe(s);
}

static void enter_extending(struct step *s, enum dhcp_client_state state, clock_ns end)
{
	enter(s, state);
	s->client->xid = (uint32_t)rng_u64(s->rng);
	s->client->started_at = s->client->sent_at = s->now;
	send_extend(s);
	arm_extend(s, end);
}

static void enter_waiting(struct step *s, clock_ns wait)
{
	enter(s, DHCP_CLIENT_WAITING);
	s->client->timer_at = s->now + wait;
}

/* Tells that a configured address is ours no more, and forgets the lease. */
static void lose(struct step *s, const char *why)
{
	struct dhcp_client_action *action;

	if (s->client->state != DHCP_CLIENT_PROBING && s->client->lease.address) {
		action = act(s, DHCP_CLIENT_LOST);
		action->address = s->client->lease.address;
		action->server = s->client->lease.server;
		set_why(action, str_of(why));
	}
	dhcp_lease_free(&s->client->lease);
}

/* ---- events ------------------------------------------------------------------------- */

static void on_stop(struct step *s)
{
	if (s->client->lease.address) {
		s->client->xid = (uint32_t)rng_u64(s->rng);
		dhcp_client_message(&s->ret->message, s->client, DHCP_RELEASE,
		    s->client->lease.address);
		dhcp_build_u32(&s->ret->message, DHCP_OPTION_SERVER_ID,
		    s->client->lease.server);
		/* An address that is still probed is on no interface to send from. */
		send_built(s,
		    s->client->state == DHCP_CLIENT_PROBING ? DHCP_CLIENT_BROADCAST
							    : DHCP_CLIENT_UNICAST,
		    s->client->lease.address);
	}
	lose(s, "stopped");
	enter(s, DHCP_CLIENT_STOPPED);
	s->client->timer_at = INT64_MAX;
}

static void on_nak(struct step *s, const struct dhcp_packet *nak)
{
	struct dhcp_client_action *action = act(s, DHCP_CLIENT_NAKED);

	action->address =
	    s->client->lease.address ? s->client->lease.address : s->client->offered;
	(void)dhcp_option_u32(nak, DHCP_OPTION_SERVER_ID, &action->server);
	set_why(action, dhcp_option(nak, DHCP_OPTION_MESSAGE));
	lose(s, "the server refused it");
	/* The first NAK is the way to a fresh start; a row of them is a fight. */
	if (s->client->naks++ == 0)
		enter_selecting(s);
	else
		enter_waiting(s,
		    NS_PER_S << MIN(s->client->naks - 1, NAK_DOUBLINGS_MAX));
}

/* RFC 2131 3.1.5: the server is told, and the next try waits. */
static void decline(struct step *s, const char *why)
{
	struct dhcp_client_action *action;
	uint32_t address = s->client->lease.address;

	dhcp_client_message(&s->ret->message, s->client, DHCP_DECLINE, 0);
	dhcp_build_u32(&s->ret->message, DHCP_OPTION_REQUESTED_ADDRESS, address);
	dhcp_build_u32(&s->ret->message, DHCP_OPTION_SERVER_ID,
	    s->client->lease.server);
	send_built(s, DHCP_CLIENT_BROADCAST, 0);
	action = act(s, DHCP_CLIENT_DECLINED);
	action->address = address;
	action->server = s->client->lease.server;
	set_why(action, str_of(why));
	dhcp_lease_free(&s->client->lease);
	enter_waiting(s, DECLINE_WAIT);
}

static void tell_ignored(struct step *s, uint32_t address, uint32_t server,
    const char *why)
{
	struct dhcp_client_action *action = act(s, DHCP_CLIENT_IGNORED);

	action->address = address;
	action->server = server;
	set_why(action, str_of(why));
}

/* Once a search: the server says the same each time. */
static void tell_ignored_once(struct step *s, uint32_t address, uint32_t server,
    const char *why)
{
	if (s->client->has_told_ignored)
		return;
	s->client->has_told_ignored = true;
	tell_ignored(s, address, server, why);
}

static void on_offer(struct step *s, const struct dhcp_packet *offer, uint32_t server)
{
	const char *unfit = dhcp_lease_unfit(offer);

	if (!unfit) {
		enter_requesting(s, offer->yiaddr, server);
		return;
	}
	tell_ignored_once(s, offer->yiaddr, server, unfit);
}

/* Another server's offer, should the one that was taken not be kept. */
static void keep_spare(struct step *s, const struct dhcp_packet *offer, uint32_t server)
{
	if (s->client->spare_by != 0 || dhcp_lease_unfit(offer))
		return;
	s->client->spare = offer->yiaddr;
	s->client->spare_by = server;
}

/* Whoever offers first and then keeps silent, as a server that nobody asked for may, does
 * not keep the client from the others for the minute that all the tries take. */
static void take_spare(struct step *s)
{
	uint32_t server = s->client->spare_by;

	tell_ignored(s, s->client->offered, s->client->offered_by,
	    "its server does not confirm it, another is asked");
	s->client->spare_by = 0;
	enter_requesting(s, s->client->spare, server);
}

static void on_first_ack(struct step *s, const struct dhcp_packet *ack)
{
	const char *unfit = dhcp_lease_unfit(ack);

	if (dhcp_lease_read(&s->client->lease, ack, s->client->sent_at) < 0) {
		dhcp_lease_free(&s->client->lease); /* as if it had not come */
		tell_ignored_once(s, ack->yiaddr, s->client->offered_by,
		    unfit ? unfit : "no memory for the lease");
	} else if (unfit) {
		decline(s, unfit);
	} else {
		enter_probing(s);
	}
}

static void on_extending_ack(struct step *s, const struct dhcp_packet *ack)
{
	struct dhcp_lease lease;
	bool is_changed;

	if (dhcp_lease_read(&lease, ack, s->client->sent_at) < 0 ||
	    dhcp_lease_unfit(ack)) {
		dhcp_lease_free(&lease);
		return;
	}
	if (lease.address != s->client->lease.address) {
		lose(s, "the server gave another address");
		s->client->lease = lease;
		enter_probing(s);
		return;
	}
	is_changed = dhcp_lease_differs(&s->client->lease, &lease);
	dhcp_lease_free(&s->client->lease);
	s->client->lease = lease;
	enter_bound(s, true, is_changed);
}

/* Whether the message answers what this client asked last. */
static bool is_ours(const struct dhcp_client *client, const struct dhcp_packet *packet)
{
	return packet->op == 2 && packet->xid == client->xid && packet->hlen == 6 &&
	       memcmp(packet->chaddr, client->config.mac, 6) == 0;
}

static void on_packet(struct step *s, const struct dhcp_packet *packet)
{
	const struct dhcp_client *client = s->client;
	uint32_t server;

	if (!is_ours(client, packet) ||
	    !dhcp_option_u32(packet, DHCP_OPTION_SERVER_ID, &server))
		return;
	switch (client->state) {
	case DHCP_CLIENT_SELECTING:
		if (packet->message_type == DHCP_OFFER)
			on_offer(s, packet, server);
		break;
	case DHCP_CLIENT_REQUESTING:
		if (server != client->offered_by) {
			if (packet->message_type == DHCP_OFFER)
				keep_spare(s, packet, server);
			break;
		}
		if (packet->message_type == DHCP_ACK)
			on_first_ack(s, packet);
		else if (packet->message_type == DHCP_NAK)
			on_nak(s, packet);
		break;
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING:
		if (packet->message_type == DHCP_ACK)
			on_extending_ack(s, packet);
		else if (packet->message_type == DHCP_NAK)
			on_nak(s, packet);
		break;
	case DHCP_CLIENT_STOPPED:
	case DHCP_CLIENT_PROBING:
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_WAITING:
	case DHCP_CLIENT_STATES:
		break;
	}
}

/* T1, T2 and expiry, and retransmission between them. */
static void on_extending_timer(struct step *s)
{
	const struct dhcp_lease *lease = &s->client->lease;

	if (s->now >= lease->expires_at) {
		lose(s, "the lease expired");
		enter_selecting(s);
	} else if (s->now >= lease->rebind_at) {
		if (s->client->state != DHCP_CLIENT_REBINDING) {
			enter_extending(s, DHCP_CLIENT_REBINDING, lease->expires_at);
			return;
		}
		send_extend(s);
		arm_extend(s, lease->expires_at);
	} else {
		send_extend(s);
		arm_extend(s, lease->rebind_at);
	}
}

static void on_timer(struct step *s)
{
	struct dhcp_client *client = s->client;

	if (s->now < client->timer_at)
		return;
	switch (client->state) {
	case DHCP_CLIENT_SELECTING:
		client->tries++;
		send_discover(s);
		arm_retransmit(s);
		break;
	case DHCP_CLIENT_REQUESTING:
		if (client->spare_by != 0) {
			take_spare(s);
			break;
		}
		if (++client->tries >= REQUEST_TRIES) {
			enter_selecting(s);
			break;
		}
		send_request(s);
		arm_retransmit(s);
		break;
	case DHCP_CLIENT_PROBING:
		if (client->tries < client->config.probes)
			probe(s);
		else
			enter_bound(s, false, true);
		break;
	case DHCP_CLIENT_BOUND:
		if (s->now < client->lease.rebind_at)
			enter_extending(s, DHCP_CLIENT_RENEWING,
			    client->lease.rebind_at);
		else
			on_extending_timer(s); /* the process slept through T2 */
		break;
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING:
		on_extending_timer(s);
		break;
	case DHCP_CLIENT_WAITING:
		enter_selecting(s);
		break;
	case DHCP_CLIENT_STOPPED:
	case DHCP_CLIENT_STATES:
		break;
	}
}

static void on_conflict(struct step *s)
{
	if (s->client->state == DHCP_CLIENT_PROBING)
		decline(s, "another host has the address");
}

void dhcp_client_step(struct dhcp_client *client, enum dhcp_client_event event,
    const struct dhcp_packet *packet, clock_ns now, struct rng *rng,
    struct dhcp_client_actions *ret)
{
	struct step s = { client, now, rng, ret };

	ret->len = 0;
	switch (event) {
	case DHCP_CLIENT_START:
		if (client->state == DHCP_CLIENT_STOPPED)
			enter_selecting(&s);
		break;
	case DHCP_CLIENT_STOP:
		on_stop(&s);
		break;
	case DHCP_CLIENT_PACKET:
		on_packet(&s, packet);
		break;
	case DHCP_CLIENT_TIMER:
		on_timer(&s);
		break;
	case DHCP_CLIENT_CONFLICT:
		on_conflict(&s);
		break;
	case DHCP_CLIENT_RENEW:
		if (client->state == DHCP_CLIENT_BOUND)
			enter_extending(&s, DHCP_CLIENT_RENEWING,
			    client->lease.rebind_at);
		break;
	case DHCP_CLIENT_EVENTS:
		break;
	}
}

void dhcp_client_init(struct dhcp_client *client,
    const struct dhcp_client_config *config)
{
	*client = (struct dhcp_client){ .config = *config, .timer_at = INT64_MAX };
}

void dhcp_client_free(struct dhcp_client *client)
{
	dhcp_lease_free(&client->lease);
	client->state = DHCP_CLIENT_STOPPED;
	client->timer_at = INT64_MAX;
}
