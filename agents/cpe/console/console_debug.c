/* "debugging cwmp", and the log, on terminals that watch: lines of what happens, which wait within the
 * bounds of each session and are shown in the loop's next round, since whoever is told may type
 * something that ends the session it happens in. */
#include "agents/cpe/console/console_internal.h"

#include "lib/console/cli_display.h"

/* ---- who watches --------------------------------------------------------------------------- */

/* Says a line to all sessions that watch. Whether any does. */
static bool say(struct console *console, bool is_debug, struct str line)
{
	bool is_watched = false;

	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		struct console_session *session = console->sessions[i];

		if (!session || !cli_session_watches(&session->cli, is_debug))
			continue;
		cli_live_say(&session->live, line);
		is_watched = true;
	}
	if (console->telnet)
		is_watched |= telnet_server_say(console->telnet, is_debug, line);
	return is_watched;
}

static void on_shows(uv_timer_t *timer)
{
	console_debug_show(timer->data);
}

static void show_soon(struct consoles *consoles, struct console *console)
{
	list_remove(&console->told);
	list_append(&consoles->news, &console->told);
	(void)uv_timer_start(&consoles->shows, on_shows, 0, 0);
}

void console_debug_show(struct consoles *consoles)
{
	while (!list_empty(&consoles->news)) {
		struct console *console =
		    list_first(&consoles->news, struct console, told);

		list_remove(&console->told);
		if (console->telnet)
			telnet_server_show(console->telnet);
	}
}

bool console_debug_watches(const struct console *console, enum cpe_debug kind)
{
	return console->device.debugging >> kind & 1;
}

void console_debug_say(struct consoles *consoles, struct console *console,
    enum cpe_debug kind, const char *text)
{
	auto_buf line = BUF_NULL;

	cli_put_debug(&line, &console->device.running,
	    console->cpe->fleet->edges->wall(), cli_debug_word((enum cli_debug)kind),
	    text);
	if (say(console, true, buf_str(&line)))
		show_soon(consoles, console);
}

/* ---- messages ------------------------------------------------------------------------------ */

static const struct cpe_witness *fleet_witness(const struct console *console)
{
	return console->cpe->fleet->witness;
}

/* The method, and what tells messages apart; values and texts may be secrets. */
static void put_message(struct buf *out, const struct cwmp_msg *msg)
{
	if (!msg) {
		buf_append_text(out, "an empty message");
		return;
	}
	if (msg->kind == CWMP_FAULT)
		buf_printf(out, "a fault, code %u", (unsigned)msg->fault.code);
	else
		buf_append_str(out, msg->method_name);
	if (msg->header.has_id)
		buf_printf(out, ", ID %.*s", STR_ARG(msg->header.id));
}

static void on_saw(void *user, bool from_acs, const struct cwmp_msg *msg)
{
	struct console *console = user;
	const struct cpe_witness *other = fleet_witness(console);
	const struct cpe_console *edges = console->cpe->fleet->console;

	if (console_debug_watches(console, CPE_DEBUG_PACKET)) {
		auto_buf text = BUF_NULL;

		buf_append_text(&text, from_acs ? "Received " : "Sent ");
		put_message(&text, msg);
		buf_append_char(&text, '.');
		edges->debug(edges->user, console->cpe, CPE_DEBUG_PACKET,
		    buf_cstr(&text));
	}
	if (other)
		other->saw(other->user, from_acs, msg);
}

static void on_over(void *user, const char *why)
{
	const struct cpe_witness *other = fleet_witness(user);

	if (other)
		other->over(other->user, why);
}

static void on_called(void *user)
{
	const struct cpe_witness *other = fleet_witness(user);

	if (other)
		other->called(other->user);
}

const struct cpe_witness *console_debug_witness(struct consoles *consoles,
    struct console *console)
{
	(void)consoles;
	return console_debug_watches(console, CPE_DEBUG_PACKET)
		   ? &console->witness
		   : fleet_witness(console);
}

/* ---- the log of ports ---------------------------------------------------------------------- */

void console_debug_ports(struct consoles *consoles, struct console *console)
{
	struct cli_log entry;
	auto_buf lines = BUF_NULL;

	while (console_next_log(console, &console->n_logged, &entry))
		cli_put_log(&lines, &console->device.running, &entry);
	if (lines.len > 0 && say(console, false, buf_str(&lines)))
		show_soon(consoles, console);
}

/* ---- beginning and end --------------------------------------------------------------------- */

void console_debug_open(struct console *console)
{
	list_init(&console->told);
	console->witness = (struct cpe_witness){ on_saw, on_over, on_called, console };
}

void console_debug_close(struct console *console)
{
	if (console->cpe) /* else it was never opened */
		list_remove(&console->told);
}
