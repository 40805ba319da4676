/* Segments to events, bytes and gaps: what is told, at which frame. */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "lib/base/compiler.h"
#include "tests/support/packets.h"
#include "tests/support/transcript.h"

struct play { /* what a row does with an open connection, from frame 4 on */
	const char *name;
	void (*run)(struct packets *p, struct tcp_pair *c);
	const char *expected; /* after "3 client established" */
};

static void closes_orderly(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_send(p, c, true, STR("ask"));
	packets_tcp_send(p, c, false, STR("answer"));
	packets_tcp_close(p, c);
}

static void swaps_segments(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 3, STR("def"));
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_skip(c, true, 6);
}

static void repeats_a_segment(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_at(p, c, true, 1, STR("bcde"));
	packets_tcp_skip(c, true, 5);
}

static void overlaps_with_other_bytes(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 3, STR("def"));
	packets_tcp_at(p, c, true, 2, STR("XXX"));
	packets_tcp_at(p, c, true, 0, STR("ab"));
	packets_tcp_skip(c, true, 6);
}

static void loses_a_segment(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_skip(c, true, 100);
	packets_tcp_send(p, c, true, STR("tail"));
	packets_tcp_send(p, c, false, STR("answer"));
	packets_tcp_send(p, c, true, STR("next"));
}

static void shows_the_ack_too_early(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_skip(c, true, 3);
	packets_tcp_at(p, c, false, 0, STR("answer"));
	packets_tcp_at(p, c, true, -3, STR("ask"));
	packets_tcp_skip(c, false, 6);
}

static void loses_the_end(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_skip(c, false, 7);
	packets_tcp_close(p, c);
}

static void resets(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 3, STR("def"));
	packets_tcp_rst(p, c, false);
}

static void keeps_alive(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_send(p, c, true, STR("a"));
	packets_tcp_at(p, c, true, -1, STR("a"));
	packets_tcp_at(p, c, true, -1, STR_NULL);
}

static void uses_the_ports_again(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_send(p, c, true, STR("one"));
	c->client_seq += 1000000;
	c->server_seq += 1000000;
	packets_tcp_open(p, c);
	packets_tcp_send(p, c, true, STR("two"));
}

static void uses_the_ports_and_numbers_again(struct packets *p, struct tcp_pair *c)
{
	struct tcp_pair again = *c;

	packets_tcp_send(p, c, true, STR("one"));
	packets_tcp_close(p, c);
	again.client_seq = 1000;
	again.server_seq = 50000;
	packets_tcp_open(p, &again);
	packets_tcp_send(p, &again, true, STR("two"));
}

static void is_reset_and_comes_back(struct packets *p, struct tcp_pair *c)
{
	struct tcp_pair again = *c;

	packets_tcp_rst(p, c, true);
	again.client_seq = 1000;
	packets_tcp_open(p, &again);
}

static void sends_garbage_to_keep_alive(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_send(p, c, true, STR("a"));
	packets_tcp_at(p, c, true, -1, STR("\0"));
	packets_tcp_send(p, c, true, STR("b"));
}

static void is_reset_by_a_stranger(struct packets *p, struct tcp_pair *c)
{
	packets_tcp(p, &c->client, &c->server, c->client_seq + 0x40000000,
	    c->server_seq, TH_RST_, STR_NULL);
	packets_tcp_send(p, c, true, STR("goes on"));
	packets_tcp_rst(p, c, true);
}

static void shows_one_end_only(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("one"));
	packets_tcp_at(p, c, true, 103, STR("two"));
	p->now += 3 * NS_PER_S;
	packets_tcp_at(p, c, true, 106, STR("three"));
}

static void loses_the_last_segment(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("one"));
	packets_tcp_skip(c, true, 50);
	packets_tcp(p, &c->server, &c->client, c->server_seq, c->client_seq, TH_ACK_,
	    STR_NULL);
}

static void sends_data_after_its_fin(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_fin(p, c, true);
	packets_tcp_at(p, c, true, 0, STR("late"));
	packets_tcp_send(p, c, false, STR("answer"));
}

static const struct play plays[] = {
	{ "an orderly end", closes_orderly,
	    "4 client data \"ask\"\n6 server data \"answer\"\n8 client fin\n"
	    "10 server fin\nclosed 1\n" },
	{ "a swap", swaps_segments,
	    "5 client data \"abc\"\n5 client data \"def\"\n5 client end\nclosed 1\n" },
	{ "a repeat", repeats_a_segment,
	    "4 client data \"abc\"\n6 client data \"de\"\n6 client end\nclosed 1\n" },
	{ "the first write wins", overlaps_with_other_bytes,
	    "6 client data \"ab\"\n6 client data \"X\"\n6 client data \"def\"\n"
	    "6 client end\nclosed 1\n" },
	{ "a loss is told before the answer to it", loses_a_segment,
	    "8 client gap 100\n8 client data \"tail\"\n8 client data \"next\"\n"
	    "8 server data \"answer\"\n9 client end\nclosed 1\n" },
	{ "an ACK may be seen before what it acknowledges", shows_the_ack_too_early,
	    "5 client data \"ask\"\n5 server data \"answer\"\n5 client end\nclosed 1\n" },
	{ "a loss before the FIN", loses_the_end,
	    "7 server gap 7\n7 server fin\n7 client fin\nclosed 1\n" },
	{ "a reset hands out what waits", resets,
	    "5 client gap 3\n5 client data \"def\"\n5 server rst\nclosed 1\n" },
	{ "keepalives are no data", keeps_alive,
	    "4 client data \"a\"\n7 client end\nclosed 1\n" },
	{ "ports used again are another connection", uses_the_ports_again,
	    "4 client data \"one\"\n6 client evicted\nclosed 1\n6 client syn\n"
	    "7 server synack\n8 client established\n9 client data \"two\"\n"
	    "10 client end\nclosed 2\n" },
	{ "after the end the same numbers are another connection",
	    uses_the_ports_and_numbers_again,
	    "4 client data \"one\"\n6 client fin\n8 server fin\nclosed 1\n"
	    "10 client syn\n11 server synack\n12 client established\n"
	    "13 client data \"two\"\n14 client end\nclosed 2\n" },
	{ "after a reset, too", is_reset_and_comes_back,
	    "4 client rst\nclosed 1\n5 client syn\n6 server synack\n"
	    "7 client established\n7 client end\nclosed 2\n" },
	{ "the byte of a keepalive may be anything", sends_garbage_to_keep_alive,
	    "4 client data \"a\"\n7 client data \"b\"\n8 client end\nclosed 1\n" },
	{ "a reset with numbers of its own resets nothing", is_reset_by_a_stranger,
	    "5 client data \"goes on\"\n7 client rst\nclosed 1\n" },
	{ "one direction alone: a hole is a gap after two seconds", shows_one_end_only,
	    "4 client data \"one\"\n6 client gap 100\n6 client data \"two\"\n"
	    "6 client data \"three\"\n6 client end\nclosed 1\n" },
	{ "a loss at the very end", loses_the_last_segment,
	    "4 client data \"one\"\n5 client gap 47\n5 client end\nclosed 1\n" },
	{ "data behind a FIN is none", sends_data_after_its_fin,
	    "4 client fin\n7 server data \"answer\"\n8 client end\nclosed 1\n" },
};

static void test_each_play_is_told_as_it_was(void **state)
{
	static const char opening[] =
	    "1 client syn\n2 server synack\n3 client established\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(plays); i++) {
		struct transcript t = TRANSCRIPT_NULL;
		struct conn_sink sink = transcript_sink(&t);
		struct decoder *decoder = decoder_new(&sink, NULL);
		struct packets p = PACKETS_NULL;
		struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);
		const char *text;

		assert_non_null(decoder);
		p.tap = transcript_feed;
		p.tap_user = decoder;
		packets_tcp_open(&p, &c);
		plays[i].run(&p, &c);
		decoder_end(decoder);

		text = buf_cstr(&t.text);
		assert_memory_equal(text, opening, sizeof(opening) - 1);
		if (strcmp(text + sizeof(opening) - 1, plays[i].expected) != 0)
			fail_msg("%s:\n%s", plays[i].name, text);
		decoder_free(decoder);
		packets_free(&p);
		buf_free(&t.text);
	}
}

static void repeats_with_other_bytes(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_at(p, c, true, 3, STR("def"));
	packets_tcp_at(p, c, true, 0, STR("aXc"));
	packets_tcp_at(p, c, true, 3, STR("def"));
}

static void repeats_two_at_once_with_other_bytes(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_at(p, c, true, 3, STR("def"));
	packets_tcp_at(p, c, true, 0, STR("abcdef"));
	packets_tcp_at(p, c, true, 0, STR("abcdXf"));
}

static void repeats_with_other_bytes_and_goes_on(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("abc"));
	packets_tcp_at(p, c, true, 0, STR("abcde"));
	packets_tcp_at(p, c, true, 0, STR("aXcdefg"));
	packets_tcp_at(p, c, true, 5, STR("fg"));
}

/* The bytes of a segment are not kept, only a sum of all. */
static void repeats_a_part_with_other_bytes(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_at(p, c, true, 0, STR("abcdef"));
	packets_tcp_at(p, c, true, 0, STR("aX"));
}

static void repeats_what_is_long_gone(struct packets *p, struct tcp_pair *c)
{
	for (int i = 0; i < 20; i++)
		packets_tcp_at(p, c, true, 3 * i, STR("abc"));
	packets_tcp_at(p, c, true, 0, STR("aXc"));
}

static void test_repeats_and_conflicts_are_counted(void **state)
{
	static const struct {
		void (*run)(struct packets *p, struct tcp_pair *c);
		uint64_t conflicts, retransmitted, reordered;
	} rows[] = {
		{ overlaps_with_other_bytes, 1, 0, 1 },
		{ repeats_with_other_bytes, 1, 1, 0 },
		{ repeats_two_at_once_with_other_bytes, 1, 1, 0 },
		{ repeats_with_other_bytes_and_goes_on, 1, 1, 0 },
		{ repeats_a_part_with_other_bytes, 0, 1, 0 },
		{ repeats_what_is_long_gone, 0, 1, 0 },
		{ repeats_a_segment, 0, 1, 0 },
		{ sends_garbage_to_keep_alive, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct transcript t = TRANSCRIPT_NULL;
		struct conn_sink sink = transcript_sink(&t);
		struct decoder *decoder = decoder_new(&sink, NULL);
		struct packets p = PACKETS_NULL;
		struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);
		const struct decoder_counts *counts;

		assert_non_null(decoder);
		p.tap = transcript_feed;
		p.tap_user = decoder;
		packets_tcp_open(&p, &c);
		rows[i].run(&p, &c);
		decoder_end(decoder);

		counts = decoder_counts(decoder);
		if (counts->tcp.conflicts != rows[i].conflicts ||
		    counts->tcp.retransmitted != rows[i].retransmitted ||
		    counts->tcp.reordered != rows[i].reordered || counts->tcp.gaps != 0)
			fail_msg("row %zu: conflicts %u retransmitted %u reordered %u",
			    i, (unsigned)counts->tcp.conflicts,
			    (unsigned)counts->tcp.retransmitted,
			    (unsigned)counts->tcp.reordered);
		decoder_free(decoder);
		packets_free(&p);
		buf_free(&t.text);
	}
}

/* Whole openings, since the plays above begin after one. */
static void opens_fast(struct packets *p, struct tcp_pair *c)
{
	packets_tcp(p, &c->client, &c->server, 999, 0, TH_SYN_, STR("early"));
	packets_tcp(p, &c->server, &c->client, 49999, 1005, TH_SYN_ | TH_ACK_,
	    STR_NULL);
	packets_tcp(p, &c->client, &c->server, 1005, 50000, TH_ACK_, STR("more"));
}

static void opens_fast_in_vain(struct packets *p, struct tcp_pair *c)
{
	packets_tcp(p, &c->client, &c->server, 999, 0, TH_SYN_, STR("early"));
	packets_tcp(p, &c->server, &c->client, 49999, 1000, TH_SYN_ | TH_ACK_,
	    STR_NULL);
	packets_tcp(p, &c->client, &c->server, 1000, 50000, TH_ACK_, STR("early"));
}

static void is_refused_twice(struct packets *p, struct tcp_pair *c)
{
	for (int i = 0; i < 2; i++) {
		packets_tcp(p, &c->client, &c->server, 999, 0, TH_SYN_, STR_NULL);
		packets_tcp(p, &c->server, &c->client, 0, 1000, TH_RST_ | TH_ACK_,
		    STR_NULL);
		p->now += i == 0 ? 500 * NS_PER_MS : 0;
	}
}

static void is_refused_and_tries_later(struct packets *p, struct tcp_pair *c)
{
	for (int i = 0; i < 2; i++) {
		packets_tcp(p, &c->client, &c->server, 999, 0, TH_SYN_, STR_NULL);
		packets_tcp(p, &c->server, &c->client, 0, 1000, TH_RST_ | TH_ACK_,
		    STR_NULL);
		p->now += 5 * NS_PER_S;
	}
}

static void begins_in_the_middle(struct packets *p, struct tcp_pair *c)
{
	packets_tcp(p, &c->server, &c->client, 50000, 1000, TH_ACK_, STR("answer"));
	packets_tcp(p, &c->client, &c->server, 1000, 50006, TH_ACK_, STR("ask"));
}

static void test_each_opening_is_told_as_it_was(void **state)
{
	static const struct play openings[] = {
		{ "data in the SYN", opens_fast,
		    "1 client syn\n1 client established\n1 client data \"early\"\n"
		    "2 server synack\n3 client data \"more\"\n3 client end\n"
		    "closed 1\n" },
		{ "data in the SYN that the server leaves out", opens_fast_in_vain,
		    "1 client syn\n1 client established\n1 client data \"early\"\n"
		    "2 server synack\n3 client end\nclosed 1\n" },
		{ "a SYN that comes again after its refusal", is_refused_twice,
		    "1 client syn\n2 server rst\n4 server rst\nclosed 1\n" },
		{ "another attempt with the same number", is_refused_and_tries_later,
		    "1 client syn\n2 server rst\nclosed 1\n3 client syn\n"
		    "4 server rst\nclosed 2\n" },
		{ "no SYN at all", begins_in_the_middle,
		    "1 client established\n1 server data \"answer\"\n"
		    "2 client data \"ask\"\n2 client end\nclosed 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		struct transcript t = TRANSCRIPT_NULL;
		struct conn_sink sink = transcript_sink(&t);
		struct decoder *decoder = decoder_new(&sink, NULL);
		struct packets p = PACKETS_NULL;
		struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

		assert_non_null(decoder);
		p.tap = transcript_feed;
		p.tap_user = decoder;
		openings[i].run(&p, &c);
		decoder_end(decoder);

		if (strcmp(buf_cstr(&t.text), openings[i].expected) != 0)
			fail_msg("%s:\n%s", openings[i].name, buf_cstr(&t.text));
		decoder_free(decoder);
		packets_free(&p);
		buf_free(&t.text);
	}
}

/* Feeds what a snap length of 60 bytes leaves of each frame. */
static void feed_cut(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct frame f = { frame, (uint32_t)MIN(len, 60), (uint32_t)len, 1, 0, time,
		number };

	decoder_feed(user, &f);
}

static void test_what_the_snap_length_cut_is_a_gap(void **state)
{
	struct transcript t = TRANSCRIPT_NULL;
	struct conn_sink sink = transcript_sink(&t);
	struct decoder *decoder = decoder_new(&sink, NULL);
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

	(void)state;
	p.tap = feed_cut;
	p.tap_user = decoder;
	packets_tcp_open(&p, &c);
	packets_tcp_send(&p, &c, true, STR("0123456789"));
	packets_tcp_at(&p, &c, true, 10, STR("abcdefghij"));
	packets_tcp_at(&p, &c, true, 0, STR("ABCDEFGHIJ"));
	decoder_end(decoder);

	assert_string_equal(buf_cstr(&t.text),
	    "1 client syn\n2 server synack\n3 client established\n"
	    "4 client data \"012345\"\n4 client gap 4\n"
	    "7 client data \"ABCDEF\"\n7 client gap 4\n"
	    "7 client data \"abcdef\"\n7 client gap 4\n"
	    "7 client end\nclosed 1\n");
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&t.text);
}

static void test_a_connection_without_start_gets_its_roles_by_content(void **state)
{
	struct transcript t = TRANSCRIPT_NULL;
	struct conn_sink sink = transcript_sink(&t);
	struct decoder *decoder = decoder_new(&sink, NULL);
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 1024, 60000);

	(void)state;
	p.tap = transcript_feed;
	p.tap_user = decoder;
	packets_tcp_send(&p, &c, false, STR("HTTP/1.1 204 No Content\r\n\r\n"));
	decoder_end(decoder);

	assert_string_equal(buf_cstr(&t.text),
	    "1 client established\n"
	    "1 server data \"HTTP/1.1 204 No Content\r\n\r\n\"\n"
	    "2 client end\nclosed 1\n");
	assert_int_equal(decoder_counts(decoder)->tcp.began_before, 1);
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&t.text);
}

static void test_the_least_recent_connection_goes_first(void **state)
{
	static const struct tcp_limits limits = { 2, 0, 0 };
	struct transcript t = TRANSCRIPT_NULL;
	struct conn_sink sink = transcript_sink(&t);
	struct decoder *decoder = decoder_new(&sink, &limits);
	struct packets p = PACKETS_NULL;

	(void)state;
	p.tap = transcript_feed;
	p.tap_user = decoder;
	for (uint16_t i = 0; i < 3; i++) {
		struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

		c.client.port = (uint16_t)(c.client.port + i);
		packets_tcp_open(&p, &c);
	}

	assert_int_equal(decoder_counts(decoder)->tcp.evicted, 1);
	assert_non_null(strstr(buf_cstr(&t.text), "7 client evicted\nclosed 1\n"));
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&t.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_play_is_told_as_it_was),
		cmocka_unit_test(test_each_opening_is_told_as_it_was),
		cmocka_unit_test(test_repeats_and_conflicts_are_counted),
		cmocka_unit_test(test_what_the_snap_length_cut_is_a_gap),
		cmocka_unit_test(
		    test_a_connection_without_start_gets_its_roles_by_content),
		cmocka_unit_test(test_the_least_recent_connection_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
