#include "lab/web/feed.h"

#include "lib/base/compiler.h"

#include <inttypes.h>
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

struct entry {
	struct list link;
	uint64_t number;
	const char *kind;
	size_t len;
	char data[];
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

/* A number without an entry is one that is lost: its readers see the gap. */
void web_feed_add(struct web_feed *feed, const char *kind, struct str data)
{
	struct entry *entry =
	    data.len <= WEB_FEED_ENTRY_MAX ? malloc(sizeof(*entry) + data.len) : NULL;
	uint64_t number = feed->next++;

	if (!entry) {
		if (list_empty(&feed->entries))
			feed->first = feed->next;
		return;
	}
	entry->number = number;
	entry->kind = kind;
	entry->len = data.len;
	memcpy(entry->data, data.p, data.len);
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

/* A line break in the data would begin another field of the stream. */
static void put_data(struct buf *out, const struct entry *entry)
{
	for (size_t i = 0; i < entry->len; i++) {
		char c = entry->data[i];

		buf_append_char(out, c == '\n' || c == '\r' ? ' ' : c);
	}
}

/* Behind it stands what the reader has yet to get. Most have got all but the last entries. */
static const struct list *find_got(const struct web_reader *reader,
    const struct web_feed *feed)
{
	const struct list *item = feed->entries.prev;

	while (item != &feed->entries &&
	       list_entry(item, struct entry, link)->number >= reader->next)
		item = item->prev;
	return item;
}

void web_reader_take(struct web_reader *reader, const struct web_feed *feed,
    struct buf *out)
{
	const struct list *item = find_got(reader, feed)->next;

	put_tables(reader, feed, out);
	for (; item != &feed->entries; item = item->next) {
		const struct entry *entry = list_entry(item, struct entry, link);

		if (out->len > 0 && out->len + entry->len > WEB_FEED_PIECE)
			return;
		if (entry->number > reader->next)
			put_lost(out, entry->number - reader->next);
		buf_printf(out, "id: %" PRIu64 "\nevent: %s\ndata: ", entry->number,
		    entry->kind);
		put_data(out, entry);
		buf_append_text(out, "\n\n");
		reader->next = entry->number + 1;
	}
	if (reader->next < feed->next) {
		put_lost(out, feed->next - reader->next);
		reader->next = feed->next;
	}
}
