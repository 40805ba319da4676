/* An HTTP message fed whole and fed in two pieces gives the same head and payload; what is
 * read strictly is read tolerantly, too. The first byte chooses: request or response, and
 * where the bytes are cut. */
#include "lib/proto/http.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All payload of a body, fed up to cut first. The code of the last feed comes back. */
static int read_body(const struct http_head *head, const uint8_t *p, size_t len,
    size_t cut, struct buf *payload, struct http_body *body)
{
	size_t at = 0;
	int n = 0;

	http_body_start(body, head->framing, head->content_length, 1 << 20);
	while (at < len) {
		size_t end = at < cut && cut < len ? cut : len;
		struct str run;

		n = http_body_feed(body, p + at, end - at, &run, NULL);
		if (n < 0 || (n == 0 && end == len))
			return n;
		if (run.len > (size_t)n && n > 0)
			abort();
		buf_append_str(payload, run);
		if (n == 0) /* nothing of the first piece is eaten: give it all */
			cut = 0;
		at += (size_t)n;
	}
	return n;
}

static void check_body(const struct http_head *head, const uint8_t *p, size_t len,
    size_t cut)
{
	auto_buf whole = BUF_NULL, pieces = BUF_NULL;
	struct http_body a, b;
	int r = read_body(head, p, len, len, &whole, &a);
	int s = read_body(head, p, len, cut, &pieces, &b);

	if ((r < 0) != (s < 0) || a.is_done != b.is_done || a.total != b.total)
		abort();
	if (r >= 0 && !str_eq(buf_str(&whole), buf_str(&pieces)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct http_limits tolerant = { .is_tolerant = true };
	static struct http_head head, again;
	struct error err = ERROR_NULL;
	bool is_request;
	size_t cut;
	int n;

	if (size < 1)
		return 0;
	is_request = data[0] & 1;
	cut = data[0] >> 1;
	data++, size--;
	n = http_head_parse(&head, is_request, data, size, NULL, &err);
	if (n < 0 && (err.offset > size || err.text[0] == '\0'))
		abort();
	if (n > 0) {
		if ((size_t)n > size || http_head_parse(&again, is_request, data, size,
					    &tolerant, NULL) != n)
			abort();
		/* No shorter piece of a good head is a good head. */
		if (cut < (size_t)n &&
		    http_head_parse(&again, is_request, data, cut, NULL, NULL) > 0)
			abort();
	}
	n = http_head_parse(&head, is_request, data, size, &tolerant, NULL);
	if (n > 0)
		check_body(&head, data + n, size - (size_t)n, cut);
	return 0;
}
