#include "lab/web/asker.h"

#include "lab/channel/channel.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/base/list.h"
#include "lib/program/exit_status.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	LOOK_MS = 1000 /* between looks at what takes too long */
};

struct ask {
	struct list link;
	uint64_t id;
	const struct web_ask_handlers *handlers; /* null: nobody waits for it */
	void *user;
	struct buf line;
	clock_ns deadline; /* of its next page */
};

struct web_asker {
	struct channel channel;
	struct web_asker_handlers handlers;
	void *user;
	uv_poll_t poll;
	uv_timer_t timer;
	int n_handles;
	struct list open, waiting; /* struct ask */
	size_t n_open, n_waiting;
	uint64_t n_asked;
	bool is_over; /* the lab takes nothing more */
	bool is_closing;
};

/* ---- the end of a question ------------------------------------------------------------- */

static void finish(struct ask *ask, const struct error *err)
{
	const struct web_ask_handlers *handlers = ask->handlers;
	void *user = ask->user;

	list_remove(&ask->link);
	buf_free(&ask->line);
	free(ask);
	if (handlers)
		handlers->done(user, err);
}

static void fail_all(struct list *asks, const struct error *err)
{
	while (!list_empty(asks))
		finish(list_first(asks, struct ask, link), err);
}

static void end(struct web_asker *asker)
{
	struct error err = ERROR_NULL;

	if (asker->is_over)
		return;
	asker->is_over = true;
	(void)uv_poll_stop(&asker->poll);
	(void)uv_timer_stop(&asker->timer);
	(void)error_set(&err, ERR_CLOSED, "the lab has ended");
	fail_all(&asker->open, &err);
	fail_all(&asker->waiting, &err);
	asker->n_open = asker->n_waiting = 0;
	asker->handlers.ended(asker->user);
}

/* ---- the connection --------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct web_asker *asker)
{
	int events = UV_READABLE;

	if (channel_is_waiting(&asker->channel))
		events |= UV_WRITABLE;
	(void)uv_poll_start(&asker->poll, events, on_poll);
}

static void send_waiting(struct web_asker *asker)
{
	while (
	    !asker->is_over && asker->n_open < WEB_ASKS_MAX && asker->n_waiting > 0) {
		struct ask *ask = list_first(&asker->waiting, struct ask, link);

		list_remove(&ask->link);
		asker->n_waiting--;
		list_append(&asker->open, &ask->link);
		asker->n_open++;
		ask->deadline = clock_monotonic() + WEB_ASK_S * NS_PER_S;
		if (channel_send(&asker->channel, buf_str(&ask->line)) < 0) {
			end(asker);
			return;
		}
		buf_free(&ask->line);
	}
	if (!asker->is_over)
		watch(asker);
}

static struct ask *find(struct web_asker *asker, uint64_t id)
{
	LIST_FOREACH (item, &asker->open) {
		struct ask *ask = list_entry(item, struct ask, link);

		if (ask->id == id)
			return ask;
	}
	return NULL;
}

static void read_failure(const json_t *page, struct error *err)
{
	const char *why = json_string_value(json_object_get(page, "why"));
	bool is_machine =
	    json_integer_value(json_object_get(page, "exit")) == EXIT_MACHINE;

	(void)error_set(err, is_machine ? ERR_MACHINE : ERR_USAGE, "%s",
	    why ? why : "refused");
}

static void take_page(struct web_asker *asker, json_t *page)
{
	struct ask *ask =
	    find(asker, (uint64_t)json_integer_value(json_object_get(page, "re")));
	struct error err = ERROR_NULL;

	if (!ask)
		return;
	if (!json_is_true(json_object_get(page, "ok")))
		read_failure(page, &err);
	else if (ask->handlers && ask->handlers->page)
		ask->handlers->page(ask->user, page);
	ask->deadline = clock_monotonic() + WEB_ASK_S * NS_PER_S;
	if (!err.code && json_is_true(json_object_get(page, "more")))
		return;
	asker->n_open--;
	finish(ask, &err);
}

static void on_line(void *user, struct str line)
{
	struct web_asker *asker = user;
	json_t *page;

	if (asker->is_over)
		return;
	if (!str_starts(line, STR("{\"re\":"))) {
		asker->handlers.event(asker->user, line);
		return;
	}
	page = json_loadb(line.p, line.len, 0, NULL);
	if (page)
		take_page(asker, page);
	json_decref(page);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	static const struct channel_sink sink = { .line = on_line };
	struct web_asker *asker = poll->data;
	int r = status;

	if (r == 0 && (events & UV_WRITABLE))
		r = channel_flush(&asker->channel);
	if (r == 0)
		r = channel_read(&asker->channel, &sink, asker);
	if (r < 0)
		end(asker);
	else
		send_waiting(asker);
}

static struct ask *find_late(const struct web_asker *asker, clock_ns now)
{
	LIST_FOREACH (item, &asker->open) {
		struct ask *ask = list_entry(item, struct ask, link);

		if (ask->handlers && now >= ask->deadline)
			return ask;
	}
	return NULL;
}

/* What the lab has not answered in time is over for who asked, but its place is kept until the lab
 * has told the end of it. Who is told may ask anew, and so change the list. */
static void on_timer(uv_timer_t *timer)
{
	struct web_asker *asker = timer->data;
	clock_ns now = clock_monotonic();
	struct error err = ERROR_NULL;
	struct ask *ask;

	(void)error_set(&err, ERR_MACHINE, "the lab does not answer");
	while ((ask = find_late(asker, now))) {
		const struct web_ask_handlers *handlers = ask->handlers;

		ask->handlers = NULL;
		handlers->done(ask->user, &err);
	}
	if (asker->n_open == 0)
		(void)uv_timer_stop(timer);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* What is secret in a command is what is to be done: no writer of lines, which would hide it. */
static void write_line(struct ask *ask, const char *name, const char *node,
    const char *command)
{
	struct json json = json_writer(&ask->line, 0);

	json_object_begin(&json, NULL);
	json_uint(&json, "id", ask->id);
	json_text(&json, "cmd", name);
	if (node)
		json_text(&json, "node", node);
	if (command)
		json_raw(&json, "command", str_of(command));
	json_object_end(&json);
}

static int check(const struct web_asker *asker, struct error *err)
{
	if (asker->is_over)
		return error_set(err, ERR_CLOSED, "the lab has ended");
	if (asker->n_waiting >= WEB_ASKS_WAITING)
		return error_set(err, ERR_MACHINE,
		    "too much is being asked of the lab: try again");
	return 0;
}

void web_asker_ask(struct web_asker *asker, const char *name, const char *node,
    const char *command, const struct web_ask_handlers *handlers, void *user)
{
	struct error err = ERROR_NULL;
	struct ask *ask = check(asker, &err) == 0 ? calloc(1, sizeof(*ask)) : NULL;

	if (!ask) {
		if (!err.code)
			(void)error_set(&err, -ENOMEM, "out of memory");
		handlers->done(user, &err);
		return;
	}
	ask->id = ++asker->n_asked;
	ask->handlers = handlers;
	ask->user = user;
	list_append(&asker->waiting, &ask->link);
	asker->n_waiting++;
	write_line(ask, name, node, command);
	if (ask->line.error || ask->line.len > LINE_BYTES_MAX) {
		asker->n_waiting--;
		(void)error_set(&err, ERR_USAGE, "that is too long");
		finish(ask, &err);
		return;
	}
	if (!uv_is_active((uv_handle_t *)&asker->timer))
		(void)uv_timer_start(&asker->timer, on_timer, LOOK_MS, LOOK_MS);
	send_waiting(asker);
}

static void forget(struct list *asks, const void *user)
{
	LIST_FOREACH (item, asks) {
		struct ask *ask = list_entry(item, struct ask, link);

		if (ask->user == user)
			ask->handlers = NULL;
	}
}

void web_asker_forget(struct web_asker *asker, const void *user)
{
	forget(&asker->open, user);
	forget(&asker->waiting, user);
}

int web_asker_open(struct web_asker **ret, uv_loop_t *loop, int fd,
    const struct web_asker_handlers *handlers, void *user, struct error *err)
{
	struct web_asker *asker = calloc(1, sizeof(*asker));
	int r;

	if (!asker) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "out of memory");
	}
	channel_open(&asker->channel, fd);
	asker->handlers = *handlers;
	asker->user = user;
	list_init(&asker->open);
	list_init(&asker->waiting);
	r = uv_poll_init(loop, &asker->poll, fd);
	if (r == 0)
		r = channel_send(&asker->channel, STR("{\"id\":0,\"cmd\":\"events\"}"));
	if (r < 0) {
		channel_close(&asker->channel);
		free(asker);
		return error_set(err, r, "the lab cannot be asked: %s", error_name(r));
	}
	(void)uv_timer_init(loop, &asker->timer);
	asker->n_handles = 2;
	asker->poll.data = asker->timer.data = asker;
	watch(asker);
	*ret = asker;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct web_asker *asker = handle->data;

	if (--asker->n_handles > 0)
		return;
	channel_close(&asker->channel);
	free(asker);
}

static void drop_all(struct list *asks)
{
	while (!list_empty(asks)) {
		struct ask *ask = list_first(asks, struct ask, link);

		ask->handlers = NULL;
		finish(ask, NULL);
	}
}

void web_asker_close(struct web_asker *asker)
{
	if (!asker || asker->is_closing)
		return;
	asker->is_closing = asker->is_over = true;
	drop_all(&asker->open);
	drop_all(&asker->waiting);
	uv_close((uv_handle_t *)&asker->poll, on_closed);
	uv_close((uv_handle_t *)&asker->timer, on_closed);
}
