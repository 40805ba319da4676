/* agents/cpe/device/cpe_report.c: what is told of a CPE, as whole events, and the line that the
 * log has beside an event. The control channel and the log are this file's. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "lib/program/log.h"

#include <stdio.h>

static struct world {
	struct buf events, log;
	struct json json;
	bool tells_people; /* the events are lines for people */
} world;

/* ---- the control channel ------------------------------------------------------------- */

struct json *control_event_of(struct control *control, const char *node,
    const char *event)
{
	(void)control;
	world.json = json_writer(&world.events, 0);
	json_object_begin(&world.json, NULL);
	json_text(&world.json, "node", node);
	json_text(&world.json, "event", event);
	return &world.json;
}

struct json *control_event_rationed_of(struct control *control, const char *node,
    const char *event)
{
	buf_append_text(&world.events, "rationed ");
	return control_event_of(control, node, event);
}

void control_event_end(struct control *control)
{
	(void)control;
	json_object_end(&world.json);
}

bool control_tells_people(const struct control *control)
{
	(void)control;
	return world.tells_people;
}

/* ---- the log ------------------------------------------------------------------------- */

void log_at(enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_printf(&world.log, "%s %s", names[level], text);
}

/* ---- what happens -------------------------------------------------------------------- */

static void lease(struct cpe *cpe)
{
	const struct dhcp_lease granted = { .address = 0x0a000064,
		.prefix = 24,
		.server = 0x0a000002,
		.router = 0x0a000001,
		.dns = { 0x0a000003, 0x0a000004 },
		.n_dns = 2,
		.lease_s = 3600,
		.acs = { .layout = OPT43_TR069, .url = STR("http://a/") } };

	cpe->lease = &granted;
	cpe_report_lease(cpe);
	cpe->lease = NULL;
}

static void lease_of_125(struct cpe *cpe)
{
	const struct dhcp_lease granted = { .address = 0x0a000064,
		.prefix = 8,
		.server = 0x0a000002,
		.lease_s = DHCP_LEASE_FOREVER,
		.acs.url = STR("http://a/"),
		.is_acs_from_125 = true };

	cpe->lease = &granted;
	cpe_report_lease(cpe);
	cpe->lease = NULL;
}

static void trouble(struct cpe *cpe)
{
	cpe_report_trouble(cpe, "declined", 0x0a000064, "somebody has it");
}

static void acs(struct cpe *cpe)
{
	cpe_report_acs(cpe);
}

static void start(struct cpe *cpe)
{
	const struct cwmp_event events[] = { { .code = STR("1 BOOT") },
		{ .code = STR("M Reboot"), .command_key = STR("k") } };

	cpe_report_start(cpe, events, 2);
}

static void good_end(struct cpe *cpe)
{
	const struct failure none = { .layer = FAILURE_NONE };

	cpe_report_end(cpe, &none);
}

static void bad_end(struct cpe *cpe)
{
	const struct failure failure = { .layer = FAILURE_TCP, .why = "refused" };

	cpe_report_end(cpe, &failure);
}

static void end_without_acs(struct cpe *cpe)
{
	const struct failure failure = { .layer = FAILURE_DHCP, .why = "no lease" };

	cpe->acs_url = NULL;
	cpe_report_end(cpe, &failure);
}

static void reachable(struct cpe *cpe)
{
	cpe->address = 0x0a000064;
	cpe->door.port = 7547;
	(void)snprintf(cpe->cr_path, sizeof(cpe->cr_path), "a1b2");
	cpe_report_reachable(cpe);
}

static void notification(struct cpe *cpe)
{
	cpe_report_notification(cpe, "acs:7547", 3);
}

static void binding(struct cpe *cpe)
{
	cpe_report_binding(cpe, 120);
}

static void call(struct cpe *cpe)
{
	cpe_report_call(cpe, "10.0.0.11", 200, NULL);
}

static void refused_call(struct cpe *cpe)
{
	cpe_report_call(cpe, "10.0.0.11", 401, "a wrong password");
}

static void call_by_udp(struct cpe *cpe)
{
	cpe_report_call(cpe, "10.0.0.11", 0, NULL);
}

static void retry(struct cpe *cpe)
{
	cpe_report_retry(cpe, 7123 * NS_PER_MS,
	    (struct retry_band){ 5 * NS_PER_S, 10 * NS_PER_S });
}

static void moved(struct cpe *cpe)
{
	cpe_report_moved(cpe, "http://a/", "http://b/");
}

static void report_transfer(struct cpe *cpe, enum job_kind kind, uint32_t fault,
    bool is_over)
{
	const struct job job = { .kind = kind,
		.fault = fault,
		.texts = { [JOB_URL] = (char[]){ "http://f/x" },
		    [JOB_FILE_TYPE] = (char[]){ "1 Firmware Upgrade Image" },
		    [JOB_COMMAND_KEY] = (char[]){ "k" },
		    [JOB_PASSWORD] = (char[]){ "a password" },
		    [JOB_FAULT] = (char[]){ "it is not there" } } };

	cpe_report_transfer(cpe, &job, is_over);
}

static void transfer(struct cpe *cpe)
{
	report_transfer(cpe, JOB_DOWNLOAD, 0, false);
}

static void good_transfer(struct cpe *cpe)
{
	report_transfer(cpe, JOB_UPLOAD, 0, true);
}

static void bad_transfer(struct cpe *cpe)
{
	report_transfer(cpe, JOB_DOWNLOAD, 9016, true);
}

static void report_unit(struct cpe *cpe, enum job_operation_kind kind, uint32_t fault)
{
	const struct job_operation operation = { .kind = kind,
		.fault = fault,
		.texts = { [JOB_OF_URL] = (char[]){ "http://f/x" },
		    [JOB_IS_UUID] = (char[]){ "u" },
		    [JOB_IS_VERSION] = (char[]){ "1.0" },
		    [JOB_IS_STATE] = (char[]){ "Installed" },
		    [JOB_IS_FAULT] = (char[]){ "it is not there" } } };

	cpe_report_unit(cpe, &operation);
}

static void good_unit(struct cpe *cpe)
{
	report_unit(cpe, JOB_UPDATE, 0);
}

static void bad_unit(struct cpe *cpe)
{
	report_unit(cpe, JOB_UNINSTALL, 9016);
}

static void diagnostic(struct cpe *cpe)
{
	cpe_report_diagnostic(cpe, DIAG_PING, "Device.IP.Diagnostics.IPPing.");
}

static void diagnosed(struct cpe *cpe)
{
	cpe_report_diagnosed(cpe, DIAG_TRACE, "Device.X.", "Complete");
}

static void flash(struct cpe *cpe)
{
	cpe_report_flash(cpe, 1500 * NS_PER_MS);
}

static void settled(struct cpe *cpe)
{
	cpe_report_settled(cpe, 40 * NS_PER_S);
}

static void settled_late(struct cpe *cpe)
{
	cpe_report_settled(cpe, 9 * NS_PER_S);
}

static void settled_for_ever(struct cpe *cpe)
{
	cpe_report_settled(cpe, INT64_MAX);
}

/* ---- what is told -------------------------------------------------------------------- */

#define EVENT(name) "{\"node\":\"cpe-1\",\"event\":\"" name "\""
#define TRANSFER(does)                                                \
	"\"url\":\"http://f/x\",\"download\":" does ",\"file_type\":" \
	"\"1 Firmware Upgrade Image\",\"command_key\":\"k\""
#define UNIT(does)                                                    \
	",\"do\":\"" does "\",\"url\":\"http://f/x\",\"uuid\":\"u\"," \
	"\"version\":\"1.0\",\"state\":\"Installed\""
#define FAULT ",\"ok\":false,\"fault\":9016,\"why\":\"it is not there\"}"

static const struct {
	void (*happens)(struct cpe *cpe);
	const char *event;
	const char *log; /* "" for none */
} rows[] = {
	{ lease,
	    EVENT("lease") ",\"address\":\"10.0.0.100\",\"prefix\":24,"
			   "\"server\":\"10.0.0.2\",\"router\":\"10.0.0.1\","
			   "\"dns\":[\"10.0.0.3\",\"10.0.0.4\"],\"lease_s\":3600,"
			   "\"acs_url\":\"http://a/\",\"layout\":\"tr069\"}",
	    "" },
	{ lease_of_125,
	    EVENT("lease") ",\"address\":\"10.0.0.100\",\"prefix\":8,"
			   "\"server\":\"10.0.0.2\",\"dns\":[],"
			   "\"lease_s\":4294967295,\"infinite\":true,"
			   "\"acs_url\":\"http://a/\",\"layout\":\"option 125\"}",
	    "" },
	{ trouble,
	    EVENT("declined") ",\"address\":\"10.0.0.100\","
			      "\"why\":\"somebody has it\"}",
	    "warn cpe-1: declined 10.0.0.100: somebody has it" },
	{ acs, EVENT("acs") ",\"url\":\"http://a/\",\"source\":\"DHCP\"}",
	    "debug cpe-1: ACS http://a/ (DHCP)" },
	{ start,
	    EVENT("session-start") ",\"url\":\"http://a/\",\"events\":[\"1 BOOT\","
				   "\"M Reboot\"],\"retry_count\":2}",
	    "" },
	{ good_end, EVENT("session-end") ",\"url\":\"http://a/\",\"ok\":true}", "" },
	{ bad_end,
	    EVENT("session-end") ",\"url\":\"http://a/\",\"ok\":false,"
				 "\"layer\":\"TCP\",\"why\":\"refused\"}",
	    "warn cpe-1: session with http://a/: TCP: refused" },
	{ end_without_acs,
	    EVENT("session-end") ",\"url\":\"\",\"ok\":false,\"layer\":\"DHCP\","
				 "\"why\":\"no lease\"}",
	    "warn cpe-1: session with no ACS: DHCP: no lease" },
	{ reachable, EVENT("reachable") ",\"url\":\"http://10.0.0.100:7547/a1b2\"}",
	    "" },
	{ notification, EVENT("notification") ",\"to\":\"acs:7547\",\"parameters\":3}",
	    "" },
	{ binding, EVENT("binding") ",\"lives_s\":120}", "" },
	{ call,
	    "rationed " EVENT("call") ",\"address\":\"10.0.0.11\",\"by\":\"http\","
				      "\"status\":200}",
	    "" },
	{ refused_call,
	    "rationed " EVENT("call") ",\"address\":\"10.0.0.11\",\"by\":\"http\","
				      "\"status\":401,\"why\":\"a wrong password\"}",
	    "" },
	{ call_by_udp,
	    "rationed " EVENT("call") ",\"address\":\"10.0.0.11\",\"by\":\"udp\"}",
	    "" },
	{ retry,
	    EVENT("retry") ",\"retry_count\":2,\"wait_ms\":7123,\"from_ms\":5000,"
			   "\"to_ms\":10000}",
	    "" },
	{ moved, EVENT("moved") ",\"from\":\"http://a/\",\"to\":\"http://b/\"}",
	    "info cpe-1: moved from http://a/ to http://b/" },
	{ transfer, EVENT("transfer-start") "," TRANSFER("true") "}", "" },
	{ good_transfer, EVENT("transfer-end") "," TRANSFER("false") ",\"ok\":true}",
	    "" },
	{ bad_transfer, EVENT("transfer-end") "," TRANSFER("true") FAULT,
	    "warn cpe-1: transfer of http://f/x: fault 9016: it is not there" },
	{ good_unit, EVENT("unit") UNIT("update") ",\"ok\":true}", "" },
	{ bad_unit, EVENT("unit") UNIT("uninstall") FAULT,
	    "warn cpe-1: uninstall of a deployment unit: fault 9016: it is not there" },
	{ diagnostic,
	    EVENT("diagnostic-start") ",\"diagnostic\":\"IPPing\",\"object\":"
				      "\"Device.IP.Diagnostics.IPPing.\"}",
	    "" },
	{ diagnosed,
	    EVENT("diagnostic-end") ",\"diagnostic\":\"TraceRoute\",\"object\":"
				    "\"Device.X.\",\"state\":\"Complete\"}",
	    "info cpe-1: Device.X.: Complete" },
	{ flash, EVENT("flash") ",\"dark_ms\":1500}", "" },
	{ settled, EVENT("settled") ",\"next_ms\":30000}", "" },
	{ settled_late, EVENT("settled") ",\"next_ms\":0}", "" },
	{ settled_for_ever, EVENT("settled") "}", "" },
};

static clock_ns now(void)
{
	return 10 * NS_PER_S;
}

/* What debugging alone shows says more than people read. */
static const char *log_beside_people(const char *log)
{
	return strncmp(log, "debug", 5) == 0 ? log : "";
}

static void check(size_t i, struct control *control, bool tells_people)
{
	static const struct cpe_edges edges = { .monotonic = now };
	struct cpe_fleet fleet = { .edges = &edges, .control = control };
	struct cpe cpe = { .fleet = &fleet,
		.name = (char[]){ "cpe-1" },
		.acs_url = "http://a/",
		.slots.slots[ACS_SOURCE_DHCP].url = "http://a/",
		.retry_count = 2 };

	world = (struct world){ .tells_people = tells_people };
	rows[i].happens(&cpe);
	assert_string_equal(buf_cstr(&world.events), control ? rows[i].event : "");
	assert_string_equal(buf_cstr(&world.log), !control ? ""
						  : tells_people
						      ? log_beside_people(rows[i].log)
						      : rows[i].log);
	buf_free(&world.events);
	buf_free(&world.log);
}

static void test_what_happens_is_told_whole_and_logged_where_nobody_reads(void **state)
{
	struct control *control = (void *)&world; /* nobody looks into it */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(i, control, false);
		check(i, control, true);
	}
}

/* A load test would write a line for each of its CPEs. */
static void test_nothing_is_told_where_nobody_asked_for_single_cpes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(i, NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_happens_is_told_whole_and_logged_where_nobody_reads),
		cmocka_unit_test(
		    test_nothing_is_told_where_nobody_asked_for_single_cpes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
