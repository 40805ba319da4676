/* The V2 encoding of HdrHistogram. Numbers are big-endian:
 *
 *     cookie     length     offset     digits   lowest   highest   ratio    counts
 *     0x1c849313 of counts  0          3        1        3.6e9     1.0      LEB128 */
#include "lib/load/hist_log.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#define COOKIE         UINT32_C(0x1c849313) /* V2, counts of variable length */
#define COOKIE_DEFLATE UINT32_C(0x1c849314)
#define COOKIE_MASK    (~UINT32_C(0xf0)) /* a nibble of word sizes, of no use in V2 */
#define RATIO_ONE      UINT64_C(0x3ff0000000000000) /* 1.0 */

enum {
	HEAD_BYTES = 40,
	DEFLATE_HEAD_BYTES = 8,
	UNPACKED_MAX = 4 << 20,
	LEB_BYTES_MAX = 9 /* the ninth has all of its eight bits */
};

static void append_u32(struct buf *out, uint32_t value)
{
	uint8_t bytes[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value };

	buf_append(out, bytes, sizeof(bytes));
}

static void append_u64(struct buf *out, uint64_t value)
{
	append_u32(out, (uint32_t)(value >> 32));
	append_u32(out, (uint32_t)value);
}

static void put_leb(struct buf *out, int64_t value)
{
	uint64_t zigzag = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
	size_t n = 1;

	for (; zigzag > 0x7f && n < LEB_BYTES_MAX; n++, zigzag >>= 7)
		buf_append_char(out, (char)(zigzag | 0x80));
	buf_append_char(out, (char)zigzag);
}

static void put_counts(struct buf *out, const struct hist *hist)
{
	size_t end = hist->counts ? hist_index(hist->max_us) + 1 : 1;

	for (size_t i = 0; i < end;) {
		size_t zeros = i;

		while (zeros < end && (!hist->counts || hist->counts[zeros] == 0))
			zeros++;
		if (zeros - i > 1) {
			put_leb(out, -(int64_t)(zeros - i));
			i = zeros;
			continue;
		}
		put_leb(out, hist->counts ? (int64_t)hist->counts[i] : 0);
		i++;
	}
}

static void put_deflated(struct buf *out, const struct buf *plain)
{
	uLongf len = compressBound(plain->len);
	uint8_t *room = buf_reserve(out, len);

	if (!room)
		return;
	if (compress2(room, &len, plain->data, plain->len, Z_DEFAULT_COMPRESSION) !=
	    Z_OK) {
		out->error = -ENOMEM;
		return;
	}
	out->len += len;
}

void hist_encode(struct buf *out, const struct hist *hist)
{
	auto_buf counts = BUF_NULL, plain = BUF_NULL, packed = BUF_NULL,
		 whole = BUF_NULL;

	put_counts(&counts, hist);
	append_u32(&plain, COOKIE);
	append_u32(&plain, (uint32_t)counts.len);
	append_u32(&plain, 0);
	append_u32(&plain, HIST_DIGITS);
	append_u64(&plain, 1);
	append_u64(&plain, HIST_MAX_US);
	append_u64(&plain, RATIO_ONE);
	buf_append_str(&plain, buf_str(&counts));
	if (!counts.error && !plain.error)
		put_deflated(&packed, &plain);
	append_u32(&whole, COOKIE_DEFLATE);
	append_u32(&whole, (uint32_t)packed.len);
	buf_append_str(&whole, buf_str(&packed));
	base64_append(out, whole.data, whole.len);
	if (counts.error || plain.error || packed.error || whole.error)
		out->error = out->error ? out->error : -ENOMEM;
}

/* ---- read ------------------------------------------------------------------------- */

/* How the tool that wrote it divides values into buckets. */
struct shape {
	unsigned unit;      /* the lowest bits that are not kept */
	unsigned half_bits; /* of the number of buckets of one power of two, halved */
};

static int fail(struct error *err, size_t at, const char *words)
{
	return error_set_at(err, ERR_MALFORMED, at, "histogram: byte %zu: %s", at,
	    words);
}

static int64_t read_leb(struct wire_reader *r)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < LEB_BYTES_MAX; i++) {
		uint8_t byte = wire_u8(r);

		if (i == LEB_BYTES_MAX - 1) {
			value |= (uint64_t)byte << (7 * i);
			break;
		}
		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80))
			break;
	}
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* The middle of bucket i of that shape, which here falls into the bucket of all of its
 * values where the digits are the same. False: it is beyond 63 bits. */
static bool middle_of(const struct shape *shape, size_t i, uint64_t *ret)
{
	size_t half = (size_t)1 << shape->half_bits;
	size_t bucket = i >> shape->half_bits, sub = (i & (half - 1)) + half;
	unsigned shift;

	if (bucket == 0) {
		bucket = 1;
		sub -= half;
	}
	if (bucket - 1 + shape->unit + shape->half_bits + 1 > 62)
		return false;
	shift = (unsigned)(bucket - 1) + shape->unit;
	*ret = ((uint64_t)sub << shift) + (((uint64_t)1 << shift) >> 1);
	return true;
}

static int read_counts(struct hist *hist, const struct shape *shape,
    struct wire_reader *r, struct error *err)
{
	uint64_t middle;
	size_t i = 0;

	while (wire_left(r) > 0) {
		size_t at = HEAD_BYTES + r->at;
		int64_t count = read_leb(r);

		if (r->error)
			return fail(err, at, "a count is cut off");
		if (count < 0) {
			if (count < -(int64_t)UNPACKED_MAX || i > UNPACKED_MAX)
				return fail(err, at, "a run of zeros is too long");
			i += (size_t)-count;
			continue;
		}
		if (count > 0 && !middle_of(shape, i, &middle))
			return fail(err, at, "a value is beyond 63 bits");
		if (count > 0 && (uint64_t)count > INT64_MAX - hist->total)
			return error_set_at(err, ERR_LIMIT, at,
			    "histogram: byte %zu: counts add up to more than 2^63", at);
		if (count > 0 && hist_record_n(hist, middle, (uint64_t)count) < 0)
			return error_set(err, -ENOMEM, "no memory for a histogram");
		i++;
	}
	return 0;
}

static int read_shape(struct wire_reader *r, struct shape *ret, struct error *err)
{
	uint32_t digits, buckets = 2;
	uint64_t lowest;

	/* How its writer had turned its array round is of no use, as all tools count
	 * from 0 here; nor are the highest value, as counts say where they end, and the
	 * ratio of what are no whole numbers. */
	(void)wire_take(r, 4);
	digits = wire_u32(r);
	lowest = (uint64_t)wire_u32(r) << 32;
	lowest |= wire_u32(r);
	(void)wire_take(r, 16);
	if (r->error)
		return fail(err, r->len, "the head is cut off");
	if (digits > 5)
		return fail(err, 12, "more than 5 digits");
	if (lowest == 0 || lowest > INT64_MAX / 2)
		return fail(err, 16, "the lowest value is none");
	for (; digits > 0; digits--)
		buckets *= 10;
	ret->half_bits = 31 - (unsigned)__builtin_clz(buckets - 1);
	ret->unit = 63 - (unsigned)__builtin_clzll(lowest);
	return 0;
}

static int read_plain(struct hist *hist, struct str bytes, struct error *err)
{
	struct wire_reader r = wire_reader(bytes.p, bytes.len), counts;
	uint32_t cookie = wire_u32(&r), len = wire_u32(&r);
	struct shape shape = { 0, 0 };
	int result;

	if (r.error || (cookie & COOKIE_MASK) != (COOKIE & COOKIE_MASK))
		return fail(err, 0, "no histogram of V2");
	result = read_shape(&r, &shape, err);
	if (result < 0)
		return result;
	if (len != wire_left(&r))
		return fail(err, 4, "the length of its counts is another");
	counts = wire_sub(&r, len);
	return read_counts(hist, &shape, &counts, err);
}

static int inflate_into(struct buf *plain, struct str packed, struct error *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p,
		.avail_in = (uInt)packed.len };
	int r;

	plain->max = UNPACKED_MAX;
	if (inflateInit(&z) != Z_OK)
		return error_set(err, -ENOMEM, "no memory to inflate");
	do {
		uint8_t *room = buf_reserve(plain, 4096);

		if (!room) {
			r = Z_MEM_ERROR;
			break;
		}
		z.next_out = room;
		z.avail_out = 4096;
		r = inflate(&z, Z_NO_FLUSH);
		plain->len += 4096 - z.avail_out;
	} while (r == Z_OK && (z.avail_in > 0 || z.avail_out == 0));
	(void)inflateEnd(&z);
	if (plain->error)
		return error_set(err, plain->error, "histogram: over %d bytes unpacked",
		    UNPACKED_MAX);
	return r == Z_STREAM_END ? 0
				 : fail(err, DEFLATE_HEAD_BYTES, "no deflated data");
}

static int read_packed(struct hist *hist, struct str bytes, struct error *err)
{
	struct wire_reader r = wire_reader(bytes.p, bytes.len);
	auto_buf plain = BUF_NULL;
	uint32_t cookie = wire_u32(&r), len = wire_u32(&r);
	int result;

	if (!r.error && (cookie & COOKIE_MASK) == (COOKIE & COOKIE_MASK))
		return read_plain(hist, bytes, err);
	if (r.error || (cookie & COOKIE_MASK) != (COOKIE_DEFLATE & COOKIE_MASK))
		return fail(err, 0, "no histogram of V2");
	if (len != wire_left(&r))
		return fail(err, 4, "the length of its data is another");
	result = inflate_into(&plain, wire_str(&r, len), err);
	return result < 0 ? result : read_plain(hist, buf_str(&plain), err);
}

/* A bucket stands for all of its values: its ends are the extremes. */
static void widen_to_buckets(struct hist *hist)
{
	if (hist->total == 0)
		return;
	hist->min_us = hist_index_low(hist_index(hist->min_us));
	hist->max_us = MIN(hist_index_high(hist_index(hist->max_us)), HIST_MAX_US);
}

int hist_decode(struct hist *hist, struct str payload, struct error *err)
{
	auto_hist read = HIST_NULL;
	auto_free uint8_t *bytes = NULL;
	int n, r;

	if (payload.len > HIST_LOG_LINE_MAX)
		return error_set(err, ERR_LIMIT, "histogram: over %d bytes of base64",
		    HIST_LOG_LINE_MAX);
	bytes = malloc(payload.len + 1);
	if (!bytes)
		return error_set(err, -ENOMEM, "no memory for a histogram");
	n = base64_parse(payload, bytes, payload.len);
	if (n < 0)
		return error_set(err, ERR_MALFORMED, "histogram: no base64");
	r = read_packed(&read, str_make(bytes, (size_t)n), err);
	if (r < 0)
		return r;
	widen_to_buckets(&read);
	return hist_merge(hist, &read);
}
