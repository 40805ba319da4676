/* The messages of a text while it is read. */
#include "capture/text/text_internal.h"

#include <errno.h>
#include <stdlib.h>

void transcript_free(struct transcript *t)
{
	map_free(&t->by_key);
	free(t->conns);
	free(t->messages);
	arena_free(&t->arena);
}

/* Room for one more item of size bytes; null without memory. */
static void *grow(void *items, size_t len, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *grown;

	if (len < *cap)
		return items;
	grown = realloc(items, more * size);
	if (grown)
		*cap = more;
	return grown;
}

static size_t find_conn(const struct transcript *t, struct str key)
{
	uintptr_t place = key.len > 0 ? (uintptr_t)map_get(&t->by_key, key) : 0;

	return place > 0 ? place - 1 : SIZE_MAX;
}

size_t transcript_conn(struct transcript *t, struct str key,
    const struct text_conn *conn)
{
	size_t found = find_conn(t, key);
	struct text_conn *conns;

	if (found != SIZE_MAX || t->error)
		return found;
	conns = grow(t->conns, t->n_conns, &t->conns_cap, sizeof(*conns));
	if (!conns) {
		t->error = -ENOMEM;
		return SIZE_MAX;
	}
	t->conns = conns;
	t->conns[t->n_conns] = *conn;
	t->conns[t->n_conns].flags |= CONN_NO_PACKETS;
	t->conns[t->n_conns].key = STR_NULL;
	if (key.len > 0) {
		key = arena_str(&t->arena, key);
		t->conns[t->n_conns].key = key;
		if (!key.p ||
		    map_put(&t->by_key, key, (void *)(uintptr_t)(t->n_conns + 1)) < 0) {
			t->error = -ENOMEM;
			return SIZE_MAX;
		}
	}
	return t->n_conns++;
}

void transcript_add(struct transcript *t, const struct text_message *message)
{
	struct text_message *messages;

	if (t->error)
		return;
	if (t->n_messages == TEXT_MESSAGES_MAX) {
		t->error = ERR_LIMIT;
		return;
	}
	messages =
	    grow(t->messages, t->n_messages, &t->messages_cap, sizeof(*messages));
	if (!messages) {
		t->error = -ENOMEM;
		return;
	}
	t->messages = messages;
	t->messages[t->n_messages++] = *message;
}

void transcript_damage(struct transcript *t, uint32_t line, uint32_t column,
    const char *what)
{
	if (t->damage)
		return;
	t->damage = what;
	t->damage_line = line;
	t->damage_column = column;
}
