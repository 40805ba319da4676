/* Shared by the extract*.c files alone: which frames and secrets of a capture are wanted. */
#pragma once

#include "capture/extract/extract.h"
#include "capture/stream/conn.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"

struct extract_conn {              /* one TCP connection */
	uint64_t first, last;      /* frames */
	bool is_over;              /* another connection uses its ports by now */
	struct extract_conn *next; /* the next of the same addresses and ports */
};

struct extract_flow {                      /* addresses and ports */
	struct extract_conn *first, *tail; /* in order of their first frame */
	struct extract_conn *now; /* the one that frames belong to now, or null */
};

struct extract_wanted {
	struct arena arena;
	struct map flows;     /* struct extract_flow by both ends */
	struct map addresses; /* of CPEs and servers */
	struct map macs;      /* of CPEs */
	struct map randoms;   /* of ClientHellos */
	uint64_t last;        /* frame of the last session */
};

/* 0 or -ENOMEM. The caller calls extract_wanted_free() in both cases. */
int extract_wanted_make(struct extract_wanted *wanted, const struct analysis *analysis);
void extract_wanted_free(struct extract_wanted *wanted);

/* The connection that frame number between these ends belongs to: the one that began last
 * before it. Null: none that is wanted. Ask in the order of frames. */
struct extract_conn *extract_find_conn(struct extract_wanted *wanted,
    const struct address *from, uint16_t from_port, const struct address *to,
    uint16_t to_port, uint64_t number);
/* Whether it is the address, or the MAC, of an end of a session that is wanted. */
bool extract_is_address(const struct extract_wanted *wanted,
    const struct address *address);
bool extract_is_mac(const struct extract_wanted *wanted, const uint8_t mac[6]);

/* Appends the lines of the capture's key logs and of options->keylog that belong to the
 * connections wanted. 0; ERR_USAGE when the key log cannot be opened; the error of
 * out. */
int extract_secrets(const struct extract_wanted *wanted,
    const struct extract_options *options, struct buf *out, struct error *err);
