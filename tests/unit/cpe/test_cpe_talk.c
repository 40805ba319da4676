/* agents/cpe/talk: a session on the wire as exchanges. The name server, the connection and
 * the socket are this file's. What happens:
 *
 *   start URL            resolved, unresolved WHY      opened
 *   answer STATUS[ HEADER][|informed]                  a response, perhaps an InformResponse
 *   answer+close ...     the same, and the ACS closes  ended       the ACS closes unasked
 *   answer 200 |download a file is ordered, and the response waits for it; done: it has come
 *   trickle              a part of a response
 *   failed WHY           TCP breaks                    timeout     nothing came in time
 *   break WHY            the owner ends the session    closed      the connection is gone
 *   connected            TCP stands, and TLS is to follow; resumed: it resumes, once opened
 *   cut, mend            the uplink is cut, and back
 *   second opened        the same of the connection of a second session: answered, ended,
 *                        failed, closed */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/device_stub.h"
#include "tests/unit/cpe/drawing.h"

#include "agents/common/http_client.h"
#include "agents/common/resolve/resolver.h"
#include "agents/cpe/talk/talk.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>

enum {
	ROWS_MAX = 12
};

struct exchange {
	const char *happens;
	const char *does; /* joined by "; " */
};

struct http_client {
	const char *name; /* in the diary: "" of the first, "second " */
	const struct http_client_handlers *handlers;
	void *user;
	bool is_open;
	bool is_answered;
	void (*done)(void *user);
	bool is_resumed, is_frozen;
};

struct resolver {
	void (*done)(void *user, const struct resolver_answer *answer);
	void *user;
};

static struct buf diary;
static struct http_client client, second; /* and the one that stands beside it */
static bool has_first; /* it is open, so that the next one is the second */
static struct resolver resolver;
static bool has_socket; /* else there is none to be had */

static void note(const char *fmt, ...) ATTR_PRINTF(1, 2);

static void note(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_printf(&diary, "%s%s", diary.len > 0 ? "; " : "", text);
}

/* ---- what talk.c calls -------------------------------------------------------------- */

int cpe_place_socket(const struct cpe_place *place, int type, uint32_t from,
    struct error *err)
{
	char text[IPV4_TEXT_MAX];

	(void)place;
	(void)type;
	if (!has_socket)
		return error_set(err, -EMFILE, "socket: no more of them");
	note("from %s", ipv4_text(from, text));
	return 1000000;
}

uint32_t cpe_place_towards(const struct cpe_place *place, uint32_t to,
    struct cpe_way *way, clock_ns now)
{
	(void)place;
	(void)to;
	(void)way;
	(void)now;
	return 0x0a0000c8;
}

static const char *six_text(const struct sockaddr *to)
{
	static char text[INET6_ADDRSTRLEN];
	struct sockaddr_in6 in;

	memcpy(&in, to, sizeof(in));
	return inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof(text));
}

int http_client_open(struct http_client **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    uint64_t body_max, struct hoard *hoard, const struct http_client_handlers *handlers,
    void *user, struct error *err)
{
	struct sockaddr_in in;
	char text[IPV4_TEXT_MAX];

	(void)loop;
	(void)fd;
	(void)to_len;
	(void)body_max;
	(void)hoard;
	(void)err;
	memcpy(&in, to, sizeof(in));
	if (to->sa_family == AF_INET6)
		note("connects %s", six_text(to));
	else
		note("connects %s:%u%s%s", ipv4_text(ntohl(in.sin_addr.s_addr), text),
		    ntohs(in.sin_port), tls->ctx ? " as " : "",
		    tls->ctx ? tls->name : "");
	*ret = has_first ? &second : &client;
	**ret = (struct http_client){ .name = has_first ? "second " : "",
		.handlers = handlers,
		.user = user,
		.is_open = true };
	has_first = true;
	return 0;
}

int http_client_send(struct http_client *http, struct str request)
{
	struct http_head head;
	struct str host;
	bool is_whole;
	int head_len = http_head_parse(&head, true, request.p, request.len, NULL, NULL);

	assert_true(head_len > 0);
	host = http_header(&head, "Host");
	is_whole = request.len == (size_t)head_len + head.content_length;
	note("%sposts %s to %.*s%s%s", http->name,
	    !is_whole             ? "a part of an envelope"
	    : head.content_length ? "an envelope"
				  : "nothing",
	    STR_ARG(host), http_header(&head, "Cookie").p ? " with its cookie" : "",
	    str_find(request, STR(">another</cwmp:ID>"), NULL) ? " by another ID" : "");
	return 0;
}

bool http_client_is_open(const struct http_client *http)
{
	return http->is_open;
}

bool http_client_is_answered(const struct http_client *http)
{
	return http->is_answered;
}

enum http_client_layer http_client_waits_for(const struct http_client *http)
{
	(void)http;
	return HTTP_CLIENT_HTTP;
}

bool http_client_is_resumed(const struct http_client *http)
{
	return http->is_resumed;
}

void http_client_read_slowly(struct http_client *http, size_t bytes, uint64_t ms)
{
	(void)http;
	assert_true(bytes > 0 && ms > 0);
	note("reads slowly");
}

void http_client_hand_over(struct http_client *http,
    const struct http_client_handlers *handlers, void *user)
{
	http->handlers = handlers;
	http->user = user;
}

void http_client_freeze(struct http_client *http)
{
	note("%sfreezes", http->name);
	http->is_frozen = true;
}

void http_client_close(struct http_client *http, void (*done)(void *user))
{
	note("%scloses", http->name);
	has_first &= http != &client;
	http->done = done;
}

int resolver_ask(struct resolver **ret, uv_loop_t *loop,
    const struct resolver_query *query,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err)
{
	(void)loop;
	(void)err;
	assert_int_equal(query->from, 0x0a000064);
	note("asks %zu servers for %s", query->n_servers, query->name);
	resolver = (struct resolver){ done, user };
	*ret = &resolver;
	return 0;
}

void resolver_cancel(struct resolver *asked)
{
	note("asks no more");
	asked->done = NULL;
}

/* ---- what talk.c tells -------------------------------------------------------------- */

static void on_addressed(void *user, uint32_t address)
{
	char text[IPV4_TEXT_MAX];

	(void)user;
	note("learns that it is %s", ipv4_text(address, text));
}

static void on_addressed6(void *user, const uint8_t *address)
{
	(void)user;
	assert_int_equal(address[15], 1);
}

static void on_waits(void *user)
{
	(void)user;
}

static void on_rests(void *user)
{
	struct talk **talk = user;

	/* However long the file takes, the ACS is not to blame. */
	assert_true(talk_due(*talk) == INT64_MAX);
	note("rests");
}

static void on_ended(void *user, const struct failure *failure)
{
	(void)user;
	note("ends%s%s%s%s", failure->layer ? ": " : "",
	    failure_layer_name(failure->layer), failure->layer ? ": " : "",
	    failure->why);
}

static void on_over(void *user, bool is_success)
{
	struct talk **talk = user;

	assert_null(*talk);
	note("over%s", is_success ? ", well" : "");
}

static const struct talk_handlers handlers = {
	.addressed = on_addressed,
	.addressed6 = on_addressed6,
	.waits = on_waits,
	.rests = on_rests,
	.ended = on_ended,
	.over = on_over,
};

/* ---- who measures ------------------------------------------------------------------- */

static const char *stage_name(const struct cpe_sight *sight)
{
	static const char *const names[] = {
		[CPE_STAGE_DNS] = "DNS",
		[CPE_STAGE_TCP] = "TCP",
		[CPE_STAGE_TLS] = "TLS",
		[CPE_STAGE_TLS_RESUMED] = "TLS resumed",
		[CPE_STAGE_EMPTY] = "empty",
		[CPE_STAGE_REST] = "rest",
	};

	return sight->stage == CPE_STAGE_RPC ? cwmp_method_name(sight->method)
					     : names[sight->stage];
}

static void on_began(void *user, const struct cpe_sight *sight)
{
	(void)user;
	assert_int_equal(sight->number, 7);
	note("[begins]");
}

static void on_passed(void *user, const struct cpe_sight *sight, clock_ns now)
{
	(void)user;
	assert_true(sight->began <= sight->since && sight->since <= now);
	note("[%s]", stage_name(sight));
}

/* How far one that fails has come. */
static const char *reach_name(const struct cpe_sight *sight)
{
	if (!sight->has_spoken)
		return sight->has_tried ? ", unheard" : ", unsent";
	if (!sight->is_answered)
		return ", unanswered";
	return sight->is_awaiting ? ", cut" : "";
}

static void on_observed_end(void *user, const struct cpe_sight *sight,
    const struct failure *failure, clock_ns now)
{
	(void)user;
	(void)now;
	note("[%s%s%s%s]", failure->layer ? "fails in " : "ends behind ",
	    stage_name(sight), failure->layer ? reach_name(sight) : "",
	    sight->has_moved ? ", moved" : "");
}

static const struct cpe_observer observer = {
	.began = on_began,
	.passed = on_passed,
	.ended = on_observed_end,
};

/* ---- what happens ------------------------------------------------------------------- */

struct play {
	struct device_stub *stub;
	struct event_queue events;
	struct dhcp_lease lease;
	struct cpe_place place;
	struct tls_ctx *tls;
	struct talk *talk;
	const struct cpe_observer *observer; /* null: nobody measures */
	bool is_cut;                         /* before the session begins */
	unsigned fault;                      /* bit of enum load_fault; 0 */
};

static void start(struct play *play, const char *url)
{
	const struct talk_config config = {
		.place = &play->place,
		.tls = play->tls,
		.lease = &play->lease,
		.events = &play->events,
		.rpc = play->stub->rpc,
		.acs_url = url,
		.is_url_leased = true,
		.observer = play->is_cut ? NULL : play->observer,
		.is_cut = play->is_cut,
		.sight = { .number = 7, .fault = play->fault },
		.wait_timeout = 30 * NS_PER_S,
	};

	assert_int_equal(talk_start(&play->talk, &config, &handlers, &play->talk), 0);
}

static void answer(struct str text)
{
	auto_buf bytes = BUF_NULL;
	auto_buf body = BUF_NULL;
	bool is_order = str_ends(text, STR("|download"));
	struct cwmp_msg msg = { .kind = is_order ? CWMP_REQUEST : CWMP_RESPONSE,
		.method = is_order ? CWMP_DOWNLOAD : CWMP_INFORM,
		.ns = CWMP_NS_1_2,
		.header = { .has_id = true, .id = STR("1") },
		.args = { .max_envelopes = 1,
		    .file_type = STR("2 Web Content"),
		    .url = STR("http://a/") } };
	struct http_head head;
	struct str start, message, rest;

	start = str_cut(text, '|', &message);
	start = str_cut(start, ' ', &rest);
	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\n%.*s%s\r\n", STR_ARG(start),
	    STR_ARG(rest), rest.len > 0 ? "\r\n" : "");
	if (message.len > 0)
		assert_int_equal(cwmp_write(&body, &msg, NULL), 0);
	assert_true(
	    http_head_parse(&head, false, bytes.data, bytes.len, NULL, NULL) > 0);
	client.handlers->responded(client.user, &head, buf_str(&body));
}

static void happen_second(struct str what)
{
	const struct http_head head = { .status = 200 };

	if (str_is(what, "opened"))
		second.handlers->opened(second.user);
	else if (str_is(what, "answered"))
		second.handlers->responded(second.user, &head, STR("..."));
	else if (str_is(what, "ended"))
		second.handlers->ended(second.user, true);
	else if (str_is(what, "failed"))
		second.handlers->failed(second.user, HTTP_CLIENT_TCP,
		    "Connection refused");
	else
		second.done(second.user);
}

/* The clock is the machine's: a quarter of a second has to pass. */
static void wait_until_due(const struct talk *talk)
{
	clock_ns left = talk_due(talk) - clock_monotonic();

	assert_true(left <= 250 * NS_PER_MS);
	while (left > 0) {
		(void)poll(NULL, 0, clock_wait_ms(left));
		left = talk_due(talk) - clock_monotonic();
	}
}

static void happen(struct play *play, const char *what)
{
	struct resolver_answer found = { .addresses = { 0x0a00000b }, .len = 1 };
	struct str arg;
	struct str verb = str_cut(str_of(what), ' ', &arg);

	if (str_is(verb, "start")) {
		start(play, arg.p);
	} else if (str_is(verb, "resolved")) {
		resolver.done(resolver.user, &found);
	} else if (str_is(verb, "dual")) {
		play->place.ip = PLACE_DUAL;
	} else if (str_is(verb, "resolved-both")) {
		found.addresses[0] = INADDR_LOOPBACK;
		found.addresses6[0][15] = 1;
		found.len6 = 1;
		resolver.done(resolver.user, &found);
	} else if (str_is(verb, "race")) {
		wait_until_due(play->talk);
		talk_timeout(play->talk);
	} else if (str_is(verb, "unresolved")) {
		found.len = 0;
		(void)snprintf(found.why, sizeof(found.why), "%s", arg.p);
		resolver.done(resolver.user, &found);
	} else if (str_is(verb, "opened")) {
		client.handlers->opened(client.user);
	} else if (str_is(verb, "answer") || str_is(verb, "answer+close")) {
		client.is_open = str_is(verb, "answer");
		answer(arg);
	} else if (str_is(verb, "ended")) {
		client.handlers->ended(client.user, true);
	} else if (str_is(verb, "failed")) {
		client.handlers->failed(client.user, HTTP_CLIENT_TCP, arg.p);
	} else if (str_is(verb, "trickle")) {
		client.is_answered = true;
	} else if (str_is(verb, "timeout")) {
		assert_true(talk_due(play->talk) != INT64_MAX);
		talk_timeout(play->talk);
	} else if (str_is(verb, "break")) {
		talk_break(play->talk, FAILURE_DHCP, arg.p);
	} else if (str_is(verb, "done")) {
		job_finish(play->stub->jobs.items[0], STUB_WALL, 0, STR_NULL);
		talk_resume(play->talk);
	} else if (str_is(verb, "connected")) {
		client.handlers->connected(client.user);
	} else if (str_is(verb, "resumed")) {
		client.is_resumed = true;
	} else if (str_is(verb, "cut")) {
		play->is_cut = true;
		if (play->talk)
			talk_cut(play->talk);
	} else if (str_is(verb, "mend")) {
		play->is_cut = false;
		talk_mend(play->talk, play->observer);
	} else if (str_is(verb, "second")) {
		happen_second(arg);
	} else if (str_is(verb, "closed")) {
		client.done(client.user);
	} else {
		fail_msg("\"%s\" cannot happen", what);
	}
}

/* ---- scenes ------------------------------------------------------------------------- */

#define FROM      "from 10.0.0.100; "
#define CONNECTED FROM "connects 10.0.0.11:80"
#define BEGUN                                              \
	{ "start http://10.0.0.11/", CONNECTED },          \
	{                                                  \
		"opened", "posts an envelope to 10.0.0.11" \
	}

#define INFORMED                                                     \
	{                                                            \
		"answer 200 |informed", "posts nothing to 10.0.0.11" \
	}
#define ENVELOPE "posts an envelope to 10.0.0.11"

static const struct scene {
	const char *name;
	struct exchange rows[ROWS_MAX];
} scenes[] = {
	{ "an address",
	    { BEGUN, { "answer 200 |informed", "posts nothing to 10.0.0.11" },
		{ "answer 204", "ends; closes" }, { "closed", "over, well" } } },
	{ "a name", { { "start http://a.lab/", "asks 1 servers for a.lab" },
			{ "resolved", CONNECTED },
			{ "opened", "posts an envelope to a.lab" } } },
	{ "of two addresses the better one is tried first",
	    { { "dual", "" }, { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved-both", "connects ::1" },
		{ "opened", "posts an envelope to a.lab" } } },
	{ "the other one begins at once behind a failure",
	    { { "dual", "" }, { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved-both", "connects ::1" },
		{ "failed Connection refused",
		    "closes; " FROM "connects 127.0.0.1:80" },
		{ "opened", "posts an envelope to a.lab" } } },
	{ "the one that stands first has the session, and the other is closed",
	    { { "dual", "" }, { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved-both", "connects ::1" },
		{ "race", FROM "connects 127.0.0.1:80" },
		{ "second opened", "closes; second posts an envelope to a.lab" },
		{ "break gone", "ends: DHCP: gone; second closes" },
		{ "second closed", "over" } } },
	{ "all addresses fail",
	    { { "dual", "" }, { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved-both", "connects ::1" },
		{ "failed Connection refused",
		    "closes; " FROM "connects 127.0.0.1:80" },
		{ "failed Network is unreachable",
		    "closes; ends: TCP: [::1]:80: Connection refused; over" } } },
	{ "a race that is broken off",
	    { { "dual", "" }, { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved-both", "connects ::1" },
		{ "race", FROM "connects 127.0.0.1:80" },
		{ "break gone", "closes; second closes; ends: DHCP: gone; over" } } },
	{ "an address of IPv6 in the URL",
	    { { "dual", "" }, { "start http://[::1]/", "connects ::1" },
		{ "opened", "posts an envelope to [::1]" } } },
	{ "an address of IPv6, and a CPE that has none",
	    { { "start http://[::1]/",
		"ends: DNS: the ACS has an IPv6 address, the CPE has none; "
		"over" } } },
	{ "TLS has the name, not the address",
	    { { "start https://a.lab/", "asks 1 servers for a.lab" },
		{ "resolved", FROM "connects 10.0.0.11:443 as a.lab" } } },
	{ "a name that nobody knows",
	    { { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "unresolved no such name", "ends: DNS: no such name; over" } } },
	{ "an IPv6 address",
	    { { "start http://[2001:db8::1]/",
		"ends: DNS: the ACS has an IPv6 address, the CPE has none; over" } } },
	{ "a URL that is none",
	    { { "start ftp://a.lab/",
		"ends: DHCP: the URL of the ACS in option 43 cannot be used: "
		"\"ftp\" is neither http nor https; over" } } },
	{ "a refused connection",
	    { { "start http://10.0.0.11/", CONNECTED },
		{ "failed Connection refused",
		    "ends: TCP: 10.0.0.11:80: Connection refused; closes" },
		{ "closed", "over" } } },
	{ "the ACS closes after each answer",
	    { BEGUN, { "answer+close 200 |informed", "closes" },
		{ "closed", CONNECTED }, { "opened", "posts nothing to 10.0.0.11" },
		{ "answer+close 204", "ends; closes" }, { "closed", "over, well" } } },
	{ "the ACS closes between two messages, once",
	    { BEGUN, { "answer 200 |informed", "posts nothing to 10.0.0.11" },
		{ "ended", "closes" }, { "closed", CONNECTED },
		{ "opened", "posts nothing to 10.0.0.11" },
		{ "ended", "ends: HTTP: the ACS closed the connection without an "
			   "answer; closes" },
		{ "closed", "over" } } },
	{ "the ACS closes instead of answering the Inform",
	    { BEGUN, { "ended", "ends: HTTP: the ACS closed the connection without an "
				"answer; closes" } } },
	{ "a redirect",
	    { BEGUN, { "answer 302 Location: http://b.lab/", "closes" },
		{ "closed", "asks 1 servers for b.lab" }, { "resolved", CONNECTED },
		{ "opened", "posts an envelope to b.lab" },
		{ "answer 200 |informed", "posts nothing to b.lab" },
		{ "answer 204", "ends; closes" }, { "closed", "over, well" } } },
	{ "silence",
	    { BEGUN,
		{ "timeout", "ends: HTTP: 10.0.0.11:80 does not answer the request "
			     "for 30 s; closes" },
		{ "closed", "over" } } },
	{ "an answer that comes byte by byte",
	    { BEGUN, { "trickle", "" },
		{ "timeout", "ends: HTTP: 10.0.0.11:80 has begun but not finished its "
			     "answer to the request for 30 s; closes" },
		{ "closed", "over" } } },
	{ "a response that waits for a file",
	    { BEGUN, INFORMED, { "answer 200 |download", "rests" },
		{ "done", ENVELOPE }, { "answer 204", "ends; closes" },
		{ "closed", "over, well" } } },
	{ "the ACS closes meanwhile",
	    { BEGUN, INFORMED, { "answer 200 |download", "rests" },
		{ "ended", "closes" }, { "closed", CONNECTED }, { "opened", "" },
		{ "done", ENVELOPE }, { "answer 204", "ends; closes" } } },
	{ "the file comes before the next connection",
	    { BEGUN, INFORMED, { "answer 200 |download", "rests" },
		{ "ended", "closes" }, { "done", "" }, { "closed", CONNECTED },
		{ "opened", ENVELOPE } } },
	{ "the ACS closes behind its order",
	    { BEGUN, INFORMED, { "answer+close 200 |download", "rests" },
		{ "done", "closes" }, { "closed", CONNECTED },
		{ "opened", ENVELOPE } } },
	{ "the ACS closes again and again meanwhile",
	    { BEGUN, INFORMED, { "answer 200 |download", "rests" },
		{ "ended", "closes" }, { "closed", CONNECTED }, { "opened", "" },
		{ "ended", "ends: HTTP: the ACS closed the connection without an "
			   "answer; closes" } } },
	{ "broken off while it waits for a file",
	    { BEGUN, INFORMED, { "answer 200 |download", "rests" },
		{ "break lost", "ends: DHCP: lost; closes" }, { "done", "" },
		{ "closed", "over" } } },
	{ "broken off while a name is asked for",
	    { { "start http://a.lab/", "asks 1 servers for a.lab" },
		{ "break lost", "asks no more; ends: DHCP: lost; over" } } },
	{ "broken off before the connection stands",
	    { { "start http://10.0.0.11/", CONNECTED },
		{ "break lost", "ends: DHCP: lost; closes" }, { "break again", "" },
		{ "closed", "over" } } },
	{ "broken off in a request",
	    { BEGUN, { "break lost", "ends: DHCP: lost; closes" },
		{ "closed", "over" } } },
	{ "broken off between two connections",
	    { BEGUN, { "answer+close 200 |informed", "closes" },
		{ "break lost", "ends: DHCP: lost" }, { "closed", "over" } } },
	{ "broken off on the way to another ACS",
	    { BEGUN, { "answer 302 Location: http://b.lab/", "closes" },
		{ "break lost", "ends: DHCP: lost" }, { "closed", "over" } } },
};

#define SEEN_BEGUN                                                \
	{ "start http://10.0.0.11/", "[begins]; " CONNECTED },    \
	{                                                         \
		"opened", "[TCP]; posts an envelope to 10.0.0.11" \
	}

/* The same, seen by somebody who measures. */
static const struct scene observed[] = {
	{ "a session",
	    { SEEN_BEGUN,
		{ "answer 200 |informed", "[Inform]; posts nothing to 10.0.0.11" },
		{ "answer 204", "[empty]; [ends behind empty]; ends; closes" },
		{ "closed", "over, well" } } },
	{ "a name, and TLS",
	    { { "start https://a.lab/", "[begins]; asks 1 servers for a.lab" },
		{ "resolved", "[DNS]; " FROM "connects 10.0.0.11:443 as a.lab" },
		{ "connected", "[TCP]" },
		{ "opened", "[TLS]; posts an envelope to a.lab" } } },
	{ "TLS that resumes",
	    { { "start https://10.0.0.11/",
		  "[begins]; " FROM "connects 10.0.0.11:443 as 10.0.0.11" },
		{ "connected", "[TCP]" }, { "resumed", "" },
		{ "opened", "[TLS resumed]; " ENVELOPE } } },
	{ "a refused connection",
	    { { "start http://10.0.0.11/", "[begins]; " CONNECTED },
		{ "failed Connection refused",
		    "[fails in TCP, unheard]; ends: TCP: 10.0.0.11:80: Connection refused; "
		    "closes" } } },
	{ "an ACS that is too busy",
	    { SEEN_BEGUN,
		{ "answer 503",
		    "[fails in Inform, unanswered]; ends: HTTP: the ACS answers 503 "
		    "Service Unavailable; closes" } } },
	{ "silence",
	    { SEEN_BEGUN,
		{ "timeout",
		    "[fails in Inform, unanswered]; ends: HTTP: 10.0.0.11:80 does not "
		    "answer the request for 30 s; closes" } } },
	{ "a message that goes again on another connection is timed anew",
	    { SEEN_BEGUN,
		{ "answer 200 |informed", "[Inform]; posts nothing to 10.0.0.11" },
		{ "ended", "closes" }, { "closed", CONNECTED },
		{ "opened", "[TCP]; posts nothing to 10.0.0.11" },
		{ "answer 204",
		    "[empty]; [ends behind empty, moved]; ends; closes" } } },
	{ "and comes to nothing there",
	    { SEEN_BEGUN,
		{ "answer 200 |informed", "[Inform]; posts nothing to 10.0.0.11" },
		{ "ended", "closes" }, { "closed", CONNECTED },
		{ "failed Connection refused",
		    "[fails in TCP, cut, moved]; ends: TCP: 10.0.0.11:80: Connection "
		    "refused; closes" } } },
	{ "an answer that ends it",
	    { SEEN_BEGUN,
		{ "answer 200 |informed", "[Inform]; posts nothing to 10.0.0.11" },
		{ "answer 500", "[fails in empty]; ends: HTTP: the ACS answers 500 "
				"Internal Server Error; closes" } } },
	{ "a name that there is not",
	    { { "start https://a.lab/", "[begins]; asks 1 servers for a.lab" },
		{ "unresolved no such name",
		    "[fails in DNS, unsent]; ends: DNS: no such name; over" } } },
	{ "a file is waited for",
	    { SEEN_BEGUN,
		{ "answer 200 |informed", "[Inform]; posts nothing to 10.0.0.11" },
		{ "answer 200 |download", "[empty]; rests" }, { "done", ENVELOPE },
		{ "answer 204",
		    "[Download]; [ends behind Download]; ends; closes" } } },
	{ "the uplink is cut before it begins, and comes back",
	    { { "cut", "" }, { "start http://10.0.0.11/", "" },
		{ "mend", "[begins]; " CONNECTED },
		{ "opened", "[TCP]; posts an envelope to 10.0.0.11" } } },
	{ "the uplink is cut, and does not come back",
	    { { "cut", "" }, { "start http://10.0.0.11/", "" },
		{ "timeout", "ends: TCP: the uplink is cut; over" } } },
	{ "the uplink is cut in the middle of a name",
	    { { "start http://a.lab/", "[begins]; asks 1 servers for a.lab" },
		{ "cut", "asks no more" }, { "mend", "asks 1 servers for a.lab" },
		{ "resolved", "[DNS]; " CONNECTED } } },
	{ "the uplink is cut in the middle of a request",
	    { SEEN_BEGUN, { "cut", "freezes" }, { "mend", "" },
		{ "timeout",
		    "[fails in Inform, unanswered]; ends: TCP: the uplink is cut; closes" },
		{ "closed", "over" } } },
};

#define SECOND_BEGUN                                                                \
	{                                                                           \
		"answer 200 |informed",                                             \
		    "[Inform]; " CONNECTED "; [begins]; posts nothing to 10.0.0.11" \
	}

/* What goes wrong on purpose. */
static const struct fault_scene {
	const char *name;
	enum load_fault fault;
	struct exchange rows[ROWS_MAX];
} faults[] = {
	{ "it hangs up behind its Inform", LOAD_FAULT_DROP_AFTER_INFORM,
	    { { "start http://10.0.0.11/", "[begins]; " CONNECTED },
		{ "opened",
		    "[TCP]; posts an envelope to 10.0.0.11; [fails in Inform, unanswered]; "
		    "ends: HTTP: the CPE hangs up; closes" },
		{ "closed", "over" } } },
	{ "it sends half a body, and then nothing", LOAD_FAULT_HALF_A_BODY,
	    { { "start http://10.0.0.11/", "[begins]; " CONNECTED },
		{ "opened", "[TCP]; posts a part of an envelope to 10.0.0.11" },
		{ "timeout",
		    "[fails in Inform, unanswered]; ends: HTTP: 10.0.0.11:80 does not "
		    "answer the request for 30 s; closes" } } },
	{ "it does not send its cookie", LOAD_FAULT_NO_COOKIE,
	    { SEEN_BEGUN, { "answer 200 Set-Cookie: a=1|informed",
			      "[Inform]; posts nothing to 10.0.0.11" } } },
	{ "it answers by another ID", LOAD_FAULT_WRONG_ID,
	    { SEEN_BEGUN,
		{ "answer 200 Set-Cookie: a=1|informed",
		    "[Inform]; posts nothing to 10.0.0.11 with its cookie" },
		{ "answer 200 |download", "[empty]; rests" },
		{ "done", ENVELOPE " with its cookie by another ID" } } },
	{ "it reads slowly", LOAD_FAULT_SLOW_READER,
	    { { "start http://10.0.0.11/", "[begins]; " CONNECTED "; reads slowly" },
		{ "opened", "[TCP]; posts an envelope to 10.0.0.11" } } },
	{ "a second session, which the ACS answers", LOAD_FAULT_DUPLICATE_SESSION,
	    { SEEN_BEGUN, SECOND_BEGUN,
		{ "second opened", "second posts an envelope to 10.0.0.11" },
		{ "second answered", "[fails in Inform, unanswered]; second closes" },
		{ "second closed", "" },
		{ "answer 204", "[empty]; [ends behind empty]; ends; closes" },
		{ "closed", "over, well" } } },
	{ "a second session, which ends with the first", LOAD_FAULT_DUPLICATE_SESSION,
	    { SEEN_BEGUN, SECOND_BEGUN, { "second opened", "second " ENVELOPE },
		{ "answer 204",
		    "[empty]; [fails in Inform, unanswered]; second closes; "
		    "[ends behind empty]; ends; closes" },
		{ "second closed", "" }, { "closed", "over, well" } } },
	{ "a second session, on which the ACS hangs up", LOAD_FAULT_DUPLICATE_SESSION,
	    { SEEN_BEGUN, SECOND_BEGUN, { "second opened", "second " ENVELOPE },
		{ "second ended", "[fails in Inform, unanswered]; second closes" },
		{ "second closed", "" }, { "cut", "freezes" } } },
	{ "a second session, for which nobody is there", LOAD_FAULT_DUPLICATE_SESSION,
	    { SEEN_BEGUN, SECOND_BEGUN,
		{ "second failed", "[fails in Inform, unheard]; second closes" },
		{ "second closed", "" } } },
	{ "the uplink of both is cut", LOAD_FAULT_DUPLICATE_SESSION,
	    { SEEN_BEGUN, SECOND_BEGUN, { "cut", "freezes; second freezes" },
		{ "break lost",
		    "[fails in Inform, unheard]; second closes; [fails in empty, cut]; "
		    "ends: DHCP: lost; closes" },
		{ "second closed", "" }, { "closed", "over" } } },
};

static void play_begin(struct play *play)
{
	*play = (struct play){
		.stub = stub_new("hp5920.yaml"),
		.lease = { .n_dns = 1, .dns = { 0x0a000003 } },
		.place = CPE_PLACE_NULL,
	};
	play->place.address = 0x0a000064;
	play->stub->model->conduct.transfers.told = MODEL_TOLD_BY_RESPONSE;
	play->tls = (struct tls_ctx *)play; /* only handed on */
	has_socket = true;
	has_first = false;
	assert_int_equal(event_queue_add(&play->events, CWMP_EVENT_BOOT, STR_NULL), 0);
}

static void play_end(struct play *play)
{
	event_queue_free(&play->events);
	stub_free(play->stub);
	buf_free(&diary);
}

static void play_rows(struct play *play, const char *name, const struct exchange *rows)
{
	for (; rows->happens; rows++) {
		buf_reset(&diary);
		happen(play, rows->happens);
		if (strcmp(buf_cstr(&diary), rows->does) != 0)
			fail_msg("%s: after \"%s\": %s", name, rows->happens,
			    buf_cstr(&diary));
	}
}

/* Each scene ends with its own rows, or by being broken off. */
/* InformResponse delivers the event of the play, whatever becomes of the session. */
static bool is_informed(const struct exchange *rows)
{
	for (; rows->happens; rows++) {
		if (strstr(rows->happens, "|informed"))
			return true;
	}
	return false;
}

static void a_talk_goes_as_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	play_begin(&play);
	play_rows(&play, scene->name, scene->rows);
	if (play.talk)
		talk_break(play.talk, FAILURE_CWMP, "the test is done");
	if (play.talk)
		client.done(client.user);

	assert_null(play.talk);
	assert_int_equal(play.events.len > 0, !is_informed(scene->rows));
	play_end(&play);
}

static void an_observer_is_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	play_begin(&play);
	play.observer = &observer;
	play_rows(&play, scene->name, scene->rows);
	if (play.talk && talk_state(play.talk) != TALK_CLOSING)
		talk_break(play.talk, FAILURE_CWMP, "the test is done");
	if (play.talk)
		client.done(client.user);

	assert_null(play.talk);
	play_end(&play);
}

static void test_a_session_is_heard_from_its_inform_response_on(void **state)
{
	struct play play;

	(void)state;
	play_begin(&play);
	happen(&play, "start http://10.0.0.11/");
	assert_false(talk_is_heard(play.talk));
	happen(&play, "opened");
	assert_false(talk_is_heard(play.talk));
	happen(&play, "answer 200 |informed");
	assert_true(talk_is_heard(play.talk));
	happen(&play, "answer 204");
	happen(&play, "closed");
	assert_null(play.talk);
	play_end(&play);
}

static void a_fault_is_done(void **state)
{
	const struct fault_scene *scene = *state;
	struct play play;

	play_begin(&play);
	play.observer = &observer;
	play.fault = 1u << scene->fault;
	play_rows(&play, scene->name, scene->rows);
	if (play.talk && talk_state(play.talk) != TALK_CLOSING)
		talk_break(play.talk, FAILURE_CWMP, "the test is done");
	if (play.talk)
		client.done(client.user);
	assert_null(play.talk);
	play_end(&play);
}

static void test_without_a_socket_the_talk_is_over_at_once(void **state)
{
	static const struct exchange rows[] = {
		{ "start http://10.0.0.11/",
		    "ends: TCP: socket: no more of them; over" },
		{ NULL, NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play);
	has_socket = false;
	play_rows(&play, "no socket", rows);
	play_end(&play);
}

static void test_a_lease_without_a_dns_server_cannot_resolve_a_name(void **state)
{
	static const struct exchange rows[] = {
		{ "start http://a.lab/", "ends: DNS: the lease names no DNS server, "
					 "and \"a.lab\" is a name; over" },
		{ NULL, NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play);
	play.lease.n_dns = 0;
	play_rows(&play, "no DNS", rows);
	play_end(&play);
}

/* Before it writes its Inform, which tells of it. */
static void test_a_cpe_without_an_address_learns_it(void **state)
{
	static const struct exchange rows[] = {
		{ "start http://10.0.0.11/", "learns that it is 10.0.0.200; "
					     "from 0.0.0.0; connects 10.0.0.11:80" },
		{ "opened", "posts an envelope to 10.0.0.11" },
		{ NULL, NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play);
	play.place.address = 0;
	play_rows(&play, "no address", rows);
	play_end(&play);
}

static void test_the_drawing_shows_the_table(void **state)
{
	struct drawing drawing = {
		.states = {
#define XX(symbol, name) #symbol,
			TALK_STATE_MAP(XX)
#undef XX
		},
		.events = {
#define XX(symbol, name) name,
			TALK_EVENT_MAP(XX)
#undef XX
		},
		.n_states = TALK_STATES,
		.n_events = TALK_EVENTS,
	};

	(void)state;
	drawing_read(&drawing, "agents/cpe/talk/talk.h");
	for (size_t at = 0; at < TALK_STATES; at++) {
		for (size_t event = 0; event < TALK_EVENTS; event++) {
			enum talk_state next;
			bool is_allowed = talk_step((enum talk_state)at,
			    (enum talk_event)event, &next);

			drawing_compare(&drawing, at, event,
			    is_allowed ? (int)next + 1 : 0);
		}
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_talk_goes_as_told, scenes);
	cases_add_rows(&cases, an_observer_is_told, observed);
	cases_add_rows(&cases, a_fault_is_done, faults);
	cases_add(&cases, test_a_session_is_heard_from_its_inform_response_on);
	cases_add(&cases, test_without_a_socket_the_talk_is_over_at_once);
	cases_add(&cases, test_a_lease_without_a_dns_server_cannot_resolve_a_name);
	cases_add(&cases, test_a_cpe_without_an_address_learns_it);
	cases_add(&cases, test_the_drawing_shows_the_table);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
