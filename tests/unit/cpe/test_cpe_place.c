/* agents/cpe/place: which address the kernel uses towards a host, and for how long that is taken as
 * it was. */
#include "tests/unit/cases.h"

#include "agents/cpe/place/cpe_place.h"

enum {
	LOOPBACK = 0x7f000001,
	REMEMBERED = 0x0a000064
};

#define NOW (100 * NS_PER_S)

static void test_the_kernel_is_asked(void **state)
{
	const struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_way way = { .to = 0 };

	(void)state;
	assert_int_equal(cpe_place_towards(&place, LOOPBACK, &way, NOW), LOOPBACK);
	assert_int_equal(way.to, LOOPBACK);
	assert_int_equal(way.own, LOOPBACK);
	assert_true(way.until == NOW + NS_PER_S);
}

/* What is remembered is none that the kernel would name. */
static const struct row {
	const char *name;
	uint32_t to;
	int netns, ifindex;
	clock_ns now;
	uint32_t own;
} rows[] = {
	{ "the same, at once", LOOPBACK, -1, 0, NOW, REMEMBERED },
	{ "the same, for a second", LOOPBACK, -1, 0, NOW + NS_PER_S - 1, REMEMBERED },
	{ "after a second", LOOPBACK, -1, 0, NOW + NS_PER_S, LOOPBACK },
	{ "another interface", LOOPBACK, -1, 1, NOW, LOOPBACK },
	{ "another host", LOOPBACK + 1, -1, 0, NOW, LOOPBACK },
	{ "no namespace at all", LOOPBACK, 1000000, 0, NOW, 0 },
};

static void what_is_remembered(void **state)
{
	const struct row *row = *state;
	struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_way way = { .to = LOOPBACK,
		.own = REMEMBERED,
		.netns = -1,
		.until = NOW + NS_PER_S };

	place.netns = row->netns;
	place.ifindex = row->ifindex;
	assert_int_equal(cpe_place_towards(&place, row->to, &way, row->now), row->own);
	/* No answer is not remembered. */
	assert_int_equal(way.own, row->own ? row->own : REMEMBERED);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_the_kernel_is_asked);
	cases_add_rows(&cases, what_is_remembered, rows);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
