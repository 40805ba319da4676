/* lib/sequence/scene.c: the walk along a sequence, as what happens and what comes of it. What
 * happens, one a line:
 *
 *   > NAME WORD...     a message of the CPE, < of the ACS; without a name an empty one. Words:
 *                      CODE-WITH-DASHES[=KEY] an event of an Inform, +NAME=VALUE a parameter,
 *                      status=N, code=N, fault=N, url=U, key=K
 *   at N               it is N seconds after the beginning
 *   over [WHY]         the session is over
 *   call N             a connection request is answered
 *   url URL            the CPE's next session goes there
 *   asks, rests        what our side does next is noted */
#include "tests/unit/cases.h"
#include "tests/unit/unit.h"

#include "lib/sequence/scene.h"

#include <stdio.h>

struct walk {
	struct sequence *sequence;
	struct scene *scene;
	clock_ns now;
	struct buf told;
};

static void on_told(void *user, size_t step)
{
	struct walk *walk = user;
	const struct scene_result *result = scene_result(walk->scene, step);

	buf_printf(&walk->told, "%zu%s", step + 1, result->is_skipped ? "- " : " ");
}

/* ---- messages -------------------------------------------------------------------------- */

struct words {
	struct cwmp_event events[4];
	struct cwmp_param params[4];
	char texts[4][64];
	struct cwmp_msg msg;
};

static void take_event(struct words *words, struct str word)
{
	size_t n = words->msg.inform.n_events++;
	struct str key, code = str_cut(word, '=', &key);

	(void)snprintf(words->texts[n], sizeof(words->texts[n]), "%.*s", STR_ARG(code));
	for (char *p = words->texts[n]; *p; p++)
		*p = *p == '-' ? ' ' : *p;
	words->events[n] =
	    (struct cwmp_event){ str_of(words->texts[n]), key.p ? key : STR("") };
}

static void take_word(struct words *words, struct str word)
{
	struct cwmp_params *params = words->msg.method == CWMP_INFORM
					 ? &words->msg.inform.params
					 : &words->msg.args.params;
	struct str value, name = str_cut(word, '=', &value);
	uint64_t n = 0;

	(void)str_to_u64(value, UINT32_MAX, &n);
	if (str_starts(word, STR("+")))
		params->items[params->len++] =
		    (struct cwmp_param){ str_from(name, 1), value, STR("string") };
	else if (str_is(name, "status"))
		words->msg.args.status = (uint32_t)n;
	else if (str_is(name, "code"))
		words->msg.fault.code = (uint32_t)n;
	else if (str_is(name, "fault"))
		words->msg.args.fault_code = (uint32_t)n;
	else if (str_is(name, "url"))
		words->msg.args.url = value;
	else if (str_is(name, "key"))
		words->msg.args.command_key = value;
	else
		take_event(words, word);
}

static void say(struct walk *walk, bool from_acs, struct str text)
{
	struct words words = { .msg = { .kind = CWMP_REQUEST } };
	struct str rest, name = str_cut(text, ' ', &rest), suffix = STR("Response");

	if (name.len == 0) {
		scene_saw(walk->scene, from_acs, NULL, walk->now);
		return;
	}
	words.msg.inform.events = words.events;
	words.msg.inform.params.items = words.params;
	words.msg.args.params.items = words.params;
	if (str_is(name, "Fault"))
		words.msg.kind = CWMP_FAULT;
	else if (str_ends(name, suffix)) {
		words.msg.kind = CWMP_RESPONSE;
		name.len -= suffix.len;
	}
	words.msg.method = cwmp_method_of(name);
	while (rest.len > 0)
		take_word(&words, str_cut(rest, ' ', &rest));
	scene_saw(walk->scene, from_acs, &words.msg, walk->now);
}

/* ---- what happens ---------------------------------------------------------------------- */

static void note_deed(struct walk *walk, bool is_asked)
{
	static const char *const names[] = { "waits", "sends", "begins", "calls" };
	const struct sequence_step *step = NULL;
	enum cwmp_method method = CWMP_UNKNOWN_METHOD;
	enum scene_deed deed = is_asked ? scene_ask(walk->scene, &step, &method)
					: scene_rest(walk->scene, walk->now, &step);

	buf_printf(&walk->told, "[%s%s%s] ", names[deed], deed == SCENE_SEND ? " " : "",
	    deed == SCENE_SEND ? cwmp_method_name(method) : "");
}

static void happen(struct walk *walk, struct str line)
{
	struct str rest, verb = str_cut(line, ' ', &rest);
	char text[128];
	uint64_t n = 0;

	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(rest));
	(void)str_to_u64(rest, UINT32_MAX, &n);
	if (str_is(verb, ">") || str_is(verb, "<"))
		say(walk, str_is(verb, "<"), rest);
	else if (str_is(verb, "at"))
		walk->now = (clock_ns)n * NS_PER_S;
	else if (str_is(verb, "over"))
		scene_session_over(walk->scene, rest.len > 0 ? text : NULL, walk->now);
	else if (str_is(verb, "call"))
		scene_called(walk->scene, (unsigned)n, NULL, walk->now);
	else if (str_is(verb, "url"))
		scene_session_at(walk->scene, text);
	else if (str_is(verb, "asks") || str_is(verb, "rests"))
		note_deed(walk, str_is(verb, "asks"));
	else
		fail_msg("\"%.*s\" cannot happen", STR_ARG(line));
	scene_tick(walk->scene, walk->now);
}

static void walk_begin(struct walk *walk, enum scene_side side, const char *steps)
{
	struct error err = ERROR_NULL;
	auto_buf yaml = BUF_NULL;
	struct scene_config config = { .side = side,
		.url = "http://acs1/cwmp",
		.wait = 60 * NS_PER_S,
		.watch = 3 * NS_PER_S,
		.told = on_told,
		.user = walk };
	struct str rest = str_of(steps);

	*walk = (struct walk){ .now = 0 };
	buf_append_text(&yaml, "name: x\nsteps:\n");
	for (unsigned i = 1; rest.len > 0; i++) {
		struct str step = str_cut(rest, '\n', &rest);

		buf_printf(&yaml, "  - {step: %u, what: w, %.*s}\n", i, STR_ARG(step));
	}
	if (sequence_parse("x.yaml", buf_str(&yaml), &walk->sequence, &err) < 0)
		fail_msg("%s", err.text);
	config.sequence = walk->sequence;
	assert_int_equal(scene_new(&walk->scene, &config, 0, &err), 0);
	scene_begin(walk->scene);
}

static void walk_end(struct walk *walk)
{
	scene_free(walk->scene);
	sequence_free(walk->sequence);
	buf_free(&walk->told);
}

static const struct row {
	const char *name;
	enum scene_side side;
	const char *steps, *happens, *told;
} rows[] = {
	{ "a session", SCENE_ACS, "see: session, event: 2 PERIODIC",
	    "> Inform 2-PERIODIC\n< InformResponse\n> \n< \nover",
	    "1 | x: the path is walked: 4 messages in 1 session" },
	{ "the last step wants the end of its session", SCENE_ACS, "see: session",
	    "> Inform 2-PERIODIC\n< InformResponse\nat 59\n> ",
	    "1 | x: stopped before step 1 (w)" },
	{ "others are passed over", SCENE_ACS, "see: session, event: 2 PERIODIC",
	    "> Inform 1-BOOT\n< InformResponse\nover\n> Inform 2-PERIODIC\n"
	    "< InformResponse\nover",
	    "1 | x: the path is walked: 4 messages in 2 sessions" },
	{ "an Inform that is refused", SCENE_CPE, "see: session",
	    "> Inform 1-BOOT\n< Fault code=8004",
	    "| x: the ACS left the path at step 1 (w), message 2: the Inform is answered "
	    "by Fault 8004" },
	{ "an Inform that is asked for again", SCENE_CPE, "see: session",
	    "> Inform 1-BOOT\n< Fault code=8005\n< InformResponse\nover",
	    "1 | x: the path is walked: 3 messages in 1 session" },
	{ "no ACS", SCENE_CPE, "see: session", "over TCP: connection refused",
	    "| x: the ACS left the path at step 1 (w): it is not reached: TCP: "
	    "connection refused" },
	{ "no other ACS", SCENE_CPE,
	    "see: session\nsee: acs-sends, message: SetParameterValues, later: true, "
	    "parameter: URL, as: u\nsee: open, to: $u\nsee: cpe-sends, message: Inform",
	    "url http://acs1/cwmp\n> Inform 1-BOOT\n< InformResponse\n> \n"
	    "< SetParameterValues +A.URL=http://acs2/\n> SetParameterValuesResponse\n< \n"
	    "over\nover TCP: connection refused",
	    "1 2 3- | x: the ACS left the path at step 4 (w), message 6: it is not "
	    "reached: TCP: connection refused" },
	{ "an ACS that hangs up", SCENE_CPE, "see: session",
	    "> Inform 1-BOOT\nover TCP: connection refused",
	    "| x: the ACS left the path at step 1 (w), message 1: the Inform is not "
	    "answered: TCP: connection refused" },
	{ "a silence that is just not too long", SCENE_ACS, "see: session",
	    "at 59\n> Inform 1-BOOT\n< InformResponse\nover",
	    "1 | x: the path is walked: 2 messages in 1 session" },
	{ "nobody", SCENE_ACS, "see: session", "at 60\nrests",
	    "[waits] | x: the CPE left the path at step 1 (w): nobody has come for "
	    "60.0 s" },
	{ "another one than is waited for", SCENE_ACS,
	    "see: session, event: [1 BOOT, 7 TRANSFER COMPLETE]",
	    "> Inform 7-TRANSFER-COMPLETE\n< InformResponse\n"
	    "> TransferComplete fault=9018\n< TransferCompleteResponse\nover\nat 60",
	    "| x: the CPE left the path at step 1 (w), message 4: it has not come for "
	    "60.0 s; message 3 was TransferComplete with fault 9018" },
	{ "what tells most is told", SCENE_ACS,
	    "see: session, event: [1 BOOT, 7 TRANSFER COMPLETE, M Download]",
	    "> Inform 2-PERIODIC\n< InformResponse\nover\n"
	    "> Inform 7-TRANSFER-COMPLETE M-Download\n< InformResponse\nover\n"
	    "> Inform 2-PERIODIC\n< InformResponse\nover\nat 60",
	    "| x: the CPE left the path at step 1 (w), message 6: it has not come for "
	    "60.0 s; message 3 was Inform with 7 TRANSFER COMPLETE, M Download" },
	{ "a request and its answer", SCENE_ACS,
	    "see: session\nsee: acs-sends, message: Reboot, later: true\n"
	    "see: cpe-sends, message: RebootResponse",
	    "> Inform 1-BOOT\n< InformResponse\n> \nasks\nasks\n< Reboot\n"
	    "> RebootResponse\nasks\n< \nover",
	    "1 [sends Reboot] [waits] 2 3 [waits] | x: the path is walked: 6 messages in "
	    "1 session" },
	{ "a fault in the place of the answer", SCENE_ACS,
	    "see: session\nsee: acs-sends, message: Reboot, later: true\n"
	    "see: cpe-sends, message: RebootResponse",
	    "> Inform 1-BOOT\n< InformResponse\n> \nasks\n< Reboot\n> Fault code=9002",
	    "1 [sends Reboot] 2 | x: the CPE left the path at step 3 (w), message 5: "
	    "Fault 9002 in the place of RebootResponse" },
	{ "a request that no step names", SCENE_ACS,
	    "see: session\nsee: cpe-sends, message: GetParameterValuesResponse, "
	    "later: true, parameter: X, value: v",
	    "> Inform 1-BOOT\n< InformResponse\n> \nasks\n< GetParameterValues\n"
	    "> GetParameterValuesResponse +A.X=v\nasks\n< \nover",
	    "1 [sends GetParameterValues] 2 [waits] | x: the path is walked: 6 messages "
	    "in 1 session" },
	{ "which is refused", SCENE_ACS,
	    "see: session\nsee: cpe-sends, message: GetParameterValuesResponse, "
	    "later: true, parameter: X, value: v",
	    "> Inform 1-BOOT\n< InformResponse\n> \nasks\n< GetParameterValues\n"
	    "> Fault code=9005",
	    "1 [sends GetParameterValues] | x: the CPE left the path at step 2 (w), "
	    "message 5: Fault 9005 in the place of GetParameterValuesResponse" },
	{ "a session that ends too early", SCENE_CPE,
	    "see: session\nsee: acs-sends, message: Download, later: true",
	    "> Inform 1-BOOT\n< InformResponse\n> \n< \nover",
	    "1 | x: the ACS left the path at step 2 (w), message 4: the session is over "
	    "without Download" },
	{ "a value that is kept", SCENE_CPE,
	    "see: session\nsee: acs-sends, message: Reboot, later: true, parameter: "
	    "CommandKey, as: k\nsee: session, event: M Reboot, parameter: CommandKey, "
	    "value: $k",
	    "> Inform 1-BOOT\n< InformResponse\n> \n< Reboot key=7\n> RebootResponse\n< \n"
	    "over\n> Inform 1-BOOT M-Reboot=8",
	    "1 2 | x: this CPE cannot go on at step 3 (w), message 7: CommandKey is \"8\", "
	    "not \"7\"" },
	{ "a status that is none", SCENE_ACS,
	    "see: session\nsee: cpe-sends, message: DownloadResponse, later: true, "
	    "status: [\"0\", \"1\"]",
	    "> Inform 1-BOOT\n< InformResponse\n> DownloadResponse status=2",
	    "1 | x: the CPE left the path at step 2 (w), message 3: Status is 2" },
	{ "a secret is not shown", SCENE_ACS,
	    "see: session\nsee: cpe-sends, message: GetParameterValuesResponse, "
	    "later: true, parameter: Password, value: a",
	    "> Inform 1-BOOT\n< InformResponse\n> GetParameterValuesResponse "
	    "+A.Password=hunter2",
	    "1 | x: the CPE left the path at step 2 (w), message 3: Password is not what "
	    "it should be" },
	{ "just in time", SCENE_ACS,
	    "see: session\nsee: session, event: 2 PERIODIC, within: 5s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 5\n> Inform 2-PERIODIC\n"
	    "< InformResponse\nover",
	    "1 2 | x: the path is walked: 4 messages in 2 sessions" },
	{ "just late enough", SCENE_ACS,
	    "see: session\nsee: session, event: 2 PERIODIC, after: 5s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 5\n> Inform 2-PERIODIC\n"
	    "< InformResponse\nover",
	    "1 2 | x: the path is walked: 4 messages in 2 sessions" },
	{ "not in time", SCENE_ACS,
	    "see: session\nsee: session, event: 2 PERIODIC, within: 5s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 5\nrests\nat 6",
	    "1 [waits] | x: the CPE left the path at step 2 (w), message 2: it has not come "
	    "for 5.0 s" },
	{ "too early", SCENE_ACS,
	    "see: session\nsee: session, event: 2 PERIODIC, after: 5s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 4\n> Inform 2-PERIODIC",
	    "1 | x: the CPE left the path at step 2 (w), message 3: it comes 4.0 s after "
	    "the step before; not before 5.0 s" },
	{ "a call that has to wait", SCENE_ACS, "see: session\nsee: call, after: 5s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 4\nrests\nat 5\nrests\nrests\n"
	    "call 200",
	    "1 [waits] [calls] [waits] 2 | x: the path is walked: 2 messages in 1 "
	    "session" },
	{ "a session that has to wait longer than one is waited for", SCENE_CPE,
	    "see: session\nsee: session, event: 2 PERIODIC, after: 90s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 89\nrests\nat 90\nrests\n"
	    "> Inform 2-PERIODIC\n< InformResponse\nover",
	    "1 [waits] [begins] 2 | x: the path is walked: 4 messages in 2 sessions" },
	{ "and is waited for from then on", SCENE_ACS,
	    "see: session\nsee: session, event: 2 PERIODIC, after: 90s",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 149\nrests\nat 150",
	    "1 [waits] | x: the CPE left the path at step 2 (w), message 2: it has not "
	    "come for 60.0 s" },
	{ "what must never come, before a step", SCENE_ACS,
	    "see: session, event: 1 BOOT\nsee: session, event: 2 PERIODIC, never: true\n"
	    "see: session, event: 0 BOOTSTRAP",
	    "> Inform 1-BOOT\n< InformResponse\nover\n> Inform 2-PERIODIC",
	    "1 | x: the CPE left the path at step 2 (w), message 3: Inform with 2 PERIODIC "
	    "comes here" },
	{ "what must never come, with the step", SCENE_ACS,
	    "see: session, event: 1 BOOT\nsee: session, event: 2 PERIODIC, never: true\n"
	    "see: session, event: 0 BOOTSTRAP",
	    "> Inform 1-BOOT\n< InformResponse\nover\n> Inform 0-BOOTSTRAP 2-PERIODIC\n"
	    "< InformResponse\nover",
	    "1 2 3 | x: the path is walked: 4 messages in 2 sessions" },
	{ "what must never come, at the end", SCENE_ACS,
	    "see: session, event: 1 BOOT\nsee: session, event: 1 BOOT, never: true",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 2\n> Inform 1-BOOT",
	    "1 | x: the CPE left the path at step 2 (w), message 3: Inform with 1 BOOT "
	    "comes here" },
	{ "nor did it", SCENE_ACS,
	    "see: session, event: 1 BOOT\nsee: session, event: 1 BOOT, never: true",
	    "> Inform 1-BOOT\n< InformResponse\nover\nat 2\nrests\nat 3\nrests",
	    "1 [waits] 2 [waits] | x: the path is walked: 2 messages in 1 session" },
	{ "several of a kind, one too few", SCENE_ACS,
	    "see: session, event: 1 BOOT, at-least: 2\nsee: session, event: 2 PERIODIC",
	    "> Inform 1-BOOT\n< InformResponse\nover\n> Inform 2-PERIODIC\n"
	    "< InformResponse\nover\nat 60",
	    "1 | x: the CPE left the path at step 1 (w), message 4: it has not come "
	    "for 60.0 s; message 3 was Inform with 2 PERIODIC" },
	{ "and as many as may be", SCENE_ACS,
	    "see: session, event: 1 BOOT, at-least: 1, at-most: 3\n"
	    "see: session, event: 2 PERIODIC",
	    "> Inform 1-BOOT\n< InformResponse\nover\n> Inform 1-BOOT\n< InformResponse\n"
	    "over\n> Inform 2-PERIODIC\n< InformResponse\nover",
	    "1 1 2 | x: the path is walked: 6 messages in 3 sessions" },
	{ "what may be missing", SCENE_ACS,
	    "see: session\nsee: cpe-sends, message: GetRPCMethods, optional: true\n"
	    "see: cpe-sends, message: empty",
	    "> Inform 1-BOOT\n< InformResponse\n> \n< \nover",
	    "1 2- 3 | x: the path is walked: 4 messages in 1 session" },
	{ "what a side cannot see", SCENE_CPE,
	    "see: lease\nsee: look-up, to: $acs_url\nsee: open, to: $acs_url\nsee: tls\n"
	    "see: cpe-sends, message: Inform\nsee: acs-sends, message: InformResponse\n"
	    "see: close\nsee: transfer, optional: true",
	    "> Inform 1-BOOT\n< InformResponse\nover",
	    "1- 2- 3- 4- 5 6 7 8- | x: the path is walked: 2 messages in 1 session" },
	{ "an ACS sees nothing of another one", SCENE_ACS,
	    "see: session\nsee: acs-sends, message: SetParameterValues, later: true, "
	    "parameter: URL, as: u\nsee: session, to: $u, event: 0 BOOTSTRAP\n"
	    "see: cpe-sends, message: empty",
	    "> Inform 1-BOOT\n< InformResponse\n> \n< SetParameterValues "
	    "+A.URL=http://acs2/\n> SetParameterValuesResponse\n< \nover",
	    "1 2 3- 4- | x: the path is walked: 6 messages in 1 session" },
	{ "a CPE sees both", SCENE_CPE,
	    "see: session\nsee: acs-sends, message: SetParameterValues, later: true, "
	    "parameter: URL, as: u\nsee: session, to: $u, event: 0 BOOTSTRAP",
	    "url http://acs1/cwmp\n> Inform 1-BOOT\n< InformResponse\n> \n"
	    "< SetParameterValues +A.URL=http://acs2/\n> SetParameterValuesResponse\n< \n"
	    "over\nurl http://acs1/cwmp\n> Inform 0-BOOTSTRAP\n< InformResponse\nover\n"
	    "url http://acs2/\n> Inform 0-BOOTSTRAP\n< InformResponse\nover",
	    "1 2 3 | x: the path is walked: 10 messages in 3 sessions" },
	{ "a call", SCENE_ACS,
	    "see: call\nsee: session, event: 6 CONNECTION REQUEST, within: 30s",
	    "> Inform 1-BOOT\n< InformResponse\nrests\nover\nrests\nrests\ncall 200\n"
	    "> Inform 6-CONNECTION-REQUEST\n< InformResponse\nover",
	    "[waits] [calls] [waits] 1 2 | x: the path is walked: 4 messages in 2 "
	    "sessions" },
	{ "a call that is refused", SCENE_ACS, "see: call", "call 401",
	    "| x: the CPE left the path at step 1 (w): the connection request is answered "
	    "401" },
	{ "a session that a CPE begins", SCENE_CPE,
	    "see: session, event: 2 PERIODIC, at-least: 2",
	    "rests\nrests\n> Inform 2-PERIODIC\nrests\n< InformResponse\nrests\nover\n"
	    "rests\n> Inform 2-PERIODIC\n< InformResponse\nover",
	    "[begins] [waits] [waits] 1 [waits] [begins] 1 | x: the path is walked: 4 "
	    "messages in 2 sessions" },
};

static void test_walks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct walk walk;
		struct str rest = str_of(rows[i].happens);

		walk_begin(&walk, rows[i].side, rows[i].steps);
		while (rest.len > 0)
			happen(&walk, str_cut(rest, '\n', &rest));
		buf_append_text(&walk.told, "| ");
		scene_put_words(walk.scene, &walk.told);
		if (strcmp(buf_cstr(&walk.told), rows[i].told) != 0)
			fail_msg("%s:\n%s\n%s", rows[i].name, buf_cstr(&walk.told),
			    rows[i].told);
		walk_end(&walk);
	}
}

/* What a peer says is kept up to a bound. */
static void test_a_value_that_is_kept_has_a_bound(void **state)
{
	static char text[SCENE_VALUE_MAX + 2];

	(void)state;
	memset(text, 'v', sizeof(text) - 1);
	for (size_t more = 0; more < 2; more++) {
		struct cwmp_param param = { STR("A.X"),
			str_make(text, SCENE_VALUE_MAX + more), STR("string") };
		const struct cwmp_msg msg = { .kind = CWMP_REQUEST,
			.method = CWMP_SET_PARAMETER_VALUES,
			.args.params = { &param, 1 } };
		struct walk walk;

		walk_begin(&walk, SCENE_CPE,
		    "see: acs-sends, message: SetParameterValues, parameter: X, as: x");
		scene_saw(walk.scene, true, &msg, 0);
		assert_int_equal(scene_state(walk.scene),
		    more ? SCENE_LEFT : SCENE_PLAYING);
		assert_int_equal(scene_value(walk.scene, "$x").len,
		    more ? 0 : SCENE_VALUE_MAX);
		walk_end(&walk);
	}
}

/* Whoever has left may end its session, but not for ever. */
static void test_our_side_goes_once_the_session_is_over(void **state)
{
	struct walk walk;

	(void)state;
	walk_begin(&walk, SCENE_ACS, "see: session, event: 1 BOOT");
	assert_false(scene_is_over(walk.scene, 0));
	happen(&walk, STR("> Inform 1-BOOT"));
	happen(&walk, STR("< Fault code=8004"));
	assert_int_equal(scene_state(walk.scene), SCENE_LEFT);
	assert_false(scene_is_over(walk.scene, SCENE_PARTING_S * NS_PER_S - 1));
	assert_true(scene_is_over(walk.scene, SCENE_PARTING_S * NS_PER_S));
	happen(&walk, STR("over"));
	assert_true(scene_is_over(walk.scene, 0));
	walk_end(&walk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_a_value_that_is_kept_has_a_bound),
		cmocka_unit_test(test_our_side_goes_once_the_session_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
