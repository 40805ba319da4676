/* What a machine lacks for a load, with its formula. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/preflight.h"

#include <string.h>

static const struct preflight_limits machine = { .descriptors = 20000,
	.descriptors_hard = 20000,
	.descriptors_used = 10,
	.port_low = 32768,
	.port_high = 60999,
	.time_wait_s = 60,
	.time_wait_buckets = 131072,
	.addresses = 1,
	.neighbours_max = 1024,
	.memory = UINT64_C(8) << 30,
	.cores = 2 };

static const struct preflight_finding *find(const struct preflight *preflight,
    enum preflight_what what)
{
	for (size_t i = 0; i < preflight->n; i++) {
		if (preflight->findings[i].what == what)
			return &preflight->findings[i];
	}
	fail();
	return NULL;
}

/* 250,000 CPEs each 300 s: 833 sessions a second need two addresses, as one carries 470. */
static void test_addresses_are_counted_with_their_formula(void **state)
{
	const struct preflight_load load = { .cpes = 250000,
		.rate = 833.4,
		.open_max = 1000,
		.bytes_idle = 2048,
		.bytes_session = 65536 };
	struct preflight made = preflight_check(&machine, &load);
	const struct preflight_finding *wait = find(&made, PREFLIGHT_TIME_WAIT);

	(void)state;
	assert_int_equal(made.n_short, 1);
	assert_int_equal(made.addresses_needed, 2);
	assert_int_equal(made.rate_max, 470);
	assert_true(wait->is_short);
	assert_string_equal(wait->formula,
	    "28,232 ports / 60 s TIME_WAIT = 470.5 new connections/s for each source "
	    "address and ACS port; 833.4/s wanted, 50,004 in 60 s, 1 x 1 "
	    "there");
	assert_string_equal(wait->todo,
	    "2 source addresses are needed (sources: a prefix routed to us), or at most "
	    "470 sessions/s");
	assert_string_equal(find(&made, PREFLIGHT_MEMORY)->formula,
	    "250,000 CPEs x 2048 bytes + 1,000 sessions x 65,536 bytes + 0 MB = 551 of "
	    "8,192 MB");
}

static void test_bounds_of_ports(void **state)
{
	struct preflight_limits limits = machine;
	struct preflight_load load = { .cpes = 1, .rate = 470, .open_max = 28232 };
	struct preflight made;

	(void)state;
	limits.descriptors = 0;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	load.open_max++;
	made = preflight_check(&limits, &load);
	assert_int_equal(made.n_short, 1);
	assert_int_equal(made.addresses_needed, 2);
	limits.addresses = 2;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	limits.addresses = 1;
	load.acs_ports = 2;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	load.closes_last = true;
	load.rate = 1e6;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	limits.port_low = 61000;
	assert_int_equal(preflight_check(&limits, &load).addresses_needed, 0);
}

static void test_descriptors_are_short_by_one(void **state)
{
	struct preflight_limits limits = machine;
	struct preflight_load load = { .cpes = 1,
		.rate = 1,
		.open_max = 100,
		.descriptors_fixed = 20 };
	struct preflight made;

	(void)state;
	limits.descriptors = 130;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	limits.descriptors = 129;
	made = preflight_check(&limits, &load);
	assert_string_equal(find(&made, PREFLIGHT_DESCRIPTORS)->formula,
	    "100 sessions at a time x 1 + 0 listeners and calls + 30 = 130 of 129 descriptors");
	assert_string_equal(find(&made, PREFLIGHT_DESCRIPTORS)->todo, "ulimit -n 130");
	limits.descriptors_hard = 129;
	made = preflight_check(&limits, &load);
	assert_string_equal(find(&made, PREFLIGHT_DESCRIPTORS)->todo,
	    "the hard limit is 129: raise it (as root: ulimit -Hn 130), or use --shard "
	    "for a second process");
}

static void test_the_rest_of_what_can_be_short(void **state)
{
	struct preflight_limits limits = machine;
	struct preflight_load load = { .cpes = 1000000,
		.rate = 3000,
		.open_max = 10,
		.neighbours = 1025,
		.bytes_idle = 10000,
		.cpu_us = 400 };
	auto_buf told = BUF_NULL;
	struct preflight made;

	(void)state;
	limits.addresses = 100;
	limits.conntrack_max = 65536;
	made = preflight_check(&limits, &load);
	assert_true(find(&made, PREFLIGHT_NEIGHBOURS)->is_short);
	assert_true(find(&made, PREFLIGHT_MEMORY)->is_short);
	assert_true(find(&made, PREFLIGHT_CONNTRACK)->is_short);
	assert_true(find(&made, PREFLIGHT_CPU)->is_short);
	assert_false(find(&made, PREFLIGHT_BUCKETS)->is_short);
	assert_int_equal(made.n_short, 4);
	preflight_tell(&told, &made, false);
	assert_non_null(strstr(buf_cstr(&told),
	    "  CPU                  SHORT: 3000.0 sessions/s x 400 us = 120 % of the one "
	    "core that a process uses\n"
	    "                       do: 2 processes (--shard 1/2...), 2 cores are "
	    "here\n"));
	assert_null(strstr(buf_cstr(&told), "TIME_WAIT"));
	buf_reset(&told);
	preflight_tell(&told, &made, true);
	assert_non_null(strstr(buf_cstr(&told), "180,000 connections in TIME_WAIT"));
}

/* 20,000 at once are 20,000 connections, not 20,000 a second for as long as each is remembered. */
static void test_a_burst_is_counted_once(void **state)
{
	struct preflight_limits limits = machine;
	struct preflight_load load = { .cpes = 20000,
		.rate = 20000,
		.burst = 20000,
		.steady = 10,
		.open_max = 19000 };
	struct preflight made;

	(void)state;
	limits.conntrack_max = 40200;
	made = preflight_check(&limits, &load);
	assert_int_equal(find(&made, PREFLIGHT_TIME_WAIT)->needs, 20600);
	assert_int_equal(find(&made, PREFLIGHT_BUCKETS)->needs, 20600);
	assert_int_equal(find(&made, PREFLIGHT_CONNTRACK)->needs, 40200);
	assert_int_equal(made.n_short, 0);
	assert_int_equal(made.addresses_needed, 1);
	limits.conntrack_s = 121;
	made = preflight_check(&limits, &load);
	assert_int_equal(made.n_short, 1);
	assert_string_equal(find(&made, PREFLIGHT_CONNTRACK)->formula,
	    "40,210 connections tracked, each for 121 s, room for 40,200");
	assert_string_equal(find(&made, PREFLIGHT_CONNTRACK)->todo,
	    "as root of the machine, outside of any lab: sysctl "
	    "net.netfilter.nf_conntrack_max=40210");
	/* A rate that holds for less than that begins fewer. */
	load.rate = 100;
	made = preflight_check(&limits, &load);
	assert_int_equal(find(&made, PREFLIGHT_TIME_WAIT)->needs, 6000);
}

/* A power cut of all within 5 s, in the midst of which 600 are called within 2 s. */
static void test_storms_are_counted_where_most_of_them_meet(void **state)
{
	struct preflight_limits limits = machine;
	struct preflight_storm storms[] = { { 10000, 60, 5, false },
		{ 600, 62, 2, true } };
	struct preflight_load load = { .cpes = 10000,
		.rate = 33.4,
		.open_max = 34,
		.listeners = 10,
		.descriptors_fixed = 20,
		.bytes_session = 1 << 20,
		.storms = storms,
		.n_storms = 2 };
	struct preflight made;

	(void)state;
	limits.descriptors = 2674;
	limits.conntrack_max = 16942;
	made = preflight_check(&limits, &load);
	assert_int_equal(made.n_short, 0);
	assert_int_equal(find(&made, PREFLIGHT_PORTS)->needs, 2334);
	assert_int_equal(find(&made, PREFLIGHT_TIME_WAIT)->needs, 12604);
	assert_int_equal(find(&made, PREFLIGHT_BUCKETS)->needs, 12604);
	assert_int_equal(find(&made, PREFLIGHT_CONNTRACK)->needs, 16942);
	assert_int_equal(find(&made, PREFLIGHT_MEMORY)->needs, UINT64_C(2334) << 20);
	assert_string_equal(find(&made, PREFLIGHT_CONNTRACK)->formula,
	    "16,942 connections tracked, each for 120 s, 10,600 of them by storms, room "
	    "for 16,942");
	limits.descriptors--;
	made = preflight_check(&limits, &load);
	assert_int_equal(made.n_short, 1);
	assert_string_equal(find(&made, PREFLIGHT_DESCRIPTORS)->formula,
	    "2,334 sessions at a time, 2,300 of them by storms x 1 + 310 listeners and "
	    "calls + 30 = 2,674 of 2,673 descriptors");

	storms[0].sessions = 25628;
	limits.descriptors = limits.conntrack_max = 0;
	assert_int_equal(preflight_check(&limits, &load).n_short, 0);
	storms[0].sessions++;
	made = preflight_check(&limits, &load);
	assert_int_equal(made.n_short, 1);
	assert_string_equal(find(&made, PREFLIGHT_TIME_WAIT)->formula,
	    "28,232 ports / 60 s TIME_WAIT = 470.5 new connections/s for each source "
	    "address and ACS port; 33.4/s wanted, 28,233 in 60 s, 26,229 of them by "
	    "storms, 1 x 1 there");
	assert_string_equal(find(&made, PREFLIGHT_TIME_WAIT)->todo,
	    "2 source addresses are needed (sources: a prefix routed to us)");
}

/* All at once, and never more sessions than CPEs. */
static void test_a_storm_without_a_time_comes_at_once(void **state)
{
	const struct preflight_storm storms[] = { { 5000, 10, 0, false },
		{ 5000, 11, 0, false }, { 5000, 12.1, 0, false } };
	struct preflight_load load = { .cpes = 20000,
		.rate = 1,
		.open_max = 2,
		.storms = storms,
		.n_storms = 3 };
	struct preflight made = preflight_check(&machine, &load);

	(void)state;
	assert_int_equal(find(&made, PREFLIGHT_PORTS)->needs, 10002);
	load.cpes = 6000;
	made = preflight_check(&machine, &load);
	assert_int_equal(find(&made, PREFLIGHT_PORTS)->needs, 6000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_burst_is_counted_once),
		cmocka_unit_test(test_addresses_are_counted_with_their_formula),
		cmocka_unit_test(test_bounds_of_ports),
		cmocka_unit_test(test_descriptors_are_short_by_one),
		cmocka_unit_test(test_storms_are_counted_where_most_of_them_meet),
		cmocka_unit_test(test_a_storm_without_a_time_comes_at_once),
		cmocka_unit_test(test_the_rest_of_what_can_be_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
