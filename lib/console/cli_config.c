#include "lib/console/cli_config.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"
#include "lib/console/cli_cipher.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- profiles ------------------------------------------------------------------------- */

#define SPEED_LEGEND "Speed: (a) - auto\nDuplex: (a)/A - auto; H - half; F - full\n"

static const struct cli_profile profiles[] = {
	{
	    .name = "comware7",
	    .version = "7.1.045, Release 2418P06",
	    .sysname = "HP",
	    .provision_code = "PROVISIONINGCODE",
	    .route_heading = "Brief information on interfaces in route mode:",
	    .bridge_heading = "Brief information on interfaces in bridge mode:",
	    .address_column = "Primary IP",
	    .speed_legend = SPEED_LEGEND,
	    .error_mark = " % ",
	    .name_prompt = "login: ",
	    .login_failed = "AAA authentication failed.",
	},
	{
	    .name = "comware5",
	    .version = "5.20.99, Release 2222P02",
	    .sysname = "HP",
	    .provision_code = "PROVISIONINGCODE",
	    .route_heading = "The brief information of interface(s) under route mode:",
	    .bridge_heading =
		"The brief information of interface(s) under bridge mode:",
	    .address_column = "Main IP",
	    .speed_legend = "Speed or Duplex: (a)/A - auto; H - half; F - full\n",
	    .error_mark = " % ",
	    .hex_group = 8,
	    .name_prompt = "Username:",
	    .login_failed = "% Login failed!",
	    .has_cwmp = true,
	    .has_older_ping = true,
	    .watch_mark = "% ",
	    .watch_end = "",
	},
	{
	    /* Huawei's, as far as its errors and names differ. */
	    .name = "vrp",
	    .version = "5.170, V200R010C00",
	    .sysname = "HUAWEI",
	    .provision_code = "PROVISIONINGCODE",
	    .route_heading = "Brief information on interfaces in route mode:",
	    .bridge_heading = "Brief information on interfaces in bridge mode:",
	    .address_column = "IP Address",
	    .speed_legend = SPEED_LEGEND,
	    .error_mark = "Error: ",
	    .name_prompt = "Username:",
	    .login_failed = "Error: Authentication failed.",
	    .has_older_ping = true,
	    .watch_mark = "Info: ",
	    .watch_end = ".",
	},
};

const struct cli_profile *cli_profile_at(size_t i)
{
	return i < ARRAY_LEN(profiles) ? &profiles[i] : NULL;
}

const struct cli_profile *cli_profile_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
		if (str_is(name, profiles[i].name))
			return &profiles[i];
	}
	return NULL;
}

/* ---- the value ------------------------------------------------------------------------ */

void cli_config_init(struct cli_config *config, const struct cli_profile *profile)
{
	memset(config, 0, sizeof(*config));
	cli_text_set(config->sysname, sizeof(config->sysname),
	    str_of(profile->sysname));
	config->cwmp.is_enabled = profile->has_cwmp;
	vlan_table_init(&config->vlans);
}

struct cli_interface *cli_config_interface(struct cli_config *config, int kind,
    struct str number)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		struct cli_interface *interface = &config->interfaces[i];

		if (interface->kind == kind && str_is(number, interface->number))
			return interface;
	}
	return NULL;
}

static const struct {
	const char *whole, *brief;
} kinds[] = {
	[CLI_VLAN_IF] = { "Vlan-interface", "Vlan" },
	[CLI_GIGABIT] = { "GigabitEthernet", "GE" },
};

char *cli_interface_name(const struct cli_interface *interface, char *text)
{
	(void)snprintf(text, CLI_INTERFACE_MAX, "%s%.24s", kinds[interface->kind].whole,
	    interface->number);
	return text;
}

bool cli_config_is_connected(const struct cli_config *config)
{
	const char *wanted = config->cwmp.connect_interface;
	char name[CLI_INTERFACE_MAX];
	size_t i = 0;

	while (
	    i < config->n_interfaces &&
	    (config->interfaces[i].kind == CLI_NO_INTERFACE ||
		strcmp(cli_interface_name(&config->interfaces[i], name), wanted) != 0))
		i++;
	return !wanted[0] || i < config->n_interfaces;
}

/* ---- VLANs ---------------------------------------------------------------------------------- */

enum cli_passes cli_interface_passes(const struct cli_interface *interface,
    unsigned vlan)
{
	unsigned pvid = cli_interface_pvid(interface);

	switch ((enum cli_link_type)interface->link_type) {
	case CLI_TRUNK:
		return !vlan_set_has(&interface->vlans, vlan) ? CLI_PASSES_NOT
		       : vlan == pvid                         ? CLI_PASSES_UNTAGGED
							      : CLI_PASSES_TAGGED;
	case CLI_HYBRID:
		return vlan_set_has(&interface->vlans, vlan)      ? CLI_PASSES_TAGGED
		       : vlan_set_has(&interface->untagged, vlan) ? CLI_PASSES_UNTAGGED
								  : CLI_PASSES_NOT;
	case CLI_ACCESS:
	case CLI_LINK_TYPES:
		break;
	}
	return vlan == pvid ? CLI_PASSES_UNTAGGED : CLI_PASSES_NOT;
}

struct vlan_set cli_interface_vlans(const struct cli_interface *interface,
    enum cli_passes how)
{
	struct vlan_set set = { .bits = { 0 } };

	for (unsigned vlan = VLAN_MIN; vlan <= VLAN_MAX; vlan++) {
		if (cli_interface_passes(interface, vlan) == how)
			vlan_set_add(&set, vlan, vlan);
	}
	return set;
}

static unsigned number_of(const struct cli_interface *interface)
{
	return (unsigned)strtoul(interface->number, NULL, 10);
}

struct cli_interface *cli_config_add_vlan_if(struct cli_config *config, unsigned vlan)
{
	size_t end = MAX(config->n_interfaces, (size_t)CLI_PORTS_MAX);
	size_t at = CLI_PORTS_MAX;
	struct cli_interface *interface;
	char number[CLI_INTERFACE_MAX];

	(void)snprintf(number, sizeof(number), "%u", vlan);
	interface = cli_config_interface(config, CLI_VLAN_IF, str_of(number));
	if (interface || end == CLI_INTERFACES_MAX)
		return interface;
	while (at < end && number_of(&config->interfaces[at]) < vlan)
		at++;
	interface = &config->interfaces[at];
	memmove(interface + 1, interface, (end - at) * sizeof(*interface));
	memset(interface, 0, sizeof(*interface));
	interface->kind = CLI_VLAN_IF;
	cli_text_set(interface->number, sizeof(interface->number), str_of(number));
	config->n_interfaces = end + 1;
	return interface;
}

/* Places behind the last interface are none. */
static size_t count_places(const struct cli_config *config)
{
	size_t n = config->n_interfaces;

	while (n > 0 && config->interfaces[n - 1].kind == CLI_NO_INTERFACE)
		n--;
	return n;
}

void cli_config_remove_vlan_if(struct cli_config *config, unsigned vlan)
{
	size_t at = CLI_PORTS_MAX;

	while (at < config->n_interfaces && number_of(&config->interfaces[at]) != vlan)
		at++;
	if (at >= config->n_interfaces)
		return;
	memmove(&config->interfaces[at], &config->interfaces[at + 1],
	    (config->n_interfaces - at - 1) * sizeof(config->interfaces[0]));
	memset(&config->interfaces[config->n_interfaces - 1], 0,
	    sizeof(config->interfaces[0]));
	config->n_interfaces = count_places(config);
}

char *cli_interface_short(const struct cli_interface *interface, char *text)
{
	(void)snprintf(text, CLI_INTERFACE_MAX, "%s%.24s", kinds[interface->kind].brief,
	    interface->number);
	return text;
}

/* ---- as lines ------------------------------------------------------------------------- */

static void put_secret(struct buf *out, const char *words, const char *secret)
{
	char cipher[CLI_CIPHER_MAX];

	if (secret[0])
		buf_printf(out, " %s cipher %s\n", words,
		    cli_cipher_hide(str_of(secret), cipher));
}

static void put_number(struct buf *out, const char *words, uint32_t n, bool is_set)
{
	if (is_set)
		buf_printf(out, " %s %" PRIu32 "\n", words, n);
}

void cli_config_put_cwmp(struct buf *out, const struct cli_cwmp *cwmp,
    const struct cli_profile *profile)
{
	/* What is as in the factory is not shown; that it is off where the factory has it on
	 * is. */
	if (cwmp->is_enabled)
		buf_append_text(out, " cwmp enable\n");
	else if (profile->has_cwmp)
		buf_append_text(out, " undo cwmp enable\n");
	cli_put_value(out, "cwmp acs url", cwmp->acs.url);
	cli_put_value(out, "cwmp acs username", cwmp->acs.username);
	put_secret(out, "cwmp acs password", cwmp->acs.password);
	cli_put_value(out, "cwmp acs default url", cwmp->dflt.url);
	cli_put_value(out, "cwmp acs default username", cwmp->dflt.username);
	put_secret(out, "cwmp acs default password", cwmp->dflt.password);
	cli_put_value(out, "cwmp cpe username", cwmp->cpe_username);
	put_secret(out, "cwmp cpe password", cwmp->cpe_password);
	cli_put_value(out, "cwmp cpe provision-code", cwmp->provision_code);
	cli_put_value(out, "cwmp cpe connect interface", cwmp->connect_interface);
	if (cwmp->is_informing)
		buf_append_text(out, " cwmp cpe inform interval enable\n");
	put_number(out, "cwmp cpe inform interval", cwmp->inform_interval,
	    cwmp->inform_interval);
	cli_put_value(out, "cwmp cpe inform time", cwmp->inform_time);
	put_number(out, "cwmp cpe connect retry", cwmp->retry, cwmp->has_retry);
	put_number(out, "cwmp cpe wait timeout", cwmp->wait_timeout,
	    cwmp->wait_timeout);
	if (cwmp->has_stun)
		buf_append_text(out, " cwmp cpe stun enable\n");
	cli_put_value(out, "ssl client-policy", cwmp->ssl_policy);
}

const char *cli_link_type_name(int link_type)
{
	static const char *const names[CLI_LINK_TYPES] = { "access", "trunk",
		"hybrid" };

	return names[link_type];
}

/* What its link type has of VLANs. VLAN 1 passes a trunk, and a hybrid port without a tag, unless
 * it is said. */
static void put_vlans(struct buf *out, const struct cli_interface *interface)
{
	unsigned pvid = cli_interface_pvid(interface);
	const char *name = cli_link_type_name(interface->link_type);

	if (interface->link_type == CLI_ACCESS) {
		if (pvid != VLAN_DEFAULT)
			buf_printf(out, " port access vlan %u\n", pvid);
		return;
	}
	buf_printf(out, " port link-type %s\n", name);
	if (interface->link_type == CLI_TRUNK) {
		if (!vlan_set_has(&interface->vlans, VLAN_DEFAULT))
			buf_append_text(out, " undo port trunk permit vlan 1\n");
		vlan_set_put_lines(out, " port trunk permit vlan", &interface->vlans,
		    "");
	} else {
		if (!vlan_set_has(&interface->untagged, VLAN_DEFAULT))
			buf_append_text(out, " undo port hybrid vlan 1\n");
		vlan_set_put_lines(out, " port hybrid vlan", &interface->vlans,
		    " tagged");
		vlan_set_put_lines(out, " port hybrid vlan", &interface->untagged,
		    " untagged");
	}
	if (pvid != VLAN_DEFAULT)
		buf_printf(out, " port %s pvid vlan %u\n", name, pvid);
}

void cli_config_put_interface(struct buf *out, const struct cli_interface *interface)
{
	char address[IPV4_TEXT_MAX], mask[IPV4_TEXT_MAX];

	if (interface->kind == CLI_GIGABIT)
		buf_append_text(out, " port link-mode bridge\n");
	/* A description is the rest of its line, whatever is in it. */
	if (interface->description[0])
		buf_printf(out, " description %s\n", interface->description);
	if (interface->has_dhcp)
		buf_append_text(out, " ip address dhcp-alloc\n");
	if (interface->address)
		buf_printf(out, " ip address %s %s\n",
		    ipv4_text(interface->address, address),
		    ipv4_text(ipv4_mask(interface->prefix), mask));
	if (interface->kind == CLI_GIGABIT)
		put_vlans(out, interface);
	if (interface->is_shutdown)
		buf_append_text(out, " shutdown\n");
}

void cli_config_put_system(struct buf *out, const struct cli_config *config)
{
	cli_put_value(out, "sysname", config->sysname);
}

void cli_config_put(struct buf *out, const struct cli_config *config,
    const struct cli_profile *profile)
{
	char name[CLI_INTERFACE_MAX];
	auto_buf cwmp = BUF_NULL, dhcp = BUF_NULL;

	buf_printf(out, "#\n version %s\n#\n", profile->version);
	cli_config_put_system(out, config);
	cli_dhcp_put_system(&dhcp, &config->dhcp);
	if (dhcp.len > 0) {
		buf_append_text(out, "#\n");
		buf_append_str(out, buf_str(&dhcp));
	}
	for (size_t i = 0; i < config->dhcp.n_pools; i++) {
		buf_append_text(out, "#\n");
		cli_dhcp_put_pool(out, &config->dhcp, &config->dhcp.pools[i],
		    profile->hex_group);
	}
	vlan_table_put(out, &config->vlans);
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind == CLI_NO_INTERFACE)
			continue;
		buf_printf(out, "#\ninterface %s\n",
		    cli_interface_name(&config->interfaces[i], name));
		cli_config_put_interface(out, &config->interfaces[i]);
	}
	if (config->routes.n > 0) {
		buf_append_text(out, "#\n");
		route_table_put(out, &config->routes);
	}
	cli_config_put_cwmp(&cwmp, &config->cwmp, profile);
	if (cwmp.len > 0) {
		buf_append_text(out, "#\ncwmp\n");
		buf_append_str(out, buf_str(&cwmp));
	}
	buf_append_text(out, "#\nreturn\n");
}
