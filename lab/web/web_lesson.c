#include "lab/web/web_internal.h"

#include "lib/base/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	LONGEST_S = 50, /* less than the connection is kept that waits for it */
	NONE_S = 2      /* so long it counts that no lesson goes on in this lab */
};

/* What a lesson says is asked of the verb itself, as on the terminal: its folders, its judges and its
 * progress are nothing that a server of pages should hold. One is asked at a time. */

static void answer_text(struct http_conn *conn, const char *text)
{
	web_answer(conn, 200, "application/json", str_of(text));
}

static void answer_why(struct http_conn *conn, struct str why)
{
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 0);

	json_object_begin(&json, NULL);
	json_str(&json, "why", why);
	json_object_end(&json);
	web_answer(conn, 200, "application/json", buf_str(&out));
}

/* The lesson that goes on is another lab's, or there is none. */
static bool is_of_lab(const struct web *web, const json_t *task)
{
	const char *lab = json_string_value(json_object_get(task, "lab"));
	const char *path = json_string_value(json_object_get(task, "path"));

	return lab && path && strcmp(lab, web->lab.name) == 0;
}

/* What this lab's lesson says stays; that there is none, or that it cannot be known, may change. */
static void take_task(struct web *web, int status, const json_t *task)
{
	web->lesson.until = clock_monotonic() + NONE_S * NS_PER_S;
	if (status != 0 || !is_of_lab(web, task))
		return;
	web->lesson.until = INT64_MAX;
	web->lesson.path = strdup(json_string_value(json_object_get(task, "path")));
	web->lesson.task = json_dumps(task, JSON_COMPACT);
}

static void answer_task(const struct web *web, struct http_conn *conn)
{
	auto_buf out = BUF_NULL;

	json_escape_raw(&out, str_of(web->lesson.task ? web->lesson.task : "{}"));
	web_answer(conn, 200, "application/json", buf_str(&out));
}

static void answer_child(struct web *web, struct http_conn *conn, const json_t *said,
    struct str out, struct str errors)
{
	auto_buf text = BUF_NULL;

	if (!web->lesson.path) {
		answer_task(web, conn);
	} else if (said) {
		char *again = json_dumps(said, JSON_COMPACT);

		json_escape_raw(&text, str_of(again ? again : "{}"));
		free(again);
		web_answer(conn, 200, "application/json", buf_str(&text));
	} else {
		answer_why(conn, str_trim(errors.len > 0 ? errors : out));
	}
}

static void on_done(void *user, int status, struct str out, struct str errors)
{
	struct web *web = user;
	struct web_visit *visit = web->lesson.visit;
	json_t *said = out.len > 0 ? json_loadb(out.p, out.len, 0, NULL) : NULL;

	if (!web->lesson.path)
		take_task(web, status, said);
	if (visit) {
		struct http_conn *conn = visit->conn;

		web->lesson.visit = NULL;
		conn->user = NULL;
		free(visit);
		answer_child(web, conn, said, out, errors);
	}
	json_decref(said);
	web_child_close(web->lesson.child);
	web->lesson.child = NULL;
}

static void ask(struct web *web, struct http_conn *conn, const char *action)
{
	/* Another student may have gone on with the lesson since, in another lab, and would be
	 * the one to pay for a hint: the files of that have another name. */
	const char *words[WEB_CHILD_WORDS] = { "lesson", action, "--json",
		web->lesson.path ? "--lesson" : NULL, web->lesson.path, "--lab",
		web->lab.name, NULL };
	const struct web_child_call call = { words, LONGEST_S * 1000, on_done, web };
	struct web_visit *visit = calloc(1, sizeof(*visit));
	struct error err = ERROR_NULL;
	int r = visit ? web_child_start(&web->lesson.child, &web->loop, &call, &err)
		      : -ENOMEM;

	if (r < 0) {
		answer_why(conn, str_of(visit ? err.text : "no memory"));
		free(visit);
		return;
	}
	visit->web = web;
	visit->conn = conn;
	conn->user = visit;
	web->lesson.visit = visit;
}

void web_lesson_serve(struct web *web, struct http_conn *conn, const char *action)
{
	bool is_task = strcmp(action, "task") == 0;

	if (is_task && clock_monotonic() < web->lesson.until)
		answer_task(web, conn);
	/* Whose lesson it has to be is not known before the lab has answered. */
	else if (web->lesson.child || !web->lab.name[0])
		answer_text(conn, "{\"why\":\"it is being looked at\",\"again\":true}");
	else if (!is_task && !web->lesson.path)
		answer_text(conn, "{\"why\":\"no lesson goes on in this lab\"}");
	else
		ask(web, conn, action);
}

void web_lesson_forget(struct web *web, const struct web_visit *visit)
{
	if (web->lesson.visit == visit)
		web->lesson.visit = NULL;
}

void web_lesson_end(struct web *web)
{
	web_child_close(web->lesson.child);
	web->lesson.child = NULL;
	free(web->lesson.path);
	free(web->lesson.task);
	web->lesson.path = web->lesson.task = NULL;
}
