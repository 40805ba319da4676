/* What is judged at all, and what the judge stays silent about. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "tests/support/script_analyse.h"
#include "tests/support/transcript.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <stdlib.h>

static void analyse_by(const struct rule_options *rules, const char *text,
    struct analysis **ret)
{
	struct analysis_options options = { .path = "x", .rules = *rules };
	struct error err = ERROR_NULL;

	if (script_analyse("x", str_of(text), &options, NULL, ret, &err) < 0)
		fail_msg("%s", err.text);
}

/* The analysis of a script's capture. */
static void analyse(const char *text, struct analysis **ret)
{
	analyse_by(&(struct rule_options){ .only = NULL }, text, ret);
}

/* Findings, one a line: "SES-09 cpe must". */
static void put_findings(struct buf *out, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		buf_printf(out, "%s %s %s\n", f->rule, rule_who_name(f->who),
		    rule_severity_name(f->severity));
	}
}

static void judge(const char *text, struct buf *out, struct analysis_counts *ret_counts)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;

	analyse(text, &analysis);
	put_findings(out, analysis);
	*ret_counts = analysis->counts;
}

static void assert_judged(const char *text, uint64_t sessions, const char *findings)
{
	struct analysis_counts counts;
	auto_buf out = BUF_NULL;

	judge(text, &out, &counts);
	assert_string_equal(buf_cstr(&out), findings);
	assert_int_equal(counts.sessions, sessions);
}

/* ---- without memory ------------------------------------------------------------------- */

static size_t n_left = SIZE_MAX; /* pieces of memory that the XML parser gets yet */
static bool was_refused;

static bool has_memory(void)
{
	was_refused |= n_left == 0;
	return n_left > 0 && n_left-- > 0;
}

static void *take(size_t size)
{
	return has_memory() ? malloc(size) : NULL;
}

static void *take_more(void *p, size_t size)
{
	return has_memory() ? realloc(p, size) : NULL;
}

static char *take_copy(const char *text)
{
	return has_memory() ? strdup(text) : NULL;
}

/* Wherever the memory ends, the analysis ends, or it says what it always says. */
static void test_no_peer_is_blamed_for_a_lack_of_memory(void **state)
{
	static const char session[] = "open\n"
				      "> Inform\n"
				      "< InformResponse\n"
				      "> empty\n"
				      "finish\n";
	size_t n_ended = 0;

	(void)state;
	was_refused = true;
	for (size_t n_pieces = 0; was_refused; n_pieces++) {
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;
		const struct analysis_options options = { .path = "x" };
		struct error err = ERROR_NULL;
		auto_buf out = BUF_NULL;
		int r;

		was_refused = false;
		n_left = n_pieces;
		r = script_analyse("x", str_of(session), &options, NULL, &analysis,
		    &err);
		n_left = SIZE_MAX;
		assert_int_equal(r, r != 0 && was_refused ? -ENOMEM : 0);
		n_ended += r != 0;
		if (r != 0)
			continue;
		put_findings(&out, analysis);
		assert_string_equal(buf_cstr(&out), "");
		assert_int_equal(analysis->counts.sessions, 1);
	}
	assert_true(n_ended > 0);
}

/* ---- what is judged -------------------------------------------------------------------- */

static void test_other_users_of_soap_are_no_sessions(void **state)
{
	(void)state;
	assert_judged(
	    "open\n"
	    "> POST\n"
	    "  body <<END\n"
	    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">"
	    "<s:Body><Get xmlns=\"http://tempuri.org/\"><a/></Get></s:Body>"
	    "</s:Envelope>\n"
	    "  END\n"
	    "< 200\n"
	    "close\n",
	    0, "");
}

static void test_a_wrong_version_is_still_cwmp(void **state)
{
	(void)state;
	assert_judged("open\n"
		      "> Inform ns=urn:dslforum-org:cwmp-1-4\n"
		      "< InformResponse ns=1.2\n"
		      "> empty\n"
		      "finish\n",
	    1, "SOAP-03 cpe must\n");
}

static void test_a_lease_binds_only_a_start_that_is_seen(void **state)
{
	(void)state;
	/* A renewal: where the CPE was told to go is not in this capture. */
	assert_judged("host acs2 10.0.0.12\n"
		      "dhcp request\n"
		      "dhcp ack url=http://10.0.0.11:7547/acs code=P1\n"
		      "begin url=acs2:7547/acs events=\"2 PERIODIC\" "
		      "Device.DeviceInfo.ProvisioningCode=\n"
		      "> empty\n"
		      "finish\n",
	    1, "");
	/* The same after a start, without 0 BOOTSTRAP: an ACS may have moved it before. */
	assert_judged("host acs2 10.0.0.12\n"
		      "lease url=http://10.0.0.11:7547/acs code=P1\n"
		      "begin url=acs2:7547/acs events=\"1 BOOT\" "
		      "Device.DeviceInfo.ProvisioningCode=\n"
		      "> empty\n"
		      "finish\n",
	    1, "");
}

static void test_a_name_may_have_been_looked_up_before(void **state)
{
	(void)state;
	assert_judged("host acs.lab 10.0.0.11\n"
		      "session url=http://acs.lab:7547/acs\n",
	    1, "");
	/* Behind a start, but the capture shows no DNS of this CPE. */
	assert_judged(
	    "host acs.lab 10.0.0.11\n"
	    "lease url=http://acs.lab:7547/acs\n"
	    "session url=http://acs.lab:7547/acs events=\"0 BOOTSTRAP,1 BOOT\"\n",
	    1, "");
}

static void test_other_vendors_options_are_no_acs(void **state)
{
	(void)state;
	assert_judged("dhcp discover class=PXEClient\n"
		      "dhcp offer\n"
		      "  opt 43 = 06 01 08 ff\n"
		      "dhcp request class=PXEClient ask=1,3\n"
		      "dhcp ack\n"
		      "  opt 43 = 01 ff 00\n"
		      "  opt 125 = 00000009 [ 01 ff ]\n",
	    0, "");
}

static void test_a_gap_hides_what_is_missing(void **state)
{
	(void)state;
	assert_judged("begin\n"
		      "> empty drop\n"
		      "< 204\n"
		      "close\n"
		      "silence\n",
	    1, "");
}

static void test_the_end_of_the_capture_is_no_absence(void **state)
{
	(void)state;
	assert_judged("begin\n"
		      "> empty\n"
		      "< GetParameterValues Device.DeviceInfo.UpTime\n",
	    1, "");
	assert_judged("begin\n"
		      "> empty\n"
		      "< 204\n",
	    1, "");
}

/* ---- tolerance ------------------------------------------------------------------------ */

/* What of a schema a tolerant reader can do without, element by element. */
static void test_what_is_plain_when_it_is_missing_is_tolerated(void **state)
{
	static const char text[] =
	    "open\n"
	    "> Inform events=\"1 BOOT\"\n"
	    "< InformResponse\n"
	    "  edit s#<MaxEnvelopes>1</MaxEnvelopes>##\n"
	    "> empty\n"
	    "< SetParameterValues Device.DeviceInfo.ProvisioningCode=x\n"
	    "  edit s#<ParameterKey></ParameterKey>##\n"
	    "> SetParameterValuesResponse\n"
	    "  edit s#<Status>0</Status>##\n"
	    "finish\n";
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct analysis_counts counts;
	auto_buf out = BUF_NULL;

	(void)state;
	analyse_by(&(struct rule_options){ .is_tolerant = true }, text, &analysis);
	put_findings(&out, analysis);
	assert_string_equal(buf_cstr(&out),
	    "SOAP-19 acs note\nSOAP-19 acs note\nSOAP-19 cpe must\n");
	buf_reset(&out);
	judge(text, &out, &counts);
	assert_string_equal(buf_cstr(&out),
	    "SOAP-19 acs must\nSOAP-19 acs must\nSOAP-19 cpe must\n");
}

/* ---- transfers ------------------------------------------------------------------------ */

#define DOWNLOAD                                                 \
	"begin events=\"2 PERIODIC\"\n"                          \
	"> empty\n"                                              \
	"< Download CommandKey=d1 URL=http://10.0.0.11/fw.bin\n" \
	"> DownloadResponse Status=1\n"                          \
	"finish\n"                                               \
	"wait 2m\n"
#define COMPLETE                                               \
	"begin events=\"7 TRANSFER COMPLETE,M Download:d1\"\n" \
	"> TransferComplete CommandKey=d1 FaultCode=9010\n"

static void assert_open(const char *text, uint64_t n, const char *words)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;

	analyse(text, &analysis);
	assert_int_equal(analysis->counts.open_transfers, n);
	if (words)
		assert_string_equal(analysis->counts.open_transfer, words);
	else
		assert_null(analysis->counts.open_transfer);
}

static void test_a_transfer_that_nothing_ends_is_told_of(void **state)
{
	(void)state;
	assert_open(DOWNLOAD "session events=\"2 PERIODIC\"\n", 1,
	    "Download \"d1\" of SN1, frame 13");
	/* Whatever came of it, and where the capture hides a session, it is not. */
	assert_open(DOWNLOAD COMPLETE "< TransferCompleteResponse\n> empty\nfinish\n",
	    0, NULL);
	assert_open(DOWNLOAD COMPLETE "reset cpe\n", 0, NULL);
	assert_open(DOWNLOAD "begin events=\"7 TRANSFER COMPLETE,M Download\"\n"
			     "> TransferComplete CommandKey= FaultCode=9015\n"
			     "< TransferCompleteResponse\n> empty\nfinish\n",
	    0, NULL);
	assert_open(DOWNLOAD "begin\n> empty drop\nfinish\n", 0, NULL);
	assert_open("begin\n"
		    "> empty\n"
		    "< Download CommandKey=d1 URL=http://10.0.0.11/fw.bin\n"
		    "> DownloadResponse Status=0\n"
		    "finish\n",
	    0, NULL);
}

/* ---- live ---------------------------------------------------------------------------- */

static void on_finding(void *user, const struct finding *finding)
{
	buf_printf(user, "%s %s", finding->rule, rule_who_name(finding->who));
}

static void test_silence_is_judged_while_it_lasts(void **state)
{
	auto_buf found = BUF_NULL;
	struct analysis_options options = { .path = "x",
		.found = on_finding,
		.user = &found };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;
	clock_ns last;

	(void)state;
	assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
	analysis_tick(analysis, NS_PER_S); /* no frame yet: no time either */
	packets.tap = transcript_feed;
	packets.tap_user = analysis_decoder(analysis);
	assert_int_equal(script_run_text("x", STR("begin\nclose\n"), &packets, NULL,
			     &err),
	    0);
	last = packets.now;
	packets_free(&packets);
	analysis_tick(analysis, last + 20 * NS_PER_S);
	assert_string_equal(buf_cstr(&found), "");
	analysis_tick(analysis, last + 60 * NS_PER_S);
	assert_string_equal(buf_cstr(&found), "SES-09 cpe");
	assert_int_equal(analysis_end(analysis, &err), 0);
	assert_int_equal(analysis->n_findings, 1);
}

/* The tables in which devices are found have an order of their own in each run. */
static void test_devices_are_judged_in_the_order_in_which_they_came(void **state)
{
	enum {
		DEVICES = 12
	};
	auto_buf script = BUF_NULL, out = BUF_NULL, expected = BUF_NULL;
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;

	(void)state;
	for (int i = 0; i < DEVICES; i++) {
		buf_printf(&script,
		    "host c%d 10.0.0.%d\n"
		    "open c%d > acs:7547/acs\n"
		    "> Inform serial=SN%d events=\"2 PERIODIC\"\n"
		    "< InformResponse\n"
		    "> empty\n"
		    "< ScheduleInform DelaySeconds=60 CommandKey=s1\n"
		    "> ScheduleInformResponse\n"
		    "finish\n",
		    i, 101 + i, i, i);
		buf_printf(&expected, "EVT-09 SN%d\n", i);
	}
	buf_append_text(&script, "silence 5m\n");
	analyse(buf_cstr(&script), &analysis);

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (strcmp(f->rule, "EVT-09") == 0)
			buf_printf(&out, "%s %s\n", f->rule, f->serial);
	}
	assert_string_equal(buf_cstr(&out), buf_cstr(&expected));
}

/* One keeps the rule and the other does not; of other rules nothing is counted so. */
static void test_a_rule_is_counted_device_by_device(void **state)
{
	static const char *const tallied[] = { "SES-09", "REM", NULL };
	const struct rule_options rules = { .tallied = tallied };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	uint64_t kept[2] = { 0, 0 }, broken[2] = { 0, 0 };

	(void)state;
	analyse_by(&rules,
	    "host c0 10.0.0.101\n"
	    "host c1 10.0.0.102\n"
	    "session from=c0 serial=SN0\n"
	    "session from=c0 serial=SN0\n"
	    "begin from=c1 serial=SN1\n"
	    "close\n"
	    "silence 5m\n",
	    &analysis);
	assert_true(analysis->n_tallies > 0);
	for (size_t i = 0; i < analysis->n_tallies; i++) {
		const struct rule_tally *tally = &analysis->tallies[i];
		size_t k = tally->serial && strcmp(tally->serial, "SN1") == 0;

		assert_string_equal(tally->rule, "SES-09");
		assert_non_null(tally->serial);
		kept[k] += tally->kept;
		broken[k] += tally->broken;
	}
	assert_int_equal(kept[0], 2);
	assert_int_equal(broken[0], 0);
	assert_int_equal(kept[1], 0);
	assert_int_equal(broken[1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_peer_is_blamed_for_a_lack_of_memory),
		cmocka_unit_test(
		    test_devices_are_judged_in_the_order_in_which_they_came),
		cmocka_unit_test(test_a_rule_is_counted_device_by_device),
		cmocka_unit_test(test_other_users_of_soap_are_no_sessions),
		cmocka_unit_test(test_a_wrong_version_is_still_cwmp),
		cmocka_unit_test(test_a_lease_binds_only_a_start_that_is_seen),
		cmocka_unit_test(test_a_name_may_have_been_looked_up_before),
		cmocka_unit_test(test_other_vendors_options_are_no_acs),
		cmocka_unit_test(test_a_gap_hides_what_is_missing),
		cmocka_unit_test(test_the_end_of_the_capture_is_no_absence),
		cmocka_unit_test(test_what_is_plain_when_it_is_missing_is_tolerated),
		cmocka_unit_test(test_a_transfer_that_nothing_ends_is_told_of),
		cmocka_unit_test(test_silence_is_judged_while_it_lasts),
	};

	if (xmlMemSetup(free, take, take_more, take_copy) != 0)
		return 1;
	xmlInitParser();

	return cmocka_run_group_tests(tests, NULL, NULL);
}
