/* The sequences that come with the program, and each kind of step: captures written as
 * scripts (tests/rules/README.md) that hold, break and cannot tell. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "lib/sequence/sequence.h"
#include "tests/support/script_analyse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET_UP "begin events=\"2 PERIODIC\"\n> empty\n"
#define DOWNLOAD \
	"< Download CommandKey=d1 URL=http://10.0.0.11:80/fw.bin DelaySeconds=0\n"
#define INFORM_LATER  "< ScheduleInform DelaySeconds=60 CommandKey=s1\n"
#define STATE         "Device.IP.Diagnostics.IPPing.DiagnosticsState"
#define REQUESTED     "< SetParameterValues " STATE "=Requested\n"
#define BOOT_DOWNLOAD "events=\"1 BOOT,7 TRANSFER COMPLETE,M Download:"

static const struct {
	const char *sequence, *script;
	const char *want; /* "held", "not judged", or "step N LAYER" of the failure */
} rows[] = {
	{ "bootstrap",
	    "session events=\"0 BOOTSTRAP,1 BOOT\"\nwait 60s\nsession "
	    "events=\"2 PERIODIC\"\n",
	    "held" },
	{ "bootstrap", "session events=\"1 BOOT\"\n", "step 1 CWMP" },
	{ "bootstrap",
	    "session events=\"0 BOOTSTRAP\"\nwait 60s\nsession events=\"0 BOOTSTRAP\"\n",
	    "step 4 CWMP" },
	{ "bootstrap", "begin events=\"0 BOOTSTRAP\"\nclose\nsilence\n",
	    "step 2 CWMP" },
	{ "bootstrap", "begin events=\"0 BOOTSTRAP\"\n> empty\n< 204\n  drop\nclose\n",
	    "not judged" },
	/* The Inform that did not come, by what is wrong below it. */
	{ "bootstrap",
	    "lease url=http://10.0.0.11:7547/acs\nopen acs:7547 refused\nsilence\n",
	    "step 1 TCP" },
	{ "bootstrap",
	    "lease url=https://10.0.0.11:7548/acs\nopen acs:7548\n"
	    "hello sni=none no-answer\n< record 21 02 28\nreset acs\n",
	    "step 1 TLS" },
	{ "bootstrap", "lease url=http://10.0.0.11:7547/acs\nopen acs:7547 no-answer\n",
	    "not judged" },
	/* A router's word is an answer. */
	{ "bootstrap",
	    "lease url=http://10.0.0.11:7547/acs\nopen acs:7547 no-answer\nunreachable "
	    "gw code=13\nsilence\n",
	    "step 1 TCP" },
	{ "periodic",
	    "session events=\"2 PERIODIC\"\nwait 60s\nsession events=\"2 PERIODIC\"\nwait "
	    "60s\nsession events=\"2 PERIODIC\"\n",
	    "held" },
	{ "periodic", "session events=\"2 PERIODIC\"\nsilence\n", "not judged" },
	{ "periodic", "session\n", "step 1 CWMP" },
	{ "connection-request",
	    "session events=\"0 BOOTSTRAP\"\ncall\nwait 5s\nsession events=\"6 CONNECTION "
	    "REQUEST\"\n",
	    "held" },
	{ "connection-request",
	    "session events=\"0 BOOTSTRAP\"\ncall\nwait 40s\nsession events=\"6 CONNECTION "
	    "REQUEST\"\n",
	    "step 2 time" },
	{ "connection-request", "session events=\"0 BOOTSTRAP\"\ncall\nsilence\n",
	    "step 2 CWMP" },
	{ "connection-request",
	    "session events=\"0 BOOTSTRAP\"\ncall\nwait 5s\narp gw > cpe\n",
	    "not judged" },
	{ "connection-request", "session\n", "step 1 HTTP" },
	{ "udp-connection-request",
	    "session events=\"0 BOOTSTRAP\"\nwait 2s\nsession events=\"4 VALUE "
	    "CHANGE\"\nwait 5s\nsession events=\"6 CONNECTION REQUEST\"\n",
	    "held" },
	{ "udp-connection-request",
	    "session events=\"4 VALUE CHANGE\"\nwait 70s\nsession events=\"6 CONNECTION "
	    "REQUEST\"\n",
	    "step 2 time" },
	{ "udp-connection-request", "session events=\"6 CONNECTION REQUEST\"\n",
	    "step 1 CWMP" },
	{ "firmware-download",
	    SET_UP DOWNLOAD
	    "> DownloadResponse Status=1\nfinish\n"
	    "open cpe > acs:80/fw.bin\n> GET /fw.bin\n< 200\n  body \"image\"\n"
	    "close\nwait 20s\nbegin " BOOT_DOWNLOAD "d1\"\n"
	    "> TransferComplete CommandKey=d1 FaultCode=0\n"
	    "< TransferCompleteResponse\n> empty\nfinish\n",
	    "held" },
	{ "firmware-download",
	    SET_UP DOWNLOAD
	    "> DownloadResponse Status=1\nfinish\nwait 20s\nbegin " BOOT_DOWNLOAD
	    "d1\"\n"
	    "> TransferComplete CommandKey=d1 FaultCode=0\n"
	    "< TransferCompleteResponse\n> empty\nfinish\n",
	    "held" },
	{ "firmware-download",
	    SET_UP DOWNLOAD
	    "> DownloadResponse Status=1\nfinish\nwait 20s\nbegin " BOOT_DOWNLOAD
	    "d2\"\n> empty\nfinish\n",
	    "step 5 CWMP" },
	{ "firmware-download",
	    SET_UP DOWNLOAD
	    "> DownloadResponse Status=1\nfinish\nwait 20s\nbegin " BOOT_DOWNLOAD
	    "d1\"\n> empty\nfinish\n",
	    "step 6 CWMP" },
	{ "firmware-download", SET_UP "finish\n", "step 2 CWMP" },
	{ "firmware-download", SET_UP "close\n", "step 2 HTTP" },
	{ "firmware-download", SET_UP DOWNLOAD "> Fault code=9010\nfinish\n",
	    "step 3 CWMP" },
	{ "firmware-download", SET_UP DOWNLOAD "> DownloadResponse Status=1\nfinish\n",
	    "not judged" },
	{ "scheduled-inform",
	    SET_UP INFORM_LATER "> ScheduleInformResponse\nfinish\nwait 60s\n"
				"session events=\"3 SCHEDULED,M ScheduleInform:s1\"\n",
	    "held" },
	{ "scheduled-inform",
	    SET_UP INFORM_LATER "> ScheduleInformResponse\nfinish\nwait 60s\n"
				"session events=\"3 SCHEDULED,M ScheduleInform:s2\"\n",
	    "step 4 CWMP" },
	{ "diagnostics",
	    SET_UP REQUESTED "> SetParameterValuesResponse Status=0\nfinish\nwait 5s\n"
			     "begin events=\"8 DIAGNOSTICS COMPLETE\"\n> empty\n"
			     "< GetParameterValues " STATE "\n"
			     "> GetParameterValuesResponse " STATE
			     "=Complete\nfinish\n",
	    "held" },
	{ "diagnostics",
	    SET_UP REQUESTED "> SetParameterValuesResponse Status=0\nfinish\nwait 5s\n"
			     "begin events=\"8 DIAGNOSTICS COMPLETE\"\n> empty\n"
			     "< GetParameterValues " STATE "\n"
			     "> GetParameterValuesResponse " STATE
			     "=Requested\nfinish\n",
	    "step 5 CWMP" },
	{ "diagnostics",
	    SET_UP REQUESTED "> SetParameterValuesResponse Status=0\nfinish\nwait 60s\n"
			     "session events=\"2 PERIODIC\"\n",
	    "not judged" },
	{ "factory-reset",
	    SET_UP "< FactoryReset\n> FactoryResetResponse\nfinish\nwait 20s\n"
		   "session events=\"0 BOOTSTRAP,1 BOOT\"\n",
	    "held" },
	{ "factory-reset",
	    SET_UP "< FactoryReset\n> FactoryResetResponse\nfinish\nwait 20s\n"
		   "session events=\"2 PERIODIC\"\nsession events=\"0 BOOTSTRAP\"\n",
	    "step 4 CWMP" },
	{ "factory-reset",
	    SET_UP "< FactoryReset\n> FactoryResetResponse\nfinish\nwait 20s\nsession "
		   "events=\"0 BOOTSTRAP\" Device.ManagementServer.ParameterKey=old\n",
	    "step 5 CWMP" },
};

static void put_result(const struct sequence_result *result, char *out, size_t size)
{
	(void)snprintf(out, size, "%s", result->ok ? "held" : "not judged");
	for (size_t i = 0; !result->ok && !result->not_judged && i < result->n_steps;
	     i++) {
		if (result->steps[i].ok)
			continue;
		(void)snprintf(out, size, "step %u %s", result->steps[i].step,
		    result->steps[i].layer ? result->steps[i].layer : "unexplained");
		return;
	}
}

/* What the sequence makes of the script's CPE. */
static int judge(const struct sequence *sequence, const char *script, char *out,
    size_t size, struct error *err)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	const struct analysis_options options = { .path = "script",
		.sequences = &sequence,
		.n_sequences = 1 };
	int r =
	    script_analyse("script", str_of(script), &options, NULL, &analysis, err);

	if (r == 0 && analysis->n_sequences != 1)
		(void)snprintf(out, size, "%zu CPEs", analysis->n_sequences);
	else if (r == 0)
		put_result(&analysis->sequences[0], out, size);
	return r;
}

static void each_sequence_tells_what_holds(void **state)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	unsigned wrong = 0;

	(void)state;
	assert_non_null(source);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(sequence_free) struct sequence *sequence = NULL;
		char path[512], got[64] = "";
		struct error err = ERROR_NULL;
		int r;

		(void)snprintf(path, sizeof(path), "%s/capture/sequences/%s.yaml",
		    source, rows[i].sequence);
		r = sequence_load(path, &sequence, &err);
		if (r == 0)
			r = judge(sequence, rows[i].script, got, sizeof(got), &err);
		if (r == 0 && strcmp(got, rows[i].want) == 0)
			continue;
		print_message("row %zu, %s: %s, not %s %s\n", i, rows[i].sequence, got,
		    rows[i].want, r < 0 ? err.text : "");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* ---- times, repetition ------------------------------------------------------------- */

static const struct {
	const char *steps, *script, *want;
} terms[] = {
	{ "{step: 1, see: session, what: a}, {step: 2, see: session, after: 25s, what: b}",
	    "session\nwait 10s\nsession\n", "step 2 time" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: session, after: 25s, "
	  "within: 35s, what: b}",
	    "session\nwait 30s\nsession\n", "held" },
	{ "{step: 1, see: session, at-least: 3, what: a}",
	    "session\nwait 30s\nsession\nwait 30s\nsession\n", "held" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: session, at-least: 2, "
	  "within: 40s, what: b}",
	    "session\nwait 30s\nsession\nsilence\n", "step 2 CWMP" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: session, optional: true, "
	  "event: 6 CONNECTION REQUEST, what: b}, {step: 3, see: session, event: "
	  "2 PERIODIC, what: c}",
	    "session\nwait 30s\nsession events=\"2 PERIODIC\"\n", "held" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: open, to: "
	  "\"http://10.0.0.11:7547/\", never: true, what: b}",
	    "session\nwait 30s\nsession\n", "step 2 TCP" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: acs-sends, message: Reboot, "
	  "never: true, what: b}",
	    "begin\n> empty\n< Reboot CommandKey=r\n> RebootResponse\nfinish\n",
	    "step 2 CWMP" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: call, never: true, what: b}, "
	  "{step: 3, see: session, within: 30s, what: c}",
	    "session\nsilence\n", "step 3 CWMP" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: call, never: true, what: b}",
	    "session\ncall\n", "step 2 HTTP" },
	{ "{step: 1, see: session, what: a}, {step: 2, see: transfer, what: b}",
	    "session\nopen cpe > acs:80/f\n> GET /f\n< 404\nclose\n", "step 2 HTTP" },
	/* What is wrong below the last session is no session. */
	{ "{step: 1, see: session, what: a}",
	    "lease url=http://10.0.0.11:7547/acs\nopen acs:7547 refused\nsilence\n",
	    "step 1 TCP" },
	/* Nobody can read it, but who opens TLS at the port of an ACS is a CPE. */
	{ "{step: 1, see: open, to: \"https://10.0.0.11:7548/\", what: a}",
	    "open acs:7548\nhello sni=none version=1.3\n> record 23 0102\nclose\n",
	    "held" },
};

static void times_and_numbers_are_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		auto_cleanup(sequence_free) struct sequence *sequence = NULL;
		auto_buf text = BUF_NULL;
		char got[64] = "";
		struct error err = ERROR_NULL;

		buf_printf(&text, "{name: x, steps: [%s]}", terms[i].steps);
		if (sequence_parse("x.yaml", buf_str(&text), &sequence, &err) < 0 ||
		    judge(sequence, terms[i].script, got, sizeof(got), &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		if (strcmp(got, terms[i].want) != 0)
			fail_msg("row %zu: %s, not %s", i, got, terms[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sequence_tells_what_holds),
		cmocka_unit_test(times_and_numbers_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
