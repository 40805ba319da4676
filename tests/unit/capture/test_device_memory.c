/* What is remembered of devices: capture/observe/device_memory.c. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "lib/base/buf.h"
#include "tests/support/script_analyse.h"

enum {
	DEVICES_MAX = 8
};

/* So many sessions of each of n devices, all from one address or each from its own, and then one of
 * the first device. They publish no ConnectionRequestURL: those that can be called by it are
 * remembered. */
static struct analysis *run(size_t n, size_t times, bool is_shared, bool only_findings)
{
	const struct analysis_options options = { .path = "crowd",
		.only_findings = only_findings,
		.devices_max = DEVICES_MAX };
	struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	auto_buf script = BUF_NULL;

	for (size_t i = 0; i < n; i++)
		buf_printf(&script, "host c%zu 10.0.1.%zu\n", i, i + 1);
	for (size_t i = 0; i < times * n + 1; i++)
		buf_printf(&script,
		    "open c%zu > acs:7547\n> Inform serial=S%zu\n"
		    "  -Device.ManagementServer.ConnectionRequestURL\n"
		    "< InformResponse\n> empty\nfinish\n",
		    is_shared ? 0 : i / times % n, i / times % n);
	if (script_analyse("crowd", buf_str(&script), &options, NULL, &analysis, &err) <
	    0)
		fail_msg("%s", err.text);
	return analysis;
}

static void is_forgotten(size_t n, size_t times, bool is_shared, bool only_findings,
    uint64_t wanted)
{
	struct analysis *analysis = run(n, times, is_shared, only_findings);

	assert_int_equal(analysis->counts.evicted_devices, wanted);
	analysis_free(analysis);
}

static void devices_are_forgotten_from_one_too_many_on(void **state)
{
	(void)state;
	for (int is_shared = 0; is_shared < 2; is_shared++) {
		is_forgotten(DEVICES_MAX, 1, is_shared, true, 0);
		/* The one that comes back is new, and another goes for it. */
		is_forgotten(DEVICES_MAX + 1, 1, is_shared, true, 2);
		/* Also where all were at work lately. */
		is_forgotten(DEVICES_MAX, 2, is_shared, true, 0);
		is_forgotten(DEVICES_MAX + 1, 2, is_shared, true, 2);
	}
}

static void nobody_is_forgotten_where_records_are_kept(void **state)
{
	(void)state;
	is_forgotten(DEVICES_MAX + 1, 1, false, false, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_forgotten_from_one_too_many_on),
		cmocka_unit_test(nobody_is_forgotten_where_records_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
