/* What an ACS tells. */
#include "agents/acs/agent_internal.h"

#include "agents/acs/tasks/task_result.h"
#include "lib/base/json.h"
#include "lib/program/log.h"

enum {
	RESULT_TOLD_MAX = 16 << 10 /* bytes of a task's list that its event has */
};

void agent_save(struct acs_agent *agent, const struct device *device)
{
	struct error err = ERROR_NULL;
	bool is_bad;

	if (!agent->store || !device)
		return;
	is_bad = device_store_save(agent->store, device, &err) < 0;
	if (is_bad && !agent->is_disk_bad)
		log_error("devices are not kept: %s", err.text);
	agent->is_disk_bad = is_bad;
}

/* ---- beginning and end ---------------------------------------------------------------- */

void agent_ready(struct acs_agent *agent)
{
	const struct acs_config *config = agent->config;

	if (!control_tells_people(agent->control))
		log_info("%s: listening on port %u", config->url_text,
		    config->listen_port);
	if (config->auth == ACS_CONFIG_BASIC && !config->url.is_https)
		log_warn("Basic without TLS: the password of the CPEs goes over the "
			 "network for everybody to read");
	json_text(control_event(agent->control, "ready"), "url", config->url_text);
	control_event_end(agent->control);
}

void agent_stopped(struct acs_agent *agent)
{
	struct json *json = control_event(agent->control, "stopped");
	struct counts own = counts_between(&agent->found, agent->counts);

	json_uint(json, "sessions", own.sessions);
	json_uint(json, "failed", own.failed);
	json_uint(json, "refused", agent->n_refused);
	json_uint(json, "devices", agent->devices.by_id.len);
	control_event_end(agent->control);
}

/* ---- sessions ---------------------------------------------------------------------- */

void agent_informed(void *user, const struct acs_session *session)
{
	struct acs_agent *agent = user;
	const struct device *device = session->device;
	struct json *json = control_event_rationed(agent->control, "inform");
	struct str rest = str_of(device->events ? device->events : "");

	json_text(json, "cpe", device->id);
	json_text(json, "address", session->address);
	json_array_begin(json, "events");
	while (rest.len > 0)
		json_str(json, NULL, str_cut(rest, ',', &rest));
	json_array_end(json);
	control_event_end(agent->control);
	if (agent->reaching)
		reaching_informed(agent->reaching, device);
	agent_save(agent, device);
}

void agent_ended(void *user, const struct acs_session *session, bool ok)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "session-end");

	json_text(json, "cpe", session->device ? session->device->id : NULL);
	json_text(json, "address", session->address);
	json_bool(json, "ok", ok);
	if (!ok)
		json_text(json, "why", session->why);
	control_event_end(agent->control);
	agent_scene_ended(agent, session, ok);
	if (ok && agent->reaching)
		reaching_ended(agent->reaching, session->device);
	agent_save(agent, session->device);
}

void agent_refused(void *user, const struct acs_refusal *refusal)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "refused");

	agent->n_refused += !refusal->is_challenge && !refusal->is_of_session;
	json_text(json, "address", refusal->address);
	if (refusal->status > 0)
		json_uint(json, "status", refusal->status);
	else
		json_text(json, "layer", "TLS");
	json_text(json, "why", refusal->why);
	if (refusal->target.p)
		json_str(json, "target", refusal->target);
	if (refusal->username.p)
		json_str(json, "username", refusal->username);
	if (refusal->is_challenge)
		json_bool(json, "challenge", true);
	if (refusal->is_of_session)
		json_bool(json, "session", true);
	control_event_end(agent->control);
}

void agent_tolerated(void *user, const struct acs_peer *peer, const char *what)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "tolerated");

	json_text(json, "address", peer->address);
	json_text(json, "why", what);
	control_event_end(agent->control);
}

void agent_served(void *user, const struct acs_served *served)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "file");

	json_text(json, "address", served->address);
	json_str(json, "method", served->method);
	json_str(json, "target", served->target);
	json_uint(json, "status", served->status);
	json_uint(json, "bytes", served->bytes);
	control_event_end(agent->control);
}

void agent_changed(void *user, const struct acs_session *session)
{
	agent_save(user, session->device);
}

/* ---- RPCs -------------------------------------------------------------------------- */

static void put_faulty_parameters(struct json *json, const struct cwmp_fault *fault)
{
	if (fault->n_params == 0)
		return;
	json_array_begin(json, "parameters");
	for (size_t i = 0; i < fault->n_params && i < 16; i++) {
		json_object_begin(json, NULL);
		json_str(json, "name", fault->params[i].name);
		json_uint(json, "fault", fault->params[i].code);
		json_object_end(json);
	}
	json_array_end(json);
}

/* An RPC of ours was answered. */
static void tell_rpc(struct acs_agent *agent, const struct acs_session *session,
    const struct acs_note *note)
{
	bool is_fault = note->msg->kind == CWMP_FAULT;
	struct json *json;

	if (!is_fault && !agent->tells_rpcs)
		return;
	json = control_event_rationed(agent->control, "rpc");
	json_text(json, "cpe", session->device->id);
	json_text(json, "method", cwmp_method_name(note->method));
	if (note->task > 0)
		json_uint(json, "task", note->task);
	json_bool(json, "ok", !is_fault);
	if (is_fault && note->msg->fault.code == 0) {
		json_str(json, "why", note->msg->fault.text);
	} else if (is_fault) {
		json_uint(json, "fault", note->msg->fault.code);
		json_str(json, "text", note->msg->fault.text);
	}
	if (is_fault)
		put_faulty_parameters(json, &note->msg->fault);
	control_event_end(agent->control);
}

static bool is_completion(enum cwmp_method method)
{
	return method == CWMP_TRANSFER_COMPLETE ||
	       method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE ||
	       method == CWMP_DU_STATE_CHANGE_COMPLETE ||
	       method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE;
}

static void put_request(struct json *json, const struct cwmp_args *args)
{
	if (args->command_key.len > 0)
		json_str(json, "command-key", args->command_key);
	if (args->file_type.len > 0)
		json_str(json, "file-type", args->file_type);
	if (args->transfer_url.len > 0)
		json_str(json, "url", args->transfer_url);
	if (args->command.len > 0)
		json_str(json, "command", args->command);
	if (args->has_fault_code && args->fault_code > 0) {
		json_uint(json, "fault", args->fault_code);
		json_str(json, "text", args->fault_text);
	}
}

/* The CPE asked for something, or told that something is done. */
static void tell_request(struct acs_agent *agent, const struct acs_session *session,
    const struct acs_note *note)
{
	struct json *json;

	if (note->fault == 0 && !is_completion(note->method) && !agent->tells_rpcs)
		return;
	json = control_event_rationed(agent->control, "request");
	json_text(json, "cpe", session->device->id);
	json_str(json, "method", cwmp_msg_name(note->msg));
	json_bool(json, "ok", note->fault == 0);
	if (note->fault > 0)
		json_uint(json, "answered", note->fault);
	put_request(json, &note->msg->args);
	control_event_end(agent->control);
}

static void tell_certificate(struct acs_agent *agent, const struct acs_session *session,
    const struct acs_note *note)
{
	struct json *json = control_event_rationed(agent->control, "certificate");
	auto_buf id = BUF_NULL;

	device_id_write(&id, &note->msg->inform.device);
	json_str(json, "cpe", buf_str(&id));
	json_text(json, "address", session->address);
	json_text(json, "name", note->text);
	json_bool(json, "refused", note->is_refused);
	control_event_end(agent->control);
}

void agent_noted(void *user, const struct acs_session *session,
    const struct acs_note *note)
{
	struct acs_agent *agent = user;
	struct json *json;

	switch (note->kind) {
	case ACS_NOTE_RPC:
		tell_rpc(agent, session, note);
		return;
	case ACS_NOTE_REQUEST:
		tell_request(agent, session, note);
		return;
	case ACS_NOTE_CERTIFICATE:
		tell_certificate(agent, session, note);
		return;
	case ACS_NOTE_POLICY:
		json = control_event_rationed(agent->control, "policy");
		json_text(json, "cpe", session->device->id);
		json_text(json, "why", note->text);
		control_event_end(agent->control);
		return;
	}
}

/* As many items of its list as the event has room for, and how many there are. */
static void put_result(struct json *json, const struct task *task)
{
	struct str items = str_of(task->items);
	size_t begin = json->out->len, n = 0;

	if (task->members && task->members[0]) {
		auto_buf object = BUF_NULL;

		buf_printf(&object, "{%s}", task->members);
		json_raw(json, "result", buf_str(&object));
	}
	if (!task->list)
		return;
	json_array_begin(json, task->list);
	for (; items.len > 0; n++) {
		struct str item = str_cut(items, '\n', &items);

		if (json->out->len - begin + item.len <= RESULT_TOLD_MAX)
			json_raw(json, NULL, item);
	}
	json_array_end(json);
	json_uint(json, "items", n);
}

void agent_task_over(struct acs_agent *agent, const struct task *task)
{
	struct json *json = control_event_rationed(agent->control, "result");

	json_text(json, "cpe", task->cpe);
	json_uint(json, "task", task->id);
	json_text(json, "method", cwmp_method_name(task->rpc->method));
	json_bool(json, "ok", task->state == TASK_DONE);
	task_result_put_end(json, task);
	put_result(json, task);
	control_event_end(agent->control);
}
