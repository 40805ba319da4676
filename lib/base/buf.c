#include "lib/base/buf.h"

#include "lib/base/digits.h"
#include "lib/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	FIRST_CAP = 256
};

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->len = buf->cap = 0;
	buf->error = 0;
}

static int grow(struct buf *buf, size_t need)
{
	size_t max = buf->max ? buf->max : BUF_DEFAULT_MAX;
	size_t cap = buf->cap ? buf->cap : FIRST_CAP;
	uint8_t *data;

	if (need > max)
		return ERR_LIMIT;
	while (cap < need)
		cap *= 2;
	cap = MIN(cap, max);
	data = realloc(buf->data, cap + 1); /* one more for buf_cstr() */
	if (!data)
		return -ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

static ATTR_COLD uint8_t *make_room(struct buf *buf, size_t n)
{
	if (buf->error)
		return NULL;
	if (n > SIZE_MAX / 4 - buf->len)
		buf->error = ERR_LIMIT;
	else
		buf->error = grow(buf, buf->len + n);
	return buf->error ? NULL : buf->data + buf->len;
}

/* Messages are written a few bytes at a time, and nearly all of those find room. */
static inline uint8_t *reserve(struct buf *buf, size_t n)
{
	if (buf->data && !buf->error && n <= buf->cap - buf->len)
		return buf->data + buf->len;
	return make_room(buf, n);
}

uint8_t *buf_reserve(struct buf *buf, size_t n)
{
	return reserve(buf, n);
}

void buf_append(struct buf *buf, const void *bytes, size_t n)
{
	uint8_t *at = reserve(buf, n);

	if (!at || n == 0)
		return;
	memcpy(at, bytes, n);
	buf->len += n;
}

void buf_append_str(struct buf *buf, struct str s)
{
	buf_append(buf, s.p, s.len);
}

void buf_append_text(struct buf *buf, const char *text)
{
	buf_append(buf, text, strlen(text));
}

void buf_append_char(struct buf *buf, char c)
{
	uint8_t *at = reserve(buf, 1);

	if (!at)
		return;
	*at = (uint8_t)c;
	buf->len++;
}

void buf_append_uint(struct buf *buf, uint64_t value, size_t digits)
{
	size_t n = MAX(digits_count(value), digits);
	uint8_t *at = reserve(buf, n);

	if (!at)
		return;
	(void)digits_put(at, value, n);
	buf->len += n;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	uint8_t *at = reserve(buf, 0);
	size_t room = at ? buf->cap - buf->len : 0;
	va_list args;
	int n;

	if (!at)
		return;
	/* The terminator has room, see grow(). */
	va_start(args, fmt);
	n = vsnprintf((char *)at, room + 1, fmt, args);
	va_end(args);
	if (n > 0 && (size_t)n > room) {
		at = reserve(buf, (size_t)n);
		if (!at)
			return;
		va_start(args, fmt);
		(void)vsnprintf((char *)at, (size_t)n + 1, fmt, args);
		va_end(args);
	}
	if (n > 0)
		buf->len += (size_t)n;
}

void buf_consume(struct buf *buf, size_t n)
{
	if (n >= buf->len) {
		buf->len = 0;
		return;
	}
	if (n == 0)
		return;
	memmove(buf->data, buf->data + n, buf->len - n);
	buf->len -= n;
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->error = 0;
}

const char *buf_cstr(struct buf *buf)
{
	if (!buf->data && !reserve(buf, 1))
		return "";
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}
