/* lib/console/live, and what a terminal elsewhere shows of it (lib/console/vty): commands that go on. */
#include "tests/unit/console/live_terminal.h"

/* ---- ping ---------------------------------------------------------------------------------- */

/* Three requests, of which the second is answered by nobody. */
static void play(struct cli_stub *stub)
{
	struct cli_live *live = stub->pinging;

	cli_live_found(live, 0x0a000003);
	for (uint16_t i = 0; i < 3; i++) {
		cli_live_sent(live);
		if (i == 1)
			cli_live_late(live);
		else
			cli_live_answered(live, i, 254, (i + 1) * NS_PER_MS + 500000);
	}
	cli_stub_end(stub, NULL);
}

struct story {
	const char *name, *profile;
	const char *typed;
	const char *shown;
};

static const struct story stories[] = {
	{ "a_ping", "comware7", "ping -c 3 dns.lab",
	    "ping -c 3 dns.lab\n"
	    "Ping dns.lab (10.0.0.3): 56 data bytes, press CTRL_C to break\n"
	    "56 bytes from 10.0.0.3: icmp_seq=0 ttl=254 time=1.500 ms\n"
	    "Request time out\n"
	    "56 bytes from 10.0.0.3: icmp_seq=2 ttl=254 time=3.500 ms\n"
	    "\n"
	    "--- Ping statistics for dns.lab ---\n"
	    "3 packet(s) transmitted, 2 packet(s) received, 33.3% packet loss\n"
	    "round-trip min/avg/max/std-dev = 1.500/2.500/3.500/1.000 ms\n"
	    "<HP>" },
	{ "one_from_an_address", "comware7", "ping -s 100 -a 10.0.0.9 10.0.0.3",
	    "ping -s 100 -a 10.0.0.9 10.0.0.3\n"
	    "Ping 10.0.0.3 (10.0.0.3) from 10.0.0.9: 100 data bytes, "
	    "press CTRL_C to break\n"
	    "100 bytes from 10.0.0.3: icmp_seq=0 ttl=254 time=1.500 ms\n"
	    "Request time out\n"
	    "100 bytes from 10.0.0.3: icmp_seq=2 ttl=254 time=3.500 ms\n"
	    "\n"
	    "--- Ping statistics for 10.0.0.3 ---\n"
	    "3 packet(s) transmitted, 2 packet(s) received, 33.3% packet loss\n"
	    "round-trip min/avg/max/std-dev = 1.500/2.500/3.500/1.000 ms\n"
	    "<HP>" },
	{ "statistics_alone", "comware7", "ping -q ip 10.0.0.3",
	    "ping -q ip 10.0.0.3\n"
	    "               ^\n"
	    " % Too many parameters found at '^' position.\n"
	    "<HP>" },
	{ "quietly", "comware7", "ping ip -q 10.0.0.3",
	    "ping ip -q 10.0.0.3\n"
	    "Ping 10.0.0.3 (10.0.0.3): 56 data bytes, press CTRL_C to break\n"
	    "\n"
	    "--- Ping statistics for 10.0.0.3 ---\n"
	    "3 packet(s) transmitted, 2 packet(s) received, 33.3% packet loss\n"
	    "round-trip min/avg/max/std-dev = 1.500/2.500/3.500/1.000 ms\n"
	    "<HP>" },
	{ "of_an_older_device", "comware5", "ping 10.0.0.3",
	    "ping 10.0.0.3\n"
	    "  PING 10.0.0.3: 56  data bytes, press CTRL_C to break\n"
	    "    Reply from 10.0.0.3: bytes=56 Sequence=0 ttl=254 time=2 ms\n"
	    "    Request time out\n"
	    "    Reply from 10.0.0.3: bytes=56 Sequence=2 ttl=254 time=4 ms\n"
	    "\n"
	    "  --- 10.0.0.3 ping statistics ---\n"
	    "    3 packet(s) transmitted\n"
	    "    2 packet(s) received\n"
	    "    33.33% packet loss\n"
	    "    round-trip min/avg/max = 2/3/4 ms\n"
	    "\n"
	    "<HP>" },
	{ "an_option_twice", "comware7", "ping -c 3 -c 4 10.0.0.3",
	    "ping -c 3 -c 4 10.0.0.3\n"
	    "              ^\n"
	    " % Unrecognized command found at '^' position.\n"
	    "<HP>" },
	{ "a_value_out_of_bounds", "comware7", "ping -tos 256 10.0.0.3",
	    "ping -tos 256 10.0.0.3\n"
	    "              ^\n"
	    " % Wrong parameter found at '^' position.\n"
	    "<HP>" },
	{ "no_value", "comware7", "ping -t",
	    "ping -t\n"
	    "           ^\n"
	    " % Incomplete command found at '^' position.\n"
	    "<HP>" },
	{ "ending_without_an_answer", "vrp", "ping -c 3 10.0.0.3 |",
	    "ping -c 3 10.0.0.3 |\n"
	    "                           ^\n"
	    "Error: Too many parameters found at '^' position.\n"
	    "<HUAWEI>" },
};

static void play_story(void **state)
{
	const struct story *story = *state;
	static struct terminal terminal;

	open_terminal(&terminal, story->profile);
	press(&terminal, story->typed);
	press(&terminal, "\r");
	if (terminal.stub.pinging)
		play(&terminal.stub);
	shows(&terminal, story->shown);
	assert_int_equal(terminal.vty.state, CLI_VTY_LINE);
	assert_int_equal(terminal.stub.n_stopped, 0);
	close_terminal(&terminal);
}

static void test_options_say_how_to_ping(void **state)
{
	static struct terminal terminal;
	const struct cli_ping *ping = &terminal.vty.live.ping;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal,
	    "ping -tos 7 -t 10 -s 20 -n -m 1 -h 3 -f -c 4294967295 -a 10.0.0.9 x\r");
	assert_int_equal(ping->tos, 7);
	assert_int_equal(ping->timeout_ms, 10);
	assert_int_equal(ping->size, 20);
	assert_int_equal(ping->interval_ms, 1);
	assert_int_equal(ping->ttl, 3);
	assert_int_equal(ping->n, 4294967295);
	assert_int_equal(ping->from, 0x0a000009);
	assert_true(ping->is_numeric && ping->is_whole && !ping->is_quiet);
	press(&terminal, "\x03");
	press(&terminal, "ping x\r");
	assert_int_equal(ping->tos, 0);
	assert_int_equal(ping->timeout_ms, 2000);
	assert_int_equal(ping->size, 56);
	assert_int_equal(ping->interval_ms, 200);
	assert_int_equal(ping->ttl, 255);
	assert_int_equal(ping->n, 5);
	assert_int_equal(ping->from, 0);
	assert_false(ping->is_numeric || ping->is_whole || ping->is_quiet);
	close_terminal(&terminal);
}

static void test_control_c_ends_a_ping_with_its_statistics(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "ping 10.0.0.3\r");
	cli_live_found(terminal.stub.pinging, 0x0a000003);
	cli_live_sent(terminal.stub.pinging);
	press(&terminal, "display clock\r\x03");
	shows(&terminal,
	    "ping 10.0.0.3\n"
	    "Ping 10.0.0.3 (10.0.0.3): 56 data bytes, press CTRL_C to break\n"
	    "\n"
	    "--- Ping statistics for 10.0.0.3 ---\n"
	    "1 packet(s) transmitted, 0 packet(s) received, 100.0% packet loss\n"
	    "<HP>");
	assert_int_equal(terminal.stub.n_stopped, 1);
	/* Before the address of the host is known there are none. */
	press(&terminal, "ping dns.lab\r\x03\r");
	shows(&terminal, "ping dns.lab\n<HP>\n<HP>");
	close_terminal(&terminal);
}

static void test_what_is_typed_meanwhile_is_taken_behind_the_end(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "ping dns.lab\rdisplay clock\rping dns.lab\rquit\r");
	shows(&terminal, "ping dns.lab\n");
	cli_stub_end(&terminal.stub, "Unknown host dns.lab.");
	shows(&terminal, " % Unknown host dns.lab.\n"
			 "<HP>display clock\n03:04:05 UTC Fri 01/02/2026\n"
			 "<HP>ping dns.lab\n");
	assert_true(terminal.vty.live.is_refused == false);
	cli_stub_end(&terminal.stub, "Unknown host dns.lab.");
	shows(&terminal, " % Unknown host dns.lab.\n<HP>quit\n");
	assert_int_equal(terminal.vty.state, CLI_VTY_OVER);
	close_terminal(&terminal);
}

static void test_keys_that_find_no_room_ring_a_bell(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "ping dns.lab\r");
	buf_reset(&terminal.shown);
	for (unsigned i = 0; i < CLI_AHEAD_MAX; i++)
		press(&terminal, "x");
	shows(&terminal, "");
	press(&terminal, "xy");
	shows(&terminal, "\a\a");
	press(&terminal, "\x03");
	shows(&terminal, "<HP>");
	close_terminal(&terminal);
}

static void test_a_ping_that_cannot_begin_is_told(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	terminal.stub.refuses = true;
	press(&terminal, "ping 10.0.0.3\r");
	shows(&terminal, "ping 10.0.0.3\n % The device is off.\n<HP>");
	close_terminal(&terminal);
}

static void test_a_line_that_is_left_stops_what_goes_on(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "ping 10.0.0.3\r");
	cli_vty_free(&terminal.vty);
	assert_int_equal(terminal.stub.n_stopped, 1);
	close_terminal(&terminal);
}

/* Nor does a start-up file ping, nor is one repeated behind it. */
static void test_only_who_types_pings(void **state)
{
	static struct cli_stub stub;
	auto_buf out = BUF_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	assert_int_equal(cli_session_load(&stub.session, STR("ping 10.0.0.3\n"), &err),
	    1);
	assert_string_equal(err.text, "line 1 is refused: ping 10.0.0.3");
	assert_false(cli_session_take(&stub.session, STR("ping x"), &out).is_refused);
	assert_false(
	    cli_session_take(&stub.session, STR("repeat count 3"), &out).is_refused);
	assert_int_equal(stub.session.going, CLI_GOING_PING);
	assert_string_equal(buf_cstr(&out), "<HP>ping x\n");
	cli_stub_close(&stub);
}

/* ---- a terminal elsewhere ------------------------------------------------------------------- */

static void test_keys_go_to_a_terminal_elsewhere(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "telnet 10.0.0.9 2323\r");
	assert_string_equal(terminal.vty.live.dial.host, "10.0.0.9");
	assert_int_equal(terminal.vty.live.dial.port, 2323);
	cli_live_pass(terminal.stub.pinging, STR("\nlogin: "));
	press(&terminal, "a?\t\x03\x1a\r");
	assert_string_equal(buf_cstr(&terminal.stub.keys), "a?\t\x03\x1a\r");
	shows(&terminal, "telnet 10.0.0.9 2323\n\nlogin: ");
	press(&terminal, "bcd");
	shows(&terminal, "\a");
	cli_live_say(terminal.stub.pinging, STR("\nclosed!\n"));
	cli_stub_end(&terminal.stub, NULL);
	shows(&terminal, "\nclosed!\n<HP>");
	assert_int_equal(terminal.stub.n_stopped, 0);
	close_terminal(&terminal);
}

static void test_two_keys_leave_a_terminal_elsewhere(void **state)
{
	static const char *const leaves[] = { "\x0b", "\x1d" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		static struct terminal terminal;

		open_terminal(&terminal, "comware7");
		press(&terminal, "telnet sw2.lab\r");
		assert_int_equal(terminal.vty.live.dial.port, 23);
		cli_live_pass(terminal.stub.pinging, STR("<sw2>"));
		press(&terminal, leaves[i]);
		assert_int_equal(terminal.stub.n_stopped, 1);
		shows(&terminal, "telnet sw2.lab\n<sw2>\n<HP>");
		/* A ping behind it has keys of its own again. */
		press(&terminal, "ping x\rdis clo\r");
		assert_int_equal(terminal.stub.keys.len, 0);
		cli_stub_end(&terminal.stub, "Unknown host x.");
		shows(&terminal, "ping x\n % Unknown host x.\n<HP>dis clo\n"
				 "03:04:05 UTC Fri 01/02/2026\n<HP>");
		close_terminal(&terminal);
	}
}

static void on_resume(void *work)
{
	++*(unsigned *)work;
}

static void test_text_from_elsewhere_rests_until_it_is_taken(void **state)
{
	unsigned n_resumed = 0;
	struct cli_live live = { .work = &n_resumed, .resume = on_resume };
	auto_buf out = BUF_NULL;

	(void)state;
	while (live.text.len < CLI_LIVE_PASS_MAX - 1)
		cli_live_pass(&live, STR("x"));
	assert_true(cli_live_has_room(&live));
	cli_live_pass(&live, STR("x"));
	assert_false(cli_live_has_room(&live));
	cli_live_take(&live, &out);
	assert_int_equal(out.len, CLI_LIVE_PASS_MAX);
	assert_int_equal(n_resumed, 1);
	live.work = NULL;
	cli_live_free(&live);
}

/* ---- lines that wait ----------------------------------------------------------------------- */

static void test_lines_that_nobody_takes_are_bounded_and_counted(void **state)
{
	struct cli_live live = { .error_mark = " % " };
	auto_buf out = BUF_NULL;
	size_t n = 0;

	(void)state;
	while (live.n_left_out == 0) {
		cli_live_say(&live, STR("0123456789abcdefghijklmnopqrstu\n"));
		n++;
	}
	assert_int_equal(live.text.len, CLI_LIVE_BYTES_MAX);
	assert_int_equal(n, CLI_LIVE_BYTES_MAX / 32 + 1);
	cli_live_say(&live, STR("one\ntwo\n"));
	cli_live_take(&live, &out);
	assert_true(str_ends(buf_str(&out), STR("stu\n % 3 lines were left out.\n")));
	buf_reset(&out);
	cli_live_say(&live, STR("three\n"));
	cli_live_take(&live, &out);
	assert_string_equal(buf_cstr(&out), "three\n");
	cli_live_free(&live);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, play_story, stories);
	cases_add(&cases, test_options_say_how_to_ping);
	cases_add(&cases, test_control_c_ends_a_ping_with_its_statistics);
	cases_add(&cases, test_what_is_typed_meanwhile_is_taken_behind_the_end);
	cases_add(&cases, test_keys_that_find_no_room_ring_a_bell);
	cases_add(&cases, test_a_ping_that_cannot_begin_is_told);
	cases_add(&cases, test_a_line_that_is_left_stops_what_goes_on);
	cases_add(&cases, test_only_who_types_pings);
	cases_add(&cases, test_keys_go_to_a_terminal_elsewhere);
	cases_add(&cases, test_two_keys_leave_a_terminal_elsewhere);
	cases_add(&cases, test_text_from_elsewhere_rests_until_it_is_taken);
	cases_add(&cases, test_lines_that_nobody_takes_are_bounded_and_counted);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
