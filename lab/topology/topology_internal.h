/* Shared by the topology_*.c files. */
#pragma once

#include "lab/topology/topology.h"

struct json;

/* The keys of the file's top level, as they are written. */
struct topology_keys {
	const char *name;
	const char *description;
	uint64_t seed;
	const struct conf_node *seed_conf;
	const struct conf_node *nodes;
	struct conf_strings capture;
	const struct conf_node *capture_conf;
	const struct conf_node *expect; /* or null */
	const struct conf_node *faults;
};

extern const struct conf_row topology_rows[];
extern const struct conf_row attach_rows[];
extern const struct conf_row trunk_rows[];        /* of a struct attach_vlan */
extern const struct conf_row node_console_rows[]; /* of a struct node_cpe */
extern const struct conf_row node_router_rows[], node_nat_rows[],
    node_firewall_rows[];                               /* of a struct node */
extern const struct conf_row node_route_rows[];         /* of a struct node_route */
extern const struct conf_row node_relay_rows[];         /* of a struct node_router */
extern const struct conf_row node_port_rows[];          /* of a struct node_port */
extern const struct conf_row host_rows[], proxy_rows[]; /* of a struct node */
extern const char *const tls_version_names[], *const acs_certificate_names[];
extern const char *const node_kind_names[]; /* by enum node_kind, ended by null */

/* The keys of a node of that kind; they bind to a struct node. */
const struct conf_row *node_rows(enum node_kind kind);

/* Each finds what its part of the file refers to, notes it in t, and refuses with a place in
 * the file what cannot work. 0, ERR_CONFIG or -ENOMEM. Where the document notes mistakes,
 * each goes on after one and returns ERR_CONFIG at its end. */

/* Reads the list "expect"; list may be null. */
int topology_check_expectations(struct topology *t, const struct conf_node *list,
    const struct topology_options *options, struct error *err);
void topology_expect_schema(struct json *json, const char *key);
extern const struct conf_row expect_rows[];

/* Reads the faults of the file and, where fault names one, makes the changes of that one. To be done
 * before anything else is read. */
int topology_read_faults(struct topology *t, const char *fault, struct error *err);
void topology_faults_schema(struct json *json, const char *key);
void topology_faults_man(struct buf *out);

int topology_check(struct topology *t, const struct topology_keys *keys,
    const struct topology_options *options, struct error *err);
int topology_check_links(struct topology *t, struct error *err);
int topology_check_addresses(struct topology *t, struct error *err);
/* Of a node of that kind; one row a kind in topology_check.c. */
typedef int node_check_fn(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err);

node_check_fn topology_check_dhcp, topology_check_acs,
    topology_check_cpe, /* also of a managed switch */
    topology_check_host, topology_check_router, topology_check_nat,
    topology_check_firewall, topology_check_proxy;

/* A route of a node with several ports. */
struct route_check {
	struct topology *t;
	const struct node *node;
	struct node_route *route;
	const struct conf_node *conf; /* the route's mapping */
	struct error *err;
};

/* That both of its addresses are of one family; what it leads to and through, where that is IPv6. */
int topology_check_families(const struct route_check *check);
int topology_check_to6(const struct route_check *check);
int topology_check_via6(const struct route_check *check);

/* Whether "router" of these keys names one of IPv6, or of IPv4, or says that there is none. */
bool topology_names_router(const struct conf_node *keys, bool is_six);

/* As topology_check_addresses(), of IPv6; zones: by segment, the same for all that routers join. */
int topology_check_addresses6(struct topology *t, const uint32_t *zones,
    struct error *err);

/* ---- what the checks of both families say alike --------------------------------------- */

/* "\"gw\" on line 7 has it", into hint, which is returned. */
const char *topology_line_of(const struct node *node, char *hint, size_t size,
    const char *what);

/* Whether a stands before b in the file. */
bool topology_is_before(const struct conf_node *a, const struct conf_node *b);

/* Where the default router of a node stands, or else the node. */
const struct conf_node *topology_router_at(const struct node *node);

/* Looks at the place of node at its port i. */
typedef int place_check_fn(void *user, const struct node *node, size_t i,
    const struct node_place *place);

/* Has each place of each node looked at. */
int topology_check_places(struct topology *t, place_check_fn *check, void *user);

/* Notes the address of a place in seen, by its bytes, which outlive the map, and refuses one that
 * is there. text: the same for people. */
int topology_check_once(struct topology *t, struct map *seen, const struct node *node,
    const struct node_place *place, struct str bytes, const char *text,
    struct error *err);

/* The address of a place is inside pool i of a server, from first to last. */
int topology_fail_in_pool(const struct topology *t, const struct node_place *place,
    const char *text, const struct node *dhcp, size_t i, const char *first,
    const char *last, struct error *err);

struct pool_check { /* a pool of either family */
	struct topology *t;
	const struct node *dhcp;
	struct dhcp_pool *pool;
	const struct conf_node *conf; /* the pool's mapping */
	struct error *err;
};

/* Says that a key of "acs" is not as it must be. */
int topology_fail_acs(const struct pool_check *check, const char *key, const char *hint,
    const char *msg);

/* The URL of "acs", which must be there; hint: what else would do. */
int topology_check_acs_url(const struct pool_check *check, const char *hint);

/* What a route goes through, text being its address: next, unless that is nobody or the node
 * itself. */
int topology_check_next(const struct route_check *check, const struct node *next,
    const char *text);

/* ---------------------------------------------------------------------------------------- */

/* As topology_check_routers(), of IPv6; and by what CPEs reach their ACSs, where the file does not
 * say it. */
int topology_check_routers6(struct topology *t, struct error *err);
int topology_check_ip(struct topology *t, struct error *err);

/* That the routes of a node with several ports lead somewhere. */
int topology_check_routes(struct topology *t, struct node *node, struct error *err);
/* A pool of DHCPv6, whose mapping is conf; and by which program a server serves whose file does not
 * say it. */
int topology_check_pool6(struct topology *t, const struct node *dhcp,
    struct dhcp_pool *pool, const struct conf_node *conf, struct error *err);
void topology_choose_engine(struct node *dhcp);

extern const struct conf_row port_ra_rows[]; /* of a struct port_ra */

/* What the ports of a router announce. */
int topology_check_ra(struct topology *t, struct node *node, struct error *err);

/* Addresses of IPv6 of DNS servers: *ret, in the arena, of those in names, nodes or addresses, that
 * stand in list. */
int topology_find_dns6(struct topology *t, const struct conf_strings *names,
    const struct conf_node *list, uint8_t (**ret)[16], struct error *err);

/* What stands at "snooping" of a switch, if anything does. */
int topology_check_snooping(struct topology *t, const struct node *sw,
    struct error *err);

/* Reads what stands at "relay" of a router, and finds its servers. */
int topology_check_relay(struct topology *t, struct node *node, struct error *err);
/* conf: the node's mapping "console"; null: it has none. */
int topology_check_console(const struct topology *t, struct node *node,
    const struct conf_node *conf, struct error *err);
/* Of all nodes of kind load, once the ACSs are checked. */
int topology_check_loads(struct topology *t, const struct topology_options *options,
    struct error *err);
int topology_check_names(struct topology *t, struct error *err);

/* Finds the default routers that the file does not name: the only one of a segment. Addresses and
 * segments are known. */
int topology_check_routers(struct topology *t, struct error *err);

/* The only router of a segment but self (may be null); *ret is 0 where there is none. Two of them
 * are a mistake at that place of the file, who being whom it is about. */
int topology_router_of(const struct topology *t, uint32_t segment,
    const struct node *self, const struct conf_node *at, const char *who, uint32_t *ret,
    struct error *err);

/* Reads the ports of a node whose kind has several. */
int topology_bind_ports(struct topology *t, struct node *node, struct error *err);

/* Prints the schema of "ports", of "inside", and of one port. */
void topology_ports_schema(struct json *json, const char *key);
void topology_inside_schema(struct json *json, const char *key);
void topology_port_schema(struct json *json, const char *key);

/* Prints the schema of "relay". */
void topology_relay_schema(struct json *json, const char *key);

/* Reads what stands at "attach" of a node, and at "links" of a switch, if anything does. */
int topology_bind_attach(struct topology *t, struct node *node, struct error *err);
int topology_bind_links(struct topology *t, struct node *node, struct error *err);

/* Where the file names the switch. */
const struct conf_node *topology_cable_at(const struct attach *attach);

/* Reads what stands at "trunk" of a cable, and what goes with it. */
int topology_bind_trunk(struct topology *t, struct attach *attach, struct error *err);

/* A scalar of two parts, "lan 10.0.0.1/24", as the mapping that it stands for; a second part that
 * is missing is no key of it. Null without memory. */
const struct conf_node *topology_as_mapping(struct topology *t,
    const struct conf_node *at, const char *first, const char *second);

/* Finds which VLANs each switch has, and numbers its segments. Cables are plugged in. */
int topology_check_vlans(struct topology *t, struct error *err);

/* The same as topology_segment(), before those that cables join are one. */
uint32_t topology_vlan_segment(const struct node *sw, uint32_t vlan);

/* Reads what stands at "link" of so many cables, if anything does. */
int topology_bind_link(struct topology *t, struct attach *attach, uint64_t count,
    struct error *err);

/* Keys of a link that are not those of lib/link/impair.h: its means and its schedule. */
struct link_step_keys {
	clock_ns at, length;
	const char *set;
	const struct conf_node *at_conf, *set_conf;
};

struct link_means_key {
	int means;
};

extern const struct conf_row link_step_rows[], link_means_rows[];

/* Prints the schema of what is a text or a mapping with these rows. */
void topology_text_or_schema(struct json *json, const char *key,
    const char *description, const struct conf_row *rows);

/* Prints the schema of "trunk". */
void topology_trunk_schema(struct json *json, const char *key);

/* Prints the schema of "attach", and of "links". */
void topology_attach_schema(struct json *json, const char *key);
void topology_links_schema(struct json *json, const char *key);

/* Prints the schema of "link", and its keys as a part of a manual page. */
void topology_link_schema(struct json *json, const char *key);
void topology_link_man(struct buf *out);

/* ---- helpers ---------------------------------------------------------------------- */

/* Where an error about one of the node's keys points: at the key's value or, when the file
 * does not have the key, at the node's name. */
const struct conf_node *node_at(const struct node *node, const char *key);

/* Where an error about item i of a list points. A list of one may be written without
 * brackets. */
const struct conf_node *topology_item(const struct conf_node *list, size_t i);

/* "10.0.0.0/24, 10.0.1.0/24": the networks of its ports from that one on, into text, which is
 * returned. */
const char *topology_list_networks(const struct node *node, size_t first, char *text,
    size_t size);

/* Whether a node of the file is not among those that are checked: its own keys hold a mistake,
 * which was told. */
bool topology_has_broken(const struct topology *t);

/* Says in err that there is no memory; returns -ENOMEM. */
int topology_fail_memory(const struct topology *t, struct error *err);

/* The node with a count over 1 that has an instance of that name, or null; *ret_i is which,
 * from 1; ret_i may be null. */
const struct node *topology_counted(const struct topology *t, struct str name,
    uint64_t *ret_i);

/* Writes "did you mean ...?" with the most similar name among the nodes of that kind (-1: of
 * any kind), or that there is no node of that kind, into hint, which has room for size bytes,
 * and returns hint. Null when no name is similar. */
const char *topology_suggest(const struct topology *t, struct str word, int kind,
    char *hint, size_t size);

/* The same among the nodes that are fit, of which one of that kind would be one. */
const char *topology_suggest_that(const struct topology *t, struct str word,
    bool (*is_fit)(const struct node *node), int kind, char *hint, size_t size);

/* *ret is the node of that kind with the name that stands at that place of the file; null where
 * its own keys hold a mistake, which was told. hint: what may stand there, where it is of another
 * kind. 0 or ERR_CONFIG. */
int topology_find(struct topology *t, const char *name, enum node_kind kind,
    const char *hint, const struct conf_node *at, struct node **ret, struct error *err);

/* The domain in which the names of the lab resolve: that of its first DNS server, or "lab".
 * Nodes need not be checked yet. */
const char *topology_domain(const struct topology *t);

/* Whether text is one DNS label in lower case (RFC 1123 2.1). */
bool is_dns_label(struct str text);

/* Whether text is such labels with dots between, 253 characters at most. */
bool is_dns_name(struct str text);

struct url;

/* Reads text, which stands at that place of the file, as an http or https URL. The views of
 * *ret point into text. 0 or ERR_CONFIG. */
int topology_check_url(const struct topology *t, const struct conf_node *at,
    const char *text, struct url *ret, struct error *err);

/* The host of a server's own URL: *ret, in the arena, is its address or, in lower case, a DNS
 * name. 0, ERR_CONFIG for the address of another node, -ENOMEM. */
int topology_own_host(struct topology *t, const struct node *node,
    const struct url *url, const char **ret, struct error *err);

/* Whether requests come to that ACS by the URL: it is its own, or that of a proxy before it. */
bool topology_leads_to(const struct topology *t, const char *url,
    const struct node *acs);

/* Refuses a range of TLS versions, which stands at that place of the file, whose min is above
 * its max. 0 or ERR_CONFIG. */
int topology_check_tls(const struct topology *t, const struct conf_node *at,
    const struct tls_range *range, struct error *err);

/* The path of a file that stands beside the topology, in the arena; one that begins
 * with "/" stays as it is. Null without memory. */
const char *topology_beside(struct topology *t, const char *file);

/* Whether path is a regular file that can be read. */
bool topology_is_file(const char *path);

static inline bool in_range(struct conf_ipv4_range range, uint32_t address)
{
	return address >= range.first && address <= range.last;
}

/* What hosts can have: no loopback, no multicast, not 0.0.0.0/8. */
static inline bool is_unicast(uint32_t address)
{
	uint32_t first = address >> 24;

	return first > 0 && first < 224 && first != 127;
}
