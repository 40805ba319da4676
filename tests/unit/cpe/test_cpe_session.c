/* agents/cpe/session: conversations in text. Each row is what the ACS answers to the
 * request before, and the request that must follow; the first request is always the
 * Inform. An answer is "STATUS" or "STATUS HEADERS|MESSAGE"; messages:
 *
 *   informed          InformResponse           informed+hold     with HoldRequests
 *   get NAME          GetParameterValues       get+hold NAME
 *   set NAME=VALUE    SetParameterValues       fault CODE        reboot KEY
 *   response          a response that nobody asked for
 *   anything else     as it is
 *
 * A request is told as what it carries: "Inform", "empty", "GetParameterValuesResponse
 * NAME=VALUE", "fault 9005"; or it is the end: "close", "abort LAYER: WHY", "go URL". */
#include "tests/unit/cpe/device_stub.h"

#include "agents/cpe/session/cpe_session.h"

#define ROOT "InternetGatewayDevice."
#define URL  ROOT "ManagementServer.URL"

struct turn {
	const char *answer;
	const char *next;
};

struct play {
	struct device_stub *stub;
	struct event_queue events;
	struct cpe_session *session;
	struct buf request;
	struct buf told;       /* the request, or the end, in words */
	struct http_head head; /* of the request */
};

/* A hash that shows what went into it. */
static int plain_hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	unsigned sum = (unsigned)algorithm;

	for (size_t i = 0; i < len; i++)
		sum = sum * 31 + ((const uint8_t *)bytes)[i];
	(void)snprintf(hex, AUTH_HASH_HEX_MAX, "%032x", sum);
	return 0;
}

static void tell_message(struct buf *out, const struct cwmp_msg *msg)
{
	const struct cwmp_args *args = &msg->args;
	struct str name = cwmp_msg_name(msg);

	if (msg->kind == CWMP_FAULT) {
		buf_printf(out, "fault %u", msg->fault.code);
		return;
	}
	buf_printf(out, "%.*s%s", STR_ARG(name),
	    msg->kind == CWMP_RESPONSE && !strstr(name.p, "Response") ? "Response"
								      : "");
	for (size_t i = 0; i < args->params.len; i++)
		buf_printf(out, " %.*s=%.*s", STR_ARG(args->params.items[i].name),
		    STR_ARG(args->params.items[i].value));
	if (msg->header.has_id && msg->kind == CWMP_RESPONSE)
		buf_printf(out, " #%.*s", STR_ARG(msg->header.id));
}

/* Reads the request as a server would, and holds it against TR-069 A6 3.4.1. */
static void tell_request(struct play *play)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	struct str body;
	int n = http_head_parse(&play->head, true, play->request.data,
	    play->request.len, NULL, &err);

	assert_true(n > 0);
	body = str_from(buf_str(&play->request), (size_t)n);
	assert_true(str_is(play->head.method, "POST"));
	assert_int_equal(play->head.content_length, body.len);
	if (body.len == 0) {
		assert_null(http_header(&play->head, "SOAPAction").p);
		assert_null(http_header(&play->head, "Content-Type").p);
		buf_append_text(&play->told, "empty");
		return;
	}
	assert_non_null(http_header(&play->head, "SOAPAction").p);
	assert_int_equal(http_header(&play->head, "SOAPAction").len, 0);
	assert_true(str_is(http_header(&play->head, "Content-Type"),
	    "text/xml; charset=utf-8"));
	if (cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(msg.deviations, 0);
	tell_message(&play->told, &msg);
}

static void advance(struct play *play, enum session_next next)
{
	const struct cpe_session *session = play->session;

	buf_reset(&play->told);
	if (next == SESSION_GO_ELSEWHERE)
		buf_printf(&play->told, "go %s: ", session->url_text);
	if (next == SESSION_SEND || next == SESSION_GO_ELSEWHERE) {
		buf_reset(&play->request);
		next = cpe_session_produce(play->session, &play->request);
	}
	if (next == SESSION_SEND)
		tell_request(play);
	else if (next == SESSION_CLOSE)
		buf_append_text(&play->told, "close");
	else
		buf_printf(&play->told, "abort %s: %s",
		    failure_layer_name(session->failure.layer), session->failure.why);
}

/* ---- the ACS ------------------------------------------------------------------------ */

static void write_message(struct buf *out, struct str verb, struct str arg)
{
	struct str value;
	struct str name = str_cut(arg, '=', &value);
	struct cwmp_param param = { name, value, STR("string") };
	bool holds = verb.len > 5 && str_is(str_from(verb, verb.len - 5), "+hold");
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.ns = CWMP_NS_1_2,
		.header = { .has_id = true,
		    .id = STR("77"),
		    .has_hold_requests = holds,
		    .hold_requests = holds } };
	struct error err = ERROR_NULL;

	if (str_starts(verb, STR("informed"))) {
		msg.kind = CWMP_RESPONSE;
		msg.method = CWMP_INFORM;
		msg.args.max_envelopes = 1;
	} else if (str_starts(verb, STR("get"))) {
		msg.method = CWMP_GET_PARAMETER_VALUES;
		msg.args.names = (struct cwmp_strings){ &name, 1 };
	} else if (str_is(verb, "set")) {
		msg.method = CWMP_SET_PARAMETER_VALUES;
		msg.args.params = (struct cwmp_params){ &param, 1 };
	} else if (str_is(verb, "reboot")) {
		msg.method = CWMP_REBOOT;
		msg.args.command_key = arg;
	} else if (str_is(verb, "response")) {
		msg.kind = CWMP_RESPONSE;
		msg.method = CWMP_GET_RPC_METHODS;
		msg.args.names = (struct cwmp_strings){ &verb, 1 };
	} else {
		uint64_t code = 0;

		msg.kind = CWMP_FAULT;
		(void)str_to_u64(arg, 9999, &code);
		msg.fault = (struct cwmp_fault){ .code = (uint32_t)code,
			.text = str_of(cwmp_fault_text((uint32_t)code)),
			.soap_code = STR("Server"),
			.soap_string = STR("CWMP fault") };
	}
	if (cwmp_write(out, &msg, &err) < 0)
		fail_msg("%s", err.text);
}

static void write_body(struct buf *out, struct str text)
{
	static const char *const verbs[] = { "informed", "informed+hold", "get",
		"get+hold", "set", "reboot", "response", "fault" };
	struct str arg;
	struct str verb = str_cut(text, ' ', &arg);

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (str_is(verb, verbs[i])) {
			write_message(out, verb, arg);
			return;
		}
	}
	buf_append_str(out, text);
}

static void answer(struct play *play, const char *text)
{
	auto_buf bytes = BUF_NULL;
	auto_buf body = BUF_NULL;
	struct error err = ERROR_NULL;
	struct http_head head;
	struct str message, rest;
	struct str start = str_cut(str_of(text), '|', &message);
	struct str status = str_cut(start, ' ', &rest);

	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\n%.*s%s\r\n", STR_ARG(status),
	    STR_ARG(rest), rest.len > 0 ? "\r\n" : "");
	write_body(&body, message);
	if (http_head_parse(&head, false, bytes.data, bytes.len, NULL, &err) <= 0)
		fail_msg("%s: %s", text, err.text);
	advance(play, cpe_session_consume(play->session, &head, buf_str(&body)));
}

/* The CPE informs at url, an empty one is that of the stub. */
static void play_begin_at(struct play *play, const char *url, bool sends_basic,
    unsigned retry_count)
{
	struct error err = ERROR_NULL;
	struct cpe_session_config config;

	*play = (struct play){ .stub = stub_new("hp5920.yaml") };
	play->stub->model->sends_basic_over_http = sends_basic;
	if (url[0])
		(void)snprintf(play->stub->url, sizeof(play->stub->url), "%s", url);
	assert_int_equal(event_queue_add(&play->events, CWMP_EVENT_BOOTSTRAP, STR_NULL),
	    0);
	assert_int_equal(event_queue_add(&play->events, CWMP_EVENT_BOOT, STR_NULL), 0);
	config = (struct cpe_session_config){
		.url = str_of(play->stub->url),
		.username = str_of(play->stub->username),
		.password = STR("s3cret"),
		.rpc = &play->stub->rpc,
		.events = &play->events,
		.retry_count = retry_count,
		.hash = plain_hash,
	};
	if (cpe_session_new(&config, INT64_C(1700000000) * NS_PER_S, &play->session,
		&err) < 0)
		fail_msg("%s", err.text);
	cpe_session_connected(play->session, STR("c0ffee"));
	advance(play, SESSION_SEND);
	assert_string_equal(buf_cstr(&play->told), "Inform");
}

static void play_begin(struct play *play, unsigned retry_count)
{
	play_begin_at(play, "", false, retry_count);
}

static void play_end(struct play *play)
{
	cpe_session_free(play->session);
	event_queue_free(&play->events);
	buf_free(&play->request);
	buf_free(&play->told);
	stub_free(play->stub);
}

/* ---- conversations ------------------------------------------------------------------ */

enum {
	TURNS_MAX = 12
};

#define DIGEST "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""
#define NO_BASIC                                                                     \
	"abort HTTP: 401: the ACS asks for Basic without TLS, which would show the " \
	"password (basic-over-http of a model allows it)"

static const struct scene {
	const char *name;
	struct turn turns[TURNS_MAX];
	size_t events_left; /* what InformResponse has delivered is gone */
} scenes[] = {
	{ "figure 2",
	    { { "200 |informed", "empty" },
		{ "200 |get " URL, "GetParameterValuesResponse " URL
				   "=http://acs1.lab:7547/cwmp #77" },
		{ "200 |set " URL "=https://acs2.lab:7548/cwmp",
		    "SetParameterValuesResponse #77" },
		{ "204", "close" } },
	    0 },
	{ "nothing to ask", { { "200 |informed", "empty" }, { "204", "close" } }, 0 },
	{ "200 with length 0", { { "200 |informed", "empty" }, { "200", "close" } },
	    0 },
	{ "a fault does not end it",
	    { { "200 |informed", "empty" }, { "200 |get Nothing.", "fault 9005" },
		{ "200 |reboot k", "RebootResponse #77" }, { "204", "close" } },
	    0 },
	{ "8005 asks for the same Inform",
	    { { "200 |fault 8005", "Inform" }, { "200 |fault 8005", "Inform" },
		{ "200 |informed", "empty" }, { "204", "close" } },
	    0 },
	{ "8005 for ever",
	    { { "200 |fault 8005", "Inform" }, { "200 |fault 8005", "Inform" },
		{ "200 |fault 8005", "Inform" }, { "200 |fault 8005", "Inform" },
		{ "200 |fault 8005",
		    "abort CWMP: the Inform is refused: fault 8005 Retry request" } },
	    2 },
	{ "another fault on the Inform",
	    { { "200 |fault 8003",
		"abort CWMP: the Inform is refused: fault 8003 Invalid arguments" } },
	    2 },
	{ "HoldRequests",
	    { { "200 |informed+hold", "empty" },
		{ "200 |get+hold " ROOT "DeviceInfo.UpTime",
		    "GetParameterValuesResponse " ROOT "DeviceInfo.UpTime=42 #77" },
		{ "204", "empty" }, { "204", "close" } },
	    0 },
	{ "a request before InformResponse",
	    { { "200 |get X", "abort CWMP: the ACS asks GetParameterValues before it "
			      "has answered the Inform" } },
	    2 },
	{ "an empty answer to the Inform",
	    { { "204", "abort CWMP: an empty response answers the Inform" } }, 2 },
	{ "a response that nobody asked for",
	    { { "200 |informed", "empty" },
		{ "200 |response", "abort CWMP: GetRPCMethodsResponse answers nothing "
				   "that was asked" } },
	    0 },
	{ "a second InformResponse",
	    { { "200 |informed", "empty" },
		{ "200 |informed",
		    "abort CWMP: InformResponse answers nothing that was "
		    "asked" } },
	    0 },
	{ "500", { { "500", "abort HTTP: the ACS answers 500 Internal Server Error" } },
	    2 },
	{ "digest once",
	    { { "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"",
		  "Inform" },
		{ "200 |informed", "empty" }, { "204", "close" } },
	    0 },
	{ "refused credentials",
	    { { "401 WWW-Authenticate: " DIGEST, "Inform" },
		{ "401 WWW-Authenticate: " DIGEST,
		    "abort HTTP: 401: the ACS refuses the credentials of \"cpe\"" } },
	    2 },
	{ "Basic without TLS",
	    { { "401 WWW-Authenticate: Basic realm=\"r\"", NO_BASIC } }, 2 },
	{ "Basic without TLS, after a digest",
	    { { "401 WWW-Authenticate: " DIGEST, "Inform" },
		{ "200 |informed", "empty" },
		{ "401 WWW-Authenticate: Basic realm=\"r\"", NO_BASIC } },
	    0 },
	{ "a qop that is none of ours",
	    { { "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", "
		"qop=\"auth-int\"",
		"abort HTTP: 401 without a challenge that can be answered" } },
	    2 },
	{ "an empty qop",
	    { { "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"\"",
		"abort HTTP: 401 without a challenge that can be answered" } },
	    2 },
	{ "an algorithm that is none of ours",
	    { { "401 WWW-Authenticate: " DIGEST ", algorithm=SHA-512-256",
		"abort HTTP: 401 without a challenge that can be answered" } },
	    2 },
	{ "a stale nonce is no refusal",
	    { { "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"",
		  "Inform" },
		{ "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", "
		  "qop=\"auth\", stale=true",
		    "Inform" },
		{ "200 |informed", "empty" },
		{ "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n3\", qop=\"auth\"",
		    "empty" },
		{ "204", "close" } },
	    0 },
	{ "a challenge of an unknown kind",
	    { { "401 WWW-Authenticate: Negotiate",
		"abort HTTP: 401 without a challenge that can be answered" } },
	    2 },
	{ "a redirect",
	    { { "302 Location: http://acs3.lab/x", "go http://acs3.lab/x: Inform" },
		{ "307 Location: /y", "Inform" }, { "200 |informed", "empty" },
		{ "204", "close" } },
	    0 },
	{ "a redirect to https",
	    { { "302 Location: https://acs3.lab/x", "go https://acs3.lab/x: Inform" },
		{ "200 |informed", "empty" }, { "204", "close" } },
	    0 },
	{ "a redirect from https back to http",
	    { { "302 Location: https://acs3.lab/x", "go https://acs3.lab/x: Inform" },
		{ "302 Location: http://acs3.lab/x",
		    "abort HTTP: 302 from https to http is not followed" } },
	    2 },
	{ "a redirect in the middle, at the same ACS",
	    { { "200 |informed", "empty" },
		{ "200 |get " ROOT "DeviceInfo.UpTime",
		    "GetParameterValuesResponse " ROOT "DeviceInfo.UpTime=42 #77" },
		{ "307 Location: /y",
		    "GetParameterValuesResponse " ROOT "DeviceInfo.UpTime=42 #77" },
		{ "204", "close" } },
	    0 },
	{ "a redirect in the middle, to another ACS",
	    { { "200 |informed", "empty" },
		{ "200 |get " ROOT "DeviceInfo.UpTime",
		    "GetParameterValuesResponse " ROOT "DeviceInfo.UpTime=42 #77" },
		{ "307 Location: http://acs3.lab/x",
		    "abort HTTP: 307 to another ACS, acs3.lab, is not followed in the "
		    "middle of a session" } },
	    0 },
	{ "the ACS that another one redirects to wants credentials",
	    { { "302 Location: http://acs3.lab/x", "go http://acs3.lab/x: Inform" },
		{ "401 WWW-Authenticate: " DIGEST,
		    "abort HTTP: 401: http://acs3.lab wants credentials; those that are "
		    "set are for http://acs1.lab:7547, which redirects to it" } },
	    2 },
	{ "the same with TLS",
	    { { "302 Location: https://acs1.lab/x", "go https://acs1.lab/x: Inform" },
		{ "401 WWW-Authenticate: Basic realm=\"r\"",
		    "abort HTTP: 401: https://acs1.lab wants credentials; those that are "
		    "set are for http://acs1.lab:7547, which redirects to it" } },
	    2 },
	{ "there and back",
	    { { "302 Location: http://acs3.lab/x", "go http://acs3.lab/x: Inform" },
		{ "302 Location: http://acs1.lab:7547/z",
		    "go http://acs1.lab:7547/z: Inform" },
		{ "401 WWW-Authenticate: " DIGEST, "Inform" },
		{ "200 |informed", "empty" }, { "204", "close" } },
	    0 },
	{ "redirects without end",
	    { { "302 Location: /1", "Inform" }, { "302 Location: /2", "Inform" },
		{ "302 Location: /3", "Inform" }, { "302 Location: /4", "Inform" },
		{ "302 Location: /5", "Inform" },
		{ "302 Location: /6", "abort HTTP: more than 5 redirects in a row" } },
	    2 },
	{ "a redirect that gives up TLS",
	    { { "302 Location: https://acs3.lab/x", "go https://acs3.lab/x: Inform" },
		{ "302 Location: http://acs3.lab/x",
		    "abort HTTP: 302 from https to http is not followed" } },
	    2 },
	{ "stale nonces without end",
	    { { "401 WWW-Authenticate: " DIGEST, "Inform" },
		{ "401 WWW-Authenticate: " DIGEST ", stale=true", "Inform" },
		{ "401 WWW-Authenticate: " DIGEST ", stale=true", "Inform" },
		{ "401 WWW-Authenticate: " DIGEST ", stale=true",
		    "abort HTTP: 401: the ACS refuses the credentials of \"cpe\"" } },
	    2 },
	{ "a redirect to nowhere", { { "302", "abort HTTP: 302 without a Location" } },
	    2 },
};

static void test_conversations_go_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		struct play play;

		play_begin(&play, 0);
		for (const struct turn *turn = scenes[i].turns; turn->answer; turn++) {
			answer(&play, turn->answer);
			if (strcmp(buf_cstr(&play.told), turn->next) != 0)
				fail_msg("%s: after \"%s\": %s", scenes[i].name,
				    turn->answer, buf_cstr(&play.told));
		}
		cpe_session_free(steal_ptr(&play.session));

		assert_int_equal(play.events.len, scenes[i].events_left);
		play_end(&play);
	}
}

static void test_garbage_fails_at_the_layer_soap(void **state)
{
	static const char *const bodies[] = { "garbage", "<a/>", "<a", "{}",
		"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		auto_buf text = BUF_NULL;
		struct play play;

		play_begin(&play, 0);
		buf_printf(&text, "200 |%s", bodies[i]);
		answer(&play, buf_cstr(&text));

		assert_true(strncmp(buf_cstr(&play.told), "abort SOAP: ", 12) == 0);
		assert_true(play.told.len > 12);
		play_end(&play);
	}
}

static void test_cookies_come_back_and_stay_with_their_origin(void **state)
{
	static const char *const elsewhere[] = { "http://other.lab:7547/",
		"http://acs1.lab:7548/", "https://acs1.lab:7547/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		auto_buf text = BUF_NULL;
		struct play play;

		play_begin(&play, 0);
		assert_null(http_header(&play.head, "Cookie").p);
		answer(&play, "307 Location: /y\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2");
		assert_true(str_is(http_header(&play.head, "Cookie"), "a=1; b=2"));
		buf_printf(&text, "307 Location: %s", elsewhere[i]);
		answer(&play, buf_cstr(&text));
		assert_null(http_header(&play.head, "Cookie").p);
		play_end(&play);
	}
}

static void test_basic_is_for_tls_unless_the_model_says_so(void **state)
{
	static const struct {
		const char *url;
		bool sends_basic;
		const char *told, *authorization; /* null: none */
	} rows[] = {
		{ "http://acs1.lab:7547/cwmp", false, NO_BASIC, NULL },
		{ "https://acs1.lab:7548/cwmp", false, "Inform",
		    "Basic Y3BlOnMzY3JldA==" },
		{ "http://acs1.lab:7547/cwmp", true, "Inform",
		    "Basic Y3BlOnMzY3JldA==" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str value;
		struct play play;

		play_begin_at(&play, rows[i].url, rows[i].sends_basic, 0);
		answer(&play, "401 WWW-Authenticate: Basic realm=\"r\"");

		assert_string_equal(buf_cstr(&play.told), rows[i].told);
		value = http_header(&play.head, "Authorization");
		if (rows[i].authorization)
			assert_true(str_is(value, rows[i].authorization));
		else
			assert_null(value.p);
		play_end(&play);
	}
}

static void test_authorization_goes_on_with_a_rising_count(void **state)
{
	struct play play;

	(void)state;
	play_begin(&play, 0);
	assert_null(http_header(&play.head, "Authorization").p);
	answer(&play, "401 WWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: "
		      "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"\r\n"
		      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", "
		      "qop=\"auth\", algorithm=SHA-256");
	for (int count = 1; count <= 2; count++) {
		struct auth_credentials credentials;
		struct str value = http_header(&play.head, "Authorization");

		assert_int_equal(auth_credentials_parse(&credentials, value, NULL), 0);
		assert_true(auth_verify(&credentials, STR("cpe"), STR("s3cret"),
		    STR("POST"), plain_hash));
		assert_int_equal(credentials.algorithm, AUTH_SHA256);
		assert_true(str_is(credentials.nonce, "n2"));
		assert_true(
		    str_is(credentials.nc, count == 1 ? "00000001" : "00000002"));
		assert_true(str_is(credentials.cnonce, "c0ffee"));
		answer(&play, "200 |informed");
	}
	play_end(&play);
}

static void test_credentials_stay_with_their_host(void **state)
{
	struct play play;

	(void)state;
	play_begin(&play, 0);
	answer(&play, "401 WWW-Authenticate: " DIGEST);
	assert_non_null(http_header(&play.head, "Authorization").p);
	answer(&play, "307 Location: /same");
	assert_non_null(http_header(&play.head, "Authorization").p);
	answer(&play, "307 Location: http://other.lab/");
	assert_null(http_header(&play.head, "Authorization").p);
	play_end(&play);
}

/* One byte is for the terminator. */
static void test_a_challenge_has_a_longest(void **state)
{
	static const char start[] = "Digest nonce=\"n\", realm=\"";

	(void)state;
	for (size_t len = SESSION_CHALLENGE_MAX - 1; len <= SESSION_CHALLENGE_MAX;
	     len++) {
		auto_buf text = BUF_NULL;
		struct play play;

		buf_printf(&text, "401 WWW-Authenticate: %s", start);
		for (size_t i = sizeof(start) - 1; i < len - 1; i++)
			buf_append_char(&text, 'r');
		buf_append_char(&text, '"');
		play_begin(&play, 0);
		answer(&play, buf_cstr(&text));

		assert_string_equal(buf_cstr(&play.told),
		    len < SESSION_CHALLENGE_MAX
			? "Inform"
			: "abort HTTP: 401 without a challenge that can be answered");
		play_end(&play);
	}
}

static void test_a_session_keeps_the_credentials_it_began_with(void **state)
{
	struct auth_credentials credentials;
	struct play play;

	(void)state;
	play_begin(&play, 0);
	answer(&play, "200 |informed");
	answer(&play, "200 |set " ROOT "ManagementServer.Username=new");
	assert_string_equal(play.stub->username, "new");
	answer(&play,
	    "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");

	assert_int_equal(auth_credentials_parse(&credentials,
			     http_header(&play.head, "Authorization"), NULL),
	    0);
	assert_true(str_is(credentials.username, "cpe"));
	play_end(&play);
}

static void test_the_inform_says_who_why_and_how_often(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	struct play play;
	struct str body;

	(void)state;
	play_begin(&play, 3);
	body = str_from(buf_str(&play.request),
	    play.request.len - play.head.content_length);
	assert_int_equal(cwmp_read(&msg, &arena, body.p, body.len, NULL, &err), 0);

	assert_int_equal(msg.ns, CWMP_NS_1_2);
	assert_int_equal(msg.inform.retry_count, 3);
	assert_int_equal(msg.inform.max_envelopes, 1);
	assert_int_equal(msg.inform.n_events, 2);
	assert_true(str_is(msg.inform.events[0].code, "0 BOOTSTRAP"));
	assert_true(str_is(msg.inform.events[1].code, "1 BOOT"));
	assert_true(str_is(msg.inform.current_time, "2023-11-14T22:13:20Z"));
	assert_true(str_is(msg.inform.device.oui, "00E0FC"));
	assert_true(str_is(msg.inform.device.product_class, "HP5920"));
	assert_int_equal(msg.inform.params.len, 8);
	play_end(&play);
}

static void test_a_url_that_is_none_opens_no_session(void **state)
{
	static const char *const urls[] = { "", "acs1.lab", "ftp://acs1.lab/",
		"http://u:p@acs1.lab/" };
	struct device_stub *stub = stub_new("hp5920.yaml");
	struct event_queue events = { NULL, 0, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct cpe_session *session = NULL;
		struct error err = ERROR_NULL;
		const struct cpe_session_config config = { .url = str_of(urls[i]),
			.rpc = &stub->rpc,
			.events = &events,
			.hash = plain_hash };

		assert_true(cpe_session_new(&config, 0, &session, &err) < 0);
		assert_null(session);
		assert_true(err.text[0] != '\0');
	}
	stub_free(stub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations_go_as_told),
		cmocka_unit_test(test_garbage_fails_at_the_layer_soap),
		cmocka_unit_test(test_cookies_come_back_and_stay_with_their_origin),
		cmocka_unit_test(test_basic_is_for_tls_unless_the_model_says_so),
		cmocka_unit_test(test_authorization_goes_on_with_a_rising_count),
		cmocka_unit_test(test_credentials_stay_with_their_host),
		cmocka_unit_test(test_a_challenge_has_a_longest),
		cmocka_unit_test(test_a_session_keeps_the_credentials_it_began_with),
		cmocka_unit_test(test_the_inform_says_who_why_and_how_often),
		cmocka_unit_test(test_a_url_that_is_none_opens_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
