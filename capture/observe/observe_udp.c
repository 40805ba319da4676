/* Whom a datagram tells of: DNS, DHCP, or calls of CPEs behind NAT. */
#include "capture/observe/observe_internal.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp6.h"

enum {
	DNS_PORT = 53
};

/* ---- STUN and UDP connection requests ---------------------------------------------- */

/* "GET http://10.0.0.100:7547?ts=1764000000&id=..." (TR-069 A6 G.2.2.3). */
static void note_udp_call(struct observer *observer, struct device_record *device,
    struct str payload)
{
	struct device_more *more;
	uint64_t ts = 0;
	size_t at;

	if (!device || !str_starts(payload, STR("GET ")) ||
	    !str_find(payload, STR("ts="), &at))
		return;
	more = device_more(observer, device);
	for (size_t i = at + 3; i < payload.len && i < at + 22; i++) {
		if (payload.p[i] < '0' || payload.p[i] > '9')
			break;
		ts = ts * 10 + (uint64_t)(payload.p[i] - '0');
	}
	if (more)
		more->udp_ts = ts;
}

/* host: null where only the addresses tell. */
static void judge_datagram(struct observer *observer,
    const struct datagram_record *datagram, struct cpe_record *host)
{
	struct whole view = { .datagram = datagram,
		.host = host,
		.fleet = &observer->fleet,
		.now = datagram->frame };

	if (!view.host)
		view.host = observer_find_cpe(observer, &datagram->from);
	if (!view.host || !view.host->is_cwmp)
		view.host = observer_find_cpe(observer, &datagram->to);
	if (view.host)
		view.device = view.host->device;
	observer_tell(observer, WHOLE_DATAGRAM, &view);
	note_udp_call(observer, view.device, datagram->payload);
}

static bool is_dhcp6(uint16_t port)
{
	return port == DHCP6_CLIENT_PORT || port == DHCP6_SERVER_PORT;
}

void observe_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    struct str payload, struct frame_ref frame)
{
	const struct datagram_record datagram = { frame, *from, *to, from_port, to_port,
		payload };
	struct cpe_record *host = NULL;

	observer_tick(user, frame);
	if (from_port == DNS_PORT) {
		observe_dns(user, to, payload, true, frame);
	} else if (to_port == DNS_PORT) {
		observe_dns(user, from, payload, false, frame);
	} else if (to_port == DHCP_SERVER_PORT || to_port == DHCP_CLIENT_PORT) {
		observe_dhcp(user, payload, frame);
	} else {
		if (is_dhcp6(from_port) || is_dhcp6(to_port))
			host = observe_dhcp6(user, payload, from_mac, frame);
		judge_datagram(user, &datagram, host);
	}
}
