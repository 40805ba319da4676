/* An ACS and a CPE in one process, without sockets: figure 2 of the vendor's guide, whole,
 * by the bytes of HTTP. */
#include "tests/unit/acs/acs_and_cpe.h"

static void figure_2_moves_the_cpe(void **state)
{
	static const char policy[] =
	    "rules:\n"
	    "  - on: [0 BOOTSTRAP]\n"
	    "    steps:\n"
	    "      - get: [ManagementServer.URL]\n"
	    "      - when: url-is-mine\n"
	    "        set:\n"
	    "          ManagementServer.URL: http://acs2.lab:7547/cwmp\n";
	static const enum auth_algorithm algorithms[] = { AUTH_MD5, AUTH_SHA256 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		struct line line;

		line_begin(&line, policy, algorithms[i]);

		assert_int_equal(run_session(&line), SESSION_CLOSE);

		assert_string_equal(buf_cstr(&line.ladder),
		    "-> POST Inform\n"
		    "<- 401\n"
		    "-> POST Inform\n"
		    "<- 200 InformResponse\n"
		    "-> POST\n"
		    "<- 200 GetParameterValues\n"
		    "-> POST GetParameterValuesResponse\n"
		    "<- 200 SetParameterValues\n"
		    "-> POST SetParameterValuesResponse\n"
		    "<- 204\n");
		assert_string_equal(line.stub->url, "http://acs2.lab:7547/cwmp");
		assert_int_equal(line.events.len, 0);
		assert_non_null(strstr(buf_cstr(&line.acs.diary), " ok]"));
		line_end(&line);
	}
}

static void a_wrong_password_gets_no_further_than_401(void **state)
{
	struct line line;

	(void)state;
	line_begin(&line, NULL, AUTH_MD5);
	(void)snprintf(line.stub->password, sizeof(line.stub->password), "wrong");

	assert_int_equal(run_session(&line), SESSION_ABORT);

	assert_string_equal(buf_cstr(&line.ladder), "-> POST Inform\n"
						    "<- 401\n"
						    "-> POST Inform\n"
						    "<- 401\n");
	assert_true(line.events.len > 0);
	assert_int_equal(line.acs.devices.by_id.len, 0);
	line_end(&line);
}

/* Each RPC that a policy can send is answered by our CPE, well or by a fault, and the session
 * goes on behind it; note() holds each body to the reader's rules. */
static void every_rpc_is_answered(void **state)
{
	static const char *const steps[] = {
		"rpc: GetRPCMethods",
		"get: [DeviceInfo., NoSuch.Parameter]",
		"get: [DeviceInfo.]",
		"set: {DeviceInfo.ProvisioningCode: A.B}",
		"set: {DeviceInfo.UpTime: 1}",
		"{rpc: GetParameterNames, path: \"\", next-level: yes}",
		"{rpc: GetParameterNames, path: DeviceInfo.}",
		"{rpc: GetParameterAttributes, names: [DeviceInfo.]}",
		"{rpc: SetParameterAttributes, attributes: [{name: "
		"DeviceInfo.ProvisioningCode, notification: passive}]}",
		"{rpc: AddObject, object: DeviceInfo.}",
		"{rpc: DeleteObject, object: DeviceInfo.1.}",
		"{rpc: ScheduleInform, delay: 1h, command-key: k}",
		"{rpc: CancelTransfer, command-key: k}",
		"rpc: GetQueuedTransfers",
		"rpc: GetAllQueuedTransfers",
		"{rpc: Download, file-type: 1 Firmware Upgrade Image, url: \"http://h/\"}",
		"{rpc: ScheduleDownload, file-type: 1 Firmware Upgrade Image, url: "
		"\"http://h/\", time-windows: [{end: 1h}]}",
		"{rpc: Upload, file-type: 2 Vendor Log File, url: \"http://h/\"}",
		"{rpc: ChangeDUState, operations: [{do: uninstall, uuid: "
		"12345678-1234-5678-9abc-123456789abc}]}",
		"rpc: GetOptions",
		"{rpc: SetVouchers, vouchers: [AAAA]}",
		"{rpc: Reboot, command-key: r}",
		"rpc: FactoryReset",
	};
	auto_buf policy = BUF_NULL;
	struct line line;
	size_t n = 0, at;
	struct str rest;

	(void)state;
	buf_append_text(&policy, "rules:\n  - on: any\n    steps:\n");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		buf_printf(&policy, "      - %s\n", steps[i]);
	line_begin(&line, buf_cstr(&policy), AUTH_MD5);

	assert_int_equal(run_session(&line), SESSION_CLOSE);

	rest = buf_str(&line.ladder);
	while (str_find(rest, STR("<- 200 "), &at)) {
		struct str more, name = str_from(rest, at + 7);

		name = str_cut(name, '\n', &more);
		rest = more;
		if (str_is(name, "InformResponse"))
			continue;
		n++;
		assert_true(str_starts(rest, STR("-> POST ")));
		rest = str_from(rest, 8);
		if (!str_starts(rest, STR("Fault\n")) &&
		    !(str_starts(rest, name) &&
			str_starts(str_from(rest, name.len), STR("Response\n"))))
			fail_msg("%.*s: %s", STR_ARG(name), buf_cstr(&line.ladder));
	}
	assert_int_equal(n, ARRAY_LEN(steps));
	assert_true(str_ends(buf_str(&line.ladder), STR("<- 204\n")));
	assert_non_null(strstr(buf_cstr(&line.acs.diary), " ok]"));
	line_end(&line);
}

/* What our CPE makes of HoldRequests: it says its last word once it was let go. */
static void a_cpe_that_was_held_is_heard_last(void **state)
{
	static const char policy[] = "rules:\n"
				     "  - on: any\n"
				     "    steps:\n"
				     "      - get: [ManagementServer.URL]\n"
				     "hold-requests: yes\n";
	struct line line;

	(void)state;
	line_begin(&line, policy, AUTH_MD5);

	assert_int_equal(run_session(&line), SESSION_CLOSE);

	assert_string_equal(buf_cstr(&line.ladder),
	    "-> POST Inform\n"
	    "<- 401\n"
	    "-> POST Inform\n"
	    "<- 200 InformResponse\n"
	    "-> POST\n"
	    "<- 200 GetParameterValues\n"
	    "-> POST GetParameterValuesResponse\n"
	    "<- 204\n"
	    "-> POST\n"
	    "<- 204\n");
	assert_non_null(strstr(buf_cstr(&line.acs.diary), " ok]"));
	line_end(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figure_2_moves_the_cpe),
		cmocka_unit_test(every_rpc_is_answered),
		cmocka_unit_test(a_cpe_that_was_held_is_heard_last),
		cmocka_unit_test(a_wrong_password_gets_no_further_than_401),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
