/* HAR 1.2 (softwareishard.com/blog/har-12-spec). */
#include "capture/report/format.h"

#include "capture/analysis/analysis.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct head { /* the text of a head, taken apart; views into it */
	struct str first, second, third; /* words of its start line */
	struct str headers;              /* the lines after it */
};

static struct str next_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	return str_trim(line);
}

static struct head take_apart(struct str text)
{
	struct head head = { .headers = text };
	struct str line = next_line(&head.headers), rest;

	head.first = str_cut(line, ' ', &rest);
	head.second = str_cut(rest, ' ', &head.third);
	return head;
}

static struct str header_of(const struct head *head, const char *name)
{
	struct str rest = head->headers;

	while (rest.len > 0) {
		struct str line = next_line(&rest), value;
		struct str here = str_cut(line, ':', &value);

		if (str_eq_nocase(here, str_of(name)))
			return str_trim(value);
	}
	return STR_NULL;
}

static void put_headers(struct json *json, const struct head *head)
{
	struct str rest = head->headers;

	json_array_begin(json, "headers");
	while (rest.len > 0) {
		struct str line = next_line(&rest), value;
		struct str name = str_cut(line, ':', &value);

		if (name.len == 0)
			continue;
		json_object_begin(json, NULL);
		json_str(json, "name", name);
		json_str(json, "value", str_trim(value));
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_empty_array(struct json *json, const char *key)
{
	json_array_begin(json, key);
	json_array_end(json);
}

/* Milliseconds; -1 is HAR's word for "does not apply". */
static void put_ms(struct json *json, const char *key, clock_ns ns)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.3f", (double)ns / (double)NS_PER_MS);
	json_raw(json, key, ns < 0 ? STR("-1") : str_of(text));
}

static void put_date(struct json *json, const char *key, clock_ns time)
{
	char text[CLOCK_ISO8601_MAX];

	json_text(json, key, clock_iso8601(time, 6, text));
}

/* ---- an entry ---------------------------------------------------------------------- */

struct entry {
	const struct analysis_session *session;
	const struct analysis_conn *conn;
	const struct analysis_message *request;
	const struct analysis_message *response; /* null: none was seen */
	bool is_first;                           /* of its connection */
};

static void put_url(struct json *json, const struct entry *entry,
    const struct head *head)
{
	struct str host = header_of(head, "Host");
	auto_buf url = BUF_NULL;

	if (str_find(head->second, STR("://"), NULL)) {
		json_str(json, "url", head->second);
		return;
	}
	buf_printf(&url, "%s://%.*s%.*s", entry->session->is_tls ? "https" : "http",
	    STR_ARG(host.len > 0 ? host : str_of(entry->session->acs)),
	    STR_ARG(head->second.len > 0 ? head->second : STR("/")));
	json_str(json, "url", buf_str(&url));
}

static void put_request(struct json *json, const struct entry *entry)
{
	const struct analysis_message *request = entry->request;
	struct head head = take_apart(request->head);
	struct str type = header_of(&head, "Content-Type");

	json_object_begin(json, "request");
	json_str(json, "method", head.first.len > 0 ? head.first : STR("POST"));
	put_url(json, entry, &head);
	json_str(json, "httpVersion",
	    head.third.len > 0 ? head.third : STR("HTTP/1.1"));
	put_empty_array(json, "cookies");
	put_headers(json, &head);
	put_empty_array(json, "queryString");
	if (request->body.len > 0) {
		json_object_begin(json, "postData");
		json_str(json, "mimeType", type.len > 0 ? type : STR("text/xml"));
		put_empty_array(json, "params");
		json_str(json, "text", request->body);
		json_object_end(json);
	}
	json_int(json, "headersSize", -1);
	json_uint(json, "bodySize", request->size);
	json_object_end(json);
}

static void put_content(struct json *json, const struct analysis_message *response,
    struct str type)
{
	json_object_begin(json, "content");
	json_uint(json, "size", response ? response->size : 0);
	json_str(json, "mimeType", type.len > 0 ? type : STR("x-unknown"));
	if (response && response->body.len > 0)
		json_str(json, "text", response->body);
	json_object_end(json);
}

static void put_response(struct json *json, const struct analysis_message *response)
{
	struct head head = take_apart(response ? response->head : STR_NULL);
	struct str location = header_of(&head, "Location");

	json_object_begin(json, "response");
	json_uint(json, "status", response ? response->http_status : 0);
	json_str(json, "statusText", head.third);
	json_str(json, "httpVersion", head.first);
	put_empty_array(json, "cookies");
	put_headers(json, &head);
	put_content(json, response, header_of(&head, "Content-Type"));
	json_str(json, "redirectURL", location);
	json_int(json, "headersSize", -1);
	if (response)
		json_uint(json, "bodySize", response->size);
	else
		json_int(json, "bodySize", -1);
	json_object_end(json);
}

struct times { /* -1: not seen */
	clock_ns start, connect, ssl, send, wait, receive;
};

static struct times times_of(const struct entry *entry)
{
	const struct analysis_conn *conn = entry->conn;
	const struct analysis_message *request = entry->request,
				      *response = entry->response;
	struct times times = { .start = request->first_time, .connect = -1, .ssl = -1 };

	if (entry->is_first && conn->hello && conn->secured)
		times.ssl = MAX(conn->secured - conn->hello, 0);
	if (entry->is_first && conn->syn && conn->established) {
		/* HAR counts TLS as a part of connecting. */
		times.connect =
		    MAX(conn->established - conn->syn, 0) + MAX(times.ssl, 0);
		times.start = conn->syn;
	}
	times.send = MAX(request->time - request->first_time, 0);
	if (response) {
		times.wait = MAX(response->first_time - request->time, 0);
		times.receive = MAX(response->time - response->first_time, 0);
	}
	return times;
}

static void put_timings(struct json *json, const struct times *times)
{
	json_object_begin(json, "timings");
	put_ms(json, "blocked", -1);
	put_ms(json, "dns", -1);
	put_ms(json, "connect", times->connect);
	put_ms(json, "ssl", times->ssl);
	put_ms(json, "send", times->send);
	put_ms(json, "wait", times->wait);
	put_ms(json, "receive", times->receive);
	json_object_end(json);
}

static void put_comment(struct json *json, const struct entry *entry)
{
	const struct analysis_message *request = entry->request;
	const struct analysis_message *broken =
	    request->why ? request : entry->response;
	const char *what = entry->session->is_text ? "message" : "frame";
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%s, %s %llu", request->name, what,
	    (unsigned long long)request->frame);
	if (entry->response)
		buf_printf(&text, "; %s, %s %llu", entry->response->name, what,
		    (unsigned long long)entry->response->frame);
	if (broken && broken->why)
		buf_printf(&text, "; %s: %s", broken->layer ? broken->layer : "",
		    broken->why);
	json_str(json, "comment", buf_str(&text));
}

static void put_entry(struct json *json, const struct entry *entry)
{
	struct times times = times_of(entry);
	char text[32];

	json_object_begin(json, NULL);
	(void)snprintf(text, sizeof(text), "session_%llu",
	    (unsigned long long)entry->session->id);
	json_text(json, "pageref", text);
	put_date(json, "startedDateTime", times.start);
	put_ms(json, "time",
	    MAX(times.connect, 0) + times.send + times.wait + times.receive);
	put_request(json, entry);
	put_response(json, entry->response);
	json_object_begin(json, "cache");
	json_object_end(json);
	put_timings(json, &times);
	json_text(json, "serverIPAddress", entry->conn->server);
	(void)snprintf(text, sizeof(text), "%u", entry->conn->client_port);
	json_text(json, "connection", text);
	put_comment(json, entry);
	json_object_end(json);
}

/* ---- sessions ---------------------------------------------------------------------- */

/* By exchange, the last response: a 100 Continue comes before the answer. */
static const struct analysis_message **answers_of(
    const struct analysis_session *session)
{
	const struct analysis_message **answers =
	    calloc(session->n_messages + 1, sizeof(*answers));

	for (size_t i = 0; answers && i < session->n_messages; i++) {
		const struct analysis_message *message = &session->messages[i];

		if (message->from == FROM_ACS && message->exchange > 0 &&
		    message->exchange <= session->n_messages)
			answers[message->exchange] = message;
	}
	return answers;
}

static int put_entries(struct json *json, const struct analysis_session *session)
{
	static const struct analysis_conn unknown;
	const struct analysis_message **answers = answers_of(session);
	const struct analysis_message *last = NULL;

	if (!answers)
		return -ENOMEM;
	for (size_t i = 0; i < session->n_messages; i++) {
		const struct analysis_message *message = &session->messages[i];
		struct entry entry = { session, &unknown, message, NULL, true };

		if (message->exchange == 0 || message->from != FROM_CPE)
			continue;
		if (message->conn < session->n_conns)
			entry.conn = &session->conns[message->conn];
		if (message->exchange <= session->n_messages)
			entry.response = answers[message->exchange];
		entry.is_first = !last || last->conn != message->conn;
		last = message;
		put_entry(json, &entry);
	}
	free(answers);
	return 0;
}

static void put_page(struct json *json, const struct analysis_session *session)
{
	char id[32];
	auto_buf title = BUF_NULL;

	(void)snprintf(id, sizeof(id), "session_%llu", (unsigned long long)session->id);
	buf_printf(&title, "%s to %s", session->serial ? session->serial : session->cpe,
	    session->url ? session->url : session->acs);
	for (size_t i = 0; i < session->n_events; i++)
		buf_printf(&title, "%s%s", i > 0 ? ", " : ": ", session->events[i]);
	json_object_begin(json, NULL);
	put_date(json, "startedDateTime", session->start);
	json_text(json, "id", id);
	json_str(json, "title", buf_str(&title));
	json_object_begin(json, "pageTimings");
	put_ms(json, "onContentLoad", -1);
	put_ms(json, "onLoad", session->end - session->start);
	json_object_end(json);
	json_object_end(json);
}

void format_har(struct buf *out, const struct analysis *analysis)
{
	struct json json = json_writer(out, 1);
	int r = 0;

	json_object_begin(&json, NULL);
	json_object_begin(&json, "log");
	json_text(&json, "version", "1.2");
	json_object_begin(&json, "creator");
	json_text(&json, "name", "cwmplab");
	json_text(&json, "version", CWMPLAB_VERSION);
	json_object_end(&json);
	json_array_begin(&json, "pages");
	for (size_t i = 0; i < analysis->n_sessions; i++)
		put_page(&json, &analysis->sessions[i]);
	json_array_end(&json);
	json_array_begin(&json, "entries");
	for (size_t i = 0; i < analysis->n_sessions; i++)
		r = r < 0 ? r : put_entries(&json, &analysis->sessions[i]);
	json_array_end(&json);
	json_object_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
	if (r < 0)
		out->error = r;
}
