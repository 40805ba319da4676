#include "agents/cpe/scene.h"

#include "lib/base/json.h"
#include "lib/program/log.h"

enum {
	SCENE_TICK_MS = 50
};

static void on_step(void *user, size_t step)
{
	const struct scene_run *run = user;
	struct json *json =
	    control_event_of(run->control, run->scene->cpe->name, "step");

	scene_put_step(run->scene->scene, step, json);
	control_event_end(run->control);
}

static void on_tick(uv_timer_t *timer)
{
	const struct scene_run *run = timer->data;

	cpe_scene_tick(run->scene);
	if (scene_is_over(run->scene->scene, clock_monotonic()))
		run->ended(run->user);
}

int scene_run_open(struct scene_run *run, struct cpe_fleet *fleet,
    const struct scene_settings *settings, struct control *control,
    void (*ended)(void *user), void *user, struct error *err)
{
	run->control = control;
	run->ended = ended;
	run->user = user;
	if (!settings->sequence)
		return 0;
	return cpe_scene_new(&run->scene, fleet, settings, on_step, run, err);
}

void scene_run_start(struct scene_run *run, uv_loop_t *loop)
{
	if (!run->scene)
		return;
	scene_begin(run->scene->scene);
	(void)uv_timer_init(loop, &run->timer);
	run->timer.data = run;
	(void)uv_timer_start(&run->timer, on_tick, SCENE_TICK_MS, SCENE_TICK_MS);
}

void scene_run_stop(struct scene_run *run)
{
	auto_buf words = BUF_NULL;
	struct json *json;

	if (!run->scene)
		return;
	uv_close((uv_handle_t *)&run->timer, NULL);
	json = control_event_of(run->control, run->scene->cpe->name, "played");
	scene_put_end(run->scene->scene, json);
	control_event_end(run->control);
	scene_put_words(run->scene->scene, &words);
	if (scene_run_is_good(run))
		log_info("%s", buf_cstr(&words));
	else
		log_error("%s", buf_cstr(&words));
}

void scene_run_free(struct scene_run *run)
{
	cpe_scene_free(run->scene);
}

bool scene_run_is_good(const struct scene_run *run)
{
	return !run->scene || scene_state(run->scene->scene) == SCENE_WALKED;
}
