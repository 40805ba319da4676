#include "lib/relay/relay.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/relay/opt82.h"
#include "lib/relay/relay_id.h"
#include "lib/relay/relay_message.h"

#include <string.h>

static int port_at(const struct relay *relay, uint32_t address)
{
	for (size_t i = 0; i < relay->n_ports; i++) {
		if (relay->ports[i].address == address)
			return (int)i;
	}
	return RELAY_ANY_PORT;
}

/* What this relay writes into option 82 of that client at that port. Its length; 0 where it
 * writes none, or the texts come to more than it holds, which nobody configures. */
static size_t write_agent(const struct relay *relay, const struct relay_port *port,
    const struct relay_message *m, uint8_t bytes[OPT82_BYTES_MAX])
{
	uint8_t circuit_id[OPT82_BYTES_MAX], remote_id[OPT82_BYTES_MAX];
	struct relay_id_facts facts = { port->name, relay->name, port->address, { 0 } };
	struct opt82 option = { STR_NULL, STR_NULL };
	int n;

	memcpy(facts.mac, m->bytes + RELAY_AT_CHADDR, sizeof(facts.mac));
	if (relay->circuit_id) {
		n = relay_id_write(circuit_id, relay->circuit_id, &facts, NULL);
		option.circuit_id = str_make(circuit_id, (size_t)MAX(n, 0));
	}
	if (relay->remote_id) {
		n = relay_id_write(remote_id, relay->remote_id, &facts, NULL);
		option.remote_id = str_make(remote_id, (size_t)MAX(n, 0));
	}
	n = opt82_write(bytes, &option);
	return (size_t)MAX(n, 0);
}

/* ---- requests ------------------------------------------------------------------------- */

static enum relay_verdict refuse_request(const struct relay *relay, int port,
    const struct relay_message *m)
{
	if (port == RELAY_ANY_PORT)
		return RELAY_NO_PORT;
	if (m->bytes[RELAY_AT_HOPS] > relay->hops_max)
		return RELAY_HOPS;
	if (m->giaddr != 0)
		return port_at(relay, m->giaddr) == RELAY_ANY_PORT ? RELAY_SENDS
								   : RELAY_SPOOFED;
	return m->has_agent && !relay->ports[port].is_trusted ? RELAY_UNTRUSTED
							      : RELAY_SENDS;
}

static void choose_servers(const struct relay *relay, const struct relay_port *port,
    struct relay_out *out)
{
	uint32_t mask = ipv4_mask(port->prefix);

	out->n_servers = 0;
	for (size_t i = 0; i < relay->n_servers; i++) {
		if ((relay->servers[i] & mask) != (port->address & mask))
			out->servers[out->n_servers++] = relay->servers[i];
	}
}

static enum relay_verdict decide_request(const struct relay *relay, int at,
    const struct relay_message *m, struct relay_out *out)
{
	enum relay_verdict verdict = refuse_request(relay, at, m);
	const struct relay_port *port;
	uint8_t agent[OPT82_BYTES_MAX];
	size_t n;

	if (verdict != RELAY_SENDS)
		return verdict;
	port = &relay->ports[at];
	choose_servers(relay, port, out);
	if (out->n_servers == 0)
		return RELAY_BESIDE;
	memcpy(out->client, m->bytes + RELAY_AT_CHADDR, sizeof(out->client));
	out->len = relay_message_copy(m, true, out->bytes);
	out->bytes[RELAY_AT_HOPS] = (uint8_t)(m->bytes[RELAY_AT_HOPS] + 1);
	/* What another relay, or a switch that is trusted, has said of it stays. */
	if (m->giaddr == 0) {
		put_u32(out->bytes + RELAY_AT_GIADDR, port->address);
		n = m->has_agent ? 0 : write_agent(relay, port, m, agent);
		if (n > 0 && !(m->has_options && relay_message_append(out->bytes,
						     &out->len, str_make(agent, n))))
			verdict = RELAY_SENDS_BARE;
	}
	relay_message_end(m, out->bytes, &out->len);
	return verdict;
}

/* ---- replies -------------------------------------------------------------------------- */

/* Whether option 82 of a reply is what this relay has written. At a port that is trusted a
 * switch may have, who wants it back. */
static bool is_own_agent(const struct relay *relay, const struct relay_port *port,
    const struct relay_message *m)
{
	uint8_t own[OPT82_BYTES_MAX];
	size_t n = write_agent(relay, port, m, own);

	return !port->is_trusted ||
	       (n > 0 && str_eq(relay_message_agent(m), str_make(own, n)));
}

/* Where it goes (RFC 1542 4.1.2): a client that asks for it is told by broadcast. What is an
 * answer to DHCPINFORM gives no address: that client has one. */
static void address_reply(struct relay_out *out, const struct relay_message *m)
{
	uint32_t yiaddr = get_u32(m->bytes + RELAY_AT_YIADDR);

	out->address = yiaddr ? yiaddr : get_u32(m->bytes + RELAY_AT_CIADDR);
	out->is_broadcast =
	    (get_u16(m->bytes + RELAY_AT_FLAGS) & DHCP_BROADCAST_FLAG) ||
	    out->address == 0 || m->bytes[RELAY_AT_HLEN] != 6;
}

static enum relay_verdict decide_reply(const struct relay *relay,
    const struct relay_message *m, struct relay_out *out)
{
	int port = port_at(relay, m->giaddr);

	if (m->giaddr == 0 || port == RELAY_ANY_PORT)
		return RELAY_NOT_OURS;
	out->n_servers = 0;
	out->port = (size_t)port;
	memcpy(out->client, m->bytes + RELAY_AT_CHADDR, sizeof(out->client));
	out->len = relay_message_copy(m,
	    m->has_agent && !is_own_agent(relay, &relay->ports[port], m), out->bytes);
	relay_message_end(m, out->bytes, &out->len);
	address_reply(out, m);
	return RELAY_SENDS;
}

enum relay_verdict relay_decide(const struct relay *relay, int port, struct str message,
    struct relay_out *out)
{
	struct relay_message m;

	if (message.len > sizeof(out->bytes))
		return RELAY_TOO_LARGE;
	if (relay_message_read(&m, message) < 0)
		return RELAY_BROKEN;
	switch (m.bytes[RELAY_AT_OP]) {
	case RELAY_FROM_CLIENT:
		return decide_request(relay, port, &m, out);
	case RELAY_FROM_SERVER:
		return decide_reply(relay, &m, out);
	default: /* a byte from the wire, not our enum */
		return RELAY_BROKEN;
	}
}

const char *relay_verdict_name(enum relay_verdict verdict)
{
	static const char *const names[RELAY_VERDICTS] = {
		[RELAY_SENDS] = "sent",
		[RELAY_SENDS_BARE] = "sent without option 82: no room",
		[RELAY_BESIDE] = "its servers are beside it",
		[RELAY_NO_PORT] = "no clients are relayed there",
		[RELAY_BROKEN] = "no DHCP message",
		[RELAY_TOO_LARGE] = "larger than a frame",
		[RELAY_HOPS] = "too many hops",
		[RELAY_UNTRUSTED] = "option 82 from a port that is not trusted",
		[RELAY_SPOOFED] = "giaddr is an address of this relay",
		[RELAY_NOT_OURS] = "giaddr is no address of this relay",
	};

	return names[verdict];
}
