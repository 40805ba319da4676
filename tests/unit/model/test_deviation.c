/* lab/model/deviation: a model that is as its data model says has no deviation, and each way to
 * differ is told by its name and place. */
#include "tests/unit/written.h"

#include "lab/model/deviation.h"
#include "tests/unit/model/model_texts.h"

static const char *const xml[] = { "tests/unit/model/device.xml",
	"tests/unit/model/service.xml" };

/* Parts of a model without a deviation. */
#define HEAD             \
	"name: lab\n"    \
	"root: Device\n" \
	"objects:\n"
#define ROOT                                                                  \
	"  Device.:\n"                                                        \
	"    RootDataModelVersion: {value: \"2.17\", max: 32, inform: yes}\n" \
	"    PortNumberOfEntries: {type: unsignedInt, count: \"Device.Port.{i}.\"}\n"
#define PORT                                                            \
	"  Device.Port.{i}.:\n"                                         \
	"    Enable: {type: boolean, value: \"true\", writable: yes}\n" \
	"    Alias: {writable: yes, max: 64, alias: yes}\n"             \
	"    Status: {value: Up, values: [Up, Down]}\n"
#define TABLES                                  \
	"tables:\n"                             \
	"  Device.Port.{i}.: {writable: yes}\n" \
	"instances:\n"                          \
	"  Device.Port.1.: {Alias: a}\n"        \
	"  Device.Port.2.: {Alias: b}\n"

/* A line for each deviation: place, kind, path, words. */
static void put_deviations(struct buf *out, const char *yaml, const char *profile)
{
	auto_cleanup(draft_free) struct draft *draft = draft_of_yaml(str_of(yaml), out);
	struct bbf *models[ARRAY_LEN(xml)] = { NULL };
	const char *const profiles[] = { profile };
	const struct deviation_options options = { .models = models,
		.n_models = ARRAY_LEN(xml),
		.profiles = profiles,
		.n_profiles = profile ? 1 : 0 };
	struct conf_mistakes mistakes = { .len = 0 };
	struct deviations found;
	struct error err = ERROR_NULL;

	assert_non_null(draft);
	for (size_t i = 0; i < ARRAY_LEN(xml); i++)
		assert_int_equal(bbf_load(xml[i], &mistakes, &models[i], &err), 0);
	if (deviations_find(draft, &options, &found, &err) < 0) {
		buf_printf(out, "%s\n", err.text);
	} else {
		for (size_t i = 0; i < found.len; i++)
			buf_printf(out, "%u:%u %s %.*s %s\n", found.items[i].line,
			    found.items[i].column, deviation_name(found.items[i].kind),
			    STR_ARG(found.items[i].path), found.items[i].text);
		deviations_free(&found);
	}
	for (size_t i = 0; i < ARRAY_LEN(xml); i++)
		bbf_free(models[i]);
}

static void test_what_is_as_it_should_be_is_no_deviation(void **state)
{
	static const char *const rows[] = {
		HEAD ROOT PORT TABLES,
		/* narrower than allowed, vendors' names, services, generators, placeholders */
		HEAD ROOT PORT
		"    Rate: {type: unsignedInt, value: \"20\", writable: yes, min: 20, max: "
		"500}\n"
		"    Vlan: {type: int, value: \"-1\", writable: yes, range: [-1, 1..10]}\n"
		"    Modes: {value: \"a,b\", writable: yes, values: [a, b], list: yes}\n"
		"    Test: {writable: yes, value: X_LAB_Odd, values: [None, X_LAB_Odd]}\n"
		"    Key: {type: hexBinary, writable: yes, secured: yes}\n"
		"    MACAddress: {value: \"{mac+1}\"}\n"
		"    X_LAB_Any: {type: int}\n"
		"  Device.Port.{i}.Stats.:\n"
		"    Sent: {type: unsignedLong, generate: {kind: counter, rate: 1}}\n"
		"  Device.X_LAB_Box.{i}.:\n"
		"    Any: {type: int}\n"
		"  Device.Services.:\n"
		"    BellServiceNumberOfEntries: {type: unsignedInt, value: \"1\"}\n"
		"  Device.Services.BellService.{i}.:\n"
		"    Tone: {writable: yes, max: 8}\n" TABLES
		"  Device.Services.BellService.1.: {Tone: ding}\n",
		/* instances that are written out, one of them disabled, Informs by paths */
		"name: lab\n"
		"root: Device\n"
		"inform: [Device.RootDataModelVersion]\n"
		"objects:\n"
		"  Device.:\n"
		"    RootDataModelVersion: {value: \"2.1\"}\n"
		"    PortNumberOfEntries: {type: unsignedInt, value: \"2\"}\n"
		"  Device.Port.1.:\n"
		"    Enable: {type: boolean, value: \"1\", writable: yes}\n"
		"    MACAddress: {value: \"00:00:5E:00:53:01\"}\n"
		"  Device.Port.2.:\n"
		"    Enable: {type: boolean, value: \"0\", writable: yes}\n"
		"    MACAddress: {value: \"00:00:5E:00:53:01\"}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		put_deviations(&out, rows[i], NULL);

		assert_string_equal(buf_cstr(&out), "");
	}
}

static void test_each_way_to_differ_is_told(void **state)
{
	static const struct {
		const char *yaml, *told;
	} rows[] = {
		{ HEAD ROOT PORT "    Speed: {type: int}\n"
				 "  Device.Fan.: {}\n" TABLES,
		    "11:5 unknown Device.Port.{i}.Speed Device:2.99 has no such parameter\n"
		    "12:3 unknown Device.Fan. Device:2.99 has no such object\n" },
		{ HEAD ROOT PORT
		    "    Rate: {type: int, value: \"10\", range: 10..1000}\n"
		    "    Level: {value: \"-60\", list: yes}\n" TABLES,
		    "11:5 type Device.Port.{i}.Rate is of type int; the data model has "
		    "unsignedInt\n"
		    "12:5 type Device.Port.{i}.Level is of type string; the data model has "
		    "int\n"
		    "12:5 type Device.Port.{i}.Level is a list; the data model has one "
		    "value\n" },
		{ HEAD ROOT PORT
		    "    MACAddress: {writable: yes, max: 17}\n"
		    "  Device.Services.:\n"
		    "    BellServiceNumberOfEntries: {type: unsignedInt, value: \"0\"}\n"
		    "  Device.Services.BellService.{i}.: {}\n" TABLES,
		    "11:5 access Device.Port.{i}.MACAddress is writable; the data model has "
		    "it read-only\n" },
		{ HEAD ROOT PORT
		    "    Rate: {type: unsignedInt, value: \"10\", writable: yes, min: 9, "
		    "max: 1000}\n"
		    "    Level: {type: int, value: \"-60\", writable: yes}\n"
		    "    Vlan: {type: int, value: \"-1\", writable: yes, range: -1..4094}\n" TABLES,
		    "11:5 range Device.Port.{i}.Rate takes numbers beyond 10..1000\n"
		    "12:5 range Device.Port.{i}.Level takes numbers beyond -90..-60\n"
		    "13:5 range Device.Port.{i}.Vlan takes numbers beyond -1, 1..4094\n" },
		{ HEAD ROOT PORT
		    "  Device.Services.:\n"
		    "    BellServiceNumberOfEntries: {type: unsignedInt, value: \"0\"}\n"
		    "  Device.Services.BellService.{i}.:\n"
		    "    Tone: {writable: yes}\n" TABLES,
		    "14:5 range Device.Services.BellService.{i}.Tone takes texts of any "
		    "length; 8 characters are the most\n" },
		{ HEAD ROOT PORT
		    "  Device.Services.:\n"
		    "    BellServiceNumberOfEntries: {type: unsignedInt, value: \"0\"}\n"
		    "  Device.Services.BellService.{i}.:\n"
		    "    Tone: {writable: yes, max: 9}\n" TABLES,
		    "14:5 range Device.Services.BellService.{i}.Tone takes 9 characters; 8 "
		    "are the most\n" },
		{ HEAD ROOT PORT
		    "    Test: {writable: yes, value: None}\n"
		    "    Modes: {writable: yes, values: [a, c], list: yes}\n" TABLES,
		    "11:5 values Device.Port.{i}.Test takes any value; the data model lists "
		    "3\n"
		    "12:5 values Device.Port.{i}.Modes \"c\" is none of the values there "
		    "are\n" },
		{ HEAD ROOT PORT
		    "    Rate: {type: unsignedInt, value: \"9\"}\n" TABLES
		    "  Device.Port.3.: {Rate: \"1001\", Alias: c}\n"
		    "  Device.Port.4.: {Rate: \"10\", Alias: d, Status: Lost}\n",
		    "11:5 value Device.Port.1.Rate \"9\" is no value that it may have\n"
		    "11:5 value Device.Port.2.Rate \"9\" is no value that it may have\n"
		    "17:20 value Device.Port.3.Rate \"1001\" is no value that it may have\n"
		    "18:42 value Device.Port.4.Status \"Lost\" is no value that it may "
		    "have\n" },
		{ HEAD ROOT PORT
		    "    Lower: {writable: yes, list: yes, list-max: 1024}\n" TABLES
		    "  Device.Port.3.: {Alias: c, Lower: \"Device.Port.1, Device.Port.9., "
		    "Device.Port.2.Alias\"}\n",
		    "17:30 reference Device.Port.3.Lower names \"Device.Port.9.\", which is "
		    "not there\n" },
		{ HEAD "  Device.:\n"
		       "    RootDataModelVersion: {value: \"2.1\"}\n"
		       "  Device.DeviceInfo.:\n"
		       "    SoftwareVersion: {inform: yes}\n"
		       "    UpTime: {type: unsignedInt, value: \"0\", notify: active}\n"
		       "    SerialNumber: {notify: denied}\n"
		       "  Device.ManagementServer.:\n"
		       "    Password: {writable: yes, max: 256}\n"
		       "    ConnectionRequestURL: {inform: yes, notify: always}\n",
		    "5:5 inform Device.RootDataModelVersion must stand in every Inform "
		    "(forcedInform)\n"
		    "7:5 notify Device.DeviceInfo.SoftwareVersion activeNotify is "
		    "\"forceEnabled\" there\n"
		    "8:5 notify Device.DeviceInfo.UpTime activeNotify is \"canDeny\" there\n"
		    "9:5 notify Device.DeviceInfo.SerialNumber activeNotify is \"normal\" "
		    "there\n"
		    "11:5 hidden Device.ManagementServer.Password must read back empty\n"
		    "12:5 notify Device.ManagementServer.ConnectionRequestURL activeNotify "
		    "is \"forceDefaultEnabled\" there\n" },
		{ HEAD ROOT PORT TABLES "  Device.Port.3.: {Alias: c}\n"
					"  Device.Port.4.: {Alias: d}\n"
					"  Device.Port.5.: {Alias: e}\n",
		    "0:0 table Device.Port. 5 instances; 4 are the most\n" },
		{ HEAD ROOT PORT
		    "    MACAddress: {value: \"00:00:5E:00:53:01\"}\n" TABLES
		    "  Device.Port.3.: {Alias: b, Enable: \"0\"}\n",
		    "16:3 key Device.Port.2. has the same MACAddress as Device.Port.1.\n"
		    "17:3 key Device.Port.3. has the same Alias as Device.Port.2.\n" },
		{ HEAD "  Device.:\n"
		       "    RootDataModelVersion: {value: \"2.1\", inform: yes}\n" PORT
			   TABLES,
		    "0:0 count Device.Port. is there, but PortNumberOfEntries of "
		    "Device:2.99 is not\n" },
		{ HEAD
		    "  Device.:\n"
		    "    RootDataModelVersion: {value: \"2.1\", inform: yes}\n"
		    "    PortNumberOfEntries: {type: unsignedInt, value: \"3\"}\n" PORT
			TABLES,
		    "6:5 count Device.PortNumberOfEntries is \"3\", but 2 instances are "
		    "there\n" },
		{ HEAD "  Device.Services.BellService.{i}.:\n"
		       "    Tone: {writable: yes, max: 8}\n"
		       "tables:\n"
		       "  Device.Services.BellService.{i}.: {writable: yes}\n",
		    "0:0 count Device.Services.BellService. is there, but "
		    "BellServiceNumberOfEntries of BellService:1.0 is not\n"
		    "7:3 access Device.Services.BellService.{i}. instances can be added and "
		    "deleted; BellService:1.0 lets nobody do that\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		put_deviations(&out, rows[i].yaml, NULL);

		assert_string_equal(buf_cstr(&out), rows[i].told);
	}
}

static void test_profiles_are_held_to_what_they_demand(void **state)
{
	static const struct {
		const char *yaml, *profile, *told;
	} rows[] = {
		{ HEAD ROOT PORT TABLES, "Port:1", "" },
		{ HEAD ROOT PORT TABLES, "Port:2",
		    "0:0 profile Device.Port.{i}.Stats. is missing; Port:2 demands it\n"
		    "0:0 profile Device.Port.{i}.Stats.Sent is missing; Port:2 demands it\n" },
		{ HEAD ROOT PORT "    Level: {type: int, value: \"-60\"}\n"
				 "instances:\n"
				 "  Device.Port.1.: {}\n",
		    "Port:1",
		    "0:0 profile Device.Port.{i}. has no instances that can be added or "
		    "deleted; Port:1 demands that\n" },
		{ HEAD ROOT "  Device.Port.{i}.:\n"
			    "    Enable: {type: boolean, value: \"1\"}\n"
			    "    Status: {value: Up, values: [Up, Down]}\n"
			    "tables:\n"
			    "  Device.Port.{i}.: {writable: yes}\n",
		    "Port:1",
		    "8:5 profile Device.Port.{i}.Enable is read-only; Port:1 demands that "
		    "it is writable\n" },
		{ HEAD ROOT PORT TABLES, "Bell:1",
		    "0:0 profile Device.Services.BellService.{i}. is missing; Bell:1 "
		    "demands it\n"
		    "0:0 profile Device.Services.BellService.{i}.Ringing is missing; Bell:1 "
		    "demands it\n" },
		{ HEAD ROOT PORT TABLES, "Port:9",
		    "no data model here has a profile \"Port:9\"\n" },
		{ "name: lab\nroot: InternetGatewayDevice\nobjects:\n"
		  "  InternetGatewayDevice.: {}\n",
		    NULL,
		    "the root of the model is \"InternetGatewayDevice\"; no data model of "
		    "that name is among those to hold it against\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		put_deviations(&out, rows[i].yaml, rows[i].profile);

		assert_string_equal(buf_cstr(&out), rows[i].told);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_as_it_should_be_is_no_deviation),
		cmocka_unit_test(test_each_way_to_differ_is_told),
		cmocka_unit_test(test_profiles_are_held_to_what_they_demand),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
