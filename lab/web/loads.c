#include "lab/web/loads.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <jansson.h>
#include <stdio.h>

static const char *const keys[WEB_LOAD_VALUES] = {
	[WEB_OFFERED] = "offered",
	[WEB_STARTED] = "started",
	[WEB_COMPLETED] = "completed",
	[WEB_FAILED] = "failed",
	[WEB_SHED] = "shed",
	[WEB_OPEN] = "open",
};

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *event, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(event, key));

	return n > 0 ? (uint64_t)n : 0;
}

static struct web_load *find(struct web_loads *loads, const char *node)
{
	struct web_load *load;

	for (size_t i = 0; i < loads->n; i++) {
		if (strcmp(loads->all[i].node, node) == 0)
			return &loads->all[i];
	}
	if (loads->n == WEB_LOADS_MAX || strlen(node) >= sizeof(load->node))
		return NULL;
	load = &loads->all[loads->n++];
	*load = (struct web_load){ .stride = 1 };
	(void)snprintf(load->node, sizeof(load->node), "%s", node);
	return load;
}

/* Every other point goes, so that the curve reaches on over twice the time. */
static void thin(struct web_load *load)
{
	size_t n = 0;

	for (size_t i = 0; i < load->n; i += 2)
		load->points[n++] = load->points[i];
	load->n = n;
	load->stride *= 2;
}

static void add_point(struct web_load *load, const json_t *event)
{
	struct web_load_point *point;
	bool is_between = load->n_told++ % load->stride != 0;

	/* The newest is always there, as it says how far the load is, and gives way to the next. */
	if (load->is_last_between)
		load->n--;
	load->is_last_between = is_between;
	if (load->n == WEB_LOAD_POINTS)
		thin(load);
	point = &load->points[load->n++];
	point->time_ms = number_of(event, "time") / 1000000;
	for (size_t i = 0; i < WEB_LOAD_VALUES; i++)
		point->values[i] = number_of(event, keys[i]);
}

static bool take(struct web_loads *loads, const json_t *event)
{
	const char *what = text_of(event, "event");
	bool is_end = strcmp(what, "load-end") == 0;
	struct web_load *load;

	if (!is_end && strcmp(what, "load") != 0)
		return false;
	load = find(loads, text_of(event, "node"));
	if (!load)
		return false;
	(void)snprintf(load->state, sizeof(load->state), "%s",
	    text_of(event, is_end ? "verdict" : "state"));
	add_point(load, event);
	return true;
}

/* Most events are others: those are told apart without being read as JSON. */
bool web_loads_take(struct web_loads *loads, struct str event)
{
	json_t *read;
	bool is_taken;

	if (!str_find(event, STR("\"event\":\"load"), NULL))
		return false;
	read = json_loadb(event.p, event.len, 0, NULL);
	is_taken = read && take(loads, read);
	json_decref(read);
	return is_taken;
}

static void put_point(struct json *json, const struct web_load_point *point)
{
	json_array_begin(json, NULL);
	json_uint(json, NULL, point->time_ms);
	for (size_t i = 0; i < WEB_LOAD_VALUES; i++)
		json_uint(json, NULL, point->values[i]);
	json_array_end(json);
}

void web_loads_put(const struct web_loads *loads, struct buf *out)
{
	struct json json = json_writer(out, 0);

	json_object_begin(&json, NULL);
	json_array_begin(&json, "loads");
	for (size_t i = 0; i < loads->n; i++) {
		const struct web_load *load = &loads->all[i];

		json_object_begin(&json, NULL);
		json_text(&json, "node", load->node);
		json_text(&json, "state", load->state);
		json_array_begin(&json, "points");
		for (size_t k = 0; k < load->n; k++)
			put_point(&json, &load->points[k]);
		json_array_end(&json);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_object_end(&json);
}
