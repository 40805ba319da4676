/* agents/cpe/diag: ping, trace and lookup as exchanges. Each row is what happens at a time, in
 * milliseconds, and what is done then: "send N" with a sequence number, or a number of hops and
 * a port, "wait N" until so many milliseconds, or the end with all that was found out. */
#include "tests/unit/unit.h"

#include "agents/cpe/diag/lookup.h"
#include "agents/cpe/diag/ping.h"
#include "agents/cpe/diag/trace.h"
#include "lib/base/text.h"

#include <inttypes.h>

struct turn {
	int at_ms;
	const char *happens, *does;
};

static struct str cut_word(struct str *text)
{
	struct str word, rest;

	word = str_cut(*text, ' ', &rest);
	*text = rest;
	return word;
}

static uint64_t cut_number(struct str *text)
{
	uint64_t n = 0;

	(void)str_to_u64(cut_word(text), UINT64_MAX, &n);
	return n;
}

static void expect(const struct turn *turn, struct buf *seen)
{
	if (strcmp(buf_cstr(seen), turn->does) != 0)
		fail_msg("at %d ms, %s: %s, not %s", turn->at_ms, turn->happens,
		    buf_cstr(seen), turn->does);
	buf_free(seen);
}

static void put_state(struct buf *out, enum diag_outcome outcome)
{
	static const char *const names[] = {
#define XX(symbol, text, instead) text,
		DIAG_OUTCOME_MAP(XX)
#undef XX
	};

	buf_append_text(out, names[outcome]);
}

/* ---- ping --------------------------------------------------------------------------- */

static void step_ping(struct ping *ping, clock_ns now, struct buf *out)
{
	struct diag_results results = { .n_ok = 0 };

	switch (ping_tick(ping, now)) {
	case PING_SEND:
		buf_printf(out, "send %u, ", (unsigned)ping_sequence(ping));
		step_ping(ping, now, out);
		break;
	case PING_WAIT:
		buf_printf(out, "wait %" PRId64, ping->due / NS_PER_MS);
		break;
	case PING_OVER:
		ping_results(ping, &results);
		put_state(out, results.outcome);
		buf_printf(out,
		    " %" PRIu64 "+%" PRIu64 " %" PRId64 "/%" PRId64 "/%" PRId64,
		    results.n_ok, results.n_failed, results.least / NS_PER_MS,
		    results.mean / NS_PER_MS, results.most / NS_PER_MS);
		break;
	}
}

/* "got N", "no N", "no-route N". */
static void play_turns(struct ping *ping, const struct turn *turns)
{
	for (; turns->does; turns++) {
		clock_ns now = turns->at_ms * NS_PER_MS;
		struct str text = str_of(turns->happens);
		struct str verb = cut_word(&text);
		uint16_t sequence = (uint16_t)cut_number(&text);
		struct buf seen = BUF_NULL;

		if (str_is(verb, "got"))
			(void)ping_answered(ping, sequence, now);
		else if (str_starts(verb, STR("no")))
			ping_refused(ping, sequence, str_is(verb, "no-route"));
		step_ping(ping, now, &seen);
		expect(turns, &seen);
	}
}

static void play_ping(const struct diag_args *args, const struct turn *turns)
{
	struct ping ping;

	ping_init(&ping, args);
	play_turns(&ping, turns);
}

static void test_pings_go_one_after_the_other(void **state)
{
	static const struct diag_args args = { .n = 3, .timeout_ms = 1000 };
	static const struct turn turns[] = {
		{ 1000, "begins", "send 1, wait 2000" },
		{ 1020, "got 1", "wait 1100" },
		{ 1100, "time", "send 2, wait 2100" },
		{ 1500, "got 1", "wait 2100" }, /* a copy */
		{ 2099, "time", "wait 2100" },
		{ 2100, "time", "send 3, wait 3100" },
		{ 2110, "got 2", "wait 3100" }, /* too late */
		{ 2170, "got 3", "Complete 2+1 20/45/70" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_ping(&args, turns);
}

/* As a console has them. */
static void test_pings_rest_behind_the_end_of_each(void **state)
{
	static const struct diag_args args = { .n = 4, .timeout_ms = 50 };
	static const struct turn turns[] = {
		{ 1000, "begins", "send 0, wait 1050" },
		{ 1020, "got 0", "wait 1220" },
		{ 1220, "time", "send 1, wait 1270" },
		{ 1270, "time", "wait 1470" },
		{ 1470, "time", "send 2, wait 1520" },
		{ 1472, "got 2", "wait 1672" },
		{ 1672, "time", "send 3, wait 1722" },
		{ 1673, "got 3", "Complete 3+1 1/7/20" },
		{ 0, NULL, NULL },
	};
	struct ping ping;

	(void)state;
	ping_init(&ping, &args);
	ping.is_rested = true;
	ping.interval = 200 * NS_PER_MS;
	ping.first = 0;
	play_turns(&ping, turns);
}

static void test_pings_that_nobody_answers_are_complete(void **state)
{
	static const struct diag_args args = { .n = 2, .timeout_ms = 50 };
	static const struct turn turns[] = {
		{ 1000, "begins", "send 1, wait 1050" },
		{ 1050, "got 1", "wait 1100" }, /* at the bound it is too late */
		{ 1100, "time", "send 2, wait 1150" },
		{ 1150, "time", "Complete 0+2 0/0/0" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_ping(&args, turns);
}

static void test_there_is_no_route_where_all_pings_find_none(void **state)
{
	static const struct diag_args args = { .n = 2, .timeout_ms = 1000 };
	static const struct turn none[] = {
		{ 1000, "begins", "send 1, wait 2000" },
		{ 1001, "no-route 1", "wait 1100" },
		{ 1100, "time", "send 2, wait 2100" },
		{ 1101, "no-route 2", "Error_NoRouteToHost 0+2 0/0/0" },
		{ 0, NULL, NULL },
	};
	static const struct turn other[] = {
		{ 1000, "begins", "send 1, wait 2000" },
		{ 1001, "no-route 1", "wait 1100" },
		{ 1100, "time", "send 2, wait 2100" },
		{ 1101, "no 2", "Complete 0+2 0/0/0" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_ping(&args, none);
	play_ping(&args, other);
}

/* ---- trace -------------------------------------------------------------------------- */

static void put_hops(struct buf *out, const struct diag_results *results)
{
	char address[IPV4_TEXT_MAX];

	for (uint32_t i = 0; i < results->n_hops; i++) {
		const struct diag_hop *hop = &results->hops[i];

		buf_printf(out, "; %s", ipv4_text(hop->address, address));
		for (uint32_t k = 0; k < hop->n_tries; k++)
			buf_printf(out, "%s%" PRId64, k ? "," : " ",
			    hop->times[k] / NS_PER_MS);
		buf_printf(out, " code %" PRIu64, hop->code);
	}
	buf_printf(out, "; %" PRId64, results->mean / NS_PER_MS);
}

static void step_trace(struct trace *trace, clock_ns now, struct buf *out)
{
	struct diag_results results = { .n_ok = 0 };

	switch (trace_tick(trace, now)) {
	case TRACE_SEND:
		buf_printf(out, "send %u to %u, ", trace->ttl, trace_port(trace));
		step_trace(trace, now, out);
		break;
	case TRACE_WAIT:
		buf_printf(out, "wait %" PRId64, trace->due / NS_PER_MS);
		break;
	case TRACE_OVER:
		trace_results(trace, &results);
		put_state(out, results.outcome);
		put_hops(out, &results);
		break;
	}
}

/* "died PORT ADDRESS", "arrived ...", "blocked PORT ADDRESS CODE". */
static void play_trace(const struct diag_args *args, const struct turn *turns)
{
	struct trace trace;

	trace_init(&trace, args);
	for (; turns->does; turns++) {
		clock_ns now = turns->at_ms * NS_PER_MS;
		struct str text = str_of(turns->happens);
		struct str verb = cut_word(&text);
		uint16_t port = (uint16_t)cut_number(&text);
		struct buf seen = BUF_NULL;
		uint32_t from = 0;

		(void)ipv4_parse(cut_word(&text), &from);
		if (port)
			trace_told(&trace, port,
			    str_is(verb, "died")      ? TRACE_DIED
			    : str_is(verb, "arrived") ? TRACE_ARRIVED
						      : TRACE_BLOCKED,
			    from, (uint8_t)cut_number(&text), now);
		step_trace(&trace, now, &seen);
		expect(turns, &seen);
	}
}

static void test_a_route_is_followed_hop_by_hop(void **state)
{
	static const struct diag_args args = { .n = 2, .timeout_ms = 100, .hops = 5 };
	static const struct turn turns[] = {
		{ 1000, "begins", "send 1 to 33434, wait 1100" },
		{ 1003, "died 33434 10.0.0.1", "send 1 to 33435, wait 1103" },
		{ 1004, "died 33434 10.0.0.9", "wait 1103" }, /* a copy */
		{ 1008, "died 33435 10.0.0.1", "send 2 to 33436, wait 1108" },
		{ 1108, "time", "send 2 to 33437, wait 1208" },
		{ 1109, "died 33436 10.0.1.1", "wait 1208" }, /* too late */
		{ 1208, "time", "send 3 to 33438, wait 1308" },
		{ 1218, "arrived 33438 10.0.2.2 3", "send 3 to 33439, wait 1318" },
		{ 1238, "arrived 33439 10.0.2.2 3",
		    "Complete; 10.0.0.1 3,5 code 0; 0.0.0.0 0,0 code 0; "
		    "10.0.2.2 10,20 code 3; 15" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_trace(&args, turns);
}

static void test_a_route_may_have_as_many_hops_as_the_acs_allows(void **state)
{
	static const struct diag_args args = { .n = 1, .timeout_ms = 100, .hops = 2 };
	static const struct turn arrives[] = {
		{ 0, "begins", "send 1 to 33434, wait 100" },
		{ 5, "died 33434 10.0.0.1", "send 2 to 33435, wait 105" },
		{ 9, "arrived 33435 10.0.2.2 3",
		    "Complete; 10.0.0.1 5 code 0; 10.0.2.2 4 code 3; 4" },
		{ 0, NULL, NULL },
	};
	static const struct turn past[] = {
		{ 0, "begins", "send 1 to 33434, wait 100" },
		{ 5, "died 33434 10.0.0.1", "send 2 to 33435, wait 105" },
		{ 9, "died 33435 10.0.1.1",
		    "Error_MaxHopCountExceeded; 10.0.0.1 5 code 0; "
		    "10.0.1.1 4 code 0; 0" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_trace(&args, arrives);
	play_trace(&args, past);
}

static void test_a_route_ends_where_nobody_knows_a_way(void **state)
{
	static const struct diag_args args = { .n = 1, .timeout_ms = 100, .hops = 9 };
	static const struct turn router[] = {
		{ 0, "begins", "send 1 to 33434, wait 100" },
		{ 5, "blocked 33434 10.0.0.1 1",
		    "Error_NoRouteToHost; 10.0.0.1 5 code 1; 0" },
		{ 0, NULL, NULL },
	};
	static const struct turn itself[] = {
		{ 0, "begins", "send 1 to 33434, wait 100" },
		{ 5, "blocked 33434", "Error_NoRouteToHost; 0.0.0.0 0 code 0; 0" },
		{ 0, NULL, NULL },
	};

	(void)state;
	play_trace(&args, router);
	play_trace(&args, itself);
}

static void test_the_longest_route_has_64_hops_of_three_tries(void **state)
{
	const struct diag_args args = { .n = DIAG_TRIES_MAX,
		.timeout_ms = 1,
		.hops = DIAG_HOPS_MAX };
	struct diag_results results = { .n_ok = 0 };
	struct trace trace;
	enum trace_step step;
	clock_ns now = 0;

	(void)state;
	trace_init(&trace, &args);
	while ((step = trace_tick(&trace, now)) != TRACE_OVER) {
		if (step == TRACE_WAIT)
			now = trace.due;
	}
	trace_results(&trace, &results);

	assert_int_equal(trace.n_sent, 192);
	assert_int_equal(trace_port(&trace), TRACE_PORT + 191);
	assert_int_equal(results.n_hops, 64);
	assert_int_equal(results.outcome, DIAG_TOO_FAR);
}

/* ---- lookup ------------------------------------------------------------------------- */

static void put_answers(struct buf *out, const struct diag_results *results)
{
	char address[IPV4_TEXT_MAX];

	for (uint32_t i = 0; i < results->n_answers; i++) {
		const struct diag_answer *row = &results->answers[i];

		buf_printf(out, "; %s %s \"%s\" %u %" PRId64, row->status, row->type,
		    row->name, row->n_addresses, row->time / NS_PER_MS);
		assert_string_equal(ipv4_text(row->server, address), "192.0.2.53");
	}
}

static void test_each_question_has_a_row_of_its_own(void **state)
{
	static const struct diag_args args = { .n = 5, .timeout_ms = 1000 };
	static const uint32_t addresses[DIAG_ADDRESSES_MAX + 1] = { 1, 2, 3, 4, 5, 6, 7,
		8, 9 };
	static const struct lookup_answer answers[] = {
		{ LOOKUP_FOUND, true, STR("a.lab"), addresses, 2 },
		{ LOOKUP_FOUND, false, STR("a.lab"), addresses,
		    DIAG_ADDRESSES_MAX + 1 },
		{ LOOKUP_UNKNOWN, true, STR(""), NULL, 0 },
		{ LOOKUP_SILENT, false, STR(""), NULL, 0 },
		{ LOOKUP_DEAF, false, STR(""), NULL, 0 },
	};
	struct diag_results results = { .n_ok = 0 };
	struct buf seen = BUF_NULL;
	struct lookup lookup;

	(void)state;
	assert_int_equal(lookup_init(&lookup, &args, 0xc0000235), 0);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		assert_true(lookup_asks(&lookup, 100 * NS_PER_MS));
		assert_true(lookup_due(&lookup) == 1100 * NS_PER_MS);
		lookup_told(&lookup, &answers[i], 107 * NS_PER_MS);
	}
	assert_false(lookup_asks(&lookup, 0));
	lookup_results(&lookup, &results);
	lookup_free(&lookup);
	put_state(&seen, results.outcome);
	put_answers(&seen, &results);

	assert_string_equal(buf_cstr(&seen),
	    "Complete; Success Authoritative \"a.lab\" 2 7; "
	    "Success NonAuthoritative \"a.lab\" 8 7; "
	    "Error_HostNameNotResolved None \"\" 0 7; Error_Timeout None \"\" 0 0; "
	    "Error_DNSServerNotAvailable None \"\" 0 0");
	assert_int_equal(results.n_ok, 2);
	buf_free(&seen);
	diag_results_free(&results);
}

static void test_a_lookup_fails_when_all_of_it_does(void **state)
{
	static const struct diag_args args = { .n = 0, .timeout_ms = 0 };
	static const struct lookup_answer silent = { .news = LOOKUP_SILENT };
	struct diag_results results = { .n_ok = 0 };
	struct lookup lookup;

	(void)state;
	assert_int_equal(lookup_init(&lookup, &args, 0), 0);
	assert_true(lookup_asks(&lookup, 0));
	assert_true(lookup_due(&lookup) == LOOKUP_TIMEOUT_MS * NS_PER_MS);
	lookup_told(&lookup, &silent, lookup_due(&lookup));
	assert_false(lookup_asks(&lookup, 0));
	lookup_results(&lookup, &results);

	assert_int_equal(results.outcome, DIAG_OTHER);
	assert_int_equal(results.n_answers, 1);
	lookup_free(&lookup);
	diag_results_free(&results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pings_go_one_after_the_other),
		cmocka_unit_test(test_pings_rest_behind_the_end_of_each),
		cmocka_unit_test(test_pings_that_nobody_answers_are_complete),
		cmocka_unit_test(test_there_is_no_route_where_all_pings_find_none),
		cmocka_unit_test(test_a_route_is_followed_hop_by_hop),
		cmocka_unit_test(test_a_route_may_have_as_many_hops_as_the_acs_allows),
		cmocka_unit_test(test_a_route_ends_where_nobody_knows_a_way),
		cmocka_unit_test(test_the_longest_route_has_64_hops_of_three_tries),
		cmocka_unit_test(test_each_question_has_a_row_of_its_own),
		cmocka_unit_test(test_a_lookup_fails_when_all_of_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
