#include "capture/message/dhcp_options.h"

#include "capture/stream/conn.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/proto/opt125.h"

enum {
	OPTION_SHOWN_MAX = 64
};

static bool is_text(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~')
			return false;
	}
	return true;
}

static void put(struct buf *out, const char *name, struct str value)
{
	size_t n = MIN(value.len, (size_t)OPTION_SHOWN_MAX);

	if (value.len == 0)
		return;
	buf_printf(out, "%s%s ", out->len > 0 ? ", " : "", name);
	if (is_text(value))
		buf_append(out, value.p, n);
	else
		hex_append(out, value.p, n);
	if (n < value.len)
		buf_append_text(out, "...");
}

/* ---- DHCPv4 ------------------------------------------------------------------------ */

/* RFC 3046 2.0: sub-options with a type and a length byte each. */
static void put_relay(struct buf *out, struct str value)
{
	static const struct {
		uint8_t code;
		const char *name;
	} known[] = { { 1, "circuit-id" }, { 2, "remote-id" }, { 6, "subscriber-id" } };

	while (value.len >= 2 && (uint8_t)value.p[1] <= value.len - 2) {
		struct str sub = str_make(value.p + 2, (uint8_t)value.p[1]);

		for (size_t i = 0; i < ARRAY_LEN(known); i++) {
			if (known[i].code == (uint8_t)value.p[0])
				put(out, known[i].name, sub);
		}
		value = str_from(value, 2 + sub.len);
	}
}

struct sub_name {
	uint8_t code;
	const char *name;
};

static void put_subs(struct buf *out, const struct str *sub,
    const struct sub_name *names)
{
	for (; names->name; names++)
		put(out, names->name, sub[names->code]);
}

/* A server's 1 to 4 may as well be an ACS: they are the rules' to judge. */
static void put_identities(struct buf *out, const struct dhcp_packet *packet)
{
	static const struct sub_name device[] = { { 1, "OUI" }, { 2, "serial number" },
		{ 3, "product class" }, { 0, NULL } };
	static const struct sub_name gateway[] = { { 4, "gateway OUI" },
		{ 5, "gateway serial number" }, { 6, "gateway product class" },
		{ 0, NULL } };
	struct str value = dhcp_option(packet, DHCP_OPTION_VI_VENDOR);
	struct opt125 option;

	if (opt125_parse(&option, value.p, value.len, NULL) == 0 && option.has_bbf)
		put_subs(out, option.sub, packet->op == 1 ? device : gateway);
}

void dhcp_options_put(struct buf *out, const struct dhcp_packet *packet)
{
	struct str value = dhcp_option(packet, DHCP_OPTION_VI_VENDOR_CLASS);
	struct opt124 class;

	put(out, "class", dhcp_option(packet, DHCP_OPTION_VENDOR_CLASS));
	if (opt124_parse(&class, value.p, value.len, NULL) == 0 && class.has_bbf)
		put(out, "class by option 124", class.class);
	put_relay(out, dhcp_option(packet, DHCP_OPTION_RELAY_AGENT));
	put_identities(out, packet);
}

/* ---- DHCPv6 ------------------------------------------------------------------------ */

void dhcp6_options_put(struct buf *out, const struct dhcp6_packet *packet)
{
	/* TR-069 A6 Annex F */
	static const struct sub_name identities[] = { { 11, "OUI" },
		{ 12, "serial number" }, { 13, "product class" }, { 14, "gateway OUI" },
		{ 15, "gateway serial number" }, { 16, "gateway product class" },
		{ 0, NULL } };
	struct str value = dhcp6_option(packet, DHCP6_OPTION_VENDOR_CLASS, NULL);
	struct dhcp6_vendor_class class;
	struct dhcp6_vendor vendor;
	char text[ADDRESS_TEXT_MAX];

	if (dhcp6_vendor_class_parse(&class, value, NULL) == 0) {
		for (size_t i = 0; i < class.n_classes; i++)
			put(out, "class", class.classes[i]);
	}
	value = dhcp6_option_of(packet, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE);
	if (value.p && dhcp6_vendor_parse(&vendor, value, NULL) == 0)
		put_subs(out, vendor.sub, identities);
	if (packet->link_address) {
		struct address link = { .family = ADDRESS_IPV6 };

		memcpy(link.bytes, packet->link_address, sizeof(link.bytes));
		put(out, "relay", str_of(address_text(&link, text)));
	}
}
