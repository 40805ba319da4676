#include "agents/record/record_conf.h"

// clang-format off
#define ROW(of, member, key_, type_, help_) \
	.key = (key_), .type = (type_), .offset = offsetof(of, member), .help = (help_)

static const struct conf_row port_rows[] = {
	{ ROW(struct record_port_conf, name, "name", CONF_STR,
	      "of the interface in the file"), .is_required = true },
	{ ROW(struct record_port_conf, netns, "netns", CONF_STR,
	      "path of the network namespace; the recorder's own if absent") },
	{ ROW(struct record_port_conf, interface, "interface", CONF_STR,
	      "its name in that namespace"), .is_required = true },
	{ NULL },
};

const struct conf_row record_conf_rows[] = {
	{ ROW(struct record_conf, node, "node", CONF_STR, "name in events"),
	  .dflt = "recorder" },
	{ ROW(struct record_conf, file, "file", CONF_STR, "pcapng file to write"),
	  .is_required = true },
	{ ROW(struct record_conf, keylog, "keylog", CONF_STR,
	      "NSS key log whose lines go into the file as they come") },
	{ ROW(struct record_conf, ring, "ring", CONF_UINT,
	      "bytes of a port that the kernel holds until the recorder reads them"),
	  .min = RECORD_RING_MIN, .max = RECORD_RING_MAX, .dflt = "4194304" },
	{ ROW(struct record_conf, ports, "ports", CONF_OBJECTS, "interfaces to record"),
	  .is_required = true, .rows = port_rows,
	  .item_size = sizeof(struct record_port_conf) },
	{ NULL },
};
// clang-format on
