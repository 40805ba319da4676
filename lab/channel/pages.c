#include "lab/channel/pages.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- printing ----------------------------------------------------------------------- */

static int depth_of(const struct page_printer *printer)
{
	return 1 + printer->object.is_open + printer->array.is_open;
}

/* Where the next member or item goes. */
static void next_line(struct page_printer *printer)
{
	say(printer->out, "%s\n%*s", printer->needs_comma ? "," : "",
	    2 * depth_of(printer), "");
	printer->needs_comma = true;
}

void page_print_value(FILE *out, const json_t *value, int indent)
{
	auto_free char *text =
	    json_dumps(value, JSON_ENCODE_ANY | JSON_INDENT((size_t)indent));
	auto_buf shown = BUF_NULL;

	json_escape_raw(&shown, str_of(text));
	(void)say_bytes(out, buf_str(&shown));
}

static void put_value(struct page_printer *printer, const json_t *value)
{
	page_print_value(printer->out, value, 0);
}

static void put_key(struct page_printer *printer, const char *key)
{
	json_t *text = json_string(key);

	next_line(printer);
	put_value(printer, text);
	say(printer->out, ": ");
	json_decref(text);
}

static bool is_open(const struct page_member *member, const char *key)
{
	return member->is_open && strcmp(member->key, key) == 0;
}

static void open_member(struct page_printer *printer, struct page_member *member,
    const char *key, char bracket)
{
	put_key(printer, key);
	say(printer->out, "%c", bracket);
	(void)snprintf(member->key, PAGE_KEY_MAX, "%s", key);
	member->is_open = true;
	printer->needs_comma = false;
}

static void close_member(struct page_printer *printer, struct page_member *member,
    char bracket)
{
	if (!member->is_open)
		return;
	member->is_open = false;
	if (printer->needs_comma)
		say(printer->out, "\n%*s", 2 * depth_of(printer), "");
	say(printer->out, "%c", bracket);
	printer->needs_comma = true;
}

static void put_items(struct page_printer *printer, const char *key,
    const json_t *items)
{
	const json_t *item;
	size_t i;

	if (!is_open(&printer->array, key)) {
		close_member(printer, &printer->array, ']');
		open_member(printer, &printer->array, key, '[');
	}
	json_array_foreach(items, i, item)
	{
		next_line(printer);
		put_value(printer, item);
	}
}

static void put_member(struct page_printer *printer, const char *key,
    const json_t *value)
{
	if (json_is_array(value)) {
		put_items(printer, key, value);
		return;
	}
	close_member(printer, &printer->array, ']');
	put_key(printer, key);
	put_value(printer, value);
}

static void put_object(struct page_printer *printer, const char *key, json_t *object)
{
	const char *inner;
	json_t *value;

	if (!is_open(&printer->object, key)) {
		close_member(printer, &printer->array, ']');
		close_member(printer, &printer->object, '}');
		open_member(printer, &printer->object, key, '{');
	}
	json_object_foreach(object, inner, value)
	{
		put_member(printer, inner, value);
	}
}

void page_print(struct page_printer *printer, const json_t *page)
{
	const char *key;
	json_t *value;

	if (!printer->has_begun)
		say(printer->out, "{");
	printer->has_begun = true;
	json_object_foreach((json_t *)(uintptr_t)page, key, value)
	{
		if (json_is_object(value)) {
			put_object(printer, key, value);
			continue;
		}
		if (printer->object.is_open) {
			close_member(printer, &printer->array, ']');
			close_member(printer, &printer->object, '}');
		}
		put_member(printer, key, value);
	}
}

void page_print_any(void *printer, json_t *page)
{
	page_print(printer, page);
}

void page_print_end(struct page_printer *printer)
{
	close_member(printer, &printer->array, ']');
	close_member(printer, &printer->object, '}');
	say_text(printer->out, str_of(!printer->has_begun    ? "{}\n"
				      : printer->needs_comma ? "\n}\n"
							     : "}\n"));
}

/* ---- merging ------------------------------------------------------------------------ */

int page_merge(json_t *whole, const json_t *page)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)page, key, value)
	{
		json_t *there = json_object_get(whole, key);
		int r;

		if (json_is_array(there) && json_is_array(value))
			r = json_array_extend(there, value);
		else if (json_is_object(there) && json_is_object(value))
			r = page_merge(there, value);
		else
			r = json_object_set(whole, key, value);
		if (r < 0)
			return -ENOMEM;
	}
	return 0;
}
