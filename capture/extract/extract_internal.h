/* Shared by the extract*.c files alone: what of a capture is wanted. */
#pragma once

#include "capture/extract/extract.h"
#include "capture/stream/conn.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"

struct extract_conn {              /* one TCP connection */
	uint64_t first, last;      /* frames */
	bool is_over;              /* its ports belong to another one by now */
	struct extract_conn *next; /* the next of the same addresses and ports */
};

struct extract_flow { /* addresses and ports */
	struct extract_conn *first, *tail, *now;
};

struct extract_wanted {
	struct arena arena;
	struct map flows;     /* struct extract_flow by both ends */
	struct map addresses; /* of CPEs and servers */
	struct map macs;      /* of CPEs */
	struct map randoms;   /* of ClientHellos */
	uint64_t last;        /* frame of the last session */
};

/* -ENOMEM. extract_wanted_free() in any case. */
int extract_wanted_make(struct extract_wanted *wanted, const struct analysis *analysis);
void extract_wanted_free(struct extract_wanted *wanted);

/* Frames come in order: the connection of these ends that began last before number, or
 * null. */
struct extract_conn *extract_find_conn(struct extract_wanted *wanted,
    const struct address *from, uint16_t from_port, const struct address *to,
    uint16_t to_port, uint64_t number);
bool extract_is_address(const struct extract_wanted *wanted,
    const struct address *address);
bool extract_is_mac(const struct extract_wanted *wanted, const uint8_t mac[6]);

/* Appends the lines of the capture's key logs and of options->keylog that belong to the
 * connections wanted. */
int extract_secrets(const struct extract_wanted *wanted,
    const struct extract_options *options, struct buf *out, struct error *err);
