/* The recorder's end of the control channel (agents/README.md): events out, commands in,
 * one JSON object a line. */
#pragma once

#include "lib/base/json.h"

#include <stdbool.h>

enum {
	RECORD_LINE_MAX = 64 << 10
};

enum record_command {
	RECORD_NOTHING,
	RECORD_STOP, /* by command, or the other end is gone */
	RECORD_STATUS,
};

struct record_control {
	int fd; /* owned; -1: events go to standard output, no commands come */
	const char *node; /* borrowed */
	struct buf in;    /* a line that is not complete */
	struct buf out;   /* the line being written */
	struct json json;
	int64_t command_id; /* of the last command */
};

void record_control_open(struct record_control *control, int fd, const char *node);
void record_control_close(struct record_control *control);

/* Starts an event with "time", "node" and "event"; members may follow until the end, which
 * writes the line. */
struct json *record_event(struct record_control *control, const char *event);
void record_event_end(struct record_control *control);

/* Starts the answer to the last command; ends with record_event_end(). */
struct json *record_answer(struct record_control *control);

/* Reads what has come and returns the next command; call it until RECORD_NOTHING. Commands
 * that are not known are answered here. */
enum record_command record_control_next(struct record_control *control);
