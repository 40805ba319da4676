#include "agents/snoop/snoop_conf.h"

#include "lib/relay/opt82.h"

// clang-format off
#define ROW(member, key_, type_, help_) \
	.key = (key_), .type = (type_), .offset = offsetof(struct snoop_conf, member), .help = (help_)

const struct conf_row snoop_conf_rows[] = {
	{ ROW(node, "node", CONF_STR, "name in events"), .dflt = "snooping" },
	{ ROW(bridge, "bridge", CONF_STR, "the bridge whose ports all other interfaces here are"),
	  .dflt = "br0", .min = 1, .max = 15 },
	{ ROW(trusted, "trusted", CONF_STRINGS, "ports that lead to DHCP servers"),
	  .is_required = true, .min = 1, .max = 64 },
	{ ROW(circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82: text in which {port}, {router} and {mac} are filled in; none if absent"),
	  .min = 1, .max = OPT82_BYTES_MAX },
	{ ROW(remote_id, "remote-id", CONF_STR, "sub-option 2, the same"), .min = 1,
	  .max = OPT82_BYTES_MAX },
	{ NULL },
};
// clang-format on
