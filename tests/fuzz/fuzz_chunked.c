/* A chunked body fed at once and byte by byte: the same payload, the same end. */
#include "lib/proto/http.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(struct http_body *body, const uint8_t *p, size_t len, size_t step,
    struct buf *payload)
{
	size_t at = 0;

	http_body_start(body, HTTP_CHUNKED, 0, 1 << 16);
	while (at < len && !body->is_done) {
		struct str run;
		int n = http_body_feed(body, p + at, MIN(step, len - at), &run, NULL);

		if (n < 0)
			return n;
		if (n == 0 || (size_t)n > len - at)
			abort(); /* a chunked body eats whatever it is given */
		buf_append_str(payload, run);
		at += (size_t)n;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_buf whole = BUF_NULL, bytes = BUF_NULL;
	struct http_body a, b;
	int r = feed(&a, data, size, SIZE_MAX, &whole);
	int s = feed(&b, data, size, 1, &bytes);

	if (r != s)
		abort();
	if (r == 0 && (a.is_done != b.is_done || a.total != b.total ||
			  !str_eq(buf_str(&whole), buf_str(&bytes))))
		abort();
	if ((http_body_finish(&a) == 0) != a.is_done)
		abort();
	return 0;
}
