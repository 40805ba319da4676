/* Software modules of a CPE, where its model has them (TR-181 and TR-098 SoftwareModules.): the
 * execution environments, the deployment units and their execution units. */
#pragma once

#include "agents/cpe/model/model_values.h"

enum model_module {
	MODEL_EXEC_ENV,
	MODEL_DEPLOYMENT_UNIT,
	MODEL_EXECUTION_UNIT,
	MODEL_MODULES
};

/* Whether the model has all three tables. */
bool model_has_modules(const struct model *model);

/* The object of that number, if the CPE has it. */
bool model_module_at(const struct model_values *values, enum model_module module,
    uint32_t number, struct model_at *ret);

/* The number behind `after` (0: the first); 0 behind the last one. */
uint32_t model_module_next(const struct model_values *values, enum model_module module,
    uint32_t after);

/* Makes one; *ret is its number. ERR_LIMIT when the table is full; ERR_NOT_FOUND, -ENOMEM. */
int model_module_add(struct model_values *values, enum model_module module,
    uint32_t *ret);
/* Removes it and all below it. -ENOMEM, ERR_LIMIT, ERR_NOT_FOUND. */
int model_module_remove(struct model_values *values, enum model_module module,
    uint32_t number);

/* The value of a parameter of it, borrowed until the values change; "" where the model has no
 * such parameter, or none of its own. */
struct str model_module_get(const struct model_values *values, enum model_module module,
    uint32_t number, const char *name);
/* Sets it by the CPE's own doing: the ACS is to be told, if it wants to be. A model without the
 * parameter has nothing to set: 0. -ENOMEM, ERR_LIMIT. */
int model_module_put(struct model_values *values, enum model_module module,
    uint32_t number, const char *name, struct str value);

/* Its path without the last dot, as references have it, terminated, into text (room for
 * MODEL_AT_TEXT_MAX). */
struct str model_module_path(const struct model_values *values,
    enum model_module module, uint32_t number, char *text);

/* The number in a reference: "Device.SoftwareModules.ExecEnv.1", with or without a dot at its
 * end, or without the root. 0: the CPE has no such object. */
uint32_t model_module_of(const struct model_values *values, enum model_module module,
    struct str reference);

/* Whether an execution environment is enabled. */
bool model_module_is_enabled(const struct model_values *values, uint32_t environment);

/* ---- what an ACS sets of them ------------------------------------------------------- */

/* 0, or 9001 for a RequestedState of an execution unit whose environment is disabled (TR-181
 * SoftwareModules.ExecutionUnit.{i}.RequestedState). Of any other parameter 0. */
uint32_t model_modules_check_set(const struct model_values *values,
    const struct model_at *at);

/* The CPE boots: each environment comes to its InitialRunLevel, and those of its units run whose
 * AutoStart is true and whose RunLevel is not above that (TR-181 SoftwareModules.ExecEnv.{i}.
 * CurrentRunLevel; -1: it has no levels). Units without AutoStart are as they were. 0, -ENOMEM,
 * ERR_LIMIT. */
int model_modules_boot(struct model_values *values);

/* The ACS has set the parameter: execution units start and stop by RequestedState, and by Enable
 * and RequestedRunLevel of their environment. No-op for any other one. 0, -ENOMEM, ERR_LIMIT. */
int model_modules_apply(struct model_values *values, const struct model_at *at);

/* An execution unit runs from now on, or does not: its Status, and ActiveExecutionUnits of its
 * environment. 0, -ENOMEM, ERR_LIMIT. */
int model_module_run(struct model_values *values, uint32_t unit, bool is_active);

/* ActiveExecutionUnits of an environment, of the units as they are. 0, -ENOMEM, ERR_LIMIT. */
int model_module_list_active(struct model_values *values, uint32_t environment);
