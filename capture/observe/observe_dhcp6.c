/* What DHCPv6 tells of a CPE (RFC 8415; TR-069 A6 3.1): its class, its ACS, its address. */
#include "capture/message/dhcp_options.h"
#include "capture/observe/observe_internal.h"
#include "lib/base/wire.h"
#include "lib/proto/dhcp6.h"
#include "lib/proto/opt125.h"

#include <errno.h>

enum {
	DUID_MAX = 130, /* RFC 8415 11.1 */
	DUID_LLT = 1,
	DUID_LL = 3,
	HARDWARE_ETHERNET = 1
};

static bool is_of_server(uint8_t type)
{
	return type == DHCP6_ADVERTISE || type == DHCP6_REPLY ||
	       type == DHCP6_RECONFIGURE;
}

/* ---- whose message ----------------------------------------------------------------- */

/* The MAC in a DUID of a link-layer address (RFC 8415 11.2, 11.4). */
static const uint8_t *duid_mac(struct str duid)
{
	const uint8_t *p = (const uint8_t *)duid.p;
	size_t at;

	if (duid.len < 4 || get_u16(p + 2) != HARDWARE_ETHERNET)
		return NULL;
	at = get_u16(p) == DUID_LLT ? 8u : get_u16(p) == DUID_LL ? 4u : duid.len;
	return duid.len == at + 6 ? p + at : NULL;
}

/* By its DUID, which all messages of a client have. The first one tells its MAC: that of
 * the frame, where no relay sent it; a DUID may be made of another interface's. */
static struct cpe_record *find_client(struct observer *observer,
    const struct dhcp6_packet *packet, const uint8_t from_mac[6],
    struct frame_ref frame)
{
	static const uint8_t no_mac[6];
	struct str duid = dhcp6_option(packet, DHCP6_OPTION_CLIENT_ID, NULL);
	struct cpe_record *cpe = NULL;
	bool is_direct = packet->relays == 0 && !is_of_server(packet->type) &&
			 memcmp(from_mac, no_mac, sizeof(no_mac)) != 0;
	const uint8_t *mac = is_direct ? from_mac : duid_mac(duid);

	if (duid.len == 0 || duid.len > DUID_MAX)
		return NULL;
	cpe = map_get(&observer->index.by_duid, duid);
	if (cpe || !mac)
		return cpe;
	cpe = observer_cpe_by_mac(observer, mac, frame);
	if (cpe)
		host_add_key(observer, cpe, &observer->index.by_duid, duid);
	return cpe;
}

static bool has_class(const struct dhcp6_packet *packet)
{
	struct str value = dhcp6_option(packet, DHCP6_OPTION_VENDOR_CLASS, NULL);

	return str_find(value, STR("dslforum.org"), NULL);
}

/* ---- what it says ------------------------------------------------------------------ */

static enum lease_step step_of(const struct dhcp6_packet *packet,
    const struct dhcp_record *record)
{
	switch (packet->type) {
	case DHCP6_SOLICIT:
		return LEASE_SOUGHT;
	case DHCP6_ADVERTISE:
		return LEASE_OFFERED;
	case DHCP6_REQUEST:
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_INFORMATION_REQUEST:
		return LEASE_ASKED;
	case DHCP6_REPLY:
		if (dhcp6_status(packet) != 0)
			return LEASE_REFUSED;
		/* A REPLY to RELEASE or DECLINE has neither address nor options. */
		return record->address.family != ADDRESS_NONE ||
			       record->acs_option != 0 ||
			       dhcp6_option(packet, DHCP6_OPTION_DNS, NULL).p
			   ? LEASE_GIVEN
			   : LEASE_OTHER;
	default:
		return LEASE_OTHER;
	}
}

/* Option 17 of enterprise 3561, of a server. */
static void read_acs(struct dhcp_record *record, struct str value, struct error *err)
{
	struct dhcp6_vendor vendor;
	int r;

	if (!record->is_of_server || !value.p)
		return;
	r = dhcp6_vendor_parse(&vendor, value, err);
	record->acs_option = DHCP6_OPTION_VENDOR;
	if (r < 0)
		record->acs_error = err->text;
	opt43_from_subs(&record->acs, vendor.sub);
}

static struct dhcp_record record_of(const struct dhcp6_packet *packet,
    struct frame_ref frame, struct error *err)
{
	struct dhcp_record record = { .frame = frame,
		.is_ip6 = true,
		.is_of_server = is_of_server(packet->type),
		.type = packet->type };
	const uint8_t *address = dhcp6_address(packet);

	if (address) {
		record.address.family = ADDRESS_IPV6;
		memcpy(record.address.bytes, address, sizeof(record.address.bytes));
	}
	read_acs(&record, dhcp6_option_of(packet, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE),
	    err);
	record.step = step_of(packet, &record);
	return record;
}

/* Two servers may name two ACSs: where DHCPv4 gave a lease, that one counts. */
static void follow_lease(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record)
{
	if (record->step != LEASE_GIVEN)
		return;
	cpe->has_ip6_lease = true;
	if (cpe->leased == 0 && record->acs.url.len > 0)
		cpe->lease = lease_intern(observer, record);
	if (record->address.family == ADDRESS_IPV6)
		observer_bind_ip6(observer, cpe, &record->address);
}

struct cpe_record *observe_dhcp6(struct observer *observer, struct str payload,
    const uint8_t from_mac[6], struct frame_ref frame)
{
	struct error err = ERROR_NULL;
	struct dhcp6_packet packet;
	struct dhcp_record record;
	struct cpe_record *cpe;
	auto_buf options = BUF_NULL;

	if (dhcp6_parse(&packet, payload.p, payload.len, NULL) < 0)
		return NULL;
	cpe = find_client(observer, &packet, from_mac, frame);
	if (!cpe)
		return NULL;
	if (!is_of_server(packet.type) && has_class(&packet))
		cpe->is_cwmp = true;
	record = record_of(&packet, frame, &err);
	if (cpe->is_cwmp)
		try_note_dhcp(observer, cpe, &record);
	follow_lease(observer, cpe, &record);
	if (cpe->kept || observer->options.act) {
		dhcp6_options_put(&options, &packet);
		lease_keep(observer, cpe, &record,
		    dhcp6_option_of(&packet, DHCP6_OPTION_VENDOR, BBF_ENTERPRISE),
		    buf_str(&options));
	}
	return cpe;
}
