/* `cwmplab loadd`: a load test as a lab runs it, in the namespace of a node: its
 * profile comes from a file of its own or stands in the configuration, its ACS and its
 * addresses from the lab. It begins at once, tells its numbers once a second, leaves its
 * result in files, and ends with the exit status of its verdict. */
#pragma once

#include "agents/common/agent_main.h"
#include "lib/base/clock.h"

struct load_agent_conf {
	const char *node; /* what events and the result call it */
	const struct conf_node
	    *profile; /* path of the file of the load test, or its keys */
	const char
	    *beside; /* the file beside which those name others; null: as we are */
	struct {
		const char *url, *username, *password, *trust, *door;
	} acs;
	struct {
		const char *username, *password; /* null: anybody */
	} call;                                  /* who may call its CPEs */
	struct conf_ipv4_net
	    sources;   /* of its CPEs; prefix 0: the node's own address */
	uint64_t seed; /* where the profile has none */
	/* Path of the files of its result without their endings: .json, .html, .txt; null: none
	 * are written. */
	const char *result;
};

extern const struct conf_row load_agent_rows[];
extern const struct agent_program load_agent_program;
