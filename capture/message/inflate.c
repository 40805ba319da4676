#include "capture/message/inflate.h"

#include "lib/base/error.h"

#include <zlib.h>

enum {
	STEP = 16 << 10,
	WINDOW_ANY = MAX_WBITS + 32, /* zlib's: gzip or zlib, by their first bytes */
	WINDOW_RAW = -MAX_WBITS
};

static int inflate_as(int window, struct str packed, struct buf *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p,
		.avail_in = (uInt)packed.len };
	int r = inflateInit2(&z, window);

	buf_reset(out);
	while (r == Z_OK) {
		uint8_t *room = buf_reserve(out, STEP);

		if (!room)
			break;
		z.next_out = room;
		z.avail_out = STEP;
		r = inflate(&z, Z_NO_FLUSH);
		out->len += STEP - z.avail_out;
		if (r == Z_OK && z.avail_in == 0 && z.avail_out > 0)
			break; /* it is cut off */
	}
	(void)inflateEnd(&z);
	return out->error ? out->error : r == Z_STREAM_END ? 0 : ERR_MALFORMED;
}

int inflate_body(struct str packed, struct buf *out)
{
	int r;

	if (packed.len > UINT32_MAX)
		return ERR_LIMIT;
	r = inflate_as(WINDOW_ANY, packed, out);
	return r == ERR_MALFORMED ? inflate_as(WINDOW_RAW, packed, out) : r;
}
