#include "lib/base/intern.h"

#include "lib/base/compiler.h"

#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_BYTES = 16 /* that malloc() adds to what it is asked for, about */
};

struct entry {
	size_t n; /* how often it was put and not dropped */
	size_t len;
	char text[];
};

static size_t cost_of(size_t len)
{
	return sizeof(struct entry) + len + 1 + BLOCK_BYTES +
	       2 * sizeof(struct map_entry);
}

static struct entry *make(struct intern *intern, struct str text)
{
	struct entry *entry = malloc(sizeof(*entry) + text.len + 1);

	if (!entry)
		return NULL;
	entry->n = 0;
	entry->len = text.len;
	if (text.len > 0)
		memcpy(entry->text, text.p, text.len);
	entry->text[text.len] = '\0';
	if (map_put(&intern->texts, str_make(entry->text, text.len), entry) < 0) {
		free(entry);
		return NULL;
	}
	intern->bytes += cost_of(text.len);
	return entry;
}

const char *intern_put(struct intern *intern, struct str text)
{
	struct entry *entry = map_get(&intern->texts, text);

	if (!entry)
		entry = make(intern, text);
	if (!entry)
		return NULL;
	entry->n++;
	return entry->text;
}

void intern_drop(struct intern *intern, const char *text)
{
	struct entry *entry;

	if (!text)
		return;
	entry = container_of(text, struct entry, text[0]);
	if (--entry->n > 0)
		return;
	(void)map_remove(&intern->texts, str_make(text, entry->len));
	if (intern->texts.len == 0)
		map_free(&intern->texts);
	intern->bytes -= cost_of(entry->len);
	free(entry);
}

size_t intern_cost(struct str text)
{
	return cost_of(text.len);
}

void intern_free(struct intern *intern)
{
	struct entry *entry;
	size_t at = 0;

	while ((entry = map_next(&intern->texts, &at)))
		free(entry);
	map_free(&intern->texts);
	intern->bytes = 0;
}
