/* Lightweight notifications, as an ACS tells them. */
#include "agents/acs/agent_internal.h"

#include "agents/acs/reach/light_door.h"
#include "agents/acs/tasks/task_result.h"
#include "lib/base/json.h"

static void put_params(struct json *json, const struct cwmp_params *params)
{
	json_array_begin(json, "parameters");
	for (size_t i = 0; i < params->len; i++)
		task_result_put_param(json, &params->items[i]);
	json_array_end(json);
}

static void on_heard(void *user, const struct light_news *news)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "notification");
	auto_buf id = BUF_NULL;

	if (news->notification) {
		device_id_write(&id, &news->notification->device);
		json_str(json, "cpe", buf_str(&id));
	}
	json_text(json, "address", news->peer);
	json_bool(json, "ok", !news->why);
	if (news->why)
		json_text(json, "why", news->why);
	if (news->is_copy)
		json_bool(json, "copy", true);
	/* What is not signed could be of anybody; what a copy says was told. */
	if (!news->why && !news->is_copy)
		put_params(json, &news->notification->params);
	control_event_end(agent->control);
}

int agent_light_open(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	const struct light_door_config settings = {
		.loop = &agent->loop,
		.address = config->listen_address,
		.port = (uint16_t)config->notification_port,
		.username = config->username,
		.password = config->password,
		.heard = on_heard,
		.user = agent,
	};

	if (config->notification_port == 0)
		return 0;
	return light_door_open(&agent->light, &settings, err);
}
