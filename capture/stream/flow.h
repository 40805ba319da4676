/* The connections that are remembered, in a hash table by addresses and ports. The table is
 * bounded: tcp.c takes the least recently used one out for a new one. */
#pragma once

#include "capture/stream/conn.h"
#include "capture/stream/reasm.h"
#include "lib/base/list.h"

struct tls_session;

struct flow_key { /* the same for both directions */
	uint64_t low[2], high[2];
	uint64_t ports; /* of low, of high, and the address family */
};

struct flow_half { /* what one end sends */
	struct reasm stream;
	uint32_t isn;   /* sequence number of its SYN */
	uint32_t acked; /* highest the other end acknowledged */
	bool has_isn, has_acked;
	bool is_seen; /* it sent a segment */
	bool fin_told;
	bool has_hole;    /* the other end acknowledged bytes that are not there */
	uint8_t hole_age; /* segments of the connection since then */
	clock_ns hole_since;
};

struct flow {
	struct flow_key key;
	bool client_is_low;
	bool is_ended; /* both FIN or a RST was told */
	bool established_told;
	struct list lru;          /* of live or of ended flows */
	clock_ns last;            /* time of its latest frame */
	clock_ns moved;           /* time when it last became the first of lru */
	struct flow_half half[2]; /* by enum direction */
	struct conn conn;
	struct tls_session *tls; /* owned by the TLS stage; null: not TLS */
	uint8_t content[2];      /* the TLS stage's: what each direction carries */
};

enum {
	FLOWS_LATEST = 1 << 10
};

struct flow_slot {
	uint32_t hash;
	struct flow *flow; /* null: free */
};

struct flow_table {
	struct flow_slot *slots; /* owned */
	size_t cap;              /* 0 or a power of two */
	size_t len;
	struct flow *latest[FLOWS_LATEST]; /* that were found; see flow.c */
	uint64_t seed;     /* so that nobody can choose colliding addresses */
	struct list live;  /* most recently used first, to the second */
	struct list ended; /* the last ended first */
	size_t n_ended;
};

void flow_table_init(struct flow_table *table, uint64_t seed);

/* Frees the table; the flows must be gone. */
void flow_table_free(struct flow_table *table);

/* The key of a segment; *ret_from_low: it was sent by the side that stands first in it. */
struct flow_key flow_key(const struct address *src, uint16_t src_port,
    const struct address *dst, uint16_t dst_port, bool *ret_from_low);

/* The flow, or null. */
struct flow *flow_find(struct flow_table *table, const struct flow_key *key);

/* Adds a live flow with that key, which must not be in the table; its other members are
 * zero. The table owns it. Null without memory. */
struct flow *flow_add(struct flow_table *table, const struct flow_key *key);

/* A frame of the flow was seen, which makes it the most recently used one. It changes its
 * place in the list once a second at most: each change touches two other flows, which are
 * elsewhere in memory. */
static inline void flow_touch(struct flow_table *table, struct flow *flow, clock_ns now)
{
	flow->last = now;
	if (flow->is_ended || (now >= flow->moved && now - flow->moved < NS_PER_S))
		return;
	flow->moved = now;
	list_remove(&flow->lru);
	list_prepend(&table->live, &flow->lru);
}

/* The connection is over. The flow can still be found, so that late segments are known as
 * such, but goes from the list of live ones to that of ended ones. */
void flow_end(struct flow_table *table, struct flow *flow);

/* Takes the flow out of the table and frees it with its streams, but not flow->tls. */
void flow_remove(struct flow_table *table, struct flow *flow);
