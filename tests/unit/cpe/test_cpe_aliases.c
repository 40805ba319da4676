/* agents/cpe/rpc/rpc_alias.c over tests/unit/cpe/models/aliases.yaml, asked in lines (rpc_ask.h):
 * "Device.WiFi.SSID.[guest]." (TR-069 A6 3.6.1, A.3.2). */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/rpc_ask.h"

#define SERVER "~ManagementServer."

static void play_on(const char *model, const struct asked *rows)
{
	struct device_stub *stub = stub_load(model);

	ask_all(stub, rows);
	stub_free(stub);
}

static void play(const struct asked *rows)
{
	play_on("tests/unit/cpe/models/aliases.yaml", rows);
}

static void test_an_instance_has_its_number_and_its_alias(void **state)
{
	static const struct asked rows[] = {
		{ "get ~SSID.[guest].Name", "ok SSID.[guest].Name=visitors:string" },
		{ "get ~SSID.[cpe-1].Name", "ok SSID.[cpe-1].Name=home:string" },
		{ "get ~SSID.2.Name ~SSID.[guest].Name",
		    "ok SSID.2.Name=visitors:string SSID.[guest].Name=visitors:string" },
		{ "get ~SSID.2.Port.[up].Vlan ~SSID.[guest].Port.3.Vlan",
		    "ok SSID.2.Port.[up].Vlan=1:unsignedInt "
		    "SSID.[guest].Port.3.Vlan=1:unsignedInt" },
		{ "get ~Fixed.[a.b].A", "ok Fixed.[a.b].A=x:string" },
		/* what is not there */
		{ "get ~SSID.[gues].Name", "9005 Client" },
		{ "get ~SSID.[Guest].Name", "9005 Client" },
		{ "get ~SSID.[].Name", "9005 Client" },
		{ "get ~SSID.[guest.Name", "9005 Client" },
		{ "get ~SSID.[guest]Name", "9005 Client" },
		{ "get ~SSID.x[guest].Name", "9005 Client" },
		{ "get ~SSID[guest].Name", "9005 Client" },
		{ "get ~SSID.[guest].[up].Vlan", "9005 Client" },
		{ "get ~SSID.[guest]", "9005 Client" },
		{ "get ~SSID.[1].Name", "9005 Client" },
		{ "get ~Bare.[cpe-1].A", "9005 Client" },
		{ "get ~[guest].Name", "9005 Client" },
		{ "get [guest].Name", "9005 Client" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

/* What was asked for is named as it was asked for; InstanceMode says how what is below is. */
static void test_answers_name_instances_as_the_acs_wants_them(void **state)
{
	static const struct asked rows[] = {
		{ "names ~SSID.[guest].",
		    "ok SSID.[guest].!0 SSID.[guest].Alias!0 SSID.[guest].Name!0 "
		    "SSID.[guest].Port.!0 SSID.[guest].Port.3.!0 "
		    "SSID.[guest].Port.3.Alias!0 SSID.[guest].Port.3.Vlan!0" },
		{ "names+ ~SSID.", "ok SSID.1.!0 SSID.2.!0" },
		{ "set " SERVER "InstanceMode=InstanceAlias", "ok" },
		{ "names+ ~SSID.", "ok SSID.[cpe-1].!0 SSID.[guest].!0" },
		{ "names+ ~Bare.", "ok Bare.1.!0" },
		{ "names ~SSID.2.Port.",
		    "ok SSID.2.Port.!0 SSID.2.Port.[up].!0 "
		    "SSID.2.Port.[up].Alias!0 SSID.2.Port.[up].Vlan!0" },
		{ "names ~SSID.[guest].Port.3.Vlan", "ok SSID.[guest].Port.3.Vlan!0" },
		{ "get ~SSID.",
		    "ok SSID.[cpe-1].Alias=cpe-1:string SSID.[cpe-1].Name=home:string "
		    "SSID.[guest].Alias=guest:string SSID.[guest].Name=visitors:string "
		    "SSID.[guest].Port.[up].Alias=up:string "
		    "SSID.[guest].Port.[up].Vlan=1:unsignedInt" },
		{ "notified ~SSID.2.Port.3.Vlan", "ok SSID.2.Port.3.Vlan=2" },
		{ "notified ~SSID.[guest].Port.", "ok SSID.[guest].Port.[up].Alias=0 "
						  "SSID.[guest].Port.[up].Vlan=2" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_an_instance_is_set_and_removed_by_its_alias(void **state)
{
	static const struct asked rows[] = {
		{ "set ~SSID.[guest].Name=x", "ok" },
		{ "get ~SSID.2.Name", "ok SSID.2.Name=x:string" },
		{ "set ~SSID.[guest].Name=y ~SSID.2.Name=z",
		    "9003 Client SSID.2.Name=9003" },
		{ "set ~SSID.[gues].Name=x", "9003 Client SSID.[gues].Name=9005" },
		{ "notify ~SSID.[guest].Name=2", "ok" },
		{ "notify ~SSID.[gues].Name=2", "9005 Client" },
		{ "notified ~SSID.2.Name", "ok SSID.2.Name=2" },
		{ "delete ~SSID.[gues].", "9005 Client" },
		{ "delete ~SSID.[guest].", "ok" },
		{ "get ~SSID.[guest].Name", "9005 Client" },
		{ "names+ ~SSID.", "ok SSID.1.!0" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

/* From a letter on, not "cpe-", and no other instance's. */
static void test_an_alias_is_the_acss_to_give(void **state)
{
	static const struct asked rows[] = {
		{ "set ~SSID.1.Alias=home-1", "ok" },
		{ "get ~SSID.[home-1].Name", "ok SSID.[home-1].Name=home:string" },
		{ "get ~SSID.[cpe-1].Name", "9005 Client" },
		{ "set ~SSID.[home-1].Alias=other", "ok" },
		{ "set ~SSID.1.Alias=guest", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=cpe-1", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=1st", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=a[b", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=a]b", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.1.Alias=a2345678", "ok" },
		{ "set ~SSID.1.Alias=a23456789", "9003 Client SSID.1.Alias=9007" },
		{ "set ~SSID.2.Port.3.Alias=cpe-3",
		    "9003 Client SSID.2.Port.3.Alias=9007" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static void test_an_instance_is_added_with_its_alias(void **state)
{
	static const struct asked rows[] = {
		{ "add ~SSID.[lab].", "ok #3" },
		{ "get ~SSID.3.Alias", "ok SSID.3.Alias=lab:string" },
		{ "add ~SSID.[lab].", "9005 Client" },
		{ "add ~SSID.[lab].Port.", "ok #1" },
		{ "add ~SSID.[lab].Port.[p].", "ok #2" },
		{ "get ~SSID.[lab].Port.1.Alias ~SSID.3.Port.[p].Alias",
		    "ok SSID.[lab].Port.1.Alias=cpe-1:string "
		    "SSID.3.Port.[p].Alias=p:string" },
		{ "add ~SSID.[none].Port.[p].", "9005 Client" },
		{ "add ~SSID.[cpe-9].", "9005 Client" },
		{ "add ~SSID.[9].", "9005 Client" },
		{ "add ~SSID.[].", "9005 Client" },
		{ "add ~SSID.[a23456789].", "9005 Client" },
		{ "add ~SSID.[x]", "9005 Client" },
		{ "add ~Fixed.[x].", "9005 Client" },
		{ "add ~Bare.[x].", "9005 Client" },
		{ "add ~Late.[x].", "ok #1 status 1" },
		/* There is room for four. */
		{ "add ~SSID.[a2345678].", "ok #4" },
		{ "add ~SSID.[x].", "9004 Server" },
		{ "names+ ~SSID.", "ok SSID.1.!0 SSID.2.!0 SSID.3.!0 SSID.4.!0" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

/* AutoCreateInstances (A.3.2.1): all of a Set, or nothing. */
static void test_a_set_makes_the_instances_that_it_names(void **state)
{
	static const struct asked rows[] = {
		{ "set ~SSID.[lab].Name=x", "9003 Client SSID.[lab].Name=9005" },
		{ "set " SERVER "AutoCreateInstances=true", "ok" },
		{ "set ~SSID.[lab].Name=x ~SSID.[lab].Port.[p].Vlan=7|unsignedInt",
		    "ok" },
		{ "get ~SSID.3.",
		    "ok SSID.3.Alias=lab:string SSID.3.Name=x:string "
		    "SSID.3.Port.1.Alias=p:string SSID.3.Port.1.Vlan=7:unsignedInt" },
		/* One that is there is not made again. */
		{ "set ~SSID.[lab].Name=y", "ok" },
		{ "names+ ~SSID.", "ok SSID.1.!0 SSID.2.!0 SSID.3.!0" },
		{ "set ~SSID.[new].Name=x ~SSID.[new].Nme=y",
		    "9003 Client SSID.[new].Nme=9005" },
		{ "set ~SSID.[new].Port.9.Vlan=7",
		    "9003 Client SSID.[new].Port.9.Vlan=9005" },
		{ "set ~SSID.[cpe-7].Name=x", "9003 Client SSID.[cpe-7].Name=9005" },
		{ "set ~Fixed.[new].A=x", "9003 Client Fixed.[new].A=9005" },
		{ "set ~Bare.[new].A=x", "9003 Client Bare.[new].A=9005" },
		{ "names+ ~SSID.", "ok SSID.1.!0 SSID.2.!0 SSID.3.!0" },
		{ "get ~SSID.[new].Name", "9005 Client" },
		{ "set ~SSID.[new].Alias=new ~SSID.[new].Name=x", "ok" },
		/* There is room for four. */
		{ "set ~SSID.[more].Name=x", "9003 Client SSID.[more].Name=9004" },
		{ "set ~Late.[new].A=y", "ok status 1" },
		{ "set ~Late.[new].A=z", "ok" },
		{ NULL, NULL },
	};

	(void)state;
	play(rows);
}

static struct model_self self(void *arg)
{
	(void)arg;
	return (struct model_self){ .seed = 7, .now = { NS_PER_S, NS_PER_S } };
}

static void test_informs_name_instances_by_the_mode(void **state)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/aliases.yaml");
	struct model_at at;

	(void)state;
	stub->rpc.device.self = self;
	for (int by_alias = 0; by_alias < 2; by_alias++) {
		auto_arena arena = ARENA_NULL;
		struct cwmp_inform inform = { .n_events = 0 };

		if (by_alias)
			ask(stub, "set " SERVER "InstanceMode=InstanceAlias", "ok");
		assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
		rpc_inform_told(&stub->rpc);
		assert_true(model_values_find(stub->rpc.values,
		    STR("Device.SSID.2.Port.3.Vlan"), &at));
		assert_int_equal(model_values_change(stub->rpc.values, &at,
				     by_alias ? STR("8") : STR("9")),
		    0);
		inform = (struct cwmp_inform){ .n_events = 0 };
		assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
		assert_int_equal(inform.params.len, 3);
		assert_true(str_is(inform.params.items[2].name,
		    by_alias ? "Device.SSID.[guest].Port.[up].Vlan"
			     : "Device.SSID.2.Port.3.Vlan"));
		rpc_inform_told(&stub->rpc);
	}
	stub_free(stub);
}

/* One that does not know them has no such paths, and leaves more aliases to the ACS. */
static void test_a_cpe_without_aliases_has_numbers_alone(void **state)
{
	static const struct asked rows[] = {
		{ "get ~LAN.1.Alias", "ok LAN.1.Alias=one:string" },
		{ "get ~LAN.[one].Alias", "9005 Client" },
		{ "set ~LAN.[one].Name=x", "9003 Client LAN.[one].Name=9005" },
		{ "add ~LAN.[two].", "9005 Client" },
		{ "delete ~LAN.[one].", "9005 Client" },
		{ "set ~LAN.1.Alias=1st", "ok" },
		{ NULL, NULL },
	};

	(void)state;
	play_on("tests/unit/cpe/models/tables.yaml", rows);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_an_instance_has_its_number_and_its_alias);
	cases_add(&cases, test_answers_name_instances_as_the_acs_wants_them);
	cases_add(&cases, test_an_instance_is_set_and_removed_by_its_alias);
	cases_add(&cases, test_an_alias_is_the_acss_to_give);
	cases_add(&cases, test_an_instance_is_added_with_its_alias);
	cases_add(&cases, test_a_set_makes_the_instances_that_it_names);
	cases_add(&cases, test_informs_name_instances_by_the_mode);
	cases_add(&cases, test_a_cpe_without_aliases_has_numbers_alone);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
