#include "lib/proto/http_reader.h"

#include <errno.h>
#include <stdlib.h>

enum {
	RESERVE_MAX = 64 << 10 /* at once, for a body of which little has come */
};

void http_reader_init(struct http_reader *reader,
    const struct http_reader_config *config)
{
	*reader = (struct http_reader){ .config = config };
}

void http_reader_reset(struct http_reader *reader)
{
	reader->state = HTTP_READER_HEAD;
	free(reader->head);
	reader->head = NULL;
	buf_free(&reader->head_bytes);
	buf_free(&reader->body);
}

/* Only what is counted of its headers is there. */
static size_t head_size(const struct http_head *head)
{
	return offsetof(struct http_head, headers) +
	       head->n_headers * sizeof(head->headers[0]);
}

bool http_reader_is_idle(const struct http_reader *reader)
{
	return reader->state == HTTP_READER_OVER ||
	       (reader->state == HTTP_READER_HEAD && reader->head_bytes.len == 0);
}

size_t http_reader_bytes(const struct http_reader *reader)
{
	return reader->head_bytes.cap + reader->body.cap +
	       (reader->head ? head_size(reader->head) : 0);
}

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "no memory");
}

/* ---- heads ------------------------------------------------------------------------- */

static void move_view(struct str *view, const char *from, const char *to)
{
	if (view->p)
		view->p = to + (view->p - from);
}

/* The body goes on in later bytes: the head must outlive those that it came in. */
static int keep_head(struct http_reader *reader, const struct http_message *message,
    struct error *err)
{
	const struct http_head *head = &message->room;
	const char *from = message->room_bytes.p, *to;
	struct http_head *kept;

	if (reader->head)
		return 0;
	if (reader->head_bytes.len == 0)
		buf_append_str(&reader->head_bytes, message->room_bytes);
	kept = malloc(head_size(head));
	if (!kept || reader->head_bytes.error) {
		free(kept);
		return no_memory(err);
	}
	reader->head = kept;
	memcpy(kept, head, head_size(head));
	to = (const char *)reader->head_bytes.data;
	move_view(&kept->method, from, to);
	move_view(&kept->target, from, to);
	move_view(&kept->reason, from, to);
	for (size_t i = 0; i < kept->n_headers; i++) {
		move_view(&kept->headers[i].name, from, to);
		move_view(&kept->headers[i].value, from, to);
	}
	return 0;
}

static const struct http_head *present_head(const struct http_reader *reader,
    const struct http_message *message)
{
	return reader->head ? reader->head : &message->room;
}

static bool are_line_ends(struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		bool is_end =
		    bytes.p[i] == '\n' ||
		    (bytes.p[i] == '\r' && i + 1 < bytes.len && bytes.p[i + 1] == '\n');

		if (!is_end)
			return false;
	}
	return true;
}

/* The bytes so far, all, of which *bytes are the last, hold no whole head. Line ends alone
 * are dropped, since they belong to no message (RFC 9112 2.2); a strict reader has refused
 * them before. */
static int wait_for_head(struct http_reader *reader, struct str all, struct str *bytes,
    struct error *err)
{
	if (are_line_ends(all))
		buf_free(&reader->head_bytes);
	else if (reader->head_bytes.len == 0)
		buf_append_str(&reader->head_bytes, *bytes);
	*bytes = STR_NULL;
	return reader->head_bytes.error ? no_memory(err) : HTTP_READ_MORE;
}

/* Whether a line that is not empty has ended. */
static bool has_line(struct str bytes)
{
	size_t at = 0;

	while (at < bytes.len && (bytes.p[at] == '\r' || bytes.p[at] == '\n'))
		at++;
	return memchr(bytes.p + at, '\n', bytes.len - at) != NULL;
}

/* Whether the first line ends in the bytes from before on, which may be all of the head (RFC
 * 1945 4.1), or an empty one, which is its end. */
static bool may_end(const struct http_reader *reader, struct str all, size_t before)
{
	for (size_t i = before; i < all.len; i++) {
		if (all.p[i] == '\n' &&
		    (!reader->has_line || i == 0 || all.p[i - 1] == '\n' ||
			(i > 1 && all.p[i - 1] == '\r' && all.p[i - 2] == '\n')))
			return true;
	}
	return false;
}

/* A head that comes in many small pieces is not read from its start with each of them: when
 * it may be whole, and before that, for what is wrong with it, each time it has doubled. */
static bool is_worth_parsing(const struct http_reader *reader, struct str all,
    size_t before)
{
	uint64_t max = reader->config->limits.head_bytes
			   ? reader->config->limits.head_bytes
			   : HTTP_HEAD_BYTES_MAX;

	return before == 0 || all.len >= max || all.len >= 2 * reader->parsed ||
	       may_end(reader, all, before);
}

static int begin_body(struct http_reader *reader, struct http_message *message,
    struct error *err)
{
	const struct http_reader_config *config = reader->config;
	const struct http_head *head = &message->room;
	uint64_t own = config->body_max ? config->body_max(reader, head) : 0;
	uint64_t max = own ? own : config->limits.body_bytes;
	enum http_framing framing =
	    head->is_request ? head->framing
			     : http_response_framing(head, message->request_method);

	http_body_start(&reader->framing, framing, head->content_length, max);
	reader->state = HTTP_READER_BODY;
	message->head = head;
	if (framing == HTTP_LENGTH && max && head->content_length > max)
		return error_set(err, ERR_LIMIT, "a body over %llu bytes",
		    (unsigned long long)max);
	return HTTP_READ_HEAD;
}

static int read_head(struct http_reader *reader, struct str *bytes,
    struct http_message *message, struct error *err)
{
	const struct http_reader_config *config = reader->config;
	size_t before = reader->head_bytes.len;
	struct str all = *bytes;
	int n;

	if (bytes->len == 0)
		return HTTP_READ_MORE;
	if (before > 0) {
		buf_append_str(&reader->head_bytes, *bytes);
		if (reader->head_bytes.error)
			return no_memory(err);
		all = buf_str(&reader->head_bytes);
	}
	if (!is_worth_parsing(reader, all, before)) {
		*bytes = STR_NULL;
		return HTTP_READ_MORE;
	}
	reader->parsed = all.len;
	reader->has_line = has_line(all);
	n = http_head_parse(&message->room, config->is_request, all.p, all.len,
	    &config->limits, err);
	if (n < 0)
		return n;
	if (n == 0)
		return wait_for_head(reader, all, bytes, err);
	*bytes = str_from(*bytes, (size_t)n - before);
	message->room_bytes = str_make(all.p, (size_t)n);
	return begin_body(reader, message, err);
}

/* ---- bodies ------------------------------------------------------------------------ */

static int keep_payload(struct http_reader *reader, const struct http_message *message,
    struct str payload, struct error *err)
{
	const struct http_body *framing = &reader->framing;
	uint64_t expected = payload.len;

	if (payload.len == 0 ||
	    (reader->config->keep &&
		!reader->config->keep(reader, present_head(reader, message), payload)))
		return 0;
	if (reader->body.len == 0) {
		if (framing->framing == HTTP_LENGTH)
			expected += framing->left;
		(void)buf_reserve(&reader->body,
		    (size_t)MIN(expected, (uint64_t)RESERVE_MAX));
	}
	buf_append_str(&reader->body, payload);
	return reader->body.error ? no_memory(err) : 0;
}

static int give(struct http_reader *reader, struct http_message *message,
    struct str body)
{
	reader->state = HTTP_READER_OVER;
	message->head = present_head(reader, message);
	message->body = body;
	return HTTP_READ_WHOLE;
}

static int read_body(struct http_reader *reader, struct str *bytes,
    struct http_message *message, struct error *err)
{
	struct http_body *framing = &reader->framing;

	while (!framing->is_done) {
		struct str payload;
		int n = http_body_feed(framing, bytes->p, bytes->len, &payload, err);
		int r;

		if (n < 0)
			return n;
		if (n == 0) {
			r = keep_head(reader, message, err);
			return r < 0 ? r : HTTP_READ_MORE;
		}
		*bytes = str_from(*bytes, (size_t)n);
		if (framing->is_done && framing->total == payload.len)
			return give(reader, message, payload);
		r = keep_payload(reader, message, payload, err);
		if (r < 0)
			return r;
	}
	return give(reader, message, buf_str(&reader->body));
}

/* ---- interface --------------------------------------------------------------------- */

int http_reader_feed(struct http_reader *reader, struct str *bytes,
    struct http_message *message, struct error *err)
{
	switch (reader->state) {
	case HTTP_READER_BODY:
		return read_body(reader, bytes, message, err);
	case HTTP_READER_OVER:
		http_reader_reset(reader);
		break;
	case HTTP_READER_HEAD:
		break;
	}
	return read_head(reader, bytes, message, err);
}

int http_reader_finish(struct http_reader *reader, struct http_message *message)
{
	message->head = NULL;
	message->body = STR_NULL;
	if (http_reader_is_idle(reader))
		return HTTP_READ_MORE;
	if (reader->state == HTTP_READER_HEAD)
		return ERR_TRUNCATED;
	if (http_body_finish(&reader->framing) == 0)
		return give(reader, message, buf_str(&reader->body));
	message->head = present_head(reader, message);
	message->body = buf_str(&reader->body);
	return ERR_TRUNCATED;
}

bool http_reader_skip(struct http_reader *reader, uint64_t n)
{
	struct http_body *framing = &reader->framing;

	if (reader->state != HTTP_READER_BODY || framing->framing != HTTP_LENGTH ||
	    n > framing->left)
		return false;
	framing->left -= n;
	framing->is_done = framing->left == 0;
	return true;
}
