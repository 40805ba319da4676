/* A device of memory alone, for consoles in tests: it is what its configuration says, and its
 * start-up file is a buffer. */
#pragma once

#include "lib/console/cli_session.h"

#include <stdlib.h>

struct cli_stub {
	struct cli_device device;
	struct cli_session session;
	struct buf saved; /* the start-up file, where has_saved */
	bool has_saved;
	bool refuses; /* what is applied */
	unsigned n_pulled, n_applied, n_reboots;
	struct cli_facts facts;
	struct cli_lease leases[4];
	size_t n_leases;
	struct cli_live
	    *pinging; /* what goes on, of which the test tells; null: nothing */
	unsigned n_stopped;
	struct buf keys; /* for a terminal elsewhere, of which 8 have room */
};

static inline void cli_stub_pull(void *user, struct cli_config *config)
{
	struct cli_stub *stub = user;

	(void)config;
	stub->n_pulled++;
}

static inline int cli_stub_apply(void *user, const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	struct cli_stub *stub = user;

	(void)before;
	(void)after;
	if (stub->refuses)
		return error_set(err, ERR_USAGE, "The device is busy.");
	stub->n_applied++;
	return 0;
}

static inline void cli_stub_look(void *user, struct cli_facts *facts)
{
	const struct cli_stub *stub = user;

	memcpy(facts, &stub->facts, sizeof(*facts));
}

static inline int cli_stub_save(void *user, struct str text, struct error *err)
{
	struct cli_stub *stub = user;

	(void)err;
	buf_reset(&stub->saved);
	buf_append_str(&stub->saved, text);
	stub->has_saved = true;
	return 0;
}

static inline int cli_stub_load(void *user, struct buf *ret)
{
	const struct cli_stub *stub = user;

	if (!stub->has_saved)
		return ERR_NOT_FOUND;
	buf_append_str(ret, buf_str(&stub->saved));
	return 0;
}

static inline int cli_stub_forget(void *user, struct error *err)
{
	struct cli_stub *stub = user;

	(void)err;
	stub->has_saved = false;
	return 0;
}

static inline void cli_stub_reboot(void *user)
{
	struct cli_stub *stub = user;

	stub->n_reboots++;
}

static inline int cli_stub_lend(void *user, struct cli_leases *leases)
{
	const struct cli_stub *stub = user;

	leases->items = calloc(stub->n_leases + 1, sizeof(*leases->items));
	if (!leases->items)
		return -1;
	memcpy(leases->items, stub->leases, stub->n_leases * sizeof(*leases->items));
	leases->n = stub->n_leases;
	return 0;
}

static inline void cli_stub_stop(void *work)
{
	struct cli_stub *stub = work;

	stub->pinging = NULL;
	stub->n_stopped++;
}

static inline int cli_stub_ping(void *user, struct cli_live *live, struct error *err)
{
	struct cli_stub *stub = user;

	if (stub->refuses)
		return error_set(err, ERR_USAGE, "The device is off.");
	live->work = stub;
	live->stop = cli_stub_stop;
	stub->pinging = live;
	return 0;
}

/* What goes on ends by itself. */
static inline void cli_stub_end(struct cli_stub *stub, const char *why)
{
	struct cli_live *live = stub->pinging;

	stub->pinging = NULL;
	cli_live_ended(live, why);
}

static inline bool cli_stub_key(void *work, char key)
{
	struct cli_stub *stub = work;

	if (stub->keys.len >= 8)
		return false;
	buf_append_char(&stub->keys, key);
	return true;
}

static inline int cli_stub_dial(void *user, struct cli_live *live, struct error *err)
{
	int r = cli_stub_ping(user, live, err);

	live->key = cli_stub_key;
	return r;
}

static const struct cli_edges cli_stub_edges = {
	.pull = cli_stub_pull,
	.apply = cli_stub_apply,
	.look = cli_stub_look,
	.save = cli_stub_save,
	.load = cli_stub_load,
	.forget = cli_stub_forget,
	.lend = cli_stub_lend,
	.ping = cli_stub_ping,
	.dial = cli_stub_dial,
	.reboot = cli_stub_reboot,
};

/* A switch of that profile with Vlan-interface1 and two ports, a MAC address behind each; its clock
 * stands at 2026-01-02T03:04:05Z, and port 2 has just lost its link. */
static inline void cli_stub_open(struct cli_stub *stub, const char *profile)
{
	static const char *const numbers[] = { "1", "1/0/1", "1/0/2" };
	struct cli_config *config = &stub->device.running;

	memset(stub, 0, sizeof(*stub));
	stub->device.profile = cli_profile_find(str_of(profile));
	stub->device.edges = &cli_stub_edges;
	stub->device.user = stub;
	cli_config_init(config, stub->device.profile);
	for (size_t i = 0; i < 3; i++) {
		struct cli_interface *interface =
		    &config->interfaces[config->n_interfaces++];

		interface->kind = i == 0 ? CLI_VLAN_IF : CLI_GIGABIT;
		interface->has_dhcp = i == 0;
		cli_text_set(interface->number, sizeof(interface->number),
		    str_of(numbers[i]));
	}
	stub->facts.wall = INT64_C(1767323045) * NS_PER_S;
	stub->facts.macs[0] = (struct cli_mac){ { 2, 0, 0, 0, 0, 1 }, 0, 1, false };
	stub->facts.macs[1] = (struct cli_mac){ { 2, 0, 0, 0, 0, 2 }, 1, 2, true };
	stub->facts.n_macs = 2;
	stub->facts.logs[0] =
	    (struct cli_log){ stub->facts.wall + 67 * NS_PER_MS, 2, false };
	stub->facts.n_logs = 1;
	stub->facts.n_overwritten = 3;
	stub->facts.cwmp.next_attempt = INT64_MAX;
	stub->facts.cwmp.source = CLI_SOURCE_NONE;
	cli_session_init(&stub->session, &stub->device);
}

static inline void cli_stub_close(struct cli_stub *stub)
{
	buf_free(&stub->saved);
	buf_free(&stub->keys);
}
