#include "agents/cpe/dhcp6/dhcp6_client_internal.h"

#define DELAY_MAX (1 * NS_PER_S) /* SOL_MAX_DELAY, INF_MAX_DELAY */

/* ---- events ------------------------------------------------------------------------- */

static void on_stop(struct dhcp6_step *s)
{
	if (s->client->lease.has_address) {
		s->client->xid = (uint32_t)rng_u64(s->rng) & 0xffffff;
		s->client->started_at = s->now;
		dhcp6_step_send(s, DHCP6_RELEASE);
	}
	dhcp6_step_lose(s, "stopped");
	dhcp6_step_enter(s, DHCP6_CLIENT_STOPPED);
	s->client->timer_at = INT64_MAX;
}

static void on_conflict(struct dhcp6_step *s)
{
	if (s->client->state != DHCP6_CLIENT_BOUND)
		return;
	dhcp6_step_why(dhcp6_step_act(s, DHCP6_CLIENT_DECLINED,
			   s->client->lease.address),
	    "another host has the address");
	/* The Decline names the lease; RFC 8415 18.2.8. */
	dhcp6_step_begin(s, DHCP6_CLIENT_DECLINING);
}

/* ---- the timer ---------------------------------------------------------------------- */

static void on_extending_timer(struct dhcp6_step *s)
{
	const struct dhcp6_lease *lease = &s->client->lease;

	if (s->now >= lease->expires_at) {
		dhcp6_step_lose(s, "the lease expired");
		dhcp6_step_solicit(s);
	} else if (s->now >= lease->rebind_at &&
		   s->client->state != DHCP6_CLIENT_REBINDING) {
		dhcp6_step_begin(s, DHCP6_CLIENT_REBINDING);
	} else if (s->client->state == DHCP6_CLIENT_BOUND) {
		dhcp6_step_begin(s, DHCP6_CLIENT_RENEWING);
	} else {
		dhcp6_step_send_again(s);
	}
}

static void on_requesting_timer(struct dhcp6_step *s)
{
	struct dhcp6_client *client = s->client;

	if (client->lease.has_address && s->now >= client->lease.expires_at)
		dhcp6_step_lose(s, "the lease expired");
	if (!dhcp6_step_is_tried_out(client)) {
		dhcp6_step_send_again(s);
		return;
	}
	dhcp6_step_lose(s, "no server knows of it");
	dhcp6_step_solicit(s);
}

static void on_timer(struct dhcp6_step *s)
{
	struct dhcp6_client *client = s->client;

	if (s->now < client->timer_at)
		return;
	switch (client->state) {
	case DHCP6_CLIENT_DELAYING:
		if (client->wants_address)
			dhcp6_step_solicit(s);
		else
			dhcp6_step_begin(s, DHCP6_CLIENT_ASKING);
		break;
	case DHCP6_CLIENT_SOLICITING:
		if (client->offer.server_len > 0)
			dhcp6_step_begin(s, DHCP6_CLIENT_REQUESTING);
		else
			dhcp6_step_send_again(s);
		break;
	case DHCP6_CLIENT_REQUESTING:
		on_requesting_timer(s);
		break;
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING:
		on_extending_timer(s);
		break;
	case DHCP6_CLIENT_DECLINING:
		if (dhcp6_step_is_tried_out(client))
			dhcp6_step_declined(s);
		else
			dhcp6_step_send_again(s);
		break;
	case DHCP6_CLIENT_ASKING:
		dhcp6_step_send_again(s);
		break;
	case DHCP6_CLIENT_INFORMED:
		dhcp6_step_begin(s, DHCP6_CLIENT_ASKING);
		break;
	case DHCP6_CLIENT_STOPPED:
	case DHCP6_CLIENT_STATES:
		break;
	}
}

/* A crowd that boots at once does not ask at once (RFC 8415 18.2.1, 18.2.6). */
static void start(struct dhcp6_step *s, bool wants_address)
{
	if (s->client->state != DHCP6_CLIENT_STOPPED)
		return;
	s->client->wants_address = wants_address;
	s->client->refusals = s->client->conflicts = 0;
	dhcp6_step_delay(s, (clock_ns)rng_between(s->rng, 0, (uint64_t)DELAY_MAX));
}

void dhcp6_client_step(struct dhcp6_client *client, enum dhcp6_client_event event,
    const struct dhcp6_packet *packet, clock_ns now, struct rng *rng,
    struct dhcp6_client_actions *ret)
{
	struct dhcp6_step s = { client, now, rng, ret };

	ret->len = 0;
	switch (event) {
	case DHCP6_CLIENT_START:
		start(&s, true);
		break;
	case DHCP6_CLIENT_ASK:
		start(&s, false);
		break;
	case DHCP6_CLIENT_STOP:
		on_stop(&s);
		break;
	case DHCP6_CLIENT_PACKET:
		dhcp6_step_packet(&s, packet);
		break;
	case DHCP6_CLIENT_TIMER:
		on_timer(&s);
		break;
	case DHCP6_CLIENT_CONFLICT:
		on_conflict(&s);
		break;
	case DHCP6_CLIENT_RENEW:
		if (client->state == DHCP6_CLIENT_BOUND)
			dhcp6_step_begin(&s, DHCP6_CLIENT_RENEWING);
		break;
	case DHCP6_CLIENT_EVENTS:
		break;
	}
}

void dhcp6_client_init(struct dhcp6_client *client,
    const struct dhcp6_client_config *config)
{
	*client = (struct dhcp6_client){ .config = *config, .timer_at = INT64_MAX };
}

void dhcp6_client_free(struct dhcp6_client *client)
{
	dhcp6_lease_free(&client->lease);
	client->state = DHCP6_CLIENT_STOPPED;
	client->timer_at = INT64_MAX;
}
