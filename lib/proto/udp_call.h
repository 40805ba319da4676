/* A UDP connection request as bytes and values (TR-069 A6 G.2.2.3): one datagram,
 *
 *     GET http://10.0.0.100:7547?ts=1700000000&id=42&un=acs&cn=c0ffee&sig=<40 digits> HTTP/1.1
 *
 * with headers that nobody reads and an empty line. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/proto/stun.h"

enum {
	UDP_CALL_MAX = 1400,     /* bytes of a datagram that is looked at */
	UDP_CALL_TEXT_MAX = 256, /* of each value, without its escapes */
	UDP_CALL_SIG_LEN = 40
};

struct udp_call {    /* without the escapes of the URL; terminated */
	uint64_t ts; /* seconds since 1970 */
	char ts_text[21], id[UDP_CALL_TEXT_MAX + 1];
	char un[UDP_CALL_TEXT_MAX + 1], cn[UDP_CALL_TEXT_MAX + 1];
	char sig[UDP_CALL_SIG_LEN + 1];
};

/* Reads a datagram. ERR_MALFORMED or ERR_LIMIT with words. */
int udp_call_read(struct udp_call *call, struct str bytes, struct error *err);

/* The signature: HMAC-SHA1 over ts, id, un and cn as they stand one behind the other, in
 * hexadecimal. 0, or the error of the hash. */
int udp_call_sign(const struct udp_call *call, struct str password, hmac_sha1_fn *hmac,
    char sig[UDP_CALL_SIG_LEN + 1]);

/* Appends the datagram of a call that is signed. host is "10.0.0.100:7547". */
void udp_call_write(struct buf *out, const struct udp_call *call, struct str host);
