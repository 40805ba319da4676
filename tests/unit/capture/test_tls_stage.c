/* What a connection turns out to carry, from its first bytes on: TLS, plain text, either
 * behind the header of a load balancer. */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "lib/base/compiler.h"
#include "tests/support/packets.h"
#include "tests/support/tls_pair.h"
#include "tests/support/transcript.h"

#define ASK    "POST /acs HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
#define ANSWER "HTTP/1.1 204 No Content\r\n\r\n"
#define LINE   "PROXY TCP4 203.0.113.7 192.0.2.10 40000 7547\r\n"

static const char binary[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"
			     "\xcb\0\x71\x07\xc0\0\x02\x0a\x9c\x40\x1d\x7b";

static struct str binary_header(void)
{
	return str_make(binary, sizeof(binary) - 1);
}

struct stage { /* a decoder, an open connection, and what was told */
	struct transcript told;
	struct conn_sink sink;
	struct decoder *decoder;
	struct packets packets;
	struct tcp_pair pair;
};

static void open_stage(struct stage *s)
{
	*s = (struct stage){ .told = TRANSCRIPT_NULL,
		.packets = PACKETS_NULL,
		.pair = TCP_PAIR(1, 2, 40000, 7547) };
	s->told.is_brief = true;
	s->sink = transcript_sink(&s->told);
	s->decoder = decoder_new(&s->sink, NULL);
	assert_non_null(s->decoder);
	s->packets.tap = transcript_feed;
	s->packets.tap_user = s->decoder;
	packets_tcp_open(&s->packets, &s->pair);
}

static void send(struct stage *s, bool from_client, struct str bytes)
{
	packets_tcp_send(&s->packets, &s->pair, from_client, bytes);
}

static void close_stage(struct stage *s, const char *expected)
{
	decoder_end(s->decoder);
	assert_string_equal(buf_cstr(&s->told.text), expected);
	decoder_free(s->decoder);
	packets_free(&s->packets);
	buf_free(&s->told.text);
}

static void test_plain_text_passes_through(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s);
	send(&s, true, STR(ASK));
	send(&s, false, STR(ANSWER));
	close_stage(&s, "4 client data 41\n6 server data 27\n");
}

static void test_the_header_of_a_load_balancer_is_no_text(void **state)
{
	const struct str headers[] = { STR(LINE), binary_header() };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		auto_buf together = BUF_NULL;
		struct stage s;

		buf_append_str(&together, headers[i]);
		buf_append_text(&together, ASK);
		open_stage(&s);
		send(&s, true, buf_str(&together));
		close_stage(&s, "4 client data 41\n");

		open_stage(&s);
		send(&s, true, headers[i]);
		send(&s, true, STR(ASK));
		close_stage(&s, "6 client data 41\n");
	}
}

static void send_hello(struct stage *s)
{
	static const uint8_t hello[] = { 22, 3, 1, 0, 4 + 2 + 32 + 1 + 4 + 2, 1, 0, 0,
		2 + 32 + 1 + 4 + 2, 3, 3, [9 + 2 + 32] = 0, 0, 2, 0x13, 1, 1, 0 };

	send(s, true, str_make(hello, sizeof(hello)));
}

static void test_a_plain_answer_to_a_hello_is_told(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s);
	send_hello(&s);
	send(&s, false, STR("HTTP/1.1 400 Bad Request\r\n\r\n"));
	close_stage(&s, "4 client tls client-hello 0303 \n6 server tls broken\n"
			"6 server data 28\n");
}

static void test_tls_is_found_behind_the_header_of_a_load_balancer(void **state)
{
	static const struct tls_script script = { "TLS 1.3",
		.ciphers = "TLS_AES_128_GCM_SHA256", .talk = tls_ask_and_answer };
	struct tls_wire *wire = tls_wire_record(&script);
	struct stage s;

	(void)state;
	open_stage(&s);
	decoder_secrets(s.decoder, buf_str(&wire->keys));
	send(&s, true, binary_header());
	for (size_t i = 0; i < wire->n_chunks; i++)
		send(&s, wire->chunks[i].from_client,
		    str_make(wire->bytes.data + wire->chunks[i].at,
			wire->chunks[i].len));
	decoder_end(s.decoder);

	assert_int_equal(decoder_counts(s.decoder)->tls.sessions, 1);
	assert_int_equal(decoder_counts(s.decoder)->tls.decrypted, 1);
	assert_non_null(strstr(buf_cstr(&s.told.text), "client data 41\n"));
	assert_non_null(strstr(buf_cstr(&s.told.text), "server data 27\n"));
	assert_null(strstr(buf_cstr(&s.told.text), "broken"));
	decoder_free(s.decoder);
	packets_free(&s.packets);
	buf_free(&s.told.text);
	tls_wire_free(wire);
}

static void test_out_of_order_bytes_are_bounded(void **state)
{
	static const struct tcp_limits limits = { 0, 4096, 0 };
	struct transcript told = { BUF_NULL, true };
	struct conn_sink sink = transcript_sink(&told);
	struct decoder *decoder = decoder_new(&sink, &limits);
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

	(void)state;
	assert_non_null(decoder);
	p.tap = transcript_feed;
	p.tap_user = decoder;
	packets_tcp_open(&p, &c);
	for (int i = 0; i < 6; i++) {
		char bytes[1000] = { 'x' };

		packets_tcp_at(&p, &c, true, 100 + 1000 * i,
		    str_make(bytes, sizeof(bytes)));
	}
	decoder_end(decoder);

	/* The fifth segment is over the limit: what waits for 100 bytes waits no more. */
	assert_string_equal(buf_cstr(&told.text),
	    "8 client gap 100\n8 client data 1000\n8 client data 1000\n"
	    "8 client data 1000\n8 client data 1000\n8 client data 1000\n"
	    "9 client data 1000\n");
	decoder_free(decoder);
	packets_free(&p);
	buf_free(&told.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_text_passes_through),
		cmocka_unit_test(test_the_header_of_a_load_balancer_is_no_text),
		cmocka_unit_test(test_a_plain_answer_to_a_hello_is_told),
		cmocka_unit_test(
		    test_tls_is_found_behind_the_header_of_a_load_balancer),
		cmocka_unit_test(test_out_of_order_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
