/* One operation on a deployment unit (TR-069 A6 A.4.1.10), and what has come of it: a part of a
 * job (jobs.h). */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/cwmp/cwmp.h"

enum {
	JOB_OPERATIONS_MAX = 16, /* of one ChangeDUState */
	JOB_RESULTS_MAX = 64,    /* of one job: an operation may be on several units */
};

/* XX(symbol, name as AutonOpResultStruct has it, type of it in ChangeDUState) */
#define JOB_OPERATION_MAP(XX)                     \
	XX(INSTALL, "Install", "InstallOpStruct") \
	XX(UPDATE, "Update", "UpdateOpStruct")    \
	XX(UNINSTALL, "Uninstall", "UninstallOpStruct")

enum job_operation_kind {
#define XX(symbol, name, type) JOB_##symbol,
	JOB_OPERATION_MAP(XX)
#undef XX
	JOB_OPERATION_KINDS
};

/* XX(symbol, name in an operation or a result; null: it is in none). Those behind OF_RESULT are
 * of the result. */
#define JOB_OPERATION_TEXT_MAP(XX)            \
	XX(OF_URL, "URL")                     \
	XX(OF_UUID, "UUID")                   \
	XX(OF_VERSION, "Version")             \
	XX(OF_USERNAME, "Username")           \
	XX(OF_PASSWORD, "Password")           \
	XX(OF_ENVIRONMENT, "ExecutionEnvRef") \
	XX(IS_UUID, "UUID")                   \
	XX(IS_REF, "DeploymentUnitRef")       \
	XX(IS_VERSION, "Version")             \
	XX(IS_STATE, "CurrentState")          \
	XX(IS_UNITS, "ExecutionUnitRefList")  \
	XX(IS_FAULT, "FaultString")

enum job_operation_text {
#define XX(symbol, name) JOB_##symbol,
	JOB_OPERATION_TEXT_MAP(XX)
#undef XX
	JOB_OPERATION_TEXTS
};

struct job_operation {
	enum job_operation_kind kind;
	bool is_done;
	bool is_resolved;
	uint32_t unit;       /* instance of the unit that it is on; 0: not known yet */
	clock_ns started_at; /* 0: unknown, as the next */
	clock_ns completed_at;
	uint32_t fault;
	char *texts[JOB_OPERATION_TEXTS]; /* owned; null: empty */
};

/* "2026-11-23T10:31:07Z"; CWMP's unknown time for 0. */
struct str job_time(clock_ns wall, struct arena *arena);

/* Replaces an owned text by a copy of value, null for an empty one. 0 or -ENOMEM. */
int job_keep_text(char **text, struct str value);

/* "" where there is none. */
struct str job_operation_text(const struct job_operation *operation,
    enum job_operation_text text);
/* 0 or -ENOMEM. */
int job_operation_set_text(struct job_operation *operation,
    enum job_operation_text text, struct str value);

void job_operation_free(struct job_operation *operation);

/* Whether item has a type that is an operation's; *ret borrows nothing. False for another
 * type. */
bool job_operation_kind_of(const struct cwmp_item *item, enum job_operation_kind *ret);

/* What an item of Operations says, copied. 0 or -ENOMEM. */
int job_operation_read(struct job_operation *ret, enum job_operation_kind kind,
    const struct cwmp_item *item);

/* OpResultStruct, or AutonOpResultStruct, of what has been done; texts are borrowed, times in
 * arena. -ENOMEM. */
int job_operation_fill(const struct job_operation *operation, bool is_autonomous,
    struct arena *arena, struct cwmp_item *ret);
