#include "agents/acs/files/range.h"

#include "lib/base/compiler.h"

static enum range_verdict part(uint64_t first, uint64_t last, uint64_t size,
    uint64_t *ret_offset, uint64_t *ret_length)
{
	if (first >= size)
		return RANGE_OUTSIDE;
	*ret_offset = first;
	*ret_length = MIN(last, size - 1) - first + 1;
	return RANGE_PART;
}

enum range_verdict range_read(struct str value, uint64_t size, uint64_t *ret_offset,
    uint64_t *ret_length)
{
	struct str rest, unit = str_trim(str_cut(value, '=', &rest));
	struct str to, from = str_trim(str_cut(rest, '-', &to));
	uint64_t first, last = UINT64_MAX;

	if (!str_eq_nocase(unit, STR("bytes")) || !to.p ||
	    str_find_char(rest, ',') < rest.len)
		return RANGE_NONE;
	to = str_trim(to);
	if (to.len > 0 && str_to_u64(to, UINT64_MAX, &last) < 0)
		return RANGE_NONE;
	if (from.len > 0) {
		if (str_to_u64(from, UINT64_MAX, &first) < 0 || last < first)
			return RANGE_NONE;
		return part(first, last, size, ret_offset, ret_length);
	}
	/* "-n": the last n bytes. */
	if (to.len == 0)
		return RANGE_NONE;
	if (last == 0)
		return RANGE_OUTSIDE;
	return part(size - MIN(last, size), UINT64_MAX, size, ret_offset, ret_length);
}
