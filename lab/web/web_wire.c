#include "lab/web/web_internal.h"

#include "lib/base/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void on_line(void *user, struct str line)
{
	struct web *web = user;

	if (!web_sessions_take(&web->sessions, line))
		return;
	web->has_new = true;
	web_streams_wake(web);
}

/* The lab goes on without it, and the page says so. */
static void on_ended(void *user, int status)
{
	struct web *web = user;
	auto_buf data = BUF_NULL;
	struct json json = json_writer(&data, 0);

	json_object_begin(&json, NULL);
	json_int(&json, "status", status);
	json_object_end(&json);
	web_feed_add(&web->feed, "blind", buf_str(&data));
	web_streams_wake(web);
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
	const struct web_decoder_handlers handlers = { on_line, on_ended };
	char *ports[WEB_DECODER_PORTS_MAX];
	struct error err = ERROR_NULL;
	size_t n;

	if (web->has_decoded || web->is_over || web->n_streams == 0)
		return;
	n = find_ports(web, ports);
	if (n == 0)
		return;
	web->has_decoded = true;
	if (web_decoder_open(&web->decoder, &web->loop, ports, n, &handlers, web,
		&err) < 0)
		on_ended(web, err.code);
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

void web_wire_end(struct web *web)
{
	web_decoder_close(web->decoder);
	web->decoder = NULL;
}
