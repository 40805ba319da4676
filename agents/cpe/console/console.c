#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/console/console_config.h"
#include "agents/cpe/console/console_dhcp.h"
#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>

/* ---- beginning and end ------------------------------------------------------------------ */

static void start_up(struct console *console)
{
	struct cli_session session;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	size_t n;

	if (console_load(console, &text) < 0)
		return;
	cli_session_init(&session, &console->device);
	n = cli_session_load(&session, buf_str(&text), &err);
	if (n > 0)
		log_warn("%s: its start-up file: %zu lines are refused; %s",
		    console->cpe->name, n, err.text);
}

void console_open(struct console *console, struct cpe *cpe)
{
	struct cli_device *device = &console->device;

	*console = (struct console){ .cpe = cpe };
	console_debug_open(console);
	console->profile = *cli_profile_at((size_t)cpe->fleet->config->console.profile);
	device->profile = &console->profile;
	device->edges = &console_edges;
	device->user = console;
	console_config_factory(console, &device->running);
	cpe->typed.is_disabled = !device->running.cwmp.is_enabled;
	console->ended_boot = cpe->booted_at;
	if (cpe->was_reset)
		console_config_reset_late(console);
	console->is_loading = true;
	start_up(console);
	console->is_loading = false;
	console_settle_vlans(console);
	console_dhcp_load(console);
}

/* ---- what the CPE tells, and asks for --------------------------------------------------------- */

static struct console *console_of(void *user, const struct cpe *cpe)
{
	const struct consoles *consoles = user;

	return &consoles->items[cpe - consoles->fleet->cpes];
}

/* Down: as its start-up file says, once it is up again. That is told of one that is down, perhaps
 * several times, but not of one that is up and has no address yet. */
static void moved(void *user, struct cpe *cpe)
{
	struct console *console = console_of(user, cpe);

	if (cpe->state == CPE_OFF && cpe->booted_at != console->ended_boot) {
		console->ended_boot = cpe->booted_at;
		console_break_sessions(console);
		console->device.debugging = 0;
		console_config_reload(console);
	}
	console_dhcp_moved(console);
	/* A next hop may be in its network only now, and a lease may have taken its routes away. */
	if (cpe->ports && console->device.running.routes.n > 0)
		(void)console_push_routes(console, &console->device.running, NULL);
}

static void reset(void *user, struct cpe *cpe)
{
	console_config_reset(console_of(user, cpe));
}

static uint32_t check(void *user, struct cpe *cpe, struct str text, struct error *err)
{
	return console_config_check(console_of(user, cpe), text, err);
}

static void take(void *user, struct cpe *cpe)
{
	console_config_take(console_of(user, cpe));
}

static void put(void *user, struct cpe *cpe, struct buf *out)
{
	struct console *console = console_of(user, cpe);
	struct cli_device *device = &console->device;

	device->edges->pull(console, &device->running);
	cli_config_put(out, &device->running, device->profile);
}

static void put_log(void *user, struct cpe *cpe, struct buf *out)
{
	buf_append_str(out, buf_str(&console_of(user, cpe)->log));
}

static bool watches(void *user, const struct cpe *cpe, enum cpe_debug kind)
{
	return console_debug_watches(console_of(user, cpe), kind);
}

static void debug(void *user, struct cpe *cpe, enum cpe_debug kind, const char *text)
{
	console_debug_say(user, console_of(user, cpe), kind, text);
}

static const struct cpe_witness *witness(void *user, struct cpe *cpe)
{
	return console_debug_witness(user, console_of(user, cpe));
}

static void ports(void *user, struct cpe *cpe)
{
	console_debug_ports(user, console_of(user, cpe));
}

static const struct cpe_console cpe_console = {
	.moved = moved,
	.reset = reset,
	.check = check,
	.take = take,
	.put = put,
	.put_log = put_log,
	.watches = watches,
	.debug = debug,
	.witness = witness,
	.ports = ports,
};

int consoles_open(struct consoles *consoles, struct cpe_fleet *fleet, struct error *err)
{
	consoles->fleet = fleet;
	list_init(&consoles->waiting);
	list_init(&consoles->held);
	list_init(&consoles->news);
	if (fleet->config->console.is_on) {
		consoles->items = calloc(fleet->n_cpes, sizeof(*consoles->items));
		if (!consoles->items)
			return error_set(err, -ENOMEM, "no memory for consoles");
	}
	for (size_t i = 0; consoles->items && i < fleet->n_cpes; i++)
		console_open(&consoles->items[i], &fleet->cpes[i]);
	consoles->edges = cpe_console;
	consoles->edges.user = consoles;
	if (consoles->items)
		fleet->console = &consoles->edges;
	return 0;
}

void consoles_start(struct consoles *consoles, uv_loop_t *loop)
{
	(void)uv_timer_init(loop, &consoles->timer);
	(void)uv_timer_init(loop, &consoles->late);
	(void)uv_timer_init(loop, &consoles->unwatched);
	(void)uv_timer_init(loop, &consoles->shows);
	consoles->timer.data = consoles->late.data = consoles->shows.data = consoles;
	consoles->unwatched.data = consoles;
}

/* What has handles of the loop. */
static void end_of_loop(struct console *console)
{
	console_end_sessions(console);
	console_dhcp_close(console, false);
}

void consoles_close(struct consoles *consoles)
{
	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++)
		end_of_loop(&consoles->items[i]);
	consoles->fleet->console = NULL;
	uv_close((uv_handle_t *)&consoles->timer, NULL);
	uv_close((uv_handle_t *)&consoles->late, NULL);
	uv_close((uv_handle_t *)&consoles->unwatched, NULL);
	uv_close((uv_handle_t *)&consoles->shows, NULL);
}

void console_close(struct console *console)
{
	end_of_loop(console);
	console_debug_close(console);
	free(steal_ptr(&console->found));
	free(steal_ptr(&console->saved));
	buf_free(&console->log);
}

void consoles_free(struct consoles *consoles)
{
	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++)
		console_close(&consoles->items[i]);
	free(steal_ptr(&consoles->items));
}
