/* What datagrams tell: DHCP, and calls of CPEs behind NAT. */
#include "capture/discovery.h"
#include "capture/observe_internal.h"
#include "lib/base/text.h"
#include "lib/proto/dhcp.h"

#include <errno.h>

enum {
	DNS_PORT = 53,
	OPT43_HEX_MAX = 64
};

/* ---- DHCP -------------------------------------------------------------------------- */

static struct str keep(struct observer *observer, struct str s)
{
	return s.p ? arena_str(&observer->arena, s) : STR_NULL;
}

/* The views of an option 43 point into the packet: they are copied. */
static void keep_opt43(struct observer *observer, struct opt43 *opt43)
{
	opt43->url = keep(observer, opt43->url);
	opt43->username = keep(observer, opt43->username);
	opt43->password =
	    observer->options.show_secrets ? keep(observer, opt43->password) : STR_NULL;
	opt43->provisioning_code = keep(observer, opt43->provisioning_code);
	opt43->service_provider = keep(observer, opt43->service_provider);
	opt43->pxe = STR_NULL;
}

static void keep_raw(struct observer *observer, struct dhcp_record *record,
    struct str value)
{
	auto_buf hex = BUF_NULL;

	hex_append(&hex, value.p, MIN(value.len, (size_t)OPT43_HEX_MAX));
	record->raw_opt43 = observer_strdup(observer, buf_str(&hex));
}

/* One copy of what many CPEs are given. */
static const struct lease_record *intern_lease(struct observer *observer,
    const struct dhcp_record *record)
{
	const struct opt43 *opt43 = &record->opt43;
	auto_buf key = BUF_NULL;
	struct lease_record *lease;
	const char *kept;

	for (size_t i = 0; i < 4; i++) {
		const uint32_t numbers[] = { record->server, opt43->layout,
			opt43->retry_min_wait, opt43->retry_multiplier };

		buf_append(&key, &numbers[i], sizeof(numbers[i]));
	}
	for (size_t i = 0; i < 4; i++) {
		const struct str fields[] = { opt43->url, opt43->username,
			opt43->password, opt43->provisioning_code };

		buf_append_char(&key, '\n');
		buf_append_str(&key, fields[i]);
	}
	lease = map_get(&observer->leases, buf_str(&key));
	if (lease)
		return lease;
	lease = observer_alloc(observer, sizeof(*lease));
	kept = observer_strdup(observer, buf_str(&key));
	if (!lease || !kept)
		return NULL;
	*lease = (struct lease_record){ .server = record->server,
		.acs_url = observer_intern(observer, opt43->url),
		.provisioning_code =
		    observer_intern(observer, opt43->provisioning_code),
		.username = observer_intern(observer, opt43->username),
		.password = observer_intern(observer, opt43->password),
		.layout = opt43->layout,
		.retry_min_wait = opt43->has_min_wait ? opt43->retry_min_wait : 0,
		.retry_multiplier =
		    opt43->has_multiplier ? opt43->retry_multiplier : 0 };
	lease->has_url =
	    lease->acs_url && url_parse(&lease->url, str_of(lease->acs_url), NULL) == 0;
	if (map_put(&observer->leases, str_make(kept, key.len), lease) < 0)
		observer->error = -ENOMEM;
	return lease;
}

/* Everything of the record that has views still has them into the packet. */
static void read_opt43(struct dhcp_record *record, struct str value, struct error *err)
{
	struct opt43 strict;

	record->has_opt43 = true;
	if (opt43_parse(&strict, value.p, value.len, false, err) < 0)
		record->opt43_error = err->text;
	if (opt43_parse(&record->opt43, value.p, value.len, true, NULL) < 0)
		record->opt43 = (struct opt43){ .layout = OPT43_UNKNOWN };
}

/* What a client's wish list lacks is noted once. */
static void follow_wishes(struct cpe_record *cpe, const struct dhcp_packet *packet,
    struct frame_ref frame)
{
	if (packet->message_type != DHCP_DISCOVER &&
	    packet->message_type != DHCP_REQUEST)
		return;
	if (cpe->without_class.number == 0 && !discovery_has_class(packet))
		cpe->without_class = frame;
	if (!discovery_asks_for_acs(packet))
		cpe->without_acs = true;
}

static void follow_lease(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record)
{
	if (record->type == DHCP_DISCOVER) {
		cpe->discover = record->frame.number;
		cpe->sessions_since_boot = 0;
	}
	if (record->type != DHCP_ACK)
		return;
	cpe->lease = intern_lease(observer, record);
	cpe->leased = record->frame.number;
	if (record->address != 0)
		observer_bind(observer, cpe, record->address);
}

static void keep_dhcp(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, struct str value)
{
	struct dhcp_record *kept = observer_alloc(observer, sizeof(*kept));

	if (!kept)
		return;
	*kept = *record;
	if (record->opt43_error)
		kept->opt43_error =
		    observer_strdup(observer, str_of(record->opt43_error));
	keep_opt43(observer, &kept->opt43);
	if (record->has_opt43 && kept->opt43.url.len == 0)
		keep_raw(observer, kept, value);
	observer_push(observer, &cpe->kept->dhcp, kept);
}

static void observe_dhcp(struct observer *observer, struct str payload,
    struct frame_ref frame)
{
	struct dhcp_packet packet;
	struct dhcp_record record;
	struct cpe_record *cpe;
	struct error err = ERROR_NULL;
	struct str value;
	uint32_t server = 0, asked = 0;

	if (dhcp_parse(&packet, payload.p, payload.len, NULL) < 0 || packet.hlen != 6)
		return;
	cpe = observer_cpe_by_mac(observer, packet.chaddr, frame);
	if (!cpe)
		return;
	if (discovery_has_class(&packet))
		cpe->is_cwmp = true;
	(void)dhcp_option_u32(&packet, DHCP_OPTION_SERVER_ID, &server);
	(void)dhcp_option_u32(&packet, DHCP_OPTION_REQUESTED_ADDRESS, &asked);
	record = (struct dhcp_record){ .frame = frame,
		.type = packet.message_type,
		.address = packet.yiaddr ? packet.yiaddr : asked,
		.server = server };
	value = dhcp_option(&packet, DHCP_OPTION_VENDOR);
	if (packet.op == 2 && dhcp_has_option(&packet, DHCP_OPTION_VENDOR))
		read_opt43(&record, value, &err);
	if (observer->options.judge)
		judge_ask(observer->options.judge, RULE_DHCP,
		    &(struct rule_view){ .host = cpe,
			.device = cpe->device,
			.dhcp = &record,
			.packet = &packet,
			.now = frame });
	follow_wishes(cpe, &packet, frame);
	follow_lease(observer, cpe, &record);
	if (cpe->kept)
		keep_dhcp(observer, cpe, &record, value);
}

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

static void judge_datagram(struct observer *observer,
    const struct datagram_record *datagram)
{
	struct rule_view view = { .datagram = datagram,
		.fleet = &observer->fleet,
		.now = datagram->frame };

	view.host = observer_find_cpe(observer, &datagram->from);
	if (!view.host || !view.host->is_cwmp)
		view.host = observer_find_cpe(observer, &datagram->to);
	if (view.host)
		view.device = view.host->device;
	if (observer->options.judge)
		judge_ask(observer->options.judge, RULE_DATAGRAM, &view);
	note_udp_call(observer, view.device, datagram->payload);
}

void observe_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    struct str payload, struct frame_ref frame)
{
	(void)from_mac;
	observer_tick(user, frame);
	if (from_port == DNS_PORT)
		observe_dns(user, to, payload, true, frame);
	else if (to_port == DNS_PORT)
		observe_dns(user, from, payload, false, frame);
	else if (to_port == DHCP_SERVER_PORT || to_port == DHCP_CLIENT_PORT)
		observe_dhcp(user, payload, frame);
	else
		judge_datagram(user, &(struct datagram_record){ frame, *from, *to,
					 from_port, to_port, payload });
}
