#include "agents/link/link_conf.h"

static const char *const deed_names[] = { "look", "set", "reset", NULL };

// clang-format off
#define ROW(of, member, key_, type_, help_) \
	.key = (key_), .type = (type_), .offset = offsetof(of, member), .help = (help_)

static const struct conf_row end_rows[] = {
	{ ROW(struct link_end_conf, netns, "netns", CONF_STR,
	      "path of the network namespace; the carrier's own if absent") },
	{ ROW(struct link_end_conf, interface, "interface", CONF_STR,
	      "its name in that namespace"), .is_required = true, .min = 1, .max = 15 },
	{ NULL },
};

static const struct conf_row step_rows[] = {
	{ ROW(struct link_step_conf, at, "at", CONF_DURATION, "when, from the start"),
	  .is_required = true },
	{ ROW(struct link_step_conf, length, "for", CONF_DURATION, "for how long"),
	  .word = "infinite", .min = NS_PER_US, .dflt = "infinite" },
	{ ROW(struct link_step_conf, set, "set", CONF_STR, "what is changed meanwhile"),
	  .is_required = true, .node_offset = 1 + offsetof(struct link_step_conf, node) },
	{ NULL },
};

static const struct conf_row link_rows[] = {
	{ ROW(struct link_conf, name, "name", CONF_STR, "of the link, in commands"),
	  .is_required = true },
	{ ROW(struct link_conf, node_end, "node", CONF_OBJECT, "interface at the node's side"),
	  .is_required = true, .rows = end_rows },
	{ ROW(struct link_conf, switch_end, "switch", CONF_OBJECT,
	      "interface at the network's side"), .is_required = true, .rows = end_rows },
	{ ROW(struct link_conf, set, "set", CONF_STR, "what is done to frames: delay=50ms loss=2%"),
	  .node_offset = 1 + offsetof(struct link_conf, set_node) },
	{ ROW(struct link_conf, steps, "schedule", CONF_OBJECTS, "what changes while it runs"),
	  .rows = step_rows, .item_size = sizeof(struct link_step_conf),
	  .max = SCHEDULE_STEPS_MAX },
	{ NULL },
};

static const struct conf_row trunk_end_rows[] = {
	{ ROW(struct trunk_end_conf, vlan, "vlan", CONF_UINT, "its number"),
	  .is_required = true, .min = 1, .max = 4094 },
	{ ROW(struct trunk_end_conf, interface, "interface", CONF_STR,
	      "the end of a pair, in the namespace of the port"),
	  .is_required = true, .min = 1, .max = 15 },
	{ NULL },
};

static const struct conf_row trunk_rows[] = {
	{ ROW(struct trunk_conf, name, "name", CONF_STR, "in messages"), .is_required = true },
	{ ROW(struct trunk_conf, port, "port", CONF_OBJECT, "interface whose frames carry tags"),
	  .is_required = true, .rows = end_rows },
	{ ROW(struct trunk_conf, native, "native", CONF_UINT,
	      "VLAN of frames without a tag; they are dropped if absent"),
	  .min = 1, .max = 4094 },
	{ ROW(struct trunk_conf, ends, "vlans", CONF_OBJECTS, "where frames of each VLAN go"),
	  .is_required = true, .rows = trunk_end_rows,
	  .item_size = sizeof(struct trunk_end_conf), .max = TRUNK_ENDS_MAX },
	{ NULL },
};

const struct conf_row linkd_conf_rows[] = {
	{ ROW(struct linkd_conf, node, "node", CONF_STR, "name in events"), .dflt = "links" },
	{ ROW(struct linkd_conf, seed, "seed", CONF_UINT, "of all that chance decides"),
	  .dflt = "1" },
	{ ROW(struct linkd_conf, elapsed, "elapsed", CONF_DURATION,
	      "how long ago schedules began, where another carrier has ended"), .dflt = "0" },
	{ ROW(struct linkd_conf, links, "links", CONF_OBJECTS, "links to carry"),
	  .rows = link_rows, .item_size = sizeof(struct link_conf), .max = LINKS_MAX },
	{ ROW(struct linkd_conf, trunks, "trunks", CONF_OBJECTS,
	      "ports at which tags of VLANs are written and taken out"),
	  .rows = trunk_rows, .item_size = sizeof(struct trunk_conf), .max = TRUNKS_MAX },
	{ NULL },
};

const struct conf_row link_arguments_rows[] = {
	{ ROW(struct link_arguments, link, "link", CONF_STR, "its name"), .is_required = true },
	{ ROW(struct link_arguments, deed, "do", CONF_ENUM, "what with it"),
	  .names = deed_names, .dflt = "look" },
	{ ROW(struct link_arguments, set, "set", CONF_STR, "of \"set\": delay=50ms loss=2%") },
	{ NULL },
};
// clang-format on
