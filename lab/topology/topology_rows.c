/* The keys of a topology file: one row a key. They read the file and print its schema. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/load/load_file.h"

#define HOURS (3600 * NS_PER_S)
#define DAYS  (24 * HOURS)

static const char *const engine_names[] = { "builtin", "dnsmasq", "kea", NULL };
static const char *const format_names[] = { "comware", "tr069", NULL };
static const char *const auth_names[] = { "none", "basic", "digest", NULL };
static const char *const asks_names[] = { "none", "request", "require", NULL };
static const char *const cpe_certificate_names[] = { "none", "good", "expired",
	"revoked", "other-ca", "other-name", NULL };
static const char *const client_name_names[] = { "tell", "refuse", NULL };
static const char *const vlan_means_names[] = { "auto", "kernel", "user-space", NULL };
static const char *const trust_names[] = { "lab", "none", NULL };
static const char *const ip_names[] = { "v4", "v6", "dual", NULL };

static void put_nodes(struct json *json, const char *key);
static void put_profile(struct json *json, const char *key);

// clang-format off

const struct conf_row topology_rows[] = {
	{ ROW(topology_keys, name, "name", CONF_STR, "the lab's name: a DNS label"),
	  .is_required = true },
	{ ROW(topology_keys, description, "description", CONF_STR, "one line about the lab") },
	{ ROW(topology_keys, seed, "seed", CONF_UINT, "of all random choices; new in each run if absent"),
	  .max = INT64_MAX, .node_offset = 1 + offsetof(struct topology_keys, seed_conf) },
	{ ROW(topology_keys, nodes, "nodes", CONF_NODE, "name: {kind: ...}, one entry a node"),
	  .is_required = true, .schema = put_nodes },
	{ ROW(topology_keys, capture, "capture", CONF_STRINGS,
	      "nodes whose switch port is recorded, also that of a switch which is attached to another; all dhcp, dns, acs, host and proxy nodes if absent"),
	  .node_offset = 1 + offsetof(struct topology_keys, capture_conf) },
	{ ROW(topology_keys, expect, "expect", CONF_NODE, "what must be seen on the wire, and in nodes"),
	  .rows = expect_rows, .schema = topology_expect_schema },
	{ ROW(topology_keys, faults, "faults", CONF_NODE,
	      "what can go wrong on purpose, with --fault NAME: a mapping of names, each with what it is and how it changes this file"),
	  .schema = topology_faults_schema },
	{ NULL },
};

static const struct conf_row tls_rows[] = {
	{ ROW(tls_range, min, "min", CONF_ENUM, "lowest TLS version"),
	  .names = tls_version_names, .dflt = "1.2" },
	{ ROW(tls_range, max, "max", CONF_ENUM, "highest TLS version"),
	  .names = tls_version_names, .dflt = "1.3" },
	{ NULL },
};

static const struct conf_row slot_rows[] = {
	{ ROW(cpe_acs, url, "url", CONF_STR, "URL of the ACS"), .is_required = true },
	{ ROW(cpe_acs, username, "username", CONF_STR, "for the ACS"), .max = 256 },
	{ ROW(cpe_acs, password, "password", CONF_STR, "for the ACS"), .max = 256,
	  .is_secret = true },
	{ NULL },
};

static const struct conf_row retry_rows[] = {
	{ ROW(node_cpe, retry_min_wait, "min-wait", CONF_DURATION,
	      "CWMPRetryMinimumWaitInterval until an ACS or a lease sets another, whole "
	      "seconds"),
	  .min = NS_PER_S, .max = 65535 * NS_PER_S },
	{ ROW(node_cpe, retry_multiplier, "multiplier", CONF_UINT,
	      "CWMPRetryIntervalMultiplier, thousandths"), .min = 1000, .max = 65535 },
	{ ROW(node_cpe, retry_limit, "limit", CONF_UINT, "give up after so many retries"),
	  .max = 1000000 },
	{ NULL },
};

/* What a CPE and a managed switch have alike. */
#define CPE_KEYS \
	{ ROW(node, cpe.acs, "acs", CONF_OBJECT, "ACS set by the user: wins over DHCP"), \
	  .rows = slot_rows }, \
	{ ROW(node, cpe.default_acs, "default-acs", CONF_OBJECT, \
	      "ACS from the factory: used when nothing else names one"), .rows = slot_rows }, \
	{ ROW(node, cpe.quirks, "quirks", CONF_STRINGS, \
	      "what it does wrong on the wire beside what its model does: names of " \
	      "cwmplab-model(5)"), .max = QUIRKS_MAX, .schema = quirks_cpe_schema }, \
	{ ROW(node, cpe.tls, "tls", CONF_OBJECT, "TLS versions it speaks"), .rows = tls_rows }, \
	{ ROW(node, cpe.trust, "trust", CONF_ENUM, "which CA it trusts"), \
	  .names = trust_names, .dflt = "lab" }, \
	{ ROW(node, cpe.certificate, "client-certificate", CONF_ENUM, \
	      "what it shows an ACS that asks: one of its own from the lab's CA, with what is " \
	      "wrong with it"), \
	  .names = cpe_certificate_names, .dflt = "none" }, \
	{ .key = "retry", .type = CONF_OBJECT, .offset = offsetof(struct node, cpe), \
	  .rows = retry_rows, .help = "how sessions that failed are repeated" }, \
	{ ROW(node, cpe.periodic_inform, "periodic-inform", CONF_DURATION, \
	      "PeriodicInformInterval, whole seconds; what the model says if absent"), \
	  .min = NS_PER_S, .max = UINT32_MAX * NS_PER_S }, \
	{ .key = "console", .type = CONF_OBJECT, .offset = offsetof(struct node, cpe), \
	  .rows = node_console_rows, .help = "a console, for \"cwmplab cli\" and Telnet" }

/* The members bind to the whole node: its bridge has the address. */
static const struct conf_row managed_rows[] = {
	{ ROW(node, address, "address", CONF_IPV4_NET,
	      "of its Vlan-interface1, which is the switch itself in its network"),
	  .word = "dhcp", .dflt = "dhcp" },
	{ ROW(node, router, "router", CONF_IPV4,
	      "its default router, with an address of its own; the only router of its segment, if there is one, if absent"),
	  .word = "none" },
	{ ROW(node, cpe.model, "model", CONF_STR,
	      "device model: a name of topologies/models, or a file beside the topology"),
	  .dflt = "managed-switch" },
	{ ROW(node, cpe.serial_base, "serial", CONF_STR,
	      "its serial number; the digits of its MAC if absent"), .min = 1, .max = 64 },
	CPE_KEYS,
	{ NULL },
};

static const struct conf_row snooping_rows[] = {
	{ ROW(node, sw.trusted, "trusted", CONF_STRINGS,
	      "ports that lead to DHCP servers: names of nodes and switches that are plugged in there, or of their ports"),
	  .is_required = true, .min = 1, .max = 64 },
	{ ROW(node, sw.circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82: text in which {port}, {router} (the switch) and {mac} are filled in"),
	  .min = 1, .max = 255, .dflt = "{port}" },
	{ ROW(node, sw.remote_id, "remote-id", CONF_STR, "sub-option 2, the same"), .min = 1,
	  .max = 255, .dflt = "{router}" },
	{ NULL },
};

static const struct conf_row switch_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(false),
	{ ROW(node, sw.links_conf, "links", CONF_NODE,
	      "switches this one is linked to: names, or mappings with the keys of \"attach\""),
	  .schema = topology_links_schema },
	{ ROW(node, sw.stp, "stp", CONF_BOOL, "whether it runs the spanning tree protocol"),
	  .dflt = "false" },
	{ ROW(node, sw.ageing, "mac-ageing", CONF_DURATION,
	      "how long it knows a MAC address that it hears nothing of; 5m if absent"),
	  .min = NS_PER_S, .max = 1000000 * NS_PER_S },
	{ ROW(node, sw.means, "means", CONF_ENUM,
	      "by what it keeps VLANs apart: the kernel's bridge, or one bridge for each VLAN with tags written in user space; auto: the kernel, where it can"),
	  .names = vlan_means_names, .dflt = "auto",
	  .node_offset = 1 + offsetof(struct node, sw.means_conf) },
	{ .key = "snooping", .type = CONF_OBJECT, .rows = snooping_rows,
	  .help = "passes DHCP of servers on from trusted ports alone, and requests to them alone, with option 82; needs nft" },
	{ .key = "cwmp", .type = CONF_OBJECT, .rows = managed_rows,
	  .help = "makes it a managed switch, which informs an ACS: {} where all is as in its keys' defaults" },
	{ NULL },
};

static const struct conf_row record_rows[] = {
	{ ROW(dns_entry, name, "name", CONF_STR, "a full DNS name"), .is_required = true },
	{ ROW(dns_entry, address, "address", CONF_IPS, "its address"),
	  .offset6 = offsetof(struct dns_entry, address6), .is_required = true },
	{ NULL },
};

static const struct conf_row dns_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS,
	NODE_ROW_ROUTER,
	{ ROW(node, dns.domain, "domain", CONF_STR, "in which the node names resolve"),
	  .dflt = "lab" },
	{ ROW(node, dns.records, "records", CONF_OBJECTS, "extra names"),
	  .rows = record_rows, .item_size = sizeof(struct dns_entry) },
	{ NULL },
};

static const struct conf_row pool_acs_rows[] = {
	{ ROW(pool_acs, format, "format", CONF_ENUM, "layout of option 43"),
	  .names = format_names, .dflt = "comware" },
	{ ROW(pool_acs, url, "url", CONF_STR, "URL of the ACS") },
	{ ROW(pool_acs, username, "username", CONF_STR, "for the ACS (comware)"), .max = 255 },
	{ ROW(pool_acs, password, "password", CONF_STR, "for the ACS (comware)"), .max = 255,
	  .is_secret = true },
	{ ROW(pool_acs, provisioning_code, "provisioning-code", CONF_STR,
	      "sub-option 2 (tr069, DHCPv6)"), .max = 64 },
	{ ROW(pool_acs, service_provider, "service-provider", CONF_STR, "type 2 (comware)"),
	  .max = 255 },
	{ ROW(pool_acs, retry_min_wait, "retry-min-wait", CONF_DURATION,
	      "sub-option 3 (tr069, DHCPv6), whole seconds"),
	  .min = NS_PER_S, .max = 65535 * NS_PER_S },
	{ ROW(pool_acs, retry_multiplier, "retry-multiplier", CONF_UINT,
	      "sub-option 4 (tr069, DHCPv6), thousandths"), .min = 1000, .max = 65535 },
	{ ROW(pool_acs, hex, "hex", CONF_STR, "the bytes of option 43, instead of all others") },
	{ ROW(pool_acs, always, "always", CONF_BOOL,
	      "also to clients whose class is not dslforum.org"), .dflt = "false" },
	{ NULL },
};

static const struct conf_row reservation_rows[] = {
	{ ROW(pool_reservation, mac, "mac", CONF_MAC, "of the client"), .is_required = true },
	{ ROW(pool_reservation, address, "address", CONF_IPV4, "for that client alone"),
	  .is_required = true },
	{ ROW(pool_reservation, name, "name", CONF_STR, "host name for it (option 12)") },
	{ NULL },
};

static const struct conf_row pool_who_rows[] = {
	{ ROW(pool_who, circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82, which a relay has written"), .min = 1, .max = 255 },
	{ ROW(pool_who, remote_id, "remote-id", CONF_STR, "sub-option 2"), .min = 1,
	  .max = 255 },
	{ ROW(pool_who, vendor_class, "vendor-class", CONF_STR,
	      "what option 60 begins with (to dnsmasq: what it contains)"), .min = 1, .max = 255 },
	{ NULL },
};

static const struct conf_row pool_rows[] = {
	{ ROW(dhcp_pool, range, "range", CONF_IP_RANGE,
	      "addresses to hand out, first-last; of IPv6: by DHCPv6, with engine: dnsmasq"),
	  .offset6 = offsetof(struct dhcp_pool, range6), .is_required = true },
	{ ROW(dhcp_pool, subnet, "subnet", CONF_IPV4_NET,
	      "the subnet that it is in, whose requests a relay brings; the server's own if absent") },
	{ ROW(dhcp_pool, who, "for", CONF_OBJECT,
	      "whose all of these are; anybody's if absent. Of several pools the first that fits counts"),
	  .rows = pool_who_rows },
	{ ROW(dhcp_pool, dns, "dns", CONF_STRINGS, "DNS servers: names of dns nodes or addresses"),
	  .max = 8 },
	{ ROW(dhcp_pool, router, "router", CONF_IPV4,
	      "default router; the only router of the segment of subnet, if there is one, if absent"),
	  .word = "none" },
	{ ROW(dhcp_pool, domain, "domain", CONF_STR, "domain name (option 15)") },
	{ ROW(dhcp_pool, lease, "lease", CONF_DURATION, "how long an address is given for"),
	  .word = "infinite", .min = 2 * NS_PER_S, .max = 3650 * DAYS, .dflt = "1h" },
	{ ROW(dhcp_pool, t1, "t1", CONF_DURATION, "when to renew; half of lease if absent"),
	  .min = NS_PER_S, .max = 3650 * DAYS },
	{ ROW(dhcp_pool, t2, "t2", CONF_DURATION, "when to rebind; seven eighths of lease if absent"),
	  .min = NS_PER_S, .max = 3650 * DAYS },
	{ ROW(dhcp_pool, acs, "acs", CONF_OBJECT, "the ACS that option 43 names, or 17 of DHCPv6"),
	  .rows = pool_acs_rows },
	{ ROW(dhcp_pool, reservations, "reservations", CONF_OBJECTS, "addresses for certain MACs"),
	  .rows = reservation_rows, .item_size = sizeof(struct pool_reservation),
	  .max = 10000 },
	{ NULL },
};

static const struct conf_row dhcp_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS,
	NODE_ROW_ROUTER,
	{ ROW(node, dhcp.engine, "engine", CONF_ENUM,
	      "which program serves; dnsmasq if absent where a pool is of IPv6, else builtin"),
	  .names = engine_names },
	{ ROW(node, dhcp.pools, "pools", CONF_OBJECTS, "what is handed out"),
	  .rows = pool_rows, .item_size = sizeof(struct dhcp_pool), .is_required = true,
	  .min = 1, .max = 1000 },
	{ NULL },
};

static const struct conf_row acs_tls_rows[] = {
	{ ROW(node_acs, tls.min, "min", CONF_ENUM, "lowest TLS version"),
	  .names = tls_version_names, .dflt = "1.2" },
	{ ROW(node_acs, tls.max, "max", CONF_ENUM, "highest TLS version"),
	  .names = tls_version_names, .dflt = "1.3" },
	{ ROW(node_acs, has_tickets, "tickets", CONF_BOOL,
	      "hands out tickets, by which CPEs resume sessions"), .dflt = "false" },
	{ ROW(node_acs, certificate, "certificate", CONF_ENUM, "what is wrong with it, if anything"),
	  .names = acs_certificate_names, .dflt = "good" },
	{ ROW(node_acs, asks, "client-certificate", CONF_ENUM,
	      "whether CPEs are asked for a certificate, and let in without"),
	  .names = asks_names, .dflt = "none" },
	{ ROW(node_acs, client_name, "client-name", CONF_ENUM,
	      "a certificate of another device than the Inform's: told, or refused"),
	  .names = client_name_names, .dflt = "tell" },
	{ NULL },
};

static const char *const way_names[] = { "http", "udp", NULL };

static const struct conf_row acs_call_rows[] = {
	{ ROW(node_acs, call.username, "username", CONF_STR,
	      "ConnectionRequestUsername of its CPEs, which a policy sets; where no ACS has one the CPEs come with one that all ACSs know"), .max = 256 },
	{ ROW(node_acs, call.password, "password", CONF_STR,
	      "ConnectionRequestPassword of its CPEs"), .max = 256, .is_secret = true },
	{ ROW(node_acs, call.file, "file", CONF_STR,
	      "CSV file of CPEs that have their own: device,username,password"), .min = 1 },
	{ ROW(node_acs, call.after, "after", CONF_DURATION,
	      "calls each CPE so long after a session with 1 BOOT"), .max = DAYS },
	{ ROW(node_acs, call.by, "by", CONF_ENUM, "how those are called"),
	  .names = way_names, .dflt = "http" },
	{ ROW(node_acs, call.stun_port, "stun-port", CONF_UINT,
	      "port of its STUN server, from which UDP connection requests go out; 0: none"),
	  .max = UINT16_MAX },
	{ ROW(node_acs, call.stun_username, "stun-username", CONF_STR,
	      "STUNUsername of its CPEs; without it anybody is answered"), .max = 256 },
	{ ROW(node_acs, call.stun_password, "stun-password", CONF_STR,
	      "STUNPassword of its CPEs"), .max = 256, .is_secret = true },
	{ NULL },
};

static const struct conf_row acs_limit_rows[] = {
	{ ROW(node_acs, limit.sessions, "sessions", CONF_UINT,
	      "that run at a time; one more gets 503; 0: any number"), .max = 65536 },
	{ ROW(node_acs, limit.rate, "rate", CONF_UINT,
	      "that begin in a second; one more gets 503; 0: any number"), .max = 1000000 },
	{ ROW(node_acs, limit.retry_after, "retry-after", CONF_DURATION,
	      "what Retry-After says to those that are turned away"),
	  .min = NS_PER_S, .max = DAYS, .dflt = "5s" },
	{ NULL },
};

static const struct conf_row acs_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS,
	NODE_ROW_ROUTER,
	{ ROW(node, acs.url, "url", CONF_STR, "where CPEs reach it; http or https"),
	  .is_required = true },
	{ ROW(node, acs.names, "names", CONF_STRINGS, "more DNS names of this ACS"),
	  .max = ACS_NAMES_MAX },
	{ ROW(node, acs.policy, "policy", CONF_STR, "policy file, beside the topology") },
	{ ROW(node, acs.files, "files", CONF_STR,
	      "folder beside the topology that it serves below /files/") },
	{ ROW(node, acs.uploads, "uploads", CONF_STR,
	      "folder in that of the results for what CPEs PUT below /files/; made if absent") },
	{ ROW(node, acs.auth, "auth", CONF_ENUM,
	      "what it demands; digest where it knows a username, else none"),
	  .names = auth_names, .dflt = "none" },
	{ ROW(node, acs.username, "username", CONF_STR,
	      "what CPEs must say; taken from what hands out this ACS's url if absent"),
	  .max = 256 },
	{ ROW(node, acs.password, "password", CONF_STR, "the same"), .max = 256,
	  .is_secret = true },
	{ .key = "tls", .type = CONF_OBJECT, .offset = offsetof(struct node, acs),
	  .rows = acs_tls_rows, .help = "versions and certificate, for https" },
	{ .key = "connection-request", .type = CONF_OBJECT, .offset = offsetof(struct node, acs),
	  .rows = acs_call_rows, .help = "how it calls its CPEs" },
	{ ROW(node, acs.notification_port, "notification-port", CONF_UINT,
	      "port of UDP on which it hears lightweight notifications; 0: none"),
	  .max = UINT16_MAX },
	{ ROW(node, acs.misbehave, "misbehave", CONF_STRINGS, "what it does wrong, to teach"),
	  .max = QUIRKS_MAX, .schema = quirks_acs_schema },
	{ .key = "limit", .type = CONF_OBJECT, .offset = offsetof(struct node, acs),
	  .rows = acs_limit_rows, .help = "beyond which it turns sessions away" },
	{ ROW(node, acs.proxies, "trust-proxies", CONF_STRINGS,
	      "proxies, by name or address, that it believes in X-Forwarded-For: its events tell the CPE's address then, not the proxy's"),
	  .max = 16 },
	{ ROW(node, acs.state, "state", CONF_STR, "file of the list of devices and of queued RPCs, kept between runs; without it that ends with the lab") },
	{ NULL },
};

static const struct conf_row cpe_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	{ ROW(node, cpe.count, "count", CONF_UINT, "how many CPEs; named <node>-1 and so on"),
	  .min = 1, .max = TOPOLOGY_CPES_MAX, .dflt = "1" },
	{ ROW(node, cpe.model, "model", CONF_STR,
	      "device model: a name of topologies/models, or a file beside the topology"),
	  .is_required = true },
	{ ROW(node, cpe.mac_base, "mac-base", CONF_MAC, "MAC of the first; counted up") },
	{ ROW(node, cpe.serial_base, "serial-base", CONF_STR,
	      "serial number of the first; its digits are counted up"), .min = 1, .max = 64 },
	{ ROW(node, cpe.serials, "serials", CONF_STRINGS, "serial numbers, one a CPE"), .min = 1 },
	{ ROW(node, cpe.ip, "ip", CONF_ENUM,
	      "by which it gets an address and reaches its ACS; as its segment has it if absent"),
	  .names = ip_names },
	{ ROW(node, cpe.boot_spread, "boot-spread", CONF_DURATION,
	      "the CPEs boot at random moments within it"), .max = DAYS, .dflt = "0" },
	CPE_KEYS,
	{ NULL },
};

static const struct conf_row load_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS4,
	NODE_ROW_ROUTER4,
	{ ROW(node, load.acs, "acs", CONF_STR,
	      "the ACS that is loaded: a node of its network, or a URL with an address"),
	  .is_required = true },
	{ ROW(node, load.profile_conf, "profile", CONF_NODE,
	      "what load, and from when to when: a file beside the topology, as \"cwmplab load\" reads it, or a mapping with the keys of one"),
	  .is_required = true, .rows = load_file_rows, .schema = put_profile },
	{ ROW(node, load.sources, "sources", CONF_IPV4_NET,
	      "addresses of its CPEs, outside its network, which reaches them through it; its own alone if absent") },
	{ ROW(node, load.keeps, "keeps", CONF_STRINGS,
	      "rules that its CPEs keep in the capture, by id or family (RTY); where one is broken the run has failed"),
	  .min = 1, .max = 64 },
	{ NULL },
};
// clang-format on

const struct conf_row *node_rows(enum node_kind kind)
{
	static const struct conf_row *const rows[NODE_KINDS] = {
		[NODE_SWITCH] = switch_rows,
		[NODE_DNS] = dns_rows,
		[NODE_DHCP] = dhcp_rows,
		[NODE_ACS] = acs_rows,
		[NODE_CPE] = cpe_rows,
		[NODE_HOST] = host_rows,
		[NODE_ROUTER] = node_router_rows,
		[NODE_NAT] = node_nat_rows,
		[NODE_LOAD] = load_rows,
		[NODE_PROXY] = proxy_rows,
		[NODE_FIREWALL] = node_firewall_rows,
	};

	return rows[kind];
}

static void put_profile(struct json *json, const char *key)
{
	topology_text_or_schema(json, key,
	    "what load, and from when to when: a file, or the keys of one",
	    load_file_rows);
}

/* One "if kind is x, then these keys" a kind, so that an editor complains about the keys
 * of that kind alone. */
static void put_kind_rule(struct json *json, enum node_kind kind)
{
	json_object_begin(json, NULL);
	json_object_begin(json, "if");
	json_object_begin(json, "properties");
	json_object_begin(json, "kind");
	json_text(json, "const", node_kind_names[kind]);
	json_object_end(json);
	json_object_end(json);
	json_object_end(json);
	conf_schema_object(json, "then", NULL, node_rows(kind));
	json_object_end(json);
}

static void put_nodes(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "name: {kind: ...}, one entry a node");
	json_text(json, "type", "object");
	json_object_begin(json, "propertyNames");
	json_text(json, "pattern", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");
	json_object_end(json);
	json_object_begin(json, "additionalProperties");
	json_text(json, "type", "object");
	json_array_begin(json, "required");
	json_text(json, NULL, "kind");
	json_array_end(json);
	json_object_begin(json, "properties");
	json_object_begin(json, "kind");
	json_array_begin(json, "enum");
	for (size_t i = 0; node_kind_names[i]; i++)
		json_text(json, NULL, node_kind_names[i]);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
	json_array_begin(json, "allOf");
	for (int kind = 0; kind < NODE_KINDS; kind++)
		put_kind_rule(json, (enum node_kind)kind);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
}

void topology_schema(struct buf *out)
{
	conf_schema(out, "cwmplab topology", topology_rows);
}

void topology_man(struct buf *out)
{
	buf_append_text(out, ".SH KEYS\n");
	conf_man(out, topology_rows);
	topology_faults_man(out);
	buf_append_text(out,
	    ".PP\nEach entry of \\fBnodes\\fR is a name, a DNS label, with a mapping. "
	    "Its keys depend on its \\fBkind\\fR. \\fBattach\\fR is the name of a "
	    "switch, or a mapping with\n");
	conf_man(out, attach_rows);
	topology_link_man(out);
	buf_append_text(out,
	    ".PP\nA port of a router or a NAT is the name of a switch and an address there, "
	    "such as \"lan 192.168.1.1/24\", or a mapping with\n");
	conf_man(out, node_port_rows);
	for (int kind = 0; kind < NODE_KINDS; kind++) {
		buf_printf(out, ".SH KEYS OF KIND %s\n", node_kind_names[kind]);
		conf_man(out, node_rows((enum node_kind)kind) + 1); /* without "kind" */
	}
	buf_append_text(out,
	    ".SH MISBEHAVE\n"
	    "What an ACS does wrong with \\fBmisbehave\\fR: each name, what is then on the "
	    "wire, and the rule by which \\fBcwmplab check\\fR finds it.\n");
	quirks_man(out, quirks_of_acs);
}
