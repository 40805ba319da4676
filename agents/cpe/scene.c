#include "agents/cpe/scene.h"

static void on_step(void *user, size_t step)
{
	const struct scene_run *run = user;

	playing_tell_step(&run->playing, step);
}

static void on_tick(void *user)
{
	const struct scene_run *run = user;

	cpe_scene_tick(run->scene);
}

static void on_ended(void *user)
{
	const struct scene_run *run = user;

	run->ended(run->user);
}

int scene_run_open(struct scene_run *run, struct cpe_fleet *fleet,
    const struct scene_settings *settings, struct control *control,
    void (*ended)(void *user), void *user, struct error *err)
{
	int r;

	run->ended = ended;
	run->user = user;
	if (!settings->sequence)
		return 0;
	r = cpe_scene_new(&run->scene, fleet, settings, on_step, run, err);
	if (r < 0)
		return r;
	run->playing = (struct playing){ .scene = run->scene->scene,
		.control = control,
		.node = run->scene->cpe->name,
		.tick = on_tick,
		.ended = on_ended,
		.user = run };
	return 0;
}

void scene_run_start(struct scene_run *run, uv_loop_t *loop)
{
	playing_start(&run->playing, loop);
}

void scene_run_stop(struct scene_run *run)
{
	playing_stop(&run->playing);
}

void scene_run_free(struct scene_run *run)
{
	cpe_scene_free(run->scene);
}

bool scene_run_is_good(const struct scene_run *run)
{
	return playing_is_good(&run->playing);
}
