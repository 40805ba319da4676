/* lib/console/vty/cli_edit.c: keys, the line that they make, and the terminal that shows it. */
#include "tests/unit/cases.h"
#include "tests/unit/console/screen.h"

#include "lib/base/rng.h"
#include "lib/console/vty/cli_edit.h"

#define PROMPT     "[edge-1]"
#define PROMPT_LEN (sizeof(PROMPT) - 1)
#define LEFT       "\x1b[D"
#define RIGHT      "\x1b[C"
#define HOME       "\x1b[H"
#define END        "\x1b[F"
#define DELETE_KEY "\x1b[3~"

struct typing {
	const char *name;
	const char *keys;
	const char *line;
	size_t at;
};

static const struct typing typings[] = {
	{ "text", "display clock", "display clock", 13 },
	{ "backspace_of_both_kinds", "displayyy\x7f\x08", "display", 7 },
	{ "backspace_before_the_first", "a\x01\x7f\x08", "a", 0 },
	{ "a_letter_in_the_middle", "dispay" LEFT LEFT "l", "display", 5 },
	{ "arrows_stop_at_the_ends", "ab" LEFT LEFT LEFT "x" RIGHT RIGHT RIGHT "y",
	    "xaby", 4 },
	{ "home_end_delete", "xbc" HOME DELETE_KEY "a" END "d", "abcd", 4 },
	{ "home_end_of_other_terminals",
	    "bc\x1b[1~a\x1b[4~d\x1b[7~x\x1b[8~y\x1bOHz\x1bOF", "zxabcdy", 7 },
	{ "control_a_e_b_f_d",
	    "bcc\x01"
	    "a\x05\x02\x04"
	    "d\x01\x06"
	    "_",
	    "a_bcd", 2 },
	{ "control_w_takes_a_word", "display the clock \x17", "display the ", 12 },
	{ "control_x_and_y",
	    "one two\x1b"
	    "b\x18",
	    "two", 0 },
	{ "control_y",
	    "one two\x1b"
	    "b\x19",
	    "one ", 4 },
	{ "control_u_takes_all", "one two\x02\x02\x15", "", 0 },
	{ "words_by_escape",
	    "one two three\x01\x1b"
	    "f\x1b"
	    "d\x1b"
	    "B",
	    "one three", 0 },
	{ "bytes_that_are_no_text",
	    "a\xc3\xa4\xff"
	    "b",
	    "ab", 2 },
	{ "controls_that_are_no_keys",
	    "a\x07\x0b\x0c\x0f\x11\x13\x14\x16\x1c\x1d"
	    "b",
	    "ab", 2 },
	{ "sequences_that_are_no_keys",
	    "a\x1b[99~\x1b[1;5Cb\x1b[Zc\x1bxd\x1b[12345678901~", "abcd", 4 },
};

static void type(struct cli_edit *edit, struct str keys, struct screen *screen)
{
	for (size_t i = 0; i < keys.len; i++) {
		auto_buf out = BUF_NULL;

		assert_int_equal(cli_edit_take(edit, keys.p[i], &out), CLI_KEY_NONE);
		screen_take(screen, buf_str(&out));
	}
}

static void open_edit(struct cli_edit *edit, struct screen *screen, unsigned width)
{
	memset(edit, 0, sizeof(*edit));
	edit->width = width;
	cli_edit_begin(edit, PROMPT_LEN);
	screen_open(screen, width);
	screen_take(screen, STR(PROMPT));
}

static void check_screen(const struct cli_edit *edit, const struct screen *screen)
{
	auto_buf shown = BUF_NULL;

	buf_append_text(&shown, PROMPT);
	buf_append_str(&shown, cli_edit_line(edit));
	screen_check(screen, buf_str(&shown), PROMPT_LEN + edit->at);
}

static void run_typing(void **state)
{
	const struct typing *row = *state;
	static struct cli_edit edit;
	static struct screen screen;

	for (unsigned width = 20; width < 80; width += 7) {
		open_edit(&edit, &screen, width);
		type(&edit, str_of(row->keys), &screen);
		assert_true(str_is(cli_edit_line(&edit), row->line));
		assert_int_equal(edit.at, row->at);
		check_screen(&edit, &screen);
	}
}

/* Whatever is typed, in whatever width, the terminal shows the line and the cursor in it. */
static void test_any_keys_leave_the_terminal_showing_the_line(void **state)
{
	static const char *const keys[] = { "a", "bc ", "wide words ", LEFT, RIGHT,
		HOME, END, DELETE_KEY, "\x7f", "\x17",
		"\x1b"
		"b",
		"\x1b"
		"f",
		"\x1b"
		"d",
		"\x02\x02\x02", "01234567890123456789" };
	static struct cli_edit edit;
	static struct screen screen;
	struct rng rng = rng_make(7, 0);

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		open_edit(&edit, &screen, 20 + round % 30);
		for (unsigned i = 0; i < 100; i++) {
			type(&edit,
			    str_of(keys[rng_between(&rng, 0, ARRAY_LEN(keys) - 1)]),
			    &screen);
			check_screen(&edit, &screen);
		}
	}
}

static void test_511_characters_are_kept_and_no_more(void **state)
{
	static struct cli_edit edit;
	auto_buf out = BUF_NULL;

	(void)state;
	cli_edit_begin(&edit, PROMPT_LEN);
	for (unsigned i = 0; i < 1 << 20; i++)
		assert_int_equal(cli_edit_take(&edit, 'x', &out), CLI_KEY_NONE);
	assert_int_equal(edit.len, CLI_LINE_MAX);
	assert_int_equal(out.len, CLI_LINE_MAX);
	assert_int_equal(cli_edit_take(&edit, '\r', &out), CLI_KEY_ENTER);
}

static void test_a_line_in_place_of_another(void **state)
{
	static struct cli_edit edit;
	static struct screen screen;
	auto_buf out = BUF_NULL;

	(void)state;
	open_edit(&edit, &screen, 20);
	type(&edit, STR("display current-configuration" LEFT LEFT), &screen);
	cli_edit_set(&edit, STR("sys"), &out);
	screen_take(&screen, buf_str(&out));
	check_screen(&edit, &screen);
	assert_true(str_is(cli_edit_line(&edit), "sys"));
}

static void test_nothing_of_a_password_is_shown(void **state)
{
	static struct cli_edit edit;
	auto_buf out = BUF_NULL;
	struct str keys = STR("s3creT?\x02\x7f\x01\x04\x1b[C\x19\x15\tagain");

	(void)state;
	cli_edit_begin(&edit, 9);
	edit.is_hidden = edit.is_plain = true;
	for (size_t i = 0; i < keys.len; i++)
		(void)cli_edit_take(&edit, keys.p[i], &out);
	assert_int_equal(out.len, 0);
	assert_true(str_is(cli_edit_line(&edit), "again"));
}

/* Keys that the owner of the line answers. */
static void test_what_the_owner_is_asked(void **state)
{
	static const struct {
		char key;
		enum cli_key asked, asked_plain;
	} rows[] = {
		{ '\r', CLI_KEY_ENTER, CLI_KEY_ENTER },
		{ '\n', CLI_KEY_ENTER, CLI_KEY_ENTER },
		{ '?', CLI_KEY_QUESTION, CLI_KEY_NONE },
		{ '\t', CLI_KEY_COMPLETE, CLI_KEY_NONE },
		{ 0x1a, CLI_KEY_RETURN, CLI_KEY_NONE },
		{ 0x03, CLI_KEY_DROP, CLI_KEY_DROP },
		{ 0x10, CLI_KEY_EARLIER, CLI_KEY_NONE },
		{ 0x0e, CLI_KEY_LATER, CLI_KEY_NONE },
		{ 0x12, CLI_KEY_SHOW, CLI_KEY_NONE },
	};
	static struct cli_edit edit;
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cli_edit_begin(&edit, 0);
		assert_int_equal(cli_edit_take(&edit, rows[i].key, &out),
		    rows[i].asked);
		edit.is_plain = true;
		assert_int_equal(cli_edit_take(&edit, rows[i].key, &out),
		    rows[i].asked_plain);
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_typing, typings);
	cases_add(&cases, test_any_keys_leave_the_terminal_showing_the_line);
	cases_add(&cases, test_511_characters_are_kept_and_no_more);
	cases_add(&cases, test_a_line_in_place_of_another);
	cases_add(&cases, test_nothing_of_a_password_is_shown);
	cases_add(&cases, test_what_the_owner_is_asked);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
