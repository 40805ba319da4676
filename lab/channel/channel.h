/* JSON lines over a stream socket (agents/README.md), in both directions, without ever
 * blocking: the supervisor to its agents, clients to the supervisor. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <stdbool.h>

enum {
	CHANNEL_LINE_MAX = 64 << 10,
	CHANNEL_QUEUE_MAX = 16 << 20, /* not yet taken by the other side */
	CHANNEL_FDS_MAX = 4
};

struct channel {
	int fd; /* owned; -1 when closed */
	struct buf in, out;
};

/* Takes fd over and makes it non-blocking. */
void channel_open(struct channel *channel, int fd);

/* Safe to repeat. What was not yet sent is lost. */
void channel_close(struct channel *channel);

typedef void channel_line_fn(void *user, struct str line);

/* Reads what is there and calls on_line for each whole line, without its end. on_line must
 * not close the channel. Returns 0, ERR_CLOSED at the end of the stream, ERR_LIMIT at a line
 * over CHANNEL_LINE_MAX, or -errno. */
int channel_read(struct channel *channel, channel_line_fn *on_line, void *user);

/* Queues line, to which an end is added, and sends what the socket takes. ERR_LIMIT when
 * the other side has not read for too long; ERR_CLOSED or -errno when it is gone. */
int channel_send(struct channel *channel, struct str line);

/* Sends what is queued, as far as the socket takes it. */
int channel_flush(struct channel *channel);

/* Whether lines wait for the socket to become writable. */
bool channel_is_waiting(const struct channel *channel);

/* Blocking, for programs that ask one thing and wait: sends a line with descriptors. */
int channel_send_fds(int fd, struct str line, const int *fds, size_t n);

/* Blocking: receives a line into buf (without its end) and up to CHANNEL_FDS_MAX
 * descriptors, owned by the caller. Returns how many descriptors came; ERR_CLOSED when the
 * stream ended before a whole line. */
int channel_receive(int fd, struct buf *line, int *ret_fds);
