/* agents/cpe/load: the sessions of storms, as the preflight counts them, and until when a run
 * without a duration waits for them. */
#include "tests/unit/unit.h"

#include "agents/cpe/load/load_internal.h"
#include "lib/base/compiler.h"

#include <string.h>

#define S NS_PER_S

static const struct {
	struct load_storm storm;
	const char *sessions;
} rows[] = {
	{ { .kind = LOAD_STORM_BOOTSTRAP,
	      .at = 10 * S,
	      .within = 5 * S,
	      .ppm = 500000 },
	    "500 from 10 within 5;" },
	{ { .kind = LOAD_STORM_POWER_CUT,
	      .at = 20 * S,
	      .lasts = 3 * S,
	      .within = 5 * S,
	      .ppm = 1000000 },
	    "1000 from 23 within 5;" },
	{ { .kind = LOAD_STORM_UPLINK_CUT, .at = 20 * S, .lasts = 6 * S, .ppm = 1 },
	    "1 from 26 within 0;" },
	{ { .kind = LOAD_STORM_ACS_RESTART,
	      .at = 30 * S,
	      .lasts = 8 * S,
	      .ppm = 1000000 },
	    "80 from 35 within 13;" },
	{ { .kind = LOAD_STORM_ACS_STORE,
	      .at = 40 * S,
	      .lasts = 200 * S,
	      .ppm = 1000000 },
	    "1000 from 45 within 205;" },
	{ { .kind = LOAD_STORM_CALL_SWEEP,
	      .at = 50 * S,
	      .within = 5 * S,
	      .ppm = 80000 },
	    "80 from 50 within 5, called;" },
	{ { .kind = LOAD_STORM_FIRMWARE,
	      .at = 60 * S,
	      .within = 5 * S,
	      .dark = 30 * S,
	      .ppm = 1000000 },
	    "2000 from 60 within 5, called; 1000 from 90 within 5;" },
};

/* 1,000 CPEs that inform each 100 s. */
static void test_each_storm_is_so_many_sessions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct load_storm storm = rows[i].storm;
		const struct load_file file = { .cpes = 1000,
			.interval = 100 * S,
			.has_arrival = true,
			.storms = &storm,
			.n_storms = 1 };
		struct preflight_storm made[LOAD_CHECK_STORMS];
		size_t n = load_check_storms(&file, made);
		auto_buf told = BUF_NULL;

		for (size_t k = 0; k < n; k++)
			buf_printf(&told, "%s%.0f from %.0f within %.0f%s;",
			    k > 0 ? " " : "", made[k].sessions, made[k].from_s,
			    made[k].within_s, made[k].is_call ? ", called" : "");
		if (strcmp(buf_cstr(&told), rows[i].sessions) != 0)
			fail_msg("%s: %s",
			    load_storm_name((enum load_storm_kind)storm.kind),
			    buf_cstr(&told));
	}
}

static const struct preflight_finding *find(const struct preflight *made,
    enum preflight_what what)
{
	for (size_t i = 0; i < made->n; i++) {
		if (made->findings[i].what == what)
			return &made->findings[i];
	}
	fail_msg("nothing of %s", preflight_name(what));
	return NULL;
}

/* Else no second process would help one that is told to have it. */
static void test_a_shard_needs_its_share(void **state)
{
	struct load_storm storm = { .kind = LOAD_STORM_CALL_SWEEP,
		.within = 10 * S,
		.ppm = 1000000 };
	const struct load_file file = { .cpes = 1001,
		.acs.url = "http://192.0.2.1/",
		.shard = 2,
		.shards = 10,
		.sources = { .address = 0x64400000, .prefix = 10 },
		.storms = &storm,
		.n_storms = 1 };
	struct preflight made = load_check(&file);
	const struct preflight_finding *ports = find(&made, PREFLIGHT_PORTS);

	(void)state;
	assert_non_null(strstr(find(&made, PREFLIGHT_MEMORY)->formula, "101 CPEs x "));
	/* All at once, and a tenth of the sweep's in a second. */
	assert_int_equal(ports->needs, 101);
	assert_non_null(strstr(ports->formula, " x 101 source addresses x "));
	assert_non_null(strstr(find(&made, PREFLIGHT_DESCRIPTORS)->formula,
	    "101 sessions at a time x 1 + 112 listeners and calls + "));
	assert_non_null(strstr(find(&made, PREFLIGHT_TIME_WAIT)->formula,
	    "; 100.1/s wanted, 201 in 60 s, 101 of them by storms, "));
}

/* Power is back 3 s after 20, and CPEs boot within 5 s. */
static void test_a_storm_is_past_when_all_are_back(void **state)
{
	struct load_storm storms[] = { rows[1].storm, rows[1].storm };
	const struct load_file file = { .storms = storms, .n_storms = 2 };
	struct cpe cpe = { .state = CPE_IDLE, .boot_at = INT64_MAX },
		   *cpes[] = { &cpe };
	struct load load = { .file = &file, .cpes = cpes, .n_cpes = 1, .began = S };

	(void)state;
	storms[0].at = 0;
	assert_false(load_storm_is_past(&load, 100 * S));
	load.next_storm = 1;
	assert_false(load_storm_is_past(&load, 100 * S));
	load.next_storm = 2;
	assert_false(load_storm_is_past(&load, 29 * S - 1));
	assert_true(load_storm_is_past(&load, 29 * S));
	cpe = (struct cpe){ .state = CPE_OFF, .boot_at = 29 * S };
	assert_false(load_storm_is_past(&load, 30 * S));
	cpe.boot_at++; /* that is for something else */
	assert_true(load_storm_is_past(&load, 30 * S));
	cpe = (struct cpe){ .state = CPE_STOPPING, .boot_at = INT64_MAX };
	assert_true(load_storm_is_past(&load, 30 * S));
	cpe.wish.back_at = 29 * S;
	assert_false(load_storm_is_past(&load, 30 * S));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_storm_is_so_many_sessions),
		cmocka_unit_test(test_a_shard_needs_its_share),
		cmocka_unit_test(test_a_storm_is_past_when_all_are_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
