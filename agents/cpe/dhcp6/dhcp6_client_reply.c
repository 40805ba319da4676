/* What a DHCPv6 client makes of what servers say. */
#include "agents/cpe/dhcp6/dhcp6_client_internal.h"

#include "agents/cpe/dhcp6/dhcp6_client_message.h"

enum {
	MAX_RT_LEAST_S = 60, /* RFC 8415 21.24, 21.25 */
	MAX_RT_MOST_S = 86400,
	PREFERENCE_AT_ONCE = 255
};

static void tell_ignored_once(struct dhcp6_step *s, const uint8_t *address,
    const char *why)
{
	if (s->client->has_told_ignored)
		return;
	s->client->has_told_ignored = true;
	dhcp6_step_why(dhcp6_step_act(s, DHCP6_CLIENT_IGNORED, address), why);
}

static void refuse(struct dhcp6_step *s, const uint8_t *address, const char *why)
{
	dhcp6_step_why(dhcp6_step_act(s, DHCP6_CLIENT_REFUSED, address), why);
}

/* A server may slow down who asks in vain. */
static void take_limits(struct dhcp6_client *client, const struct dhcp6_packet *packet)
{
	uint32_t seconds;

	if (dhcp6_option_u32(packet, DHCP6_OPTION_SOL_MAX_RT, &seconds) &&
	    seconds >= MAX_RT_LEAST_S && seconds <= MAX_RT_MOST_S)
		client->sol_max_rt = seconds * NS_PER_S;
	if (dhcp6_option_u32(packet, DHCP6_OPTION_INF_MAX_RT, &seconds) &&
	    seconds >= MAX_RT_LEAST_S && seconds <= MAX_RT_MOST_S)
		client->inf_max_rt = seconds * NS_PER_S;
}

static void keep_offer(struct dhcp6_client *client, const struct dhcp6_packet *packet,
    struct str server, uint8_t preference)
{
	struct dhcp6_ia ia;

	if (client->offer.server_len > 0 && client->offer.preference >= preference)
		return;
	memcpy(client->offer.server, server.p, server.len);
	client->offer.server_len = (uint8_t)server.len;
	client->offer.preference = preference;
	if (dhcp6_ia_na(packet, dhcp6_client_iaid(client), &ia) && ia.address)
		memcpy(client->offer.address, ia.address,
		    sizeof(client->offer.address));
}

/* Those of the first RT compete by their preference; 255 wins at once, and later on whoever is
 * first (RFC 8415 18.2.1). */
static void on_advertise(struct dhcp6_step *s, const struct dhcp6_packet *packet,
    struct str server)
{
	struct str option = dhcp6_option(packet, DHCP6_OPTION_PREFERENCE, NULL);
	uint8_t preference = option.len == 1 ? (uint8_t)option.p[0] : 0;
	uint16_t status = dhcp6_status(packet);
	const char *unfit =
	    status ? dhcp6_status_name(status)
		   : dhcp6_lease_unfit(packet, dhcp6_client_iaid(s->client));

	take_limits(s->client, packet);
	if (unfit) {
		tell_ignored_once(s, dhcp6_address(packet), unfit);
		return;
	}
	keep_offer(s->client, packet, server, preference);
	if (preference == PREFERENCE_AT_ONCE || s->client->tries > 0)
		dhcp6_step_begin(s, DHCP6_CLIENT_REQUESTING);
}

static void take_lease(struct dhcp6_step *s, struct dhcp6_lease *lease)
{
	struct dhcp6_lease *old = &s->client->lease;
	bool is_renewal = old->has_address && memcmp(old->address, lease->address,
						  sizeof(old->address)) == 0;
	bool is_changed = !is_renewal || dhcp6_lease_differs(old, lease);

	if (!is_renewal)
		dhcp6_step_lose(s, "the server gave another address");
	dhcp6_lease_free(old);
	*old = *lease;
	s->client->refusals = 0;
	if (is_renewal)
		s->client->conflicts = 0;
	dhcp6_step_bound(s, is_renewal, is_changed);
}

/* NoBinding asks for a Request to whom it came from (RFC 8415 18.2.10.1). */
static void on_no_binding(struct dhcp6_step *s, struct str server)
{
	struct dhcp6_offer *offer = &s->client->offer;

	refuse(s, s->client->lease.address, "NoBinding");
	memcpy(offer->server, server.p, server.len);
	offer->server_len = (uint8_t)server.len;
	memcpy(offer->address, s->client->lease.address, sizeof(offer->address));
	dhcp6_step_begin(s, DHCP6_CLIENT_REQUESTING);
}

static bool is_extending(const struct dhcp6_client *client)
{
	return client->state == DHCP6_CLIENT_RENEWING ||
	       client->state == DHCP6_CLIENT_REBINDING;
}

/* What a Reply refuses: of a Request it is the end of this try, of the other two but a reason
 * to ask on, until the lease has expired. */
static void on_unfit_reply(struct dhcp6_step *s, const struct dhcp6_packet *packet,
    const char *why)
{
	struct dhcp6_ia ia;

	if (is_extending(s->client)) {
		if (dhcp6_ia_na(packet, dhcp6_client_iaid(s->client), &ia) &&
		    ia.address && ia.valid == 0) {
			dhcp6_step_lose(s, "the server takes it back");
			dhcp6_step_start_over(s);
		}
		return;
	}
	refuse(s, s->client->offer.address, why);
	dhcp6_step_lose(s, "the server refused it");
	dhcp6_step_start_over(s);
}

static void on_lease_reply(struct dhcp6_step *s, const struct dhcp6_packet *packet,
    struct str server)
{
	struct dhcp6_client *client = s->client;
	uint32_t iaid = dhcp6_client_iaid(client);
	const char *unfit = dhcp6_lease_unfit(packet, iaid);
	uint16_t status = dhcp6_status(packet);
	struct dhcp6_lease lease;
	struct dhcp6_ia ia;

	/* The server may do better later: what was sent is sent again. */
	if (status == DHCP6_UNSPEC_FAIL) {
		tell_ignored_once(s, client->offer.address, "UnspecFail");
		return;
	}
	if (is_extending(client) && dhcp6_ia_na(packet, iaid, &ia) &&
	    ia.status == DHCP6_NO_BINDING) {
		on_no_binding(s, server);
		return;
	}
	if (status != DHCP6_SUCCESS)
		unfit = dhcp6_status_name(status);
	if (unfit) {
		on_unfit_reply(s, packet, unfit);
		return;
	}
	if (dhcp6_lease_read(&lease, packet, true, iaid, client->started_at) < 0) {
		dhcp6_lease_free(&lease); /* no memory: as if it had not come */
		return;
	}
	take_lease(s, &lease);
}

static void on_told(struct dhcp6_step *s, const struct dhcp6_packet *packet)
{
	struct dhcp6_client *client = s->client;
	bool was_told = client->lease.server_len > 0;
	struct dhcp6_client_action *action;
	struct dhcp6_lease lease;

	if (dhcp6_status(packet) != DHCP6_SUCCESS)
		return;
	if (dhcp6_lease_read(&lease, packet, false, 0, client->started_at) < 0) {
		dhcp6_lease_free(&lease);
		return;
	}
	dhcp6_step_enter(s, DHCP6_CLIENT_INFORMED);
	action = dhcp6_step_act(s, DHCP6_CLIENT_TOLD, NULL);
	action->is_renewal = was_told;
	action->is_changed = !was_told || dhcp6_lease_differs(&client->lease, &lease);
	dhcp6_lease_free(&client->lease);
	client->lease = lease;
	client->timer_at = lease.refresh_at;
}

/* A Reply comes from whom the client asked; a Rebind asks everybody. */
static bool is_from_asked(const struct dhcp6_client *client, struct str server)
{
	if (client->state == DHCP6_CLIENT_REQUESTING)
		return str_eq(server,
		    str_make(client->offer.server, client->offer.server_len));
	if (client->state == DHCP6_CLIENT_RENEWING ||
	    client->state == DHCP6_CLIENT_DECLINING)
		return str_eq(server,
		    str_make(client->lease.server, client->lease.server_len));
	return true;
}

static void on_reply(struct dhcp6_step *s, const struct dhcp6_packet *packet,
    struct str server)
{
	if (!is_from_asked(s->client, server))
		return;
	take_limits(s->client, packet);
	switch (s->client->state) {
	case DHCP6_CLIENT_REQUESTING:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING:
		on_lease_reply(s, packet, server);
		break;
	case DHCP6_CLIENT_DECLINING:
		dhcp6_step_declined(s);
		break;
	case DHCP6_CLIENT_ASKING:
		on_told(s, packet);
		break;
	case DHCP6_CLIENT_STOPPED:
	case DHCP6_CLIENT_DELAYING:
	case DHCP6_CLIENT_SOLICITING:
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_INFORMED:
	case DHCP6_CLIENT_STATES:
		break;
	}
}

/* RFC 8415 16.3, 16.10: both identifiers, and ours is ours. */
void dhcp6_step_packet(struct dhcp6_step *s, const struct dhcp6_packet *packet)
{
	struct str server = dhcp6_option(packet, DHCP6_OPTION_SERVER_ID, NULL);
	uint8_t duid[DHCP6_CLIENT_DUID];

	dhcp6_client_duid(s->client, duid);
	if (packet->relays > 0 || packet->xid != s->client->xid || server.len == 0 ||
	    server.len > DHCP6_DUID_MAX ||
	    !str_eq(dhcp6_option(packet, DHCP6_OPTION_CLIENT_ID, NULL),
		str_make(duid, sizeof(duid))))
		return;
	if (packet->type == DHCP6_REPLY)
		on_reply(s, packet, server);
	else if (packet->type == DHCP6_ADVERTISE &&
		 s->client->state == DHCP6_CLIENT_SOLICITING)
		on_advertise(s, packet, server);
}
