#include "agents/cpe/model/model_modules.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define UNIT MODEL_EXECUTION_UNIT

static const char *const names[MODEL_MODULES] = {
	[MODEL_EXEC_ENV] = "ExecEnv",
	[MODEL_DEPLOYMENT_UNIT] = "DeploymentUnit",
	[MODEL_EXECUTION_UNIT] = "ExecutionUnit",
};

/* ---- places ------------------------------------------------------------------------- */

static const struct model_name *find_table(const struct model *model,
    enum model_module module)
{
	char path[MODEL_PATH_MAX];
	const struct model_name *name;

	(void)snprintf(path, sizeof(path), "%s.SoftwareModules.%s.{i}.", model->root,
	    names[module]);
	name = model_find(model, str_of(path));
	return name && name->table ? name : NULL;
}

bool model_has_modules(const struct model *model)
{
	for (size_t i = 0; i < MODEL_MODULES; i++) {
		if (!find_table(model, (enum model_module)i))
			return false;
	}
	return true;
}

static bool find_object(const struct model_values *values, enum model_module module,
    struct model_at *ret)
{
	const struct model_name *table = find_table(values->model, module);

	if (!table)
		return false;
	*ret = model_at_of(&values->model->names[table->parent], values->model);
	return true;
}

bool model_module_at(const struct model_values *values, enum model_module module,
    uint32_t number, struct model_at *ret)
{
	struct model_at at;

	if (number == 0 || !find_object(values, module, &at))
		return false;
	at.name = values->model->names[at.name].rows;
	at.index[at.n++] = number;
	*ret = at;
	return model_values_has(values, &at);
}

uint32_t model_module_next(const struct model_values *values, enum model_module module,
    uint32_t after)
{
	struct model_at object;

	return find_object(values, module, &object)
		   ? model_values_next(values, &object, after)
		   : 0;
}

int model_module_add(struct model_values *values, enum model_module module,
    uint32_t *ret)
{
	struct model_at object;

	return find_object(values, module, &object)
		   ? model_values_add(values, &object, ret)
		   : ERR_NOT_FOUND;
}

int model_module_remove(struct model_values *values, enum model_module module,
    uint32_t number)
{
	struct model_at at;

	return model_module_at(values, module, number, &at)
		   ? model_values_remove(values, &at)
		   : ERR_NOT_FOUND;
}

struct str model_module_path(const struct model_values *values,
    enum model_module module, uint32_t number, char *text)
{
	int n = snprintf(text, MODEL_AT_TEXT_MAX, "%s.SoftwareModules.%s.%u",
	    values->model->root, names[module], number);

	return str_make(text, (size_t)n);
}

uint32_t model_module_of(const struct model_values *values, enum model_module module,
    struct str reference)
{
	char text[MODEL_AT_TEXT_MAX];
	uint32_t number = 0;

	if (str_ends(reference, STR(".")))
		reference.len--;
	while ((number = model_module_next(values, module, number)) > 0) {
		struct str path = model_module_path(values, module, number, text);
		struct str below = str_from(path, strlen(values->model->root));

		if (str_eq(reference, path) || str_eq(reference, below))
			return number;
	}
	return 0;
}

/* ---- values ------------------------------------------------------------------------- */

static bool find_param(const struct model_values *values, enum model_module module,
    uint32_t number, const char *name, struct model_at *ret)
{
	const struct model *model = values->model;
	char path[MODEL_PATH_MAX];
	const struct model_name *param;

	if (!model_module_at(values, module, number, ret))
		return false;
	(void)snprintf(path, sizeof(path), "%s%s", model->names[ret->name].path.p,
	    name);
	param = model_find(model, str_of(path));
	if (!param || !param->param)
		return false;
	ret->name = param->param->name;
	return true;
}

struct str model_module_get(const struct model_values *values, enum model_module module,
    uint32_t number, const char *name)
{
	struct model_at at;

	if (!find_param(values, module, number, name, &at))
		return STR("");
	return str_of(model_values_source(values, &at).value);
}

int model_module_put(struct model_values *values, enum model_module module,
    uint32_t number, const char *name, struct str value)
{
	struct model_at at;

	if (!find_param(values, module, number, name, &at))
		return 0;
	return model_values_change(values, &at, value);
}

static bool is_true(struct str text)
{
	return str_is(text, "1") || str_is(text, "true");
}

bool model_module_is_enabled(const struct model_values *values, uint32_t environment)
{
	return is_true(model_module_get(values, MODEL_EXEC_ENV, environment, "Enable"));
}

static uint32_t environment_of(const struct model_values *values, uint32_t unit)
{
	return model_module_of(values, MODEL_EXEC_ENV,
	    model_module_get(values, UNIT, unit, "ExecutionEnvRef"));
}

/* ---- running and not ---------------------------------------------------------------- */

int model_module_list_active(struct model_values *values, uint32_t environment)
{
	auto_buf list = BUF_NULL;
	char text[MODEL_AT_TEXT_MAX];
	uint32_t unit = 0;

	while ((unit = model_module_next(values, UNIT, unit)) > 0) {
		if (environment_of(values, unit) != environment ||
		    !str_is(model_module_get(values, UNIT, unit, "Status"), "Active"))
			continue;
		buf_printf(&list, "%s%.*s", list.len > 0 ? "," : "",
		    STR_ARG(model_module_path(values, UNIT, unit, text)));
	}
	if (list.error)
		return list.error;
	return model_module_put(values, MODEL_EXEC_ENV, environment,
	    "ActiveExecutionUnits", buf_str(&list));
}

int model_module_run(struct model_values *values, uint32_t unit, bool is_active)
{
	int r = model_module_put(values, UNIT, unit, "Status",
	    is_active ? STR("Active") : STR("Idle"));

	return r < 0 ? r
		     : model_module_list_active(values, environment_of(values, unit));
}

/* ---- run levels --------------------------------------------------------------------- */

/* -1 where the environment, or its model, has none. */
static int64_t level_at(const struct model_values *values, enum model_module module,
    uint32_t number, const char *name)
{
	uint64_t n;

	return str_to_u64(model_module_get(values, module, number, name), UINT16_MAX,
		   &n) < 0
		   ? -1
		   : (int64_t)n;
}

static bool has_auto_start(const struct model_values *values, uint32_t unit)
{
	return model_module_get(values, UNIT, unit, "AutoStart").len > 0;
}

/* Whether it starts with its environment: by AutoStart and its RunLevel or, where its model has no
 * such thing, because it was asked to run. */
static bool does_start(const struct model_values *values, uint32_t environment,
    uint32_t unit)
{
	int64_t level =
	    level_at(values, MODEL_EXEC_ENV, environment, "CurrentRunLevel");

	if (!has_auto_start(values, unit))
		return str_is(model_module_get(values, UNIT, unit, "RequestedState"),
		    "Active");
	return is_true(model_module_get(values, UNIT, unit, "AutoStart")) &&
	       (level < 0 || level >= level_at(values, UNIT, unit, "RunLevel"));
}

static int put_level(struct model_values *values, uint32_t environment,
    const char *from)
{
	int64_t level = level_at(values, MODEL_EXEC_ENV, environment, from);
	char text[24];

	if (level_at(values, MODEL_EXEC_ENV, environment, "CurrentRunLevel") < 0 ||
	    level < 0)
		return 0;
	(void)snprintf(text, sizeof(text), "%" PRId64, level);
	return model_module_put(values, MODEL_EXEC_ENV, environment, "CurrentRunLevel",
	    str_of(text));
}

/* Another level starts and stops the units that start by themselves. */
static int request_level(struct model_values *values, uint32_t environment)
{
	int r = put_level(values, environment, "RequestedRunLevel");
	uint32_t unit = 0;

	if (level_at(values, MODEL_EXEC_ENV, environment, "CurrentRunLevel") < 0 ||
	    !model_module_is_enabled(values, environment))
		return r;
	while (r == 0 && (unit = model_module_next(values, UNIT, unit)) > 0) {
		if (environment_of(values, unit) == environment &&
		    is_true(model_module_get(values, UNIT, unit, "AutoStart")))
			r = model_module_run(values, unit,
			    does_start(values, environment, unit));
	}
	return r;
}

/* The environment starts, or stops, and its units with it. */
static int enable(struct model_values *values, uint32_t environment)
{
	bool is_on = model_module_is_enabled(values, environment);
	uint32_t unit = 0;
	int r = model_module_put(values, MODEL_EXEC_ENV, environment, "Status",
	    is_on ? STR("Up") : STR("Disabled"));

	if (r == 0 && is_on)
		r = put_level(values, environment, "InitialRunLevel");
	while (r == 0 && (unit = model_module_next(values, UNIT, unit)) > 0) {
		if (environment_of(values, unit) == environment)
			r = model_module_run(values, unit,
			    is_on && does_start(values, environment, unit));
	}
	return r;
}

int model_modules_boot(struct model_values *values)
{
	uint32_t environment = 0, unit = 0;
	int r = 0;

	while (r == 0 && (environment = model_module_next(values, MODEL_EXEC_ENV,
			      environment)) > 0) {
		if (model_module_is_enabled(values, environment))
			r = put_level(values, environment, "InitialRunLevel");
	}
	while (r == 0 && (unit = model_module_next(values, UNIT, unit)) > 0) {
		environment = environment_of(values, unit);
		if (has_auto_start(values, unit) && environment > 0 &&
		    model_module_is_enabled(values, environment))
			r = model_module_run(values, unit,
			    does_start(values, environment, unit));
	}
	return r;
}

/* The number of the object that a parameter of this name is in; 0: it is another parameter. */
static uint32_t number_of(const struct model_values *values, enum model_module module,
    const struct model_at *at, const char *name)
{
	struct model_at param;

	if (at->n != 1 || !find_param(values, module, at->index[0], name, &param))
		return 0;
	return model_at_compare(at, &param) == 0 ? at->index[0] : 0;
}

uint32_t model_modules_check_set(const struct model_values *values,
    const struct model_at *at)
{
	uint32_t unit = number_of(values, UNIT, at, "RequestedState");

	if (unit == 0 || model_module_is_enabled(values, environment_of(values, unit)))
		return 0;
	return 9001;
}

int model_modules_apply(struct model_values *values, const struct model_at *at)
{
	uint32_t unit = number_of(values, UNIT, at, "RequestedState");
	uint32_t environment = number_of(values, MODEL_EXEC_ENV, at, "Enable");
	uint32_t level = number_of(values, MODEL_EXEC_ENV, at, "RequestedRunLevel");

	if (unit > 0)
		return model_module_run(values, unit,
		    str_is(model_module_get(values, UNIT, unit, "RequestedState"),
			"Active"));
	if (level > 0)
		return request_level(values, level);
	return environment > 0 ? enable(values, environment) : 0;
}
