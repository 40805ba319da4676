/* Tells the sink of the messages, as bytes of connections. */
#include "capture/text/text_internal.h"

#include <errno.h>
#include <stdlib.h>

struct emitter {
	const struct transcript *transcript;
	const struct conn_sink *sink;
	struct conn *conns; /* owned */
	size_t *last;       /* owned: index of the last message of each */
	struct buf bytes;   /* of one message */
	struct text_counts *counts;
};

/* ---- one message as bytes ---------------------------------------------------------- */

static unsigned status_of(struct str head)
{
	struct str rest = head, line = text_line(&rest), after;
	uint64_t status = 0;

	(void)str_cut(line, ' ', &after);
	after = str_trim(after);
	after.len = MIN(after.len, (size_t)3);
	return str_to_u64(after, 999, &status) == 0 ? (unsigned)status : 0;
}

/* A head for a body that has none in the text. Nobody judges it (CONN_NO_HEADS). */
static void put_own_head(struct buf *out, const struct text_message *message,
    uint64_t length)
{
	buf_append_text(out,
	    message->is_request ? "POST / HTTP/1.1\r\n" : "HTTP/1.1 200 OK\r\n");
	buf_append_text(out, "Content-Type: text/xml\r\n");
	if (message->is_request)
		buf_append_text(out, "SOAPAction:\r\n");
	buf_printf(out, "Content-Length: %llu\r\n\r\n", (unsigned long long)length);
}

struct framing { /* how the body of a message is delimited */
	bool is_chunked;
	bool is_bodiless; /* by its status */
	uint64_t length;  /* as it has to be read */
	uint64_t missing; /* bytes of it that the text does not have */
	bool needs_length;
};

/* Texts change the ends of lines, indent XML and undo chunks: what counts is the body that
 * is there. */
static struct framing framing_of(const struct text_message *message)
{
	struct framing framing = { .length = message->body.len };
	struct str said = text_header(message->head, "Content-Length");
	unsigned status = message->is_request ? 0 : status_of(message->head);
	uint64_t length = 0;

	framing.is_bodiless = status / 100 == 1 || status == 204 || status == 304;
	framing.is_chunked = text_is_chunked(message->head);
	if (message->is_cut) {
		framing.is_chunked = false;
		if (!said.p || str_to_u64(said, INT64_MAX, &length) < 0 ||
		    length <= message->body.len)
			length = message->body.len + 1;
		framing.length = length;
		framing.missing = length - message->body.len;
	}
	framing.needs_length = !framing.is_chunked && !framing.is_bodiless &&
			       (said.p || framing.length > 0 || !message->is_request);
	return framing;
}

static void put_head(struct buf *out, const struct text_message *message,
    const struct framing *framing)
{
	struct str rest = message->head;
	bool has_length = false;

	while (rest.len > 0) {
		struct str line = text_line(&rest);

		if (text_is_header(line, "Transfer-Encoding") && !framing->is_chunked)
			continue;
		if (text_is_header(line, "Content-Length") && framing->needs_length) {
			if (!has_length)
				buf_printf(out, "Content-Length: %llu\r\n",
				    (unsigned long long)framing->length);
			has_length = true;
			continue;
		}
		buf_append_str(out, line);
		buf_append_text(out, "\r\n");
	}
	if (framing->needs_length && !has_length)
		buf_printf(out, "Content-Length: %llu\r\n",
		    (unsigned long long)framing->length);
	buf_append_text(out, "\r\n");
}

static void put_body(struct buf *out, struct str body, const struct framing *framing)
{
	if (framing->is_bodiless)
		return;
	if (!framing->is_chunked) {
		buf_append_str(out, body);
		return;
	}
	if (body.len > 0) {
		buf_printf(out, "%zx\r\n", body.len);
		buf_append_str(out, body);
		buf_append_text(out, "\r\n");
	}
	buf_append_text(out, "0\r\n\r\n");
}

/* Fills out; returns how many bytes behind it are missing. */
static uint64_t put_message(struct buf *out, const struct text_message *message)
{
	struct framing framing = framing_of(message);

	buf_reset(out);
	if (message->head.len == 0)
		put_own_head(out, message, framing.length);
	else
		put_head(out, message, &framing);
	put_body(out, message->body, &framing);
	return framing.missing;
}

/* ---- connections ------------------------------------------------------------------- */

static int emitter_init(struct emitter *e)
{
	const struct transcript *t = e->transcript;

	e->conns = calloc(t->n_conns + 1, sizeof(*e->conns));
	e->last = calloc(t->n_conns + 1, sizeof(*e->last));
	if (!e->conns || !e->last)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_conns; i++)
		e->conns[i] = (struct conn){
			.client = t->conns[i].client.address,
			.server = t->conns[i].server.address,
			.client_port = t->conns[i].client.port,
			.server_port = t->conns[i].server.port,
			.flags = t->conns[i].flags,
		};
	for (size_t i = 0; i < t->n_messages; i++) {
		const struct text_message *message = &t->messages[i];

		e->last[message->conn] = i;
		/* A head that lacks headers is judged as little as one that lacks. */
		if (!message->has_whole_head)
			e->conns[message->conn].flags |= CONN_NO_HEADS;
	}
	return 0;
}

static void emitter_free(struct emitter *e)
{
	free(e->conns);
	free(e->last);
	buf_free(&e->bytes);
}

static void close_conn(const struct emitter *e, struct conn *conn,
    struct frame_ref frame)
{
	if (e->sink->event)
		e->sink->event(e->sink->user, conn, CONN_END_OF_CAPTURE, FROM_CLIENT,
		    frame);
	if (e->sink->closed)
		e->sink->closed(e->sink->user, conn);
}

static void tell(struct emitter *e, const struct text_message *message,
    struct frame_ref frame, uint64_t *next_id)
{
	const struct conn_sink *sink = e->sink;
	struct conn *conn = &e->conns[message->conn];
	enum direction from = message->is_request ? FROM_CLIENT : FROM_SERVER;
	uint64_t missing = put_message(&e->bytes, message);

	if (conn->id == 0)
		conn->id = ++*next_id;
	e->counts->bytes += e->bytes.len;
	if (sink->message)
		sink->message(sink->user, frame.number, message->line);
	if (sink->data)
		sink->data(sink->user, conn, from, buf_str(&e->bytes), frame);
	if (missing > 0 && sink->gap)
		sink->gap(sink->user, conn, from, missing, frame);
}

int text_emit(const struct transcript *t, const struct conn_sink *sink,
    struct text_counts *ret)
{
	struct emitter e = { .transcript = t,
		.sink = sink,
		.bytes = BUF_MAX(2 * TEXT_BYTES_MAX),
		.counts = ret };
	uint64_t next_id = 0;
	int r = emitter_init(&e);

	ret->damage = t->damage;
	ret->damage_line = t->damage_line;
	ret->damage_column = t->damage_column;
	for (size_t i = 0; i < t->n_messages && r == 0; i++) {
		const struct text_message *message = &t->messages[i];

		ret->last = (struct frame_ref){ i + 1, message->time };
		tell(&e, message, ret->last, &next_id);
		r = e.bytes.error;
		if (e.last[message->conn] == i)
			close_conn(&e, &e.conns[message->conn], ret->last);
		ret->messages++;
	}
	/* Without memory for one, the connections that are open end here. */
	for (size_t i = 0; i < t->n_conns && r < 0 && e.conns; i++) {
		if (e.conns[i].user)
			close_conn(&e, &e.conns[i], ret->last);
	}
	emitter_free(&e);
	return r;
}
