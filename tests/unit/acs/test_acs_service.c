/* agents/acs: sessions as conversations (acs_play.h). */
#include "tests/unit/acs/acs_play.h"

static const char move[] = "rules:\n"
			   "  - on: [0 BOOTSTRAP]\n"
			   "    steps:\n"
			   "      - get: [ManagementServer.URL]\n"
			   "      - when: url-is-mine\n"
			   "        set: {ManagementServer.URL: \"http://b/\"}\n"
			   "        parameter-key: moved\n";
static const char reboot[] =
    "rules:\n"
    "  - {on: [1 BOOT], steps: [{rpc: Reboot, command-key: k}]}\n"
    "  - {on: any, steps: [{get: Device.A}]}\n";

#define INFORMED    "[0000E2-5920-S1 informs: 0 BOOTSTRAP]"
#define OK          "[0000E2-5920-S1 ok]"
#define FAILED(why) "[0000E2-5920-S1 failed: " why "]"
#define SECOND      FAILED("a second Inform in the session, which begins another one")
#define REFUSED(as) "[192.0.2.10 is refused " as "]"
#define GET         "200 GetParameterValues Device.ManagementServer.URL"
#define ENVELOPE                                                                \
	"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "    \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-0\"><e:Header><c:ID "                \
	"e:mustUnderstand=\"1\">7</c:ID></e:Header><e:Body><c:X_Odd/></e:Body>" \
	"</e:Envelope>"

/* An Inform whose tag has another name space and a line of its own. */
#define INFORM_IN_LINES                                                              \
	"<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Header><ID " \
	"xmlns=\"urn:dslforum-org:cwmp-1-0\">9</ID></Header><Body><Inform\n"         \
	"xmlns=\"urn:dslforum-org:cwmp-1-0\"><DeviceId><Manufacturer>M"              \
	"</Manufacturer><OUI>0000E2</OUI><ProductClass>5920</ProductClass>"          \
	"<SerialNumber>S1</SerialNumber></DeviceId><Event><EventStruct><EventCode>"  \
	"1 BOOT</EventCode><CommandKey/></EventStruct></Event><MaxEnvelopes>1"       \
	"</MaxEnvelopes><CurrentTime>2026-01-01T00:00:00Z</CurrentTime>"             \
	"<RetryCount>0</RetryCount><ParameterList/></Inform></Body></Envelope>"

enum {
	TURNS_MAX = 8
};

static const struct scene {
	const char *name;
	const char *policy;
	struct {
		const char *request, *answer;
	} turns[TURNS_MAX];
	const char *diary;
} scenes[] = {
	{ "figure 2", move,
	    { { "|inform#17 0 BOOTSTRAP", "200 InformResponse #17" },
		{ "cookie|", GET },
		{ "cookie|values Device.ManagementServer.URL=http://acs1.lab:7547/cwmp",
		    "200 SetParameterValues Device.ManagementServer.URL=http://b/ "
		    "(string) key moved" },
		{ "cookie|did SetParameterValues", "204" } },
	    INFORMED OK },
	{ "the root is the CPE's", move,
	    { { "|igd 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "cookie|", "200 GetParameterValues "
			     "InternetGatewayDevice.ManagementServer.URL" } },
	    INFORMED },
	{ "a CPE that goes by another URL is left alone", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "cookie|", GET },
		{ "cookie|values Device.ManagementServer.URL=http://c/", "204" } },
	    INFORMED OK },
	{ "nothing to do", NULL,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "cookie|", "204" },
		{ "cookie|", "204" } },
	    INFORMED OK },
	{ "a CPE without cookies is known by its connection", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET } },
	    INFORMED },
	{ "a lost connection is continued by the cookie", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "new cookie|", GET },
		{ "new cookie|values Device.ManagementServer.URL=http://c/", "204" } },
	    INFORMED OK },
	{ "the next session on the same connection", NULL,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "cookie|", "204" },
		{ "|inform 2 PERIODIC", "200 InformResponse #c" }, { "|", "204" } },
	    INFORMED OK "[0000E2-5920-S1 informs: 2 PERIODIC]" OK },
	{ "rules add up, in their order", reboot,
	    { { "|inform 1 BOOT,M Reboot", "200 InformResponse #c" },
		{ "|", "200 Reboot key k" },
		{ "|did Reboot", "200 GetParameterValues Device.A" } },
	    "[0000E2-5920-S1 informs: 1 BOOT,M Reboot]" },
	{ "a fault does not end the session", reboot,
	    { { "|inform 1 BOOT", "200 InformResponse #c" },
		{ "|", "200 Reboot key k" },
		{ "|fault 9001", "200 GetParameterValues Device.A" },
		{ "|fault 9005", "204" } },
	    "[0000E2-5920-S1 informs: 1 BOOT]" OK },
	{ "requests of the CPE are answered before ours go out", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "|ask#t TransferComplete", "200 TransferCompleteResponse #t" },
		{ "|ask Kicked", "200 KickedResponse #c" },
		{ "|" ENVELOPE, "200 fault 8000 #7" }, { "|", GET } },
	    INFORMED },
	{ "GetRPCMethods", NULL,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "|ask GetRPCMethods",
		    "200 GetRPCMethodsResponse GetRPCMethods Inform TransferComplete "
		    "AutonomousTransferComplete RequestDownload Kicked "
		    "DUStateChangeComplete AutonomousDUStateChangeComplete #c" } },
	    INFORMED },
	{ "a second Inform", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "cookie|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "cookie|", GET },
		{ "|values Device.ManagementServer.URL=http://c/", "204" } },
	    INFORMED SECOND INFORMED OK },
	{ "a second Inform of a CPE without cookies", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET },
		{ "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET } },
	    INFORMED SECOND INFORMED },
	{ "a second Inform that is written otherwise", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "cookie|" INFORM_IN_LINES, "200 InformResponse #9" } },
	    INFORMED SECOND "[0000E2-5920-S1 informs: 1 BOOT]" },
	{ "the Inform of another CPE with the cookie of the first", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "new cookie|other 2 PERIODIC", "200 InformResponse #c" },
		{ "cookie|", "204" } },
	    INFORMED SECOND "[0000E2-5920-S2 informs: 2 PERIODIC]"
			    "[0000E2-5920-S2 ok]" },
	{ "two CPEs on one connection of a proxy", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "|other 2 PERIODIC", "200 InformResponse #c" }, { "cookie|", "204" },
		{ "|other 2 PERIODIC", "200 InformResponse #c" } },
	    INFORMED "[0000E2-5920-S2 informs: 2 PERIODIC]"
		     "[0000E2-5920-S2 ok][0000E2-5920-S2 informs: 2 PERIODIC]" },
	{ "an empty POST first", NULL, { { "|", "400 close" } },
	    "[nobody failed: an empty POST before an Inform]" },
	{ "a request first", NULL, { { "|ask GetRPCMethods", "400 close" } },
	    "[nobody failed: GetRPCMethods before an Inform]" },
	{ "a response with another ID", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET },
		{ "|values#77 Device.X=1", "400 close" } },
	    INFORMED FAILED("the response has ID \"77\", the request had \"acs-1\"") },
	{ "a response of another method", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET },
		{ "|did Reboot", "400 close" } },
	    INFORMED FAILED("RebootResponse answers a GetParameterValues") },
	{ "a response to nothing", NULL,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "|fault#x 9000", "400 close" } },
	    INFORMED FAILED("Fault, which nothing asked for") },
	{ "silence where a response was due", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" }, { "|", GET },
		{ "|", "204" } },
	    INFORMED OK },
	{ "silence that a rule goes on after", reboot,
	    { { "|inform 1 BOOT", "200 InformResponse #c" },
		{ "|", "200 Reboot key k" }, { "|", "200 GetParameterValues Device.A" },
		{ "|", "204" } },
	    "[0000E2-5920-S1 informs: 1 BOOT]" OK },
	{ "a CPE that falls silent", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "late:29 cookie|", GET },
		{ "late:31 cookie|values Device.X=1", "400 close" } },
	    INFORMED FAILED(
		"the CPE was silent for 31 s (state asked)") "[nobody failed: GetParameterValuesResponse, which nothing asked for]" },
	{ "a CPE whose time is just over", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "late:30 cookie|", "400 close" } },
	    INFORMED FAILED(
		"the CPE was silent for 30 s (state serving)") "[nobody failed: an empty POST before an Inform]" },
	{ "a CPE that hangs up once it has the InformResponse", NULL,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "new late:30|inform 0 BOOTSTRAP", "200 InformResponse #c" } },
	    INFORMED FAILED(
		"the CPE was silent for 30 s (state serving); it hung up after the "
		"InformResponse: some take no XML declaration (--no-xml-declaration, "
		"xml-declaration: no)") INFORMED },
	{ "and one that hangs up later", move,
	    { { "|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "cookie|ask GetRPCMethods",
		    "200 GetRPCMethodsResponse GetRPCMethods Inform TransferComplete "
		    "AutonomousTransferComplete RequestDownload Kicked "
		    "DUStateChangeComplete AutonomousDUStateChangeComplete #c" },
		{ "new late:30|inform 0 BOOTSTRAP", "200 InformResponse #c" } },
	    INFORMED FAILED("the CPE was silent for 30 s (state serving)") INFORMED },
	{ "a CPE that asks for more time", move,
	    { { "timeout:90|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "late:89 cookie|", GET },
		{ "late:90 cookie|values Device.X=1", "400 close" } },
	    INFORMED FAILED(
		"the CPE was silent for 90 s (state asked)") "[nobody failed: GetParameterValuesResponse, which nothing asked for]" },
	{ "a CPE that asks for less time than all get", move,
	    { { "timeout:1|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "late:29 cookie|", GET } },
	    INFORMED },
	{ "a CPE that asks for more time than anybody gets", move,
	    { { "timeout:99999|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "late:3599 cookie|", GET },
		{ "late:3600 cookie|values Device.X=1", "400 close" } },
	    INFORMED FAILED(
		"the CPE was silent for 3600 s (state asked)") "[nobody failed: GetParameterValuesResponse, which nothing asked for]" },
	{ "what is no CWMP over HTTP", NULL,
	    { { "GET|", "405 close" }, { "path:/other|", "404 close" },
		{ "Content-Encoding:gzip|x", "415 close" },
		{ "Content-Type:text/html|x", "415 close" } },
	    REFUSED("405 at /cwmp: the ACS takes POST alone")
		REFUSED("404 at /other: the ACS is at another path")
		    REFUSED("415 at /cwmp: the body is compressed")
			REFUSED("415 at /cwmp: the body is not text/xml") },
	{ "envelopes that are said to be plain text", NULL,
	    { { "Content-Type:text/plain|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "Content-Type:TEXT/PLAIN;charset=utf-8 cookie|ask GetRPCMethods",
		    "200 GetRPCMethodsResponse GetRPCMethods Inform TransferComplete "
		    "AutonomousTransferComplete RequestDownload Kicked "
		    "DUStateChangeComplete AutonomousDUStateChangeComplete #c" },
		{ "cookie|", "204" } },
	    "[192.0.2.10 is let pass: its Content-Type is text/plain, which should be "
	    "text/xml]" INFORMED OK },
	{ "which are told once a connection", NULL,
	    { { "Content-Type:text/plain|inform 0 BOOTSTRAP", "200 InformResponse #c" },
		{ "Content-Type:text/plain cookie|inform 0 BOOTSTRAP",
		    "200 InformResponse #c" } },
	    "[192.0.2.10 is let pass: its Content-Type is text/plain, which should be "
	    "text/xml]" INFORMED SECOND INFORMED },
};

static void a_conversation_goes_as_the_protocol_says(void **state)
{
	const struct scene *scene = *state;
	struct acs_play play;

	play_begin(&play, scene->policy);
	play_start(&play);
	for (size_t j = 0; j < TURNS_MAX && scene->turns[j].request; j++) {
		const char *answer = play_turn(&play, scene->turns[j].request);

		if (strcmp(answer, scene->turns[j].answer) != 0)
			fail_msg("%s, turn %zu: %s\nexpected: %s", scene->name, j + 1,
			    answer, scene->turns[j].answer);
	}
	if (strcmp(buf_cstr(&play.diary), scene->diary) != 0)
		fail_msg("%s: %s", scene->name, buf_cstr(&play.diary));
	play_end(&play);
}

static void garbage_ends_the_session(void **state)
{
	static const char *const bodies[] = { "x", "<a/>", "<!DOCTYPE a><a/>",
		"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"/>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		auto_buf request = BUF_NULL;
		struct acs_play play;

		play_begin(&play, NULL);
		play_start(&play);
		buf_printf(&request, "|%s", bodies[i]);

		assert_string_equal(play_turn(&play, buf_cstr(&request)), "400 close");
		assert_int_equal(acs_service_sessions(play.service), 0);

		play_end(&play);
	}
}

static void sessions_are_limited(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.sessions_max = 1;
	play_start(&play);

	(void)play_turn(&play, "|inform 1 BOOT");
	play.now += ACS_GRACE_MS * NS_PER_MS - 1;
	assert_string_equal(play_turn(&play, "new|inform 2 PERIODIC"), "503 close");
	assert_int_equal(acs_service_counts(play.service)->shed, 1);
	play.now += 1;
	assert_string_equal(play_turn(&play, "new|inform 4 VALUE CHANGE"),
	    "200 InformResponse #c");

	assert_string_equal(buf_cstr(&play.diary),
	    "[0000E2-5920-S1 informs: 1 BOOT]" REFUSED(
		"503 at /cwmp: too many sessions run") ""
						       "[0000E2-5920-S1 failed: silent for 1 s, it made room for another "
						       "session (state serving)]"
						       "[0000E2-5920-S1 informs: 4 VALUE CHANGE]");
	assert_int_equal(acs_service_sessions(play.service), 1);
	play_end(&play);
}

/* As GenieACS does, for CPEs that are told another path than ours. */
static void any_path_is_taken_where_it_is_to_be(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.takes_any_path = true;
	play_start(&play);

	assert_string_equal(play_turn(&play, "path:/|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "path:/acs?x=1 cookie|"), "204");
	assert_string_equal(play_turn(&play, "GET path:/|"), "405 close");
	assert_string_equal(buf_cstr(&play.diary),
	    "[0000E2-5920-S1 informs: 1 BOOT]" OK REFUSED(
		"405 at /: the ACS takes POST alone"));
	play_end(&play);
}

static bool has_declaration(const struct acs_play *play)
{
	return str_find(buf_str(&play->response), STR("<?xml"), NULL);
}

/* Some CPEs put what they get into a document of their own. */
static void the_xml_declaration_can_be_left_out(void **state)
{
	(void)state;
	for (int leaves = 0; leaves <= 1; leaves++) {
		struct acs_play play;

		play_begin(&play, reboot);
		play.config.has_no_declaration = leaves;
		play_start(&play);

		assert_string_equal(play_turn(&play, "|inform 1 BOOT"),
		    "200 InformResponse #c");
		assert_int_equal(has_declaration(&play), !leaves);
		assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot key k");
		assert_int_equal(has_declaration(&play), !leaves);
		play_end(&play);
	}
}

/* One that runs is never ended for another, and one that is over is not counted. */
static void sessions_beyond_the_limit_are_turned_away(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.limit.sessions = 1;
	play_start(&play);

	(void)play_turn(&play, "|inform 1 BOOT");
	play.now += 10 * NS_PER_S;
	assert_string_equal(play_turn(&play, "new|inform 2 PERIODIC"), "503 close");
	assert_int_equal(acs_service_counts(play.service)->shed, 1);
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_string_equal(play_turn(&play, "new|inform 4 VALUE CHANGE"),
	    "200 InformResponse #c");
	assert_int_equal(acs_service_counts(play.service)->shed, 1);
	play_end(&play);
}

/* So that two accounts of them can be compared, whatever has become of the ACS between. */
static void each_session_is_counted_once(void **state)
{
	struct counts counts = { .sessions = 7, .failed = 2 };
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.counts = &counts;
	play_start(&play);

	(void)play_turn(&play, "|inform 1 BOOT");
	assert_int_equal(counts.running, 1);
	assert_int_equal(counts.sessions, 7);
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_int_equal(counts.running, 0);
	assert_int_equal(counts.sessions, 8);
	assert_int_equal(counts.failed, 2);
	/* One that runs at the end has failed. */
	(void)play_turn(&play, "new|inform 2 PERIODIC");
	assert_int_equal(counts.running, 1);
	play_end(&play);
	assert_int_equal(counts.running, 0);
	assert_int_equal(counts.sessions, 9);
	assert_int_equal(counts.failed, 3);
}

static struct device *inform_of(struct device_list *list, const char *serial)
{
	const struct cwmp_inform inform = {
		.device = { STR("HP"), STR("0000E2"), STR("5920"), str_of(serial) },
	};

	return device_informed(list, &inform, "192.0.2.11", 1);
}

/* However many others inform meanwhile, what a session reads is kept with its device. */
static void the_device_of_an_open_session_is_not_forgotten(void **state)
{
	struct device *device;
	struct acs_play play;

	(void)state;
	play_begin(&play, move);
	play.devices.max = 2;
	play_start(&play);
	(void)play_turn(&play, "|inform 0 BOOTSTRAP");
	assert_string_equal(play_turn(&play, "cookie|"), GET);

	assert_non_null(inform_of(&play.devices, "S2"));
	assert_non_null(inform_of(&play.devices, "S3"));
	assert_string_equal(play_turn(&play,
				"cookie|values Device.ManagementServer.URL=http://c/"),
	    "204");

	device = map_get(&play.devices.by_id, STR("0000E2-5920-S1"));
	assert_non_null(device);
	assert_true(
	    str_is(device_value(device, "Device.ManagementServer.URL"), "http://c/"));
	assert_null(map_get(&play.devices.by_id, STR("0000E2-5920-S2")));

	/* Once the session is over it is one among others. */
	acs_service_gone(play.service, &play.peer);
	assert_non_null(inform_of(&play.devices, "S4"));
	assert_non_null(inform_of(&play.devices, "S5"));
	assert_null(map_get(&play.devices.by_id, STR("0000E2-5920-S1")));
	play_end(&play);
}

static void a_list_full_of_open_sessions_takes_no_device(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.devices.max = 1;
	play_start(&play);
	device_pin(inform_of(&play.devices, "S0"));

	assert_string_equal(play_turn(&play, "|inform 1 BOOT"), "200 fault 8004 #c");
	assert_string_equal(buf_cstr(&play.diary),
	    "[nobody failed: no room for the device]");
	device_unpin(map_get(&play.devices.by_id, STR("0000E2-5920-S0")));
	assert_string_equal(play_turn(&play, "new|inform 1 BOOT"),
	    "200 InformResponse #c");
	play_end(&play);
}

/* A head is enough to be refused: nobody keeps the body of a stranger. */
static void a_head_can_be_refused_before_its_body(void **state)
{
	static const struct {
		const char *head, *answer; /* "": its body may come */
	} rows[] = {
		{ "POST /cwmp HTTP/1.1\r\nContent-Length: 9\r\n\r\n", "401" },
		{ "POST /cwmp HTTP/1.1\r\nContent-Length: 9\r\n"
		  "Authorization: Basic Y3BlOnMzY3JldA==\r\n\r\n",
		    "" },
		{ "POST /other HTTP/1.1\r\nContent-Length: 9\r\n\r\n", "404 close" },
		{ "PUT /cwmp HTTP/1.1\r\nContent-Length: 9\r\n\r\n", "405 close" },
		{ "POST /cwmp HTTP/1.1\r\nContent-Encoding: gzip\r\n"
		  "Authorization: Basic Y3BlOnMzY3JldA==\r\n\r\n",
		    "415 close" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_play play;
		struct http_head head;
		bool is_close = false;

		play_begin(&play, NULL);
		play.config.auth = ACS_SCHEME_BASIC;
		play_start(&play);
		assert_true(http_head_parse(&head, true, rows[i].head,
				strlen(rows[i].head), NULL, NULL) > 0);
		if (acs_service_refuses(play.service, &play.peer, &head, play.now,
			&play.response, &is_close))
			play_tell(&play, is_close);
		assert_string_equal(buf_cstr(&play.told), rows[i].answer);
		play_end(&play);
	}
}

static void a_session_that_is_over_is_forgotten(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "204");

	(void)play_turn(&play, "|inform 2 PERIODIC");
	assert_int_equal(acs_service_sessions(play.service), 1);
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	acs_service_gone(play.service, &play.peer);
	assert_int_equal(acs_service_sessions(play.service), 0);

	(void)play_turn(&play, "|inform 1 BOOT");
	(void)play_turn(&play, "late:30 |");
	assert_int_equal(acs_service_sessions(play.service), 0);
	play_end(&play);
}

static void every_connection_proves_the_password(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.auth = ACS_SCHEME_BASIC;
	play_start(&play);

	assert_string_equal(play_turn(&play, "|inform 1 BOOT"), "401");
	assert_string_equal(play_turn(&play, "basic|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "new cookie|"), "401");
	assert_string_equal(play_turn(&play, "cookie basic|"), "204");

	play_end(&play);
}

/* Some CPEs prove the password once a connection, but a wrong one is wrong at any time. */
static void a_wrong_password_is_refused_on_a_connection_that_proved_it(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.auth = ACS_SCHEME_BASIC;
	play_start(&play);

	assert_string_equal(play_turn(&play, "basic|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play,
				"cookie Authorization:Basic\tY3BlOndyb25n|"),
	    "401");
	assert_string_equal(play_turn(&play, "cookie|"), "401");
	assert_string_equal(play_turn(&play, "cookie basic|"), "204");
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	/* Only the wrong one is told, not the requests without any. */
	assert_string_equal(buf_cstr(&play.diary),
	    "[0000E2-5920-S1 informs: 1 BOOT]" REFUSED(
		"401 at /cwmp: the credentials are wrong") OK);

	play_end(&play);
}

/* Behind a proxy several CPEs share a connection: what one of them proved lets none of the
 * others in. */
static void another_cpe_on_the_connection_proves_its_own_password(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.auth = ACS_SCHEME_BASIC;
	play_start(&play);

	assert_string_equal(play_turn(&play, "basic|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "|other 1 BOOT"), "401");
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	/* Nor once the session of the first is over. */
	assert_string_equal(play_turn(&play, "|other 1 BOOT"), "401");
	assert_string_equal(play_turn(&play, "|inform 2 PERIODIC"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "basic|other 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "|other 1 BOOT"), "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "|inform 1 BOOT"), "401");

	play_end(&play);
}

/* By hand every refusal is told; in a lab those that tell of something wrong. */
static void who_reads_along_is_told_every_refusal(void **state)
{
	(void)state;
	for (int all = 0; all <= 1; all++) {
		struct acs_play play;

		play_begin(&play, NULL);
		play.config.auth = ACS_SCHEME_BASIC;
		play.config.tells_all = all;
		play_start(&play);
		(void)play_turn(&play, "|inform 1 BOOT");
		(void)play_turn(&play, "basic|");
		assert_string_equal(buf_cstr(&play.diary),
		    all ? REFUSED("401 at /cwmp: no credentials came") REFUSED(
			      "400 at /cwmp: an empty POST before an Inform") "[nobody failed: an empty POST before an Inform]"
			: "[nobody failed: an empty POST before an Inform]");
		play_end(&play);
	}
}

#define REQUEST(body)                                                         \
	"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "  \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Header><c:ID "              \
	"e:mustUnderstand=\"1\">7</c:ID></e:Header><e:Body>" body "</e:Body>" \
	"</e:Envelope>"

/* Each request of a CPE is answered: well, or by the fault that it is due. */
static void requests_of_a_cpe_are_answered(void **state)
{
	static const struct {
		const char *body, *answer;
	} rows[] = {
		{ "<c:RequestDownload><FileType>1 Firmware Upgrade Image</FileType>"
		  "<FileTypeArg/></c:RequestDownload>",
		    "200 RequestDownloadResponse #7" },
		{ "<c:RequestDownload/>", "200 fault 8003 #7" },
		{ "<c:Kicked><Command>a</Command><Referer/><Arg/><Next>n</Next></c:Kicked>",
		    "200 KickedResponse next n #7" },
		{ "<c:Kicked/>", "200 fault 8003 #7" },
		{ "<c:TransferComplete/>", "200 TransferCompleteResponse #7" },
		{ "<c:AutonomousTransferComplete/>",
		    "200 AutonomousTransferCompleteResponse #7" },
		{ "<c:DUStateChangeComplete/>",
		    "200 DUStateChangeCompleteResponse #7" },
		{ "<c:AutonomousDUStateChangeComplete/>",
		    "200 AutonomousDUStateChangeCompleteResponse #7" },
		{ "<c:Reboot/>", "200 fault 8000 #7" },
		{ "<c:X_Odd/>", "200 fault 8000 #7" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf request = BUF_NULL;
		struct acs_play play;
		const char *answer;

		play_begin(&play, NULL);
		play_start(&play);
		(void)play_turn(&play, "|inform 1 BOOT");
		buf_printf(&request, "|" REQUEST("%s"), rows[i].body);
		answer = play_turn(&play, buf_cstr(&request));
		if (strcmp(answer, rows[i].answer) != 0)
			fail_msg("%s: %s", rows[i].body, answer);
		assert_string_equal(play_turn(&play, "|"), "204");
		play_end(&play);
	}
}

/* Each rule may have as many steps as a session takes; more are left out. */
static void a_session_takes_so_many_steps_and_no_more(void **state)
{
	auto_buf policy = BUF_NULL;
	struct acs_play play;

	(void)state;
	buf_append_text(&policy, "rules:\n");
	for (int i = 0; i < POLICY_REQUESTS_MAX + 1; i++)
		buf_printf(&policy, "  - {on: any, steps: [{get: Device.P%d}]}\n", i);
	play_begin(&play, buf_cstr(&policy));
	play_start(&play);

	(void)play_turn(&play, "|inform 1 BOOT");
	for (int i = 0; i < POLICY_REQUESTS_MAX; i++) {
		char expected[64];

		(void)snprintf(expected, sizeof(expected),
		    "200 GetParameterValues Device.P%d", i);
		assert_string_equal(play_turn(&play,
					i == 0 ? "cookie|" : "cookie|fault 9005"),
		    expected);
	}
	assert_string_equal(play_turn(&play, "cookie|fault 9005"), "204");

	play_end(&play);
}

static const char *version_chosen(const char *offered, struct buf *out)
{
	const struct policy policy = POLICY_NULL;
	auto_cleanup(cwmp_reader_free) struct cwmp_reader *reader = cwmp_reader_new();
	auto_arena arena = ARENA_NULL;
	auto_buf post = BUF_NULL;
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.ns = CWMP_NS_1_2 };
	struct device_list devices;
	const struct acs_session_config config = { .policy = &policy,
		.url = "http://a/",
		.devices = &devices,
		.reader = reader,
		.arena = &arena };
	struct acs_session session;
	struct str answer;
	size_t at;

	msg.inform.device =
	    (struct cwmp_device_id){ STR("HP"), STR("0000E2"), STR("A"), STR("1") };
	msg.inform.current_time = STR("2026-01-01T00:00:00Z");
	msg.inform.max_envelopes = 1;
	msg.header.supported_versions = str_of(offered);
	assert_int_equal(cwmp_write(&post, &msg, NULL), 0);
	device_list_init(&devices, 1);
	acs_session_init(&session, &config, "192.0.2.1");
	(void)acs_session_post(&session, buf_str(&post), 0, out);
	acs_session_end(&session);
	device_list_free(&devices);
	answer = buf_str(out);
	if (!str_find(answer, STR("UseCWMPVersion"), &at))
		return "none";
	answer = str_from(answer, at);
	answer = str_from(answer, str_find_char(answer, '>') + 1);
	out->data[(size_t)(answer.p - (const char *)out->data) +
		  str_find_char(answer, '<')] = '\0';
	return answer.p;
}

/* TR-069 A6 3.6: the highest version that both ends know, in whatever order they come. */
static void the_highest_common_version_is_chosen(void **state)
{
	/* The answer is in the namespace of that version, whatever the Inform's was. */
	static const struct {
		const char *offered, *chosen, *ns;
	} rows[] = { { "1.0,1.3,1.4", "1.4", "cwmp-1-2" },
		{ "1.4, 1.3", "1.4", "cwmp-1-2" }, { "1.0,1.1", "1.1", "cwmp-1-1" },
		{ "1.0", "1.0", "cwmp-1-0" }, { "1.2,9.9", "1.2", "cwmp-1-2" },
		{ "9.9", "none", "cwmp-1-2" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		assert_string_equal(version_chosen(rows[i].offered, &out),
		    rows[i].chosen);
		assert_true(str_find(buf_str(&out), str_of(rows[i].ns), NULL));
	}
}

/* A POST with msg in it. */
static const char *post(struct acs_play *play, const struct cwmp_msg *msg)
{
	auto_buf request = BUF_NULL;

	buf_append_char(&request, '|');
	assert_int_equal(cwmp_write(&request, msg, NULL), 0);
	return play_turn(play, buf_cstr(&request));
}

static struct cwmp_msg plain_inform(struct cwmp_event *event, struct cwmp_param *param)
{
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.ns = CWMP_NS_1_2 };

	msg.header.has_id = true;
	msg.header.id = STR("c");
	play_inform(&msg, STR("1 BOOT"), event, param, false);
	return msg;
}

/* What a CPE says of itself has an end: string(64), string(6) and string(256) of
 * cwmp-1-2.xsd. The longest that goes is kept, one character more is refused. */
static void an_inform_with_a_text_that_is_too_long_is_refused(void **state)
{
	struct cwmp_event event;
	struct cwmp_param param;
	struct cwmp_msg msg;
	const struct {
		struct str *at;
		const char *name;
		size_t max;
	} rows[] = {
		{ &msg.inform.device.manufacturer, "Manufacturer", 64 },
		{ &msg.inform.device.oui, "OUI", 6 },
		{ &msg.inform.device.product_class, "ProductClass", 64 },
		{ &msg.inform.device.serial_number, "SerialNumber", 64 },
		{ &event.code, "EventCode", 64 },
		{ &param.name, "Name", 256 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL, words = BUF_NULL, diary = BUF_NULL;
		struct acs_play play;

		event = (struct cwmp_event){ STR_NULL, STR_NULL };
		msg = plain_inform(&event, &param);
		for (size_t k = 0; k <= rows[i].max; k++)
			buf_append_text(&text, "\xc3\xa4");
		buf_printf(&words, "%s has %zu characters, at most %zu go",
		    rows[i].name, rows[i].max + 1, rows[i].max);
		buf_printf(&diary, "[nobody failed: the Inform is refused: %s]",
		    buf_cstr(&words));
		play_begin(&play, NULL);
		play_start(&play);
		*rows[i].at = buf_str(&text);
		assert_string_equal(post(&play, &msg), "200 fault 8003 #c");
		assert_true(str_find(buf_str(&play.response), buf_str(&words), NULL));
		assert_string_equal(buf_cstr(&play.diary), buf_cstr(&diary));
		assert_int_equal(play.devices.by_id.len, 0);
		assert_int_equal(acs_service_sessions(play.service), 0);
		*rows[i].at = str_make(text.data, text.len - 2);
		assert_string_equal(post(&play, &msg), "200 InformResponse #c");
		assert_int_equal(play.devices.by_id.len, 1);
		play_end(&play);
	}
}

/* Another request of the CPE is refused the same way, and the session goes on; what answers
 * the ACS can only end it. */
static void later_texts_that_are_too_long_are_refused(void **state)
{
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_TRANSFER_COMPLETE,
		.ns = CWMP_NS_1_2 };
	auto_buf text = BUF_NULL, values = BUF_NULL;
	struct acs_play play;

	(void)state;
	for (int k = 0; k < 257; k++)
		buf_append_char(&text, 'x');
	msg.header.has_id = true;
	msg.header.id = STR("t");
	msg.args.fault_text = buf_str(&text);
	buf_printf(&values, "cookie|values %s=1", buf_cstr(&text));
	play_begin(&play, move);
	play_start(&play);
	(void)play_turn(&play, "|inform 0 BOOTSTRAP");
	assert_string_equal(post(&play, &msg), "200 fault 8003 #t");
	msg.args.fault_text.len--;
	assert_string_equal(post(&play, &msg), "200 TransferCompleteResponse #t");
	assert_string_equal(play_turn(&play, "cookie|"), GET);
	assert_string_equal(play_turn(&play, buf_cstr(&values)), "400 close");
	assert_string_equal(buf_cstr(&play.diary),
	    INFORMED FAILED(
		"GetParameterValuesResponse: Name has 257 characters, at most "
		"256 go"));
	play_end(&play);
}

static void the_cookie_of_a_secure_session_stays_secure(void **state)
{
	struct acs_play play;

	(void)state;
	for (int is_tls = 0; is_tls <= 1; is_tls++) {
		play_begin(&play, NULL);
		play.peer.is_tls = is_tls;
		play_start(&play);

		(void)play_turn(&play, "|inform 1 BOOT");
		assert_int_equal(str_find(buf_str(&play.response),
				     STR("; HttpOnly; Secure\r\n"), NULL),
		    is_tls);

		play_end(&play);
	}
}

static void illegal_moves_are_refused(void **state)
{
	enum acs_session_state next;

	(void)state;
	for (int i = 0; i < ACS_SESSION_EVENTS; i++) {
		enum acs_session_event event = (enum acs_session_event)i;

		assert_false(acs_session_step(ACS_DONE, event, &next));
		assert_false(acs_session_step(ACS_FAILED, event, &next));
		assert_int_equal(acs_session_step(ACS_WAITING, event, &next),
		    event == ACS_INFORMED);
	}
	assert_false(acs_session_step(ACS_ASKED, ACS_ASKS, &next));
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_conversation_goes_as_the_protocol_says, scenes);
	cases_add(&cases, garbage_ends_the_session);
	cases_add(&cases, sessions_are_limited);
	cases_add(&cases, sessions_beyond_the_limit_are_turned_away);
	cases_add(&cases, each_session_is_counted_once);
	cases_add(&cases, any_path_is_taken_where_it_is_to_be);
	cases_add(&cases, the_xml_declaration_can_be_left_out);
	cases_add(&cases, the_device_of_an_open_session_is_not_forgotten);
	cases_add(&cases, a_list_full_of_open_sessions_takes_no_device);
	cases_add(&cases, a_head_can_be_refused_before_its_body);
	cases_add(&cases, a_wrong_password_is_refused_on_a_connection_that_proved_it);
	cases_add(&cases, another_cpe_on_the_connection_proves_its_own_password);
	cases_add(&cases, who_reads_along_is_told_every_refusal);
	cases_add(&cases, requests_of_a_cpe_are_answered);
	cases_add(&cases, a_session_takes_so_many_steps_and_no_more);
	cases_add(&cases, the_highest_common_version_is_chosen);
	cases_add(&cases, an_inform_with_a_text_that_is_too_long_is_refused);
	cases_add(&cases, later_texts_that_are_too_long_are_refused);
	cases_add(&cases, a_session_that_is_over_is_forgotten);
	cases_add(&cases, every_connection_proves_the_password);
	cases_add(&cases, the_cookie_of_a_secure_session_stays_secure);
	cases_add(&cases, illegal_moves_are_refused);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
