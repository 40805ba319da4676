/* Any bytes as a log of histograms. What is read of a line is written as a payload that reads
 * to the same counts, and its percentiles never fall. */
#include "lib/load/hist_log.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct hist *hist)
{
	auto_hist again = HIST_NULL;
	auto_buf payload = BUF_NULL;
	uint64_t before = 0;

	for (int i = 0; i <= 100; i++) {
		uint64_t us = hist_percentile(hist, i);

		if (us < before)
			__builtin_trap();
		before = us;
	}
	hist_encode(&payload, hist);
	if (payload.error || hist_decode(&again, buf_str(&payload), NULL) < 0)
		__builtin_trap();
	if (again.total != hist->total ||
	    (hist->total > 0 && memcmp(again.counts, hist->counts,
				    HIST_COUNTS * sizeof(*hist->counts)) != 0))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct str text = str_make(bytes, len);
	struct hist_log_line line;
	size_t at = 0;
	int r;

	if (len > 1 << 16)
		return 0;
	while ((r = hist_log_next(text, &at, &line, NULL)) != 0) {
		auto_hist hist = HIST_NULL;

		if (r > 0 && hist_decode(&hist, line.payload, NULL) == 0)
			check(&hist);
	}
	return 0;
}
