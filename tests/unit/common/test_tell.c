/* agents/common/tell: what people read of each event. */
#include "tests/unit/unit.h"

#include "agents/common/tell/tell.h"
#include "agents/common/tell/tell_rows.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdio.h>

/* 2026-11-23T10:31:07.123456789Z */
#define TIME "\"time\":1795429867123456789,"

static const struct {
	const char *event; /* behind its time */
	const char *line;  /* behind its time; "": nothing is told */
} rows[] = {
	/* an ACS */
	{ "\"node\":\"acs\",\"event\":\"ready\",\"url\":\"http://127.0.0.1:7547/cwmp\"",
	    "acs: ready, CPEs find it at http://127.0.0.1:7547/cwmp" },
	{ "\"node\":\"acs\",\"event\":\"inform\",\"cpe\":\"0000E2-5920-1\",\"address\":"
	  "\"127.0.0.1\",\"events\":[\"0 BOOTSTRAP\",\"1 BOOT\"]",
	    "0000E2-5920-1: informs from 127.0.0.1: 0 BOOTSTRAP, 1 BOOT" },
	{ "\"node\":\"acs\",\"event\":\"inform\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"events\":[]",
	    "A: informs from 192.0.2.1" },
	{ "\"node\":\"acs\",\"event\":\"session-end\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"ok\":true",
	    "A: session over" },
	{ "\"node\":\"acs\",\"event\":\"session-end\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"ok\":false,\"why\":\"no CWMP message\"",
	    "A: session failed (192.0.2.1): no CWMP message" },
	{ "\"node\":\"acs\",\"event\":\"session-end\",\"cpe\":null,\"address\":\"192.0.2.1\","
	  "\"ok\":false,\"why\":\"an empty POST before an Inform\"",
	    "192.0.2.1: session failed: an empty POST before an Inform" },
	{ "\"node\":\"acs\",\"event\":\"rpc\",\"cpe\":\"A\",\"method\":\"Reboot\",\"ok\":true",
	    "A: answers Reboot" },
	{ "\"node\":\"acs\",\"event\":\"rpc\",\"cpe\":\"A\",\"method\":\"SetParameterValues\","
	  "\"task\":7,\"ok\":false,\"fault\":9003,\"text\":\"Invalid arguments\","
	  "\"parameters\":[{\"name\":\"Device.X\",\"fault\":9005},{\"name\":\"Device.Y\","
	  "\"fault\":9008}]",
	    "A: answers SetParameterValues (task 7) with fault 9003 Invalid arguments: "
	    "Device.X 9005, Device.Y 9008" },
	{ "\"node\":\"acs\",\"event\":\"rpc\",\"cpe\":\"A\",\"method\":\"Reboot\","
	  "\"task\":7,\"ok\":false,\"why\":\"the CPE answered with an empty POST\"",
	    "A: Reboot (task 7) fails: the CPE answered with an empty POST" },
	{ "\"node\":\"acs\",\"event\":\"rpc\",\"cpe\":\"A\",\"method\":\"SetParameterValues\","
	  "\"ok\":false,\"why\":\"the fault has no FaultCode: Client\","
	  "\"parameters\":[{\"name\":\"Device.X\",\"fault\":9005}]",
	    "A: SetParameterValues fails: the fault has no FaultCode: Client: Device.X 9005" },
	{ "\"node\":\"acs\",\"event\":\"request\",\"cpe\":\"A\",\"method\":"
	  "\"TransferComplete\",\"ok\":true,\"command-key\":\"k\",\"fault\":9010,\"text\":"
	  "\"File transfer failure\"",
	    "A: sends TransferComplete, key k: fault 9010 File transfer failure" },
	{ "\"node\":\"acs\",\"event\":\"request\",\"cpe\":\"A\",\"method\":\"X\",\"ok\":false,"
	  "\"answered\":8000",
	    "A: sends X, and is answered with fault 8000" },
	{ "\"node\":\"acs\",\"event\":\"refused\",\"address\":\"192.0.2.1\",\"status\":401,"
	  "\"why\":\"the credentials are wrong\",\"target\":\"/cwmp\",\"username\":\"joe\"",
	    "192.0.2.1: refused with 401 at /cwmp, as \"joe\": the credentials are wrong" },
	{ "\"node\":\"acs\",\"event\":\"refused\",\"address\":\"192.0.2.1\",\"status\":401,"
	  "\"why\":\"no credentials came\",\"target\":\"/cwmp\",\"challenge\":true",
	    "" },
	{ "\"node\":\"acs\",\"event\":\"refused\",\"address\":\"192.0.2.1\",\"status\":400,"
	  "\"why\":\"no CWMP message\",\"target\":\"/cwmp\",\"session\":true",
	    "" },
	{ "\"node\":\"acs\",\"event\":\"refused\",\"address\":\"192.0.2.1\",\"layer\":\"TLS\","
	  "\"why\":\"alert unknown_ca\"",
	    "192.0.2.1: refused in TLS: alert unknown_ca" },
	{ "\"node\":\"acs\",\"event\":\"certificate\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"name\":\"B\",\"refused\":true",
	    "A: informs from 192.0.2.1 with the certificate of B, and is refused" },
	{ "\"node\":\"acs\",\"event\":\"certificate\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"name\":\"B\",\"refused\":false",
	    "A: informs from 192.0.2.1 with the certificate of B" },
	{ "\"node\":\"acs\",\"event\":\"notification\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"ok\":true,\"copy\":true",
	    "A: notifies from 192.0.2.1: a copy of what was told" },
	{ "\"node\":\"acs\",\"event\":\"tolerated\",\"address\":\"192.0.2.1\",\"why\":\"odd\"",
	    "192.0.2.1: odd; let pass" },
	{ "\"node\":\"acs\",\"event\":\"call\",\"cpe\":\"A\",\"by\":\"http\",\"ok\":false,"
	  "\"outcome\":\"refused\",\"why\":\"nobody listens\"",
	    "A: called by http, in vain: nobody listens" },
	{ "\"node\":\"acs\",\"event\":\"stopped\",\"sessions\":3,\"failed\":1,\"refused\":2,"
	  "\"devices\":2",
	    "acs: stopped after 3 sessions, 1 failed, and 2 refused requests; 2 CPEs "
	    "known" },
	/* CPEs */
	{ "\"node\":\"cpe\",\"event\":\"ready\",\"cpes\":4,\"model\":\"hp5920\",\"seed\":9",
	    "cpe: ready, 4 CPEs of model hp5920, seed 9" },
	{ "\"node\":\"cpe-1\",\"event\":\"session-start\",\"url\":\"http://a/\",\"events\":"
	  "[\"1 BOOT\"],\"retry_count\":0",
	    "cpe-1: informs http://a/: 1 BOOT" },
	{ "\"node\":\"cpe-1\",\"event\":\"session-start\",\"url\":\"http://a/\",\"events\":"
	  "[\"1 BOOT\"],\"retry_count\":2",
	    "cpe-1: informs http://a/: 1 BOOT (retry 2)" },
	{ "\"node\":\"cpe-1\",\"event\":\"session-end\",\"url\":\"http://a/\",\"ok\":true",
	    "cpe-1: session over" },
	{ "\"node\":\"cpe-1\",\"event\":\"session-end\",\"url\":\"\",\"ok\":false,\"layer\":"
	  "\"DHCP\",\"why\":\"no ACS is set\"",
	    "cpe-1: session failed in DHCP: no ACS is set" },
	{ "\"node\":\"cpe-1\",\"event\":\"retry\",\"retry_count\":1,\"wait_ms\":9473,"
	  "\"from_ms\":5000,\"to_ms\":10000",
	    "cpe-1: retry 1 in 9.4 s" },
	{ "\"node\":\"cpe-1\",\"event\":\"lease\",\"address\":\"10.0.0.9\",\"prefix\":24,"
	  "\"server\":\"10.0.0.2\",\"dns\":[],\"lease_s\":60,\"acs_url\":\"http://a/\"",
	    "cpe-1: has 10.0.0.9/24 from 10.0.0.2 for 60 s, ACS http://a/" },
	{ "\"node\":\"cpe-1\",\"event\":\"lease\",\"address\":\"10.0.0.9\",\"prefix\":24,"
	  "\"server\":\"10.0.0.2\",\"dns\":[],\"lease_s\":4294967295,\"infinite\":true",
	    "cpe-1: has 10.0.0.9/24 from 10.0.0.2 for ever" },
	{ "\"node\":\"cpe-1\",\"event\":\"nak\",\"address\":\"10.0.0.9\",\"why\":\"\"",
	    "cpe-1: is refused 10.0.0.9" },
	{ "\"node\":\"cpe-1\",\"event\":\"call\",\"address\":\"192.0.2.7\",\"by\":\"http\","
	  "\"status\":200",
	    "cpe-1: called by 192.0.2.7" },
	{ "\"node\":\"cpe-1\",\"event\":\"call\",\"address\":\"192.0.2.7\",\"by\":\"http\","
	  "\"status\":503,\"why\":\"too often\"",
	    "cpe-1: called by 192.0.2.7, and refuses with 503: too often" },
	{ "\"node\":\"cpe-1\",\"event\":\"transfer-start\",\"url\":\"http://f/\",\"download\":"
	  "true",
	    "cpe-1: downloads http://f/" },
	{ "\"node\":\"cpe-1\",\"event\":\"transfer-start\",\"url\":\"http://f/\",\"download\":"
	  "false",
	    "cpe-1: uploads to http://f/" },
	{ "\"node\":\"cpe-1\",\"event\":\"settled\",\"next_ms\":60000", "" },
	{ "\"node\":\"cpe\",\"event\":\"stopped\",\"sessions\":5,\"failed\":2,\"cpes\":2,"
	  "\"unwell\":1",
	    "cpe: stopped after 5 sessions of 2 CPEs, 2 failed; 1 CPEs were not well in "
	    "the end" },
	{ "\"node\":\"cpe\",\"event\":\"stopped\",\"sessions\":5,\"failed\":0,\"cpes\":2,"
	  "\"unwell\":0",
	    "cpe: stopped after 5 sessions of 2 CPEs, 0 failed" },
	{ "\"node\":\"cpe-1\",\"event\":\"step\",\"step\":3,\"what\":\"Inform\",\"ok\":true,"
	  "\"message\":7",
	    "cpe-1: step 3, Inform, message 7" },
	{ "\"node\":\"cpe-1\",\"event\":\"step\",\"step\":3,\"what\":\"Inform\",\"ok\":true,"
	  "\"skipped\":\"it is optional\"",
	    "cpe-1: step 3, Inform, is passed over: it is optional" },
	/* a DHCP server */
	{ "\"node\":\"dhcp\",\"event\":\"offer\",\"mac\":\"02:00:00:00:00:01\",\"address\":"
	  "\"10.0.0.9\"",
	    "" },
	{ "\"node\":\"dhcp\",\"event\":\"nak\",\"mac\":\"02:00:00:00:00:01\",\"address\":"
	  "\"10.0.0.9\"",
	    "02:00:00:00:00:01: is refused 10.0.0.9" },
	{ "\"node\":\"dhcp\",\"event\":\"unserved\",\"mac\":\"02:00:00:00:00:01\",\"message\":"
	  "\"DHCPDISCOVER\",\"why\":\"no free address\"",
	    "02:00:00:00:00:01: DHCPDISCOVER is not served: no free address" },
	/* What strangers write neither commands a terminal nor begins a line. */
	{ "\"node\":\"acs\",\"event\":\"policy-loaded\",\"file\":\"a\\nacs: ready\"",
	    "acs: goes by a acs: ready now" },
	/* A list has an end. */
	{ "\"node\":\"acs\",\"event\":\"inform\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"events\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"]",
	    "A: informs from 192.0.2.1: 1, 2, 3, 4, 5, 6, 7, 8" },
	{ "\"node\":\"acs\",\"event\":\"inform\",\"cpe\":\"A\",\"address\":\"192.0.2.1\","
	  "\"events\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]",
	    "A: informs from 192.0.2.1: 1, 2, 3, 4, 5, 6, 7, 8 and 1 more" },
};

static void test_an_event_becomes_a_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf event = BUF_NULL, line = BUF_NULL, want = BUF_NULL;

		buf_printf(&event, "{" TIME "%s}", rows[i].event);
		if (rows[i].line[0])
			buf_printf(&want, "10:31:07.123  %s\n", rows[i].line);

		assert_true(tell_event(&line, buf_str(&event)));
		assert_string_equal(buf_cstr(&line), buf_cstr(&want));
	}
}

/* Then it is told as it is. */
static void test_an_event_without_a_line_is_left_alone(void **state)
{
	static const char *const events[] = {
		"{" TIME "\"node\":\"acs\",\"event\":\"no-such\"}",
		"{" TIME "\"node\":\"acs\",\"event\":\"inform\"}",
		"{" TIME "\"node\":\"acs\"}",
		"{}",
		"[]",
		"{",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(events); i++) {
		auto_buf line = BUF_NULL;

		assert_false(tell_event(&line, str_of(events[i])));
		assert_int_equal(line.len, 0);
	}
}

/* Braces and brackets of each text are in pairs, and none is inside another of its kind. */
static void test_every_text_can_be_filled_in(void **state)
{
	(void)state;
	for (const struct tell_row *row = tell_rows; row->event; row++) {
		int braces = 0, brackets = 0;

		for (const char *at = row->text; *at; at++) {
			braces += (*at == '{') - (*at == '}');
			brackets += (*at == '[') - (*at == ']');
			if (braces < 0 || braces > 1 || brackets < 0 || brackets > 1)
				fail_msg("%s: %s", row->event, row->text);
		}
		assert_int_equal(braces + brackets, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_event_becomes_a_line),
		cmocka_unit_test(test_an_event_without_a_line_is_left_alone),
		cmocka_unit_test(test_every_text_can_be_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
