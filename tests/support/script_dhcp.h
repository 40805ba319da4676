/* Shared by script_dhcp.c and script_dhcp6.c. Functions return 0, or the error of a mistake
 * in the script, which they have told (script_internal.h). */
#pragma once

#include "lib/proto/dhcp.h"
#include "lib/proto/opt43.h"
#include "tests/support/script_internal.h"

enum {
	OPTIONS_MAX = 64
};

struct option_value {
	uint16_t code;
	struct str bytes;
};

struct option_list {
	struct option_value items[OPTIONS_MAX];
	size_t len;
};

struct dhcp_plan {
	enum dhcp_message type;
	struct host *client, *server;
	uint32_t address;
	uint64_t lease_s, vlan;
	struct option_list options;
	struct opt43 acs;
	bool has_class, has_ask; /* said in the script */
};

/* Takes a word of the statement, such as "client=HOST", into the plan. */
int dhcp_plan_word(struct script *script, const struct word *word,
    struct dhcp_plan *plan);

/* Adds the option or replaces it; the arena of the script keeps a copy of bytes. */
int dhcp_option_set(struct script *script, struct option_list *list, uint64_t code,
    struct str bytes);

/* Takes the lines that are indented below the statement: "opt N = BYTES", "-opt N". */
int dhcp_option_lines(struct script *script, const struct statement *st,
    struct option_list *list);
