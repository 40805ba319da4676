/* Client and server as state machines under hostile messages and time. The input is a
 * list of records: kind and value, a length byte pair, then a message. Kind 0 asks the
 * server, 1 answers the client, 2 lets time pass, 3 conflicts, 4 stops and starts. */
#include "agents/cpe/dhcp/dhcp_client.h"
#include "agents/lessor/server.h"
#include "lib/base/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct dhcp_server *server;
	struct dhcp_client client;
	struct dhcp_client_actions actions;
	struct rng rng;
	clock_ns now;
};

static void step(struct world *w, enum dhcp_client_event event,
    const struct dhcp_packet *packet)
{
	dhcp_client_step(&w->client, event, packet, w->now, &w->rng, &w->actions);
	if (w->actions.len > DHCP_CLIENT_ACTIONS_MAX ||
	    (w->client.state == DHCP_CLIENT_BOUND) > (w->client.lease.address != 0))
		abort();
}

static void ask(struct world *w, const struct dhcp_packet *request)
{
	struct dhcp_packet packet;
	struct dhcp_reply reply;

	if (dhcp_server_decide(w->server, request, w->now, &reply) != SERVER_REPLIES)
		return;
	if (dhcp_parse(&packet, reply.message.bytes, reply.message.len, NULL) < 0)
		abort();
}

static void play(struct world *w, struct wire_reader r)
{
	while (wire_left(&r) > 0) {
		uint8_t kind = wire_u8(&r), value = wire_u8(&r);
		struct str bytes = wire_str(&r, kind < 2 ? wire_u16(&r) : 0);
		struct dhcp_packet packet;
		bool is_message = kind < 2 && !r.error &&
				  dhcp_parse(&packet, bytes.p, bytes.len, NULL) == 0;

		if (kind == 0 && is_message) {
			ask(w, &packet);
		} else if (kind == 1 && is_message) {
			/* Random transaction numbers would hide all that lies behind. */
			packet.xid = w->client.xid;
			step(w, DHCP_CLIENT_PACKET, &packet);
		} else if (kind == 2) {
			w->now += (clock_ns)value * value * NS_PER_S;
			step(w, DHCP_CLIENT_TIMER, NULL);
		} else if (kind == 3) {
			step(w, DHCP_CLIENT_CONFLICT, NULL);
		} else if (kind == 4) {
			step(w, DHCP_CLIENT_STOP, NULL);
			step(w, DHCP_CLIENT_START, NULL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct reservation reservation = { .mac = { 2, 0, 0, 0, 0, 9 },
		.address = 0xc0000232,
		.name = "printer" };
	static const struct pool_config pool = { .first = 0xc0000264,
		.last = 0xc0000266,
		.subnet = 0xc0000202,
		.prefix = 24,
		.lease_s = 60,
		.option_43 = { "\x01\x03x/y", 5 },
		.reservations = &reservation,
		.n_reservations = 1 };
	const struct server_config config = { .address = 0xc0000202,
		.pools = &pool,
		.n_pools = 1,
		.offer_hold = 10 * NS_PER_S,
		.decline_hold = 60 * NS_PER_S };
	const struct dhcp_client_config client = { .mac = { 2, 0, 0, 0, 0, 1 },
		.probes = 1 };
	struct world w = { .rng = rng_make(1, 1), .now = 1000 * NS_PER_S };

	if (dhcp_server_new(&w.server, &config, NULL) < 0)
		return 0;
	dhcp_client_init(&w.client, &client);
	step(&w, DHCP_CLIENT_START, NULL);
	play(&w, wire_reader(data, size));
	step(&w, DHCP_CLIENT_STOP, NULL);
	dhcp_client_free(&w.client);
	dhcp_server_free(w.server);
	return 0;
}
