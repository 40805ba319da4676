/* The configuration of a console against its CPE: what the CPE is shows in it, and what was typed
 * becomes so. */
#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/console/console_dhcp.h"
#include "agents/cpe/device/cpe_play.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- what the CPE is ------------------------------------------------------------------- */

static void pull_slot(struct cli_acs *acs, const struct acs_slot *slot)
{
	cli_text_set(acs->url, sizeof(acs->url), str_of(slot->url));
	cli_text_set(acs->username, sizeof(acs->username), str_of(slot->username));
	cli_text_set(acs->password, sizeof(acs->password), str_of(slot->password));
}

static struct str live(const struct cpe *cpe, enum model_live kind)
{
	return str_of(model_values_get_live(&cpe->values, kind));
}

static void pull_code(const struct console *console, struct cli_cwmp *cwmp)
{
	struct str code = live(console->cpe, MODEL_PROVISIONING_CODE);

	if (str_is(code, console->device.profile->provision_code))
		code = STR_NULL;
	cli_text_set(cwmp->provision_code, sizeof(cwmp->provision_code), code);
}

/* "7.1.046 Release 2419" of an image that an ACS has sent: at the console a comma stands between.
 * One that an older state folder holds may have any bytes in it. */
static void pull_version(struct console *console)
{
	const struct cpe *cpe = console->cpe;
	const struct cpe_config *config = cpe->fleet->config;
	struct str running = str_of(cpe->software_version), release;
	struct str number = str_cut(running, ' ', &release);

	console->profile.version =
	    cli_profile_at((size_t)config->console.profile)->version;
	if (running.len == 0)
		return;
	(void)shown_snprintf(console->version, sizeof(console->version), "%.*s%s%.*s",
	    STR_ARG(number), release.len == 0 ? "" : ", ", STR_ARG(release));
	console->profile.version = console->version;
}

/* What the console alone knows stays as it was: times, interfaces, policies. */
static void pull(void *user, struct cli_config *config)
{
	struct console *console = user;
	const struct cpe *cpe = console->cpe;
	struct cli_cwmp *cwmp = &config->cwmp;
	uint64_t interval = model_values_number(&cpe->values, MODEL_PERIODIC_INTERVAL);

	cwmp->is_enabled = !cpe->typed.is_disabled;
	pull_slot(&cwmp->acs, &cpe->slots.slots[ACS_SOURCE_USER]);
	pull_slot(&cwmp->dflt, &cpe->slots.slots[ACS_SOURCE_DEFAULT]);
	cli_text_set(cwmp->cpe_username, sizeof(cwmp->cpe_username),
	    live(cpe, MODEL_CR_USERNAME));
	cli_text_set(cwmp->cpe_password, sizeof(cwmp->cpe_password),
	    live(cpe, MODEL_CR_PASSWORD));
	pull_code(console, cwmp);
	cwmp->is_informing = model_values_number(&cpe->values, MODEL_PERIODIC_ENABLE);
	cwmp->inform_interval = interval == CLI_CWMP_INTERVAL || interval > UINT32_MAX
				    ? 0
				    : (uint32_t)interval;
	cwmp->has_stun = model_values_number(&cpe->values, MODEL_STUN_ENABLE);
	console_pull_ports(console, config);
	pull_version(console);
}

/* ---- what was typed --------------------------------------------------------------------- */

static bool differs(const char *before, const char *after)
{
	return strcmp(before, after) != 0;
}

static int push_slot(struct cpe *cpe, enum acs_source source,
    const struct cli_acs *before, const struct cli_acs *after)
{
	if (memcmp(before, after, sizeof(*before)) == 0)
		return 0;
	/* What is not set is none, and not the empty text. */
	return acs_slots_set(&cpe->slots, &cpe->fleet->words, source,
	    str_of(after->url), after->username[0] ? str_of(after->username) : STR_NULL,
	    after->password[0] ? str_of(after->password) : STR_NULL);
}

static int push_text(struct cpe *cpe, enum model_live kind, const char *before,
    const char *after, const char *dflt)
{
	if (!differs(before, after))
		return 0;
	return model_values_set_live(&cpe->values, kind,
	    str_of(after[0] ? after : dflt));
}

static int push_number(struct cpe *cpe, enum model_live kind, uint32_t before,
    uint32_t after)
{
	char text[16];

	if (before == after)
		return 0;
	(void)snprintf(text, sizeof(text), "%" PRIu32, after);
	return model_values_set_live(&cpe->values, kind, str_of(text));
}

static uint32_t interval_of(const struct cli_cwmp *cwmp)
{
	return cwmp->inform_interval ? cwmp->inform_interval : CLI_CWMP_INTERVAL;
}

static int push_values(const struct console *console, const struct cli_cwmp *before,
    const struct cli_cwmp *after)
{
	struct cpe *cpe = console->cpe;
	int r = push_slot(cpe, ACS_SOURCE_USER, &before->acs, &after->acs);

	if (r == 0)
		r = push_slot(cpe, ACS_SOURCE_DEFAULT, &before->dflt, &after->dflt);
	if (r == 0)
		r = push_text(cpe, MODEL_CR_USERNAME, before->cpe_username,
		    after->cpe_username, "");
	if (r == 0)
		r = push_text(cpe, MODEL_CR_PASSWORD, before->cpe_password,
		    after->cpe_password, "");
	if (r == 0)
		r = push_text(cpe, MODEL_PROVISIONING_CODE, before->provision_code,
		    after->provision_code, console->device.profile->provision_code);
	if (r == 0)
		r = push_number(cpe, MODEL_PERIODIC_ENABLE, before->is_informing,
		    after->is_informing);
	if (r == 0)
		r = push_number(cpe, MODEL_PERIODIC_INTERVAL, interval_of(before),
		    interval_of(after));
	if (r == 0)
		r = push_number(cpe, MODEL_STUN_ENABLE, before->has_stun,
		    after->has_stun);
	return r;
}

static int check_interface(const struct cli_config *config, struct error *err)
{
	return cli_config_is_connected(config)
		   ? 0
		   : error_set(err, ERR_USAGE,
			 "The interface does not exist on this device.");
}

/* ---- what follows from it ---------------------------------------------------------------- */

/* The time is that of the day; what is over by now comes no more. */
static void plan_inform(struct cpe *cpe, const struct cli_cwmp *cwmp)
{
	cpe->typed.inform_at = INT64_MAX;
	if (cwmp->inform_time[0])
		cpe_plan_inform(cpe, str_of(cwmp->inform_time));
}

static void take_settings(struct cpe *cpe, const struct cli_cwmp *before,
    const struct cli_cwmp *after)
{
	cpe->typed.has_retry_limit = after->has_retry;
	cpe->typed.retry_limit = after->retry;
	cpe->typed.wait_timeout = (clock_ns)after->wait_timeout * NS_PER_S;
	cpe->typed.is_disabled = !after->is_enabled;
	if (differs(before->inform_time, after->inform_time))
		plan_inform(cpe, after);
}

static int apply(void *user, const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	struct console *console = user;
	struct cpe *cpe = console->cpe;
	bool was_disabled = cpe->typed.is_disabled;
	int r = check_interface(after, err);

	if (r == 0 && memcmp(&before->dhcp, &after->dhcp, sizeof(before->dhcp)) != 0)
		r = console_dhcp_set(console, &after->dhcp, err);
	if (r == 0)
		r = console_push_ports(console, before, after, err);
	if (r < 0 || memcmp(&before->cwmp, &after->cwmp, sizeof(before->cwmp)) == 0)
		return r;
	r = push_values(console, &before->cwmp, &after->cwmp);
	if (r < 0)
		return error_set(err, r, "Not enough memory.");
	take_settings(cpe, &before->cwmp, &after->cwmp);
	(void)cpe_commit(cpe);
	if (!was_disabled && cpe->typed.is_disabled && cpe->state == CPE_TALKING)
		cpe->fleet->edges->hang_up(cpe, FAILURE_CWMP, "CWMP was disabled");
	cpe->fleet->edges->listen(cpe);
	cpe_consider(cpe);
	return 0;
}

static void reboot(void *user)
{
	struct console *console = user;

	cpe_play_boot(console->cpe);
}

const struct cli_edges console_edges = {
	.pull = pull,
	.apply = apply,
	.look = console_look,
	.save = console_save,
	.load = console_load,
	.forget = console_forget,
	.lend = console_dhcp_lend,
	.ping = console_ping,
	.dial = console_dial,
	.reboot = reboot,
};
