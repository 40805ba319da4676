#include "lab/web/web.h"

#include "lab/channel/labsock.h"
#include "lab/web/web_internal.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/program/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	NICE = 10 /* the lab goes first */
};

/* ---- the end -------------------------------------------------------------------------------- */

static void stop(struct web *web)
{
	if (web->is_over)
		return;
	web->is_over = true;
	web_refresh_close(web->refresh);
	web->refresh = NULL;
	http_server_close(web->server);
	web_asker_close(web->asker);
	web_wire_end(web);
	web_lesson_end(web);
	web_streams_close(web);
	for (size_t i = 0; i < ARRAY_LEN(web->signals); i++)
		uv_close((uv_handle_t *)&web->signals[i], NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	stop(handle->data);
}

static void on_lab_ended(void *user)
{
	struct web *web = user;

	web_lab_set_ended(&web->lab);
	web_feed_add(&web->feed, "ended", STR("{}"));
	web_streams_each(web, web_stream_go_on);
	stop(web);
}

/* ---- what happens ------------------------------------------------------------------------------ */

static void on_event(void *user, struct str line)
{
	struct web *web = user;

	web_feed_add(&web->feed, "lab", line);
	(void)web_loads_take(&web->loads, line);
	web_refresh_note(web->refresh);
	web_streams_wake(web);
}

/* What passes on the wire is looked at once somebody follows and the ACSs are known. */
static void on_pulsing(struct web *web)
{
	web_wire_begin(web);
	web_wire_publish(web);
}

static void on_fed(void *user)
{
	web_streams_wake(user);
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	web_serve(user, conn, head, body);
}

static void on_closed(void *user, struct http_conn *conn)
{
	struct web *web = user;
	struct web_visit *visit = conn->user;

	conn->user = NULL;
	if (visit && visit->is_stream) {
		web_stream_end(visit);
	} else if (visit) {
		web_asker_forget(web->asker, visit);
		web_lesson_forget(web, visit);
		json_decref(visit->answer);
		free(visit);
	}
}

/* With the next pulse: a piece each time is all that one gets, however fast it reads. */
static void on_flowing(void *user, struct http_conn *conn)
{
	struct web *web = user;
	const struct web_visit *visit = conn->user;

	if (visit && visit->is_stream &&
	    web_reader_is_behind(&visit->reader, &web->feed))
		web_streams_wake(web);
}

/* ---- the beginning ------------------------------------------------------------------------------ */

static int listen_here(uint16_t *port, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	auto_fd fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", error_name(-errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 256) < 0) {
		int r = -errno;

		return error_set(err, r == -EADDRINUSE ? ERR_USAGE : r,
		    "127.0.0.1:%u: %s", *port,
		    r == -EADDRINUSE ? "something else listens there" : error_name(r));
	}
	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return error_set(err, -errno, "socket: %s", error_name(-errno));
	*port = ntohs(at.sin_port);
	return steal_fd(&fd);
}

static int open_server(struct web *web, int fd, struct error *err)
{
	const struct http_server_config config = {
		.connections_max = WEB_CONNECTIONS_MAX,
		.body_max = WEB_BODY_MAX,
	};
	const struct http_server_handlers handlers = { .user = web,
		.request = on_request,
		.closed = on_closed,
		.flowing = on_flowing };

	return http_server_new(&web->server, &web->loop, fd, &config, &handlers, err);
}

static int open_lab(struct web *web, int fd, struct error *err)
{
	const struct web_asker_handlers handlers = { on_event, on_lab_ended };
	int r = web_asker_open(&web->asker, &web->loop, fd, &handlers, web, err);

	if (r < 0)
		return r;
	r = web_refresh_open(&web->refresh, &web->loop, &web->lab, &web->feed,
	    web->asker, on_fed, web);
	return r < 0 ? error_set(err, r, "out of memory") : 0;
}

static void watch_signals(struct web *web)
{
	static const int numbers[] = { SIGINT, SIGTERM };

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		(void)uv_signal_init(&web->loop, &web->signals[i]);
		web->signals[i].data = web;
		(void)uv_signal_start(&web->signals[i], on_signal, numbers[i]);
	}
}

static int serve(struct web *web, const struct web_options *options, int lab, int fd,
    uint16_t port, struct error *err)
{
	char url[128];
	int r = open_lab(web, lab, err);

	if (r < 0) {
		(void)close(fd);
		return r;
	}
	r = open_server(web, fd, err);
	if (r < 0)
		return r;
	web->pulsing = on_pulsing;
	web_streams_open(web);
	web_wire_open(web);
	watch_signals(web);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/%s/", port, web->token);
	options->ready(options->user, url);
	(void)uv_run(&web->loop, UV_RUN_DEFAULT);
	return 0;
}

/* After a failure nothing has been served yet. */
static void end(struct web *web)
{
	if (!web->is_over) {
		web_refresh_close(web->refresh);
		web_asker_close(web->asker);
	}
	(void)uv_run(&web->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&web->loop);
	web_feed_free(&web->feed);
	web_lab_free(&web->lab);
	web_sessions_free(&web->sessions);
	web_answers_free(&web->answers);
	free(web);
}

int web_run(const struct web_options *options, struct error *err)
{
	struct web *web = calloc(1, sizeof(*web));
	uint16_t port = options->port;
	int lab = -1, fd, r;
	pid_t pid;

	if (!web || web_lab_init(&web->lab) < 0 ||
	    web_sessions_init(&web->sessions) < 0 || uv_loop_init(&web->loop) < 0) {
		free(web);
		return error_set(err, -ENOMEM, "out of memory");
	}
	web_feed_init(&web->feed);
	/* Browsers come and go as they like. */
	log_setup("cwmplab", LOG_WARN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	r = web_token_make(web->token);
	if (r < 0)
		(void)error_set(err, r, "no random numbers: %s", error_name(r));
	else
		r = labsock_connect(options->lab, &lab, &pid, err);
	if (r == 0) {
		fd = listen_here(&port, err);
		r = fd < 0 ? fd : serve(web, options, lab, fd, port, err);
		if (fd < 0)
			(void)close(lab);
	}
	end(web);
	return r;
}
