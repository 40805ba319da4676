/* lib/xml/xml_read: what it bounds. What it reads is tested with the messages (test_cwmp). */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/xml/xml_read.h"
#include "lib/xml/xml_scope.h"

#include <errno.h>
#include <libxml/xmlmemory.h>
#include <stdlib.h>

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	(void)name;
	(void)ns;
	(void)attrs;
	*(size_t *)user += 1 + n_attrs;
	return 0;
}

static int on_text(void *user, struct str text)
{
	(void)user;
	(void)text;
	return 0;
}

static int on_end(void *user)
{
	(void)user;
	return 0;
}

/* Reads the document; elements and attributes are counted. */
static int read_document(struct buf *document, size_t *ret_n, struct error *err)
{
	struct xml_reader *reader = xml_reader_new();
	const struct xml_handler handler = { ret_n, on_start, on_text, on_end };
	int r;

	assert_non_null(reader);
	*ret_n = 0;
	r = xml_read(reader, buf_str(document), &handler, err);
	xml_reader_free(reader);
	return r;
}

static int read_levels(size_t n, size_t *ret_n, struct error *err)
{
	auto_buf document = BUF_NULL;

	for (size_t i = 0; i < n; i++)
		buf_append_text(&document, "<a>");
	for (size_t i = 0; i < n; i++)
		buf_append_text(&document, "</a>");
	return read_document(&document, ret_n, err);
}

/* n attributes called like a0; with "xmlns:" before them they are bindings. */
static int read_attributes(const char *prefix, size_t n, size_t *ret_n,
    struct error *err)
{
	auto_buf document = BUF_NULL;

	buf_append_text(&document, "<a");
	for (size_t i = 0; i < n; i++)
		buf_printf(&document, " %sa%zu=\"v\"", prefix, i);
	buf_append_text(&document, "/>");
	return read_document(&document, ret_n, err);
}

/* What follows the declaration that almost all documents have, and the same one in other
 * quotes. */
static void test_a_document_begins_once(void **state)
{
#define ROW(literal, code)                             \
	{                                              \
		{ literal, sizeof(literal) - 1 }, code \
	}
	static const struct {
		struct str rest;
		int code;
	} rows[] = {
		ROW("<a/>", 0),
		ROW("\r\n<a/>", 0),
		ROW("<!-- --><a/>", 0),
		ROW("<?b?><a/>", 0),
		ROW("", ERR_MALFORMED),
		ROW("a<a/>", ERR_MALFORMED),
		ROW("<?xml version='1.0'?><a/>", ERR_MALFORMED),
		ROW("\xef\xbb\xbf<a>x</a>", ERR_MALFORMED),
		ROW("\n\xef\xbb\xbf<a>x</a>", ERR_MALFORMED),
		ROW("\xef\xbb\xbf<?xml version='1.0'?><a/>", ERR_MALFORMED),
		ROW("\xff\xfe<\0a\0/\0>\0", ERR_MALFORMED),
		ROW("\xfe\xff\0<\0a\0/\0>", ERR_MALFORMED),
		ROW("<\0?\0b\0?\0>\0<\0a\0/\0>\0", ERR_MALFORMED),
		ROW("\0<\0?\0b\0?\0>\0<\0a\0/\0>", ERR_MALFORMED),
		ROW("<\0\0\0a\0\0\0/\0\0\0>\0\0\0", ERR_MALFORMED),
		ROW("\x4c\x6f\xa7\x94", ERR_MALFORMED),
	};
#undef ROW
	static const char *const declarations[] = {
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>",
		"<?xml version='1.0' encoding='UTF-8'?>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(declarations); i++) {
		auto_buf document = BUF_NULL;
		struct error err = ERROR_NULL;
		size_t n;

		buf_append_text(&document, declarations[i % ARRAY_LEN(declarations)]);
		buf_append_str(&document, rows[i / ARRAY_LEN(declarations)].rest);
		if (read_document(&document, &n, &err) !=
		    rows[i / ARRAY_LEN(declarations)].code)
			fail_msg("row %zu: %s", i, err.text);
	}
}

static void test_levels_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	size_t n;

	(void)state;
	assert_int_equal(read_levels(XML_DEPTH_MAX, &n, &err), 0);
	assert_int_equal(n, XML_DEPTH_MAX);
	assert_int_equal(read_levels(XML_DEPTH_MAX + 1, &n, &err), ERR_LIMIT);
	assert_string_equal(err.text, "more than 64 levels");
}

static void test_attributes_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	size_t n;

	(void)state;
	assert_int_equal(read_attributes("", XML_ATTRS_MAX, &n, &err), 0);
	assert_int_equal(n, 1 + XML_ATTRS_MAX);
	assert_int_equal(read_attributes("", XML_ATTRS_MAX + 1, &n, &err), ERR_LIMIT);
	assert_string_equal(err.text, "more than 32 attributes");
}

static void test_namespaces_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	size_t n;

	(void)state;
	assert_int_equal(read_attributes("xmlns:", XML_BINDINGS_MAX, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(read_attributes("xmlns:", XML_BINDINGS_MAX + 1, &n, &err),
	    ERR_LIMIT);
	assert_string_equal(err.text, "more than 64 namespaces");
}

static int read_names(const char *form, size_t n, size_t *ret_n, struct error *err)
{
	auto_buf document = BUF_NULL;

	buf_append_text(&document, "<a>");
	for (size_t i = 0; i + 1 < n; i++)
		buf_printf(&document, form, i);
	buf_append_text(&document, "</a>");
	return read_document(&document, ret_n, err);
}

static void test_names_have_a_limit(void **state)
{
	static const char *const forms[] = { "<n%zu/>", "<?n%zu?>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct error err = ERROR_NULL;
		size_t n;

		assert_int_equal(read_names(forms[i], XML_NAMES_MAX, &n, &err), 0);
		assert_int_equal(read_names(forms[i], XML_NAMES_MAX + 1, &n, &err),
		    ERR_LIMIT);
		assert_string_equal(err.text, "more than 4096 names");
	}
}

/* More bytes of URIs than the library keeps (10 MB), no two alike: 50 of 60,000 in a document. */
static void test_long_names_of_some_leave_room_for_those_of_others(void **state)
{
	static const char others[] = "<q:new xmlns:q=\"urn:new\"/>";
	struct xml_reader *reader = xml_reader_new();
	struct error err = ERROR_NULL;
	size_t n = 0;
	const struct xml_handler handler = { &n, on_start, on_text, on_end };

	(void)state;
	for (unsigned k = 0; k < 10; k++) {
		auto_buf document = BUF_NULL;

		buf_append_text(&document, "<a>");
		for (unsigned i = 0; i < 50; i++)
			buf_printf(&document, "<a xmlns=\"%060000u\"/>", 50 * k + i);
		buf_append_text(&document, "</a>");
		assert_int_equal(xml_read(reader, buf_str(&document), &handler, &err),
		    0);
	}
	assert_int_equal(xml_read(reader, str_of(others), &handler, &err), 0);
	assert_string_equal(err.text, "");
	xml_reader_free(reader);
}

/* A parser of all of them would take minutes. */
static void test_attributes_are_counted_before_they_are_read(void **state)
{
	static const char *const prefixes[] = { "", "xmlns:" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		struct error err = ERROR_NULL;
		size_t n;

		assert_int_equal(read_attributes(prefixes[i], 300000, &n, &err),
		    ERR_LIMIT);
		assert_string_equal(err.text, "more than 96 attributes in one tag");
		assert_int_equal(n, 0);
	}
}

static void widen(struct buf *out, struct str text)
{
	buf_append(out, "\xff\xfe", 2);
	for (size_t i = 0; i < text.len; i++) {
		buf_append_char(out, text.p[i]);
		buf_append_char(out, '\0');
	}
}

static void test_attributes_are_counted_in_other_encodings_too(void **state)
{
	auto_buf narrow = BUF_NULL, wide = BUF_NULL;
	struct error err = ERROR_NULL;
	size_t n;

	(void)state;
	buf_append_text(&narrow, "<x><a");
	for (size_t i = 0; i < 300000; i++)
		buf_printf(&narrow, " a%zu=''", i);
	buf_append_text(&narrow, "/></x>");
	widen(&wide, buf_str(&narrow));
	assert_int_equal(read_document(&wide, &n, &err), ERR_LIMIT);
	assert_string_equal(err.text, "more than 96 attributes in one tag");
	assert_int_equal(err.offset, 8);
}

static void test_mistakes_in_other_encodings_have_their_offset(void **state)
{
	auto_buf wide = BUF_NULL;
	struct error err = ERROR_NULL;
	size_t n;

	(void)state;
	widen(&wide, STR("<x></y>"));
	assert_int_equal(read_document(&wide, &n, &err), ERR_MALFORMED);
	assert_true(err.offset > 6 && err.offset <= wide.len);
}

static size_t n_left = SIZE_MAX; /* pieces of memory that the library gets yet */

static bool has_memory(void)
{
	return n_left > 0 && n_left-- > 0;
}

static void *take(size_t size)
{
	return has_memory() ? malloc(size) : NULL;
}

static void *take_more(void *p, size_t size)
{
	return has_memory() ? realloc(p, size) : NULL;
}

/* Copied so is the name of an encoding alone, and where that fails the library leaves behind what
 * it has opened for it. */
static char *take_copy(const char *text)
{
	return strdup(text);
}

/* Wherever the memory ends, a document is not called wrong for it, nor is a part of it all. */
static void test_a_lack_of_memory_is_no_mistake_of_a_document(void **state)
{
#define DOCUMENT(literal)                    \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
	static const struct str documents[] = {
		DOCUMENT("<a xmlns:b='urn:1'><b:c d='1'>text</b:c></a>"),
		DOCUMENT("<a xmlns:b='urn:1'><b:c d='&#49;'>t&lt;t</b:c><!-- --></a>"),
		DOCUMENT("<?b c?><a><![CDATA[d]]><\xc3\xa4/></a>"),
		DOCUMENT(
		    "<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe4'>\xe4</a>"),
		DOCUMENT(
		    "<?xml version='1.0' encoding='ISO-8859-15'?><a b='\xa4'>\xa4</a>"),
		DOCUMENT("\xff\xfe<\0a\0>\0x\0<\0/\0a\0>\0"),
	};
#undef DOCUMENT
	static const size_t elements[] = { 3, 3, 2, 2, 2, 1 }; /* and attributes */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		bool is_enough = false;

		for (size_t n_pieces = 0; !is_enough; n_pieces++) {
			struct xml_reader *reader = xml_reader_new();
			size_t n = 0;
			const struct xml_handler handler = { &n, on_start, on_text,
				on_end };
			struct error err = ERROR_NULL;
			int r;

			assert_non_null(reader);
			n_left = n_pieces;
			r = xml_read(reader, documents[i], &handler, &err);
			is_enough = n_left > 0;
			n_left = SIZE_MAX;
			xml_reader_free(reader);
			if (r != 0 && r != -ENOMEM)
				fail_msg("document %zu with %zu pieces: %s", i,
				    n_pieces, err.text);
			assert_true(!is_enough || r == 0);
			assert_true(r != 0 || n == elements[i]);
		}
	}
}

/* A reader that would start afresh, and cannot, goes on once it can. */
static void test_a_reader_outlives_a_lack_of_memory(void **state)
{
	size_t n = 0;
	const struct xml_handler handler = { &n, on_start, on_text, on_end };
	struct xml_reader *reader = xml_reader_new();
	auto_buf document = BUF_NULL;

	(void)state;
	assert_non_null(reader);
	buf_append_text(&document, "<a>");
	for (size_t i = 0; i < 4095; i++)
		buf_printf(&document, "<n%zu/>", i);
	buf_append_text(&document, "</a>");
	assert_int_equal(xml_read(reader, buf_str(&document), &handler, NULL), 0);
	n_left = 0;
	assert_int_equal(xml_read(reader, STR("<b/>"), &handler, NULL), -ENOMEM);
	assert_int_equal(xml_read(reader, STR("<b/>"), &handler, NULL), -ENOMEM);
	n_left = SIZE_MAX;
	assert_int_equal(xml_read(reader, STR("<b/>"), &handler, NULL), 0);
	assert_int_equal(n, 4097);
	xml_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_document_begins_once),
		cmocka_unit_test(test_levels_have_a_limit),
		cmocka_unit_test(test_attributes_have_a_limit),
		cmocka_unit_test(test_namespaces_have_a_limit),
		cmocka_unit_test(test_names_have_a_limit),
		cmocka_unit_test(
		    test_long_names_of_some_leave_room_for_those_of_others),
		cmocka_unit_test(test_attributes_are_counted_before_they_are_read),
		cmocka_unit_test(test_attributes_are_counted_in_other_encodings_too),
		cmocka_unit_test(test_mistakes_in_other_encodings_have_their_offset),
		cmocka_unit_test(test_a_lack_of_memory_is_no_mistake_of_a_document),
		cmocka_unit_test(test_a_reader_outlives_a_lack_of_memory),
	};

	if (xmlMemSetup(free, take, take_more, take_copy) != 0)
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
