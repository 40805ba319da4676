/* agents/cpe/model: what a model file may say, and which values a parameter takes. */
#include "tests/unit/written.h"

#include "tests/unit/cpe/device_stub.h"

static void test_both_models_of_the_repository_load(void **state)
{
	static const struct {
		const char *file, *inform;
	} rows[] = {
		/* TR-098 1.8 and TR-181 2.16, forcedInform */
		{ "hp5920.yaml",
		    "InternetGatewayDevice.DeviceSummary "
		    "InternetGatewayDevice.DeviceInfo.HardwareVersion "
		    "InternetGatewayDevice.DeviceInfo.SoftwareVersion "
		    "InternetGatewayDevice.DeviceInfo.SpecVersion "
		    "InternetGatewayDevice.DeviceInfo.ProvisioningCode "
		    "InternetGatewayDevice.ManagementServer.ParameterKey "
		    "InternetGatewayDevice.ManagementServer.ConnectionRequestURL "
		    "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1."
		    "WANIPConnection.1.ExternalIPAddress " },
		{ "generic-181.yaml",
		    "Device.RootDataModelVersion Device.DeviceInfo.HardwareVersion "
		    "Device.DeviceInfo.SoftwareVersion "
		    "Device.DeviceInfo.ProvisioningCode "
		    "Device.ManagementServer.ParameterKey "
		    "Device.ManagementServer.ConnectionRequestURL " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new(rows[i].file);
		auto_arena arena = ARENA_NULL;
		auto_buf seen = BUF_NULL;
		struct cwmp_inform inform = { 0 };

		assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
		for (size_t n = 0; n < inform.params.len; n++)
			buf_printf(&seen, "%.*s ",
			    STR_ARG(inform.params.items[n].name));

		assert_string_equal(buf_cstr(&seen), rows[i].inform);
		assert_false(stub->model->sends_basic_over_http);
		assert_false(stub->model->takes_common_name);
		assert_string_equal(inform.device.serial_number.p, "020000000001");
		stub_free(stub);
	}
}

static void put_model(struct buf *out, const struct model *model)
{
	buf_printf(out, "==== %s, root %s, %zu names\n", model->name, model->root,
	    model->n_names);
	for (size_t i = 0; i < model->n_names; i++) {
		const struct model_name *name = &model->names[i];
		const struct model_param *param = name->param;

		assert_ptr_equal(model_find(model, name->path), name);
		buf_printf(out, "%.*s", STR_ARG(name->path));
		if (param)
			buf_printf(out,
			    " %s \"%s\" live %s%s notify %d%s%s%s, %llu-%llu",
			    model_type_name(param->type), param->value,
			    model_live_names[param->live],
			    model_live_is_outside((enum model_live)param->live)
				? " outside"
				: "",
			    param->notify, param->is_writable ? ", writable" : "",
			    param->is_hidden ? ", hidden" : "",
			    param->is_forced_inform ? ", in Informs" : "",
			    (unsigned long long)param->min,
			    (unsigned long long)param->max);
		for (size_t k = 0; param && k < param->values.len; k++)
			buf_printf(out, " | %s", param->values.items[k]);
		buf_append_char(out, '\n');
	}
}

/* All names of both, in their order, and what is known of each. */
static void test_models_are_read_as_written(void **state)
{
	static const char *const paths[] = { "topologies/models/hp5920.yaml",
		"topologies/models/generic-181.yaml" };
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		auto_cleanup(model_free) struct model *model = NULL;
		struct error err = ERROR_NULL;

		if (model_load(paths[i], &model, &err) < 0)
			fail_msg("%s", err.text);
		put_model(&out, model);
	}
	assert_true(written_is("tests/unit/cpe/written/models.txt", buf_str(&out)));
}

static void test_values_are_held_against_their_type(void **state)
{
	static const char *const listed[] = { "Up", "Down" };
	static const struct {
		struct model_param param;
		const char *value;
		uint32_t fault;
	} rows[] = {
		{ { .type = MODEL_STRING, .max = 3 }, "abc", 0 },
		{ { .type = MODEL_STRING, .max = 3 }, "abcd", 9007 },
		{ { .type = MODEL_STRING, .min = 1 }, "", 9007 },
		{ { .type = MODEL_BOOLEAN }, "true", 0 },
		{ { .type = MODEL_BOOLEAN }, "0", 0 },
		{ { .type = MODEL_BOOLEAN }, "TRUE", 9007 },
		{ { .type = MODEL_BOOLEAN }, "", 9007 },
		{ { .type = MODEL_UNSIGNED_INT }, "4294967295", 0 },
		{ { .type = MODEL_UNSIGNED_INT }, "4294967296", 9007 },
		{ { .type = MODEL_UNSIGNED_INT }, "-1", 9007 },
		{ { .type = MODEL_UNSIGNED_INT }, "", 9007 },
		{ { .type = MODEL_UNSIGNED_INT }, "1 ", 9007 },
		{ { .type = MODEL_UNSIGNED_INT, .min = 1, .max = 9 }, "0", 9007 },
		{ { .type = MODEL_UNSIGNED_INT, .min = 1, .max = 9 }, "9", 0 },
		{ { .type = MODEL_UNSIGNED_INT, .min = 1, .max = 9 }, "10", 9007 },
		{ { .type = MODEL_INT }, "-2147483648", 0 },
		{ { .type = MODEL_INT }, "-2147483649", 9007 },
		{ { .type = MODEL_INT }, "+2147483647", 0 },
		{ { .type = MODEL_INT }, "2147483648", 9007 },
		{ { .type = MODEL_LONG }, "-9223372036854775808", 0 },
		{ { .type = MODEL_LONG }, "-9223372036854775809", 9007 },
		{ { .type = MODEL_UNSIGNED_LONG }, "18446744073709551615", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-11-23T10:31:07Z", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-11-23T10:31:07.5+01:00", 0 },
		{ { .type = MODEL_DATE_TIME }, "0001-01-01T00:00:00Z", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-11-23", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-13-23T10:31:07Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-11-23T10:31:07.Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-01T00:00:00Z", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-12-31T24:59:59Z", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-00-31T00:00:00Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-00T00:00:00Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-32T00:00:00Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-31T25:00:00Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-31T00:60:00Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-31T00:00:60Z", 9007 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-31T00:00:00", 0 },
		{ { .type = MODEL_DATE_TIME }, "2026-01-31T00:00:00+1:00", 9007 },
		{ { .type = MODEL_STRING, .min = 2, .max = 3 }, "a", 9007 },
		{ { .type = MODEL_STRING, .min = 2, .max = 3 }, "ab", 0 },
		{ { .type = MODEL_INT, .min = 1 }, "-1", 9007 },
		{ { .type = MODEL_INT }, "-0", 0 },
		{ { .type = MODEL_UNSIGNED_INT }, "-0", 0 },
		{ { .type = MODEL_UNSIGNED_LONG }, "18446744073709551616", 9007 },
		{ { .type = MODEL_HEX_BINARY }, "0g", 9007 },
		{ { .type = MODEL_BASE64 }, "YQ==", 0 },
		{ { .type = MODEL_BASE64 }, "Y===", 9007 },
		{ { .type = MODEL_BASE64 }, "YW J\nj", 0 },
		{ { .type = MODEL_BASE64 }, "YWJ", 9007 },
		{ { .type = MODEL_BASE64 }, "YWJj", 0 },
		{ { .type = MODEL_BASE64 }, "YWI=", 0 },
		{ { .type = MODEL_BASE64 }, "YW=j", 9007 },
		{ { .type = MODEL_HEX_BINARY }, "00fF", 0 },
		{ { .type = MODEL_HEX_BINARY }, "00f", 9007 },
		{ { .type = MODEL_STRING, .values = { (const char **)listed, 2 } },
		    "Up", 0 },
		{ { .type = MODEL_STRING, .values = { (const char **)listed, 2 } },
		    "Left", 9007 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t fault =
		    model_check_value(&rows[i].param, str_of(rows[i].value));

		if (fault != rows[i].fault)
			fail_msg("%s \"%s\": %u", model_type_name(rows[i].param.type),
			    rows[i].value, fault);
	}
}

#define HEAD                                             \
	"name: x\nroot: D\nobjects:\n  D.DeviceInfo.:\n" \
	"    Manufacturer: {}\n    ManufacturerOUI: {}\n    ProductClass: {}\n"

static void test_mistakes_in_a_model_name_their_line(void **state)
{
	static const struct {
		const char *yaml, *place, *words;
	} rows[] = {
		{ HEAD "    SerialNumber: {live: serial}\n", "m.yaml:1:1",
		    "no parameter of the model is the URL of the ACS" },
		{ HEAD "  D.M.:\n    URL: {live: acs-url}\n", "m.yaml:1:1",
		    "the model has no D.DeviceInfo.SerialNumber" },
		{ HEAD "    Sn: {type: strin}\n", "m.yaml:8:16", "strin" },
		{ HEAD "    Sn: {type: boolean, value: maybe}\n", "m.yaml:8:32",
		    "no boolean that this parameter allows" },
		{ HEAD "    Sn: {live: serail}\n", "m.yaml:8:16", "serail" },
		{ HEAD "  E.M.:\n    a: {}\n", "m.yaml:8:3", "below \"D.\"" },
		{ HEAD "  D.M:\n    a: {}\n", "m.yaml:8:3", "with a dot at its end" },
		{ HEAD "  D.M..:\n    a: {}\n", "m.yaml:8:3", "a path of an object" },
		{ HEAD "    a.b: {}\n", "m.yaml:8:5", "not the name of a parameter" },
		{ HEAD "  D.M.: []\n", "m.yaml:8:9", "parameters with their keys" },
		{ "name: x\nroot: D.E\nobjects: {}\n", "m.yaml:2:7",
		    "not the name of a root object" },
		{ "name: x\nroot: D\nobjects: []\n", "m.yaml:3:10",
		    "maps paths to parameters" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct model *model = NULL;
		struct error err = ERROR_NULL;

		assert_int_equal(model_parse("m.yaml", str_of(rows[i].yaml), &model,
				     &err),
		    ERR_CONFIG);
		if (!strstr(err.text, rows[i].words) ||
		    strncmp(err.text, rows[i].place, strlen(rows[i].place)) != 0)
			fail_msg("row %zu: %s", i, err.text);
	}
}

/* Or a CPE that comes up with a new image tells a change that nobody can read. */
static void test_every_shipped_model_tells_its_version(void **state)
{
	static const char *const files[] = { "gateway-098.yaml", "gateway-181.yaml",
		"generic-181.yaml", "hp5920.yaml", "managed-switch.yaml",
		"mesh-181.yaml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct device_stub *stub = stub_new(files[i]);
		const struct model_param *param =
		    stub->model->lives[MODEL_SOFTWARE_VERSION];
		char path[128];

		(void)snprintf(path, sizeof(path), "%s.DeviceInfo.SoftwareVersion",
		    stub->model->root);
		if (!param || model_find(stub->model, str_of(path))->param != param)
			fail_msg("%s", files[i]);
		stub_free(stub);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_models_of_the_repository_load),
		cmocka_unit_test(test_models_are_read_as_written),
		cmocka_unit_test(test_every_shipped_model_tells_its_version),
		cmocka_unit_test(test_values_are_held_against_their_type),
		cmocka_unit_test(test_mistakes_in_a_model_name_their_line),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
