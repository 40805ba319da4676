/* One port of a live capture as the decoding process sees it: a child that captures
 * (live_child.h) and the stream of what it says. */
#pragma once

#include "capture/frame/frame.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct live_port;

struct live_source {
	const struct live_port *port; /* borrowed */
	pid_t pid;                    /* 0: none */
	int fd;                       /* owned; -1: it has ended */
	struct buf in;                /* private */
	bool is_ready;                /* it captures */
	uint16_t linktype;
	uint64_t received;
	uint64_t dropped; /* by the kernel, as last told */
	bool is_down;     /* its link, as last told */
	uint64_t downs;   /* how often it went down */
};

/* Starts the child and waits until it captures. Errors are the child's: ERR_USAGE (no
 * such interface, a filter that does not compile), ERR_MACHINE (permission); ERR_CLOSED
 * when it was killed, or -errno when it could not be started. After an error nothing is
 * left to be closed. */
int live_source_start(struct live_source *source, const struct live_port *port,
    const char *filter, struct error *err);

/* The part of it that waits until the child captures, reading not one byte past that.
 * Errors as above; the caller then calls live_source_close(). */
int live_source_await(struct live_source *source, struct error *err);

/* The bytes of frame live until the function returns. */
typedef void live_source_fn(void *user, struct live_source *source,
    const struct frame *frame);

/* Reads once what is there and hands on its frames, whose number and interface are not
 * set. 1: more may come; 0: the child has told everything and is gone; else the error
 * for which it could not go on, or ERR_CLOSED when it was killed. Unless it is 1 the
 * caller calls live_source_close(). */
int live_source_read(struct live_source *source, live_source_fn *fn, void *user,
    struct error *err);

/* Asks the child to stop; the frames that it has until then still come. */
void live_source_stop(struct live_source *source);

/* Ends and reaps the child, which is killed when it does not end at once. Safe to
 * repeat. */
void live_source_close(struct live_source *source);
