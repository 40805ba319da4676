/* What is read strictly reads the same leniently; what a layout wrote reads back, but for
 * NULs at the end, which reading cuts off. Byte by byte it is the same bytes, with the same
 * deviations. */
#include "lib/proto/opt43_span.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	size_t at;
	unsigned deviations;
};

static void on_span(void *user, const struct opt43_span *span)
{
	struct sum *sum = user;

	if (span->at != sum->at || span->bytes.len == 0)
		abort();
	sum->at += span->bytes.len;
	sum->deviations |= span->deviations;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum sum = { .at = 0 };
	struct opt43 strict, lenient, again;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	if (opt43_parse(&lenient, data, size, true, NULL) < 0)
		abort();
	opt43_spans(str_make(data, size), &lenient, on_span, &sum);
	if (sum.at != size || sum.deviations != lenient.deviations)
		abort();
	if (opt43_parse(&strict, data, size, false, &err) < 0) {
		if (err.offset >= size || err.text[0] == '\0')
			abort();
		return 0;
	}
	if (!str_eq(strict.url, lenient.url) || strict.deviations != lenient.deviations)
		abort();
	if (opt43_write(&out, &strict, NULL) < 0)
		return 0;
	if (opt43_parse(&again, out.data, out.len, false, NULL) < 0)
		abort();
	if (again.layout == strict.layout && !str_starts(strict.url, again.url))
		abort();
	return 0;
}
