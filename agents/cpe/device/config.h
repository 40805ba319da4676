/* What one CPE process is told: a file that rows read (--config), or flags.
 *
 *     node: cpe
 *     model: topologies/models/hp5920.yaml
 *     seed: 7
 *     dhcp: true
 *     default-acs: {url: "http://acs.lab:7547/cwmp"}
 *     trust: ca.pem
 *     crl: crl.pem
 *     certificate: cpes.pem
 *     key: cpes.key
 *     keylog: keys.log
 *     state: /var/tmp/cpes
 *     retry: {min-wait: 5s, multiplier: 2000, limit: 0}
 *     console: {sysname: sw1, cwmp: disabled, telnet: yes, port: 2323}
 *     cpes:
 *       - {name: cpe, count: 500, netns: /proc/1/fd/9, netns-step: 1, interface: eth0,
 *          mac: 02:00:05:00:00:01, serial: HP001, ip: dual}
 *       - {name: guest, count: 100000, netns: /proc/1/fd/600, address: 10.0.0.9}
 *
 * CPEs that are alike are one range: the second of the first one above is "cpe-2" with the
 * namespace /proc/1/fd/10, the MAC 02:00:05:00:00:02 and the serial number HP002; all of
 * the second one live in one namespace and talk from one address. */
#pragma once

#include "agents/cpe/reach/cr_gate.h"
#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/console/vty/cli_gate.h"
#include "lib/quirk/quirk.h"
#include "lib/sequence/scene_settings.h"

enum {
	CPE_COUNT_MAX = 1000000, /* of a range, and of all together */
	CPE_RANGES_MAX = 100000,
	CPE_NETNS_MAX = 256,
	CPE_TEXT_MAX = 96 /* a name or a serial number, terminated */
};

enum cpe_tls {
	CPE_TLS_1_2,
	CPE_TLS_1_3
};

enum cpe_resumption { /* of TLS sessions, where the ACS offers it */
	CPE_RESUMES_AS_MODEL,
	CPE_RESUMES_NEVER,
	CPE_RESUMES_ALWAYS
};

enum cpe_console_cwmp { /* whether CWMP is enabled before anything was typed */
	CPE_CONSOLE_CWMP_ON,
	CPE_CONSOLE_CWMP_OFF,
	CPE_CONSOLE_CWMP_PROFILE /* as the vendor's are */
};
struct load_data;

struct cpe_acs_config {
	const char *url; /* null: not set */
	const char *username;
	const char *password;
};

struct cpe_range { /* CPEs that differ in what is counted up only */
	uint64_t count;
	const char *name;    /* of one; of several: "<name>-<number>" */
	uint64_t first;      /* the number of the first */
	const char *netns;   /* path to open; null: the process's own */
	uint64_t netns_step; /* the digits at its end count up by it; 0: one for all */
	uint32_t address;    /* that sessions start from; 0: as the kernel picks */
	/* Instead of address: each CPE has one of these, beginning behind the first, over
	 * and over; a prefix of 0: none. */
	struct conf_ipv4_net sources;
	/* A shard of a larger range: CPE i of this process is CPE skip + i * step of the
	 * whole range, from 0, and named, seeded and addressed as that. A step of 0 is 1. */
	uint64_t skip, step;
	/* Instead of those: which CPE of the whole range each CPE of this process is; borrowed. */
	const uint32_t *numbers;
	/* Where connection requests come to it by IPv6, as text and as bytes; null: nowhere. */
	const char *address6_text;
	uint8_t address6[16];
	int ip;                /* enum place_ip: what it speaks */
	const char *interface; /* null: no interface of its own */
	bool is_bridge; /* it is a bridge, whose ports are those of the CPE, a switch */
	uint8_t mac[6]; /* of the first; it counts up by one */
	bool has_mac;
	const struct conf_node *mac_node;
	const char *serial;          /* of the first; its last digits count up by one */
	struct conf_strings serials; /* instead of serial: one each */
};

struct cpe_config {
	const char *node;
	const char *model;     /* path of a device model */
	uint64_t count;        /* CPEs that cpes does not list */
	struct conf_list cpes; /* struct cpe_range */
	struct cpe_range rest; /* those of count: of this process's own network */
	uint64_t n_cpes;       /* all together */
	int ip;                /* enum place_ip, of those of count */
	bool dhcp;
	struct conf_strings quirks; /* names of quirks_of_cpe */
	struct quirks does; /* those: what they do wrong beside what the model does */
	struct cpe_acs_config acs;         /* the user's slot */
	struct cpe_acs_config default_acs; /* the factory's */
	const char
	    *trust;      /* PEM file of CAs, or "system"; null: every one is refused */
	const char *crl; /* PEM file of CRLs; null: revocation is not looked at */
	const char *certificate,
	    *key; /* PEM files of the CPEs' own; null: they have none */
	struct {
		int min, max; /* enum cpe_tls */
		enum cpe_resumption resumption;
	} tls;
	const char *keylog; /* null: none */
	const char *state; /* folder of what outlives the process; null: nothing does */
	struct {
		clock_ns min_wait;   /* 0: what the model says */
		uint64_t multiplier; /* thousandths; 0: the same */
		uint64_t limit;      /* retries in a row; 0: for ever */
	} retry;
	struct cr_limit call_limit; /* of connection requests that one CPE accepts */
	struct {
		const char *username, *password; /* null: what the model says */
	} call; /* who may call it, as the factory has set it */
	struct {
		bool is_on;
		int profile;         /* index of cli_profile_at() */
		const char *sysname; /* null: the profile's */
		int cwmp;            /* enum cpe_console_cwmp */
		bool telnet;         /* it can be reached from elsewhere: */
		uint64_t port;
		struct cli_gate gate;
		struct conf_list users; /* those of the gate */
		clock_ns idle;          /* 0: sessions never end of themselves */
	} console;
	struct scene_settings play; /* what its only CPE plays its side of */
	clock_ns boot_spread;       /* CPEs boot at random within it */
	uint64_t seed;
	const struct conf_node *seed_node; /* null: none was given */
	clock_ns periodic_inform;          /* 0: what the model says */
	const char *provisioning_code;     /* of a load test; null: the same */
	clock_ns wait_timeout;             /* no answer for so long ends a session */
	const char *option60;              /* DHCP vendor class */
	const struct load_data *data; /* what differs from CPE to CPE; null: nothing */
};

/* Reads the document, in which its strings live on. ERR_CONFIG with place and hint. */
int cpe_config_read(struct cpe_config *ret, struct conf_doc *doc, struct error *err);

extern const struct conf_row cpe_config_rows[];

/* ---- cpe_range.c: CPE i of a range, from 0 ------------------------------------------- */

/* Whether each of its CPEs has a place of its own: a namespace or an address. */
bool cpe_range_is_spread(const struct cpe_range *range);

/* How many places the range has: one, or one for each of its CPEs. */
uint64_t cpe_range_places(const struct cpe_range *range);

/* Which CPE of the whole range CPE i of this process is, from 0: what the functions below are
 * given. */
uint64_t cpe_range_whole(const struct cpe_range *range, uint64_t i);

/* The address that its sessions start from; 0: as the kernel picks. */
uint32_t cpe_range_address(const struct cpe_range *range, uint64_t i);

/* "cpe-7". text has room for CPE_TEXT_MAX and is returned, as below. */
char *cpe_range_name(const struct cpe_range *range, uint64_t i, char *text);

/* Where the range gives none: the digits of the MAC, and without a MAC those of n, the
 * number of the CPE in its process, from 0. */
char *cpe_range_serial(const struct cpe_range *range, uint64_t i, uint64_t n,
    char *text);

/* False where the range gives none. */
bool cpe_range_mac(const struct cpe_range *range, uint64_t i, uint8_t ret[6]);

/* Room for CPE_NETNS_MAX. Null where the range is in the process's own namespace. */
char *cpe_range_netns(const struct cpe_range *range, uint64_t i, char *text);
