#include "capture/message/http_stream.h"

enum {
	LOOK_AT = 8 /* bytes that tell whether a connection speaks HTTP */
};

static bool keep_payload(struct http_reader *reader, const struct http_head *head,
    struct str payload);

static const struct http_reader_config requests = {
	.is_request = true,
	.limits = { .is_tolerant = true },
	.keep = keep_payload,
};
static const struct http_reader_config responses = {
	.limits = { .is_tolerant = true },
	.keep = keep_payload,
};

void http_stream_init(struct http_stream *stream, bool is_request)
{
	*stream = (struct http_stream){ .state = HTTP_STREAM_READING };
	http_reader_init(&stream->reader, is_request ? &requests : &responses);
}

static bool is_of_requests(const struct http_stream *stream)
{
	return stream->reader.config->is_request;
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
	http_reader_reset(&stream->reader);
}

/* Where messages go, and the frame that brings the bytes at hand. */
struct telling {
	struct frame_ref frame;
	http_stream_fn *tell;
	void *user;
};

static void tell_message(struct http_stream *stream, const struct http_message *read,
    enum http_stream_end end, const char *why, const struct telling *to)
{
	const struct http_stream_message message = { read->head, read->body,
		stream->reader.framing.total, end, stream->first, to->frame, why };

	stream->has_spoken = true;
	to->tell(to->user, &message);
}

/* The memory of the last message goes: thousands of connections wait for their next. */
static void start_over(struct http_stream *stream, enum http_stream_state state)
{
	stream->state = state;
	stream->has_hole = false;
	give_back(stream);
	http_reader_reset(&stream->reader);
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
	return is_of_requests(stream) ? begins_request(bytes)
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
		if (is_of_requests(stream)) {
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

static struct str without_line_ends(struct str bytes)
{
	while (bytes.len > 0 && (bytes.p[0] == '\r' || bytes.p[0] == '\n'))
		bytes = str_from(bytes, 1);
	return bytes;
}

/* The first bytes of a connection tell whether it is HTTP; a few are enough. */
static bool is_odd(const struct http_stream *stream, struct str bytes)
{
	size_t n;

	bytes = without_line_ends(bytes);
	n = MIN(bytes.len, (size_t)LOOK_AT);
	for (size_t i = 0; i < n; i++) {
		char c = bytes.p[i];

		if (is_of_requests(stream) &&
		    !((c >= 'A' && c <= 'Z') || c == ' ' || c == '/' || c == '\r' ||
			c == '\n' || c == '*'))
			return true;
		if (!is_of_requests(stream) && c != "HTTP/1.0"[i] && i < 7 &&
		    c != '\r' && c != '\n')
			return true;
		if (c == ' ')
			break;
	}
	return false;
}

/* is_odd() of what the reader holds already and bytes behind it. */
static bool begins_oddly(const struct http_stream *stream, struct str bytes)
{
	struct str held = without_line_ends(buf_str(&stream->reader.head_bytes));
	char first[LOOK_AT];
	size_t n = MIN(held.len, sizeof(first));
	size_t more = MIN(bytes.len, sizeof(first) - n);

	if (n == 0)
		return is_odd(stream, bytes);
	memcpy(first, held.p, n);
	memcpy(first + n, bytes.p, more);
	return is_odd(stream, str_make(first, n + more));
}

/* ---- bodies ------------------------------------------------------------------------ */

/* How much of a body that begins so is kept: downloads that cross the wire may be large. */
static size_t most_of_body(const struct http_head *head, struct str start)
{
	static const char firsts[] = "< \t\r\n\xef\xfe\xff"; /* marks of UTF-8 and 16 */

	return memchr(firsts, start.p[0], sizeof(firsts) - 1) ||
		       http_header(head, "Content-Encoding").p
		   ? HTTP_STREAM_BODY_MAX
		   : HTTP_STREAM_OTHER_MAX;
}

static bool keep_payload(struct http_reader *reader, const struct http_head *head,
    struct str payload)
{
	struct http_stream *stream = container_of(reader, struct http_stream, reader);

	if (reader->framing.total == payload.len)
		stream->body_max = most_of_body(head, payload);
	return reader->body.len + payload.len <= stream->body_max &&
	       draw(stream, payload.len);
}

/* A response without a length ends with the connection; where the next one comes on the
 * same connection all the same, it ends there: some ends leave "Content-Length: 0" out. */
static bool is_followed_by_head(const struct http_stream *stream, struct str bytes)
{
	return !is_of_requests(stream) &&
	       stream->reader.framing.framing == HTTP_UNTIL_CLOSE &&
	       looks_like_head(stream, bytes) && is_status_line(bytes);
}

/* The body that is under way ends here, whole or not. */
static void end_message(struct http_stream *stream, struct http_message *message,
    const struct telling *to)
{
	bool is_whole =
	    http_reader_finish(&stream->reader, message) >= 0 && !stream->has_hole;

	tell_message(stream, message, is_whole ? HTTP_WHOLE : HTTP_CUT, NULL, to);
	start_over(stream, HTTP_STREAM_READING);
}

/* ---- messages ---------------------------------------------------------------------- */

/* Whether the head says where its body ends, or that it has none. */
static bool has_usable_length(const struct http_head *head, enum http_framing framing)
{
	return !(head->deviations & HTTP_BAD_LENGTH) || head->has_content_length ||
	       framing == HTTP_CHUNKED;
}

/* A step of the reader from where a head is due. */
static int read_head(struct http_stream *stream, struct str *bytes,
    struct http_message *message, const struct telling *to)
{
	struct http_reader *reader = &stream->reader;
	int step;

	if (http_reader_is_idle(reader))
		stream->first = to->frame;
	if (!stream->has_spoken && begins_oddly(stream, *bytes)) {
		start_over(stream, HTTP_STREAM_ALIEN);
		*bytes = STR_NULL;
		return HTTP_READ_MORE;
	}
	step = http_reader_feed(reader, bytes, message, NULL);
	if (step < 0) {
		stream->has_junk |= stream->has_spoken;
		start_over(stream, HTTP_STREAM_LOST);
		*bytes = step == ERR_LIMIT ? STR_NULL : str_from(*bytes, 1);
	} else if (step == HTTP_READ_MORE) {
		stream->has_junk |=
		    stream->has_spoken &&
		    is_odd(stream, str_trim(buf_str(&reader->head_bytes)));
	} else if (!has_usable_length(message->head, reader->framing.framing)) {
		message->body = STR_NULL;
		tell_message(stream, message, HTTP_BAD, "Content-Length is no number",
		    to);
		start_over(stream, HTTP_STREAM_LOST);
		return HTTP_READ_MORE;
	}
	return step;
}

/* A step of the reader in a body. */
static void read_body(struct http_stream *stream, struct str *bytes,
    struct http_message *message, const struct telling *to)
{
	struct error err = ERROR_NULL;
	int step;

	if (is_followed_by_head(stream, *bytes)) {
		end_message(stream, message, to);
		return;
	}
	step = http_reader_feed(&stream->reader, bytes, message, &err);
	if (step == HTTP_READ_WHOLE) {
		tell_message(stream, message, stream->has_hole ? HTTP_CUT : HTTP_WHOLE,
		    NULL, to);
		start_over(stream, HTTP_STREAM_READING);
	} else if (step < 0) {
		(void)http_reader_finish(&stream->reader, message);
		tell_message(stream, message, HTTP_BAD, err.text, to);
		start_over(stream, HTTP_STREAM_LOST);
	}
}

static void read_on(struct http_stream *stream, struct str *bytes,
    struct http_message *message, const struct telling *to)
{
	int step = HTTP_READ_HEAD;

	if (stream->reader.state != HTTP_READER_BODY)
		step = read_head(stream, bytes, message, to);
	if (step == HTTP_READ_HEAD)
		read_body(stream, bytes, message, to);
}

/* ---- interface --------------------------------------------------------------------- */

void http_stream_feed(struct http_stream *stream, struct str bytes,
    struct frame_ref frame, struct str request_method, http_stream_fn *tell, void *user)
{
	const struct telling to = { frame, tell, user };
	struct http_message message;

	message.request_method = request_method;
	stream->last = frame;
	while (bytes.len > 0) {
		switch (stream->state) {
		case HTTP_STREAM_READING:
			read_on(stream, &bytes, &message, &to);
			break;
		case HTTP_STREAM_LOST:
			bytes = str_from(bytes, find_head(stream, bytes));
			if (bytes.len > 0)
				stream->state = HTTP_STREAM_READING;
			break;
		case HTTP_STREAM_ALIEN:
			return;
		}
	}
}

void http_stream_gap(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	const struct telling to = { frame, tell, user };
	struct http_message message;

	if (stream->state == HTTP_STREAM_ALIEN)
		return;
	if (stream->reader.state == HTTP_READER_BODY) {
		stream->has_hole = true;
		end_message(stream, &message, &to);
	}
	start_over(stream, HTTP_STREAM_LOST);
}

void http_stream_missing(struct http_stream *stream, uint64_t bytes,
    struct frame_ref frame, http_stream_fn *tell, void *user)
{
	const struct telling to = { frame, tell, user };
	struct http_message message;

	if (!http_reader_skip(&stream->reader, bytes)) {
		http_stream_gap(stream, frame, tell, user);
		return;
	}
	stream->has_hole = true;
	if (stream->reader.framing.is_done)
		end_message(stream, &message, &to);
}

void http_stream_finish(struct http_stream *stream, struct frame_ref frame,
    http_stream_fn *tell, void *user)
{
	/* A body that only the end of the connection ends was whole before it. */
	bool is_whole = stream->reader.framing.framing == HTTP_UNTIL_CLOSE &&
			stream->last.number != 0;
	const struct telling to = { is_whole ? stream->last : frame, tell, user };
	struct http_message message;

	if (stream->reader.state == HTTP_READER_BODY)
		end_message(stream, &message, &to);
}
