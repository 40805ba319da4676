/* Events that devices owe their ACSs: they were promised, and have not come yet. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

void device_owe(struct observer *observer, struct device_record *device,
    enum cwmp_event_code code, const char *key, const struct http_record *since,
    clock_ns due)
{
	struct owed_event *owed = device->owed.items;
	uint32_t cap = device->owed.cap ? device->owed.cap * 2 : 4;

	if (device->owed.len == DEVICE_OWED_MAX) {
		device->owed.has_all_diagnostics &=
		    code != CWMP_EVENT_DIAGNOSTICS_COMPLETE;
		return;
	}
	if (device->owed.len == device->owed.cap) {
		owed = realloc(owed, cap * sizeof(*owed));
		if (!owed) {
			observer->memory.error = -ENOMEM;
			return;
		}
		device->owed.items = owed;
		device->owed.cap = cap;
	}
	owed[device->owed.len++] = (struct owed_event){ .code = code,
		.command_key = key ? observer_intern(observer, str_of(key)) : "",
		.since = since->frame,
		.session = since->links.session->id,
		.due = due };
}

/* A boot loses a diagnostic (TR-181, DiagnosticsState). */
static bool is_of_boot(const struct http_record *inform)
{
	return inform->inform.event_bits &
	       (1u << CWMP_EVENT_BOOT | 1u << CWMP_EVENT_BOOTSTRAP);
}

/* 8 DIAGNOSTICS COMPLETE does not say which one
 * has ended: one whose end was read before; of others what the session reads tells. */
static bool pays_diagnostic(const struct http_record *inform, struct owed_event *owed)
{
	if (is_of_boot(inform))
		return true;
	if (!(inform->inform.event_bits & 1u << CWMP_EVENT_DIAGNOSTICS_COMPLETE))
		return false;
	owed->may_be_told = owed->ended.number == 0;
	return !owed->may_be_told;
}

static bool carries(const struct http_record *inform, struct owed_event *owed)
{
	if (owed->code == CWMP_EVENT_DIAGNOSTICS_COMPLETE)
		return pays_diagnostic(inform, owed);
	for (size_t i = 0; i < inform->inform.n_events; i++) {
		if (cwmp_event_of(str_of(inform->inform.events[i])) == owed->code &&
		    (owed->code < CWMP_EVENT_M_REBOOT ||
			strcmp(inform->inform.event_keys[i], owed->command_key) == 0))
			return true;
	}
	return false;
}

void device_pay(struct device_record *device, const struct http_record *inform)
{
	uint32_t left = 0;

	for (size_t i = 0; i < device->owed.len; i++) {
		if (!carries(inform, &device->owed.items[i]))
			device->owed.items[left++] = device->owed.items[i];
	}
	device->owed.len = left;
	device->owed.has_all_diagnostics |= is_of_boot(inform);
}

/* ---- diagnostics -------------------------------------------------------------------- */

/* "Device.IP.Diagnostics.IPPing." of any parameter of it. */
static struct str object_of(struct str name)
{
	while (name.len > 0 && name.p[name.len - 1] != '.')
		name.len--;
	return name;
}

static bool is_state(struct str name)
{
	return str_ends(name, STR(".DiagnosticsState"));
}

/* Without an object all that were requested. */
static void take_back(struct device_record *device, struct str object)
{
	uint32_t left = 0;

	for (size_t i = 0; i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];

		if (owed->code != CWMP_EVENT_DIAGNOSTICS_COMPLETE ||
		    (object.p && !str_is(object, owed->command_key)))
			device->owed.items[left++] = *owed;
	}
	device->owed.len = left;
}

void device_learn_requests(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response)
{
	if (asked->args.n_params < asked->args.n_list) {
		take_back(device, STR_NULL);
		device->owed.has_all_diagnostics = false;
	}
	for (size_t i = 0; i < asked->args.n_params; i++)
		take_back(device, object_of(asked->args.params[i].name));
	for (size_t i = 0; i < asked->args.n_params; i++) {
		const struct cwmp_param *param = &asked->args.params[i];
		auto_buf object = BUF_NULL;

		if (!is_state(param->name) || !str_is(param->value, "Requested"))
			continue;
		buf_append_str(&object, object_of(param->name));
		device_owe(observer, device, CWMP_EVENT_DIAGNOSTICS_COMPLETE,
		    buf_cstr(&object), response, 0);
	}
}

/* A state that is read says of each that the session's Inform may have told whether it has: one that
 * runs still is owed on. False: it is owed no more. */
static bool learn_state(struct owed_event *owed, const struct cwmp_param *state,
    struct frame_ref frame)
{
	bool runs = str_is(state->value, "Requested");

	if (owed->code != CWMP_EVENT_DIAGNOSTICS_COMPLETE ||
	    !str_is(object_of(state->name), owed->command_key))
		return true;
	if (owed->may_be_told && !runs)
		return false;
	owed->may_be_told = false;
	if (!runs && owed->ended.number == 0)
		owed->ended = frame;
	return true;
}

void device_learn_ends(struct device_record *device, const struct http_record *response)
{
	for (size_t i = 0; device->owed.len > 0 && i < response->args.n_params; i++) {
		const struct cwmp_param *param = &response->args.params[i];
		uint32_t left = 0;

		if (!is_state(param->name) || str_is(param->value, "None"))
			continue;
		for (size_t k = 0; k < device->owed.len; k++) {
			struct owed_event owed = device->owed.items[k];

			if (learn_state(&owed, param, response->frame))
				device->owed.items[left++] = owed;
		}
		device->owed.len = left;
	}
}
