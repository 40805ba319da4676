/* What is remembered of hosts that never open a session: capture/observe/host_memory.c. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "tests/support/script.h"
#include "tests/support/transcript.h"

enum {
	STRANGERS_MAX = 1 << 16, /* as there */
};

/* Queries of clients, each for a name of its own, from the first address on. */
static void feed_clients(struct packets *p, uint32_t first, uint32_t n)
{
	struct endpoint client = ENDPOINT(1, 4000);
	const struct endpoint server = ENDPOINT(3, 53);

	for (uint32_t i = 0; i < n; i++) {
		uint8_t query[] = "\0\1\1\0\0\1\0\0\0\0\0\0\4" /* length */
				  "....\0\0\1\0\1";

		memcpy(query + 13, &i, sizeof(i));
		for (size_t k = 13; k < 17; k++)
			query[k] = (uint8_t)('a' + query[k] % 16 + query[k] / 16);
		client.ip = first + i;
		(void)packets_udp(p, &client, &server,
		    str_make(query, sizeof(query) - 1));
		buf_reset(&p->file);
	}
}

/* The analysis of the script, if any, and of so many clients after it. */
static struct analysis *run(const char *script, uint32_t n_clients, bool only_findings)
{
	const struct analysis_options options = { .path = "crowd",
		.only_findings = only_findings };
	struct analysis *analysis = NULL;
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;

	assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
	packets.tap = transcript_feed;
	packets.tap_user = analysis_decoder(analysis);
	if (script &&
	    script_run_text("script", str_of(script), &packets, NULL, &err) < 0)
		fail_msg("%s", err.text);
	feed_clients(&packets, 0x0b000000, n_clients);
	if (script)
		feed_clients(&packets, 0x0a000000 + 100, 1);
	packets_free(&packets);
	assert_int_equal(analysis_end(analysis, &err), 0);
	return analysis;
}

static void is_forgotten(const char *script, uint32_t n_clients, bool only_findings,
    uint64_t wanted)
{
	struct analysis *analysis = run(script, n_clients, only_findings);

	assert_int_equal(analysis->counts.evicted_hosts, wanted);
	analysis_free(analysis);
}

static void strangers_are_forgotten_from_one_too_many_on(void **state)
{
	(void)state;
	is_forgotten(NULL, STRANGERS_MAX, true, 0);
	is_forgotten(NULL, STRANGERS_MAX + 1, true, 1);
	is_forgotten(NULL, 2 * STRANGERS_MAX, true, STRANGERS_MAX);
}

static void a_cpe_with_a_session_is_no_stranger(void **state)
{
	(void)state;
	is_forgotten("session\n", STRANGERS_MAX, true, 0);
}

static void nobody_is_forgotten_where_records_are_kept(void **state)
{
	(void)state;
	is_forgotten(NULL, STRANGERS_MAX + 1, false, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_are_forgotten_from_one_too_many_on),
		cmocka_unit_test(a_cpe_with_a_session_is_no_stranger),
		cmocka_unit_test(nobody_is_forgotten_where_records_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
