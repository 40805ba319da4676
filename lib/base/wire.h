/* Cursors over bytes from outside, with a sticky error: read or write straight on, look
 * at .error once at the end of a record. Numbers are big-endian unless named _le. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get_u24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static inline uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void put_u16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put_u32(uint8_t *p, uint32_t v)
{
	put_u16(p, (uint16_t)(v >> 16));
	put_u16(p + 2, (uint16_t)v);
}

struct wire_reader {
	const uint8_t *p; /* borrowed */
	size_t len;
	size_t at;
	int error; /* 0 or ERR_TRUNCATED; reads after a failure give 0 */
};

static inline struct wire_reader wire_reader(const void *bytes, size_t len)
{
	return (struct wire_reader){ bytes, len, 0, 0 };
}

static inline size_t wire_left(const struct wire_reader *r)
{
	return r->error ? 0 : r->len - r->at;
}

/* The next n bytes, borrowed, or null with the error set. */
static inline const uint8_t *wire_take(struct wire_reader *r, size_t n)
{
	const uint8_t *at;

	if (r->error || r->len - r->at < n) {
		r->error = ERR_TRUNCATED;
		return NULL;
	}
	at = r->p + r->at;
	r->at += n;
	return at;
}

static inline uint8_t wire_u8(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t wire_u16(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 2);

	return p ? get_u16(p) : 0;
}

static inline uint32_t wire_u24(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 3);

	return p ? get_u24(p) : 0;
}

static inline uint32_t wire_u32(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 4);

	return p ? get_u32(p) : 0;
}

/* A view of the next n bytes; empty with the error set when there are fewer. */
static inline struct str wire_str(struct wire_reader *r, size_t n)
{
	const uint8_t *p = wire_take(r, n);

	return p ? str_make(p, n) : STR_NULL;
}

/* A reader of the next n bytes alone. When there are fewer both readers have failed. */
static inline struct wire_reader wire_sub(struct wire_reader *r, size_t n)
{
	const uint8_t *p = wire_take(r, n);
	struct wire_reader sub = wire_reader(p, p ? n : 0);

	sub.error = r->error;
	return sub;
}

struct wire_writer {
	uint8_t *p; /* borrowed */
	size_t cap;
	size_t at;
	int error; /* 0 or ERR_LIMIT; writes after a failure do nothing */
};

static inline struct wire_writer wire_writer(void *bytes, size_t cap)
{
	return (struct wire_writer){ bytes, cap, 0, 0 };
}

/* Room for n bytes, or null with the error set. */
static inline uint8_t *wire_put(struct wire_writer *w, size_t n)
{
	uint8_t *at;

	if (w->error || w->cap - w->at < n) {
		w->error = ERR_LIMIT;
		return NULL;
	}
	at = w->p + w->at;
	w->at += n;
	return at;
}

static inline void wire_put_u8(struct wire_writer *w, uint8_t v)
{
	uint8_t *p = wire_put(w, 1);

	if (p)
		*p = v;
}

static inline void wire_put_u16(struct wire_writer *w, uint16_t v)
{
	uint8_t *p = wire_put(w, 2);

	if (p)
		put_u16(p, v);
}

static inline void wire_put_u32(struct wire_writer *w, uint32_t v)
{
	uint8_t *p = wire_put(w, 4);

	if (p)
		put_u32(p, v);
}

static inline void wire_put_bytes(struct wire_writer *w, const void *bytes, size_t n)
{
	uint8_t *p = wire_put(w, n);

	if (p && n > 0)
		memcpy(p, bytes, n);
}
