/* What a CPE is at this moment, for the displays of its console. */
#include "agents/cpe/console/console_internal.h"

#include "agents/common/netns.h"
#include "agents/cpe/place/if_counter.h"
#include "agents/cpe/place/ifaddr.h"
#include "agents/cpe/ports/vlan_link.h"
#include "agents/cpe/talk/talk.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	VLAN_INTERFACE = 0 /* its index in the configuration */
};

/* ---- CWMP ------------------------------------------------------------------------------ */

static enum cli_source source_of(const struct cpe *cpe)
{
	switch (acs_slots_source(&cpe->slots)) {
	case ACS_SOURCE_USER:
		return CLI_SOURCE_USER;
	case ACS_SOURCE_DHCP:
		return CLI_SOURCE_DHCP;
	case ACS_SOURCE_DEFAULT:
		return CLI_SOURCE_DEFAULT;
	case ACS_SOURCES:
		break;
	}
	return CLI_SOURCE_NONE;
}

static enum cli_connection connection_of(const struct cpe *cpe)
{
	if (cpe->state != CPE_TALKING || !cpe->talk)
		return CLI_DISCONNECTED;
	return talk_state(cpe->talk) == TALK_TALKING ? CLI_CONNECTED
						     : CLI_WAITING_RESPONSE;
}

static enum cli_transfer transfer_of(const struct cpe *cpe)
{
	if (!cpe->receipt)
		return CLI_TRANSFER_NONE;
	return cpe->is_uploading ? CLI_UPLOADING : CLI_DOWNLOADING;
}

static void look_at_cwmp(const struct cpe *cpe, struct cli_cwmp_status *status)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	const struct cpe_edges *edges = cpe->fleet->edges;
	clock_ns next = MIN(cpe->retry_at, MIN(cpe->periodic_at, cpe->typed.inform_at));

	if (cpe->has_talked || cpe->state == CPE_TALKING) {
		cli_text_set(status->url, sizeof(status->url), str_of(cpe->acs_url));
		cli_text_set(status->username, sizeof(status->username),
		    str_of(slot ? slot->username : NULL));
	}
	status->source = source_of(cpe);
	status->connection = connection_of(cpe);
	status->transfer = transfer_of(cpe);
	if (cpe->ok_at)
		status->last_success =
		    edges->wall() - (edges->monotonic() - cpe->ok_at);
	status->next_attempt = next == INT64_MAX || cpe->typed.is_disabled
				   ? INT64_MAX
				   : MAX(next - edges->monotonic(), 0);
}

/* ---- the device ------------------------------------------------------------------------- */

/* A parameter of DeviceInfo, as the model has it. */
static void look_at_info(const struct cpe *cpe, const char *name, char *ret,
    size_t size)
{
	static const char *const roots[] = { "Device", "InternetGatewayDevice" };
	struct model_at at;

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		auto_buf path = BUF_NULL;

		buf_printf(&path, "%s.DeviceInfo.%s", roots[i], name);
		if (model_values_find(&cpe->values, buf_str(&path), &at))
			cli_text_set(ret, size,
			    str_of(model_values_source(&cpe->values, &at).value));
	}
}

static unsigned read_mtu(const struct cpe_place *place)
{
	struct ifreq request = { .ifr_flags = 0 };
	auto_fd fd = cpe_place_make_socket(place, AF_INET, SOCK_DGRAM, 0, NULL);

	if (fd < 0 || !place->interface)
		return 1500;
	cli_text_set(request.ifr_name, sizeof(request.ifr_name),
	    str_of(place->interface));
	return ioctl(fd, SIOCGIFMTU, &request) == 0 ? (unsigned)request.ifr_mtu : 1500;
}

static void look_at_link(const struct cpe_place *place,
    struct cli_interface_facts *facts)
{
	facts->is_up = cpe_place_has_link(place);
	facts->mtu = read_mtu(place);
	facts->in.packets = if_counter_read(place, IF_RX_PACKETS);
	facts->in.bytes = if_counter_read(place, IF_RX_BYTES);
	facts->in.errors = if_counter_read(place, IF_RX_ERRORS);
	facts->in.drops = if_counter_read(place, IF_RX_DROPS);
	facts->in.multicasts = if_counter_read(place, IF_RX_MULTICASTS);
	facts->out.packets = if_counter_read(place, IF_TX_PACKETS);
	facts->out.bytes = if_counter_read(place, IF_TX_BYTES);
	facts->out.errors = if_counter_read(place, IF_TX_ERRORS);
	facts->out.drops = if_counter_read(place, IF_TX_DROPS);
}

static void look_at_interface(const struct cpe *cpe, struct cli_interface_facts *facts)
{
	memcpy(facts->mac, cpe->mac, sizeof(facts->mac));
	look_at_link(cpe->place, facts);
}

/* The kernel's bridge of each VLAN that has an interface, but VLAN 1. */
static void look_at_vlan_ifs(const struct console *console, struct cli_facts *facts)
{
	const struct cli_config *config = &console->device.running;
	struct cpe_place place = *console->cpe->place;
	char name[VLAN_LINK_NAME_MAX];

	for (size_t i = CLI_PORTS_MAX; i < config->n_interfaces; i++) {
		struct cli_interface_facts *row = &facts->interfaces[i];

		place.interface = vlan_link_name(VLAN_LINK_BRIDGE, 0,
		    (unsigned)strtoul(config->interfaces[i].number, NULL, 10), name);
		memcpy(row->mac, console->cpe->mac, sizeof(row->mac));
		row->address = config->interfaces[i].address;
		row->prefix = config->interfaces[i].prefix;
		look_at_link(&place, row);
	}
}

/* ---- neighbours ------------------------------------------------------------------------- */

/* The VLAN interface that is this device of the kernel; its place in the configuration. False:
 * none is. */
static bool find_vlan_if(const struct console *console, const char *device, size_t *ret)
{
	const struct cli_config *config = &console->device.running;
	unsigned number, vlan;

	*ret = VLAN_INTERFACE;
	if (strcmp(device, console->cpe->place->interface) == 0)
		return true;
	if (vlan_link_read(device, &number, &vlan) != VLAN_LINK_BRIDGE)
		return false;
	for (*ret = CLI_PORTS_MAX; *ret < config->n_interfaces; (*ret)++) {
		if (strtoul(config->interfaces[*ret].number, NULL, 10) == vlan)
			return true;
	}
	return false;
}

/* A line of proc(5), net/arp: address, type, flags, MAC, mask, device. */
static bool read_neighbour(const struct console *console, const char *line,
    struct cli_arp *arp)
{
	char address[32], mac[32], device[32];
	unsigned flags;

	return sscanf(line, "%31s 0x%*x 0x%x %31s %*s %31s", address, &flags, mac,
		   device) == 4 &&
	       find_vlan_if(console, device, &arp->interface) && (flags & 2) != 0 &&
	       ipv4_parse(str_of(address), &arp->address) == 0 &&
	       mac_parse(str_of(mac), arp->mac) == 0;
}

static void look_at_neighbours(const struct console *console, struct cli_facts *facts)
{
	const struct cpe_place *place = console->cpe->place;
	char line[256];
	FILE *file;
	int home;

	if (!place->interface || netns_enter(place->netns, &home, NULL) < 0)
		return;
	file = fopen("/proc/thread-self/net/arp", "re");
	netns_leave(home);
	if (!file)
		return;
	while (facts->n_arps < CLI_ARPS_MAX && fgets(line, sizeof(line), file)) {
		struct cli_arp arp = { .interface = VLAN_INTERFACE };

		if (read_neighbour(console, line, &arp))
			facts->arps[facts->n_arps++] = arp;
	}
	(void)fclose(file);
}

static unsigned prefix_of(const struct cpe *cpe)
{
	if (cpe->lease && cpe->address)
		return cpe->lease->prefix;
	return cpe->place->interface ? (unsigned)__builtin_popcount(
					   ifaddr_mask(cpe->place))
				     : 32;
}

void console_look(void *user, struct cli_facts *facts)
{
	const struct console *console = user;
	const struct cpe *cpe = console->cpe;
	struct cli_interface_facts *vlan = &facts->interfaces[VLAN_INTERFACE];

	facts->wall = cpe->fleet->edges->wall();
	facts->uptime = cpe->fleet->edges->monotonic() - cpe->booted_at;
	look_at_info(cpe, "ModelName", facts->product, sizeof(facts->product));
	look_at_info(cpe, "Manufacturer", facts->vendor, sizeof(facts->vendor));
	cli_text_set(facts->serial, sizeof(facts->serial), str_of(cpe->serial));
	memcpy(facts->mac, cpe->mac, sizeof(facts->mac));
	look_at_cwmp(cpe, &facts->cwmp);
	/* Of who is no switch the VLAN interface and the port are one of the kernel's. */
	for (size_t i = 0; i < (cpe->ports ? 1 : console->device.running.n_interfaces);
	     i++)
		look_at_interface(cpe, &facts->interfaces[i]);
	if (cpe->ports) {
		console_look_at_ports(console, facts);
		look_at_vlan_ifs(console, facts);
	}
	vlan->address = cpe->address;
	facts->router = cpe->place->interface ? ifaddr_router(cpe->place) : 0;
	vlan->prefix = prefix_of(cpe);
	look_at_neighbours(console, facts);
}
