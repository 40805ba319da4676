/* Every way in which a session may come to nothing: at each of its stages each kind of answer,
 * and what may stop it before the first. None of them is "ok", and each names its layer, whose
 * doing it is, and the frame (written/verdicts.txt). A cell is a row of a table. */
#include "tests/unit/written.h"

#include "capture/analysis/analysis.h"
#include "lib/base/compiler.h"
#include "tests/support/script_analyse.h"

#define LEASE      "lease url=http://10.0.0.11:7547/acs\n"
#define LEASE_TLS  "lease url=https://10.0.0.11:7547/acs\n"
#define LEASE_NAME "lease url=http://acs.lab:7547/acs\n"
#define SOLICIT    "dhcp6 solicit\n  opt 16 = 00000de9 [[ \"dslforum.org\" ]]\n"
#define ASKED      "begin\n> empty\n< GetParameterValues Device.ManagementServer.URL\n"

struct row {
	const char *name, *script;
};

static const struct row stages[] = {
	{ "Inform", "open\n> Inform\n" },
	{ "empty POST", "begin\n> empty\n" },
	{ "response to an RPC", ASKED "> GetParameterValuesResponse\n" },
};

static const struct row answers[] = {
	{ "no answer", "wait 35s\nclose\n" },
	{ "no answer, and it stays open", "wait 35s\n" },
	{ "401", "< 401 digest realm=r nonce=n\nclose\n" },
	{ "302 to where nobody goes",
	    "< 302\n  Location: http://10.0.0.12/acs\nclose\n" },
	{ "400", "< 400\nclose\n" },
	{ "403", "< 403\nclose\n" },
	{ "404", "< 404\nclose\n" },
	{ "500", "< 500\nclose\n" },
	{ "503", "< 503\nclose\n" },
	{ "100 and nothing more", "< 100\nwait 35s\nclose\n" },
	{ "HTML",
	    "< 200\n  Content-Type: text/html\n  body \"<html>no</html>\"\nclose\n" },
	{ "malformed XML",
	    "< 200\n  Content-Type: text/xml\n  body \"<a><b></a>\"\nclose\n" },
	{ "a fault that has no end",
	    "< Fault code=8005\n> again\n< Fault code=8005\n> again\n< Fault code=8005\nclose\n" },
	{ "a cut body", "< InformResponse cut=300\nclose acs\nclose cpe\n" },
	{ "RST", "reset acs\n" },
	{ "RST by the CPE", "wait 5s\nreset cpe\n" },
	{ "FIN", "close acs\nclose cpe\n" },
	{ "FIN by the CPE", "close\n" },
};

/* Those that are right at another stage. */
static const struct row others[] = {
	{ "Inform, empty 200", "open\n> Inform\n< 200\nclose\n" },
	{ "Inform, 204", "open\n> Inform\n< 204\nclose\n" },
	{ "Inform, a request of the ACS",
	    "open\n> Inform\n< GetParameterValues Device.X\nclose\n" },
	{ "Inform, fault 8003", "open\n> Inform\n< Fault code=8003\nclose\n" },
	{ "empty POST, InformResponse", "begin\n> empty\n< InformResponse\nclose\n" },
	{ "response to an RPC, InformResponse",
	    ASKED "> GetParameterValuesResponse\n< InformResponse\nclose\n" },
	{ "TransferComplete, 204", "begin events=\"7 TRANSFER COMPLETE,M Download:k\"\n"
				   "> TransferComplete CommandKey=k\n< 204\nclose\n" },
	{ "the CPE leaves after InformResponse", "begin\nclose\n" },
	{ "the CPE leaves a request of the ACS", ASKED "close\n" },
	{ "a second Inform that is refused", "begin\n> Inform\n< 400\nclose\n" },
	{ "an empty POST instead of a response that is refused",
	    ASKED "> empty\n< 400\nclose\n" },
	{ "a request instead of a response that is refused",
	    ASKED "> GetRPCMethods\n< 400\nclose\n" },
	{ "the CPE says nothing more", "begin\nwait 35s\n" },
	{ "a password that is refused",
	    "login cpe secret\nopen\n> Inform\n< 401 digest realm=r nonce=n\n"
	    "> Inform\n< 401 digest realm=r nonce=m\nclose\n" },
	{ "no offer", "dhcp discover\nwait 4s\ndhcp discover\n" },
	{ "offers, but no lease", "dhcp discover\ndhcp offer\ndhcp request\n" },
	{ "a lease that is refused",
	    "dhcp discover\ndhcp offer\ndhcp request\ndhcp nak\n" },
	{ "no offer of DHCPv6", SOLICIT "wait 4s\n" SOLICIT },
	{ "offers of DHCPv6, but no lease",
	    SOLICIT "dhcp6 advertise\ndhcp6 request\n" },
	{ "a lease of DHCPv6 that is refused",
	    SOLICIT "dhcp6 advertise\ndhcp6 request\ndhcp6 reply\n  opt 13 = 0002\n" },
	{ "no offer of either", "dhcp discover\n" SOLICIT "wait 4s\n" SOLICIT },
	{ "NXDOMAIN", LEASE_NAME "dns A acs.lab = nxdomain\n" },
	{ "no answer of DNS", LEASE_NAME "dns A acs.lab\nwait 5s\ndns A acs.lab\n" },
	{ "a port that refuses", LEASE "open refused\n" },
	{ "no answer to SYN", LEASE "open no-answer\n" },
	{ "an address that cannot be reached",
	    LEASE "open no-answer\nunreachable gw code=1\n" },
	{ "an alert by the ACS",
	    LEASE_TLS "open acs:7547\nhello no-answer\n< record 21 0228\nclose\n" },
	{ "an alert by the CPE",
	    LEASE_TLS "open acs:7547\nhello no-answer\n> record 21 0230\nreset cpe\n" },
	{ "a handshake without an answer",
	    LEASE_TLS "open acs:7547\nhello no-answer\nwait 35s\n" },
	{ "TLS to a port of HTTP",
	    LEASE_TLS "open acs:7547\nhello no-answer\n< 400\nclose\n" },
	{ "HTTP to a port of TLS",
	    LEASE "open\n> Inform\n< record 21 0228\nclose acs\nclose cpe\n" },
	{ "the ACS closes at once", LEASE "open\nclose acs\nclose cpe\n" },
};

/* What is no failure: told as such, it would blame somebody who did nothing wrong. */
static const struct row innocent[] = {
	{ "a session", "session\n" },
	{ "100 before the answer",
	    "open\n> Inform\n< 100\n< InformResponse\n> empty\nfinish\n" },
	{ "a password that is asked for",
	    "login cpe secret\nopen\n> Inform\n< 401 digest realm=r nonce=n\n"
	    "> Inform\n< InformResponse\n> empty\nfinish\n" },
	{ "a connection that only learns its own address",
	    LEASE "open\nclose\nsession\n" },
	{ "a refused port of somebody else", "session\nopen gw:80 refused\n" },
	{ "a look-up of another name", LEASE "dns A ntp.lab = nxdomain\nsession\n" },
	{ "a lease at the second try",
	    "dhcp discover\nwait 4s\ndhcp discover\ndhcp offer\ndhcp request\ndhcp ack\n"
	    "session\n" },
	{ "a lease of DHCPv4 alone", LEASE SOLICIT "session\n" },
	{ "an address that DHCPv6 did not give", SOLICIT "session\n" },
};

static struct analysis *judge(const char *text, bool only_findings)
{
	struct analysis_options options = { .path = "x.pcap",
		.only_findings = only_findings };
	struct error err = ERROR_NULL;
	struct analysis *analysis;

	if (script_analyse("cell", str_of(text), &options, NULL, &analysis, &err) < 0)
		fail_msg("%s", err.text);
	return analysis;
}

/* The same is said where no record is kept. */
static void compare(const struct analysis *kept, const char *text)
{
	auto_cleanup(analysis_free) struct analysis *brief = judge(text, true);

	assert_int_equal(brief->n_failures, kept->n_failures);
	assert_int_equal(brief->counts.sessions, kept->counts.sessions);
	assert_int_equal(analysis_verdict(brief), analysis_verdict(kept));
	for (size_t i = 0; i < kept->n_failures; i++)
		assert_string_equal(brief->failures[i].text, kept->failures[i].text);
}

static void put_cell(struct buf *out, const char *name, const char *answer,
    const char *script)
{
	auto_buf text = BUF_NULL;
	const struct analysis_failure *failure;
	struct analysis *analysis;

	buf_printf(&text, "%ssilence\n", script);
	analysis = judge(buf_cstr(&text), false);
	compare(analysis, buf_cstr(&text));
	buf_printf(out, "%s%s: %s", name, answer,
	    analysis_verdict_name(analysis_verdict(analysis)));
	if (analysis->n_failures != 1)
		fail_msg("%s%s: %zu failures", name, answer, analysis->n_failures);
	failure = &analysis->failures[0];
	assert_true(failure->frame > 0);
	assert_false(analysis->ok);
	buf_printf(out, "; %s %s, frame %llu: %s\n", failure->layer, failure->who,
	    (unsigned long long)failure->frame, failure->text);
	analysis_free(analysis);
}

static void no_cell_is_well_and_each_says_why(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
		for (size_t k = 0; k < ARRAY_LEN(answers); k++) {
			auto_buf script = BUF_NULL, name = BUF_NULL;

			buf_printf(&script, "%s%s", stages[i].script,
			    answers[k].script);
			buf_printf(&name, "%s, ", stages[i].name);
			put_cell(&out, buf_cstr(&name), answers[k].name,
			    buf_cstr(&script));
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		put_cell(&out, others[i].name, "", others[i].script);
	assert_true(
	    written_is("tests/unit/capture/written/verdicts.txt", buf_str(&out)));
}

static void nobody_is_blamed_who_did_nothing_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(innocent); i++) {
		auto_buf text = BUF_NULL;
		struct analysis *analysis;

		buf_printf(&text, "%ssilence\n", innocent[i].script);
		analysis = judge(buf_cstr(&text), false);
		compare(analysis, buf_cstr(&text));
		if (analysis->n_failures > 0)
			fail_msg("%s: %s", innocent[i].name,
			    analysis->failures[0].text);
		assert_int_equal(analysis_verdict(analysis), VERDICT_OK);
		analysis_free(analysis);
	}
}

/* A session that the end of the capture cuts off has not failed. */
static void what_the_capture_does_not_show_is_not_judged(void **state)
{
	static const char *const scripts[] = {
		"open\n> Inform\n",
		"begin\n",
		"begin\n> empty\n",
		LEASE "open no-answer\n",
		LEASE "open\n> Inform\n< 401 digest realm=r nonce=n\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct analysis *analysis = judge(scripts[i], false);

		compare(analysis, scripts[i]);
		assert_int_equal(analysis->n_failures, 0);
		assert_int_equal(analysis_verdict(analysis), VERDICT_NOT_JUDGED);
		analysis_free(analysis);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cell_is_well_and_each_says_why),
		cmocka_unit_test(nobody_is_blamed_who_did_nothing_wrong),
		cmocka_unit_test(what_the_capture_does_not_show_is_not_judged),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
