/* lib/proto/xml_read: what it bounds. What it reads is tested with the messages (test_cwmp). */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/proto/xml_read.h"
#include "lib/proto/xml_scope.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels_have_a_limit),
		cmocka_unit_test(test_attributes_have_a_limit),
		cmocka_unit_test(test_namespaces_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
