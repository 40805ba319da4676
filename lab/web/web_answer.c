#include "lab/web/web_internal.h"

#include "lab/channel/pages.h"
#include "lab/web/deed.h"
#include "lab/web/page.h"
#include "lib/base/json.h"

#include <jansson.h>
#include <stdlib.h>

/* ---- answers ------------------------------------------------------------------------------ */

static void answer_json(struct http_conn *conn, unsigned status, const struct buf *body)
{
	if (body->error)
		web_answer(conn, 503, "text/plain", STR("no memory\n"));
	else
		web_answer(conn, status, "application/json", buf_str(body));
}

/* What the lab refuses is an answer of its own, and no failure of the page: browsers tell other
 * statuses on their console. */
static void answer_failure(struct http_conn *conn, const struct error *err)
{
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "why", err->text);
	json_object_end(&json);
	answer_json(conn, 200, &out);
}

/* ---- deeds ---------------------------------------------------------------------------------- */

static void on_page(void *user, json_t *page)
{
	struct web_visit *visit = user;

	(void)json_object_del(page, "re");
	(void)json_object_del(page, "ok");
	(void)json_object_del(page, "more");
	(void)page_merge(visit->answer, page);
}

static void on_done(void *user, const struct error *err)
{
	struct web_visit *visit = user;
	struct http_conn *conn = visit->conn;
	auto_buf out = BUF_NULL;
	char *text = err->code ? NULL : json_dumps(visit->answer, JSON_COMPACT);

	if (text)
		json_escape_raw(&out, str_of(text));
	free(text);
	if (!err->code)
		web_refresh_note(visit->web->refresh);
	conn->user = NULL;
	json_decref(visit->answer);
	free(visit);
	if (err->code)
		answer_failure(conn, err);
	else
		answer_json(conn, 200, &out);
}

static void begin_deed(struct web *web, struct http_conn *conn, enum web_view view,
    struct str body)
{
	static const struct web_ask_handlers handlers = { on_page, on_done };
	struct web_visit *visit;
	struct error err = ERROR_NULL;
	struct web_deed deed;

	if (web_deed_read(view, body, &deed, &err) < 0) {
		answer_failure(conn, &err);
		web_deed_free(&deed);
		return;
	}
	visit = calloc(1, sizeof(*visit));
	if (visit) {
		visit->web = web;
		visit->conn = conn;
		visit->answer = json_object();
		conn->user = visit;
		web_asker_ask(web->asker, deed.ask, deed.node,
		    deed.command.len > 0 ? buf_cstr(&deed.command) : NULL, &handlers,
		    visit);
	} else {
		web_answer(conn, 503, "text/plain", STR("no memory\n"));
	}
	web_deed_free(&deed);
}

/* ---- requests ------------------------------------------------------------------------------- */

static void answer_kept(struct http_conn *conn, struct str body)
{
	if (!body.p)
		web_answer(conn, 503, "text/plain", STR("no memory\n"));
	else
		web_answer(conn, 200, "application/json", body);
}

static void serve_rows(struct web *web, struct http_conn *conn, struct str query)
{
	struct web_window window;
	char name[WEB_QUERY_MAX];
	int table;

	(void)web_query_text(query, "table", name);
	table = web_table_find(str_of(name));
	if (table < 0) {
		web_answer(conn, 404, "text/plain", STR("there is no such table\n"));
		return;
	}
	window.table = (enum web_table)table;
	(void)web_query_text(query, "text", window.text);
	window.from = web_query_number(query, "from", WEB_ROWS_MAX, 0);
	window.n = web_query_number(query, "n", WEB_WINDOW_MAX, WEB_WINDOW_MAX);
	answer_kept(conn, web_answers_rows(&web->answers, &web->lab, &window));
}

static void serve_session(const struct web *web, struct http_conn *conn,
    struct str query)
{
	auto_buf out = BUF_NULL;

	if (web_sessions_put(&web->sessions, web_query_number(query, "n", INT64_MAX, 0),
		&out))
		answer_json(conn, 200, &out);
	else
		web_answer(conn, 404, "text/plain", STR("it is not kept any more\n"));
}

static void serve_loads(const struct web *web, struct http_conn *conn)
{
	auto_buf out = BUF_NULL;

	web_loads_put(&web->loads, &out);
	answer_json(conn, 200, &out);
}

/* What a stream had last: its browser says so itself, or a page that begins anew in its query. */
static uint64_t last_of(const struct http_head *head, struct str query)
{
	uint64_t last;

	if (str_to_u64(http_header(head, "Last-Event-ID"), UINT64_MAX, &last) == 0)
		return last;
	return web_query_number(query, "last", UINT64_MAX, 0);
}

static void answer_refusal(struct http_conn *conn, const struct web_request *request)
{
	auto_buf out = BUF_NULL;

	buf_printf(&out, "%s\n", request->why);
	web_answer(conn, request->status, "text/plain", buf_str(&out));
}

void web_serve(struct web *web, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	struct web_request request;

	web_route(str_of(web->token), head, &request);
	if (request.status) {
		answer_refusal(conn, &request);
		return;
	}
	switch (request.view) {
	case WEB_PAGE:
		web_answer(conn, 200, "text/html; charset=utf-8",
		    str_make(web_page_html, web_page_html_len));
		return;
	case WEB_CSS:
		web_answer(conn, 200, "text/css; charset=utf-8",
		    str_make(web_page_css, web_page_css_len));
		return;
	case WEB_DRAW:
		web_answer(conn, 200, "text/javascript; charset=utf-8",
		    str_make(web_draw_js, web_draw_js_len));
		return;
	case WEB_JS:
		web_answer(conn, 200, "text/javascript; charset=utf-8",
		    str_make(web_page_js, web_page_js_len));
		return;
	case WEB_LAB:
		answer_kept(conn, web_answers_drawing(&web->answers, &web->lab));
		return;
	case WEB_ROWS:
		serve_rows(web, conn, request.query);
		return;
	case WEB_SESSION:
		serve_session(web, conn, request.query);
		return;
	case WEB_LOAD:
		serve_loads(web, conn);
		return;
	case WEB_STREAM:
		if (!web_stream_begin(web, conn, last_of(head, request.query)))
			web_answer(conn, 503, "text/plain",
			    STR("too many pages follow\n"));
		return;
	case WEB_TASK:
		web_lesson_serve(web, conn, "task");
		return;
	case WEB_CHECK:
		web_lesson_serve(web, conn, "check");
		return;
	case WEB_HINT:
		web_lesson_serve(web, conn, "hint");
		return;
	case WEB_LINK:
	case WEB_CONSOLE:
	case WEB_CPE:
	case WEB_DEVICE:
	case WEB_STOP:
	case WEB_START:
		begin_deed(web, conn, request.view, body);
		return;
	}
}
