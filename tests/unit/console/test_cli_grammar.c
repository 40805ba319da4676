/* lib/console: every row of the grammar, by a walk over the table. No row is named here: one that
 * is added is tested by being there. */
#include "tests/unit/console/grammar_walk.h"

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
		cmocka_unit_test(test_question_and_tab_offer_every_word_of_every_row),
		cmocka_unit_test(test_options_stand_in_any_order_and_once),
		cmocka_unit_test(test_question_offers_the_options_that_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
