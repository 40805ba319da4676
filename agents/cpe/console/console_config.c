#include "agents/cpe/console/console_config.h"

#include "agents/cpe/console/console_dhcp.h"
#include "agents/cpe/console/console_internal.h"
#include "agents/cpe/console/typed_pools.h"
#include "agents/cpe/place/ifaddr.h"
#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>

enum {
	TEXT_BYTES_MAX = 1 << 18 /* of a file of commands */
};

/* ---- the factory -------------------------------------------------------------------------- */

static struct cli_interface *add_interface(struct cli_config *config, int kind,
    const char *number)
{
	struct cli_interface *interface = &config->interfaces[config->n_interfaces++];

	interface->kind = kind;
	cli_text_set(interface->number, sizeof(interface->number), str_of(number));
	return interface;
}

/* Vlan-interface1 has the CPE's address; of a switch the ports are the bridge's. */
static void add_interfaces(const struct console *console, struct cli_config *config)
{
	const struct cpe *cpe = console->cpe;
	struct cli_interface *vlan = add_interface(config, CLI_VLAN_IF, "1");

	vlan->has_dhcp = cpe->fleet->config->dhcp;
	if (!vlan->has_dhcp && cpe->place->interface) {
		vlan->address = cpe->place->address;
		vlan->prefix = (unsigned)__builtin_popcount(ifaddr_mask(cpe->place));
	}
	if (cpe->ports)
		console_pull_ports(console, config);
	else
		(void)add_interface(config, CLI_GIGABIT, "1/0/1");
}

static bool has_cwmp_disabled(const struct console *console)
{
	int wish = console->cpe->fleet->config->console.cwmp;

	return wish == CPE_CONSOLE_CWMP_OFF ||
	       (wish == CPE_CONSOLE_CWMP_PROFILE && !console->device.profile->has_cwmp);
}

void console_config_factory(const struct console *console, struct cli_config *ret)
{
	const struct cpe_config *config = console->cpe->fleet->config;

	cli_config_init(ret, console->device.profile);
	if (config->console.sysname)
		cli_text_set(ret->sysname, sizeof(ret->sysname),
		    str_of(config->console.sysname));
	add_interfaces(console, ret);
	ret->cwmp.is_enabled = !has_cwmp_disabled(console);
}

/* ---- a trial: what a file would make of the CPE --------------------------------------------- */

struct trial {
	struct cli_device device;
	struct cli_session session;
	struct console *console;
	bool is_strict; /* what this CPE cannot be is refused */
	bool saves;     /* the file says "save force" */
};

static void trial_pull(void *user, struct cli_config *config)
{
	(void)user;
	(void)config;
}

static int trial_apply(void *user, const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	const struct trial *trial = user;
	auto_free struct typed_pools *pools = NULL;

	if (!trial->is_strict)
		return 0;
	if (!cli_config_is_connected(after))
		return error_set(err, ERR_USAGE,
		    "The interface does not exist on this device.");
	if (console_check_ports(trial->console, before, after, err) < 0)
		return ERR_UNSUPPORTED;
	if (memcmp(&before->dhcp, &after->dhcp, sizeof(after->dhcp)) == 0)
		return 0;
	pools = calloc(1, sizeof(*pools));
	return pools ? typed_pools_make(pools, &after->dhcp,
			   trial->console->cpe->address, err)
		     : error_set(err, -ENOMEM, "Not enough memory.");
}

static void trial_look(void *user, struct cli_facts *facts)
{
	const struct trial *trial = user;

	console_look(trial->console, facts);
}

static int trial_save(void *user, struct str text, struct error *err)
{
	struct trial *trial = user;

	(void)text;
	(void)err;
	trial->saves = true;
	return 0;
}

static int trial_load(void *user, struct buf *ret)
{
	const struct trial *trial = user;

	return console_load(trial->console, ret);
}

static int trial_forget(void *user, struct error *err)
{
	(void)user;
	return error_set(err, ERR_USAGE, "A file cannot do this.");
}

static void trial_reboot(void *user)
{
	(void)user;
}

static const struct cli_edges trial_edges = {
	.pull = trial_pull,
	.apply = trial_apply,
	.look = trial_look,
	.save = trial_save,
	.load = trial_load,
	.forget = trial_forget,
	.reboot = trial_reboot,
};

/* Runs text on a device that is as config says. The caller frees it. Null: there is no memory.
 * *ret_refused lines are not taken, the first of which is in err (may be null). */
static struct trial *try(struct console *console, const struct cli_config *config,
    struct str text, bool is_strict, size_t *ret_refused, struct error *err)
{
	struct trial *trial = calloc(1, sizeof(*trial));

	if (!trial)
		return NULL;
	trial->console = console;
	trial->is_strict = is_strict;
	trial->device.running = *config;
	trial->device.profile = console->device.profile;
	trial->device.edges = &trial_edges;
	trial->device.user = trial;
	cli_session_init(&trial->session, &trial->device);
	*ret_refused = cli_session_load(&trial->session, text, err);
	return trial;
}

/* ---- what is applied -------------------------------------------------------------------------- */

/* Makes the CPE what after says, or logs why not. */
static void apply_all(struct console *console, const struct cli_config *after,
    const char *what)
{
	struct cli_device *device = &console->device;
	struct cli_config before = device->running;
	struct error err = ERROR_NULL;

	/* As with a command that was typed: who is called back finds it in the device. */
	device->running = *after;
	if (device->edges->apply(console, &before, &device->running, &err) == 0)
		return;
	device->running = before;
	log_error("%s: %s is not run: %s", console->cpe->name, what, err.text);
}

/* What parameters of the CPE's model hold, which an ACS can set as well. */
static void keep_parameters(struct cli_cwmp *cwmp, const struct cli_cwmp *of)
{
	cwmp->is_enabled = of->is_enabled;
	cwmp->acs = of->acs;
	cwmp->dflt = of->dflt;
	memcpy(cwmp->cpe_username, of->cpe_username, sizeof(cwmp->cpe_username));
	memcpy(cwmp->cpe_password, of->cpe_password, sizeof(cwmp->cpe_password));
	memcpy(cwmp->provision_code, of->provision_code, sizeof(cwmp->provision_code));
	cwmp->is_informing = of->is_informing;
	cwmp->inform_interval = of->inform_interval;
	cwmp->has_stun = of->has_stun;
}

/* So is whether a port is down. */
static void keep_ports(struct cli_config *config, const struct cli_config *of)
{
	for (size_t i = 0; i < of->n_interfaces; i++)
		config->interfaces[i].is_shutdown = of->interfaces[i].is_shutdown;
}

/* ---- a file of an ACS --------------------------------------------------------------------------- */

static uint32_t check_lines(struct console *console, struct str text, struct error *err)
{
	auto_free struct trial *trial = NULL;
	struct error why = ERROR_NULL;
	size_t n_refused = 0;

	if (text.len > TEXT_BYTES_MAX) {
		(void)error_set(err, ERR_LIMIT,
		    "the configuration is longer than %d bytes", TEXT_BYTES_MAX);
		return 9018;
	}
	console->device.edges->pull(console, &console->device.running);
	trial = try(console, &console->device.running, text, true, &n_refused, &why);
	if (!trial) {
		(void)error_set(err, -ENOMEM, "no memory for a configuration");
		return 9002;
	}
	if (n_refused > 0) {
		(void)error_set(err, ERR_CONFIG, "the configuration is not taken: %s",
		    why.text);
		return 9018;
	}
	free(console->found);
	console->found = calloc(1, sizeof(*console->found));
	if (!console->found) {
		(void)error_set(err, -ENOMEM, "no memory for a configuration");
		return 9002;
	}
	*console->found = trial->device.running;
	console->found_saves = trial->saves;
	return 0;
}

/* Without which a process that starts anew would have CWMP disabled, as the factory has it. */
#define KEEP_ENABLED "#\ncwmp\n cwmp enable\n"

/* A file without a word of CWMP is not to cut the CPE off. */
static int save_file(struct console *console, struct str text, bool is_enabled,
    struct error *err)
{
	auto_buf whole = BUF_NULL;

	if (is_enabled && has_cwmp_disabled(console))
		buf_append_text(&whole, KEEP_ENABLED "#\n");
	buf_append_str(&whole, text);
	return whole.error ? error_set(err, -ENOMEM, "no memory")
			   : console_save(console, buf_str(&whole), err);
}

uint32_t console_config_check(struct console *console, struct str text,
    struct error *err)
{
	const struct model *model = console->cpe->fleet->model;
	auto_free struct cli_config *found = NULL;
	uint32_t fault = check_lines(console, text, err);

	if (fault != 0 ||
	    model->conduct.transfers.configuration == MODEL_CONFIGURATION_RUN)
		return fault;
	found = steal_ptr(&console->found);
	if (save_file(console, text, found->cwmp.is_enabled, err) < 0) {
		(void)error_prefix(err, "the start-up file is not written");
		return 9002;
	}
	console->has_new_file = true;
	return 0;
}

void console_config_take(struct console *console)
{
	auto_free struct cli_config *found = steal_ptr(&console->found);
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	if (!found)
		return; /* the next boot runs it */
	apply_all(console, found, "the configuration of the ACS");
	if (!console->found_saves)
		return;
	cli_config_put(&text, &console->device.running, console->device.profile);
	if (text.error || console_save(console, buf_str(&text), &err) < 0)
		log_error("%s: its configuration is not saved: %s", console->cpe->name,
		    text.error ? "no memory" : err.text);
}

/* ---- boots --------------------------------------------------------------------------------------- */

void console_config_reload(struct console *console)
{
	auto_free struct cli_config *config = calloc(1, sizeof(*config));
	auto_free struct trial *trial = NULL;
	struct cli_config *running = &console->device.running;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	size_t n_refused = 0;

	console->device.edges->pull(console, running);
	(void)console_load(console, &text); /* without one it is the factory's */
	if (config) {
		console_config_factory(console, config);
		keep_parameters(&config->cwmp, &running->cwmp);
		trial = try(console, config, buf_str(&text), false, &n_refused, &err);
	}
	if (!trial) {
		log_error("%s: no memory for its start-up file", console->cpe->name);
		return;
	}
	if (n_refused > 0)
		log_warn("%s: its start-up file: %zu lines are refused; %s",
		    console->cpe->name, n_refused, err.text);
	if (!console->has_new_file) {
		keep_parameters(&trial->device.running.cwmp, &running->cwmp);
		keep_ports(&trial->device.running, running);
	}
	console->has_new_file = false;
	apply_all(console, &trial->device.running, "the start-up file");
}

void console_settle_vlans(struct console *console)
{
	struct error err = ERROR_NULL;

	if (console->cpe->ports &&
	    console_push_vlans(console, &console->device.running, &err) < 0)
		log_error("%s: its VLANs are not set: %s", console->cpe->name,
		    err.text);
}

/* ---- the factory's state ---------------------------------------------------------------------- */

/* Whether the start-up file of a CPE that was reset before it had a console enabled CWMP. */
static bool was_enabled(struct console *console)
{
	auto_free struct cli_config *config = calloc(1, sizeof(*config));
	auto_free struct trial *trial = NULL;
	auto_buf text = BUF_NULL;
	size_t n_refused;

	if (config && console_load(console, &text) == 0) {
		console_config_factory(console, config);
		trial = try(console, config, buf_str(&text), false, &n_refused, NULL);
	}
	return trial ? trial->device.running.cwmp.is_enabled
		     : !has_cwmp_disabled(console);
}

void console_config_reset_late(struct console *console)
{
	console->cpe->typed.is_disabled = !was_enabled(console);
	console_config_reset(console);
}

void console_config_reset(struct console *console)
{
	struct cpe *cpe = console->cpe;
	bool is_enabled = !cpe->typed.is_disabled;
	struct error err = ERROR_NULL;
	int r;

	console_dhcp_close(console, true);
	free(steal_ptr(&console->found));
	console->has_new_file = false;
	console_config_factory(console, &console->device.running);
	console->device.running.cwmp.is_enabled = is_enabled;
	console_settle_vlans(console);
	cpe->typed = (struct cpe_typed){
		.is_disabled = !is_enabled,
		.inform_at = INT64_MAX,
	};
	r = console_forget(console, &err);
	if (r == 0 && is_enabled && has_cwmp_disabled(console))
		r = console_save(console, STR(KEEP_ENABLED "#\nreturn\n"), &err);
	if (r < 0)
		log_error("%s: its start-up file after the factory reset: %s",
		    cpe->name, err.text);
}
