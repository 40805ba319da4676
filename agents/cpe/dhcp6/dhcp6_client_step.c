/* What a step of a DHCPv6 client consists of: its messages, their times, and entering states. */
#include "agents/cpe/dhcp6/dhcp6_client_internal.h"

#include "agents/cpe/dhcp6/dhcp6_client_message.h"
#include "lib/base/compiler.h"

#include <stdio.h>

enum {
	REFUSAL_DOUBLINGS_MAX = 6
};

#define MAX_RT          (3600 * NS_PER_S) /* SOL_MAX_RT, INF_MAX_RT */
#define EXTEND_WAIT_MIN (1 * NS_PER_S) /* a lease of a second has no T1 to wait for */

/* What is sent in a state, and when again (RFC 8415 7.6). A message of MRC 0 is sent until
 * something ends it. */
static const struct {
	enum dhcp6_message message;
	clock_ns irt, mrt;
	unsigned mrc;
} sendings[DHCP6_CLIENT_STATES] = {
	[DHCP6_CLIENT_SOLICITING] = { DHCP6_SOLICIT, 1 * NS_PER_S, MAX_RT, 0 },
	[DHCP6_CLIENT_REQUESTING] = { DHCP6_REQUEST, 1 * NS_PER_S, 30 * NS_PER_S, 10 },
	[DHCP6_CLIENT_RENEWING] = { DHCP6_RENEW, 10 * NS_PER_S, 600 * NS_PER_S, 0 },
	[DHCP6_CLIENT_REBINDING] = { DHCP6_REBIND, 10 * NS_PER_S, 600 * NS_PER_S, 0 },
	[DHCP6_CLIENT_DECLINING] = { DHCP6_DECLINE, 1 * NS_PER_S, 0, 4 },
	[DHCP6_CLIENT_ASKING] = { DHCP6_INFORMATION_REQUEST, 1 * NS_PER_S, MAX_RT, 0 },
};

struct dhcp6_client_action *dhcp6_step_act(struct dhcp6_step *s,
    enum dhcp6_client_do what, const uint8_t *address)
{
	struct dhcp6_client_action *action = &s->ret->items[s->ret->len++];

	*action = (struct dhcp6_client_action){ .what = what };
	if (address)
		memcpy(action->address, address, sizeof(action->address));
	return action;
}

void dhcp6_step_why(struct dhcp6_client_action *action, const char *why)
{
	(void)snprintf(action->why, sizeof(action->why), "%s", why);
}

/* ---- messages and their times ------------------------------------------------------- */

clock_ns dhcp6_retransmit(clock_ns before, clock_ns irt, clock_ns mrt, bool is_solicit,
    struct rng *rng)
{
	clock_ns base = before == 0 ? irt : before, spread = base / 10, wait;

	if (before == 0 && is_solicit)
		return irt + (clock_ns)rng_between(rng, 1, (uint64_t)spread);
	wait = (before == 0 ? irt : 2 * before) - spread +
	       (clock_ns)rng_between(rng, 0, (uint64_t)(2 * spread));
	if (mrt == 0 || wait <= mrt)
		return wait;
	spread = mrt / 10;
	return mrt - spread + (clock_ns)rng_between(rng, 0, (uint64_t)(2 * spread));
}

/* The end of what is sent again: the time at which another exchange takes its place. */
static clock_ns end_of_exchange(const struct dhcp6_client *client)
{
	if (client->lease.server_len == 0)
		return INT64_MAX;
	return client->state == DHCP6_CLIENT_RENEWING ? client->lease.rebind_at
						      : client->lease.expires_at;
}

static clock_ns mrt_of(const struct dhcp6_client *client)
{
	if (client->state == DHCP6_CLIENT_SOLICITING && client->sol_max_rt)
		return client->sol_max_rt;
	if (client->state == DHCP6_CLIENT_ASKING && client->inf_max_rt)
		return client->inf_max_rt;
	return sendings[client->state].mrt;
}

static void arm_retransmit(struct dhcp6_step *s)
{
	struct dhcp6_client *client = s->client;

	client->wait = dhcp6_retransmit(client->wait, sendings[client->state].irt,
	    mrt_of(client), client->state == DHCP6_CLIENT_SOLICITING, s->rng);
	client->timer_at = MIN(s->now + client->wait, end_of_exchange(client));
}

void dhcp6_step_send(struct dhcp6_step *s, enum dhcp6_message type)
{
	clock_ns elapsed = (s->now - s->client->started_at) / (10 * NS_PER_MS);

	dhcp6_client_message(&s->ret->message, s->client, type,
	    (uint16_t)MIN(elapsed, UINT16_MAX));
	if (!s->ret->message.is_over) /* else our own strings are too long */
		(void)dhcp6_step_act(s, DHCP6_CLIENT_SEND, NULL);
}

/* ---- entering states ---------------------------------------------------------------- */

void dhcp6_step_enter(struct dhcp6_step *s, enum dhcp6_client_state state)
{
	s->client->state = state;
	s->client->tries = 0;
	s->client->wait = 0;
}

void dhcp6_step_begin(struct dhcp6_step *s, enum dhcp6_client_state state)
{
	dhcp6_step_enter(s, state);
	s->client->xid = (uint32_t)rng_u64(s->rng) & 0xffffff;
	s->client->started_at = s->now;
	dhcp6_step_send(s, sendings[state].message);
	arm_retransmit(s);
}

void dhcp6_step_delay(struct dhcp6_step *s, clock_ns wait)
{
	dhcp6_step_enter(s, DHCP6_CLIENT_DELAYING);
	s->client->timer_at = s->now + wait;
}

void dhcp6_step_solicit(struct dhcp6_step *s)
{
	s->client->has_told_ignored = false;
	s->client->offer.server_len = 0;
	dhcp6_step_begin(s, DHCP6_CLIENT_SOLICITING);
}

void dhcp6_step_start_over(struct dhcp6_step *s)
{
	if (s->client->refusals++ == 0)
		dhcp6_step_solicit(s);
	else
		dhcp6_step_delay(s,
		    NS_PER_S << MIN(s->client->refusals - 1, REFUSAL_DOUBLINGS_MAX));
}

void dhcp6_step_bound(struct dhcp6_step *s, bool is_renewal, bool is_changed)
{
	struct dhcp6_client *client = s->client;
	struct dhcp6_client_action *action;

	dhcp6_step_enter(s, DHCP6_CLIENT_BOUND);
	client->timer_at =
	    MAX(client->lease.renew_at, client->started_at + EXTEND_WAIT_MIN);
	action = dhcp6_step_act(s, DHCP6_CLIENT_CONFIGURE, client->lease.address);
	action->is_renewal = is_renewal;
	action->is_changed = is_changed;
}

void dhcp6_step_lose(struct dhcp6_step *s, const char *why)
{
	struct dhcp6_lease *lease = &s->client->lease;

	if (lease->has_address)
		dhcp6_step_why(dhcp6_step_act(s, DHCP6_CLIENT_LOST, lease->address),
		    why);
	dhcp6_lease_free(lease);
}

void dhcp6_step_declined(struct dhcp6_step *s)
{
	dhcp6_lease_free(&s->client->lease);
	/* A neighbour who has all addresses is asked about one a minute at last. */
	s->client->refusals = s->client->conflicts++;
	dhcp6_step_start_over(s);
}

void dhcp6_step_send_again(struct dhcp6_step *s)
{
	s->client->tries++;
	dhcp6_step_send(s, sendings[s->client->state].message);
	arm_retransmit(s);
}

bool dhcp6_step_is_tried_out(const struct dhcp6_client *client)
{
	unsigned mrc = sendings[client->state].mrc;

	return mrc > 0 && client->tries + 1 >= mrc;
}
