#include "capture/decoder.h"

#include "capture/file/capfile.h"
#include "capture/frame/dedupe.h"
#include "capture/stream/tcp.h"
#include "capture/text/text.h"
#include "capture/tls/tls_stage.h"
#include "lib/base/cleanup.h"
#include "lib/base/rng.h"

#include <errno.h>

struct decoder {
	const struct conn_sink *sink; /* borrowed */
	struct decoder_counts counts;
	struct keylog keylog;
	struct ipfrag fragments;
	struct tls_stage tls;
	struct tcp tcp;
	struct dedupe *dedupe; /* null: frames come from one interface */
	struct frame_ref last; /* the latest frame */
	uint64_t seed;
};

static const uint16_t udp_ports[] = { 53, 67, 68, 546, 547, 3478, 7547 };

static const struct tcp_limits default_limits = {
	.flows = 98304, /* of 1.6 KB each with what is above them */
	.queue_bytes = 1 << 20,
	.total_queue_bytes = 16 << 20,
};

DEFINE_CLEANUP(struct decoder *, decoder_free)
DEFINE_CLEANUP(struct capfile *, capfile_close)

struct decoder *decoder_new(const struct conn_sink *sink,
    const struct tcp_limits *limits)
{
	struct tcp_limits all = limits ? *limits : default_limits;
	struct decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	if (all.flows == 0)
		all.flows = default_limits.flows;
	if (all.queue_bytes == 0)
		all.queue_bytes = default_limits.queue_bytes;
	if (all.total_queue_bytes == 0)
		all.total_queue_bytes = default_limits.total_queue_bytes;
	d->seed = rng_fresh_seed();
	d->sink = sink;
	d->keylog = (struct keylog)KEYLOG_NULL;
	d->keylog.seed = d->seed;
	tls_stage_init(&d->tls, sink, &d->keylog, &d->counts.tls);
	tcp_init(&d->tcp, &d->tls.in, &all, d->seed, &d->counts.tcp);
	return d;
}

void decoder_free(struct decoder *d)
{
	static const struct conn_sink nobody;

	if (!d)
		return;
	d->tls.out = &nobody;
	tcp_end(&d->tcp, d->last);
	tcp_free(&d->tcp);
	tls_stage_free(&d->tls);
	ipfrag_free(&d->fragments);
	keylog_free(&d->keylog);
	free(d->dedupe);
	free(d);
}

void decoder_secrets(struct decoder *d, struct str lines)
{
	(void)keylog_add(&d->keylog, lines);
}

void decoder_dedupe(struct decoder *d, bool enable)
{
	if (enable && !d->dedupe) {
		d->dedupe = calloc(1, sizeof(*d->dedupe));
		if (d->dedupe)
			d->dedupe->seed = d->seed;
	} else if (!enable) {
		free(d->dedupe);
		d->dedupe = NULL;
	}
}

static void take_arp(struct decoder *d, const struct packet *packet,
    struct frame_ref ref)
{
	static const uint8_t ethernet_ipv4[6] = { 0, 1, 8, 0, 6, 4 };
	const uint8_t *p = packet->payload.p;
	uint16_t op;

	if (packet->payload.len < 28) {
		d->counts.undecodable++;
		return;
	}
	op = get_u16(p + 6);
	if (d->sink->arp && memcmp(p, ethernet_ipv4, 6) == 0 && (op == 1 || op == 2))
		d->sink->arp(d->sink->user, op == 2, p + 8, get_u32(p + 14),
		    get_u32(p + 24), ref);
}

static bool is_wanted_port(uint16_t port)
{
	for (size_t i = 0; i < ARRAY_LEN(udp_ports); i++)
		if (udp_ports[i] == port)
			return true;
	return false;
}

/* UDP connection requests and lightweight notifications are requests of HTTP in a datagram, to any
 * port that a CPE or an ACS has told (TR-069 A6 G.2.2.3, Annex M). */
static bool is_http(struct span payload)
{
	struct str bytes = str_make(payload.p, payload.len);

	return str_starts(bytes, STR("GET http")) || str_starts(bytes, STR("POST "));
}

static void take_udp(struct decoder *d, const struct packet *packet,
    struct frame_ref ref)
{
	static const uint8_t no_mac[6];

	if (!d->sink->datagram ||
	    (!is_wanted_port(packet->src_port) && !is_wanted_port(packet->dst_port) &&
		!is_http(packet->payload)))
		return;
	d->sink->datagram(d->sink->user, &packet->ip.src, packet->src_port,
	    &packet->ip.dst, packet->dst_port,
	    packet->src_mac ? packet->src_mac : no_mac, packet->vlan,
	    str_make(packet->payload.p, packet->payload.len), ref);
}

/* RFC 792 types 8 and 0, RFC 4443 types 128 and 129. */
static void take_echo(struct decoder *d, const struct packet *packet,
    struct frame_ref ref)
{
	bool is_v6 = packet->ip.protocol == IP_ICMPV6;
	const uint8_t *p = packet->payload.p;
	bool is_reply = p[0] == (is_v6 ? 129 : 0);

	if (d->sink->echo && (is_reply || p[0] == (is_v6 ? 128 : 8)))
		d->sink->echo(d->sink->user, &packet->ip.src, &packet->ip.dst, is_reply,
		    get_u16(p + 4), get_u16(p + 6), ref);
}

enum {
	TOO_LARGE = 4 /* RFC 792: to be cut, and must not be (RFC 1191) */
};

/* RFC 792 type 3, RFC 4443 type 1: the packet that failed follows. Its ports stand in its first
 * fragment alone, and one that is too large was on its way to somebody who can be reached. */
static void take_icmp(struct decoder *d, const struct packet *packet,
    struct frame_ref ref)
{
	bool is_v6 = packet->ip.protocol == IP_ICMPV6;
	struct ip_packet failed = { 0 };
	struct span at;

	if (packet->payload.len < 8)
		return;
	take_echo(d, packet, ref);
	if (!d->sink->unreachable || packet->payload.p[0] != (is_v6 ? 1 : 3) ||
	    (!is_v6 && packet->payload.p[1] == TOO_LARGE))
		return;
	at = span_from(packet->payload, 8);
	if ((is_v6 ? ipv6_parse_packet(at, &failed) : ipv4_parse_packet(at, &failed)) <
		0 ||
	    failed.payload.len < 4 || failed.offset > 0 ||
	    (failed.protocol != IP_TCP && failed.protocol != IP_UDP))
		return;
	d->sink->unreachable(d->sink->user, &packet->ip.src, &failed.src,
	    get_u16(failed.payload.p), &failed.dst, get_u16(failed.payload.p + 2),
	    failed.protocol, packet->payload.p[1], ref);
}

static int take_packet(struct decoder *d, const struct packet *packet,
    struct frame_ref ref)
{
	switch (packet->kind) {
	case PACKET_OTHER:
	case PACKET_WAITING:
		break;
	case PACKET_TCP:
		return tcp_input(&d->tcp, packet, ref);
	case PACKET_ARP:
		take_arp(d, packet, ref);
		break;
	case PACKET_UDP:
		take_udp(d, packet, ref);
		break;
	case PACKET_ICMP:
		take_icmp(d, packet, ref);
		break;
	}
	return 0;
}

void decoder_feed(struct decoder *d, const struct frame *frame)
{
	struct frame_ref ref = { frame->number, frame->time };
	struct packet packet;
	int r;

	d->counts.packets++;
	d->counts.bytes += frame->caplen;
	d->last = ref;
	if (d->dedupe && dedupe_is_copy(d->dedupe, frame)) {
		d->counts.duplicates++;
		return;
	}
	r = packet_parse(&d->fragments, frame, &packet);
	if (r == 0)
		r = take_packet(d, &packet, ref);
	if (r < 0 && r != ERR_UNSUPPORTED)
		d->counts.undecodable++;
}

void decoder_end(struct decoder *d)
{
	tcp_end(&d->tcp, d->last);
	d->counts.last = d->last;
	ipfrag_free(&d->fragments);
}

const struct decoder_counts *decoder_counts(const struct decoder *d)
{
	return &d->counts;
}

static void on_secrets(void *user, struct str lines)
{
	decoder_secrets(user, lines);
}

static int run(struct decoder *d, struct capfile *file, struct error *err)
{
	const struct capfile_counts *counts = capfile_counts(file);
	struct frame frame;
	int r;

	while ((r = capfile_next(file, &frame, err)) > 0) {
		/* Interfaces are described before their frames, but one by one. */
		if (!d->dedupe && counts->interfaces > 1)
			decoder_dedupe(d, true);
		decoder_feed(d, &frame);
		if (d->sink->progress && (d->counts.packets & 0xffff) == 0)
			d->sink->progress(d->sink->user, d->counts.packets,
			    d->counts.bytes);
	}
	decoder_end(d);
	d->counts.dropped = counts->dropped;
	d->counts.undecodable += counts->skipped_records;
	d->counts.skipped_records = counts->skipped_records;
	d->counts.skipped_at = counts->skipped_at;
	d->counts.skipped_why = counts->skipped_why;
	d->counts.is_truncated = counts->is_truncated;
	d->counts.truncated_at = counts->truncated_at;
	d->counts.damage = counts->damage;
	d->counts.keylog_junk = d->keylog.n_junk;
	return r;
}

static int run_text(struct input *in, const char *path, const struct conn_sink *sink,
    struct decoder_counts *ret, struct error *err)
{
	struct text_counts counts;
	int r = text_run(in, strcmp(path, "-") == 0 ? "standard input" : path, sink,
	    &counts, err);

	ret->text = counts.format;
	ret->messages = counts.messages;
	ret->bytes = counts.bytes;
	ret->has_times = counts.has_times;
	ret->last = counts.last;
	ret->damage = counts.damage;
	ret->damage_line = counts.damage_line;
	ret->damage_column = counts.damage_column;
	return r;
}

static int run_capture(struct input *in, const char *path, const char *keylog,
    const struct conn_sink *sink, struct decoder_counts *ret_counts, struct error *err)
{
	auto_cleanup(decoder_free) struct decoder *d = decoder_new(sink, NULL);
	auto_cleanup(capfile_close) struct capfile *file = NULL;
	bool is_scanned;
	int r;

	if (!d)
		return error_set(err, -ENOMEM, "%s: no memory", path);
	if (keylog) {
		r = keylog_open(&d->keylog, keylog, err);
		if (r < 0)
			return r;
	}
	is_scanned = capfile_scan_secrets(path, on_secrets, d);
	r = capfile_open_input(in, path, is_scanned ? NULL : on_secrets, d, &file, err);
	if (r < 0)
		return r;
	r = run(d, file, err);
	*ret_counts = d->counts;
	return r;
}

int decoder_run(const char *path, const char *keylog, const struct conn_sink *sink,
    struct decoder_counts *ret_counts, struct error *err)
{
	struct input in = INPUT_NULL;
	int r = input_open(&in, path, err);

	*ret_counts = (struct decoder_counts){ 0 };
	if (r == 0)
		r = capfile_is_one(&in)
			? run_capture(&in, path, keylog, sink, ret_counts, err)
			: run_text(&in, path, sink, ret_counts, err);
	input_close(&in);
	return r;
}
