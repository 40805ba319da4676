#include "capture/stream/tcp.h"

#include "capture/stream/tcp_roles.h"
#include "capture/stream/tcp_segment.h"

enum {
	SEGMENTS_MAX = 1024, /* in the queue of one direction */
	HOLE_AGE_MAX = 3,    /* segments until an acknowledged hole is a gap */
	ENDED_MAX = 1024,    /* connections kept for late segments */
	ACK_BEYOND_MAX = 1 << 28,
	LATE_SYN_MAX = 1 << 16,
	RST_WINDOW = 1 << 24, /* how far off a reset that the peer may heed */
};

#define HOLE_MAX_NS  (20 * NS_PER_MS)
#define QUEUE_MAX_NS (2 * NS_PER_S)
#define LINGER_NS    (10 * NS_PER_S)
/* Until a SYN comes again that was lost, or whose answer was: after 1 s, twice as long each time
 * (RFC 6298 5.5), with one that is not in the capture. It is below the 5 s that a CPE waits at
 * least before its first retry (TR-069 A6 3.2.1.1). */
#define SYN_AGAIN_NS (4500 * NS_PER_MS)

/* What the callbacks of reassembly need to know. */
struct half_ref {
	struct tcp *tcp;
	struct flow *flow;
	enum direction from;
	struct frame_ref frame;
};

static void on_data(void *user, struct str bytes)
{
	const struct half_ref *ref = user;

	ref->tcp->sink->data(ref->tcp->sink->user, &ref->flow->conn, ref->from, bytes,
	    ref->frame);
}

static void on_gap(void *user, uint64_t bytes)
{
	const struct half_ref *ref = user;

	ref->tcp->counts->gaps++;
	ref->tcp->counts->gap_bytes += bytes;
	ref->tcp->sink->gap(ref->tcp->sink->user, &ref->flow->conn, ref->from, bytes,
	    ref->frame);
}

static struct reasm_sink reasm_sink_of(struct half_ref *ref)
{
	return (struct reasm_sink){ ref, on_data, on_gap };
}

static void tell(struct tcp *tcp, struct flow *flow, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	tcp->sink->event(tcp->sink->user, &flow->conn, event, from, frame);
}

static enum direction other(enum direction d)
{
	return d == FROM_CLIENT ? FROM_SERVER : FROM_CLIENT;
}

static uint32_t queued_of(const struct flow *flow)
{
	return flow->half[0].stream.queued + flow->half[1].stream.queued;
}

/* Tells a FIN whose turn has come. */
static void check_fin(struct tcp *tcp, struct flow *flow, enum direction from,
    struct frame_ref frame)
{
	struct flow_half *half = &flow->half[from];

	if (half->fin_told || !reasm_at_fin(&half->stream))
		return;
	half->fin_told = true;
	half->stream.next++;
	tell(tcp, flow, CONN_FIN, from, frame);
	if (flow->half[other(from)].fin_told)
		flow_end(&tcp->flows, flow);
}

/* How far the peer acknowledged bytes that are not there. */
static uint32_t hole_size(const struct flow_half *half)
{
	int32_t beyond;

	if (!half->has_acked || !half->stream.is_started || half->stream.is_held)
		return 0;
	beyond = seq_diff(half->acked, half->stream.next);
	if (beyond <= 0 || beyond > ACK_BEYOND_MAX)
		return 0;
	/* One byte alone is a FIN that was not captured. */
	return beyond == 1 && !half->stream.first ? 0 : (uint32_t)beyond;
}

static void skip_hole(struct tcp *tcp, struct flow *flow, enum direction from,
    struct frame_ref frame)
{
	struct half_ref ref = { tcp, flow, from, frame };
	struct reasm_sink sink = reasm_sink_of(&ref);
	struct flow_half *half = &flow->half[from];

	half->has_hole = false;
	while (hole_size(half) > 0) {
		uint32_t to = half->acked;

		if (half->stream.has_fin && seq_diff(half->stream.fin, to) < 0)
			to = half->stream.fin;
		if (seq_diff(to, half->stream.next) <= 0)
			break;
		reasm_skip(&half->stream, to, &sink);
	}
	check_fin(tcp, flow, from, frame);
}

/* Holds what one end says while bytes of the other that it answered are missing. */
static void hold_peer(struct tcp *tcp, struct flow *flow, enum direction from,
    struct frame_ref frame)
{
	enum direction peer = other(from);
	struct flow_half *half = &flow->half[from];
	struct half_ref ref = { tcp, flow, peer, frame };
	struct reasm_sink sink = reasm_sink_of(&ref);
	struct reasm *stream = &flow->half[peer].stream;

	if (half->has_hole) {
		if (!flow->half[peer].has_hole)
			stream->is_held = true;
	} else if (stream->is_held) {
		reasm_release(stream, &sink);
		check_fin(tcp, flow, peer, frame);
	}
}

/* Looks once a segment whether a hole of a direction has become a gap. */
static void check_hole(struct tcp *tcp, struct flow *flow, enum direction from,
    struct frame_ref frame)
{
	struct flow_half *half = &flow->half[from];
	bool is_whole = hole_size(half) == 0;

	/* Nearly always. */
	if (is_whole && !half->has_hole && !flow->half[other(from)].stream.is_held)
		return;
	if (is_whole) {
		half->has_hole = false;
	} else if (!half->has_hole) {
		half->has_hole = true;
		half->hole_age = 0;
		half->hole_since = frame.time;
	} else if (++half->hole_age >= HOLE_AGE_MAX ||
		   frame.time - half->hole_since > HOLE_MAX_NS) {
		skip_hole(tcp, flow, from, frame);
	}
	hold_peer(tcp, flow, from, frame);
}

/* Gives up the hole before a queue that is too large or too old. */
static void check_queue(struct tcp *tcp, struct flow *flow, enum direction from,
    struct frame_ref frame)
{
	struct reasm *stream = &flow->half[from].stream;
	struct half_ref ref = { tcp, flow, from, frame };
	struct reasm_sink sink = reasm_sink_of(&ref);

	while (stream->first && !stream->is_held &&
	       (stream->queued > tcp->limits.queue_bytes ||
		   stream->n_segments > SEGMENTS_MAX ||
		   tcp->queued + queued_of(flow) > tcp->limits.total_queue_bytes ||
		   frame.time - stream->queued_since > QUEUE_MAX_NS)) {
		reasm_skip(stream, stream->next + INT32_MAX, &sink);
		check_fin(tcp, flow, from, frame);
	}
}

/* Hands out all that waits, gaps included, the direction that was waited for first. */
static void flush(struct tcp *tcp, struct flow *flow, struct frame_ref frame)
{
	enum direction first =
	    flow->half[FROM_SERVER].has_hole ? FROM_SERVER : FROM_CLIENT;

	for (int i = 0; i < 2; i++) {
		enum direction from = i == 0 ? first : other(first);
		struct half_ref ref = { tcp, flow, from, frame };
		struct reasm_sink sink = reasm_sink_of(&ref);

		flow->half[from].stream.is_held = false;
		skip_hole(tcp, flow, from, frame);
		reasm_flush(&flow->half[from].stream, &sink);
		check_fin(tcp, flow, from, frame);
	}
}

/* Last words of a connection; why is CONN_IDLE_EVICTED or CONN_END_OF_CAPTURE. */
static void retire(struct tcp *tcp, struct flow *flow, enum conn_event why,
    struct frame_ref frame)
{
	struct conn *conn = &flow->conn;

	tcp->queued -= queued_of(flow);
	flush(tcp, flow, frame);
	if (!flow->half[FROM_CLIENT].is_seen || !flow->half[FROM_SERVER].is_seen)
		conn->flags |= CONN_ONE_SIDED;
	if (!flow->is_ended)
		tell(tcp, flow, why, FROM_CLIENT, frame);
	tcp->sink->closed(tcp->sink->user, conn);
	flow_remove(&tcp->flows, flow);
}

static void make_room(struct tcp *tcp, struct frame_ref frame)
{
	struct flow_table *flows = &tcp->flows;

	while (!list_empty(&flows->ended)) {
		struct flow *oldest = list_entry(flows->ended.prev, struct flow, lru);

		if (flows->n_ended <= ENDED_MAX &&
		    frame.time - oldest->last <= LINGER_NS)
			break;
		retire(tcp, oldest, CONN_IDLE_EVICTED, frame);
	}
	if (flows->len >= tcp->limits.flows && !list_empty(&flows->live)) {
		tcp->counts->evicted++;
		retire(tcp, list_entry(flows->live.prev, struct flow, lru),
		    CONN_IDLE_EVICTED, frame);
	}
}

static bool from_client(const struct tcp_segment *s)
{
	if (s->flags & TCP_SYN)
		return !(s->flags & TCP_ACK);
	return tcp_sender_is_client(s->src_port, s->dst_port,
	    str_make(s->payload.p, s->payload.len));
}

static void fill_conn(struct conn *conn, const struct tcp_segment *s, bool is_client)
{
	const struct packet *p = s->packet;

	conn->client = is_client ? p->ip.src : p->ip.dst;
	conn->server = is_client ? p->ip.dst : p->ip.src;
	conn->client_port = is_client ? s->src_port : s->dst_port;
	conn->server_port = is_client ? s->dst_port : s->src_port;
	if (!(s->flags & TCP_SYN))
		conn->flags |= CONN_MIDDLE;
}

static struct flow *begin(struct tcp *tcp, const struct flow_key *key, bool from_low,
    const struct tcp_segment *s)
{
	bool is_client = from_client(s);
	struct flow *flow;

	make_room(tcp, s->frame);
	flow = flow_add(&tcp->flows, key);
	if (!flow)
		return NULL;
	flow->client_is_low = from_low == is_client;
	fill_conn(&flow->conn, s, is_client);
	flow->conn.id = ++tcp->last_id;
	tcp->counts->connections++;
	if (flow->conn.flags & CONN_MIDDLE)
		tcp->counts->began_before++;
	return flow;
}

/* Whether a SYN belongs to another connection between the same ports. */
static bool is_port_reuse(const struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	const struct flow_half *half = &flow->half[from];

	/* Some ends always begin with the same number; a refused SYN that comes again
	 * within a second is the same attempt. */
	if (half->has_isn && half->isn == s->seq)
		return flow->is_ended && !(s->flags & TCP_ACK) &&
		       (flow->established_told ||
			   s->frame.time - flow->last > NS_PER_S);
	if (half->has_isn)
		return flow->is_ended || !(s->flags & TCP_ACK);
	if (!half->stream.is_started)
		return flow->is_ended;
	return (uint32_t)(half->stream.next - s->seq) > LATE_SYN_MAX;
}

/* Whether the client has not seen the refusal that ended the flow, as what comes behind it shows:
 * its SYN once more, or that the server has taken that meanwhile. */
static bool goes_on(const struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	const struct flow_half *client = &flow->half[FROM_CLIENT];

	if (!flow->is_ended || flow->established_told || !client->has_isn ||
	    s->frame.time - flow->last > SYN_AGAIN_NS)
		return false;
	return from == FROM_CLIENT ? s->seq == client->isn && !(s->flags & TCP_ACK)
				   : s->flags & TCP_ACK && s->ack == client->isn + 1;
}

/* A reset from somebody who does not know the numbers: neither end heeds it (RFC 9293
 * 3.5.3). A client that may not have seen the answer to its SYN heeds one that acknowledges it,
 * whatever its number (3.10.7.3): that of a server that has been started anew. */
static bool is_foreign_reset(const struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	const struct flow_half *half = &flow->half[from];
	int32_t off = seq_diff(s->seq, half->stream.next);

	if (from == FROM_SERVER && !flow->established_told && s->flags & TCP_ACK &&
	    s->ack == flow->half[FROM_CLIENT].isn + 1)
		return false;
	return s->flags & TCP_RST && half->has_isn && half->stream.is_started &&
	       (off > RST_WINDOW || off < -RST_WINDOW);
}

static void take_syn(struct tcp *tcp, struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	struct flow_half *half = &flow->half[from];
	bool is_synack = s->flags & TCP_ACK;

	if (half->has_isn) {
		flow->conn.retransmitted++;
		tcp->counts->retransmitted++;
		if (from == FROM_CLIENT)
			flow->conn.syn_again = s->frame.time;
		return;
	}
	half->has_isn = true;
	half->isn = s->seq;
	if (!half->stream.is_started)
		reasm_start(&half->stream, s->seq + 1);
	tell(tcp, flow, is_synack ? CONN_SYNACK : CONN_SYN, from, s->frame);
}

/* Whether an end has acknowledged, before its own FIN, one of its peer that is not there: the
 * only thing of a stream that has a number and no byte. */
static bool misses_fin(const struct flow_half *half, const struct flow_half *peer)
{
	return !half->fin_told && !peer->stream.has_fin && !peer->stream.first &&
	       seq_diff(peer->acked, peer->stream.next) == 1;
}

static void take_ack(struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	struct flow_half *peer = &flow->half[other(from)];

	if (!(s->flags & TCP_ACK))
		return;
	if (!peer->stream.is_started)
		reasm_start(&peer->stream, s->ack);
	if (!peer->has_acked || seq_diff(s->ack, peer->acked) > 0)
		peer->acked = s->ack;
	peer->has_acked = true;
	if (!misses_fin(&flow->half[from], peer))
		return;
	flow->conn.flags |=
	    from == FROM_SERVER ? CONN_CLIENT_FIN_MISSED : CONN_SERVER_FIN_MISSED;
	/* Its own was before this segment, too: nobody knows which was the first. */
	if (seq_diff(s->seq, flow->half[from].stream.next) == 1)
		flow->conn.flags |= CONN_CLIENT_FIN_MISSED | CONN_SERVER_FIN_MISSED;
}

static void count_result(struct tcp *tcp, struct conn *conn, enum reasm_result result)
{
	switch (result) {
	case REASM_IN_ORDER:
	case REASM_NO_MEMORY:
		break;
	case REASM_QUEUED:
		tcp->counts->reordered++;
		break;
	case REASM_RETRANSMITTED:
		conn->retransmitted++;
		tcp->counts->retransmitted++;
		break;
	case REASM_CONFLICT:
		tcp->counts->conflicts++;
		break;
	}
}

/* What of a payload comes before the FIN, which is left bytes off. */
static struct span span_before(struct span payload, int32_t left)
{
	if (left >= 0 && (size_t)left < payload.wire)
		return span_limit(payload, (size_t)left);
	return left < 0 ? (struct span){ 0 } : payload;
}

static void take_payload(struct tcp *tcp, struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	struct half_ref ref = { tcp, flow, from, s->frame };
	struct reasm_sink sink = reasm_sink_of(&ref);
	struct reasm *stream = &flow->half[from].stream;
	uint32_t seq = s->seq + (s->flags & TCP_SYN ? 1 : 0);
	struct span payload;

	/* A keepalive repeats the last byte (RFC 9293 3.8.4). */
	if (s->payload.wire <= 1 && stream->is_started && seq + 1 == stream->next)
		return;
	payload = stream->has_fin ? span_before(s->payload, seq_diff(stream->fin, seq))
				  : s->payload;
	if (payload.wire > 0)
		count_result(tcp, &flow->conn,
		    reasm_add(stream, seq, payload, s->frame.time, &sink));
	if (s->flags & TCP_FIN && !stream->has_fin) {
		if (!stream->is_started)
			reasm_start(stream, seq + (uint32_t)s->payload.wire);
		stream->has_fin = true;
		stream->fin = seq + (uint32_t)s->payload.wire;
	}
	if (stream->has_fin)
		check_fin(tcp, flow, from, s->frame);
}

static void take_segment(struct tcp *tcp, struct flow *flow, enum direction from,
    const struct tcp_segment *s)
{
	uint32_t queued = queued_of(flow);

	tcp->queued -= queued;
	flow->half[from].is_seen = true;
	take_ack(flow, from, s);
	if (s->flags & TCP_SYN)
		take_syn(tcp, flow, from, s);
	if (!flow->established_told &&
	    (s->payload.wire > 0 || (from == FROM_CLIENT && s->flags & TCP_ACK &&
					!(s->flags & (TCP_SYN | TCP_RST))))) {
		flow->established_told = true;
		tell(tcp, flow, CONN_ESTABLISHED, FROM_CLIENT, s->frame);
	}
	/* Its ACK speaks of the other direction, before its payload answers that. */
	check_hole(tcp, flow, other(from), s->frame);
	if (s->flags & TCP_RST) {
		flush(tcp, flow, s->frame);
		tell(tcp, flow, CONN_RST, from, s->frame);
		flow_end(&tcp->flows, flow);
	} else if (s->payload.wire > 0 || s->flags & TCP_FIN) {
		take_payload(tcp, flow, from, s);
	}
	check_hole(tcp, flow, from, s->frame);
	check_queue(tcp, flow, FROM_CLIENT, s->frame);
	check_queue(tcp, flow, FROM_SERVER, s->frame);
	tcp->queued += queued_of(flow);
}

int tcp_input(struct tcp *tcp, const struct packet *packet, struct frame_ref frame)
{
	struct tcp_segment s;
	struct flow_key key;
	struct flow *flow;
	enum direction from;
	bool from_low;
	int r = tcp_segment_parse(packet, &s);

	if (r < 0)
		return r;
	s.frame = frame;
	key = flow_key(&packet->ip.src, s.src_port, &packet->ip.dst, s.dst_port,
	    &from_low);
	flow = flow_find(&tcp->flows, &key);
	if (flow && s.flags & TCP_SYN && !(s.flags & TCP_RST)) {
		from = from_low == flow->client_is_low ? FROM_CLIENT : FROM_SERVER;
		if (is_port_reuse(flow, from, &s)) {
			if (goes_on(flow, from, &s))
				flow->conn.flags |= CONN_GOES_ON;
			retire(tcp, flow, CONN_IDLE_EVICTED, frame);
			flow = NULL;
		}
	}
	if (!flow) {
		if (!(s.flags & TCP_SYN) && (s.payload.wire == 0 || s.flags & TCP_RST))
			return 0; /* it begins no connection */
		flow = begin(tcp, &key, from_low, &s);
		if (!flow)
			return 0;
	}
	from = from_low == flow->client_is_low ? FROM_CLIENT : FROM_SERVER;
	if (is_foreign_reset(flow, from, &s))
		return 0;
	flow_touch(&tcp->flows, flow, frame.time);
	take_segment(tcp, flow, from, &s);
	return 0;
}

void tcp_init(struct tcp *tcp, const struct conn_sink *sink,
    const struct tcp_limits *limits, uint64_t seed, struct tcp_counts *counts)
{
	*tcp = (struct tcp){ .sink = sink, .limits = *limits, .counts = counts };
	flow_table_init(&tcp->flows, seed);
}

void tcp_end(struct tcp *tcp, struct frame_ref frame)
{
	struct flow_table *flows = &tcp->flows;

	while (!list_empty(&flows->ended))
		retire(tcp, list_entry(flows->ended.prev, struct flow, lru),
		    CONN_END_OF_CAPTURE, frame);
	while (!list_empty(&flows->live))
		retire(tcp, list_entry(flows->live.prev, struct flow, lru),
		    CONN_END_OF_CAPTURE, frame);
}

void tcp_free(struct tcp *tcp)
{
	struct flow_table *flows = &tcp->flows;

	while (!list_empty(&flows->ended))
		flow_remove(flows, list_entry(flows->ended.prev, struct flow, lru));
	while (!list_empty(&flows->live))
		flow_remove(flows, list_entry(flows->live.prev, struct flow, lru));
	flow_table_free(flows);
}
