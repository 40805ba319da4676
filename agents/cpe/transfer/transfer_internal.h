/* What the parts of a transfer share: its life with its sockets (transfer.c), and the answers of
 * the file server (transfer_read.c). */
#pragma once

#include "agents/common/dial/endpoint.h"
#include "agents/common/stream.h"
#include "agents/cpe/transfer/fetch.h"
#include "agents/cpe/transfer/transfer.h"
#include "lib/proto/http_reader.h"

struct transfer {
	struct transfer **slot; /* the owner's pointer to it; null: it has ended */
	struct transfer_config config;
	const struct transfer_handlers *handlers;
	void *user;
	char *texts[3]; /* owned: URL, username, password */
	struct buf body;
	struct fetch fetch;
	struct endpoint to;
	clock_ns silent_at; /* the server has been silent for too long then */
	struct resolver *resolver;
	struct stream *stream; /* null: no connection, or one that closes */
	bool is_open, is_awaiting, is_closing;
	bool goes_elsewhere; /* a new connection once this one is closed */
	bool has_ended;
	enum transfer_stage stage;
	bool is_silent;
	struct transfer_marks marks;
	uint64_t n_unsent;    /* zeroes of the body that are not queued yet */
	enum fetch_next next; /* what the head or a piece of the body led to */
	struct http_reader_config reading;
	struct http_reader reader;
	uv_timer_t soon; /* so that nothing is told from inside a call of the owner's */
};

/* ---- transfer_read.c ----------------------------------------------------------------- */

/* Once, before anything else. */
void transfer_read_init(struct transfer *transfer);
/* A request is sent: what comes from now on answers it. */
void transfer_read_begin(struct transfer *transfer);
/* So many bytes of the answer have come now. */
void transfer_mark_bytes(struct transfer *transfer, size_t n);
/* Takes bytes of the answer, of which those of the file go to the owner. What is to be done
 * now; FETCH_READ: more has to come. */
enum fetch_next transfer_read(struct transfer *transfer, struct str bytes);
/* The same where the server has closed the connection: nothing more comes. */
enum fetch_next transfer_read_end(struct transfer *transfer);
/* Whether part of the body has come, and not the end of it. */
bool transfer_is_inside_body(const struct transfer *transfer);
