/* The reference run and its variants, as an ordinary user: exit 0, all eleven steps of every
 * CPE on a frame of the capture, and tshark and xmllint agree.
 *
 *   cpe (3) ── sw1 ── dhcp, dns, acs1, acs2 */
#include "tests/support/labrun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct reference_run {
	const char *name;
	const char *topology;
	struct change changes[LABRUN_CHANGES_MAX];
	size_t cpes;
	const char *needs; /* a program, or null */
	/* Among a thousand connections some segments overtake each other, which tshark by
	 * default does not put back in order. */
	bool has_many_connections;
};

/* Programs under sanitizers take several times as long for each frame: there the labs that
 * differ in code of ours are run, the last with a fifth of its CPEs; who leases, which version
 * of TLS, and whether tshark agrees with the wire is told by the hardened build. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

// clang-format off
static const struct reference_run reference_runs[] = {
	{ "figure-2", "figure-2", { { NULL, NULL } }, 3, NULL, false },
	{ "figure-2-http", "figure-2-http", { { NULL, NULL } }, 3, NULL, false },
	{ "two-rooms", "two-rooms", { { NULL, NULL } }, 6, NULL, false },
#if IS_SANITIZED
	{ "many", "many", { { "count: 100", "count: 20" } }, 100, NULL, true },
#else
	{ "figure-2, leases from dnsmasq", "figure-2",
	  { { "kind: dhcp\n", "kind: dhcp\n    engine: dnsmasq\n" } }, 3, NULL, false },
	{ "figure-2, leases from Kea", "figure-2",
	  { { "kind: dhcp\n", "kind: dhcp\n    engine: kea\n" } }, 3, "kea-dhcp4", false },
	{ "figure-2, TLS 1.2 only", "figure-2",
	  { { "{kind: acs,", "{kind: acs, tls: {max: \"1.2\"}," } }, 3, NULL, false },
	{ "figure-2, TLS 1.3 only", "figure-2",
	  { { "{kind: acs,", "{kind: acs, tls: {min: \"1.3\"}," } }, 3, NULL, false },
	/* All that boot within 5 s, as the topology has it, leave the recorder of a machine
	 * that does other work too little of its processors. */
	{ "many", "many", { { "boot-spread: 5s", "boot-spread: 15s" } }, 500, NULL, true },
#endif
};
// clang-format on

static void check_sequence(const json_t *sequence)
{
	const json_t *steps = json_object_get(sequence, "steps");
	json_t *step;
	unsigned seen = 0;
	size_t i;

	assert_string_equal(labrun_text(sequence, "name"), "acs-migration");
	json_array_foreach(steps, i, step)
	{
		json_int_t number = json_integer_value(json_object_get(step, "step"));
		bool is_skipped = json_is_true(json_object_get(step, "skipped"));

		assert_true(json_is_true(json_object_get(step, "ok")));
		assert_in_range(number, 0, 11);
		if (!is_skipped)
			assert_true(
			    json_integer_value(json_object_get(step, "frame")) > 0);
		seen |= 1U << number;
	}
	assert_int_equal(seen & 0xffe, 0xffe); /* steps 1 to 11 */
	assert_true(json_is_true(json_object_get(sequence, "ok")));
}

static void ask_oracle(const struct labrun *run, bool has_many_connections)
{
	struct process_result oracle = PROCESS_RESULT_NULL;
	char script[4096], xsd[4096], out[128];
	const char *plain[] = { script, out, xsd, NULL };
	const char *many[] = { script, out, xsd, "-o",
		"tcp.reassemble_out_of_order:TRUE", "-d", "tcp.port==7548,tls", NULL };

	(void)snprintf(script, sizeof(script), "%s/tests/integration/run/oracle.sh",
	    labrun_source());
	(void)snprintf(xsd, sizeof(xsd), "%s/../shared/data/xsd/all.xsd",
	    labrun_source());
	(void)snprintf(out, sizeof(out), "%s/out", run->folder);
	process_run(has_many_connections ? many : plain, NULL, &oracle);
	print_message("%s\n", buf_cstr(&oracle.out));
	assert_int_equal(oracle.status, 0);
	buf_free(&oracle.out);
}

static void test_every_step_is_on_the_wire(void **state)
{
	const struct reference_run *row = *state;
	const json_t *sequences;
	struct labrun run;

	if (row->needs)
		process_need(row->needs);
	labrun_prepare(&run, row->topology, row->changes);
	labrun_go(&run);
	print_message("%s\n", buf_cstr(&run.output));

	assert_int_equal(run.status, 0);
	assert_int_equal(json_integer_value(
			     json_object_get(json_object_get(run.report, "counts"),
				 "dropped")),
	    0);
	sequences = json_object_get(run.report, "sequences");
	assert_int_equal(json_array_size(sequences), row->cpes);
	for (size_t cpe = 0; cpe < row->cpes; cpe++)
		check_sequence(json_array_get(sequences, cpe));
	if (!IS_SANITIZED)
		ask_oracle(&run, row->has_many_connections);
	labrun_free(&run);
}

/* With an argument only the rows whose names contain it. */
int main(int argc, char **argv)
{
	struct CMUnitTest tests[ARRAY_LEN(reference_runs)];
	size_t n = 0;

	labrun_setup();
	process_need("tshark");
	process_need("jq");
	process_need("xmllint");
	for (size_t i = 0; i < ARRAY_LEN(reference_runs); i++) {
		if (argc > 1 && !strstr(reference_runs[i].name, argv[1]))
			continue;
		tests[n++] = (struct CMUnitTest){ reference_runs[i].name,
			test_every_step_is_on_the_wire, NULL, NULL,
			(void *)(uintptr_t)&reference_runs[i] };
	}
	return _cmocka_run_group_tests("reference runs", tests, n, NULL, NULL);
}
