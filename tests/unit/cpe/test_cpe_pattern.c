/* agents/cpe/model/model_pattern.c: texts that a pattern takes, and patterns that are none. */
#include "tests/unit/unit.h"

#include "agents/cpe/model/model_pattern.h"
#include "lib/base/buf.h"

#include <stdio.h>

static void test_a_pattern_takes_the_whole_text_or_nothing(void **state)
{
	static const struct {
		const char *pattern, *yes, *no; /* texts with blanks between */
	} rows[] = {
		{ "", "", "a" },
		{ "a", "a", " aa b ba" },
		{ "ab|cd|e", "ab cd e", "a abcd cde" },
		{ "a(b|c)d", "abd acd", "ad abcd" },
		{ "(a|)b", "ab b", "a aab" },
		{ "a?", "a ", "aa b" },
		{ "a*", " a aaaa", "b aab" },
		{ "a+", "a aaa", " b" },
		{ "a{2}", "aa", "a aaa" },
		{ "a{2,3}", "aa aaa", "a aaaa" },
		{ "a{2,}", "aa aaa aaaaa", "a" },
		{ "a{0,2}", " a aa", "aaa" },
		{ "a{0,}b", "b ab aab", "a" },
		{ "(ab){2}c", "ababc", "abc ababab" },
		{ "(a{2}b?){2}", "aaaa aabaa aabaab", "aaa aaba" },
		{ "((a|b)+c){1,2}", "ac abbac acbc", "c acc acbcac" },
		{ "(a|b|cd)*", " abcdba cd", "c dc" },
		{ "(a*)*", " aaa", "b" },
		{ "[a-c]", "a b c", "d A" },
		{ "[^a-c]", "d A", "a b c" },
		{ "[a-cx-z0]+", "abcxyz0", "d 1" },
		{ "[-a]+", "-a a-", "b" },
		{ "[a-]+", "-a a-", "b" },
		{ "[\\]\\-]+", "]- -", "[ a" },
		{ "\\d{1,3}", "0 999", "a 1000" },
		{ "\\D", "a", "0" },
		{ "[\\da-f]+", "0af 9", "g" },
		{ "\\w+", "aZ0", "- ." },
		{ "\\.", ".", "a" },
		{ ".", "a .", "aa" },
		{ "\\(\\)\\[\\]\\{\\}\\*\\?\\+\\|", "()[]{}*?+|", "a" },
		{ "mac", " 00:00:5E:00:53:0a", "00:00:5E:00:53 00-00-5E-00-53-0a" },
		{ "ipv4", " 0.0.0.0 255.255.255.255 10.0.0.1",
		    "256.0.0.1 1.2.3 1.2.3.4.5 01.2.3.4" },
		{ "ipv6", " :: ::1 1:: 2001:db8::1 1:2:3:4:5:6:7:8 ::192.0.2.1",
		    "1:2:3:4:5:6:7 12345:: 1::2::3 :1" },
		{ "ip", " ::1 192.0.2.1", "192.0.2 x" },
		{ "uuid", " 01234567-89ab-cdef-0123-456789abcdef",
		    "01234567-89ab-cdef-0123-456789abcde" },
		{ "hex", " 0 aF09", "g 0x1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		const struct model_pattern *pattern;
		struct error err = ERROR_NULL;

		if (model_pattern_make(str_of(rows[i].pattern), &arena, &pattern,
			&err) < 0)
			fail_msg("%s: %s", rows[i].pattern, err.text);
		for (int want = 0; want < 2; want++) {
			struct str rest = str_of(want ? rows[i].yes : rows[i].no);

			while (rest.p) {
				struct str text = str_cut(rest, ' ', &rest);

				if (model_pattern_matches(pattern, text) != want)
					fail_msg("\"%s\" and \"%.*s\"", rows[i].pattern,
					    STR_ARG(text));
			}
		}
	}
}

static void test_what_is_no_pattern_is_said_with_its_place(void **state)
{
	static const struct {
		const char *pattern, *words;
		int code;
	} rows[] = {
		{ "a)", "character 2: a \")\" without its group", ERR_MALFORMED },
		{ "(a", "character 3: a group without its \")\"", ERR_MALFORMED },
		{ "*a", "character 1: a quantifier or bracket that follows nothing",
		    ERR_MALFORMED },
		{ "a**", "character 3: a quantifier or bracket that follows nothing",
		    ERR_MALFORMED },
		{ "]", "character 1: a quantifier or bracket that follows nothing",
		    ERR_MALFORMED },
		{ "[a", "character 3: a class without its \"]\"", ERR_MALFORMED },
		{ "[]", "character 2: a class of nothing", ERR_MALFORMED },
		{ "[c-a]", "character 5: a range that ends before it begins",
		    ERR_MALFORMED },
		{ "[a-\\d]", "character 6: a range that ends before it begins",
		    ERR_MALFORMED },
		{ "a\\", "character 3: a backslash at the end", ERR_MALFORMED },
		{ "[\\", "character 3: a backslash at the end", ERR_MALFORMED },
		{ "a{}", "character 3: a number is wanted in braces", ERR_MALFORMED },
		{ "a{2", "character 4: a quantifier without its \"}\"", ERR_MALFORMED },
		{ "a{3,2}", "character 6: a quantifier of nothing", ERR_MALFORMED },
		{ "a{0}", "character 4: a quantifier of nothing", ERR_MALFORMED },
		{ "a{1001}", "character 7: a quantifier over 1000", ERR_LIMIT },
		{ "((a{100}){100}){100}", "character 15: the pattern is too long",
		    ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		const struct model_pattern *pattern;
		struct error err = ERROR_NULL;

		assert_int_equal(model_pattern_make(str_of(rows[i].pattern), &arena,
				     &pattern, &err),
		    rows[i].code);
		assert_string_equal(err.text, rows[i].words);
	}
}

static int make_repeated(const char *before, size_t n, const char *after)
{
	auto_arena arena = ARENA_NULL;
	auto_buf text = BUF_NULL;
	const struct model_pattern *pattern;

	for (size_t i = 0; i < n; i++)
		buf_append_text(&text, before);
	for (size_t i = 0; i < n; i++)
		buf_append_text(&text, after);
	return model_pattern_make(buf_str(&text), &arena, &pattern, NULL);
}

static void test_a_pattern_has_bounds(void **state)
{
	(void)state;
	assert_int_equal(make_repeated("(", MODEL_PATTERN_DEPTH_MAX, ")"), 0);
	assert_int_equal(make_repeated("(", MODEL_PATTERN_DEPTH_MAX + 1, ")"),
	    ERR_LIMIT);
	/* one step is the end */
	assert_int_equal(make_repeated("a", MODEL_PATTERN_STEPS_MAX - 1, ""), 0);
	assert_int_equal(make_repeated("a", MODEL_PATTERN_STEPS_MAX, ""), ERR_LIMIT);
}

/* Ways that part again and again are gone at once, and none of them twice. */
static void test_no_text_takes_longer_than_its_length(void **state)
{
	auto_arena arena = ARENA_NULL;
	auto_buf text = BUF_NULL;
	const struct model_pattern *pattern;

	(void)state;
	assert_int_equal(model_pattern_make(STR("((a|aa)*)*b"), &arena, &pattern, NULL),
	    0);
	while (text.len < 32768)
		buf_append_char(&text, 'a');
	assert_false(model_pattern_matches(pattern, buf_str(&text)));
	buf_append_char(&text, 'b');
	assert_true(model_pattern_matches(pattern, buf_str(&text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pattern_takes_the_whole_text_or_nothing),
		cmocka_unit_test(test_what_is_no_pattern_is_said_with_its_place),
		cmocka_unit_test(test_a_pattern_has_bounds),
		cmocka_unit_test(test_no_text_takes_longer_than_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
