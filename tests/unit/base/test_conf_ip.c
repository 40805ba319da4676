/* lib/conf/conf_ip: rows of both families of addresses. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/conf/conf.h"

#include <stdio.h>
#include <string.h>

struct sample {
	uint32_t four;
	uint8_t six[16];
	struct conf_ipv4_net net;
	struct conf_ipv6_net net6;
	struct conf_ipv4_net only;
	struct conf_ipv6_net only6;
	struct conf_ipv4_range range;
	struct conf_ipv6_range range6;
};

#define ROW(key_, type_, member, member6)                                          \
	.key = (key_), .type = (type_), .offset = offsetof(struct sample, member), \
	.offset6 = offsetof(struct sample, member6)

static const struct conf_row rows[] = {
	{ ROW("ip", CONF_IPS, four, six), .word = "none" },
	{ ROW("net", CONF_IP_NETS, net, net6) },
	{ ROW("only", CONF_IP_NETS, only, only6), .max = 1, .word = "default" },
	{ ROW("range", CONF_IP_RANGE, range, range6) },
	{ NULL },
};

static int read_sample(const char *text, struct sample *sample, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse("f.yaml", str_of(text), &doc, err);

	memset(sample, 0, sizeof(*sample));
	r = r < 0 ? r : conf_bind(doc, doc->root, rows, sample, err);
	conf_free(doc);
	return r;
}

/* "10.0.0.1 2001:db8::1 10.0.0.0/24 2001:db8::/64 ..." of what is set. */
static void write_sample(const struct sample *s, struct buf *out)
{
	char text[IPV6_TEXT_MAX];

	if (s->four)
		buf_printf(out, " %s", ipv4_text(s->four, text));
	if (ipv6_is_set(s->six))
		buf_printf(out, " %s", ipv6_text(s->six, text));
	if (s->net.prefix)
		buf_printf(out, " %s/%u", ipv4_text(s->net.address, text),
		    s->net.prefix);
	if (s->net6.prefix)
		buf_printf(out, " %s/%u", ipv6_text(s->net6.address, text),
		    s->net6.prefix);
	if (s->only6.prefix)
		buf_printf(out, " only %s/%u", ipv6_text(s->only6.address, text),
		    s->only6.prefix);
	if (s->range.last)
		buf_printf(out, " to %s", ipv4_text(s->range.last, text));
	if (ipv6_is_set(s->range6.last))
		buf_printf(out, " to %s", ipv6_text(s->range6.last, text));
}

static void test_one_or_one_of_each_family_is_read(void **state)
{
	static const struct {
		const char *yaml, *values;
	} table[] = {
		{ "ip: 10.0.0.1\n", " 10.0.0.1" },
		{ "ip: 2001:db8::1\n", " 2001:db8::1" },
		{ "ip: [2001:db8::1, 10.0.0.1]\n", " 10.0.0.1 2001:db8::1" },
		{ "ip: [2001:db8::1]\n", " 2001:db8::1" },
		{ "ip: none\n", "" },
		{ "net: 10.0.0.1/24\n", " 10.0.0.1/24" },
		{ "net: [10.0.0.1/24, 2001:db8::1/64]\n",
		    " 10.0.0.1/24 2001:db8::1/64" },
		{ "only: 2001:db8::/48\n", " only 2001:db8::/48" },
		{ "only: default\n", "" },
		{ "range: 10.0.0.1 - 10.0.0.9\n", " to 10.0.0.9" },
		{ "range: 2001:db8::1 - 2001:db8::9\n", " to 2001:db8::9" },
		{ "range: 2001:db8::1-2001:db8::1\n", " to 2001:db8::1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct error err = ERROR_NULL;
		auto_buf out = BUF_NULL;
		struct sample s;

		if (read_sample(table[i].yaml, &s, &err) < 0)
			fail_msg("%s", err.text);
		write_sample(&s, &out);
		assert_string_equal(buf_cstr(&out), table[i].values);
	}
}

static void test_each_mistake_has_its_place(void **state)
{
	static const struct {
		const char *yaml, *start;
	} table[] = {
		{ "ip: 2001:db8::1/64\n",
		    "f.yaml:1:5: error: \"2001:db8::1/64\" is no IPv6 address\n" },
		{ "ip: 10.0.0.300\n",
		    "f.yaml:1:5: error: \"10.0.0.300\" is no IPv4 address\n" },
		{ "ip: [10.0.0.1, none]\n",
		    "f.yaml:1:16: error: \"none\" is no IPv4 address\n" },
		{ "ip: [10.0.0.1, 10.0.0.2]\n",
		    "f.yaml:1:16: error: \"ip\" has two addresses of IPv4\n" },
		{ "ip: [2001:db8::1, 2001:db8::2, 2001:db8::3]\n",
		    "f.yaml:1:5: error: \"ip\" has too many entries: 3\n" },
		{ "ip: []\n", "f.yaml:1:5: error: \"ip\" has too few entries: 0\n" },
		{ "ip: {a: b}\n",
		    "f.yaml:1:5: error: \"ip\" wants a single value, not a mapping\n" },
		{ "net: 2001:db8::1\n",
		    "f.yaml:1:6: error: \"2001:db8::1\" has no prefix length\n" },
		{ "net: 2001:db8::1/0\n",
		    "f.yaml:1:6: error: \"2001:db8::1/0\" has a bad prefix length\n" },
		{ "only: [10.0.0.0/8]\n",
		    "f.yaml:1:7: error: \"only\" wants a single value, not a list\n" },
		{ "range: 2001:db8::2-2001:db8::1\n",
		    "f.yaml:1:8: error: \"2001:db8::2-2001:db8::1\" ends before it "
		    "begins\n" },
		{ "range: 2001:db8::2\n",
		    "f.yaml:1:8: error: \"2001:db8::2\" is no range of IPv6 "
		    "addresses\n" },
		{ "range: [2001:db8::2]\n",
		    "f.yaml:1:8: error: \"range\" wants a single value, not a list\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct error err = ERROR_NULL;
		struct sample s;

		assert_int_equal(read_sample(table[i].yaml, &s, &err), ERR_CONFIG);
		if (strncmp(err.text, table[i].start, strlen(table[i].start)) != 0)
			fail_msg("row %zu:\n%s", i, err.text);
	}
}

static void test_networks_are_the_same_whatever_their_hosts(void **state)
{
	const struct conf_ipv6_net one = { { 0x20, 1, [15] = 1 }, 64 };
	struct conf_ipv6_net other = { { 0x20, 1, [15] = 2 }, 64 };

	(void)state;
	assert_true(conf_ipv6_net_is_same(&one, &other));
	other.prefix = 63;
	assert_false(conf_ipv6_net_is_same(&one, &other));
	other.prefix = 64;
	other.address[7] = 1;
	assert_false(conf_ipv6_net_is_same(&one, &other));
}

static void test_rows_print_as_schema_and_manual(void **state)
{
	static const char *const words[] = { "\"anyOf\"",
		"[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*/[0-9]{1,3}|default)$",
		"\"maxItems\": 2" };
	auto_buf schema = BUF_NULL, man = BUF_NULL;

	(void)state;
	conf_schema(&schema, "t", rows);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!strstr(buf_cstr(&schema), words[i]))
			fail_msg("%s is not in %s", words[i], buf_cstr(&schema));
	}
	conf_man(&man, rows);
	assert_non_null(strstr(buf_cstr(&man),
	    "\\fBip\\fR (address of either family, or a list of one of each, or none)"));
	assert_non_null(strstr(buf_cstr(&man),
	    "\\fBonly\\fR (address/prefix of either family, or default)"));
	assert_non_null(
	    strstr(buf_cstr(&man), "\\fBrange\\fR (first\\-last of either family)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_or_one_of_each_family_is_read),
		cmocka_unit_test(test_each_mistake_has_its_place),
		cmocka_unit_test(test_networks_are_the_same_whatever_their_hosts),
		cmocka_unit_test(test_rows_print_as_schema_and_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
