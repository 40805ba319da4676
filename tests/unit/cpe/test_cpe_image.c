/* agents/cpe/transfer/image: images and the faults of those that are none. */
#include "tests/unit/unit.h"

#include "agents/cpe/transfer/image.h"

#include <stdio.h>

#define HEAD "cwmplab image 1\n"
/* Of "hello". */
#define SUM "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const struct row {
	const char *bytes, *signer;
	bool takes_older;
	uint32_t fault;
	const char *told; /* version, or why it is none */
} rows[] = {
	{ HEAD "version: 2.0\n\n", NULL, true, 0, "2.0" },
	{ HEAD "version: 2.0\n\nhello", NULL, true, 0, "2.0" },
	{ HEAD "version:2.0\nmodel: m\nsigner: S\nsize: 5\nsha256: " SUM "\n\nhello",
	    "S", false, 0, "2.0" },
	{ HEAD "version: 1.9\n\n", NULL, true, 0, "1.9" },
	{ HEAD "version: 1.9\n\n", NULL, false, 9001, "1.9 is older than 1.10" },
	{ HEAD "version: 1.10\n\n", NULL, false, 0, "1.10" },
	{ "", NULL, true, 9018, "the file is no image: its lines have no end" },
	{ HEAD "version: 2.0\n", NULL, true, 9018,
	    "the file is no image: its lines have no end" },
	{ "PK\n\n", NULL, true, 9018,
	    "the file is no image: its first line is not \"cwmplab image 1\"" },
	{ HEAD "\n", NULL, true, 9018, "the image names no version" },
	{ HEAD "model: m\n\n", NULL, true, 9018, "the image names no version" },
	{ HEAD "version: \n\n", NULL, true, 9018,
	    "the version of the image has 0 bytes" },
	{ HEAD "version: 7.2\x1b]0;x\x07\n\n", NULL, true, 9018,
	    "the version of the image holds a control character" },
	{ HEAD "version: 7.2\t\"b\"\n\n", NULL, true, 9018,
	    "the version of the image holds a control character" },
	{ HEAD "version: 7.2\x7f\n\n", NULL, true, 9018,
	    "the version of the image holds a control character" },
	{ HEAD "version: 7.2\xc2\x9bm\n\n", NULL, true, 9018,
	    "the version of the image holds a control character" },
	{ HEAD "version: 7.2\xe2\x80\xae\n\n", NULL, true, 9018,
	    "the version of the image holds a control character" },
	{ HEAD "version: 7.2\xff\n\n", NULL, true, 9018,
	    "the version of the image is no UTF-8" },
	{ HEAD "version: 7.2\xc3\n\n", NULL, true, 9018,
	    "the version of the image is no UTF-8" },
	{ HEAD "version: 7.2\xef\xbf\xbe\n\n", NULL, true, 9018,
	    "the version of the image holds a character that XML forbids" },
	{ HEAD "version: 7.2\xef\xbf\xbf\n\n", NULL, true, 9018,
	    "the version of the image holds a character that XML forbids" },
	{ HEAD "version: 7.2\xef\xbf\xbd\n\n", NULL, true, 0, "7.2\xef\xbf\xbd" },
	{ HEAD "version: 7.2 \xc3\xa4\n\n", NULL, true, 0, "7.2 \xc3\xa4" },
	{ HEAD "version: 2.0\nmodel: \x1b[2J\n\n", NULL, true, 9018,
	    "the model of the image holds a control character" },
	{ HEAD "colour: red\n\n", NULL, true, 9018,
	    "a line of the image is none of an image's" },
	{ HEAD "size: x\n\n", NULL, true, 9018,
	    "a line of the image is none of an image's" },
	{ HEAD "version: 2.0\nsize: 4\n\nhello", NULL, true, 9018,
	    "the image has 5 bytes and says 4" },
	{ HEAD "version: 2.0\nsize: 6\n\nhello", NULL, true, 9018,
	    "the image has 5 bytes and says 6" },
	{ HEAD "version: 2.0\nsha256: " SUM "\n\nHello", NULL, true, 9018,
	    "the image has another checksum than it says" },
	{ HEAD "version: 2.0\nmodel: n\n\n", NULL, true, 9018, "the image is for n" },
	{ HEAD "version: 2.0\n\n", "S", true, 9019, "the image is not signed by S" },
	{ HEAD "version: 2.0\nsigner: T\n\n", "S", true, 9019,
	    "the image is not signed by S" },
};

static void check(const struct row *row, size_t piece)
{
	const struct image_rules rules = { "m", "1.10", row->takes_older, row->signer };
	struct image image = { .version = "" };
	struct str rest = str_of(row->bytes);
	uint32_t fault;

	image_start(&image);
	for (; rest.len > 0; rest = str_from(rest, piece))
		labelled_add(&image.file, str_make(rest.p, MIN(piece, rest.len)));
	fault = image_finish(&image, &rules);
	if (fault != row->fault ||
	    strcmp(fault ? image.file.why : image.version, row->told) != 0)
		fail_msg("%s: %u %s", row->bytes, fault,
		    fault ? image.file.why : image.version);
	image_free(&image);
}

static void test_images_in_pieces_of_any_size(void **state)
{
	static const size_t pieces[] = { 1, 2, 7, 4096 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(pieces); i++)
		check(&rows[i / ARRAY_LEN(pieces)], pieces[i % ARRAY_LEN(pieces)]);
}

static void test_the_lines_have_an_end(void **state)
{
	(void)state;
	for (size_t len = LABELLED_HEAD_MAX; len <= LABELLED_HEAD_MAX + 1; len++) {
		const struct image_rules rules = { "m", "1", true, NULL };
		struct image image = { .version = "" };
		auto_buf text = BUF_NULL;

		buf_append_text(&text, HEAD "version: 2\nmodel: m");
		while (text.len < len - 2)
			buf_append_char(&text, ' ');
		buf_append_text(&text, "\n\n");
		image_start(&image);
		labelled_add(&image.file, buf_str(&text));

		assert_int_equal(image_finish(&image, &rules),
		    len <= LABELLED_HEAD_MAX ? 0 : 9018);
		image_free(&image);
	}
}

static void test_versions_are_compared_by_their_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_older;
	} rows_[] = {
		{ "1.9", "1.10", true },
		{ "1.10", "1.9", false },
		{ "1.0", "1.0", false },
		{ "1.0", "1.0.1", true },
		{ "1.0.1", "1.0", false },
		{ "7.1.045 Release 2418P06", "7.1.045 Release 2418P07", true },
		{ "7.1.045 Release 2418P06", "7.1.46", true },
		{ "a", "b", true },
		{ "", "1", true },
		{ "1", "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows_); i++)
		assert_int_equal(labelled_is_older(rows_[i].a, rows_[i].b),
		    rows_[i].is_older);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_images_in_pieces_of_any_size),
		cmocka_unit_test(test_the_lines_have_an_end),
		cmocka_unit_test(test_versions_are_compared_by_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
