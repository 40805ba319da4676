#include "lab/web/feed.h"

#include "lib/base/compiler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const web_table_names[WEB_TABLES] = {
	[WEB_NODES] = "nodes",
	[WEB_CPES] = "cpes",
	[WEB_DEVICES] = "devices",
	[WEB_LINKS] = "links",
	[WEB_LEASES] = "leases",
	[WEB_SESSIONS] = "sessions",
	[WEB_FINDINGS] = "findings",
};

enum {
	HEAD_MAX = 96 /* before the data: "id: N", "event: KIND" */
};

struct entry {
	struct list link;
	uint64_t number;
	uint64_t at; /* bytes of all that came before it */
	size_t len;
	char text[]; /* as it goes out */
};

void web_feed_init(struct web_feed *feed)
{
	*feed = (struct web_feed){ .next = 1, .first = 1 };
	list_init(&feed->entries);
	for (size_t i = 0; i < WEB_TABLES; i++)
		feed->versions[i] = 1;
}

static void drop_first(struct web_feed *feed)
{
	struct entry *entry = list_first(&feed->entries, struct entry, link);

	list_remove(&entry->link);
	feed->bytes -= entry->len + sizeof(*entry);
	free(entry);
	feed->first = list_empty(&feed->entries)
			  ? feed->next
			  : list_first(&feed->entries, struct entry, link)->number;
}

void web_feed_free(struct web_feed *feed)
{
	while (!list_empty(&feed->entries))
		drop_first(feed);
}

/* A line break in the data would begin another field of the stream. */
static char *put_data(char *at, struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		*at++ = data.p[i] == '\n' || data.p[i] == '\r' ? ' ' : data.p[i];
	return at;
}

/* Null: it is too long, or there is no memory. */
static struct entry *make_entry(uint64_t number, const char *kind, struct str data)
{
	char head[HEAD_MAX];
	size_t n = (size_t)snprintf(head, sizeof(head),
	    "id: %" PRIu64 "\nevent: %s\ndata: ", number, kind);
	size_t len = n + data.len + 2;
	struct entry *entry = n < sizeof(head) && data.len <= WEB_FEED_ENTRY_MAX
				  ? malloc(sizeof(*entry) + len)
				  : NULL;

	if (!entry)
		return NULL;
	entry->number = number;
	entry->len = len;
	memcpy(entry->text, head, n);
	memcpy(put_data(entry->text + n, data), "\n\n", 2);
	return entry;
}

/* A number without an entry is one that is lost: its readers see the gap. */
void web_feed_add(struct web_feed *feed, const char *kind, struct str data)
{
	uint64_t number = feed->next++;
	struct entry *entry = make_entry(number, kind, data);

	if (!entry) {
		if (list_empty(&feed->entries))
			feed->first = feed->next;
		return;
	}
	entry->at = feed->end;
	feed->end += entry->len;
	if (list_empty(&feed->entries))
		feed->first = number;
	list_append(&feed->entries, &entry->link);
	feed->bytes += entry->len + sizeof(*entry);
	while (feed->bytes > WEB_FEED_BYTES)
		drop_first(feed);
}

void web_feed_touch(struct web_feed *feed, enum web_table table)
{
	feed->versions[table]++;
}

/* What it says to have had is believed only as far as it can be. */
void web_reader_init(struct web_reader *reader, const struct web_feed *feed,
    uint64_t last)
{
	*reader = (struct web_reader){ .next = feed->first };
	if (feed->next - feed->first > WEB_FEED_HISTORY)
		reader->next = feed->next - WEB_FEED_HISTORY;
	if (last > 0 && last < feed->next)
		reader->next = last + 1;
}

bool web_reader_is_behind(const struct web_reader *reader, const struct web_feed *feed)
{
	return reader->next < feed->next ||
	       memcmp(reader->versions, feed->versions, sizeof(feed->versions)) != 0;
}

static void put_lost(struct buf *out, uint64_t n)
{
	buf_printf(out, "event: lost\ndata: {\"n\":%" PRIu64 "}\n\n", n);
}

static void put_tables(struct web_reader *reader, const struct web_feed *feed,
    struct buf *out)
{
	const char *comma = "";

	if (memcmp(reader->versions, feed->versions, sizeof(feed->versions)) == 0)
		return;
	buf_append_text(out, "event: tables\ndata: {");
	for (size_t i = 0; i < WEB_TABLES; i++) {
		if (reader->versions[i] == feed->versions[i])
			continue;
		buf_printf(out, "%s\"%s\":%" PRIu64, comma, web_table_names[i],
		    feed->versions[i]);
		comma = ",";
	}
	buf_append_text(out, "}\n\n");
	memcpy(reader->versions, feed->versions, sizeof(feed->versions));
}

/* The first that the reader gets next: most have got all but the last entries. */
static const struct list *find_next(const struct web_reader *reader,
    const struct web_feed *feed)
{
	const struct list *item = &feed->entries;

	while (item->prev != &feed->entries) {
		const struct entry *entry = list_entry(item->prev, struct entry, link);
		bool is_too_far = feed->end - entry->at > WEB_FEED_BEHIND;

		/* The last is told in any case, however long it is. */
		if (entry->number < reader->next ||
		    (is_too_far && item != &feed->entries))
			break;
		item = item->prev;
	}
	return item;
}

void web_reader_take(struct web_reader *reader, const struct web_feed *feed,
    struct buf *out)
{
	const struct list *item = find_next(reader, feed);

	put_tables(reader, feed, out);
	for (; item != &feed->entries; item = item->next) {
		const struct entry *entry = list_entry(item, struct entry, link);

		if (out->len > 0 && out->len + entry->len > WEB_FEED_PIECE)
			return;
		if (entry->number > reader->next)
			put_lost(out, entry->number - reader->next);
		buf_append(out, entry->text, entry->len);
		reader->next = entry->number + 1;
	}
	if (reader->next < feed->next) {
		put_lost(out, feed->next - reader->next);
		reader->next = feed->next;
	}
}
