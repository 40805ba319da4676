/* Links in words: "delay=50ms jitter=5ms loss=2% down.rate=16mbit". Words are separated by
 * blanks and count from left to right; each sets one key of both ways, or of one where it
 * begins with "up." (from the node into the network) or "down." (from the network to the
 * node). Beside the keys of impair_keys there are:
 *
 *     profile=dsl    all keys as of lib/link/profile.h; "dsl" is short for it
 *     reset, plain   a plain cable again
 *     up, down       state=up, state=down
 *
 * Times have units (us, ms, s, m, h), shares a percent sign, rates bit, kbit, mbit or gbit
 * (in thousands), bytes none, kb or mb (in thousands); all but times may have decimals. 0
 * takes a value away. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/link/impair.h"

enum {
	IMPAIR_TEXT_MAX = 1024 /* bytes */
};

/* What a text sets, and nothing else: one bit a key, by its place in impair_keys. */
struct impair_change {
	struct impair_link value;
	uint32_t set[IMPAIR_WAYS];
};

/* A mistake in a text: where it is, for a caret, and what would be right. */
struct impair_mistake {
	size_t at, len; /* bytes of the text */
	char hint[192]; /* "" where there is none */
};

/* Adds to *change, which is zeroed at first, what the text says. Its first mistake is
 * ERR_MALFORMED with words in err, and err->offset and *mistake (may be null) say
 * where; ERR_LIMIT: the text is longer than IMPAIR_TEXT_MAX. *change is not to be used
 * then. That values go together is asked of impair_conflict(), once they are applied. A
 * text without words changes nothing. */
int impair_read(struct str text, struct impair_change *change,
    struct impair_mistake *mistake, struct error *err);

/* The same of one key and its value, such as a mapping of a file has them. mistake->at
 * counts in the value; where the key is the mistake it is SIZE_MAX, and err->offset 0.
 * way is IMPAIR_WAYS for both. */
int impair_put(struct str key, struct str value, enum impair_way way,
    struct impair_change *change, struct impair_mistake *mistake, struct error *err);

/* Makes the change to *link. */
void impair_apply(struct impair_link *link, const struct impair_change *change);

/* As impair_conflict() of both ways, with the way in front; in words of ret, which has room
 * for size bytes. Null: all goes together. */
const char *impair_link_conflict(const struct impair_link *link, char *ret,
    size_t size);

/* Appends the words that read back to the same link: first those of both ways, then those of
 * one; "plain" for a cable that does nothing. */
void impair_write(struct buf *out, const struct impair_link *link);

/* Appends the value of one key as it is written: "50ms", "2%". */
void impair_write_value(struct buf *out, const struct impair *impair,
    const struct impair_key *key);
