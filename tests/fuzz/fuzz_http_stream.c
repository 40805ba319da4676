/* A direction of a connection, whole and cut into pieces: the same messages, unless their
 * place was lost. The first byte: bit 0 requests or responses, bit 1 in the middle; the
 * rest of it says how long the pieces are. A piece that begins with 0xff is a hole. */
#include "capture/message/http_stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct buf text;
	uint64_t last; /* frame of the latest message */
	bool is_open;  /* an answer had no length: a piece may look like the next one */
	bool is_old;   /* a message may be no more than a line (RFC 1945 4.1) */
};

static void tell(void *user, const struct http_stream_message *m)
{
	struct seen *seen = user;

	if (m->body.len > m->body_length || m->first.number > m->last.number ||
	    m->first.number < seen->last || (m->end == HTTP_BAD && !m->why))
		abort();
	seen->last = m->last.number;
	seen->is_open |= !m->head->is_request && m->head->framing == HTTP_UNTIL_CLOSE;
	seen->is_old |= m->head->deviations & HTTP_ODD_VERSION;
	buf_printf(&seen->text, "%.*s%u %d %llu ", STR_ARG(m->head->method),
	    m->head->status, (int)m->end, (unsigned long long)m->body_length);
	buf_append_str(&seen->text, m->body);
}

/* False when the place of the messages was lost on the way. */
static bool play(struct str bytes, unsigned mode, size_t step, bool has_holes,
    struct seen *seen)
{
	struct http_stream stream;
	struct frame_ref frame = { 1, 0 };
	bool is_sure = true;

	http_stream_init(&stream, mode & 1);
	if (mode & 2)
		http_stream_middle(&stream);
	for (; bytes.len > 0; bytes = str_from(bytes, step), frame.number++) {
		struct str piece = str_make(bytes.p, MIN(step, bytes.len));

		if (has_holes && (uint8_t)piece.p[0] == 0xff && piece.len % 2)
			http_stream_gap(&stream, frame, tell, seen);
		else if (has_holes && (uint8_t)piece.p[0] == 0xff)
			http_stream_missing(&stream, piece.len, frame, tell, seen);
		else
			http_stream_feed(&stream, piece, frame, STR("POST"), tell,
			    seen);
		is_sure &= stream.state != HTTP_STREAM_LOST;
	}
	http_stream_finish(&stream, frame, tell, seen);
	http_stream_free(&stream);
	return is_sure;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { .text = BUF_NULL }, pieces = { .text = BUF_NULL };
	struct seen single = { .text = BUF_NULL }, torn = { .text = BUF_NULL };
	struct str bytes;
	size_t step;
	bool is_sure;

	if (size < 2)
		return 0;
	bytes = str_make(data + 1, size - 1);
	step = 1 + (data[0] >> 2);
	/* Byte by byte no loss stays unseen, once a head has ended. What is wrong in one that
	 * never does is found where pieces end, and a line of HTTP/0.9 may follow. */
	is_sure = play(bytes, data[0], 1, false, &single);
	(void)play(bytes, data[0], SIZE_MAX, false, &whole);
	(void)play(bytes, data[0], step, false, &pieces);
	if (is_sure && !single.is_open && !whole.is_old && !pieces.is_old &&
	    (!str_eq(buf_str(&whole.text), buf_str(&single.text)) ||
		!str_eq(buf_str(&pieces.text), buf_str(&single.text))))
		abort();
	(void)play(bytes, data[0], step, true, &torn);
	buf_free(&single.text);
	buf_free(&whole.text);
	buf_free(&pieces.text);
	buf_free(&torn.text);
	return 0;
}
