/* agents/common/http_client against a peer that plays a script: all that a server can do to a
 * client, and what the client's owner hears of it. */
#include "tests/unit/unit.h"

#include "agents/common/http_client.h"
#include "tests/unit/common/peer.h"

#include <stdio.h>

#define POST "POST /cwmp HTTP/1.1\r\nHost: acs\r\nContent-Length: 2\r\n\r\nhi"
#define OK   "HTTP/1.1 200 OK\r\n"

enum {
	BODY_MAX = 8,
	ACTS_MAX = 6
};

struct talk {
	uv_loop_t loop;
	struct hoard hoard;
	struct peer peer;
	struct http_client *client;
	unsigned n_requests; /* still to be sent */
	struct buf told;     /* what the owner was told */
	bool is_closed;
};

static void on_closed(void *user)
{
	struct talk *talk = user;

	talk->is_closed = true;
}

static void send_or_close(struct talk *talk)
{
	if (talk->n_requests == 0 || !http_client_is_open(talk->client)) {
		http_client_close(talk->client, on_closed);
		return;
	}
	talk->n_requests--;
	assert_int_equal(http_client_send(talk->client, STR(POST)), 0);
}

static void on_opened(void *user)
{
	struct talk *talk = user;

	buf_append_text(&talk->told, "opened; ");
	if (talk->n_requests > 0)
		send_or_close(talk);
}

static void on_responded(void *user, const struct http_head *head, struct str body)
{
	struct talk *talk = user;

	buf_printf(&talk->told, "%u [%.*s] %s; ", head->status, STR_ARG(body),
	    http_client_is_open(talk->client) ? "stays open" : "is to be closed");
	send_or_close(talk);
}

static void on_ended(void *user, bool is_awaiting)
{
	struct talk *talk = user;

	buf_printf(&talk->told, "ended%s; ", is_awaiting ? ", an answer is due" : "");
	assert_false(http_client_is_open(talk->client));
	http_client_close(talk->client, on_closed);
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	static const char *const layers[] = { "TCP", "TLS", "HTTP" };
	struct talk *talk = user;

	buf_printf(&talk->told, "%s: %s; ", layers[layer], why);
	assert_false(http_client_is_open(talk->client));
	http_client_close(talk->client, on_closed);
}

static const struct http_client_handlers handlers = {
	.opened = on_opened,
	.responded = on_responded,
	.ended = on_ended,
	.failed = on_failed,
};

static void open_client(struct talk *talk, const struct sockaddr_in *to)
{
	const struct stream_tls plain = { .ctx = NULL };
	size_t max = talk->hoard.max ? talk->hoard.max : 1 << 20;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	hoard_init(&talk->hoard, max);
	assert_int_equal(http_client_open(&talk->client, &talk->loop, fd,
			     (const struct sockaddr *)to, sizeof(*to), &plain, BODY_MAX,
			     &talk->hoard, &handlers, talk, NULL),
	    0);
}

/* Plays acts against a client with so many requests; the caller frees talk->told. */
static void play(struct talk *talk, const struct peer_act *acts, unsigned n_requests)
{
	*talk = (struct talk){ .n_requests = n_requests };
	assert_int_equal(uv_loop_init(&talk->loop), 0);
	peer_open(&talk->peer, &talk->loop, acts);
	open_client(talk, &talk->peer.at);
	if (!run_to_the_end(&talk->loop))
		fail_msg("it hangs after: %s", buf_cstr(&talk->told));
	peer_free(&talk->peer);
	assert_int_equal(uv_loop_close(&talk->loop), 0);
	assert_true(talk->is_closed);
}

#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

static const struct row {
	const char *name;
	unsigned n_requests;
	struct peer_act acts[ACTS_MAX];
	const char *told;
} rows[] = {
	{ "one connection carries one request after the other", 3,
	    { { "hi", OK "Content-Length: 2\r\n\r\nok", 0 },
		{ "hi", "HTTP/1.1 204 No Content\r\n\r\n", 0 },
		{ "hi", CHUNKED "1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 0 } },
	    "opened; 200 [ok] stays open; 204 [] stays open; 200 [xyz] stays open; " },
	{ "the server wants to close", 2,
	    { { "hi", OK "Connection: close\r\nContent-Length: 2\r\n\r\nok", 0 } },
	    "opened; 200 [ok] is to be closed; " },
	{ "HTTP/1.0 closes unless it says otherwise", 2,
	    { { "hi", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 0 } },
	    "opened; 200 [ok] is to be closed; " },
	{ "a body that the close ends", 2, { { "hi", OK "\r\nabc", PEER_ENDS } },
	    "opened; 200 [abc] is to be closed; " },
	{ "interim responses are no answer", 1,
	    { { "hi",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
		"Link: x\r\n\r\n" OK "Content-Length: 2\r\n\r\nok",
		0 } },
	    "opened; 200 [ok] stays open; " },
	{ "bytes behind the response", 2,
	    { { "hi", OK "Content-Length: 2\r\n\r\nokHTTP", 0 } },
	    "opened; 200 [ok] is to be closed; " },
	{ "a response that nobody asked for", 0, { { NULL, OK "\r\n", 0 } },
	    "opened; HTTP: bytes come that answer no request; " },
	{ "an end without a response", 1, { { "hi", NULL, PEER_ENDS } },
	    "opened; ended, an answer is due; " },
	{ "an end between requests", 0, { { NULL, NULL, PEER_ENDS } },
	    "opened; ended; " },
	{ "an end after an interim response", 1,
	    { { "hi", "HTTP/1.1 100 Continue\r\n\r\n", PEER_ENDS } },
	    "opened; ended, an answer is due; " },
	{ "an end in the head", 1, { { "hi", OK "Content-Le", PEER_ENDS } },
	    "opened; HTTP: the connection ended inside the response's head; " },
	{ "an end in a body of known length", 1,
	    { { "hi", OK "Content-Length: 3\r\n\r\nab", PEER_ENDS } },
	    "opened; HTTP: the connection ended after 2 of 3 bytes of the body; " },
	{ "an end in a chunked body", 1, { { "hi", CHUNKED "3\r\nab", PEER_ENDS } },
	    "opened; HTTP: the connection ended after 2 bytes of a chunked body that "
	    "goes on; " },
	{ "a reset in a body", 1,
	    { { "hi", OK "Content-Length: 3\r\n\r\nab", PEER_RESETS } },
	    "opened; TCP: Connection reset by peer; " },
	{ "a reset instead of an answer", 1, { { "hi", NULL, PEER_RESETS } },
	    "opened; TCP: Connection reset by peer; " },
	{ "no HTTP", 1, { { "hi", "220 mail.example ESMTP\r\n\r\n", 0 } },
	    "opened; HTTP: no \"HTTP/1.x\" at byte 0 of the head; " },
	{ "the longest body", 1,
	    { { "hi", OK "Content-Length: 8\r\n\r\n12345678", 0 } },
	    "opened; 200 [12345678] stays open; " },
	{ "a longer one", 1, { { "hi", OK "Content-Length: 9\r\n\r\n123456789", 0 } },
	    "opened; HTTP: a body over 8 bytes; " },
	{ "a longer one in chunks", 1, { { "hi", CHUNKED "9\r\n123456789", 0 } },
	    "opened; HTTP: a body over 8 bytes; " },
	{ "a longer one without a length", 1, { { "hi", OK "\r\n123456789", 0 } },
	    "opened; HTTP: a body over 8 bytes; " },
};

static void owners_hear_what_servers_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct talk talk;

		play(&talk, rows[i].acts, rows[i].n_requests);
		if (strcmp(buf_cstr(&talk.told), rows[i].told) != 0)
			fail_msg("%s: %s", rows[i].name, buf_cstr(&talk.told));
		buf_free(&talk.told);
	}
}

/* The client ends first, so that the server's port is not left in TIME_WAIT. */
static void a_client_that_is_closed_sends_its_end(void **state)
{
	static const struct peer_act acts[] = {
		{ "hi", OK "Content-Length: 2\r\n\r\nok", 0 }, { NULL, NULL, 0 }
	};
	struct talk talk;

	(void)state;
	play(&talk, acts, 1);
	assert_true(talk.peer.has_seen_end);
	assert_int_equal(talk.peer.n_got, strlen(POST));
	buf_free(&talk.told);
}

/* An RST over what was not read would take from the server what it was told last. The body is
 * longer than what is read at once, and still has room in the sockets: nobody reads while the
 * peer sends. */
static void a_client_that_has_read_enough_resets_nobody(void **state)
{
	static char bytes[41 << 10] = OK "Content-Length: 40000\r\n\r\n";
	static const struct peer_act acts[] = { { "hi", bytes, 0 }, { NULL, NULL, 0 } };
	struct talk talk;

	(void)state;
	memset(bytes + strlen(bytes), 'x', 40000);
	play(&talk, acts, 1);
	assert_string_equal(buf_cstr(&talk.told),
	    "opened; HTTP: a body over 8 bytes; ");
	assert_true(talk.peer.has_seen_end);
	buf_free(&talk.told);
}

static void a_head_has_a_limit(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		auto_buf head = BUF_NULL;
		struct peer_act acts[] = { { "hi", NULL, 0 }, { NULL, NULL, 0 } };
		struct talk talk;

		buf_append_text(&head, "HTTP/1.1 204 No Content\r\nY: ");
		while (head.len < HTTP_HEAD_BYTES_MAX - strlen("\r\n\r\n") + over)
			buf_append_char(&head, 'y');
		buf_append_text(&head, "\r\n\r\n");
		acts[0].bytes = buf_cstr(&head);
		play(&talk, acts, 1);
		assert_string_equal(buf_cstr(&talk.told),
		    over ? "opened; HTTP: a head over 32768 bytes; "
			 : "opened; 204 [] stays open; ");
		buf_free(&talk.told);
	}
}

static void nobody_listening_is_a_failure_of_tcp(void **state)
{
	struct talk talk = { .client = NULL };
	struct sockaddr_in at;
	int fd = listen_on_loopback(&at, -1);

	(void)state;
	assert_int_equal(uv_loop_init(&talk.loop), 0);
	open_client(&talk, &at);
	assert_true(run_to_the_end(&talk.loop));
	assert_string_equal(buf_cstr(&talk.told), "TCP: Connection refused; ");
	assert_true(talk.is_closed);
	assert_int_equal(uv_loop_close(&talk.loop), 0);
	(void)close(fd);
	buf_free(&talk.told);
}

/* ---- what a silent connection waits for ---------------------------------------------- */

static void close_and_run(struct talk *talk)
{
	http_client_close(talk->client, on_closed);
	assert_true(run_to_the_end(&talk->loop));
	assert_true(talk->is_closed);
	assert_int_equal(uv_loop_close(&talk->loop), 0);
}

/* A queue of connections that is full leaves the next SYN without an answer. */
static void a_silent_client_may_wait_for_tcp(void **state)
{
	struct talk talk = { .client = NULL };
	struct sockaddr_in at;
	int fd = listen_on_loopback(&at, 0);
	int first = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(connect(first, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(uv_loop_init(&talk.loop), 0);
	open_client(&talk, &at);
	(void)uv_run(&talk.loop, UV_RUN_NOWAIT);
	assert_int_equal(http_client_waits_for(talk.client), HTTP_CLIENT_TCP);
	assert_false(http_client_is_open(talk.client));
	close_and_run(&talk);
	assert_int_equal(talk.told.len, 0);
	(void)close(first);
	(void)close(fd);
}

/* The server's TCP answers, its TLS does not. */
static void a_silent_client_may_wait_for_tls(void **state)
{
	const struct tls_config config = { .max = TLS_PROTOCOL_1_3 };
	auto_cleanup(tls_ctx_free) struct tls_ctx *ctx = NULL;
	struct stream_tls tls = { .name = "acs.lab" };
	struct talk talk = { .client = NULL };
	struct sockaddr_in at;
	int listener = listen_on_loopback(&at, 1);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	uint64_t spins = 0;

	(void)state;
	assert_int_equal(tls_ctx_new(&ctx, &config, NULL), 0);
	tls.ctx = ctx;
	assert_int_equal(uv_loop_init(&talk.loop), 0);
	hoard_init(&talk.hoard, 1 << 20);
	assert_int_equal(http_client_open(&talk.client, &talk.loop, fd,
			     (struct sockaddr *)&at, sizeof(at), &tls, BODY_MAX,
			     &talk.hoard, &handlers, &talk, NULL),
	    0);
	while (
	    http_client_waits_for(talk.client) == HTTP_CLIENT_TCP && spins++ < 1000000)
		(void)uv_run(&talk.loop, UV_RUN_NOWAIT);
	assert_int_equal(http_client_waits_for(talk.client), HTTP_CLIENT_TLS);
	close_and_run(&talk);
	assert_int_equal(talk.told.len, 0);
	(void)close(listener);
}

static void a_silent_client_may_wait_for_an_answer(void **state)
{
	static const struct peer_act acts[] = { { NULL, NULL, 0 } };
	struct talk talk = { .n_requests = 1 };

	(void)state;
	assert_int_equal(uv_loop_init(&talk.loop), 0);
	peer_open(&talk.peer, &talk.loop, acts);
	open_client(&talk, &talk.peer.at);
	while (talk.peer.n_got < strlen(POST))
		(void)uv_run(&talk.loop, UV_RUN_ONCE);
	assert_int_equal(http_client_waits_for(talk.client), HTTP_CLIENT_HTTP);
	assert_true(http_client_is_open(talk.client));
	close_and_run(&talk);
	assert_string_equal(buf_cstr(&talk.told), "opened; ");
	peer_free(&talk.peer);
	buf_free(&talk.told);
}

/* However many ACSs send halves of responses to however many CPEs. */
static void responses_under_way_have_a_bound(void **state)
{
	static const struct peer_act acts[] = {
		{ "hi", OK "Content-Length: 3\r\n\r\nab", 0 }, { NULL, NULL, 0 }
	};
	struct talk talk = { .n_requests = 1, .hoard.max = 100 };

	(void)state;
	assert_int_equal(uv_loop_init(&talk.loop), 0);
	peer_open(&talk.peer, &talk.loop, acts);
	open_client(&talk, &talk.peer.at);
	assert_true(run_to_the_end(&talk.loop));
	assert_int_equal(uv_loop_close(&talk.loop), 0);

	assert_string_equal(buf_cstr(&talk.told),
	    "opened; HTTP: the responses under way take too much memory, and this one "
	    "the most; ");
	assert_int_equal(talk.hoard.bytes, 0);
	peer_free(&talk.peer);
	buf_free(&talk.told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_hear_what_servers_do),
		cmocka_unit_test(a_client_that_is_closed_sends_its_end),
		cmocka_unit_test(a_client_that_has_read_enough_resets_nobody),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(nobody_listening_is_a_failure_of_tcp),
		cmocka_unit_test(a_silent_client_may_wait_for_tcp),
		cmocka_unit_test(a_silent_client_may_wait_for_tls),
		cmocka_unit_test(a_silent_client_may_wait_for_an_answer),
		cmocka_unit_test(responses_under_way_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
