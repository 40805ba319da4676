/* Whom a datagram tells of: DNS, DHCP, calls of CPEs behind NAT, or notifications of CPEs. */
#include "capture/observe/observe_internal.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp6.h"

enum {
	DNS_PORT = 53
};

/* ---- STUN, UDP connection requests, notifications ------------------------------------ */

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
	if (!more)
		return;
	more->udp_ts = ts;
	more->last_udp = observer->now;
}

/* host: the CPE that the datagram is about; null where only its addresses can tell. */
static void tell_datagram(struct observer *observer,
    const struct datagram_record *datagram, const struct light_facts *light,
    struct cpe_record *host)
{
	struct whole view = { .datagram = datagram,
		.light = light,
		.host = host,
		.fleet = &observer->fleet,
		.now = datagram->frame };

	if (!view.host)
		view.host = observer_find_cpe(observer, &datagram->from);
	if (!view.host || !view.host->is_cwmp)
		view.host = observer_find_cpe(observer, &datagram->to);
	if (view.host)
		view.device = cpe_device(view.host);
	observer_tell(observer, WHOLE_DATAGRAM, &view);
	note_udp_call(observer, view.device, datagram->payload);
}

static void tell_other(struct observer *observer,
    const struct datagram_record *datagram, struct cpe_record *host)
{
	auto_arena arena = ARENA_NULL;
	struct light_facts light;
	bool is_light = adjacent_note_datagram(observer, datagram, &arena, &light);

	tell_datagram(observer, datagram, is_light ? &light : NULL, host);
}

static bool is_dhcp6(uint16_t port)
{
	return port == DHCP6_CLIENT_PORT || port == DHCP6_SERVER_PORT;
}

void observe_datagram(struct observer *observer, const struct datagram_record *datagram,
    const uint8_t from_mac[6])
{
	uint16_t from = datagram->from_port, to = datagram->to_port;
	struct frame_ref frame = datagram->frame;
	struct cpe_record *host = NULL;

	if (from == DNS_PORT) {
		observe_dns(observer, &datagram->to, datagram->payload, true, frame);
	} else if (to == DNS_PORT) {
		observe_dns(observer, &datagram->from, datagram->payload, false, frame);
	} else if (to == DHCP_SERVER_PORT || to == DHCP_CLIENT_PORT) {
		observe_dhcp(observer, datagram);
	} else {
		if (is_dhcp6(from) || is_dhcp6(to))
			host =
			    observe_dhcp6(observer, datagram->payload, from_mac, frame);
		tell_other(observer, datagram, host);
	}
}
