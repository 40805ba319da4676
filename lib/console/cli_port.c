/* The views of interfaces: what is set of a port, and of a VLAN interface. */
#include "lib/console/cli_rows.h"

#include "lib/base/cleanup.h"
#include "lib/console/cli_display.h"

static struct cli_interface *interface_of(struct cli_call *call)
{
	return &call->config->interfaces[call->session->interface];
}

void cli_run_shutdown(struct cli_call *call)
{
	interface_of(call)->is_shutdown = true;
}

void cli_run_undo_shutdown(struct cli_call *call)
{
	interface_of(call)->is_shutdown = false;
}

/* The last word of the row is the type. */
void cli_run_link_type(struct cli_call *call)
{
	struct str syntax = str_of(call->match->row->syntax);

	for (int i = 0; i < CLI_LINK_TYPES; i++) {
		if (str_ends(syntax, str_of(cli_link_type_name(i))))
			interface_of(call)->link_type = i;
	}
}

void cli_run_undo_link_type(struct cli_call *call)
{
	interface_of(call)->link_type = CLI_ACCESS;
}

/* There is VLAN 1, in which all ports are. */
void cli_run_access_vlan(struct cli_call *call)
{
	if (interface_of(call)->link_type != CLI_ACCESS)
		cli_call_fail(call, "The link type of this port is not access.");
	else if (call->match->args[0].number != 1)
		cli_call_fail(call, "The VLAN does not exist.");
}

/* Where the address comes from is not for the console to say: as it is, it may be typed. */
void cli_run_address_dhcp(struct cli_call *call)
{
	if (!interface_of(call)->has_dhcp)
		cli_call_fail(call, "The address of this interface is fixed.");
}

void cli_run_address(struct cli_call *call)
{
	const struct cli_interface *interface = interface_of(call);
	const struct cli_arg *args = call->match->args;

	if (interface->address != args[0].number || interface->prefix != args[1].number)
		cli_call_fail(call, "The address of this interface cannot be changed.");
}

/* ---- displays -------------------------------------------------------------------------- */

void cli_run_display_vlan_brief(struct cli_call *call)
{
	cli_put_vlan_brief(call->out, call->config);
}

void cli_run_display_macs(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_macs(call->out, call->config, facts);
}

void cli_run_display_logbuffer(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_logbuffer(call->out, call->config, facts);
}
