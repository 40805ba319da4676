/* What is read strictly reads the same leniently; what a layout wrote reads back, but for
 * NULs at the end, which reading cuts off. */
#include "lib/proto/opt43.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opt43 strict, lenient, again;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	if (opt43_parse(&lenient, data, size, true, NULL) < 0)
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
