#include "agents/common/control.h"

#include "agents/common/tell/tell.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/program/log.h"
#include "lib/program/output.h"
#include "lib/program/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LAST_WORDS_MS = 1000, /* how long closing waits for a reader to go on */
	LAST_WORDS_MAX_S = 10,
	TELL_MS = 1000, /* between two events that say how many were left out */
	RATIONS_MAX = 16
};

/* How the bytes go out. None of the ways blocks, whoever reads, and none changes a flag of
 * an open file that other programs write to as well. */
enum way {
	WAY_WRITE, /* the channel; a file; a pipe or a terminal opened anew for ourselves */
	WAY_SEND, /* a socket as standard output */
	WAY_ASK /* a pipe or a terminal of somebody else: little, where there is room */
};

/* Events of one kind that strangers can cause as often as they like: a bucket that holds
 * CONTROL_EVENTS_BURST and gets CONTROL_EVENTS_PER_S. */
struct ration {
	const char *event;
	uint64_t left;
	clock_ns filled; /* when it last got some */
	uint64_t n_lost; /* that found it empty, since they were told */
};

struct control {
	uv_prepare_t prepare; /* flushes before the loop sleeps */
	uv_check_t check;     /* flushes what polling brought */
	uv_timer_t tell;      /* runs while rations have something to tell */
	uv_signal_t sigint, sigterm;
	uv_poll_t poll; /* of the channel, or of room */
	int fd;
	enum way way;
	bool is_own;     /* fd is to be closed */
	int room;        /* epoll instance that waits for standard output; -1: none */
	bool is_blocked; /* standard output takes nothing at the moment */
	bool is_channel; /* fd is a socket that commands come from */
	bool is_stopping, is_closed;
	bool is_alone;   /* the other end of the channel is gone */
	int polled;      /* UV_READABLE, UV_WRITABLE: what is waited for */
	unsigned n_open; /* handles whose close is still to come */
	const char *node;
	void (*stop)(void *user);
	void *user;
	struct line_reader in;
	struct line_writer out;
	struct command *table; /* owned: "stop" and the agent's own */
	struct commands commands;
	bool is_leaving_out; /* the event that is being written */
	bool is_rationed;    /* because its kind comes too often */
	struct json unheard; /* takes what such an event says, and keeps nothing */
	struct buf nowhere;
	uint64_t n_lost; /* events that were left out since the last "lost" */
	bool tells_people;
	struct buf told; /* the line for people of the event at hand */
	struct ration rations[RATIONS_MAX];
};

static void ask_to_stop(struct control *control)
{
	if (control->is_stopping)
		return;
	control->is_stopping = true;
	control->stop(control->user);
}

/* ---- writing ------------------------------------------------------------------------ */

static size_t waiting(const struct control *control)
{
	return line_writer_waiting(&control->out).len;
}

/* As write(), but never waits. A pipe with any room takes PIPE_BUF bytes. */
static ssize_t put(const struct control *control, struct str bytes)
{
	struct pollfd room = { control->fd, POLLOUT, 0 };

	switch (control->way) {
	case WAY_SEND:
		return send(control->fd, bytes.p, bytes.len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	case WAY_ASK:
		if (poll(&room, 1, 0) == 0) {
			errno = EAGAIN;
			return -1;
		}
		return write(control->fd, bytes.p, MIN(bytes.len, (size_t)PIPE_BUF));
	case WAY_WRITE:
		break;
	}
	return write(control->fd, bytes.p, bytes.len);
}

/* Writes as much as goes. 0, or 1 when the reader has to catch up first. */
static int write_some(struct control *control)
{
	struct str bytes;

	control->is_blocked = false;
	while ((bytes = line_writer_waiting(&control->out)).len > 0) {
		ssize_t n = put(control, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			control->is_blocked = true;
			return 1;
		}
		if (n >= 0) {
			line_writer_sent(&control->out, (size_t)n);
			continue;
		}
		/* Nobody reads any more. By hand that is a full disk, say: standard output
		 * gets the rest, so that the program tells at its end what is lost. */
		if (!control->is_channel)
			(void)say_bytes(stdout, bytes);
		line_writer_sent(&control->out, bytes.len);
		ask_to_stop(control);
		return 0;
	}
	return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_room(uv_poll_t *poll, int status, int events);

/* Commands are not read while their answers find no reader. */
static int wanted_events(const struct control *control)
{
	size_t n = waiting(control);

	if (!control->is_channel) /* the instance is readable when there is room */
		return control->is_blocked ? UV_READABLE : 0;
	return (n > 0 ? UV_WRITABLE : 0) | (n <= CONTROL_QUEUE_MAX ? UV_READABLE : 0);
}

static void poll_as_needed(struct control *control)
{
	int events = wanted_events(control);

	if ((!control->is_channel && control->room < 0) || control->is_closed ||
	    control->is_alone || control->polled == events)
		return;
	control->polled = events;
	if (events)
		(void)uv_poll_start(&control->poll, events,
		    control->is_channel ? on_poll : on_room);
	else
		(void)uv_poll_stop(&control->poll);
}

static void tell_lost(struct control *control)
{
	uint64_t n = control->n_lost;

	if (n == 0 || waiting(control) > CONTROL_QUEUE_MAX / 2)
		return;
	control->n_lost = 0;
	json_uint(control_event(control, "lost"), "events", n);
	control_event_end(control);
	log_warn("%llu events were left out: %s was not read", (unsigned long long)n,
	    control->is_channel ? "the control channel" : "standard output");
}

static void flush(struct control *control)
{
	int r = write_some(control);

	if (control->n_lost > 0 && !control->is_closed) {
		tell_lost(control);
		if (r == 0)
			(void)write_some(control);
	}
	poll_as_needed(control);
}

static void on_prepare(uv_prepare_t *prepare)
{
	flush(container_of(prepare, struct control, prepare));
}

/* What was written while the loop polled goes before its turn ends: who turns the loop by hand may
 * sleep next. */
static void on_check(uv_check_t *check)
{
	flush(container_of(check, struct control, check));
}

static void on_room(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	flush(container_of(poll, struct control, poll));
}

/* ---- rations ------------------------------------------------------------------------ */

static struct ration *ration_of(struct control *control, const char *event)
{
	size_t i = 0;

	while (i + 1 < RATIONS_MAX && control->rations[i].event &&
	       strcmp(control->rations[i].event, event) != 0)
		i++;
	if (!control->rations[i].event)
		control->rations[i] = (struct ration){ .event = event,
			.left = CONTROL_EVENTS_BURST,
			.filled = clock_monotonic() };
	return &control->rations[i];
}

static bool take_ration(struct ration *ration)
{
	const clock_ns step = NS_PER_S / CONTROL_EVENTS_PER_S;
	uint64_t more;

	if (ration->left == 0) {
		more = (uint64_t)((clock_monotonic() - ration->filled) / step);
		ration->left = MIN(more, (uint64_t)CONTROL_EVENTS_BURST);
		ration->filled += (clock_ns)more * step;
	}
	if (ration->left == 0)
		return false;
	ration->left--;
	return true;
}

static void tell_rations(struct control *control)
{
	for (size_t i = 0; i < RATIONS_MAX; i++) {
		struct ration *ration = &control->rations[i];
		struct json *json;

		if (ration->n_lost == 0)
			continue;
		json = control_event(control, "lost");
		json_uint(json, "events", ration->n_lost);
		json_text(json, "of", ration->event);
		control_event_end(control);
		ration->n_lost = 0;
	}
}

static void on_tell(uv_timer_t *timer)
{
	tell_rations(container_of(timer, struct control, tell));
}

/* For an event that is left out: nobody formats what nobody hears. */
static struct json *unheard(struct control *control)
{
	control->nowhere.error = ERR_LIMIT;
	control->unheard = json_writer(&control->nowhere, 0);
	return &control->unheard;
}

struct json *control_event_rationed(struct control *control, const char *event)
{
	return control_event_rationed_of(control, control->node, event);
}

struct json *control_event_rationed_of(struct control *control, const char *node,
    const char *event)
{
	struct ration *ration = ration_of(control, event);

	if (take_ration(ration))
		return control_event_of(control, node, event);
	ration->n_lost++;
	if (!control->is_closed && !uv_is_active((uv_handle_t *)&control->tell))
		(void)uv_timer_start(&control->tell, on_tell, TELL_MS, 0);
	control->is_rationed = true;
	control->is_leaving_out = false;
	return unheard(control);
}

/* ---- events ------------------------------------------------------------------------- */

struct json *control_event_of(struct control *control, const char *node,
    const char *event)
{
	struct json *json;

	control->is_rationed = false;
	control->is_leaving_out = waiting(control) > CONTROL_QUEUE_MAX;
	if (control->is_leaving_out)
		return unheard(control);
	json = line_writer_begin(&control->out);
	json_int(json, "time", clock_wall());
	json_text(json, "node", node);
	json_text(json, "event", event);
	return json;
}

struct json *control_event(struct control *control, const char *event)
{
	return control_event_of(control, control->node, event);
}

void control_tell_people(struct control *control)
{
	control->tells_people = !control->is_channel;
}

bool control_tells_people(const struct control *control)
{
	return control->tells_people;
}

/* Puts the line for people in the place of the event's own, which stays where there is none. */
static int say_to_people(struct control *control)
{
	struct str line = line_writer_last(&control->out);

	buf_reset(&control->told);
	if (!tell_event(&control->told, line))
		return 0;
	line_writer_cancel(&control->out);
	if (control->told.len == 0)
		return 0;
	return line_writer_put(&control->out,
	    str_make(control->told.data, control->told.len - 1), STR_NULL);
}

void control_event_end(struct control *control)
{
	int r = 0;

	if (control->is_rationed) /* and counted already */
		return;
	if (!control->is_leaving_out)
		r = line_writer_end(&control->out);
	if (r == 0 && !control->is_leaving_out && control->tells_people)
		r = say_to_people(control);
	if (control->is_leaving_out || r < 0)
		control->n_lost++;
}

/* ---- commands ----------------------------------------------------------------------- */

static int page_stop(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)answer;
	(void)err;
	return ANSWER_WHOLE;
}

/* The answer is written: only now, for stopping may write, too. */
static void end_stop(void *user, struct answer *answer)
{
	(void)user;
	ask_to_stop(container_of(answer->commands, struct control, commands));
}

static const struct command stop_command = {
	.name = "stop",
	.help = "ends the agent in an orderly way",
	.page = page_stop,
	.end = end_stop,
};

/* "stop" and the agent's own in one table; null without memory. */
static struct command *join_tables(const struct command *own)
{
	struct command *table;
	size_t n = 0;

	while (own && own[n].name)
		n++;
	table = calloc(n + 2, sizeof(*table));
	if (!table)
		return NULL;
	table[0] = stop_command;
	if (n > 0)
		memcpy(table + 1, own, n * sizeof(*table));
	return table;
}

static void obey_lines(struct control *control)
{
	struct str line;
	int r;

	while (
	    !control->is_closed && (r = line_reader_next(&control->in, &line)) != 0) {
		if (r == 1)
			commands_take(&control->commands, line);
		else
			commands_skip(&control->commands);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct control *control = container_of(poll, struct control, poll);
	uint8_t *room;
	ssize_t n;

	if (status < 0) {
		control->is_alone = true;
		ask_to_stop(control);
		return;
	}
	if (events & UV_WRITABLE)
		flush(control);
	if (!(events & UV_READABLE) || control->is_closed)
		return;
	room = line_reader_room(&control->in);
	n = room ? read(control->fd, room, LINE_READ_BYTES) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* whoever started us is gone */
		control->is_alone = true;
		(void)uv_poll_stop(poll);
		ask_to_stop(control);
		return;
	}
	line_reader_add(&control->in, (size_t)n);
	obey_lines(control);
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	ask_to_stop(handle->data);
}

/* ---- life --------------------------------------------------------------------------- */

static void start_signal(struct control *control, uv_loop_t *loop, uv_signal_t *handle,
    int number)
{
	(void)uv_signal_init(loop, handle);
	handle->data = control;
	(void)uv_signal_start(handle, on_signal, number);
	uv_unref((uv_handle_t *)handle);
	control->n_open++;
}

static int start_channel(struct control *control, uv_loop_t *loop, int fd,
    struct error *err)
{
	int flags = fcntl(fd, F_GETFL), r;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return error_set(err, -errno, "control descriptor %d: %s", fd,
		    strerror(errno));
	r = uv_poll_init(loop, &control->poll, fd);
	if (r < 0)
		return error_set(err, r, "control descriptor %d: %s", fd,
		    uv_strerror(r));
	control->n_open++;
	control->is_channel = control->is_own = true;
	control->fd = fd;
	poll_as_needed(control);
	return 0;
}

static void choose_way(struct control *control)
{
	struct stat what;
	int fd = output_reopen(STDOUT_FILENO);

	if (fd >= 0) {
		control->fd = fd;
		control->is_own = true;
	} else if (fstat(STDOUT_FILENO, &what) == 0) {
		control->way = S_ISSOCK(what.st_mode)  ? WAY_SEND
			       : S_ISREG(what.st_mode) ? WAY_WRITE
						       : WAY_ASK;
	}
}

/* An epoll instance stands between libuv and standard output, since libuv would set
 * O_NONBLOCK for everybody who writes there. Files are refused by epoll: they never block. */
static int start_output(struct control *control, uv_loop_t *loop, struct error *err)
{
	struct epoll_event event = { .events = EPOLLOUT };
	int r;

	choose_way(control);
	control->room = epoll_create1(EPOLL_CLOEXEC);
	if (control->room < 0)
		return error_set(err, -errno, "epoll: %s", strerror(errno));
	if (epoll_ctl(control->room, EPOLL_CTL_ADD, control->fd, &event) < 0) {
		(void)close(control->room);
		control->room = -1;
		return 0;
	}
	r = uv_poll_init(loop, &control->poll, control->room);
	if (r < 0)
		return error_set(err, r, "standard output: %s", uv_strerror(r));
	uv_unref((uv_handle_t *)&control->poll);
	control->n_open++;
	return 0;
}

static void control_free(struct control *control)
{
	if (control->is_own)
		(void)close(control->fd);
	if (control->room >= 0)
		(void)close(control->room);
	line_reader_free(&control->in);
	line_writer_free(&control->out);
	buf_free(&control->told);
	free(control->table);
	free(control);
}

int control_open(struct control **ret, uv_loop_t *loop, int fd, const char *node,
    const struct control_handlers *handlers, void *user, struct error *err)
{
	struct control *control = calloc(1, sizeof(*control));
	int r = 0;

	if (!control)
		return error_set(err, -ENOMEM, "no memory");
	control->fd = STDOUT_FILENO;
	control->room = -1;
	control->node = node;
	control->stop = handlers->stop;
	control->user = user;
	control->table = join_tables(handlers->commands);
	if (!control->table)
		r = error_set(err, -ENOMEM, "no memory");
	commands_init(&control->commands, control->table, user, &control->out);
	if (r == 0)
		r = fd >= 0 ? start_channel(control, loop, fd, err)
			    : start_output(control, loop, err);
	if (r < 0) {
		control_free(control);
		return r;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)uv_prepare_init(loop, &control->prepare);
	(void)uv_prepare_start(&control->prepare, on_prepare);
	uv_unref((uv_handle_t *)&control->prepare);
	control->n_open++;
	(void)uv_check_init(loop, &control->check);
	(void)uv_check_start(&control->check, on_check);
	uv_unref((uv_handle_t *)&control->check);
	control->n_open++;
	(void)uv_timer_init(loop, &control->tell);
	uv_unref((uv_handle_t *)&control->tell);
	control->n_open++;
	start_signal(control, loop, &control->sigint, SIGINT);
	start_signal(control, loop, &control->sigterm, SIGTERM);
	*ret = control;
	return 0;
}

static void free_when_closed(struct control *control)
{
	if (--control->n_open == 0)
		control_free(control);
}

static void on_prepare_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_prepare_t *)handle, struct control, prepare));
}

static void on_check_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_check_t *)handle, struct control, check));
}

static void on_tell_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_timer_t *)handle, struct control, tell));
}

static void on_poll_closed(uv_handle_t *handle)
{
	free_when_closed(container_of((uv_poll_t *)handle, struct control, poll));
}

static void on_signal_closed(uv_handle_t *handle)
{
	free_when_closed(handle->data);
}

/* What nobody reads is dropped in the end, and that is logged. */
static void say_last_words(struct control *control)
{
	clock_ns end = clock_monotonic() + LAST_WORDS_MAX_S * NS_PER_S;
	struct pollfd reader = { control->fd, POLLOUT, 0 };
	struct str rest;
	uint64_t n = control->n_lost;

	while (write_some(control) > 0 && poll(&reader, 1, LAST_WORDS_MS) > 0 &&
	       clock_monotonic() < end)
		;
	rest = line_writer_waiting(&control->out);
	for (size_t i = 0; i < rest.len; i++)
		n += rest.p[i] == '\n';
	if (n > 0)
		log_warn("%llu events were never read from %s", (unsigned long long)n,
		    control->is_channel ? "the control channel" : "standard output");
	log_left_out();
}

void control_close(struct control *control)
{
	if (!control)
		return;
	tell_rations(control);
	control->is_stopping = control->is_closed = true;
	commands_close(&control->commands);
	say_last_words(control);
	uv_close((uv_handle_t *)&control->prepare, on_prepare_closed);
	uv_close((uv_handle_t *)&control->check, on_check_closed);
	uv_close((uv_handle_t *)&control->tell, on_tell_closed);
	uv_close((uv_handle_t *)&control->sigint, on_signal_closed);
	uv_close((uv_handle_t *)&control->sigterm, on_signal_closed);
	if (control->is_channel || control->room >= 0)
		uv_close((uv_handle_t *)&control->poll, on_poll_closed);
}
