#include "capture/live/live_source.h"

#include "capture/live/live_child.h"
#include "capture/live/live_wire.h"
#include "lib/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	READ_BYTES = 512 << 10,
	REAP_MS = 1000, /* that a child has to end, and once more after it was killed */
	REAP_TICK_MS = 5,
};

static int start(struct live_source *source, const char *filter, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(err, -errno, "socketpair: %s", error_name(-errno));
	(void)fflush(NULL);
	source->pid = fork();
	if (source->pid == 0)
		live_child(source->port, filter, ends[1]);
	(void)close(ends[1]);
	source->fd = ends[0];
	if (source->pid < 0) {
		source->pid = 0;
		return error_set(err, -errno, "no process for the capture: %s%s",
		    error_name(-errno),
		    errno == EAGAIN ? ": this user has too many processes (ulimit -u)"
				    : "");
	}
	return 0;
}

/* ---- what it says ------------------------------------------------------------------- */

static int take_failure(struct str body, struct error *err)
{
	struct live_failed failed;
	struct str words;

	if (body.len < sizeof(failed))
		return ERR_MALFORMED;
	memcpy(&failed, body.p, sizeof(failed));
	words = str_from(body, sizeof(failed));
	return error_set(err, failed.code < 0 ? failed.code : ERR_MACHINE, "%.*s",
	    STR_ARG(words));
}

static int take_frame(struct live_source *source, struct str body, live_source_fn *fn,
    void *user)
{
	struct frame frame = { .linktype = source->linktype };
	struct live_frame head;

	if (body.len < sizeof(head) || !fn)
		return ERR_MALFORMED;
	memcpy(&head, body.p, sizeof(head));
	frame.bytes = (const uint8_t *)body.p + sizeof(head);
	frame.caplen = (uint32_t)(body.len - sizeof(head));
	frame.len = MAX(head.len, frame.caplen);
	frame.time = head.time;
	source->received++;
	fn(user, source, &frame);
	return 1;
}

static int take_ready(struct live_source *source, struct str body)
{
	struct live_ready ready;

	if (body.len != sizeof(ready))
		return ERR_MALFORMED;
	memcpy(&ready, body.p, sizeof(ready));
	source->linktype = (uint16_t)ready.linktype;
	source->is_ready = true;
	return 1;
}

static int take_statistics(struct live_source *source, struct str body)
{
	struct live_statistics statistics;

	if (body.len != sizeof(statistics))
		return ERR_MALFORMED;
	memcpy(&statistics, body.p, sizeof(statistics));
	source->dropped = statistics.dropped;
	return 1;
}

static int take_link(struct live_source *source, struct str body)
{
	struct live_link link;

	if (body.len != sizeof(link))
		return ERR_MALFORMED;
	memcpy(&link, body.p, sizeof(link));
	source->downs += !link.is_up && !source->is_down;
	source->is_down = !link.is_up;
	return 1;
}

static int take(struct live_source *source, uint32_t what, struct str body,
    live_source_fn *fn, void *user, struct error *err)
{
	switch ((enum live_message)what) {
	case LIVE_READY:
		return take_ready(source, body);
	case LIVE_FAILED:
		return take_failure(body, err);
	case LIVE_FRAME:
		return take_frame(source, body, fn, user);
	case LIVE_STATISTICS:
		return take_statistics(source, body);
	case LIVE_LINK:
		return take_link(source, body);
	case LIVE_END:
		return source->is_ready ? 0 : ERR_MALFORMED;
	}
	return ERR_MALFORMED;
}

/* The messages that are whole. 1: more may come; 0: there are no more. */
static int take_whole(struct live_source *source, live_source_fn *fn, void *user,
    struct error *err)
{
	size_t at = 0;
	int r = 1;

	while (r > 0 && source->in.len - at >= sizeof(struct live_head)) {
		const uint8_t *p = source->in.data + at;
		struct live_head head;

		memcpy(&head, p, sizeof(head));
		if (head.len > LIVE_MESSAGE_MAX)
			return ERR_MALFORMED;
		if (source->in.len - at - sizeof(head) < head.len)
			break;
		r = take(source, head.what, str_make(p + sizeof(head), head.len), fn,
		    user, err);
		at += sizeof(head) + head.len;
	}
	buf_consume(&source->in, at);
	return r;
}

static int take_all(struct live_source *source, live_source_fn *fn, void *user,
    struct error *err)
{
	int r = take_whole(source, fn, user, err);

	if (r == ERR_MALFORMED)
		return error_set(err, r,
		    "the process that captures %s says what cannot be read",
		    source->port->name);
	return r;
}

/* Waits for what it says and adds at most max bytes of it. */
static int receive(struct live_source *source, size_t max, struct error *err)
{
	uint8_t *room = buf_reserve(&source->in, max);
	ssize_t n = room ? recv(source->fd, room, max, 0) : -1;

	if (!room)
		return error_set(err, -ENOMEM, "out of memory");
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	if (n <= 0)
		return error_set(err, ERR_CLOSED,
		    "the process that captured %s was killed", source->port->name);
	source->in.len += (size_t)n;
	return 1;
}

int live_source_read(struct live_source *source, live_source_fn *fn, void *user,
    struct error *err)
{
	int r = receive(source, READ_BYTES, err);

	return r < 0 ? r : take_all(source, fn, user, err);
}

/* How many bytes the first message lacks, or its head. */
static size_t missing(const struct live_source *source)
{
	struct live_head head;

	if (source->in.len < sizeof(head))
		return sizeof(head) - source->in.len;
	memcpy(&head, source->in.data, sizeof(head));
	return sizeof(head) + head.len - source->in.len;
}

int live_source_await(struct live_source *source, struct error *err)
{
	int r = 1;

	/* Frames may follow at once: they are left where they are. */
	while (r > 0 && !source->is_ready) {
		r = receive(source, missing(source), err);
		if (r > 0)
			r = take_all(source, NULL, NULL, err);
	}
	return MIN(r, 0);
}

/* ---- life --------------------------------------------------------------------------- */

int live_source_start(struct live_source *source, const struct live_port *port,
    const char *filter, struct error *err)
{
	int r;

	*source = (struct live_source){ .port = port, .fd = -1 };
	r = start(source, filter, err);
	if (r == 0)
		r = live_source_await(source, err);
	if (r < 0)
		live_source_close(source);
	return r;
}

void live_source_stop(struct live_source *source)
{
	if (source->fd >= 0)
		(void)shutdown(source->fd, SHUT_WR);
}

/* Whether the child was reaped in time. */
static bool reap(pid_t pid)
{
	clock_ns end = clock_monotonic() + REAP_MS * NS_PER_MS;
	pid_t r;

	while ((r = waitpid(pid, NULL, WNOHANG)) == 0 && clock_monotonic() < end)
		(void)poll(NULL, 0, REAP_TICK_MS);
	return r != 0;
}

void live_source_close(struct live_source *source)
{
	if (source->fd >= 0)
		(void)close(source->fd);
	source->fd = -1;
	/* One that somebody stopped does not see that nobody listens any more. Where it may
	 * not be killed, having another identity, the kernel does it as we end. */
	if (source->pid > 0 && !reap(source->pid)) {
		(void)kill(source->pid, SIGKILL);
		(void)reap(source->pid);
	}
	source->pid = 0;
	buf_free(&source->in);
}
