/* What the carrier of links is told to do (agents/link/linkd.h). */
#pragma once

#include "lib/conf/conf.h"
#include "lib/link/schedule.h"

struct link_end_conf {
	const char *netns, *interface;
};

struct link_step_conf {
	clock_ns at, length;
	const char *set;
	const struct conf_node *node;
};

struct link_conf {
	const char *name;
	struct link_end_conf node_end, switch_end;
	const char *set; /* words of lib/link/impair_text.h, or null */
	const struct conf_node *set_node;
	struct conf_list steps; /* struct link_step_conf */
};

struct trunk_end_conf {
	uint64_t vlan;
	const char *interface; /* in the namespace of the port */
};

struct trunk_conf { /* a port whose frames carry tags */
	const char *name;
	struct link_end_conf port;
	uint64_t native;       /* the VLAN of frames without a tag; 0: there is none */
	struct conf_list ends; /* struct trunk_end_conf */
};

struct linkd_conf {
	const char *node;
	uint64_t seed;
	clock_ns elapsed;        /* since schedules began */
	struct conf_list links;  /* struct link_conf */
	struct conf_list trunks; /* struct trunk_conf */
};

enum {
	LINKS_MAX = 5000, /* of two sockets each */
	TRUNKS_MAX = 2000,
	TRUNK_ENDS_MAX = 64 /* VLANs of a trunk; a socket each */
};

extern const struct conf_row linkd_conf_rows[];

/* Arguments of the command "link". */
struct link_arguments {
	const char *link, *set;
	int deed; /* enum link_deed */
};

enum link_deed {
	LINK_LOOK,
	LINK_SET,
	LINK_RESET /* as the configuration has it */
};

extern const struct conf_row link_arguments_rows[];
