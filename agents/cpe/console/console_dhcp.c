#include "agents/cpe/console/console_dhcp.h"

#include "agents/cpe/console/typed_pools.h"
#include "agents/lessor/lessor.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct console_dhcp {
	struct lessor *lessor;     /* owned; null: nothing was typed yet */
	struct typed_pools *pools; /* owned: what it hands out */
	char *lease_path;          /* owned; null: nothing outlives the process */
	uint32_t address;          /* that it serves from */
};

/* ---- what is told ------------------------------------------------------------------------- */

static void on_disk_failed(void *user, const char *why)
{
	const struct console *console = user;

	log_error("%s: the leases of its DHCP server are not kept: %s",
	    console->cpe->name, why);
}

static const struct lessor_handlers handlers = {
	.disk_failed = on_disk_failed,
};

/* ---- configured ---------------------------------------------------------------------------- */

static char *make_lease_path(const struct console *console)
{
	const char *state = console->cpe->fleet->config->state;
	char *path = NULL;

	if (state && asprintf(&path, "%s/%s.leases", state, console->cpe->name) < 0)
		return NULL;
	return path;
}

static int open_server(struct console *console, struct error *err)
{
	struct console_dhcp *dhcp = calloc(1, sizeof(*dhcp));
	int r;

	if (!dhcp)
		return error_set(err, -ENOMEM, "Not enough memory.");
	dhcp->lease_path = make_lease_path(console);
	r = lessor_new(&dhcp->lessor, console->cpe->fleet->loop, dhcp->lease_path,
	    &handlers, console, err);
	if (r < 0) {
		free(dhcp->lease_path);
		free(dhcp);
		return r;
	}
	console->dhcp = dhcp;
	return 0;
}

static int configure(struct console *console, const struct cli_dhcp *typed,
    struct error *err)
{
	struct console_dhcp *dhcp = console->dhcp;
	auto_free struct typed_pools *pools = calloc(1, sizeof(*pools));
	int r = pools ? typed_pools_make(pools, typed, console->cpe->address, err)
		      : error_set(err, -ENOMEM, "Not enough memory.");

	if (r == 0)
		r = lessor_configure(dhcp->lessor, &pools->server, err);
	if (r < 0)
		return r;
	free(dhcp->pools);
	dhcp->pools = steal_ptr(&pools);
	return 0;
}

/* Whether the server has the configuration that it is to have. */
static bool is_configured(const struct console *console, const struct cli_dhcp *typed)
{
	const struct typed_pools *pools = console->dhcp->pools;
	struct cli_dhcp other = *typed;

	if (!pools || pools->server.address != console->cpe->address)
		return false;
	other.is_enabled = pools->typed.is_enabled;
	return memcmp(&other, &pools->typed, sizeof(other)) == 0;
}

/* ---- running -------------------------------------------------------------------------------- */

static int run(struct console *console, struct error *err)
{
	struct console_dhcp *dhcp = console->dhcp;
	const struct cpe *cpe = console->cpe;
	const struct lessor_place place = { cpe->place->netns, cpe->place->interface };
	int r;

	if (lessor_is_serving(dhcp->lessor) && dhcp->address == cpe->address)
		return 0;
	r = lessor_start(dhcp->lessor, &place, err);
	if (r == 0)
		dhcp->address = cpe->address;
	return r;
}

/* Down with the CPE: a switch that is switched off serves nobody. */
static bool can_run(const struct cpe *cpe)
{
	return cpe->address && cpe->place->interface && cpe->state != CPE_OFF &&
	       cpe->state != CPE_STOPPING && cpe->state != CPE_STOPPED;
}

/* Whether it could be served. */
static int check(const struct console *console, const struct cli_dhcp *typed,
    struct error *err)
{
	auto_free struct typed_pools *pools = calloc(1, sizeof(*pools));

	return pools ? typed_pools_make(pools, typed, console->cpe->address, err)
		     : error_set(err, -ENOMEM, "Not enough memory.");
}

int console_dhcp_set(struct console *console, const struct cli_dhcp *typed,
    struct error *err)
{
	int r = 0;

	if (console->is_loading)
		return check(console, typed, err);
	if (!console->dhcp)
		r = open_server(console, err);
	if (r == 0 && !is_configured(console, typed))
		r = configure(console, typed, err);
	if (r < 0)
		return r;
	if (typed->is_enabled && can_run(console->cpe))
		return run(console, err);
	lessor_stop(console->dhcp->lessor);
	return 0;
}

/* As what was typed last; what fails is logged. */
static void set_again(struct console *console)
{
	struct error err = ERROR_NULL;

	if (console_dhcp_set(console, &console->device.running.dhcp, &err) == 0)
		return;
	if (console->dhcp)
		lessor_stop(console->dhcp->lessor);
	log_error("%s: its DHCP server does not run: %s", console->cpe->name, err.text);
}

void console_dhcp_load(struct console *console)
{
	const struct cli_dhcp *typed = &console->device.running.dhcp;

	if (typed->n_pools > 0 || typed->is_enabled)
		set_again(console);
}

void console_dhcp_moved(struct console *console)
{
	if (console->dhcp)
		set_again(console);
}

/* ---- leases ----------------------------------------------------------------------------------- */

struct lending {
	struct buf items; /* of struct cli_lease */
	clock_ns to_wall; /* to be added to a monotonic time */
};

static int add_lease(void *user, const struct lease_view *view)
{
	struct lending *lending = user;
	struct cli_lease lease = { .address = view->address, .ends_at = INT64_MAX };

	if (view->expires_at != INT64_MAX)
		lease.ends_at = view->expires_at + lending->to_wall;
	memcpy(lease.mac, view->mac, sizeof(lease.mac));
	/* "i" and the identifier: lease_table.h. */
	if (view->client.len > 1 && view->client.p[0] == 'i') {
		lease.n_client =
		    (uint32_t)MIN(view->client.len - 1, (size_t)CLI_CLIENT_MAX);
		memcpy(lease.client, view->client.p + 1, lease.n_client);
	}
	buf_append(&lending->items, &lease, sizeof(lease));
	return lending->items.error;
}

int console_dhcp_lend(void *user, struct cli_leases *leases)
{
	const struct console *console = user;
	struct lending lending = { .items = BUF_NULL };
	int r = 0;

	*leases = (struct cli_leases){ NULL, 0 };
	if (!console->dhcp)
		return 0;
	lending.to_wall = clock_wall() - clock_monotonic();
	r = lessor_leases(console->dhcp->lessor, add_lease, &lending);
	leases->items = calloc(1, lending.items.len + 1);
	if (r == 0 && leases->items) {
		leases->n = lending.items.len / sizeof(struct cli_lease);
		if (leases->n > 0)
			memcpy(leases->items, lending.items.data, lending.items.len);
	}
	buf_free(&lending.items);
	if (r == 0 && leases->items)
		return 0;
	free(steal_ptr(&leases->items));
	return -ENOMEM;
}

/* ---- end ---------------------------------------------------------------------------------------- */

void console_dhcp_close(struct console *console, bool is_reset)
{
	struct console_dhcp *dhcp = steal_ptr(&console->dhcp);
	auto_free char *path = is_reset ? make_lease_path(console) : NULL;

	if (dhcp) {
		lessor_free(dhcp->lessor);
		free(dhcp->lease_path);
		free(dhcp->pools);
		free(dhcp);
	}
	if (path && unlink(path) < 0 && errno != ENOENT)
		log_error("%s: its old leases stay: %s", console->cpe->name,
		    error_name(-errno));
}
