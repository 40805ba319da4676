/* What a device is at this moment, as the displays show it: read by whoever runs the console,
 * laid out by functions that know nothing else. */
#pragma once

#include "lib/base/clock.h"
#include "lib/console/cli_config.h"

enum {
	CLI_ARPS_MAX = 256,
	CLI_MACS_MAX = 4096,
	CLI_LOGS_MAX = 512
};

enum cli_source { /* where the URL of the ACS comes from */
	CLI_SOURCE_USER,
	CLI_SOURCE_DHCP,
	CLI_SOURCE_DEFAULT,
	CLI_SOURCE_NONE
};

enum cli_connection {
	CLI_DISCONNECTED,
	CLI_CONNECTED,
	CLI_WAITING_RESPONSE
};

enum cli_transfer {
	CLI_TRANSFER_NONE,
	CLI_UPLOADING,
	CLI_DOWNLOADING
};

struct cli_cwmp_status {
	char url[CLI_URL_MAX]; /* of the most recent connection */
	char username[CLI_SECRET_MAX];
	int source;            /* enum cli_source */
	int connection;        /* enum cli_connection */
	int transfer;          /* enum cli_transfer */
	clock_ns last_success; /* on the wall clock; 0: none yet */
	clock_ns next_attempt; /* from now; INT64_MAX: none */
};

struct cli_counts { /* of one direction */
	uint64_t packets, bytes, multicasts, errors, drops;
};

struct
    cli_interface_facts { /* of the interface with the same index in the configuration */
	bool is_up;
	uint8_t mac[6];
	uint32_t address; /* 0: none */
	unsigned prefix;
	unsigned mtu;
	unsigned speed_mbps; /* 0: unknown */
	struct cli_counts in, out;
};

struct cli_arp {
	uint32_t address;
	uint8_t mac[6];
	size_t interface; /* index in the configuration */
	unsigned aging;   /* minutes */
	bool is_static;
};

struct cli_mac { /* that was seen behind a port */
	uint8_t mac[6];
	unsigned vlan;
	size_t interface; /* index in the configuration */
	bool is_static;
};

struct cli_log { /* the link of an interface has come or gone */
	clock_ns wall;
	size_t interface; /* index in the configuration */
	bool is_up;
};

struct cli_lease { /* of the DHCP server */
	uint32_t address;
	uint8_t mac[6];
	uint32_t n_client; /* bytes of its identifier; 0: mac is what it is known by */
	uint8_t client[CLI_CLIENT_MAX];
	clock_ns ends_at; /* on the wall clock; INT64_MAX: never */
};

struct cli_leases {
	struct cli_lease *items;
	size_t n;
};

struct cli_facts {
	clock_ns wall, uptime;
	char product[CLI_CODE_MAX]; /* "HP 5920AF-24XG" */
	char vendor[CLI_CODE_MAX];
	char serial[CLI_CODE_MAX];
	uint8_t mac[6];
	struct cli_cwmp_status cwmp;
	uint32_t router; /* of its lease, or of the lab's file; 0: none */
	struct cli_interface_facts interfaces[CLI_INTERFACES_MAX];
	struct cli_arp arps[CLI_ARPS_MAX];
	size_t n_arps;
	struct cli_mac macs[CLI_MACS_MAX];
	size_t n_macs, n_more_macs;        /* that there was no room for */
	struct cli_log logs[CLI_LOGS_MAX]; /* the oldest first */
	size_t n_logs;
	uint64_t n_overwritten; /* that were logged before those */
};
