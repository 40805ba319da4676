/* lab/model/bbf: data models of the Broadband Forum are read, chosen from and written as model
 * files. device.xml and service.xml beside this are of our own. */
#include "tests/unit/written.h"

#include "lab/model/bbf.h"
#include "tests/unit/model/model_texts.h"

static struct bbf *load(const char *path)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	struct bbf *bbf = NULL;

	if (bbf_load(path, &mistakes, &bbf, &err) < 0)
		fail_msg("%s", err.text);
	return bbf;
}

/* What was chosen of the document, as a model file. */
static void put_model(struct buf *out, struct bbf *bbf)
{
	auto_cleanup(draft_free) struct draft *draft = draft_new();

	draft->name = STR("lab");
	draft->root = STR("Device");
	assert_int_equal(bbf_to_draft(bbf, draft), 0);
	draft_write(out, draft);
}

static void test_a_document_is_written_as_a_model_file(void **state)
{
	auto_cleanup(bbf_free) struct bbf *bbf = load("tests/unit/model/device.xml");
	auto_cleanup(draft_free) struct draft *read = NULL;
	auto_buf out = BUF_NULL, said = BUF_NULL;

	(void)state;
	assert_int_equal(bbf_select_subtree(bbf, STR("Device.")), 0);
	put_model(&out, bbf);
	read = draft_of_yaml(buf_str(&out), &said);

	assert_string_equal(buf_cstr(&said), "");
	assert_non_null(read);
	assert_true(written_is("tests/unit/model/written/device.yaml", buf_str(&out)));
}

static void test_profiles_and_subtrees_choose(void **state)
{
	static const struct {
		const char *path, *profile, *subtree, *chosen;
	} rows[] = {
		{ "tests/unit/model/device.xml", "Port:1", NULL,
		    "objects:\n"
		    "  Device.:\n"
		    "    PortNumberOfEntries: {type: unsignedInt, count: "
		    "\"Device.Port.{i}.\"}\n"
		    "\n"
		    "  Device.Port.{i}.:\n"
		    "    Enable: {type: boolean, value: \"false\", writable: yes}\n"
		    "    Status: {value: Down, values: [Up, Down]}\n"
		    "\n"
		    "tables:\n"
		    "  Device.Port.{i}.: {writable: yes, max: 4}\n" },
		{ "tests/unit/model/device.xml", "Port:2", NULL,
		    "objects:\n"
		    "  Device.:\n"
		    "    PortNumberOfEntries: {type: unsignedInt, count: "
		    "\"Device.Port.{i}.\"}\n"
		    "\n"
		    "  Device.Port.{i}.:\n"
		    "    Enable: {type: boolean, value: \"false\", writable: yes}\n"
		    "    Status: {value: Down, values: [Up, Down]}\n"
		    "\n"
		    "  Device.Port.{i}.Stats.:\n"
		    "    Sent: {type: unsignedLong, value: \"0\", notify: denied}\n"
		    "\n"
		    "tables:\n"
		    "  Device.Port.{i}.: {writable: yes, max: 4}\n" },
		{ "tests/unit/model/device.xml", NULL, "Device.Port.{i}.Alias",
		    "objects:\n"
		    "  Device.:\n"
		    "    PortNumberOfEntries: {type: unsignedInt, count: "
		    "\"Device.Port.{i}.\"}\n"
		    "\n"
		    "  Device.Port.{i}.:\n"
		    "    Alias: {value: \"\", writable: yes, alias: yes, max: 64}\n"
		    "\n"
		    "tables:\n"
		    "  Device.Port.{i}.: {writable: yes, keys: [[Alias]], max: 4}\n" },
		{ "tests/unit/model/service.xml", "Bell:1", NULL,
		    "objects:\n"
		    "  Device.Services.:\n"
		    "    BellServiceNumberOfEntries: {type: unsignedInt, count: "
		    "\"Device.Services.BellService.{i}.\"}\n"
		    "\n"
		    "  Device.Services.BellService.{i}.:\n"
		    "    Ringing: {type: boolean, value: \"false\", writable: yes}\n"
		    "\n"
		    "tables:\n"
		    "  Device.Services.BellService.{i}.: {}\n" },
		{ "tests/unit/model/service.xml", NULL,
		    "Device.Services.BellService.{i}.Tone",
		    "objects:\n"
		    "  Device.Services.:\n"
		    "    BellServiceNumberOfEntries: {type: unsignedInt, count: "
		    "\"Device.Services.BellService.{i}.\"}\n"
		    "\n"
		    "  Device.Services.BellService.{i}.:\n"
		    "    Tone: {value: \"\", writable: yes, max: 8}\n"
		    "\n"
		    "tables:\n"
		    "  Device.Services.BellService.{i}.: {}\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(bbf_free) struct bbf *bbf = load(rows[i].path);
		auto_buf out = BUF_NULL;

		if (rows[i].profile)
			assert_int_equal(bbf_select_profile(bbf,
					     str_of(rows[i].profile)),
			    0);
		else
			assert_int_equal(bbf_select_subtree(bbf,
					     str_of(rows[i].subtree)),
			    0);
		put_model(&out, bbf);

		assert_string_equal(strstr(buf_cstr(&out), "objects:"), rows[i].chosen);
	}
}

static void test_what_is_not_there_cannot_be_chosen(void **state)
{
	auto_cleanup(bbf_free) struct bbf *bbf = load("tests/unit/model/device.xml");

	(void)state;
	assert_int_equal(bbf_select_profile(bbf, STR("Port:3")), ERR_NOT_FOUND);
	assert_int_equal(bbf_select_subtree(bbf, STR("")), ERR_NOT_FOUND);
	assert_int_equal(bbf_select_subtree(bbf, STR("Device")), ERR_NOT_FOUND);
	assert_int_equal(bbf_select_subtree(bbf, STR("Device.Port.1.")), ERR_NOT_FOUND);
	assert_int_equal(bbf_select_subtree(bbf, STR("Device.NotOne")), ERR_NOT_FOUND);
}

#define DM "<d xmlns=\"urn:broadband-forum-org:cwmp:datamodel-1-14\">"

static void test_what_is_no_data_model_is_told_with_its_place(void **state)
{
	static const struct {
		const char *xml, *told;
	} rows[] = {
		{ "", "a.xml:1:1: error: an empty document\n" },
		{ "<a/>",
		    "a.xml:1:1: error: no data model: a <model> with its <object>s is "
		    "wanted, as in tr-181-2-17-0-cwmp-full.xml\n" },
		{ DM "\n <model name=\"D:1\"/>\n</d>",
		    "a.xml:1:1: error: no data model: a <model> with its <object>s is "
		    "wanted, as in tr-181-2-17-0-cwmp-full.xml\n" },
		{ DM "<model name=\"D:1\"><object name=\"D.\"><parameter name=\"a\">"
		     "<syntax><dataType ref=\"Nope\"/></syntax></parameter>"
		     "<parameter name=\"b\"><syntax><dataType ref=\"No\"/></syntax>"
		     "</parameter></object></model></d>",
		    "a.xml:1:1: error: no data type is named \"Nope\"\n"
		    "a.xml:1:1: error: no data type is named \"No\"\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_mistakes mistakes = { .len = 0 };
		struct error err = ERROR_NULL;
		struct bbf *bbf = NULL;
		auto_buf out = BUF_NULL;

		assert_int_equal(bbf_parse("a.xml", str_of(rows[i].xml), &mistakes,
				     &bbf, &err),
		    ERR_CONFIG);
		put_mistakes(&out, &mistakes);

		assert_null(bbf);
		assert_string_equal(buf_cstr(&out), rows[i].told);
	}
}

/* The schema allows no parameter within another: both are read, none twice. */
static void test_a_parameter_within_another_ends_it(void **state)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	auto_cleanup(bbf_free) struct bbf *bbf = NULL;

	(void)state;
	assert_int_equal(
	    bbf_parse("a.xml",
		STR(DM "<model name=\"D:1\"><object name=\"D.\"><parameter name=\"a\">"
		       "<parameter name=\"b\"/><syntax hidden=\"true\"/></parameter>"
		       "</object></model></d>"),
		&mistakes, &bbf, &err),
	    0);
	assert_int_equal(bbf->n_objects, 1);
	assert_int_equal(bbf->objects[0].n_params, 2);
	assert_true(str_is(bbf->objects[0].params[1].param.path, "D.b"));
	assert_false(bbf->objects[0].params[0].param.is_hidden);
}

/* Of XML that is none, where it breaks. */
static void test_a_document_that_is_cut_is_told_with_its_place(void **state)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	struct bbf *bbf = NULL;

	(void)state;
	assert_int_equal(bbf_parse("a.xml", STR(DM "\n <model>\n  </modle>"), &mistakes,
			     &bbf, &err),
	    ERR_CONFIG);
	assert_int_equal(mistakes.len, 1);
	assert_int_equal(mistakes.items[0].line, 3);
	conf_mistakes_free(&mistakes);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_document_is_written_as_a_model_file),
		cmocka_unit_test(test_profiles_and_subtrees_choose),
		cmocka_unit_test(test_what_is_not_there_cannot_be_chosen),
		cmocka_unit_test(test_what_is_no_data_model_is_told_with_its_place),
		cmocka_unit_test(test_a_parameter_within_another_ends_it),
		cmocka_unit_test(test_a_document_that_is_cut_is_told_with_its_place),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
