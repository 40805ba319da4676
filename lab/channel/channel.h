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

/* Closes fd and the copies of descriptors. Safe to repeat. What was not yet sent is lost. */
void channel_close(struct channel *channel);

struct channel_sink { /* neither function may close the channel */
	/* Gets a line without its end, borrowed for the call. */
	void (*line)(void *user, struct str line);
	/* A line of more than LINE_BYTES_MAX bytes was left out. Null: nobody is told. */
	void (*too_long)(void *user);
};

/* Reads until nothing more is there and hands out each whole line. Returns 0, ERR_CLOSED at
 * the end of the stream, or -errno. A last line without its end is never handed out. */
int channel_read(struct channel *channel, const struct channel_sink *sink, void *user);

/* Queues line, to which an end is added, and sends what the socket takes. 0 also when it
 * takes nothing yet. ERR_LIMIT when the line is too long or more than CHANNEL_QUEUE_MAX
 * bytes wait for the other side already; -ENOMEM without memory; ERR_CLOSED or another
 * -errno when the other side is gone. */
int channel_send(struct channel *channel, struct str line);

/* Has copies of n descriptors (CHANNEL_FDS_MAX at most) sent with the line that the caller
 * put into channel->out last and has not flushed yet. ERR_LIMIT while the descriptors of an
 * earlier line wait; -errno when they cannot be copied. */
int channel_attach(struct channel *channel, const int *fds, size_t n);

/* Sends what is queued, as far as the socket takes it; the rest waits for the next call.
 * Returns 0, or ERR_CLOSED or -errno when the other side is gone. */
int channel_flush(struct channel *channel);

/* Whether lines wait for the socket to become writable. */
bool channel_is_waiting(const struct channel *channel);
