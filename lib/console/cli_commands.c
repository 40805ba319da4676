/* Views, the start-up file, interfaces. */
#include "lib/console/cli_rows.h"

#include "lib/base/cleanup.h"
#include "lib/console/cli_dialogue.h"

enum {
	TELNET_PORT = 23
};

/* ---- views ---------------------------------------------------------------------------- */

void cli_run_nothing(struct cli_call *call)
{
	(void)call;
}

void cli_run_system_view(struct cli_call *call)
{
	call->session->view = CLI_SYSTEM;
	buf_append_text(call->out, "System View: return to User View with Ctrl+Z.\n");
}

void cli_run_quit(struct cli_call *call)
{
	struct cli_session *session = call->session;

	if (session->view == CLI_USER)
		call->result.is_over = true;
	else
		session->view = session->view == CLI_SYSTEM ? CLI_USER : CLI_SYSTEM;
}

void cli_run_return(struct cli_call *call)
{
	call->session->view = CLI_USER;
}

void cli_run_cwmp(struct cli_call *call)
{
	call->session->view = CLI_CWMP;
}

void cli_run_port(struct cli_call *call)
{
	const struct cli_interface *interface =
	    cli_config_interface(call->config, CLI_GIGABIT, call->match->args[0].text);

	if (!interface) {
		cli_call_fail(call, "The interface does not exist on this device.");
		return;
	}
	call->session->view = CLI_PORT;
	call->session->interface = (size_t)(interface - call->config->interfaces);
}

static struct cli_interface *port_of(struct cli_call *call)
{
	return &call->config->interfaces[call->session->interface];
}

void cli_run_shutdown(struct cli_call *call)
{
	port_of(call)->is_shutdown = true;
}

void cli_run_undo_shutdown(struct cli_call *call)
{
	port_of(call)->is_shutdown = false;
}

/* ---- what is set in the system view ---------------------------------------------------- */

void cli_run_sysname(struct cli_call *call)
{
	cli_text_set(call->config->sysname, sizeof(call->config->sysname),
	    call->match->args[0].text);
}

void cli_run_undo_sysname(struct cli_call *call)
{
	cli_text_set(call->config->sysname, sizeof(call->config->sysname),
	    str_of(call->device->profile->sysname));
}

/* The network, its mask and the next hop, where the row has one. */
static struct route route_of(const struct cli_call *call)
{
	const struct cli_arg *args = call->match->args;

	return (struct route){ (uint32_t)args[0].number, (uint32_t)args[1].number,
		call->match->n_args > 2 ? (uint32_t)args[2].number : 0 };
}

void cli_run_route(struct cli_call *call)
{
	struct route route = route_of(call);

	if (!cli_dhcp_is_host(route.via, 0))
		cli_call_fail(call, "Invalid next hop.");
	else if (!route_table_add(&call->config->routes, route))
		cli_call_fail(call, "The device has room for %d static routes.",
		    ROUTE_TABLE_MAX);
}

void cli_run_undo_route(struct cli_call *call)
{
	if (route_table_remove(&call->config->routes, route_of(call)) == 0)
		cli_call_fail(call, "The route does not exist.");
}

/* ---- the terminal --------------------------------------------------------------------- */

void cli_run_screen_length(struct cli_call *call)
{
	call->session->screen_length = 0;
}

void cli_run_undo_screen_length(struct cli_call *call)
{
	call->session->screen_length = CLI_SCREEN_LENGTH;
}

/* The last line, or so many; once, or so many times. */
void cli_run_repeat(struct cli_call *call)
{
	const struct cli_match *match = call->match;

	call->session->repeat.lines =
	    match->n_args > 0 ? (unsigned)match->args[0].number : 1;
	call->session->repeat.times =
	    match->n_args > 1 ? (unsigned)match->args[1].number : 1;
}

void cli_run_repeat_times(struct cli_call *call)
{
	call->session->repeat.lines = 1;
	call->session->repeat.times = (unsigned)call->match->args[0].number;
}

/* ---- ping ----------------------------------------------------------------------------- */

static void set_number(const struct cli_match *match, enum cli_ping_option option,
    unsigned *ret)
{
	if (match->options >> option & 1)
		*ret = (unsigned)match->values[option].number;
}

void cli_run_ping(struct cli_call *call)
{
	const struct cli_match *match = call->match;
	struct cli_ping *ping = &call->session->ping;

	if (!call->device->edges->ping || call->session->is_loading) {
		cli_call_fail(call, "The device cannot ping now.");
		return;
	}
	cli_ping_init(ping);
	cli_text_set(ping->host, sizeof(ping->host), match->args[0].text);
	if (match->options >> CLI_PING_C & 1)
		ping->n = match->values[CLI_PING_C].number;
	ping->from = (uint32_t)match->values[CLI_PING_A].number;
	set_number(match, CLI_PING_S, &ping->size);
	set_number(match, CLI_PING_T, &ping->timeout_ms);
	set_number(match, CLI_PING_M, &ping->interval_ms);
	set_number(match, CLI_PING_H, &ping->ttl);
	set_number(match, CLI_PING_TOS, &ping->tos);
	ping->is_whole = match->options >> CLI_PING_F & 1;
	ping->is_numeric = match->options >> CLI_PING_N & 1;
	ping->is_quiet = match->options >> CLI_PING_Q & 1;
	ping->is_older = call->device->profile->has_older_ping;
	call->session->going = CLI_GOING_PING;
}

/* ---- telnet --------------------------------------------------------------------------- */

void cli_run_telnet(struct cli_call *call)
{
	const struct cli_match *match = call->match;
	struct cli_dial *dial = &call->session->dial;

	if (!call->device->edges->dial) {
		cli_call_fail(call, "The device cannot connect to others.");
		return;
	}
	cli_text_set(dial->host, sizeof(dial->host), match->args[0].text);
	dial->port = match->n_args > 1 ? (uint16_t)match->args[1].number : TELNET_PORT;
	call->session->going = CLI_GOING_DIAL;
}

/* ---- debugging, and who watches --------------------------------------------------------- */

static const char *const debug_words[] = {
#define XX(symbol, word) word,
	CLI_DEBUG_MAP(XX)
#undef XX
};

const char *cli_debug_word(enum cli_debug kind)
{
	return debug_words[kind];
}

/* Those that the row of the call ends in. */
static unsigned debugs_of(const struct cli_call *call)
{
	struct str syntax = str_of(call->match->row->syntax);

	for (size_t i = 0; i < CLI_DEBUGS; i++) {
		if (str_ends(syntax, str_of(debug_words[i])))
			return 1u << i;
	}
	return (1u << CLI_DEBUGS) - 1;
}

void cli_run_debugging(struct cli_call *call)
{
	call->device->debugging |= debugs_of(call);
}

void cli_run_undo_debugging(struct cli_call *call)
{
	call->device->debugging &= ~debugs_of(call);
}

void cli_run_display_debugging(struct cli_call *call)
{
	for (size_t i = 0; i < CLI_DEBUGS; i++) {
		if (call->device->debugging >> i & 1)
			buf_printf(call->out, "CWMP %s debugging is on.\n",
			    debug_words[i]);
	}
}

static void watch(struct cli_call *call, bool *ret, bool is_on, const char *what)
{
	const struct cli_profile *profile = call->device->profile;

	*ret = is_on;
	if (profile->watch_mark) {
		buf_printf(call->out, "%sCurrent terminal %s is %s%s\n",
		    profile->watch_mark,
		    ret == &call->session->is_monitor ? "monitor" : "debugging",
		    is_on ? "on" : "off", profile->watch_end);
		return;
	}
	buf_printf(call->out, "The current terminal is %s to display %s.\n",
	    is_on ? "enabled" : "disabled", what);
}

void cli_run_monitor(struct cli_call *call)
{
	watch(call, &call->session->is_monitor, true, "logs");
}

void cli_run_undo_monitor(struct cli_call *call)
{
	watch(call, &call->session->is_monitor, false, "logs");
}

void cli_run_terminal_debugging(struct cli_call *call)
{
	watch(call, &call->session->is_debugged, true, "debugging logs");
}

void cli_run_undo_terminal_debugging(struct cli_call *call)
{
	watch(call, &call->session->is_debugged, false, "debugging logs");
}

/* ---- the start-up file, and booting ---------------------------------------------------- */

void cli_run_save(struct cli_call *call)
{
	call->session->asks = CLI_ASKS_SAVE;
}

void cli_run_save_force(struct cli_call *call)
{
	call->result.is_refused = !cli_dialogue_save(call->session, call->out);
}

void cli_run_reset_saved(struct cli_call *call)
{
	call->session->asks = CLI_ASKS_FORGET;
}

void cli_run_reboot(struct cli_call *call)
{
	call->session->asks = CLI_ASKS_REBOOT;
}
