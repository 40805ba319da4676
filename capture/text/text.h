/* Texts as input: what people paste instead of a capture. A lone SOAP envelope, HTTP messages,
 * the debug log of GenieACS, a stream that Wireshark or tshark has written as text, HAR. They
 * are known by their content, never by a name.
 *
 * The messages of a text become connections that are told to the sink of the lower half
 * (capture/stream/conn.h) as those of packets are, but for what a text cannot show: there is
 * no TCP, TLS, DHCP and DNS in it, and times and addresses only where it names them. The
 * flags of a connection (CONN_NO_PACKETS and those after it) say so, and a frame's number is
 * that of a message, from 1. */
#pragma once

#include "capture/file/input.h"
#include "capture/stream/conn.h"
#include "lib/base/error.h"

enum {
	TEXT_BYTES_MAX = 128 << 20,
	TEXT_MESSAGES_MAX = 1 << 18,
};

struct text_counts {
	const char *format; /* in words, a literal: "a GenieACS debug log" */
	uint64_t messages;
	uint64_t bytes; /* of their heads and bodies */
	bool has_times; /* the text has them; else those of all frames are 0 */
	struct frame_ref last;
	/* Where the text cannot be read on, or a message in it is cut off, and what is wrong
	 * there (a literal; null: nothing is). What is before was told. */
	const char *damage;
	uint32_t damage_line, damage_column;
};

/* Reads the whole of a text and tells its messages; name is what errors call it. The
 * input is the caller's. ERR_MALFORMED, with place, reason and what is read instead,
 * where it is none of the texts above or holds no message; ERR_LIMIT over the limits
 * above: then nothing was told. -ENOMEM: messages may have been told, and then their
 * connections are closed. */
int text_run(struct input *in, const char *name, const struct conn_sink *sink,
    struct text_counts *ret, struct error *err);
