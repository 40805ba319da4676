/* A CPE around a data model, for tests: three strings of the ACS, a fixed address, and a
 * diary of what it was told to do. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cpe/rpc/rpc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct device_stub {
	char url[256], username[64], password[64];
	char diary[512];
	struct model *model;
	struct model_values values;
	struct jobs jobs;
	struct rpc rpc;
	bool is_full; /* what changes cannot be kept */
};

#define STUB_WALL (INT64_C(1700000000) * NS_PER_S)

static inline struct str stub_get(void *arg, enum model_live live, enum model_type type,
    struct arena *arena)
{
	struct device_stub *stub = arg;

	(void)arena;
	(void)type;
	switch ((int)live) {
	case MODEL_ACS_URL:
		return str_of(stub->url);
	case MODEL_ACS_USERNAME:
		return str_of(stub->username);
	case MODEL_SERIAL:
		return STR("020000000001");
	case MODEL_ADDRESS:
		return STR("192.0.2.10");
	case MODEL_CR_URL:
		return STR("http://192.0.2.10:7547/a1b2");
	case MODEL_UPTIME:
		return STR("42");
	default:
		return STR_NULL;
	}
}

static inline uint32_t stub_set(void *arg, enum model_live live, struct str value)
{
	struct device_stub *stub = arg;
	char *to = live == MODEL_ACS_URL        ? stub->url
		   : live == MODEL_ACS_USERNAME ? stub->username
						: stub->password;

	(void)snprintf(to, sizeof(stub->username), "%.*s", STR_ARG(value));
	return 0;
}

static inline uint32_t stub_reboot(void *arg, struct str key)
{
	struct device_stub *stub = arg;

	(void)snprintf(stub->diary, sizeof(stub->diary), "reboot %.*s", STR_ARG(key));
	return 0;
}

static inline uint32_t stub_factory_reset(void *arg)
{
	struct device_stub *stub = arg;

	(void)snprintf(stub->diary, sizeof(stub->diary), "factory reset");
	return 0;
}

static inline uint32_t stub_schedule(void *arg, uint32_t delay_s, struct str key)
{
	struct device_stub *stub = arg;

	(void)snprintf(stub->diary, sizeof(stub->diary), "inform in %u s %.*s", delay_s,
	    STR_ARG(key));
	return 0;
}

static inline void stub_diagnostic(void *arg, const struct model_at *object)
{
	struct device_stub *stub = arg;
	char path[MODEL_AT_TEXT_MAX];

	(void)model_at_path(stub->model, object, path);
	(void)snprintf(stub->diary, sizeof(stub->diary), "diagnostic %s", path);
}

static inline clock_ns stub_wall(void *arg)
{
	(void)arg;
	return STUB_WALL;
}

static inline int stub_commit(void *arg)
{
	const struct device_stub *stub = arg;

	return stub->is_full ? -ENOSPC : 0;
}

/* Loads a model by its path from the root of the source. */
static inline struct device_stub *stub_load(const char *file)
{
	struct device_stub *stub = calloc(1, sizeof(*stub));
	const char *source = getenv("CWMPLAB_SOURCE");
	struct error err = ERROR_NULL;
	char path[512];

	assert_non_null(stub);
	(void)snprintf(path, sizeof(path), "%s/%s", source ? source : ".", file);
	if (model_load(path, &stub->model, &err) < 0)
		fail_msg("%s", err.text);
	(void)snprintf(stub->url, sizeof(stub->url), "http://acs1.lab:7547/cwmp");
	(void)snprintf(stub->username, sizeof(stub->username), "cpe");
	(void)snprintf(stub->password, sizeof(stub->password), "s3cret");
	stub->values.model = stub->model;
	stub->rpc = (struct rpc){
		.values = &stub->values,
		.jobs = &stub->jobs,
		.device = { .get = stub_get,
		    .set = stub_set,
		    .reboot = stub_reboot,
		    .factory_reset = stub_factory_reset,
		    .schedule_inform = stub_schedule,
		    .diagnostic_set = stub_diagnostic,
		    .wall = stub_wall,
		    .commit = stub_commit,
		    .arg = stub },
	};
	return stub;
}

/* topologies/models/<name> */
static inline struct device_stub *stub_new(const char *name)
{
	char file[256];

	(void)snprintf(file, sizeof(file), "topologies/models/%s", name);
	return stub_load(file);
}

static inline void stub_free(struct device_stub *stub)
{
	model_values_free(&stub->values);
	jobs_free(&stub->jobs);
	model_free(stub->model);
	free(stub);
}
