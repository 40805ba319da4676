#include "agents/play/playing.h"

#include "lib/base/json.h"
#include "lib/program/log.h"

enum {
	PLAYING_TICK_MS = 50
};

void playing_tell_step(const struct playing *playing, size_t step)
{
	struct json *json = control_event_of(playing->control, playing->node, "step");

	scene_put_step(playing->scene, step, json);
	control_event_end(playing->control);
}

static void on_tick(uv_timer_t *timer)
{
	const struct playing *playing = timer->data;

	playing->tick(playing->user);
	if (scene_is_over(playing->scene, clock_monotonic()))
		playing->ended(playing->user);
}

void playing_start(struct playing *playing, uv_loop_t *loop)
{
	if (!playing->scene)
		return;
	scene_begin(playing->scene);
	(void)uv_timer_init(loop, &playing->timer);
	playing->timer.data = playing;
	(void)uv_timer_start(&playing->timer, on_tick, PLAYING_TICK_MS,
	    PLAYING_TICK_MS);
}

void playing_stop(struct playing *playing)
{
	auto_buf words = BUF_NULL;
	struct json *json;

	if (!playing->scene)
		return;
	uv_close((uv_handle_t *)&playing->timer, NULL);
	json = control_event_of(playing->control, playing->node, "played");
	scene_put_end(playing->scene, json);
	control_event_end(playing->control);
	scene_put_words(playing->scene, &words);
	if (playing_is_good(playing))
		log_info("%s", buf_cstr(&words));
	else
		log_error("%s", buf_cstr(&words));
}

bool playing_is_good(const struct playing *playing)
{
	return !playing->scene || scene_state(playing->scene) == SCENE_WALKED;
}
