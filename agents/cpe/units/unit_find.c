/* What an operation is on: execution environments and deployment units. */
#include "agents/cpe/units/unit_internal.h"

#include "lib/base/cut.h"

#include <stdarg.h>
#include <string.h>

#define DU MODEL_DEPLOYMENT_UNIT

uint32_t unit_fail(struct unit_call *call, uint32_t fault, const char *fmt, ...)
{
	char words[UNIT_WHY_MAX / 2];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(words, sizeof(words), fmt, args);
	va_end(args);
	(void)cut_print(call->why, sizeof(call->why), "%s: %s", cwmp_fault_text(fault),
	    words);
	call->fault = fault;
	return fault;
}

static struct str get(const struct model_values *values, uint32_t unit,
    const char *name)
{
	return model_module_get(values, DU, unit, name);
}

/* ---- execution environments --------------------------------------------------------- */

uint32_t unit_environment(const struct model_values *values, uint32_t unit)
{
	return model_module_of(values, MODEL_EXEC_ENV,
	    get(values, unit, "ExecutionEnvRef"));
}

uint32_t unit_find_environment(struct unit_call *call, uint32_t *ret)
{
	struct str ref = job_operation_text(call->operation, JOB_OF_ENVIRONMENT);

	*ret = 0;
	if (ref.len == 0)
		return 0;
	*ret = model_module_of(call->values, MODEL_EXEC_ENV, ref);
	if (*ret == 0)
		return unit_fail(call, 9023, "\"%.*s\"", STR_ARG(ref));
	return 0;
}

uint32_t unit_check_enabled(struct unit_call *call, uint32_t environment)
{
	if (environment == 0 || model_module_is_enabled(call->values, environment))
		return 0;
	return unit_fail(call, 9024, "%.*s",
	    STR_ARG(
		model_module_get(call->values, MODEL_EXEC_ENV, environment, "Name")));
}

static bool fits(const struct unit_call *call, uint32_t environment)
{
	struct str wanted = str_of(call->package->environment);

	return wanted.len == 0 ||
	       str_eq(wanted, model_module_get(call->values, MODEL_EXEC_ENV,
				  environment, "Name")) ||
	       str_eq(wanted,
		   model_module_get(call->values, MODEL_EXEC_ENV, environment, "Type"));
}

uint32_t unit_check_environment(struct unit_call *call, uint32_t environment)
{
	if (fits(call, environment))
		return 0;
	return unit_fail(call, 9025, "it is for %s", call->package->environment);
}

uint32_t unit_place(struct unit_call *call, uint32_t named, uint32_t *ret)
{
	uint32_t environment = 0, fitting = 0, any = 0;

	*ret = named;
	if (named > 0)
		return unit_check_environment(call, named);
	while ((environment = model_module_next(call->values, MODEL_EXEC_ENV,
		    environment)) > 0) {
		any = environment;
		if (!fits(call, environment))
			continue;
		fitting = environment;
		*ret = environment;
		if (model_module_is_enabled(call->values, environment))
			return 0;
	}
	if (any == 0)
		return unit_fail(call, 9023, "there is none");
	return fitting > 0 ? unit_fail(call, 9024, "none is enabled")
			   : unit_check_environment(call, any);
}

/* ---- deployment units --------------------------------------------------------------- */

/* Without a UUID an update goes by the URL, and without one it is on all. */
static bool is_meant(const struct unit_call *call, uint32_t unit)
{
	const struct job_operation *operation = call->operation;
	struct str uuid = job_operation_text(operation, JOB_OF_UUID);
	struct str url = job_operation_text(operation, JOB_OF_URL);
	struct str version = job_operation_text(operation, JOB_OF_VERSION);
	struct str ref = job_operation_text(operation, JOB_OF_ENVIRONMENT);

	if (uuid.len > 0 && !str_eq_nocase(uuid, get(call->values, unit, "UUID")))
		return false;
	if (uuid.len == 0 && url.len > 0 &&
	    !str_eq(url, get(call->values, unit, "URL")))
		return false;
	if (version.len > 0 && !str_eq(version, get(call->values, unit, "Version")))
		return false;
	return ref.len == 0 || unit_environment(call->values, unit) ==
				   model_module_of(call->values, MODEL_EXEC_ENV, ref);
}

uint32_t unit_next_match(const struct unit_call *call, uint32_t after)
{
	uint32_t unit = after;

	while ((unit = model_module_next(call->values, DU, unit)) > 0) {
		if (is_meant(call, unit))
			return unit;
	}
	return 0;
}

uint32_t unit_find_same(const struct model_values *values, struct str uuid,
    const char *version, uint32_t environment, uint32_t besides)
{
	uint32_t unit = 0;

	while ((unit = model_module_next(values, DU, unit)) > 0) {
		if (unit != besides && str_eq_nocase(uuid, get(values, unit, "UUID")) &&
		    str_is(get(values, unit, "Version"), version) &&
		    unit_environment(values, unit) == environment)
			return unit;
	}
	return 0;
}
