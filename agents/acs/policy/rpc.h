/* The RPCs that an ACS sends a CPE (TR-069 A6 A.3.2, A.4.1) as people write them: one table of
 * methods and one of the keys of their arguments. By these policies and commands are read,
 * schemas and help are printed, and messages are filled. */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/cwmp/cwmp.h"

struct json;

enum {
	RPC_NAMES_MAX = 1024,    /* of one request */
	RPC_OPERATIONS_MAX = 16, /* of one ChangeDUState */
	RPC_KEY_MAX =
	    32, /* characters of a CommandKey and a ParameterKey (cwmp-1-2.xsd) */
	RPC_KEY_BYTES_MAX = 4 * RPC_KEY_MAX
};

struct acs_rpc {
	enum cwmp_method method;
	/* The keys that it takes, by blanks; one that it cannot do without ends in "!", of
	 * those with "|" between them it wants one. */
	const char *keys;
	const char *help; /* one line */
};

struct acs_rpc_attribute { /* of SetParameterAttributes */
	const char *name;
	int notification; /* 0 to 6 */
	struct conf_strings access_list;
	const struct conf_node *notification_at,
	    *access_list_at; /* null: not written */
};

struct acs_rpc_time_window { /* of ScheduleDownload; from when it is asked for */
	clock_ns start, end;
	const char *mode, *message;
	uint64_t retries;
};

enum acs_rpc_operation_kind {
	RPC_INSTALL,
	RPC_UPDATE,
	RPC_UNINSTALL
};

struct acs_rpc_operation {      /* of ChangeDUState; null: not written */
	int kind;               /* enum acs_rpc_operation_kind */
	const char *url, *file; /* file: below /files/ of the ACS itself */
	const char *uuid, *version, *username, *password, *execution_env;
};

/* The arguments of any RPC. What is not written is null, 0 or empty. */
struct acs_rpc_args {
	struct conf_strings names;
	const struct conf_node *values; /* mapping of names to values */
	const char *parameter_key;
	const char *path;
	bool next_level;
	const char *object;
	struct conf_list attributes; /* struct acs_rpc_attribute */
	const char *command_key;
	const char *file_type;
	const char *url, *file; /* file: below /files/ of the ACS itself */
	const char *username, *password;
	uint64_t file_size;
	const char *target_file_name;
	const char *success_url, *failure_url;
	clock_ns delay;
	struct conf_list time_windows; /* struct acs_rpc_time_window */
	struct conf_list operations;   /* struct acs_rpc_operation */
	const char *option_name;
	struct conf_strings vouchers;
};

/* The rows of struct acs_rpc_args alone. */
extern const struct conf_row acs_rpc_rows[];

/* The i-th RPC, from 0; null past the last. */
const struct acs_rpc *acs_rpc_at(size_t i);

/* The RPC of that name, or null. */
const struct acs_rpc *acs_rpc_of(struct str name);

/* Whether a key is one of an RPC's arguments. */
bool acs_rpc_takes(const struct acs_rpc *rpc, struct str key);

/* Whether any RPC takes the key. */
bool acs_rpc_is_key(struct str key);

/* The RPC that the scalar name names. Null with ERR_CONFIG's words in err: there is none,
 * and which there are. */
const struct acs_rpc *acs_rpc_find(const struct conf_doc *doc,
    const struct conf_node *name, struct error *err);

/* Whether args, as bound from the mapping node, are those of the RPC: it has all that it
 * needs, nothing of another's, and what rows cannot say holds. 0 or ERR_CONFIG with the
 * place; where doc notes mistakes all of them. */
int acs_rpc_check(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc *rpc, const struct acs_rpc_args *args, struct error *err);

/* What a message is filled with. */
struct acs_rpc_context {
	struct arena *arena;
	const char *root; /* "Device.": of names that say none */
	/* The text with what stands for something in it replaced, in arena; a null view
	 * without memory. Null: texts are taken as they are. */
	struct str (*expand)(void *user, struct str text, struct arena *arena);
	/* The URL of a file of the ACS's own (at most 256 characters go), in arena, a null
	 * view where it serves none; and its size, 0 where it is not known. */
	struct str (*file_url)(void *user, struct str file, struct arena *arena,
	    uint32_t *ret_size);
	void *user;
};

/* Makes *request the request: kind, method and arguments. 0; ERR_LIMIT without memory or for
 * a text that is longer than the schema allows, ERR_UNSUPPORTED for a file where none are
 * served, with words. */
int acs_rpc_fill(const struct acs_rpc *rpc, const struct acs_rpc_args *args,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err);

/* A name as the CPE has it: below root unless it begins with a root. A null view without
 * memory. */
struct str acs_rpc_full_name(struct str name, const char *root, struct arena *arena);

/* A value of a set and its xsi:type. One that is written without a type is boolean when it
 * is true or false, unsignedInt when it is digits; all else, and whatever is quoted, is a
 * string. The views live as long as the document. */
void acs_rpc_value(const struct conf_node *node, struct str *ret_value,
    struct str *ret_type);

/* 0, or ERR_CONFIG with the place: node is no mapping of names to values. */
int acs_rpc_check_values(const struct conf_doc *doc, const struct conf_node *node,
    struct error *err);

/* Schemas of what rows cannot say. */
void acs_rpc_values_schema(struct json *json, const char *key);
void acs_rpc_name_schema(struct json *json, const char *key);
