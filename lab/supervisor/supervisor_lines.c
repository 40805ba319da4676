/* What agents say to their supervisor. */
#include "lab/supervisor/supervisor_internal.h"
#include "lib/base/cut.h"
#include "lib/base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void note_lease(struct supervisor *supervisor, const json_t *event)
{
	const char *node = json_string_value(json_object_get(event, "node"));
	const char *text = json_string_value(json_object_get(event, "address"));
	int64_t i = node ? plan_find(supervisor->options->plan, str_of(node)) : -1;
	uint8_t address6[16];
	uint32_t address;

	if (i >= 0 && text && ipv6_parse(str_of(text), address6) == 0) {
		memcpy(supervisor->addresses6[i], address6, sizeof(address6));
		fabric_leased6(supervisor->fabric, (size_t)i, address6);
	}
	if (i < 0 || !text || ipv4_parse(str_of(text), &address) < 0)
		return;
	supervisor->addresses[i] = address;
	fabric_leased(supervisor->fabric, (size_t)i, address);
}

static void take_event(struct supervisor *supervisor, struct service *service,
    const json_t *event)
{
	const char *kind = json_string_value(json_object_get(event, "event"));
	const char *why = json_string_value(json_object_get(event, "why"));

	if (strcmp(kind, "ready") == 0)
		service->is_ready = true;
	else if (strcmp(kind, "lease") == 0)
		note_lease(supervisor, event);
	else if (strcmp(kind, "acs-restart") == 0)
		supervisor_restart(supervisor, service, event);
	else if (strcmp(kind, "failed") == 0 && why)
		(void)cut_lines(service->why, sizeof(service->why), "", why);
}

void supervisor_take_line(void *user, struct service *service, struct str line)
{
	struct supervisor *supervisor = user;
	json_t *event;

	if (supervisor_pass_on(supervisor, service, line))
		return;
	event = json_loadb(line.p, line.len, 0, NULL);
	if (json_is_string(json_object_get(event, "event"))) {
		supervisor_tell(supervisor, line);
		take_event(supervisor, service, event);
	} else if (!json_is_integer(json_object_get(event, "re"))) {
		supervisor_tell_unreadable(supervisor, service,
		    "a line that is neither an event nor an answer");
	}
	json_decref(event);
}

void supervisor_take_too_long(void *user, struct service *service)
{
	char why[64];

	(void)snprintf(why, sizeof(why), "a line of more than %d bytes",
	    LINE_BYTES_MAX);
	supervisor_tell_unreadable(user, service, why);
}
