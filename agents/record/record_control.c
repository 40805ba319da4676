#include "agents/record/record_control.h"

#include "lib/base/clock.h"

#include <errno.h>
#include <jansson.h>
#include <sys/socket.h>

void record_control_open(struct record_control *control, int fd, const char *node)
{
	*control = (struct record_control){
		.fd = fd,
		.node = node,
		.in = BUF_MAX(RECORD_LINE_MAX),
	};
}

void record_control_close(struct record_control *control)
{
	if (control->fd >= 0)
		(void)close(control->fd);
	control->fd = -1;
	buf_free(&control->in);
	buf_free(&control->out);
}

struct json *record_event(struct record_control *control, const char *event)
{
	buf_reset(&control->out);
	control->json = json_writer(&control->out, 0);
	json_object_begin(&control->json, NULL);
	json_int(&control->json, "time", clock_wall());
	json_text(&control->json, "node", control->node);
	json_text(&control->json, "event", event);
	return &control->json;
}

struct json *record_answer(struct record_control *control)
{
	buf_reset(&control->out);
	control->json = json_writer(&control->out, 0);
	json_object_begin(&control->json, NULL);
	json_int(&control->json, "re", control->command_id);
	return &control->json;
}

/* A reader that does not read loses the line: the file matters more than the talk. */
void record_event_end(struct record_control *control)
{
	size_t at = 0;

	json_object_end(&control->json);
	buf_append_char(&control->out, '\n');
	while (at < control->out.len) {
		const uint8_t *p = control->out.data + at;
		size_t left = control->out.len - at;
		ssize_t n = control->fd >= 0 ? send(control->fd, p, left, MSG_NOSIGNAL)
					     : write(STDOUT_FILENO, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

static enum record_command parse(struct record_control *control, struct str line)
{
	json_t *root = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);
	const char *cmd = json_string_value(json_object_get(root, "cmd"));
	enum record_command command = RECORD_NOTHING;

	control->command_id = json_integer_value(json_object_get(root, "id"));
	if (cmd && strcmp(cmd, "stop") == 0) {
		command = RECORD_STOP;
	} else if (cmd && strcmp(cmd, "status") == 0) {
		command = RECORD_STATUS;
	} else {
		struct json *json = record_answer(control);

		json_bool(json, "ok", false);
		json_text(json, "why",
		    cmd ? "the recorder knows no such command" : "no command in it");
		record_event_end(control);
	}
	json_decref(root);
	return command;
}

/* True when the other end is gone. */
static bool fill(struct record_control *control)
{
	for (;;) {
		uint8_t chunk[4096];
		ssize_t n = recv(control->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno != EAGAIN && errno != EWOULDBLOCK;
		if (n == 0)
			return true;
		buf_append(&control->in, chunk, (size_t)n);
		if (control->in.error)
			return true; /* a line without end: nobody we know */
	}
}

enum record_command record_control_next(struct record_control *control)
{
	bool is_gone = control->fd < 0 ? false : fill(control);
	struct str line = buf_str(&control->in);
	size_t len = str_find_char(line, '\n');
	enum record_command command;

	if (len == line.len) {
		if (!is_gone)
			return RECORD_NOTHING;
		control->command_id = -1;
		return RECORD_STOP;
	}
	command = parse(control, str_make(line.p, len));
	buf_consume(&control->in, len + 1);
	return command == RECORD_NOTHING ? record_control_next(control) : command;
}
