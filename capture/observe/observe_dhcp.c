/* What DHCPv4 tells of a CPE: its wish for an ACS, its lease and its address. */
#include "capture/message/dhcp_options.h"
#include "capture/message/discovery.h"
#include "capture/observe/observe_internal.h"
#include "capture/record/dhcp_offers.h"
#include "capture/record/http_detail.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/opt125.h"

#include <errno.h>
#include <stdlib.h>

static enum lease_step step_of(uint8_t type)
{
	switch (type) {
	case DHCP_DISCOVER:
		return LEASE_SOUGHT;
	case DHCP_OFFER:
		return LEASE_OFFERED;
	case DHCP_REQUEST:
		return LEASE_ASKED;
	case DHCP_ACK:
		return LEASE_GIVEN;
	case DHCP_NAK:
		return LEASE_REFUSED;
	default:
		return LEASE_OTHER;
	}
}

static void read_opt43(struct dhcp_record *record, struct str value, struct error *err)
{
	struct opt43 strict;

	record->acs_option = DHCP_OPTION_VENDOR;
	record->acs_mistake = opt43_mistake(value);
	if (opt43_parse(&strict, value.p, value.len, false, err) < 0)
		record->acs_error = err->text;
	if (opt43_parse(&record->acs, value.p, value.len, true, NULL) < 0)
		record->acs = (struct opt43){ .layout = OPT43_UNKNOWN };
}

/* Option 125 names an ACS where 43 does not, or is of another vendor (TR-069 A6 3.1). A
 * gateway's option 125 holds who it is: that is no URL. */
static void read_opt125(struct dhcp_record *record, struct str value)
{
	struct opt125 option;

	if (record->acs_error || record->acs.url.len > 0 ||
	    opt125_parse(&option, value.p, value.len, NULL) < 0 ||
	    !str_starts(option.sub[1], STR("http")))
		return;
	record->acs_option = DHCP_OPTION_VI_VENDOR;
	/* A gateway's 4 to 6 are who it is: then 4 is no number. */
	if (option.sub[5].p || option.sub[6].p)
		option.sub[4] = STR_NULL;
	opt43_from_subs(&record->acs, option.sub);
}

/* The option that names the ACS, or a null view. Everything of the record that has views
 * still has them into the packet. */
static struct str read_acs(struct dhcp_record *record, const struct dhcp_packet *packet,
    struct error *err)
{
	struct str value = dhcp_option(packet, DHCP_OPTION_VENDOR);

	if (packet->op != 2)
		return STR_NULL;
	if (dhcp_has_option(packet, DHCP_OPTION_VENDOR))
		read_opt43(record, value, err);
	read_opt125(record, dhcp_option(packet, DHCP_OPTION_VI_VENDOR));
	return value;
}

/* Notes the first message in which the client does not ask for an ACS as it should. */
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

/* Whether the DHCPDISCOVER is that of a client that has started. One that goes on seeks a
 * lease, too: when its server refuses the old one, when that has run out, when the client has
 * given it back (RFC 2131 4.4, figure 5). Past T1, or before any lease was seen, what tells of
 * it may be missing from the capture. */
static bool shows_start(const struct cpe_record *cpe, clock_ns now)
{
	return cpe->leased > 0 && !cpe->doubts_lease && now < cpe->renews_at;
}

/* T1: option 58, else half of the lease (RFC 2131 4.4.5). Without option 51 it cannot be told,
 * and the lease counts as one that may run out at any time. */
static clock_ns renewal_of(const struct dhcp_packet *packet, clock_ns now)
{
	uint32_t lease_s, t1_s;

	if (!dhcp_option_u32(packet, DHCP_OPTION_LEASE_TIME, &lease_s))
		return now;
	if (!dhcp_option_u32(packet, DHCP_OPTION_RENEWAL_TIME, &t1_s))
		t1_s = lease_s / 2;
	return now + (clock_ns)MIN(t1_s, lease_s) * NS_PER_S;
}

/* A DHCPREQUEST without a server asks whether an old lease holds (RFC 2131 4.3.2). */
static bool is_in_doubt(const struct dhcp_packet *packet)
{
	return packet->message_type == DHCP_NAK ||
	       packet->message_type == DHCP_DECLINE ||
	       packet->message_type == DHCP_RELEASE ||
	       (packet->message_type == DHCP_REQUEST &&
		   !dhcp_has_option(packet, DHCP_OPTION_SERVER_ID));
}

static void follow_lease(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, const struct dhcp_packet *packet,
    uint32_t address)
{
	if (record->step == LEASE_SOUGHT) {
		cpe->discover = record->frame.number;
		cpe->sessions_since_boot = 0;
		if (shows_start(cpe, record->frame.time))
			cpe->started = record->frame.number;
	}
	if (is_in_doubt(packet))
		cpe->doubts_lease = true;
	if (record->step != LEASE_GIVEN)
		return;
	cpe->doubts_lease = false;
	cpe->renews_at = renewal_of(packet, record->frame.time);
	cpe->lease = lease_intern(observer, record);
	cpe->leased = record->frame.number;
	if (address != 0)
		observer_bind(observer, cpe, address);
}

/* ---- clients of another class ------------------------------------------------------ */

static char *class_of(struct observer *observer, const uint8_t mac[6])
{
	size_t i = mac[5] % DHCP_CLASSES;

	return memcmp(observer->classes[i].mac, mac, 6) == 0 ? observer->classes[i].text
							     : NULL;
}

/* The server's answer does not say what class the client has told. */
static void note_class(struct observer *observer, const struct dhcp_packet *packet)
{
	struct str class = dhcp_option(packet, DHCP_OPTION_VENDOR_CLASS);
	size_t i = packet->chaddr[5] % DHCP_CLASSES, n = 0;

	if (packet->op != 1)
		return;
	memcpy(observer->classes[i].mac, packet->chaddr, 6);
	for (; n < class.len && n + 1 < DHCP_CLASS_KEPT; n++)
		observer->classes[i].text[n] =
		    class.p[n] >= ' ' && class.p[n] <= '~' ? class.p[n] : '?';
	observer->classes[i].text[n] = '\0';
}

static void note_other_class(struct observer *observer, const struct cpe_record *cpe,
    const struct dhcp_record *record, const struct dhcp_packet *packet)
{
	const char *class = class_of(observer, packet->chaddr);
	char address[ADDRESS_TEXT_MAX];
	auto_buf text = BUF_NULL;

	if (observer->counts.other_class || cpe->is_cwmp || !class ||
	    record->step != LEASE_GIVEN || !str_starts(record->acs.url, STR("http")))
		return;
	buf_append_text(&text, address_text(&record->address, address));
	if (class[0] != '\0')
		buf_printf(&text, ", a DHCP client of class \"%s\",", class);
	else
		buf_append_text(&text, ", a DHCP client without a class,");
	buf_append_text(&text, " is given the ACS ");
	http_detail_put_text(&text, record->acs.url, observer->options.show_secrets);
	buf_printf(&text, " in frame %llu: only one of class dslforum.org looks at it",
	    (unsigned long long)record->frame.number);
	observer->counts.other_class = observer_strdup(observer, buf_str(&text));
	memcpy(observer->other_class, packet->chaddr, 6);
}

void other_class_finish(struct observer *observer)
{
	const struct cpe_record *cpe =
	    map_get(&observer->index.by_mac, str_make(observer->other_class, 6));

	if (cpe && cpe->is_cwmp)
		observer->counts.other_class = NULL;
}

/* ---- what servers offer --------------------------------------------------------------- */

/* Of clients whose MACs end alike the last one is known. */
static const struct dhcp_exchange *follow_exchange(struct observer *observer,
    const struct dhcp_record *record, const struct dhcp_packet *packet)
{
	const uint8_t *mac = packet->chaddr;
	struct dhcp_exchange *exchange;

	if (!observer->exchanges)
		observer->exchanges =
		    calloc(DHCP_EXCHANGES, sizeof(*observer->exchanges));
	if (!observer->exchanges) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	exchange = &observer->exchanges[(mac[4] * 31u + mac[5]) % DHCP_EXCHANGES];
	dhcp_exchange_note(exchange, record, packet);
	return memcmp(exchange->mac, mac, 6) == 0 && exchange->xid == packet->xid
		   ? exchange
		   : NULL;
}

/* ---- one message ------------------------------------------------------------------- */

static void keep(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, const struct dhcp_packet *packet, struct str raw)
{
	auto_buf options = BUF_NULL;

	dhcp_options_put(&options, packet);
	lease_keep(observer, cpe, record, raw, buf_str(&options));
}

void observe_dhcp(struct observer *observer, const struct datagram_record *datagram)
{
	struct str payload = datagram->payload;
	struct frame_ref frame = datagram->frame;
	struct dhcp_packet packet;
	struct dhcp_record record;
	struct cpe_record *cpe;
	struct error err = ERROR_NULL;
	struct str raw;
	uint32_t server = 0, address = 0;

	if (dhcp_parse(&packet, payload.p, payload.len, NULL) < 0 || packet.hlen != 6)
		return;
	cpe = observer_cpe_by_mac(observer, packet.chaddr, frame);
	if (!cpe)
		return;
	if (discovery_has_class(&packet))
		cpe->is_cwmp = true;
	(void)dhcp_option_u32(&packet, DHCP_OPTION_SERVER_ID, &server);
	(void)dhcp_option_u32(&packet, DHCP_OPTION_REQUESTED_ADDRESS, &address);
	if (packet.yiaddr)
		address = packet.yiaddr;
	record = (struct dhcp_record){ .frame = frame,
		.is_of_server = packet.op == 2,
		.type = packet.message_type,
		.step = step_of(packet.message_type),
		.server = server,
		.vlan = datagram->vlan };
	if (address != 0)
		record.address = address_of_ipv4(address);
	raw = read_acs(&record, &packet, &err);
	observer_tell(observer, WHOLE_DHCP,
	    &(struct whole){ .host = cpe,
		.device = cpe->device,
		.dhcp = &record,
		.packet = &packet,
		.exchange = follow_exchange(observer, &record, &packet),
		.now = frame });
	if (cpe->is_cwmp)
		try_note_dhcp(observer, cpe, &record);
	note_class(observer, &packet);
	note_other_class(observer, cpe, &record, &packet);
	follow_wishes(cpe, &packet, frame);
	follow_lease(observer, cpe, &record, &packet, address);
	if (cpe->kept || observer->options.act)
		keep(observer, cpe, &record, &packet, raw);
}
