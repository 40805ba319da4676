/* The debug log of GenieACS 1.0 and 1.1, a file a device: "# REQUEST" or "# RESPONSE" with
 * the time, the headers as JSON, the body. It has neither start lines nor connections. */
#include "capture/text/text_internal.h"
#include "capture/text/tree.h"

static bool is_mark(struct str line, bool *is_request, clock_ns *time)
{
	if (str_starts(line, STR("# ")))
		line = str_from(line, 2);
	*is_request = str_starts(line, STR("REQUEST "));
	if (!*is_request && !str_starts(line, STR("RESPONSE ")))
		return false;
	*time = text_time_js(str_from(line, *is_request ? 8 : 9));
	return *time != 0;
}

bool text_is_dump_line(struct str line)
{
	bool is_request;
	clock_ns time;

	return is_mark(line, &is_request, &time);
}

static struct str head_of(struct transcript *t, const struct tree *headers,
    bool is_request, bool has_body)
{
	auto_buf out = BUF_MAX(TEXT_BYTES_MAX);

	buf_append_text(&out, is_request ? "POST / HTTP/1.1\r\n"
			      : has_body ? "HTTP/1.1 200 OK\r\n"
					 : "HTTP/1.1 204 No Content\r\n");
	/* Nobody judges the heads of such a log (CONN_NO_HEADS): some may be missing. */
	(void)text_put_headers(&out, headers);
	return arena_str(&t->arena, buf_str(&out));
}

/* What stands between two marks: JSON, then the body. */
static void take_record(struct transcript *t, struct str record,
    struct text_message message)
{
	auto_arena arena = ARENA_MAX(TEXT_ARENA_MAX);
	struct tree_mistake mistake = { .line = 1 };
	struct tree *headers = NULL;
	uint32_t line = 1;
	size_t at = 0;
	int r = tree_json_next(record, &at, &line, &arena, &headers, &mistake);

	if (r > 0 && headers->kind == TREE_MAP) {
		message.body = str_trim(str_from(record, at));
		message.head =
		    head_of(t, headers, message.is_request, message.body.len > 0);
		message.is_cut = text_envelope_start(message.body) < message.body.len &&
				 text_envelope_end(message.body) == 0;
		transcript_add(t, &message);
	}
	text_note(t, r, &mistake, message.line);
}

void text_read_dump(struct transcript *t, struct str text)
{
	const struct text_conn conn = { .flags = CONN_NO_LINES | CONN_NO_HEADS };
	struct str rest = text, record = STR_NULL;
	struct text_message message = { .line = 0 };
	bool has_mark = false, is_request;
	uint32_t line = 0;
	clock_ns time;

	message.conn = transcript_conn(t, STR("dump"), &conn);
	while (rest.len > 0 && !t->error) {
		struct str here = text_line(&rest);

		line++;
		if (!is_mark(here, &is_request, &time))
			continue;
		if (has_mark) {
			record.len = (size_t)(here.p - record.p);
			take_record(t, record, message);
		}
		record = rest;
		has_mark = true;
		message.is_request = is_request;
		message.time = time;
		message.line = line;
	}
	if (has_mark) {
		record.len = record.p ? (size_t)(text.p + text.len - record.p) : 0;
		take_record(t, record, message);
	}
}
