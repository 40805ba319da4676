/* The parts of script.h among themselves: a script is read into statements first
 * (script_read.c), then each is run by the row of its word (script.c). Where no other error
 * is named, functions return 0, ERR_CONFIG for a mistake that they have told in the script's
 * err, or -ENOMEM. What they keep lives in the arena of the script. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"
#include "lib/proto/http_auth.h"
#include "tests/support/script.h"

enum {
	SCRIPT_WORDS_MAX = 128,
	SCRIPT_HOSTS_MAX = 64,
	SCRIPT_CONNS_MAX = 64,
	SCRIPT_COOKIES_MAX = 32,
	SCRIPT_MEMBERS_MAX = 300,
	SCRIPT_MARKS_MAX = 16,
	SCRIPT_REPEAT_MAX = 2000,
};

/* ---- text ---------------------------------------------------------------------------- */

struct word {
	struct str text;   /* quotes and escapes resolved */
	struct str raw;    /* from here to the end of the line, without its comment */
	size_t key_len;    /* "key=...": of the key; SIZE_MAX: there is none */
	size_t quoted_len; /* what is behind this was not quoted */
	unsigned col;
};

struct statement {
	unsigned line;
	struct word *words;
	size_t n_words;
	struct str block; /* lines of "<<END" */
	bool has_block;
	struct statement *details; /* indented below it */
	size_t n_details;
};

struct source {
	const char *name;
	struct statement *statements;
	size_t len;
};

/* Reads text into statements, which live in arena and point into text, too. */
int source_read(struct source *out, const char *name, struct str text,
    struct arena *arena, struct error *err);

/* Writes "name:line:col: ..." into err and returns ERR_CONFIG. word may be null: column 1. */
int source_error(struct error *err, const char *name, unsigned line,
    const struct word *word, const char *fmt, ...) ATTR_PRINTF(5, 6);

/* Appends text with its escapes resolved. ERR_MALFORMED for an escape that the language does
 * not have, or the error of out. */
int unescape(struct buf *out, struct str text);

/* Appends the bytes that raw stands for (BYTES of the language). ERR_MALFORMED, or ERR_LIMIT
 * when it is nested too deep, with words and offset in err. */
int bytes_read(struct buf *out, struct str raw, struct error *err);

struct str word_key(const struct word *word);   /* null view: none */
struct str word_value(const struct word *word); /* behind "=", or the whole word */
bool word_is(const struct word *word, const char *text);

/* ---- what runs ----------------------------------------------------------------------- */

struct host {
	const char *name;
	struct endpoint at; /* port: unused */
	bool has_ip6;
	/* as a CPE */
	struct str cookies[SCRIPT_COOKIES_MAX]; /* "name=value" */
	size_t n_cookies;
	struct str provisioning_code, parameter_key, pending_key;
	struct str last_body; /* of its last request */
	struct str last_method;
	unsigned last_status; /* of the last response to it */
	uint32_t xid;
	struct str last_id[2]; /* of the last request, by enum direction; null: none */
	struct cwmp_strings asked; /* names, of the last Get */
};

struct connection {
	struct str label;
	struct host *client, *server;
	struct tcp_pair pair;
	struct str host_header, path;
	struct auth_challenge challenge; /* scheme AUTH_NONE: none yet */
	unsigned number;                 /* from 0 */
	uint64_t requests;
};

struct time_mark {
	struct str name;
	clock_ns time;
};

struct nonce_use {
	struct str nonce;
	uint32_t nc;
};

struct envelope; /* script_envelope.h */

struct script {
	const char *name;
	struct error *err;
	struct arena arena;
	struct packets *out;
	clock_ns start;
	clock_ns last; /* time of the last frame */
	struct time_mark marks[SCRIPT_MARKS_MAX];
	size_t n_marks;
	struct host hosts[SCRIPT_HOSTS_MAX];
	size_t n_hosts;
	struct connection conns[SCRIPT_CONNS_MAX];
	size_t n_conns;
	struct connection *conn; /* the current one, or null */
	/* login */
	enum auth_scheme scheme;
	struct str user, password;
	struct nonce_use nonces[SCRIPT_CONNS_MAX];
	size_t n_nonces;
	/* CWMP */
	struct envelope
	    *envelope; /* of the message that is being said, or the last one */
	struct str ns; /* URI; null view: of 1.2 */
	unsigned ids;  /* given so far */
	uint16_t dns_id;
	const struct statement *at; /* that runs */
};

/* An error at a word of the statement that runs (word null: at its line). */
#define script_error(script, word, ...)                                       \
	source_error((script)->err, (script)->name, (script)->at->line, word, \
	    __VA_ARGS__)

/* The host of that name or address; an address that no host has makes a new one. Null where
 * there is no such name, or no room for more hosts. */
struct host *script_host(struct script *script, struct str name);

/* The functions below read a value; an error stands at the word. */

/* As script_host(), with an error where there is none. */
int script_need_host(struct script *script, const struct word *word, struct str name,
    struct host **ret);
/* "30s", "1.5ms" */
int script_time(struct script *script, const struct word *word, struct str text,
    clock_ns *ret);
/* A number from 0 to max. */
int script_uint(struct script *script, const struct word *word, struct str text,
    uint64_t max, uint64_t *ret);
/* The word as "host:port". */
int script_endpoint(struct script *script, const struct word *word,
    struct endpoint *ret);
/* As bytes_read(). */
int script_bytes(struct script *script, const struct word *word, struct str raw,
    struct buf *out);

typedef int statement_fn(struct script *script, const struct statement *st);

/* script_net.c */
statement_fn run_arp, run_dns, run_frame, run_ping, run_silence, run_udp,
    run_unreachable;
/* script_dhcp.c */
statement_fn run_dhcp, run_lease;
/* script_dhcp6.c */
statement_fn run_dhcp6;
/* script_tcp.c */
statement_fn run_open, run_use, run_close, run_reset;
/* Opens a connection as the n words behind "open" say and makes it the current one. */
int script_open(struct script *script, const struct word *words, size_t n);
/* An error where there is no current connection. */
int script_need_conn(struct script *script);
/* script_tls.c */
statement_fn run_hello;
/* Sends the TLS record that the statement describes over the current connection. */
int script_record(struct script *script, const struct statement *st, bool from_client);

struct sending { /* how a message's bytes go over the connection */
	bool drops_all, is_retransmitted, has_no_ack;
	size_t drop; /* number of the segment that is missing, from 1 */
	size_t cut;  /* 0: not */
};

/* Sends bytes over the current connection, in segments of its MSS. */
void script_send(struct script *script, bool from_client, struct str bytes,
    const struct sending *how);

/* script_message.c */
statement_fn run_to_server, run_to_client;
/* Whether each byte is between from and to, and there are some. */
bool script_is_all(struct str text, char from, char to);
/* script_short.c */
statement_fn run_begin, run_finish, run_session, run_call;
/* script_envelope.c: appends the ConnectionRequestURL of a CPE. */
void script_call_url(const struct host *cpe, struct buf *out);
/* script_http.c */
statement_fn run_login;

/* ---- messages ------------------------------------------------------------------------ */

struct header_edit {
	enum header_op {
		HEADER_SET,
		HEADER_ADD,
		HEADER_REMOVE
	} op;
	struct str name, value;
};

struct auth_edit {
	struct str name, value;
};

enum {
	MESSAGE_EDITS_MAX = 24
};

/* What a "> ..." or "< ..." line with its details describes. */
struct message {
	bool from_client;
	struct str method, path; /* request */
	unsigned status;         /* response */
	bool has_body;           /* said, even an empty one */
	struct buf body;
	struct envelope *envelope; /* null: it is no CWMP message */
	struct header_edit headers[MESSAGE_EDITS_MAX];
	size_t n_headers;
	struct auth_edit auth[MESSAGE_EDITS_MAX];
	size_t n_auth;
	const struct statement *edits[MESSAGE_EDITS_MAX]; /* of body and head */
	size_t n_edits;
	struct sending how;
	struct str version; /* "1.1" */
	bool is_chunked, has_length, has_no_length;
	uint64_t length;
	struct auth_challenge challenge; /* of a 401; scheme AUTH_NONE: none */
};

/* Appends the message as bytes and moves on what connection and host remember.
 * script_http.c */
int message_write(struct script *script, struct message *message, struct buf *out);

/* Begins the message of that name with the values it has by default. *ret is the script's
 * one envelope, which the next message begins anew; null where name is no CWMP message.
 * script_envelope.c */
int envelope_start(struct script *script, struct str name, bool from_client,
    struct envelope **ret);
/* Takes a word of the statement, such as "Name=value", into the envelope. script_cwmp.c */
int envelope_word(struct script *script, struct envelope *envelope,
    const struct word *word);
/* Takes the line "item Name=value..." into it. script_cwmp.c */
int envelope_item(struct script *script, struct envelope *envelope,
    const struct statement *line);
/* Takes the parameter of that name out again. script_cwmp.c */
int envelope_drop(struct script *script, struct envelope *envelope,
    const struct word *word, struct str name);
/* Appends the envelope; what was said is remembered for the messages that follow.
 * script_envelope.c */
int envelope_write(struct script *script, struct envelope *envelope, struct buf *out);
