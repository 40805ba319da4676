#include "agents/cpe/load/load_agent.h"

#include "lib/base/json.h"

#include <stddef.h>

static void put_profile(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "file of the load test, or the keys of one (cwmplab schema load)");
	json_array_begin(json, "type");
	json_text(json, NULL, "string");
	json_text(json, NULL, "object");
	json_array_end(json);
	json_object_end(json);
}

// clang-format off
#define ROW(member, key_, type_, help_) \
	.key = (key_), .type = (type_), .offset = offsetof(struct load_agent_conf, member), \
	.help = (help_)

static const struct conf_row acs_rows[] = {
	{ ROW(acs.url, "url", CONF_STR, "where it is; without a name to be looked up"),
	  .is_required = true, .min = 8, .max = 255 },
	{ ROW(acs.username, "username", CONF_STR, "for HTTP authentication"), .max = 256 },
	{ ROW(acs.password, "password", CONF_STR, "for HTTP authentication"), .max = 256,
	  .is_secret = true },
	{ ROW(acs.trust, "trust", CONF_STR, "PEM file of the CAs of https") },
	{ ROW(acs.door, "door", CONF_STR,
	      "socket at which it takes commands, for its account and the probe") },
	{ NULL },
};

static const struct conf_row call_rows[] = {
	{ ROW(call.username, "username", CONF_STR, "ConnectionRequestUsername of its CPEs"),
	  .max = 256 },
	{ ROW(call.password, "password", CONF_STR, "ConnectionRequestPassword of its CPEs"),
	  .max = 256, .is_secret = true },
	{ NULL },
};

const struct conf_row load_agent_rows[] = {
	{ ROW(node, "node", CONF_STR, "what events and the result call it"), .dflt = "load" },
	{ ROW(profile, "profile", CONF_NODE,
	      "file of the load test, or the keys of one (cwmplab schema load)"),
	  .is_required = true, .schema = put_profile },
	{ ROW(beside, "beside", CONF_STR,
	      "file beside which those that the keys name are looked for") },
	{ .key = "acs", .type = CONF_OBJECT, .rows = acs_rows, .is_required = true,
	  .help = "the ACS that is loaded" },
	{ .key = "connection-requests", .type = CONF_OBJECT, .rows = call_rows,
	  .help = "who may call its CPEs, as the factory has set it" },
	{ ROW(sources, "sources", CONF_IPV4_NET, "addresses of its CPEs, local here") },
	{ ROW(seed, "seed", CONF_UINT, "of all randomness, where the profile has none"),
	  .dflt = "1" },
	{ ROW(result, "result", CONF_STR,
	      "path of the files of its result, which end in .json, .html and .txt") },
	{ NULL },
};
// clang-format on
