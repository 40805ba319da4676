/* The first byte chooses the port, and whether what comes by it is trusted; the rest is a message.
 * What a relay sends on, and a server echoes, comes back to the client as it was. */
#include "lib/relay/opt82.h"
#include "lib/relay/relay.h"
#include "lib/relay/snoop.h"

#include "lib/base/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	GIADDR_AT = 24,
	OPTIONS_AT = 240,
};

static const uint32_t servers[] = { 0x0a000002 };

static void option_of(const struct relay_out *out)
{
	struct dhcp_packet packet;
	struct error err = ERROR_NULL;
	struct opt82 option;
	struct str value;

	if (dhcp_parse(&packet, out->bytes, out->len, NULL) < 0)
		return;
	value = dhcp_option(&packet, DHCP_OPTION_RELAY_AGENT);
	if (value.p && opt82_parse(&option, value, &err) < 0 && err.offset > value.len)
		abort();
}

/* The options of the reply are those of the request. */
static void echo(const struct relay *relay, const uint8_t *request, size_t len,
    struct relay_out *sent)
{
	static struct relay_out back;
	size_t at = OPTIONS_AT;

	sent->bytes[0] = 2;
	if (relay_decide(relay, RELAY_ANY_PORT, str_make(sent->bytes, sent->len),
		&back) != RELAY_SENDS)
		abort();
	while (at < len && request[at] != DHCP_OPTION_END)
		at += request[at] == 0 ? 1u : 2u + request[at + 1];
	if (len > OPTIONS_AT &&
	    memcmp(back.bytes + OPTIONS_AT, request + OPTIONS_AT, at - OPTIONS_AT) != 0)
		abort();
}

static void snoop(unsigned choice, const uint8_t *data, size_t size)
{
	const struct snoop_port ports[] = { { "a", false }, { "b", true } };
	const struct snoop switches = { "sw", ports, 2, choice & 4 ? NULL : "{port}",
		"{router}/{mac}" };
	static struct snoop_out out;
	enum snoop_verdict verdict =
	    snoop_decide(&switches, choice & 1, str_make(data, size), &out);

	if (snoop_is_passed(verdict) &&
	    (out.len < DHCP_MIN_BYTES || out.len > sizeof(out.bytes) ||
		(verdict == SNOOP_TO_PORT && out.port != 0)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct relay_port ports[] = { { "eth0", 0x0a000001, 24, false },
		{ "eth1", 0x0a010001, 24, size > 0 && (data[0] & 2) } };
	const struct relay relay = { .name = "r",
		.ports = ports,
		.n_ports = 2,
		.servers = servers,
		.n_servers = 1,
		.hops_max = RELAY_HOPS_MAX,
		.circuit_id = size > 0 && (data[0] & 4) ? NULL : "{port}/{mac}",
		.remote_id = "{router}" };
	static struct relay_out out;
	enum relay_verdict verdict;

	if (size == 0)
		return 0;
	snoop(data[0], data + 1, size - 1);
	verdict = relay_decide(&relay, data[0] & 1, str_make(data + 1, size - 1), &out);
	if (!relay_is_sent(verdict))
		return 0;
	if (out.len < DHCP_MIN_BYTES || out.len > sizeof(out.bytes))
		abort();
	option_of(&out);
	if (out.n_servers > 0 && get_u32(data + 1 + GIADDR_AT) == 0 &&
	    verdict == RELAY_SENDS && !(data[0] & 2))
		echo(&relay, data + 1, size - 1, &out);
	return 0;
}
