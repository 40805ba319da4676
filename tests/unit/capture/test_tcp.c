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

static void test_conflicts_are_counted(void **state)
{
	struct transcript t = TRANSCRIPT_NULL;
	struct conn_sink sink = transcript_sink(&t);
	struct decoder *decoder = decoder_new(&sink, NULL);
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

	(void)state;
	p.tap = transcript_feed;
	p.tap_user = decoder;
	packets_tcp_open(&p, &c);
	overlaps_with_other_bytes(&p, &c);
	decoder_end(decoder);

	assert_int_equal(decoder_counts(decoder)->conflicts, 1);
	assert_int_equal(decoder_counts(decoder)->gaps, 0);
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
	assert_int_equal(decoder_counts(decoder)->began_before, 1);
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&t.text);
}

static void test_the_least_recent_connection_goes_first(void **state)
{
	static const struct decoder_limits limits = { 2, 0, 0 };
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

	assert_int_equal(decoder_counts(decoder)->evicted, 1);
	assert_non_null(strstr(buf_cstr(&t.text), "7 client evicted\nclosed 1\n"));
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&t.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_play_is_told_as_it_was),
		cmocka_unit_test(test_conflicts_are_counted),
		cmocka_unit_test(
		    test_a_connection_without_start_gets_its_roles_by_content),
		cmocka_unit_test(test_the_least_recent_connection_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
