/* Frames of any link type, and segments into a connection that is open. Each chunk of the
 * input is KIND, LENGTH (two bytes), BYTES. KIND 0-127: a frame of that row of link types;
 * else a segment of the connection: flags, offsets of seq and ack, then payload. */
#include "capture/decoder.h"
#include "lib/base/compiler.h"
#include "lib/base/wire.h"
#include "tests/support/packets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const uint16_t linktypes[] = { 0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276,
	239 };

static void feed(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct frame f = { frame, (uint32_t)len, (uint32_t)len, 1, 0, time, number };

	decoder_feed(user, &f);
}

static void feed_exact(struct decoder *decoder, struct packets *p, uint8_t kind,
    struct str bytes)
{
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
	struct frame f = { copy, (uint32_t)bytes.len, (uint32_t)bytes.len,
		linktypes[kind % ARRAY_LEN(linktypes)], kind & 1, p->now, ++p->frames };

	if (!copy)
		return;
	if (bytes.len > 0)
		memcpy(copy, bytes.p, bytes.len);
	/* Some frames are cut by the snap length. */
	if (kind & 64)
		f.len += 100;
	decoder_feed(decoder, &f);
	p->now += NS_PER_MS;
	free(copy);
}

static void feed_segment(struct packets *p, struct tcp_pair *c, uint8_t kind,
    struct str bytes)
{
	struct wire_reader r = wire_reader(bytes.p, bytes.len);
	bool from_client = kind & 1;
	uint32_t mine = from_client ? c->client_seq : c->server_seq;
	uint32_t theirs = from_client ? c->server_seq : c->client_seq;
	uint8_t flags = wire_u8(&r);
	/* Up to 32 KiB before or after what is due. */
	uint32_t seq = mine + wire_u16(&r) - 32768u;
	uint32_t ack = theirs + wire_u16(&r) - 32768u;
	struct str payload = wire_str(&r, wire_left(&r));

	packets_tcp(p, from_client ? &c->client : &c->server,
	    from_client ? &c->server : &c->client, seq, ack, flags, payload);
	if (kind & 2)
		packets_tcp_skip(c, from_client, (uint32_t)payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct conn_sink sink;
	static const struct tcp_limits limits = { 8, 4096, 16384 };
	struct decoder *decoder = decoder_new(&sink, &limits);
	struct wire_reader r = wire_reader(bytes, len);
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

	if (!decoder)
		return 0;
	p.tap = feed;
	p.tap_user = decoder;
	packets_tcp_open(&p, &c);
	while (wire_left(&r) >= 3) {
		uint8_t kind = wire_u8(&r);
		size_t n = wire_u16(&r);
		struct str chunk = wire_str(&r, MIN(MIN(n, wire_left(&r)), 16384));

		if (kind < 128)
			feed_exact(decoder, &p, kind, chunk);
		else
			feed_segment(&p, &c, kind, chunk);
	}
	if (len % 2)
		decoder_end(decoder);
	decoder_free(decoder);
	packets_free(&p);
	return 0;
}
