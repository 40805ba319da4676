/* Where a node plugs in: the keys of "attach". */
#include "lab/topology/topology_internal.h"
#include "lib/base/json.h"

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

const struct conf_row attach_rows[] = {
	{ ROW(attach, switch_name, "switch", CONF_STR, "the switch this node plugs into"),
	  .is_required = true },
	{ ROW(attach, port, "port", CONF_STR, "name of the port there, at most 15 characters"),
	  .min = 1, .max = 15 },
	{ ROW(attach, link_conf, "link", CONF_NODE,
	      "what its link does to packets: a profile or words such as \"delay=50ms loss=2%\", or a mapping"),
	  .schema = topology_link_schema },
	{ NULL },
};
// clang-format on

void topology_text_or_schema(struct json *json, const char *key,
    const char *description, const struct conf_row *rows)
{
	json_object_begin(json, key);
	json_text(json, "description", description);
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, rows);
	json_array_end(json);
	json_object_end(json);
}

void topology_attach_schema(struct json *json, const char *key)
{
	topology_text_or_schema(json, key, "the switch this node plugs into",
	    attach_rows);
}
