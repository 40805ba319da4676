/* The loop of the recorder: ports -> hold -> file, the key log in between.
 *
 * Why the file shows decrypted traffic in one pass: a peer writes its secrets before it
 * sends what they protect, and each frame is held for HOLD_NS before it is written. So
 * whoever reads the key log right before writing has the secrets of all frames written. */
#include "agents/record/record.h"

#include "agents/common/control.h"
#include "agents/record/record_conf.h"
#include "capture/file/pcapng_write.h"
#include "capture/live/hold.h"
#include "capture/live/port.h"
#include "capture/tls/keytail.h"
#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum {
	TICK_MS = 20,
	LAST_TICKS_MAX = 50, /* that the end waits for frames */
	PORTS_MAX = 1024,
	RINGS_MAX = 256 << 20, /* bytes of all ports together */
	FLUSH_BYTES = 1 << 20,
};

#define HOLD_NS (100 * NS_PER_MS)

struct recorder {
	const char *config; /* path of what it is told, borrowed; null: flags */
	/* What it was told, the latest last; the names of ports are of these. Owned, but the
	 * first. */
	struct record_conf conf;
	struct conf_doc **docs;
	size_t n_docs;
	uv_loop_t loop;
	uv_timer_t tick;
	uv_check_t round; /* after the loop has looked at the descriptors */
	struct control *control;
	/* Owned, PORTS_MAX of each; a port has the number of its interface in the file, and keeps it
	 * when it is closed. */
	struct record_port *ports;
	uv_poll_t *polls;
	size_t n_ports;
	struct record_hold hold;
	struct pcapng_writer file;
	struct keytail keylog;
	uint64_t written; /* frames in the file */
	clock_ns started;
	bool is_stopping;
	size_t ports_ended;            /* by themselves */
	unsigned n_frames;             /* that came since the last tick */
	unsigned n_ticks, quiet_ticks; /* since the stop */
	int code;                      /* why it ends early, with words in err */
	struct error *err;
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

static void on_readable(uv_poll_t *poll, int status, int events);

/* A port that goes away is no reason to lose the others, but it is told. */
static void give_up_port(struct recorder *r, size_t i, const struct error *err)
{
	struct json *json = control_event(r->control, "port_ended");

	json_text(json, "port", r->ports[i].name);
	json_text(json, "why", err->text);
	control_event_end(r->control);
	log_warn("%s", err->text);
	r->ports_ended++;
	(void)uv_poll_stop(&r->polls[i]);
	r->ports[i].lost = record_port_dropped(&r->ports[i]);
	record_port_close(&r->ports[i]);
}

static void read_ports(struct recorder *r)
{
	for (size_t i = 0; i < r->n_ports; i++) {
		struct error err = ERROR_NULL;
		int got = record_port_read(&r->ports[i], on_frame, r, &err);

		if (got < 0)
			give_up_port(r, i, &err);
		else
			r->n_frames += (unsigned)got;
	}
}

/* ---- the loop ----------------------------------------------------------------------- */

/* All ports are read in one round, after this. */
static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)poll;
	(void)status;
	(void)events;
}

static void on_round(uv_check_t *check)
{
	struct recorder *r = check->data;

	read_ports(r);
	r->code = write_until(r, clock_wall() - HOLD_NS, r->err);
	/* Faster than time can tell apart: order yields to memory. */
	if (r->code == 0 && r->hold.bytes > RECORD_HOLD_BYTES_MAX / 2)
		r->code = write_until(r, clock_wall(), r->err);
	if (r->code < 0)
		uv_stop(&r->loop);
}

/* libuv looks at a port no longer whose interface went down for a moment, and libpcap does
 * not notice one that was removed if another has its name. */
static void watch_ports(struct recorder *r)
{
	for (size_t i = 0; i < r->n_ports; i++) {
		struct error err = ERROR_NULL;

		if (!r->ports[i].pcap)
			continue;
		if (record_port_link(&r->ports[i]) == RECORD_LINK_GONE) {
			(void)error_set(&err, ERR_CLOSED,
			    "port %s: the interface was removed", r->ports[i].name);
			give_up_port(r, i, &err);
		} else if (!uv_is_active((uv_handle_t *)&r->polls[i])) {
			(void)uv_poll_start(&r->polls[i], UV_READABLE, on_readable);
		}
	}
}

/* The end comes when two ticks have brought no frame: the rings are empty. */
static void on_tick(uv_timer_t *tick)
{
	struct recorder *r = tick->data;

	if (r->is_stopping) {
		r->quiet_ticks = r->n_frames > 0 ? 0 : r->quiet_ticks + 1;
		if (r->quiet_ticks == 2 || ++r->n_ticks == LAST_TICKS_MAX)
			uv_stop(&r->loop);
	}
	r->n_frames = 0;
	watch_ports(r);
}

static void on_stop(void *user)
{
	struct recorder *r = user;

	r->is_stopping = true;
}

/* ---- another configuration ----------------------------------------------------------- */

static int open_port(struct recorder *r, const struct record_port_conf *conf,
    size_t ring, struct error *err);
static size_t ring_of(const struct recorder *r);

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_port(const struct record_port *port, const struct record_port_conf *conf)
{
	return port->pcap && strcmp(port->name, conf->name) == 0 &&
	       strcmp(port->interface, conf->interface) == 0 &&
	       is_same_text(port->netns, conf->netns);
}

/* Its frames until now are kept. */
static void drop_port(struct recorder *r, size_t i)
{
	struct record_port *port = &r->ports[i];

	while (record_port_read(port, on_frame, r, NULL) > 0)
		;
	uv_close((uv_handle_t *)&r->polls[i], NULL);
	port->lost = record_port_dropped(port);
	record_port_close(port);
}

/* Ports that are no longer wanted are closed, those that are new opened; the others go on. */
static int change_ports(struct recorder *r, struct error *err)
{
	const struct record_port_conf *wanted = r->conf.ports.items;
	size_t n = r->conf.ports.len;
	int code = 0, last;

	for (size_t i = 0; i < r->n_ports; i++) {
		size_t k = 0;

		while (k < n && !is_port(&r->ports[i], &wanted[k]))
			k++;
		if (k == n && r->ports[i].pcap)
			drop_port(r, i);
	}
	/* One that cannot be opened keeps none of the others out. */
	for (size_t k = 0; k < n; k++) {
		size_t i = 0;

		while (i < r->n_ports && !is_port(&r->ports[i], &wanted[k]))
			i++;
		if (i < r->n_ports)
			continue;
		last = open_port(r, &wanted[k], ring_of(r), code < 0 ? NULL : err);
		code = code < 0 ? code : last;
	}
	return code;
}

/* The file and the key log stay what they are. */
static int page_reload(void *user, struct answer *answer, struct error *err)
{
	struct recorder *r = user;
	struct record_conf conf = { 0 };
	struct conf_doc **docs =
	    realloc(r->docs, (r->n_docs + 1) * sizeof(struct conf_doc *));

	(void)answer;
	if (!docs)
		return error_set(err, -ENOMEM, "out of memory");
	r->docs = docs;
	if (!r->config)
		return error_set(err, ERR_USAGE, "there is no file to read again");
	if (conf_load(r->config, &docs[r->n_docs], err) < 0)
		return err->code;
	r->n_docs++;
	if (conf_bind(docs[r->n_docs - 1], docs[r->n_docs - 1]->root, record_conf_rows,
		&conf, err) < 0)
		return err->code;
	r->conf.ring = conf.ring;
	r->conf.ports = conf.ports;
	return change_ports(r, err) < 0 ? err->code : ANSWER_WHOLE;
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct recorder *r = user;

	(void)err;
	json_object_begin(answer->json, "status");
	json_uint(answer->json, "packets", r->written + r->hold.len);
	json_uint(answer->json, "dropped", dropped(r));
	json_uint(answer->json, "ports_ended", r->ports_ended);
	json_object_end(answer->json);
	return ANSWER_WHOLE;
}

static const struct command commands[] = {
	{ .name = "status", .help = "frames so far, counted", .page = page_status },
	{ .name = "reload",
	    .help = "records the ports that its configuration names by now",
	    .page = page_reload },
	{ NULL },
};

/* ---- start and end ------------------------------------------------------------------ */

static size_t ring_of(const struct recorder *r)
{
	size_t n = MAX(r->conf.ports.len, (size_t)1);

	return MAX(MIN((size_t)RINGS_MAX / n, r->conf.ring), RECORD_RING_MIN);
}

static int open_port(struct recorder *r, const struct record_port_conf *conf,
    size_t ring, struct error *err)
{
	size_t i = r->n_ports;
	struct record_port *port = &r->ports[i];
	int code;

	if (i == PORTS_MAX)
		return error_set(err, ERR_USAGE,
		    "ports: %d can be recorded in one file, those that are gone among "
		    "them",
		    PORTS_MAX);
	*port = (struct record_port){ .name = conf->name,
		.netns = conf->netns,
		.interface = conf->interface };
	code = record_port_open(port, ring, err);
	if (code < 0)
		return code;
	code = uv_poll_init(&r->loop, &r->polls[i], record_port_fd(port));
	if (code < 0) {
		record_port_close(port);
		return error_set(err, code, "%s: %s", port->name, uv_strerror(code));
	}
	(void)uv_poll_start(&r->polls[i], UV_READABLE, on_readable);
	/* Frames name the interface by its place among those of the file. */
	pcapng_put_interface(&r->file, port->name);
	r->n_ports = i + 1;
	return 0;
}

static int open_all(struct recorder *r, struct error *err)
{
	const struct record_port_conf *conf = r->conf.ports.items;
	size_t n = r->conf.ports.len;
	int code;

	if (n == 0 || n > PORTS_MAX)
		return error_set(err, ERR_USAGE,
		    "ports: 1 to %d can be recorded, not %zu", PORTS_MAX, n);
	r->ports = calloc(PORTS_MAX, sizeof(*r->ports));
	r->polls = calloc(PORTS_MAX, sizeof(*r->polls));
	if (!r->ports || !r->polls)
		return error_set(err, -ENOMEM, "out of memory");
	code = pcapng_create(&r->file, r->conf.file, err);
	for (size_t i = 0; i < n && code == 0; i++)
		code = open_port(r, &conf[i], ring_of(r), err);
	if (code < 0)
		return code;
	if (r->conf.keylog) {
		code = keytail_open(&r->keylog, r->conf.keylog, O_CREAT, err);
		if (code < 0)
			return code;
	}
	r->started = clock_wall();
	return pcapng_flush(&r->file, err);
}

static void start_loop(struct recorder *r)
{
	(void)uv_timer_init(&r->loop, &r->tick);
	(void)uv_check_init(&r->loop, &r->round);
	r->tick.data = r->round.data = r;
	(void)uv_timer_start(&r->tick, on_tick, TICK_MS, TICK_MS);
	(void)uv_check_start(&r->round, on_round);
}

/* The frames that are held, then the statistics. */
static int finish(struct recorder *r, struct error *err)
{
	clock_ns now;
	int code = write_until(r, INT64_MAX, err);

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

static void tell_stopped(struct recorder *r)
{
	struct json *json = control_event(r->control, "stopped");

	json_uint(json, "packets", r->written);
	json_uint(json, "dropped", dropped(r));
	json_uint(json, "ports_ended", r->ports_ended);
	control_event_end(r->control);
}

static int record(struct recorder *r, struct error *err)
{
	int code = open_all(r, err);

	if (code < 0)
		return code;
	start_loop(r);
	(void)control_event(r->control, "ready");
	control_event_end(r->control);
	(void)uv_run(&r->loop, UV_RUN_DEFAULT);
	code = r->code < 0 ? r->code : finish(r, err);
	if (code == 0)
		tell_stopped(r);
	if (code == 0 && r->ports_ended > 0)
		return error_set(err, ERR_MACHINE,
		    "%zu of %zu ports ended before the recording did", r->ports_ended,
		    r->n_ports);
	return code;
}

static void close_handle(uv_handle_t *handle, void *user)
{
	(void)user;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void tear_down(struct recorder *r)
{
	control_close(r->control);
	uv_walk(&r->loop, close_handle, NULL);
	(void)uv_run(&r->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&r->loop);
	for (size_t i = 0; i < r->n_ports; i++)
		record_port_close(&r->ports[i]);
	(void)pcapng_close(&r->file, NULL);
	record_hold_free(&r->hold);
	keytail_close(&r->keylog);
	free(r->ports);
	free(r->polls);
	for (size_t i = 0; i < r->n_docs; i++)
		conf_free(r->docs[i]);
	free(r->docs);
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, commands };
	struct recorder r = { .config = args->config,
		.file = PCAPNG_WRITER_NULL,
		.keylog = KEYTAIL_NULL,
		.err = err };
	int code =
	    conf_bind(args->doc, args->doc->root, record_conf_rows, &r.conf, err);

	if (code < 0)
		return code;
	code = uv_loop_init(&r.loop);
	if (code < 0)
		return error_set(err, code, "event loop: %s", uv_strerror(code));
	code = control_open(&r.control, &r.loop, args->control, r.conf.node, &handlers,
	    &r, err);
	if (code == 0 && args->is_for_people)
		control_tell_people(r.control);
	if (code == 0)
		code = record(&r, err);
	tear_down(&r);
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
