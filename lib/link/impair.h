/* What a link does to the packets of one direction, as a value, and the keys by which files
 * and command lines say it. Shares are parts of a million, so that "0.0001%" is exact. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IMPAIR_MILLION = 1000000,
	IMPAIR_QUEUE_DEFAULT = 1000, /* packets, as an Ethernet interface has */
	IMPAIR_QUEUE_MAX = 100000,   /* packets */
	IMPAIR_QUEUE_BYTES_MAX = 1 << 30,
	IMPAIR_BUCKET_LEAST = 1600, /* bytes, if absent: one frame of Ethernet */
	IMPAIR_BUCKET_MAX = 64 << 20,
	IMPAIR_BURST_MAX = 1000, /* packets lost in a row, in the mean */
	IMPAIR_MTU_MIN = 68,     /* RFC 791 3.2: what every link carries whole */
	IMPAIR_MTU_MAX = 65535
};

#define IMPAIR_DELAY_MAX (60 * NS_PER_S)
#define IMPAIR_RATE_MIN  UINT64_C(1000)         /* bit/s */
#define IMPAIR_RATE_MAX  UINT64_C(100000000000) /* bit/s */

enum impair_distribution { /* of jitter */
	IMPAIR_UNIFORM,    /* anywhere within delay - jitter and delay + jitter */
	IMPAIR_NORMAL,     /* jitter is one standard deviation */
	IMPAIR_PARETO,     /* the same, of a few packets that come much later */
	IMPAIR_DISTRIBUTIONS
};

/* Losses that come together (Gilbert 1960, Elliott 1963): a chain of two states, of which a
 * packet meets the one it comes in and moves it afterwards. Parts of a million. */
struct impair_gilbert {
	uint32_t enter; /* p: good becomes bad */
	uint32_t leave; /* r: bad becomes good; 0: no bursts are asked for */
	uint32_t bad;   /* 1-h: a packet is lost in the bad state */
	uint32_t good;  /* 1-k: a packet is lost in the good one */
};

/* One direction. Zeroed, it does nothing. */
struct impair {
	clock_ns delay;
	clock_ns jitter;
	int distribution; /* enum impair_distribution */
	uint32_t loss;    /* parts of a million, as are the next three */
	uint32_t duplicate;
	uint32_t reorder; /* go without delay, and so overtake */
	uint32_t corrupt; /* have one bit turned */
	uint64_t
	    burst; /* packets lost in a row in the mean; 0, 1: losses are independent */
	struct impair_gilbert gilbert; /* in place of loss and burst */
	uint64_t rate;                 /* bit/s of frames; 0: no limit */
	uint64_t bucket; /* bytes that go at once after a rest; 0: impair_bucket() */
	uint64_t queue;  /* packets that wait for the rate; 0: the default */
	uint64_t queue_bytes; /* bytes of them; 0: no limit of its own */
	uint64_t mtu;         /* bytes behind the Ethernet header; 0: any */
	int state;            /* enum impair_state */
};

enum impair_state {
	IMPAIR_UP,
	IMPAIR_DOWN /* nothing passes */
};

enum impair_way {
	IMPAIR_WAY_UP,   /* from the node into the network */
	IMPAIR_WAY_DOWN, /* from the network to the node */
	IMPAIR_WAYS
};

/* Both ways of a link. Zeroed, it is a plain cable. */
struct impair_link {
	struct impair way[IMPAIR_WAYS];
};

enum impair_type {
	IMPAIR_TYPE_TIME,
	IMPAIR_TYPE_SHARE,
	IMPAIR_TYPE_RATE,
	IMPAIR_TYPE_BYTES,
	IMPAIR_TYPE_COUNT,
	IMPAIR_TYPE_NAME,
	IMPAIR_TYPE_GILBERT
};

/* A key: how it is written and where its value is. */
struct impair_key {
	const char *name;
	enum impair_type type;
	size_t offset;            /* in struct impair */
	uint64_t min, max;        /* of a value that is not 0; 0 takes it away */
	const char *const *names; /* of IMPAIR_TYPE_NAME, ended by null */
	const char *help;         /* one line */
};

enum {
	IMPAIR_KEYS = 15
};

/* In the order in which they are written. */
extern const struct impair_key impair_keys[IMPAIR_KEYS];

/* Whether nothing is done to any packet. */
bool impair_is_none(const struct impair *impair);
bool impair_link_is_none(const struct impair_link *link);

/* Whether packets leave in the order in which they come: nothing has one overtake another. */
bool impair_keeps_order(const struct impair *impair);

/* Whether all keys have the same values. */
bool impair_is_same(const struct impair *a, const struct impair *b);

/* Whether the key has another value than a plain cable's. */
bool impair_has(const struct impair *impair, const struct impair_key *key);

/* Copies the value of one key. */
void impair_copy(struct impair *to, const struct impair *from,
    const struct impair_key *key);

/* The chain of its losses: that of "gilbert", or the one whose mean burst is "burst" and
 * whose share of lost packets is "loss" (all of the bad state's are lost, none of the good
 * one's): leave = 1 / burst, enter = leave * loss / (1 - loss), at most 1. leave is 0 where
 * losses are independent. */
struct impair_gilbert impair_chain(const struct impair *impair);

/* What the chain loses in the long run, in parts of a million, rounded: its good and bad
 * states are met as leave to enter. */
uint32_t impair_chain_loss(const struct impair_gilbert *chain);

/* The bytes of its bucket: as set, else what its rate is in 1 ms, at least
 * IMPAIR_BUCKET_LEAST. So a timer that is late by 1 ms loses nothing of the rate. */
uint64_t impair_bucket(const struct impair *impair);

/* What of it the kernel's netem, with tbf behind it, cannot do; null: it can do all of it. */
const char *impair_netem_lacks(const struct impair_link *link);

/* Why the values do not go together, in words that need no place; null: they do. A
 * reorder without a delay has nothing to overtake; jitter over its delay would want
 * packets to leave before they come; a queue, its bytes or a bucket are of a rate;
 * bursts are of losses; a chain ("gilbert") goes without loss and burst. */
const char *impair_conflict(const struct impair *impair);
