#include "agents/cpe/device/config.h"

#define ROW(struct_, key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member)

static const char *const tls_names[] = { "1.2", "1.3", NULL };

static const struct conf_row instance_rows[] = {
	{ ROW(cpe_instance, "name", CONF_STR, name), .is_required = true, .max = 64,
	    .help = "what events and logs call it" },
	{ ROW(cpe_instance, "netns", CONF_STR, netns),
	    .help = "path of its network namespace; without it the process's own" },
	{ ROW(cpe_instance, "interface", CONF_STR, interface), .max = 15,
	    .help = "where it leases its address" },
	{ ROW(cpe_instance, "mac", CONF_MAC, mac),
	    .node_offset = 1 + offsetof(struct cpe_instance, mac_node),
	    .help = "of that interface" },
	{ ROW(cpe_instance, "serial", CONF_STR, serial), .max = 64,
	    .help = "SerialNumber; without it the digits of the MAC" },
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
	    .help = "CWMPRetryMinimumWaitInterval; 0: what the model says" },
	{ ROW(cpe_config, "multiplier", CONF_UINT, retry.multiplier), .max = 65535,
	    .help = "CWMPRetryIntervalMultiplier in thousandths" },
	{ ROW(cpe_config, "limit", CONF_UINT, retry.limit), .max = 1000000,
	    .help = "retries in a row; 0: for ever" },
	{ NULL },
};

/* The nested mappings bind to the whole struct: their members carry its offsets. */
const struct conf_row cpe_config_rows[] = {
	{ ROW(cpe_config, "node", CONF_STR, node), .dflt = "cpe",
	    .help = "what events call the process" },
	{ ROW(cpe_config, "model", CONF_STR, model), .is_required = true,
	    .help = "path of a device model" },
	{ ROW(cpe_config, "count", CONF_UINT, count), .max = CPE_COUNT_MAX,
	    .help = "CPEs without a namespace of their own" },
	{ ROW(cpe_config, "cpes", CONF_OBJECTS, cpes), .rows = instance_rows,
	    .item_size = sizeof(struct cpe_instance), .max = CPE_COUNT_MAX,
	    .help = "CPEs, each with where it lives" },
	{ ROW(cpe_config, "dhcp", CONF_BOOL, dhcp), .dflt = "no",
	    .help = "lease addresses" },
	{ ROW(cpe_config, "acs", CONF_OBJECT, acs), .rows = acs_rows,
	    .help = "ACS as a user sets it: first in precedence" },
	{ ROW(cpe_config, "default-acs", CONF_OBJECT, default_acs), .rows = acs_rows,
	    .help = "ACS of the factory: last in precedence" },
	{ ROW(cpe_config, "trust", CONF_STR, trust),
	    .help = "PEM file of CAs, or \"system\"; without it every ACS is refused" },
	{ .key = "tls",
	    .type = CONF_OBJECT,
	    .rows = tls_rows,
	    .help = "versions of TLS" },
	{ ROW(cpe_config, "keylog", CONF_STR, keylog),
	    .help = "file that TLS secrets are appended to" },
	{ .key = "retry",
	    .type = CONF_OBJECT,
	    .rows = retry_rows,
	    .help = "session retry policy" },
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

int cpe_config_read(struct cpe_config *ret, struct conf_doc *doc, struct error *err)
{
	struct cpe_config config = { .count = 0 };
	int r = conf_bind(doc, doc->root, cpe_config_rows, &config, err);
	struct cpe_instance *cpes = config.cpes.items;

	if (r < 0)
		return r;
	if (config.cpes.len == 0 && config.count == 0)
		return conf_fail(doc, doc->root, "set count, or list cpes", err,
		    "no CPE is asked for");
	if (config.tls.min > config.tls.max)
		return conf_fail(doc, conf_get(doc->root, "tls"), NULL, err,
		    "the oldest TLS version is newer than the newest");
	for (size_t i = 0; i < config.cpes.len; i++) {
		cpes[i].has_mac = cpes[i].mac_node;
		if (config.dhcp && !cpes[i].interface)
			return conf_fail(doc, conf_get(doc->root, "cpes"),
			    "name its interface", err,
			    "\"%s\" is to lease an address and has no interface",
			    cpes[i].name);
	}
	*ret = config;
	return 0;
}
