/* What an ACS does on which event: a file that users write.
 *
 *     rules:
 *       - on: [0 BOOTSTRAP]            # event codes, or any
 *         steps:
 *           - get: [ManagementServer.URL]
 *           - when: url-is-mine        # only if the URL that was read is this ACS's own
 *             set: {ManagementServer.URL: "https://acs2.lab:7548/cwmp"}
 *             parameter-key: moved
 *
 * A name that starts with neither "Device." nor "InternetGatewayDevice." is meant below
 * the root that the CPE's Inform shows. */
#pragma once

#include "lib/base/conf.h"

enum {
	POLICY_STEPS_MAX = 64
};

enum policy_when {
	POLICY_ALWAYS,
	POLICY_URL_IS_MINE
};

struct policy_step {
	int when; /* enum policy_when */
	struct conf_strings get;
	const struct conf_node *set; /* mapping of names to scalars, or null */
	const char *parameter_key;   /* of a set; "" where absent */
};

struct policy_rule {
	struct conf_strings on;
	struct conf_list steps; /* struct policy_step */
};

struct policy {
	struct conf_doc *doc;   /* owned; null: a policy that does nothing */
	struct conf_list rules; /* struct policy_rule */
};

#define POLICY_NULL             \
	{                       \
		NULL,           \
		{               \
			NULL, 0 \
		}               \
	}

extern const struct conf_row policy_rows[];

/* ERR_CONFIG with place and hint. */
int policy_load(struct policy *policy, const char *path, struct error *err);
int policy_parse(struct policy *policy, const char *name, struct str text,
    struct error *err);
void policy_free(struct policy *policy);

/* Whether the rule speaks of an Inform with these event codes. */
bool policy_rule_matches(const struct policy_rule *rule, const struct str *events,
    size_t n);

/* The xsi:type that a value as written stands for: true and false are boolean, digits
 * unsignedInt, all else, and whatever is quoted, string. */
struct str policy_value_type(const struct conf_node *value);
