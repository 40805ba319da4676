/* agents/cpe/session: conversations in text (session_play.h). */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/session_play.h"

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
	{ "400, with words",
	    { { "400 |CPE already in session",
		"abort HTTP: the ACS answers 400 Bad Request: CPE already in session" } },
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
	{ "Basic and Digest in one header",
	    { { "401 WWW-Authenticate: Basic realm=\"r\", " DIGEST, "Inform" },
		{ "200 |informed", "empty" }, { "204", "close" } },
	    0 },
	{ "a busy ACS, and how long it will be",
	    { { "503 Retry-After: 600",
		"abort HTTP: the ACS answers 503 Service Unavailable, Retry-After 600 s" } },
	    2 },
	{ "a busy ACS, and until when it will be",
	    { { "503 Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		"Retry-After: Sun, 06 Nov 1994 08:51:37 GMT",
		"abort HTTP: the ACS answers 503 Service Unavailable, Retry-After 120 s" } },
	    2 },
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

static void a_conversation_goes_as_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	play_begin(&play, 0);
	play_turns(&play, scene->name, scene->turns);
	cpe_session_free(steal_ptr(&play.session));

	assert_int_equal(play.events.len, scene->events_left);
	play_end(&play);
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

static void note_message(void *user, bool from_acs, const struct cwmp_msg *msg)
{
	struct str name = msg ? cwmp_msg_name(msg) : STR("empty");

	buf_printf(user, "%c %.*s\n", from_acs ? '<' : '>', STR_ARG(name));
}

static void test_who_looks_on_sees_what_goes_out_and_once(void **state)
{
	auto_buf seen = BUF_NULL;
	const struct cpe_witness witness = { .saw = note_message, .user = &seen };
	struct play play = { .stub = stub_new("hp5920.yaml"), .witness = &witness };
	struct cpe_session *other = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	play_inform(&play, "", 0);
	answer(&play, "401 WWW-Authenticate: " DIGEST);
	answer(&play, "200 |fault 8005");
	answer(&play, "200 |informed");
	answer(&play, "200 |get " ROOT "DeviceInfo.UpTime");
	answer(&play, "204");
	/* A session whose ACS is not reached. */
	assert_int_equal(cpe_session_new(&play.session->config, STUB_WALL, &other,
			     &err),
	    0);

	assert_string_equal(buf_cstr(&seen), "> Inform\n< Fault\n< InformResponse\n"
					     "> empty\n< GetParameterValues\n"
					     "> GetParameterValuesResponse\n< empty\n");
	cpe_session_free(other);
	play_end(&play);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_conversation_goes_as_told, scenes);
	cases_add(&cases, test_garbage_fails_at_the_layer_soap);
	cases_add(&cases, test_basic_is_for_tls_unless_the_model_says_so);
	cases_add(&cases, test_authorization_goes_on_with_a_rising_count);
	cases_add(&cases, test_credentials_stay_with_their_host);
	cases_add(&cases, test_a_challenge_has_a_longest);
	cases_add(&cases, test_a_session_keeps_the_credentials_it_began_with);
	cases_add(&cases, test_the_inform_says_who_why_and_how_often);
	cases_add(&cases, test_a_url_that_is_none_opens_no_session);
	cases_add(&cases, test_who_looks_on_sees_what_goes_out_and_once);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
