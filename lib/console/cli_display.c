/* The display commands: what each reads, and which layout shows it. */
#include "lib/console/cli_display.h"

#include "lib/base/cleanup.h"
#include "lib/console/cli_rows.h"
#include "lib/console/cli_session.h"

struct cli_facts *cli_call_look(struct cli_call *call)
{
	struct cli_facts *facts = calloc(1, sizeof(*facts));

	if (facts)
		call->device->edges->look(call->device->user, facts);
	else
		cli_call_fail(call, "Not enough memory.");
	return facts;
}

/* ---- the configuration ---------------------------------------------------------------- */

void cli_run_display_this(struct cli_call *call)
{
	const struct cli_config *config = call->config;
	struct buf *out = call->out;

	buf_append_text(out, "#\n");
	switch (call->session->view) {
	case CLI_USER:
		break;
	case CLI_SYSTEM:
		cli_config_put_system(out, config);
		cli_dhcp_put_system(out, &config->dhcp);
		break;
	case CLI_CWMP:
		buf_append_text(out, "cwmp\n");
		cli_config_put_cwmp(out, &config->cwmp, call->device->profile);
		break;
	case CLI_VLAN:
	case CLI_VLAN_INTERFACE:
	case CLI_PORT:
		cli_put_port_view(call);
		break;
	case CLI_DHCP_POOL:
		cli_put_pool_view(call);
		break;
	case CLI_VIEWS:
		break;
	}
	buf_append_text(out, "#\nreturn\n");
}

void cli_run_display_current(struct cli_call *call)
{
	cli_config_put(call->out, call->config, call->device->profile);
}

void cli_run_display_saved(struct cli_call *call)
{
	auto_buf text = BUF_NULL;

	if (call->device->edges->load(call->device->user, &text) == 0)
		buf_append_str(call->out, buf_str(&text));
	else
		buf_append_text(call->out, "There is no saved configuration.\n");
}

/* ---- CWMP ----------------------------------------------------------------------------- */

void cli_run_display_cwmp_configuration(struct cli_call *call)
{
	cli_put_cwmp_configuration(call->out, &call->config->cwmp);
}

void cli_run_display_cwmp_status(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_cwmp_status(call->out, &call->config->cwmp, &facts->cwmp);
}

/* ---- the device ----------------------------------------------------------------------- */

void cli_run_display_history(struct cli_call *call)
{
	for (size_t i = 0; i < call->session->n_history; i++)
		buf_printf(call->out, "  %s\n", call->session->history[i]);
}

void cli_run_display_clock(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_clock(call->out, facts->wall);
}

void cli_run_display_version(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_version(call->out, call->device->profile, facts);
}

void cli_run_display_manuinfo(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_manuinfo(call->out, facts);
}

/* ---- interfaces ----------------------------------------------------------------------- */

void cli_run_display_interface_brief(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_interface_brief(call->out, call->device->profile, call->config,
		    facts);
}

void cli_run_display_ip_interface_brief(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_ip_interface_brief(call->out, call->config, facts);
}

void cli_run_display_routes(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_routes(call->out, call->config, facts);
}

/* Of all, or of the one that the row's type and the argument name. */
void cli_run_display_interface(struct cli_call *call)
{
	bool is_port = strstr(call->match->row->syntax, "@GigabitEthernet");
	auto_free struct cli_facts *facts = cli_call_look(call);
	const struct cli_interface *wanted = NULL;
	size_t n = 0;

	if (!facts)
		return;
	if (call->match->n_args > 0) {
		wanted = cli_config_interface(call->config,
		    is_port ? CLI_GIGABIT : CLI_VLAN_IF, call->match->args[0].text);
		if (!wanted) {
			cli_call_fail(call,
			    "The interface does not exist on this device.");
			return;
		}
	}
	for (size_t i = 0; i < call->config->n_interfaces; i++) {
		const struct cli_interface *interface = &call->config->interfaces[i];

		if (interface->kind == CLI_NO_INTERFACE ||
		    (wanted && wanted != interface))
			continue;
		if (n++ > 0)
			buf_append_char(call->out, '\n');
		cli_put_interface(call->out, call->config, facts, i);
	}
}

void cli_run_display_arp(struct cli_call *call)
{
	auto_free struct cli_facts *facts = cli_call_look(call);

	if (facts)
		cli_put_arp(call->out, call->config, facts);
}

/* ---- VLANs, and what is behind ports --------------------------------------------------- */

void cli_run_display_vlan(struct cli_call *call)
{
	const struct vlan_table *table = &call->config->vlans;
	const struct cli_match *match = call->match;
	bool is_all = str_ends(str_of(match->row->syntax), STR(" all"));
	uint64_t first = is_all ? VLAN_MIN : match->args[0].number;
	uint64_t last = is_all              ? VLAN_MAX
			: match->n_args > 1 ? match->args[1].number
					    : first;
	auto_free struct cli_facts *facts = NULL;
	size_t n = 0;

	if (match->n_args == 0 && !is_all) {
		cli_put_vlan_numbers(call->out, call->config);
		return;
	}
	facts = cli_call_look(call);
	for (uint32_t i = 0; facts && i < table->n; i++) {
		if (table->items[i].id < first || table->items[i].id > last)
			continue;
		buf_append_text(call->out, n++ ? "\n" : "");
		cli_put_vlan(call->out, call->config, facts, &table->items[i]);
	}
	if (facts && n == 0)
		cli_call_fail(call, "The VLAN does not exist.");
}

void cli_run_display_vlan_brief(struct cli_call *call)
{
	cli_put_vlan_brief(call->out, call->config);
}

void cli_run_display_trunks(struct cli_call *call)
{
	cli_put_trunks(call->out, call->config);
}

void cli_run_display_hybrids(struct cli_call *call)
{
	cli_put_hybrids(call->out, call->config);
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
