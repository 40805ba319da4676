/* Why what a CPE tried has failed, as exact as the wire allows: the words that sequences and
 * sessions share. Pure functions of records; where one of them says "failed", it has filled
 * *ret, whose text is in *text, which it empties first, without secrets. */
#pragma once

#include "capture/record/records.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

/* In the order in which they stand on each other. */
enum why_layer {
	WHY_DHCP,
	WHY_DNS,
	WHY_TCP,
	WHY_TLS,
	WHY_HTTP,
	WHY_SOAP,
	WHY_CWMP,
	WHY_LAYERS,
};

enum why_side { /* whose doing it is; of what nobody answers: who was to */
	WHY_OF_CPE,
	WHY_OF_ACS,
	WHY_OF_DHCP,
	WHY_OF_DNS,
	WHY_OF_NETWORK, /* a router that says so, or whoever drops the packets */
};

struct why {
	enum why_layer layer;
	enum why_side side;
	struct frame_ref frame; /* the one that shows it */
	const char *text;       /* one sentence */
};

const char *why_layer_name(enum why_layer layer); /* "DHCP" */
const char *why_side_name(enum why_side side);    /* "cpe", "acs", "dhcp"... */

/* Fills *ret with what the caller knows. */
void why_put(struct why *ret, struct buf *text, enum why_layer layer,
    enum why_side side, struct frame_ref frame, const char *fmt, ...) ATTR_PRINTF(6, 7);

/* ---- before a session ---------------------------------------------------------------- */

/* Of a lease that was sought n times, first on that frame, and never offered. */
void why_of_offer(struct why *ret, struct buf *text, struct frame_ref first, size_t n,
    bool is_ip6);

/* Of a lease that was offered and never given, and of one that the server refuses. */
void why_of_lease(struct why *ret, struct buf *text, struct frame_ref first,
    bool is_ip6);
void why_of_refusal(struct why *ret, struct buf *text, struct frame_ref refused,
    bool is_ip6);

/* Whether a look-up gave no address; of one without an answer, also while it may still come
 * (answer.number 0). */
bool why_of_look_up(struct why *ret, struct buf *text, const char *name,
    struct frame_ref query, struct frame_ref answer, uint8_t rcode, size_t n_addresses);

/* Why the TCP connection did not open, which it did not. waited: since its first SYN; 0: not
 * known. */
void why_of_open(struct why *ret, struct buf *text, const struct conn_record *conn,
    clock_ns waited);

/* Why the TLS handshake was not completed, which it was not. */
void why_of_tls(struct why *ret, struct buf *text, const struct conn_record *conn);

/* ---- messages ------------------------------------------------------------------------ */

/* Whether the response itself is a failure: its status, a body that is cut, or no SOAP.
 * request: what it answers; may be null. */
bool why_of_response(struct why *ret, struct buf *text,
    const struct http_record *request, const struct http_record *response);

/* What the CPE does with the request that the order of a session forbids, as a clause; null: it
 * keeps to it. */
const char *why_stray(const struct http_record *request);

/* Why the message, which is of one side and whole, is not the one that was due: "empty" is
 * one without a body. detail: what else it says; may be null. */
void why_of_other(struct why *ret, struct buf *text, const struct http_record *message,
    const char *detail, const char *wanted);

/* Why a message did not come on the connection: wanted by its name, "empty" for one without
 * a body. asked: the last request on it, or null. */
void why_of_missing(struct why *ret, struct buf *text, const struct conn_record *conn,
    const struct http_record *asked, const char *wanted, bool from_acs);

/* ---- sessions ------------------------------------------------------------------------ */

/* Whether a session that has ended has certainly failed: with a connection that came to
 * nothing, an answer that ends it, or a silence of so long that none can come any more. now:
 * the last frame of the capture so far. */
bool why_of_session(struct why *ret, struct buf *text,
    const struct session_record *session, struct frame_ref now);
