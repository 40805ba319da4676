/* The views of interfaces and of VLANs: what is set of a port, of a VLAN, and of its interface. */
#include "lib/console/cli_rows.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- where the session is ---------------------------------------------------------------- */

static struct cli_interface *vlan_if(struct cli_config *config, unsigned vlan)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", vlan);
	return cli_config_interface(config, CLI_VLAN_IF, str_of(number));
}

/* The interface of its view. Null: it is there no more, which is said. */
static struct cli_interface *interface_of(struct cli_call *call)
{
	struct cli_interface *interface =
	    call->session->view == CLI_PORT
		? &call->config->interfaces[call->session->interface]
		: vlan_if(call->config, call->session->vlan);

	if (!interface)
		cli_call_fail(call, "The interface does not exist on this device.");
	return interface;
}

/* The VLAN of its view; the same. */
static struct vlan *vlan_of(struct cli_call *call)
{
	struct vlan *vlan = vlan_table_find(&call->config->vlans, call->session->vlan);

	if (!vlan)
		cli_call_fail(call, "The VLAN does not exist.");
	return vlan;
}

void cli_put_port_view(struct cli_call *call)
{
	char name[CLI_INTERFACE_MAX];
	const struct cli_interface *interface;
	const struct vlan *vlan;

	if (call->session->view == CLI_VLAN) {
		vlan = vlan_of(call);
		if (!vlan)
			return;
		buf_printf(call->out, "vlan %" PRIu32 "\n", vlan->id);
		vlan_put(call->out, vlan);
		return;
	}
	interface = interface_of(call);
	if (!interface)
		return;
	buf_printf(call->out, "interface %s\n", cli_interface_name(interface, name));
	cli_config_put_interface(call->out, interface);
}

/* ---- texts --------------------------------------------------------------------------------- */

static void describe(struct cli_call *call, struct str text)
{
	struct cli_interface *interface;
	struct vlan *vlan;

	if (call->session->view == CLI_VLAN) {
		vlan = vlan_of(call);
		if (vlan)
			cli_text_set(vlan->description, sizeof(vlan->description),
			    text);
		return;
	}
	interface = interface_of(call);
	if (interface)
		cli_text_set(interface->description, sizeof(interface->description),
		    text);
}

void cli_run_description(struct cli_call *call)
{
	describe(call, call->match->args[0].text);
}

void cli_run_undo_description(struct cli_call *call)
{
	describe(call, STR(""));
}

static void name_vlan(struct cli_call *call, struct str text)
{
	struct vlan *vlan = vlan_of(call);

	if (vlan)
		cli_text_set(vlan->name, sizeof(vlan->name), text);
}

void cli_run_vlan_name(struct cli_call *call)
{
	name_vlan(call, call->match->args[0].text);
}

void cli_run_undo_vlan_name(struct cli_call *call)
{
	name_vlan(call, STR(""));
}

/* ---- VLANs --------------------------------------------------------------------------------- */

/* The one or two numbers of the row. False: they are the wrong way round, which is said. */
static bool read_range(struct cli_call *call, unsigned *ret_first, unsigned *ret_last)
{
	const struct cli_match *match = call->match;

	*ret_first = *ret_last = (unsigned)match->args[0].number;
	if (match->n_args > 1)
		*ret_last = (unsigned)match->args[1].number;
	if (*ret_first > *ret_last)
		cli_call_fail(call, "The last VLAN is before the first one.");
	return *ret_first <= *ret_last;
}

void cli_run_vlan(struct cli_call *call)
{
	unsigned first, last;

	if (!read_range(call, &first, &last))
		return;
	for (unsigned i = first; i <= last; i++) {
		if (!vlan_table_add(&call->config->vlans, i)) {
			cli_call_fail(call, "The device has room for %d VLANs.",
			    VLAN_TABLE_MAX);
			return;
		}
	}
	if (call->match->n_args > 1)
		return;
	call->session->view = CLI_VLAN;
	call->session->vlan = first;
}

/* Access ports of it are in VLAN 1 again. */
static void remove_vlan(struct cli_config *config, unsigned vlan)
{
	vlan_table_remove(&config->vlans, vlan);
	for (size_t i = 0; i < config->n_interfaces; i++) {
		struct cli_interface *interface = &config->interfaces[i];

		if (interface->kind == CLI_GIGABIT &&
		    interface->link_type == CLI_ACCESS && interface->pvid == vlan)
			interface->pvid = 0;
	}
}

static void remove_vlans(struct cli_call *call, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++) {
		if (i == VLAN_DEFAULT && first == last) {
			cli_call_fail(call, "The default VLAN cannot be deleted.");
			return;
		}
		if (i == VLAN_DEFAULT || !vlan_table_has(&call->config->vlans, i))
			continue;
		if (vlan_if(call->config, i)) {
			cli_call_fail(call,
			    "VLAN %u has a VLAN interface: undo that first.", i);
			return;
		}
		remove_vlan(call->config, i);
	}
	if (call->session->view == CLI_VLAN &&
	    !vlan_table_has(&call->config->vlans, call->session->vlan))
		call->session->view = CLI_SYSTEM;
}

void cli_run_undo_vlan(struct cli_call *call)
{
	unsigned first, last;

	if (read_range(call, &first, &last))
		remove_vlans(call, first, last);
}

void cli_run_undo_vlan_all(struct cli_call *call)
{
	remove_vlans(call, VLAN_DEFAULT + 1, VLAN_MAX);
}

/* ---- VLAN interfaces ------------------------------------------------------------------------ */

void cli_run_vlan_interface(struct cli_call *call)
{
	unsigned vlan = (unsigned)call->match->args[0].number;

	if (!vlan_if(call->config, vlan) &&
	    !vlan_table_has(&call->config->vlans, vlan)) {
		cli_call_fail(call, "The VLAN does not exist.");
		return;
	}
	if (!cli_config_add_vlan_if(call->config, vlan)) {
		cli_call_fail(call, "The device has room for %d VLAN interfaces.",
		    CLI_VLAN_IFS_MAX + 1);
		return;
	}
	call->session->view = CLI_VLAN_INTERFACE;
	call->session->vlan = vlan;
}

void cli_run_undo_vlan_interface(struct cli_call *call)
{
	unsigned vlan = (unsigned)call->match->args[0].number;

	if (!vlan_if(call->config, vlan)) {
		cli_call_fail(call, "The interface does not exist on this device.");
		return;
	}
	if (vlan == VLAN_DEFAULT) {
		cli_call_fail(call, "This interface cannot be deleted.");
		return;
	}
	cli_config_remove_vlan_if(call->config, vlan);
	if (call->session->view == CLI_VLAN_INTERFACE && call->session->vlan == vlan)
		call->session->view = CLI_SYSTEM;
}

/* Where the address of VLAN 1 comes from is not for the console to say: as it is, it may be
 * typed. */
void cli_run_address_dhcp(struct cli_call *call)
{
	struct cli_interface *interface = interface_of(call);

	if (!interface || interface->has_dhcp)
		return;
	cli_call_fail(call, call->session->vlan == VLAN_DEFAULT
				? "The address of this interface is fixed."
				: "Vlan-interface1 alone can lease an address.");
}

/* Whether a host of that network could have the address of another interface. */
static bool overlaps(const struct cli_config *config,
    const struct cli_interface *interface, uint32_t address, unsigned prefix)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *other = &config->interfaces[i];
		uint32_t mask = ipv4_mask(MIN(prefix, other->prefix));

		if (other != interface && other->kind == CLI_VLAN_IF &&
		    other->address && (other->address & mask) == (address & mask))
			return true;
	}
	return false;
}

void cli_run_address(struct cli_call *call)
{
	struct cli_interface *interface = interface_of(call);
	const struct cli_arg *args = call->match->args;
	uint32_t address = (uint32_t)args[0].number;
	unsigned prefix = (unsigned)args[1].number;

	if (!interface ||
	    (interface->address == address && interface->prefix == prefix))
		return;
	if (call->session->vlan == VLAN_DEFAULT)
		cli_call_fail(call, "The address of this interface cannot be changed.");
	else if (prefix == 0 || prefix > 31 ||
		 !cli_dhcp_is_host(address, prefix == 31 ? 0 : prefix))
		cli_call_fail(call, "Invalid IP address.");
	else if (overlaps(call->config, interface, address, prefix))
		cli_call_fail(call,
		    "The address is in the network of another interface.");
	else {
		interface->address = address;
		interface->prefix = prefix;
	}
}

void cli_run_undo_address(struct cli_call *call)
{
	struct cli_interface *interface = interface_of(call);

	if (!interface)
		return;
	if (call->session->vlan == VLAN_DEFAULT) {
		cli_call_fail(call, "The address of this interface cannot be changed.");
		return;
	}
	interface->address = 0;
	interface->prefix = 0;
}

/* ---- ports -------------------------------------------------------------------------------- */

/* VLAN 1 is in all of them at first. */
static void set_link_type(struct cli_interface *interface, int link_type)
{
	if (interface->link_type == link_type)
		return;
	interface->link_type = link_type;
	interface->pvid = 0;
	memset(&interface->vlans, 0, sizeof(interface->vlans));
	memset(&interface->untagged, 0, sizeof(interface->untagged));
	if (link_type != CLI_ACCESS)
		vlan_set_add(link_type == CLI_TRUNK ? &interface->vlans
						    : &interface->untagged,
		    VLAN_DEFAULT, VLAN_DEFAULT);
}

/* The last word of the row is the type. From trunk to hybrid an access port stands between. */
void cli_run_link_type(struct cli_call *call)
{
	struct str syntax = str_of(call->match->row->syntax);
	struct cli_interface *interface = interface_of(call);

	for (int i = 0; i < CLI_LINK_TYPES; i++) {
		if (!str_ends(syntax, str_of(cli_link_type_name(i))))
			continue;
		if (i != CLI_ACCESS && interface->link_type != CLI_ACCESS &&
		    interface->link_type != i)
			cli_call_fail(call,
			    "Please set the link type of this port to access first.");
		else
			set_link_type(interface, i);
	}
}

void cli_run_undo_link_type(struct cli_call *call)
{
	set_link_type(interface_of(call), CLI_ACCESS);
}

/* The port of the view, of this link type. Null: it has another one, which is said. */
static struct cli_interface *port_of(struct cli_call *call, int link_type)
{
	struct cli_interface *interface = interface_of(call);

	if (interface->link_type == link_type)
		return interface;
	cli_call_fail(call, "The link type of this port is not %s.",
	    cli_link_type_name(link_type));
	return NULL;
}

static void set_pvid(struct cli_interface *interface, unsigned vlan)
{
	interface->pvid = vlan == VLAN_DEFAULT ? 0 : vlan;
}

void cli_run_access_vlan(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, CLI_ACCESS);
	unsigned vlan = (unsigned)call->match->args[0].number;

	if (!interface)
		return;
	if (!vlan_table_has(&call->config->vlans, vlan))
		cli_call_fail(call, "The VLAN does not exist.");
	else
		set_pvid(interface, vlan);
}

void cli_run_undo_access_vlan(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, CLI_ACCESS);

	if (interface)
		set_pvid(interface, VLAN_DEFAULT);
}

/* The ports that the row of a VLAN's view names become access ports of that VLAN; or those of them
 * that are, of VLAN 1. */
static void put_ports(struct cli_call *call, unsigned from, unsigned to)
{
	const struct cli_arg *args = call->match->args;
	struct cli_interface *interfaces = call->config->interfaces;
	struct cli_interface *first =
	    cli_config_interface(call->config, CLI_GIGABIT, args[0].text);
	struct cli_interface *last =
	    call->match->n_args == 1
		? first
		: cli_config_interface(call->config, CLI_GIGABIT, args[1].text);

	if (!first || !last) {
		cli_call_fail(call, "The interface does not exist on this device.");
		return;
	}
	if (first > last)
		cli_call_fail(call, "The last port is before the first one.");
	for (size_t i = (size_t)(first - interfaces); &interfaces[i] <= last; i++) {
		char name[CLI_INTERFACE_MAX];

		if (interfaces[i].link_type != CLI_ACCESS) {
			cli_call_fail(call, "The link type of %s is not access.",
			    cli_interface_name(&interfaces[i], name));
			return;
		}
		if (from == 0 || cli_interface_pvid(&interfaces[i]) == from)
			set_pvid(&interfaces[i], to);
	}
}

void cli_run_vlan_ports(struct cli_call *call)
{
	if (vlan_of(call))
		put_ports(call, 0, call->session->vlan);
}

void cli_run_undo_vlan_ports(struct cli_call *call)
{
	if (vlan_of(call))
		put_ports(call, call->session->vlan, VLAN_DEFAULT);
}

/* The VLANs of the row: a list, or all. False: they are none, which is said. */
static bool read_vlans(struct cli_call *call, struct vlan_set *ret)
{
	const struct cli_match *match = call->match;
	struct str text = match->n_args > 0 ? match->args[0].text : STR("all");

	if (vlan_set_read(ret, text))
		return true;
	cli_call_fail(call, "The list of VLANs is wrong.");
	return false;
}

void cli_run_permit(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, CLI_TRUNK);
	struct vlan_set vlans;

	if (interface && read_vlans(call, &vlans))
		vlan_set_join(&interface->vlans, &vlans);
}

void cli_run_undo_permit(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, CLI_TRUNK);
	struct vlan_set vlans;

	if (interface && read_vlans(call, &vlans))
		vlan_set_leave(&interface->vlans, &vlans);
}

/* Of a trunk, or of a hybrid port. */
static int type_of_row(const struct cli_call *call)
{
	return str_find(str_of(call->match->row->syntax), STR("trunk"), NULL)
		   ? CLI_TRUNK
		   : CLI_HYBRID;
}

void cli_run_pvid(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, type_of_row(call));

	if (interface)
		set_pvid(interface, (unsigned)call->match->args[0].number);
}

void cli_run_undo_pvid(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, type_of_row(call));

	if (interface)
		set_pvid(interface, VLAN_DEFAULT);
}

void cli_run_hybrid(struct cli_call *call)
{
	bool is_untagged = str_ends(str_of(call->match->row->syntax), STR(" untagged"));
	struct cli_interface *interface = port_of(call, CLI_HYBRID);
	struct vlan_set vlans;

	if (!interface || !read_vlans(call, &vlans))
		return;
	vlan_set_leave(&interface->vlans, &vlans);
	vlan_set_leave(&interface->untagged, &vlans);
	vlan_set_join(is_untagged ? &interface->untagged : &interface->vlans, &vlans);
}

void cli_run_undo_hybrid(struct cli_call *call)
{
	struct cli_interface *interface = port_of(call, CLI_HYBRID);
	struct vlan_set vlans;

	if (!interface || !read_vlans(call, &vlans))
		return;
	vlan_set_leave(&interface->vlans, &vlans);
	vlan_set_leave(&interface->untagged, &vlans);
}
