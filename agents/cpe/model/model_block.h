/* What one CPE has that its model has not, in one block of memory: records with a key (a
 * kind and a place), flags and a text, found by their key in logarithmic time. The block
 * is as large as what is in it: keys take as many numbers as their place has. */
#pragma once

#include "agents/cpe/model/model.h"

enum model_record_kind {
	MODEL_VALUE, /* of a parameter, as it was set */
	MODEL_MADE,  /* an instance that a factory reset does not leave */
	MODEL_GONE,  /* one that it leaves, and that was removed */
	MODEL_NEXT, /* of the object above "{i}.": the next number of an instance, 4 bytes */
	MODEL_NOTIFY,  /* of an object for all below it, or of a parameter: one byte */
	MODEL_ACCESS,  /* the same: the AccessList */
	MODEL_CHANGED, /* a parameter has changed, and the ACS does not know */
	MODEL_TOLD,    /* what the ACS was told of a value from outside: two hashes */
	MODEL_LIGHT    /* the same of lightweight notifications: a hash */
};

enum {
	MODEL_BLOCK_MAX = 8 << 20 /* bytes of one CPE */
};

struct model_block;

struct model_record {
	enum model_record_kind kind;
	struct model_at at;
	uint8_t flags;
	struct str text; /* borrowed from the block until it changes; terminated */
};

/* How many records there are, and the one at i in the order of kind and place. All take a
 * null block as an empty one. */
size_t model_block_len(const struct model_block *block);
struct model_record model_block_at(const struct model_block *block, size_t i);

/* Whether there is any record of this kind. */
bool model_block_has(const struct model_block *block, enum model_record_kind kind);

/* The first record whose key is not less. */
size_t model_block_lower(const struct model_block *block, enum model_record_kind kind,
    const struct model_at *at);

/* False when there is none of this key. */
bool model_block_get(const struct model_block *block, enum model_record_kind kind,
    const struct model_at *at, struct model_record *ret);

/* Adds the record or replaces that of its key; text is copied, and must not be of the block.
 * Makes the block where *block is null. -ENOMEM; ERR_LIMIT over MODEL_BLOCK_MAX: all is as
 * it was. */
int model_block_put(struct model_block **block, enum model_record_kind kind,
    const struct model_at *at, uint8_t flags, struct str text);

/* What model_block_put() takes of a new record at this place, with a text so long. */
size_t model_block_cost(const struct model_at *at, size_t len);

/* Sees to it that so many bytes are free, and no more where there was no block. -ENOMEM, ERR_LIMIT:
 * all is as it was. */
int model_block_reserve(struct model_block **block, size_t n);

/* Replaces the flags of record i. */
void model_block_flag(struct model_block *block, size_t i, uint8_t flags);

/* Replaces the text of record i by one of the same length. */
void model_block_rewrite(struct model_block *block, size_t i, struct str text);

/* Removes record i. */
void model_block_drop(struct model_block *block, size_t i);

/* A copy, as small as it can be. 0 or -ENOMEM; of an empty block null. */
int model_block_copy(struct model_block **ret, const struct model_block *block);

/* Bytes that it takes. */
size_t model_block_bytes(const struct model_block *block);
