#include "lib/relay/relay.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/relay/opt82.h"
#include "lib/relay/relay_id.h"

#include <string.h>

enum { /* offsets (RFC 2131 2) */
	AT_OP = 0,
	AT_HLEN = 2,
	AT_HOPS = 3,
	AT_FLAGS = 10,
	AT_CIADDR = 12,
	AT_YIADDR = 16,
	AT_GIADDR = 24,
	AT_CHADDR = 28,
	COOKIE = 0x63825363,
	OPTIONS_AT = DHCP_HEADER_BYTES + 4,
	FROM_CLIENT = 1,
	FROM_SERVER = 2,
};

struct message {
	const uint8_t *bytes;
	size_t len;
	uint32_t giaddr;
	bool has_options; /* BOOTP alone may have none */
	bool has_agent;   /* option 82 is in the options field */
};

/* Which options of the field are copied. */
enum agent_part {
	AGENT_KEPT,
	AGENT_LEFT_OUT
};

/* ---- reading -------------------------------------------------------------------------- */

/* The next option in the field, or the end. *at moves behind it; 0 for the end, which stands at
 * *at; ERR_MALFORMED for one that is not whole. A pad is an option of one byte. */
static int next_option(const struct message *m, size_t *at, struct str *ret)
{
	size_t from = *at, left = m->len - from, len = 1;

	if (left == 0 || m->bytes[from] == DHCP_OPTION_END)
		return 0;
	if (m->bytes[from] != DHCP_OPTION_PAD) {
		if (left < 2 || m->bytes[from + 1] > left - 2)
			return ERR_MALFORMED;
		len = 2u + m->bytes[from + 1];
	}
	*ret = str_make(m->bytes + from, len);
	*at = from + len;
	return 1;
}

static int read_message(struct message *m, struct str bytes)
{
	size_t at = OPTIONS_AT;
	struct str option;
	int r = 0;

	*m = (struct message){ .bytes = (const uint8_t *)bytes.p, .len = bytes.len };
	if (bytes.len < DHCP_HEADER_BYTES || m->bytes[AT_HLEN] > 16)
		return ERR_MALFORMED;
	m->giaddr = get_u32(m->bytes + AT_GIADDR);
	m->has_options =
	    bytes.len >= OPTIONS_AT && get_u32(m->bytes + DHCP_HEADER_BYTES) == COOKIE;
	while (m->has_options && (r = next_option(m, &at, &option)) > 0) {
		if ((uint8_t)option.p[0] == DHCP_OPTION_RELAY_AGENT)
			m->has_agent = true;
	}
	return r;
}

static int port_at(const struct relay *relay, uint32_t address)
{
	for (size_t i = 0; i < relay->n_ports; i++) {
		if (relay->ports[i].address == address)
			return (int)i;
	}
	return RELAY_ANY_PORT;
}

/* ---- writing -------------------------------------------------------------------------- */

/* What this relay writes into option 82 of that client at that port. Its length; 0 where it
 * writes none, or the texts come to more than it holds, which nobody configures. */
static size_t write_agent(const struct relay *relay, const struct relay_port *port,
    const struct message *m, uint8_t bytes[OPT82_BYTES_MAX])
{
	uint8_t circuit_id[OPT82_BYTES_MAX], remote_id[OPT82_BYTES_MAX];
	struct relay_id_facts facts = { port->name, relay->name, port->address, { 0 } };
	struct opt82 option = { STR_NULL, STR_NULL };
	int n;

	memcpy(facts.mac, m->bytes + AT_CHADDR, sizeof(facts.mac));
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

/* Copies the message up to its end option, with or without its options 82. */
static void copy(struct relay_out *out, const struct message *m, enum agent_part agent)
{
	size_t at = OPTIONS_AT;
	struct str option;

	memcpy(out->client, m->bytes + AT_CHADDR, sizeof(out->client));
	if (!m->has_options) {
		memcpy(out->bytes, m->bytes, m->len);
		out->len = m->len;
		return;
	}
	memcpy(out->bytes, m->bytes, OPTIONS_AT);
	out->len = OPTIONS_AT;
	while (next_option(m, &at, &option) > 0) {
		if (agent == AGENT_LEFT_OUT &&
		    (uint8_t)option.p[0] == DHCP_OPTION_RELAY_AGENT)
			continue;
		memcpy(out->bytes + out->len, option.p, option.len);
		out->len += option.len;
	}
}

/* The end option, and pads: no shorter than it was (RFC 1542 2.1 wants 300 bytes). */
static void end(struct relay_out *out, const struct message *m)
{
	size_t least = MAX(m->len, (size_t)DHCP_MIN_BYTES);

	if (m->has_options && out->len < sizeof(out->bytes))
		out->bytes[out->len++] = DHCP_OPTION_END;
	if (out->len >= least)
		return;
	memset(out->bytes + out->len, 0, least - out->len);
	out->len = least;
}

/* Option 82 is the last one, and never in sname or file (RFC 3046 2.1). */
static bool append_agent(struct relay_out *out, const uint8_t *bytes, size_t n)
{
	if (out->len + 2 + n + 1 > sizeof(out->bytes))
		return false;
	out->bytes[out->len] = DHCP_OPTION_RELAY_AGENT;
	out->bytes[out->len + 1] = (uint8_t)n;
	memcpy(out->bytes + out->len + 2, bytes, n);
	out->len += 2 + n;
	return true;
}

/* ---- requests ------------------------------------------------------------------------- */

static enum relay_verdict refuse_request(const struct relay *relay, int port,
    const struct message *m)
{
	if (port == RELAY_ANY_PORT)
		return RELAY_NO_PORT;
	if (m->bytes[AT_HOPS] > relay->hops_max)
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
    const struct message *m, struct relay_out *out)
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
	copy(out, m, AGENT_KEPT);
	out->bytes[AT_HOPS] = (uint8_t)(m->bytes[AT_HOPS] + 1);
	/* What another relay, or a switch that is trusted, has said of it stays. */
	if (m->giaddr == 0) {
		put_u32(out->bytes + AT_GIADDR, port->address);
		n = m->has_agent ? 0 : write_agent(relay, port, m, agent);
		if (n > 0 && !(m->has_options && append_agent(out, agent, n)))
			verdict = RELAY_SENDS_BARE;
	}
	end(out, m);
	return verdict;
}

/* ---- replies -------------------------------------------------------------------------- */

/* Whether option 82 of a reply is what this relay has written. At a port that is trusted a
 * switch may have, who wants it back. */
static bool is_own_agent(const struct relay *relay, const struct relay_port *port,
    const struct message *m)
{
	uint8_t own[OPT82_BYTES_MAX];
	size_t at = OPTIONS_AT, n = write_agent(relay, port, m, own);
	struct str option;

	if (!port->is_trusted)
		return true;
	while (next_option(m, &at, &option) > 0) {
		if ((uint8_t)option.p[0] == DHCP_OPTION_RELAY_AGENT)
			return n > 0 && str_eq(str_make(option.p + 2, option.len - 2),
					    str_make(own, n));
	}
	return false;
}

/* Where it goes (RFC 1542 4.1.2): a client that asks for it is told by broadcast. What is an
 * answer to DHCPINFORM gives no address: that client has one. */
static void address_reply(struct relay_out *out, const struct message *m)
{
	uint32_t yiaddr = get_u32(m->bytes + AT_YIADDR);

	out->address = yiaddr ? yiaddr : get_u32(m->bytes + AT_CIADDR);
	out->is_broadcast = (get_u16(m->bytes + AT_FLAGS) & DHCP_BROADCAST_FLAG) ||
			    out->address == 0 || m->bytes[AT_HLEN] != 6;
}

static enum relay_verdict decide_reply(const struct relay *relay,
    const struct message *m, struct relay_out *out)
{
	int port = port_at(relay, m->giaddr);

	if (m->giaddr == 0 || port == RELAY_ANY_PORT)
		return RELAY_NOT_OURS;
	out->n_servers = 0;
	out->port = (size_t)port;
	copy(out, m,
	    m->has_agent && is_own_agent(relay, &relay->ports[port], m) ? AGENT_LEFT_OUT
									: AGENT_KEPT);
	end(out, m);
	address_reply(out, m);
	return RELAY_SENDS;
}

enum relay_verdict relay_decide(const struct relay *relay, int port, struct str message,
    struct relay_out *out)
{
	struct message m;

	if (message.len > sizeof(out->bytes))
		return RELAY_TOO_LARGE;
	if (read_message(&m, message) < 0)
		return RELAY_BROKEN;
	switch (m.bytes[AT_OP]) {
	case FROM_CLIENT:
		return decide_request(relay, port, &m, out);
	case FROM_SERVER:
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
