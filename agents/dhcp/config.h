/* What `cwmplab dhcpd` is told, by a file or by flags. */
#pragma once

#include "agents/dhcp/server.h"
#include "lib/base/conf.h"

struct dhcpd_config {
	struct conf_doc *doc; /* owned; all strings live in it */
	const char *node;     /* its name in the lab; dhcp by hand */
	const char *interface;
	struct conf_ipv4_net address;
	struct conf_list pools; /* as written; see server */
	const char *netns;      /* path of a namespace to enter first, or null */
	const char *lease_file; /* or null: leases are forgotten at the end */
	bool is_authoritative;
	clock_ns offer_hold, decline_hold;
	struct server_config server; /* made of the above; in doc's arena too */
};

extern const struct conf_row dhcpd_rows[];

/* ERR_CONFIG with place and words. */
int dhcpd_config_load(struct dhcpd_config *config, const char *path, struct error *err);

/* The same for text in memory, which messages call name. */
int dhcpd_config_parse(struct dhcpd_config *config, const char *name, struct str text,
    struct error *err);

/* Safe to repeat. */
void dhcpd_config_free(struct dhcpd_config *config);
