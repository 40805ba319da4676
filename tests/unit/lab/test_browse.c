/* The browser without a terminal: keys in, screens out. */
#include "tests/unit/unit.h"

#include "lab/browse/browse.h"

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
		static const char styles[] = " =>!?.";
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

static void assert_screen(const int *keys, const char *want)
{
	struct browse browse;
	auto_buf out = BUF_NULL;

	browse_init(&browse, &capture);
	for (; *keys; keys++)
		browse_key(&browse, *keys);
	put_screen(&browse, 72, 9, &out);
	assert_string_equal(buf_cstr(&out), want);
	browse_free(&browse);
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
	    ">all 2 sessions of 1 device, 1 finding\n"
	    "!A1                   CPE          10.0.0.5           2 sessions    1 fin\n"
	    " \n \n \n \n \n"
	    "= 1 of 2   Enter open  q back  / search  m mark  d compare  ? keys\n");
	assert_screen(device,
	    "= a.pcap  devices > sessions of A1\n"
	    ">    1      0.000 s  10.0.0.5        10.0.0.1:7547         broken      1\n"
	    "     2      0.000 s  10.0.0.5        10.0.0.1:7547         complete    2\n"
	    " \n \n \n \n \n"
	    "= 1 of 2   Enter open  q back  / search  m mark  d compare  ? keys\n");
	assert_screen(ladder,
	    "= a.pcap  devices > sessions of A1 > session 1\n"
	    ".    +0.000       1  CPE --> ACS  SYN\n"
	    "     +0.002       4  CPE --> ACS  Inform: 1 BOOT\n"
	    "     +0.003       5  CPE <-- ACS  InformResponse\n"
	    ">             SOAP-09 acs, must: another ID\n"
	    " \n \n \n"
	    "= 4 of 4   Enter open  q back  / search  m mark  d compare  ? keys\n");
	assert_screen(message,
	    "= a.pcap  devices > sessions of all > session 1 > Inform\n"
	    " about     1 BOOT\n"
	    " frame     4, 40 bytes of body\n"
	    " \n"
	    " <a>\n"
	    "   <b>1</b>\n"
	    "   <c/>\n"
	    " </a>\n"
	    "= 8 of 8   Enter open  q back  / search  m mark  d compare  ? keys\n");
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
	    "= 8 of 8   Enter open  q back  / search  m mark  d compare  ? keys\n");
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
		cmocka_unit_test(keys_move),
		cmocka_unit_test(
		    a_device_without_a_number_has_a_title_cut_between_characters),
		cmocka_unit_test(any_size_and_an_empty_capture_can_be_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
