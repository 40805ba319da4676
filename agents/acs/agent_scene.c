/* A sequence that an ACS plays, at its edges: time, calls, and what is told. */
#include "agents/acs/agent_internal.h"

#include "agents/acs/scene/scene_files.h"
#include "lib/program/exit_status.h"

static void on_step(void *user, size_t step)
{
	const struct acs_agent *agent = user;

	playing_tell_step(&agent->playing, step);
}

static void saw(void *user, const struct acs_session *session, bool from_acs,
    const struct cwmp_msg *msg)
{
	struct acs_agent *agent = user;

	acs_scene_saw(agent->scene, session->device->id, from_acs, msg,
	    clock_monotonic());
}

static int next(void *user, const struct acs_session *session, struct arena *arena,
    struct cwmp_msg *request, struct error *err)
{
	struct acs_agent *agent = user;
	const struct acs_rpc_context context = { .arena = arena,
		.root = session->root,
		.file_url = acs_session_file_url,
		.user = (void *)(uintptr_t)session };

	return acs_scene_ask(agent->scene, session->device->id, &context, request, err);
}

static void on_called(void *user, const char *id, unsigned status, const char *why,
    enum call_blame blame)
{
	struct acs_agent *agent = user;
	clock_ns now = clock_monotonic();

	switch (blame) {
	case CALL_BLAME_CPE:
		acs_scene_called(agent->scene, id, status, why, now);
		return;
	case CALL_BLAME_ACS:
		acs_scene_cannot_call(agent->scene, id, why);
		return;
	case CALL_BLAME_TIME:
		acs_scene_call_again(agent->scene, id, status, why, now);
	}
}

void agent_scene_ended(struct acs_agent *agent, const struct acs_session *session,
    bool ok)
{
	if (agent->scene && session->device)
		acs_scene_session_over(agent->scene, session->device->id,
		    ok ? NULL : session->why, clock_monotonic());
}

static void on_tick(void *user)
{
	struct acs_agent *agent = user;
	const char *device = acs_scene_tick(agent->scene, clock_monotonic());

	if (device && agent->reaching)
		reaching_call(agent->reaching, device, CALL_BY_HTTP);
}

static void on_ended(void *user)
{
	struct acs_agent *agent = user;

	agent->played(agent);
}

int agent_scene_open(struct acs_agent *agent, struct error *err)
{
	const struct acs_scene_config config = {
		.settings = &agent->config->play,
		.url = agent->config->url_text,
		.told = on_step,
		.user = agent,
	};

	if (!agent->config->play.sequence)
		return 0;
	return acs_scene_new(&agent->scene, &config, clock_monotonic(), err);
}

static bool has_file(void *user, struct str file)
{
	const struct acs_agent *agent = user;

	return agent->files && files_size(agent->files, file) >= 0;
}

int agent_scene_check(struct acs_agent *agent, struct error *err)
{
	return agent->scene
		   ? scene_files_check(&agent->config->play, has_file, agent, err)
		   : 0;
}

const struct acs_script *agent_scene_script(struct acs_agent *agent)
{
	agent->script = (struct acs_script){ saw, next, agent };
	return agent->scene ? &agent->script : NULL;
}

void agent_scene_start(struct acs_agent *agent, void (*played)(struct acs_agent *agent))
{
	if (!agent->scene)
		return;
	agent->played = played;
	reaching_follow(agent->reaching, on_called, agent);
	agent->playing = (struct playing){ .scene = agent->scene->scene,
		.control = agent->control,
		.node = agent->config->node,
		.tick = on_tick,
		.ended = on_ended,
		.user = agent };
	playing_start(&agent->playing, &agent->loop);
}

void agent_scene_stop(struct acs_agent *agent)
{
	playing_stop(&agent->playing);
}

int agent_scene_status(const struct acs_agent *agent)
{
	return playing_is_good(&agent->playing) ? EXIT_OK : EXIT_FAILED;
}
