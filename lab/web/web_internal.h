/* What web.c, web_answer.c and web_stream.c share. */
#pragma once

#include "agents/common/http_server.h"
#include "lab/web/answers.h"
#include "lab/web/asker.h"
#include "lab/web/child.h"
#include "lab/web/decoder.h"
#include "lab/web/loads.h"
#include "lab/web/refresh.h"
#include "lab/web/route.h"
#include "lab/web/sessions.h"
#include "lab/web/tables.h"
#include "lib/base/list.h"

struct json_t;

struct web {
	uv_loop_t loop;
	struct http_server *server;
	struct web_asker *asker;
	struct web_refresh *refresh;
	struct web_feed feed;
	struct web_lab lab;
	struct web_answers answers;
	struct web_loads loads;
	struct {
		/* Null until somebody follows, and while it is not to be started again. */
		struct web_decoder *decoder;
		uv_timer_t timer; /* after it has ended, until it is started again */
		clock_ns started;
		unsigned n_ended; /* in a row, soon after they were started */
	} wire;
	struct web_sessions sessions;
	bool has_new; /* sessions or findings that the tables do not have */
	struct {
		struct web_child *child; /* that is asked; null: none is */
		struct web_visit *visit; /* who waits for it; null: gone */
		clock_ns until;          /* what is known counts so long */
		char *path, *task; /* owned: its folder, what it says; null: none */
	} lesson;
	char token[WEB_TOKEN_MAX];
	struct list streams; /* struct web_visit */
	size_t n_streams;
	uv_timer_t pulse;                 /* runs while there is something to tell */
	void (*pulsing)(struct web *web); /* before it is told */
	uv_timer_t heart;                 /* runs while somebody follows */
	uv_signal_t signals[2];
	bool is_over;
};

/* A browser that follows, or waits for a deed to be done: the user of its connection. */
struct web_visit {
	struct list link; /* of web.streams */
	struct web *web;
	struct http_conn *conn;
	bool is_stream;
	struct web_reader reader;
	struct json_t *answer; /* of a deed, as far as it has come */
};

/* ---- web_head.c -------------------------------------------------------------------------- */

/* Appends the head of an answer up to the length of its body; who adds headers does it behind. */
void web_put_head(struct buf *out, unsigned status, const char *type);

/* Answers with a body of that type. */
void web_answer(struct http_conn *conn, unsigned status, const char *type,
    struct str body);

/* ---- web_answer.c ------------------------------------------------------------------------ */

/* Does what the request wants, or says why not. */
void web_serve(struct web *web, struct http_conn *conn, const struct http_head *head,
    struct str body);

/* ---- web_lesson.c ------------------------------------------------------------------------ */

/* Answers what "cwmplab lesson ACTION --json" says of the lesson that goes on in this lab. */
void web_lesson_serve(struct web *web, struct http_conn *conn, const char *action);
void web_lesson_forget(struct web *web, const struct web_visit *visit);
void web_lesson_end(struct web *web);

/* ---- web_wire.c --------------------------------------------------------------------------- */

void web_wire_open(struct web *web);

/* Begins to look at what passes on the wire, at the ACSs that are known by now, unless that goes on
 * or has ended a moment ago. */
void web_wire_begin(struct web *web);

/* What has come since the last time becomes rows of tables. */
void web_wire_publish(struct web *web);
void web_wire_end(struct web *web);

/* ---- web_stream.c ------------------------------------------------------------------------- */

void web_streams_open(struct web *web);
void web_streams_close(struct web *web);

/* The connection follows from now on; last is the entry that it had last. False, and it has no
 * answer, where too many follow. */
bool web_stream_begin(struct web *web, struct http_conn *conn, uint64_t last);

/* The visit gets its next piece, if it can take one; and its connection has gone. */
void web_stream_go_on(struct web_visit *visit);
void web_stream_end(struct web_visit *visit);

/* Tells each stream, of which any may end meanwhile. */
void web_streams_each(struct web *web, void (*tell)(struct web_visit *visit));

/* There is something to tell: it is told within a moment, to all at once. */
void web_streams_wake(struct web *web);
