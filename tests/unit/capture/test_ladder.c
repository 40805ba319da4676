/* An analysis made by hand, as text and as a page. */
#include "tests/unit/unit.h"

#include "capture/analysis.h"
#include "capture/ladder.h"
#include "capture/report_html.h"
#include "lib/base/compiler.h"

#define MS(n) ((n)*NS_PER_MS)

static struct message messages_1[] = {
	{ .kind = MESSAGE_TCP,
	    .frame = 5,
	    .first_frame = 5,
	    .time = MS(30),
	    .name = "SYN" },
	{ .kind = MESSAGE_CWMP,
	    .frame = 8,
	    .first_frame = 8,
	    .time = MS(41),
	    .name = "Inform",
	    .detail = "0 BOOTSTRAP, 1 BOOT",
	    .body = { "<a>1 & 2</a></script><script>alert(1)</script>", 46 } },
	{ .kind = MESSAGE_HTTP,
	    .from = FROM_ACS,
	    .frame = 9,
	    .first_frame = 9,
	    .time = MS(42),
	    .name = "401",
	    .http_status = 401 },
};

static struct step_result steps_1[] = {
	{ .step = 0,
	    .what = "DHCP lease",
	    .ok = true,
	    .frame = 1,
	    .last_frame = 4,
	    .time = MS(1) },
	{ .step = 1,
	    .what = "TCP open",
	    .ok = true,
	    .frame = 5,
	    .last_frame = 5,
	    .time = MS(30) },
	{ .step = 2,
	    .what = "TLS",
	    .ok = true,
	    .is_skipped = true,
	    .why = "an http URL" },
	{ .step = 3,
	    .what = "POST Inform",
	    .ok = true,
	    .frame = 8,
	    .last_frame = 8,
	    .time = MS(41) },
	{ .step = 4,
	    .what = "200 InformResponse",
	    .frame = 9,
	    .last_frame = 9,
	    .time = MS(42),
	    .layer = "HTTP",
	    .why = "401, and the CPE sent no credentials" },
	{ .step = 5, .what = "POST, empty", .why = "not reached" },
};

static struct session sessions[] = {
	{ .id = 1,
	    .cpe = "10.0.0.100",
	    .acs = "10.0.0.11:7547",
	    .mac = "02:00:00:00:00:64",
	    .start = MS(30),
	    .end = MS(50),
	    .messages = messages_1,
	    .n_messages = ARRAY_LEN(messages_1) },
	{ .id = 2,
	    .cpe = "10.0.0.101",
	    .acs = "10.0.0.11:7547",
	    .mac = "02:00:00:00:00:65",
	    .start = MS(30),
	    .end = MS(50),
	    .messages = messages_1,
	    .n_messages = ARRAY_LEN(messages_1) },
};

static struct sequence_result results[] = {
	{ .cpe = "10.0.0.100",
	    .mac = "02:00:00:00:00:64",
	    .name = "acs-migration",
	    .steps = steps_1,
	    .n_steps = ARRAY_LEN(steps_1),
	    .boot = MS(1) },
	{ .cpe = "10.0.0.101",
	    .mac = "02:00:00:00:00:65",
	    .name = "acs-migration",
	    .steps = steps_1,
	    .n_steps = ARRAY_LEN(steps_1),
	    .boot = MS(1) },
};

static const struct analysis analysis = {
	.file = "x.pcap",
	.sessions = sessions,
	.n_sessions = ARRAY_LEN(sessions),
	.sequences = results,
	.n_sequences = ARRAY_LEN(results),
};

static const char *name_of(void *user, const char *mac, const char *address)
{
	(void)user;
	if (mac)
		return mac[16] == '4' ? "cpe-1" : "cpe-2";
	return address && strcmp(address, "10.0.0.11") == 0 ? "acs1" : NULL;
}

static void cpes_of_one_shape_share_a_ladder(void **state)
{
	static const char expected[] =
	    "cpe-1 = cpe-2   timing of cpe-1; seconds since its boot; frames of x.pcap\n"
	    "     CPE 10.0.0.100                                    ACS\n"
	    "  0  |<- DHCP lease ---------------------------------->|            +0.000 frame 1-4\n"
	    "  1  |-- (1) TCP open -------------------------------->| acs1       +0.029 frame 5\n"
	    "  3  |-- (3) POST Inform: 0 BOOTSTRAP, 1 BOOT -------->|            +0.040 frame 8\n"
	    "  4  |<- (4) 200 InformResponse ----------------------x|            +0.041 frame 9\n"
	    "     |   HTTP: 401, and the CPE sent no credentials\n"
	    "\n"
	    "  CPE      address         1st session last        sessions  steps\n"
	    "  cpe-1    10.0.0.100      +0.029 s                       1  3/5 failed at step 4, HTTP\n"
	    "  cpe-2    10.0.0.101      +0.029 s                       1  3/5 failed at step 4, HTTP\n";
	const struct ladder_options options = { .name_of = name_of,
		.capture = "x.pcap",
		.width = 90 };
	auto_buf out = BUF_NULL;

	(void)state;
	ladder_write(&out, &analysis, &options);
	assert_string_equal(buf_cstr(&out), expected);
}

static void nothing_seen_draws_nothing(void **state)
{
	const struct analysis empty = { .file = "x.pcap" };
	const struct ladder_options options = { .width = 90 };
	auto_buf out = BUF_NULL;

	(void)state;
	ladder_write(&out, &empty, &options);
	assert_int_equal(out.len, 0);
	assert_int_equal(out.error, 0);
}

/* What a peer sent must never become markup. */
static void texts_cannot_leave_the_page(void **state)
{
	const struct report_html_options options = { .title = "a <b> \"c\" & d",
		.subtitle = "@DATA@",
		.name_of = name_of };
	auto_buf out = BUF_NULL;
	const char *page;

	(void)state;
	report_html_write(&out, &analysis, &options);
	page = buf_cstr(&out);
	assert_int_equal(out.error, 0);
	assert_null(strstr(page, "alert(1)</script>"));
	assert_non_null(strstr(page, "alert(1)\\u003c"));
	assert_non_null(
	    strstr(page, "<title>a &lt;b&gt; &quot;c&quot; &amp; d</title>"));
	assert_non_null(strstr(page, "<div class=\"sub\">@DATA@</div>"));
	assert_null(strstr(page, "src="));
	assert_null(strstr(page, "href="));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpes_of_one_shape_share_a_ladder),
		cmocka_unit_test(nothing_seen_draws_nothing),
		cmocka_unit_test(texts_cannot_leave_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
