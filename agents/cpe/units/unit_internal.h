/* Shared by the unit*.c files. */
#pragma once

#include "agents/cpe/units/unit.h"

enum {
	UNIT_WHY_MAX = 256 /* of a fault's words */
};

/* One operation under way. */
struct unit_call {
	struct model_values *values; /* a copy, while changes are made */
	struct job_operation *operation;
	const struct package *package; /* null: not here yet */
	uint32_t environment;          /* where it is to be installed */
	struct str uuid; /* that a unit gets, or would have got; null view: not known */
	uint32_t fault;
	char why[UNIT_WHY_MAX];
};

/* ---- unit_find.c -------------------------------------------------------------------- */

/* Notes the fault and its words. Returns fault. */
uint32_t unit_fail(struct unit_call *call, uint32_t fault, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/* The execution environment that the operation names: its number, 0 where it names none. 0, or
 * 9023 where there is no such one. */
uint32_t unit_find_environment(struct unit_call *call, uint32_t *ret);

/* 0, or 9024 where it is disabled. environment 0: none. */
uint32_t unit_check_enabled(struct unit_call *call, uint32_t environment);

/* The one that the package goes to, named or not; with the fault where it fits none. */
uint32_t unit_place(struct unit_call *call, uint32_t named, uint32_t *ret);

/* Whether the package is for that environment: 0, or 9025. */
uint32_t unit_check_environment(struct unit_call *call, uint32_t environment);

/* The environment of a unit. */
uint32_t unit_environment(const struct model_values *values, uint32_t unit);

/* The first unit behind `after` that the operation is on; 0: none. */
uint32_t unit_next_match(const struct unit_call *call, uint32_t after);

/* Another unit than `besides` of this UUID and version in that environment; 0: none. */
uint32_t unit_find_same(const struct model_values *values, struct str uuid,
    const char *version, uint32_t environment, uint32_t besides);

/* ---- unit_apply.c ------------------------------------------------------------------- */

/* Each changes call->values; 0, ERR_LIMIT or -ENOMEM, and then they are to be thrown away. The
 * operation's unit is set. */
int unit_install(struct unit_call *call);
int unit_update(struct unit_call *call);
int unit_uninstall(struct unit_call *call);

/* The references to the execution units of a unit, with commas between. 0 or the error of out. */
int unit_list(const struct model_values *values, uint32_t unit, struct buf *out);

/* KiB that the environment of a unit would have left once the unit was gone; below 0: any
 * number. name: "Disk" or "Memory". */
int64_t unit_room(const struct model_values *values, uint32_t environment,
    uint32_t unit, const char *name);
