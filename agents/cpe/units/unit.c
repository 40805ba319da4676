#include "agents/cpe/units/unit_internal.h"

#include "lib/proto/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DU  MODEL_DEPLOYMENT_UNIT
#define NIL STR("00000000-0000-0000-0000-000000000000")

static struct str of(const struct unit_call *call, enum job_operation_text text)
{
	return job_operation_text(call->operation, text);
}

static void set(const struct unit_call *call, enum job_operation_text text,
    struct str value)
{
	(void)job_operation_set_text(call->operation, text, value);
}

/* ---- results ------------------------------------------------------------------------ */

/* What is to be told of the unit, while it is there. */
static void tell_unit(const struct unit_call *call)
{
	const struct model_values *values = call->values;
	uint32_t unit = call->operation->unit;
	char path[MODEL_AT_TEXT_MAX];
	auto_buf list = BUF_NULL;

	set(call, JOB_IS_UUID, model_module_get(values, DU, unit, "UUID"));
	set(call, JOB_IS_VERSION, model_module_get(values, DU, unit, "Version"));
	set(call, JOB_IS_REF, model_module_path(values, DU, unit, path));
	if (unit_list(values, unit, &list) == 0)
		set(call, JOB_IS_UNITS, buf_str(&list));
	call->operation->is_resolved =
	    str_is(model_module_get(values, DU, unit, "Resolved"), "true");
}

static void end(const struct unit_call *call, const char *state, clock_ns wall)
{
	struct job_operation *operation = call->operation;

	set(call, JOB_IS_STATE, str_of(state));
	set(call, JOB_IS_FAULT, str_of(call->why));
	operation->fault = call->fault;
	operation->completed_at = wall;
	operation->is_done = true;
}

/* A unit that was to be changed stays as it is; of one that was to be installed there is
 * nothing (DeploymentUnitState, cwmp-1-2.xsd). */
static void end_failed(const struct unit_call *call, clock_ns wall)
{
	struct str status =
	    model_module_get(call->values, DU, call->operation->unit, "Status");
	struct str uuid = call->uuid.p ? call->uuid : of(call, JOB_OF_UUID);

	if (call->operation->unit > 0) {
		if (str_is(status, "Updating"))
			(void)model_module_put(call->values, DU, call->operation->unit,
			    "Status", STR("Installed"));
		tell_unit(call);
		end(call, str_is(status, "Uninstalled") ? "Uninstalled" : "Installed",
		    wall);
		return;
	}
	set(call, JOB_IS_UUID, package_is_uuid(uuid) ? uuid : NIL);
	set(call, JOB_IS_VERSION,
	    call->package ? str_of(call->package->version) : of(call, JOB_OF_VERSION));
	end(call, "Failed", wall);
}

/* ---- before the file ---------------------------------------------------------------- */

static uint32_t check_uuid(struct unit_call *call)
{
	struct str uuid = of(call, JOB_OF_UUID);

	if (uuid.len == 0 || package_is_uuid(uuid))
		return 0;
	return unit_fail(call, 9022, "\"%.*s\"", STR_ARG(uuid));
}

static uint32_t check_url(struct unit_call *call, struct str text)
{
	struct error err = ERROR_NULL;
	struct url url;
	int r = url_parse(&url, text, &err);

	if (r < 0)
		return unit_fail(call, r == ERR_UNSUPPORTED ? 9013 : 9003, "URL: %s",
		    err.text);
	return 0;
}

/* The unit that an operation is on: it is there, and may be changed. */
static uint32_t check_unit(struct unit_call *call)
{
	uint32_t unit = call->operation->unit;
	uint32_t environment = unit_environment(call->values, unit);
	struct str status = model_module_get(call->values, DU, unit, "Status");

	if (!str_is(status, "Installed") && !str_is(status, "Updating"))
		return unit_fail(call, 9029, "it is %.*s", STR_ARG(status));
	return unit_check_enabled(call, environment);
}

/* Of several versions an update has to name the one (UpdateOpStruct, cwmp-1-2.xsd). */
static uint32_t check_versions(struct unit_call *call, uint32_t first)
{
	uint32_t other = first;
	struct str version = model_module_get(call->values, DU, first, "Version");

	if (call->operation->kind != JOB_UPDATE || of(call, JOB_OF_VERSION).len > 0 ||
	    (of(call, JOB_OF_UUID).len == 0 && of(call, JOB_OF_URL).len == 0))
		return 0;
	while ((other = unit_next_match(call, other)) > 0) {
		if (!str_eq(version,
			model_module_get(call->values, DU, other, "Version")))
			return unit_fail(call, 9031, "%.*s and %.*s are there",
			    STR_ARG(version),
			    STR_ARG(
				model_module_get(call->values, DU, other, "Version")));
	}
	return 0;
}

/* An operation of its own for each unit behind the first. */
static uint32_t split(struct unit_call *call, struct job *job, uint32_t at,
    uint32_t first)
{
	uint32_t unit = first, n = at;
	int r = 0;

	while (r == 0 && (unit = unit_next_match(call, unit)) > 0) {
		struct job_operation copy = { .kind = call->operation->kind,
			.unit = unit };

		for (size_t i = 0; i < JOB_IS_UUID && r == 0; i++)
			r = job_operation_set_text(&copy, (enum job_operation_text)i,
			    of(call, (enum job_operation_text)i));
		if (r == 0)
			r = job_add_operation(job, n + 1, &copy);
		n += r == 0;
		job_operation_free(&copy);
		call->operation = &job->operations[at];
	}
	call->operation->unit = first;
	if (r == 0)
		return 0;
	for (; n > at; n--)
		job_drop_operation(job, n);
	return unit_fail(call, 9001, "it is on more units than one job can do");
}

static uint32_t find_units(struct unit_call *call, struct job *job, uint32_t at)
{
	uint32_t environment, first, fault = check_uuid(call);

	if (fault == 0)
		fault = unit_find_environment(call, &environment);
	if (fault != 0)
		return fault;
	first = unit_next_match(call, 0);
	if (first == 0)
		return unit_fail(call, 9028, "none is meant that is there");
	fault = check_versions(call, first);
	return fault != 0 ? fault : split(call, job, at, first);
}

static uint32_t begin_install(struct unit_call *call)
{
	uint32_t environment, fault = check_uuid(call);

	if (fault == 0)
		fault = check_url(call, of(call, JOB_OF_URL));
	if (fault == 0)
		fault = unit_find_environment(call, &environment);
	return fault != 0 ? fault : unit_check_enabled(call, environment);
}

struct str unit_url(const struct model_values *values,
    const struct job_operation *operation)
{
	struct str url = job_operation_text(operation, JOB_OF_URL);

	return url.len > 0 ? url : model_module_get(values, DU, operation->unit, "URL");
}

/* ---- changes ------------------------------------------------------------------------ */

/* All of it or nothing. */
static void change(struct unit_call *call, int (*act)(struct unit_call *call))
{
	struct model_values *values = call->values, next;
	uint32_t unit = call->operation->unit;
	int r = model_values_copy(&next, values);

	if (r == 0) {
		call->values = &next;
		r = act(call);
		call->values = values;
		if (r == 0)
			model_values_take(values, &next);
		model_values_free(&next);
	}
	if (r == 0)
		return;
	call->operation->unit = unit;
	(void)unit_fail(call, 9027, "%s",
	    r == ERR_LIMIT ? "a table is full" : "no memory");
}

static void uninstall(struct unit_call *call, clock_ns wall)
{
	tell_unit(call);
	change(call, unit_uninstall);
	call->operation->is_resolved = false;
	if (call->fault != 0)
		end_failed(call, wall);
	else
		end(call, "Uninstalled", wall);
}

enum unit_next unit_begin(struct model_values *values, struct job *job, uint32_t at,
    clock_ns wall)
{
	struct unit_call call = { .values = values, .operation = &job->operations[at] };

	call.operation->started_at = wall;
	if (call.operation->kind == JOB_INSTALL)
		(void)begin_install(&call);
	else if (call.operation->unit > 0 || find_units(&call, job, at) == 0)
		(void)check_unit(&call);
	if (call.fault == 0 && call.operation->kind == JOB_UPDATE)
		(void)check_url(&call, unit_url(values, call.operation));
	if (call.fault != 0) {
		end_failed(&call, wall);
		return UNIT_OVER;
	}
	if (call.operation->kind == JOB_UNINSTALL) {
		uninstall(&call, wall);
		return UNIT_OVER;
	}
	if (call.operation->kind == JOB_UPDATE)
		(void)model_module_put(values, DU, call.operation->unit, "Status",
		    STR("Updating"));
	return UNIT_FETCH;
}

/* ---- with the file ------------------------------------------------------------------ */

/* The faults of a transfer that a result may have (DeploymentUnitCPEFaultCodeType). */
static uint32_t fault_of_transfer(uint32_t fault)
{
	switch (fault) {
	case 9012:
	case 9013:
	case 9015:
	case 9016:
	case 9017:
	case 9018:
		return fault;
	case 9010:
	case 9020:
		return 9017;
	case 9014:
		return 9015;
	default:
		return 9001;
	}
}

static uint32_t check_room(struct unit_call *call, uint32_t environment)
{
	static const char *const names[] = { "Disk", "Memory" };
	const uint32_t wanted[] = { call->package->disk_kib,
		call->package->memory_kib };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int64_t left = unit_room(call->values, environment,
		    call->operation->unit, names[i]);

		if (left >= 0 && left < (int64_t)wanted[i])
			return unit_fail(call, 9027,
			    "it takes %u KiB of %s, %lld are left", wanted[i],
			    i == 0 ? "disk" : "memory", (long long)left);
	}
	return 0;
}

/* A UUID of a vendor and a name is the same on each CPE (RFC 4122 4.3, version 5, in the space
 * of DNS names). Empty where this machine has no SHA-1. */
static void make_uuid(const struct package *package, char text[37])
{
	static const uint8_t space[] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
		0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	uint8_t sum[STUN_SHA1_BYTES] = { 0 };
	auto_buf named = BUF_NULL;
	size_t at = 0;

	buf_append(&named, space, sizeof(space));
	buf_printf(&named, "%s.%s", package->name, package->vendor);
	(void)digest_sha1(named.data, named.len, sum);
	sum[6] = (uint8_t)((sum[6] & 0x0f) | 0x50);
	sum[8] = (uint8_t)((sum[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;

		at += (size_t)snprintf(text + at, 37 - at, "%s%02x",
		    has_dash ? "-" : "", sum[i]);
	}
}

static void install(struct unit_call *call, const char *made)
{
	const struct package *package = call->package;
	uint32_t named;

	call->uuid = of(call, JOB_OF_UUID);
	if (call->uuid.len == 0)
		call->uuid = str_of(package->uuid[0] ? package->uuid : made);
	if (unit_find_environment(call, &named) != 0 ||
	    unit_check_enabled(call, named) != 0 ||
	    unit_place(call, named, &call->environment) != 0)
		return;
	if (unit_find_same(call->values, call->uuid, package->version,
		call->environment, 0) > 0)
		(void)unit_fail(call, 9026, "%s %s", package->name, package->version);
	else if (check_room(call, call->environment) == 0)
		change(call, unit_install);
}

static uint32_t check_update(struct unit_call *call, bool takes_older)
{
	const struct package *package = call->package;
	uint32_t unit = call->operation->unit;
	struct str uuid = model_module_get(call->values, DU, unit, "UUID");
	struct str name = model_module_get(call->values, DU, unit, "Name");
	const char *version = model_module_get(call->values, DU, unit, "Version").p;
	uint32_t environment = unit_environment(call->values, unit);

	if (!str_is(name, package->name) ||
	    (package->uuid[0] && !str_eq_nocase(uuid, str_of(package->uuid))))
		return unit_fail(call, 9018, "the file is another unit's: %s",
		    package->name);
	if (unit_check_environment(call, environment) != 0)
		return call->fault;
	if (unit_find_same(call->values, uuid, package->version, environment, 0) > 0)
		return unit_fail(call, 9032, "%s", package->version);
	if (!takes_older && labelled_is_older(package->version, version))
		return unit_fail(call, 9030, "%s is older than %s", package->version,
		    version);
	return check_room(call, environment);
}

void unit_end(struct model_values *values, struct job_operation *operation,
    const struct unit_file *file, bool takes_older, clock_ns wall)
{
	char made[37];
	struct unit_call call = {
		.values = values,
		.operation = operation,
		.package = file->package,
	};

	if (file->fault != 0) {
		(void)unit_fail(&call, fault_of_transfer(file->fault), "%s", file->why);
	} else if (operation->kind == JOB_INSTALL) {
		make_uuid(file->package, made);
		install(&call, made);
	} else if (check_update(&call, takes_older) == 0) {
		change(&call, unit_update);
	}
	if (call.fault != 0) {
		end_failed(&call, wall);
		return;
	}
	tell_unit(&call);
	end(&call, "Installed", wall);
}

void unit_give_up(struct model_values *values, struct job_operation *operation,
    const char *why, clock_ns wall)
{
	const struct unit_file file = { .fault = 9001, .why = why };

	unit_end(values, operation, &file, true, wall);
}
