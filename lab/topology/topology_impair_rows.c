/* The keys of a link, as they are read, and as the schema and the manual page have them. */
#include "lab/topology/topology_internal.h"
#include "lib/base/json.h"
#include "lib/link/profile.h"

#define STEP_AT_MAX (7 * 24 * 3600 * NS_PER_S)

static const char *const means_names[] = { "auto", "netem", "user-space", NULL };

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

const struct conf_row link_step_rows[] = {
	{ ROW(link_step_keys, at, "at", CONF_DURATION, "when, from the start of the lab's programs"),
	  .is_required = true, .max = STEP_AT_MAX,
	  .node_offset = 1 + offsetof(struct link_step_keys, at_conf) },
	{ ROW(link_step_keys, length, "for", CONF_DURATION, "for how long; for good if absent"),
	  .word = "infinite", .min = NS_PER_MS, .max = STEP_AT_MAX, .dflt = "infinite" },
	{ ROW(link_step_keys, set, "set", CONF_STR,
	      "what changes meanwhile, in words: loss=20%, down, up.rate=64kbit"),
	  .is_required = true, .node_offset = 1 + offsetof(struct link_step_keys, set_conf) },
	{ NULL },
};

const struct conf_row link_means_rows[] = {
	{ ROW(link_means_key, means, "means", CONF_ENUM,
	      "by what it is done: netem of the kernel, a carrier in user space, or netem where it can"),
	  .names = means_names },
	{ NULL },
};
// clang-format on

/* ---- schema and manual page ----------------------------------------------------------- */

static const char *what_of(enum impair_type type)
{
	switch (type) {
	case IMPAIR_TYPE_TIME:
		return "duration";
	case IMPAIR_TYPE_SHARE:
		return "percentage";
	case IMPAIR_TYPE_RATE:
		return "rate, such as 10mbit";
	case IMPAIR_TYPE_BYTES:
		return "bytes, such as 64kb";
	case IMPAIR_TYPE_COUNT:
		return "number";
	case IMPAIR_TYPE_NAME:
		return "name";
	case IMPAIR_TYPE_GILBERT:
		return "percentages with / between";
	}
	return "";
}

static void put_key_schema(struct json *json, const struct impair_key *key)
{
	json_object_begin(json, key->name);
	json_text(json, "description", key->help);
	if (key->type == IMPAIR_TYPE_NAME) {
		json_array_begin(json, "enum");
		for (size_t i = 0; key->names[i]; i++)
			json_text(json, NULL, key->names[i]);
		json_array_end(json);
	} else {
		json_array_begin(json, "type");
		json_text(json, NULL, "string");
		json_text(json, NULL, "integer");
		json_array_end(json);
	}
	json_object_end(json);
}

static void put_profile_schema(struct json *json)
{
	json_object_begin(json, "profile");
	json_text(json, "description", "all keys as an access line has them");
	json_array_begin(json, "enum");
	for (size_t i = 0; impair_profile(i); i++)
		json_text(json, NULL, impair_profile(i)->name);
	json_array_end(json);
	json_object_end(json);
}

static void put_keys_schema(struct json *json)
{
	put_profile_schema(json);
	for (size_t i = 0; i < IMPAIR_KEYS; i++)
		put_key_schema(json, &impair_keys[i]);
}

static void put_way_schema(struct json *json, const char *key, const char *help)
{
	json_object_begin(json, key);
	json_text(json, "description", help);
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "object");
	json_object_begin(json, "properties");
	put_keys_schema(json);
	json_object_end(json);
	json_bool(json, "additionalProperties", false);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}

static void put_means_schema(struct json *json)
{
	json_object_begin(json, "means");
	json_text(json, "description", link_means_rows[0].help);
	json_array_begin(json, "enum");
	for (size_t i = 0; means_names[i]; i++)
		json_text(json, NULL, means_names[i]);
	json_array_end(json);
	json_object_end(json);
}

void topology_link_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "what its link does to packets: a profile, words, or these keys");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "object");
	json_object_begin(json, "properties");
	put_keys_schema(json);
	put_way_schema(json, "up", "from the node into the network alone");
	put_way_schema(json, "down", "from the network to the node alone");
	put_means_schema(json);
	json_object_begin(json, "schedule");
	json_text(json, "description", "what changes while the lab runs");
	json_text(json, "type", "array");
	conf_schema_object(json, "items", NULL, link_step_rows);
	json_object_end(json);
	json_object_end(json);
	json_bool(json, "additionalProperties", false);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}

void topology_link_man(struct buf *out)
{
	buf_append_text(out,
	    ".SH LINKS\n\\fBlink\\fR is the name of a profile, words such as "
	    "\\fBdelay=50ms loss=2% down.rate=16mbit\\fR, or a mapping of the same keys. "
	    "\\fBup\\fR (from the node into the network) and \\fBdown\\fR have keys or "
	    "words of one way.\n");
	for (size_t i = 0; i < IMPAIR_KEYS; i++)
		buf_printf(out, ".TP\n\\fB%s\\fR (%s)\n%s.\n", impair_keys[i].name,
		    what_of(impair_keys[i].type), impair_keys[i].help);
	conf_man(out, link_means_rows);
	buf_append_text(out, ".PP\n\\fBprofile\\fR is one of\n");
	for (size_t i = 0; impair_profile(i); i++)
		buf_printf(out, ".TP\n.B %s\n%s. Source: %s.\n",
		    impair_profile(i)->name, impair_profile(i)->help,
		    impair_profile(i)->source);
	buf_append_text(out, ".PP\n\\fBschedule\\fR is a list of steps in the order of "
			     "their times, with\n");
	conf_man(out, link_step_rows);
}
