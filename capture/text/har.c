/* HAR 1.2: entries of a request and its response, as capture/report/format_har.c and others
 * write them. */
#include "capture/text/text_internal.h"
#include "capture/text/tree.h"

#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <stdio.h>

/* Milliseconds, of which no wait has over a day: what is summed up must not overflow. */
static clock_ns ms_of(struct str s)
{
	static const double day = 24 * 60 * 60 * 1000;
	char text[40], *end;
	double ms;

	if (s.len == 0 || s.len >= sizeof(text))
		return 0;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	ms = strtod(text, &end);
	/* -1 is HAR's word for "does not apply". */
	return *end == '\0' && ms > 0 && ms <= day ? (clock_ns)(ms * 1e6) : 0;
}

static clock_ns sum_of(const struct tree *timings, const char *const *names, size_t n)
{
	clock_ns sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ms_of(tree_text(timings, names[i]));
	return sum;
}

static void put_field(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != '\r' && text.p[i] != '\n')
			buf_append_char(out, text.p[i]);
	}
}

static struct str with_headers(struct transcript *t, struct buf *out,
    const struct tree *headers)
{
	for (const struct tree *header = headers ? headers->first : NULL; header;
	     header = header->next) {
		struct str name = tree_text(header, "name");

		/* Those of HTTP/2 that stand for a start line. */
		if (name.len == 0 || name.p[0] == ':')
			continue;
		put_field(out, name);
		buf_append_text(out, ": ");
		put_field(out, tree_text(header, "value"));
		buf_append_text(out, "\r\n");
	}
	return arena_str(&t->arena, buf_str(out));
}

static bool has_line_of_wire(const struct tree *message)
{
	return str_starts(tree_text(message, "httpVersion"), STR("HTTP/1."));
}

static void put_version(struct buf *out, const struct tree *message)
{
	if (has_line_of_wire(message))
		put_field(out, tree_text(message, "httpVersion"));
	else
		buf_append_text(out, "HTTP/1.1");
}

/* The path of the URL with its query, as the request line has it. */
static struct str target_of(struct str url)
{
	size_t at = 0;

	if (str_find(url, STR("://"), &at))
		url = str_from(url, at + 3);
	at = str_find_char(url, '/');
	return at < url.len ? str_from(url, at) : STR("/");
}

static struct str request_head(struct transcript *t, const struct tree *request)
{
	auto_buf out = BUF_MAX(TEXT_BYTES_MAX);

	put_field(&out, tree_text(request, "method"));
	buf_append_char(&out, ' ');
	put_field(&out, target_of(tree_text(request, "url")));
	buf_append_char(&out, ' ');
	put_version(&out, request);
	buf_append_text(&out, "\r\n");
	return with_headers(t, &out, tree_get(request, "headers"));
}

static struct str response_head(struct transcript *t, const struct tree *response,
    unsigned status)
{
	auto_buf out = BUF_MAX(TEXT_BYTES_MAX);

	put_version(&out, response);
	buf_printf(&out, " %03u ", status);
	put_field(&out, tree_text(response, "statusText"));
	buf_append_text(&out, "\r\n");
	return with_headers(t, &out, tree_get(response, "headers"));
}

/* Takes the body from its object; size: what the entry says that it has. */
static void take_body(struct transcript *t, struct text_message *message,
    const struct tree *body, struct str size)
{
	struct str text = tree_text(body, "text");
	auto_buf bytes = BUF_MAX(TEXT_BYTES_MAX);
	uint64_t said = 0;
	uint8_t *room;
	int n = 0;

	if (str_is(tree_text(body, "encoding"), "base64") && text.len > 0) {
		room = buf_reserve(&bytes, text.len);
		n = room ? base64_parse(text, room, text.len) : 0;
		text = str_make(room, (size_t)MAX(n, 0));
	}
	message->body = arena_str(&t->arena, text);
	(void)str_to_u64(size, INT64_MAX, &said);
	/* A body that was not kept, or only in part. */
	message->is_cut =
	    (text.len == 0 && said > 0) ||
	    (text_envelope_start(text) < text.len && text_envelope_end(text) == 0);
}

static size_t conn_of(struct transcript *t, const struct tree *entry)
{
	const struct tree *request = tree_get(entry, "request");
	struct str server = tree_text(entry, "serverIPAddress"),
		   id = tree_text(entry, "connection");
	struct text_conn conn = { .flags =
				      has_line_of_wire(request) ? 0 : CONN_NO_LINES };
	auto_buf key = BUF_NULL;
	uint64_t port = 0;
	struct url url;

	(void)str_to_u64(id, UINT16_MAX, &port);
	conn.client.port = (uint16_t)port;
	conn.server.address = text_address(server);
	if (url_parse(&url, tree_text(request, "url"), NULL) == 0) {
		conn.server.port = url.port;
		if (url.is_https)
			conn.flags |= CONN_TLS | CONN_DECRYPTED;
	}
	buf_printf(&key, "%.*s %.*s %.*s", STR_ARG(tree_text(entry, "pageref")),
	    STR_ARG(server), STR_ARG(id));
	return transcript_conn(t, buf_str(&key), &conn);
}

static void take_entry(struct transcript *t, const struct tree *entry)
{
	static const char *const before[] = { "blocked", "dns", "connect", "send" };
	static const char *const after[] = { "wait", "receive" };
	const struct tree *request = tree_get(entry, "request"),
			  *response = tree_get(entry, "response"),
			  *timings = tree_get(entry, "timings");
	struct text_message message = { .is_request = true,
		.has_whole_head = true,
		.line = entry->line,
		.time = text_time_iso(tree_text(entry, "startedDateTime")) };
	uint64_t status = 0;

	if (!request)
		return;
	message.conn = conn_of(t, entry);
	if (message.time)
		message.time += sum_of(timings, before, ARRAY_LEN(before));
	message.head = request_head(t, request);
	take_body(t, &message, tree_get(request, "postData"),
	    tree_text(request, "bodySize"));
	transcript_add(t, &message);
	(void)str_to_u64(tree_text(response, "status"), 999, &status);
	if (status < 100)
		return; /* none was seen */
	message.is_request = false;
	message.line = response->line;
	if (message.time)
		message.time += sum_of(timings, after, ARRAY_LEN(after));
	message.head = response_head(t, response, (unsigned)status);
	take_body(t, &message, tree_get(response, "content"),
	    tree_text(tree_get(response, "content"), "size"));
	transcript_add(t, &message);
}

void text_read_har(struct transcript *t, struct str text)
{
	auto_arena arena = ARENA_MAX(TEXT_ARENA_MAX);
	struct tree_mistake mistake = { .line = 1 };
	struct tree *root = NULL;
	const struct tree *entries;
	uint32_t line = 1;
	size_t at = 0;
	int r = tree_json_next(text, &at, &line, &arena, &root, &mistake);

	text_note(t, r, &mistake, 0);
	/* What is before a mistake is in the tree, at last an entry that is there in part: of
	 * whose messages it is not known what is missing. */
	entries = tree_get(tree_get(root, "log"), "entries");
	for (const struct tree *entry = entries ? entries->first : NULL;
	     entry && !entry->is_cut && !t->error; entry = entry->next)
		take_entry(t, entry);
}
