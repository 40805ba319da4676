#include "agents/cpe/dhcp6/dhcp6_client_message.h"

#include "lib/base/wire.h"
#include "lib/proto/opt125.h"

enum {
	DUID_LL = 3,
	ETHERNET = 1
};

static const uint8_t asked_for[] = { 0, DHCP6_OPTION_VENDOR, 0, DHCP6_OPTION_DNS, 0,
	DHCP6_OPTION_DOMAINS, 0, DHCP6_OPTION_SOL_MAX_RT };
static const uint8_t asked_for_alone[] = { 0, DHCP6_OPTION_VENDOR, 0, DHCP6_OPTION_DNS,
	0, DHCP6_OPTION_DOMAINS, 0, DHCP6_OPTION_REFRESH, 0, DHCP6_OPTION_INF_MAX_RT };

void dhcp6_client_duid(const struct dhcp6_client *client,
    uint8_t ret[DHCP6_CLIENT_DUID])
{
	put_u16(ret, DUID_LL);
	put_u16(ret + 2, ETHERNET);
	memcpy(ret + 4, client->config.mac, sizeof(client->config.mac));
}

uint32_t dhcp6_client_iaid(const struct dhcp6_client *client)
{
	return get_u32(client->config.mac + 2);
}

/* Whom a message is for; a null view: for all servers. */
static struct str server_of(const struct dhcp6_client *client, enum dhcp6_message type)
{
	if (type == DHCP6_REQUEST)
		return str_make(client->offer.server, client->offer.server_len);
	if (type == DHCP6_RENEW || type == DHCP6_RELEASE || type == DHCP6_DECLINE)
		return str_make(client->lease.server, client->lease.server_len);
	return STR_NULL;
}

static const uint8_t *address_of(const struct dhcp6_client *client,
    enum dhcp6_message type)
{
	if (type == DHCP6_REQUEST)
		return client->offer.address;
	return client->lease.has_address ? client->lease.address : NULL;
}

/* Who gives back asks for nothing (RFC 8415 18.2.7). */
static void put_wishes(struct dhcp6_builder *builder, const struct dhcp6_client *client,
    bool is_alone)
{
	const char *class =
	    client->config.vendor_class ? client->config.vendor_class : "dslforum.org";

	dhcp6_build_option(builder, DHCP6_OPTION_REQUEST,
	    is_alone ? str_make(asked_for_alone, sizeof(asked_for_alone))
		     : str_make(asked_for, sizeof(asked_for)));
	dhcp6_build_vendor_class(builder, BBF_ENTERPRISE, str_of(class));
}

void dhcp6_client_message(struct dhcp6_builder *builder,
    const struct dhcp6_client *client, enum dhcp6_message type, uint16_t elapsed)
{
	struct str server = server_of(client, type);
	bool is_alone = type == DHCP6_INFORMATION_REQUEST;
	uint8_t duid[DHCP6_CLIENT_DUID];

	dhcp6_client_duid(client, duid);
	dhcp6_build(builder, type, client->xid);
	dhcp6_build_option(builder, DHCP6_OPTION_CLIENT_ID,
	    str_make(duid, sizeof(duid)));
	if (server.p)
		dhcp6_build_option(builder, DHCP6_OPTION_SERVER_ID, server);
	dhcp6_build_u16(builder, DHCP6_OPTION_ELAPSED, elapsed);
	if (!is_alone)
		dhcp6_build_ia_na(builder, dhcp6_client_iaid(client),
		    address_of(client, type));
	if (type != DHCP6_RELEASE && type != DHCP6_DECLINE)
		put_wishes(builder, client, is_alone);
}
