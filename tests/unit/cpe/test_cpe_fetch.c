/* agents/cpe/transfer/fetch: one file as exchanges. Each row is what the server answers
 * ("STATUS HEADERS|BODY", or "break", "break inside" for a connection that ends), and what is
 * asked then: "GET PATH HEADERS", "elsewhere URL: ...", "done N" or "fault N: WHY". */
#include "tests/unit/cases.h"

#include "agents/cpe/transfer/fetch.h"

#include <stdio.h>

enum {
	TURNS_MAX = 10
};

struct turn {
	const char *answer, *next;
};

struct play {
	struct fetch fetch;
	struct http_head head;
	struct buf request, told, file;
};

static int plain_hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	(void)bytes;
	(void)len;
	(void)snprintf(hex, AUTH_HASH_HEX_MAX, "%032x", (unsigned)algorithm);
	return 0;
}

static void tell_request(struct play *play)
{
	static const char *const names[] = { "Range", "If-Range", "Content-Length" };
	struct error err = ERROR_NULL;
	int n = http_head_parse(&play->head, true, play->request.data,
	    play->request.len, NULL, &err);
	struct str value;

	assert_true(n > 0);
	buf_printf(&play->told, "%.*s %.*s", STR_ARG(play->head.method),
	    STR_ARG(play->head.target));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		value = http_header(&play->head, names[i]);
		if (value.p)
			buf_printf(&play->told, " %s=%.*s", names[i], STR_ARG(value));
	}
	value = http_header(&play->head, "Authorization");
	if (value.p)
		buf_printf(&play->told, " %.*s", (int)str_find_char(value, ' '),
		    value.p);
}

static void advance(struct play *play, enum fetch_next next)
{
	buf_reset(&play->told);
	if (next == FETCH_ELSEWHERE)
		buf_printf(&play->told, "elsewhere %s: ", play->fetch.url_text);
	if (next == FETCH_SEND || next == FETCH_ELSEWHERE) {
		buf_reset(&play->request);
		next = fetch_write(&play->fetch, &play->request);
		if (next == FETCH_READ) {
			tell_request(play);
			return;
		}
	}
	if (next == FETCH_DONE)
		buf_printf(&play->told, "done %llu",
		    (unsigned long long)play->fetch.n_bytes);
	else
		buf_printf(&play->told, "fault %u: %s", play->fetch.fault,
		    play->fetch.why);
}

static void answer(struct play *play, const char *text)
{
	auto_buf bytes = BUF_NULL;
	struct error err = ERROR_NULL;
	struct http_head head;
	struct str body, headers, piece;
	struct str start = str_cut(str_of(text), '|', &body);
	struct str status = str_cut(start, ' ', &headers);
	enum fetch_next next;

	if (str_starts(start, STR("break"))) {
		advance(play, fetch_broken(&play->fetch, str_ends(start, STR("inside")),
				  "it broke"));
		return;
	}
	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\n%.*s%s\r\n", STR_ARG(status),
	    STR_ARG(headers), headers.len > 0 ? "\r\n" : "");
	if (http_head_parse(&head, false, bytes.data, bytes.len, NULL, &err) <= 0)
		fail_msg("%s: %s", text, err.text);
	next = fetch_head(&play->fetch, &head);
	if (fetch_is_fresh(&play->fetch))
		buf_reset(&play->file);
	if (next == FETCH_READ && body.len > 0) {
		next = fetch_body(&play->fetch, body, &piece);
		buf_append_str(&play->file, piece);
	}
	if (next == FETCH_READ && str_find(headers, STR("Content-Length"), NULL) &&
	    play->fetch.has_total && play->fetch.n_bytes < play->fetch.total)
		next = fetch_broken(&play->fetch, true, "it broke");
	else if (next == FETCH_READ)
		next = fetch_whole(&play->fetch, &head);
	advance(play, next);
}

#define DIGEST "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\""
#define BASIC  "WWW-Authenticate: Basic realm=\"r\""

static const struct scene {
	const char *name;
	bool is_upload;
	const char *url, *username;
	const char *file; /* that has come at the end; null: anything */
	struct turn turns[TURNS_MAX];
} scenes[] = {
	{ "a file", false, "http://f/a", "", "hello",
	    { { "200 Content-Length: 5|hello", "done 5" } } },
	{ "an empty file", false, "http://f/a", "", "",
	    { { "200 Content-Length: 0", "done 0" } } },
	{ "a file without a length", false, "http://f/a", "", "hello",
	    { { "200 Transfer-Encoding: chunked|hello", "done 5" } } },
	{ "as large as there is room for", false, "http://f/a", "", "0123456789",
	    { { "200 Content-Length: 10|0123456789", "done 10" } } },
	{ "larger, as it says", false, "http://f/a", "", NULL,
	    { { "200 Content-Length: 11|0123456789",
		"fault 9017: the file has 11 bytes; "
		"there is room for 10" } } },
	{ "larger, and says nothing", false, "http://f/a", "", NULL,
	    { { "200 Transfer-Encoding: chunked|01234567890",
		"fault 9017: the file goes on after 10 bytes, all that there is room "
		"for" } } },
	{ "404", false, "http://f/a", "", NULL,
	    { { "404", "fault 9016: the file server answers 404 Not Found" } } },
	{ "403", false, "http://f/a", "", NULL,
	    { { "403", "fault 9016: the file server answers 403 Forbidden" } } },
	{ "410", false, "http://f/a", "", NULL,
	    { { "410", "fault 9016: the file server answers 410" } } },
	{ "500", false, "http://f/a", "", NULL,
	    { { "500", "fault 9010: the file server answers 500 Internal Server "
		       "Error" } } },
	{ "nobody there", false, "http://f/a", "", NULL,
	    { { "break", "fault 9015: it broke" } } },
	{ "digest", false, "http://f/a", "u", "hello",
	    { { "401 " DIGEST "|no", "GET /a Digest" },
		{ "200 Content-Length: 5|hello", "done 5" } } },
	{ "credentials that are refused", false, "http://f/a", "u", NULL,
	    { { "401 " DIGEST, "GET /a Digest" },
		{ "401 " DIGEST,
		    "fault 9012: the file server refuses the credentials" } } },
	{ "a stale nonce", false, "http://f/a", "u", "hello",
	    { { "401 " DIGEST, "GET /a Digest" },
		{ "401 " DIGEST ", stale=true", "GET /a Digest" },
		{ "200 Content-Length: 5|hello", "done 5" } } },
	{ "no credentials", false, "http://f/a", "", NULL,
	    { { "401 " DIGEST, "fault 9012: the file server wants a username and the "
			       "order has none" } } },
	{ "Basic within TLS", false, "https://f/a", "u", "hello",
	    { { "401 " BASIC, "GET /a Basic" },
		{ "200 Content-Length: 5|hello", "done 5" } } },
	{ "Basic without TLS", false, "http://f/a", "u", NULL,
	    { { "401 " BASIC, "fault 9012: the file server has no challenge that can "
			      "be answered" } } },
	{ "a redirect", false, "http://f/a", "", "hello",
	    { { "302 Location: /b", "GET /b" },
		{ "301 Location: http://g/c", "elsewhere http://g/c: GET /c" },
		{ "200 Content-Length: 5|hello", "done 5" } } },
	{ "credentials do not follow", false, "http://f/a", "u", NULL,
	    { { "401 " DIGEST, "GET /a Digest" },
		{ "307 Location: http://g/c", "elsewhere http://g/c: GET /c" },
		{ "401 " DIGEST, "fault 9012: another file server, which the first one "
				 "redirects to, wants credentials" } } },
	{ "redirects without end", false, "http://f/a", "", NULL,
	    { { "302 Location: /1", "GET /1" }, { "302 Location: /2", "GET /2" },
		{ "302 Location: /3", "GET /3" }, { "302 Location: /4", "GET /4" },
		{ "302 Location: /5", "GET /5" },
		{ "302 Location: /6",
		    "fault 9010: more than 5 redirects in a row" } } },
	{ "from https to http", false, "https://f/a", "", NULL,
	    { { "302 Location: http://f/a",
		"fault 9010: 302 from https to http is not followed" } } },
	{ "a redirect to nowhere", false, "http://f/a", "", NULL,
	    { { "302", "fault 9010: 302 without a Location" } } },
	{ "a redirect to what is no URL", false, "http://f/a", "", NULL,
	    { { "302 Location: ftp://f/a", NULL } } },
	{ "it goes on behind what has come", false, "http://f/a", "", "helloworld",
	    { { "200 Content-Length: 10\r\nETag: \"x\"|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5- If-Range=\"x\"" },
		{ "206 Content-Range: bytes 5-9/10|world", "done 10" } } },
	{ "a weak tag is none", false, "http://f/a", "", "helloworld",
	    { { "200 Content-Length: 10\r\nETag: W/\"x\"|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "206 Content-Range: bytes 5-9/10|world", "done 10" } } },
	{ "the file has changed meanwhile", false, "http://f/a", "", "HELLO",
	    { { "200 Content-Length: 10\r\nETag: \"x\"|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5- If-Range=\"x\"" },
		{ "200 Content-Length: 5|HELLO", "done 5" } } },
	{ "the file has become shorter", false, "http://f/a", "", "abc",
	    { { "200 Content-Length: 10|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "416", "GET /a" }, { "200 Content-Length: 3|abc", "done 3" } } },
	{ "another part than was asked for", false, "http://f/a", "", NULL,
	    { { "200 Content-Length: 10|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "206 Content-Range: bytes 4-9/10|oworld",
		    "fault 9017: 206 with another part of the file than was asked "
		    "for" } } },
	{ "a part that nobody asked for", false, "http://f/a", "", NULL,
	    { { "206 Content-Range: bytes 0-4/5|hello",
		"fault 9017: 206 with another part of the file than was asked for" } } },
	{ "it breaks again and again", false, "http://f/a", "", NULL,
	    { { "200 Content-Length: 10|hello",
		  "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "break", "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "break", "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "break", "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "break", "elsewhere http://f/a: GET /a Range=bytes=5-" },
		{ "break", "fault 9017: it broke, after 5 bytes and 5 new tries" } } },
	{ "an upload", true, "http://f/a", "", NULL, { { "201", "done 4" } } },
	{ "an upload with 204", true, "http://f/a", "", NULL, { { "204", "done 4" } } },
	{ "an upload with digest", true, "http://f/a", "u", NULL,
	    { { "401 " DIGEST, "PUT /a Content-Length=4 Digest" },
		{ "200", "done 4" } } },
	{ "an upload to a place that is moved", true, "http://f/a", "", NULL,
	    { { "307 Location: /b", "PUT /b Content-Length=4" },
		{ "200", "done 4" } } },
	{ "an upload that is refused", true, "http://f/a", "", NULL,
	    { { "405",
		"fault 9011: the file server answers 405 Method Not Allowed" } } },
	{ "an upload that is forbidden", true, "http://f/a", "", NULL,
	    { { "403", "fault 9012: the file server answers 403 Forbidden" } } },
	{ "an upload that breaks", true, "http://f/a", "", NULL,
	    { { "break inside", "fault 9011: it broke" } } },
	{ "an upload to nobody", true, "http://f/a", "", NULL,
	    { { "break", "fault 9015: it broke" } } },
};

/* is_measured: one try; n_zeroes: behind the body of an upload. */
static void begin_as(struct play *play, const struct scene *scene, bool is_measured,
    uint64_t n_zeroes)
{
	const struct fetch_config config = {
		.is_upload = scene->is_upload,
		.url = str_of(scene->url),
		.username = str_of(scene->username),
		.password = STR("p"),
		.body = STR("body"),
		.n_zeroes = n_zeroes,
		.max_bytes = 10,
		.is_measured = is_measured,
		.hash = plain_hash,
		.user_agent = STR("t"),
	};
	struct error err = ERROR_NULL;

	*play = (struct play){ .request = BUF_NULL };
	if (fetch_init(&play->fetch, &config, &err) < 0)
		fail_msg("%s", err.text);
	fetch_connected(&play->fetch, STR("c0ffee"));
	advance(play, FETCH_SEND);
}

static void begin(struct play *play, const struct scene *scene)
{
	begin_as(play, scene, false, 0);
	assert_string_equal(buf_cstr(&play->told),
	    scene->is_upload ? "PUT /a Content-Length=4" : "GET /a");
}

static void end(struct play *play)
{
	fetch_free(&play->fetch);
	buf_free(&play->request);
	buf_free(&play->told);
	buf_free(&play->file);
}

static void an_exchange_goes_as_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	begin(&play, scene);
	for (const struct turn *turn = scene->turns; turn->answer; turn++) {
		answer(&play, turn->answer);
		if (turn->next && strcmp(buf_cstr(&play.told), turn->next) != 0)
			fail_msg("%s: after \"%s\": %s", scene->name, turn->answer,
			    buf_cstr(&play.told));
	}
	if (scene->file && strcmp(buf_cstr(&play.file), scene->file) != 0)
		fail_msg("%s: %s", scene->name, buf_cstr(&play.file));
	end(&play);
}

static void test_a_page_that_is_no_file_has_an_end(void **state)
{
	static char page[FETCH_DROPPED_MAX + 1];

	(void)state;
	for (size_t len = FETCH_DROPPED_MAX; len <= FETCH_DROPPED_MAX + 1; len++) {
		const struct scene scene = { .url = "http://f/a", .username = "" };
		struct http_head head = { .status = 404 };
		struct str piece;
		struct play play;

		begin(&play, &scene);
		assert_int_equal(fetch_head(&play.fetch, &head), FETCH_READ);
		assert_int_equal(fetch_body(&play.fetch, str_make(page, len), &piece),
		    len <= FETCH_DROPPED_MAX ? FETCH_READ : FETCH_FAILED);
		assert_int_equal(piece.len, 0);
		end(&play);
	}
}

static void test_a_measured_file_that_breaks_is_not_gone_on_with(void **state)
{
	const struct scene scene = { .url = "http://f/a", .username = "" };
	struct play play;

	(void)state;
	begin_as(&play, &scene, true, 0);
	answer(&play, "200 Content-Length: 10|hello");
	assert_string_equal(buf_cstr(&play.told), "fault 9017: it broke");
	end(&play);
}

static void test_zeroes_behind_a_body_count(void **state)
{
	const struct scene scene = { .is_upload = true,
		.url = "http://f/a",
		.username = "" };
	struct play play;

	(void)state;
	begin_as(&play, &scene, true, 1000);
	assert_string_equal(buf_cstr(&play.told), "PUT /a Content-Length=1004");
	answer(&play, "201");
	assert_string_equal(buf_cstr(&play.told), "done 1004");
	end(&play);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, an_exchange_goes_as_told, scenes);
	cases_add(&cases, test_a_page_that_is_no_file_has_an_end);
	cases_add(&cases, test_a_measured_file_that_breaks_is_not_gone_on_with);
	cases_add(&cases, test_zeroes_behind_a_body_count);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
