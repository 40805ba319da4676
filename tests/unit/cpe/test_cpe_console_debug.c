/* agents/cpe/console: what is shown of a CPE while it happens, and to whom; what its log keeps. */
#include "tests/unit/cpe/console_world.h"

#include "agents/cpe/console/console_internal.h"
#include "agents/cpe/ports/switchboard.h"
#include "lib/base/cleanup.h"

struct watched {
	uv_loop_t loop;
	struct console_session *sessions[3];
};

static struct watched *watched;

/* Three sessions at its console: nobody's, one that watches, one that debugs as well. */
static void open_watched(void)
{
	struct console *console;

	begin(0);
	watched = calloc(1, sizeof(*watched));
	assert_non_null(watched);
	assert_int_equal(uv_loop_init(&watched->loop), 0);
	consoles_start(&world->consoles, &watched->loop);
	console = &world->consoles.items[0];
	for (size_t i = 0; i < 3; i++) {
		struct console_session *session = calloc(1, sizeof(*session));

		assert_non_null(session);
		cli_session_init(&session->cli, &console->device);
		session->cli.is_monitor = i > 0;
		session->cli.is_debugged = i != 1;
		console->sessions[i] = watched->sessions[i] = session;
	}
}

static void close_watched(void)
{
	consoles_close(&world->consoles);
	(void)uv_run(&watched->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&watched->loop), 0);
	free(watched);
	end();
}

/* What session i is shown, since it was looked at last. */
static void check_shown(size_t i, const char *wanted)
{
	auto_buf text = BUF_NULL;

	cli_live_take(&watched->sessions[i]->live, &text);
	assert_string_equal(buf_cstr(&text), wanted);
}

#define STAMP "*Jan  2 03:04:05:000 2026 HP CWMP/7/"

static void test_who_watches_is_shown_what_is_debugged(void **state)
{
	struct failure failure;

	(void)state;
	open_watched();
	cpe_report_debug(&world->cpe, false, "Nobody debugs.");
	type("debugging cwmp event");
	cpe_report_debug(&world->cpe, false, "One\x1b[2J\nline.");
	failure_set(&failure, FAILURE_TCP, "refused");
	cpe_report_end(&world->cpe, &failure);
	check_shown(0, "");
	check_shown(1, "");
	check_shown(2, STAMP "EVENT: One [2J line.\n");
	type("undo debugging all\ndebugging cwmp error");
	cpe_report_debug(&world->cpe, false, "Not this.");
	cpe_report_end(&world->cpe, &failure);
	check_shown(2,
	    STAMP "ERROR: The session with no ACS has failed: TCP: refused.\n");
	close_watched();
}

static void test_a_session_is_told_as_it_begins_and_ends(void **state)
{
	static const struct cwmp_event events[] = { { STR("0 BOOTSTRAP"), STR("") },
		{ STR("1 BOOT"), STR("") } };
	static const struct failure none = { .layer = FAILURE_NONE };

	(void)state;
	open_watched();
	type("debugging cwmp all");
	world->cpe.acs_url = "http://acs.lab/";
	world->cpe.retry_count = 2;
	cpe_report_acs(&world->cpe);
	cpe_report_start(&world->cpe, events, 2);
	cpe_report_end(&world->cpe, &none);
	check_shown(2, STAMP "EVENT: The ACS is http://acs.lab/ (none).\n" STAMP
			     "EVENT: A session with http://acs.lab/ begins: "
			     "0 BOOTSTRAP, 1 BOOT; retry count 2.\n" STAMP
			     "EVENT: The session with http://acs.lab/ has ended.\n");
	world->cpe.acs_url = NULL;
	close_watched();
}

static void test_tries_are_told(void **state)
{
	(void)state;
	open_watched();
	type("debugging cwmp event");
	world->cpe.retry_count = 3;
	cpe_report_retry(&world->cpe, 20 * NS_PER_S + 500 * NS_PER_MS,
	    (struct retry_band){ 20 * NS_PER_S, 40 * NS_PER_S });
	check_shown(2, STAMP "EVENT: The next try comes in 20.500 s; retry count 3.\n");
	close_watched();
}

static void test_transfers_are_told_without_where_and_why(void **state)
{
	static struct job job;

	(void)state;
	open_watched();
	type("debugging cwmp all");
	assert_int_equal(job_set_text(&job, JOB_FILE_TYPE, STR("3 Vendor\x1b")), 0);
	assert_int_equal(job_set_text(&job, JOB_URL, STR("http://a:s3cret@b/")), 0);
	assert_int_equal(job_set_text(&job, JOB_FAULT, STR("s3cret")), 0);
	cpe_report_transfer(&world->cpe, &job, false);
	cpe_report_transfer(&world->cpe, &job, true);
	job.fault = 9010;
	cpe_report_transfer(&world->cpe, &job, true);
	check_shown(2,
	    STAMP "EVENT: The download of \"3 Vendor \" begins.\n" STAMP
		  "EVENT: The download of \"3 Vendor \" has ended.\n" STAMP
		  "ERROR: The download of \"3 Vendor \" has failed: 9010.\n");
	for (size_t i = 0; i < JOB_TEXTS; i++)
		free(steal_ptr(&job.texts[i]));
	close_watched();
}

/* ---- messages ---------------------------------------------------------------------------------- */

static unsigned n_seen;

static void on_saw(void *user, bool from_acs, const struct cwmp_msg *msg)
{
	(void)user;
	(void)from_acs;
	(void)msg;
	n_seen++;
}

static const struct cpe_witness scene = { .saw = on_saw };

static void test_messages_are_told_by_what_they_are_and_no_value(void **state)
{
	struct cwmp_param secret = { .name = STR("X.Password"),
		.value = STR("s3cret") };
	struct cwmp_msg set = { .kind = CWMP_REQUEST,
		.method_name = STR("SetParameterValues"),
		.header = { .has_id = true, .id = STR("7\x1b") },
		.args = { .params = { &secret, 1 }, .parameter_key = STR("s3cret") } };
	struct cwmp_msg fault = { .kind = CWMP_FAULT,
		.method_name = STR("Fault"),
		.fault = { .code = 9007, .has_code = true, .text = STR("s3cret") } };
	const struct cpe_console *console;
	const struct cpe_witness *witness;

	(void)state;
	open_watched();
	console = world->fleet.console;
	world->fleet.witness = &scene;
	/* Where nobody debugs packets no message is read for it. */
	assert_ptr_equal(console->witness(console->user, &world->cpe), &scene);
	type("debugging cwmp packet");
	witness = console->witness(console->user, &world->cpe);
	assert_ptr_not_equal(witness, &scene);
	witness->saw(witness->user, true, &set);
	witness->saw(witness->user, false, &fault);
	witness->saw(witness->user, false, NULL);
	check_shown(2, STAMP "PACKET: Received SetParameterValues, ID 7 .\n" STAMP
			     "PACKET: Sent a fault, code 9007.\n" STAMP
			     "PACKET: Sent an empty message.\n");
	check_shown(1, "");
	/* A session may be under way when it is debugged no more. */
	type("undo debugging cwmp packet");
	witness->saw(witness->user, false, NULL);
	check_shown(2, "");
	assert_int_equal(n_seen, 4);
	world->fleet.witness = NULL;
	close_watched();
}

static void test_a_boot_ends_debugging(void **state)
{
	(void)state;
	open_watched();
	type("debugging cwmp all");
	boot();
	cpe_report_debug(&world->cpe, false, "It is up.");
	check_shown(2, "");
	close_watched();
}

/* ---- what a line costs -------------------------------------------------------------------------- */

static void on_changed(void *user)
{
	(void)user;
}

/* The kernel is asked for all ports once in 20 ms at the most, however fast somebody types; that it tells
 * of what changes meanwhile is why that is enough. */
static void test_lines_do_not_read_all_ports_each(void **state)
{
	struct error err = ERROR_NULL;
	clock_ns begun;

	(void)state;
	open_watched();
	world->place.ifindex = 1; /* a bridge without ports */
	if (switchboard_open(&world->cpe.ports, &watched->loop, &world->place,
		on_changed, NULL, &err) < 0)
		fail_msg("%s", err.text);
	begun = clock_monotonic();
	for (unsigned i = 0; i < 200; i++)
		type("system-view\nquit");
	assert_true(switchboard_reads(world->cpe.ports) <=
		    2 + (uint64_t)((clock_monotonic() - begun) / (20 * NS_PER_MS)));
	switchboard_close(world->cpe.ports);
	(void)uv_run(&watched->loop, UV_RUN_NOWAIT);
	switchboard_free(steal_ptr(&world->cpe.ports));
	close_watched();
}

/* ---- the log ------------------------------------------------------------------------------------ */

static void test_the_log_has_whole_lines(void **state)
{
	const struct cpe_console *console;
	auto_buf text = BUF_NULL;

	(void)state;
	begin(0);
	console = world->fleet.console;
	console_log_line(&world->consoles.items[0], "con1",
	    STR("display \x1b[2J clock"));
	console->put_log(console->user, &world->cpe, &text);
	assert_string_equal(buf_cstr(&text),
	    "2026-01-02T03:04:05Z SHELL_CMD: -Line=con1; Command is display  [2J "
	    "clock\n");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_watches_is_shown_what_is_debugged),
		cmocka_unit_test(test_a_session_is_told_as_it_begins_and_ends),
		cmocka_unit_test(test_tries_are_told),
		cmocka_unit_test(test_transfers_are_told_without_where_and_why),
		cmocka_unit_test(test_messages_are_told_by_what_they_are_and_no_value),
		cmocka_unit_test(test_a_boot_ends_debugging),
		cmocka_unit_test(test_lines_do_not_read_all_ports_each),
		cmocka_unit_test(test_the_log_has_whole_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
