/* lab/model/draft: model files are read with all their mistakes, their leaves are those of a
 * CPE after a factory reset, ranges and placeholders are texts. */
#include "tests/unit/model/model_texts.h"

static void test_leaves_are_those_of_a_cpe_after_a_factory_reset(void **state)
{
	static const char yaml[] =
	    "name: lab\n"
	    "root: D\n"
	    "objects:\n"
	    "  D.:\n"
	    "    ANumberOfEntries: {type: unsignedInt, count: \"D.A.{i}.\"}\n"
	    "  D.A.{i}.:\n"
	    "    Name: {value: \"a{i} of {{{serial}\", writable: yes}\n"
	    "    Up: {type: unsignedInt, live: uptime, value: \"5\"}\n"
	    "    BNumberOfEntries: {type: unsignedInt, count: \"D.A.{i}.B.{i}.\"}\n"
	    "  D.A.{i}.B.{i}.C.:\n"
	    "    Flag: {type: boolean, value: \"0\"}\n"
	    "  D.Fixed.1.:\n"
	    "    N: {type: int, value: \"-1\"}\n"
	    "  D.None.{i}.: {}\n"
	    "tables:\n"
	    "  D.A.{i}.: {writable: yes}\n"
	    "instances:\n"
	    "  D.A.10.: {Name: \"b, {{i}\"}\n"
	    "  D.A.9.: {Up: {live: time}}\n"
	    "  D.A.9.B.2.C.: {Flag: {value: \"1\"}}\n";
	auto_buf said = BUF_NULL, out = BUF_NULL;
	auto_cleanup(draft_free) struct draft *draft =
	    draft_of_yaml(str_of(yaml), &said);

	(void)state;
	assert_string_equal(buf_cstr(&said), "");
	put_csv(&out, draft);

	assert_string_equal(buf_cstr(&out),
	    "Parameter,Object,Writable,Value,Value type\r\n"
	    "D,true,false,,\r\n"
	    "D.A,true,true,,\r\n"
	    "D.A.9,true,true,,\r\n"
	    "D.A.9.B,true,false,,\r\n"
	    "D.A.9.B.2,true,false,,\r\n"
	    "D.A.9.B.2.C,true,false,,\r\n"
	    "D.A.9.B.2.C.Flag,false,false,1,xsd:boolean\r\n"
	    "D.A.9.BNumberOfEntries,false,false,1,xsd:unsignedInt\r\n"
	    "D.A.9.Name,false,true,a9 of {{serial},xsd:string\r\n"
	    "D.A.9.Up,false,false,5,xsd:unsignedInt\r\n"
	    "D.A.10,true,true,,\r\n"
	    "D.A.10.BNumberOfEntries,false,false,0,xsd:unsignedInt\r\n"
	    "D.A.10.Name,false,true,\"b, {i}\",xsd:string\r\n"
	    "D.A.10.Up,false,false,5,xsd:unsignedInt\r\n"
	    "D.ANumberOfEntries,false,false,2,xsd:unsignedInt\r\n"
	    "D.Fixed,true,false,,\r\n"
	    "D.Fixed.1,true,false,,\r\n"
	    "D.Fixed.1.N,false,false,-1,xsd:int\r\n"
	    "D.None,true,false,,\r\n");
}

static void test_a_file_is_laid_out_anew_with_all_that_is_in_it(void **state)
{
	static const char yaml[] =
	    "# a remark\n"
	    "name: lab\n"
	    "root: D\n"
	    "pools: {wan: {first: 10.9.0.2, count: 1000}}\n"
	    "inform:\n"
	    "  - D.A.1.N\n"
	    "objects:\n"
	    "  D.A.{i}.:\n"
	    "    N: {type: int, range: [-1, 1..5], generate: {kind: drift, from: 1}}\n"
	    "    M:\n"
	    "      values:\n"
	    "        - a\n"
	    "        - \"no\"\n"
	    "      list: yes\n"
	    "tables:\n"
	    "  D.A.{i}.: {writable: yes, keys: [[N, M]]}\n"
	    "instances:\n"
	    "  D.A.1.: {N: {live: uptime}, M: \"a\"}\n"
	    "  D.A.2.:\n";
	auto_buf said = BUF_NULL, out = BUF_NULL, again = BUF_NULL;
	auto_cleanup(draft_free) struct draft *draft =
	    draft_of_yaml(str_of(yaml), &said);
	auto_cleanup(draft_free) struct draft *read = NULL;

	(void)state;
	assert_string_equal(buf_cstr(&said), "");
	draft_rewrite(&out, draft);
	assert_string_equal(buf_cstr(&out),
	    "name: lab\n"
	    "root: D\n"
	    "\n"
	    "pools:\n"
	    "  wan: {first: 10.9.0.2, count: 1000}\n"
	    "inform: [D.A.1.N]\n"
	    "\n"
	    "objects:\n"
	    "  D.A.{i}.:\n"
	    "    N: {type: int, range: [-1, 1..5], generate: {kind: drift, from: 1}}\n"
	    "    M: {values: [a, \"no\"], list: yes}\n"
	    "\n"
	    "tables:\n"
	    "  D.A.{i}.: {writable: yes, keys: [[N, M]]}\n"
	    "\n"
	    "instances:\n"
	    "  D.A.1.: {N: {live: uptime}, M: a}\n"
	    "  D.A.2.: {}\n");

	read = draft_of_yaml(buf_str(&out), &said);
	draft_rewrite(&again, read);
	assert_string_equal(buf_cstr(&again), buf_cstr(&out));
}

static void test_no_name_is_an_object_and_a_parameter(void **state)
{
	static const char *const yamls[] = {
		"root: D\nobjects:\n  D.A.:\n    B: {}\n  D.A.B.:\n    C: {}\n",
		"root: D\nobjects:\n  D.A.:\n    B: {}\n  D.A.B.C.{i}.: {}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yamls); i++) {
		auto_buf said = BUF_NULL;

		assert_null(draft_of_yaml(str_of(yamls[i]), &said));
		assert_non_null(strstr(buf_cstr(&said),
		    "a.yaml:5:3: error: \"D.A.B\" is both an object and a parameter"));
	}
}

static void test_all_mistakes_of_a_model_file_are_told(void **state)
{
	static const char yaml[] = "root: D\n"
				   "objects:\n"
				   "  E.:\n"
				   "  D.A:\n"
				   "  D.B.:\n"
				   "    P: {type: strin}\n"
				   "    Q: {min: few, range: [9..1], values: [[a]]}\n"
				   "    R: 5\n"
				   "tables:\n"
				   "  D.B.: {}\n"
				   "instances:\n"
				   "  D.C.1.: {P: [a]}\n";
	static const char *const places[] = { "a.yaml:3:3:", "a.yaml:4:3:",
		"a.yaml:6:15:", "a.yaml:7:14:", "a.yaml:7:27:", "a.yaml:7:43:",
		"a.yaml:8:8:", "a.yaml:10:3:", "a.yaml:12:15:" };
	auto_buf said = BUF_NULL;
	struct str rest;
	size_t n = 0;

	(void)state;
	assert_null(draft_of_yaml(str_of(yaml), &said));
	rest = buf_str(&said);
	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		if (!str_starts(line, STR("a.yaml:")))
			continue;
		assert_true(n < ARRAY_LEN(places));
		if (!str_starts(line, str_of(places[n])))
			fail_msg("%.*s, not at %s", STR_ARG(line), places[n]);
		n++;
	}
	assert_int_equal(n, ARRAY_LEN(places));
}

static void test_ranges_are_texts(void **state)
{
	static const struct {
		const char *text;
		int64_t low, high;
	} rows[] = {
		{ "7", 7, 7 },
		{ "-90..-40", -90, -40 },
		{ "5..", 5, INT64_MAX },
		{ "..9", INT64_MIN, 9 },
		{ "..-9", INT64_MIN, -9 },
		{ "0..0", 0, 0 },
		{ "..18446744073709551615", INT64_MIN, INT64_MAX },
	};
	static const char *const wrong[] = { "", "..", "a", "1...2", "2..1", "1..2..3",
		"-", "--1", "1 ..2", "18446744073709551616" };
	struct draft_range range;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		assert_int_equal(draft_range_parse(str_of(rows[i].text), &range), 0);
		assert_int_equal(range.low, rows[i].low);
		assert_int_equal(range.high, rows[i].high);
		draft_range_put(&out, range);
		assert_int_equal(draft_range_parse(buf_str(&out), &range),
		    out.len > 2 || range.low == range.high ? 0 : ERR_MALFORMED);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(draft_range_parse(str_of(wrong[i]), &range),
		    ERR_MALFORMED);
}

static void test_only_what_means_something_is_a_placeholder(void **state)
{
	static const struct {
		const char *value;
		bool is_one;
		const char *escaped;
	} rows[] = {
		{ "", false, "" },
		{ "{", false, "{" },
		{ "{i}", true, "{{i}" },
		{ "{{i}", false, "{{{{i}" },
		{ "{serial}", true, "{{serial}" },
		{ "{mac+12}", true, "{{mac+12}" },
		{ "{pool:wan}", true, "{{pool:wan}" },
		{ "{pool}", true, "{{pool}" },
		{ "{index}", false, "{index}" },
		{ "{\"a\":{\"b\":1}}", false, "{\"a\":{\"b\":1}}" },
		{ "{{", false, "{{{" },
	};
	auto_arena arena = ARENA_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str value = str_of(rows[i].value);
		struct str escaped = draft_escape(&arena, value);

		assert_int_equal(draft_has_placeholder(value), rows[i].is_one);
		assert_true(str_is(escaped, rows[i].escaped));
		assert_false(draft_has_placeholder(escaped));
		assert_true(
		    str_eq(draft_unescape(&arena, escaped, STR("D.A.3.B.")), value));
	}
	assert_true(str_is(draft_unescape(&arena, STR("eth{i}-{mac}"), STR("D.A.3.B.")),
	    "eth3-{mac}"));
}

static void test_paths_sort_by_names_and_numbers(void **state)
{
	static const char *const sorted[] = { "D.", "D.A.", "D.A.2.", "D.A.2.B",
		"D.A.2.C.", "D.A.2.C.x", "D.A.10.", "D.AB", "D.a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++) {
		for (size_t k = 0; k < ARRAY_LEN(sorted); k++) {
			int order =
			    draft_compare_paths(str_of(sorted[i]), str_of(sorted[k]));

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaves_are_those_of_a_cpe_after_a_factory_reset),
		cmocka_unit_test(test_a_file_is_laid_out_anew_with_all_that_is_in_it),
		cmocka_unit_test(test_no_name_is_an_object_and_a_parameter),
		cmocka_unit_test(test_all_mistakes_of_a_model_file_are_told),
		cmocka_unit_test(test_ranges_are_texts),
		cmocka_unit_test(test_only_what_means_something_is_a_placeholder),
		cmocka_unit_test(test_paths_sort_by_names_and_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
