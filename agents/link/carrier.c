#include "agents/link/carrier.h"

#include "lib/base/compiler.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

/* ---- frames --------------------------------------------------------------------------- */

static struct frame_port *other_port(const struct link_port *from)
{
	return &from->link->ports[IMPAIR_WAYS - 1 - from->way].port;
}

static void send_one(struct frame_port *port, const struct virtio_net_hdr *offload,
    uint8_t *bytes, size_t len)
{
	struct port_frame frame = { *offload, bytes, len };

	frame_port_send(port, &frame, 1);
}

/* One copy of a frame that goes out at departure->at. bytes may be changed. */
static void depart(struct link_port *from, const struct departure *departure,
    clock_ns now, struct virtio_net_hdr offload, uint8_t *bytes, size_t len)
{
	struct carrier *carrier = from->link->carrier;

	if (departure->is_corrupt) {
		(void)frame_finish(bytes, len, &offload);
		frame_corrupt(bytes, len, departure->bit);
	}
	/* What was held until now has left before (let_go()). */
	if (departure->at <= now) {
		send_one(other_port(from), &offload, bytes, len);
	} else if (!hold_put(carrier->hold, departure->at, from, &offload, bytes,
		       len)) {
		struct direction_counts *counts = &from->direction.counts;

		counts->dropped[DIRECTION_ROOM]++;
		counts->out--;
		counts->out_bytes -= len;
	}
}

/* A frame as it is on the wire. */
static void pass(struct link_port *from, clock_ns now,
    const struct virtio_net_hdr *offload, uint8_t *bytes, size_t len)
{
	uint8_t *copy = from->link->carrier->copy;
	struct fate fate;

	direction_take(&from->direction, now, len, &fate);
	/* A second copy is another frame: what is done to the first does not show in it. */
	if (fate.n == 2 && fate.departures[0].is_corrupt)
		memcpy(copy, bytes, len);
	for (unsigned i = 0; i < fate.n; i++)
		depart(from, &fate.departures[i], now, *offload,
		    i == 1 && fate.departures[0].is_corrupt ? copy : bytes, len);
}

static void take(struct link_port *from, clock_ns now, struct port_frame *frame)
{
	uint8_t *piece = from->link->carrier->piece;
	struct virtio_net_hdr offload;
	struct frame_cut cut;
	size_t n;

	if (!frame_is_long(&frame->offload)) {
		pass(from, now, &frame->offload, frame->bytes, frame->len);
		return;
	}
	/* What is none that we can cut goes as one: a tunnel's. */
	if (frame_cut_begin(&cut, frame->bytes, frame->len, &frame->offload) == 0) {
		pass(from, now, &frame->offload, frame->bytes, frame->len);
		return;
	}
	while ((n = frame_cut_next(&cut, piece, &offload)) > 0)
		pass(from, now, &offload, piece, n);
}

static void take_plain(struct link_port *from, struct port_frame *frames, unsigned n)
{
	struct direction_counts *counts = &from->direction.counts;

	for (unsigned i = 0; i < n; i++) {
		counts->in_bytes += frames[i].len;
		counts->out_bytes += frames[i].len;
	}
	counts->in += n;
	counts->out += n;
	frame_port_send(other_port(from), frames, n);
}

/* What goes out at one port. */
static void send_held(struct held *const held[PORT_BATCH], unsigned n)
{
	struct port_frame frames[PORT_BATCH];

	for (unsigned i = 0; i < n; i++)
		frames[i] = (struct port_frame){ held[i]->offload, held[i]->bytes,
			held[i]->len };
	if (n > 0)
		frame_port_send(other_port(held[0]->to), frames, n);
	for (unsigned i = 0; i < n; i++)
		free(held[i]);
}

/* Frames that came due together leave by one call, as long as they are of one port. */
static void let_go(struct carrier *carrier, clock_ns now)
{
	struct held *batch[PORT_BATCH], *held;
	unsigned n = 0;

	while ((held = hold_take(carrier->hold, now))) {
		if (n == PORT_BATCH || (n > 0 && batch[0]->to != held->to)) {
			send_held(batch, n);
			n = 0;
		}
		batch[n++] = held;
	}
	send_held(batch, n);
}

/* ---- time ----------------------------------------------------------------------------- */

static void set_timer(struct carrier *carrier)
{
	clock_ns at = MIN(hold_next(carrier->hold), carrier->next_step);
	struct itimerspec when = { 0 };

	if (at == carrier->wakes)
		return;
	carrier->wakes = at;
	if (at < INT64_MAX) {
		at = MAX(at, 1); /* 0 would stop it */
		when.it_value.tv_sec = at / NS_PER_S;
		when.it_value.tv_nsec = at % NS_PER_S;
	}
	(void)timerfd_settime(carrier->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void on_frames(struct poll_item *item, unsigned events)
{
	struct link_port *from = container_of(item, struct link_port, port.poll);
	struct carrier *carrier = from->link->carrier;
	struct port_frame frames[PORT_BATCH];
	int n = 0, batches = 0;

	(void)events;
	while (batches < PORT_READS_MAX &&
	       (n = frame_port_read(&from->port, carrier->reader, frames)) > 0) {
		clock_ns now = clock_monotonic();

		let_go(carrier, now);
		if (from->is_plain)
			take_plain(from, frames, (unsigned)n);
		for (int i = 0; i < n && !from->is_plain; i++)
			take(from, now, &frames[i]);
		batches++;
	}
	if (n > 0)
		poll_item_again(item);
	set_timer(carrier);
}

/* ---- what is done to frames ----------------------------------------------------------- */

static int set_way(struct link_port *port, const struct impair *impair,
    struct error *err)
{
	struct carrier *carrier = port->link->carrier;
	const int16_t *tables[IMPAIR_DISTRIBUTIONS] = {
		[IMPAIR_NORMAL] = carrier->tables[IMPAIR_NORMAL],
		[IMPAIR_PARETO] = carrier->tables[IMPAIR_PARETO],
	};
	int r = direction_set(&port->direction, impair, tables);

	if (r < 0)
		return error_set(err, r, "%s: out of memory", port->link->name);
	port->is_plain = impair_is_none(impair);
	return 0;
}

/* What base and schedule say now. A way that stays as it is keeps its queue. */
static int refresh(struct link *link, struct error *err)
{
	clock_ns since = clock_monotonic() - link->carrier->started;
	struct impair_link now;
	int r = 0;

	schedule_at(&link->base, link->steps, link->n_steps, since, &now, &link->next);
	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		if (!impair_is_same(&now.way[way], &link->now.way[way]))
			r = set_way(&link->ports[way], &now.way[way], err);
		if (r == 0)
			link->now.way[way] = now.way[way];
	}
	return r;
}

static void plan_steps(struct carrier *carrier)
{
	carrier->next_step = INT64_MAX;
	for (size_t i = 0; i < carrier->n_links; i++) {
		clock_ns next = carrier->links[i].next;

		if (next < INT64_MAX - carrier->started)
			carrier->next_step =
			    MIN(carrier->next_step, carrier->started + next);
	}
}

static void step(struct carrier *carrier, clock_ns now)
{
	for (size_t i = 0; i < carrier->n_links; i++) {
		struct error err = ERROR_NULL;

		if (carrier->links[i].next <= now - carrier->started &&
		    refresh(&carrier->links[i], &err) < 0)
			log_warn("%s", err.text);
	}
	plan_steps(carrier);
}

static void on_time(uv_poll_t *poll, int status, int events)
{
	struct carrier *carrier = poll->data;
	uint64_t n;
	clock_ns now;

	(void)status;
	(void)events;
	(void)!read(carrier->timer_fd, &n, sizeof(n));
	carrier->wakes = INT64_MAX;
	now = clock_monotonic();
	let_go(carrier, now);
	if (carrier->next_step <= now)
		step(carrier, now);
	set_timer(carrier);
}

static int set_base(struct link *link, const struct impair_link *base,
    struct error *err)
{
	struct impair_link before = link->base;
	int r;

	link->base = *base;
	r = refresh(link, err);
	if (r < 0)
		link->base = before;
	plan_steps(link->carrier);
	set_timer(link->carrier);
	return r;
}

/* Each step of the schedule has to go with the link as well as with the steps before. */
static int check(const struct link *link, const struct impair_link *base,
    struct error *err)
{
	char why[160];

	if (schedule_conflict(base, link->steps, link->n_steps, NULL, why, sizeof(why)))
		return error_set(err, ERR_USAGE, "%s", why);
	return 0;
}

int link_change(struct link *link, const char *words, struct error *err)
{
	struct impair_change change = { 0 };
	struct impair_mistake mistake = { 0 };
	struct impair_link base = link->base;

	if (impair_read(str_of(words), &change, &mistake, err) < 0) {
		char text[ERROR_TEXT_MAX];

		(void)snprintf(text, sizeof(text), "%s", err->text);
		return error_set(err, ERR_USAGE, "%s%s%s", text,
		    mistake.hint[0] ? ": " : "", mistake.hint);
	}
	impair_apply(&base, &change);
	if (check(link, &base, err) < 0)
		return err->code;
	return set_base(link, &base, err);
}

int link_reset(struct link *link, struct error *err)
{
	return set_base(link, &link->file, err);
}

struct link *carrier_find(struct carrier *carrier, const char *name, struct error *err)
{
	struct link *link = map_get(&carrier->by_name, str_of(name));

	if (!link)
		(void)error_set(err, ERR_USAGE,
		    "no link is named \"%.80s\": those that are plain cables in the "
		    "topology have none (\"link: plain\" at \"attach\" gives one)",
		    name);
	return link;
}

/* ---- start and end -------------------------------------------------------------------- */

/* Words of the file, with their place in it. */
static int read_words(const struct conf_doc *doc, const struct conf_node *at,
    const char *words, struct impair_change *change, struct error *err)
{
	struct impair_mistake mistake = { 0 };
	struct error why = ERROR_NULL;

	if (!words || impair_read(str_of(words), change, &mistake, &why) == 0)
		return 0;
	return conf_fail(doc, at, mistake.hint[0] ? mistake.hint : NULL, err, "%s",
	    why.text);
}

static int read_link(struct link *link, const struct link_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	const struct link_step_conf *steps = conf->steps.items;
	struct impair_change change = { 0 };
	int r = read_words(doc, conf->set_node, conf->set, &change, err);

	link->steps = calloc(conf->steps.len + 1, sizeof(*link->steps));
	if (!link->steps)
		return error_set(err, -ENOMEM, "out of memory");
	link->n_steps = conf->steps.len;
	for (size_t i = 0; i < conf->steps.len && r == 0; i++) {
		link->steps[i].at = steps[i].at;
		link->steps[i].length = steps[i].length;
		r = read_words(doc, steps[i].node, steps[i].set, &link->steps[i].change,
		    err);
	}
	if (r < 0)
		return r;
	impair_apply(&link->file, &change);
	if (check(link, &link->file, err) < 0)
		return error_prefix(err, "link %s", conf->name);
	return 0;
}

static int open_link(struct carrier *carrier, size_t i, const struct linkd_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	const struct link_conf *link_conf =
	    (const struct link_conf *)conf->links.items + i;
	const struct link_end_conf *ends[IMPAIR_WAYS] = { &link_conf->node_end,
		&link_conf->switch_end };
	struct link *link = &carrier->links[i];
	int r;

	link->name = link_conf->name;
	if (map_get(&carrier->by_name, str_of(link->name)))
		return error_set(err, ERR_USAGE, "two links are named \"%s\"",
		    link->name);
	r = map_put(&carrier->by_name, str_of(link->name), link);
	if (r < 0)
		return error_set(err, r, "out of memory");
	r = read_link(link, link_conf, doc, err);
	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		struct link_port *port = &link->ports[way];

		r = frame_port_open(&port->port, ends[way]->netns, ends[way]->interface,
		    err);
		port->port.poll.ready = on_frames;
	}
	link->base = link->file;
	if (r == 0)
		r = refresh(link, err);
	return r < 0 ? error_prefix(err, "link %s", link->name) : 0;
}

/* Frames are read only once all links stand. */
static int join(struct link *link, struct error *err)
{
	int r = 0;

	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		struct frame_port *port = &link->ports[way].port;

		r = poll_item_join(&port->poll, link->carrier->loop, port->fd, err);
	}
	return r;
}

static void prepare_link(struct carrier *carrier, size_t i, uint64_t seed)
{
	struct link *link = &carrier->links[i];

	link->carrier = carrier;
	link->next = INT64_MAX;
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		struct link_port *port = &link->ports[way];

		*port = (struct link_port){ .port.fd = -1,
			.link = link,
			.way = (enum impair_way)way,
			.is_plain = true };
		direction_init(&port->direction,
		    rng_make(seed, i * IMPAIR_WAYS + (unsigned)way));
	}
}

static int make_room(struct carrier *carrier, const struct linkd_conf *conf,
    struct error *err)
{
	carrier->links = calloc(conf->links.len, sizeof(*carrier->links));
	carrier->reader = frame_reader_new();
	carrier->hold = malloc(sizeof(*carrier->hold));
	if (!carrier->links || !carrier->reader || !carrier->hold)
		return error_set(err, -ENOMEM, "out of memory");
	hold_init(carrier->hold, clock_monotonic());
	carrier->n_links = conf->links.len;
	for (size_t i = 0; i < carrier->n_links; i++)
		prepare_link(carrier, i, conf->seed);
	jitter_table(IMPAIR_NORMAL, carrier->tables[IMPAIR_NORMAL]);
	jitter_table(IMPAIR_PARETO, carrier->tables[IMPAIR_PARETO]);
	return 0;
}

static int open_timer(struct carrier *carrier, struct error *err)
{
	int r;

	carrier->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (carrier->timer_fd < 0)
		return error_set(err, -errno, "timer: %s", error_name(-errno));
	r = uv_poll_init(carrier->loop, &carrier->timer, carrier->timer_fd);
	if (r < 0)
		return error_set(err, r, "timer: %s", uv_strerror(r));
	carrier->is_polled = true;
	carrier->timer.data = carrier;
	(void)uv_poll_start(&carrier->timer, UV_READABLE, on_time);
	return 0;
}

int carrier_open(struct carrier *carrier, uv_loop_t *loop,
    const struct linkd_conf *conf, const struct conf_doc *doc, struct error *err)
{
	int r;

	memset(carrier, 0, sizeof(*carrier));
	carrier->loop = loop;
	carrier->timer_fd = -1;
	carrier->started = clock_monotonic() - conf->elapsed;
	carrier->wakes = carrier->next_step = INT64_MAX;
	r = make_room(carrier, conf, err);
	if (r == 0)
		r = open_timer(carrier, err);
	for (size_t i = 0; i < carrier->n_links && r == 0; i++)
		r = open_link(carrier, i, conf, doc, err);
	for (size_t i = 0; i < carrier->n_links && r == 0; i++)
		r = join(&carrier->links[i], err);
	if (r < 0)
		return r;
	plan_steps(carrier);
	set_timer(carrier);
	return 0;
}

void carrier_close(struct carrier *carrier)
{
	for (size_t i = 0; i < carrier->n_links; i++) {
		for (int way = 0; way < IMPAIR_WAYS; way++) {
			frame_port_close(&carrier->links[i].ports[way].port);
			direction_free(&carrier->links[i].ports[way].direction);
		}
		free(carrier->links[i].steps);
	}
	carrier->n_links = 0;
	if (carrier->is_polled)
		uv_close((uv_handle_t *)&carrier->timer, NULL);
	carrier->is_polled = false;
	if (carrier->timer_fd >= 0)
		(void)close(carrier->timer_fd);
	carrier->timer_fd = -1;
	if (carrier->hold)
		hold_free(carrier->hold);
	free(carrier->hold);
	frame_reader_free(carrier->reader);
	free(carrier->links);
	map_free(&carrier->by_name);
	carrier->hold = NULL;
	carrier->reader = NULL;
	carrier->links = NULL;
}
