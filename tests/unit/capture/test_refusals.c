/* capture: a refusal that is lost on its way is no end of what the CPE tries. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "lib/base/compiler.h"
#include "tests/support/packets.h"
#include "tests/support/transcript.h"

#include <string.h>

enum {
	FIRST = 999 /* number of the first SYN */
};

static const struct row {
	const char *name;
	clock_ns after; /* the refusal */
	uint32_t number;
	bool is_taken;
	const char *sessions;
} rows[] = {
	{ "within a second", 500 * NS_PER_MS, FIRST, false, "ends;" },
	{ "and the ACS is back", 500 * NS_PER_MS, FIRST, true, "goes on; ends;" },
	{ "after a second", 1001 * NS_PER_MS, FIRST, false, "goes on; ends;" },
	{ "and the ACS is back then", 1001 * NS_PER_MS, FIRST, true, "goes on; ends;" },
	{ "at the latest", 4500 * NS_PER_MS, FIRST, false, "goes on; ends;" },
	{ "later", 4501 * NS_PER_MS, FIRST, false, "ends; ends;" },
	{ "another number", 1001 * NS_PER_MS, FIRST + 1, false, "ends; ends;" },
};

static void refuse(struct packets *p, const struct tcp_pair *c, uint32_t number)
{
	packets_tcp(p, &c->client, &c->server, number, 0, TH_SYN_, STR_NULL);
	packets_tcp(p, &c->server, &c->client, 0, number + 1, TH_RST_ | TH_ACK_,
	    STR_NULL);
}

/* The ACS takes it, and ends before it has heard anything. */
static void take(struct packets *p, const struct tcp_pair *c, uint32_t number)
{
	packets_tcp(p, &c->client, &c->server, number, 0, TH_SYN_, STR_NULL);
	packets_tcp(p, &c->server, &c->client, 49999, number + 1, TH_SYN_ | TH_ACK_,
	    STR_NULL);
	packets_tcp(p, &c->client, &c->server, number + 1, 50000, TH_ACK_, STR_NULL);
	packets_tcp(p, &c->server, &c->client, 50000, number + 1, TH_RST_, STR_NULL);
}

static void put_sessions(struct buf *out, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sessions; i++)
		buf_printf(out, "%s%s;", i > 0 ? " " : "",
		    analysis->sessions[i].goes_on ? "goes on" : "ends");
}

/* The ACS takes it, which the CPE does not see, and is gone when the SYN comes again. */
static void take_and_go(struct packets *p, const struct tcp_pair *c)
{
	packets_tcp(p, &c->client, &c->server, FIRST, 0, TH_SYN_, STR_NULL);
	packets_tcp(p, &c->server, &c->client, 0x80000000, FIRST + 1, TH_SYN_ | TH_ACK_,
	    STR_NULL);
	p->now += NS_PER_S;
	refuse(p, c, FIRST);
}

/* The number of a refusal is 0, whatever the answer was that was lost. */
static void test_a_syn_that_was_answered_is_refused_all_the_same(void **state)
{
	static const uint16_t port = 7547;
	const struct analysis_options options = { .path = "x.pcap",
		.ports = &port,
		.n_ports = 1 };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);
	struct error err = ERROR_NULL;
	auto_buf told = BUF_NULL;

	(void)state;
	assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
	p.tap = transcript_feed;
	p.tap_user = analysis_decoder(analysis);
	take_and_go(&p, &c);
	assert_int_equal(analysis_end(analysis, &err), 0);

	put_sessions(&told, analysis);
	assert_string_equal(buf_cstr(&told), "ends;");
	packets_free(&p);
}

static void test_a_syn_that_comes_again_is_the_same_attempt(void **state)
{
	static const uint16_t port = 7547;
	const struct analysis_options options = { .path = "x.pcap",
		.ports = &port,
		.n_ports = 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;
		struct packets p = PACKETS_NULL;
		struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);
		struct error err = ERROR_NULL;
		auto_buf told = BUF_NULL;

		assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
		p.tap = transcript_feed;
		p.tap_user = analysis_decoder(analysis);
		refuse(&p, &c, FIRST);
		p.now += row->after - NS_PER_MS;
		if (row->is_taken)
			take(&p, &c, row->number);
		else
			refuse(&p, &c, row->number);
		assert_int_equal(analysis_end(analysis, &err), 0);

		put_sessions(&told, analysis);
		if (strcmp(buf_cstr(&told), row->sessions) != 0)
			fail_msg("%s: %s", row->name, buf_cstr(&told));
		packets_free(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_syn_that_comes_again_is_the_same_attempt),
		cmocka_unit_test(test_a_syn_that_was_answered_is_refused_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
