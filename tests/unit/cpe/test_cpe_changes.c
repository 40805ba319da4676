/* agents/cpe/rpc/rpc_inform.c: what an Inform tells, as steps. Each is what happens, and then the
 * ParameterList of the next Inform without the forced ones (a name without its root, and its
 * value), "!" before it where a session is to begin for it at once.
 *
 *   notify NAME=N   SetParameterAttributes      set NAME=VALUE    by the ACS
 *   overflow NAME   so, and there is no room
 *   change NAME=V   by the CPE itself           at S              seconds since the boot
 *   address A       the interface has it        told              the Inform was answered
 *   add PATH        by the ACS                  forget            the ACS is another one */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/rpc_ask.h"

#define WALL INT64_C(1700000000)

struct step {
	const char *happens, *tells;
};

static struct {
	clock_ns up;
	char address[16];
} world;

static struct str get(void *arg, enum model_live live, enum model_type type,
    struct arena *arena)
{
	char text[24];

	if (live == MODEL_ADDRESS)
		return str_of(world.address);
	if (live != MODEL_UPTIME)
		return stub_get(arg, live, type, arena);
	(void)snprintf(text, sizeof(text), "%lld", (long long)(world.up / NS_PER_S));
	return arena_str(arena, str_of(text));
}

static struct model_self self(void *arg)
{
	(void)arg;
	return (struct model_self){ .seed = 7,
		.now = { WALL * NS_PER_S + world.up, world.up } };
}

static void overflow(struct device_stub *stub, struct str name)
{
	size_t len = (size_t)MODEL_BLOCK_MAX + 1;
	auto_free char *text = calloc(1, len);
	auto_arena arena = ARENA_NULL;
	struct model_at at;

	assert_non_null(text);
	assert_true(model_values_find(&stub->values, full(stub, &arena, name), &at));
	assert_int_equal(model_values_change(&stub->values, &at, str_make(text, len)),
	    ERR_LIMIT);
}

static void touch(struct device_stub *stub, struct str verb, struct str arg)
{
	struct str value, name = str_cut(arg, '=', &value);
	auto_arena arena = ARENA_NULL;
	auto_buf line = BUF_NULL;
	struct model_at at;

	if (str_is(verb, "change")) {
		assert_true(
		    model_values_find(&stub->values, full(stub, &arena, name), &at));
		assert_int_equal(model_values_change(&stub->values, &at, value), 0);
		return;
	}
	buf_printf(&line, "%.*s %.*s%s", STR_ARG(verb), STR_ARG(arg),
	    str_is(verb, "set") ? " k" : "");
	ask(stub, buf_cstr(&line), str_is(verb, "add") ? "ok #11" : "ok");
}

static void happen(struct device_stub *stub, const char *what)
{
	struct str arg, verb = str_cut(str_of(what), ' ', &arg);
	uint64_t n = 0;

	if (str_is(verb, "told")) {
		rpc_inform_told(&stub->rpc);
	} else if (str_is(verb, "forget")) {
		rpc_forget_changes(&stub->rpc);
	} else if (str_is(verb, "trigger")) {
		return; /* of lightweight notifications */
	} else if (str_is(verb, "overflow")) {
		overflow(stub, arg);
	} else if (str_is(verb, "at")) {
		assert_int_equal(str_to_u64(arg, UINT32_MAX, &n), 0);
		world.up = (clock_ns)n * NS_PER_S;
	} else if (str_is(verb, "address")) {
		(void)snprintf(world.address, sizeof(world.address), "%.*s",
		    STR_ARG(arg));
	} else {
		touch(stub, verb, arg);
	}
}

/* The forced ones come first: ParameterKey and a name. */
static void tell(struct device_stub *stub, struct buf *out)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_inform inform = { .n_events = 0 };
	bool is_active = rpc_has_changes(&stub->rpc, true);
	bool has_changes = rpc_has_changes(&stub->rpc, false);

	assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
	assert_true(inform.params.len >= 2);
	assert_true(str_is(inform.params.items[0].name,
	    "Device.ManagementServer.ParameterKey"));
	assert_true(str_is(inform.params.items[1].name, "Device.LAN.1.Port.2.Name"));
	/* what is noted about the Inform leaves its values where they were */
	assert_string_equal(inform.params.items[0].value.p,
	    model_values_get_live(&stub->values, MODEL_PARAMETER_KEY));
	assert_int_equal(has_changes, inform.params.len > 2);
	if (is_active)
		buf_append_char(out, '!');
	for (size_t i = 2; i < inform.params.len; i++) {
		const struct cwmp_param *param = &inform.params.items[i];

		buf_printf(out, "%s%.*s=%.*s", i > 2 ? " " : "",
		    STR_ARG(short_of(stub->model, param->name)), STR_ARG(param->value));
	}
}

static void play(const struct step *steps)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");

	world.up = 0;
	world.address[0] = '\0';
	stub->rpc.device.get = get;
	stub->rpc.device.self = self;
	for (size_t i = 0; steps[i].happens; i++) {
		auto_buf told = BUF_NULL;

		happen(stub, steps[i].happens);
		tell(stub, &told);
		if (strcmp(buf_cstr(&told), steps[i].tells) != 0)
			fail_msg("step %zu, \"%s\": \"%s\", not \"%s\"", i,
			    steps[i].happens, buf_cstr(&told), steps[i].tells);
	}
	stub_free(stub);
}

static void test_each_notification_tells_what_it_is_for(void **state)
{
	/* passive, active, and the lightweight ones, of which two are passive too */
	static const struct step steps[] = {
		{ "told", "" },
		{ "change ~F.Text=no", "" },
		{ "notify ~LAN.1.Name=1", "" },
		{ "notify ~LAN.10.Name=2", "" },
		{ "told", "" },
		{ "change ~LAN.1.Name=x1", "LAN.1.Name=x1" },
		{ "change ~LAN.10.Name=x2", "!LAN.1.Name=x1 LAN.10.Name=x2" },
		{ "told", "" },
		{ "notify ~LAN.=3", "" },
		{ "change ~LAN.1.Name=x3", "" },
		{ "notify ~LAN.=4", "LAN.1.Name=x3" },
		{ "notify ~LAN.=5", "" },
		{ "notify ~LAN.=6", "LAN.1.Name=x3" },
		{ "notify ~LAN.=2", "!LAN.1.Name=x3" },
		{ "notify ~LAN.=0", "" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

/* The same, but what the next lightweight notification tells. */
static void play_light(const struct step *steps)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");

	world.up = 0;
	world.address[0] = '\0';
	stub->rpc.device.get = get;
	stub->rpc.device.self = self;
	for (size_t i = 0; steps[i].happens; i++) {
		auto_arena arena = ARENA_NULL;
		auto_buf told = BUF_NULL;
		bool is_triggered = strcmp(steps[i].happens, "trigger") == 0;
		struct cwmp_params params;
		bool has_more;
		int n;

		happen(stub, steps[i].happens);
		n = rpc_light_take(&stub->rpc, is_triggered, &arena, &params,
		    &has_more);
		assert_int_equal(n, params.len);
		assert_false(has_more);
		for (size_t k = 0; k < params.len; k++)
			buf_printf(&told, "%s%.*s=%.*s", k > 0 ? " " : "",
			    STR_ARG(short_of(stub->model, params.items[k].name)),
			    STR_ARG(params.items[k].value));
		if (strcmp(buf_cstr(&told), steps[i].tells) != 0)
			fail_msg("step %zu, \"%s\": \"%s\", not \"%s\"", i,
			    steps[i].happens, buf_cstr(&told), steps[i].tells);
	}
	stub_free(stub);
}

static void test_a_lightweight_notification_tells_each_change_once(void **state)
{
	static const struct step steps[] = {
		{ "change ~LAN.1.Name=a", "" }, /* nobody wants to know */
		{ "notify ~LAN.1.Name=3", "" },
		{ "notify ~LAN.10.Name=5", "" },
		{ "notify ~F.Text=2", "" },
		{ "change ~F.Text=no", "" }, /* that is for an Inform */
		/* what is passive waits for what is active */
		{ "change ~LAN.1.Name=b", "" },
		{ "change ~LAN.10.Name=c", "LAN.1.Name=b LAN.10.Name=c" },
		{ "told", "" },
		{ "change ~LAN.10.Name=d", "LAN.10.Name=d" },
		{ "set ~LAN.10.Name=e", "" }, /* the ACS knows what it has set */
		{ "change ~LAN.10.Name=f", "LAN.10.Name=f" },
		{ "notify ~LAN.10.Name=2", "" },
		{ "change ~LAN.10.Name=g", "" },
		{ NULL, NULL },
	};

	(void)state;
	play_light(steps);
}

/* LightweightNotificationTriggerInterval. */
static void test_a_trigger_tells_passive_changes_without_an_active_one(void **state)
{
	static const struct step steps[] = {
		{ "notify ~LAN.1.Name=3", "" },
		{ "notify ~LAN.10.Name=4", "" },
		{ "trigger", "" },
		{ "change ~LAN.1.Name=a", "" },
		{ "change ~LAN.10.Name=b", "" },
		{ "trigger", "LAN.1.Name=a LAN.10.Name=b" },
		{ "trigger", "" },
		{ NULL, NULL },
	};

	(void)state;
	play_light(steps);
}

/* What is turned off leaves nothing to look at, and begins anew when it is turned on. */
static void test_nothing_is_looked_at_that_nobody_wants_to_know(void **state)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");
	auto_arena arena = ARENA_NULL;
	struct cwmp_params params;
	bool has_more;

	(void)state;
	world.up = 0;
	world.address[0] = '\0';
	stub->rpc.device.get = get;
	stub->rpc.device.self = self;
	assert_false(rpc_light_is_on(&stub->rpc));
	happen(stub, "notify ~LAN.1.Name=5");
	happen(stub, "notify ~LAN.10.Name=3");
	assert_true(rpc_light_is_on(&stub->rpc));
	happen(stub, "notify ~LAN.1.Name=0");
	assert_true(rpc_light_is_on(&stub->rpc));
	happen(stub, "notify ~LAN.10.Name=2");
	assert_false(rpc_light_is_on(&stub->rpc));
	happen(stub, "change ~LAN.1.Name=meanwhile");
	happen(stub, "notify ~LAN.1.Name=5");
	assert_true(rpc_light_is_on(&stub->rpc));
	assert_int_equal(rpc_light_take(&stub->rpc, true, &arena, &params, &has_more),
	    0);
	stub_free(stub);
}

static void test_a_change_is_told_until_it_is_known(void **state)
{
	static const struct step steps[] = {
		/* nothing is a change before the first Inform is answered */
		{ "notify ~F.Text=2", "" },
		{ "change ~F.Text=aa", "" },
		{ "told", "" },
		{ "change ~F.Text=aa", "" }, /* it is that already */
		{ "change ~F.Text=bb", "!F.Text=bb" },
		{ "at 5", "!F.Text=bb" }, /* the Inform was not answered */
		{ "change ~F.Text=cc", "!F.Text=cc" },
		{ "set ~F.Text=dd", "" }, /* the ACS knows what it has set */
		{ "change ~F.Text=ee", "!F.Text=ee" },
		{ "told", "" },
		/* what the model says at first, of what is final too */
		{ "change ~F.Active=ww", "!F.Active=ww" },
		{ "change ~F.Always=zz", "!F.Active=ww F.Always=zz" },
		{ "forget", "" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

static void test_a_generated_value_changes_without_anybody(void **state)
{
	static const struct step steps[] = {
		{ "at 0", "" },
		{ "told", "" },
		{ "at 100", "" },
		{ "notify ~F.Counter=1", "F.Counter=100659" },
		{ "told", "" },
		{ "at 101", "F.Counter=101945" },
		{ "at 102", "F.Counter=102211" },
		{ "told", "" },
		{ "notify ~F.Counter=2", "" },
		{ "at 103", "!F.Counter=103283" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

static void test_a_value_from_outside_is_one_when_it_differs(void **state)
{
	static const struct step steps[] = {
		{ "address 192.0.2.1", "" },
		{ "told", "" },
		{ "address 192.0.2.2", "" },
		{ "notify ~LAN.1.Port.=2", "" }, /* from now on */
		{ "address 192.0.2.3", "!LAN.1.Port.1.Name=192.0.2.3" },
		{ "address 192.0.2.2", "" }, /* it is what the ACS knows */
		{ "address 192.0.2.4", "!LAN.1.Port.1.Name=192.0.2.4" },
		{ "told", "" },
		/* one that was set comes from outside no more */
		{ "set ~LAN.1.Port.1.Name=mine", "" },
		{ "address 192.0.2.5", "" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

static void test_what_an_acs_makes_is_no_news_to_it(void **state)
{
	static const struct step steps[] = {
		{ "notify ~LAN.=2", "" },
		{ "told", "" },
		{ "add ~LAN.", "" },
		{ "change ~LAN.11.Name=new", "" }, /* it has no attributes yet */
		{ "notify ~LAN.11.=1", "LAN.11.Name=new" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

/* For want of room; what was to be told before still is. */
static void test_a_change_that_is_not_made_is_not_told(void **state)
{
	static const struct step steps[] = {
		{ "told", "" },
		{ "notify ~LAN.1.Name=2", "" },
		{ "told", "" },
		{ "overflow ~LAN.1.Name", "" },
		{ "change ~LAN.1.Name=x1", "!LAN.1.Name=x1" },
		{ "overflow ~LAN.1.Name", "!LAN.1.Name=x1" },
		{ NULL, NULL },
	};

	(void)state;
	play(steps);
}

static void test_a_look_comes_when_a_value_may_be_another(void **state)
{
	struct device_stub *stub = stub_load("tests/unit/cpe/models/tables.yaml");

	(void)state;
	world.up = 1500 * NS_PER_MS;
	stub->rpc.device.self = self;
	assert_int_equal(rpc_next_look(&stub->rpc), INT64_MAX);
	ask(stub, "notify ~F.Counter=1 ~LAN.1.Port.=2", "ok");
	/* passive, and what only a lease changes */
	assert_int_equal(rpc_next_look(&stub->rpc), INT64_MAX);
	ask(stub, "notify ~F.Moving=2", "ok");
	assert_int_equal(rpc_next_look(&stub->rpc), RPC_POLL_S * NS_PER_S);
	ask(stub, "notify ~F.Counter=2", "ok");
	assert_int_equal(rpc_next_look(&stub->rpc), NS_PER_S / 2);
	stub_free(stub);
}

static const char *key_in(const struct cwmp_inform *inform)
{
	for (size_t i = 0; i < inform->params.len; i++) {
		if (str_ends(inform->params.items[i].name, STR(".ParameterKey")))
			return inform->params.items[i].value.p;
	}
	fail_msg("no ParameterKey");
	return NULL;
}

/* The values of an Inform are borrowed from the block in which it is noted what it tells, and
 * which moves as it grows: at some length of what it holds before, for the first note. */
static void test_the_values_of_an_inform_stay_where_they_are(void **state)
{
	size_t n_moved = 0;

	(void)state;
	for (size_t len = 0; len < 512; len++) {
		struct device_stub *stub = stub_new("hp5920.yaml");
		struct cwmp_inform inform = { .n_events = 1 };
		const struct model_block *before;
		auto_buf line = BUF_NULL;
		auto_arena arena = ARENA_NULL;

		buf_append_text(&line, "set ~DeviceConfig.ConfigFile=");
		for (size_t i = 0; i < len; i++)
			buf_append_char(&line, 'x');
		buf_append_text(&line, " key");
		ask(stub, buf_cstr(&line), "ok");
		before = stub->values.block;
		assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
		n_moved += stub->values.block != before;

		assert_ptr_equal(key_in(&inform),
		    model_values_get_live(&stub->values, MODEL_PARAMETER_KEY));
		stub_free(stub);
	}
	assert_true(n_moved > 0);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_each_notification_tells_what_it_is_for);
	cases_add(&cases, test_a_change_is_told_until_it_is_known);
	cases_add(&cases, test_a_lightweight_notification_tells_each_change_once);
	cases_add(&cases, test_a_trigger_tells_passive_changes_without_an_active_one);
	cases_add(&cases, test_nothing_is_looked_at_that_nobody_wants_to_know);
	cases_add(&cases, test_a_generated_value_changes_without_anybody);
	cases_add(&cases, test_a_value_from_outside_is_one_when_it_differs);
	cases_add(&cases, test_what_an_acs_makes_is_no_news_to_it);
	cases_add(&cases, test_the_values_of_an_inform_stay_where_they_are);
	cases_add(&cases, test_a_change_that_is_not_made_is_not_told);
	cases_add(&cases, test_a_look_comes_when_a_value_may_be_another);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
