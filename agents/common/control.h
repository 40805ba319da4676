/* An agent's control channel (agents/README.md): events out, commands in, one JSON object
 * a line; and the signals that mean the same as "stop". */
#pragma once

#include "lib/base/error.h"
#include "lib/base/json.h"

#include <uv.h>

enum {
	CONTROL_LINE_MAX = 64 << 10,
	CONTROL_QUEUE_MAX = 16 << 20, /* bytes a reader may lag behind before we stop */
};

struct control;

struct control_handlers { /* called from the loop */
	/* An orderly end was asked for: by command, SIGTERM, SIGINT, or because the
	 * other end of the channel went away or does not read. Called once. */
	void (*stop)(void *user);
	/* Adds the members of "status". May be null. */
	void (*status)(void *user, struct json *status);
};

/* fd -1: events go to standard output and no commands come. Takes fd over. node is borrowed.
 * Call before control_event(). */
int control_open(struct control **ret, uv_loop_t *loop, int fd, const char *node,
    const struct control_handlers *handlers, void *user, struct error *err);

/* Starts an event with "time", "node" and "event". The caller adds members to the writer
 * and ends with control_event_end(). Events are written once a round of the loop. */
struct json *control_event(struct control *control, const char *event);
void control_event_end(struct control *control);

/* The same of a node that is one of many in this process: a CPE. */
struct json *control_event_of(struct control *control, const char *node,
    const char *event);

/* An event "failed" with why, written at once. */
void control_failed(struct control *control, const char *why);

/* Writes what is queued and closes: no handler is called any more and the loop is free of
 * the control's handles. The memory goes in the loop's next round: run it to its end after
 * this. Null is fine. */
void control_close(struct control *control);
