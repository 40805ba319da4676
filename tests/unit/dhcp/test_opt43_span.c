/* lib/proto/opt43_span: an option 43 byte by byte. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/proto/opt43_span.h"

#include <stdlib.h>

#define SPANS_MAX 24

struct seen {
	struct opt43_span spans[SPANS_MAX];
	size_t n;
};

static void on_span(void *user, const struct opt43_span *span)
{
	struct seen *seen = user;

	assert_true(seen->n < SPANS_MAX);
	seen->spans[seen->n++] = *span;
}

/* Also that all spans together are the bytes and have the deviations that reading found. */
static void walk(struct str bytes, struct seen *seen)
{
	struct opt43 acs;
	unsigned deviations = 0;
	size_t at = 0;

	*seen = (struct seen){ .n = 0 };
	assert_int_equal(opt43_parse(&acs, bytes.p, bytes.len, true, NULL), 0);
	opt43_spans(bytes, &acs, on_span, seen);
	for (size_t i = 0; i < seen->n; i++) {
		assert_int_equal(seen->spans[i].at, at);
		assert_ptr_equal(seen->spans[i].bytes.p, bytes.p + at);
		assert_true(seen->spans[i].bytes.len > 0);
		at += seen->spans[i].bytes.len;
		deviations |= seen->spans[i].deviations;
	}
	assert_int_equal(at, bytes.len);
	assert_int_equal(deviations, acs.deviations);
}

#define P(name) OPT43_PART_##name

/* clang-format off */
#define A_B_C /* the spans of "a b c" in sub-option 1 */             \
	{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },        \
	{ P(URL), 1, 0, false }, { P(BLANK), 1, 0, false },          \
	{ P(USERNAME), 1, 0, false }, { P(BLANK), 1, 0, false },     \
	{ P(PASSWORD), 1, 0, true }
#define U_P /* "a" in sub-option 1, "u" in 3 and "p" in 4 */         \
	{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },        \
	{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },           \
	{ P(LENGTH), 1, 0, false }, { P(USERNAME), 1, 0, false },    \
	{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },        \
	{ P(PASSWORD), 1, 0, true }
/* clang-format on */

/* Each span: part, bytes, deviations, whether it is a secret. */
static const struct row {
	struct str bytes;
	struct {
		enum opt43_part part;
		size_t n;
		unsigned deviations;
		bool is_secret;
	} spans[SPANS_MAX];
	size_t n;
} rows[] = {
	{ STR(""), { { P(PAD), 0, 0, false } }, 0 },
	{ STR("\1\5a b c\2\2XY"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(USERNAME), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(PASSWORD), 1, 0, true }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(PROVIDER), 2, 0, false } },
	    10 },
	{ STR("\1\1a\2\2XY\3\1"
	      "5\4\4"
	      "2000"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(CODE), 2, 0, false },
		{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(MIN_WAIT), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(MULTIPLIER), 4, 0, false } },
	    12 },
	{ STR("\1\1a\3\1u\4\1p"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(USERNAME), 1, 0, false },
		{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(PASSWORD), 1, 0, true } },
	    9 },
	/* too long, too short */
	{ STR("\1\6a b c"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, OPT43_LENGTH_PAST_END, false },
		{ P(URL), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(USERNAME), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(PASSWORD), 1, 0, true } },
	    7 },
	{ STR("\1\4a b c"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(USERNAME), 1, 0, false }, { P(BLANK), 1, OPT43_EXTRA_BLANK, false },
		{ P(ALONE), 1, OPT43_DANGLING_TYPE, true } },
	    7 },
	{ STR("\1\2a b c"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(BLANK), 1, OPT43_EXTRA_BLANK, false },
		{ P(SPILT), 3, OPT43_LENGTH_PAST_END, true } },
	    5 },
	{ STR("\1\1a\360"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(ALONE), 1, OPT43_DANGLING_TYPE, false } },
	    4 },
	/* too short before what is no character of ASCII, or before "+" */
	{ STR("\1\5a b c\303\2XY"),
	    { A_B_C, { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, true },
		{ P(OTHER), 2, 0, true } },
	    10 },
	{ STR("\1\5a b c\303\3XY"),
	    { A_B_C, { P(SPILT), 4, OPT43_LENGTH_PAST_END, true } }, 8 },
	{ STR("\1\5a b c\303"), { A_B_C, { P(ALONE), 1, OPT43_DANGLING_TYPE, true } },
	    8 },
	{ STR("\1\5a b c+\2XY"), { A_B_C, { P(SPILT), 4, 0, true } }, 8 },
	{ STR("\1\5a b c\200\3XYZ"),
	    { A_B_C, { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, true },
		{ P(OTHER), 3, 0, true } },
	    10 },
	{ STR("\1\5a b c\200\3\0\0\0"),
	    { A_B_C, { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(PXE_TYPE), 2, 0, false }, { P(PXE_COUNT), 1, 0, false } },
	    11 },
	/* the same behind a user name and a password in sub-options of their own */
	{ STR("\1\1a\3\1u\4\1p\303\244de"),
	    { U_P, { P(SPILT), 4, OPT43_LENGTH_PAST_END, true } }, 10 },
	{ STR("\1\1a\3\1u\4\1p+\2de"), { U_P, { P(SPILT), 4, 0, true } }, 10 },
	{ STR("\1\1a\3\1u\4\1p\303\2de"),
	    { U_P, { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, true },
		{ P(OTHER), 2, 0, true } },
	    12 },
	{ STR("\1\1a\3\1u\303\2de"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(MIN_WAIT), 1, OPT43_BAD_NUMBER, false },
		{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, true },
		{ P(OTHER), 2, 0, true } },
	    9 },
	{ STR("\1\1a\3\1u\303\244\4\1p"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(MIN_WAIT), 1, OPT43_BAD_NUMBER, false },
		{ P(SPILT), 5, OPT43_LENGTH_PAST_END, true } },
	    7 },
	{ STR("\1\1a\4\2p\303\244de"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false },
		{ P(MULTIPLIER), 2, OPT43_BAD_NUMBER, true },
		{ P(SPILT), 3, OPT43_LENGTH_PAST_END, true } },
	    7 },
	{ STR("\4\3\303\244d"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(MULTIPLIER), 3, OPT43_BAD_NUMBER, true } },
	    3 },
	{ STR("\1\1a\3\1"
	      "5\360\2de"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(MIN_WAIT), 1, 0, false },
		{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 2, 0, false } },
	    9 },
	{ STR("\1\1a\303\2 b"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, true }, { P(OTHER), 2, 0, true } },
	    6 },
	{ STR("\1\1a\303\2bc"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(OTHER), 2, 0, false } },
	    6 },
	/* odd */
	{ STR("\0\2\1P\1\2a\0\1\1b\377\1\0"),
	    { { P(PAD), 1, OPT43_PAD_INSIDE, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(CODE), 1, 0, false },
		{ P(TYPE), 1, OPT43_DESCENDING, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(NUL), 1, OPT43_TRAILING_NUL, false },
		{ P(TYPE), 1, OPT43_DUPLICATE, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(END), 1, OPT43_END_INSIDE, false },
		{ P(REST), 2, 0, true } },
	    13 },
	{ STR("\1\5 b cd"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(BLANK), 1, OPT43_EXTRA_BLANK, false }, { P(USERNAME), 1, 0, false },
		{ P(BLANK), 1, 0, false }, { P(PASSWORD), 2, 0, true } },
	    6 },
	{ STR("\1\7a b c d"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(URL), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(USERNAME), 1, 0, false }, { P(BLANK), 1, 0, false },
		{ P(PASSWORD), 3, OPT43_EXTRA_BLANK, true } },
	    7 },
	{ STR("\3\0\4\1x"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, OPT43_BAD_NUMBER, false },
		{ P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(MULTIPLIER), 1, OPT43_BAD_NUMBER, true } },
	    5 },
	{ STR("\4\3"
	      "999"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(MULTIPLIER), 3, OPT43_BAD_NUMBER, false } },
	    3 },
	/* others */
	{ STR("\200\10\0\0\1\12\0\0\11x\13\2id\360\1v"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(PXE_TYPE), 2, 0, false }, { P(PXE_COUNT), 1, 0, false },
		{ P(PXE_SERVER), 4, 0, false }, { P(OTHER), 1, 0, false },
		{ P(TYPE), 1, OPT43_DESCENDING, false }, { P(LENGTH), 1, 0, false },
		{ P(IDENTITY), 2, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(OTHER), 1, 0, false } },
	    12 },
	{ STR("\360\4a://\361\1v\53\1p"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 4, 0, false }, { P(TYPE), 1, 0, false },
		{ P(LENGTH), 1, 0, false }, { P(OTHER), 1, 0, false },
		{ P(TYPE), 1, OPT43_DESCENDING, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 1, 0, true } },
	    9 },
	/* the password behind a URL, what may be one before it, and what a length cuts off */
	{ STR("\5\11a://b c d"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 8, 0, false }, { P(OTHER), 1, 0, true } },
	    4 },
	{ STR("\5\10a://b c d"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 8, 0, false }, { P(ALONE), 1, OPT43_DANGLING_TYPE, true } },
	    4 },
	{ STR("\5\6p a://"),
	    { { P(TYPE), 1, 0, false }, { P(LENGTH), 1, 0, false },
		{ P(OTHER), 6, 0, true } },
	    3 },
};

static void test_each_byte_has_its_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct seen seen;

		walk(rows[i].bytes, &seen);
		for (size_t k = 0; k < seen.n && k < rows[i].n; k++) {
			const struct opt43_span *got = &seen.spans[k];

			if (got->part != rows[i].spans[k].part ||
			    got->bytes.len != rows[i].spans[k].n ||
			    got->deviations != rows[i].spans[k].deviations ||
			    got->is_secret != rows[i].spans[k].is_secret)
				fail_msg(
				    "row %zu, span %zu at %zu: part %d, %zu bytes, "
				    "%#x, %d",
				    i, k, got->at, (int)got->part, got->bytes.len,
				    got->deviations, got->is_secret);
		}
		assert_int_equal(seen.n, rows[i].n);
	}
}

/* Up to the sub-options that follow and fit, and to the end where none do. */
static void test_what_a_length_should_say_is_told(void **state)
{
	static const struct {
		struct str bytes;
		size_t right;
	} ends[] = {
		{ STR("\1\2a b c"), 5 },
		{ STR("\1\4a b c"), 5 },
		{ STR("\1\4a b c\2\1X"), 5 },
		{ STR("\1\2a b c\2\1X\3\1Y"), 5 },
		{ STR("\1\2a b c\0\2\1X\377"), 5 },
		{ STR("\1\2a b c\2\2X"), 8 },
		{ STR("\1\2a b c\2\0X"), 8 },
		{ STR("\1\2a b c\2\1X\2"), 9 },
		{ STR("\1\2a b c\377X"), 7 },
		{ STR("\1\5a b c\303\244de"), 9 },
		{ STR("\1\5a b c\303\1de\2\1X"), 9 },
		{ STR("\2\1X\1\5a b cd"), 6 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t n_told = 0;
		struct seen seen;

		walk(ends[i].bytes, &seen);
		for (size_t k = 0; k < seen.n; k++) {
			if (seen.spans[k].part != OPT43_PART_SPILT &&
			    seen.spans[k].part != OPT43_PART_ALONE)
				continue;
			n_told++;
			if (seen.spans[k].there != ends[i].right)
				fail_msg("row %zu: %zu", i, seen.spans[k].there);
		}
		assert_true(n_told > 0);
	}
}

struct spilt {
	size_t n, there;
};

static void on_spilt(void *user, const struct opt43_span *span)
{
	struct spilt *spilt = user;

	if (span->part != OPT43_PART_SPILT)
		return;
	spilt->n++;
	spilt->there = span->there;
}

/* A length that is too small before n spilt sub-options and padding that ends in no list. */
static void test_what_is_spilt_has_one_length_in_common(void **state)
{
	enum {
		N_SPILT = 683,
		N_BYTES = 4069,
	};
	static char bytes[N_BYTES] = { 1, 0 };
	struct spilt spilt = { .n = 0 };
	struct opt43 acs;

	(void)state;
	for (size_t i = 0; i < N_SPILT; i++)
		bytes[2 + 2 * i] = ' ';
	bytes[N_BYTES - 1] = ' ';
	assert_int_equal(opt43_parse(&acs, bytes, N_BYTES, true, NULL), 0);
	opt43_spans(str_make(bytes, N_BYTES), &acs, on_spilt, &spilt);
	assert_int_equal(spilt.n, N_SPILT);
	assert_int_equal(spilt.there, N_BYTES - 2);
}

static void test_what_a_length_says_is_told(void **state)
{
	struct seen seen;

	(void)state;
	walk(STR("\1\6a b c"), &seen);
	assert_int_equal(seen.spans[1].says, 6);
	assert_int_equal(seen.spans[1].there, 5);
	walk(STR("\1\2a b c"), &seen);
	assert_int_equal(seen.spans[4].length_at, 1);
	walk(STR("\1\4a b c"), &seen);
	assert_int_equal(seen.spans[6].length_at, 1);
	walk(STR("\200\7\0\0\2\12\0\0\11"), &seen);
	assert_int_equal(seen.spans[3].says, 2);
	assert_int_equal(seen.spans[3].there, 1);
}

/* Bytes drawn from those that mean something. */
static void test_spans_are_the_bytes_whatever_they_are(void **state)
{
	static const char some[] = "\0\1\2\3\4\5\13\20\53\200\377 a5";
	struct opt43 acs;

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 20000; i++) {
		char bytes[12];
		size_t n = (size_t)rand() % sizeof(bytes);
		struct seen seen = { .n = 0 };

		for (size_t k = 0; k < n; k++)
			bytes[k] = some[(size_t)rand() % (sizeof(some) - 1)];
		assert_int_equal(opt43_parse(&acs, bytes, n, true, NULL), 0);
		walk(str_make(bytes, n), &seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_byte_has_its_meaning),
		cmocka_unit_test(test_what_a_length_says_is_told),
		cmocka_unit_test(test_what_a_length_should_say_is_told),
		cmocka_unit_test(test_what_is_spilt_has_one_length_in_common),
		cmocka_unit_test(test_spans_are_the_bytes_whatever_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
