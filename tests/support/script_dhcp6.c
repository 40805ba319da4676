/* DHCPv6 messages of a script (RFC 8415). */
#include "tests/support/script_dhcp.h"

#include "lib/base/wire.h"
#include "lib/proto/dhcp6.h"

static const struct {
	const char *name;
	uint8_t type;
	bool is_of_server;
} dhcp6_rows[] = { { "solicit", DHCP6_SOLICIT, false },
	{ "advertise", DHCP6_ADVERTISE, true }, { "request", DHCP6_REQUEST, false },
	{ "confirm", DHCP6_CONFIRM, false }, { "renew", DHCP6_RENEW, false },
	{ "rebind", DHCP6_REBIND, false }, { "reply", DHCP6_REPLY, true },
	{ "release", DHCP6_RELEASE, false },
	{ "information-request", DHCP6_INFORMATION_REQUEST, false } };

/* Link-local, from the MAC (RFC 4291 2.5.6; the identifier is no EUI-64 here). */
static void link_local(struct endpoint *at, const struct host *host, uint16_t port)
{
	*at = host->at;
	at->is_ip6 = true;
	at->port = port;
	memcpy(at->ip6, (const uint8_t[16]){ 0xfe, 0x80 }, 16);
	memcpy(at->ip6 + 10, host->at.mac, 6);
}

static const struct endpoint *dhcp6_servers(void)
{
	static const struct endpoint all = { { 0x33, 0x33, 0, 1, 0, 2 }, 0,
		DHCP6_SERVER_PORT, true,
		{ 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2 } };

	return &all;
}

static int duid(struct script *s, struct option_list *list, uint16_t code,
    const struct host *host)
{
	uint8_t bytes[10] = { 0, 3, 0, 1 }; /* DUID-LL, RFC 8415 11.4 */

	memcpy(bytes + 4, host->at.mac, 6);
	return dhcp_option_set(s, list, code, str_make(bytes, sizeof(bytes)));
}

static void dhcp6_send(struct script *s, size_t row, const struct dhcp_plan *plan)
{
	struct endpoint client, server;
	auto_buf out = BUF_NULL;
	uint8_t head[4];

	put_u32(head, plan->client->xid & 0xffffff);
	head[0] = dhcp6_rows[row].type;
	buf_append(&out, head, sizeof(head));
	for (size_t i = 0; i < plan->options.len; i++) {
		put_u16(head, plan->options.items[i].code);
		put_u16(head + 2, (uint16_t)plan->options.items[i].bytes.len);
		buf_append(&out, head, sizeof(head));
		buf_append_str(&out, plan->options.items[i].bytes);
	}
	link_local(&client, plan->client, DHCP6_CLIENT_PORT);
	link_local(&server, plan->server, DHCP6_SERVER_PORT);
	if (dhcp6_rows[row].is_of_server)
		packets_udp(s->out, &server, &client, buf_str(&out));
	else
		packets_udp(s->out, &client, dhcp6_servers(), buf_str(&out));
}

int run_dhcp6(struct script *s, const struct statement *st)
{
	struct dhcp_plan plan = { .client = script_host(s, STR("cpe")),
		.server = script_host(s, STR("dhcp")) };
	size_t row = 0;
	int r = 0;

	while (row < ARRAY_LEN(dhcp6_rows) &&
	       (st->n_words < 2 || !word_is(&st->words[1], dhcp6_rows[row].name)))
		row++;
	if (row == ARRAY_LEN(dhcp6_rows))
		return script_error(s, NULL,
		    "dhcp6 solicit|advertise|request|reply|...");
	for (size_t i = 2; i < st->n_words && r == 0; i++)
		r = dhcp_plan_word(s, &st->words[i], &plan);
	if (r < 0)
		return r;
	if (dhcp6_rows[row].type == DHCP6_SOLICIT || plan.client->xid == 0)
		plan.client->xid = 0x3903f326 + (uint32_t)s->out->frames;
	r = duid(s, &plan.options, DHCP6_OPTION_CLIENT_ID, plan.client);
	if (r == 0 && dhcp6_rows[row].is_of_server)
		r = duid(s, &plan.options, DHCP6_OPTION_SERVER_ID, plan.server);
	if (r == 0)
		r = dhcp_option_lines(s, st, &plan.options);
	if (r == 0)
		dhcp6_send(s, row, &plan);
	return r;
}
