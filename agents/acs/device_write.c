/* A device of the list, as an ACS tells it, and the walk over all of them. */
#include "agents/acs/device.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"

enum {
	DEVICE_TEXT_SHOWN_MAX = 1024 /* bytes of a text that the device chose */
};

static void put_cut(struct json *json, const char *key, const char *text)
{
	size_t max = json->text_max;

	json->text_max = DEVICE_TEXT_SHOWN_MAX;
	json_text(json, key, text);
	json->text_max = max;
}

/* Writes values while the object stays within max bytes; returns how many. */
static size_t put_values(const struct device *device, struct json *json, size_t begin,
    size_t max)
{
	for (size_t i = 0; i < device->n_values; i++) {
		struct json before = *json;
		size_t len = json->out->len;

		json_text(json, device->values[i].name, device->values[i].value);
		if (json->out->len - begin <= max)
			continue;
		*json = before;
		json->out->len = len;
		return i;
	}
	return device->n_values;
}

void device_write(const struct device *device, struct json *json, size_t max)
{
	char time[CLOCK_ISO8601_MAX];
	size_t begin = json->out->len, n;

	json_object_begin(json, NULL);
	put_cut(json, "id", device->id);
	put_cut(json, "manufacturer", device->text.manufacturer);
	json_text(json, "address", device->address);
	json_text(json, "last-inform", clock_iso8601(device->last_inform, 3, time));
	json_uint(json, "informs", device->n_informs);
	json_uint(json, "retry-count", device->retry_count);
	put_cut(json, "events", device->events);
	if (device->call) {
		json_object_begin(json, "call");
		json_text(json, "time", clock_iso8601(device->call->time, 3, time));
		json_text(json, "outcome", device->call->outcome);
		json_text(json, "why", device->call->why);
		json_object_end(json);
	}
	if (device->tags && device->tags[0])
		put_cut(json, "tags", device->tags);
	json_object_begin(json, "values");
	/* Then come at most the brackets and the number of those left out. */
	n = put_values(device, json, begin, max - 64);
	json_object_end(json);
	if (n < device->n_values)
		json_uint(json, "values-left-out", device->n_values - n);
	json_object_end(json);
}

/* ---- walks -------------------------------------------------------------------------- */

void device_cursor_open(struct device_cursor *cursor, struct device_list *list)
{
	cursor->list = list;
	cursor->next = list->by_birth.next;
	list_append(&list->cursors, &cursor->link);
}

void device_cursor_close(struct device_cursor *cursor)
{
	list_remove(&cursor->link);
}

bool device_cursor_has_next(const struct device_cursor *cursor)
{
	return cursor->next != &cursor->list->by_birth;
}

const struct device *device_cursor_next(struct device_cursor *cursor)
{
	struct list *item = cursor->next;

	if (!device_cursor_has_next(cursor))
		return NULL;
	cursor->next = item->next;
	return list_entry(item, struct device, birth);
}
