/* agents/cpe/rpc over instances: tests/unit/cpe/models/tables.yaml, asked in lines (rpc_ask.h). */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/rpc_ask.h"

static void play(const struct asked *rows)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");

	ask_all(stub, rows);
	stub_free(stub);
}

static void test_names_are_those_of_the_instances_there_are(void **state)
{
	static const struct asked rows[] = {
		{ "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.10.!0" },
		{ "names+ ~", "ok DeviceInfo.=0 F.=0 Fixed.=0 Full.!0 LAN.!0 Later.!0 "
			      "ManagementServer.=0" },
		{ "names+ ", "ok Device.=0" },
		{ "names+ ~LAN.1.", "ok LAN.1.Alias!0 LAN.1.Enable!0 LAN.1.Name!0 "
				    "LAN.1.Port.!0 LAN.1.PortCount=0" },
		{ "names ~LAN.1.Port.",
		    "ok LAN.1.Port.!0 LAN.1.Port.1.!0 LAN.1.Port.1.Name!0 "
		    "LAN.1.Port.1.Vlan.!0 LAN.1.Port.2.!0 LAN.1.Port.2.Name!0 "
		    "LAN.1.Port.2.Vlan.!0" },
		{ "names ~LAN.10.Port.7.",
		    "ok LAN.10.Port.7.!0 LAN.10.Port.7.Name!0 LAN.10.Port.7.Vlan.!0 "
		    "LAN.10.Port.7.Vlan.3.!0 LAN.10.Port.7.Vlan.3.Rule.!0 "
		    "LAN.10.Port.7.Vlan.3.Rule.5.!0 "
		    "LAN.10.Port.7.Vlan.3.Rule.5.Action!0" },
		{ "names ~Fixed.", "ok Fixed.=0 Fixed.2.=0 Fixed.2.A=0" },
		{ "names ~Later.", "ok Later.!0" },
		{ "names+ ~Later.", "ok" },
		{ "names ~Fixed.2.A", "ok Fixed.2.A=0" },
		{ "names+ ~Fixed.2.A", "9003 Client" },
		/* what is not there */
		{ "names ~LAN.2.", "9005 Client" },
		{ "names ~LAN.01.", "9005 Client" },
		{ "names ~LAN.0.", "9005 Client" },
		{ "names ~LAN.1", "9005 Client" },
		{ "names ~LAN.{i}.", "9005 Client" },
		{ "names ~LAN.4294967296.", "9005 Client" },
		{ "names ~LAN.1.Port.7.", "9005 Client" },
		{ "names Dev", "9005 Client" },
		{ "names Device", "9005 Client" },
		{ "names ~.", "9005 Client" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_values_come_from_what_is_nearest(void **state)
{
	static const struct asked rows[] = {
		{ "get ~LAN.1.",
		    "ok LAN.1.Alias=one:string LAN.1.Enable=true:boolean "
		    "LAN.1.Name=home:string LAN.1.Port.1.Name=192.0.2.10:string "
		    "LAN.1.Port.2.Name=port2:string "
		    "LAN.1.PortCount=2:unsignedInt" },
		{ "get ~LAN.10.Name ~LAN.Count ~LAN.10.Alias",
		    "ok LAN.10.Name=lan10:string LAN.Count=2:unsignedInt "
		    "LAN.10.Alias=:string" },
		{ "get ~LAN.10.Port.7.Vlan.3.Rule.5.Action ~Fixed.",
		    "ok LAN.10.Port.7.Vlan.3.Rule.5.Action=drop:string "
		    "Fixed.2.A=y:string" },
		{ "get ~Later.", "ok" },
		{ "get ~DeviceInfo.Label",
		    "ok DeviceInfo.Label= {x}  1 192.0.2.250 {} {\"a\": 1}:string" },
		{ "get ~F.Words ~F.Numbers ~F.Secret",
		    "ok F.Words=a:string F.Numbers=:string F.Secret=:string" },
		{ "get ~F.Pin ~F.Least ~F.Since",
		    "ok F.Pin=0:unsignedInt F.Least=-9:int "
		    "F.Since=0001-01-01T00:00:00Z:dateTime" },
		{ "get ~LAN.3.Name", "9005 Client" },
		{ "get ~LAN.1.Name.", "9005 Client" },
		{ "get ~LAN.1.Port.2.Vlan.1.", "9005 Client" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_each_facet_refuses_what_is_one_past_it(void **state)
{
	static const struct asked rows[] = {
		{ "set ~F.Small=-5 k", "ok" },
		{ "set ~F.Small=-6 k", "9003 Client F.Small=9007" },
		{ "set ~F.Small=-2 k", "ok" },
		{ "set ~F.Small=-1 k", "9003 Client F.Small=9007" },
		{ "set ~F.Small=0 k", "ok" },
		{ "set ~F.Small=1 k", "9003 Client F.Small=9007" },
		{ "set ~F.Small=2 k", "9003 Client F.Small=9007" },
		{ "set ~F.Small=3 k", "ok" },
		{ "set ~F.Small=2147483647 k", "ok" },
		{ "set ~F.Small=2147483648 k", "9003 Client F.Small=9007" },
		{ "set ~F.Text=a k", "9003 Client F.Text=9007" },
		{ "set ~F.Text=ab k", "ok" },
		{ "set ~F.Text=\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f k", "ok" },
		{ "set ~F.Text=abcde k", "9003 Client F.Text=9007" },
		{ "set ~F.Words= k", "9003 Client F.Words=9007" },
		{ "set ~F.Words=b k", "ok" },
		{ "set ~F.Words=a,b|string k", "ok" },
		{ "set ~F.Words=a,d k", "9003 Client F.Words=9007" },
		{ "set ~F.Words=a,b,c k", "9003 Client F.Words=9007" },
		{ "set ~F.Words=a,,b k", "9003 Client F.Words=9007" },
		{ "set ~F.Words=a,b\t\t\t\t k", "9003 Client F.Words=9007" },
		{ "set ~F.Words=a,b\t\t\t k", "ok" },
		{ "set ~F.Numbers=1,9 k", "ok" },
		{ "set ~F.Numbers=1,10 k", "9003 Client F.Numbers=9007" },
		{ "set ~F.Numbers=1,9|unsignedInt k", "9003 Client F.Numbers=9006" },
		{ "set ~F.Numbers= k", "ok" },
		{ "set ~F.Mac=00:00:5E:00:53:0a k", "ok" },
		{ "set ~F.Mac= k", "ok" },
		{ "set ~F.Mac=00:00:5E:00:53 k", "9003 Client F.Mac=9007" },
		{ "set ~F.Mac=00:00:5E:00:53:0g k", "9003 Client F.Mac=9007" },
		{ "set ~F.Mac=00:00:5E:00:53:0a:0b k", "9003 Client F.Mac=9007" },
		{ "set ~F.Code=AB-12 k", "ok" },
		{ "set ~F.Code=ABC-12 k", "9003 Client F.Code=9007" },
		{ "set ~F.Code=AB- k", "9003 Client F.Code=9007" },
		{ "set ~F.Later=x k", "ok status 1" },
		{ "get ~F.Later", "ok F.Later=x:string" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_each_wrong_parameter_has_its_own_fault(void **state)
{
	static const struct asked rows[] = {
		{ "set ~LAN.1.Name=x ~LAN.2.Name=x ~LAN.1.PortCount=1 "
		  "~LAN.1.Enable=maybe ~LAN.1.Alias=x|int ~LAN.1. ~LAN.1.=1 k",
		    "9003 Client LAN.2.Name=9005 LAN.1.PortCount=9008 "
		    "LAN.1.Enable=9007 LAN.1.Alias=9006 LAN.1.=9005" },
		{ "get ~LAN.1.Name ~ManagementServer.ParameterKey",
		    "ok LAN.1.Name=home:string ManagementServer.ParameterKey=:string" },
		{ "set ~LAN.10.Port.7.Vlan.3.Rule.5.Action=none "
		  "~LAN.10.Port.7.Vlan.3.Rule.5.Action=drop k",
		    "9003 Client LAN.10.Port.7.Vlan.3.Rule.5.Action=9003" },
		{ "set ~LAN.10.Port.7.Vlan.3.Rule.5.Action=none k1", "ok" },
		{ "get ~LAN.10.Port.7.Vlan. ~ManagementServer.ParameterKey",
		    "ok LAN.10.Port.7.Vlan.3.Rule.5.Action=none:string "
		    "ManagementServer.ParameterKey=k1:string" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_unique_keys_hold_among_what_is_enabled(void **state)
{
	static const struct asked rows[] = {
		{ "set ~LAN.10.Name=home k", "ok" }, /* it is not enabled */
		{ "set ~LAN.10.Enable=1 k", "9003 Client LAN.10.Enable=9007" },
		{ "set ~LAN.10.Enable=1 ~LAN.10.Name=work k", "ok" },
		{ "set ~LAN.10.Name=home k", "9003 Client LAN.10.Name=9007" },
		{ "set ~LAN.10.Name=home ~LAN.1.Name=work k", "ok" },
		{ "get ~LAN.1.Name ~LAN.10.Name",
		    "ok LAN.1.Name=work:string LAN.10.Name=home:string" },
		{ "set ~LAN.10.Name=work ~LAN.1.Enable=0 k", "ok" },
		/* an alias always, and "cpe-" is the CPE's to give */
		{ "set ~LAN.10.Alias=one k", "9003 Client LAN.10.Alias=9007" },
		{ "set ~LAN.10.Alias=cpe-10 k", "9003 Client LAN.10.Alias=9007" },
		{ "set ~LAN.10.Alias=ten k", "ok" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_instances_are_made_and_removed(void **state)
{
	static const struct asked rows[] = {
		{ "add ~LAN. a1", "ok #11" },
		{ "get ~LAN.Count ~LAN.11. ~ManagementServer.ParameterKey",
		    "ok LAN.Count=3:unsignedInt LAN.11.Alias=cpe-11:string "
		    "LAN.11.Enable=0:boolean LAN.11.Name=lan11:string "
		    "LAN.11.Port.1.Name=port1:string LAN.11.PortCount=1:unsignedInt "
		    "ManagementServer.ParameterKey=a1:string" },
		{ "set ~LAN.11.Alias=cpe-11 ~LAN.11.Port.1.Name=x k", "ok" },
		{ "add ~LAN.11.Port. a2", "ok #2" },
		{ "add ~LAN.11.Port.2.Vlan. a3", "ok #1" },
		{ "add ~LAN.11.Port.2.Vlan.1.Rule. a4", "ok #1" },
		{ "names ~LAN.11.Port.2.",
		    "ok LAN.11.Port.2.!0 LAN.11.Port.2.Name!0 LAN.11.Port.2.Vlan.!0 "
		    "LAN.11.Port.2.Vlan.1.!0 LAN.11.Port.2.Vlan.1.Rule.!0 "
		    "LAN.11.Port.2.Vlan.1.Rule.1.!0 "
		    "LAN.11.Port.2.Vlan.1.Rule.1.Action!0" },
		/* a number is not given twice, of what a factory reset left and of others */
		{ "delete ~LAN.11. d1", "ok" },
		{ "get ~LAN.11.Name", "9005 Client" },
		{ "get ~LAN.11.Port.2.Vlan.1.Rule.1.Action", "9005 Client" },
		{ "add ~LAN. a5", "ok #12" },
		{ "get ~LAN.12.Port.1.Name", "ok LAN.12.Port.1.Name=port1:string" },
		{ "delete ~LAN.10. d2", "ok" },
		{ "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.12.!0" },
		{ "add ~LAN. a6", "ok #13" },
		{ "get ~LAN.10.Port.7.Vlan.3.Rule.5.Action", "9005 Client" },
		{ "get ~LAN.Count ~ManagementServer.ParameterKey",
		    "ok LAN.Count=3:unsignedInt "
		    "ManagementServer.ParameterKey=a6:string" },
		{ "add ~LAN.1.Port. a", "ok #3" },
		{ "delete ~LAN.1.Port.3. d", "ok" },
		{ "add ~LAN.1.Port. a", "ok #4" },
		{ "delete ~LAN.1.Port.1. d", "ok" },
		{ "delete ~LAN.1.Port.4. d", "ok" },
		{ "delete ~LAN.1.Port.2. d7", "9001 Server" }, /* one must stay */
		{ "get ~ManagementServer.ParameterKey",
		    "ok ManagementServer.ParameterKey=d:string" },
		/* status, bounds */
		{ "add ~Later. k", "ok #1 status 1" },
		{ "delete ~Later.1. k", "ok status 1" },
		{ "add ~Full. k", "ok #2" },
		{ "add ~Full. k8", "9004 Server" },
		{ "delete ~Full.1. k", "ok" },
		{ "add ~Full. k", "ok #3" },
		/* what is no table, or not for an ACS */
		{ "add ~Fixed. k", "9005 Client" },
		{ "delete ~Fixed.2. k", "9005 Client" },
		{ "add ~LAN k", "9005 Client" },
		{ "add ~LAN.1. k", "9005 Client" },
		{ "add ~LAN.99.Port. k", "9005 Client" },
		{ "add ~F. k", "9005 Client" },
		{ "add  k", "9005 Client" },
		{ "delete ~LAN. k", "9005 Client" },
		{ "delete ~LAN.99. k", "9005 Client" },
		{ "delete ~LAN.1.Name k", "9005 Client" },
		{ "delete ~LAN.1 k", "9005 Client" },
		{ "delete  k", "9005 Client" },
		{ "add ~LAN. a-parameter-key-of-33-characters-", "9003 Client" },
		{ "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.12.!0 LAN.13.!0" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_attributes_are_runs_over_what_is_below(void **state)
{
	static const struct asked rows[] = {
		{ "notified ~LAN.1.Port.",
		    "ok LAN.1.Port.1.Name=0 LAN.1.Port.2.Name=0" },
		{ "notify ~LAN.=1 k", "ok" },
		{ "notify ~LAN.1.Port.2.=2 k", "ok" },
		{ "notified ~LAN.1.",
		    "ok LAN.1.Alias=1 LAN.1.Enable=1 LAN.1.Name=1 LAN.1.Port.1.Name=1 "
		    "LAN.1.Port.2.Name=2 LAN.1.PortCount=1" },
		/* a new object has the attributes of one */
		{ "add ~LAN. k", "ok #11" },
		{ "notified ~LAN.11.Name ~LAN.11.Port.1.Name ~LAN.Count",
		    "ok LAN.11.Name=0 LAN.11.Port.1.Name=0 LAN.Count=1" },
		/* one above takes those below away */
		{ "notify ~LAN.1.=0 k", "ok" },
		{ "notified ~LAN.1.Port. ~LAN.10.Name",
		    "ok LAN.1.Port.1.Name=0 LAN.1.Port.2.Name=0 LAN.10.Name=1" },
		{ "notify ~LAN.=6 k", "ok" },
		{ "notified ~LAN.1.Name ~LAN.11.Name",
		    "ok LAN.1.Name=6 LAN.11.Name=6" },
		{ "notify ~LAN.=7 k", "9003 Client" },
		/* what is final, alone and in a subtree */
		{ "notified ~F.Always ~F.Active ~F.Text",
		    "ok F.Always=2 F.Active=2 F.Text=0" },
		{ "notify ~F.Always=1 k", "9009 Server" },
		{ "notify ~F.Always=5 k", "9009 Server" },
		{ "notify ~F.Always=6 k", "ok" },
		{ "notify ~F.Active=0 k", "ok" },
		{ "notify ~F.=1 k", "9009 Server" },
		{ "notify ~DeviceInfo.UpTime=1 k", "9009 Server" },
		{ "notify ~DeviceInfo.UpTime=0 k", "ok" },
		{ "notify ~LAN.2.=1 k", "9005 Client" },
		{ "notify ~F.Text=2 ~F.Nothing=1 k", "9005 Client" },
		{ "notified ~F.Text", "ok F.Text=0" },
		/* who may write */
		{ "access ~LAN.1.= k", "ok" },
		{ "access ~LAN.1.Port.=Subscriber,Subscriber k", "ok" },
		{ "notified ~LAN.1.Name ~LAN.1.Port.1.Name ~LAN.10.Name",
		    "ok LAN.1.Name=6() LAN.1.Port.1.Name=6 LAN.10.Name=6" },
		{ "access ~LAN.=Subscriber,Anybody k", "9003 Client" },
		{ "notified ~LAN.1.Name", "ok LAN.1.Name=6()" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

/* Each table as many instances as one that names no max can have. */
static void test_a_table_is_full_some_time(void **state)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");
	char wanted[24];

	(void)state;
	for (unsigned i = 1; i <= MODEL_TABLE_MAX; i++) {
		(void)snprintf(wanted, sizeof(wanted), "ok #%u status 1", i);
		ask(stub, "add ~Later. k", wanted);
	}
	ask(stub, "add ~Later. k", "9004 Server");
	ask(stub, "delete ~Later.1. k", "ok status 1");
	(void)snprintf(wanted, sizeof(wanted), "ok #%u status 1", MODEL_TABLE_MAX + 1);
	ask(stub, "add ~Later. k", wanted);
	stub_free(stub);
}

/* What is kept is what was there: written down and read back, the CPE answers the same. */
static void test_what_differs_outlives_the_process(void **state)
{
	static const struct asked before[] = {
		{ "add ~LAN. k", "ok #11" },
		{ "delete ~LAN.11. k", "ok" },
		{ "delete ~LAN.10. k", "ok" },
		{ "add ~LAN. k", "ok #12" },
		{ "set ~LAN.12.Name=a%0ab\n\xc3\xa4\t ~LAN.1.Name= kept", "ok" },
		{ "notify ~LAN.=2 k", "ok" },
		{ "access ~LAN.12.= k", "ok" },
		{ NULL, NULL },
	};
	static const struct asked after[] = {
		{ "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.12.!0" },
		{ "get ~LAN.12.Name ~LAN.1.Name ~ManagementServer.ParameterKey",
		    "ok LAN.12.Name=a%0ab\n\xc3\xa4\t:string LAN.1.Name=:string "
		    "ManagementServer.ParameterKey=kept:string" },
		{ "notified ~LAN.12.Name ~LAN.Count",
		    "ok LAN.12.Name=2() LAN.Count=2" },
		{ "add ~LAN. k", "ok #13" },
		{ NULL, NULL },
	};
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");
	struct model_values read = { .model = stub->model };
	auto_buf text = BUF_NULL, again = BUF_NULL;

	(void)state;
	ask_all(stub, before);
	stub->values.told = (struct model_time){ 5, 6 };
	assert_int_equal(model_values_save(&stub->values, &text), 0);
	assert_int_equal(model_values_restore(&read, buf_str(&text)), 0);
	assert_int_equal(model_values_save(&read, &again), 0);
	assert_string_equal(buf_cstr(&again), buf_cstr(&text));
	model_values_free(&stub->values);
	stub->values = read;
	ask_all(stub, after);
	stub_free(stub);
}

/* Lines that are none are refused; those of a model that was another one are passed over. */
static void test_what_was_written_may_be_wrong(void **state)
{
	static const struct {
		const char *text;
		int r;
		size_t n; /* records then */
	} rows[] = {
		{ "", 0, 0 },
		{ "value 0 Device.F.Text ab\n", 0, 1 },
		{ "value 0 Device.F.Text \n", 0, 1 },
		{ "value 0 Device.F.Text", ERR_MALFORMED, 0 },
		{ "value 256 Device.F.Text ab\n", ERR_MALFORMED, 0 },
		{ "value Device.F.Text ab\n", ERR_MALFORMED, 0 },
		{ "values 0 Device.F.Text ab\n", ERR_MALFORMED, 0 },
		{ "value 0 Device.F.Text a%0\n", ERR_MALFORMED, 0 },
		{ "value 0 Device.F.Text a%zz\n", ERR_MALFORMED, 0 },
		{ "value 0 Device.F.Nothing ab\n", 0, 0 },
		{ "value 0 Device.F. ab\n", 0, 0 },
		{ "made 0 Device.LAN.7. \n", 0, 1 },
		{ "made 0 Device.LAN. \n", 0, 0 },
		{ "next 0 Device.LAN. %01%00%00%00\n", 0, 1 },
		{ "next 0 Device.LAN. %01%00%00\n", ERR_MALFORMED, 0 },
		{ "next 0 Device.F. %01%00%00%00\n", 0, 0 },
		{ "changed 0 Device.F. \n", 0, 0 },
		{ "told 1 2 3\n", ERR_MALFORMED, 0 },
		{ "told 1 2 3 4\n", 0, 0 },
		{ "told 1 2 3 x\n", ERR_MALFORMED, 0 },
	};
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int r = model_values_restore(&stub->values, str_of(rows[i].text));

		if (r != rows[i].r ||
		    (r == 0 && model_block_len(stub->values.block) != rows[i].n))
			fail_msg("%s: %d, %zu records", rows[i].text, r,
			    model_block_len(stub->values.block));
		model_values_free(&stub->values);
	}
	stub_free(stub);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_names_are_those_of_the_instances_there_are);
	cases_add(&cases, test_values_come_from_what_is_nearest);
	cases_add(&cases, test_each_facet_refuses_what_is_one_past_it);
	cases_add(&cases, test_each_wrong_parameter_has_its_own_fault);
	cases_add(&cases, test_unique_keys_hold_among_what_is_enabled);
	cases_add(&cases, test_instances_are_made_and_removed);
	cases_add(&cases, test_attributes_are_runs_over_what_is_below);
	cases_add(&cases, test_a_table_is_full_some_time);
	cases_add(&cases, test_what_differs_outlives_the_process);
	cases_add(&cases, test_what_was_written_may_be_wrong);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
