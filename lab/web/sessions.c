#include "lab/web/sessions.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMES_MAX = 400 /* bytes of the names of a session's messages in its row */
};

struct session {
	struct list link;
	uint64_t id;
	struct buf lines; /* with a comma between them */
	struct buf names;
	uint64_t n_left_out;
	json_t *row; /* owned */
};

int web_sessions_init(struct web_sessions *sessions)
{
	*sessions = (struct web_sessions){ .findings = json_array() };
	list_init(&sessions->all);
	return sessions->findings ? 0 : -ENOMEM;
}

static void drop(struct web_sessions *sessions, struct session *session)
{
	list_remove(&session->link);
	sessions->n--;
	sessions->bytes -= session->lines.len;
	buf_free(&session->lines);
	buf_free(&session->names);
	json_decref(session->row);
	free(session);
}

void web_sessions_free(struct web_sessions *sessions)
{
	while (!list_empty(&sessions->all))
		drop(sessions, list_first(&sessions->all, struct session, link));
	json_decref(sessions->findings);
	sessions->findings = NULL;
}

/* Lines of a session come together, and late ones soon after: it is among the last. */
static struct session *find(const struct web_sessions *sessions, uint64_t id)
{
	for (struct list *item = sessions->all.prev; item != &sessions->all;
	     item = item->prev) {
		struct session *session = list_entry(item, struct session, link);

		if (session->id == id)
			return session;
	}
	return NULL;
}

static struct session *add(struct web_sessions *sessions, uint64_t id)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->id = id;
	session->lines = (struct buf)BUF_MAX(WEB_SESSION_BYTES);
	session->names = (struct buf)BUF_MAX(NAMES_MAX);
	session->row = json_pack("{s:I,s:i,s:s}", "session", (json_int_t)id, "findings",
	    0, "end", "");
	list_append(&sessions->all, &session->link);
	sessions->n++;
	return session;
}

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* The first line that has it says so for all. */
static void keep(struct session *session, const json_t *line, const char *key)
{
	json_t *value = json_object_get(line, key);

	if (value && !json_object_get(session->row, key))
		(void)json_object_set(session->row, key, value);
}

static void note(struct session *session, const json_t *line)
{
	static const char *const keys[] = { "cpe", "mac", "serial", "acs", "time" };
	const char *kind = text_of(line, "kind");
	json_int_t n = json_integer_value(json_object_get(session->row, "findings"));

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		keep(session, line, keys[i]);
	if (strcmp(kind, "finding") == 0)
		(void)json_object_set_new(session->row, "findings",
		    json_integer(n + 1));
	if (strcmp(kind, "failure") == 0)
		(void)json_object_set_new(session->row, "end", json_string("failed"));
	if (strcmp(kind, "CWMP") != 0)
		return;
	/* One that finds no room is left out: the session has all. */
	buf_printf(&session->names, "%s%s", session->names.len > 0 ? ", " : "",
	    text_of(line, "name"));
	session->names.error = 0;
	(void)json_object_set_new(session->row, "messages",
	    json_stringn((const char *)session->names.data, session->names.len));
}

static void append(struct web_sessions *sessions, struct session *session,
    struct str line)
{
	size_t before = session->lines.len;

	if (before + line.len + 1 > WEB_SESSION_BYTES) {
		session->n_left_out++;
		return;
	}
	if (before > 0)
		buf_append_char(&session->lines, ',');
	json_escape_raw(&session->lines, line);
	if (session->lines.error) {
		session->lines.error = 0;
		session->lines.len = before;
		session->n_left_out++;
	}
	sessions->bytes += session->lines.len - before;
}

static void keep_finding(struct web_sessions *sessions, json_t *line)
{
	(void)json_array_append(sessions->findings, line);
	if (json_array_size(sessions->findings) > WEB_FINDINGS_KEPT)
		(void)json_array_remove(sessions->findings, 0);
}

static void drop_oldest(struct web_sessions *sessions)
{
	while (sessions->n > WEB_SESSIONS_KEPT ||
	       (sessions->bytes > WEB_SESSIONS_BYTES && sessions->n > 1))
		drop(sessions, list_first(&sessions->all, struct session, link));
}

static bool take(struct web_sessions *sessions, struct str text, json_t *line)
{
	json_int_t told = json_integer_value(json_object_get(line, "session"));
	uint64_t id =
	    told > 0 && told <= UINT32_MAX ? sessions->before + (uint64_t)told : 0;
	const char *kind = text_of(line, "kind");
	bool is_finding = strcmp(kind, "finding") == 0 || strcmp(kind, "failure") == 0;
	struct session *session;

	if (id > 0)
		(void)json_object_set_new(line, "session",
		    json_integer((json_int_t)id));
	if (is_finding)
		keep_finding(sessions, line);
	if (id == 0)
		return is_finding;
	sessions->last = MAX(sessions->last, id);
	session = find(sessions, id);
	if (!session)
		session = add(sessions, id);
	if (!session || !session->row)
		return is_finding;
	append(sessions, session, text);
	note(session, line);
	drop_oldest(sessions);
	return true;
}

void web_sessions_again(struct web_sessions *sessions)
{
	sessions->before = sessions->last;
}

bool web_sessions_take(struct web_sessions *sessions, struct str line)
{
	json_t *read = json_loadb(line.p, line.len, 0, NULL);
	bool is_taken = json_is_object(read) && take(sessions, line, read);

	json_decref(read);
	return is_taken;
}

json_t *web_sessions_rows(const struct web_sessions *sessions)
{
	json_t *rows = json_array();

	for (struct list *item = sessions->all.prev; rows && item != &sessions->all;
	     item = item->prev) {
		const struct session *session = list_entry(item, struct session, link);

		/* A copy: this one goes on to change. */
		(void)json_array_append_new(rows, json_copy(session->row));
	}
	return rows;
}

json_t *web_sessions_findings(const struct web_sessions *sessions)
{
	json_t *rows = json_array();

	for (size_t i = json_array_size(sessions->findings); rows && i > 0; i--)
		(void)json_array_append(rows,
		    json_array_get(sessions->findings, i - 1));
	return rows;
}

bool web_sessions_put(const struct web_sessions *sessions, uint64_t id, struct buf *out)
{
	const struct session *session = find(sessions, id);
	struct json json = json_writer(out, 0);

	if (!session)
		return false;
	json_object_begin(&json, NULL);
	json_uint(&json, "session", id);
	json_uint(&json, "left_out", session->n_left_out);
	json_array_begin(&json, "lines");
	if (session->lines.len > 0)
		json_raw(&json, NULL, buf_str(&session->lines));
	json_array_end(&json);
	json_object_end(&json);
	return true;
}
