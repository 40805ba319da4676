#include "lab/play/device_table.h"

#include "lib/base/shown.h"
#include "lib/program/say.h"

#include <jansson.h>
#include <string.h>

static const struct table_column columns[] = {
	{ .heading = "DEVICE", .least = 16 },
	{ .heading = "ADDRESS", .leaves = 2 },
	{ .heading = "LAST SESSION", .least = 19 },
	{ .heading = "EVENTS", .least = 10, .leaves = 1 },
	{ .heading = "INFORMS", .is_right = true, .leaves = 4 },
	{ .heading = "CALLED", .leaves = 3 },
	{ .heading = "TAGS", .leaves = 5 },
};

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void put_device(struct table *table, const json_t *device)
{
	table_cell(table, text_of(device, "id"));
	table_cell(table, text_of(device, "address"));
	table_cell(table, text_of(device, "last-inform"));
	table_cell(table, text_of(device, "events"));
	table_cellf(table, "%lld",
	    (long long)json_integer_value(json_object_get(device, "informs")));
	table_cell(table, text_of(json_object_get(device, "call"), "outcome"));
	table_cell(table, text_of(device, "tags"));
}

/* "sessions 6, failed 0". */
static void put_numbers(struct buf *out, json_t *status)
{
	const char *comma = "", *key;
	json_t *value;

	json_object_foreach(status, key, value)
	{
		if (!json_is_integer(value))
			continue;
		shown_printf(out, "%s%s %lld", comma, key,
		    (long long)json_integer_value(value));
		comma = ", ";
	}
	if (*comma)
		buf_append_char(out, '\n');
}

void device_table_begin(struct device_table *table)
{
	*table = (struct device_table){ .screen = screen_detect() };
}

static void flush(struct device_table *table)
{
	say_text(stdout, buf_str(&table->out));
	if (!table->out.error)
		buf_reset(&table->out);
}

void device_table_page(void *user, json_t *page)
{
	struct device_table *table = user;
	json_t *status = json_object_get(page, "status"), *devices, *device;
	size_t i;

	put_numbers(&table->out, status);
	devices = json_object_get(status, "devices");
	if (devices && !table->has_devices) {
		table->has_devices = true;
		table_begin(&table->table, &table->out, &table->screen, columns,
		    ARRAY_LEN(columns));
	}
	json_array_foreach(devices, i, device)
	{
		put_device(&table->table, device);
	}
	flush(table);
	if (!json_object_get(status, "cpes"))
		return;
	if (!table->has_cpes)
		cpe_table_begin(&table->cpes);
	table->has_cpes = true;
	cpe_table_page(&table->cpes, status);
}

void device_table_end(struct device_table *table)
{
	if (table->has_devices)
		table_end(&table->table);
	flush(table);
	if (table->has_cpes)
		cpe_table_end(&table->cpes, true);
	buf_free(&table->out);
}
