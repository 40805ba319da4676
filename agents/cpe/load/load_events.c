/* --events: a JSON line for each session that ends. Nothing of it is made unless it was asked
 * for. */
#include "agents/cpe/load/load_internal.h"

#include "lib/base/json.h"
#include "lib/program/say.h"

enum {
	EVENTS_BUFFER = 256 << 10 /* bytes that are written at a time */
};

static void write_out(struct load *load)
{
	if (load->events.len > 0 &&
	    !say_bytes(load->config->events, buf_str(&load->events)))
		load->has_lost_events = true;
	buf_reset(&load->events);
}

void load_events_put(struct load *load, const struct cpe_sight *sight,
    const struct failure *failure, clock_ns now)
{
	struct json json;
	bool is_ok = failure->layer == FAILURE_NONE;

	if (!load->config->events)
		return;
	json = json_writer(&load->events, 0);
	json_object_begin(&json, NULL);
	json_int(&json, "time", clock_wall());
	json_text(&json, "event", "session");
	json_uint(&json, "cpe", sight->number + 1);
	json_bool(&json, "ok", is_ok);
	json_bool(&json, "retry", sight->is_retry);
	json_int(&json, "late_us", sight->late / NS_PER_US);
	json_int(&json, "latency_us", (now - sight->intended) / NS_PER_US);
	json_int(&json, "service_us", (now - sight->began) / NS_PER_US);
	if (!is_ok) {
		json_text(&json, "layer", failure_layer_name(failure->layer));
		json_text(&json, "why", failure->why);
	}
	json_object_end(&json);
	buf_append_char(&load->events, '\n');
	if (load->events.len >= EVENTS_BUFFER)
		write_out(load);
}

bool load_events_end(struct load *load)
{
	if (load->config->events)
		write_out(load);
	buf_free(&load->events);
	return !load->has_lost_events;
}
