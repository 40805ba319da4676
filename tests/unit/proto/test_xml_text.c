/* lib/xml/xml_text: encodings of documents, told and untold. */
#include "tests/unit/unit.h"

#include "lib/xml/xml_text.h"

static const struct encoding_row {
	struct str document;
	const char *utf8, *encoding;
	size_t skipped;
} encoding_rows[] = {
	{ { "<a/>", 4 }, "<a/>", "", 0 },
	{ { "\xef\xbb\xbf<a/>", 7 }, "<a/>", "", 3 },
	{ { "<?xml version='1.0' encoding='utf-8'?>", 38 },
	    "<?xml version='1.0' encoding='utf-8'?>", "", 0 },
	/* It tells of the encoding that it had. */
	{ { "<?xml version='1.0' encoding='ISO-8859-1'?>\xe4", 44 },
	    "<?xml version='1.0' encoding='ISO-8859-1'?>\xc3\xa4", "ISO-8859-1", 0 },
	{ { "<?xml version='1.0' encoding = \"windows-1252\" ?>\x80", 49 },
	    "<?xml version='1.0' encoding = \"windows-1252\" ?>\xe2\x82\xac",
	    "windows-1252", 0 },
	/* Behind a mark the declaration does not count. */
	{ { "\xef\xbb\xbf<?xml encoding='ISO-8859-1'?>\xc3\xa4", 34 },
	    "<?xml encoding='ISO-8859-1'?>\xc3\xa4", "", 3 },
	{ { "\xff\xfe<\0\xe4\0/\0>\0", 10 }, "<\xc3\xa4/>", "UTF-16LE", 2 },
	{ { "\xfe\xff\0<\0\xe4\0/\0>", 10 }, "<\xc3\xa4/>", "UTF-16BE", 2 },
	{ { "<\0?\0", 4 }, "<?", "UTF-16LE", 0 },
	{ { "\0<\0?", 4 }, "<?", "UTF-16BE", 0 },
	{ { "\xff\xfe\0\0<\0\0\0a\0\0\0", 12 }, "<a", "UCS-4LE", 4 },
	{ { "\0\0\xfe\xff\0\0\0<\0\0\0a", 12 }, "<a", "UCS-4BE", 4 },
	{ { "<\0\0\0a\0\0\0", 8 }, "<a", "UCS-4LE", 0 },
	{ { "\0\0\0<\0\0\0a", 8 }, "<a", "UCS-4BE", 0 },
	/* A pair of surrogates. */
	{ { "\xff\xfe<\0\x3d\xd8\x00\xde", 8 }, "<\xf0\x9f\x98\x80", "UTF-16LE", 2 },
	/* No declarations. */
	{ { "<?xml encoding", 14 }, "<?xml encoding", "", 0 },
	{ { "<?xml encoding=x", 16 }, "<?xml encoding=x", "", 0 },
	{ { "<?xml encoding='x", 17 }, "<?xml encoding='x", "", 0 },
	{ { "<a encoding='UTF-16'/>", 22 }, "<a encoding='UTF-16'/>", "", 0 },
};

static void test_a_document_becomes_utf_8(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(encoding_rows); i++) {
		const struct encoding_row *row = &encoding_rows[i];
		struct error err = ERROR_NULL;
		auto_buf room = BUF_NULL;
		struct xml_text text;

		if (xml_text_read(&text, row->document, &room, &err) != 0)
			fail_msg("row %zu: %s", i, err.text);
		if (!str_is(text.utf8, row->utf8))
			fail_msg("row %zu: \"%.*s\"", i, STR_ARG(text.utf8));
		assert_string_equal(text.encoding, row->encoding);
		assert_int_equal(text.skipped, row->skipped);
	}
}

static const struct refusal_row {
	struct str document;
	size_t offset;
	const char *words;
} refusal_rows[] = {
	{ { "\xff\xfe<\0\x3d\xd8<\0", 8 }, 4, "bytes that are no UTF-16LE at byte 4" },
	{ { "\xff\xfe<\0a", 5 }, 4, "bytes that are no UTF-16LE at byte 4" },
	{ { "<?xml encoding='US-ASCII'?>\xe4", 28 }, 27,
	    "bytes that are no US-ASCII at byte 27" },
	{ { "<?xml encoding='utf-16'?>", 25 }, 16,
	    "a document of single bytes that is labelled utf-16 at byte 16" },
	{ { "<?xml encoding='UCS-4LE'?>", 26 }, 16,
	    "a document of single bytes that is labelled UCS-4LE at byte 16" },
	{ { "<?xml encoding='X-Nobody'?>", 27 }, 0, "Unsupported encoding X-Nobody" },
	{ { "<?xml encoding='\x1b[2J'?>", 23 }, 16,
	    "no name of an encoding at byte 16" },
	{ { "<?xml encoding=''?>", 19 }, 16, "no name of an encoding at byte 16" },
	{ { "<?xml encoding='A2345678901234567890123456789012345678901'?>", 60 }, 16,
	    "no name of an encoding at byte 16" },
};

static void test_what_cannot_be_converted_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusal_rows); i++) {
		const struct refusal_row *row = &refusal_rows[i];
		struct error err = ERROR_NULL;
		auto_buf room = BUF_NULL;
		struct xml_text text;

		assert_int_equal(xml_text_read(&text, row->document, &room, &err),
		    ERR_MALFORMED);
		assert_string_equal(err.text, row->words);
		assert_int_equal(err.offset, row->offset);
	}
}

/* Of "<", a letter of two bytes in UTF-8, and what is outside of the first plane. */
static void test_offsets_are_those_of_the_document(void **state)
{
	static const struct str documents[] = {
		{ "\xff\xfe<\0\xe4\0\x3d\xd8\x00\xde!\0", 12 },
		{ "\0\0\xfe\xff\0\0\0<\0\0\0\xe4\0\1\xf6\0\0\0\0!", 20 },
		{ "\xef\xbb\xbf<\xc3\xa4\xf0\x9f\x98\x80!", 11 },
	};
	static const size_t places[] = { 0, 1, 3, 7, 8 }; /* in UTF-8 */
	static const size_t offsets[][ARRAY_LEN(places)] = { { 2, 4, 6, 10, 12 },
		{ 4, 8, 12, 16, 20 }, { 3, 4, 6, 10, 11 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		struct error err = ERROR_NULL;
		auto_buf room = BUF_NULL;
		struct xml_text text;

		assert_int_equal(xml_text_read(&text, documents[i], &room, &err), 0);
		for (size_t k = 0; k < ARRAY_LEN(places); k++)
			assert_int_equal(xml_text_offset(&text, places[k]),
			    offsets[i][k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_document_becomes_utf_8),
		cmocka_unit_test(test_what_cannot_be_converted_is_refused),
		cmocka_unit_test(test_offsets_are_those_of_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
