/* An agent's control channel (agents/README.md): events out, commands in, one JSON object
 * a line; and the signals that mean the same as "stop". */
#pragma once

#include "lib/program/command.h"

#include <uv.h>

enum {
	CONTROL_QUEUE_MAX = 16 << 20, /* bytes that may wait for a reader */
	/* Events of a kind that strangers cause: so many at once, and then so many a second
	 * (fleets of this size are known to be told whole). */
	CONTROL_EVENTS_BURST = 250000,
	CONTROL_EVENTS_PER_S = 100
};

struct control;

struct control_handlers { /* called from the loop */
	/* An orderly end was asked for: by command, by SIGTERM or SIGINT, or because the
	 * other end of the channel is closed. Called once. */
	void (*stop)(void *user);
	/* The agent's own commands beside "stop", ended by a null name; null: none. */
	const struct command *commands;
};

/* fd -1: events go to standard output and no commands come; stop is called when that takes
 * no more (a full disk, a reader that is gone), but not when its reader rests: nothing here
 * ever waits for one. Takes fd over, but not when it fails. node is borrowed; handlers'
 * commands must live as long. Call before control_event(). -errno or -ENOMEM with
 * words. The caller ends *ret with control_close(). */
int control_open(struct control **ret, uv_loop_t *loop, int fd, const char *node,
    const struct control_handlers *handlers, void *user, struct error *err);

/* From now on standard output gets lines for people (agents/common/tell/tell.h) in the place
 * of JSON. Not with a channel. */
void control_tell_people(struct control *control);
/* Whether it does: then a log line that says the same is one too many. */
bool control_tells_people(const struct control *control);

/* Starts an event with "time", "node" and "event". The caller adds members to the
 * writer, which is never null, and ends with control_event_end() before it starts
 * another. A command must start none while it writes its page. Events are written once
 * a round of the loop. While more than CONTROL_QUEUE_MAX bytes wait events are left
 * out, and an event "lost" says how many once the reader has caught up. */
struct json *control_event(struct control *control, const char *event);
void control_event_end(struct control *control);

/* The same of a node that is one of many in this process: a CPE. */
struct json *control_event_of(struct control *control, const char *node,
    const char *event);

/* The same for a kind of event that strangers can cause as often as they like, so that a
 * flood fills no disk: it is left out when more than CONTROL_EVENTS_BURST came, and events
 * "lost" with "of" say once a second how many of which kind. event must live as long as
 * control. */
struct json *control_event_rationed(struct control *control, const char *event);
struct json *control_event_rationed_of(struct control *control, const char *node,
    const char *event);

/* Writes what is queued, as long as somebody goes on reading it and ten seconds at most, and
 * closes: no handler is called any more and the loop is free of
 * the control's handles. The memory goes in the loop's next round: run it to its end after
 * this. Null is fine. */
void control_close(struct control *control);
