/* The browser without a terminal: keys in, screens out. */
#include "tests/unit/unit.h"

#include "lab/browse/browse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- a capture of two sessions ----------------------------------------------------- */

static struct analysis_message first_messages[] = {
	{ .kind = MESSAGE_TCP, .from = FROM_CPE, .frame = 1, .name = "SYN" },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_CPE,
	    .frame = 4,
	    .time = 2 * NS_PER_MS,
	    .name = "Inform",
	    .detail = "1 BOOT",
	    .size = 40,
	    .body = { "<a><b>1</b><c/></a>", 19 } },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_ACS,
	    .frame = 5,
	    .time = 3 * NS_PER_MS,
	    .name = "InformResponse",
	    .size = 30,
	    .body = { "<a><b>2</b></a>", 15 } },
};
static struct analysis_message second_messages[] = {
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_CPE,
	    .frame = 9,
	    .name = "Inform",
	    .detail = "2 PERIODIC" },
};
static const char *boot[] = { "1 BOOT" };
static const char *periodic[] = { "2 PERIODIC" };
static struct analysis_session sessions[] = {
	{ .id = 1,
	    .cpe = "10.0.0.5",
	    .acs = "10.0.0.1:7547",
	    .events = boot,
	    .n_events = 1,
	    .messages = first_messages,
	    .n_messages = ARRAY_LEN(first_messages) },
	{ .id = 2,
	    .cpe = "10.0.0.5",
	    .acs = "10.0.0.1:7547",
	    .ok = true,
	    .events = periodic,
	    .n_events = 1,
	    .messages = second_messages,
	    .n_messages = ARRAY_LEN(second_messages) },
};
static size_t own[] = { 0, 1 };
static struct analysis_device devices[] = {
	{ .serial = "A1",
	    .product_class = "CPE",
	    .cpe = "10.0.0.5",
	    .url = "http://acs/",
	    .sessions = own,
	    .n_sessions = 2,
	    .n_findings = 1 },
};
static struct finding findings[] = {
	{ .rule = "SOAP-09",
	    .severity = RULE_MUST,
	    .who = RULE_BY_ACS,
	    .session = 1,
	    .frame = 5,
	    .text = "another ID" },
};
static const struct analysis capture = { .file = "a.pcap",
	.sessions = sessions,
	.n_sessions = ARRAY_LEN(sessions),
	.devices = devices,
	.n_devices = ARRAY_LEN(devices),
	.findings = findings,
	.n_findings = ARRAY_LEN(findings) };

/* ---- drawing into one string ------------------------------------------------------- */

static void put_screen(struct browse *browse, unsigned width, unsigned height,
    struct buf *out)
{
	struct browse_screen screen = { .width = width, .height = height };

	assert_int_equal(browse_draw(browse, &screen), 0);
	for (unsigned i = 0; i < height; i++) {
		static const char styles[] = " =_>!?.";
		struct str line = buf_str(&screen.lines[i].text);

		assert_true(line.len <= width);
		while (line.len > 0 && line.p[line.len - 1] == ' ')
			line.len--;
		buf_append_char(out, styles[screen.lines[i].style]);
		buf_append_str(out, line);
		buf_append_char(out, '\n');
	}
	browse_screen_free(&screen);
}

static void press(struct browse *browse, const int *keys)
{
	for (; *keys; keys++)
		browse_key(browse, *keys);
}

static void assert_shows(struct browse *browse, const char *want)
{
	auto_buf out = BUF_NULL;

	put_screen(browse, 72, 9, &out);
	assert_string_equal(buf_cstr(&out), want);
}

static void assert_screen_of(const struct analysis *analysis, const int *keys,
    const char *want)
{
	struct browse browse;

	browse_init(&browse, analysis);
	press(&browse, keys);
	assert_shows(&browse, want);
	browse_free(&browse);
}

static void assert_screen(const int *keys, const char *want)
{
	assert_screen_of(&capture, keys, want);
}

/* ---- screens ----------------------------------------------------------------------- */

static void each_page_shows_what_the_cursor_stood_on(void **state)
{
	static const int none[] = { 0 };
	static const int device[] = { BROWSE_DOWN, BROWSE_ENTER, 0 };
	static const int ladder[] = { BROWSE_DOWN, BROWSE_ENTER, BROWSE_ENTER, 'G', 0 };
	static const int message[] = { BROWSE_ENTER, BROWSE_ENTER, BROWSE_DOWN,
		BROWSE_ENTER, 'G', 0 };

	(void)state;
	assert_screen(none,
	    "= a.pcap  devices\n"
	    "_device             class       address         sessions failed findings\n"
	    ">all 2 sessions of 1 device, 1 finding\n"
	    "!A1                 CPE         10.0.0.5               2      0        1\n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    "= 1 of 2   Enter open  q back  f findings  s sort  ? keys\n");
	assert_screen(device,
	    "= a.pcap  devices > sessions of A1\n"
	    "_session       start device           ACS                  ended       ev\n"
	    ">      1     0.000 s 10.0.0.5         10.0.0.1:7547        broken      1\n"
	    "       2     0.000 s 10.0.0.5         10.0.0.1:7547        complete    2\n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    "= 1 of 2   Enter open  q back  f findings  s sort  ? keys\n");
	assert_screen(ladder,
	    "= a.pcap  devices > sessions of A1 > session 1\n"
	    "_     CPE 10.0.0.5                    ACS\n"
	    ".     |-- SYN ----------------------->| 10.0.0.1   +0.000 frame 1\n"
	    "      |-- Inform: 1 BOOT ------------>|            +0.002 frame 4\n"
	    "      |<- InformResponse -------------|            +0.003 frame 5\n"
	    ">     |   x SOAP-09, must: another ID\n"
	    " \n"
	    " \n"
	    "= 4 of 4   Enter open  q back  f findings  s sort  ? keys\n");
	assert_screen(message,
	    "= a.pcap  devices > sessions of all > session 1 > Inform\n"
	    " about     1 BOOT\n"
	    " frame     4, 40 bytes of body\n"
	    " \n"
	    " <a>\n"
	    "   <b>1</b>\n"
	    "   <c/>\n"
	    " </a>\n"
	    "= 8 of 8   Enter open  q back  f findings  s sort  ? keys\n");
}

static void two_messages_stand_side_by_side(void **state)
{
	static const int keys[] = { BROWSE_ENTER, BROWSE_ENTER, BROWSE_DOWN, 'm',
		BROWSE_DOWN, 'd', BROWSE_END, 0 };

	(void)state;
	assert_screen(keys,
	    "= a.pcap  devices > sessions of all > session 1 > frame 4 beside frame 5\n"
	    "?about     1 BOOT                   ! frame     5, 30 bytes of body\n"
	    "?frame     4, 40 bytes of body      ! SOAP-09   another ID\n"
	    ".                                   |\n"
	    ".<a>                                | <a>\n"
	    "?  <b>1</b>                         !   <b>2</b>\n"
	    "?  <c/>                             !\n"
	    ".</a>                               | </a>\n"
	    "= 8 of 8   Enter open  q back  f findings  s sort  ? keys\n");
}

/* ---- findings and failures ----------------------------------------------------------- */

static struct analysis_failure failures[] = {
	{ .layer = "HTTP",
	    .who = "acs",
	    .cpe = "10.0.0.5",
	    .serial = "A1",
	    .text = "status 503 to the Inform",
	    .session = 2,
	    .frame = 9 },
};
static const struct analysis troubled = { .file = "a.pcap",
	.sessions = sessions,
	.n_sessions = ARRAY_LEN(sessions),
	.devices = devices,
	.n_devices = ARRAY_LEN(devices),
	.findings = findings,
	.n_findings = ARRAY_LEN(findings),
	.failures = failures,
	.n_failures = ARRAY_LEN(failures) };

static void all_that_is_wrong_is_listed_and_opened(void **state)
{
	static const int list[] = { 'f', 0 };
	static const int opened[] = { 'f', BROWSE_DOWN, BROWSE_ENTER, 0 };

	(void)state;
	assert_screen_of(&troubled, list,
	    "= a.pcap  devices > findings\n"
	    "_  frame rule     level  by      device            what\n"
	    ">      5 SOAP-09  must   acs     -                 another ID\n"
	    "!      9 HTTP     failed acs     A1                status 503 to the Info\n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    "= 1 of 2   Enter open  q back  f findings  s sort  ? keys\n");
	assert_screen_of(&troubled, opened,
	    "= a.pcap  devices > findings > session 2\n"
	    "_     CPE 10.0.0.5                    ACS\n"
	    ">     |-- Inform: 2 PERIODIC -------->| 10.0.0.1   +0.000 frame 9\n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    "= 1 of 1   Enter open  q back  f findings  s sort  ? keys\n");
}

static const struct {
	const char *name;
	int keys[10];
	const char *says; /* the status line */
	enum browse_page page;
	uint64_t session;
} walks[] = {
	{ "] goes to the first", { ']' },
	    "1 of 2: SOAP-09, must, by the acs: another ID", BROWSE_LADDER, 1 },
	{ "and to the next in another session", { ']', ']' },
	    "2 of 2: failed, HTTP by the ACS: status 503 to the Inform", BROWSE_LADDER,
	    2 },
	{ "behind the last there is none", { ']', ']', ']' }, "this is the last one",
	    BROWSE_LADDER, 2 },
	{ "[ goes back", { ']', ']', '[' },
	    "1 of 2: SOAP-09, must, by the acs: another ID", BROWSE_LADDER, 1 },
	{ "before the first there is none", { ']', '[' }, "this is the first",
	    BROWSE_LADDER, 1 },
	{ "[ begins at the last", { '[' },
	    "2 of 2: failed, HTTP by the ACS: status 503 to the Inform", BROWSE_LADDER,
	    2 },
	{ "from a message the next behind it",
	    { BROWSE_ENTER, BROWSE_ENTER, BROWSE_ENTER, ']' },
	    "1 of 2: SOAP-09, must, by the acs: another ID", BROWSE_LADDER, 1 },
	{ "from a session without one the next of the capture",
	    { BROWSE_ENTER, BROWSE_DOWN, BROWSE_ENTER, '[' },
	    "1 of 2: SOAP-09, must, by the acs: another ID", BROWSE_LADDER, 1 },
};

static void the_way_leads_from_one_to_the_next(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
		struct browse browse;

		browse_init(&browse, &troubled);
		press(&browse, walks[i].keys);
		if (strcmp(buf_cstr(&browse.notice), walks[i].says) != 0 ||
		    browse.pages[browse.depth - 1] != walks[i].page ||
		    browse.whose.session->id != walks[i].session)
			fail_msg("%s: page %d, \"%s\"", walks[i].name,
			    (int)browse.pages[browse.depth - 1],
			    buf_cstr(&browse.notice));
		browse_free(&browse);
	}
}

/* ---- order --------------------------------------------------------------------------- */

static void lists_are_sorted_by_each_column_in_turn(void **state)
{
	static const int by_events[] = { BROWSE_ENTER, 's', 's', 's', 's', 's', 's',
		'S', 0 };

	(void)state;
	assert_screen(by_events,
	    "= a.pcap  devices > sessions of all\n"
	    "_session       start device           ACS                  ended       ev\n"
	    "       2     0.000 s 10.0.0.5         10.0.0.1:7547        complete    2\n"
	    ">      1     0.000 s 10.0.0.5         10.0.0.1:7547        broken      1\n"
	    " \n"
	    " \n"
	    " \n"
	    " \n"
	    "= 2 of 2 by events, turned   Enter open  q back  f findings  s sort  ? ke\n");
}

static void the_cursor_stays_on_what_is_sorted(void **state)
{
	static const int keys[] = { BROWSE_ENTER, 's', 'S', 0 };
	struct browse browse;
	struct browse_list *list = &browse.lists[BROWSE_SESSIONS];

	(void)state;
	browse_init(&browse, &capture);
	press(&browse, keys);
	assert_int_equal(list->order[0], 1);
	assert_int_equal(list->at, 1);
	browse_key(&browse, BROWSE_ENTER);
	assert_int_equal(browse.whose.session->id, 1);
	browse_free(&browse);
}

/* ---- packets ------------------------------------------------------------------------- */

struct written {
	char path[64];
	uint64_t ids[4];
	size_t n, n_hosts;
	bool may_replace;
};

static int take_packets(void *user, const struct analysis *chosen, const char *path,
    bool may_replace, struct error *err)
{
	struct written *written = user;

	if (strcmp(path, "there") == 0 && !may_replace)
		return -EEXIST;
	if (strcmp(path, "full") == 0)
		return error_set(err, ERR_MACHINE, "full: nothing is left of it");
	(void)snprintf(written->path, sizeof(written->path), "%s", path);
	written->n = chosen->n_sessions;
	written->n_hosts = chosen->n_hosts;
	written->may_replace = may_replace;
	for (size_t i = 0; i < chosen->n_sessions; i++)
		written->ids[i] = chosen->sessions[i].id;
	return 0;
}

static const struct {
	const char *name;
	int keys[16];
	const char *says;
	struct written written;
} writings[] = {
	{ "all sessions", { 'w', BROWSE_ENTER },
	    "the packets of 2 sessions are in sessions.pcapng",
	    { "sessions.pcapng", { 1, 2 }, 2, 2, false } },
	{ "a device's", { BROWSE_DOWN, 'w', BROWSE_ENTER },
	    "the packets of 2 sessions are in device-A1.pcapng",
	    { "device-A1.pcapng", { 1, 2 }, 2, 2, false } },
	{ "one, under a name of the user's",
	    { BROWSE_ENTER, BROWSE_DOWN, 'w', 'U' - '@', 'x', 'y', BROWSE_BACKSPACE,
		BROWSE_ENTER },
	    "the packets of 1 session are in x", { "x", { 2 }, 1, 1, false } },
	{ "that of a message",
	    { BROWSE_ENTER, BROWSE_ENTER, BROWSE_ENTER, 'w', BROWSE_ENTER },
	    "the packets of 1 session are in session-1.pcapng",
	    { "session-1.pcapng", { 1 }, 1, 1, false } },
	{ "that of a finding", { 'f', 'w', BROWSE_ENTER },
	    "the packets of 1 session are in session-1.pcapng",
	    { "session-1.pcapng", { 1 }, 1, 1, false } },
	{ "a file that is there is replaced by y alone",
	    { 'w', 'U' - '@', 't', 'h', 'e', 'r', 'e', BROWSE_ENTER, 'y' },
	    "the packets of 2 sessions are in there",
	    { "there", { 1, 2 }, 2, 2, true } },
	{ "and by no other key",
	    { 'w', 'U' - '@', 't', 'h', 'e', 'r', 'e', BROWSE_ENTER, BROWSE_ENTER },
	    "nothing was written: there is as it was", { .n = 0 } },
	{ "what fails is said", { 'w', 'U' - '@', 'f', 'u', 'l', 'l', BROWSE_ENTER },
	    "full: nothing is left of it", { .n = 0 } },
	{ "without a name", { 'w', 'U' - '@', BROWSE_ENTER }, "nothing was written",
	    { .n = 0 } },
	{ "Escape takes it back", { 'w', BROWSE_BACK, 'x' }, "? shows the keys",
	    { .n = 0 } },
};

static void packets_are_those_of_what_the_cursor_stands_on(void **state)
{
	static struct analysis_host hosts[] = { { .cpe = "10.0.0.5" },
		{ .cpe = "10.0.0.9", .device = SIZE_MAX } };
	struct analysis analysis = capture;

	(void)state;
	analysis.hosts = hosts;
	analysis.n_hosts = ARRAY_LEN(hosts);
	for (size_t i = 0; i < ARRAY_LEN(writings); i++) {
		struct written written = { .n = 0 };
		const struct browse_writer writer = { &written, take_packets };
		struct browse browse;

		browse_init(&browse, &analysis);
		browse.writer = &writer;
		press(&browse, writings[i].keys);
		if (strcmp(buf_cstr(&browse.notice), writings[i].says) != 0 ||
		    strcmp(written.path, writings[i].written.path) != 0 ||
		    memcmp(written.ids, writings[i].written.ids, sizeof(written.ids)) !=
			0 ||
		    written.n != writings[i].written.n ||
		    written.n_hosts != writings[i].written.n_hosts ||
		    written.may_replace != writings[i].written.may_replace)
			fail_msg("%s: \"%s\", %zu sessions and %zu hosts in \"%s\"",
			    writings[i].name, buf_cstr(&browse.notice), written.n,
			    written.n_hosts, written.path);
		browse_free(&browse);
	}
}

/* ---- a capture that goes on ------------------------------------------------------------ */

static const struct {
	const char *name;
	int before[8];
	const char *title; /* of the page, once there is more */
	size_t at;
	const int after[4];
	size_t len; /* lines of the page that those keys lead to */
} renewals[] = {
	{ "devices", { BROWSE_DOWN }, "devices", 1, { 0 }, 2 },
	{ "sessions, which get more", { BROWSE_ENTER }, "devices > sessions of all", 0,
	    { 0 }, 2 },
	{ "those of a device", { BROWSE_DOWN, BROWSE_ENTER },
	    "devices > sessions of A1", 0, { 0 }, 2 },
	{ "a ladder, and the list below it",
	    { BROWSE_ENTER, BROWSE_ENTER, BROWSE_DOWN },
	    "devices > sessions of all > session 1", 1, { BROWSE_BACK }, 2 },
	{ "a message",
	    { BROWSE_ENTER, BROWSE_ENTER, BROWSE_DOWN, BROWSE_ENTER, BROWSE_DOWN },
	    "devices > sessions of all > session 1 > Inform", 1, { 0 }, 8 },
	{ "two messages",
	    { BROWSE_ENTER, BROWSE_ENTER, BROWSE_DOWN, 'm', BROWSE_DOWN, 'd' },
	    "devices > sessions of all > session 1 > frame 4 beside frame 5", 0, { 0 },
	    8 },
	{ "findings", { 'f' }, "devices > findings", 0, { 0 }, 2 },
	{ "the keys", { '?' }, "devices > keys", 0, { BROWSE_BACK }, 2 },
};

static void what_is_shown_stays_while_there_is_more(void **state)
{
	static size_t first_own[] = { 0 };
	static struct analysis_device first_device[] = {
		{ .serial = "A1",
		    .product_class = "CPE",
		    .cpe = "10.0.0.5",
		    .sessions = first_own,
		    .n_sessions = 1 },
	};
	/* As it was read the first time: nothing of it is there when it is read again. */
	static struct analysis_message messages[ARRAY_LEN(first_messages)];
	static struct analysis_session session[1];
	const struct analysis less = { .file = "a.pcap",
		.sessions = session,
		.n_sessions = 1,
		.devices = first_device,
		.n_devices = 1,
		.findings = findings,
		.n_findings = 1 };

	(void)state;
	memcpy(messages, first_messages, sizeof(messages));
	session[0] = sessions[0];
	session[0].messages = messages;
	for (size_t i = 0; i < ARRAY_LEN(renewals); i++) {
		auto_buf want = BUF_NULL, out = BUF_NULL;
		struct browse browse;
		enum browse_page page;

		browse_init(&browse, &less);
		press(&browse, renewals[i].before);
		browse_renew(&browse, &troubled);
		put_screen(&browse, 72, 9, &out);
		buf_printf(&want, "= a.pcap  %s\n", renewals[i].title);
		page = browse.pages[browse.depth - 1];
		if (strncmp(buf_cstr(&out), buf_cstr(&want), want.len) != 0 ||
		    browse.lists[page].at != renewals[i].at)
			fail_msg("%s: line %zu of:\n%s", renewals[i].name,
			    browse.lists[page].at, buf_cstr(&out));
		press(&browse, renewals[i].after);
		page = browse.pages[browse.depth - 1];
		if (browse.lists[page].len != renewals[i].len)
			fail_msg("%s: %zu lines", renewals[i].name,
			    browse.lists[page].len);
		browse_free(&browse);
	}
}

/* ---- moving ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	int keys[8];
	enum browse_page page;
	size_t at;
	bool is_done;
} moves[] = {
	{ "the cursor stops at both ends",
	    { BROWSE_UP, BROWSE_DOWN, BROWSE_DOWN, BROWSE_DOWN }, BROWSE_DEVICES, 1,
	    false },
	{ "back leads to the page before, where it was",
	    { BROWSE_DOWN, BROWSE_ENTER, BROWSE_DOWN, BROWSE_BACK }, BROWSE_DEVICES, 1,
	    false },
	{ "back from the first page leaves", { 'q' }, BROWSE_DEVICES, 0, true },
	{ "Q leaves from anywhere", { BROWSE_ENTER, BROWSE_ENTER, 'Q' }, BROWSE_LADDER,
	    0, true },
	{ "a search goes to the next row that has it",
	    { BROWSE_ENTER, '/', 'p', 'E', 'r', 'i', BROWSE_ENTER }, BROWSE_SESSIONS, 1,
	    false },
	{ "Tab opens the neighbour", { BROWSE_ENTER, BROWSE_ENTER, BROWSE_TAB },
	    BROWSE_LADDER, 0, false },
	{ "without a mark there is nothing to compare",
	    { BROWSE_ENTER, BROWSE_ENTER, 'd' }, BROWSE_LADDER, 0, false },
	{ "? shows the keys", { '?' }, BROWSE_HELP, 0, false },
};

static void keys_move(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		struct browse browse;
		enum browse_page page;

		browse_init(&browse, &capture);
		for (size_t k = 0; moves[i].keys[k]; k++)
			browse_key(&browse, moves[i].keys[k]);
		page = browse.pages[browse.depth - 1];
		if (page != moves[i].page || browse.lists[page].at != moves[i].at ||
		    browse.is_done != moves[i].is_done)
			fail_msg("%s: page %d, row %zu, done %d", moves[i].name,
			    (int)page, browse.lists[page].at, browse.is_done);
		browse_free(&browse);
	}
}

static void a_device_without_a_number_has_a_title_cut_between_characters(void **state)
{
	static struct analysis_device nameless[] = {
		{ .cpe = "10.0.0.5", .sessions = own, .n_sessions = 2 },
	};
	const struct analysis odd = { .file = "\xc3\xa4\xc3\xb6\x1b\xc3\xbc.pcap",
		.sessions = sessions,
		.n_sessions = ARRAY_LEN(sessions),
		.devices = nameless,
		.n_devices = 1 };
	static const char *const titles[] = {
		"= \xc3\xa4\xc3\xb6 \xc3\xbc.pcap  devices > sessions of -\n",
		"=\xc3\xb6 \xc3\xbc.pcap  devices > sessions of -\n"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
		struct browse browse;
		struct browse_screen screen = { .width = i ? 33 : 72, .height = 9 };

		browse_init(&browse, &odd);
		browse_key(&browse, BROWSE_DOWN);
		browse_key(&browse, BROWSE_ENTER);
		assert_int_equal(browse_draw(&browse, &screen), 0);
		assert_memory_equal(screen.lines[0].text.data, titles[i] + 1,
		    strlen(titles[i]) - 2);
		browse_screen_free(&screen);
		browse_free(&browse);
	}
}

static void any_size_and_an_empty_capture_can_be_drawn(void **state)
{
	static const struct analysis nothing = { .file = "empty.pcap" };
	static const int keys[] = { BROWSE_ENTER, BROWSE_ENTER, 'm', 'd', 'n', '?' };

	(void)state;
	for (unsigned width = 1; width < 220; width += 37) {
		for (unsigned height = 1; height < 70; height += 23) {
			struct browse browse;
			auto_buf out = BUF_NULL;

			browse_init(&browse, &nothing);
			for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
				browse_key(&browse, keys[i]);
				put_screen(&browse, width, height, &out);
			}
			browse_free(&browse);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_shows_what_the_cursor_stood_on),
		cmocka_unit_test(two_messages_stand_side_by_side),
		cmocka_unit_test(all_that_is_wrong_is_listed_and_opened),
		cmocka_unit_test(the_way_leads_from_one_to_the_next),
		cmocka_unit_test(lists_are_sorted_by_each_column_in_turn),
		cmocka_unit_test(the_cursor_stays_on_what_is_sorted),
		cmocka_unit_test(packets_are_those_of_what_the_cursor_stands_on),
		cmocka_unit_test(what_is_shown_stays_while_there_is_more),
		cmocka_unit_test(keys_move),
		cmocka_unit_test(
		    a_device_without_a_number_has_a_title_cut_between_characters),
		cmocka_unit_test(any_size_and_an_empty_capture_can_be_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
