#include "lab/play/rpc_answer.h"

#include "lib/base/shown.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"

#include <jansson.h>
#include <string.h>

static const struct table_column value_columns[] = {
	{ .heading = "NAME", .least = 24 },
	{ .heading = "VALUE", .least = 12 },
	{ .heading = "TYPE", .leaves = 1 },
};
static const struct table_column name_columns[] = {
	{ .heading = "NAME", .least = 24 },
	{ .heading = "WRITABLE" },
};
static const struct table_column attribute_columns[] = {
	{ .heading = "NAME", .least = 24 },
	{ .heading = "NOTIFICATION" },
	{ .heading = "ACCESS LIST", .leaves = 1 },
};
static const struct table_column method_columns[] = { { .heading = "METHOD" } };
static const struct table_column item_columns[] = {
	{ .heading = "NO", .is_right = true },
	{ .heading = "FIELD", .least = 12 },
	{ .heading = "VALUE", .least = 12 },
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void put_value(struct table *table, size_t i, json_t *item)
{
	(void)i;
	table_cell(table, text_of(item, "name"));
	table_cell(table, text_of(item, "value"));
	table_cell(table, text_of(item, "type"));
}

static void put_name(struct table *table, size_t i, json_t *item)
{
	(void)i;
	table_cell(table, text_of(item, "name"));
	table_cell(table,
	    json_is_true(json_object_get(item, "writable")) ? "yes" : "no");
}

/* By the numbers of cwmp-1-4.xsd. */
static void put_attribute(struct table *table, size_t i, json_t *item)
{
	static const char *const names[] = { "off", "passive", "active",
		"passive-lightweight", "passive-and-passive-lightweight",
		"active-lightweight", "passive-and-active-lightweight" };
	json_int_t n = json_integer_value(json_object_get(item, "notification"));
	auto_buf list = BUF_NULL;
	const json_t *who;
	size_t k;

	(void)i;
	table_cell(table, text_of(item, "name"));
	table_cell(table, n >= 0 && n < (json_int_t)ARRAY_LEN(names) ? names[n] : "?");
	json_array_foreach(json_object_get(item, "access-list"), k, who)
	{
		shown_printf(&list, "%s%s", k > 0 ? ", " : "", json_string_value(who));
	}
	table_cell(table, list.len > 0 ? buf_cstr(&list) : NULL);
}

static void put_method(struct table *table, size_t i, json_t *item)
{
	(void)i;
	table_cell(table, json_string_value(item));
}

static void put_item(struct table *table, size_t i, json_t *item)
{
	const char *key;
	json_t *value;

	json_object_foreach(item, key, value)
	{
		table_cellf(table, "%zu", i + 1);
		table_cell(table, key);
		table_cell(table, json_string_value(value));
	}
}

#define COLUMNS(of) of, ARRAY_LEN(of)

static const struct list_kind {
	const char *key;
	const struct table_column *columns;
	size_t n_columns;
	void (*put)(struct table *table, size_t i, json_t *item);
} kinds[] = {
	{ "values", COLUMNS(value_columns), put_value },
	{ "names", COLUMNS(name_columns), put_name },
	{ "attributes", COLUMNS(attribute_columns), put_attribute },
	{ "methods", COLUMNS(method_columns), put_method },
	{ "transfers", COLUMNS(item_columns), put_item },
	{ "options", COLUMNS(item_columns), put_item },
};

static void flush(struct rpc_answer *answer)
{
	say_text(stdout, buf_str(&answer->out));
	if (!answer->out.error)
		buf_reset(&answer->out);
}

static void put_lists(struct rpc_answer *answer, const json_t *task)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		json_t *list = json_object_get(task, kinds[i].key), *item;
		size_t k;

		if (!list)
			continue;
		if (!answer->list)
			table_begin(&answer->table, &answer->out, &answer->screen,
			    kinds[i].columns, kinds[i].n_columns);
		answer->list = kinds[i].key;
		json_array_foreach(list, k, item)
		{
			kinds[i].put(&answer->table, k, item);
		}
	}
}

/* ---- the head ------------------------------------------------------------------------ */

/* A fault of a set names the parameters; of other RPCs it is about what was asked for. */
static void tell_parameters(const struct rpc_answer *answer, const json_t *task)
{
	const json_t *result = json_object_get(task, "result"), *item;
	const json_t *list = json_object_get(result, "parameters");
	size_t i;

	if (!list && answer->subject)
		say(stderr, "  %s\n", answer->subject);
	json_array_foreach(list, i, item)
	{
		say(stderr, "  %s: %lld %s\n", text_of(item, "name"),
		    (long long)json_integer_value(json_object_get(item, "fault")),
		    text_of(item, "text"));
	}
}

static int tell_end(const struct rpc_answer *answer, const json_t *task)
{
	const char *state = text_of(task, "state");

	if (strcmp(state, "done") == 0)
		return EXIT_OK;
	if (strcmp(state, "fault") == 0 && !json_object_get(task, "fault"))
		say(stderr, "cwmplab: %s answers %s with no fault that CWMP has: %s\n",
		    answer->device, text_of(task, "method"), text_of(task, "why"));
	else if (strcmp(state, "fault") == 0)
		say(stderr, "cwmplab: %s answers %s with fault %lld %s\n",
		    answer->device, text_of(task, "method"),
		    (long long)json_integer_value(json_object_get(task, "fault")),
		    text_of(task, "text"));
	else if (strcmp(state, "withdrawn") == 0)
		say(stderr, "cwmplab: %s to %s was withdrawn before it was sent\n",
		    text_of(task, "method"), answer->device);
	else
		say(stderr, "cwmplab: %s to %s failed: %s\n", text_of(task, "method"),
		    answer->device, text_of(task, "why"));
	tell_parameters(answer, task);
	return EXIT_FAILED;
}

/* "Status 1" says that a change takes a reboot, of any method (TR-069 A6 A.3.2.1). */
static void put_result(struct rpc_answer *answer, const json_t *task)
{
	const json_t *result = json_object_get(task, "result"), *value;
	struct buf *out = &answer->out;

	shown_printf(out, "%s has done %s", answer->device, text_of(task, "method"));
	value = json_object_get(result, "status");
	if (value)
		shown_printf(out, ": status %lld%s",
		    (long long)json_integer_value(value),
		    json_integer_value(value) == 0 ? " (done)" : " (not yet)");
	value = json_object_get(result, "instance");
	if (value)
		shown_printf(out, ", instance %lld",
		    (long long)json_integer_value(value));
	if (text_of(result, "start-time")[0])
		shown_printf(out, ", from %s to %s", text_of(result, "start-time"),
		    text_of(result, "complete-time"));
	buf_append_char(out, '\n');
}

static bool has_list(const json_t *task)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (json_object_get(task, kinds[i].key))
			return true;
	}
	return false;
}

/* ---- pages --------------------------------------------------------------------------- */

void rpc_answer_begin(struct rpc_answer *answer, const char *device,
    const char *subject, bool as_json)
{
	*answer = (struct rpc_answer){ .as_json = as_json,
		.device = device,
		.subject = subject,
		.printer = { .out = stdout },
		.screen = screen_detect(),
		.status = -1 };
}

void rpc_answer_page(struct rpc_answer *answer, json_t *task)
{
	if (answer->status < 0) {
		answer->status = tell_end(answer, task);
		if (!answer->as_json && answer->status == EXIT_OK && !has_list(task))
			put_result(answer, task);
	}
	if (answer->as_json)
		page_print(&answer->printer, task);
	else if (answer->status == EXIT_OK)
		put_lists(answer, task);
	flush(answer);
}

int rpc_answer_end(struct rpc_answer *answer)
{
	if (answer->list)
		table_end(&answer->table);
	flush(answer);
	buf_free(&answer->out);
	if (answer->printer.has_begun)
		page_print_end(&answer->printer);
	return answer->status < 0 ? EXIT_MACHINE : answer->status;
}
