/* agents/cpe/rpc: each fault that TR-069 lists for a method answers it where the model says so
 * (`refuses`), whatever is asked: nothing else is answered, done or kept. */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/bodies.h"
#include "tests/unit/cpe/device_stub.h"

struct refusal {
	char name[48];
	enum cwmp_method method;
	uint16_t code;
};

static struct refusal rows[CASES_MAX];

/* Arguments that no method has a fault for. */
static void fill_request(struct cwmp_msg *msg, struct str *name,
    struct cwmp_param *param)
{
	bool is_object =
	    msg->method == CWMP_ADD_OBJECT || msg->method == CWMP_DELETE_OBJECT;

	*name = is_object ? STR("Device.LAN.1.Port.") : STR("Device.F.Text");
	*param = (struct cwmp_param){ *name, STR("new"), STR("string") };
	msg->args.names = (struct cwmp_strings){ name, 1 };
	msg->args.params = (struct cwmp_params){ param, 1 };
	msg->args.path = *name;
	msg->args.parameter_key = msg->args.command_key = STR("key");
	msg->args.file_type = STR("2 Vendor Log File");
	msg->args.url = STR("http://files.lab/f");
	msg->args.delay_seconds = 60;
}

static bool is_listed(struct device_stub *stub, enum cwmp_method method)
{
	const struct cwmp_msg request = { .kind = CWMP_REQUEST,
		.method = CWMP_GET_RPC_METHODS };
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg reply;

	(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
	for (size_t i = 0; i < reply.args.names.len; i++) {
		if (str_is(reply.args.names.items[i], cwmp_method_name(method)))
			return true;
	}
	return false;
}

static void a_method_is_refused_as_the_model_says(void **state)
{
	const struct refusal *row = *state;
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");
	struct cwmp_msg reply,
	    request = { .kind = CWMP_REQUEST, .method = row->method };
	bool was_listed = is_listed(stub, row->method);
	auto_arena arena = ARENA_NULL;
	auto_buf kept = BUF_NULL;
	struct cwmp_param param;
	struct str name;

	fill_request(&request, &name, &param);
	stub->model->conduct.cwmp.refuses[row->method] = row->code;
	assert_int_equal(rpc_answer(&stub->rpc, &request, &arena, &reply), 0);
	bodies_keep(row->method, &reply);

	assert_int_equal(reply.kind, CWMP_FAULT);
	assert_int_equal(reply.fault.code, row->code);
	assert_true(str_is(reply.fault.text, cwmp_fault_text(row->code)));
	assert_true(str_is(reply.fault.soap_code, cwmp_fault_soap_code(row->code)));
	assert_true(str_is(reply.fault.soap_string, "CWMP fault"));
	assert_int_equal(reply.fault.n_params, 0);
	/* nothing came of it, and what it does not have it does not list */
	assert_int_equal(model_values_save(&stub->values, &kept), 0);
	assert_null(strstr(buf_cstr(&kept), "value"));
	assert_int_equal(stub->jobs.len, 0);
	assert_string_equal(stub->diary, "");
	if (row->method != CWMP_GET_RPC_METHODS)
		assert_int_equal(is_listed(stub, row->method),
		    was_listed && row->code != 9000);
	stub_free(stub);
}

static void fill_rows(struct cases *cases)
{
	const uint16_t *codes = NULL;
	size_t n_rows = 0;

	for (int m = 0; m < CWMP_METHODS; m++) {
		enum cwmp_method method = (enum cwmp_method)m;
		size_t n = cwmp_method_faults(method, &codes);

		for (size_t i = 0; i < n; i++) {
			struct refusal *row = &rows[n_rows++];

			row->method = method;
			row->code = codes[i];
			(void)snprintf(row->name, sizeof(row->name), "%s refused %u",
			    cwmp_method_name(method), codes[i]);
			cases_add_named(cases, row->name,
			    a_method_is_refused_as_the_model_says, row);
		}
	}
}

/* At its bounds: what the standard lists, and a vendor's own. */
static void a_method_has_the_faults_of_the_standard(void **state)
{
	static const struct {
		enum cwmp_method method;
		uint32_t code;
		bool has;
	} expected[] = {
		{ CWMP_REBOOT, 9000, false },
		{ CWMP_REBOOT, 9001, true },
		{ CWMP_REBOOT, 9003, true },
		{ CWMP_REBOOT, 9004, false },
		{ CWMP_REBOOT, 9799, false },
		{ CWMP_REBOOT, 9800, true },
		{ CWMP_REBOOT, 9899, true },
		{ CWMP_REBOOT, 9900, false },
		{ CWMP_REBOOT, 0, false },
		{ CWMP_SET_PARAMETER_VALUES, 9008, true },
		{ CWMP_SET_PARAMETER_VALUES, 9009, false },
		{ CWMP_CANCEL_TRANSFER, 9021, true },
		{ CWMP_INFORM, 9800, false },
		{ CWMP_UNKNOWN_METHOD, 9000, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_int_equal(cwmp_method_has_fault(expected[i].method,
				     expected[i].code),
		    expected[i].has);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, a_method_has_the_faults_of_the_standard);
	fill_rows(&cases);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
