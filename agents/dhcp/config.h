/* What `cwmplab dhcpd` is told, by a file or by flags. */
#pragma once

#include "agents/lessor/server.h"
#include "lib/conf/conf.h"

struct dhcpd_config {
	struct conf_doc *doc; /* borrowed; all strings live in it */
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

/* Reads the document, which must outlive config. ERR_CONFIG with place and words. */
int dhcpd_config_read(struct dhcpd_config *config, struct conf_doc *doc,
    struct error *err);
