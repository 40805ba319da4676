/* Sessions and devices told apart by what CWMP says, whatever connection or address carries
 * them. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "capture/analysis/filter.h"
#include "capture/report/ladder.h"
#include "lib/sequence/sequence.h"
#include "tests/support/script_analyse.h"

static void analyse_with(const char *text, const struct sequence *sequence,
    struct analysis **ret)
{
	struct analysis_options options = { .path = "x",
		.sequences = &sequence,
		.n_sequences = sequence ? 1 : 0 };
	struct error err = ERROR_NULL;

	if (script_analyse("x", str_of(text), &options, NULL, ret, &err) < 0)
		fail_msg("%s", err.text);
}

static void analyse(const char *text, struct analysis **ret)
{
	analyse_with(text, NULL, ret);
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
	    "SNB: 4 messages, 1 connections, broken\n"
	    "HTTP-15 acs SNB\n");
}

static void test_one_cookie_for_all_tells_no_device_from_another(void **state)
{
	(void)state;
	assert_told("open as=a\n"
		    "> Inform serial=SNA Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7547/a\n"
		    "< InformResponse\n"
		    "  Set-Cookie: ID=1\n"
		    "open as=b\n"
		    "> Inform serial=SNB Device.ManagementServer.ConnectionRequestURL="
		    "http://10.0.0.100:7547/b\n"
		    "< InformResponse\n"
		    "  Set-Cookie: ID=1\n"
		    "use a\n"
		    "> empty\n"
		    "  Cookie: ID=1\n"
		    "finish\n"
		    "use b\n"
		    "> empty\n"
		    "  Cookie: ID=1\n"
		    "finish\n"
		    "silence\n",
	    "SNA: 4 messages, 1 connections, complete\n"
	    "SNB: 4 messages, 1 connections, complete\n");
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

/* ---- devices, not addresses ---------------------------------------------------------- */

static const char three_behind_one[] =
    "session serial=SNA events=\"2 PERIODIC\" "
    "Device.ManagementServer.ConnectionRequestURL=http://10.0.0.100:7001/a\n"
    "session serial=SNB events=\"2 PERIODIC\" "
    "Device.ManagementServer.ConnectionRequestURL=http://10.0.0.100:7002/b\n"
    "session serial=SNA events=\"2 PERIODIC\" "
    "Device.ManagementServer.ConnectionRequestURL=http://10.0.0.100:7001/a\n"
    "silence\n";

static void ladders_of(const char *text, const char *device, struct buf *out)
{
	const struct ladder_options options = { .capture = "x" };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct filter filter = { 0 };

	analyse(text, &analysis);
	if (device)
		assert_int_equal(filter_add(&filter, FILTER_DEVICE, device, NULL), 0);
	if (device)
		filter_apply(&filter, analysis, false);
	ladder_write(out, analysis, &options);
}

/* The table below the ladders: its lines from the heading on. */
static const char *table_of(struct buf *out)
{
	const char *table = strstr(buf_cstr(out), "\n  CPE ");

	return table ? table + 1 : "";
}

static void test_devices_of_one_address_have_a_ladder_each(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	ladders_of(three_behind_one, NULL, &out);
	assert_string_equal(table_of(&out),
	    "  CPE  address     1st session  last      sessions\n"
	    "  SNA  10.0.0.100  +0.000 s     +0.032 s         2\n"
	    "  SNB  10.0.0.100  +0.000 s                      1\n");
}

static void test_a_filter_takes_one_device_of_an_address(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	ladders_of(three_behind_one, "SNB", &out);
	assert_string_equal(table_of(&out),
	    "  CPE  address     1st session  last  sessions\n"
	    "  SNB  10.0.0.100  +0.000 s                  1\n");
}

static void test_a_device_of_two_addresses_has_one_ladder(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	ladders_of("session\n"
		   "session url=http://[fd00::11]:7547/acs\n"
		   "silence\n",
	    NULL, &out);
	assert_string_equal(table_of(&out),
	    "  CPE  address    1st session  last      sessions\n"
	    "  SN1  fd00::100  +0.000 s     +0.016 s         2\n");
}

/* Who the sequence was asked of, a line each: "SNA held". */
static void test_a_sequence_is_asked_of_each_device(void **state)
{
	static const char yaml[] =
	    "name: twice\n"
	    "title: two sessions\n"
	    "steps:\n"
	    "  - {step: 1, see: session, what: a session}\n"
	    "  - {step: 2, see: session, within: 30s, what: another session}\n";
	auto_cleanup(sequence_free) struct sequence *sequence = NULL;
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	auto_buf out = BUF_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(sequence_parse("twice", str_of(yaml), &sequence, &err), 0);
	analyse_with(three_behind_one, sequence, &analysis);
	for (size_t i = 0; i < analysis->n_sequences; i++)
		buf_printf(&out, "%s %s %s\n", analysis->sequences[i].cpe,
		    analysis->sequences[i].serial,
		    analysis->sequences[i].ok ? "held" : "failed");
	assert_string_equal(buf_cstr(&out), "10.0.0.100 SNA held\n"
					    "10.0.0.100 SNB failed\n");
}

/* In a lab the MAC address says whose sequence it is, and one address alone has a lease. */
static void test_a_device_of_two_addresses_has_the_mac_of_its_lease(void **state)
{
	static const char *const scripts[] = {
		"lease\nsession\nsession url=http://[fd00::11]:7547/acs\nsilence\n",
		"session url=http://[fd00::11]:7547/acs\nlease\nsession\nsilence\n",
	};
	static const char *const told[] = {
		"fd00::100 02:00:00:00:00:64 SN1 held\n",
		"10.0.0.100 02:00:00:00:00:64 SN1 held\n",
	};
	static const char yaml[] = "name: twice\n"
				   "title: two sessions\n"
				   "steps:\n"
				   "  - {step: 1, see: session, what: a session}\n"
				   "  - {step: 2, see: session, what: another}\n";
	auto_cleanup(sequence_free) struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(sequence_parse("twice", str_of(yaml), &sequence, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;
		auto_buf out = BUF_NULL;

		analyse_with(scripts[i], sequence, &analysis);
		assert_int_equal(analysis->n_sequences, 1);
		buf_printf(&out, "%s %s %s %s\n", analysis->sequences[0].cpe,
		    analysis->sequences[0].mac ? analysis->sequences[0].mac : "-",
		    analysis->sequences[0].serial,
		    analysis->sequences[0].ok ? "held" : "failed");
		assert_string_equal(buf_cstr(&out), told[i]);
	}
}

static void assert_forwarded(const char *header, const char *by, const char *client)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	auto_buf script = BUF_NULL;
	const struct forwarded *forwarded;

	buf_printf(&script, "open\n> Inform\n  %s\n< InformResponse\n> empty\nfinish\n",
	    header);
	analyse(buf_cstr(&script), &analysis);
	assert_int_equal(analysis->n_sessions, 1);
	forwarded = analysis->sessions[0].forwarded;
	if (!by) {
		assert_null(forwarded);
		return;
	}
	assert_non_null(forwarded);
	assert_string_equal(forwarded->header, by);
	assert_string_equal(forwarded->client, client);
	assert_string_equal(analysis->devices[0].forwarded->client, client);
}

static void test_a_proxy_tells_whom_it_forwards_for(void **state)
{
	(void)state;
	assert_forwarded("X-Real-IP: 10.0.0.7", "X-Real-IP", "10.0.0.7");
	assert_forwarded("X-Forwarded-For: 192.0.2.1, 10.0.0.1", "X-Forwarded-For",
	    "192.0.2.1");
	assert_forwarded("X-Forwarded-For: 192.0.2.1:4711", "X-Forwarded-For",
	    "192.0.2.1");
	assert_forwarded("X-Forwarded-For: 2001:db8::1", "X-Forwarded-For",
	    "2001:db8::1");
	assert_forwarded(
	    "Forwarded: proto=http; For=\"[2001:db8::1]:4711\", for=10.0.0.1",
	    "Forwarded", "2001:db8::1");
	assert_forwarded("Forwarded: for=_hidden", "Forwarded", "_hidden");
	assert_forwarded("Forwarded: proto=https", NULL, NULL);
	assert_forwarded("X-Real-IP:", NULL, NULL);
	/* Anybody can write anything there: 64 bytes of it are shown, and no blank. */
	assert_forwarded("X-Real-IP: a b\\xff", "X-Real-IP", "a?b\\xff");
	assert_forwarded(
	    "X-Real-IP: "
	    "0123456789012345678901234567890123456789012345678901234567890123",
	    "X-Real-IP",
	    "0123456789012345678901234567890123456789012345678901234567890123");
	assert_forwarded(
	    "X-Real-IP: "
	    "0123456789012345678901234567890123456789012345678901234567890123x",
	    "X-Real-IP",
	    "0123456789012345678901234567890123456789012345678901234567890123");
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
		cmocka_unit_test(test_one_cookie_for_all_tells_no_device_from_another),
		cmocka_unit_test(test_who_answered_an_inform_is_called_by_nobody),
		cmocka_unit_test(test_a_call_is_for_the_device_whose_url_it_is),
		cmocka_unit_test(test_devices_of_one_address_have_a_ladder_each),
		cmocka_unit_test(test_a_filter_takes_one_device_of_an_address),
		cmocka_unit_test(test_a_device_of_two_addresses_has_one_ladder),
		cmocka_unit_test(test_a_sequence_is_asked_of_each_device),
		cmocka_unit_test(
		    test_a_device_of_two_addresses_has_the_mac_of_its_lease),
		cmocka_unit_test(test_a_proxy_tells_whom_it_forwards_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
