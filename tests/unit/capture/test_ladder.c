/* An analysis made by hand, as text and as a page. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "capture/report/ladder.h"
#include "capture/report/ladder_lines.h"
#include "capture/report/report_html.h"
#include "lib/base/compiler.h"

#define MS(n) ((n)*NS_PER_MS)

static struct analysis_message messages_1[] = {
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

static struct analysis_session sessions[] = {
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
	if (address && strcmp(address, "fd00::11") == 0)
		return "acs6";
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
	    "  CPE    address     1st session  last  sessions  steps\n"
	    "  cpe-1  10.0.0.100  +0.029 s                  1  3/5 failed at step 4, HTTP\n"
	    "  cpe-2  10.0.0.101  +0.029 s                  1  3/5 failed at step 4, HTTP\n";
	const struct ladder_options options = { .name_of = name_of,
		.capture = "x.pcap",
		.width = 90 };
	auto_buf out = BUF_NULL;

	(void)state;
	ladder_write(&out, &analysis, &options);
	assert_string_equal(buf_cstr(&out), expected);
}

/* ---- a field capture: no sequence, but DHCP, DNS and findings ----------------------- */

/* What the table says at its end of so many CPEs of one shape each, and one more like the
 * last of them. */
static void check_end(size_t shapes, const char *end)
{
	static struct analysis_message informs[32];
	static struct analysis_session all[32];
	static char addresses[32][16];
	const struct analysis many = { .file = "x.pcap",
		.sessions = all,
		.n_sessions = shapes + 1 };
	const struct ladder_options options = { .width = 90, .max = 1 };
	auto_buf out = BUF_NULL;

	for (size_t i = 0; i <= shapes; i++) {
		(void)snprintf(addresses[i], sizeof(addresses[i]), "10.0.0.%zu",
		    100 + i);
		informs[i] = messages_1[1];
		informs[i].http_status = 200 + (unsigned)MIN(i, shapes - 1);
		all[i] = sessions[0];
		all[i].id = i + 1;
		all[i].mac = NULL;
		all[i].cpe = addresses[i];
		all[i].messages = &informs[i];
		all[i].n_messages = 1;
	}
	ladder_write(&out, &many, &options);
	if (!str_ends(buf_str(&out), str_of(end)))
		fail_msg("%zu shapes: %s", shapes, buf_cstr(&out));
}

static void the_table_says_how_many_cpes_it_leaves_out(void **state)
{
	(void)state;
	check_end(24, "  10.0.0.123  10.0.0.123  +0.000 s                  1\n"
		      "  and 1 more like 10.0.0.123\n");
	check_end(25, "  10.0.0.123  10.0.0.123  +0.000 s                  1\n"
		      "  and 2 more of 1 other shape\n");
	check_end(27, "  10.0.0.123  10.0.0.123  +0.000 s                  1\n"
		      "  and 4 more of 3 other shapes\n");
}

static struct analysis_message asked[] = {
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_SOUGHT,
	    .frame = 1,
	    .first_frame = 1,
	    .time = MS(1),
	    .first_time = MS(1),
	    .name = "DHCPDISCOVER" },
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_GIVEN,
	    .from = FROM_DHCP,
	    .frame = 2,
	    .first_frame = 2,
	    .time = MS(2),
	    .first_time = MS(2),
	    .name = "DHCPACK",
	    .detail = "10.0.0.100, option 43 (comware) http://acs1.lab:7547/cwmp" },
	{ .kind = MESSAGE_DNS,
	    .frame = 4,
	    .first_frame = 3,
	    .time = MS(4),
	    .first_time = MS(3),
	    .name = "A acs1.lab",
	    .detail = "10.0.0.11" },
};

static struct analysis_message broken[] = {
	{ .kind = MESSAGE_TCP,
	    .frame = 5,
	    .first_frame = 5,
	    .time = MS(30),
	    .name = "SYN" },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_ACS,
	    .frame = 9,
	    .first_frame = 9,
	    .time = MS(42),
	    .name = "InformResponse",
	    .layer = "SOAP-09" },
};

static void findings_stand_below_their_frame(void **state)
{
	static const char expected[] =
	    "10.0.0.100   seconds since its boot\n"
	    "     CPE 10.0.0.100                  ACS\n"
	    "     |<- DHCP lease ---------------->|            +0.000 frame 1-2\n"
	    "     |      10.0.0.100, option 43 (comware) http://acs1.lab:7547/cwmp\n"
	    "     |<- A acs1.lab: 10.0.0.11 ----->|            +0.002 frame 3-4\n"
	    "     |-- SYN ----------------------->| 10.0.0.11  +0.029 frame 5\n"
	    "     |<- InformResponse ------------x|            +0.041 frame 9\n"
	    "     |   x SOAP-09, must: the cwmp:ID is 8, that of the Inform is 7\n"
	    "     |   x SES-09, should: nothing came after it\n"
	    "\n"
	    "  CPE         address     1st session  last  sessions\n"
	    "  10.0.0.100  10.0.0.100  +0.029 s                  1  2 findings\n";
	static struct analysis_session session = { .id = 7,
		.cpe = "10.0.0.100",
		.acs = "10.0.0.11:7547",
		.start = MS(30),
		.messages = broken,
		.n_messages = ARRAY_LEN(broken) };
	static struct analysis_host host = { .cpe = "10.0.0.100",
		.messages = asked,
		.n_messages = ARRAY_LEN(asked) };
	static struct finding findings[] = {
		{ .rule = "SOAP-09",
		    .severity = RULE_MUST,
		    .who = RULE_BY_ACS,
		    .session = 7,
		    .frame = 9,
		    .time = MS(42),
		    .text = "the cwmp:ID is 8, that of the Inform is 7" },
		{ .rule = "SES-09",
		    .severity = RULE_SHOULD,
		    .who = RULE_BY_CPE,
		    .cpe = "10.0.0.100",
		    .frame = 12,
		    .time = MS(50),
		    .text = "nothing came after it" },
	};
	const struct analysis field = { .file = "x.pcap",
		.sessions = &session,
		.n_sessions = 1,
		.hosts = &host,
		.n_hosts = 1,
		.findings = findings,
		.n_findings = ARRAY_LEN(findings) };
	const struct ladder_options options = { .width = 72 };
	auto_buf out = BUF_NULL;

	(void)state;
	broken[1].why = findings[0].text; /* as analysis.h has it */
	ladder_write(&out, &field, &options);
	assert_string_equal(buf_cstr(&out), expected);
}

/* ---- the same by sessions ------------------------------------------------------------- */

/* The lines as ladder_write() writes them: who stands at the ends, then all others. */
static void put_lines(const struct analysis *all, const struct ladder_whose *whose,
    struct buf *out)
{
	static const char tones[] = " .!?";
	const struct ladder_options options = { .width = 60 };
	auto_arena arena = ARENA_NULL;
	struct ladders *ladders = NULL;
	struct ladder_line *lines;
	struct str heading;
	size_t n;

	assert_int_equal(ladders_new(all, &ladders), 0);
	lines = ladders_lines(ladders, whose, &options, &arena, &heading, &n);
	buf_printf(out, "  %.*s\n", STR_ARG(heading));
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%c%llu%.*s\n", tones[lines[i].tone],
		    lines[i].message ? (unsigned long long)lines[i].message->frame : 0,
		    STR_ARG(lines[i].text));
	ladders_free(ladders);
}

static struct analysis_message again[] = {
	{ .kind = MESSAGE_DNS,
	    .frame = 15,
	    .first_frame = 14,
	    .time = MS(60),
	    .first_time = MS(60),
	    .name = "A acs1.lab",
	    .detail = "10.0.0.11" },
};

static struct analysis_message later[] = {
	{ .kind = MESSAGE_CWMP,
	    .frame = 20,
	    .first_frame = 20,
	    .time = MS(70),
	    .name = "Inform" },
};

/* What a CPE asked for belongs to the session that came of it, what came last to the last. */
static void sessions_share_the_ladder_of_their_cpe(void **state)
{
	static struct analysis_session two[] = {
		{ .id = 7,
		    .cpe = "10.0.0.100",
		    .acs = "10.0.0.11:7547",
		    .messages = broken,
		    .n_messages = ARRAY_LEN(broken) },
		{ .id = 8,
		    .cpe = "10.0.0.100",
		    .acs = "10.0.0.11:7547",
		    .not_judged = "its end is missing",
		    .messages = later,
		    .n_messages = ARRAY_LEN(later) },
	};
	static struct analysis_host hosts[] = {
		{ .cpe = "10.0.0.100",
		    .messages = asked,
		    .n_messages = ARRAY_LEN(asked) },
		{ .cpe = "10.0.0.100",
		    .messages = again,
		    .n_messages = ARRAY_LEN(again) },
		{ .mac = "02:00:00:00:00:66", .messages = asked, .n_messages = 1 },
	};
	static struct finding findings[] = {
		{ .rule = "SOAP-09",
		    .severity = RULE_MUST,
		    .session = 7,
		    .frame = 9,
		    .text = "the cwmp:ID is 8" },
		{ .rule = "SES-09",
		    .severity = RULE_SHOULD,
		    .cpe = "10.0.0.100",
		    .frame = 32,
		    .text = "nothing came after it" },
	};
	const struct analysis field = { .file = "x.pcap",
		.sessions = two,
		.n_sessions = ARRAY_LEN(two),
		.hosts = hosts,
		.n_hosts = ARRAY_LEN(hosts),
		.findings = findings,
		.n_findings = ARRAY_LEN(findings) };
	const struct ladder_whose whose[] = {
		{ .session = &two[0] },
		{ .session = &two[1] },
		{ .device = SIZE_MAX, .mac = "02:00:00:00:00:66" },
		{ .device = SIZE_MAX, .mac = "02:00:00:00:00:99" },
		{ .device = SIZE_MAX, .address = "10.0.0.100", .frame = 9 },
		{ .device = SIZE_MAX, .address = "10.0.0.100", .frame = 32 },
	};
	auto_buf out = BUF_NULL;

	(void)state;
	broken[1].why = findings[0].text;
	for (size_t i = 0; i < ARRAY_LEN(whose); i++)
		put_lines(&field, &whose[i], &out);
	assert_string_equal(buf_cstr(&out),
	    "       CPE 10.0.0.100                  ACS\n"
	    " 2     |<- DHCP lease ---------------->| +0.001 frame 1-2\n"
	    " 2     |      10.0.0.100, option 43 (comware) http://acs1.la~\n"
	    " 4     |<- A acs1.lab: 10.0.0.11 ----->| +0.003 frame 3-4\n"
	    ".5     |-- SYN ----------------------->| +0.030 frame 5\n"
	    "!9     |<- InformResponse ------------x| +0.042 frame 9\n"
	    "!9     |   x SOAP-09, must: the cwmp:ID is 8\n"
	    "       CPE 10.0.0.100                  ACS\n"
	    " 15     |<- A acs1.lab: 10.0.0.11 ----->| +0.060 frame 14-15\n"
	    " 20     |-- Inform -------------------->| +0.070 frame 20\n"
	    "?20     |   x SES-09, should: nothing came after it\n"
	    ".0     |   not judged: its end is missing\n"
	    "       CPE                             ACS\n"
	    " 1     |<- DHCPDISCOVER -------------->| +0.000 frame 1\n"
	    "  \n"
	    "       CPE 10.0.0.100                  ACS\n"
	    " 2     |<- DHCP lease ---------------->| +0.001 frame 1-2\n"
	    " 2     |      10.0.0.100, option 43 (comware) http://acs1.la~\n"
	    " 4     |<- A acs1.lab: 10.0.0.11 ----->| +0.003 frame 3-4\n"
	    ".5     |-- SYN ----------------------->| +0.030 frame 5\n"
	    "!9     |<- InformResponse ------------x| +0.042 frame 9\n"
	    "!9     |   x SOAP-09, must: the cwmp:ID is 8\n"
	    "       CPE 10.0.0.100                  ACS\n"
	    " 15     |<- A acs1.lab: 10.0.0.11 ----->| +0.060 frame 14-15\n"
	    " 20     |-- Inform -------------------->| +0.070 frame 20\n"
	    "?20     |   x SES-09, should: nothing came after it\n");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (unsigned width = 40; width <= 300; width++) {
		const struct ladder_options options = { .name_of = name_of,
			.capture = "a-capture-with-a-long-name.pcapng",
			.width = width };
		auto_buf out = BUF_NULL;
		struct str rest;

		ladder_write(&out, &analysis, &options);
		rest = buf_str(&out);
		while (rest.len > 0) {
			struct str line = str_cut(rest, '\n', &rest);

			if (line.len > width)
				fail_msg("%u columns: %.*s", width, STR_ARG(line));
		}
	}
}

/* Where there is no terminal, arrows are as long as the longest needs. */
static void without_a_terminal_nothing_is_cut(void **state)
{
	static const char expected[] =
	    "cpe-1   seconds since its boot\n"
	    "     CPE 10.0.0.100                                                                     ACS\n"
	    "     |-- SYN -------------------------------------------------------------------------->| acs1            +0.029 frame 5\n"
	    "  3  |-- (3) POST Inform with a reason that is longer than any arrow of a narrow page ->|                 +0.040 frame 8\n"
	    "     |      0 BOOTSTRAP, 1 BOOT\n"
	    "     |<- 401 ---------------------------------------------------------------------------|                 +0.041 frame 9\n"
	    "\n"
	    "  CPE    address     1st session  last  sessions  steps\n"
	    "  cpe-1  10.0.0.100  +0.029 s                  1  1/1 ok\n";
	static char what[] =
	    "POST Inform with a reason that is longer than any arrow of a narrow page";
	struct step_result steps[] = { { .step = 3,
	    .what = what,
	    .ok = true,
	    .frame = 8,
	    .last_frame = 8,
	    .time = MS(41) } };
	struct sequence_result result = results[0];
	const struct analysis long_one = { .file = "x.pcap",
		.sessions = sessions,
		.n_sessions = 1,
		.sequences = &result,
		.n_sequences = 1 };
	const struct ladder_options options = { .name_of = name_of };
	auto_buf out = BUF_NULL;

	(void)state;
	result.steps = steps;
	result.n_steps = 1;
	result.ok = true;
	ladder_write(&out, &long_one, &options);
	assert_string_equal(buf_cstr(&out), expected);
}

/* Without its name it has its address. */
static void an_acs_of_either_family_has_its_name(void **state)
{
	static const struct {
		const char *acs, *drawn;
	} table[] = {
		{ "10.0.0.11:7547", "| acs1 " },
		{ "[fd00::11]:7547", "| acs6 " },
		{ "[fd00::12]:7547", "| fd00::12 " },
		{ "10.0.0.12:7547", "| 10.0.0.12 " },
	};
	const struct ladder_options options = { .name_of = name_of, .width = 90 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct analysis_session session = sessions[0];
		const struct analysis one = { .file = "x.pcap",
			.sessions = &session,
			.n_sessions = 1 };
		auto_buf out = BUF_NULL;

		session.acs = table[i].acs;
		ladder_write(&out, &one, &options);
		if (!str_find(buf_str(&out), str_of(table[i].drawn), NULL))
			fail_msg("%s: %s", table[i].acs, buf_cstr(&out));
	}
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

static void bodies_of_other_encodings_keep_their_bytes(void **state)
{
	static struct analysis_message latin[] = { { .kind = MESSAGE_CWMP,
	    .frame = 8,
	    .first_frame = 8,
	    .name = "Inform",
	    .body = { "<a>\xe9</a>", 8 } } };
	static struct analysis_session session = { .id = 1,
		.cpe = "10.0.0.100",
		.acs = "10.0.0.11:7547",
		.messages = latin,
		.n_messages = ARRAY_LEN(latin) };
	const struct analysis odd = { .file = "x.pcap",
		.sessions = &session,
		.n_sessions = 1 };
	const struct report_html_options options = { .title = "x" };
	auto_buf out = BUF_NULL;

	(void)state;
	report_html_write(&out, &odd, &options);
	assert_non_null(strstr(buf_cstr(&out), "\"raw\":\"3c613ee93c2f613e\""));
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

/* What reads the same but for digits is said once, with all whose it is. */
static void a_page_says_why_it_is_not_well(void **state)
{
	const struct report_html_options options = { .title = "x",
		.name_of = name_of,
		.why = "acs1 ended: exit status 2" };
	auto_buf out = BUF_NULL;

	(void)state;
	report_html_write(&out, &analysis, &options);
	assert_non_null(
	    strstr(buf_cstr(&out), "\"verdict\":\"broken\",\"text\":false,"));
	assert_non_null(strstr(buf_cstr(&out),
	    "\"said\":\"acs1 ended: exit status 2\",\"why\":[{"
	    "\"what\":\"acs-migration\",\"step\":4,\"by\":\"HTTP\",\"notJudged\":false,"
	    "\"text\":\"401, and the CPE sent no credentials\",\"n\":2,\"cpes\":2,"
	    "\"names\":[\"cpe-1\",\"cpe-2\"],\"cpe\":0,\"s\":0,\"frame\":9}],"
	    "\"whyMore\":0"));
}

static void a_page_without_sessions_is_not_judged(void **state)
{
	const struct analysis empty = { .file = "x.pcap" };
	const struct report_html_options options = { .title = "x" };
	auto_buf out = BUF_NULL;

	(void)state;
	report_html_write(&out, &empty, &options);
	assert_non_null(strstr(buf_cstr(&out), "\"verdict\":\"not judged\""));
	assert_non_null(strstr(buf_cstr(&out),
	    "\"said\":\"no CWMP session is in it\",\"why\":[],\"whyMore\":0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpes_of_one_shape_share_a_ladder),
		cmocka_unit_test(the_table_says_how_many_cpes_it_leaves_out),
		cmocka_unit_test(findings_stand_below_their_frame),
		cmocka_unit_test(sessions_share_the_ladder_of_their_cpe),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(without_a_terminal_nothing_is_cut),
		cmocka_unit_test(an_acs_of_either_family_has_its_name),
		cmocka_unit_test(nothing_seen_draws_nothing),
		cmocka_unit_test(bodies_of_other_encodings_keep_their_bytes),
		cmocka_unit_test(texts_cannot_leave_the_page),
		cmocka_unit_test(a_page_says_why_it_is_not_well),
		cmocka_unit_test(a_page_without_sessions_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
