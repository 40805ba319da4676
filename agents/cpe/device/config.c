#include "agents/cpe/device/config.h"

#include "agents/cpe/place/cpe_place.h"

#include <arpa/inet.h>
#include <inttypes.h>

#define ROW(struct_, key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member)

static const char *const ip_names[] = {
#define XX(symbol, name) name,
	PLACE_IP_MAP(XX)
#undef XX
	    NULL
};
static const char *const tls_names[] = { "1.2", "1.3", NULL };

static const struct conf_row range_rows[] = {
	{ ROW(cpe_range, "name", CONF_STR, name), .is_required = true, .max = 64,
	    .help = "what events and logs call it; of several: <name>-<number>" },
	{ ROW(cpe_range, "count", CONF_UINT, count), .min = 1, .max = CPE_COUNT_MAX,
	    .dflt = "1", .help = "CPEs that are alike but for what is counted up" },
	{ ROW(cpe_range, "first", CONF_UINT, first), .max = UINT32_MAX, .dflt = "1",
	    .help = "number of the first" },
	{ ROW(cpe_range, "netns", CONF_STR, netns), .max = CPE_NETNS_MAX - 32,
	    .help = "path of its network namespace; without it the process's own" },
	{ ROW(cpe_range, "netns-step", CONF_UINT, netns_step), .max = UINT16_MAX,
	    .help = "what the path's last digits count up by; 0: one for all CPEs" },
	{ ROW(cpe_range, "interface", CONF_STR, interface), .max = 15,
	    .help = "where it leases its address" },
	{ ROW(cpe_range, "bridge", CONF_BOOL, is_bridge), .dflt = "no",
	    .help =
		"the interface is a bridge, and the CPE a switch: its ports are the "
		"bridge's" },
	{ ROW(cpe_range, "address", CONF_IPV4, address),
	    .help = "address there that sessions start from, where none is leased" },
	{ ROW(cpe_range, "address6", CONF_STR, address6_text), .max = 45,
	    .help = "IPv6 address there at which it can be called, too; its "
		    "ConnectionRequestURL names this one" },
	{ ROW(cpe_range, "ip", CONF_ENUM, ip), .names = ip_names, .dflt = "v4",
	    .help = "what it speaks: IPv4, IPv6, or both" },
	{ ROW(cpe_range, "mac", CONF_MAC, mac),
	    .node_offset = 1 + offsetof(struct cpe_range, mac_node),
	    .help = "of the first; counts up by one" },
	{ ROW(cpe_range, "serial", CONF_STR, serial), .max = 64,
	    .help =
		"SerialNumber of the first, its last digits count up; without it the "
		"digits of the MAC" },
	{ ROW(cpe_range, "serials", CONF_STRINGS, serials), .max = CPE_COUNT_MAX,
	    .help = "instead of serial: one for each CPE" },
	{ NULL },
};

static const struct conf_row acs_rows[] = {
	{ ROW(cpe_acs_config, "url", CONF_STR, url), .min = 8, .max = 255,
	    .help = "http or https URL" },
	{ ROW(cpe_acs_config, "username", CONF_STR, username), .max = 255,
	    .help = "for HTTP authentication" },
	{ ROW(cpe_acs_config, "password", CONF_STR, password), .is_secret = true,
	    .max = 255, .help = "for HTTP authentication" },
	{ NULL },
};

static const struct conf_row tls_rows[] = {
	{ ROW(cpe_config, "min", CONF_ENUM, tls.min), .names = tls_names, .dflt = "1.2",
	    .help = "oldest version" },
	{ ROW(cpe_config, "max", CONF_ENUM, tls.max), .names = tls_names, .dflt = "1.3",
	    .help = "newest version" },
	{ NULL },
};

static const struct conf_row retry_rows[] = {
	{ ROW(cpe_config, "min-wait", CONF_DURATION, retry.min_wait),
	    .max = 65535 * NS_PER_S,
	    .help =
		"CWMPRetryMinimumWaitInterval until an ACS or a lease sets another; 0: "
		"what the model says" },
	{ ROW(cpe_config, "multiplier", CONF_UINT, retry.multiplier), .max = 65535,
	    .help = "CWMPRetryIntervalMultiplier likewise, in thousandths" },
	{ ROW(cpe_config, "limit", CONF_UINT, retry.limit), .max = 1000000,
	    .help = "retries in a row; 0: for ever" },
	{ NULL },
};

static const struct conf_row call_rows[] = {
	{ ROW(cpe_config, "limit", CONF_UINT, call_limit.requests), .max = 1000000,
	    .dflt = "10",
	    .help = "so many are accepted in a row by one CPE, the next gets 503; 0: "
		    "any number" },
	{ ROW(cpe_config, "period", CONF_DURATION, call_limit.period), .min = NS_PER_MS,
	    .max = 86400 * NS_PER_S, .dflt = "60s",
	    .help = "in which the limit fills up again" },
	{ ROW(cpe_config, "username", CONF_STR, call.username), .max = 256,
	    .help = "ConnectionRequestUsername until an ACS sets another; where absent "
		    "what the model says" },
	{ ROW(cpe_config, "password", CONF_STR, call.password), .is_secret = true,
	    .max = 256, .help = "the same of ConnectionRequestPassword" },
	{ NULL },
};

static const char *const profile_names[] = { "comware7", "comware5", "vrp", NULL };
static const char *const cwmp_names[] = { "enabled", "disabled", "profile", NULL };
static const char *const login_names[] = { "none", "password", "users", NULL };

static const struct conf_row user_rows[] = {
	{ ROW(cli_user, "name", CONF_STR, name), .is_required = true, .min = 1,
	    .max = CLI_NAME_MAX, .help = "who it is" },
	{ ROW(cli_user, "password", CONF_STR, password), .is_required = true,
	    .is_secret = true, .min = 1, .max = 255,
	    .help = "what only this user knows" },
	{ ROW(cli_user, "level", CONF_UINT, level), .max = CLI_LEVEL_MANAGE,
	    .dflt = "3",
	    .help = "highest level of commands: 0 visit, 1 displays, 2 configures, 3 "
		    "saves and boots, too" },
	{ NULL },
};

static const struct conf_row console_rows[] = {
	{ ROW(cpe_config, "profile", CONF_ENUM, console.profile),
	    .names = profile_names, .dflt = "comware7",
	    .help = "whose words it has: Comware 7's or 5's, or Huawei's (vrp)" },
	{ ROW(cpe_config, "sysname", CONF_STR, console.sysname), .min = 1, .max = 64,
	    .help = "name of the device, in its prompts" },
	{ ROW(cpe_config, "cwmp", CONF_ENUM, console.cwmp), .names = cwmp_names,
	    .dflt = "enabled",
	    .help = "whether CWMP is enabled before anything is typed; profile: as "
		    "the vendor's devices come" },
	{ ROW(cpe_config, "telnet", CONF_BOOL, console.telnet), .dflt = "no",
	    .help = "whether it can be reached by Telnet: in the CPE's namespace, else "
		    "at its address, else at 127.0.0.1" },
	{ ROW(cpe_config, "port", CONF_UINT, console.port), .min = 1, .max = UINT16_MAX,
	    .dflt = "23", .help = "TCP port of it" },
	{ ROW(cpe_config, "login", CONF_ENUM, console.gate.login), .names = login_names,
	    .dflt = "none",
	    .help =
		"what it asks who comes by Telnet: nothing, the password, or one of "
		"the users" },
	{ ROW(cpe_config, "password", CONF_STR, console.gate.password),
	    .is_secret = true, .min = 1, .max = 255, .help = "of login: password" },
	{ ROW(cpe_config, "users", CONF_OBJECTS, console.users), .rows = user_rows,
	    .item_size = sizeof(struct cli_user), .min = 1, .max = CLI_USERS_MAX,
	    .help = "of login: users" },
	{ ROW(cpe_config, "idle-timeout", CONF_DURATION, console.idle),
	    .max = 86400 * NS_PER_S, .dflt = "10m",
	    .help = "a session by Telnet in which nothing was typed for so long ends; "
		    "0: none does" },
	{ NULL },
};

/* The nested mappings bind to the whole struct: their members carry its offsets. */
const struct conf_row cpe_config_rows[] = {
	{ ROW(cpe_config, "node", CONF_STR, node), .dflt = "cpe",
	    .help = "what events call the process" },
	{ ROW(cpe_config, "model", CONF_STR, model), .is_required = true,
	    .help = "path of a device model" },
	{ ROW(cpe_config, "count", CONF_UINT, count), .max = CPE_COUNT_MAX,
	    .help = "CPEs of the process's own network that cpes does not list" },
	{ ROW(cpe_config, "ip", CONF_ENUM, ip), .names = ip_names, .dflt = "v4",
	    .help = "what CPEs that are only counted speak: IPv4, IPv6, or both" },
	{ ROW(cpe_config, "cpes", CONF_OBJECTS, cpes), .rows = range_rows,
	    .item_size = sizeof(struct cpe_range), .max = CPE_RANGES_MAX,
	    .help = "ranges of CPEs, each with where they live" },
	{ ROW(cpe_config, "quirks", CONF_STRINGS, quirks), .max = QUIRKS_MAX,
	    .schema = quirks_cpe_schema,
	    .help =
		"what they do wrong on the wire beside what their model does: names of "
		"cwmplab-model(5)" },
	{ ROW(cpe_config, "dhcp", CONF_BOOL, dhcp), .dflt = "no",
	    .help = "lease addresses; of IPv6 as routers say, by DHCPv6 or SLAAC" },
	{ ROW(cpe_config, "acs", CONF_OBJECT, acs), .rows = acs_rows,
	    .help = "ACS as a user sets it: first in precedence" },
	{ ROW(cpe_config, "default-acs", CONF_OBJECT, default_acs), .rows = acs_rows,
	    .help = "ACS of the factory: last in precedence" },
	{ ROW(cpe_config, "trust", CONF_STR, trust),
	    .help = "PEM file of CAs, or \"system\"; without it every ACS is refused" },
	{ ROW(cpe_config, "crl", CONF_STR, crl),
	    .help =
		"PEM file of CRLs, one of each CA above the ACS's certificate; with "
		"it a revoked one is refused" },
	{ ROW(cpe_config, "certificate", CONF_STR, certificate),
	    .help =
		"PEM file of the CPEs' own certificates, for an ACS that asks: one of "
		"all, or one of each, whose common name is "
		"<OUI>-<ProductClass>-<SerialNumber>" },
	{ ROW(cpe_config, "key", CONF_STR, key), .help = "PEM key of all of those" },
	{ .key = "tls",
	    .type = CONF_OBJECT,
	    .rows = tls_rows,
	    .help = "versions of TLS" },
	{ ROW(cpe_config, "keylog", CONF_STR, keylog),
	    .help = "file that TLS secrets are appended to" },
	{ ROW(cpe_config, "state", CONF_STR, state), .min = 1,
	    .help = "folder, made where there is none, in which the CPEs keep what "
		    "outlives the process: values set, events, transfers" },
	{ .key = "retry",
	    .type = CONF_OBJECT,
	    .rows = retry_rows,
	    .help = "session retry policy" },
	{ ROW(cpe_config, "play", CONF_OBJECT, play), .rows = scene_settings_rows,
	    .help = "a sequence of which the only CPE plays its side, and ends" },
	{ .key = "connection-requests",
	    .type = CONF_OBJECT,
	    .rows = call_rows,
	    .help = "who may call a CPE, and how often" },
	{ .key = "console",
	    .type = CONF_OBJECT,
	    .rows = console_rows,
	    .help = "a console, on which people type commands at each CPE" },
	{ ROW(cpe_config, "boot-spread", CONF_DURATION, boot_spread),
	    .max = 86400 * NS_PER_S, .help = "CPEs boot at random within it" },
	{ ROW(cpe_config, "seed", CONF_UINT, seed),
	    .node_offset = 1 + offsetof(struct cpe_config, seed_node),
	    .help = "of all randomness, so that a run can be repeated" },
	{ ROW(cpe_config, "periodic-inform", CONF_DURATION, periodic_inform),
	    .max = 86400 * 365 * NS_PER_S,
	    .help = "PeriodicInformInterval; 0: what the model says" },
	{ ROW(cpe_config, "wait-timeout", CONF_DURATION, wait_timeout),
	    .min = NS_PER_MS, .max = 1800 * NS_PER_S, .dflt = "30s",
	    .help = "no answer for so long ends a session" },
	{ ROW(cpe_config, "option60", CONF_STR, option60), .max = 255,
	    .dflt = "dslforum.org", .help = "DHCP vendor class" },
	{ NULL },
};

static uint64_t mac_number(const uint8_t mac[6])
{
	uint64_t n = 0;

	for (size_t i = 0; i < 6; i++)
		n = n << 8 | mac[i];
	return n;
}

/* What routers say is for the whole of a namespace, whose addresses and routes its kernel makes
 * of it; that of the machine itself is not the CPE's to set up. */
static int check_lease6(struct conf_doc *doc, const struct conf_node *at,
    const struct cpe_range *range, struct error *err)
{
	if (!range->netns)
		return conf_fail(doc, conf_get(at, "ip"), "give it a netns", err,
		    "\"%s\" has no network namespace of its own: DHCPv6 and router "
		    "advertisements are heard there alone",
		    range->name);
	if (range->address6_text)
		return conf_fail(doc, conf_get(at, "address6"), NULL, err,
		    "\"%s\" is to lease its address", range->name);
	return 0;
}

/* An interface has one address, and so one CPE that leases it. */
static int check_lease(struct conf_doc *doc, const struct conf_node *at,
    const struct cpe_range *range, struct error *err)
{
	if (!range->interface)
		return conf_fail(doc, at, "name its interface", err,
		    "\"%s\" is to lease an address and has no interface", range->name);
	if (range->address)
		return conf_fail(doc, conf_get(at, "address"), NULL, err,
		    "\"%s\" is to lease its address", range->name);
	if (range->count > 1 && range->netns_step == 0)
		return conf_fail(doc, conf_get(at, "count"),
		    "give each a namespace: netns-step", err,
		    "\"%s\": several CPEs cannot lease the address of one interface",
		    range->name);
	return range->ip == PLACE_V4 ? 0 : check_lease6(doc, at, range, err);
}

static bool ends_in_digit(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9';
}

/* What an IPv6 address is instead of one host's own; null where it is that. */
static const char *kind_of_address6(const struct in6_addr *address)
{
	if (IN6_IS_ADDR_UNSPECIFIED(address))
		return "stands for any address";
	if (IN6_IS_ADDR_MULTICAST(address))
		return "is a group's";
	if (IN6_IS_ADDR_LINKLOCAL(address))
		return "holds on one link alone";
	if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address))
		return "is an IPv4 address";
	return NULL;
}

/* The ACS reads it from the ConnectionRequestURL and calls there, maybe from another link. */
static int check_address6(struct conf_doc *doc, const struct conf_node *at,
    struct cpe_range *range, struct error *err)
{
	const struct conf_node *node = conf_get(at, "address6");
	struct in6_addr address;
	const char *kind;

	if (!range->address6_text)
		return 0;
	if (inet_pton(AF_INET6, range->address6_text, &address) != 1)
		return conf_fail(doc, node, "2001:db8::1", err,
		    "\"%s\" is no IPv6 address", range->address6_text);
	kind = kind_of_address6(&address);
	if (kind)
		return conf_fail(doc, node, "one of the host's own, as 2001:db8::1",
		    err, "\"%s\" %s: an ACS cannot call the CPE there",
		    range->address6_text, kind);
	memcpy(range->address6, &address, sizeof(range->address6));
	return 0;
}

static int check_range(struct conf_doc *doc, const struct conf_node *at,
    struct cpe_range *range, bool is_leasing, struct error *err)
{
	int r;

	range->has_mac = range->mac_node;
	if (range->serials.len > 0 && range->serials.len != range->count)
		return conf_fail(doc, conf_get(at, "serials"), NULL, err,
		    "%zu serial numbers for %" PRIu64 " CPEs", range->serials.len,
		    range->count);
	for (size_t i = 0; i < range->serials.len; i++) {
		if (strlen(range->serials.items[i]) > 64)
			return conf_fail(doc, conf_get(at, "serials"), NULL, err,
			    "serial number %zu is longer than 64 characters", i + 1);
	}
	if (range->has_mac &&
	    (mac_number(range->mac) + range->count - 1) >> 40 != range->mac[0])
		return conf_fail(doc, range->mac_node, NULL, err,
		    "counting up from here changes the first byte");
	if (range->netns_step > 0 && !range->netns)
		return conf_fail(doc, conf_get(at, "netns-step"), NULL, err,
		    "there is no netns to count up");
	if (range->netns_step > 0 && !ends_in_digit(range->netns))
		return conf_fail(doc, conf_get(at, "netns"), NULL, err,
		    "there are no digits at its end to count up");
	r = check_address6(doc, at, range, err);
	if (r < 0)
		return r;
	if (range->is_bridge && (!range->interface || range->count > 1))
		return conf_fail(doc, conf_get(at, "bridge"),
		    "one CPE a bridge, with its interface", err,
		    "\"%s\" is to be a switch and has no bridge of its own",
		    range->name);
	return is_leasing ? check_lease(doc, at, range, err) : 0;
}

static int check_ranges(struct conf_doc *doc, struct cpe_config *config,
    struct error *err)
{
	const struct conf_node *list = conf_get(doc->root, "cpes");
	struct cpe_range *ranges = config->cpes.items;

	config->n_cpes = config->count;
	for (size_t i = 0; i < config->cpes.len; i++) {
		int r = check_range(doc, list->items[i], &ranges[i], config->dhcp, err);

		if (r < 0)
			return r;
		config->n_cpes += ranges[i].count;
	}
	if (config->n_cpes > CPE_COUNT_MAX)
		return conf_fail(doc, list, NULL, err,
		    "%" PRIu64 " CPEs are more than %d", config->n_cpes, CPE_COUNT_MAX);
	if (config->n_cpes == 0)
		return conf_fail(doc, doc->root, "set count, or list cpes", err,
		    "no CPE is asked for");
	if (config->dhcp && config->count > 0)
		return conf_fail(doc, conf_get(doc->root, "count"),
		    "list cpes, each with its interface", err,
		    "CPEs that are only counted have no interface to lease an address "
		    "on");
	return 0;
}

static int check_play(const struct cpe_config *config, struct conf_doc *doc,
    struct error *err)
{
	const struct conf_node *node = conf_get(doc->root, "play");

	if (node && !config->play.sequence)
		return conf_fail(doc, node, "add sequence, or --play", err,
		    "which sequence is to be played?");
	if (node && config->n_cpes != 1)
		return conf_fail(doc, node, NULL, err,
		    "a sequence is played by one CPE, not by %" PRIu64, config->n_cpes);
	return 0;
}

/* Fills in what the rows have bound of it in pieces. */
static int check_console(struct cpe_config *config, const struct conf_doc *doc,
    struct error *err)
{
	const struct conf_node *node = conf_get(doc->root, "console");
	struct cli_gate *gate = &config->console.gate;

	config->console.is_on = node;
	gate->users = config->console.users.items;
	gate->n_users = config->console.users.len;
	if ((gate->login == CLI_LOGIN_PASSWORD) != (gate->password != NULL))
		return conf_fail(doc, node, "\"login: password\" and \"password\"", err,
		    "a login by password and its password go together");
	if ((gate->login == CLI_LOGIN_USERS) != (gate->n_users > 0))
		return conf_fail(doc, node, "\"login: users\" and \"users\"", err,
		    "a login by users and its users go together");
	return 0;
}

int cpe_config_read(struct cpe_config *ret, struct conf_doc *doc, struct error *err)
{
	struct cpe_config config = { .count = 0 };
	int r = conf_bind(doc, doc->root, cpe_config_rows, &config, err);

	if (r == 0)
		r = check_ranges(doc, &config, err);
	if (r == 0)
		r = check_play(&config, doc, err);
	if (r == 0)
		r = check_console(&config, doc, err);
	if (r == 0)
		r = quirks_bind(&config.does, quirks_of_cpe, doc,
		    conf_get(doc->root, "quirks"), &config.quirks, "quirk", err);
	if (r < 0)
		return r;
	if (config.crl && !config.trust)
		return conf_fail(doc, conf_get(doc->root, "crl"),
		    "add trust, the CAs whose it is", err,
		    "a CRL says nothing without CAs that are trusted");
	if (!config.certificate != !config.key)
		return conf_fail(doc,
		    conf_get(doc->root, config.key ? "key" : "certificate"),
		    config.key ? "add certificate" : "add key", err,
		    "a certificate wants its key, and a key its certificate");
	if (config.tls.min > config.tls.max)
		return conf_fail(doc, conf_get(doc->root, "tls"), NULL, err,
		    "the oldest TLS version is newer than the newest");
	config.rest = (struct cpe_range){
		.count = config.count,
		.name = config.node,
		.first = config.n_cpes - config.count + 1,
		.ip = config.ip,
	};
	*ret = config;
	return 0;
}
