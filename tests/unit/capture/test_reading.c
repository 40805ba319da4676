/* From packets to the page that a reader sees: one capture, its ladder and its messages. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "capture/analysis/analysis.h"
#include "capture/report/format.h"
#include "capture/report/ladder.h"
#include "tests/support/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char script[] =
    "lease url=http://acs.lab:7547/acs layout=comware user=u password=secret1\n"
    "dns A acs.lab = 10.0.0.11\n"
    "begin events=\"1 BOOT\"\n"
    "> empty\n"
    "< SetParameterValues Device.ManagementServer.Password=secret2\n"
    "> Fault code=9003\n"
    "finish\n"
    "wait 60s\n"
    "call\n"
    "session events=\"6 CONNECTION REQUEST\"\n";

static struct analysis *read_script(void)
{
	struct packets packets = PACKETS_NULL;
	/* One rule alone, that this capture keeps: here the rows are looked at. */
	static const char *const only[] = { "URL-03", NULL };
	struct analysis_options options = { .keep_bodies = true,
		.rules = { .only = only } };
	struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	char path[] = "/tmp/reading-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	guard_path(path);
	(void)close(fd);
	packets_pcap(&packets);
	if (script_run_text("script", str_of(script), &packets, NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(packets_save(&packets, path), 0);
	packets_free(&packets);
	options.path = path;
	if (analysis_run(&options, &analysis, &err) < 0)
		fail_msg("%s", err.text);
	(void)unlink(path);
	return analysis;
}

static void a_ladder_tells_of_leases_look_ups_and_calls(void **state)
{
	static const char expected[] =
	    "10.0.0.100   seconds since its boot\n"
	    "     CPE 10.0.0.100                          ACS\n"
	    "     |<- DHCP lease ------------------------>|            +0.000 frame 1-4\n"
	    "     |      10.0.0.100, option 43 (comware) http://acs.lab:7547/acs, user u\n"
	    "     |<- A acs.lab: 10.0.0.11 -------------->|            +0.004 frame 5-6\n"
	    "     |-- SYN ------------------------------->| 10.0.0.11  +0.006 frame 7\n"
	    "     |-- Inform: 1 BOOT -------------------->|            +0.010 frame 11\n"
	    "     |<- InformResponse ---------------------|            +0.012 frame 13\n"
	    "     |-- POST, empty ----------------------->|            +0.014 frame 15\n"
	    "     |<- SetParameterValues -----------------|            +0.016 frame 17\n"
	    "     |      ManagementServer.Password = ***\n"
	    "     |-- Fault: 9003 Invalid arguments ----->|            +0.018 frame 19\n"
	    "     |<- 204 --------------------------------|            +0.020 frame 21\n"
	    "     |-- FIN ------------------------------->|            +0.022 frame 23\n"
	    "     |<- FIN --------------------------------|            +0.024 frame 25\n"
	    "     |<- connection request -----------------|            +60.029 frame 30\n"
	    "     |      from 10.0.0.11\n"
	    "     |-- 401 ------------------------------->|            +60.031 frame 32\n"
	    "     |<- connection request -----------------|            +60.033 frame 34\n"
	    "     |      from 10.0.0.11, user \"acs\"\n"
	    "     |-- 200 ------------------------------->|            +60.035 frame 36\n"
	    "     |-- SYN ------------------------------->|            +60.041 frame 42\n"
	    "     |-- Inform: 6 CONNECTION REQUEST ------>|            +60.045 frame 46\n"
	    "     |<- InformResponse ---------------------|            +60.047 frame 48\n"
	    "     |-- POST, empty ----------------------->|            +60.049 frame 50\n"
	    "     |<- 204 --------------------------------|            +60.051 frame 52\n"
	    "     |-- FIN ------------------------------->|            +60.053 frame 54\n"
	    "     |<- FIN --------------------------------|            +60.055 frame 56\n"
	    "\n"
	    "  CPE  address     1st session  last       sessions\n"
	    "  SN1  10.0.0.100  +0.006 s     +60.041 s         2\n";
	const struct ladder_options options = { .width = 80 };
	struct analysis *analysis = read_script();
	auto_buf out = BUF_NULL;

	(void)state;
	ladder_write(&out, analysis, &options);
	analysis_free(analysis);
	assert_string_equal(buf_cstr(&out), expected);
}

static void no_secret_leaves_unasked(void **state)
{
	struct analysis *analysis = read_script();
	auto_buf out = BUF_NULL;

	(void)state;
	format_ndjson(&out, analysis);
	format_har(&out, analysis);
	analysis_free(analysis);
	assert_null(strstr(buf_cstr(&out), "secret"));
	assert_non_null(strstr(buf_cstr(&out), "option 43 (comware) "
					       "http://acs.lab:7547/acs, user u"));
	assert_non_null(strstr(buf_cstr(&out), "***</Value>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ladder_tells_of_leases_look_ups_and_calls),
		cmocka_unit_test(no_secret_leaves_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
