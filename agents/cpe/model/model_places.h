/* Placeholders in the values of a model: what differs from CPE to CPE and is nobody's to set.
 *
 *   {serial}  {mac}  {mac+1}  {address}   of the CPE
 *   {number}      of the CPE among those of its process, from 1
 *   {i}           of the instance that the value stands in: the last number of its path
 *   {pool:NAME}   the CPE's entry of a pool
 *
 * "{{" is a brace. Any other brace stands for itself, unless what follows looks like a
 * placeholder: a word of small letters up to the next brace. */
#pragma once

#include "agents/cpe/model/model.h"

/* The CPE that a value is asked for. */
struct model_self {
	uint64_t seed;   /* of the run */
	uint64_t number; /* of the CPE in its process, from 0 */
	struct model_time now;
	struct str serial;
	uint8_t mac[6];
	bool has_mac;
	uint32_t address; /* 0: none yet */
};

/* Whether the text has placeholders or "{{", in *ret, so that it is to be filled. 0;
 * ERR_CONFIG with words for what looks like a placeholder and is none. levels: how many
 * {i} the path of its parameter has. */
int model_places_check(const struct model *model, struct str text, unsigned levels,
    bool *ret, struct error *err);

/* The text with what they stand for, in arena; a null view without memory. */
struct str model_places_fill(const struct model *model, const char *text,
    const struct model_at *at, const struct model_self *self, struct arena *arena);

/* The entry of a pool that CPE number n (from 0) has: an IPv4 address or a MAC that counts up,
 * or a text whose last digits do. text has room for `size` bytes. */
void model_pool_entry(const struct model_pool *pool, uint64_t n, char *text,
    size_t size);
