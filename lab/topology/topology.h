/* A lab as its file describes it, checked: nodes, what they are attached to, what is
 * expected of them. Reading and checking need no kernel and no privilege.
 *
 * Everything a struct topology points at lives in the arena of its document, until
 * topology_free(). It is read-only after topology_load(). */
#pragma once

#include "lab/topology/expectation.h"
#include "lab/topology/routing.h"
#include "lib/base/clock.h"
#include "lib/base/map.h"
#include "lib/conf/conf.h"
#include "lib/console/vlan/vlan_set.h"
#include "lib/link/schedule.h"
#include "lib/quirk/quirk.h"

#include <stdbool.h>
#include <stdint.h>

struct buf;

enum {
	TOPOLOGY_NODES_MAX = 10000, /* entries under "nodes" */
	TOPOLOGY_CPES_MAX = 100000, /* "count", and the sum of all counts */
	TOPOLOGY_NAME_MAX = 63,     /* a DNS label, RFC 1035 2.3.4 */
	INSTANCE_NAME_MAX = 80,     /* "<node>-<i>" with its terminator */
	SERIAL_TEXT_MAX = 65,    /* DeviceIdStruct.SerialNumber, TR-069 A6 table 36 */
	SWITCH_PORTS_MAX = 1000, /* a Linux bridge takes 1,023 */
	MANAGED_PORTS_MAX = 56,  /* of a switch with a console: GigabitEthernet1/0/56 */
	TOPOLOGY_IMPAIRED_MAX = 5000, /* links; each costs a carrier two sockets */
	/* Of schedules, once for each link: their carrier reads CONF_BYTES_MAX. */
	TOPOLOGY_SCHEDULES_MAX = 10 << 20,
	/* Of an ACS, beside its own two: all are in its certificate, and clients take one of
	 * 100 KiB at most. */
	ACS_NAMES_MAX = 256,
	TOPOLOGY_CERTIFICATES_MAX =
	    5000, /* CPEs with certificates, made at the start */
	PROXY_UPSTREAMS_MAX = 16,
	VLAN_UNTAGGED = 1, /* of ports that name none, 802.1Q 9.6 table 9-2 */
	TRUNK_VLANS_MAX = 64,
	PORT_NAME_MAX = 16, /* "eth63.4094", terminated */
	HOST_FILES_MAX = 64,
	HOST_ENVIRONMENT_MAX = 64,
	HOST_FILLED_MAX = 1 << 20, /* bytes of a file in which {{...}} are filled in */
};

/* XX(symbol, name in files). A kind has a row here and one in each table by kind: facts
 * (topology_kinds.c), keys (topology_rows.c), check (topology_check.c), steps
 * (lab/plan/plan.c), program (lab/launch/launch.c), drawing (lab/graph/graph_kinds.c). */
#define NODE_KIND_MAP(XX)    \
	XX(SWITCH, "switch") \
	XX(DNS, "dns")       \
	XX(DHCP, "dhcp")     \
	XX(ACS, "acs")       \
	XX(CPE, "cpe")       \
	XX(HOST, "host")     \
	XX(ROUTER, "router") \
	XX(NAT, "nat")       \
	XX(LOAD, "load")     \
	XX(PROXY, "proxy")   \
	XX(FIREWALL, "firewall")

enum node_kind {
#define XX(symbol, name) NODE_##symbol,
	NODE_KIND_MAP(XX)
#undef XX
};

enum {
#define XX(symbol, name) +1
	NODE_KINDS = 0 NODE_KIND_MAP(XX)
#undef XX
};

enum tls_version {
	TLS_VERSION_1_2,
	TLS_VERSION_1_3
};

struct tls_range {
	int min; /* enum tls_version */
	int max;
};

enum link_means {        /* by which a link is impaired */
	LINK_MEANS_AUTO, /* netem, where the kernel has it and it can do all of it */
	LINK_MEANS_NETEM,
	LINK_MEANS_USER_SPACE
};

enum vlan_means {        /* by which a switch keeps VLANs apart */
	VLAN_MEANS_AUTO, /* the kernel, where it can */
	VLAN_MEANS_KERNEL,
	VLAN_MEANS_USER_SPACE /* a bridge for each VLAN, and a carrier at trunks */
};

/* What the link of a node does to packets. */
struct attach_link {
	bool is_set;
	int means; /* enum link_means */
	struct impair_link value;
	struct schedule_step *steps;
	const char **step_words; /* the changes of the steps as they are written */
	size_t n_steps;
};

/* One of the VLANs of a trunk. */
struct attach_vlan {
	uint64_t vlan;
	/* Of a port of a router or a NAT: its addresses there; prefix 0: none. */
	struct conf_ipv4_net address;
	struct conf_ipv6_net address6;
	struct port_ra ra;
	const struct conf_node *conf; /* its number in the file, or its mapping */
};

/* A cable into a switch: where an interface plugs in, or what another switch is linked to. */
struct attach {
	const char *switch_name;
	const char *port; /* name on the switch, or null: made from the node's name */
	const struct node *to; /* the switch */
	const struct conf_node
	    *conf; /* its mapping in the file, or the switch's name */
	const struct conf_node *link_conf; /* what stands at "link", or null */
	struct attach_link link;
	/* Of frames without a tag, where the switch keeps VLANs apart; 0: VLAN_UNTAGGED, or none on
	 * a trunk. */
	uint64_t vlan;
	const struct conf_node *vlan_conf, *trunk_conf, *native_conf; /* or null */
	uint64_t native;
	struct attach_vlan *trunk; /* the native one with the others; n_trunk of them */
	size_t n_trunk;
};

/* One interface of a node that has several: "eth0" and so on, in this order. A cable that carries
 * tags has one for each VLAN, "eth1.20", beside that of the native one, "eth1". */
struct node_port {
	struct attach attach;         /* of those of one cable the first has its link */
	uint32_t cable;               /* from 0 */
	uint32_t vlan;                /* of its frames, which have its tag; 0: none */
	bool is_first;                /* of its cable */
	struct conf_ipv4_net address; /* prefix 0: none */
	struct conf_ipv6_net address6; /* the same */
	struct port_ra ra;             /* of a router, where it has address6 */
	uint32_t segment;              /* as of a node */
};

/* One of the ACS attribute slots of a CPE. */
struct cpe_acs {
	const char *url; /* null: the slot is empty */
	const char *username;
	const char *password;
};

struct node_switch {
	const struct conf_node *links_conf; /* what stands at "links" */
	struct attach *links; /* cables to other switches; n_links of them */
	size_t n_links;
	bool stp;
	clock_ns ageing; /* of MACs that are not heard of; 0: as the kernel has it */
	int means;       /* enum vlan_means */
	const struct conf_node *means_conf;
	struct vlan_set *vlans; /* that it keeps apart; null: it knows no VLANs */
	bool has_trunk;         /* among its cables, where it keeps VLANs apart */
	uint32_t first_segment; /* before those with the same number are one */
	/* It has `snooping`: DHCP servers are behind trusted ports alone. */
	const struct conf_node *snooping_conf; /* or null */
	struct conf_strings trusted;           /* names of ports */
	const char *circuit_id, *remote_id;    /* of option 82, or null */
	/* It has `cwmp`: it is a CPE as well (node_is_cpe()), whose interface is its bridge. */
	bool is_managed;
};

struct dns_entry {
	const char *name;
	uint32_t address;     /* 0: none */
	uint8_t address6[16]; /* "::": none */
};

struct node_dns {
	const char *domain;       /* "lab" */
	struct conf_list records; /* struct dns_entry: those of the file */
};

enum dhcp_engine {
	DHCP_ENGINE_BUILTIN,
	DHCP_ENGINE_DNSMASQ,
	DHCP_ENGINE_KEA
};

enum pool_acs_format { /* the layouts of option 43 */
	ACS_FORMAT_COMWARE,
	ACS_FORMAT_TR069
};

/* What a pool tells a CPE about its ACS (options 43 and 125). */
struct pool_acs {
	bool is_set;
	int format; /* enum pool_acs_format */
	const char *url;
	const char *username;
	const char *password;
	const char *provisioning_code;
	const char *service_provider;
	clock_ns retry_min_wait;   /* 0: not sent */
	uint64_t retry_multiplier; /* thousandths; 0: not sent */
	const char *hex;           /* the text of the file, or null */
	const uint8_t *raw;        /* its bytes, instead of all of the above */
	size_t raw_len;
	bool always; /* also to clients whose class is not dslforum.org */
};

struct pool_reservation {
	uint8_t mac[6];
	uint32_t address;
	const char *name; /* option 12, or null */
};

/* Whose a pool is: all that is there, anybody's where nothing is. */
struct pool_who {
	const char *circuit_id, *remote_id; /* of option 82 */
	const char *vendor_class;           /* what option 60 begins with */
};

struct dhcp_pool {
	struct conf_ipv4_range range;  /* last 0: it is one of IPv6 */
	struct conf_ipv6_range range6; /* last "::": it is one of IPv4 */
	struct conf_ipv4_net subnet; /* of range: the server's own, or one of a relay */
	struct conf_ipv6_net subnet6;  /* of range6: the server's own */
	uint32_t segment;              /* that subnet is on; 0: on none that is known */
	struct conf_strings dns;       /* as written: names of nodes or addresses */
	uint32_t *dns_addresses;       /* dns.len of them */
	uint8_t (*dns_addresses6)[16]; /* the same of a pool of IPv6 */
	uint32_t router;               /* 0: not sent */
	const char *domain;            /* option 15, or null */
	clock_ns lease;                /* INT64_MAX: infinite */
	clock_ns t1;                   /* 0: half of lease */
	clock_ns t2;                   /* 0: seven eighths of lease */
	struct pool_acs acs;
	struct conf_list reservations; /* struct pool_reservation */
	struct pool_who who;
};

/* Whether it is handed out by DHCPv6. */
static inline bool pool_is_six(const struct dhcp_pool *pool)
{
	return pool->range.last == 0;
}

struct node_dhcp {
	int engine;             /* enum dhcp_engine */
	struct conf_list pools; /* struct dhcp_pool */
};

enum acs_auth {
	ACS_AUTH_NONE,
	ACS_AUTH_BASIC,
	ACS_AUTH_DIGEST
};

enum acs_certificate {
	CERTIFICATE_GOOD,
	CERTIFICATE_EXPIRED,
	CERTIFICATE_OTHER_CA,
	CERTIFICATE_OTHER_NAME,
	CERTIFICATE_COMMON_NAME /* no subjectAltName */
};

struct node_acs {
	const char *url;
	const char *host; /* of url */
	uint16_t port;
	bool is_https;
	struct conf_strings names; /* extra DNS names */
	const char *policy;        /* as written, or null */
	const char *policy_path;   /* the same, to open */
	/* The folder that it serves, as written, and to open; or null. */
	const char *files, *files_path;
	/* Where a PUT goes: below the results, unless it begins with "/"; or null. */
	const char *uploads;
	int auth;             /* enum acs_auth */
	const char *username; /* what it demands; null with ACS_AUTH_NONE */
	const char *password;
	struct tls_range tls;
	bool has_tickets;
	int certificate;            /* enum acs_certificate */
	uint64_t notification_port; /* 0: hears no lightweight notifications */
	int asks;        /* for certificates of CPEs; 0: no, 1: request, 2: require */
	int client_name; /* one of another device than the Inform's: 0: told, 1: refused */
	struct conf_strings misbehave; /* names of quirks_of_acs */
	struct {
		const char *username, *password; /* null: none */
		const char *file, *file_path;    /* as written, and to open; or null */
		clock_ns after;                  /* 0: calls nobody of its own accord */
		int by;                          /* 0: HTTP, 1: UDP */
		uint64_t stun_port;              /* 0: no STUN server */
		const char *stun_username, *stun_password; /* null: none */
	} call;                                            /* connection requests */
	struct conf_strings proxies; /* nodes or addresses that it trusts */
	const char *state; /* file of the device list, or null: forgotten at the end */
	struct {           /* beyond which it turns sessions away; 0: never */
		uint64_t sessions, rate;
		clock_ns retry_after;
	} limit;
	bool is_loaded; /* a node of kind load asks it for its account */
};

enum cpe_certificate { /* that it shows an ACS which asks for one */
	CPE_CERTIFICATE_NONE,
	CPE_CERTIFICATE_GOOD,
	CPE_CERTIFICATE_EXPIRED,
	CPE_CERTIFICATE_REVOKED,
	CPE_CERTIFICATE_OTHER_CA,
	CPE_CERTIFICATE_OTHER_NAME /* one for all, of a device that is none of them */
};

enum cpe_trust {
	TRUST_LAB, /* the lab's own CA */
	TRUST_NONE /* no CA at all: every certificate is refused */
};

enum cpe_ip { /* by which it gets an address and reaches its ACS */
	CPE_IP_V4,
	CPE_IP_V6,
	CPE_IP_DUAL
};

enum cpe_console_state { /* of CWMP, before anything was typed */
	CONSOLE_CWMP_ENABLED,
	CONSOLE_CWMP_DISABLED,
	CONSOLE_CWMP_PROFILE
};

struct node_cpe {
	uint64_t count;
	const char *model;          /* as written */
	const char *model_path;     /* to open */
	struct conf_strings quirks; /* names of quirks_of_cpe */
	struct cpe_acs acs;         /* set by the user */
	struct cpe_acs default_acs; /* from the factory */
	int ip; /* enum cpe_ip; as its segment has it, where the file says nothing */
	struct tls_range tls;
	int trust;       /* enum cpe_trust */
	int certificate; /* enum cpe_certificate */
	uint8_t mac_base[6];
	bool has_mac_base;
	const char *serial_base;     /* or null */
	struct conf_strings serials; /* count of them, or none */
	clock_ns boot_spread;
	clock_ns retry_min_wait;   /* 0: what the model or the standard says */
	uint64_t retry_multiplier; /* thousandths; 0: the same */
	uint64_t retry_limit;      /* 0: for ever */
	clock_ns periodic_inform;  /* 0: what the model says */
	struct {
		bool is_on;
		int profile;         /* index of cpe_console_profiles */
		const char *sysname; /* null: the profile's */
		int cwmp;            /* enum cpe_console_state */
		bool telnet;
		uint64_t port;
		int login;              /* enum cli_login */
		const char *password;   /* null: there is none */
		struct conf_list users; /* struct cli_user */
		clock_ns idle;          /* 0: sessions never end of themselves */
	} console;
};

/* The names of profiles, of states of CWMP and of logins, ended by null. */
extern const char *const cpe_console_profiles[];
extern const char *const cpe_console_states[];
extern const char *const cpe_console_logins[];

/* What is put into the folder of a host's program each time before it is started. */
struct host_file {
	const char *from, *from_path; /* as written, and to open; or null */
	const char *text;             /* its contents, instead; or null */
	const char *to;               /* below the folder */
	bool fills;                   /* {{...}} in it are filled in */
};

struct node_host {
	struct conf_strings command; /* argv, may be empty */
	/* As argv, too, of which one is empty: this one has a folder, in which it runs. */
	struct conf_strings program;
	struct conf_list files;           /* struct host_file */
	const struct conf_node *env_conf; /* what stands at "environment", or null */
	const char **environment;         /* "NAME=value" */
	size_t n_environment;
	struct {
		uint64_t tcp, udp; /* ports; both 0: it serves as soon as it runs */
		clock_ns within;
	} ready;
};

struct node_load {             /* a load test, from the namespace of the node */
	const char *acs;       /* as written: a node, or a URL */
	const struct node *to; /* that node; null: a URL */
	const char *url;       /* with an address in it, no name */
	const struct conf_node *profile_conf; /* the name of a file, or what it is */
	const char *profile, *profile_path;   /* of a file: as written, and to open */
	const struct load_file *own;          /* that stands here; null: a file */
	/* Addresses of its CPEs, which others reach through it; prefix 0: its own alone. */
	struct conf_ipv4_net sources;
	/* Ids of rules, or their families ("RTY"), that its CPEs keep, or the run has failed. */
	struct conf_strings keeps;
};

enum proxy_engine {
	PROXY_NGINX,
	PROXY_HAPROXY
};

enum proxy_sticky {    /* how the ACS of a session is found again */
	STICKY_NO,     /* it is not: each request goes to the next one */
	STICKY_COOKIE, /* a cookie of the proxy's own */
	STICKY_ADDRESS /* of the CPE */
};

enum proxy_misbehaviour { /* bits: what proxies in the field do to requests and answers */
	PROXY_DROPS_COOKIE = 1 << 0,
	PROXY_DROPS_SET_COOKIE = 1 << 1,
	PROXY_DROPS_SOAPACTION = 1 << 2,
	PROXY_ANSWERS_FROM_CACHE = 1 << 3
};

struct node_proxy {       /* in front of ACSs */
	int engine;       /* enum proxy_engine */
	const char *url;  /* where CPEs reach it */
	const char *host; /* of url */
	uint16_t port;
	bool is_https;
	struct conf_strings names;     /* extra DNS names */
	struct conf_strings upstreams; /* names of ACSs, as written */
	const struct node **to;        /* the same; upstreams.len of them */
	int sticky;                    /* enum proxy_sticky */
	uint64_t keep_alive;           /* idle connections to ACSs that are kept */
	clock_ns health;               /* 0: nothing is looked at */
	struct tls_range tls;
	int certificate;               /* enum acs_certificate */
	struct conf_strings misbehave; /* as written */
	unsigned misbehaves;           /* the same: enum proxy_misbehaviour */
};

/* The names of misbehaviours by their bits, ended by null. */
extern const char *const proxy_misbehaviours[];

struct node {
	const char *name;
	enum node_kind kind;
	uint32_t number; /* from 1, in the order of the file */
	/* What its MACs and its seed are made of: its number, but in a lab that has changed
	 * (topology_follow()). */
	uint32_t identity;
	bool is_broken; /* its own keys hold a mistake; never in a sound topology */
	struct attach attach; /* of all but switches without "attach" */
	uint32_t segment;     /* the same for all that switches join; 0: unknown */
	/* Of a router and a NAT: their attach, segment and address are those of the first. */
	struct node_port *ports;
	size_t n_ports;
	const struct conf_node *ports_conf; /* what stands at "ports" */
	struct conf_list routes;            /* struct node_route */
	/* 0 for CPEs, and for switches but those that are managed at a fixed address. */
	struct conf_ipv4_net address;
	struct conf_ipv6_net address6; /* prefix 0: none */
	uint32_t router;               /* of its default route; 0: none */
	uint8_t router6[16];           /* the same of IPv6; "::": none */
	const struct conf_node *conf;  /* its mapping in the file */
	const struct conf_node *key;   /* its name in the file */
	struct node_cpe cpe;           /* where node_is_cpe() */
	union {
		struct node_switch sw;
		struct node_dns dns;
		struct node_dhcp dhcp;
		struct node_acs acs;
		struct node_host host;
		struct node_router routing;
		struct node_nat nat;
		struct node_firewall firewall;
		struct node_load load;
		struct node_proxy proxy;
	};
};

/* What goes wrong on purpose, where who reads the file asks for it: changes of the file. */
struct topology_fault {
	const char *name;
	const char *about; /* one line */
	const struct conf_node *change;
};

struct topology {
	struct conf_doc *doc;
	const char *path;   /* of the file */
	const char *folder; /* it is in; "." where path has no slash */
	const char *name;
	const char *description; /* or null */
	uint64_t seed;           /* where has_seed */
	bool has_seed;
	struct node *nodes; /* in the order of the file */
	size_t n_nodes;
	uint32_t n_segments;         /* numbers of segments are 1 to this */
	uint32_t *segments;          /* by number: the one that cables make of it */
	struct map by_name;          /* of struct node * */
	const struct node **routers; /* nodes with several ports; n_routers of them */
	size_t n_routers;
	uint64_t n_cpes;             /* sum of the counts */
	uint64_t n_impaired;         /* links, the same */
	uint64_t schedule_bytes;     /* of their schedules, the same */
	const struct node **capture; /* nodes whose ports are recorded */
	size_t n_capture;
	struct conf_list expect;            /* struct expectation */
	struct conf_list faults;            /* struct topology_fault */
	const struct topology_fault *fault; /* that was asked for; null: none */
	struct dns_entry *names; /* all that the lab's DNS answers, of every dns node */
	size_t n_names;
	const char *domain; /* of the first dns node; "lab" without one */
	bool has_ipv6;      /* somebody of it has, or is given, an address of IPv6 */
};

/* What is needed to read a topology but does not stand in its file. */
struct topology_options {
	const char *models; /* folder of device models: <name>.yaml; may be null */
	const char *const *sequences;   /* known names; ended by null. Null: any */
	const char *const *rules;       /* ids of rules, ended by null. Null: any */
	const char *fault;              /* the name of one in the file, or null */
	struct conf_mistakes *mistakes; /* borrowed: gets every mistake; may be null */
};

/* Reads, binds and checks. path names the file, or the folder that holds topology.yaml.
 * options may be null. ERR_CONFIG with place, line, caret and hint of the first mistake in
 * err, -ENOMEM without memory. The caller frees *ret with topology_free(). */
int topology_load(const char *path, const struct topology_options *options,
    struct topology **ret, struct error *err);

/* The same of bytes in memory; files beside it are looked up as if path were its path. */
int topology_parse(const char *path, struct str bytes,
    const struct topology_options *options, struct topology **ret, struct error *err);

/* Safe with null. */
void topology_free(struct topology *topology);

/* Gives the nodes that a lab has already, by their names, the identities that they have there, and
 * others one that no node has: its number where that is free. So whoever stays in a lab keeps its
 * MACs and serial numbers, whatever is written before it. To be called before a plan is made.
 * -ENOMEM. */
int topology_follow(struct topology *topology, const struct topology *before);

/* The node of that name, or null. */
const struct node *topology_node(const struct topology *topology, struct str name);

/* The node that has an instance of that name: "acs1" for acs1, "cpe-3" for a node cpe of
 * three CPEs. *ret_i is which of them, from 1; ret_i may be null. Null when there is none. */
const struct node *topology_instance(const struct topology *topology, struct str name,
    uint64_t *ret_i);

/* What others ask of a kind without looking into its nodes. */
struct node_kind_facts {
	const char *word, *words; /* one and several of them: "switch", "switches" */
	bool is_server;           /* CPEs ask it: it starts before those who do */
	bool is_recorded;         /* its port, where the file names none */
	/* The turn in which its programs are started among those of a lab. */
	int turn;
	/* Whether such a node runs a program; null: each does. */
	bool (*runs)(const struct node *node);
};

const struct node_kind_facts *node_kind_facts(enum node_kind kind);

/* The kind as files write it: "switch", "acs". */
const char *node_kind_name(enum node_kind kind);

/* Whether nodes of the kind have several ports, with an address each. */
static inline bool node_has_ports(enum node_kind kind)
{
	return kind == NODE_ROUTER || kind == NODE_NAT || kind == NODE_FIREWALL;
}

/* The i-th cable that the file has at the node, from 0: those of its interfaces, and of a switch
 * that to the one it is attached to and its links. Null past the last. */
const struct attach *node_cable(const struct node *node, size_t i);

/* How many cables a node with ports has, and the name of its i-th interface, for which text has room
 * for PORT_NAME_MAX. */
size_t node_cables(const struct node *node);
char *node_port_name(const struct node *node, size_t i, char *text);

/* Whether any cable of the node says of VLANs, and whether frames with tags pass it. */
bool attach_has_vlans(const struct attach *attach);
bool attach_is_trunk(const struct attach *attach);

/* The VLAN of frames that pass it without a tag; 0: none do. */
uint32_t attach_untagged(const struct attach *attach);

/* How many VLANs the switch keeps apart (0: it knows none), and how many of them have lower numbers
 * than that one of them. */
uint32_t topology_vlan_count(const struct node *sw);
uint32_t topology_vlan_rank(const struct node *sw, uint32_t vlan);

/* The segment of a VLAN at the switch; of a switch that knows none, its only one. 0: of VLAN 0. */
uint32_t topology_segment(const struct topology *topology, const struct node *sw,
    uint32_t vlan);

/* Where a node is in a network. */
struct node_place {
	const struct attach *attach;
	struct conf_ipv4_net address;  /* prefix 0: none that is fixed */
	struct conf_ipv6_net address6; /* the same */
	uint32_t segment;
	const struct conf_node *at; /* where its address stands in the file */
};

/* The i-th place of a node, from 0: of a router one a port, of any other the only one. False past
 * the last. */
bool node_place(const struct node *node, size_t i, struct node_place *ret);

/* The address of a node as text, of IPv4 where it has one. text has room for IPV6_TEXT_MAX and is
 * returned. */
char *node_address_text(const struct node *node, char *text);

/* The first DNS server of the lab, or null. */
const struct node *topology_dns(const struct topology *topology);

/* The node that has the address, or null. */
const struct node *topology_at(const struct topology *topology, uint32_t address);

const struct node *topology_at6(const struct topology *topology,
    const uint8_t address[16]);

/* Whether IPv6 is on where it lives: it has an address of IPv6, or is a CPE that gets one. */
bool node_has_ipv6(const struct node *node);

enum {
	NODE_ADDRESSES_MAX = 64
};

/* "10.0.0.2", "2001:db8::2", or both with a blank between; "" where it has none that is fixed. text
 * has room for NODE_ADDRESSES_MAX and is returned. */
char *node_addresses(const struct node *node, char *text);

/* The same of any pair: 0 and "::" are left out. */
char *addresses_text(uint32_t address, const uint8_t address6[16], char *text);

/* Whether a router says at a port what there is of IPv6. */
bool node_port_announces(const struct node_port *port);

/* Whether it sends on what comes from the segment for others, as a default router would, and if so
 * its address there (or 0 in a broken file). */
bool node_routes(const struct node *node, uint32_t segment, uint32_t *ret);

/* The same of IPv6: its port there, or null where that has no address of IPv6. */
const struct node_port *node_routes6(const struct node *node, uint32_t segment);

/* Whether a router asks DHCP servers of another segment for the clients of this one. */
bool topology_relays(const struct topology *topology, uint32_t segment);

/* Whether it runs a program of its own. */
bool node_runs(const struct node *node);

/* Whether it informs an ACS: of kind cpe, or a switch with `cwmp`. */
bool node_is_cpe(const struct node *node);

/* Where CPEs reach it: the URL of an ACS, or of a proxy before ACSs; null of other kinds. */
const char *node_url(const struct node *node);

/* What a host runs: its program or its command, ended by its length. Empty: nothing. */
const struct conf_strings *node_host_program(const struct node *node);

/* Whether it is a CPE that informs an ACS before anything is typed at its console. */
bool node_informs(const struct node *node);

/* How many instances a node stands for: count for cpe, else 1. */
uint64_t node_count(const struct node *node);

/* Whether the rule has that id, or is of that family: "RTY-01" is of "RTY". */
bool topology_rule_is_of(const char *rule, const char *name);

/* Whether the file may give this name to a port of a switch: the kernel takes it for an
 * interface, and no plan uses it itself (lo, br0, p7). */
bool node_port_is_free(struct str name);

/* "<node>-<i>" for i from 1 where the count is over 1, else "<node>". text has room for
 * INSTANCE_NAME_MAX and is returned. */
char *node_instance_name(const struct node *node, uint64_t i, char *text);

/* The MAC of instance i, from 1: mac-base + i - 1 where the node has one, or the byte 02, two
 * bytes of the node's identity and three of i. */
void node_mac(const struct node *node, uint64_t i, uint8_t ret[6]);

/* The serial number of CPE i, from 1: of the list, or counted up from serial-base, or the
 * digits of its MAC. text has room for SERIAL_TEXT_MAX and is returned. */
char *node_serial(const struct node *node, uint64_t i, char *text);

/* Appends text with what stands between "{{" and "}}" filled in, for a node: "name", "address",
 * "router" (those of the node), the same of IPv6 as "address6" and "router6", "lab", "domain";
 * "NODE.address" and "NODE.address6" of another one, and "NODE.url" of an ACS or a proxy. ERR_CONFIG with line, column and words in err for what nobody knows, ERR_LIMIT or -ENOMEM
 * of out. */
int topology_fill(const struct topology *topology, const struct node *node,
    struct str text, struct buf *out, struct error *err);

/* Appends the JSON Schema of a topology file. */
void topology_schema(struct buf *out);

/* Appends its keys as sections of a manual page, in man(7) macros. */
void topology_man(struct buf *out);
