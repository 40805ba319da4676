/* A DHCPv6 client under hostile messages and time. The input is a list of records: kind and
 * value, of kind 0 a length of two bytes and a message. Kind 0 answers the client, 1 lets time
 * pass, 2 conflicts, 3 stops and starts for an address, 4 the same without one, 5 renews. */
#include "agents/cpe/dhcp6/dhcp6_client.h"
#include "lib/base/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct dhcp6_client client;
	struct dhcp6_client_actions actions;
	struct rng rng;
	clock_ns now;
};

static void step(struct world *w, enum dhcp6_client_event event,
    const struct dhcp6_packet *packet)
{
	const struct dhcp6_lease *lease = &w->client.lease;
	struct dhcp6_packet sent;

	dhcp6_client_step(&w->client, event, packet, w->now, &w->rng, &w->actions);
	if (w->actions.len > DHCP6_CLIENT_ACTIONS_MAX)
		abort();
	for (size_t i = 0; i < w->actions.len; i++)
		if (w->actions.items[i].what == DHCP6_CLIENT_SEND &&
		    dhcp6_parse(&sent, w->actions.message.bytes, w->actions.message.len,
			NULL) < 0)
			abort();
	if ((w->client.state == DHCP6_CLIENT_BOUND) > lease->has_address ||
	    lease->renew_at > lease->rebind_at || lease->rebind_at > lease->expires_at)
		abort();
}

/* Numbers that nobody can guess would hide all that lies behind them. */
static void answer(struct world *w, struct str bytes)
{
	struct dhcp6_packet packet;

	if (dhcp6_parse(&packet, bytes.p, bytes.len, NULL) < 0)
		return;
	packet.xid = w->client.xid;
	step(w, DHCP6_CLIENT_PACKET, &packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dhcp6_client_config config = { .mac = { 2, 0, 0, 0, 0, 1 } };
	struct wire_reader r = wire_reader(data, size);
	struct world w = { .rng = rng_make(1, 1), .now = NS_PER_S };

	dhcp6_client_init(&w.client, &config);
	step(&w, DHCP6_CLIENT_START, NULL);
	while (wire_left(&r) > 0) {
		uint8_t kind = wire_u8(&r), value = wire_u8(&r);

		if (kind == 0) {
			answer(&w, wire_str(&r, wire_u16(&r)));
		} else if (kind == 1) {
			w.now += (clock_ns)value * value * NS_PER_S;
			step(&w, DHCP6_CLIENT_TIMER, NULL);
		} else if (kind == 2) {
			step(&w, DHCP6_CLIENT_CONFLICT, NULL);
		} else if (kind == 3 || kind == 4) {
			step(&w, DHCP6_CLIENT_STOP, NULL);
			step(&w, kind == 3 ? DHCP6_CLIENT_START : DHCP6_CLIENT_ASK,
			    NULL);
		} else if (kind == 5) {
			step(&w, DHCP6_CLIENT_RENEW, NULL);
		}
	}
	dhcp6_client_free(&w.client);
	return 0;
}
