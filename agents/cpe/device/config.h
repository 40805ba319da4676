/* What one CPE process is told: a file that rows read (--config), or flags.
 *
 *     node: cpe
 *     model: topologies/models/hp5920.yaml
 *     seed: 7
 *     dhcp: true
 *     default-acs: {url: "http://acs.lab:7547/cwmp"}
 *     trust: ca.pem
 *     keylog: keys.log
 *     retry: {min-wait: 5s, multiplier: 2000, limit: 0}
 *     cpes:
 *       - {name: cpe-1, netns: /proc/1/fd/9, interface: eth0, mac: 02:00:05:00:00:01,
 *          serial: "020005000001"}
 */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/conf.h"

enum {
	CPE_COUNT_MAX = 100000
};

enum cpe_tls {
	CPE_TLS_1_2,
	CPE_TLS_1_3
};

struct cpe_acs_config {
	const char *url; /* null: not set */
	const char *username;
	const char *password;
};

struct cpe_instance {
	const char *name;
	const char *netns;     /* path to open; null: the process's own */
	const char *interface; /* null: no interface of its own */
	uint8_t mac[6];
	bool has_mac;
	const struct conf_node *mac_node;
	const char *serial; /* null: the digits of its MAC, or its number */
};

struct cpe_config {
	const char *node;
	const char *model;     /* path of a device model */
	uint64_t count;        /* CPEs that cpes does not list; they have no netns */
	struct conf_list cpes; /* struct cpe_instance */
	bool dhcp;
	struct cpe_acs_config acs;         /* the user's slot */
	struct cpe_acs_config default_acs; /* the factory's */
	const char *trust; /* PEM file of CAs; null: every one is refused */
	struct {
		int min, max; /* enum cpe_tls */
	} tls;
	const char *keylog; /* null: none */
	struct {
		clock_ns min_wait;   /* 0: what the model says */
		uint64_t multiplier; /* thousandths; 0: the same */
		uint64_t limit;      /* retries in a row; 0: for ever */
	} retry;
	clock_ns boot_spread; /* CPEs boot at random within it */
	uint64_t seed;
	const struct conf_node *seed_node; /* null: none was given */
	clock_ns periodic_inform;          /* 0: what the model says */
	clock_ns wait_timeout;             /* no answer for so long ends a session */
	const char *option60;              /* DHCP vendor class */
};

/* Reads the document, in which its strings live on. ERR_CONFIG with place and hint. */
int cpe_config_read(struct cpe_config *ret, struct conf_doc *doc, struct error *err);

extern const struct conf_row cpe_config_rows[];
