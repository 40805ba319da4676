/* Which sessions of a small analysis each filter takes, and what filters refuse. */
#include "tests/unit/unit.h"

#include "capture/analysis/filter.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#define AT(n) (INT64_C(1700000000) * NS_PER_S + (n)*NS_PER_MS)

static const char *boot[] = { "0 BOOTSTRAP", "1 BOOT" };
static const char *periodic[] = { "2 PERIODIC" };

static struct analysis_message moved[] = {
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 8 },
	{ .kind = MESSAGE_CWMP, .name = "SetParameterValues", .frame = 12 },
	{ .kind = MESSAGE_CWMP, .name = "Fault", .fault = 9003, .frame = 14 },
};
static struct unit_outcome units[] = { { .uuid = "1" }, { .uuid = "2", .code = 9026 } };
static const struct rpc_outcome changed = { .is_units = true,
	.units = units,
	.n_units = ARRAY_LEN(units),
	.n_all = ARRAY_LEN(units) };
static struct analysis_message asked[] = {
	{ .kind = MESSAGE_HTTP, .name = "401", .frame = 30 },
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 32 },
	{ .kind = MESSAGE_CWMP,
	    .name = "DUStateChangeComplete",
	    .outcome = &changed,
	    .frame = 34 },
};

static struct analysis_conn conns[] = {
	{ .client = "10.0.0.100",
	    .client_port = 40000,
	    .server = "192.0.2.11",
	    .server_port = 7547,
	    .first_frame = 5,
	    .last_frame = 18 },
	{ .client = "10.0.0.101",
	    .client_port = 40000,
	    .server = "192.0.2.12",
	    .server_port = 7548,
	    .first_frame = 20,
	    .last_frame = 40 },
	{ .client = "fd00::5",
	    .client_port = 40000,
	    .server = "fd00::1",
	    .server_port = 7547,
	    .first_frame = 50,
	    .last_frame = 60 },
};

static const struct analysis_session all[] = {
	{ .id = 1,
	    .cpe = "10.0.0.100",
	    .mac = "02:00:00:00:00:64",
	    .oui = "00AABB",
	    .product_class = "Gate",
	    .serial = "A1",
	    .events = boot,
	    .n_events = 2,
	    .start = AT(100),
	    .end = AT(200),
	    .ok = true,
	    .messages = moved,
	    .n_messages = ARRAY_LEN(moved),
	    .conns = &conns[0],
	    .n_conns = 1,
	    .device = 0,
	    .owner = 0 },
	{ .id = 2,
	    .cpe = "10.0.0.101",
	    .oui = "00AABB",
	    .product_class = "Gate",
	    .serial = "B2",
	    .events = periodic,
	    .n_events = 1,
	    .start = AT(5000),
	    .end = AT(6000),
	    .messages = asked,
	    .n_messages = ARRAY_LEN(asked),
	    .conns = &conns[1],
	    .n_conns = 1,
	    .device = 1,
	    .owner = 1 },
	{ .id = 3,
	    .cpe = "fd00::5",
	    .start = AT(7000),
	    .end = AT(7500),
	    .not_judged = "no secrets",
	    .conns = &conns[2],
	    .n_conns = 1,
	    .device = SIZE_MAX,
	    .owner = SIZE_MAX },
};

static const struct row {
	enum filter_kind kind;
	const char *text;
	const char *taken; /* ids */
} rows[] = {
	{ FILTER_DEVICE, "A1", "1" },
	{ FILTER_DEVICE, "00aabb-*", "1 2" },
	{ FILTER_DEVICE, "00AABB-Gate-B2", "2" },
	{ FILTER_DEVICE, "00AABB-B2", "2" },
	{ FILTER_DEVICE, "02:00:00:00:00:64", "1" },
	{ FILTER_DEVICE, "C3", "" },
	{ FILTER_SESSION, "2", "2" },
	{ FILTER_SESSION, "2..", "2 3" },
	{ FILTER_SESSION, "..2", "1 2" },
	{ FILTER_METHOD, "inform", "1 2" },
	{ FILTER_METHOD, "Set*", "1" },
	{ FILTER_METHOD, "401", "2" },
	{ FILTER_EVENT, "1 BOOT", "1" },
	{ FILTER_EVENT, "1", "1" },
	{ FILTER_EVENT, "periodic", "2" },
	{ FILTER_FAULT, "any", "1 2" },
	{ FILTER_FAULT, "9026", "2" },
	{ FILTER_FAULT, "9003", "1" },
	{ FILTER_FAULT, "9004..9010", "" },
	{ FILTER_ADDRESS, "10.0.0.100", "1" },
	{ FILTER_ADDRESS, "10.0.0.0/8", "1 2" },
	{ FILTER_ADDRESS, "10.0.0.101/31", "1 2" },
	{ FILTER_ADDRESS, "192.0.2.12:7548", "2" },
	{ FILTER_ADDRESS, "192.0.2.12:7547", "" },
	{ FILTER_ADDRESS, "fd00::5", "3" },
	{ FILTER_ADDRESS, "[fd00::1]:7547", "3" },
	{ FILTER_ADDRESS, "0.0.0.0/0", "1 2" },
	{ FILTER_TIME, "+0.15..+0.16", "1" },
	{ FILTER_TIME, "+5..", "2 3" },
	{ FILTER_TIME, "1700000005.5..1700000007", "2 3" },
	{ FILTER_TIME, "2023-11-14T22:13:20Z..2023-11-14T22:13:25", "1 2" },
	{ FILTER_TIME, "2023-11-14T22:13:26.001..2023-11-15", "3" },
	{ FILTER_TIME, "..2023-11-14 22:12", "" },
	/* An end is all of its day, minute or second. */
	{ FILTER_TIME, "..2023-11-14 22:13", "1 2 3" },
	{ FILTER_TIME, "2023-11-14..2023-11-14", "1 2 3" },
	{ FILTER_TIME, "2023-11-15..2023-11-15", "" },
	{ FILTER_FRAME, "18", "1" },
	{ FILTER_FRAME, "19", "" },
	{ FILTER_FRAME, "18..20", "1 2" },
};

static struct analysis_session sessions[ARRAY_LEN(all)];
static size_t first[] = { 0 }, second[] = { 1 };
static struct analysis_device devices[2];

static struct analysis fresh(void)
{
	memcpy(sessions, all, sizeof(sessions));
	devices[0] = (struct analysis_device){ .serial = "A1",
		.sessions = first,
		.n_sessions = 1 };
	devices[1] = (struct analysis_device){ .serial = "B2",
		.sessions = second,
		.n_sessions = 1 };
	return (struct analysis){ .file = "x.pcap",
		.start = AT(0),
		.end = AT(9000),
		.sessions = sessions,
		.n_sessions = ARRAY_LEN(all),
		.devices = devices,
		.n_devices = ARRAY_LEN(devices) };
}

static void append_ids(struct buf *out, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sessions; i++)
		buf_printf(out, "%s%llu", i > 0 ? " " : "",
		    (unsigned long long)analysis->sessions[i].id);
}

static void each_filter_takes_its_sessions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct filter filter = { 0 };
		struct analysis analysis = fresh();
		struct error err = ERROR_NULL;
		auto_buf ids = BUF_NULL;

		if (filter_add(&filter, rows[i].kind, rows[i].text, &err) < 0)
			fail_msg("%s", err.text);
		filter_apply(&filter, &analysis, false);
		append_ids(&ids, &analysis);
		if (strcmp(buf_cstr(&ids), rows[i].taken) != 0)
			fail_msg("--%s %s: took \"%s\", not \"%s\"",
			    filter_option(rows[i].kind)->name, rows[i].text,
			    buf_cstr(&ids), rows[i].taken);
	}
}

static void values_are_alternatives_and_kinds_are_not(void **state)
{
	struct filter filter = { 0 };
	struct analysis analysis = fresh();
	auto_buf ids = BUF_NULL;

	(void)state;
	assert_true(filter_is_empty(&filter));
	assert_int_equal(filter_add(&filter, FILTER_EVENT, "1", NULL), 0);
	assert_int_equal(filter_add(&filter, FILTER_EVENT, "2", NULL), 0);
	assert_int_equal(filter_add(&filter, FILTER_ADDRESS, "192.0.2.12", NULL), 0);
	assert_false(filter_is_empty(&filter));
	filter_apply(&filter, &analysis, false);
	append_ids(&ids, &analysis);
	assert_string_equal(buf_cstr(&ids), "2");
}

static void mistakes_say_what_would_be_right(void **state)
{
	static const struct {
		enum filter_kind kind;
		const char *text, *error;
	} wrong[] = {
		{ FILTER_SESSION, "x",
		    "--session \"x\": give a number or a range such as 3..9" },
		{ FILTER_SESSION, "9..3",
		    "--session \"9..3\": give a number or a range such as 3..9" },
		{ FILTER_SESSION, "..",
		    "--session \"..\": give a number or a range such as 3..9" },
		{ FILTER_DEVICE, "",
		    "--device \"\": give a serial number, OUI-serial or MAC" },
		{ FILTER_FAULT, "none",
		    "--fault \"none\": give a code such as 9005, a range such as "
		    "9000..9010, or any" },
		{ FILTER_ADDRESS, "10.0.0.256",
		    "--address \"10.0.0.256\": give an address such as 10.0.0.1, "
		    "10.0.0.1:7547, [fd00::1]:7547 or 10.0.0.0/8" },
		{ FILTER_ADDRESS, "10.0.0.1/33",
		    "--address \"10.0.0.1/33\": give an address such as 10.0.0.1, "
		    "10.0.0.1:7547, [fd00::1]:7547 or 10.0.0.0/8" },
		{ FILTER_TIME, "+9..+5",
		    "--time \"+9..+5\": give FROM..TO, each a date such as "
		    "2026-11-23T10:31:07Z, seconds since 1970, +SECONDS since the first "
		    "frame, or empty" },
		{ FILTER_TIME, "12:30",
		    "--time \"12:30\": give FROM..TO, each a date such as "
		    "2026-11-23T10:31:07Z, seconds since 1970, +SECONDS since the first "
		    "frame, or empty" },
		{ FILTER_TIME, "9999-01-01..",
		    "--time \"9999-01-01..\": give FROM..TO, each a date such as "
		    "2026-11-23T10:31:07Z, seconds since 1970, +SECONDS since the first "
		    "frame, or empty" },
		{ FILTER_FRAME, "-1",
		    "--frame \"-1\": give a number or a range such as 100..200" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct filter filter = { 0 };
		struct error err = ERROR_NULL;

		assert_int_equal(filter_add(&filter, wrong[i].kind, wrong[i].text,
				     &err),
		    ERR_USAGE);
		assert_string_equal(err.text, wrong[i].error);
	}
}

/* What hangs on the sessions that are left out goes with them; indexes are made anew. */
static void all_that_hangs_on_a_session_goes_with_it(void **state)
{
	struct analysis_message look_ups[] = {
		{ .kind = MESSAGE_DNS, .first_time = AT(4999) },
		{ .kind = MESSAGE_DNS, .first_time = AT(6001) },
	};
	struct analysis_host hosts[] = {
		{ .cpe = "10.0.0.100", .mac = "02:00:00:00:00:64", .device = 0 },
		{ .cpe = "10.0.0.101",
		    .device = 1,
		    .messages = look_ups,
		    .n_messages = ARRAY_LEN(look_ups) },
	};
	struct finding findings[] = {
		{ .rule = "SES-09", .severity = RULE_MUST, .session = 1 },
		{ .rule = "HTTP-01", .severity = RULE_SHOULD, .session = 2 },
		{ .rule = "DHCP-01",
		    .severity = RULE_NOTE,
		    .cpe = "10.0.0.101",
		    .device = 1 },
		{ .rule = "DHCP-02",
		    .severity = RULE_MUST,
		    .cpe = "10.0.0.100",
		    .mac = "02:00:00:00:00:64" },
	};
	struct sequence_result results[] = {
		{ .cpe = "10.0.0.100", .mac = "02:00:00:00:00:64" },
		{ .cpe = "10.0.0.101", .device = 1, .ok = true },
	};
	struct filter filter = { 0 };
	struct analysis analysis = fresh();

	(void)state;
	analysis.hosts = hosts;
	analysis.n_hosts = ARRAY_LEN(hosts);
	analysis.findings = findings;
	analysis.n_findings = ARRAY_LEN(findings);
	analysis.sequences = results;
	analysis.n_sequences = ARRAY_LEN(results);
	assert_int_equal(filter_add(&filter, FILTER_SESSION, "2", NULL), 0);
	filter_apply(&filter, &analysis, false);
	assert_int_equal(analysis.n_sessions, 1);
	assert_int_equal(analysis.sessions[0].id, 2);
	assert_int_equal(analysis.sessions[0].device, 0);
	assert_int_equal(analysis.n_devices, 1);
	assert_string_equal(analysis.devices[0].serial, "B2");
	assert_int_equal(analysis.devices[0].sessions[0], 0);
	assert_int_equal(analysis.devices[0].n_findings, 1);
	assert_int_equal(analysis.n_hosts, 1);
	assert_string_equal(analysis.hosts[0].cpe, "10.0.0.101");
	assert_int_equal(analysis.hosts[0].n_messages, 1);
	assert_int_equal(analysis.hosts[0].device, 0);
	assert_int_equal(analysis.findings[1].device, 0);
	assert_int_equal(analysis.sequences[0].device, 0);
	assert_int_equal(analysis.n_findings, 2);
	assert_string_equal(analysis.findings[0].rule, "HTTP-01");
	assert_string_equal(analysis.findings[1].rule, "DHCP-01");
	assert_int_equal(analysis.n_sequences, 1);
	assert_int_equal(analysis.counts.sessions, 1);
	assert_int_equal(analysis.counts.sessions_broken, 1);
	assert_int_equal(analysis.counts.shoulds, 1);
	assert_int_equal(analysis.counts.notes, 1);
	assert_true(analysis.ok);
}

/* Failures move up in their list, and whoever points to one points to the same one. */
static void each_session_keeps_its_own_failure(void **state)
{
	struct analysis_failure failures[] = {
		{ .text = "of session 1", .session = 1 },
		{ .text = "of session 2", .session = 2 },
		{ .text = "of the look-up", .cpe = "10.0.0.101" },
	};
	struct analysis_message look_up = { .kind = MESSAGE_DNS,
		.first_time = AT(6001),
		.failure = &failures[2] };
	struct analysis_host host = { .cpe = "10.0.0.101",
		.device = 1,
		.messages = &look_up,
		.n_messages = 1 };
	struct filter filter = { 0 };
	struct analysis analysis = fresh();

	(void)state;
	analysis.hosts = &host;
	analysis.n_hosts = 1;
	analysis.failures = failures;
	analysis.n_failures = ARRAY_LEN(failures);
	for (size_t i = 0; i < analysis.n_sessions && i < 2; i++)
		analysis.sessions[i].failure = &failures[i];
	assert_int_equal(filter_add(&filter, FILTER_SESSION, "2", NULL), 0);
	filter_apply(&filter, &analysis, false);
	assert_int_equal(analysis.n_failures, 2);
	assert_string_equal(analysis.sessions[0].failure->text, "of session 2");
	assert_string_equal(analysis.hosts[0].messages[0].failure->text,
	    "of the look-up");
	assert_int_equal(analysis.counts.failures, 2);
	assert_false(analysis.ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_session_keeps_its_own_failure),
		cmocka_unit_test(each_filter_takes_its_sessions),
		cmocka_unit_test(values_are_alternatives_and_kinds_are_not),
		cmocka_unit_test(mistakes_say_what_would_be_right),
		cmocka_unit_test(all_that_hangs_on_a_session_goes_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
