/* The first byte chooses: a DHCP message, or an Ethernet frame that holds one. What parses
 * must be built again from its options without going over the limits. */
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp_frame.h"
#include "lib/proto/opt125.h"
#include "lib/proto/opt43.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void message(const void *bytes, size_t len)
{
	struct error err = ERROR_NULL;
	struct dhcp_packet packet;
	struct dhcp_builder b;
	struct opt124 class;
	struct opt125 bbf;
	struct opt43 acs;
	struct str value;
	size_t total = 0;

	if (dhcp_parse(&packet, bytes, len, &err) < 0) {
		if (err.offset > len || err.text[0] == '\0')
			abort();
		return;
	}
	dhcp_build(&b, &packet, DHCP_OFFER, 0);
	for (unsigned i = 1; i < 255; i++) {
		value = dhcp_option(&packet, (uint8_t)i);
		total += value.len;
		if (value.p)
			dhcp_build_option(&b, (uint8_t)i, value);
	}
	if (total != packet.n_joined)
		abort();
	(void)dhcp_build_end(&b);
	value = dhcp_option(&packet, DHCP_OPTION_VENDOR);
	if (value.p)
		(void)opt43_parse(&acs, value.p, value.len, true, NULL);
	value = dhcp_option(&packet, DHCP_OPTION_VI_VENDOR_CLASS);
	if (value.p)
		(void)opt124_parse(&class, value.p, value.len, &err);
	value = dhcp_option(&packet, DHCP_OPTION_VI_VENDOR);
	if (value.p)
		(void)opt125_parse(&bbf, value.p, value.len, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_frame frame;
	struct arp_frame arp;

	if (size == 0)
		return 0;
	if (data[0] == 0) {
		message(data + 1, size - 1);
		return 0;
	}
	(void)arp_frame_parse(&arp, data + 1, size - 1);
	if (dhcp_frame_parse(&frame, data + 1, size - 1, data[0] & 1) == 0)
		message(frame.payload.p, frame.payload.len);
	return 0;
}
