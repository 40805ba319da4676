#include "capture/format.h"

#include "capture/message_json.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>

struct line {
	const struct message *message;
	const struct session *session; /* null: of DHCP or DNS */
	const struct host *host;
};

static uint64_t session_id(const struct line *line)
{
	return line->session ? line->session->id : 0;
}

static int by_frame(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	uint64_t left_id = session_id(left), right_id = session_id(right);

	if (left->message->frame != right->message->frame)
		return left->message->frame < right->message->frame ? -1 : 1;
	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	/* Of one frame: as they stand in their session. */
	return left->message < right->message ? -1 : left->message > right->message;
}

static struct line *collect(const struct analysis *analysis, size_t *ret_n)
{
	struct line *lines;
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_sessions; i++)
		n += analysis->sessions[i].n_messages;
	for (size_t i = 0; i < analysis->n_hosts; i++)
		n += analysis->hosts[i].n_messages;
	lines = calloc(n + 1, sizeof(*lines));
	n = 0;
	for (size_t i = 0; lines && i < analysis->n_sessions; i++) {
		const struct session *session = &analysis->sessions[i];

		for (size_t k = 0; k < session->n_messages; k++)
			lines[n++] =
			    (struct line){ &session->messages[k], session, NULL };
	}
	for (size_t i = 0; lines && i < analysis->n_hosts; i++) {
		const struct host *host = &analysis->hosts[i];

		for (size_t k = 0; k < host->n_messages; k++)
			lines[n++] = (struct line){ &host->messages[k], NULL, host };
	}
	*ret_n = n;
	return lines;
}

static void put_session(struct json *json, const struct session *session)
{
	json_text(json, "cpe", session->cpe);
	json_optional(json, "mac", session->mac);
	json_optional(json, "oui", session->oui);
	json_optional(json, "serial", session->serial);
	json_text(json, "acs", session->acs);
}

static void put_line(struct buf *out, const struct line *line, unsigned nth)
{
	struct json json = json_writer(out, 0);
	char id[64];

	(void)snprintf(id, sizeof(id), "%llu-%llu",
	    (unsigned long long)session_id(line),
	    (unsigned long long)line->message->frame);
	if (nth > 1)
		(void)snprintf(id + strlen(id), sizeof(id) - strlen(id), ".%u", nth);
	json_object_begin(&json, NULL);
	json_text(&json, "id", id);
	json_uint(&json, "session", session_id(line));
	if (line->session) {
		put_session(&json, line->session);
	} else {
		json_text(&json, "cpe", line->host->cpe);
		json_optional(&json, "mac", line->host->mac);
	}
	message_write_members(line->message, &json);
	if (line->message->head.len > 0) {
		json_uint(&json, "size", line->message->size);
		json_str(&json, "head", line->message->head);
	}
	if (line->message->body.len > 0)
		json_str(&json, "body", line->message->body);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

void format_ndjson(struct buf *out, const struct analysis *analysis)
{
	size_t n = 0;
	auto_free struct line *lines = collect(analysis, &n);
	unsigned nth = 1;

	if (!lines) {
		out->error = -ENOMEM;
		return;
	}
	qsort(lines, n, sizeof(*lines), by_frame);
	for (size_t i = 0; i < n; i++) {
		bool is_same = i > 0 &&
			       lines[i].message->frame == lines[i - 1].message->frame &&
			       session_id(&lines[i]) == session_id(&lines[i - 1]);

		nth = is_same ? nth + 1 : 1;
		put_line(out, &lines[i], nth);
	}
}
