/* Scripts of captures: what comes over the wire, and how mistakes are told. */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "tests/support/script.h"
#include "tests/support/transcript.h"

struct result {
	struct transcript transcript;
	struct script_map map;
	struct error err;
	int status;
};

/* Runs the script through the decoder. The caller frees it with result_free(). */
static struct result run(const char *text)
{
	struct result r = { .transcript = TRANSCRIPT_NULL, .err = ERROR_NULL };
	struct conn_sink sink = transcript_sink(&r.transcript);
	struct decoder *decoder = decoder_new(&sink, NULL);
	struct packets packets = PACKETS_NULL;

	assert_non_null(decoder);
	packets.tap = transcript_feed;
	packets.tap_user = decoder;
	r.status = script_run_text("x", str_of(text), &packets, &r.map, &r.err);
	decoder_end(decoder);
	decoder_free(decoder);
	packets_free(&packets);
	return r;
}

static void result_free(struct result *r)
{
	buf_free(&r->transcript.text);
	script_map_free(&r->map);
}

static void assert_mistake(const char *text, const char *words)
{
	struct result r = run(text);

	assert_int_equal(r.status, ERR_CONFIG);
	assert_string_equal(r.err.text, words);
	result_free(&r);
}

static void assert_has(struct result *r, const char *words)
{
	assert_int_equal(r->status, 0);
	if (!str_find(buf_str(&r->transcript.text), str_of(words), NULL))
		assert_string_equal(buf_cstr(&r->transcript.text), words);
}

static void assert_has_not(struct result *r, const char *words)
{
	assert_int_equal(r->status, 0);
	assert_false(str_find(buf_str(&r->transcript.text), str_of(words), NULL));
}

static void test_an_exchange_comes_over_the_wire(void **state)
{
	struct result r = run("open acs:80/x port=4000\n"
			      "> empty\n"
			      "< 204\n"
			      "close\n");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_string_equal(buf_cstr(&r.transcript.text),
	    "1 client syn\n"
	    "2 server synack\n"
	    "3 client established\n"
	    "4 client data \"POST /x HTTP/1.1\r\n"
	    "Host: 10.0.0.11\r\n"
	    "Content-Length: 0\r\n"
	    "\r\n\"\n"
	    "6 server data \"HTTP/1.1 204 No Content\r\n"
	    "\r\n\"\n"
	    "8 client fin\n"
	    "10 server fin\n"
	    "closed 1\n");
	result_free(&r);
}

static void assert_line(const struct script_line *line, unsigned number, uint64_t first,
    uint64_t last)
{
	assert_int_equal(line->line, number);
	assert_int_equal(line->first, first);
	assert_int_equal(line->last, last);
}

static void test_each_line_knows_its_frames(void **state)
{
	struct result r = run("# nothing\n"
			      "open\n"
			      "> POST\n"
			      "  body \"x\"\n"
			      "wait 5s\n"
			      "reset cpe\n");

	(void)state;
	assert_int_equal(r.map.len, 4);
	assert_line(&r.map.lines[0], 2, 1, 3);
	assert_line(&r.map.lines[1], 3, 4, 5);
	assert_line(&r.map.lines[2], 5, 6, 5); /* none */
	assert_line(&r.map.lines[3], 6, 6, 6);
	result_free(&r);
}

static void test_headers_and_bodies_are_changed(void **state)
{
	struct result r = run("open\n"
			      "> Inform http=1.0 length=3\n"
			      "  -SOAPAction\n"
			      "  Host: elsewhere\n"
			      "  +X-More: 1\n"
			      "  body <<END\n"
			      "<a>\n"
			      "</a>\n"
			      "  END\n"
			      "  edit s|<a>|<b>|\n");

	(void)state;
	assert_has(&r, "\"POST /acs HTTP/1.0\r\n"
		       "Host: elsewhere\r\n"
		       "Content-Type: text/xml; charset=\"utf-8\"\r\n"
		       "Content-Length: 3\r\n"
		       "X-More: 1\r\n"
		       "\r\n"
		       "<b>\n</a>\n\"");
	result_free(&r);
}

static void test_chunks_end_with_an_empty_one(void **state)
{
	struct result r = run("open\n> POST chunked\n  body \"abcd\"\n");

	(void)state;
	assert_has(&r, "\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n");
	assert_has_not(&r, "Content-Length");
	result_free(&r);
}

static void test_cookies_last_for_a_session(void **state)
{
	struct result r = run("open\n"
			      "> Inform\n"
			      "< InformResponse\n"
			      "  Set-Cookie: a=1; Path=/\n"
			      "  +Set-Cookie: b=2\n"
			      "> empty\n"
			      "close\n"
			      "open port=4100\n"
			      "> Inform id=second\n");
	struct str text = buf_str(&r.transcript.text);
	size_t at;

	(void)state;
	assert_has(&r, "Cookie: a=1; b=2\r\n");
	assert_true(str_find(text, STR("HTTP/1.1\r\nHost: 10.0.0.11:7547\r\n"), &at));
	assert_false(
	    str_find(str_from(text, text.len - 2000), STR("Cookie: a=1"), NULL));
	result_free(&r);
}

static void test_credentials_follow_a_challenge(void **state)
{
	struct result r = run("login cpe secret\n"
			      "open\n"
			      "> empty\n"
			      "< 401 digest realm=lab nonce=n1\n"
			      "> empty\n"
			      "< 204\n"
			      "> empty auth.nc=0000000a\n");

	(void)state;
	assert_has(&r, "WWW-Authenticate: Digest realm=\"lab\"");
	/* RFC 7616 3.4.1: MD5(MD5(cpe:lab:secret):n1:00000001:cnonce:auth:MD5(POST:/acs)) */
	assert_has(&r, "response=\"533f10dcebb3b086f2990a1ba5231646\"");
	assert_has(&r, "nc=00000001");
	assert_has_not(&r, "nc=00000002");
	assert_has(&r, "nc=0000000a");
	result_free(&r);
}

static void test_answers_have_the_id_of_their_request(void **state)
{
	struct result r = run("open\n"
			      "> Inform id=77\n"
			      "< InformResponse\n"
			      "> empty\n"
			      "< Reboot id=x CommandKey=k\n"
			      "> RebootResponse id=none\n");

	(void)state;
	assert_has(&r,
	    ">77</cwmp:ID></soap-env:Header><soap-env:Body><cwmp:InformResponse>");
	assert_has(&r, ">x</cwmp:ID></soap-env:Header><soap-env:Body><cwmp:Reboot>"
		       "<CommandKey>k</CommandKey>");
	assert_has(&r, "<soap-env:Header></soap-env:Header><soap-env:Body>"
		       "<cwmp:RebootResponse>");
	result_free(&r);
}

static void test_values_have_their_type(void **state)
{
	struct result r = run(
	    "open\n"
	    "< SetParameterValues ParameterKey=k A.B=http://a:80/ A.C=7:unsignedInt "
	    "A.D=\"x:int\" A.E=\"1\":boolean\n");

	(void)state;
	assert_has(&r, "ParameterValueStruct[4]");
	assert_has(&r, "<Name>A.B</Name><Value xsi:type=\"xsd:string\">http://a:80/<");
	assert_has(&r, "<Name>A.C</Name><Value xsi:type=\"xsd:unsignedInt\">7<");
	assert_has(&r, "<Name>A.D</Name><Value xsi:type=\"xsd:string\">x:int<");
	assert_has(&r, "<Name>A.E</Name><Value xsi:type=\"xsd:boolean\">1<");
	result_free(&r);
}

static void test_a_segment_is_missing(void **state)
{
	struct result r = run("open mss=10\n"
			      "> raw \"0123456789abcdefghijABCDE\"\n"
			      "use x\n");

	(void)state;
	assert_int_equal(r.status, ERR_CONFIG);
	result_free(&r);
	r = run("open mss=100\n> POST drop=2\n  body \"x\"\n> raw \"tail\"\n");
	assert_has(&r, "gap");
	result_free(&r);
}

/* The frames one behind the other. */
static void collect(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	(void)time;
	(void)number;
	buf_append(user, frame, len);
}

static void test_bytes_have_lengths(void **state)
{
	static const uint8_t payload[] = { 0x01, 0xff, 7, 2, 'a', 'b', 5, 0, 5, 0, 1,
		'c', 0, 3, 2, 1, 0 };
	static const char text[] = "udp cpe:3478 > acs:3478 01ff 7:\"ab\" "
				   "[ 5::\"c\" ] [[ 2:(00) ]]\n";
	struct packets packets = PACKETS_NULL;
	auto_buf frames = BUF_NULL;

	(void)state;
	packets.tap = collect;
	packets.tap_user = &frames;
	assert_int_equal(script_run_text("x", str_of(text), &packets, NULL, NULL), 0);
	packets_free(&packets);

	assert_int_equal(frames.len, 14 + 20 + 8 + sizeof(payload));
	assert_memory_equal(frames.data + 14 + 20 + 8, payload, sizeof(payload));
}

static void collect_time(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	(void)frame;
	(void)len;
	((clock_ns *)user)[number] = time;
}

static void test_a_frame_comes_at_an_exact_time(void **state)
{
	static const char text[] = "arp cpe > gw\n" /* frames 1 and 2 */
				   "mark asked\n"
				   "repeat 3\n"
				   "  arp cpe > dns no-reply\n"
				   "  wait 1s\n"
				   "until asked+30.000001s\n"
				   "silence 0s\n";
	struct packets packets = PACKETS_NULL;
	clock_ns times[8] = { 0 };

	(void)state;
	packets.tap = collect_time;
	packets.tap_user = times;
	assert_int_equal(script_run_text("x", str_of(text), &packets, NULL, NULL), 0);
	packets_free(&packets);

	assert_int_equal(packets.frames, 6);
	assert_int_equal(times[6] - times[2], 30 * NS_PER_S + NS_PER_US);
}

static void test_text_is_repeated(void **state)
{
	struct result r = run("open\n"
			      "> POST\n"
			      "  body \"<\\*3{ab}>\"\n");

	(void)state;
	assert_has(&r, "Content-Length: 8\r\n\r\n<ababab>\"");
	result_free(&r);
}

static void test_mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	assert_mistake("open\nsing\n", "x:2:1: no statement \"sing\"");
	assert_mistake("  open\n", "x:1:1: indented, but nothing is above it");
	assert_mistake("> empty\n", "x:1:1: no connection was opened");
	assert_mistake("open mars:80\n",
	    "x:1:6: no host \"mars\": name it with \"host mars ADDRESS\"");
	assert_mistake("wait soon\n", "x:1:1: \"soon\" is no time like 30s or 1.5s");
	assert_mistake("open\n\n> Infrom\n",
	    "x:3:3: no message \"Infrom\" in this direction: an RPC, \"empty\", METHOD, "
	    "or a status");
	assert_mistake("open\n> Inform\n  edit s/nowhere/x/\n",
	    "x:3:8: \"nowhere\" is not in it");
	assert_mistake("open\n> Inform\n  -X-Header\n",
	    "x:2:1: there is no header X-Header to leave out");
	assert_mistake("open\n< Reboot Speed=9\n",
	    "x:2:10: Reboot has no place for \"Speed=9\"");
	assert_mistake("open\n> POST\n  body <<END\nx\n",
	    "x:3:8: the block has no end");
	assert_mistake("udp cpe:1 > acs:2 0g\n",
	    "x:1:19: neither pairs of hex digits nor \"text\"");
	assert_mistake("host a 10.0.0.300\n", "x:1:8: no address");
	assert_mistake("open\n> POST \"x\n",
	    "x:2:8: a quote that is not closed, or an escape that is none");
	assert_mistake("open\n> POST \"\\*3{x\"\n",
	    "x:2:8: a quote that is not closed, or an escape that is none");
	assert_mistake("mark a\n", "x:1:1: no frame is before it");
	assert_mistake("open\nuntil a+1s\n", "x:2:7: no \"mark a\" is above");
	assert_mistake("open\nmark a\nwait 2s\nuntil a+1s\n",
	    "x:4:7: that time is over");
	assert_mistake("repeat 2\n  sing\n", "x:2:3: no statement \"sing\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_exchange_comes_over_the_wire),
		cmocka_unit_test(test_each_line_knows_its_frames),
		cmocka_unit_test(test_headers_and_bodies_are_changed),
		cmocka_unit_test(test_chunks_end_with_an_empty_one),
		cmocka_unit_test(test_cookies_last_for_a_session),
		cmocka_unit_test(test_credentials_follow_a_challenge),
		cmocka_unit_test(test_answers_have_the_id_of_their_request),
		cmocka_unit_test(test_values_have_their_type),
		cmocka_unit_test(test_a_segment_is_missing),
		cmocka_unit_test(test_bytes_have_lengths),
		cmocka_unit_test(test_a_frame_comes_at_an_exact_time),
		cmocka_unit_test(test_text_is_repeated),
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
