#include "lab/web/web_internal.h"

#include "lib/base/json.h"
#include "lib/base/shown.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	LONG_S = 60 /* one that has lived so long was no failure to start */
};

static void on_line(void *user, struct str line)
{
	struct web *web = user;

	if (!web_sessions_take(&web->sessions, line))
		return;
	web->has_new = true;
	web_streams_wake(web);
}

/* Whether sessions are being read, and why not, is told where it changes. */
static void tell(struct web *web, const char *why)
{
	auto_buf data = BUF_NULL;
	struct json json = json_writer(&data, 0);

	web_lab_set_blind(&web->lab, why);
	json_object_begin(&json, NULL);
	json_text(&json, "why", why);
	json_object_end(&json);
	web_feed_add(&web->feed, *why ? "blind" : "sees", buf_str(&data));
	web_streams_wake(web);
}

static void on_started(void *user)
{
	struct web *web = user;

	if (web->lab.blind[0])
		tell(web, "");
}

static void on_timer(uv_timer_t *timer)
{
	struct web *web = timer->data;

	web_decoder_close(web->wire.decoder);
	web->wire.decoder = NULL;
	web_wire_begin(web);
}

/* The lab goes on without it, and the page says so. */
static void on_ended(void *user, const char *why)
{
	struct web *web = user;
	char words[WEB_BLIND_MAX];
	unsigned pause;

	if (clock_monotonic() - web->wire.started > LONG_S * NS_PER_S)
		web->wire.n_ended = 0;
	pause = web_decoder_pause_s(++web->wire.n_ended);
	(void)shown_snprintf(words, sizeof(words),
	    "what reads them %s; it is started again after %u s", why, pause);
	tell(web, words);
	(void)uv_timer_start(&web->wire.timer, on_timer, pause * 1000, 0);
}

/* "LAB/NODE" of the first ACSs. Each is to be freed. */
static size_t find_ports(const struct web *web, char *ports[WEB_DECODER_PORTS_MAX])
{
	const json_t *node;
	size_t i, n = 0;

	json_array_foreach(web->lab.rows[WEB_NODES], i, node)
	{
		const char *kind = json_string_value(json_object_get(node, "kind"));
		const char *name = json_string_value(json_object_get(node, "name"));
		auto_buf port = BUF_NULL;

		if (!kind || !name || strcmp(kind, "acs") != 0 ||
		    n >= WEB_DECODER_PORTS_MAX)
			continue;
		buf_printf(&port, "%s/%s", web->lab.name, name);
		ports[n] = str_dup(buf_str(&port));
		if (ports[n])
			n++;
	}
	return n;
}

void web_wire_begin(struct web *web)
{
	const struct web_decoder_handlers handlers = { on_started, on_line, on_ended };
	char *ports[WEB_DECODER_PORTS_MAX];
	struct error err = ERROR_NULL;
	char why[WEB_DECODER_WHY_MAX];
	size_t n;

	if (web->wire.decoder || uv_is_active((uv_handle_t *)&web->wire.timer) ||
	    web->is_over || web->n_streams == 0)
		return;
	n = find_ports(web, ports);
	if (n == 0)
		return;
	web->wire.started = clock_monotonic();
	web_sessions_again(&web->sessions);
	if (web_decoder_open(&web->wire.decoder, &web->loop, ports, n, &handlers, web,
		&err) < 0) {
		(void)shown_snprintf(why, sizeof(why), "did not start: %s", err.text);
		on_ended(web, why);
	}
	for (size_t i = 0; i < n; i++)
		free(ports[i]);
}

static void publish(struct web *web, enum web_table table, json_t *rows)
{
	if (rows && web_lab_replace(&web->lab, table, rows, 0))
		web_feed_touch(&web->feed, table);
}

void web_wire_publish(struct web *web)
{
	if (!web->has_new)
		return;
	web->has_new = false;
	publish(web, WEB_SESSIONS, web_sessions_rows(&web->sessions));
	publish(web, WEB_FINDINGS, web_sessions_findings(&web->sessions));
}

void web_wire_open(struct web *web)
{
	(void)uv_timer_init(&web->loop, &web->wire.timer);
	web->wire.timer.data = web;
}

void web_wire_end(struct web *web)
{
	web_decoder_close(web->wire.decoder);
	web->wire.decoder = NULL;
	uv_close((uv_handle_t *)&web->wire.timer, NULL);
}
