/* lib/cwmp/cwmp_secrets.c: which secrets of requests are known, and where they are found. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp_secrets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	LONG = CWMP_SECRETS_BYTES / 4
};

/* Sets passwords of these values. */
static void set_values(struct cwmp_secrets **set, const char *const *values, size_t n)
{
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_SET_PARAMETER_VALUES };
	struct cwmp_param *params = calloc(n, sizeof(*params));

	assert_non_null(params);
	for (size_t i = 0; i < n; i++)
		params[i] = (struct cwmp_param){ .name = STR("Device.X.Password"),
			.value = str_of(values[i]) };
	msg.args.params = (struct cwmp_params){ params, n };
	assert_true(cwmp_secrets_add(set, &msg));
	free(params);
}

static void set_one(struct cwmp_secrets **set, const char *value)
{
	set_values(set, &value, 1);
}

static void shows(const struct cwmp_secrets *set, const char *text, const char *want)
{
	auto_buf shown = BUF_NULL;

	buf_append_text(&shown, text);
	cwmp_secrets_hide(set, &shown);
	if (strcmp(buf_cstr(&shown), want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", text, buf_cstr(&shown), want);
}

static void test_secrets_are_hidden_wherever_they_stand(void **state)
{
	static const char *const values[] = { "hunter", "hunter2x", "terminal", "" };
	struct cwmp_secrets *set = NULL;

	(void)state;
	shows(NULL, "hunter", "hunter");
	set_values(&set, values, ARRAY_LEN(values));
	assert_int_equal(set->n, 3);
	shows(set, "no hunter, no ahunterb", "no ***, no a***b");
	/* one begins as another does, one begins where another ends */
	shows(set, "hunter2x or hunter", "*** or ***");
	shows(set, "a hunterminal", "a ***");
	shows(set, "hunt", "hunt");
	shows(set, "", "");
	cwmp_secrets_free(&set);
	assert_null(set);
	cwmp_secrets_free(&set);
}

static void test_short_ones_are_hidden_as_values(void **state)
{
	static const char *const values[] = { "not", "7" };
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "not", "***" },
		{ " not\n", " ***\n" },
		{ "not allowed", "not allowed" },
		{ "is not", "is not" },
		{ "a 'not', a \"not\", a (not), a [not]",
		    "a '***', a \"***\", a (***), a [***]" },
		{ "'not\"", "'not\"" },
		{ "another knot, notable", "another knot, notable" },
		{ "password=not, x=not allowed", "password=***, x=*** allowed" },
		{ "x=nothing", "x=nothing" },
		{ "value: not", "value: ***" },
		{ "value: not.", "value: ***." },
		{ "value: not, code: 7; more", "value: ***, code: ***; more" },
		{ "error: not allowed", "error: not allowed" },
		{ "at 12:7", "at 12:7" },
		{ ": not", ": ***" },
		{ "<a>not</a><b>7</b>", "<a>***</a><b>7</b>" },
		{ "7 of 7", "7 of 7" },
	};
	struct cwmp_secrets *set = NULL;

	(void)state;
	set_values(&set, values, ARRAY_LEN(values));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		shows(set, rows[i].text, rows[i].shown);
	cwmp_secrets_free(&set);
}

/* Whoever writes markup has to write "&" and "<" so, and may write three more. */
static void test_entities_hide_nothing(void **state)
{
	static const char *const values[] = { "a&b<c>d\"e'f", "&" };
	struct cwmp_secrets *set = NULL;

	(void)state;
	set_values(&set, values, ARRAY_LEN(values));
	shows(set,
	    "a&b<c>d\"e'f a&amp;b&lt;c>d\"e'f a&amp;b&lt;c&gt;d\"e'f "
	    "a&amp;b&lt;c&gt;d&quot;e'f a&amp;b&lt;c&gt;d&quot;e&apos;f",
	    "*** *** *** *** ***");
	shows(set, "one &amp; two &amp;amp;", "one &amp; two &amp;amp;");
	shows(set, "no \"&amp;\"", "no \"***\"");
	cwmp_secrets_free(&set);
}

/* Who writes HTML writes numbers, too, and takes entities for what he has to and no more. */
static void test_references_hide_nothing(void **state)
{
	static const char *const values[] = { "a\"b'c", "h\xc3\xa4llo", "not", "x=x" };
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "a&#34;b&#39;c, a&quot;b&#x27;c, a\"b&#039;c", "***, ***, ***" },
		{ "a\"b&apos;c, &#97;&#x22;&#98;&#x00027;&#X63;", "***, ***" },
		{ "h&#228;llo, h&#xE4;llo &auml; &", "***, *** &auml; &" },
		{ "is &quot;not&quot; one", "is &quot;***&quot; one" },
		{ "is &quot;not& one", "is &quot;not& one" },
		/* one that is no value before one that is */
		{ "a x=x=x", "a x=***" },
	};
	struct cwmp_secrets *set = NULL;

	(void)state;
	set_values(&set, values, ARRAY_LEN(values));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		shows(set, rows[i].text, rows[i].shown);
	cwmp_secrets_free(&set);
}

/* Of each kind of request that has one. */
static void test_requests_carry_secrets_here(void **state)
{
	struct cwmp_param fields[] = { { STR("URL"), STR("http://u:unit77@h/"),
					   STR("") },
		{ STR("Password"), STR("unit88"), STR("") } };
	struct cwmp_param params[] = { { STR("D.KeyPassphrase"), STR("wpa9"), STR("") },
		{ STR("D.URL"), STR("http://u:acs55@h/"), STR("") },
		{ STR("D.Name"), STR("open"), STR("") } };
	struct cwmp_item item = { fields, ARRAY_LEN(fields), STR("") };
	const struct cwmp_msg rows[] = {
		{ .kind = CWMP_REQUEST,
		    .method = CWMP_DOWNLOAD,
		    .args = { .password = STR("file11"),
			.url = STR("http://u:file22@h/?token=file33") } },
		{ .kind = CWMP_REQUEST,
		    .method = CWMP_CHANGE_DU_STATE,
		    .args = { .items = &item, .n_items = 1 } },
		{ .kind = CWMP_REQUEST,
		    .method = CWMP_SET_PARAMETER_VALUES,
		    .args = { .params = { params, ARRAY_LEN(params) } } },
		/* what a CPE answers is nothing that was set */
		{ .kind = CWMP_RESPONSE,
		    .method = CWMP_GET_PARAMETER_VALUES,
		    .args = { .params = { params, 1 } } },
	};
	static const size_t n[] = { 3, 5, 7, 7 };
	struct cwmp_secrets *set = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(cwmp_secrets_add(&set, &rows[i]));
		assert_int_equal(set->n, n[i]);
	}
	shows(set, "file11 file22 file33 unit77 unit88 wpa9 acs55 open",
	    "*** *** *** *** *** *** *** open");
	cwmp_secrets_free(&set);
}

static void test_the_newest_are_known(void **state)
{
	struct cwmp_secrets *set = NULL;
	char text[32];

	(void)state;
	for (int i = 0; i < CWMP_SECRETS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "secret-%03d-", i);
		set_one(&set, text);
	}
	assert_int_equal(set->n, CWMP_SECRETS_MAX);
	/* one that is there already takes no room, and is new again */
	set_one(&set, "secret-000-");
	assert_int_equal(set->n, CWMP_SECRETS_MAX);
	set_one(&set, "another");
	assert_int_equal(set->n, CWMP_SECRETS_MAX);
	shows(set, "secret-000- secret-001- secret-002- another",
	    "*** secret-001- *** ***");
	cwmp_secrets_free(&set);
}

/* What they take is bounded, too; nothing is shown where one request has more than is known. */
static void test_a_request_with_too_many_hides_all(void **state)
{
	static char big[5][LONG + 1], huge[CWMP_SECRETS_BYTES + 1];
	const char *many[CWMP_SECRETS_MAX + 1];
	char texts[CWMP_SECRETS_MAX + 1][16];
	struct cwmp_secrets *set = NULL;

	(void)state;
	memset(huge, 'h', sizeof(huge) - 1);
	for (size_t i = 0; i < ARRAY_LEN(big); i++) {
		memset(big[i], 'a' + (int)i, LONG);
		many[i] = big[i];
	}
	set_one(&set, "older");
	set_values(&set, many, 3);
	assert_int_equal(set->n, 4);
	set_values(&set, many, 4);
	assert_true(set->is_over);
	shows(set, "anything", "***");
	shows(set, "", "");
	/* the next one that fits ends it */
	set_one(&set, "newer");
	shows(set, "anything but newer", "anything but ***");

	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "many-%zu", i);
		many[i] = texts[i];
	}
	set_values(&set, many, CWMP_SECRETS_MAX);
	assert_false(set->is_over);
	set_values(&set, many, CWMP_SECRETS_MAX);
	assert_false(set->is_over);
	set_values(&set, many, CWMP_SECRETS_MAX + 1);
	assert_true(set->is_over);
	many[0] = huge;
	set_values(&set, many, 2);
	assert_true(set->is_over);
	assert_in_range(cwmp_secrets_bytes(set), 1, 3 * CWMP_SECRETS_BYTES);
	cwmp_secrets_free(&set);
}

static void test_a_set_takes_another_over(void **state)
{
	struct cwmp_secrets *set = NULL, *from = NULL;

	(void)state;
	set_one(&from, "before");
	assert_true(cwmp_secrets_move(&set, &from));
	assert_null(from);
	set_one(&from, "behind");
	from->is_over = true;
	assert_true(cwmp_secrets_move(&set, &from));
	assert_null(from);
	assert_int_equal(set->n, 2);
	shows(set, "before", "***");
	assert_true(set->is_over);
	set->is_over = false;
	shows(set, "before, behind", "***, ***");
	assert_true(cwmp_secrets_move(&set, &from));
	assert_int_equal(set->n, 2);
	cwmp_secrets_free(&set);
	assert_int_equal(cwmp_secrets_bytes(NULL), 0);
}

static void test_without_memory_nothing_is_shown(void **state)
{
	struct cwmp_secrets *set = NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	set_one(&set, "hunter");
	set->texts.error = -ENOMEM;
	buf_append_text(&text, "what may be one");
	cwmp_secrets_hide(set, &text);
	assert_int_equal(text.len, 0);
	assert_int_equal(text.error, -ENOMEM);
	cwmp_secrets_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_are_hidden_wherever_they_stand),
		cmocka_unit_test(test_short_ones_are_hidden_as_values),
		cmocka_unit_test(test_entities_hide_nothing),
		cmocka_unit_test(test_references_hide_nothing),
		cmocka_unit_test(test_requests_carry_secrets_here),
		cmocka_unit_test(test_the_newest_are_known),
		cmocka_unit_test(test_a_request_with_too_many_hides_all),
		cmocka_unit_test(test_a_set_takes_another_over),
		cmocka_unit_test(test_without_memory_nothing_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
