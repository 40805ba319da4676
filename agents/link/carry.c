#include "agents/link/carry.h"

#include "agents/link/haste.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
	READY_MAX = 64, /* ports that are told at once */
	/* Packets whose times are so near that to send each by itself would cost more than it
	 * says leave together, with the last of them. */
	TRAIN_NS = 200000
};

/* ---- frames go out -------------------------------------------------------------------- */

static struct frame_port *other_port(const struct link_port *from)
{
	return &from->link->ports[IMPAIR_WAYS - 1 - from->way].port;
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

/* What of the frames in hand goes out at once. */
static void send_outbox(struct link_port *from)
{
	struct outbox *outbox = &from->link->carrier->outbox;

	frame_port_send(other_port(from), outbox->frames, outbox->n);
	outbox->n = 0;
	outbox->used = 0;
}

/* Room for one more frame of so many bytes, which stays until it has gone, and for as many more
 * behind it as are to spare: room for those costs it nothing. Both copies of it find a place in the
 * outbox, or the first one would be sent with its room given back while the second one waits. */
static uint8_t *room_for(struct link_port *from, size_t len, size_t spare)
{
	struct outbox *outbox = &from->link->carrier->outbox;
	uint8_t *room;

	if (outbox->used + len + spare > sizeof(outbox->bytes) ||
	    outbox->n + 2 > OUTBOX_FRAMES)
		send_outbox(from);
	room = outbox->bytes + outbox->used;
	outbox->used += len;
	return room;
}

static void send_later(struct link_port *from, const struct port_frame *frame)
{
	struct outbox *outbox = &from->link->carrier->outbox;

	outbox->frames[outbox->n++] = *frame;
	if (outbox->n == OUTBOX_FRAMES)
		send_outbox(from);
}

/* ---- frames come in ------------------------------------------------------------------- */

/* Packets of the wire that one frame stands for. */
struct train {
	unsigned n;
	uint64_t bytes;
	clock_ns first, last; /* when they may go */
};

/* The frame goes out at train->last. Its bytes stay until the outbox is sent. */
static void leave(struct link_port *from, const struct train *train, clock_ns now,
    const struct port_frame *frame)
{
	struct direction_counts *counts = &from->direction.counts;

	/* What was held until now has left before (let_go()). */
	if (train->last <= now) {
		send_later(from, frame);
	} else if (!hold_put(from->link->carrier->hold, train->last, from,
		       &frame->offload, frame->bytes, frame->len)) {
		counts->dropped[DIRECTION_ROOM] += train->n;
		counts->out -= train->n;
		counts->out_bytes -= train->bytes;
	}
}

/* One copy of a packet. Its bytes may be changed. */
static void depart(struct link_port *from, const struct departure *departure,
    clock_ns now, struct port_frame frame)
{
	const struct train alone = { 1, frame.len, departure->at, departure->at };

	if (departure->is_corrupt) {
		(void)frame_finish(frame.bytes, frame.len, &frame.offload);
		frame_corrupt(frame.bytes, frame.len, departure->bit);
	}
	leave(from, &alone, now, &frame);
}

/* What becomes of a packet as it is on the wire. */
static void meet(struct link_port *from, clock_ns now, const struct fate *fate,
    const struct port_frame *frame)
{
	const struct departure *departures = fate->departures;
	struct port_frame second = *frame;

	/* A second copy is another frame: what is done to one does not show in the other. */
	if (fate->n == 2 && (departures[0].is_corrupt || departures[1].is_corrupt)) {
		second.bytes = room_for(from, frame->len, 0);
		memcpy(second.bytes, frame->bytes, frame->len);
	}
	for (unsigned i = 0; i < fate->n; i++)
		depart(from, &departures[i], now, i == 1 ? second : *frame);
}

static void pass(struct link_port *from, clock_ns now, const struct port_frame *frame)
{
	struct fate fate;

	direction_take(&from->direction, now, frame->len, &fate);
	meet(from, now, &fate, frame);
}

/* The next n segments of a frame as one, whose length is at most that. A copy has room, too. */
static struct port_frame piece_of(struct link_port *from, struct frame_cut *cut,
    unsigned n, size_t len)
{
	struct port_frame piece = { .bytes = room_for(from, len, len) };

	piece.len = frame_cut_train(cut, n, piece.bytes, &piece.offload);
	return piece;
}

/* Each packet by itself: they may overtake each other. */
static void pass_each(struct link_port *from, clock_ns now, struct frame_cut *cut)
{
	size_t len;

	while ((len = frame_cut_len(cut, 0)) > 0) {
		struct port_frame piece = piece_of(from, cut, 1, len);

		pass(from, now, &piece);
	}
}

static void send_train(struct link_port *from, clock_ns now,
    const struct port_frame *frame, struct frame_cut *cut, struct train *train)
{
	bool is_all = cut->n_cut == 0 && frame_cut_len(cut, train->n) == 0;
	struct port_frame piece;

	if (train->n == 0)
		return;
	piece = is_all ? *frame : piece_of(from, cut, train->n, train->bytes);
	leave(from, train, now, &piece);
	*train = (struct train){ .n = 0 };
}

static bool joins(const struct train *train, const struct fate *fate)
{
	const struct departure *departure = &fate->departures[0];

	return fate->n == 1 && !departure->is_corrupt &&
	       (train->n == 0 || departure->at - train->first <= TRAIN_NS);
}

static void add_to(struct train *train, clock_ns at, size_t len)
{
	if (train->n++ == 0)
		train->first = at;
	train->last = at;
	train->bytes += len;
}

/* Each packet has a fate of its own yet, but neighbours that go on together stay in one frame:
 * whoever takes it has a fraction of the work. One that is lost parts them, one that comes twice or
 * corrupted goes by itself. */
static void pass_trains(struct link_port *from, clock_ns now,
    const struct port_frame *frame, struct frame_cut *cut)
{
	struct train train = { .n = 0 };
	struct fate fate;
	size_t len;

	while ((len = frame_cut_len(cut, train.n)) > 0) {
		direction_take(&from->direction, now, len, &fate);
		if (!joins(&train, &fate))
			send_train(from, now, frame, cut, &train);
		if (joins(&train, &fate)) {
			add_to(&train, fate.departures[0].at, len);
		} else if (fate.n == 0) {
			frame_cut_skip(cut);
		} else {
			struct port_frame piece = piece_of(from, cut, 1, len);

			meet(from, now, &fate, &piece);
		}
	}
	send_train(from, now, frame, cut, &train);
}

static void take(struct link_port *from, clock_ns now, const struct port_frame *frame)
{
	struct frame_cut cut;

	/* A frame that the kernel has left to be cut, and that we cannot, goes as one: a
	 * tunnel's. */
	if (!frame_is_long(&frame->offload) ||
	    frame_cut_begin(&cut, frame->bytes, frame->len, &frame->offload) == 0)
		pass(from, now, frame);
	else if (from->keeps_order)
		pass_trains(from, now, frame, &cut);
	else
		pass_each(from, now, &cut);
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

/* What is left in the socket is told again in the next turn. */
static void on_frames(struct link_port *from)
{
	struct carrier *carrier = from->link->carrier;
	struct port_frame frames[PORT_BATCH];
	int n = frame_port_read(&from->port, carrier->reader, frames);
	clock_ns now = clock_monotonic();

	let_go(carrier, now);
	if (from->is_plain && n > 0)
		take_plain(from, frames, (unsigned)n);
	for (int i = 0; i < n && !from->is_plain; i++)
		take(from, now, &frames[i]);
	send_outbox(from);
}

/* A struct link_port, a trunk, or an end of one. */
static void on_carried(struct carried *carried)
{
	switch (carried->kind) {
	case CARRIED_LINK:
		on_frames(container_of(carried, struct link_port, carried));
		break;
	case CARRIED_TRUNK:
		trunk_ready(container_of(carried, struct trunk, carried));
		break;
	case CARRIED_TRUNK_END:
		trunk_end_ready(container_of(carried, struct trunk_end, carried));
		break;
	}
}

/* ---- time ----------------------------------------------------------------------------- */

/* How long there is nothing to do, within the loop's own time; -1: until something comes. */
static clock_ns rest_of(const struct carrier *carrier, clock_ns now, int loop_ms)
{
	clock_ns at = MIN(hold_next(carrier->hold), carrier->next_step);
	clock_ns rest = at < INT64_MAX ? MAX(at - now, 0) : -1;

	if (loop_ms >= 0 && (rest < 0 || loop_ms * NS_PER_MS < rest))
		return loop_ms * NS_PER_MS;
	return rest;
}

static int wait_for(const struct carrier *carrier, clock_ns rest,
    struct epoll_event ready[READY_MAX])
{
	struct timespec time = { rest / NS_PER_S, rest % NS_PER_S };
	struct pollfd poll_fd = { .fd = carrier->epoll_fd, .events = POLLIN };
	int n = epoll_pwait2(carrier->epoll_fd, ready, READY_MAX,
	    rest < 0 ? NULL : &time, NULL);

	if (n >= 0 || errno != ENOSYS)
		return n;
	/* Before Linux 5.11 only ppoll() waits for less than a millisecond. */
	if (ppoll(&poll_fd, 1, rest < 0 ? NULL : &time, NULL) <= 0)
		return 0;
	return epoll_wait(carrier->epoll_fd, ready, READY_MAX, 0);
}

/* What the first turn begins (a line that is to be written, a descriptor that is to be watched) the
 * second one does. */
static void run_loop(struct carrier *carrier)
{
	(void)uv_run(carrier->loop, UV_RUN_NOWAIT);
	(void)uv_run(carrier->loop, UV_RUN_NOWAIT);
}

static void turn(struct carrier *carrier)
{
	struct epoll_event ready[READY_MAX];
	clock_ns now = clock_monotonic();
	int loop_ms, n;
	bool is_loops_turn;

	uv_update_time(carrier->loop);
	loop_ms = uv_backend_timeout(carrier->loop);
	is_loops_turn = loop_ms == 0;
	n = wait_for(carrier, rest_of(carrier, now, loop_ms), ready);
	for (int i = 0; i < n; i++) {
		if (ready[i].data.ptr)
			on_carried(ready[i].data.ptr);
		else
			is_loops_turn = true;
	}
	if (n == READY_MAX) /* it may stand behind all of them */
		is_loops_turn = true;
	now = clock_monotonic();
	let_go(carrier, now);
	if (carrier->next_step <= now)
		carrier_step(carrier, now);
	if (is_loops_turn)
		run_loop(carrier);
}

void carry(struct carrier *carrier)
{
	haste();
	run_loop(carrier);
	while (!carrier->is_stopped)
		turn(carrier);
}

void carry_stop(struct carrier *carrier)
{
	carrier->is_stopped = true;
}
