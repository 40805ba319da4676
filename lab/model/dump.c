#include "lab/model/dump.h"

#include <errno.h>

void dump_free(struct dump *dump)
{
	map_free(&dump->by_path);
	free(dump->items);
	arena_free(&dump->arena);
	*dump = (struct dump){ .len = 0 };
}

struct str dump_keep(struct dump *dump, struct str text)
{
	return arena_str(&dump->arena, text);
}

static int make_room(struct dump *dump)
{
	size_t cap = dump->cap ? 2 * dump->cap : 256;
	struct dump_entry *items;

	if (dump->len < dump->cap)
		return 0;
	items = realloc(dump->items, cap * sizeof(*items));
	if (!items)
		return -ENOMEM;
	dump->items = items;
	dump->cap = cap;
	return 0;
}

struct dump_entry *dump_want(struct dump *dump, struct str path, bool *ret_is_new)
{
	uintptr_t at = (uintptr_t)map_get(&dump->by_path, path);

	*ret_is_new = at == 0;
	if (at > 0)
		return &dump->items[at - 1];
	if (!path.p || make_room(dump) < 0 ||
	    map_put(&dump->by_path, path, (void *)(uintptr_t)(dump->len + 1)) < 0)
		return NULL;
	dump->items[dump->len] = (struct dump_entry){ .path = path, .type = -1 };
	return &dump->items[dump->len++];
}

/* ---- names and types ------------------------------------------------------------------- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

enum dump_name dump_check_name(struct str path, size_t *ret_at)
{
	struct str rest, root;

	*ret_at = 0;
	if (path.len > MODEL_PATH_MAX)
		return DUMP_NAME_LONG;
	for (size_t i = 0; i < path.len; i++) {
		*ret_at = i;
		if (path.p[i] == '.' && (i == 0 || path.p[i - 1] == '.'))
			return DUMP_NAME_EMPTY_PART;
		if (path.p[i] != '.' && !is_name_char(path.p[i]))
			return DUMP_NAME_CHARACTER;
	}
	*ret_at = 0;
	if (path.len == 0)
		return DUMP_NAME_EMPTY_PART;
	root = str_cut(path, '.', &rest);
	if (root.p[0] >= '0' && root.p[0] <= '9')
		return DUMP_NAME_ROOT;
	*ret_at = draft_parent(path).len;
	return draft_is_number(draft_last(path)) && path.p[path.len - 1] != '.'
		   ? DUMP_NAME_NUMBER
		   : DUMP_NAME_OK;
}

const char *dump_name_words(enum dump_name wrong)
{
	switch (wrong) {
	case DUMP_NAME_OK:
		break;
	case DUMP_NAME_EMPTY_PART:
		return "a name has no empty parts: \"A.B.1.C\" is wanted";
	case DUMP_NAME_CHARACTER:
		return "names are made of letters, digits, \"_\" and \"-\", with dots "
		       "between";
	case DUMP_NAME_LONG:
		return "a name has at most 256 bytes (TR-069 A6 A.2)";
	case DUMP_NAME_NUMBER:
		return "a number is an instance of a table, which is an object";
	case DUMP_NAME_ROOT:
		return "a name begins with that of its root object, such as \"Device.\"";
	}
	return "";
}

int dump_type(struct str text)
{
	static const struct {
		const char *name;
		int type;
	} rows[] = {
		{ "string", MODEL_STRING },
		{ "boolean", MODEL_BOOLEAN },
		{ "bool", MODEL_BOOLEAN },
		{ "int", MODEL_INT },
		{ "integer", MODEL_INT },
		{ "unsignedInt", MODEL_UNSIGNED_INT },
		{ "unsigned", MODEL_UNSIGNED_INT },
		{ "uint", MODEL_UNSIGNED_INT },
		{ "long", MODEL_LONG },
		{ "unsignedLong", MODEL_UNSIGNED_LONG },
		{ "dateTime", MODEL_DATE_TIME },
		{ "base64", MODEL_BASE64 },
		{ "base64Binary", MODEL_BASE64 },
		{ "hexBinary", MODEL_HEX_BINARY },
	};
	struct str rest, name = str_cut(text, ':', &rest);

	if (rest.p)
		name = rest;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq_nocase(name, str_of(rows[i].name)))
			return rows[i].type;
	}
	return -1;
}
