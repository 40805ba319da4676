/* SipHash-1-3 (Aumasson, Bernstein 2012, with one round a word and three at the end): a
 * hash for tables whose keys a peer chooses. A peer that does not know k0 and k1 cannot
 * make keys that collide. It is not made for signatures or passwords. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t siphash13(uint64_t k0, uint64_t k1, const void *bytes, size_t len);
