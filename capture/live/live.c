#include "capture/live/live.h"

#include "capture/live/hold.h"
#include "capture/live/live_source.h"
#include "capture/live/privileges.h"
#include "capture/tls/keytail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

enum {
	TICK_MS = 20,
	LAST_MS = 5000, /* that the ports have to tell what they still hold */
	/* descriptors to poll: ports, their places, the stop, the file */
	POLLS_MAX = 2 * LIVE_PORTS_MAX + 2,
};

#define HOLD_NS (100 * NS_PER_MS)

struct live {
	const struct live_conf *conf;
	const struct live_sink *sink;
	struct live_source sources[LIVE_PORTS_MAX];
	size_t n_sources;
	struct ring_interface interfaces[LIVE_PORTS_MAX];
	struct keytail keylogs[LIVE_KEYLOGS_MAX];
	struct record_hold hold;
	struct ring *ring; /* null: nothing is written */
	struct live_counts counts;
	uint64_t lost; /* frames that had no room in the hold */
	clock_ns started;
	bool is_stopping, is_full; /* is_full: of packets */
};

/* ---- out ---------------------------------------------------------------------------- */

static void on_secrets(void *user, struct str lines)
{
	struct live *l = user;

	if (l->ring)
		ring_put_secrets(l->ring, lines);
	if (l->sink->secrets)
		l->sink->secrets(l->sink->user, lines);
}

static void read_secrets(struct live *l)
{
	for (size_t i = 0; i < l->conf->n_keylogs; i++)
		keytail_read(&l->keylogs[i], on_secrets, l);
}

static int put_frame(struct live *l, const struct frame *held, struct error *err)
{
	struct frame frame = *held;
	int r;

	frame.number = ++l->counts.packets;
	l->is_full = l->conf->packets > 0 && frame.number >= l->conf->packets;
	r = l->ring ? ring_put_frame(l->ring, &frame, err) : 0;
	if (r == 0 && l->sink->frame)
		l->sink->frame(l->sink->user, &frame);
	return r;
}

/* Hands on the held frames from before until. */
static int put_until(struct live *l, clock_ns until, struct error *err)
{
	const struct frame *frame = record_hold_first(&l->hold);
	int r = 0;

	if (frame && frame->time < until)
		read_secrets(l);
	for (; r == 0 && frame && frame->time < until && !l->is_full;
	     frame = record_hold_first(&l->hold)) {
		r = put_frame(l, frame, err);
		record_hold_drop_first(&l->hold);
	}
	return r == 0 && l->ring ? ring_flush(l->ring, err) : r;
}

/* ---- in ----------------------------------------------------------------------------- */

static void on_frame(void *user, struct live_source *source, const struct frame *frame)
{
	struct live *l = user;
	struct frame mine = *frame;

	if (l->is_full)
		return;
	mine.interface = (uint32_t)(source - l->sources);
	if (record_hold_put(&l->hold, &mine) < 0)
		l->lost++;
}

static void tell(struct live *l, const struct live_source *source,
    enum live_change what, const char *text)
{
	if (l->sink->changed)
		l->sink->changed(l->sink->user, (size_t)(source - l->sources), what,
		    text);
}

/* Also a link that came up again before anybody heard that it was down. */
static void tell_link(struct live *l, const struct live_source *source, bool was_down,
    uint64_t downs)
{
	struct error words = ERROR_NULL;

	if (source->downs != downs) {
		(void)error_set(&words, 0, "%s: the link went down",
		    source->port->name);
		tell(l, source, LIVE_LINK_DOWN, words.text);
	}
	if (!source->is_down && (was_down || source->downs != downs)) {
		(void)error_set(&words, 0, "%s: the link is up again",
		    source->port->name);
		tell(l, source, LIVE_LINK_UP, words.text);
	}
}

static void end_source(struct live *l, struct live_source *source, const char *why)
{
	struct pollfd lab = { source->port->alive, POLLIN, 0 };

	/* The interfaces of a lab go with it. */
	if (poll(&lab, 1, 0) <= 0) {
		l->counts.ports_ended++;
		tell(l, source, LIVE_PORT_ENDED, why);
	}
	live_source_close(source);
}

static void read_source(struct live *l, struct live_source *source)
{
	struct error err = ERROR_NULL;
	bool was_down = source->is_down;
	uint64_t downs = source->downs;
	int r = live_source_read(source, on_frame, l, &err);

	tell_link(l, source, was_down, downs);
	if (r < 0)
		end_source(l, source, err.text);
	else if (r == 0)
		live_source_close(source);
}

static bool has_sources(const struct live *l)
{
	for (size_t i = 0; i < l->n_sources; i++) {
		if (l->sources[i].fd >= 0)
			return true;
	}
	return false;
}

static void count(struct live *l)
{
	l->counts.dropped_by_kernel = 0;
	for (size_t i = 0; i < l->n_sources; i++) {
		l->counts.dropped_by_kernel += l->sources[i].dropped;
		if (l->ring)
			ring_set_dropped(l->ring, i, l->sources[i].dropped);
	}
	l->counts.dropped_here = l->lost + (l->ring ? ring_lost(l->ring) : 0);
}

static void stop(struct live *l)
{
	for (size_t i = 0; i < l->n_sources; i++)
		live_source_stop(&l->sources[i]);
	l->is_stopping = true;
}

/* ---- the loop ----------------------------------------------------------------------- */

static size_t fill_polls(const struct live *l, struct pollfd *polls)
{
	size_t n = l->n_sources;

	for (size_t i = 0; i < n; i++) {
		polls[i] = (struct pollfd){ l->sources[i].fd, POLLIN, 0 };
		polls[n + i] = (struct pollfd){ l->conf->ports[i].alive, POLLIN, 0 };
		if (l->sources[i].fd < 0 || l->is_stopping)
			polls[n + i].fd = -1;
	}
	polls[2 * n] =
	    (struct pollfd){ l->is_stopping ? -1 : l->conf->stop, POLLIN, 0 };
	/* The file is polled for one thing only: the error once nobody reads its pipe. */
	polls[2 * n + 1] = (struct pollfd){ l->ring ? ring_fd(l->ring) : -1, 0, 0 };
	return 2 * n + 2;
}

static int wait_and_read(struct live *l, struct error *err)
{
	struct pollfd polls[POLLS_MAX];
	size_t n = fill_polls(l, polls), ports = l->n_sources;

	if (poll(polls, n, TICK_MS) < 0)
		return errno == EINTR
			   ? 0
			   : error_set(err, -errno, "poll: %s", error_name(-errno));
	for (size_t i = 0; i < ports; i++) {
		if (polls[i].revents)
			read_source(l, &l->sources[i]);
		if (polls[ports + i].revents)
			live_source_stop(&l->sources[i]);
	}
	if (polls[2 * ports].revents)
		stop(l);
	if (polls[2 * ports + 1].revents & POLLERR)
		return error_set(err, -EPIPE, "%s: nobody reads it any more",
		    ring_path(l->ring));
	return 0;
}

/* When much is held the oldest frames go at once: bounded memory comes before their order. */
static clock_ns ripe(const struct live *l)
{
	return l->hold.bytes > RECORD_HOLD_BYTES_MAX / 2 ? INT64_MAX
							 : clock_wall() - HOLD_NS;
}

static int loop(struct live *l, struct error *err)
{
	int r = 0;

	while (r == 0 && !l->is_stopping && has_sources(l)) {
		r = wait_and_read(l, err);
		if (r == 0)
			r = put_until(l, ripe(l), err);
		count(l);
		if ((l->sink->tick && !l->sink->tick(l->sink->user, &l->counts)) ||
		    l->is_full ||
		    (l->conf->duration > 0 &&
			clock_monotonic() - l->started >= l->conf->duration))
			stop(l);
	}
	return r;
}

/* A port that did not tell in time what it held, such as one whose process was stopped. */
static void end_silent(struct live *l, struct live_source *source)
{
	struct error words = ERROR_NULL;

	(void)error_set(&words, ERR_CLOSED,
	    "the process that captures %s does not answer", source->port->name);
	end_source(l, source, words.text);
}

/* What the ports still hold, then the end of the file. */
static int finish(struct live *l, struct error *err)
{
	clock_ns end = clock_monotonic() + LAST_MS * NS_PER_MS;
	int r = 0;

	while (r == 0 && has_sources(l) && clock_monotonic() < end) {
		r = wait_and_read(l, err);
		if (r == 0)
			r = put_until(l, ripe(l), err);
	}
	for (size_t i = 0; r == 0 && i < l->n_sources; i++) {
		if (l->sources[i].fd >= 0)
			end_silent(l, &l->sources[i]);
	}
	if (r == 0)
		r = put_until(l, INT64_MAX, err);
	read_secrets(l);
	count(l);
	if (r == 0 && l->ring)
		r = ring_close(l->ring, err);
	return r;
}

/* ---- begin and end ------------------------------------------------------------------ */

static int open_sources(struct live *l, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < l->conf->n_ports && r == 0; i++) {
		r = live_source_start(&l->sources[i], &l->conf->ports[i],
		    l->conf->filter, err);
		l->interfaces[i] = (struct ring_interface){ l->conf->ports[i].name,
			l->sources[i].linktype };
		l->n_sources += r == 0;
	}
	return r;
}

static int open_files(struct live *l, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < l->conf->n_keylogs && r == 0; i++)
		r = keytail_open(&l->keylogs[i], l->conf->keylogs[i].path,
		    l->conf->keylogs[i].may_come ? O_CREAT : 0, err);
	if (r == 0 && l->conf->file.path)
		r = ring_open(&l->conf->file, l->interfaces, l->n_sources, &l->ring,
		    err);
	return r;
}

static int run(struct live *l, struct error *err)
{
	int r = open_sources(l, err);

	/* From here on nothing is done with more rights than the user has. */
	if (r == 0)
		r = privileges_drop(l->conf->uid, l->conf->gid, err);
	if (r == 0)
		r = open_files(l, err);
	if (r < 0)
		return r;
	l->started = clock_monotonic();
	if (l->sink->started)
		l->sink->started(l->sink->user);
	r = loop(l, err);
	return r < 0 ? r : finish(l, err);
}

static void free_all(struct live *l)
{
	for (size_t i = 0; i < l->n_sources; i++)
		live_source_close(&l->sources[i]);
	for (size_t i = 0; i < l->conf->n_keylogs; i++)
		keytail_close(&l->keylogs[i]);
	record_hold_free(&l->hold);
	ring_free(l->ring);
	free(l);
}

int live_run(const struct live_conf *conf, const struct live_sink *sink,
    struct live_counts *ret_counts, char **ret_path, struct error *err)
{
	struct live *l = calloc(1, sizeof(*l));
	int r;

	*ret_counts = (struct live_counts){ 0 };
	if (ret_path)
		*ret_path = NULL;
	if (!l)
		return error_set(err, -ENOMEM, "out of memory");
	if (conf->n_ports == 0 || conf->n_ports > LIVE_PORTS_MAX) {
		free(l);
		return error_set(err, ERR_USAGE,
		    "1 to %d interfaces can be captured, not %zu", LIVE_PORTS_MAX,
		    conf->n_ports);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	l->conf = conf;
	l->sink = sink;
	for (size_t i = 0; i < LIVE_KEYLOGS_MAX; i++)
		l->keylogs[i] = (struct keytail)KEYTAIL_NULL;
	r = run(l, err);
	*ret_counts = l->counts;
	if (ret_path && l->ring)
		*ret_path = strdup(ring_path(l->ring));
	free_all(l);
	return r;
}
