/* What browsers are told as it happens (server-sent events, WHATWG HTML 9.2): one run of entries
 * for all of them, each written once as it goes out, of which the oldest go, and for each browser
 * how far it has read. However many there are and however slowly they read, nothing is held for
 * one of them but a number. Pure. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/list.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	WEB_FEED_BYTES = 2 << 20, /* of all entries that are kept */
	WEB_FEED_ENTRY_MAX = 256 << 10,
	WEB_FEED_PIECE = 32 << 10, /* a browser gets so much at once, or one entry */
	/* One that is further behind goes on with the newest of so many bytes: more than a
	 * page shows, and a crowd of them costs no more than that, whatever happens. */
	WEB_FEED_BEHIND = 128 << 10,
	WEB_FEED_HISTORY = 100 /* entries that one who begins is told first */
};

/* What a browser is told only the newest of: how often each table has changed. */
enum web_table {
	WEB_NODES,
	WEB_CPES,
	WEB_DEVICES,
	WEB_LINKS,
	WEB_LEASES,
	WEB_SESSIONS,
	WEB_FINDINGS,
	WEB_TABLES
};

extern const char *const web_table_names[WEB_TABLES];

struct web_feed {
	struct list entries;
	size_t bytes;
	uint64_t end;   /* bytes of all entries that ever came */
	uint64_t next;  /* number of the entry that comes next, from 1 */
	uint64_t first; /* that is kept; next where none is */
	uint64_t versions[WEB_TABLES];
};

struct web_reader {
	uint64_t next; /* entry that it has yet to get */
	uint64_t versions[WEB_TABLES];
};

void web_feed_init(struct web_feed *feed);
void web_feed_free(struct web_feed *feed);

/* Adds an entry: kind is a word of ours, data one line (JSON), copied. One that is too long, or
 * finds no memory, is left out, and readers are told that something is missing. */
void web_feed_add(struct web_feed *feed, const char *kind, struct str data);

/* The table has changed. */
void web_feed_touch(struct web_feed *feed, enum web_table table);

/* A reader that begins now, with the last that is kept, or goes on behind the entry that it had last
 * (0: none; the Last-Event-ID of its request). It is told all tables. */
void web_reader_init(struct web_reader *reader, const struct web_feed *feed,
    uint64_t last);

/* Whether there is something that the reader does not have. */
bool web_reader_is_behind(const struct web_reader *reader, const struct web_feed *feed);

/* Appends the next piece for the reader: entries, what was lost before them, and the tables that have
 * changed. */
void web_reader_take(struct web_reader *reader, const struct web_feed *feed,
    struct buf *out);
