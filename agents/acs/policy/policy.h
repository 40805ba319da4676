/* What an ACS does on which event: a file that users write.
 *
 *     rules:
 *       - on: [0 BOOTSTRAP]            # event codes, or any
 *         unless: {tag: done}          # a condition (condition.h)
 *         steps:
 *           - get: [ManagementServer.URL]
 *           - when: url-is-mine        # only if the URL that was read is this ACS's own
 *             set: {ManagementServer.URL: "https://acs2.lab:7548/cwmp"}
 *             parameter-key: moved
 *           - set: {ManagementServer.PeriodicInformTime: {type: dateTime, value: ...}}
 *           - rpc: Download            # any RPC of rpc.h, with its arguments beside it
 *             file-type: 1 Firmware Upgrade Image
 *             file: images/2.0.bin
 *             on-fault: stop
 *           - for-each: "Hosts.Host.{i}."
 *             steps:
 *               - get: ["{each}MACAddress"]
 *           - tag: done
 *     hold-requests: yes               # the CPE's, until this is done (TR-069 A6 3.5)
 *
 * A name that starts with neither "Device." nor "InternetGatewayDevice." is meant below
 * the root that the CPE's Inform shows. */
#pragma once

#include "agents/acs/policy/condition.h"
#include "agents/acs/policy/rpc.h"

struct buf;

enum {
	POLICY_STEPS_MAX = 64,       /* of one list */
	POLICY_ALL_STEPS_MAX = 4096, /* of a file */
	POLICY_DEPTH_MAX = 8,        /* lists within lists */
	POLICY_EACH_MAX = 1000,      /* turns of a loop */
	POLICY_TAG_MAX = 64          /* bytes */
};

enum policy_on_fault {
	POLICY_CONTINUE, /* with the next step */
	POLICY_SKIP,     /* the rest of these steps */
	POLICY_STOP,     /* the policy, for this session */
	POLICY_STEPS     /* do others, then go on */
};

struct policy_steps {
	struct policy_step *items;
	size_t len;
};

struct policy_step {
	/* Of rpc; also those of get and set. Its first member: the rows of rpc_rows.h have
	 * their offsets in it. */
	struct acs_rpc_args args;
	const struct acs_rpc *rpc; /* null: a loop, or tags */
	struct conditions when, unless;
	/* A loop: over the names that this path names, which GetParameterNames finds out.
	 * Null: none. */
	const char *for_each;
	bool down;    /* over all parameters below it, at any depth */
	uint64_t max; /* turns, at most */
	struct policy_steps steps;
	struct conf_strings tag, untag;
	enum policy_on_fault on_fault;
	struct policy_steps fault_steps;
	/* As written */
	struct conf_strings get;
	const struct conf_node *at, *set, *rpc_node, *when_at, *unless_at, *steps_at,
	    *on_fault_at, *for_each_at;
};

struct policy_rule {
	struct conf_strings on;
	struct conditions when, unless;
	struct conf_list steps; /* struct policy_step */
	const struct conf_node *when_at, *unless_at;
};

struct policy {
	struct conf_doc *doc;   /* owned; null: a policy that does nothing */
	struct conf_list rules; /* struct policy_rule */
	bool holds_requests;    /* the CPE's, until all of the ACS's are out */
	/* Patterns of the names of which conditions compare the values. */
	struct str *wanted;
	size_t n_wanted;
};

#define POLICY_NULL                                                         \
	{                                                                   \
		.doc = NULL, .rules = { NULL, 0 }, .holds_requests = false, \
		.wanted = NULL, .n_wanted = 0                               \
	}

extern const struct conf_row policy_rows[];

/* ERR_CONFIG with place and hint, and *policy then does nothing; where mistakes is not null
 * it gets all of them. The caller frees *policy. */
int policy_load(struct policy *policy, const char *path, struct conf_mistakes *mistakes,
    struct error *err);
int policy_parse(struct policy *policy, const char *name, struct str text,
    struct conf_mistakes *mistakes, struct error *err);
void policy_free(struct policy *policy);

/* Whether the rule speaks of an Inform with these event codes. */
bool policy_rule_matches(const struct policy_rule *rule, const struct str *events,
    size_t n);

/* Whether the text can be a tag. */
bool policy_is_tag(struct str text);

/* Whether a condition compares the value of the parameter of that whole name. */
bool policy_wants(const struct policy *policy, struct str name);

/* Calls for each name of a parameter or an object that the policy speaks of, as written, with
 * where it stands; of one that is set with its value, a mapping where it has a type. Names
 * with something that stands for something else, but for the {i} of a loop, are left out. */
void policy_each_name(const struct policy *policy,
    void (*call)(void *user, const struct conf_node *at, const struct conf_node *value),
    void *user);
