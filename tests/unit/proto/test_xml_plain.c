/* lib/xml/xml_plain: which documents are taken apart without the parser, and that the handler
 * hears the same of them. A comment behind a document is for the parser alone. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/xml/xml_plain.h"
#include "lib/xml/xml_read.h"

#include <libxml/parser.h>
#include <stdlib.h>

#define DECLARED "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* ---- what the handler hears ---------------------------------------------------------- */

struct heard {
	struct buf words;
	bool is_in_text;
};

static void end_text(struct heard *heard)
{
	if (heard->is_in_text)
		buf_append_text(&heard->words, "'\n");
	heard->is_in_text = false;
}

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct heard *heard = user;

	end_text(heard);
	buf_printf(&heard->words, "%s of %s", name, ns ? ns : "none");
	for (size_t i = 0; i < n_attrs; i++)
		buf_printf(&heard->words, ", %s of %s%s: %.*s", attrs[i].name,
		    attrs[i].ns ? attrs[i].ns : "none",
		    attrs[i].is_unbound ? " unbound" : "", STR_ARG(attrs[i].value));
	buf_append_char(&heard->words, '\n');
	return 0;
}

static int on_text(void *user, struct str text)
{
	struct heard *heard = user;

	if (!heard->is_in_text)
		buf_append_char(&heard->words, '\'');
	heard->is_in_text = true;
	buf_append_str(&heard->words, text);
	return 0;
}

static int on_end(void *user)
{
	struct heard *heard = user;

	end_text(heard);
	buf_append_text(&heard->words, "end\n");
	return 0;
}

static int hear(struct xml_reader *reader, struct buf *words, struct str document)
{
	struct heard heard = { .is_in_text = false };
	const struct xml_handler handler = { &heard, on_start, on_text, on_end };
	struct error err = ERROR_NULL;
	int r = xml_read(reader, document, &handler, &err);
	const char *undeclared = xml_undeclared(reader);

	buf_printf(&heard.words, "%d, undeclared: %s\n", r,
	    undeclared ? undeclared : "");
	*words = heard.words;
	return r;
}

static void assert_heard_alike(struct xml_reader *reader, struct str document)
{
	auto_buf plain = BUF_NULL, parsed = BUF_NULL, commented = BUF_NULL;

	buf_append_str(&commented, document);
	buf_append_text(&commented, "<!-- -->");
	(void)hear(reader, &plain, document);
	(void)hear(reader, &parsed, buf_str(&commented));
	assert_string_equal(buf_cstr(&plain), buf_cstr(&parsed));
}

static bool is_plain(const char *document)
{
	struct xml_plain *plain = calloc(1, sizeof(*plain));
	xmlDictPtr dictionary = xmlDictCreate();
	/* Of its own size, so that a sanitizer sees each look past its end. */
	char *copy = str_dup(str_of(document));
	bool is = xml_plain_read(plain, str_make(copy, strlen(copy)), dictionary);

	free(copy);
	free(plain);
	xmlDictFree(dictionary);
	return is;
}

/* ---- documents ----------------------------------------------------------------------- */

static const char *const plain_ones[] = {
	"<a/>",
	"<a></a>",
	"<a />",
	"<a ></a >",
	"<a> </a>",
	"<a>text > of ] all ]] kinds ' \" ~</a>",
	"<a>eight888eight888<b/>eight888</a>\n\t ",
	"<a>\n\t<b>1</b>\n\t<c>2</c>\n</a>",
	"<a>&lt;b&gt; &amp; &quot;c&apos;]]&gt;</a>",
	"<a>&amp;</a>",
	"<a b=\"1\" c='2'/>",
	"<a b=''\n\tc=\"'\" d='\"'></a>",
	"<a b='a value of more than eight > bytes'/>",
	"<A_1.b-c:d_e><_/></A_1.b-c:d_e>",
	"<a:b:c xmlns:a='urn:1' a:d='e' f:g='h'><f:i/></a:b:c>",
	"<a xmlns='urn:1'><b xmlns=''><c/></b><d/></a>",
	"<a xmlns:p='urn:1'><p:b xmlns:p='urn:22'/><p:b/></a>",
	"<a a='1' b='2' c='3' d='4' e='5' f='6' g='7' h='8' i='9' j='10' k='11' l='12' "
	"m='13' n='14' o='15' p='16'/>",
	"<a xml:space='preserve' xml:lang='en'> <b/> </a>",
};

/* What is well-formed is for the parser, what is not as well. */
static const char *const other_ones[] = {
	"",
	" ",
	"<",
	">",
	"<>",
	"</>",
	"</a>",
	"<a",
	"<a>",
	"<a/",
	"<a/ >",
	"<a></b>",
	"<a></ab>",
	"<ab></a>",
	"<a></a b>",
	"<a></ a>",
	"< a/>",
	"<a/><b/>",
	"<a/>text>",
	"text<a/>",
	"<1/>",
	"<-a/>",
	"<:a/>",
	"<a\"/>",
	"<a b/>",
	"<a b=/>",
	"<a b=1/>",
	"<a b=\"1/>",
	"<a b='1\"/>",
	"<a b='1'c='2'/>",
	"<a b ='1'/>",
	"<a b= '1'/>",
	"<a b='1' b='2'/>",
	"<a b='1' c='2' b='3'/>",
	"<a b='<'/>",
	"<a b='eight888<eight888'/>",
	"<a b='&amp;'/>",
	"<a b='1\t2'/>",
	"<a b='1\n2'/>",
	"<a b='\xc3\xa4'/>",
	"<a b='\x01'/>",
	"<a b='\x7f'/>",
	"<a>]]></a>",
	"<a>eight888]]>eight888</a>",
	"<a>&#65;</a>",
	"<a>&lt</a>",
	"<a>&b;</a>",
	"<a>& </a>",
	"<a>\r\n</a>",
	"<a>\xc3\xa4</a>",
	"<a>eight888eight888\xc3\xa4</a>",
	"<a>\x01</a>",
	"<a>\x7f</a>",
	"<\xc3\xa4/>",
	"<a><!-- b --></a>",
	"<a><![CDATA[b]]></a>",
	"<a><?b?></a>",
	"<!DOCTYPE a><a/>",
	"<?xml version='1.0'?><a/>",
	"<a a='1' b='2' c='3' d='4' e='5' f='6' g='7' h='8' i='9' j='10' k='11' l='12' "
	"m='13' n='14' o='15' p='16' q='17'/>",
};

static void test_plain_documents_are_taken_apart_without_the_parser(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(plain_ones); i++) {
		if (!is_plain(plain_ones[i]))
			fail_msg("not plain: %s", plain_ones[i]);
	}
}

static void test_all_others_are_left_to_the_parser(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(other_ones); i++) {
		if (is_plain(other_ones[i]))
			fail_msg("plain: %s", other_ones[i]);
	}
}

static void test_the_handler_hears_the_same_of_both(void **state)
{
	struct xml_reader *reader = xml_reader_new();

	(void)state;
	assert_non_null(reader);
	for (size_t i = 0; i < ARRAY_LEN(plain_ones); i++) {
		auto_buf declared = BUF_NULL;

		assert_heard_alike(reader, str_of(plain_ones[i]));
		buf_printf(&declared, DECLARED "\n%s", plain_ones[i]);
		assert_heard_alike(reader, buf_str(&declared));
	}
	xml_reader_free(reader);
}

static void test_each_beginning_of_a_plain_document_is_none(void **state)
{
	static const char document[] = "<a b='1' c=\"2\">d&lt;e<f:g h='i'/>\n</a>";

	(void)state;
	assert_true(is_plain(document));
	for (size_t i = 0; i + 1 < sizeof(document); i++) {
		char part[sizeof(document)];

		(void)snprintf(part, sizeof(part), "%.*s", (int)i, document);
		if (is_plain(part))
			fail_msg("plain: %s", part);
	}
}

/* ---- limits -------------------------------------------------------------------------- */

static void put_many(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, text);
}

static bool is_plain_nest(size_t n)
{
	auto_buf document = BUF_NULL;

	put_many(&document, "<a>", n);
	put_many(&document, "</a>", n);
	return is_plain(buf_cstr(&document));
}

/* before, n times middle, behind. */
static bool is_plain_row(const char *before, const char *middle, size_t n,
    const char *behind)
{
	auto_buf document = BUF_NULL;

	buf_append_text(&document, before);
	put_many(&document, middle, n);
	buf_append_text(&document, behind);
	return is_plain(buf_cstr(&document));
}

static void test_plain_documents_have_limits(void **state)
{
	(void)state;
	assert_true(is_plain_nest(XML_DEPTH_MAX));
	assert_false(is_plain_nest(XML_DEPTH_MAX + 1));
	assert_true(is_plain_row("<a>", "<b/>", XML_PLAIN_TOKENS_MAX / 2 - 1, "</a>"));
	assert_false(is_plain_row("<a>", "<b/>", XML_PLAIN_TOKENS_MAX / 2, "</a>"));
	assert_true(is_plain_row("<", "a", 256, "/>"));
	assert_false(is_plain_row("<", "a", 257, "/>"));
	assert_true(is_plain_row("<a b='", "c", 65000, "'/>"));
	assert_false(is_plain_row("<a b='", "c", 65536, "'/>"));
	assert_true(is_plain_row("<a>", "b", (1 << 20) - 7, "</a>"));
	assert_false(is_plain_row("<a>", "b", (1 << 20) - 6, "</a>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_plain_documents_are_taken_apart_without_the_parser),
		cmocka_unit_test(test_all_others_are_left_to_the_parser),
		cmocka_unit_test(test_the_handler_hears_the_same_of_both),
		cmocka_unit_test(test_each_beginning_of_a_plain_document_is_none),
		cmocka_unit_test(test_plain_documents_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
