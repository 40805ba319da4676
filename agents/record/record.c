/* The loop of the recorder: ports -> hold -> file, the key log in between.
 *
 * Why the file shows decrypted traffic in one pass: a peer writes its secrets before it
 * sends what they protect, and each frame is held for HOLD_NS before it is written. So
 * whoever reads the key log right before writing has the secrets of all frames written. */
#include "agents/record/record.h"

#include "agents/record/record_conf.h"
#include "agents/record/record_control.h"
#include "capture/file/pcapng_write.h"
#include "capture/live/hold.h"
#include "capture/live/port.h"
#include "capture/tls/keytail.h"
#include "lib/base/cleanup.h"
#include "lib/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

enum {
	TICK_MS = 20,
	PORTS_MAX = 1024,
	BUFFER_MAX = 4 << 20,
	BUFFER_MIN = 512 << 10,
	BUFFERS_MAX = 256 << 20, /* of all ports together */
	FLUSH_BYTES = 1 << 20,
};

#define HOLD_NS (100 * NS_PER_MS)

struct recorder {
	const struct record_conf *conf; /* borrowed */
	struct record_control control;
	struct record_port *ports; /* owned */
	size_t n_ports;
	struct pollfd *polls; /* owned: control, signals, ports */
	struct record_hold hold;
	struct pcapng_writer file;
	struct keytail keylog;
	uint64_t written; /* frames in the file */
	clock_ns started;
	bool must_stop, has_command; /* has_command: an answer is due */
};

static uint64_t dropped(const struct recorder *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->n_ports; i++)
		n += record_port_dropped(&r->ports[i]);
	return n;
}

static void on_secrets(void *user, struct str lines)
{
	struct recorder *r = user;

	pcapng_put_secrets(&r->file, lines);
}

/* Writes the held frames from before until. */
static int write_until(struct recorder *r, clock_ns until, struct error *err)
{
	const struct frame *frame = record_hold_first(&r->hold);

	if (!frame || frame->time >= until)
		return 0;
	keytail_read(&r->keylog, on_secrets, r);
	for (; frame && frame->time < until; frame = record_hold_first(&r->hold)) {
		int code;

		pcapng_put_frame(&r->file, frame);
		record_hold_drop_first(&r->hold);
		r->written++;
		if (r->file.out.len < FLUSH_BYTES)
			continue;
		code = pcapng_flush(&r->file, err);
		if (code < 0)
			return code;
	}
	return pcapng_flush(&r->file, err);
}

static void on_frame(void *user, struct record_port *port, const struct frame *frame)
{
	struct recorder *r = user;
	struct frame numbered = *frame;

	numbered.interface = (uint32_t)(port - r->ports);
	if (record_hold_put(&r->hold, &numbered) < 0)
		port->lost++;
	else
		port->received++;
}

/* One round over all ports; how many frames came. */
static int read_ports(struct recorder *r)
{
	int n = 0;

	for (size_t i = 0; i < r->n_ports; i++) {
		struct error err = ERROR_NULL;
		int got = record_port_read(&r->ports[i], on_frame, r, &err);

		if (got < 0) {
			/* A port that goes away is no reason to lose the others. */
			log_warn("%s", err.text);
			r->ports[i].lost = record_port_dropped(&r->ports[i]);
			record_port_close(&r->ports[i]);
			r->polls[2 + i].fd = -1;
		} else {
			n += got;
		}
	}
	return n;
}

static void take_commands(struct recorder *r)
{
	enum record_command command;

	while (!r->must_stop &&
	       (command = record_control_next(&r->control)) != RECORD_NOTHING) {
		struct json *json;

		if (command == RECORD_STOP) {
			r->must_stop = true;
			r->has_command = r->control.command_id >= 0;
			return;
		}
		json = record_answer(&r->control);
		json_bool(json, "ok", true);
		json_object_begin(json, "status");
		json_uint(json, "packets", r->written + r->hold.len);
		json_uint(json, "dropped", dropped(r));
		json_object_end(json);
		record_event_end(&r->control);
	}
}

static int loop(struct recorder *r, struct error *err)
{
	while (!r->must_stop) {
		int code;

		if (poll(r->polls, 2 + r->n_ports, TICK_MS) < 0 && errno != EINTR)
			return error_set(err, -errno, "poll: %s", strerror(errno));
		if (r->polls[0].revents)
			take_commands(r);
		if (r->polls[1].revents)
			r->must_stop = true;
		(void)read_ports(r);
		code = write_until(r, clock_wall() - HOLD_NS, err);
		if (code < 0)
			return code;
		/* Faster than time can tell apart: order yields to memory. */
		if (r->hold.bytes > RECORD_HOLD_BYTES_MAX / 2)
			code = write_until(r, clock_wall(), err);
		if (code < 0)
			return code;
	}
	return 0;
}

/* What the rings still hold, then the statistics. */
static int finish(struct recorder *r, struct error *err)
{
	clock_ns now;
	int quiet = 0, code;

	for (int i = 0; i < 50 && quiet < 2; i++) {
		(void)poll(r->polls + 2, r->n_ports, TICK_MS);
		quiet = read_ports(r) > 0 ? 0 : quiet + 1;
	}
	code = write_until(r, INT64_MAX, err);
	if (code < 0)
		return code;
	keytail_read(&r->keylog, on_secrets, r);
	now = clock_wall();
	for (size_t i = 0; i < r->n_ports; i++) {
		struct pcapng_statistics s = { (uint32_t)i, r->started, now,
			r->ports[i].received, record_port_dropped(&r->ports[i]) };

		pcapng_put_statistics(&r->file, &s);
	}
	return pcapng_close(&r->file, err);
}

static int open_all(struct recorder *r, struct error *err)
{
	const struct record_port_conf *ports = r->conf->ports.items;
	size_t n = r->conf->ports.len, buffer;
	int code;

	if (n == 0 || n > PORTS_MAX)
		return error_set(err, ERR_USAGE,
		    "ports: 1 to %d can be recorded, not %zu", PORTS_MAX, n);
	r->ports = calloc(n, sizeof(*r->ports));
	r->polls = calloc(2 + n, sizeof(*r->polls));
	if (!r->ports || !r->polls)
		return error_set(err, -ENOMEM, "out of memory");
	code = pcapng_create(&r->file, r->conf->file, err);
	buffer = MAX(MIN((size_t)BUFFERS_MAX / n, BUFFER_MAX), BUFFER_MIN);
	for (size_t i = 0; i < n && code == 0; i++) {
		r->ports[i].name = ports[i].name;
		r->ports[i].netns = ports[i].netns;
		r->ports[i].interface = ports[i].interface;
		r->n_ports = i + 1;
		pcapng_put_interface(&r->file, ports[i].name);
		code = record_port_open(&r->ports[i], buffer, err);
		r->polls[2 + i] =
		    (struct pollfd){ record_port_fd(&r->ports[i]), POLLIN, 0 };
	}
	if (code < 0)
		return code;
	if (r->conf->keylog) {
		code = keytail_open(&r->keylog, r->conf->keylog, O_CREAT, err);
		if (code < 0)
			return code;
	}
	r->started = clock_wall();
	return pcapng_flush(&r->file, err);
}

static int watch_signals(struct error *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? error_set(err, -errno, "signalfd: %s", strerror(errno)) : fd;
}

static void tell_stopped(struct recorder *r, uint64_t n_dropped)
{
	struct json *json;

	if (r->has_command) {
		json = record_answer(&r->control);
		json_bool(json, "ok", true);
		record_event_end(&r->control);
	}
	json = record_event(&r->control, "stopped");
	json_uint(json, "packets", r->written);
	json_uint(json, "dropped", n_dropped);
	record_event_end(&r->control);
}

static int record(struct recorder *r, struct error *err)
{
	auto_fd signals = watch_signals(err);
	int code = signals < 0 ? signals : open_all(r, err);
	uint64_t n_dropped;

	if (code < 0)
		return code;
	r->polls[0] = (struct pollfd){ r->control.fd, POLLIN, 0 };
	r->polls[1] = (struct pollfd){ signals, POLLIN, 0 };
	(void)record_event(&r->control, "ready");
	record_event_end(&r->control);
	code = loop(r, err);
	if (code == 0)
		code = finish(r, err);
	n_dropped = dropped(r);
	if (code == 0)
		tell_stopped(r, n_dropped);
	return code;
}

static int run(const struct agent_args *args, struct error *err)
{
	struct record_conf conf = { 0 };
	struct recorder r = { .conf = &conf,
		.file = PCAPNG_WRITER_NULL,
		.keylog = KEYTAIL_NULL };
	int code = conf_bind(args->doc, args->doc->root, record_conf_rows, &conf, err);

	if (code < 0)
		return code;
	record_control_open(&r.control, args->control, conf.node);
	code = record(&r, err);
	if (code < 0) {
		json_text(record_event(&r.control, "failed"), "why", err->text);
		record_event_end(&r.control);
	}
	for (size_t i = 0; i < r.n_ports; i++)
		record_port_close(&r.ports[i]);
	(void)pcapng_close(&r.file, NULL);
	record_hold_free(&r.hold);
	record_control_close(&r.control);
	keytail_close(&r.keylog);
	free(r.ports);
	free(r.polls);
	return code;
}

/* What to record is more than flags can say. */
static const struct agent_flag flags[] = {
	{ .row = { NULL } },
};

const struct agent_program record_program = {
	.verb = {
		.name = "record",
		.brief = "record the frames of ports",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--config FILE [--control FD]",
		.about = "Records the frames of chosen ports into one pcapng file, with the TLS "
			 "secrets of\na key log. A lab starts this by itself. SIGTERM ends it, with "
			 "the file complete.\n",
	},
	.flags = flags,
	.run = run,
};
