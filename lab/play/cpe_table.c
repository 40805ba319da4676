#include "lab/play/cpe_table.h"

#include "lib/program/say.h"

#include <jansson.h>
#include <string.h>

static const struct table_column columns[] = {
	{ .heading = "CPE", .least = 8 },
	{ .heading = "STATE" },
	{ .heading = "ADDRESS", .leaves = 2 },
	{ .heading = "ACS", .least = 16, .leaves = 4 },
	{ .heading = "LAST SESSION", .leaves = 3 },
	{ .heading = "NEXT", .least = 8, .leaves = 1 },
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

void cpe_table_put_next(struct buf *out, const json_t *cpe)
{
	const json_t *retry = json_object_get(cpe, "retry_ms"),
		     *next = json_object_get(cpe, "next_ms"),
		     *ms = retry ? retry : next;

	if (ms)
		buf_printf(out, "%s in %lld s", retry ? "retry" : "due",
		    (long long)(json_integer_value(ms) + 999) / 1000);
}

/* "12 s ago", "12 s ago, failed". */
static void put_last(struct table *table, const json_t *cpe)
{
	const json_t *ms = json_object_get(cpe, "last_session_ms");
	bool is_ok = json_is_true(json_object_get(cpe, "last_session_ok"));

	if (ms)
		table_cellf(table, "%lld s ago%s",
		    (long long)json_integer_value(ms) / 1000, is_ok ? "" : ", failed");
	else
		table_cell(table, NULL);
}

void cpe_table_begin(struct cpe_table *table)
{
	table->out = (struct buf)BUF_NULL;
	table->screen = screen_detect();
	table_begin(&table->table, &table->out, &table->screen, columns,
	    ARRAY_LEN(columns));
}

/* Of both families, with a blank between. */
static void put_addresses(struct table *table, const json_t *cpe)
{
	const char *four = text_of(cpe, "address");
	const char *six = json_string_value(json_object_get(cpe, "address6"));
	bool has_four = strcmp(four, "0.0.0.0") != 0;

	if (six && has_four)
		table_cellf(table, "%s %s", four, six);
	else
		table_cell(table, has_four ? four : six);
}

void cpe_table_page(void *user, json_t *page)
{
	struct cpe_table *table = user;
	json_t *cpe;
	size_t i;

	json_array_foreach(json_object_get(page, "cpes"), i, cpe)
	{
		auto_buf next = BUF_NULL;

		cpe_table_put_next(&next, cpe);
		table_cell(&table->table, text_of(cpe, "node"));
		table_cell(&table->table, text_of(cpe, "state"));
		put_addresses(&table->table, cpe);
		table_cell(&table->table, text_of(cpe, "acs"));
		put_last(&table->table, cpe);
		table_cell(&table->table, next.len > 0 ? buf_cstr(&next) : NULL);
	}
}

void cpe_table_end(struct cpe_table *table, bool is_shown)
{
	table_end(&table->table);
	if (is_shown)
		say_text(stdout, buf_str(&table->out));
	buf_free(&table->out);
}
