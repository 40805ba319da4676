/* agents/cpe/diag over data models: what an ACS may set, what the CPE then goes by, and what it
 * writes, asked in lines (rpc_ask.h). */
#include "tests/unit/cpe/rpc_ask.h"

#include "agents/cpe/diag/diag.h"

#define PING  "~IP.Diagnostics.IPPing."
#define P     "IP.Diagnostics.IPPing."
#define TRACE "~IP.Diagnostics.TraceRoute."
#define T     "IP.Diagnostics.TraceRoute."

static void play(const char *model, const struct asked *rows)
{
	struct device_stub *stub = stub_new(model);

	ask_all(stub, rows);
	stub_free(stub);
}

static void test_an_acs_requests_and_cancels_and_no_more(void **state)
{
	static const struct asked rows[] = {
		{ "set " PING "Host=h " PING "DiagnosticsState=Requested k", "ok" },
		{ "get " PING "DiagnosticsState",
		    "ok " P "DiagnosticsState=Requested:string" },
		{ "set " PING "DiagnosticsState=Canceled k", "ok" },
		{ "get " PING "DiagnosticsState",
		    "ok " P "DiagnosticsState=None:string" },
		{ "set " PING "DiagnosticsState=None k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "DiagnosticsState=Complete k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "DiagnosticsState=Error_Other k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "DiagnosticsState=requested k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "SuccessCount=1 k",
		    "9003 Client " P "SuccessCount=9008" },
		{ NULL, NULL },
	};
	/* A model whose state has no such value cannot be canceled (TR-098). */
	static const struct asked old[] = {
		{ "set ~IPPingDiagnostics.DiagnosticsState=Canceled k",
		    "9003 Client IPPingDiagnostics.DiagnosticsState=9007" },
		{ "set ~IPPingDiagnostics.DiagnosticsState=Complete k",
		    "9003 Client IPPingDiagnostics.DiagnosticsState=9007" },
		{ "set ~WANDevice.1.WANDSLDiagnostics.LoopDiagnosticsState=Complete k",
		    "9003 Client "
		    "WANDevice.1.WANDSLDiagnostics.LoopDiagnosticsState=9007" },
		{ "set ~WANDevice.1.WANDSLDiagnostics.LoopDiagnosticsState=Requested k",
		    "ok" },
		{ NULL, NULL },
	};

	(void)state;
	play("gateway-181.yaml", rows);
	play("gateway-098.yaml", old);
}

static void test_an_argument_that_is_set_takes_the_request_back(void **state)
{
	static const struct asked rows[] = {
		{ "set " PING "Host=h " PING "DiagnosticsState=Requested k", "ok" },
		{ "set " PING "Timeout=9 k", "ok" },
		{ "get " PING "DiagnosticsState",
		    "ok " P "DiagnosticsState=None:string" },
		/* in the same Set it does not matter which comes first */
		{ "set " PING "DiagnosticsState=Requested " PING "Host=i k", "ok" },
		{ "get " PING "DiagnosticsState",
		    "ok " P "DiagnosticsState=Requested:string" },
		/* another one's, or a Set that fails, is not its business */
		{ "set " TRACE "Host=h k", "ok" },
		{ "set " PING "Host=j " PING "Timeout=0 k",
		    "9003 Client " P "Timeout=9007" },
		{ "get " PING "DiagnosticsState " PING "Host",
		    "ok " P "DiagnosticsState=Requested:string " P "Host=i:string" },
		{ NULL, NULL },
	};

	(void)state;
	play("gateway-181.yaml", rows);
}

static void test_a_request_without_its_arguments_is_refused(void **state)
{
	static const struct asked rows[] = {
		{ "set " PING "DiagnosticsState=Requested k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "Host=h k", "ok" },
		{ "set " PING "DiagnosticsState=Requested " PING "Host= k",
		    "9003 Client " P "DiagnosticsState=9007" },
		{ "set " PING "DiagnosticsState=Requested k", "ok" },
		{ "set ~IP.Diagnostics.UploadDiagnostics.DiagnosticsState=Requested k",
		    "9003 Client "
		    "IP.Diagnostics.UploadDiagnostics.DiagnosticsState=9007" },
		{ "set ~SelfTestDiagnostics.DiagnosticsState=Requested k", "ok" },
		{ NULL, NULL },
	};

	(void)state;
	play("gateway-181.yaml", rows);
}

static void test_arguments_beyond_what_the_cpe_can_do_are_refused(void **state)
{
	static const struct asked rows[] = {
		{ "set " PING "NumberOfRepetitions=10000 k", "ok" },
		{ "set " PING "NumberOfRepetitions=10001 k",
		    "9003 Client " P "NumberOfRepetitions=9007" },
		{ "set " PING "DataBlockSize=65507 k", "ok" },
		{ "set " PING "DataBlockSize=65508 k",
		    "9003 Client " P "DataBlockSize=9007" },
		{ "set " PING "Timeout=3600000 k", "ok" },
		{ "set " PING "Timeout=3600001 k", "9003 Client " P "Timeout=9007" },
		{ "set " TRACE "MaxHopCount=64 k", "ok" },
		{ "set " TRACE "MaxHopCount=65 k",
		    "9003 Client " T "MaxHopCount=9007" },
		{ "set " TRACE "NumberOfTries=3 k", "ok" },
		{ "set " TRACE "NumberOfTries=4 k",
		    "9003 Client " T "NumberOfTries=9007" },
		{ "set ~IP.Diagnostics.UploadDiagnostics.TestFileLength=1073741824 k",
		    "ok" },
		{ "set ~IP.Diagnostics.UploadDiagnostics.TestFileLength=1073741825 k",
		    "9003 Client "
		    "IP.Diagnostics.UploadDiagnostics.TestFileLength=9007" },
		{ "set ~DNS.Diagnostics.NSLookupDiagnostics.NumberOfRepetitions=100 k",
		    "ok" },
		{ "set ~DNS.Diagnostics.NSLookupDiagnostics.NumberOfRepetitions=101 k",
		    "9003 Client "
		    "DNS.Diagnostics.NSLookupDiagnostics.NumberOfRepetitions=9007" },
		{ NULL, NULL },
	};

	(void)state;
	play("gateway-181.yaml", rows);
}

/* ---- what the CPE does -------------------------------------------------------------- */

static struct model_at object_of(struct device_stub *stub, const char *path)
{
	struct model_at at;

	if (!model_values_find(&stub->values, str_of(path), &at))
		fail_msg("%s is not there", path);
	return at;
}

static void test_what_is_requested_is_found_with_its_arguments(void **state)
{
	static const struct asked rows[] = {
		{ "set " TRACE "Host=h " TRACE "MaxHopCount=7 " TRACE
		  "DiagnosticsState=Requested k",
		    "ok" },
		{ NULL, NULL },
	};
	struct device_stub *stub = stub_new("gateway-181.yaml");
	struct model_at object;
	struct diag_args args;

	(void)state;
	assert_false(diag_find_requested(&stub->values, &object));
	ask_all(stub, rows);
	assert_true(diag_find_requested(&stub->values, &object));
	assert_int_equal(diag_read(&stub->values, &object, &args), DIAG_TRACE);
	assert_true(str_is(args.host, "h"));
	assert_int_equal(args.hops, 7);
	assert_int_equal(args.n, 3);
	assert_int_equal(args.size, 40);
	assert_int_equal(args.timeout_ms, 5000);
	assert_string_equal(stub->diary,
	    "diagnostic Device.IP.Diagnostics.TraceRoute.");
	diag_forget(&stub->values);
	assert_false(diag_find_requested(&stub->values, &object));
	stub_free(stub);
}

static void put_results(struct device_stub *stub, const char *path,
    const struct diag_results *results, const char *wanted)
{
	struct model_at object = object_of(stub, path);
	char said[DIAG_STATE_MAX];

	assert_int_equal(diag_write(&stub->values, &object, results, said), 0);
	assert_string_equal(said, wanted);
}

static void test_results_of_pings_are_in_milliseconds_rounded_up(void **state)
{
	static const struct diag_results results = { .outcome = DIAG_COMPLETE,
		.n_ok = 2,
		.n_failed = 1,
		.least = 1,
		.mean = 1000001,
		.most = 2000000,
		.from = 0xc000020a };
	static const struct asked rows[] = {
		{ "get " PING "SuccessCount " PING "FailureCount " PING
		  "MinimumResponseTime " PING "AverageResponseTime " PING
		  "MaximumResponseTime",
		    "ok " P "SuccessCount=2:unsignedInt " P
		    "FailureCount=1:unsignedInt " P
		    "MinimumResponseTime=1:unsignedInt " P
		    "AverageResponseTime=2:unsignedInt " P
		    "MaximumResponseTime=2:unsignedInt" },
		{ "get " PING "AverageResponseTimeDetailed " PING "IPAddressUsed",
		    "ok " P "AverageResponseTimeDetailed=1001:unsignedInt " P
		    "IPAddressUsed=192.0.2.10:string" },
		{ NULL, NULL },
	};
	struct device_stub *stub = stub_new("gateway-181.yaml");

	(void)state;
	put_results(stub, "Device.IP.Diagnostics.IPPing.", &results, "Complete");
	ask_all(stub, rows);
	stub_free(stub);
}

static void test_hops_are_numbered_from_one_each_time(void **state)
{
	struct diag_results results = {
		.outcome = DIAG_COMPLETE,
		.mean = NS_PER_MS,
		.n_hops = 2,
		.hops = { { 0xc0000201, 0, 3, { 1, 0, INT64_MAX / 2 } },
		    { 0xc0000202, 3, 1, { 2 * NS_PER_MS } } },
	};
	static const struct asked two[] = {
		{ "get ~TraceRouteDiagnostics.RouteHops.",
		    "ok TraceRouteDiagnostics.RouteHops.1.HopErrorCode=0:unsignedInt "
		    "TraceRouteDiagnostics.RouteHops.1.HopHost=192.0.2.1:string "
		    "TraceRouteDiagnostics.RouteHops.1.HopHostAddress=:string "
		    "TraceRouteDiagnostics.RouteHops.1.HopRTTimes=1,0,9999:string "
		    "TraceRouteDiagnostics.RouteHops.2.HopErrorCode=3:unsignedInt "
		    "TraceRouteDiagnostics.RouteHops.2.HopHost=192.0.2.2:string "
		    "TraceRouteDiagnostics.RouteHops.2.HopHostAddress=:string "
		    "TraceRouteDiagnostics.RouteHops.2.HopRTTimes=2:string" },
		{ NULL, NULL },
	};
	static const struct asked none[] = {
		{ "get ~TraceRouteDiagnostics.RouteHops.", "ok" },
		{ "get ~TraceRouteDiagnostics.RouteHopsNumberOfEntries",
		    "ok TraceRouteDiagnostics.RouteHopsNumberOfEntries=0:unsignedInt" },
		{ NULL, NULL },
	};
	static const char object[] = "InternetGatewayDevice.TraceRouteDiagnostics.";
	struct device_stub *stub = stub_new("gateway-098.yaml");

	(void)state;
	put_results(stub, object, &results, "Complete");
	ask_all(stub, two);
	put_results(stub, object, &results, "Complete");
	ask_all(stub, two);
	results.n_hops = 0;
	results.outcome = DIAG_NO_ROUTE;
	put_results(stub, object, &results, "Error_MaxHopCountExceeded");
	ask_all(stub, none);
	stub_free(stub);
}

/* Each outcome at each object of both roots is a value that its model has. */
static void test_each_outcome_has_a_state_that_the_model_knows(void **state)
{
	static const struct {
		const char *model, *object, *states;
	} rows[] = {
		{ "gateway-098.yaml", "InternetGatewayDevice.IPPingDiagnostics.",
		    "Complete CannotResolveHostName Other" },
		{ "gateway-098.yaml", "InternetGatewayDevice.TraceRouteDiagnostics.",
		    "Complete CannotResolveHostName MaxHopCountExceeded" },
		{ "gateway-098.yaml", "InternetGatewayDevice.DownloadDiagnostics.",
		    "Completed InitConnectionFailed InitConnectionFailed" },
		{ "gateway-181.yaml", "Device.IP.Diagnostics.IPPing.",
		    "Complete CannotResolveHostName NoRouteToHost" },
		{ "gateway-181.yaml", "Device.IP.Diagnostics.UploadDiagnostics.",
		    "Complete CannotResolveHostName NoRouteToHost" },
		{ "gateway-181.yaml", "Device.DNS.Diagnostics.NSLookupDiagnostics.",
		    "Complete Other Other" },
		{ "gateway-181.yaml", "Device.SelfTestDiagnostics.",
		    "Complete Other Other" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new(rows[i].model);
		struct model_at object = object_of(stub, rows[i].object);
		struct buf seen = BUF_NULL;

		for (int outcome = 0; outcome <= DIAG_INTERNAL; outcome++) {
			const struct diag_results results = {
				.outcome = (enum diag_outcome)outcome
			};
			struct str said;
			char text[DIAG_STATE_MAX];

			assert_int_equal(diag_write(&stub->values, &object, &results,
					     text),
			    0);
			said = str_of(text);
			assert_true(str_starts(said, STR("Error")) ==
				    (outcome != DIAG_COMPLETE));
			if (str_starts(said, STR("Error_")))
				said = str_from(said, 6);
			if (outcome <= DIAG_NO_ROUTE)
				buf_printf(&seen, "%s%.*s", outcome ? " " : "",
				    STR_ARG(said));
		}
		assert_string_equal(buf_cstr(&seen), rows[i].states);
		buf_free(&seen);
		stub_free(stub);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_acs_requests_and_cancels_and_no_more),
		cmocka_unit_test(test_an_argument_that_is_set_takes_the_request_back),
		cmocka_unit_test(test_a_request_without_its_arguments_is_refused),
		cmocka_unit_test(test_arguments_beyond_what_the_cpe_can_do_are_refused),
		cmocka_unit_test(test_what_is_requested_is_found_with_its_arguments),
		cmocka_unit_test(test_results_of_pings_are_in_milliseconds_rounded_up),
		cmocka_unit_test(test_hops_are_numbered_from_one_each_time),
		cmocka_unit_test(test_each_outcome_has_a_state_that_the_model_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
