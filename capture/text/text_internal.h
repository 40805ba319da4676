/* Shared by the files of the reader of texts alone. */
#pragma once

#include "capture/text/text.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/cwmp/cwmp.h"

enum {
	TEXT_ARENA_MAX = 512 << 20,
};

enum text_format {
	TEXT_UNKNOWN,
	TEXT_ENVELOPES,     /* SOAP alone, one or several */
	TEXT_HTTP,          /* requests and responses, or parts of them */
	TEXT_GENIEACS_YAML, /* of GenieACS 1.2, GENIEACS_DEBUG_FORMAT=yaml */
	TEXT_GENIEACS_JSON, /* the same, a line a message */
	TEXT_GENIEACS_DUMP, /* of GenieACS 1.0 and 1.1: "# REQUEST", "# RESPONSE" */
	TEXT_FOLLOW_ASCII,  /* tshark -z follow,tcp,ascii */
	TEXT_FOLLOW_HEX,    /* -z follow,tcp,hex, and Wireshark's "Hex Dump" */
	TEXT_FOLLOW_RAW,    /* -z follow,tcp,raw */
	TEXT_FOLLOW_YAML,   /* -z follow,tcp,yaml, and Wireshark's "YAML" */
	TEXT_HAR,
	TEXT_FORMATS
};

/* The format in words for people, a literal. */
const char *text_format_name(enum text_format format);

/* Which of the formats text begins as; TEXT_UNKNOWN where it is none. */
enum text_format text_recognise(struct str text);

/* text_run() for bytes in memory, in UTF-8; TEXT_UNKNOWN: as what it is known as. */
int text_run_bytes(struct str text, enum text_format format, const char *name,
    const struct conn_sink *sink, struct text_counts *ret, struct error *err);

/* ---- what is read ------------------------------------------------------------------ */

struct text_end { /* of a connection, as far as the text names it */
	struct address address;
	uint16_t port;
};

struct text_conn {
	struct str key; /* connections of one key are the same one */
	struct text_end client, server;
	unsigned flags; /* enum conn_flag */
	/* Its messages follow one another as on the wire: none of them stands elsewhere, or
	 * was left out. */
	bool is_stream;
};

/* What an envelope says of where its message belongs. */
struct text_envelope {
	bool is_there; /* there is one, and it can be read */
	enum cwmp_kind kind;
	enum cwmp_method method;
	struct str name; /* of the RPC, without "Response" */
	struct str id;   /* cwmp:ID; a null view: none */
	uint32_t fault;
};

struct text_message {
	size_t conn; /* index */
	bool is_request;
	/* The start line and the header lines; a null view: the text does not have them. */
	struct str head;
	struct str body;
	bool has_whole_head; /* no header of it was left out */
	bool is_cut;         /* the end of the body is missing */
	/* Of texts that are pasted alone. Where there is no head, messages.c reads it, as it
	 * tells who sent the message; else arrange.c does. */
	struct text_envelope envelope;
	uint32_t line; /* from 1, where it begins */
	clock_ns time; /* 0: the text does not tell */
};

struct transcript {
	struct arena
	    arena; /* owns all that the views of messages are not borrowed from */
	struct text_conn *conns; /* owned, as the next */
	size_t n_conns, conns_cap;
	struct text_message *messages;
	size_t n_messages, messages_cap;
	struct map by_key;
	int error;          /* -ENOMEM or ERR_LIMIT, sticky */
	const char *damage; /* as struct text_counts */
	uint32_t damage_line, damage_column;
};

/* ---- transcript.c ------------------------------------------------------------------ */

void transcript_free(struct transcript *t);

/* The connection of that key, which is made where there is none, with these ends and flags.
 * An empty key makes a new one each time. SIZE_MAX without memory. */
size_t transcript_conn(struct transcript *t, struct str key,
    const struct text_conn *conn);

/* A copy of message becomes the last one. The views in it must live as long as the
 * transcript. */
void transcript_add(struct transcript *t, const struct text_message *message);

/* Notes the first thing that keeps the text from being read on, or whole. */
void transcript_damage(struct transcript *t, uint32_t line, uint32_t column,
    const char *what);

/* ---- arrange.c --------------------------------------------------------------------- */

/* Gives the messages of pasted texts, whose order is all that is known, to connections, so
 * that each follows from the one before. Those that follow from nothing, as where messages
 * between were left out, are marked as an excerpt (CONN_EXCERPT). */
void text_arrange(struct transcript *t);

/* A connection whose requests are not all answered goes on as another one: which response
 * is whose would not be known. */
void text_separate(struct transcript *t);

/* ---- emit.c ------------------------------------------------------------------------ */

/* Tells the sink of all messages, in order, and fills *ret. */
int text_emit(const struct transcript *t, const struct conn_sink *sink,
    struct text_counts *ret);

/* ---- envelope.c -------------------------------------------------------------------- */

/* Reads what the envelope in body says, with copies in the transcript's arena. Without memory
 * t->error is -ENOMEM. */
void text_envelope_read(struct transcript *t, struct text_envelope *envelope,
    struct str body);

/* Whether a CPE sent the envelope in body, where no head says so: by the name of its RPC,
 * and of a fault by its code. */
bool text_is_of_cpe(const struct text_envelope *envelope, struct str body);

/* Where an envelope begins in text, its XML declaration included; text.len where there
 * is none. */
size_t text_envelope_start(struct str text);

/* Where the envelope that begins at the start of text ends, behind its end tag; 0 where the
 * end tag is missing. */
size_t text_envelope_end(struct str text);

/* Whether dots stand in the place of elements, as people shorten what they paste: what is
 * not there is not missing then. */
bool text_is_shortened(struct str text);

/* ---- readers: each fills the transcript -------------------------------------------- */

/* messages.c: one or more messages as they were pasted. */
void text_read_messages(struct transcript *t, struct str text);

enum text_bytes {
	TEXT_PASTED, /* ends of lines, blanks and chunks may have changed */
	TEXT_SHOWN, /* all bytes are there, but a dot for each that is not shown as text */
	TEXT_EXACT,
};

/* The same for what one side of a connection sent without a break, which begins at that
 * line. */
void text_read_run(struct transcript *t, size_t conn, struct str run,
    enum text_bytes bytes, uint32_t line, clock_ns time);

/* Whether the line, without blanks around it, is the first one of a request or response. */
bool text_is_start_line(struct str line);
bool text_is_request_line(struct str line);

/* follow.c: streams as they are read. */
struct text_run {      /* what one end sent without a break */
	unsigned node; /* 0 or 1 */
	struct buf bytes;
	uint32_t line;
	clock_ns time;
	bool is_exact; /* its bytes are those that the text counts */
	struct text_run *next;
};

struct text_stream {
	struct arena *arena;     /* of the runs */
	struct text_end ends[2]; /* by node */
	struct text_run *first, *last;
};

/* The run that the next bytes of that node belong to. Null without memory. */
struct text_run *text_stream_run(struct text_stream *stream, unsigned node,
    uint32_t line, clock_ns time);

/* The stream is over: its messages become those of a connection, whose client is the
 * node that sends requests. Frees the bytes of its runs and forgets its ends. Without
 * memory t->error is ERR_LIMIT. */
void text_stream_end(struct text_stream *stream, struct transcript *t,
    enum text_bytes bytes);

void text_read_follow(struct transcript *t, struct str text, enum text_format format);
void text_read_follow_yaml(struct transcript *t, struct str text);
void text_read_genieacs_yaml(struct transcript *t, struct str text);
void text_read_genieacs_json(struct transcript *t, struct str text);
/* "# REQUEST" or "# RESPONSE" with a time. */
bool text_is_dump_line(struct str line);
void text_read_dump(struct transcript *t, struct str text);
void text_read_har(struct transcript *t, struct str text);

struct tree;
struct tree_mistake;

/* Appends the headers of a log, a map of names and their values, as lines. False where some
 * are left out: with the end of a line in them they would become lines of their own. */
bool text_put_headers(struct buf *out, const struct tree *headers);

/* Notes how the reading of a document ended: r as tree_json_next() returns it. */
void text_note(struct transcript *t, int r, const struct tree_mistake *mistake,
    uint32_t lines_before);

/* ---- small things ------------------------------------------------------------------ */

/* Cuts the next line off *rest, without its end (CR LF or LF). */
struct str text_line(struct str *rest);

/* How many lines end in it. */
uint32_t text_lines(struct str text);

/* Whether the line is a header of that name, in any case. */
bool text_is_header(struct str line, const char *name);

/* The value of the first header of that name; a null view where there is none. */
struct str text_header(struct str head, const char *name);

/* Whether the codings that the head names, in one header or in several, are with chunks. */
bool text_is_chunked(struct str head);

/* "10.0.0.1", "fd00::1", "::ffff:10.0.0.1", which is the first; ADDRESS_NONE for others. */
struct address text_address(struct str s);

/* "2026-01-01T00:00:00.000Z", also with an offset; 0 for others. */
clock_ns text_time_iso(struct str s);

/* "Thu Jan 01 2026 00:00:00 GMT+0100 (CET)", as JavaScript writes it; 0 for others. */
clock_ns text_time_js(struct str s);
