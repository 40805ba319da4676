/* A growable owned run of bytes with a hard limit and a sticky error: append freely, look
 * at .error once at the end. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdint.h>

struct buf {
	uint8_t *data; /* owned; null while nothing was appended */
	size_t len;
	size_t cap;
	size_t max; /* bytes it may hold; 0 reads as BUF_DEFAULT_MAX */
	int error;  /* 0, ERR_LIMIT or -ENOMEM; later appends are no-ops */
};

enum {
	BUF_DEFAULT_MAX = 64 << 20
};

#define BUF_NULL                 \
	{                        \
		NULL, 0, 0, 0, 0 \
	}
#define BUF_MAX(limit)                 \
	{                              \
		NULL, 0, 0, (limit), 0 \
	}

/* Frees the bytes; the buffer is BUF_NULL with its limit kept. Safe to repeat. */
void buf_free(struct buf *buf);

static inline void buf_freep_local(struct buf *buf)
{
	buf_free(buf);
}
#define auto_buf __attribute__((cleanup(buf_freep_local))) struct buf

/* Room for n more bytes at the end, for the caller to fill and to count in len; null
 * with the sticky error set. Any later append may move the bytes. */
uint8_t *buf_reserve(struct buf *buf, size_t n);

/* These copy to the end, whole or, with the sticky error set, not at all. */
void buf_append(struct buf *buf, const void *bytes, size_t n);
void buf_append_str(struct buf *buf, struct str s);
void buf_append_text(struct buf *buf, const char *text);
void buf_append_char(struct buf *buf, char c);
/* The decimal digits of value, with zeros before them where there are fewer than
 * `digits` (at most 20). 0 has no digits of its own: nothing is appended of it unless
 * digits is 1 or more. */
void buf_append_uint(struct buf *buf, uint64_t value, size_t digits);
void buf_printf(struct buf *buf, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Drops the first n bytes (all when n is larger) and moves the rest down. */
void buf_consume(struct buf *buf, size_t n);

/* Empty again, with the memory kept and the error cleared. */
void buf_reset(struct buf *buf);

static inline struct str buf_str(const struct buf *buf)
{
	return str_make(buf->data, buf->len);
}

/* The bytes as a terminated string that lives as long as the buffer is not changed. The
 * terminator is not counted in len. Without memory it is "" and the sticky error is
 * set. */
const char *buf_cstr(struct buf *buf);
