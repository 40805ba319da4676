#include "agents/dhcp/config.h"

#include "lib/base/text.h"

#include <errno.h>

#define DAYS (86400 * (uint64_t)NS_PER_S)

enum acs_format {
	FORMAT_COMWARE,
	FORMAT_TR069
};

struct acs_row {
	int format; /* enum acs_format */
	const char *url, *username, *password, *provisioning_code, *service_provider;
	clock_ns retry_min_wait;
	uint64_t retry_multiplier;
	const char *hex;
	bool always;
};

struct for_row {
	const char *circuit_id, *remote_id, *vendor_class;
};

struct pool_row {
	struct conf_ipv4_range range;
	struct conf_ipv4_net subnet; /* zeroed: the server's own */
	struct conf_strings dns;
	uint32_t router;
	const char *domain;
	clock_ns lease, t1, t2;
	struct acs_row acs;
	struct conf_list reservations; /* struct reservation */
	struct for_row who;
};

static const char *const
    format_names[] = { [FORMAT_COMWARE] = "comware", [FORMAT_TR069] = "tr069", NULL };

#define ROW(object, member, name, kind, text)                              \
	.key = (name), .type = (kind), .offset = offsetof(object, member), \
	.help = (text)

// clang-format off
static const struct conf_row acs_rows[] = {
	{ ROW(struct acs_row, format, "format", CONF_ENUM, "layout of option 43"),
	  .names = format_names, .dflt = "comware" },
	{ ROW(struct acs_row, url, "url", CONF_STR, "URL of the ACS") },
	{ ROW(struct acs_row, username, "username", CONF_STR, "for the ACS (comware)") },
	{ ROW(struct acs_row, password, "password", CONF_STR, "for the ACS (comware)"),
	  .is_secret = true },
	{ ROW(struct acs_row, provisioning_code, "provisioning-code", CONF_STR,
	      "sub-option 2 (tr069)") },
	{ ROW(struct acs_row, service_provider, "service-provider", CONF_STR,
	      "type 2 (comware)") },
	{ ROW(struct acs_row, retry_min_wait, "retry-min-wait", CONF_DURATION,
	      "sub-option 3 (tr069), whole seconds"),
	  .min = (uint64_t)NS_PER_S, .max = 65535 * (uint64_t)NS_PER_S },
	{ ROW(struct acs_row, retry_multiplier, "retry-multiplier", CONF_UINT,
	      "sub-option 4 (tr069), thousandths"), .min = 1000, .max = 65535 },
	{ ROW(struct acs_row, hex, "hex", CONF_STR,
	      "the bytes of option 43, right or wrong, instead of all others") },
	{ ROW(struct acs_row, always, "always", CONF_BOOL,
	      "also to clients whose class is not dslforum.org"), .dflt = "false" },
	{ NULL },
};

static const struct conf_row reservation_rows[] = {
	{ ROW(struct reservation, mac, "mac", CONF_MAC, "of the client"),
	  .is_required = true },
	{ ROW(struct reservation, address, "address", CONF_IPV4, "for that client alone"),
	  .is_required = true },
	{ ROW(struct reservation, name, "name", CONF_STR, "host name for it (option 12)") },
	{ NULL },
};

static const struct conf_row for_rows[] = {
	{ ROW(struct for_row, circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82, which a relay has written"), .min = 1, .max = 255 },
	{ ROW(struct for_row, remote_id, "remote-id", CONF_STR, "sub-option 2"),
	  .min = 1, .max = 255 },
	{ ROW(struct for_row, vendor_class, "vendor-class", CONF_STR,
	      "what option 60 begins with"), .min = 1, .max = 255 },
	{ NULL },
};

static const struct conf_row pool_rows[] = {
	{ ROW(struct pool_row, range, "range", CONF_IPV4_RANGE,
	      "addresses to hand out, first-last"), .is_required = true },
	{ ROW(struct pool_row, subnet, "subnet", CONF_IPV4_NET,
	      "the subnet that it is in, whose requests a relay brings; the server's own if absent") },
	{ ROW(struct pool_row, who, "for", CONF_OBJECT,
	      "whose all of these are; anybody's if absent"), .rows = for_rows },
	{ ROW(struct pool_row, dns, "dns", CONF_STRINGS, "addresses of DNS servers"),
	  .max = POOL_DNS_MAX },
	{ ROW(struct pool_row, router, "router", CONF_IPV4, "default router") },
	{ ROW(struct pool_row, domain, "domain", CONF_STR, "domain name (option 15)") },
	{ ROW(struct pool_row, lease, "lease", CONF_DURATION,
	      "how long an address is given for"), .word = "infinite",
	  .min = 2 * (uint64_t)NS_PER_S, .max = 3650 * DAYS, .dflt = "1h" },
	{ ROW(struct pool_row, t1, "t1", CONF_DURATION,
	      "when to renew; half of lease if absent"),
	  .min = (uint64_t)NS_PER_S, .max = 3650 * DAYS },
	{ ROW(struct pool_row, t2, "t2", CONF_DURATION,
	      "when to rebind; seven eighths of lease if absent"),
	  .min = (uint64_t)NS_PER_S, .max = 3650 * DAYS },
	{ ROW(struct pool_row, acs, "acs", CONF_OBJECT, "the ACS that option 43 names"),
	  .rows = acs_rows },
	{ ROW(struct pool_row, reservations, "reservations", CONF_OBJECTS,
	      "addresses for certain MACs"),
	  .rows = reservation_rows, .item_size = sizeof(struct reservation) },
	{ NULL },
};

const struct conf_row dhcpd_rows[] = {
	{ ROW(struct dhcpd_config, node, "node", CONF_STR, "name in events"),
	  .dflt = "dhcp" },
	{ ROW(struct dhcpd_config, interface, "interface", CONF_STR, "where to serve"),
	  .is_required = true, .max = 15 },
	{ ROW(struct dhcpd_config, address, "address", CONF_IPV4_NET,
	      "the server's own address there, with its prefix"), .is_required = true },
	{ ROW(struct dhcpd_config, pools, "pools", CONF_OBJECTS, "what is handed out"),
	  .rows = pool_rows, .item_size = sizeof(struct pool_row), .is_required = true },
	{ ROW(struct dhcpd_config, netns, "netns", CONF_STR,
	      "path of a network namespace to enter first") },
	{ ROW(struct dhcpd_config, lease_file, "lease-file", CONF_STR,
	      "where leases outlive the program") },
	{ ROW(struct dhcpd_config, is_authoritative, "authoritative", CONF_BOOL,
	      "refuse clients that remember a lease of another server"), .dflt = "false" },
	{ ROW(struct dhcpd_config, offer_hold, "offer-hold", CONF_DURATION,
	      "how long an offer waits for its client"),
	  .min = (uint64_t)NS_PER_S, .max = DAYS, .dflt = "30s" },
	{ ROW(struct dhcpd_config, decline_hold, "decline-hold", CONF_DURATION,
	      "how long an address that was in use is kept back"),
	  .min = (uint64_t)NS_PER_S, .max = DAYS, .dflt = "10m" },
	{ NULL },
};
// clang-format on

struct pool_at { /* a pool as written, and where */
	struct dhcpd_config *config;
	const struct pool_row *row;
	const struct conf_node *node;
	struct error *err;
};

static int fail_acs(const struct pool_at *at, const char *key, const char *words)
{
	const struct conf_node *acs = conf_get(at->node, "acs");
	const struct conf_node *node = conf_get(acs, key);

	return conf_fail(at->config->doc, node ? node : acs, NULL, at->err, "%s",
	    words);
}

static int keep_option(const struct pool_at *at, const struct buf *bytes,
    struct pool_config *pool)
{
	if (bytes->error)
		return error_set(at->err, bytes->error, "option 43: no memory");
	pool->option_43 = arena_str(&at->config->doc->arena, buf_str(bytes));
	if (!pool->option_43.p)
		return error_set(at->err, -ENOMEM, "no memory");
	return 0;
}

static int read_hex(const struct pool_at *at, struct pool_config *pool)
{
	auto_buf bytes = BUF_NULL;
	struct str text = str_of(at->row->acs.hex);
	uint8_t *room = buf_reserve(&bytes, text.len / 2 + 1);
	int n = room ? hex_parse(text, room, text.len / 2 + 1) : -ENOMEM;

	if (n <= 0 || n > 1024)
		return fail_acs(at, "hex",
		    "wants 1 to 1024 bytes as pairs of hex digits");
	bytes.len = (size_t)n;
	return keep_option(at, &bytes, pool);
}

/* Refuses keys that the layout has no place for: they would be left out silently. */
static int check_layout(const struct pool_at *at)
{
	static const struct {
		const char *key;
		int format; /* that has it */
	} rows[] = {
		{ "username", FORMAT_COMWARE },
		{ "password", FORMAT_COMWARE },
		{ "service-provider", FORMAT_COMWARE },
		{ "provisioning-code", FORMAT_TR069 },
		{ "retry-min-wait", FORMAT_TR069 },
		{ "retry-multiplier", FORMAT_TR069 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].format != at->row->acs.format &&
		    conf_get(conf_get(at->node, "acs"), rows[i].key))
			return fail_acs(at, rows[i].key,
			    "this layout has no place for it");
	return 0;
}

static int write_option(const struct pool_at *at, struct pool_config *pool)
{
	const struct acs_row *acs = &at->row->acs;
	struct opt43 option = {
		.layout = acs->format == FORMAT_COMWARE ? OPT43_COMWARE : OPT43_TR069,
		.url = str_of(acs->url),
		.username = str_of(acs->username),
		.password = str_of(acs->password),
		.provisioning_code = str_of(acs->provisioning_code),
		.service_provider = str_of(acs->service_provider),
		.has_min_wait = acs->retry_min_wait != 0,
		.retry_min_wait = (uint32_t)(acs->retry_min_wait / NS_PER_S),
		.has_multiplier = acs->retry_multiplier != 0,
		.retry_multiplier = (uint32_t)acs->retry_multiplier,
	};
	auto_buf bytes = BUF_NULL;
	struct error why = ERROR_NULL;

	if (!acs->url)
		return fail_acs(at, "",
		    "\"url\" is missing; or give the bytes as \"hex\"");
	if (opt43_write(&bytes, &option, &why) < 0)
		return fail_acs(at, "url", why.text);
	return keep_option(at, &bytes, pool);
}

static int read_acs(const struct pool_at *at, struct pool_config *pool)
{
	int r;

	if (!conf_get(at->node, "acs"))
		return 0;
	pool->is_option_43_for_all = at->row->acs.always;
	if (at->row->acs.hex)
		return read_hex(at, pool);
	r = check_layout(at);
	return r < 0 ? r : write_option(at, pool);
}

static int read_dns(const struct pool_at *at, struct pool_config *pool)
{
	const struct conf_strings *dns = &at->row->dns;

	for (size_t i = 0; i < dns->len && i < POOL_DNS_MAX; i++) {
		const struct conf_node *list = conf_get(at->node, "dns");

		if (ipv4_parse(str_of(dns->items[i]), &pool->dns[i]) < 0)
			return conf_fail(at->config->doc,
			    list->kind == CONF_SEQUENCE ? list->items[i] : list, NULL,
			    at->err, "\"%s\" is no IPv4 address", dns->items[i]);
		pool->n_dns++;
	}
	return 0;
}

static int check_times(const struct pool_at *at)
{
	const struct pool_row *row = at->row;
	clock_ns t2 = row->t2 ? row->t2 : row->lease / 8 * 7;

	if (row->lease == INT64_MAX && (row->t1 || row->t2))
		return conf_fail(at->config->doc,
		    conf_get(at->node, row->t1 ? "t1" : "t2"), "leave it out", at->err,
		    "an infinite lease is never renewed");
	if (row->t2 >= row->lease || row->t1 >= t2)
		return conf_fail(at->config->doc,
		    conf_get(at->node, row->t2 >= row->lease ? "t2" : "t1"),
		    "t1 < t2 < lease", at->err, "comes too late");
	return 0;
}

static int read_pool(const struct pool_at *at, struct pool_config *pool)
{
	const struct pool_row *row = at->row;
	const struct conf_ipv4_net *subnet =
	    row->subnet.prefix ? &row->subnet : &at->config->address;
	int r = check_times(at);

	*pool = (struct pool_config){
		.first = row->range.first,
		.last = row->range.last,
		.subnet = subnet->address,
		.prefix = subnet->prefix,
		.router = row->router,
		.domain = row->domain,
		.lease_s = row->lease == INT64_MAX ? UINT32_MAX
						   : (uint32_t)(row->lease / NS_PER_S),
		.t1_s = (uint32_t)(row->t1 / NS_PER_S),
		.t2_s = (uint32_t)(row->t2 / NS_PER_S),
		.circuit_id = str_of(row->who.circuit_id),
		.remote_id = str_of(row->who.remote_id),
		.vendor_class = str_of(row->who.vendor_class),
		.reservations = row->reservations.items,
		.n_reservations = row->reservations.len,
	};
	if (r == 0)
		r = read_dns(at, pool);
	return r < 0 ? r : read_acs(at, pool);
}

static int read_pools(struct dhcpd_config *config, struct error *err)
{
	const struct conf_node *list = conf_get(config->doc->root, "pools");
	const struct pool_row *rows = config->pools.items;
	struct pool_config *pools =
	    arena_array(&config->doc->arena, config->pools.len, sizeof(*pools));

	if (!pools && config->pools.len > 0)
		return error_set(err, -ENOMEM, "no memory");
	for (size_t i = 0; i < config->pools.len; i++) {
		struct pool_at at = { config, &rows[i], list->items[i], err };
		int r = read_pool(&at, &pools[i]);

		if (r < 0)
			return r;
	}
	config->server = (struct server_config){
		.address = config->address.address,
		.pools = pools,
		.n_pools = config->pools.len,
		.offer_hold = config->offer_hold,
		.decline_hold = config->decline_hold,
		.is_authoritative = config->is_authoritative,
	};
	return 0;
}

int dhcpd_config_read(struct dhcpd_config *config, struct conf_doc *doc,
    struct error *err)
{
	int r;

	*config = (struct dhcpd_config){ .doc = doc };
	r = conf_bind(doc, doc->root, dhcpd_rows, config, err);
	return r < 0 ? r : read_pools(config, err);
}
