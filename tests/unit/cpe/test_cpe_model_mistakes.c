/* agents/cpe/model/model_load*.c: each mistake of a model with its place, all of them at once. */
#include "tests/unit/unit.h"

#include "agents/cpe/model/model.h"

#include <stdio.h>
#include <string.h>

/* A model that has all it needs; what a row adds begins on line 13, within "objects". */
#define HEAD                                        \
	"name: x\n"                                 \
	"root: D\n"                                 \
	"objects:\n"                                \
	"  D.DeviceInfo.:\n"                        \
	"    Manufacturer: {}\n"                    \
	"    ManufacturerOUI: {}\n"                 \
	"    ProductClass: {}\n"                    \
	"    SerialNumber: {live: serial}\n"        \
	"    URL: {live: acs-url, writable: yes}\n" \
	"  D.T.{i}.:\n"                             \
	"    A: {max: 3, writable: yes}\n"          \
	"    On: {type: boolean, writable: yes}\n"

static const struct {
	const char *yaml; /* after HEAD */
	const char *place, *words;
} rows[] = {
	/* quirks */
	{ "quirks: [http-1.0, no-headr]\n", "13:20", "did you mean \"no-header\"?" },
	{ "quirks: no-cookie\n", "13:9", "did you mean \"no-cookies\"?" },
	/* faults */
	{ "cwmp: {refuses: [Reboot 9001, Rebot 9001]}\n", "13:31",
	    "did you mean \"Reboot\"?" },
	{ "cwmp: {refuses: Inform 9001}\n", "13:17", "a CPE is not asked \"Inform\"" },
	{ "cwmp: {refuses: [Reboot 9000]}\n", "13:18",
	    "Reboot has 9001 9002 9003 and 9800 to 9899" },
	{ "cwmp: {refuses: [Reboot]}\n", "13:18", "\"\" is no fault of Reboot" },
	{ "cwmp: {refuses: [Reboot 9799]}\n", "13:18", "\"9799\" is no fault" },
	{ "cwmp: {refuses: [Reboot 9900]}\n", "13:18", "\"9900\" is no fault" },
	/* what no ACS has ordered */
	{ "own: [{do: dig}]\n", "13:12", "unknown do" },
	{ "own: [{do: download, url: \"http://f/a\"}]\n", "13:7",
	    "download wants \"file-type\"" },
	{ "own: [{do: upload, file-type: f}]\n", "13:7", "upload wants \"url\"" },
	{ "own: [{do: download, file-type: f, url: a}]\n", "13:41", "has no scheme" },
	{ "own: [{do: upload, file-type: f, url: \"http://f\", uuid: a}]\n", "13:57",
	    "upload takes no \"uuid\"" },
	{ "own: [{do: update, file-type: f}]\n", "13:31",
	    "update takes no \"file-type\"" },
	{ "own: [{do: uninstall, version: a}]\n", "13:7", "uninstall wants \"uuid\"" },
	{ "own: [{do: update}]\n", "13:7", "the model has no deployment units" },
	/* parameters */
	{ "    B: {type: strin}\n", "13:15", "did you mean \"string\"?" },
	{ "    B: {live: serail}\n", "13:15", "did you mean \"serial\"?" },
	{ "    B: {type: int, value: x}\n", "13:27", "no int that this parameter" },
	{ "    B.C: {}\n", "13:5", "not the name of a parameter" },
	{ "    B: []\n", "13:8", "keys with values are wanted here, not a list" },
	{ "    B: {live: parameter-key}\n", "13:8",
	    "\"parameter-key\" is one parameter of the CPE" },
	{ "    B: {live: mac, generate: {kind: enum, values: [a]}}\n", "13:30",
	    "a live value is not generated" },
	{ "    B: {range: 1..2}\n", "13:16", "a string has no range" },
	{ "    B: {type: int, range: [1..2, x]}\n", "13:27", "\"x\" is no range" },
	{ "    B: {type: int, range: \"..\"}\n", "13:27", "\"..\" is no range" },
	{ "    B: {type: int, range: 1..2, value: 3}\n", "13:40", "no int that this" },
	{ "    B: {pattern: \"(a\"}\n", "13:18",
	    "no pattern: character 3: a group without its \")\"" },
	{ "    B: {pattern: mac, value: x}\n", "13:30", "no string that this" },
	{ "    B: {list: yes, values: [a], value: \"a,b\"}\n", "13:40",
	    "no string that this" },
	{ "    B: {alias: yes, type: int}\n", "13:8", "an alias is a string" },
	/* counts */
	{ "    B: {type: unsignedInt, count: D.T.}\n", "13:35",
	    "\"D.T.\" is no table of the model" },
	{ "    B: {type: unsignedInt, count: \"D.T.{i}.\"}\n", "13:35",
	    "there would be one \"D.T.{i}.\" for each of several tables" },
	{ "  D.:\n    N: {count: \"D.T.{i}.\"}\n", "14:16",
	    "what counts instances is an unsignedInt that nobody sets" },
	{ "  D.:\n    N: {type: unsignedInt, writable: yes, count: \"D.T.{i}.\"}\n",
	    "14:50", "what counts instances is an unsignedInt that nobody sets" },
	/* generators */
	{ "    B: {generate: {kind: cuonter}}\n", "13:26",
	    "did you mean \"counter\"?" },
	{ "    B: {generate: {rate: 1}}\n", "13:19", "\"kind\" is missing" },
	{ "    B: {generate: {kind: counter}}\n", "13:19",
	    "a counter is a number without a sign" },
	{ "    B: {type: unsignedInt, generate: {kind: counter, wrap: 64}}\n", "13:60",
	    "no type has so many bits" },
	{ "    B: {type: unsignedInt, generate: {kind: counter, wrap: 33}}\n", "13:60",
	    "no type has so many bits" },
	{ "    B: {type: unsignedInt, generate: {kind: counter, period: 999ms}}\n",
	    "13:62", "999ms is out of range" },
	{ "    B: {generate: {kind: drift, from: 1, to: 2}}\n", "13:19",
	    "what drifts is a whole number" },
	{ "    B: {type: int, generate: {kind: drift, from: 2, to: 1}}\n", "13:57",
	    "a drift ends at a number" },
	{ "    B: {type: int, max: 5, generate: {kind: drift, from: 2, to: 6}}\n",
	    "13:65", "a drift ends at a number" },
	{ "    B: {type: int, generate: {kind: drift, from: x, to: 1}}\n", "13:50",
	    "a drift begins at a number" },
	{ "    B: {type: long, generate: {kind: drift, from: 562949953421312, "
	  "to: 562949953421313}}\n",
	    "13:51", "a drift begins at a number" },
	{ "    B: {generate: {kind: enum}}\n", "13:19", "no values to choose from" },
	{ "    B: {max: 1, generate: {kind: enum, values: [a, bc]}}\n", "13:48",
	    "one of the values is none of the parameter's" },
	{ "    B: {generate: {kind: flap, values: [a]}}\n", "13:19",
	    "a flap is between two values" },
	{ "    B: {type: boolean, generate: {kind: flap, period: 10s, for: 11s}}\n",
	    "13:65", "a flap is over before its period is" },
	/* placeholders */
	{ "    B: {value: \"{serail}\"}\n", "13:16",
	    "\"{serail}\" stands for nothing" },
	{ "    B: {value: \"{pool:p}\"}\n", "13:16",
	    "\"{pool:p}\" stands for nothing" },
	{ "  D.:\n    B: {value: \"{i}\"}\n", "14:16", "\"{i}\" stands for nothing" },
	/* paths */
	{ "  E.M.:\n    a: {}\n", "13:3", "a path of an object below \"D.\"" },
	{ "  D.M:\n    a: {}\n", "13:3", "with a dot at its end" },
	{ "  D.M..:\n    a: {}\n", "13:3", "a path of an object" },
	{ "  D.{i}x.:\n    a: {}\n", "13:3", "a path of an object" },
	{ "  \"{i}.\":\n    a: {}\n", "13:3", "a path of an object" },
	{ "  D.{i}.{i}.{i}.{i}.{i}.{i}.{i}.{i}.{i}.:\n    a: {}\n", "13:3",
	    "a path of an object" },
	{ "  D.T.1.:\n    A: {}\n", "13:3",
	    "\"D.T.1.\" has a number where other paths have {i}" },
	{ "  D.M.: []\n", "13:9", "parameters with their keys are wanted here" },
	{ "  D.T.{i}.A.: {}\n", "13:3",
	    "\"D.T.{i}.A\" is both an object and a parameter" },
	{ "  D.T.{i}.A.B.{i}.: {}\n", "13:3",
	    "\"D.T.{i}.A\" is both an object and a parameter" },
	{ "    A-1: {}\n  D.T.{i}.A.: {}\n", "14:3",
	    "\"D.T.{i}.A\" is both an object and a parameter" },
	/* tables */
	{ "tables: []\n", "13:9", "\"tables\" maps paths to keys" },
	{ "tables:\n  D.T.: {}\n", "14:3", "that ends in \"{i}.\" is wanted" },
	{ "tables:\n  D.T.{i}.: {writeable: yes}\n", "14:14",
	    "did you mean \"writable\"?" },
	{ "tables:\n  D.T.{i}.: {min: 3, max: 2}\n", "14:3", "max is less than min" },
	{ "tables:\n  D.T.{i}.: {max: 4097}\n", "14:19", "4097 is out of range" },
	{ "tables:\n  D.T.{i}.: {enable: Of}\n", "14:22",
	    "the table has no parameter \"Of\"" },
	{ "tables:\n  D.T.{i}.: {keys: A}\n", "14:20", "a list of at most 8 keys" },
	{ "tables:\n  D.T.{i}.: {keys: [A]}\n", "14:21",
	    "a key is a list of 1 to 8 parameters" },
	{ "tables:\n  D.T.{i}.: {keys: [[A, B]]}\n", "14:25",
	    "the table has no parameter \"B\"" },
	/* instances */
	{ "instances: []\n", "13:12", "\"instances\" maps paths to values" },
	{ "instances:\n  D.T.: {}\n", "14:3", "values of what is in no table stand" },
	{ "instances:\n  D.T.0.: {}\n", "14:3", "the same path with {i}" },
	{ "instances:\n  D.T.{i}.: {}\n", "14:3", "the same path with {i}" },
	{ "instances:\n  D.U.1.: {}\n", "14:3",
	    "the model has no instance \"D.U.1.\"" },
	{ "instances:\n  D.T.1.A: {}\n", "14:3", "the model has no instance" },
	{ "instances:\n  D.T.1.: x\n", "14:11", "parameters with their values" },
	{ "instances:\n  D.T.1.: {B: x}\n", "14:12",
	    "\"D.T.{i}.\" has no parameter of this name" },
	{ "instances:\n  D.T.1.: {A: abcd}\n", "14:15", "no string that this" },
	{ "instances:\n  D.T.1.: {A: [x]}\n", "14:15", "a value is wanted here" },
	{ "instances:\n  D.T.1.: {A: {live: parameter-key}}\n", "14:15",
	    "\"parameter-key\" is one parameter of the CPE" },
	{ "instances:\n  D.T.1.: {A: {generate: {kind: enum}}}\n", "14:26",
	    "no values to choose from" },
	{ "tables:\n  D.T.{i}.: {max: 1}\ninstances:\n  D.T.1.: {}\n  D.T.2.: {}\n",
	    "16:3", "more instances of \"D.T.{i}.\" than its max" },
	/* Informs and pools */
	{ "inform: [D.T.1.A]\n", "13:9", "is no parameter after a factory reset" },
	{ "inform: D.DeviceInfo.\n", "13:9", "is no parameter after a factory reset" },
	{ "pools: []\n", "13:8", "\"pools\" maps names to entries" },
	{ "pools:\n  a b: {first: x, count: 1}\n", "14:3", "not the name of a pool" },
	{ "pools:\n  p: {first: x, count: 0}\n", "14:24", "0 is out of range" },
	{ "pools:\n  p: {count: 1}\n", "14:6", "\"first\" is missing" },
	{ "pools:\n  p: {first: 255.255.255.255, count: 2}\n", "14:6",
	    "there are no 2 addresses from 255.255.255.255 on" },
};

static void test_each_mistake_is_told_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct model *model = NULL;
		struct error err = ERROR_NULL;
		char yaml[2048], place[32];

		(void)snprintf(yaml, sizeof(yaml), HEAD "%s", rows[i].yaml);
		(void)snprintf(place, sizeof(place), "m.yaml:%s: ", rows[i].place);
		if (model_parse("m.yaml", str_of(yaml), &model, &err) != ERR_CONFIG) {
			model_free(model);
			fail_msg("%s is taken", rows[i].yaml);
		}
		if (strncmp(err.text, place, strlen(place)) != 0 ||
		    !strstr(err.text, rows[i].words) ||
		    strstr(err.text, " more mistake"))
			fail_msg("%s\n%s", rows[i].yaml, err.text);
	}
}

/* A mistake makes no other one, and hides none. */
static void test_all_mistakes_are_told_at_once(void **state)
{
	static const char yaml[] = HEAD "    B: {type: strin}\n"
					"    C: {type: int, value: x, range: y}\n"
					"    N: {type: unsignedInt, count: D.U.}\n"
					"  E.:\n"
					"    A: {}\n"
					"tables:\n"
					"  D.T.{i}.: {keys: [[B], [Z]], enable: X}\n"
					"  D.V.: {}\n"
					"instances:\n"
					"  D.T.1.: {B: fine, C: 5, Q: none}\n"
					"  D.W.1.: {}\n"
					"inform: [D.T.1.A, D.T.2.A]\n"
					"pools: {p: {first: x}}\n"
					"rooot: D\n";
	static const char *const wanted[] = {
		"m.yaml:13:15",
		"m.yaml:14:27",
		"m.yaml:14:37",
		"m.yaml:15:35",
		"m.yaml:16:3",
		"m.yaml:19:27",
		"m.yaml:19:40",
		"m.yaml:20:3",
		"m.yaml:22:27",
		"m.yaml:23:3",
		"m.yaml:24:9",
		"m.yaml:25:12",
		"m.yaml:26:1",
	};
	struct conf_mistakes mistakes = { .len = 0 };
	struct model *model = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(model_parse_all("m.yaml", str_of(yaml), &mistakes, &model,
			     &err),
	    ERR_CONFIG);
	assert_null(model);
	for (size_t i = 0; i < MAX(mistakes.len, ARRAY_LEN(wanted)); i++) {
		if (i >= mistakes.len || i >= ARRAY_LEN(wanted) ||
		    strncmp(mistakes.items[i].text, wanted[i], strlen(wanted[i])) != 0)
			fail_msg("%zu: %s, not %s", i,
			    i < mistakes.len ? mistakes.items[i].text : "nothing",
			    i < ARRAY_LEN(wanted) ? wanted[i] : "anything");
	}
	conf_mistakes_free(&mistakes);
}

/* A pool is looked at before any CPE is there. */
static void test_a_pool_is_as_large_as_there_are_cpes(void **state)
{
	static const char yaml[] = HEAD "pools: {p: {first: x1, count: 20}}\n";
	struct model *model = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(model_parse("m.yaml", str_of(yaml), &model, &err), 0);
	assert_int_equal(model_check_pools(model, 20, &err), 0);
	assert_int_equal(model_check_pools(model, 21, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "m.yaml:13:9"));
	assert_non_null(strstr(err.text, "pool \"p\" has 20 entries for 21 CPEs"));
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_mistake_is_told_where_it_is),
		cmocka_unit_test(test_all_mistakes_are_told_at_once),
		cmocka_unit_test(test_a_pool_is_as_large_as_there_are_cpes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
