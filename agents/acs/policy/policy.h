/* What an ACS does on which event: a file that users write.
 *
 *     rules:
 *       - on: [0 BOOTSTRAP]            # event codes, or any
 *         steps:
 *           - get: [ManagementServer.URL]
 *           - when: url-is-mine        # only if the URL that was read is this ACS's own
 *             set: {ManagementServer.URL: "https://acs2.lab:7548/cwmp"}
 *             parameter-key: moved
 *           - set: {ManagementServer.PeriodicInformTime: {type: dateTime, value: ...}}
 *           - rpc: Reboot              # or FactoryReset, GetRPCMethods
 *             command-key: nightly
 *
 * A name that starts with neither "Device." nor "InternetGatewayDevice." is meant below
 * the root that the CPE's Inform shows. */
#pragma once

#include "lib/conf/conf.h"

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
	const struct conf_node *set; /* mapping of names to values, or null */
	const char *parameter_key;   /* of a set; "" where absent */
	const char *rpc;             /* its name, or null */
	const char *command_key;     /* of a Reboot; "" where absent */
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

/* ERR_CONFIG with place and hint, and *policy then does nothing. The caller frees
 * *policy. */
int policy_load(struct policy *policy, const char *path, struct error *err);
int policy_parse(struct policy *policy, const char *name, struct str text,
    struct error *err);
void policy_free(struct policy *policy);

/* Whether the rule speaks of an Inform with these event codes. */
bool policy_rule_matches(const struct policy_rule *rule, const struct str *events,
    size_t n);

/* A value of a set and its xsi:type. One that is written without a type is boolean when it
 * is true or false, unsignedInt when it is digits; all else, and whatever is quoted, is a
 * string. The views live as long as the policy. */
void policy_value(const struct conf_node *node, struct str *ret_value,
    struct str *ret_type);
