#include "agents/cpe/load/load_door.h"

#include "lib/base/cleanup.h"
#include "lib/conf/conf.h"
#include "lib/program/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

struct ask {
	uint64_t id; /* 0: none */
	load_answer_fn *answered;
	void *user;
};

struct load_door {
	uv_pipe_t pipe;
	uv_write_t write;
	struct buf sending; /* what write sends; empty: nothing is under way */
	struct line_reader in;
	struct line_writer out;
	struct ask asks[LOAD_ASKS_MAX];
	uint64_t last_id;
	bool is_gone;
	void (*done)(void *user);
	void *user;
};

/* ---- out -------------------------------------------------------------------------------- */

static void give_up(struct load_door *door);

static void flush(struct load_door *door);

static void on_written(uv_write_t *write, int status)
{
	struct load_door *door = write->data;

	buf_reset(&door->sending);
	if (status < 0)
		give_up(door);
	else
		flush(door);
}

static void flush(struct load_door *door)
{
	struct str waiting = line_writer_waiting(&door->out);
	uv_buf_t bytes;

	if (waiting.len == 0 || door->sending.len > 0 || door->is_gone)
		return;
	buf_append_str(&door->sending, waiting);
	line_writer_sent(&door->out, waiting.len);
	bytes = uv_buf_init((char *)door->sending.data, (unsigned)door->sending.len);
	if (door->sending.error || uv_write(&door->write, (uv_stream_t *)&door->pipe,
				       &bytes, 1, on_written) < 0)
		give_up(door);
}

static struct ask *find(struct load_door *door, uint64_t id)
{
	for (size_t i = 0; i < LOAD_ASKS_MAX; i++) {
		if (door->asks[i].id == id)
			return &door->asks[i];
	}
	return NULL;
}

bool load_door_is_free(const struct load_door *door)
{
	for (size_t i = 0; i < LOAD_ASKS_MAX; i++) {
		if (door->asks[i].id == 0)
			return !door->is_gone;
	}
	return false;
}

bool load_door_is_gone(const struct load_door *door)
{
	return door->is_gone;
}

struct json *load_door_ask(struct load_door *door, const char *command,
    load_answer_fn *answered, void *user)
{
	struct ask *ask = door->is_gone ? NULL : find(door, 0);
	struct json *json;

	if (!ask)
		return NULL;
	*ask = (struct ask){ ++door->last_id, answered, user };
	json = line_writer_begin(&door->out);
	json_uint(json, "id", ask->id);
	json_text(json, "cmd", command);
	return json;
}

void load_door_send(struct load_door *door)
{
	if (line_writer_end(&door->out) < 0)
		give_up(door);
	else
		flush(door);
}

/* ---- in --------------------------------------------------------------------------------- */

/* An answer that goes on is ended. */
static void end_answer(struct load_door *door, uint64_t id)
{
	struct json *json = line_writer_begin(&door->out);

	json_uint(json, "id", id);
	json_text(json, "cmd", "enough");
	(void)line_writer_end(&door->out);
	flush(door);
}

static void take_line(struct load_door *door, struct str line)
{
	struct conf_doc *doc = NULL;
	const struct conf_node *re;
	struct ask *ask = NULL, was;
	uint64_t id;

	if (conf_parse("answer", line, &doc, NULL) < 0)
		return;
	re = conf_get(doc->root, "re"); /* an event has none */
	if (re && str_to_u64(re->text, UINT64_MAX, &id) == 0 && id > 0)
		ask = find(door, id);
	if (ask) {
		was = *ask;
		ask->id = 0;
		if (conf_get(doc->root, "more"))
			end_answer(door, was.id);
		was.answered(was.user, doc->root);
	}
	conf_free(doc);
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
	struct load_door *door = handle->data;
	uint8_t *room = line_reader_room(&door->in);

	(void)size;
	*ret = uv_buf_init((char *)room, room ? LINE_READ_BYTES : 0);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct load_door *door = stream->data;
	struct str line;
	int r;

	(void)bytes;
	if (n < 0) {
		give_up(door);
		return;
	}
	line_reader_add(&door->in, (size_t)n);
	while (!door->is_gone && (r = line_reader_next(&door->in, &line)) != 0) {
		if (r == 1)
			take_line(door, line);
	}
}

/* Whoever waits for an answer hears that there will be none. */
static void give_up(struct load_door *door)
{
	if (door->is_gone)
		return;
	door->is_gone = true;
	(void)uv_read_stop((uv_stream_t *)&door->pipe);
	for (size_t i = 0; i < LOAD_ASKS_MAX; i++) {
		struct ask ask = door->asks[i];

		door->asks[i].id = 0;
		if (ask.id != 0)
			ask.answered(ask.user, NULL);
	}
}

/* ---- life ------------------------------------------------------------------------------- */

static int dial(const char *path, struct error *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	if (strlen(path) >= sizeof(at.sun_path))
		return error_set(err, ERR_USAGE,
		    "%s: the path of a socket has at most %zu characters", path,
		    sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path));
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return error_set(err, ERR_USAGE,
		    "%s: no ACS takes commands there (%s): cwmplab acs --door %s", path,
		    strerror(errno), path);
	return steal_fd(&fd);
}

int load_door_open(struct load_door **ret, struct uv_loop_s *loop, const char *path,
    struct error *err)
{
	int fd = dial(path, err);
	struct load_door *door = fd < 0 ? NULL : calloc(1, sizeof(*door));

	if (fd < 0)
		return fd;
	if (!door) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory for %s", path);
	}
	(void)uv_pipe_init(loop, &door->pipe, 0);
	door->pipe.data = door->write.data = door;
	*ret = door;
	if (uv_pipe_open(&door->pipe, fd) < 0) {
		(void)close(fd);
		return error_set(err, -EIO, "%s: the event loop takes no socket", path);
	}
	(void)uv_read_start((uv_stream_t *)&door->pipe, on_room, on_read);
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct load_door *door = handle->data;

	buf_free(&door->sending);
	line_reader_free(&door->in);
	line_writer_free(&door->out);
	if (door->done)
		door->done(door->user);
	free(door);
}

void load_door_close(struct load_door *door, void (*done)(void *user), void *user)
{
	door->done = done;
	door->user = user;
	door->is_gone = true;
	uv_close((uv_handle_t *)&door->pipe, on_closed);
}
