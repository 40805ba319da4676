/* Bytes given to a reader at once and in pieces become the same messages and end in the same
 * way. The first byte chooses: request or response, strict or tolerant, and the size of
 * the pieces. */
#include "lib/proto/http_reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_message(const struct http_message *message, struct buf *out)
{
	const struct http_head *head = message->head;

	buf_printf(out, "%.*s %.*s %u %zu ", STR_ARG(head->method),
	    STR_ARG(head->target), head->status, head->n_headers);
	for (size_t i = 0; i < head->n_headers; i++)
		buf_printf(out, "%.*s:%.*s ", STR_ARG(head->headers[i].name),
		    STR_ARG(head->headers[i].value));
	buf_append_str(out, message->body);
}

/* The bytes die after each piece, as those of a socket do. */
static int feed_piece(struct http_reader *reader, const uint8_t *data, size_t size,
    struct buf *out)
{
	uint8_t *copy = calloc(1, size + 1);
	struct str bytes = str_make(copy, size);
	struct http_message message;
	struct error err = ERROR_NULL;
	int step = HTTP_READ_HEAD;

	if (!copy)
		return HTTP_READ_MORE;
	if (size > 0)
		memcpy(copy, data, size);
	message.request_method = STR("POST");
	while (step > HTTP_READ_MORE) {
		size_t left = bytes.len;

		step = http_reader_feed(reader, &bytes, &message, &err);
		if (bytes.len > left)
			abort();
		if (step == HTTP_READ_WHOLE)
			write_message(&message, out);
	}
	if (step == HTTP_READ_MORE && bytes.len > 0)
		abort();
	free(copy);
	return step;
}

static int feed(const struct http_reader_config *config, const uint8_t *data,
    size_t size, size_t piece, struct buf *out)
{
	struct http_reader reader;
	struct http_message message;
	int step = HTTP_READ_MORE;

	http_reader_init(&reader, config);
	for (size_t at = 0; at < size && step == HTTP_READ_MORE; at += piece)
		step = feed_piece(&reader, data + at, MIN(piece, size - at), out);
	if (step == HTTP_READ_MORE) {
		step = http_reader_finish(&reader, &message);
		if (step == HTTP_READ_WHOLE)
			write_message(&message, out);
	}
	http_reader_reset(&reader);
	return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_buf whole = BUF_NULL, pieces = BUF_NULL;
	struct http_reader_config config = { .limits.body_bytes = 1 << 16 };
	size_t piece;
	int r, s;

	if (size < 1)
		return 0;
	config.is_request = data[0] & 1;
	config.limits.is_tolerant = data[0] & 2;
	piece = (size_t)(data[0] >> 2) + 1;
	r = feed(&config, data + 1, size - 1, size, &whole);
	s = feed(&config, data + 1, size - 1, piece, &pieces);
	/* Which of two faults of one head is found first depends on what has come. */
	if ((r < 0) != (s < 0))
		abort();
	if (r >= 0 && !str_eq(buf_str(&whole), buf_str(&pieces)))
		abort();
	return 0;
}
