/* lib/console: every row of the grammar, by a walk over the table. No row is named here: one that
 * is added is tested by being there. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/console/cli_match.h"
#include "lib/console/cli_question.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines of a row -------------------------------------------------------------------- */

/* An argument of so many characters. */
static void put_text(struct buf *out, enum cli_kind kind, uint64_t len)
{
	size_t start = out->len;

	if (kind == CLI_URL)
		buf_append_text(out, "http://");
	while (out->len - start < len)
		buf_append_char(out, 'A');
	if (out->len - start > len)
		out->len = start + len;
}

/* A value that the element takes. */
static void put_value(struct buf *out, const struct cli_element *element)
{
	switch (element->kind) {
	case CLI_KEYWORD:
	case CLI_TYPE:
		buf_append_str(out, element->text);
		return;
	case CLI_NUMBER:
		buf_printf(out, "%" PRIu64, element->min);
		return;
	case CLI_STRING:
	case CLI_URL:
	case CLI_CODE:
	case CLI_CIPHER:
	case CLI_TEXT:
	case CLI_HEX:
	case CLI_CLIENT_ID:
		put_text(out, element->kind, element->min);
		return;
	case CLI_TIME:
		buf_append_text(out, "2030-01-01T00:00:00");
		return;
	case CLI_ADDRESS:
		buf_append_text(out, "192.0.2.1");
		return;
	case CLI_MASK:
		buf_append_text(out, "24");
		return;
	case CLI_SLOT_PORT:
		buf_append_text(out, "1/0/1");
		return;
	case CLI_MAC:
		buf_append_text(out, "0000-5e00-5301");
		return;
	}
}

/* The first n words of the row. */
static void put_words(struct buf *out, const struct cli_row *row, size_t n)
{
	struct cli_element element;

	for (size_t i = 0; i < n && cli_row_element(row, i, &element); i++) {
		if (i > 0)
			buf_append_char(out, ' ');
		put_value(out, &element);
	}
}

static size_t count_words(const struct cli_row *row)
{
	struct cli_element element;
	size_t n = 0;

	while (cli_row_element(row, n, &element))
		n++;
	return n;
}

static struct cli_match match(enum cli_view view, const struct buf *line)
{
	struct cli_match found;
	struct cli_words words;

	cli_words_split(&words, buf_str(line));
	cli_match(&found, view, &words);
	return found;
}

/* Calls fn for each row and each view that it stands in. */
static void walk(void (*fn)(const struct cli_row *row, enum cli_view view))
{
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	assert_true(n > 0 && n <= 256); /* struct cli_candidates */
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].views != 0);
		for (int view = 0; view < CLI_VIEWS; view++) {
			if (rows[i].views >> view & 1)
				fn(&rows[i], (enum cli_view)view);
		}
	}
}

/* ---- the walks -------------------------------------------------------------------------- */

static void is_reached(const struct cli_row *row, enum cli_view view)
{
	auto_buf line = BUF_NULL;
	struct cli_match found;

	put_words(&line, row, CLI_WORDS_MAX);
	found = match(view, &line);
	if (found.row != row)
		fail_msg("\"%s\" is not reached by \"%s\" in view %d", row->syntax,
		    buf_cstr(&line), view);
}

static void test_every_row_is_reached_in_its_views(void **state)
{
	(void)state;
	walk(is_reached);
}

static void has_help(const struct cli_row *row, enum cli_view view)
{
	(void)view;
	for (size_t i = 0; i < count_words(row); i++) {
		if (cli_row_help(row, i)[0] == '\0')
			fail_msg("word %zu of \"%s\" has no help", i, row->syntax);
	}
}

static void test_every_word_has_help(void **state)
{
	(void)state;
	walk(has_help);
}

/* Whether the words before `at` with this prefix lead on, and to the row. */
static bool prefix_leads(const struct cli_row *row, enum cli_view view, size_t at,
    struct str keyword, size_t len)
{
	auto_buf line = BUF_NULL, rest = BUF_NULL, before = BUF_NULL;
	struct cli_match found;

	put_words(&before, row, at);
	put_words(&rest, row, at + 1);
	buf_append_str(&line, buf_str(&before));
	if (at > 0)
		buf_append_char(&line, ' ');
	buf_append_str(&line, str_make(keyword.p, len));
	put_words(&before, row, 0);
	buf_reset(&before);
	put_words(&before, row, CLI_WORDS_MAX);
	buf_append_str(&line, str_from(buf_str(&before), rest.len));
	found = match(view, &line);
	assert_true(
	    found.row == row || found.error == CLI_AMBIGUOUS || found.row != NULL);
	return found.row == row;
}

/* The shortest prefix that leads there is unique: all longer ones lead there, too. */
static void is_abbreviated(const struct cli_row *row, enum cli_view view)
{
	for (size_t at = 0; at < count_words(row); at++) {
		struct cli_element element;
		bool has_led = false;

		assert_true(cli_row_element(row, at, &element));
		for (size_t n = 1;
		     cli_element_is_word(&element) && n <= element.text.len; n++) {
			bool leads = prefix_leads(row, view, at, element.text, n);

			if (has_led && !leads)
				fail_msg(
				    "%.*s of \"%s\": %zu letters do not lead there",
				    STR_ARG(element.text), row->syntax, n);
			has_led = leads;
		}
		assert_true(has_led || !cli_element_is_word(&element));
	}
}

static void test_every_keyword_may_be_cut_as_long_as_it_is_unique(void **state)
{
	(void)state;
	walk(is_abbreviated);
}

/* A row that goes on: without its last word the line is incomplete, or another row. */
static void is_incomplete(const struct cli_row *row, enum cli_view view)
{
	auto_buf line = BUF_NULL;
	struct cli_match found;

	if (count_words(row) < 2 || strstr(row->syntax, "&<"))
		return; /* a list may end before its last word */
	put_words(&line, row, count_words(row) - 1);
	found = match(view, &line);
	assert_true(found.row != row);
	if (!found.row) {
		assert_int_equal(found.error, CLI_INCOMPLETE);
		assert_int_equal(found.at, line.len);
	}
}

static void test_a_line_without_its_last_word_is_incomplete(void **state)
{
	(void)state;
	walk(is_incomplete);
}

static void is_too_long(const struct cli_row *row, enum cli_view view)
{
	auto_buf line = BUF_NULL;
	struct cli_match found;

	if (strstr(row->syntax, "TEXT<") || strstr(row->syntax, "HEX<"))
		return; /* the rest of the line is one argument */
	put_words(&line, row, CLI_WORDS_MAX);
	buf_append_text(&line, " surplus~");
	found = match(view, &line);
	if (found.row && found.row != row)
		return; /* another row has an argument there that may be any word */
	assert_null(found.row);
	assert_int_equal(found.at, line.len - strlen("surplus~"));
	/* Another row may go on with an argument, or with keywords. */
	assert_true(found.error == CLI_TOO_MANY || found.error == CLI_UNRECOGNIZED ||
		    found.error == CLI_WRONG);
}

static void test_a_word_too_many_is_pointed_at(void **state)
{
	(void)state;
	walk(is_too_long);
}

/* ---- options ----------------------------------------------------------------------------- */

static void put_option(struct buf *out, const struct cli_option *option)
{
	struct cli_element element;

	for (size_t i = 0; cli_option_element(option, i, &element); i++) {
		buf_append_char(out, ' ');
		put_value(out, &element);
	}
}

/* The row with these options, behind each other, before its last word. */
static void put_with_options(struct buf *out, const struct cli_row *row,
    const struct cli_option *first, const struct cli_option *second)
{
	auto_buf all = BUF_NULL;
	size_t before;

	put_words(out, row, count_words(row) - 1);
	before = out->len;
	put_words(&all, row, CLI_WORDS_MAX);
	put_option(out, first);
	put_option(out, second);
	buf_append_str(out, str_from(buf_str(&all), before));
}

static void options_are_taken(const struct cli_row *row, enum cli_view view)
{
	const struct cli_option *options = cli_row_options(row);

	for (size_t i = 0; options && options[i].syntax; i++) {
		struct cli_element element;

		assert_true(options[i].help != NULL);
		assert_int_equal(cli_option_element(&options[i], 1, &element),
		    options[i].value_help != NULL);
		for (size_t k = 0; options[k].syntax; k++) {
			auto_buf line = BUF_NULL;
			struct cli_match found;

			put_with_options(&line, row, &options[i], &options[k]);
			found = match(view, &line);
			if (i == k)
				assert_int_equal(found.error, CLI_UNRECOGNIZED);
			else if (found.row != row)
				fail_msg("%s", buf_cstr(&line));
			else
				assert_int_equal(found.options, 1u << i | 1u << k);
		}
	}
}

static void test_options_stand_in_any_order_and_once(void **state)
{
	(void)state;
	walk(options_are_taken);
}

static void options_are_offered(const struct cli_row *row, enum cli_view view)
{
	const struct cli_option *options = cli_row_options(row);

	for (size_t i = 0; options && options[i].syntax; i++) {
		auto_buf line = BUF_NULL, shown = BUF_NULL, wanted = BUF_NULL;
		struct cli_element element;

		put_words(&line, row, count_words(row) - 1);
		buf_append_char(&line, ' ');
		(void)cli_option_element(&options[i], 0, &element);
		buf_printf(&wanted, "  %.*s ", STR_ARG(element.text));
		cli_question(&shown, cli_profile_at(0), view, buf_str(&line), 0);
		assert_non_null(strstr(buf_cstr(&shown), buf_cstr(&wanted)));
		buf_printf(&line, "%.*s ", STR_ARG(element.text));
		buf_reset(&shown);
		buf_reset(&wanted);
		cli_question(&shown, cli_profile_at(0), view, buf_str(&line), 0);
		if (cli_option_element(&options[i], 1, &element)) {
			buf_printf(&wanted, "  %.*s  %s\n", STR_ARG(element.text),
			    options[i].value_help);
			assert_string_equal(buf_cstr(&shown), buf_cstr(&wanted));
			continue;
		}
		buf_printf(&wanted, "  %.*s ", STR_ARG(element.text));
		assert_null(strstr(buf_cstr(&shown), buf_cstr(&wanted)));
	}
}

static void test_question_offers_the_options_that_are_left(void **state)
{
	(void)state;
	walk(options_are_offered);
}

/* ---- bounds ------------------------------------------------------------------------------ */

static void check_length(const struct cli_element *element, uint64_t len, bool takes)
{
	auto_buf text = BUF_NULL;

	put_text(&text, element->kind, len);
	assert_int_equal(cli_element_takes(element, buf_str(&text), NULL), takes);
}

static void check_number(const struct cli_element *element, uint64_t n, bool takes)
{
	char text[24];
	uint64_t read = 0;

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	assert_int_equal(cli_element_takes(element, str_of(text), &read), takes);
	if (takes)
		assert_int_equal(read, n);
}

static void stands_at_its_bounds(const struct cli_row *row, enum cli_view view)
{
	struct cli_element element;

	(void)view;
	for (size_t i = 0; cli_row_element(row, i, &element); i++) {
		if (element.max == 0)
			continue;
		if (element.kind == CLI_NUMBER) {
			check_number(&element, element.min, true);
			check_number(&element, element.max, true);
			check_number(&element, element.max + 1, false);
			if (element.min > 0)
				check_number(&element, element.min - 1, false);
			continue;
		}
		check_length(&element, element.min, true);
		check_length(&element, element.max, true);
		check_length(&element, element.max + 1, false);
		check_length(&element, element.min - 1, false);
	}
}

static void test_arguments_are_taken_at_their_bounds_and_not_beyond(void **state)
{
	(void)state;
	walk(stands_at_its_bounds);
}

static void test_arguments_of_other_kinds(void **state)
{
	static const struct {
		enum cli_kind kind;
		const char *text;
		bool takes;
		uint64_t number;
	} rows[] = {
		{ CLI_TIME, "1970-01-01T00:00:00", true, 0 },
		{ CLI_TIME, "2035-12-31T23:59:59", true, 0 },
		{ CLI_TIME, "2036-01-01T00:00:00", false, 0 },
		{ CLI_TIME, "1969-12-31T23:59:59", false, 0 },
		{ CLI_TIME, "2030-02-30T00:00:00", false, 0 },
		{ CLI_TIME, "2030-01-01T00:00:00Z", false, 0 },
		{ CLI_TIME, "2030-01-01", false, 0 },
		{ CLI_ADDRESS, "10.0.0.1", true, 0x0a000001 },
		{ CLI_ADDRESS, "10.0.0.256", false, 0 },
		{ CLI_MASK, "255.255.255.0", true, 24 },
		{ CLI_MASK, "0", true, 0 },
		{ CLI_MASK, "32", true, 32 },
		{ CLI_MASK, "33", false, 0 },
		{ CLI_MASK, "255.0.255.0", false, 0 },
		{ CLI_SLOT_PORT, "1/0/24", true, 0 },
		{ CLI_SLOT_PORT, "1/0", false, 0 },
		{ CLI_SLOT_PORT, "1/0/1/1", false, 0 },
		{ CLI_SLOT_PORT, "1/0/", false, 0 },
		{ CLI_MAC, "0000-5e00-5301", true, UINT64_C(0x00005e005301) },
		{ CLI_MAC, "FFFF-ffff-FFFF", true, UINT64_C(0xffffffffffff) },
		{ CLI_MAC, "0000-5e00-530", false, 0 },
		{ CLI_MAC, "0000-5e00-53011", false, 0 },
		{ CLI_MAC, "00005-e00-5301", false, 0 },
		{ CLI_MAC, "00:00:5e:00:53", false, 0 },
		{ CLI_HEX, "01 2768 7", true, 0 },
		{ CLI_HEX, "0", false, 0 },
		{ CLI_HEX, "01 0g", false, 0 },
		{ CLI_CLIENT_ID, "aabb-cc", true, 0 },
		{ CLI_CLIENT_ID, "aab", false, 0 },
		{ CLI_CLIENT_ID, "aa--bb", false, 0 },
		{ CLI_CLIENT_ID, "-aabb", false, 0 },
		{ CLI_CLIENT_ID, "aabb-", false, 0 },
		{ CLI_CLIENT_ID, "aa bb", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cli_element element = { .kind = rows[i].kind,
			.min = 2,
			.max = 8 };
		uint64_t number = 0;

		if (cli_element_takes(&element, str_of(rows[i].text), &number) !=
		    rows[i].takes)
			fail_msg("%s", rows[i].text);
		if (rows[i].takes)
			assert_int_equal(number, rows[i].number);
	}
}

/* ---- "?" and Tab ------------------------------------------------------------------------- */

/* Behind all words before it, "?" names the word, and Tab comes to it. */
static void is_offered(const struct cli_row *row, enum cli_view view)
{
	for (size_t at = 0; at < count_words(row); at++) {
		auto_buf before = BUF_NULL, shown = BUF_NULL, wanted = BUF_NULL;
		struct cli_element element;
		bool is_found = false;
		size_t n = 1;

		assert_true(cli_row_element(row, at, &element));
		put_words(&before, row, at);
		if (at > 0)
			buf_append_char(&before, ' ');
		cli_question(&shown, cli_profile_at(0), view, buf_str(&before), 0);
		buf_printf(&wanted, "\n  %.*s ", STR_ARG(element.text));
		buf_append_text(&shown, "\n");
		if (!strstr(buf_cstr(&shown), buf_cstr(&wanted) + 1))
			fail_msg("\"%s?\" does not name %.*s:\n%s", buf_cstr(&before),
			    STR_ARG(element.text), buf_cstr(&shown));
		for (size_t i = 0; cli_element_is_word(&element) && i < n; i++) {
			auto_buf line = BUF_NULL;

			if (cli_complete(&line, view, buf_str(&before), i, &n))
				is_found |=
				    str_ends(str_trim(buf_str(&line)), element.text);
		}
		assert_true(is_found || !cli_element_is_word(&element));
	}
}

static void test_question_and_tab_offer_every_word_of_every_row(void **state)
{
	(void)state;
	walk(is_offered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_reached_in_its_views),
		cmocka_unit_test(test_every_word_has_help),
		cmocka_unit_test(test_every_keyword_may_be_cut_as_long_as_it_is_unique),
		cmocka_unit_test(test_a_line_without_its_last_word_is_incomplete),
		cmocka_unit_test(test_a_word_too_many_is_pointed_at),
		cmocka_unit_test(
		    test_arguments_are_taken_at_their_bounds_and_not_beyond),
		cmocka_unit_test(test_arguments_of_other_kinds),
		cmocka_unit_test(test_question_and_tab_offer_every_word_of_every_row),
		cmocka_unit_test(test_options_stand_in_any_order_and_once),
		cmocka_unit_test(test_question_offers_the_options_that_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
