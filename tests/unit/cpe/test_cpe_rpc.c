/* agents/cpe/rpc: a request and the whole answer, as one line each (rpc_ask.h). */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/rpc_ask.h"

static void test_questions_and_answers(void **state)
{
	static const struct {
		const char *ask, *answer;
	} rows[] = {
		{ "get ~ManagementServer.URL",
		    "ok ManagementServer.URL=http://acs1.lab:7547/cwmp:string" },
		{ "get ~ManagementServer.Password",
		    "ok ManagementServer.Password=:string" },
		{ "get ~DeviceInfo.UpTime ~DeviceInfo.ManufacturerOUI",
		    "ok DeviceInfo.UpTime=42:unsignedInt "
		    "DeviceInfo.ManufacturerOUI=00E0FC:string" },
		{ "get ~LANDevice.1.LANHostConfigManagement.IPInterface.",
		    "ok LANDevice.1.LANHostConfigManagement.IPInterface.1.Enable=1:boolean "
		    "LANDevice.1.LANHostConfigManagement.IPInterface.1."
		    "IPInterfaceAddressingType=:string "
		    "LANDevice.1.LANHostConfigManagement.IPInterface.1."
		    "IPInterfaceIPAddress=192.0.2.10:string "
		    "LANDevice.1.LANHostConfigManagement.IPInterface.1."
		    "IPInterfaceSubnetMask=:string" },
		{ "get ~ManagementServer.Url", "9005 Client" },
		{ "get ~ManagementServer", "9005 Client" },
		{ "get ~DeviceInfo.UpTime ~Nothing.", "9005 Client" },
		{ "names+ ~LANDevice.", "ok LANDevice.1.=0" },
		{ "names+ ", "ok InternetGatewayDevice.=0" },
		{ "names ~DeviceConfig.",
		    "ok DeviceConfig.=0 DeviceConfig.ConfigFile!0 "
		    "DeviceConfig.PersistentData!0" },
		{ "names ~DeviceInfo.UpTime", "ok DeviceInfo.UpTime=0" },
		{ "names+ ~DeviceInfo.UpTime", "9003 Client" },
		{ "names ~Nothing.", "9005 Client" },
		{ "notified ~DeviceInfo.SoftwareVersion",
		    "ok DeviceInfo.SoftwareVersion=2" },
		{ "add ~LANDevice.", "9005 Client" },
		{ "delete ~LANDevice.1.", "9005 Client" },
		{ "vouchers", "9000 Server" },
		{ "schedule0 k", "9003 Client" },
		{ "methods",
		    "ok GetRPCMethods SetParameterValues GetParameterValues "
		    "GetParameterNames SetParameterAttributes GetParameterAttributes "
		    "AddObject DeleteObject Reboot Download ScheduleDownload Upload "
		    "CancelTransfer GetQueuedTransfers GetAllQueuedTransfers "
		    "ScheduleInform FactoryReset" },
	};
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ask(stub, rows[i].ask, rows[i].answer);
	stub_free(stub);
}

static void test_a_set_is_all_or_nothing(void **state)
{
	static const struct {
		const char *ask, *answer;
	} rows[] = {
		{ "set ~ManagementServer.PeriodicInformInterval=30 "
		  "~DeviceInfo.UpTime=1 ~Nothing=1 "
		  "~ManagementServer.PeriodicInformEnable=perhaps "
		  "~ManagementServer.URL=http://x/|int key1",
		    "9003 Client DeviceInfo.UpTime=9008 Nothing=9005 "
		    "ManagementServer.PeriodicInformEnable=9007 "
		    "ManagementServer.URL=9006" },
		{ "get ~ManagementServer.PeriodicInformInterval "
		  "~ManagementServer.URL ~ManagementServer.ParameterKey",
		    "ok ManagementServer.PeriodicInformInterval=600:unsignedInt "
		    "ManagementServer.URL=http://acs1.lab:7547/cwmp:string "
		    "ManagementServer.ParameterKey=:string" },
		{ "set ~ManagementServer.URL=ftp://x/ key2",
		    "9003 Client ManagementServer.URL=9007" },
		{ "set ~ManagementServer.PeriodicInformInterval=30 "
		  "~ManagementServer.PeriodicInformInterval=31 key3",
		    "9003 Client ManagementServer.PeriodicInformInterval=9003" },
		{ "set ~ManagementServer.PeriodicInformInterval=30|unsignedInt "
		  "~ManagementServer.Username=new key4",
		    "ok" },
		{ "get ~ManagementServer.PeriodicInformInterval "
		  "~ManagementServer.Username ~ManagementServer.ParameterKey",
		    "ok ManagementServer.PeriodicInformInterval=30:unsignedInt "
		    "ManagementServer.Username=new:string "
		    "ManagementServer.ParameterKey=key4:string" },
		{ "set ~ManagementServer.Username=newer "
		  "a-parameter-key-of-33-characters-",
		    "9003 Client" },
		{ "set key5", "ok" },
		{ "get ~ManagementServer.ParameterKey",
		    "ok ManagementServer.ParameterKey=key5:string" },
	};
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ask(stub, rows[i].ask, rows[i].answer);
	stub_free(stub);
}

static void test_attributes_are_all_or_nothing_too(void **state)
{
	static const struct {
		const char *ask, *answer;
	} rows[] = {
		{ "notify ~DeviceInfo.Description=2 ~DeviceInfo.UpTime=1",
		    "9009 Server" },
		{ "notified ~DeviceInfo.Description", "ok DeviceInfo.Description=0" },
		{ "notify ~DeviceInfo.SoftwareVersion=0", "9009 Server" },
		{ "notify ~DeviceInfo.Description=9", "9003 Client" },
		{ "notify ~DeviceInfo.Description=4", "9009 Server" },
		{ "notify ~Nothing=1", "9005 Client" },
		{ "notify ~DeviceConfig.PersistentData=1", "ok" },
		{ "notified ~DeviceConfig.",
		    "ok DeviceConfig.ConfigFile=0 DeviceConfig.PersistentData=1" },
	};
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ask(stub, rows[i].ask, rows[i].answer);
	stub_free(stub);
}

/* Asks for one parameter n times; the fault's code, or 0. */
static uint32_t ask_often(struct device_stub *stub, enum cwmp_method method,
    const char *name, size_t n)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg request = { .kind = CWMP_REQUEST, .method = method }, reply;
	struct cwmp_strings *names = &request.args.names;

	names->items = arena_array(&arena, n, sizeof(*names->items));
	assert_non_null(names->items);
	while (names->len < n)
		names->items[names->len++] = str_of(name);
	rpc_answer(&stub->rpc, &request, &arena, &reply);
	if (reply.kind != CWMP_FAULT)
		return 0;
	bodies_keep(method, &reply);
	return reply.fault.code;
}

/* An ACS that names the same ones again and again gets no answer of any size. */
static void test_an_answer_has_a_bound(void **state)
{
	static const char uptime[] = "InternetGatewayDevice.DeviceInfo.UpTime";
	static const char file[] = "InternetGatewayDevice.DeviceConfig.ConfigFile";
	struct device_stub *stub = stub_new("hp5920.yaml");
	auto_buf value = BUF_NULL;

	(void)state;
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_VALUES, uptime, 65536), 0);
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_VALUES, uptime, 65537),
	    9004);
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_ATTRIBUTES, uptime, 65536),
	    0);
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_ATTRIBUTES, uptime, 65537),
	    9004);

	/* 8 MiB are 255 times its name and value, and some. */
	while (value.len < 32768)
		buf_append_char(&value, 'x');
	assert_int_equal(model_values_set(stub->rpc.values,
			     model_find(stub->rpc.values->model, str_of(file))->param,
			     buf_str(&value)),
	    0);
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_VALUES, file, 255), 0);
	assert_int_equal(ask_often(stub, CWMP_GET_PARAMETER_VALUES, file, 256), 9004);
	stub_free(stub);
}

static void test_what_happens_after_the_session_is_told_to_the_device(void **state)
{
	static const struct {
		const char *ask, *diary;
	} rows[] = {
		{ "reboot again", "reboot again" },
		{ "reset", "factory reset" },
		{ "schedule later", "inform in 60 s later" },
	};
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ask(stub, rows[i].ask, "ok");
		assert_string_equal(stub->diary, rows[i].diary);
	}
	stub_free(stub);
}

/* Asks "VERB <n times a character of two bytes>TAIL" and returns the fault's text in seen. */
static uint32_t ask_long(struct device_stub *stub, const char *verb, size_t n,
    const char *tail, struct buf *seen)
{
	auto_arena arena = ARENA_NULL;
	auto_buf line = BUF_NULL;
	struct request request;
	struct cwmp_msg reply;

	buf_printf(&line, "%s ", verb);
	for (size_t i = 0; i < n; i++)
		buf_append_text(&line, "\xc3\xa4");
	buf_append_text(&line, tail);
	make_request(stub, &request, &arena, buf_cstr(&line));
	rpc_answer(&stub->rpc, &request.msg, &arena, &reply);
	bodies_keep(request.msg.method, &reply);
	buf_reset(seen);
	if (reply.kind == CWMP_FAULT)
		buf_append_str(seen, reply.fault.text);
	return reply.fault.code;
}

/* What is as long as it may be is looked for, or taken; one character more is refused. */
static void test_arguments_that_are_too_long_are_refused(void **state)
{
	static const struct {
		const char *verb, *tail;
		size_t max;
		uint32_t code; /* of the longest that goes; 0: it is taken */
		const char *what;
	} rows[] = {
		{ "get", "", 256, 9005, "a text of ParameterNames" },
		{ "names", "", 256, 9005, "ParameterPath" },
		{ "notified", "", 256, 9005, "a text of ParameterNames" },
		{ "add", " key", 256, 9005, "ObjectName" },
		{ "delete", " key", 256, 9005, "ObjectName" },
		{ "set", "=1 key", 256, 9003, "Name" }, /* with 9005 for the name */
		{ "notify", "=1", 256, 9005, "Name" },
		{ "set", "", 32, 0, "ParameterKey" },
		{ "reboot", "", 32, 0, "CommandKey" },
		{ "schedule", "", 32, 0, "CommandKey" },
	};
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t max = rows[i].max;
		auto_buf seen = BUF_NULL, want = BUF_NULL;

		assert_int_equal(ask_long(stub, rows[i].verb, max, rows[i].tail, &seen),
		    rows[i].code);
		assert_false(str_find(buf_str(&seen), STR("characters"), NULL));
		assert_int_equal(ask_long(stub, rows[i].verb, max + 1, rows[i].tail,
				     &seen),
		    9003);
		buf_printf(&want,
		    "Invalid arguments: %s has %zu characters, at most %zu go",
		    rows[i].what, max + 1, max);
		assert_string_equal(buf_cstr(&seen), buf_cstr(&want));
	}
	stub_free(stub);
}

/* What many ACSs say of a type: the model decides whether the value alone counts. */
static void test_a_lenient_model_looks_at_values_and_not_at_their_types(void **state)
{
	static const struct {
		const char *ask, *strict, *lenient;
	} rows[] = {
		{ "set ~LAN.1.Enable=1|string k", "9003 Client LAN.1.Enable=9006",
		    "ok" },
		{ "set ~LAN.1.Enable=2|string k", "9003 Client LAN.1.Enable=9006",
		    "9003 Client LAN.1.Enable=9007" },
		{ "set ~F.Pin=7|int k", "9003 Client F.Pin=9006", "ok" },
		{ "set ~F.Pin=-7|int k", "9003 Client F.Pin=9006",
		    "9003 Client F.Pin=9007" },
		{ "set ~F.Pin=8 k", "ok", "ok" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub =
		    stub_load("tests/unit/cpe/models/tables.yaml");

		ask(stub, rows[i].ask, rows[i].strict);
		stub->model->conduct.cwmp.types = MODEL_TYPES_LENIENT;
		ask(stub, rows[i].ask, rows[i].lenient);
		stub_free(stub);
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_questions_and_answers);
	cases_add(&cases, test_a_set_is_all_or_nothing);
	cases_add(&cases, test_arguments_that_are_too_long_are_refused);
	cases_add(&cases, test_attributes_are_all_or_nothing_too);
	cases_add(&cases, test_a_lenient_model_looks_at_values_and_not_at_their_types);
	cases_add(&cases, test_an_answer_has_a_bound);
	cases_add(&cases, test_what_happens_after_the_session_is_told_to_the_device);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
