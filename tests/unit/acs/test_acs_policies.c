/* What policies ask of CPEs: conversations (acs_play.h), a policy a scene. */
#include "tests/unit/acs/acs_play.h"

#define ON         "rules:\n  - on: any\n    steps:\n"
#define STEP(yaml) ON "      - " yaml "\n"
#define INFORM     "|inform 1 BOOT"
#define UUID       "12345678-1234-5678-9abc-123456789abc"
#define INFORMED   "200 InformResponse #c"

enum {
	TURNS_MAX = 12
};

struct scene {
	const char *name, *policy;
	struct {
		const char *request, *answer;
	} turns[TURNS_MAX]; /* after the Inform */
};

static void put_note(void *user, const struct acs_session *session,
    const struct acs_note *note)
{
	struct acs_play *play = user;

	(void)session;
	if (note->kind == ACS_NOTE_POLICY)
		buf_printf(&play->diary, "[%s]", note->text);
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	auto_buf url = BUF_NULL;

	(void)user;
	*ret_size = 1234;
	buf_printf(&url, "http://acs/files/%.*s", STR_ARG(file));
	return arena_str(arena, buf_str(&url));
}

static void play_scene(const struct scene *scene)
{
	struct acs_play play;

	play_begin(&play, scene->policy);
	play.config.noted = put_note;
	play.config.file_url = file_url;
	play_start(&play);
	assert_string_equal(play_turn(&play, INFORM), INFORMED);
	for (size_t i = 0; i < TURNS_MAX && scene->turns[i].request; i++) {
		const char *answer = play_turn(&play, scene->turns[i].request);

		if (strcmp(answer, scene->turns[i].answer) != 0)
			fail_msg("%s, turn %zu: %s\nexpected: %s", scene->name, i + 1,
			    answer, scene->turns[i].answer);
	}
	play_end(&play);
}

/* ---- each RPC ------------------------------------------------------------------------ */

static const struct {
	const char *step, *request;
} rpcs[] = {
	{ "rpc: GetRPCMethods", "200 GetRPCMethods" },
	{ "{rpc: GetParameterValues, names: [A.B, Device.C.]}",
	    "200 GetParameterValues Device.A.B Device.C." },
	{ "{rpc: SetParameterValues, values: {A: true, B: {type: int, value: 4}}, "
	  "parameter-key: k}",
	    "200 SetParameterValues Device.A=true (boolean) Device.B=4 (int) key k" },
	{ "{rpc: GetParameterNames, path: A., next-level: yes}",
	    "200 GetParameterNames of Device.A. next" },
	{ "{rpc: GetParameterNames, path: \"\"}", "200 GetParameterNames" },
	{ "{rpc: GetParameterAttributes, names: A.}",
	    "200 GetParameterAttributes Device.A." },
	{ "{rpc: SetParameterAttributes, attributes: [{name: A, notification: active}, "
	  "{name: B, access-list: []}]}",
	    "200 SetParameterAttributes Device.A notifies 2 Device.B lets 0" },
	{ "{rpc: AddObject, object: A., parameter-key: k}",
	    "200 AddObject key k of Device.A." },
	{ "{rpc: DeleteObject, object: A.1.}", "200 DeleteObject of Device.A.1." },
	{ "{rpc: Reboot, command-key: \"\xc3\xa4<&>\"}", "200 Reboot key \xc3\xa4<&>" },
	{ "rpc: FactoryReset", "200 FactoryReset" },
	{ "{rpc: Download, file-type: 1 Firmware Upgrade Image, url: \"http://h/f\", "
	  "command-key: k, username: u, password: p, file-size: 9, target-file-name: t, "
	  "delay: 1m, success-url: \"http://h/s\", failure-url: \"http://h/b\"}",
	    "200 Download key k type 1 Firmware Upgrade Image at http://h/f as u with p "
	    "9 bytes to t in 60 s well http://h/s badly http://h/b" },
	{ "{rpc: Download, file-type: X 0000E2 a, file: \"{serial}.bin\"}",
	    "200 Download type X 0000E2 a at http://acs/files/S1.bin 1234 bytes" },
	{ "{rpc: ScheduleDownload, file-type: 3 Vendor Configuration File, "
	  "url: \"http://h/f\", time-windows: [{end: 1h}, {start: 2h, end: 1d, "
	  "mode: 4 Confirmation Needed, message: now?, retries: 3}]}",
	    "200 ScheduleDownload type 3 Vendor Configuration File at http://h/f "
	    "[ WindowStart=0 WindowEnd=3600 WindowMode=1 At Any Time UserMessage= "
	    "MaxRetries=0] [ WindowStart=7200 WindowEnd=86400 WindowMode=4 Confirmation "
	    "Needed UserMessage=now? MaxRetries=3]" },
	{ "{rpc: Upload, file-type: 2 Vendor Log File, file: logs/a, delay: 5s}",
	    "200 Upload type 2 Vendor Log File at http://acs/files/logs/a in 5 s" },
	{ "{rpc: ScheduleInform, delay: 30s, command-key: k}",
	    "200 ScheduleInform key k in 30 s" },
	{ "{rpc: CancelTransfer, command-key: k}", "200 CancelTransfer key k" },
	{ "rpc: GetQueuedTransfers", "200 GetQueuedTransfers" },
	{ "rpc: GetAllQueuedTransfers", "200 GetAllQueuedTransfers" },
	{ "{rpc: ChangeDUState, command-key: k, operations: [{do: install, "
	  "url: \"http://h/a\", execution-env: Device.E.1.}, {do: update}, "
	  "{do: uninstall, uuid: " UUID ", version: \"1\"}]}",
	    "200 ChangeDUState key k [InstallOpStruct URL=http://h/a "
	    "ExecutionEnvRef=Device.E.1.] [UpdateOpStruct] [UninstallOpStruct UUID=" UUID
	    " "
	    "Version=1]" },
	{ "{rpc: ChangeDUState, operations: [{do: update, file: \"{serial}.du\"}]}",
	    "200 ChangeDUState [UpdateOpStruct URL=http://acs/files/S1.du]" },
	{ "{rpc: GetOptions, option-name: o}", "200 GetOptions option o" },
	{ "{rpc: SetVouchers, vouchers: [AAAA, BBBB]}", "200 SetVouchers AAAA BBBB" },
};

/* A table of all that there are, and none is forgotten in it. */
static void every_rpc_goes_out_with_its_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; acs_rpc_at(i); i++) {
		const char *name = cwmp_method_name(acs_rpc_at(i)->method);
		size_t j = 0;

		while (j < ARRAY_LEN(rpcs) && !strstr(rpcs[j].step, name))
			j++;
		assert_true(j < ARRAY_LEN(rpcs));
	}
	for (size_t i = 0; i < ARRAY_LEN(rpcs); i++) {
		auto_buf policy = BUF_NULL;
		struct scene scene = { .name = rpcs[i].step };

		buf_printf(&policy, STEP("%s"), rpcs[i].step);
		scene.policy = buf_cstr(&policy);
		scene.turns[0].request = "cookie|";
		scene.turns[0].answer = rpcs[i].request;
		scene.turns[1].request = "cookie|fault 9000";
		scene.turns[1].answer = "204";
		play_scene(&scene);
	}
}

/* ---- conditions, loops, faults ------------------------------------------------------- */

#define V "DeviceInfo.SoftwareVersion"
/* What was read, a condition on it, and whether it holds. */
static void conditions_compare_what_was_read(void **state)
{
	static const struct {
		const char *value, *when;
		bool holds;
	} rows[] = {
		{ "2.0", "{value: " V ", is: \"2.0\"}", true },
		{ "2.0", "{value: " V ", is: 2.0}", true },
		{ "2.0.1", "{value: " V ", is: \"2.0\"}", false },
		{ "2.0.1", "{value: " V ", is: [1.*, \"2.?.*\"]}", true },
		{ "2.0", "{value: " V ", is-not: [\"1.*\", \"2.*\"]}", false },
		{ "3.0", "{value: " V ", is-not: [\"1.*\", \"2.*\"]}", true },
		{ "1.9", "{value: " V ", below: \"1.10\"}", true },
		{ "1.10", "{value: " V ", below: \"1.10\"}", false },
		{ "1.010", "{value: " V ", below: \"1.10\"}", false },
		{ "1.11", "{value: " V ", above: \"1.10\", below: 2}", true },
		{ "99999999999999999999", "{value: " V ", above: 9999999999999999999}",
		    true },
		{ "", "{value: " V ", is: \"\"}", true },
		{ "", "{value: " V ", exists: yes}", true },
		{ "1", "{value: " V ", exists: no}", false },
		{ "1", "{value: Other, is-not: x}", false },
		{ "1", "{value: Other, exists: no}", true },
		{ "1", "{value: X, is: 1}", true }, /* of the Inform */
		{ "1", "{event: 1 BOOT}", true },
		{ "1", "{event: [0 BOOTSTRAP, 2 PERIODIC]}", false },
		{ "1", "{oui: 0000E2, product-class: \"59*\", manufacturer: HP}",
		    true },
		{ "1", "{oui: 0000E2, product-class: \"58*\"}", false },
		{ "1", "{serial: [S2, \"?1\"]}", true },
		{ "1", "{tag: any}", false },
		{ "1", "{fault: \"*\"}", false },
		{ "1", "[{oui: 0000E2}, {serial: S2}]", false },
		{ "1", "always", true },
		{ "1", "url-is-mine", false },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		bool is_unless = i % 2;
		auto_buf policy = BUF_NULL, values = BUF_NULL;
		struct scene scene = { .name = rows[i / 2].when };

		buf_printf(&policy,
		    ON "      - get: [" V "]\n"
		       "      - {%s: %s, rpc: Reboot}\n",
		    is_unless ? "unless" : "when", rows[i / 2].when);
		buf_printf(&values, "cookie|values Device." V "=%s", rows[i / 2].value);
		scene.policy = buf_cstr(&policy);
		scene.turns[0].request = "cookie|";
		scene.turns[0].answer = "200 GetParameterValues Device." V;
		scene.turns[1].request = buf_cstr(&values);
		scene.turns[1].answer =
		    rows[i / 2].holds != is_unless ? "200 Reboot" : "204";
		play_scene(&scene);
	}
}

static const struct scene scenes[] = {
	{ "a loop over instances of two levels",
	    ON "      - for-each: \"W.{i}.C.{i}.\"\n"
	       "        steps:\n"
	       "          - get: [\"{each}Name\"]\n"
	       "          - {when: {value: \"{each}Name\", is: b}, "
	       "set: {\"{each}N\": \"{instance}\"}}\n",
	    { { "cookie|", "200 GetParameterNames of Device.W. next" },
		{ "cookie|names Device.W.1.,Device.W.3.,Device.W.Count",
		    "200 GetParameterNames of Device.W.1.C. next" },
		{ "cookie|names Device.W.1.C.7.,Device.W.1.C.8.",
		    "200 GetParameterNames of Device.W.3.C. next" },
		{ "cookie|names", "200 GetParameterValues Device.W.1.C.7.Name" },
		{ "cookie|values Device.W.1.C.7.Name=a",
		    "200 GetParameterValues Device.W.1.C.8.Name" },
		{ "cookie|values Device.W.1.C.8.Name=b",
		    "200 SetParameterValues Device.W.1.C.8.N=8 (string)" },
		{ "cookie|did SetParameterValues", "204" } } },
	{ "a loop down a tree",
	    ON "      - {for-each: A., down: yes, steps: [{get: \"{each}\"}]}\n",
	    { { "cookie|", "200 GetParameterNames of Device.A. next" },
		{ "cookie|names Device.A.,Device.A.X,Device.A.B.",
		    "200 GetParameterNames of Device.A.B. next" },
		{ "cookie|names Device.A.B.Y", "200 GetParameterValues Device.A.X" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.A.B.Y" },
		{ "cookie|fault 9005", "204" } } },
	{ "a loop over what stands below",
	    ON "      - {for-each: A., max: 1, steps: [{get: \"{each}\"}]}\n",
	    { { "cookie|", "200 GetParameterNames of Device.A. next" },
		{ "cookie|names Device.A.B.,Device.A.C.",
		    "200 GetParameterValues Device.A.B." },
		{ "cookie|fault 9005", "204" } } },
	{ "a loop over nothing",
	    ON "      - {for-each: \"A.{i}.\", steps: [{get: \"{each}\"}]}\n"
	       "      - get: B\n",
	    { { "cookie|", "200 GetParameterNames of Device.A. next" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.B" } } },
	{ "faults: the next step",
	    ON "      - get: A\n      - {when: {fault: 9005}, get: B}\n"
	       "      - {when: {fault: \"900[1-4]\"}, get: C}\n      - get: D\n",
	    { { "cookie|", "200 GetParameterValues Device.A" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.B" },
		{ "cookie|values Device.B=1", "200 GetParameterValues Device.D" } } },
	{ "faults: the rest is left out",
	    ON "      - {get: A, on-fault: skip}\n      - get: B\n"
	       "  - {on: any, steps: [{get: C, on-fault: continue}, {get: D}]}\n",
	    { { "cookie|", "200 GetParameterValues Device.A" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.C" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.D" } } },
	{ "faults: all is over",
	    ON "      - {get: A, on-fault: stop}\n      - get: B\n"
	       "  - {on: any, steps: [{get: C}]}\n",
	    { { "cookie|", "200 GetParameterValues Device.A" },
		{ "cookie|fault 9005", "204" } } },
	{ "faults: other steps, and on",
	    ON "      - {get: A, on-fault: [{get: X}, {get: Y}]}\n      - get: B\n",
	    { { "cookie|", "200 GetParameterValues Device.A" },
		{ "cookie|fault 9005", "200 GetParameterValues Device.X" },
		{ "cookie|values Device.X=1", "200 GetParameterValues Device.Y" },
		{ "cookie|values Device.Y=1", "200 GetParameterValues Device.B" } } },
	{ "a tag is put on once",
	    "rules:\n"
	    "  - {on: any, unless: {tag: \"fw-*\"}, steps: [{rpc: Reboot}, "
	    "{tag: fw-2}]}\n"
	    "  - {on: any, when: {tag: fw-2}, steps: [{get: A}, {untag: fw-2}]}\n",
	    { { "cookie|", "200 Reboot" },
		{ "cookie|did Reboot", "200 GetParameterValues Device.A" },
		{ "cookie|values Device.A=1", "204" }, { INFORM, INFORMED },
		{ "cookie|", "200 Reboot" } } },
	{ "who the CPE is",
	    STEP("set: {A: \"{cpe} {oui} {product-class} {serial} {manufacturer} "
		 "{address} {{serial} {url}\"}"),
	    { { "cookie|",
		"200 SetParameterValues Device.A=0000E2-5920-S1 0000E2 5920 S1 HP "
		"192.0.2.10 {serial} http://acs1.lab:7547/cwmp (string)" } } },
};

static void a_policy_goes_on_by_what_it_hears(void **state)
{
	play_scene(*state);
}

/* ---- bounds -------------------------------------------------------------------------- */

static void a_loop_that_finds_more_than_its_max_says_so(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, scenes[2].policy);
	play.config.noted = put_note;
	play_start(&play);
	(void)play_turn(&play, INFORM);
	(void)play_turn(&play, "cookie|");
	buf_reset(&play.diary);
	(void)play_turn(&play, "cookie|names Device.A.B.");
	assert_string_equal(buf_cstr(&play.diary), "");
	assert_string_equal(play_turn(&play, "cookie|fault 9005"), "204");
	(void)play_turn(&play, INFORM);
	(void)play_turn(&play, "cookie|");
	buf_reset(&play.diary);
	(void)play_turn(&play, "cookie|names Device.A.B.,Device.A.C.");
	assert_string_equal(buf_cstr(&play.diary),
	    "[a loop of the policy found more than its max]");
	play_end(&play);
}

static void a_text_that_grows_too_long_ends_the_policy_alone(void **state)
{
	static const char policy[] =
	    STEP("{rpc: Reboot, command-key: \"{cpe}{cpe}{cpe}\"}");
	struct acs_play play;

	(void)state;
	play_begin(&play, policy);
	play.config.noted = put_note;
	play_start(&play);
	(void)play_turn(&play, INFORM);
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_non_null(strstr(buf_cstr(&play.diary),
	    "[CommandKey has 42 characters, at most 32 go]"));
	play_end(&play);
}

static void a_file_of_an_acs_that_serves_none_is_not_sent(void **state)
{
	static const char policy[] =
	    STEP("{rpc: Upload, file-type: 2 Vendor Log File, file: a}");
	struct acs_play play;

	(void)state;
	play_begin(&play, policy);
	play.config.noted = put_note;
	play_start(&play);
	(void)play_turn(&play, INFORM);
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_non_null(
	    strstr(buf_cstr(&play.diary), "[the ACS serves no file \"a\"]"));
	play_end(&play);
}

static void a_session_ends_by_the_policy_that_it_began_with(void **state)
{
	static const char old[] =
	    "rules:\n  - on: any\n    steps: [{get: A}, {get: B}]\n";
	static const char new[] = "rules:\n  - on: any\n    steps: [{get: C}]\n";
	struct policy next = POLICY_NULL;
	struct acs_play play;

	(void)state;
	assert_int_equal(policy_parse(&next, "new", str_of(new), NULL, NULL), 0);
	play_begin(&play, old);
	play_start(&play);
	(void)play_turn(&play, INFORM);
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.A");
	acs_service_set_policy(play.service, &next);
	assert_true(acs_service_goes_by(play.service, &play.policy));
	assert_false(acs_service_goes_by(play.service, &next));
	assert_string_equal(play_turn(&play, "cookie|values Device.A=1"),
	    "200 GetParameterValues Device.B");
	assert_string_equal(play_turn(&play, "cookie|values Device.B=1"), "204");

	(void)play_turn(&play, "new " INFORM);
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.C");
	assert_true(acs_service_goes_by(play.service, &next));
	play_end(&play);
	policy_free(&next);
}

/* Wrong on purpose: what a policy has left to ask then is never asked. */
static void an_acs_that_asks_once_ends_after_the_first_answer(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, ON "      - {get: P}\n      - {get: Q}\n");
	play.config.quirks = (struct quirks){ quirks_of_acs,
		quirk_bit(quirks_of_acs, STR("asks-once")) };
	play_start(&play);
	assert_string_equal(play_turn(&play, INFORM), INFORMED);
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.P");
	assert_string_equal(play_turn(&play, "cookie|values Device.P=1"), "204");
	assert_string_equal(play_turn(&play, "new|inform 2 PERIODIC"), INFORMED);
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.P");
	assert_string_equal(play_turn(&play, "cookie|fault 9002"), "204");
	play_end(&play);
}

/* Each envelope up to the last request says so, also one that answers a CPE which asks all the same;
 * what comes behind the empty answer does not. */
static void requests_of_a_cpe_are_held_until_all_of_the_acs_are_out(void **state)
{
	static const struct {
		const char *request, *answer;
		bool holds;
	} turns[] = {
		{ INFORM, INFORMED, true },
		{ "|ask Kicked", "200 KickedResponse #c", true },
		{ "|", "200 GetParameterValues Device.A", true },
		{ "|values Device.A=1", "200 Reboot", true },
		{ "|did Reboot", "204", false },
		{ "|ask Kicked", "200 KickedResponse #c", false },
		{ "|", "204", false },
	};
	struct acs_play play;

	(void)state;
	play_begin(&play, ON "      - get: [A]\n"
			     "      - rpc: Reboot\n"
			     "hold-requests: yes\n");
	play_start(&play);
	for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
		assert_string_equal(play_turn(&play, turns[i].request),
		    turns[i].answer);
		assert_int_equal(strstr(buf_cstr(&play.response),
				     "<cwmp:HoldRequests") != NULL,
		    turns[i].holds);
		assert_int_equal(strstr(buf_cstr(&play.diary), " ok]") != NULL,
		    i + 1 == ARRAY_LEN(turns));
	}
	play_end(&play);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, every_rpc_goes_out_with_its_arguments);
	cases_add(&cases, requests_of_a_cpe_are_held_until_all_of_the_acs_are_out);
	cases_add(&cases, conditions_compare_what_was_read);
	cases_add_rows(&cases, a_policy_goes_on_by_what_it_hears, scenes);
	cases_add(&cases, a_loop_that_finds_more_than_its_max_says_so);
	cases_add(&cases, a_text_that_grows_too_long_ends_the_policy_alone);
	cases_add(&cases, a_file_of_an_acs_that_serves_none_is_not_sent);
	cases_add(&cases, a_session_ends_by_the_policy_that_it_began_with);
	cases_add(&cases, an_acs_that_asks_once_ends_after_the_first_answer);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
