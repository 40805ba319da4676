#include "lib/load/load_file.h"

#include <inttypes.h>

/* "12.345" as thousandths. */
static int parse_thousandths(struct str text, uint64_t max, uint64_t *ret)
{
	struct str fraction, whole = str_cut(text, '.', &fraction);
	uint64_t value, part = 0;

	if (str_to_u64(whole, max, &value) < 0 || fraction.len > 3)
		return ERR_MALFORMED;
	if (fraction.p && (fraction.len == 0 || str_to_u64(fraction, 999, &part) < 0))
		return ERR_MALFORMED;
	for (size_t i = fraction.len; i < 3; i++)
		part *= 10;
	if (value == max && part > 0)
		return ERR_MALFORMED;
	*ret = value * 1000 + part;
	return 0;
}

int load_rate(struct str text, double *ret)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 } };
	struct str unit, number = str_cut(text, '/', &unit);
	double seconds = unit.p ? 0 : 1;
	uint64_t thousandths;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_is(unit, units[i].unit))
			seconds = units[i].seconds;
	}
	if (seconds <= 0 || parse_thousandths(number,
				(uint64_t)(ARRIVAL_RATE_MAX * 3600), &thousandths) < 0)
		return ERR_MALFORMED;
	if ((double)thousandths / 1000.0 / seconds > ARRIVAL_RATE_MAX)
		return ERR_MALFORMED;
	*ret = (double)thousandths / 1000.0 / seconds;
	return 0;
}

int load_share(struct str text, uint32_t *ret_ppm)
{
	uint64_t thousandths;

	if (!str_ends(text, STR("%")) ||
	    parse_thousandths(str_make(text.p, text.len - 1), 100, &thousandths) < 0)
		return ERR_MALFORMED;
	*ret_ppm = (uint32_t)(thousandths * 10);
	return 0;
}

int load_shard(struct str text, uint64_t *ret_shard, uint64_t *ret_shards)
{
	struct str right, left = str_cut(text, '/', &right);
	uint64_t shard, shards;

	if (str_to_u64(left, LOAD_SHARDS_MAX, &shard) < 0 ||
	    str_to_u64(right, LOAD_SHARDS_MAX, &shards) < 0 || shard < 1 ||
	    shard > shards)
		return ERR_MALFORMED;
	*ret_shard = shard;
	*ret_shards = shards;
	return 0;
}
