/* What came of a scene, for programs and for people. */
#include "lib/sequence/scene_internal.h"

#include <inttypes.h>

enum scene_state scene_state(const struct scene *scene)
{
	return scene->state;
}

bool scene_is_over(const struct scene *scene, clock_ns now)
{
	switch (scene->state) {
	case SCENE_PLAYING:
		return false;
	case SCENE_WALKED:
		return true;
	case SCENE_LEFT:
		break;
	}
	return !scene->is_in_session ||
	       now - scene->heard_at >= SCENE_PARTING_S * NS_PER_S;
}

const struct scene_result *scene_result(const struct scene *scene, size_t step)
{
	return &scene->results[step];
}

const struct scene_end *scene_end(const struct scene *scene)
{
	return &scene->end;
}

/* Where a side that is told to stop stands. */
static size_t present_step(const struct scene *scene)
{
	return MIN(scene->at, scene->config.sequence->steps.len - 1);
}

void scene_put_step(const struct scene *scene, size_t step, struct json *json)
{
	const struct scene_result *result = &scene->results[step];

	json_uint(json, "step", scene_step(scene, step)->step);
	json_text(json, "what", scene_step(scene, step)->what);
	json_bool(json, "ok", result->ok);
	if (result->message > 0)
		json_uint(json, "message", result->message);
	if (result->n > 1)
		json_uint(json, "times", result->n);
	if (result->is_skipped)
		json_text(json, "skipped", result->why);
}

static const char *side_name(enum scene_side side)
{
	return side == SCENE_ACS ? "acs" : "cpe";
}

void scene_put_end(const struct scene *scene, struct json *json)
{
	const struct scene_end *end = &scene->end;
	bool is_left = scene->state == SCENE_LEFT;
	size_t step = is_left ? end->step : present_step(scene);

	json_text(json, "sequence", scene->config.sequence->name);
	json_text(json, "side", side_name(scene->config.side));
	json_bool(json, "ok", scene->state == SCENE_WALKED);
	json_uint(json, "messages", scene->n_messages);
	json_uint(json, "sessions", scene->n_sessions);
	if (scene->state == SCENE_WALKED)
		return;
	json_uint(json, "step", scene_step(scene, step)->step);
	json_text(json, "what", scene_step(scene, step)->what);
	if (is_left && end->message > 0)
		json_uint(json, "message", end->message);
	if (is_left)
		json_text(json, "who", side_name(end->who));
	json_text(json, "why", is_left ? end->why : "it was stopped");
}

void scene_put_words(const struct scene *scene, struct buf *out)
{
	const struct sequence *sequence = scene->config.sequence;
	const struct scene_end *end = &scene->end;
	const struct sequence_step *step;

	buf_printf(out, "%s: ", sequence->name);
	switch (scene->state) {
	case SCENE_WALKED:
		buf_printf(out,
		    "the path is walked: %" PRIu64 " messages in %" PRIu64 " session%s",
		    scene->n_messages, scene->n_sessions,
		    scene->n_sessions == 1 ? "" : "s");
		return;
	case SCENE_PLAYING:
		step = scene_step(scene, present_step(scene));
		buf_printf(out, "stopped before step %" PRIu64 " (%s)", step->step,
		    step->what);
		return;
	case SCENE_LEFT:
		break;
	}
	step = scene_step(scene, end->step);
	if (end->who == scene->config.side)
		buf_printf(out, "this %s cannot go on",
		    end->who == SCENE_ACS ? "ACS" : "CPE");
	else
		buf_printf(out, "the %s left the path",
		    end->who == SCENE_ACS ? "ACS" : "CPE");
	buf_printf(out, " at step %" PRIu64 " (%s)", step->step, step->what);
	if (end->message > 0)
		buf_printf(out, ", message %" PRIu64, end->message);
	buf_printf(out, ": %s", end->why);
}
