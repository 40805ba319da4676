/* One file on the wire: the name of the server, connections to it, requests and answers, with
 * time-outs. What to ask and when to give up are fetch.h's; this gives it sockets.
 *
 * It has no timer: the owner calls transfer_timeout() at transfer_due(). */
#pragma once

#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

#include <uv.h>

struct tls_ctx;
struct transfer;

struct transfer_config { /* strings are copied, what else it points to is borrowed */
	uv_loop_t *loop;
	const struct cpe_place *place;
	struct tls_ctx *tls;
	const struct dhcp_lease *lease; /* null: names are the machine's */
	bool is_upload;
	struct str url, username, password;
	struct str body;    /* of an upload; copied */
	uint64_t n_zeroes;  /* of an upload without a body: so many are sent instead */
	uint64_t max_bytes; /* of a download */
	bool is_measured;   /* one try: no other connection for the rest of a file */
	uint8_t dscp;       /* of its packets */
	bool sends_basic_over_http;
	clock_ns wait_timeout; /* a longer silence of the server breaks a connection */
	clock_ns deadline;     /* monotonic: it is given up then, with fault 9020 */
};

enum transfer_stage { /* how far it came */
	TRANSFER_NAMING,
	TRANSFER_CONNECTING,
	TRANSFER_ASKING, /* the request is on its way, or there */
	TRANSFER_COMING, /* the answer has begun */
};

struct
    transfer_marks { /* of the last connection; times of the day, 0: it came not so far */
	clock_ns opening, opened; /* of TCP, and TLS where there is one */
	clock_ns asked;           /* the head of the request is sent */
	clock_ns sending;         /* the body after it; of an upload */
	clock_ns first, last;     /* bytes of the answer */
	uint64_t n_in, n_out;     /* bytes, with the heads */
};

struct transfer_result {
	uint32_t fault;  /* 0: the file is here, or there */
	const char *why; /* one line, borrowed */
	uint64_t n_bytes;
	enum transfer_stage stage;
	bool is_silent;  /* the server was, for too long */
	unsigned status; /* of the last answer; 0: none */
	const struct transfer_marks *marks;
};

struct transfer_handlers {
	/* A download begins, or begins anew: forget what came. */
	void (*fresh)(void *user);
	/* Bytes of the file, borrowed during the call. */
	void (*take)(void *user, struct str bytes);
	/* The first bytes of an answer have come. May be null. */
	void (*begun)(void *user);
	/* transfer_due() is another time than before. */
	void (*waits)(void *user);
	/* It is over; its connection may still be closing. */
	void (*ended)(void *user, const struct transfer_result *result);
	/* It is gone. The last call; never from inside transfer_start(). */
	void (*gone)(void *user);
};

/* *ret is set before any handler is called, and null again before ended(), which never comes
 * from inside this call. -ENOMEM, and then no handler is called. */
int transfer_start(struct transfer **ret, const struct transfer_config *config,
    const struct transfer_handlers *handlers, void *user);

/* Gives it up: gone() follows, and no other call. */
void transfer_cancel(struct transfer *transfer);

/* When transfer_timeout() is to be called; INT64_MAX: never. */
clock_ns transfer_due(const struct transfer *transfer);
/* No-op when nothing is due. */
void transfer_timeout(struct transfer *transfer, clock_ns now);
