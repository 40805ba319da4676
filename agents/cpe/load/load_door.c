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

enum {
	LOOK_MS = 1000,
	ROOM_S = 5 /* that one who begins waits for room among others that knock */
};

struct ask {
	uint64_t id; /* 0: none */
	load_answer_fn *answered;
	void *user;
	clock_ns since;
};

struct wire { /* to one life of the ACS */
	uv_pipe_t pipe;
	uv_write_t write;
	struct buf sending;     /* what write sends; empty: nothing is under way */
	struct load_door *door; /* null: it is closed */
};

struct load_door {
	uv_loop_t *loop;
	uv_timer_t look;   /* while something is unanswered; closed last */
	char *path;        /* owned */
	struct wire *wire; /* owned; null: the ACS has hung up */
	struct line_reader in;
	struct line_writer out;
	struct ask asks[LOAD_ASKS_MAX];
	uint64_t last_id;
	bool is_closing, is_silent;
	void (*done)(void *user);
	void *user;
};

/* ---- out -------------------------------------------------------------------------------- */

static void give_up(struct load_door *door);

static void flush(struct load_door *door);

static void on_written(uv_write_t *write, int status)
{
	struct wire *wire = write->data;
	struct load_door *door = wire->door;

	buf_reset(&wire->sending);
	if (!door)
		return;
	if (status < 0)
		give_up(door);
	else
		flush(door);
}

static void flush(struct load_door *door)
{
	struct str waiting = line_writer_waiting(&door->out);
	struct wire *wire = door->wire;
	uv_buf_t bytes;

	if (!wire || waiting.len == 0 || wire->sending.len > 0)
		return;
	buf_append_str(&wire->sending, waiting);
	line_writer_sent(&door->out, waiting.len);
	bytes = uv_buf_init((char *)wire->sending.data, (unsigned)wire->sending.len);
	if (wire->sending.error || uv_write(&wire->write, (uv_stream_t *)&wire->pipe,
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
			return door->wire;
	}
	return false;
}

bool load_door_is_gone(const struct load_door *door)
{
	return !door->wire;
}

struct json *load_door_ask(struct load_door *door, const char *command,
    load_answer_fn *answered, void *user)
{
	struct ask *ask = door->wire ? find(door, 0) : NULL;
	struct json *json;

	if (!ask)
		return NULL;
	*ask = (struct ask){ ++door->last_id, answered, user, clock_monotonic() };
	json = line_writer_begin(&door->out);
	json_uint(json, "id", ask->id);
	json_text(json, "cmd", command);
	return json;
}

static void on_look(uv_timer_t *timer)
{
	load_door_look(timer->data, clock_monotonic());
}

void load_door_send(struct load_door *door)
{
	if (!uv_is_active((uv_handle_t *)&door->look))
		(void)uv_timer_start(&door->look, on_look, LOOK_MS, LOOK_MS);
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
	struct wire *wire = handle->data;
	uint8_t *room = line_reader_room(&wire->door->in);

	(void)size;
	*ret = uv_buf_init((char *)room, room ? LINE_READ_BYTES : 0);
}

/* What is answered may close the door. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct wire *wire = stream->data;
	struct load_door *door = wire->door;
	struct str line;
	int r;

	(void)bytes;
	if (n < 0) {
		give_up(door);
		return;
	}
	line_reader_add(&door->in, (size_t)n);
	while (wire->door && (r = line_reader_next(&door->in, &line)) != 0) {
		if (r == 1)
			take_line(door, line);
	}
}

/* ---- life ------------------------------------------------------------------------------- */

static void on_wire_closed(uv_handle_t *handle)
{
	struct wire *wire = handle->data;

	buf_free(&wire->sending);
	free(wire);
}

static void drop(struct wire *wire)
{
	if (!wire)
		return;
	wire->door = NULL;
	uv_close((uv_handle_t *)&wire->pipe, on_wire_closed);
}

/* Whoever waits for an answer hears that there will be none, and may close the door then, or knock
 * again. */
static void give_up(struct load_door *door)
{
	struct ask asks[LOAD_ASKS_MAX];

	(void)uv_timer_stop(&door->look);
	drop(steal_ptr(&door->wire));
	memcpy(asks, door->asks, sizeof(asks));
	memset(door->asks, 0, sizeof(door->asks));
	for (size_t i = 0; i < LOAD_ASKS_MAX; i++) {
		if (asks[i].id != 0)
			asks[i].answered(asks[i].user, NULL);
	}
}

void load_door_look(struct load_door *door, clock_ns now)
{
	bool waits = false;

	for (size_t i = 0; i < LOAD_ASKS_MAX && !door->is_silent; i++) {
		const struct ask *ask = &door->asks[i];

		waits = waits || ask->id != 0;
		door->is_silent =
		    ask->id != 0 && now - ask->since >= LOAD_ANSWER_S * NS_PER_S;
	}
	if (door->is_silent && door->wire)
		give_up(door);
	else if (!waits)
		(void)uv_timer_stop(&door->look);
}

bool load_door_is_silent(const struct load_door *door)
{
	return door->is_silent;
}

/* Where as many as there is room for have knocked and wait, another one is turned away at
 * once, unless it waits, which is until then, however many signals come. */
static int knock(int fd, const struct sockaddr_un *at, clock_ns until)
{
	int r;

	do {
		clock_ns left = until - clock_monotonic();
		struct timeval room = { .tv_sec = left / NS_PER_S,
			.tv_usec = left % NS_PER_S / NS_PER_US };

		if (until > 0 && left < NS_PER_US) { /* 0 would be for ever */
			errno = EAGAIN;
			return -1;
		}
		if (until > 0)
			(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &room,
			    sizeof(room));
		r = connect(fd, (const struct sockaddr *)at, sizeof(*at));
	} while (r < 0 && errno == EINTR);
	return r;
}

static int tell_shut(const char *path, struct error *err)
{
	if (errno == EAGAIN)
		return error_set(err, ERR_USAGE,
		    "%s: the ACS's door is busy: no room for another visitor in %d s",
		    path, ROOM_S);
	return error_set(err, ERR_USAGE,
	    "%s: no ACS takes commands there (%s): cwmplab acs --door %s", path,
	    strerror(errno), path);
}

static int dial(const char *path, bool waits, struct error *err)
{
	clock_ns until = waits ? clock_monotonic() + ROOM_S * NS_PER_S : 0;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	auto_fd fd = socket(AF_UNIX,
	    SOCK_STREAM | SOCK_CLOEXEC | (waits ? 0 : SOCK_NONBLOCK), 0);

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	if (strlen(path) >= sizeof(at.sun_path))
		return error_set(err, ERR_USAGE,
		    "%s: the path of a socket has at most %zu characters", path,
		    sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path));
	if (knock(fd, &at, until) < 0)
		return tell_shut(path, err);
	return steal_fd(&fd);
}

static int connect_wire(struct load_door *door, bool waits, struct error *err)
{
	auto_fd fd = dial(door->path, waits, err);
	struct wire *wire;

	if (fd < 0)
		return fd;
	wire = calloc(1, sizeof(*wire));
	if (!wire)
		return error_set(err, -ENOMEM, "no memory for %s", door->path);
	(void)uv_pipe_init(door->loop, &wire->pipe, 0);
	wire->pipe.data = wire->write.data = wire;
	if (uv_pipe_open(&wire->pipe, fd) < 0) {
		drop(wire);
		return error_set(err, -EIO, "%s: the event loop takes no socket",
		    door->path);
	}
	(void)steal_fd(&fd);
	wire->door = door;
	door->wire = wire;
	door->is_silent = false;
	(void)uv_read_start((uv_stream_t *)&wire->pipe, on_room, on_read);
	return 0;
}

bool load_door_again(struct load_door *door)
{
	if (door->wire || door->is_closing)
		return door->wire;
	/* What was to be said to the one before, and half a line of it. */
	line_reader_free(&door->in);
	line_writer_free(&door->out);
	return connect_wire(door, false, NULL) == 0;
}

int load_door_open(struct load_door **ret, struct uv_loop_s *loop, const char *path,
    struct error *err)
{
	struct load_door *door = calloc(1, sizeof(*door));

	if (door)
		door->path = str_dup(str_of(path));
	if (!door || !door->path) {
		free(door);
		return error_set(err, -ENOMEM, "no memory for %s", path);
	}
	door->loop = loop;
	(void)uv_timer_init(loop, &door->look);
	uv_unref((uv_handle_t *)&door->look);
	door->look.data = door;
	*ret = door;
	return connect_wire(door, true, err);
}

static void on_closed(uv_handle_t *handle)
{
	struct load_door *door = handle->data;

	line_reader_free(&door->in);
	line_writer_free(&door->out);
	free(door->path);
	if (door->done)
		door->done(door->user);
	free(door);
}

void load_door_close(struct load_door *door, void (*done)(void *user), void *user)
{
	door->done = done;
	door->user = user;
	door->is_closing = true;
	drop(steal_ptr(&door->wire));
	uv_close((uv_handle_t *)&door->look, on_closed);
}
