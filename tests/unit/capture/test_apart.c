/* Sessions and devices told apart by what CWMP says, whatever connection or address carries
 * them. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "tests/support/script.h"
#include "tests/support/transcript.h"

static void analyse(const char *text, struct analysis **ret)
{
	struct analysis_options options = { .path = "x" };
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;

	assert_int_equal(analysis_begin(&options, ret, &err), 0);
	packets.tap = transcript_feed;
	packets.tap_user = analysis_decoder(*ret);
	if (script_run_text("x", str_of(text), &packets, NULL, &err) < 0)
		assert_string_equal(err.text, "");
	assert_int_equal(analysis_end(*ret, &err), 0);
	packets_free(&packets);
}

static size_t count_messages(const struct analysis_session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->n_messages; i++)
		n += session->messages[i].kind == MESSAGE_HTTP ||
		     session->messages[i].kind == MESSAGE_CWMP;
	return n;
}

/* A line a session: "SN1: 4 messages, 2 connections, complete", and then the findings at must
 * and should, "CR-02 cpe SN1". */
static void assert_told(const char *text, const char *told)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	auto_buf out = BUF_NULL;

	analyse(text, &analysis);
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		buf_printf(&out, "%s: %zu messages, %zu connections, %s\n",
		    session->serial, count_messages(session), session->n_conns,
		    session->not_judged ? session->not_judged
					: session_outcome(session));
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (f->severity != RULE_NOTE)
			buf_printf(&out, "%s %s %s\n", f->rule, rule_who_name(f->who),
			    f->serial);
	}
	assert_string_equal(buf_cstr(&out), told);
}

/* How many rules were not judged for that reason. */
static size_t not_judged(const char *text, const char *why)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	size_t n = 0;

	analyse(text, &analysis);
	for (size_t i = 0; i < analysis->n_rules; i++)
		n += analysis->rules[i].why && strcmp(analysis->rules[i].why, why) == 0;
	return n;
}

/* ---- retries ----------------------------------------------------------------------- */

static const char refused_thrice[] = "login cpe wrong\n"
				     "open\n"
				     "> Inform events=\"1 BOOT\"\n"
				     "< 401 digest realm=a nonce=n1\n"
				     "> again\n"
				     "< 401 digest realm=a nonce=n2\n"
				     "close\n"
				     "wait 7s\n"
				     "open\n"
				     "> Inform events=\"1 BOOT\" retry=1\n"
				     "< 401 digest realm=a nonce=n3\n"
				     "> again\n"
				     "< 401 digest realm=a nonce=n4\n"
				     "close\n"
				     "wait 15s\n"
				     "open\n"
				     "> Inform events=\"1 BOOT\" retry=2\n"
				     "< 401 digest realm=a nonce=n5\n"
				     "> again\n"
				     "< 401 digest realm=a nonce=n6\n"
				     "close\n"
				     "silence\n";

static void test_a_retry_of_refused_credentials_is_another_session(void **state)
{
	(void)state;
	assert_told(refused_thrice, "SN1: 4 messages, 1 connections, broken\n"
				    "SN1: 4 messages, 1 connections, broken\n"
				    "SN1: 4 messages, 1 connections, broken\n");
}

static void test_a_retry_ends_the_session_before_it(void **state)
{
	(void)state;
	assert_int_equal(not_judged(refused_thrice,
			     "another session of this CPE has not ended"),
	    0);
	assert_int_equal(not_judged("begin\n"
				    "> empty\n"
				    "< GetParameterValues Device.X\n"
				    "reset acs\n"
				    "wait 7s\n"
				    "session retry=1\n"
				    "silence\n",
			     "another session of this CPE has not ended"),
	    0);
}

static void test_a_retry_that_counts_nothing_is_told_by_its_text(void **state)
{
	(void)state;
	/* RetryCount stays 0, which INF-08 says; but CurrentTime has gone on. */
	assert_told("login cpe wrong basic\n"
		    "open\n"
		    "> Inform events=\"1 BOOT\"\n"
		    "< 401 basic realm=a\n"
		    "close\n"
		    "wait 7s\n"
		    "login cpe right basic\n"
		    "open\n"
		    "> Inform events=\"1 BOOT\"\n"
		    "< InformResponse\n"
		    "> empty\n"
		    "finish\n",
	    "SN1: 2 messages, 1 connections, broken\n"
	    "SN1: 4 messages, 1 connections, complete\n"
	    "AUTH-07 cpe SN1\n"
	    "AUTH-07 acs SN1\n"
	    "AUTH-07 cpe SN1\n"
	    "INF-08 cpe SN1\n"
	    "AUTH-07 cpe SN1\n");
}

static void test_an_inform_without_credentials_answers_no_challenge_elsewhere(
    void **state)
{
	(void)state;
	assert_told("open\n"
		    "> Inform events=\"1 BOOT\"\n"
		    "< 401 digest realm=a nonce=n1\n"
		    "close\n"
		    "wait 7s\n"
		    "open\n"
		    "> Inform events=\"1 BOOT\"\n"
		    "< InformResponse\n"
		    "> empty\n"
		    "finish\n",
	    "SN1: 2 messages, 1 connections, broken\n"
	    "SN1: 4 messages, 1 connections, complete\n"
	    "INF-08 cpe SN1\n");
}

static void test_a_connection_that_nobody_closes_keeps_no_session_up(void **state)
{
	static const char script[] = "begin\n"
				     "> empty\n"
				     "< GetParameterValues Device.X\n"
				     "wait 31s\n"
				     "session\n"
				     "silence\n";

	(void)state;
	/* The CPE may have lost its power. */
	assert_told(script,
	    "SN1: 4 messages, 1 connections, its connection is never closed\n"
	    "SN1: 4 messages, 1 connections, complete\n");
	assert_int_equal(not_judged(script,
			     "another session of this CPE has not ended"),
	    0);
}

/* ---- the same session -------------------------------------------------------------- */

static void test_credentials_may_come_on_another_connection(void **state)
{
	(void)state;
	assert_told("login cpe right\n"
		    "open\n"
		    "> Inform events=\"1 BOOT\"\n"
		    "< 401 digest realm=a nonce=n1\n"
		    "  Connection: close\n"
		    "close acs\n"
		    "close cpe\n"
		    "open\n"
		    "> again\n"
		    "  Authorization: Digest username=\"cpe\", realm=\"a\", "
		    "nonce=\"n1\", uri=\"/acs\", qop=auth, nc=00000001, cnonce=\"c\", "
		    "response=\"00000000000000000000000000000000\"\n"
		    "< InformResponse\n"
		    "> empty\n"
		    "finish\n",
	    "SN1: 6 messages, 2 connections, complete\n");
}

static void test_a_session_goes_on_where_the_acs_closes(void **state)
{
	(void)state;
	assert_told("begin\n"
		    "close acs\n"
		    "close cpe\n"
		    "open\n"
		    "> empty\n"
		    "finish\n",
	    "SN1: 4 messages, 2 connections, complete\n");
}

static void test_an_empty_post_that_is_challenged_begins_with_its_inform(void **state)
{
	static const char script[] = "login cpe right\n"
				     "ping cpe > gw\n"
				     "open\n"
				     "> empty\n"
				     "< 401 digest realm=a nonce=n1\n"
				     "> Inform events=\"1 BOOT\"\n"
				     "< InformResponse\n"
				     "> empty\n"
				     "finish\n"
				     "silence\n";

	(void)state;
	assert_told(script, "SN1: 6 messages, 1 connections, complete\n");
	assert_int_equal(not_judged(script, "start of session missing"), 0);
}

/* ---- several devices --------------------------------------------------------------- */

static void test_a_proxy_carries_two_sessions_on_one_connection(void **state)
{
	(void)state;
	assert_told("open\n"
		    "> Inform serial=SNA Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7547/a\n"
		    "< InformResponse\n"
		    "  Set-Cookie: session=aaaa\n"
		    "> Inform serial=SNB Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7547/b\n"
		    "  -Cookie\n"
		    "< InformResponse\n"
		    "  Set-Cookie: session=bbbb\n"
		    "> empty\n"
		    "  Cookie: session=aaaa\n"
		    "< 204\n"
		    "> empty\n"
		    "  Cookie: session=bbbb\n"
		    "< 400\n"
		    "close\n"
		    "silence\n",
	    "SNA: 4 messages, 1 connections, complete\n"
	    "SNB: 4 messages, 1 connections, broken\n");
}

static void test_who_answered_an_inform_is_called_by_nobody(void **state)
{
	(void)state;
	/* All on one machine, and each CPE publishes the port that is its ACS's. */
	assert_told("session from=acs serial=SNA "
		    "Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.11:7547/a\n"
		    "session from=acs serial=SNB "
		    "Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.11:7547/b\n",
	    "SNA: 4 messages, 1 connections, complete\n"
	    "SNB: 4 messages, 1 connections, complete\n");
}

static void test_a_call_is_for_the_device_whose_url_it_is(void **state)
{
	(void)state;
	assert_told("session serial=SNA Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7001/a\n"
		    "session serial=SNB Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7002/b\n"
		    "open acs > cpe:7001/a\n"
		    "> GET /a\n"
		    "< 200\n"
		    "close\n",
	    "SNA: 4 messages, 1 connections, complete\n"
	    "SNB: 4 messages, 1 connections, complete\n"
	    "CR-02 cpe SNA\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_retry_of_refused_credentials_is_another_session),
		cmocka_unit_test(test_a_retry_ends_the_session_before_it),
		cmocka_unit_test(test_a_retry_that_counts_nothing_is_told_by_its_text),
		cmocka_unit_test(
		    test_an_inform_without_credentials_answers_no_challenge_elsewhere),
		cmocka_unit_test(
		    test_a_connection_that_nobody_closes_keeps_no_session_up),
		cmocka_unit_test(test_credentials_may_come_on_another_connection),
		cmocka_unit_test(test_a_session_goes_on_where_the_acs_closes),
		cmocka_unit_test(
		    test_an_empty_post_that_is_challenged_begins_with_its_inform),
		cmocka_unit_test(test_a_proxy_carries_two_sessions_on_one_connection),
		cmocka_unit_test(test_who_answered_an_inform_is_called_by_nobody),
		cmocka_unit_test(test_a_call_is_for_the_device_whose_url_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
