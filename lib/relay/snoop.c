#include "lib/relay/snoop.h"

#include "lib/base/compiler.h"
#include "lib/relay/opt82.h"
#include "lib/relay/relay_id.h"
#include "lib/relay/relay_message.h"

#include <string.h>

static struct str write_id(uint8_t bytes[OPT82_BYTES_MAX], const char *text,
    const struct relay_id_facts *facts)
{
	int n = text ? relay_id_write(bytes, text, facts, NULL) : 0;

	return text ? str_make(bytes, (size_t)MAX(n, 0)) : STR_NULL;
}

/* What the switch writes into option 82 of that client at that port. */
static struct str write_agent(const struct snoop *snoop, const struct snoop_port *port,
    const struct relay_message *m, uint8_t bytes[OPT82_BYTES_MAX])
{
	uint8_t circuit_id[OPT82_BYTES_MAX], remote_id[OPT82_BYTES_MAX];
	struct relay_id_facts facts = { port->name, snoop->name, 0, { 0 } };
	struct opt82 option;
	int n;

	memcpy(facts.mac, m->bytes + RELAY_AT_CHADDR, sizeof(facts.mac));
	option.circuit_id = write_id(circuit_id, snoop->circuit_id, &facts);
	option.remote_id = write_id(remote_id, snoop->remote_id, &facts);
	n = opt82_write(bytes, &option);
	return str_make(bytes, (size_t)MAX(n, 0));
}

static enum snoop_verdict decide_request(const struct snoop *snoop,
    const struct snoop_port *port, const struct relay_message *m, struct snoop_out *out)
{
	enum snoop_verdict verdict = SNOOP_TO_SERVERS;
	uint8_t bytes[OPT82_BYTES_MAX];
	struct str agent;

	if (!port->is_trusted && m->giaddr != 0)
		return SNOOP_RELAYED;
	if (!port->is_trusted && m->has_agent)
		return SNOOP_UNTRUSTED;
	out->len = relay_message_copy(m, true, out->bytes);
	if (!port->is_trusted) {
		agent = write_agent(snoop, port, m, bytes);
		if (agent.len > 0 &&
		    !(m->has_options &&
			relay_message_append(out->bytes, &out->len, agent)))
			verdict = SNOOP_TO_SERVERS_BARE;
	}
	relay_message_end(m, out->bytes, &out->len);
	return verdict;
}

/* The port whose option 82 it has, or n_ports. */
static size_t port_of(const struct snoop *snoop, const struct relay_message *m)
{
	struct str agent = relay_message_agent(m);
	uint8_t bytes[OPT82_BYTES_MAX];
	size_t i = 0;

	if (agent.len == 0)
		return snoop->n_ports;
	while (i < snoop->n_ports &&
	       (snoop->ports[i].is_trusted ||
		   !str_eq(agent, write_agent(snoop, &snoop->ports[i], m, bytes))))
		i++;
	return i;
}

/* An option 82 of somebody else is wanted back by whoever wrote it. */
static enum snoop_verdict decide_reply(const struct snoop *snoop,
    const struct snoop_port *port, const struct relay_message *m, struct snoop_out *out)
{
	if (!port->is_trusted)
		return SNOOP_ROGUE;
	out->port = port_of(snoop, m);
	out->len = relay_message_copy(m, out->port == snoop->n_ports, out->bytes);
	relay_message_end(m, out->bytes, &out->len);
	return out->port < snoop->n_ports ? SNOOP_TO_PORT : SNOOP_TO_ALL;
}

enum snoop_verdict snoop_decide(const struct snoop *snoop, size_t port,
    struct str message, struct snoop_out *out)
{
	const struct snoop_port *from = &snoop->ports[port];
	struct relay_message m;

	if (message.len > sizeof(out->bytes) || relay_message_read(&m, message) < 0)
		return SNOOP_BROKEN;
	switch (m.bytes[RELAY_AT_OP]) {
	case RELAY_FROM_CLIENT:
		return decide_request(snoop, from, &m, out);
	case RELAY_FROM_SERVER:
		return decide_reply(snoop, from, &m, out);
	default: /* a byte from the wire, not our enum */
		return SNOOP_BROKEN;
	}
}

const char *snoop_verdict_name(enum snoop_verdict verdict)
{
	static const char *const names[SNOOP_VERDICTS] = {
		[SNOOP_TO_SERVERS] = "passed to servers",
		[SNOOP_TO_SERVERS_BARE] = "passed without option 82: no room",
		[SNOOP_TO_PORT] = "passed to its client",
		[SNOOP_TO_ALL] = "passed to all",
		[SNOOP_BROKEN] = "no DHCP message",
		[SNOOP_ROGUE] = "a server at a port that is not trusted",
		[SNOOP_UNTRUSTED] = "option 82 from a port that is not trusted",
		[SNOOP_RELAYED] = "a relay at a port that is not trusted",
	};

	return names[verdict];
}
