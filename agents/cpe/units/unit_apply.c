/* What operations make of the values: deployment units and their execution units. */
#include "agents/cpe/units/unit_internal.h"

#include <inttypes.h>
#include <stdio.h>

#define DU MODEL_DEPLOYMENT_UNIT
#define EU MODEL_EXECUTION_UNIT

struct field {
	const char *name;
	struct str value;
};

static int put_all(struct model_values *values, enum model_module module,
    uint32_t number, const struct field *fields)
{
	int r = 0;

	for (; fields->name && r == 0; fields++)
		r = model_module_put(values, module, number, fields->name,
		    fields->value);
	return r;
}

/* ---- execution units of a deployment unit ------------------------------------------- */

/* The one behind `after`; 0: none. */
static uint32_t next_of(const struct model_values *values, uint32_t unit,
    uint32_t after)
{
	char text[MODEL_AT_TEXT_MAX];
	struct str path = model_module_path(values, DU, unit, text);
	uint32_t number = after;

	while ((number = model_module_next(values, EU, number)) > 0) {
		struct str rest = model_module_get(values, EU, number, "References");

		while (rest.len > 0) {
			if (str_eq(str_trim(str_cut(rest, ',', &rest)), path))
				return number;
		}
	}
	return 0;
}

static uint32_t find_named(const struct model_values *values, uint32_t unit,
    struct str name)
{
	uint32_t number = 0;

	while ((number = next_of(values, unit, number)) > 0) {
		if (str_eq(model_module_get(values, EU, number, "Name"), name))
			return number;
	}
	return 0;
}

int unit_list(const struct model_values *values, uint32_t unit, struct buf *out)
{
	char text[MODEL_AT_TEXT_MAX];
	uint32_t number = 0;

	while ((number = next_of(values, unit, number)) > 0)
		buf_printf(out, "%s%.*s", out->len > 0 ? "," : "",
		    STR_ARG(model_module_path(values, EU, number, text)));
	return out->error;
}

/* ---- room --------------------------------------------------------------------------- */

/* Of an int that says -1 where it says nothing; 0 where the model has none. */
static int64_t number_at(const struct model_values *values, enum model_module module,
    uint32_t number, const char *name)
{
	struct str text = model_module_get(values, module, number, name);
	uint64_t n = 0;

	if (text.len == 0 || str_starts(text, STR("-")))
		return -1;
	return str_to_u64(text, INT32_MAX, &n) < 0 ? -1 : (int64_t)n;
}

static const char *in_use_of(const char *name)
{
	return str_is(str_of(name), "Disk") ? "DiskSpaceInUse" : "MemoryInUse";
}

static const char *available_of(const char *name)
{
	return str_is(str_of(name), "Disk") ? "AvailableDiskSpace" : "AvailableMemory";
}

int64_t unit_room(const struct model_values *values, uint32_t environment,
    uint32_t unit, const char *name)
{
	int64_t left =
	    number_at(values, MODEL_EXEC_ENV, environment, available_of(name));
	uint32_t number = 0;

	while (left >= 0 && unit > 0 && (number = next_of(values, unit, number)) > 0)
		left += MAX(number_at(values, EU, number, in_use_of(name)), 0);
	return left;
}

static int put_number(struct model_values *values, enum model_module module,
    uint32_t number, const char *name, int64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, n);
	return model_module_put(values, module, number, name, str_of(text));
}

/* The unit takes that much from now on, whatever it took: its first execution unit has it. */
static int take_room(struct model_values *values, uint32_t environment, uint32_t unit,
    const char *name, uint32_t kib)
{
	int64_t left = unit_room(values, environment, unit, name);
	uint32_t number = 0;
	int64_t in_use = kib;
	int r = 0;

	while (r == 0 && (number = next_of(values, unit, number)) > 0) {
		r = put_number(values, EU, number, in_use_of(name), in_use);
		in_use = 0;
	}
	if (r < 0 || left < 0 || in_use > 0)
		return r;
	return put_number(values, MODEL_EXEC_ENV, environment, available_of(name),
	    left - kib);
}

/* ---- making them -------------------------------------------------------------------- */

/* The RunLevel that execution units of this unit begin with; 0 where there are no levels. */
static void put_initial_level(const struct unit_call *call, uint32_t unit,
    char text[24])
{
	uint32_t environment = call->environment > 0
				   ? call->environment
				   : unit_environment(call->values, unit);
	int64_t level = number_at(call->values, MODEL_EXEC_ENV, environment,
	    "InitialExecutionUnitRunLevel");

	(void)snprintf(text, 24, "%" PRId64, MAX(level, 0));
}

static int add_execution_unit(struct unit_call *call, uint32_t unit, struct str name,
    uint32_t nth)
{
	char path[MODEL_AT_TEXT_MAX], id[2 * PACKAGE_NAME_MAX], level[24];
	uint32_t number;
	int r = model_module_add(call->values, EU, &number);

	if (r < 0)
		return r;
	(void)snprintf(id, sizeof(id), "%.*s-%u.%u", STR_ARG(name), unit, nth);
	put_initial_level(call, unit, level);
	const struct field fields[] = {
		{ "EUID", str_of(id) },
		{ "Name", name },
		{ "ExecEnvLabel", name },
		{ "RequestedState",
		    call->package->does_start ? STR("Active") : STR("Idle") },
		{ "Status", call->package->does_start ? STR("Active") : STR("Idle") },
		{ "AutoStart", call->package->does_start ? STR("true") : STR("false") },
		{ "RunLevel", str_of(level) },
		{ "References", model_module_path(call->values, DU, unit, path) },
		{ .name = NULL },
	};
	return put_all(call->values, EU, number, fields);
}

/* Those that the package names: the ones that were there stay what they are. */
static int add_execution_units(struct unit_call *call, uint32_t unit)
{
	struct str rest = str_of(call->package->units);
	uint32_t nth = 0;
	int r = 0;

	if (rest.len == 0)
		rest = str_of(call->package->name);
	while (rest.len > 0 && r == 0) {
		struct str name = str_trim(str_cut(rest, ',', &rest));

		nth++;
		if (find_named(call->values, unit, name) == 0)
			r = add_execution_unit(call, unit, name, nth);
	}
	return r;
}

static bool is_packed(const struct package *package, struct str name)
{
	struct str rest = str_of(package->units[0] ? package->units : package->name);

	while (rest.len > 0) {
		if (str_eq(str_trim(str_cut(rest, ',', &rest)), name))
			return true;
	}
	return false;
}

/* package: null, or whose names stay. */
static int drop_execution_units(struct model_values *values, uint32_t unit,
    const struct package *package)
{
	uint32_t number = 0;
	int r = 0;

	while (r == 0 && (number = next_of(values, unit, number)) > 0) {
		if (!package ||
		    !is_packed(package, model_module_get(values, EU, number, "Name")))
			r = model_module_remove(values, EU, number);
	}
	return r;
}

static bool is_installed(const struct model_values *values, struct str name)
{
	uint32_t unit = 0;

	while ((unit = model_module_next(values, DU, unit)) > 0) {
		if (str_eq(model_module_get(values, DU, unit, "Name"), name) &&
		    str_is(model_module_get(values, DU, unit, "Status"), "Installed"))
			return true;
	}
	return false;
}

static bool is_resolved(const struct unit_call *call)
{
	struct str rest = str_of(call->package->needs);

	while (rest.len > 0) {
		if (!is_installed(call->values, str_trim(str_cut(rest, ',', &rest))))
			return false;
	}
	return true;
}

/* What both a new unit and one that is updated get of the package. */
static int fill_execution_units(struct unit_call *call, uint32_t unit, struct str env)
{
	const struct package *package = call->package;
	const struct field fields[] = {
		{ "Vendor", str_of(package->vendor) },
		{ "Version", str_of(package->version) },
		{ "Description", str_of(package->description) },
		{ "ExecutionEnvRef", env },
		{ .name = NULL },
	};
	uint32_t number = 0;
	int r = 0;

	while (r == 0 && (number = next_of(call->values, unit, number)) > 0)
		r = put_all(call->values, EU, number, fields);
	return r;
}

static int fill(struct unit_call *call, uint32_t environment)
{
	const struct package *package = call->package;
	uint32_t unit = call->operation->unit;
	struct str url = job_operation_text(call->operation, JOB_OF_URL);
	char env[MODEL_AT_TEXT_MAX];
	struct str ref =
	    model_module_path(call->values, MODEL_EXEC_ENV, environment, env);
	auto_buf list = BUF_NULL;
	int r = add_execution_units(call, unit);

	if (r == 0)
		r = fill_execution_units(call, unit, ref);
	if (r == 0)
		r = unit_list(call->values, unit, &list);
	if (r < 0)
		return r;
	call->operation->is_resolved = is_resolved(call);
	const struct field fields[] = {
		{ "Vendor", str_of(package->vendor) },
		{ "Version", str_of(package->version) },
		{ "Description", str_of(package->description) },
		{ "ExecutionEnvRef", ref },
		{ "ExecutionUnitList", buf_str(&list) },
		{ "Resolved",
		    call->operation->is_resolved ? STR("true") : STR("false") },
		{ "Status", STR("Installed") },
		{ url.len > 0 ? "URL" : NULL, url },
		{ .name = NULL },
	};
	r = put_all(call->values, DU, unit, fields);
	if (r == 0)
		r = take_room(call->values, environment, unit, "Disk",
		    package->disk_kib);
	if (r == 0)
		r = take_room(call->values, environment, unit, "Memory",
		    package->memory_kib);
	return r < 0 ? r : model_module_list_active(call->values, environment);
}

/* ---- the operations ----------------------------------------------------------------- */

int unit_install(struct unit_call *call)
{
	uint32_t unit;
	char id[2 * PACKAGE_NAME_MAX];
	int r = model_module_add(call->values, DU, &unit);

	if (r < 0)
		return r;
	call->operation->unit = unit;
	(void)snprintf(id, sizeof(id), "%s-%u", call->package->name, unit);
	const struct field fields[] = {
		{ "UUID", call->uuid },
		{ "DUID", str_of(id) },
		{ "Name", str_of(call->package->name) },
		{ .name = NULL },
	};
	r = put_all(call->values, DU, unit, fields);
	return r < 0 ? r : fill(call, call->environment);
}

int unit_update(struct unit_call *call)
{
	uint32_t unit = call->operation->unit;
	uint32_t environment = unit_environment(call->values, unit);
	int r = take_room(call->values, environment, unit, "Disk", 0);

	if (r == 0)
		r = take_room(call->values, environment, unit, "Memory", 0);
	if (r == 0)
		r = drop_execution_units(call->values, unit, call->package);
	return r < 0 ? r : fill(call, environment);
}

int unit_uninstall(struct unit_call *call)
{
	uint32_t unit = call->operation->unit;
	uint32_t environment = unit_environment(call->values, unit);
	int r = take_room(call->values, environment, unit, "Disk", 0);

	if (r == 0)
		r = take_room(call->values, environment, unit, "Memory", 0);
	if (r == 0)
		r = drop_execution_units(call->values, unit, NULL);
	if (r == 0)
		r = model_module_remove(call->values, DU, unit);
	return r < 0 ? r : model_module_list_active(call->values, environment);
}
