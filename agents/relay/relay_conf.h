/* What `cwmplab relay` is told, by a file or by flags. */
#pragma once

#include "lib/conf/conf.h"
#include "lib/relay/relay.h"

struct relay_conf {
	struct conf_doc *doc;   /* borrowed; all strings live in it */
	const char *node;       /* its name in the lab; relay by hand */
	struct conf_list ports; /* as written; see relay */
	struct conf_strings servers;
	const char *circuit_id, *remote_id; /* or null */
	uint64_t hops;
	bool has_neighbours; /* relay_neighbour.h */
	const char *netns;   /* path of a namespace to enter first, or null */
	struct relay relay;  /* made of the above; in doc's arena too */
};

extern const struct conf_row relay_conf_rows[];

/* Reads the document, which must outlive conf. ERR_CONFIG with place and words. */
int relay_conf_read(struct relay_conf *conf, struct conf_doc *doc, struct error *err);
