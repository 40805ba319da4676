/* A conn_sink that writes what it is told as text, one line a call, for whole-record
 * comparison:
 *
 *	1 client syn
 *	4 client data "POST / HTTP/1.1"
 *	6 server gap 512
 *	9 client tls alert 48
 */
#pragma once

#include "capture/frame/frame.h"
#include "capture/stream/conn.h"
#include "lib/base/buf.h"

struct transcript {
	struct buf text;
	bool is_brief; /* of data only how many bytes; no connection events, no ends */
};

#define TRANSCRIPT_NULL         \
	{                       \
		BUF_NULL, false \
	}

/* The sink writes into transcript, which the caller keeps and whose text it frees. */
struct conn_sink transcript_sink(struct transcript *transcript);

/* For packets.tap, whose tap_user is a struct decoder: feeds it the Ethernet frame. */
void transcript_feed(void *decoder, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number);
