/* lab/model: CSV exports of GenieACS become models, all mistakes of one are told, and what is
 * imported is exported as it was. */
#include "tests/unit/model/model_texts.h"

#define HEAD "Parameter,Object,Writable,Value,Value type\n"
/* What every CPE needs, as it stands in an export that has it. */
#define NEEDED                                                         \
	"D.DeviceInfo.Manufacturer,false,false,Lab,xsd:string\n"       \
	"D.DeviceInfo.ManufacturerOUI,false,false,020000,xsd:string\n" \
	"D.DeviceInfo.ProductClass,false,false,Box,xsd:string\n"       \
	"D.DeviceInfo.SerialNumber,false,false,1,xsd:string\n"         \
	"D.ManagementServer.URL,false,true,,xsd:string\n"

static void put_model(struct buf *out, const char *csv, bool keeps_secrets,
    struct dump_notes *notes)
{
	auto_cleanup(draft_free) struct draft *draft =
	    draft_of_csv(str_of(csv), keeps_secrets, notes, out);

	if (draft)
		draft_write(out, draft);
}

static void test_instances_become_templates_and_values(void **state)
{
	struct dump_notes notes;
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out,
	    HEAD "D,true,false,,\n"
		 "D.Host,true,true,,\n"
		 "D.Host.1,true,true,,\n"
		 "D.Host.1.Name,false,true,one,xsd:string\n"
		 "D.Host.1.Speed,false,false,100,xsd:unsignedInt\n"
		 "D.Host.1.Stats.Sent,false,false,7,xsd:unsignedLong\n"
		 "D.Host.2.Name,false,true,two,xsd:string\n"
		 "D.Host.2.Speed,false,false,100,xsd:unsignedInt\n"
		 "D.Host.2.Stats.Sent,false,false,8,xsd:unsignedLong\n"
		 "D.Host.10.Name,false,true,,xsd:string\n"
		 "D.Host.10.Speed,false,false,100,xsd:unsignedInt\n"
		 "D.Host.10.Stats.Sent,false,false,0,xsd:unsignedLong\n"
		 "D.HostNumberOfEntries,false,false,3,xsd:unsignedInt\n" NEEDED,
	    false, &notes);

	assert_string_equal(buf_cstr(&out),
	    "name: lab\n"
	    "root: D\n"
	    "\n"
	    "objects:\n"
	    "  D.:\n"
	    "    HostNumberOfEntries: {type: unsignedInt, count: \"D.Host.{i}.\"}\n"
	    "\n"
	    "  D.DeviceInfo.:\n"
	    "    Manufacturer: {value: Lab}\n"
	    "    ManufacturerOUI: {value: \"020000\"}\n"
	    "    ProductClass: {value: Box}\n"
	    "    SerialNumber: {value: \"1\", live: serial}\n"
	    "\n"
	    "  D.Host.{i}.:\n"
	    "    Name: {value: \"\", writable: yes}\n"
	    "    Speed: {type: unsignedInt, value: \"100\"}\n"
	    "\n"
	    "  D.Host.{i}.Stats.:\n"
	    "    Sent: {type: unsignedLong, value: \"0\"}\n"
	    "\n"
	    "  D.ManagementServer.:\n"
	    "    URL: {live: acs-url, writable: yes}\n"
	    "\n"
	    "tables:\n"
	    "  D.Host.{i}.: {writable: yes}\n"
	    "\n"
	    "instances:\n"
	    "  D.Host.1.: {Name: one}\n"
	    "  D.Host.1.Stats.: {Sent: \"7\"}\n"
	    "  D.Host.2.: {Name: two}\n"
	    "  D.Host.2.Stats.: {Sent: \"8\"}\n"
	    "  D.Host.10.: {}\n");
	assert_int_equal(notes.n_leaves, 15);
	assert_int_equal(notes.n_params, 9);
	assert_int_equal(notes.n_instances, 3);
	assert_int_equal(notes.n_added, 0);
	assert_int_equal(notes.n_filled, 0);
}

/* The same export with timestamps and more, its columns in another order, in quotes, with
 * truths as numbers and ends of lines of DOS. */
/* Devices whose software has one kind of entry for all that it has tell the like. */
static void test_a_root_object_alone_is_no_table(void **state)
{
	struct dump_notes notes;
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, HEAD "D,true,true,,\n", false, &notes);
	assert_non_null(strstr(buf_cstr(&out), "  D.DeviceInfo.:\n"));
	assert_null(strstr(buf_cstr(&out), "{i}"));
}

static void test_what_counts_a_table_is_set_by_nobody(void **state)
{
	auto_buf out = BUF_NULL, said = BUF_NULL;
	struct dump_notes notes;
	auto_cleanup(draft_free) struct draft *read = NULL;

	(void)state;
	put_model(&out,
	    HEAD "D.A.1.X,false,false,1,xsd:string\n"
		 "D.ANumberOfEntries,false,true,1,xsd:unsignedInt\n"
		 "D.B.1.X,false,false,1,xsd:string\n"
		 "D.BNumberOfEntries,false,false,1,xsd:string\n"
		 "D.C.1.X,false,false,1,xsd:string\n"
		 "D.CNumberOfEntries,false,true,2,xsd:unsignedInt\n"
		 "D.E.1.X,false,false,1,xsd:string\n"
		 "D.ENumberOfEntries,false,false,1,xsd:unsignedInt\n" NEEDED,
	    false, &notes);
	assert_non_null(strstr(buf_cstr(&out),
	    "    ANumberOfEntries: {type: unsignedInt, count: \"D.A.{i}.\"}\n"
	    "    BNumberOfEntries: {type: unsignedInt, count: \"D.B.{i}.\"}\n"
	    "    CNumberOfEntries: {type: unsignedInt, value: \"2\", writable: yes}\n"
	    "    ENumberOfEntries: {type: unsignedInt, count: \"D.E.{i}.\"}\n"));
	assert_int_equal(notes.n_counts, 2);
	read = draft_of_yaml(buf_str(&out), &said);
	assert_string_equal(buf_cstr(&said), "");
}

static void test_both_dialects_give_the_same_model(void **state)
{
	struct dump_notes notes;
	auto_buf five = BUF_NULL, twelve = BUF_NULL;

	(void)state;
	put_model(&five,
	    HEAD "D.A.1,true,true,,\n"
		 "D.A.1.B,false,true,\"x, \"\"y\"\"\",xsd:string\n" NEEDED,
	    false, &notes);
	put_model(&twelve,
	    "\"Parameter\",\"Object\",\"Object timestamp\",\"Writable\","
	    "\"Writable timestamp\",\"Value type\",\"Value\",\"Value timestamp\","
	    "\"Notification\",\"Notification timestamp\",\"Access list\","
	    "\"Access list timestamp\"\r\n"
	    "D.A.1,TRUE,2026-01-01,1,2026-01-01,,,,,,,\r\n"
	    "D.A.1.B,0,2026-01-01,true,2026-01-01,xsd:string,\"x, \"\"y\"\"\",,0,,,\r\n"
	    "D.DeviceInfo.Manufacturer,,,,,xsd:string,Lab,,,,,\r\n"
	    "D.DeviceInfo.ManufacturerOUI,,,,,xsd:string,020000,,,,,\r\n"
	    "D.DeviceInfo.ProductClass,,,,,xsd:string,Box,,,,,\r\n"
	    "D.DeviceInfo.SerialNumber,,,,,xsd:string,1,,,,,\r\n"
	    "D.ManagementServer.URL,,,true,,xsd:string,,,,,,\r\n",
	    false, &notes);

	assert_string_equal(buf_cstr(&five), buf_cstr(&twelve));
	assert_true(str_find(buf_str(&five), STR("B: {value: \"x, \\\"y\\\"\""), NULL));
}

static void test_odd_types_are_read(void **state)
{
	static const struct {
		const char *type, *value, *written;
	} rows[] = {
		{ "xsd:Int", "-1", "{type: int, value: \"-1\"}" },
		{ "xsd:INT", "7", "{type: int, value: \"7\"}" },
		{ "int", "7", "{type: int, value: \"7\"}" },
		{ "soap:unsignedint", "7", "{type: unsignedInt, value: \"7\"}" },
		{ "xsd:base64Binary", "QQ==", "{type: base64, value: \"QQ==\"}" },
		{ "xsd:bool", "1", "{type: boolean, value: \"1\"}" },
		{ "", "7", "{value: \"7\"}" },
		{ "xsd:", "7", "{value: \"7\"}" },
		{ "xsd:decimal", "1.5", "{value: \"1.5\"}" },
		/* values that are not of their types */
		{ "xsd:int", "seven", "{value: seven}" },
		{ "xsd:int", "", "{type: int, value: \"\"}" },
		{ "xsd:unsignedInt", "-1", "{value: \"-1\"}" },
		{ "xsd:unsignedInt", "4294967296", "{value: \"4294967296\"}" },
		{ "xsd:boolean", "Enabled", "{value: Enabled}" },
		{ "xsd:dateTime", "today", "{value: today}" },
		/* texts that YAML would read as something else, or not at all */
		{ "xsd:string", "yes", "{value: \"yes\"}" },
		{ "xsd:string", "NULL", "{value: \"NULL\"}" },
		{ "xsd:string", "1e3", "{value: \"1e3\"}" },
		{ "xsd:string", " a ", "{value: \" a \"}" },
		{ "xsd:string", "a: b # c", "{value: \"a: b # c\"}" },
		{ "xsd:string", "{i}", "{value: \"{{i}\"}" },
		{ "xsd:string", "{\"\"a\"\":1}", "{value: \"{\\\"a\\\":1}\"}" },
		{ "xsd:string", "two\nlines\t\\", "{value: \"two\\nlines\\x09\\\\\"}" },
		{ "xsd:string", "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf\xc3\xa4",
		    "{value: \"\\x85\\U00002028\\U0000feff\xc3\xa4\"}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf csv = BUF_NULL, out = BUF_NULL, line = BUF_NULL,
			 again = BUF_NULL;
		auto_cleanup(draft_free) struct draft *read = NULL;
		struct dump_notes notes;

		buf_printf(&csv, HEAD "D.A.B,false,false,\"%s\",%s\n", rows[i].value,
		    rows[i].type);
		buf_printf(&line, "    B: %s\n", rows[i].written);
		put_model(&out, buf_cstr(&csv), false, &notes);
		read = draft_of_yaml(buf_str(&out), &again);

		if (!str_find(buf_str(&out), buf_str(&line), NULL))
			fail_msg("no %s in %s", buf_cstr(&line), buf_cstr(&out));
		assert_string_equal(buf_cstr(&again), "");
		assert_non_null(read);
	}
}

static void test_secrets_are_dropped_unless_they_are_asked_for(void **state)
{
	static const char csv[] =
	    HEAD "D.W.1.Passphrase,false,true,hunter2,xsd:string\n"
		 "D.W.2.Passphrase,false,true,,xsd:string\n"
		 "D.ManagementServer.Password,false,true,,xsd:string\n"
		 "D.ManagementServer.ParameterKey,false,false,k1,xsd:string\n";
	struct dump_notes notes;
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, csv, false, &notes);
	assert_int_equal(notes.n_secrets, 1);
	assert_int_equal(notes.n_kept_secrets, 0);
	assert_false(str_find(buf_str(&out), STR("hunter2"), NULL));
	assert_true(str_find(buf_str(&out), STR("ParameterKey: {value: k1, "), NULL));
	assert_true(str_find(buf_str(&out),
	    STR("Password: {live: acs-password, writable: yes, hidden: yes}"), NULL));

	buf_reset(&out);
	put_model(&out, csv, true, &notes);
	assert_int_equal(notes.n_secrets, 0);
	assert_int_equal(notes.n_kept_secrets, 1);
	assert_true(str_find(buf_str(&out), STR("{Passphrase: hunter2}"), NULL));
}

static void test_what_is_imported_is_exported_as_it_was(void **state)
{
	static const char csv[] =
	    "Parameter,Object,Writable,Value,Value type\r\n"
	    "D,true,false,,\r\n"
	    "D.A,true,true,,\r\n"
	    "D.A.2,true,true,,\r\n"
	    "D.A.2.B,true,false,,\r\n"
	    "D.A.2.B.1,true,false,,\r\n"
	    "D.A.2.B.1.C,true,true,,\r\n"
	    "D.A.2.B.1.C.7,true,true,,\r\n"
	    "D.A.2.B.1.C.7.D,true,false,,\r\n"
	    "D.A.2.B.1.C.7.D.1,true,false,,\r\n"
	    "D.A.2.B.1.C.7.D.1.Name,false,false,deep,xsd:string\r\n"
	    "D.A.2.BNumberOfEntries,false,false,1,xsd:unsignedInt\r\n"
	    "D.A.2.Note,false,true,\"a \"\"b\"\", {i}\",xsd:string\r\n"
	    "D.A.11,true,true,,\r\n"
	    "D.A.11.B,true,false,,\r\n"
	    "D.A.11.BNumberOfEntries,false,false,0,xsd:unsignedInt\r\n"
	    "D.A.11.Note,false,true,\" lead\",xsd:string\r\n"
	    "D.ANumberOfEntries,false,false,5,xsd:unsignedInt\r\n"
	    "D.DeviceInfo,true,false,,\r\n"
	    "D.DeviceInfo.Manufacturer,false,false,Lab,xsd:string\r\n"
	    "D.DeviceInfo.ManufacturerOUI,false,false,020000,xsd:string\r\n"
	    "D.DeviceInfo.ProductClass,false,false,Box,xsd:string\r\n"
	    "D.DeviceInfo.SerialNumber,false,false,1,xsd:string\r\n"
	    "D.Empty,true,true,,\r\n"
	    "D.ManagementServer,true,false,,\r\n"
	    "D.ManagementServer.URL,false,true,http://acs.lab/,xsd:string\r\n";
	struct dump_notes notes;
	auto_buf said = BUF_NULL, yaml = BUF_NULL, again = BUF_NULL, out = BUF_NULL;
	auto_cleanup(draft_free) struct draft *made =
	    draft_of_csv(str_of(csv), false, &notes, &said);
	auto_cleanup(draft_free) struct draft *read = NULL;

	(void)state;
	assert_string_equal(buf_cstr(&said), "");
	draft_write(&yaml, made);
	read = draft_of_yaml(buf_str(&yaml), &said);
	assert_string_equal(buf_cstr(&said), "");
	put_csv(&out, read);
	draft_rewrite(&again, read);

	assert_string_equal(buf_cstr(&out), csv);
	assert_string_equal(buf_cstr(&again), buf_cstr(&yaml));
}

static void test_all_mistakes_of_a_file_are_told(void **state)
{
	static const struct {
		const char *csv, *told;
	} rows[] = {
		{ "", "a.csv:1:1: error: the file is empty\n" },
		{ "\n\n", "a.csv:1:1: error: the file is empty\n" },
		{ "a,b\n1,2\n",
		    "a.csv:1:1: error: the first line names the columns: \"Parameter\", "
		    "\"Object\" and \"Value\" must be among them, as in a CSV export of "
		    "GenieACS\n" },
		{ "Parameter,Object,Value,Value\n",
		    "a.csv:1:24: error: a second column \"Value\"\n" },
		{ "Parameter,Object,\"Value\n", "a.csv:1:18: error: a quote that is "
						"never closed\n" },
		{ HEAD, "no parameter is in it\n" },
		{ HEAD "D.A,false,maybe,,\n"
		       "D.B,perhaps,false,,\n"
		       "D..C,false,false,,\n"
		       "D.C d,false,false,,\n"
		       "D.E\"F,false,false,,\n"
		       "D.G,false,false\n"
		       "D.H,false,false,\xff,\n"
		       "D.A,false,false,,\n"
		       "D.A,true,false,,\n"
		       "I,false,false,,\n"
		       "1.J,false,false,,\n"
		       ".K,false,false,,\n"
		       ",false,false,,\n",
		    "a.csv:2:11: error: \"Writable\" is \"maybe\"; true or false is "
		    "wanted\n"
		    "a.csv:3:5: error: \"Object\" is \"perhaps\"; true or false is "
		    "wanted\n"
		    "a.csv:4:3: error: a name has no empty parts: \"A.B.1.C\" is wanted\n"
		    "a.csv:5:4: error: names are made of letters, digits, \"_\" and "
		    "\"-\", with dots between\n"
		    "a.csv:6:4: error: a quote within a field that does not begin with "
		    "one; the whole field goes into quotes, and this one is doubled\n"
		    "a.csv:7:1: error: 3 fields; the first line names 5 columns\n"
		    "a.csv:8:17: error: a value that is no UTF-8 text; save the file as "
		    "UTF-8\n"
		    "a.csv:9:1: error: \"D.A\" stands in line 2 already\n"
		    "a.csv:10:1: error: \"D.A.\" is both an object and a parameter\n"
		    "a.csv:11:1: error: a name begins with that of its root object, such "
		    "as \"Device.\"\n"
		    "a.csv:12:1: error: a name begins with that of its root object, such "
		    "as \"Device.\"\n"
		    "a.csv:13:1: error: a name has no empty parts: \"A.B.1.C\" is wanted\n"
		    "a.csv:14:1: error: a name has no empty parts: \"A.B.1.C\" is "
		    "wanted\n" },
		{ HEAD "D.A,false,false,,\nD.B.2,false,false,,\n",
		    "a.csv:3:5: error: a number is an instance of a table, which is an "
		    "object\n" },
		{ HEAD "D.A.B,false,false,,\nD.A,false,false,,\n",
		    "\"D.A\" is both an object and a parameter (lines 3 and 2)\n" },
		{ HEAD "D.T.1.B,false,false,,\nD.T.2.B,true,true,,\n",
		    "\"D.T.{i}.B\" is an object in one instance and a parameter in "
		    "another\n" },
		{ HEAD "D.A,false,false,,\nE.B,false,false,,\n",
		    "names of two roots, \"D\" and \"E\": a device has one\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dump_notes notes;
		auto_buf out = BUF_NULL;

		put_model(&out, rows[i].csv, false, &notes);

		assert_string_equal(buf_cstr(&out), rows[i].told);
	}
}

static void test_names_and_values_have_a_length(void **state)
{
	(void)state;
	for (int over = 0; over <= 1; over++) {
		auto_buf csv = BUF_NULL, name = BUF_NULL, value = BUF_NULL;
		auto_buf out = BUF_NULL;
		struct dump_notes notes;
		bool is_read;

		buf_append_text(&csv, HEAD "D.");
		for (int i = 2; i < MODEL_PATH_MAX + over; i++)
			buf_append_char(&csv, 'n');
		buf_append_text(&csv, ",false,false,x,\n");
		put_model(&out, buf_cstr(&csv), false, &notes);
		is_read = str_starts(buf_str(&out), STR("name: lab"));
		assert_int_equal(is_read, !over);
		if (over)
			assert_string_equal(buf_cstr(&out),
			    "a.csv:2:1: error: a name has at most 256 bytes (TR-069 A6 "
			    "A.2)\n");

		buf_reset(&csv);
		buf_reset(&out);
		buf_append_text(&csv, HEAD "D.A,false,false,");
		for (int i = 0; i < MODEL_VALUE_MAX + over; i++)
			buf_append_char(&csv, 'v');
		buf_append_text(&csv, ",\n");
		put_model(&out, buf_cstr(&csv), false, &notes);
		is_read = str_starts(buf_str(&out), STR("name: lab"));
		assert_int_equal(is_read, !over);
		if (over)
			assert_string_equal(buf_cstr(&out),
			    "a.csv:2:17: error: a value of 32769 bytes; 32768 is the "
			    "most\n");
	}
}

static void test_a_model_has_at_most_20000_parameters(void **state)
{
	(void)state;
	for (int over = 0; over <= 1; over++) {
		auto_buf csv = BUF_NULL, out = BUF_NULL;
		struct dump_notes notes;

		/* Five more are added that every CPE needs. */
		buf_append_text(&csv, HEAD);
		for (int i = 0; i < MODEL_PARAMS_MAX - 5 + over; i++)
			buf_printf(&csv, "D.A.%d.B,false,false,x,\n", i + 1);
		put_model(&out, buf_cstr(&csv), false, &notes);

		if (over)
			assert_string_equal(buf_cstr(&out),
			    "more than 20000 parameters with all instances\n");
		else
			assert_true(str_starts(buf_str(&out), STR("name: lab")));
	}
}

/* Each that is known by its name, with the type that it has. */
static void test_what_is_known_by_its_name_is_what_a_cpe_knows(void **state)
{
	static const char csv[] = HEAD
	    "Device.RootDataModelVersion,false,false,2.17,xsd:string\n"
	    "Device.DeviceInfo.UpTime,false,false,7,xsd:unsignedInt\n"
	    "Device.DeviceInfo.HardwareVersion,false,false,1,xsd:string\n"
	    "Device.DeviceInfo.SoftwareVersion,false,false,1,xsd:string\n"
	    "Device.DeviceInfo.ProvisioningCode,false,true,,xsd:string\n"
	    "Device.ManagementServer.Username,false,true,u,xsd:string\n"
	    "Device.ManagementServer.Password,false,true,,xsd:string\n"
	    "Device.ManagementServer.PeriodicInformEnable,false,true,1,xsd:boolean\n"
	    "Device.ManagementServer.PeriodicInformInterval,false,true,9,xsd:unsignedInt\n"
	    "Device.ManagementServer.PeriodicInformTime,false,true,"
	    "0001-01-01T00:00:00Z,xsd:dateTime\n"
	    "Device.ManagementServer.ParameterKey,false,false,,xsd:string\n"
	    "Device.ManagementServer.ConnectionRequestURL,false,false,,xsd:string\n"
	    "Device.ManagementServer.ConnectionRequestUsername,false,true,,xsd:string\n"
	    "Device.ManagementServer.ConnectionRequestPassword,false,true,,xsd:string\n"
	    "Device.ManagementServer.CWMPRetryMinimumWaitInterval,false,true,5,"
	    "xsd:unsignedInt\n"
	    "Device.ManagementServer.CWMPRetryIntervalMultiplier,false,true,2000,"
	    "xsd:unsignedInt\n"
	    "Device.ManagementServer.DefaultActiveNotificationThrottle,false,true,0,"
	    "xsd:unsignedInt\n"
	    "Device.ManagementServer.AliasBasedAddressing,false,false,0,xsd:boolean\n"
	    "Device.ManagementServer.UDPConnectionRequestAddress,false,false,,xsd:string\n"
	    "Device.ManagementServer.STUNEnable,false,true,0,xsd:boolean\n"
	    "Device.ManagementServer.STUNServerAddress,false,true,,xsd:string\n"
	    "Device.ManagementServer.STUNServerPort,false,true,3478,xsd:unsignedInt\n"
	    "Device.ManagementServer.STUNUsername,false,true,,xsd:string\n"
	    "Device.ManagementServer.STUNPassword,false,true,,xsd:string\n"
	    "Device.ManagementServer.STUNMaximumKeepAlivePeriod,false,true,-1,xsd:int\n"
	    "Device.ManagementServer.STUNMinimumKeepAlivePeriod,false,true,0,"
	    "xsd:unsignedInt\n"
	    "Device.ManagementServer.NATDetected,false,false,0,xsd:boolean\n"
	    "Device.Time.CurrentLocalTime,false,false,2026-01-01T00:00:00Z,xsd:dateTime\n";
	auto_cleanup(model_free) struct model *model = NULL;
	struct dump_notes notes;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, csv, false, &notes);

	if (model_parse("a.yaml", buf_str(&out), &model, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(model->n_params, 28 + 5);
	for (size_t i = 0; i < model->n_params; i++) {
		struct str path = model->params[i].path;

		if (str_starts(path, STR("Device.ManagementServer.")) ||
		    str_is(path, "Device.Time.CurrentLocalTime") ||
		    str_is(path, "Device.DeviceInfo.UpTime"))
			assert_true(model->params[i].live != MODEL_PLAIN ||
				    str_ends(path, STR("AliasBasedAddressing")));
	}
}

static void test_what_no_cpe_can_do_without_is_added(void **state)
{
	struct dump_notes notes;
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out,
	    HEAD "D.A.1.B,false,false,x,\nD.A.2.C,false,false,y,\nD.E,true,false,,\n",
	    false, &notes);

	assert_int_equal(notes.n_added, 5);
	assert_int_equal(notes.n_filled, 2);
	assert_true(str_find(buf_str(&out), STR("  D.E.: {}\n"), NULL));
	assert_true(str_find(buf_str(&out),
	    STR("  D.ManagementServer.:\n"
		"    URL: {live: acs-url, writable: yes, max: 256}\n"),
	    NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instances_become_templates_and_values),
		cmocka_unit_test(test_a_root_object_alone_is_no_table),
		cmocka_unit_test(test_what_counts_a_table_is_set_by_nobody),
		cmocka_unit_test(test_both_dialects_give_the_same_model),
		cmocka_unit_test(test_odd_types_are_read),
		cmocka_unit_test(test_secrets_are_dropped_unless_they_are_asked_for),
		cmocka_unit_test(test_what_is_imported_is_exported_as_it_was),
		cmocka_unit_test(test_all_mistakes_of_a_file_are_told),
		cmocka_unit_test(test_names_and_values_have_a_length),
		cmocka_unit_test(test_a_model_has_at_most_20000_parameters),
		cmocka_unit_test(test_what_is_known_by_its_name_is_what_a_cpe_knows),
		cmocka_unit_test(test_what_no_cpe_can_do_without_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
