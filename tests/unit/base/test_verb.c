/* lib/program/verb: command lines as tables. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/program/verb.h"

#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
	OPTION('o', "out", "DIR", "where to"),
	OPTION(0, "json", NULL, "as JSON"),
	OPTION(0, "level", "[=N]", "how deep"),
	OPTION_HEADED("more:", "a-name-that-is-too-long-for-its-column", "VALUE",
	    "stands alone"),
	{ NULL },
};

static const struct verb verb = {
	.name = "pack",
	.brief = "put things into a folder",
	.arguments = "FILE...\n--json",
	.about = "Puts things into a folder.\n",
	.notes = "exit status: 0\n",
	.rows = rows,
	.max_words = 2,
};

/* What the reader makes of a command line: "out=x json | words | status". What is said on
 * standard error is not of interest here. */
static void read_line(struct buf *seen, const struct verb *of, char **argv)
{
	struct option_reader reader;
	const struct option_row *row;
	const char *value;
	int argc = 0, err = dup(2);

	while (argv[argc])
		argc++;
	assert_non_null(freopen("/dev/null", "w", stderr));
	options_begin(&reader, of, argc, argv);
	while ((row = options_next(&reader, &value)))
		buf_printf(seen, "%s=%s ", row->name, value ? value : "");
	(void)fflush(stderr);
	(void)dup2(err, 2);
	(void)close(err);
	buf_append_text(seen, "|");
	for (size_t i = 0; i < reader.n_words; i++)
		buf_printf(seen, " %s", reader.words[i]);
	buf_printf(seen, " | %d", reader.status);
}

#define ARGV(...)                         \
	(char *[])                        \
	{                                 \
		"pack", __VA_ARGS__, NULL \
	}

static void test_options_and_words_are_told_apart(void **state)
{
	const struct {
		char **argv;
		const char *seen;
	} lines[] = {
		{ ARGV("a", "-o", "x", "b", "--json"), "out=x json= | a b | -1" },
		{ ARGV("-oy", "--level", "a"), "out=y level= | a | -1" },
		{ ARGV("--level=3", "--out=z"), "level=3 out=z | | -1" },
		{ ARGV("--", "--json", "-o"), "| --json -o | -1" },
		{ ARGV("--js"), "json= | | -1" },
		{ ARGV("a", "b", "c"), "| a b c | 2" },
		{ ARGV("--no"), "| | 2" },
		{ ARGV("-x"), "| | 2" },
		{ ARGV("--out"), "| | 2" },
		{ ARGV("-o"), "| | 2" },
		{ ARGV("--json=1"), "| | 2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		auto_buf seen = BUF_NULL;

		read_line(&seen, &verb, lines[i].argv);
		assert_string_equal(buf_cstr(&seen), lines[i].seen);
	}
}

static void test_what_follows_the_first_word_can_be_another_programs(void **state)
{
	struct verb wrapper = verb;
	auto_buf seen = BUF_NULL;

	(void)state;
	wrapper.stops_at_word = true;
	wrapper.min_words = 1;
	wrapper.max_words = WORDS_ANY;
	read_line(&seen, &wrapper, ARGV("--json", "ls", "--json", "-x", "--"));
	assert_string_equal(buf_cstr(&seen), "json= | ls --json -x -- | -1");
}

static void test_help_shows_each_row_under_its_heading(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	verb_print_help(out, &verb);
	(void)fclose(out);
	assert_string_equal(text,
	    "usage: cwmplab pack FILE...\n"
	    "       cwmplab pack --json\n"
	    "\n"
	    "Puts things into a folder.\n"
	    "\n"
	    "  -o, --out DIR    where to\n"
	    "      --json       as JSON\n"
	    "      --level[=N]  how deep\n"
	    "  -h, --help       this text\n"
	    "\n"
	    "more:\n"
	    "      --a-name-that-is-too-long-for-its-column VALUE\n"
	    "                   stands alone\n"
	    "\n"
	    "exit status: 0\n");
	free(text);
}

static const struct option_row *every_second(const struct verb *of, size_t i)
{
	(void)of;
	return i < 2 ? &rows[2 * i] : NULL;
}

static void test_rows_can_stand_in_several_tables(void **state)
{
	struct verb joined = verb;
	auto_buf seen = BUF_NULL;

	(void)state;
	joined.rows = NULL;
	joined.row = every_second;
	assert_ptr_equal(verb_option(&verb, 3), &rows[3]);
	assert_null(verb_option(&verb, 4));
	assert_null(verb_option(&verb, 5));
	assert_ptr_equal(verb_option(&joined, 1), &rows[2]);
	assert_null(verb_option(&joined, 2));
	read_line(&seen, &joined, ARGV("--level=1", "--json"));
	assert_string_equal(buf_cstr(&seen), "level=1 | | 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_and_words_are_told_apart),
		cmocka_unit_test(
		    test_what_follows_the_first_word_can_be_another_programs),
		cmocka_unit_test(test_help_shows_each_row_under_its_heading),
		cmocka_unit_test(test_rows_can_stand_in_several_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
