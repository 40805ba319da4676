/* A DHCPv6 message: what parses has options that lie inside it, one after the other. */
#include "lib/proto/dhcp6.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void vendors(const struct dhcp6_cursor *c)
{
	struct dhcp6_vendor_class class;
	struct dhcp6_vendor vendor;
	struct error err = ERROR_NULL;
	int r = 0;

	if (c->code == DHCP6_OPTION_VENDOR_CLASS)
		r = dhcp6_vendor_class_parse(&class, c->value, &err);
	else if (c->code == DHCP6_OPTION_VENDOR)
		r = dhcp6_vendor_parse(&vendor, c->value, &err);
	if (r < 0 && (err.offset > c->value.len || err.text[0] == '\0'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp6_packet packet;
	struct dhcp6_cursor c = { 0 };
	struct error err = ERROR_NULL;

	if (dhcp6_parse(&packet, data, size, &err) < 0) {
		if (err.offset > size || err.text[0] == '\0')
			abort();
		return 0;
	}
	while (dhcp6_next(&packet, &c)) {
		if (c.value_at + c.value.len > size ||
		    (c.value.len > 0 &&
			(const uint8_t *)c.value.p != data + c.value_at))
			abort();
		vendors(&c);
	}
	if (c.at != packet.options.len)
		abort();
	(void)dhcp6_address(&packet);
	(void)dhcp6_status(&packet);
	(void)dhcp6_option_of(&packet, DHCP6_OPTION_VENDOR, 3561);
	return 0;
}
