/* lib/base/utf8, against RFC 3629 4. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/utf8.h"

static void test_characters_are_whole_and_shortest(void **state)
{
	static const struct {
		struct str bytes;
		size_t len;
	} rows[] = {
		{ { "", 0 }, 0 },
		{ { "\0", 1 }, 1 },
		{ { "a", 1 }, 1 },
		{ { "\x7f", 1 }, 1 },
		{ { "\x80", 1 }, 0 },
		{ { "\xbf", 1 }, 0 },
		{ { "\xc0\x80", 2 }, 0 }, /* overlong */
		{ { "\xc1\xbf", 2 }, 0 },
		{ { "\xc2\x80", 2 }, 2 },
		{ { "\xdf\xbf", 2 }, 2 },
		{ { "\xc2", 1 }, 0 }, /* cut */
		{ { "\xc2\x41", 2 }, 0 },
		{ { "\xe0\x9f\xbf", 3 }, 0 }, /* overlong */
		{ { "\xe0\xa0\x80", 3 }, 3 },
		{ { "\xed\x9f\xbf", 3 }, 3 },
		{ { "\xed\xa0\x80", 3 }, 0 }, /* surrogate */
		{ { "\xee\x80\x80", 3 }, 3 },
		{ { "\xef\xbf\xbf", 3 }, 3 },
		{ { "\xe2\x82", 2 }, 0 },
		{ { "\xf0\x8f\xbf\xbf", 4 }, 0 }, /* overlong */
		{ { "\xf0\x90\x80\x80", 4 }, 4 },
		{ { "\xf4\x8f\xbf\xbf", 4 }, 4 },
		{ { "\xf4\x90\x80\x80", 4 }, 0 }, /* above U+10FFFF */
		{ { "\xf5\x80\x80\x80", 4 }, 0 },
		{ { "\xf0\x90\x80", 3 }, 0 },
		{ { "\xff", 1 }, 0 },
		{ { "\xc3\xa4z", 3 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(utf8_char(rows[i].bytes), rows[i].len);
}

static void test_a_number_becomes_its_character(void **state)
{
	static const struct {
		uint32_t number;
		const char *bytes;
	} rows[] = {
		{ 0x7f, "\x7f" },
		{ 0x80, "\xc2\x80" },
		{ 0x7ff, "\xdf\xbf" },
		{ 0x800, "\xe0\xa0\x80" },
		{ 0xd800, "\xed\xa0\x80" }, /* half of a pair */
		{ 0xffff, "\xef\xbf\xbf" },
		{ 0x10000, "\xf0\x90\x80\x80" },
		{ 0x10ffff, "\xf4\x8f\xbf\xbf" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		utf8_put(&out, rows[i].number);
		assert_string_equal(buf_cstr(&out), rows[i].bytes);
	}
}

static void test_one_of_eight_is_seen_wherever_it_stands(void **state)
{
	static const char wanted[] = "<=\" /&\\";
	char text[EIGHT];

	(void)state;
	for (size_t place = 0; place < EIGHT; place++) {
		for (int byte = 0; byte < 256; byte++) {
			bool is_odd = byte < ' ' || byte > '~';

			memset(text, byte % 2 ? '~' : '(', sizeof(text));
			text[place] = (char)byte;
			assert_int_equal(eight_odd(eight_at(text)) != 0, is_odd);
			for (const char *c = wanted; *c; c++)
				assert_int_equal(eight_has(eight_at(text), *c) != 0,
				    (char)byte == *c);
		}
	}
}

static void test_length_counts_stray_bytes_too(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(STR_NULL), 0);
	assert_int_equal(utf8_length(STR("a\xc3\xa4\xe2\x82\xac")), 3);
	assert_int_equal(utf8_length(STR("\xff\xfe"
					 "a")),
	    3);
	assert_int_equal(utf8_length(STR("\xe2\x82")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters_are_whole_and_shortest),
		cmocka_unit_test(test_a_number_becomes_its_character),
		cmocka_unit_test(test_length_counts_stray_bytes_too),
		cmocka_unit_test(test_one_of_eight_is_seen_wherever_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
