#include "capture/message/http_stream.h"

#include <stdlib.h>

static const struct http_limits tolerant = { 0, 0, true };

void http_stream_init(struct http_stream *stream, bool is_request)
{
	*stream = (struct http_stream){ .is_request = is_request };
}

static bool draw(struct http_stream *stream, size_t bytes)
{
	struct http_budget *budget = stream->budget;

	if (!budget)
		return true;
	if (bytes > budget->max - budget->used)
		return false;
	budget->used += bytes;
	stream->drawn += bytes;
	return true;
}

static void give_back(struct http_stream *stream)
{
	if (stream->budget)
		stream->budget->used -= stream->drawn;
	stream->drawn = 0;
}

void http_stream_free(struct http_stream *stream)
{
	give_back(stream);
	buf_free(&stream->head_bytes);
	buf_free(&stream->body_bytes);
	free(stream->head);
	stream->head = NULL;
}

static void tell_message(struct http_stream *stream, const struct http_head *head,
    struct str body, enum http_stream_end end, const char *why, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	const struct http_stream_message message = { head, body, stream->body_length,
		end, stream->first, frame, why };

	stream->has_spoken = true;
	tell(user, &message);
}

static void start_over(struct http_stream *stream, enum http_stream_state state)
{
	stream->state = state;
	give_back(stream);
	/* What is kept between messages is what thousands of connections cost. */
	buf_free(&stream->head_bytes);
	buf_free(&stream->body_bytes);
	free(stream->head);
	stream->head = NULL;
	stream->body_length = 0;
	stream->has_hole = false;
}

void http_stream_middle(struct http_stream *stream)
{
	stream->state = HTTP_STREAM_LOST;
}

/* ---- heads ------------------------------------------------------------------------- */

static const char *const methods[] = { "POST ", "GET ", "PUT ", "HEAD ", "OPTIONS ",
	"DELETE ", "CONNECT " };

static bool begins_request(struct str bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (str_starts(bytes, str_of(methods[i])))
			return true;
	}
	return false;
}

static bool looks_like_head(const struct http_stream *stream, struct str bytes)
{
	return stream->is_request ? begins_request(bytes)
				  : str_starts(bytes, STR("HTTP/1."));
}

/* Whether "HTTP/1." is followed by what a status line has there. */
static bool is_status_line(struct str bytes)
{
	return bytes.len >= 12 && bytes.p[8] == ' ' && bytes.p[9] >= '1' &&
	       bytes.p[9] <= '5';
}

/* Where the request line begins that has "HTTP/1." at byte at; at when there is none. The
 * body before it need not end with a line. */
static size_t request_line_start(struct str bytes, size_t at)
{
	size_t i = at;

	if (i < 2 || bytes.p[--i] != ' ')
		return at;
	while (i > 0 && bytes.p[i - 1] != ' ' && bytes.p[i - 1] != '\n')
		i--;
	for (size_t k = 0; k < ARRAY_LEN(methods); k++) {
		size_t len = strlen(methods[k]);

		if (i >= len && memcmp(bytes.p + i - len, methods[k], len) == 0)
			return i - len;
	}
	return at;
}

/* Where a head begins in bytes that may begin anywhere; bytes.len when there is none. */
static size_t find_head(const struct http_stream *stream, struct str bytes)
{
	size_t at = 0, hit;

	if (looks_like_head(stream, bytes))
		return 0;
	while (str_find(str_from(bytes, at), STR("HTTP/1."), &hit)) {
		at += hit;
		if (stream->is_request) {
			size_t start = request_line_start(bytes, at);

			if (start < at)
				return start;
		} else if (is_status_line(str_from(bytes, at))) {
			return at;
		}
		at++;
	}
	return bytes.len;
}

/* The first bytes of a connection tell whether it is HTTP; a few are enough. */
static bool is_odd(const struct http_stream *stream, struct str bytes)
{
	size_t n;

	while (bytes.len > 0 && (bytes.p[0] == '\r' || bytes.p[0] == '\n'))
		bytes = str_from(bytes, 1);
	n = MIN(bytes.len, (size_t)8);
	for (size_t i = 0; i < n; i++) {
		char c = bytes.p[i];

		if (stream->is_request &&
		    !((c >= 'A' && c <= 'Z') || c == ' ' || c == '/' || c == '\r' ||
			c == '\n' || c == '*'))
			return true;
		if (!stream->is_request && c != "HTTP/1.0"[i] && i < 7 && c != '\r' &&
		    c != '\n')
			return true;
		if (c == ' ')
			break;
	}
	return false;
}

static void move_view(struct str *view, const char *from, const char *to)
{
	if (view->p)
		view->p = to + (view->p - from);
}

/* Keeps head and its bytes, since the body comes in later segments. */
static bool keep_head(struct http_stream *stream, const struct http_head *head,
    struct str bytes, size_t head_len)
{
	size_t used = offsetof(struct http_head, headers) +
		      head->n_headers * sizeof(head->headers[0]);
	struct http_head *kept = malloc(sizeof(*kept));
	const char *to;

	stream->head = kept;
	if (stream->head_bytes.len == 0)
		buf_append(&stream->head_bytes, bytes.p, head_len);
	if (!kept || stream->head_bytes.error)
		return false;
	memcpy(kept, head, used);
	to = (const char *)stream->head_bytes.data;
	move_view(&kept->method, bytes.p, to);
	move_view(&kept->target, bytes.p, to);
	move_view(&kept->reason, bytes.p, to);
	for (size_t i = 0; i < kept->n_headers; i++) {
		move_view(&kept->headers[i].name, bytes.p, to);
		move_view(&kept->headers[i].value, bytes.p, to);
	}
	return true;
}

/* A head at the start of bytes. How many bytes of it are eaten, 0 when more are needed, -1
 * when it is none. With the body in the same bytes it is told at once, nothing copied. */
static ssize_t read_head(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell, void *user)
{
	struct http_head head;
	struct error err = ERROR_NULL;
	enum http_framing framing;
	int n = http_head_parse(&head, stream->is_request, bytes.p, bytes.len,
	    &tolerant, &err);

	if (n <= 0)
		return n;
	framing = stream->is_request ? head.framing
				     : http_response_framing(&head, request_method);
	stream->body_length = 0;
	if (head.deviations & HTTP_BAD_LENGTH && !head.has_content_length &&
	    framing != HTTP_CHUNKED) {
		tell_message(stream, &head, STR_NULL, HTTP_BAD,
		    "Content-Length is no number", frame, tell, user);
		start_over(stream, HTTP_STREAM_LOST);
		return n;
	}
	if (framing == HTTP_NO_BODY ||
	    (framing == HTTP_LENGTH && head.content_length == 0)) {
		tell_message(stream, &head, STR_NULL, HTTP_WHOLE, NULL, frame, tell,
		    user);
		return n;
	}
	if (framing == HTTP_LENGTH && head.content_length <= bytes.len - (size_t)n) {
		struct str body = str_make(bytes.p + n, (size_t)head.content_length);

		stream->body_length = body.len;
		tell_message(stream, &head, body, HTTP_WHOLE, NULL, frame, tell, user);
		return n + (ssize_t)body.len;
	}
	http_body_start(&stream->body, framing, head.content_length, 0);
	stream->state = HTTP_STREAM_BODY;
	return keep_head(stream, &head, bytes, (size_t)n) ? n : -1;
}

/* Whole lines with nothing in them. */
static bool are_empty_lines(struct str bytes)
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

/* bytes are not the whole of a head yet. Line ends before it belong to nothing (RFC 9112
 * 2.2). */
static void wait_for_head(struct http_stream *stream, struct str bytes,
    bool is_buffered)
{
	struct str text = str_trim(bytes);

	stream->has_junk |= stream->has_spoken && is_odd(stream, text);
	if (are_empty_lines(bytes))
		buf_free(&stream->head_bytes);
	else if (!is_buffered)
		buf_append_str(&stream->head_bytes, bytes);
}

/* Bytes where a head is due; returns what of them is left. */
static struct str feed_head(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell, void *user)
{
	bool is_buffered = stream->head_bytes.len > 0;
	size_t before = stream->head_bytes.len;
	struct str all = bytes;
	ssize_t n;

	if (is_buffered) {
		buf_append_str(&stream->head_bytes, bytes);
		all = buf_str(&stream->head_bytes);
	} else {
		stream->first = frame;
	}
	if (!stream->has_spoken && is_odd(stream, all)) {
		start_over(stream, HTTP_STREAM_ALIEN);
		return STR_NULL;
	}
	n = read_head(stream, all, frame, request_method, tell, user);
	if (n < 0) {
		stream->has_junk |= stream->has_spoken;
		start_over(stream, HTTP_STREAM_LOST);
		return n == ERR_LIMIT ? STR_NULL : str_from(bytes, 1);
	}
	if (n == 0) {
		wait_for_head(stream, all, is_buffered);
		return STR_NULL;
	}
	if (stream->state == HTTP_STREAM_HEAD)
		buf_free(&stream->head_bytes);
	return str_from(bytes, (size_t)n - before);
}

/* ---- bodies ------------------------------------------------------------------------ */

static void end_with(struct http_stream *stream, struct str body,
    enum http_stream_end end, const char *why, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	tell_message(stream, stream->head, body, end, why, frame, tell, user);
	start_over(stream, HTTP_STREAM_HEAD);
}

static void end_message(struct http_stream *stream, enum http_stream_end end,
    const char *why, struct frame_ref frame, http_stream_fn *tell, void *user)
{
	end_with(stream, buf_str(&stream->body_bytes), end, why, frame, tell, user);
}

/* How much of a body that begins so is kept: downloads that cross the wire may be large. */
static size_t most_of_body(const struct http_stream *stream, struct str start)
{
	static const char firsts[] = "< \t\r\n\xef\xfe\xff"; /* marks of UTF-8 and 16 */

	return memchr(firsts, start.p[0], sizeof(firsts) - 1) ||
		       http_header(stream->head, "Content-Encoding").p
		   ? HTTP_STREAM_BODY_MAX
		   : HTTP_STREAM_OTHER_MAX;
}

static void keep_payload(struct http_stream *stream, struct str payload)
{
	struct buf *kept = &stream->body_bytes;
	uint64_t expected = payload.len;

	if (payload.len == 0)
		return;
	if (stream->body_length == payload.len) {
		stream->body_max = most_of_body(stream, payload);
		if (stream->body.framing == HTTP_LENGTH)
			expected += stream->body.left;
		(void)buf_reserve(kept,
		    (size_t)MIN(expected, (uint64_t)HTTP_STREAM_OTHER_MAX));
	}
	if (kept->len + payload.len <= stream->body_max && draw(stream, payload.len))
		buf_append_str(kept, payload);
}

/* A response without a length ends with the connection; where the next one comes on the
 * same connection all the same, it ends there: some ends leave "Content-Length: 0" out. */
static bool is_followed_by_head(const struct http_stream *stream, struct str bytes)
{
	return !stream->is_request && stream->body.framing == HTTP_UNTIL_CLOSE &&
	       looks_like_head(stream, bytes) && is_status_line(bytes);
}

static struct str feed_body(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, http_stream_fn *tell, void *user)
{
	struct error err = ERROR_NULL;
	struct str payload;
	int n = http_body_feed(&stream->body, bytes.p, bytes.len, &payload, &err);

	if (n < 0) {
		end_message(stream, HTTP_BAD, err.text, frame, tell, user);
		stream->state = HTTP_STREAM_LOST;
		return bytes;
	}
	stream->body_length += payload.len;
	if (!stream->body.is_done || stream->body_length > payload.len) {
		keep_payload(stream, payload);
		payload = buf_str(&stream->body_bytes);
	}
	if (stream->body.is_done)
		end_with(stream, payload, stream->has_hole ? HTTP_CUT : HTTP_WHOLE,
		    NULL, frame, tell, user);
	return n == 0 ? STR_NULL : str_from(bytes, (size_t)n);
}

/* ---- interface --------------------------------------------------------------------- */

void http_stream_feed(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell, void *user)
{
	while (bytes.len > 0) {
		switch (stream->state) {
		case HTTP_STREAM_HEAD:
			bytes =
			    feed_head(stream, bytes, frame, request_method, tell, user);
			break;
		case HTTP_STREAM_BODY:
			if (is_followed_by_head(stream, bytes))
				http_stream_finish(stream, frame, tell, user);
			else
				bytes = feed_body(stream, bytes, frame, tell, user);
			break;
		case HTTP_STREAM_LOST:
			bytes = str_from(bytes, find_head(stream, bytes));
			if (bytes.len > 0)
				stream->state = HTTP_STREAM_HEAD;
			break;
		case HTTP_STREAM_ALIEN:
			return;
		}
	}
}

void http_stream_gap(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	if (stream->state == HTTP_STREAM_ALIEN)
		return;
	if (stream->state == HTTP_STREAM_BODY)
		end_message(stream, HTTP_CUT, NULL, frame, tell, user);
	start_over(stream, HTTP_STREAM_LOST);
}

void http_stream_missing(struct http_stream *stream, uint64_t bytes,
    struct frame_ref frame, http_stream_fn *tell, void *user)
{
	struct http_body *body = &stream->body;

	if (stream->state != HTTP_STREAM_BODY || body->framing != HTTP_LENGTH ||
	    bytes > body->left) {
		http_stream_gap(stream, frame, tell, user);
		return;
	}
	body->left -= bytes;
	stream->has_hole = true;
	if (body->left == 0)
		end_message(stream, HTTP_CUT, NULL, frame, tell, user);
}

void http_stream_finish(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	bool is_whole;

	if (stream->state != HTTP_STREAM_BODY)
		return;
	is_whole = http_body_finish(&stream->body) == 0 && !stream->has_hole;
	end_message(stream, is_whole ? HTTP_WHOLE : HTTP_CUT, NULL, frame, tell, user);
}
