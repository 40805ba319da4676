/* lib/xml/xml_limits: what may stand in a tag, and what only looks like one. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/xml/xml_limits.h"

static void put_attributes(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, " a%zu=\"v\"", i);
}

static void put_many(struct buf *out, char c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_append_char(out, c);
}

static int check(const struct buf *document, size_t *ret_at, struct error *err)
{
	*ret_at = 0;
	return xml_limits_check(buf_str(document), ret_at, err);
}

static int check_attributes(size_t n, size_t *ret_at, struct error *err)
{
	auto_buf document = BUF_NULL;

	buf_append_text(&document, "<x>");
	put_many(&document, '.', 2000);
	buf_append_text(&document, "<a");
	put_attributes(&document, n);
	buf_append_text(&document, "/></x>");
	return check(&document, ret_at, err);
}

static void test_attributes_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	size_t at;

	(void)state;
	assert_int_equal(check_attributes(XML_TAG_ATTRS_MAX, &at, &err), 0);
	assert_int_equal(check_attributes(XML_TAG_ATTRS_MAX + 1, &at, &err), ERR_LIMIT);
	assert_string_equal(err.text, "more than 96 attributes in one tag");
	assert_int_equal(at, 2003);
}

/* A tag of so many bytes. */
static int check_bytes(size_t n, size_t *ret_at, struct error *err)
{
	auto_buf document = BUF_NULL;

	buf_append_text(&document, "<a b=\"");
	put_many(&document, '>', n - strlen("<a b=\"\"/>"));
	buf_append_text(&document, "\"/>");
	return check(&document, ret_at, err);
}

static void test_bytes_of_a_tag_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	size_t at;

	(void)state;
	assert_int_equal(check_bytes(XML_TAG_BYTES_MAX, &at, &err), 0);
	assert_int_equal(check_bytes(XML_TAG_BYTES_MAX + 1, &at, &err), ERR_LIMIT);
	assert_string_equal(err.text, "a tag of more than 65536 bytes");
}

/* What stands before and behind a tag with a thousand attributes. */
static const struct cover_row {
	const char *before, *behind;
	int code;
} cover_rows[] = {
	{ "<x>", "</x>", ERR_LIMIT },
	{ "<x><!-- -->", "</x>", ERR_LIMIT },
	{ "<x><![CDATA[ ]]>", "</x>", ERR_LIMIT },
	{ "<?x ?>", "", ERR_LIMIT },
	{ "<x y='>' z=\">\">", "</x>", ERR_LIMIT },
	{ "<x y='\"'>", "</x>", ERR_LIMIT },
	{ "<x><!--", "--></x>", 0 },
	{ "<x><!-- > ", "--></x>", 0 },
	{ "<x><![CDATA[", "]]></x>", 0 },
	{ "<x><![CDATA[ > ]] ", "]]></x>", 0 },
	{ "<?x ", "?><x/>", 0 },
	{ "<x>&lt;a", "</x>", ERR_LIMIT }, /* the words are no tag, what follows is */
	/* A parser gives these up before. */
	{ "<!DOCTYPE x [", "]><x/>", 0 },
	{ "<x y=<>", "</x>", 0 },
	{ "<x <", "</x>", 0 },
	{ "<x><!--", "", 0 },
};

static void test_only_tags_have_attributes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cover_rows); i++) {
		const struct cover_row *row = &cover_rows[i];
		struct error err = ERROR_NULL;
		auto_buf document = BUF_NULL;
		size_t at;

		buf_append_text(&document, row->before);
		buf_append_text(&document, "<a");
		put_attributes(&document, 1000);
		buf_append_text(&document, "/>");
		buf_append_text(&document, row->behind);
		if (check(&document, &at, &err) != row->code)
			fail_msg("%s...%s: not %d", row->before, row->behind,
			    row->code);
	}
}

/* Without another tag for as long as a tag may be looked over. */
static void test_a_long_text_is_no_tag(void **state)
{
	auto_buf document = BUF_NULL;
	struct error err = ERROR_NULL;
	size_t at;

	(void)state;
	buf_append_text(&document, "<x>");
	put_attributes(&document, 1000);
	put_many(&document, '.', XML_TAG_BYTES_MAX);
	buf_append_text(&document, "</x>");
	assert_int_equal(check(&document, &at, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes_have_a_limit),
		cmocka_unit_test(test_bytes_of_a_tag_have_a_limit),
		cmocka_unit_test(test_only_tags_have_attributes),
		cmocka_unit_test(test_a_long_text_is_no_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
