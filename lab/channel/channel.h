/* JSON lines (lib/program/lines.h) over a stream socket, in both directions, without ever
 * blocking: the supervisor to its agents, clients to the supervisor. */
#pragma once

#include "lib/program/lines.h"

enum {
	CHANNEL_QUEUE_MAX = 16 << 20, /* bytes not yet taken by the other side */
	CHANNEL_FDS_MAX = 4
};

struct channel {
	int fd; /* owned; -1 when closed */
	struct line_reader in;
	struct line_writer out;
	/* Descriptors that go with a line of out: owned copies, and how many bytes are to be
	 * sent before the first of that line. */
	int fds[CHANNEL_FDS_MAX];
	size_t n_fds, fds_at;
};

/* Takes fd over and makes it non-blocking. */
void channel_open(struct channel *channel, int fd);

/* Safe to repeat. What was not yet sent is lost. */
void channel_close(struct channel *channel);

struct channel_sink { /* neither must close the channel */
	void (*line)(void *user, struct str line);
	void (*too_long)(
	    void *user); /* a line was, and is left out; null: nobody cares */
};

/* Reads what is there and hands out each whole line, without its end. Returns 0, ERR_CLOSED
 * at the end of the stream, or -errno. */
int channel_read(struct channel *channel, const struct channel_sink *sink, void *user);

/* Queues line, to which an end is added, and sends what the socket takes. ERR_LIMIT when
 * the line is too long or CHANNEL_QUEUE_MAX bytes wait for the other side already;
 * ERR_CLOSED or -errno when it is gone. */
int channel_send(struct channel *channel, struct str line);

/* Sends copies of n descriptors (CHANNEL_FDS_MAX at most) with the line that was put into
 * channel->out last. ERR_LIMIT while others wait; -errno when they cannot be copied. */
int channel_attach(struct channel *channel, const int *fds, size_t n);

/* Sends what is queued, as far as the socket takes it. */
int channel_flush(struct channel *channel);

/* Whether lines wait for the socket to become writable. */
bool channel_is_waiting(const struct channel *channel);
