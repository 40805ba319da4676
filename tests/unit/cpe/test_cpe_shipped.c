/* topologies/models: what a CPE of each answers when it is asked for all it has. */
#include "tests/unit/cpe/bodies.h"
#include "tests/unit/cpe/device_stub.h"

#include <dirent.h>

/* Times that generators have other values at. */
static const clock_ns times[] = { 0, 61, 3600, 86400 * 30 };

static clock_ns up;

static struct model_self self(void *arg)
{
	(void)arg;
	return (struct model_self){ .seed = 7,
		.now = { INT64_C(1700000000) * NS_PER_S + up, up },
		.serial = STR("020000000001"),
		.mac = { 2, 0, 0, 0, 0, 1 },
		.has_mac = true,
		.address = 0xc000020a };
}

/* Every value is one that its own parameter takes. What is not known yet is empty. */
static void check_value(const struct device_stub *stub, const char *file,
    const struct model_at *at)
{
	const struct model_param *param = model_param_at(stub->model, at);
	auto_arena arena = ARENA_NULL;
	struct str value;
	char path[MODEL_AT_TEXT_MAX];

	if (!param)
		return;
	value = rpc_value(&stub->rpc, at, &arena);
	if (value.len == 0 || model_check_value(param, value) == 0)
		return;
	(void)model_at_path(stub->model, at, path);
	fail_msg("%s: %s is \"%.*s\"", file, path, STR_ARG(value));
}

static void ask(const struct device_stub *stub, enum cwmp_method method)
{
	struct str all = STR("");
	struct cwmp_msg request = { .kind = CWMP_REQUEST, .method = method }, reply;
	auto_arena arena = ARENA_NULL;

	request.args.names = (struct cwmp_strings){ &all, 1 };
	request.args.path = all;
	rpc_answer(&stub->rpc, &request, &arena, &reply);
	assert_int_equal(reply.kind, CWMP_RESPONSE);
	assert_int_equal(cwmp_check_lengths(&reply, NULL), 0);
	bodies_keep(method, &reply);
}

static void check_model(const char *file)
{
	struct device_stub *stub = stub_new(file);
	struct model_at top = { .name = 0 }, at;

	stub->rpc.device.self = self;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct model_walk walk = model_walk_all(&stub->values, &top);

		up = times[i] * NS_PER_S;
		while (model_walk_next(&walk, &at))
			check_value(stub, file, &at);
	}
	ask(stub, CWMP_GET_PARAMETER_VALUES);
	ask(stub, CWMP_GET_PARAMETER_NAMES);
	ask(stub, CWMP_GET_PARAMETER_ATTRIBUTES);
	stub_free(stub);
}

static void test_each_model_answers_what_it_may(void **state)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	const struct dirent *entry;
	size_t n = 0;
	char path[512];
	DIR *folder;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/topologies/models",
	    source ? source : ".");
	folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!str_ends(str_of(entry->d_name), STR(".yaml")))
			continue;
		check_model(entry->d_name);
		n++;
	}
	(void)closedir(folder);
	assert_true(n >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_model_answers_what_it_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
