/* The debug log of GenieACS (GENIEACS_DEBUG_FILE): a document of YAML or a line of JSON for
 * each HTTP message of a session and of a connection request. Its members are event, timestamp,
 * remoteAddress, deviceId, connection (when that was opened), localPort or remotePort, method
 * and url or statusCode, headers and body. */
#include "capture/text/text_internal.h"
#include "capture/text/tree.h"

#include "lib/proto/http.h"

#include <errno.h>

enum { /* of an event, by its words */
	EVENT_IN = 1 << 0,
	EVENT_REQUEST = 1 << 1,
};

/* "incoming HTTP request"; -1 for events that are no message of HTTP. */
static int event_of(struct str event)
{
	int bits = 0;

	if (str_starts(event, STR("incoming HTTP ")))
		bits |= EVENT_IN;
	else if (!str_starts(event, STR("outgoing HTTP ")))
		return -1;
	if (str_ends(event, STR(" request")))
		return bits | EVENT_REQUEST;
	return str_ends(event, STR(" response")) ? bits : -1;
}

/* Values that a header cannot have would be lines of their own. */
static bool has_line_end(struct str s)
{
	return str_find_char(s, '\n') < s.len || str_find_char(s, '\r') < s.len;
}

static bool put_header(struct buf *out, struct str name, struct str value)
{
	if (has_line_end(name) || has_line_end(value))
		return false;
	buf_printf(out, "%.*s: %.*s\r\n", STR_ARG(name), STR_ARG(value));
	return true;
}

bool text_put_headers(struct buf *out, const struct tree *headers)
{
	bool is_whole = true;

	for (const struct tree *header = headers ? headers->first : NULL; header;
	     header = header->next) {
		if (header->kind != TREE_LIST)
			is_whole &= put_header(out, header->key, header->text);
		/* A header may come several times: then its value is a list. */
		for (const struct tree *value =
			 header->kind == TREE_LIST ? header->first : NULL;
		     value; value = value->next)
			is_whole &= put_header(out, header->key, value->text);
	}
	return is_whole;
}

static bool is_safe(const struct tree *record)
{
	return !has_line_end(tree_text(record, "method")) &&
	       !has_line_end(tree_text(record, "url")) &&
	       !has_line_end(tree_text(record, "statusCode"));
}

/* The head, as far as the log keeps it: the version of HTTP is not in there. */
static struct str head_of(struct transcript *t, const struct tree *record,
    bool is_request, bool *ret_is_whole)
{
	auto_buf out = BUF_MAX(TEXT_BYTES_MAX);
	struct str url = tree_text(record, "url");
	uint64_t status = 0;

	if (is_request) {
		buf_printf(&out, "%.*s %.*s HTTP/1.1\r\n",
		    STR_ARG(tree_text(record, "method")),
		    STR_ARG(url.len > 0 ? url : STR("/")));
	} else {
		(void)str_to_u64(tree_text(record, "statusCode"), 999, &status);
		buf_printf(&out, "HTTP/1.1 %03u %s\r\n", (unsigned)status,
		    http_reason((unsigned)status));
	}
	*ret_is_whole = text_put_headers(&out, tree_get(record, "headers"));
	return arena_str(&t->arena, buf_str(&out));
}

/* By the CPE, and when the connection was opened. */
static size_t conn_of(struct transcript *t, const struct tree *record, bool is_session)
{
	struct text_end cpe = { .address =
				    text_address(tree_text(record, "remoteAddress")) },
			acs = { .port = 0 };
	struct text_conn conn = { .flags = CONN_NO_LINES };
	auto_buf key = BUF_NULL;
	uint64_t port = 0;

	(void)str_to_u64(tree_text(record, is_session ? "localPort" : "remotePort"),
	    UINT16_MAX, &port);
	if (is_session)
		acs.port = (uint16_t)port;
	else
		cpe.port = (uint16_t)port;
	conn.client = is_session ? cpe : acs;
	conn.server = is_session ? acs : cpe;
	buf_printf(&key, "%s %.*s %.*s", is_session ? "session" : "call",
	    STR_ARG(tree_text(record, "remoteAddress")),
	    STR_ARG(tree_text(record, "connection")));
	return transcript_conn(t, buf_str(&key), &conn);
}

static void take_record(struct transcript *t, const struct tree *record)
{
	int event = event_of(tree_text(record, "event"));
	struct text_message message = { .line = record->line };
	bool is_session;

	if (event < 0 || tree_get(record, "error") || !is_safe(record))
		return;
	message.is_request = event & EVENT_REQUEST;
	is_session = message.is_request == ((event & EVENT_IN) != 0);
	message.conn = conn_of(t, record, is_session);
	message.head = head_of(t, record, message.is_request, &message.has_whole_head);
	message.body = arena_str(&t->arena, tree_text(record, "body"));
	message.time = text_time_iso(tree_text(record, "timestamp"));
	if (message.conn == SIZE_MAX || !message.head.p || !message.body.p)
		t->error = t->error ? t->error : ERR_LIMIT;
	else
		transcript_add(t, &message);
}

void text_note(struct transcript *t, int r, const struct tree_mistake *mistake,
    uint32_t lines_before)
{
	if (r == -ENOMEM && !t->error)
		t->error = ERR_LIMIT;
	if (r == ERR_MALFORMED)
		transcript_damage(t, lines_before + mistake->line, mistake->column,
		    mistake->what);
}

/* The bytes up to the next line that begins with mark, from the second line on. */
static size_t record_length(struct str text, struct str mark)
{
	struct str rest = text;

	for (bool is_first = true; rest.len > 0; is_first = false) {
		size_t at = (size_t)(rest.p - text.p);

		if (!is_first && str_starts(rest, mark))
			return at;
		(void)text_line(&rest);
	}
	return text.len;
}

/* A record that cannot be read, as the first and the last one of a part of a log, costs
 * itself alone. Documents are told apart by their marks, which text in them never looks
 * like, as it is indented. */
void text_read_genieacs_yaml(struct transcript *t, struct str text)
{
	auto_arena arena = ARENA_MAX(TEXT_ARENA_MAX);
	uint32_t lines = 0;

	while (text.len > 0 && !t->error) {
		struct str record = str_make(text.p, record_length(text, STR("---")));
		struct tree_yaml *yaml = tree_yaml_new(record);
		struct tree_mistake mistake = { .line = 1 };
		struct tree *root = NULL;
		int r = yaml ? tree_yaml_next(yaml, &arena, &root, &mistake) : -ENOMEM;

		if (r > 0) {
			root->line += lines;
			take_record(t, root);
		}
		text_note(t, r, &mistake, lines);
		tree_yaml_free(yaml);
		arena_reset(&arena);
		lines += text_lines(record);
		text = str_from(text, record.len);
	}
}

static void take_json(struct transcript *t, const struct tree *root)
{
	if (root->kind != TREE_LIST) {
		take_record(t, root);
		return;
	}
	for (const struct tree *each = root->first; each; each = each->next)
		take_record(t, each);
}

void text_read_genieacs_json(struct transcript *t, struct str text)
{
	auto_arena arena = ARENA_MAX(TEXT_ARENA_MAX);
	uint32_t line = 1;
	size_t at = 0;
	int r = 1;

	while (r != 0 && !t->error) {
		struct tree_mistake mistake = { .line = line };
		size_t begin = at;
		uint32_t begin_line = line;
		struct tree *root = NULL;

		r = tree_json_next(text, &at, &line, &arena, &root, &mistake);
		if (r > 0)
			take_json(t, root);
		text_note(t, r, &mistake, 0);
		arena_reset(&arena);
		if (r >= 0)
			continue;
		at = begin + record_length(str_from(text, begin), STR("{"));
		line = begin_line + text_lines(str_make(text.p + begin, at - begin));
		r = at < text.len;
	}
}
