/* lib/proto/telnet.c: what a client sends, what comes of it as keys, and what it is answered. */
#include "tests/unit/cases.h"

#include "lib/proto/telnet.h"

#define IAC  "\xff"
#define DONT "\xfe"
#define DO   "\xfd"
#define WONT "\xfc"
#define WILL "\xfb"
#define SB   "\xfa"
#define SE   "\xf0"

#define OF(text)                       \
	{                              \
		text, sizeof(text) - 1 \
	}

struct exchange {
	const char *name;
	struct str sent, keys, reply;
	unsigned width, height;
};

static const struct exchange exchanges[] = {
	{ "text_and_every_enter", OF("a\r\nb\r\0c\rd\ne"), OF("a\rb\rc\rd\ne"), OF(""),
	    0, 0 },
	{ "the_answers_that_were_asked_for",
	    OF(IAC DO "\x01" IAC DO "\x03" IAC WILL "\x1f" IAC SB
		      "\x1f\0\x50\0\x18" IAC SE "x"),
	    OF("x"), OF(""), 80, 24 },
	{ "a_window_255_wide",
	    OF(IAC WILL "\x1f" IAC SB "\x1f\0" IAC IAC "\0\x18" IAC SE), OF(""), OF(""),
	    255, 24 },
	{ "a_window_of_who_does_not_tell_it",
	    OF(IAC WONT "\x1f" IAC SB "\x1f\0\x50\0\x18" IAC SE), OF(""), OF(""), 0,
	    0 },
	{ "options_that_nobody_has",
	    OF(IAC DO "\x05" IAC WILL "\x22" IAC DONT "\x05" IAC WONT "\x22"), OF(""),
	    OF(IAC WONT "\x05" IAC DONT "\x22"), 0, 0 },
	{ "an_option_off_and_on_again",
	    OF(IAC DO "\x01" IAC DONT "\x01" IAC DONT "\x01" IAC DO "\x01" IAC DO
		      "\x01"),
	    OF(""), OF(IAC WONT "\x01" IAC WILL "\x01"), 0, 0 },
	{ "keys_of_a_menu",
	    OF("a" IAC "\xf4"
	       "b" IAC "\xf7"
	       "c" IAC "\xf8"
	       "d" IAC IAC IAC "\xf1"),
	    OF("a\x03"
	       "b\x7f"
	       "c\x15"
	       "d\xff"),
	    OF(""), 0, 0 },
	{ "are_you_there", OF(IAC "\xf6"), OF(""), OF("\r\n"), 0, 0 },
	{ "a_subnegotiation_too_long",
	    OF(IAC WILL "\x1f" IAC SB
			"\x1f\0\x50\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" IAC SE "x"),
	    OF("x"), OF(""), 0, 0 },
};

static void check(const struct exchange *row, size_t piece)
{
	struct telnet telnet;
	auto_buf keys = BUF_NULL, reply = BUF_NULL, opening = BUF_NULL;

	telnet_open(&telnet, &opening);
	assert_int_equal(opening.len, 9);
	for (size_t at = 0; at < row->sent.len; at += piece)
		telnet_take(&telnet,
		    str_make(row->sent.p + at, MIN(piece, row->sent.len - at)), &keys,
		    &reply);
	assert_int_equal(keys.len, row->keys.len);
	assert_memory_equal(keys.data ? keys.data : (const uint8_t *)"", row->keys.p,
	    row->keys.len);
	assert_int_equal(reply.len, row->reply.len);
	assert_memory_equal(reply.data ? reply.data : (const uint8_t *)"", row->reply.p,
	    row->reply.len);
	assert_int_equal(telnet.width, row->width);
	assert_int_equal(telnet.height, row->height);
}

static void run_exchange(void **state)
{
	const struct exchange *row = *state;

	for (size_t piece = 1; piece <= row->sent.len; piece++)
		check(row, piece);
}

static void test_text_for_a_client(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	telnet_put(&out, STR("a\nb\xff\rc"));
	assert_true(str_eq(buf_str(&out), STR("a\r\nb\xff\xff\r\0c")));
}

/* What a server sends a client, in pieces of one byte and whole. */
static void test_text_of_a_server(void **state)
{
	static const struct str sent =
	    OF(IAC WILL "\x01" IAC WILL "\x03" IAC DO "\x1f" IAC WILL "\x05" IAC "\xf4"
			"\r\na" IAC IAC "\rb\r\0c\r\r\nd" IAC WONT "\x01" IAC WILL
			"\x03" IAC SB "\x18\x01" IAC SE "e");

	(void)state;
	for (size_t piece = 1; piece <= sent.len; piece += sent.len - 1) {
		struct telnet telnet;
		auto_buf text = BUF_NULL, reply = BUF_NULL;

		telnet_open_client(&telnet);
		for (size_t at = 0; at < sent.len; at += piece)
			telnet_take(&telnet,
			    str_make(sent.p + at, MIN(piece, sent.len - at)), &text,
			    &reply);
		assert_true(str_eq(buf_str(&text), STR("\na\xff\rb\rc\r\nde")));
		assert_true(str_eq(buf_str(&reply),
		    STR(IAC DO "\x01" IAC DO "\x03" IAC WONT "\x1f" IAC DONT
			       "\x05" IAC DONT "\x01")));
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_exchange, exchanges);
	cases_add(&cases, test_text_for_a_client);
	cases_add(&cases, test_text_of_a_server);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
