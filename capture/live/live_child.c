#include "capture/live/live_child.h"

#include "capture/live/live_wire.h"
#include "capture/live/port.h"
#include "capture/live/privileges.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum {
	RING_BYTES = 16 << 20, /* of the kernel, until we take the frames */
	SEND_BYTES = 256 << 10,
	TICK_MS = 100,
	LAST_MS = 20, /* longer than the kernel keeps a block that is not full */
	LAST_ROUNDS = 50,
	GONE_ROUNDS = 50,
	GONE_MS = 10,
	FDS_MAX = 1024,
};

#define STATISTICS_NS (250 * NS_PER_MS)

struct child {
	int fd;
	struct record_port port;
	struct buf out;
	clock_ns until; /* frames after it are left out */
	clock_ns told;  /* statistics, monotonic */
	bool is_down;   /* the link, as last told */
};

/* Blocks while the decoder is busy. The kernel's ring fills meanwhile, and what it drops is
 * counted. */
static void flush(struct child *c)
{
	size_t at = 0;

	while (at < c->out.len) {
		ssize_t n =
		    send(c->fd, c->out.data + at, c->out.len - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(0); /* nobody listens any more */
		at += (size_t)n;
	}
	buf_reset(&c->out);
}

static void put(struct child *c, enum live_message what, const void *fixed,
    size_t fixed_len, const void *rest, size_t len)
{
	struct live_head head = { what, (uint32_t)(fixed_len + len) };

	buf_append(&c->out, &head, sizeof(head));
	buf_append(&c->out, fixed, fixed_len);
	buf_append(&c->out, rest, len);
	if (c->out.error)
		_exit(1);
	if (c->out.len >= SEND_BYTES)
		flush(c);
}

static _Noreturn void fail(struct child *c, const struct error *err)
{
	struct live_failed failed = { err->code };

	put(c, LIVE_FAILED, &failed, sizeof(failed), err->text, strlen(err->text));
	flush(c);
	_exit(1);
}

/* ---- the way in -------------------------------------------------------------------- */

/* Closes what the parent has open, such as the sockets of other ports. */
static void close_others(const struct child *c, const struct live_port *port)
{
	for (int fd = 3; fd < FDS_MAX; fd++) {
		if (fd != c->fd && fd != port->user_ns && fd != port->net_ns)
			(void)close(fd);
	}
}

static void enter(struct child *c, const struct live_port *port)
{
	struct error err = ERROR_NULL;

	if (port->user_ns >= 0 && setns(port->user_ns, CLONE_NEWUSER) < 0) {
		(void)error_set(&err, ERR_MACHINE, "%s: entering its lab: %s",
		    port->name, error_name(-errno));
		fail(c, &err);
	}
	if (port->net_ns >= 0 && setns(port->net_ns, CLONE_NEWNET) < 0) {
		(void)error_set(&err, ERR_MACHINE, "%s: entering its network: %s",
		    port->name, error_name(-errno));
		fail(c, &err);
	}
}

static void begin(struct child *c, const struct live_port *port, const char *filter)
{
	struct error err = ERROR_NULL;
	struct live_ready ready;

	close_others(c, port);
	enter(c, port);
	c->port = (struct record_port){
		.name = port->name,
		.interface = port->interface,
		.filter = filter,
		.wants_promiscuous = strcmp(port->interface, "any") != 0,
		.takes_any_link = true,
	};
	if (record_port_open(&c->port, RING_BYTES, &err) < 0 ||
	    privileges_confine(&err) < 0)
		fail(c, &err);
	ready.linktype = c->port.linktype;
	put(c, LIVE_READY, &ready, sizeof(ready), NULL, 0);
	flush(c);
}

/* ---- frames ------------------------------------------------------------------------ */

static void on_frame(void *user, struct record_port *port, const struct frame *frame)
{
	struct child *c = user;
	struct live_frame head = { .time = frame->time, .len = frame->len };
	uint32_t caplen = MIN(frame->caplen, (uint32_t)LIVE_SNAPLEN);

	(void)port;
	if (frame->time > c->until)
		return;
	put(c, LIVE_FRAME, &head, sizeof(head), frame->bytes, caplen);
}

static _Noreturn void fail_gone(struct child *c)
{
	struct error err = ERROR_NULL;

	(void)error_set(&err, ERR_CLOSED, "port %s: the interface was removed",
	    c->port.name);
	fail(c, &err);
}

static int read_frames(struct child *c)
{
	struct error err = ERROR_NULL;
	int n = record_port_read(&c->port, on_frame, c, &err);

	if (n >= 0)
		return n;
	/* The name of an interface that is removed goes a moment before the kernel takes it
	 * from the socket. */
	for (int i = 0; i < GONE_ROUNDS; i++) {
		if (record_port_link(&c->port) == RECORD_LINK_GONE)
			fail_gone(c);
		(void)poll(NULL, 0, GONE_MS);
	}
	fail(c, &err);
}

static void tell_statistics(struct child *c)
{
	struct live_statistics statistics = { record_port_dropped(&c->port) };

	put(c, LIVE_STATISTICS, &statistics, sizeof(statistics), NULL, 0);
	c->told = clock_monotonic();
}

static void tell_link(struct child *c, bool is_down)
{
	struct live_link link = { !is_down };

	if (is_down != c->is_down)
		put(c, LIVE_LINK, &link, sizeof(link), NULL, 0);
	c->is_down = is_down;
}

/* went_down: the socket had an error to tell, which is that of a link that went down, even
 * if it is up again by now. */
static void watch_link(struct child *c, bool went_down)
{
	enum record_link link = record_port_link(&c->port);

	if (link == RECORD_LINK_GONE)
		fail_gone(c);
	if (went_down)
		tell_link(c, true);
	tell_link(c, link == RECORD_LINK_DOWN);
}

/* Until the other end says stop. */
static void capture(struct child *c)
{
	struct pollfd fds[2] = { { c->fd, POLLIN, 0 },
		{ record_port_fd(&c->port), POLLIN, 0 } };
	clock_ns watched = clock_monotonic();

	while (poll(fds, 2, TICK_MS) >= 0 || errno == EINTR) {
		clock_ns now = clock_monotonic();
		/* libpcap takes the error away when it finds no frame. */
		bool went_down = read_frames(c) == 0 && (fds[1].revents & POLLERR);

		if (fds[0].revents)
			return;
		if (went_down || now - watched >= TICK_MS * NS_PER_MS) {
			watch_link(c, went_down);
			watched = now;
		}
		if (now - c->told >= STATISTICS_NS)
			tell_statistics(c);
		flush(c);
	}
}

/* What was on the wire until now and is in the kernel's ring. */
static void finish(struct child *c)
{
	struct pollfd fd = { record_port_fd(&c->port), POLLIN, 0 };
	int quiet = 0;

	c->until = clock_wall();
	for (int i = 0; i < LAST_ROUNDS && quiet < 2; i++) {
		(void)poll(&fd, 1, LAST_MS);
		quiet = read_frames(c) > 0 ? 0 : quiet + 1;
	}
	tell_statistics(c);
	put(c, LIVE_END, NULL, 0, NULL, 0);
	flush(c);
}

_Noreturn void live_child(const struct live_port *port, const char *filter, int fd)
{
	struct child c = { .fd = fd, .until = INT64_MAX };

	/* The terminal's Ctrl-C is for the decoder, which tells us. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)prctl(PR_SET_NAME, "cwmplab-port");
	begin(&c, port, filter);
	capture(&c);
	finish(&c);
	_exit(0);
}
