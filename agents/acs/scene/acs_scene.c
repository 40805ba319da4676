#include "agents/acs/scene/acs_scene.h"

#include "lib/base/cut.h"

#include <errno.h>
#include <stdlib.h>

int acs_scene_new(struct acs_scene **ret, const struct acs_scene_config *config,
    clock_ns now, struct error *err)
{
	auto_cleanup(acs_scene_free) struct acs_scene *scene =
	    calloc(1, sizeof(*scene));
	const struct scene_settings *settings = config->settings;
	struct scene_config of_scene = {
		.side = SCENE_ACS,
		.url = config->url,
		.wait = settings->wait,
		.watch = settings->watch,
		.told = config->told,
		.user = config->user,
	};
	int r;

	if (!scene)
		return error_set(err, -ENOMEM, "no memory for a sequence");
	r = sequence_find(settings->sequence, &scene->sequence, err);
	of_scene.sequence = scene->sequence;
	if (r == 0)
		r = scene_new(&scene->scene, &of_scene, now, err);
	if (r == 0)
		r = scene_requests_new(&scene->requests, scene->sequence, scene->scene,
		    settings, config->url, err);
	if (r == 0)
		*ret = steal_ptr(&scene);
	return r;
}

void acs_scene_free(struct acs_scene *scene)
{
	if (!scene)
		return;
	scene_requests_free(scene->requests);
	scene_free(scene->scene);
	sequence_free(scene->sequence);
	free(scene->device);
	free(scene);
}

static bool is_with(struct acs_scene *scene, const char *device)
{
	if (!scene->device)
		scene->device = str_dup(str_of(device));
	return scene->device && strcmp(scene->device, device) == 0;
}

/* The session that a call brings may come before the answer to the call: they take two
 * connections. */
static bool is_called(const struct cwmp_msg *msg)
{
	const char *code = cwmp_event_text(CWMP_EVENT_CONNECTION_REQUEST);

	if (!msg || msg->kind != CWMP_REQUEST || msg->method != CWMP_INFORM)
		return false;
	for (size_t i = 0; i < msg->inform.n_events; i++) {
		if (str_is(msg->inform.events[i].code, code))
			return true;
	}
	return false;
}

void acs_scene_saw(struct acs_scene *scene, const char *device, bool from_acs,
    const struct cwmp_msg *msg, clock_ns now)
{
	if (!is_with(scene, device))
		return;
	if (scene->is_calling && !from_acs && is_called(msg))
		acs_scene_called(scene, device, 200, NULL, now);
	scene_saw(scene->scene, from_acs, msg, now);
}

int acs_scene_ask(struct acs_scene *scene, const char *device,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err)
{
	const struct sequence_step *steps = scene->sequence->steps.items, *step;
	enum cwmp_method method;
	int r;

	if (!is_with(scene, device) ||
	    scene_ask(scene->scene, &step, &method) != SCENE_SEND)
		return 0;
	r = scene_requests_fill(scene->requests, (size_t)(step - steps), context,
	    request, err);
	if (r == 0)
		return 1;
	scene_fail(scene->scene, err->text);
	return r;
}

void acs_scene_session_over(struct acs_scene *scene, const char *device,
    const char *why, clock_ns now)
{
	if (is_with(scene, device))
		scene_session_over(scene->scene, why, now);
}

void acs_scene_called(struct acs_scene *scene, const char *device, unsigned status,
    const char *why, clock_ns now)
{
	if (!scene->is_calling || !is_with(scene, device))
		return;
	scene->is_calling = false;
	scene->put_off.until = 0;
	scene_called(scene->scene, status, why, now);
}

void acs_scene_call_again(struct acs_scene *scene, const char *device, unsigned status,
    const char *why, clock_ns now)
{
	struct acs_scene_put_off *put_off = &scene->put_off;

	if (!scene->is_calling || !is_with(scene, device))
		return;
	if (scene_wants_status(scene->scene, status)) {
		acs_scene_called(scene, device, status, why, now);
		return;
	}
	put_off->until = now + ACS_SCENE_AGAIN_S * NS_PER_S;
	put_off->status = status;
	(void)cut_print(put_off->why, sizeof(put_off->why), "%s", why);
}

void acs_scene_cannot_call(struct acs_scene *scene, const char *device, const char *why)
{
	if (scene->is_calling && is_with(scene, device))
		scene_fail(scene->scene, why);
}

/* The last answer counts where the step has been waited for long enough. */
static void give_up(struct acs_scene *scene, clock_ns now)
{
	if (scene->put_off.status > 0)
		acs_scene_called(scene, scene->device, scene->put_off.status,
		    scene->put_off.why, now);
	else
		acs_scene_cannot_call(scene, scene->device, scene->put_off.why);
}

const char *acs_scene_tick(struct acs_scene *scene, clock_ns now)
{
	const struct sequence_step *step;

	if (scene->put_off.until > 0 && now >= scene_due(scene->scene))
		give_up(scene, now);
	scene_tick(scene->scene, now);
	if (scene->put_off.until > 0 && now >= scene->put_off.until &&
	    scene_state(scene->scene) == SCENE_PLAYING) {
		scene->put_off.until = 0;
		return scene->device;
	}
	if (!scene->device || scene_rest(scene->scene, now, &step) != SCENE_CALL)
		return NULL;
	scene->is_calling = true;
	return scene->device;
}
