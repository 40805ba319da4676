/* A sequence file, any bytes; and the walk along what it says, by either side, with one exchange. */
#include "lib/sequence/scene.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say(struct scene *scene, bool from_acs, enum cwmp_kind kind,
    enum cwmp_method method, clock_ns now)
{
	struct cwmp_event events[] = { { STR("0 BOOTSTRAP"), STR("") },
		{ STR("M Download"), STR("k") } };
	struct cwmp_param params[] = { { STR("Device.ManagementServer.URL"),
	    STR("http://acs2/"), STR("string") } };
	struct cwmp_msg msg = { .kind = kind, .method = method };

	msg.inform.events = events;
	msg.inform.n_events = 2;
	msg.inform.params.items = msg.args.params.items = params;
	msg.inform.params.len = msg.args.params.len = 1;
	msg.args.command_key = STR("k");
	scene_saw(scene, from_acs, &msg, now);
}

static void ask(struct scene *scene, clock_ns now)
{
	const struct sequence_step *step;
	enum cwmp_method method;

	for (int i = 0; i < 8 && scene_ask(scene, &step, &method) == SCENE_SEND; i++) {
		say(scene, true, CWMP_REQUEST, method, now);
		say(scene, false, CWMP_RESPONSE, method, now);
	}
}

static void play(const struct sequence *sequence, enum scene_side side)
{
	const struct scene_config config = { .sequence = sequence,
		.side = side,
		.url = "http://acs1/",
		.wait = 60 * NS_PER_S,
		.watch = 3 * NS_PER_S };
	const struct sequence_step *step;
	struct scene *scene = NULL;
	struct error err = ERROR_NULL;
	auto_buf words = BUF_NULL;

	if (scene_new(&scene, &config, 0, &err) < 0)
		return;
	scene_begin(scene);
	for (clock_ns now = 0; now < 4 * NS_PER_S; now += NS_PER_S) {
		(void)scene_rest(scene, now, &step);
		scene_session_at(scene, now > NS_PER_S ? "http://acs2/" : config.url);
		say(scene, false, CWMP_REQUEST, CWMP_INFORM, now);
		say(scene, true, CWMP_RESPONSE, CWMP_INFORM, now);
		scene_saw(scene, false, NULL, now);
		ask(scene, now);
		scene_saw(scene, true, NULL, now);
		scene_session_over(scene, NULL, now);
		scene_called(scene, 200, NULL, now);
		scene_tick(scene, now);
	}
	for (int i = 0; i < 200 && scene_due(scene) != INT64_MAX; i++)
		scene_tick(scene, scene_due(scene));
	scene_put_words(scene, &words);
	scene_free(scene);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	if (sequence_parse("fuzz.yaml", str_make(data, size), &sequence, &err) < 0)
		return 0;
	play(sequence, SCENE_CPE);
	play(sequence, SCENE_ACS);
	sequence_free(sequence);
	return 0;
}
