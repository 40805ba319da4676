#include "lab/web/web_internal.h"

#include "lab/web/web.h"
#include "lib/base/buf.h"

#include <stdlib.h>

enum {
	PULSE_MS = 100,  /* what happens meanwhile is told in one go */
	HEART_MS = 15000 /* a peer that is gone without a word is found out by then */
};

/* One that still reads the piece before keeps its place. */
void web_stream_go_on(struct web_visit *visit)
{
	struct web *web = visit->web;
	auto_buf out = BUF_NULL;

	if (!http_conn_is_flowing(visit->conn) ||
	    !web_reader_is_behind(&visit->reader, &web->feed))
		return;
	web_reader_take(&visit->reader, &web->feed, &out);
	if (web_reader_is_behind(&visit->reader, &web->feed))
		web_streams_wake(web);
	http_conn_add(visit->conn, buf_str(&out));
}

void web_streams_each(struct web *web, void (*tell)(struct web_visit *visit))
{
	struct list left;

	list_init(&left);
	while (!list_empty(&web->streams)) {
		struct web_visit *visit =
		    list_first(&web->streams, struct web_visit, link);

		list_remove(&visit->link);
		list_append(&left, &visit->link);
	}
	/* Any of them may end while one is told: where there are too many bytes that nobody
	 * reads, the server ends another stream than the one that is written to. */
	while (!list_empty(&left)) {
		struct web_visit *visit = list_first(&left, struct web_visit, link);

		list_remove(&visit->link);
		list_append(&web->streams, &visit->link);
		tell(visit);
	}
}

static void beat(struct web_visit *visit)
{
	http_conn_add(visit->conn, STR(":\n\n"));
}

static void on_pulse(uv_timer_t *timer)
{
	struct web *web = timer->data;

	web->pulsing(web);
	web_streams_each(web, web_stream_go_on);
}

void web_streams_wake(struct web *web)
{
	if (!web->is_over && web->n_streams > 0 &&
	    !uv_is_active((uv_handle_t *)&web->pulse))
		(void)uv_timer_start(&web->pulse, on_pulse, PULSE_MS, 0);
}

static void on_heart(uv_timer_t *timer)
{
	web_streams_each(timer->data, beat);
}

static void look_who_follows(struct web *web)
{
	bool is_any = web->n_streams > 0;

	if (web->is_over)
		return;
	web_refresh_watch(web->refresh, is_any);
	if (!is_any)
		(void)uv_timer_stop(&web->heart);
	else if (!uv_is_active((uv_handle_t *)&web->heart))
		(void)uv_timer_start(&web->heart, on_heart, HEART_MS, HEART_MS);
}

bool web_stream_begin(struct web *web, struct http_conn *conn, uint64_t last)
{
	struct web_visit *visit =
	    web->n_streams < WEB_STREAMS_MAX ? calloc(1, sizeof(*visit)) : NULL;
	auto_buf head = BUF_NULL;

	if (!visit)
		return false;
	visit->web = web;
	visit->conn = conn;
	visit->is_stream = true;
	web_reader_init(&visit->reader, &web->feed, last);
	list_append(&web->streams, &visit->link);
	web->n_streams++;
	conn->user = visit;
	web_put_head(&head, 200, "text/event-stream");
	http_write_header(&head, "Connection", STR("close"));
	http_write_head_end(&head);
	/* How long a page waits before it comes back, should the connection break. */
	buf_append_text(&head, "retry: 1000\n\n");
	http_conn_begin(conn, buf_str(&head));
	look_who_follows(web);
	web_streams_wake(web);
	return true;
}

void web_stream_end(struct web_visit *visit)
{
	struct web *web = visit->web;

	list_remove(&visit->link);
	web->n_streams--;
	free(visit);
	look_who_follows(web);
}

void web_streams_open(struct web *web)
{
	list_init(&web->streams);
	(void)uv_timer_init(&web->loop, &web->pulse);
	(void)uv_timer_init(&web->loop, &web->heart);
	web->pulse.data = web->heart.data = web;
}

void web_streams_close(struct web *web)
{
	uv_close((uv_handle_t *)&web->pulse, NULL);
	uv_close((uv_handle_t *)&web->heart, NULL);
}
