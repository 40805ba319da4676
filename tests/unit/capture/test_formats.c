/* One small analysis in every format, whole outputs compared. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "capture/report/format.h"
#include "capture/report/stats.h"
#include "capture/report/tables.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#define TEXT(s)                  \
	{                        \
		s, sizeof(s) - 1 \
	}
#define AT(ms) (INT64_C(1700000000) * NS_PER_S + (ms)*NS_PER_MS)

static struct analysis_message rows[] = {
	{ .kind = MESSAGE_TCP,
	    .frame = 5,
	    .first_frame = 5,
	    .time = AT(10),
	    .first_time = AT(10),
	    .name = "SYN" },
	{ .kind = MESSAGE_CWMP,
	    .frame = 8,
	    .first_frame = 7,
	    .time = AT(14),
	    .first_time = AT(13),
	    .name = "Inform",
	    .detail = "1 BOOT; 4 VALUE CHANGE",
	    .head = TEXT("POST /acs HTTP/1.1\r\nHost: acs1.lab:7547\r\n"
			 "Content-Type: text/xml\r\n"),
	    .body = TEXT("<a>\"1\"</a>"),
	    .size = 10,
	    .exchange = 2 },
	{ .kind = MESSAGE_HTTP,
	    .from = FROM_ACS,
	    .frame = 9,
	    .first_frame = 9,
	    .time = AT(15),
	    .first_time = AT(15),
	    .name = "100",
	    .http_status = 100,
	    .exchange = 2 },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_ACS,
	    .frame = 10,
	    .first_frame = 10,
	    .time = AT(20),
	    .first_time = AT(19),
	    .name = "InformResponse",
	    .http_status = 200,
	    .layer = "SOAP-09",
	    .why = "the cwmp:ID is 8, that of the Inform is 7",
	    .head = TEXT("HTTP/1.1 200 OK\r\nSet-Cookie: s=***\r\n"),
	    .body = TEXT("<b/>"),
	    .size = 4,
	    .exchange = 2 },
	{ .kind = MESSAGE_HTTP,
	    .frame = 10,
	    .first_frame = 10,
	    .time = AT(21),
	    .first_time = AT(21),
	    .name = "POST, empty",
	    .exchange = 5 },
};

static struct analysis_message asked[] = {
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_SOUGHT,
	    .frame = 1,
	    .first_frame = 1,
	    .time = AT(1),
	    .first_time = AT(1),
	    .name = "DHCPDISCOVER" },
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_GIVEN,
	    .from = FROM_DHCP,
	    .frame = 2,
	    .first_frame = 2,
	    .time = AT(3),
	    .first_time = AT(3),
	    .name = "DHCPACK" },
	{ .kind = MESSAGE_DNS,
	    .frame = 4,
	    .first_frame = 3,
	    .time = AT(5),
	    .first_time = AT(4),
	    .name = "A acs1.lab",
	    .detail = "10.0.0.11" },
};

static const char *events[] = { "1 BOOT", "4 VALUE CHANGE" };
static size_t first[] = { 0 };

static struct analysis_conn conn = { .client = "10.0.0.100",
	.server = "10.0.0.11",
	.client_port = 40000,
	.server_port = 7547,
	.first_frame = 5,
	.last_frame = 12,
	.retransmitted = 2,
	.syn = AT(10),
	.established = AT(12) };

static struct analysis_session sessions[] = {
	{ .id = 3,
	    .cpe = "10.0.0.100",
	    .acs = "10.0.0.11:7547",
	    .url = "http://acs1.lab:7547/acs",
	    .oui = "00AABB",
	    .product_class = "Gate",
	    .serial = "A#1",
	    .events = events,
	    .n_events = ARRAY_LEN(events),
	    .start = AT(10),
	    .end = AT(21),
	    .not_judged = "its end is missing",
	    .messages = rows,
	    .n_messages = ARRAY_LEN(rows),
	    .conns = &conn,
	    .n_conns = 1 },
};

static struct analysis_device devices[] = { { .oui = "00AABB",
    .product_class = "Gate",
    .serial = "A#1",
    .cpe = "10.0.0.100",
    .url = "http://acs1.lab:7547/acs",
    .sessions = first,
    .n_sessions = 1,
    .n_findings = 1 } };

static struct analysis_host hosts[] = {
	{ .cpe = "10.0.0.100", .messages = asked, .n_messages = ARRAY_LEN(asked) }
};

static struct finding findings[] = { { .rule = "SOAP-09",
    .severity = RULE_MUST,
    .who = RULE_BY_ACS,
    .cpe = "10.0.0.100",
    .serial = "A#1",
    .text = "the cwmp:ID is 8, that of the Inform is 7",
    .session = 3,
    .frame = 10,
    .time = AT(20) } };

static const struct analysis analysis = { .file = "x.pcap",
	.start = AT(0),
	.end = AT(30),
	.sessions = sessions,
	.n_sessions = ARRAY_LEN(sessions),
	.devices = devices,
	.n_devices = ARRAY_LEN(devices),
	.hosts = hosts,
	.n_hosts = ARRAY_LEN(hosts),
	.findings = findings,
	.n_findings = ARRAY_LEN(findings),
	.counts = { .packets = 12,
	    .bytes = 1200,
	    .gaps = 1,
	    .gap_bytes = 5,
	    .sessions = 1 } };

static void ndjson_is_one_message_a_line_in_the_order_of_frames(void **state)
{
	static const char expected[] =
	    "{\"id\":\"0-1\",\"session\":0,\"cpe\":\"10.0.0.100\",\"frame\":1,\"time\":1700000000.001000000,\"from\":\"cpe\",\"kind\":\"DHCP\",\"name\":\"DHCPDISCOVER\"}\n"
	    "{\"id\":\"0-2\",\"session\":0,\"cpe\":\"10.0.0.100\",\"frame\":2,\"time\":1700000000.003000000,\"from\":\"dhcp\",\"kind\":\"DHCP\",\"name\":\"DHCPACK\"}\n"
	    "{\"id\":\"0-4\",\"session\":0,\"cpe\":\"10.0.0.100\",\"frame\":4,\"first-frame\":3,\"time\":1700000000.005000000,\"from\":\"cpe\",\"kind\":\"DNS\",\"name\":\"A acs1.lab\",\"detail\":\"10.0.0.11\"}\n"
	    "{\"id\":\"3-5\",\"session\":3,\"cpe\":\"10.0.0.100\",\"oui\":\"00AABB\",\"serial\":\"A#1\",\"acs\":\"10.0.0.11:7547\",\"frame\":5,\"time\":1700000000.010000000,\"from\":\"cpe\",\"kind\":\"TCP\",\"name\":\"SYN\"}\n"
	    "{\"id\":\"3-8\",\"session\":3,\"cpe\":\"10.0.0.100\",\"oui\":\"00AABB\",\"serial\":\"A#1\",\"acs\":\"10.0.0.11:7547\",\"frame\":8,\"first-frame\":7,\"time\":1700000000.014000000,\"from\":\"cpe\",\"kind\":\"CWMP\",\"name\":\"Inform\",\"detail\":\"1 BOOT; 4 VALUE CHANGE\",\"exchange\":2,\"size\":10,\"head\":\"POST /acs HTTP/1.1\\r\\nHost: acs1.lab:7547\\r\\nContent-Type: text/xml\\r\\n\",\"body\":\"<a>\\\"1\\\"</a>\"}\n"
	    "{\"id\":\"3-9\",\"session\":3,\"cpe\":\"10.0.0.100\",\"oui\":\"00AABB\",\"serial\":\"A#1\",\"acs\":\"10.0.0.11:7547\",\"frame\":9,\"time\":1700000000.015000000,\"from\":\"acs\",\"kind\":\"HTTP\",\"name\":\"100\",\"status\":100,\"exchange\":2}\n"
	    "{\"id\":\"3-10\",\"session\":3,\"cpe\":\"10.0.0.100\",\"oui\":\"00AABB\",\"serial\":\"A#1\",\"acs\":\"10.0.0.11:7547\",\"frame\":10,\"time\":1700000000.020000000,\"from\":\"acs\",\"kind\":\"CWMP\",\"name\":\"InformResponse\",\"status\":200,\"exchange\":2,\"layer\":\"SOAP-09\",\"why\":\"the cwmp:ID is 8, that of the Inform is 7\",\"size\":4,\"head\":\"HTTP/1.1 200 OK\\r\\nSet-Cookie: s=***\\r\\n\",\"body\":\"<b/>\"}\n"
	    "{\"id\":\"3-10.2\",\"session\":3,\"cpe\":\"10.0.0.100\",\"oui\":\"00AABB\",\"serial\":\"A#1\",\"acs\":\"10.0.0.11:7547\",\"frame\":10,\"time\":1700000000.021000000,\"from\":\"cpe\",\"kind\":\"HTTP\",\"name\":\"POST, empty\",\"exchange\":5}\n"
	    "{\"id\":\"f3-10\",\"session\":3,\"cpe\":\"10.0.0.100\",\"serial\":\"A#1\",\"frame\":10,\"time\":1700000000.020000000,\"kind\":\"finding\",\"rule\":\"SOAP-09\",\"severity\":\"must\",\"who\":\"acs\",\"text\":\"the cwmp:ID is 8, that of the Inform is 7\"}\n";
	auto_buf out = BUF_NULL;

	(void)state;
	format_ndjson(&out, &analysis);
	assert_string_equal(buf_cstr(&out), expected);
}

static void har_has_a_page_for_each_session(void **state)
{
	static const char expected[] =
	    "{\n"
	    " \"log\": {\n"
	    "  \"version\": \"1.2\",\n"
	    "  \"creator\": {\n"
	    "   \"name\": \"cwmplab\",\n"
	    "   \"version\": \"0.1.0\"\n"
	    "  },\n"
	    "  \"pages\": [\n"
	    "   {\n"
	    "    \"startedDateTime\": \"2023-11-14T22:13:20.010000Z\",\n"
	    "    \"id\": \"session_3\",\n"
	    "    \"title\": \"A#1 to http://acs1.lab:7547/acs: 1 BOOT, 4 VALUE CHANGE\",\n"
	    "    \"pageTimings\": {\n"
	    "     \"onContentLoad\": -1,\n"
	    "     \"onLoad\": 11.000\n"
	    "    }\n"
	    "   }\n"
	    "  ],\n"
	    "  \"entries\": [\n"
	    "   {\n"
	    "    \"pageref\": \"session_3\",\n"
	    "    \"startedDateTime\": \"2023-11-14T22:13:20.010000Z\",\n"
	    "    \"time\": 9.000,\n"
	    "    \"request\": {\n"
	    "     \"method\": \"POST\",\n"
	    "     \"url\": \"http://acs1.lab:7547/acs\",\n"
	    "     \"httpVersion\": \"HTTP/1.1\",\n"
	    "     \"cookies\": [],\n"
	    "     \"headers\": [\n"
	    "      {\n"
	    "       \"name\": \"Host\",\n"
	    "       \"value\": \"acs1.lab:7547\"\n"
	    "      },\n"
	    "      {\n"
	    "       \"name\": \"Content-Type\",\n"
	    "       \"value\": \"text/xml\"\n"
	    "      }\n"
	    "     ],\n"
	    "     \"queryString\": [],\n"
	    "     \"postData\": {\n"
	    "      \"mimeType\": \"text/xml\",\n"
	    "      \"params\": [],\n"
	    "      \"text\": \"<a>\\\"1\\\"</a>\"\n"
	    "     },\n"
	    "     \"headersSize\": -1,\n"
	    "     \"bodySize\": 10\n"
	    "    },\n"
	    "    \"response\": {\n"
	    "     \"status\": 200,\n"
	    "     \"statusText\": \"OK\",\n"
	    "     \"httpVersion\": \"HTTP/1.1\",\n"
	    "     \"cookies\": [],\n"
	    "     \"headers\": [\n"
	    "      {\n"
	    "       \"name\": \"Set-Cookie\",\n"
	    "       \"value\": \"s=***\"\n"
	    "      }\n"
	    "     ],\n"
	    "     \"content\": {\n"
	    "      \"size\": 4,\n"
	    "      \"mimeType\": \"x-unknown\",\n"
	    "      \"text\": \"<b/>\"\n"
	    "     },\n"
	    "     \"redirectURL\": \"\",\n"
	    "     \"headersSize\": -1,\n"
	    "     \"bodySize\": 4\n"
	    "    },\n"
	    "    \"cache\": {},\n"
	    "    \"timings\": {\n"
	    "     \"blocked\": -1,\n"
	    "     \"dns\": -1,\n"
	    "     \"connect\": 2.000,\n"
	    "     \"ssl\": -1,\n"
	    "     \"send\": 1.000,\n"
	    "     \"wait\": 5.000,\n"
	    "     \"receive\": 1.000\n"
	    "    },\n"
	    "    \"serverIPAddress\": \"10.0.0.11\",\n"
	    "    \"connection\": \"40000\",\n"
	    "    \"comment\": \"Inform, frame 8; InformResponse, frame 10; SOAP-09: the cwmp:ID is 8, that of the Inform is 7\"\n"
	    "   },\n"
	    "   {\n"
	    "    \"pageref\": \"session_3\",\n"
	    "    \"startedDateTime\": \"2023-11-14T22:13:20.021000Z\",\n"
	    "    \"time\": 0.000,\n"
	    "    \"request\": {\n"
	    "     \"method\": \"POST\",\n"
	    "     \"url\": \"http://10.0.0.11:7547/\",\n"
	    "     \"httpVersion\": \"HTTP/1.1\",\n"
	    "     \"cookies\": [],\n"
	    "     \"headers\": [],\n"
	    "     \"queryString\": [],\n"
	    "     \"headersSize\": -1,\n"
	    "     \"bodySize\": 0\n"
	    "    },\n"
	    "    \"response\": {\n"
	    "     \"status\": 0,\n"
	    "     \"statusText\": \"\",\n"
	    "     \"httpVersion\": \"\",\n"
	    "     \"cookies\": [],\n"
	    "     \"headers\": [],\n"
	    "     \"content\": {\n"
	    "      \"size\": 0,\n"
	    "      \"mimeType\": \"x-unknown\"\n"
	    "     },\n"
	    "     \"redirectURL\": \"\",\n"
	    "     \"headersSize\": -1,\n"
	    "     \"bodySize\": -1\n"
	    "    },\n"
	    "    \"cache\": {},\n"
	    "    \"timings\": {\n"
	    "     \"blocked\": -1,\n"
	    "     \"dns\": -1,\n"
	    "     \"connect\": -1,\n"
	    "     \"ssl\": -1,\n"
	    "     \"send\": 0.000,\n"
	    "     \"wait\": 0.000,\n"
	    "     \"receive\": 0.000\n"
	    "    },\n"
	    "    \"serverIPAddress\": \"10.0.0.11\",\n"
	    "    \"connection\": \"40000\",\n"
	    "    \"comment\": \"POST, empty, frame 10\"\n"
	    "   }\n"
	    "  ]\n"
	    " }\n"
	    "}\n";
	auto_buf out = BUF_NULL;

	(void)state;
	format_har(&out, &analysis);
	assert_string_equal(buf_cstr(&out), expected);
}

static void mermaid_draws_every_message(void **state)
{
	static const char expected[] =
	    "sequenceDiagram\n"
	    "    participant p0 as 10.0.0.100\n"
	    "    participant p1 as 10.0.0.11:7547\n"
	    "    Note over p0,p1: session 3, 2023-11-14T22:13:20.010Z, A#35;1\n"
	    "    p0-->>p1: SYN [5]\n"
	    "    p0->>p1: Inform, 1 BOOT#59; 4 VALUE CHANGE [8]\n"
	    "    p1->>p0: 100 [9]\n"
	    "    p1->>p0: InformResponse [10]\n"
	    "    Note over p0,p1: SOAP-09: the cwmp:ID is 8, that of the Inform is 7\n"
	    "    p0->>p1: POST, empty [10]\n"
	    "    Note over p0,p1: not judged: its end is missing\n";
	auto_buf out = BUF_NULL;

	(void)state;
	format_mermaid(&out, &analysis);
	assert_string_equal(buf_cstr(&out), expected);
}

static void mermaid_says_what_it_does_not_draw(void **state)
{
	static struct analysis_session many[FORMAT_MERMAID_SESSIONS + 2];
	const struct analysis crowd = { .sessions = many,
		.n_sessions = ARRAY_LEN(many) };
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = (struct analysis_session){ .id = i + 1,
			.cpe = "10.0.0.100",
			.acs = "10.0.0.11:7547" };
	format_mermaid(&out, &crowd);
	assert_non_null(strstr(buf_cstr(&out), "session 50, "));
	assert_null(strstr(buf_cstr(&out), "session 51, "));
	assert_non_null(strstr(buf_cstr(&out),
	    "    %% 2 more sessions are not drawn: choose with --session\n"));
}

/* As the ladder does: the first of CPEs of one shape stands for all of them. */
static void mermaid_draws_cpes_that_fared_alike_once(void **state)
{
	static struct analysis_message inform[] = {
		{ .kind = MESSAGE_CWMP,
		    .frame = 3,
		    .first_frame = 3,
		    .time = AT(1),
		    .name = "Inform" },
		{ .kind = MESSAGE_HTTP,
		    .from = FROM_ACS,
		    .frame = 4,
		    .first_frame = 4,
		    .time = AT(2),
		    .name = "503",
		    .http_status = 503 },
	};
	static const char *const addresses[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3",
		"10.0.0.1", "10.0.0.2", "10.0.0.3" };
	static struct analysis_session many[ARRAY_LEN(addresses) + 1];
	static const char expected[] =
	    "sequenceDiagram\n"
	    "    participant p0 as 10.0.0.1\n"
	    "    participant p1 as 10.0.0.9\n"
	    "    participant p2 as 10.0.0.11:7547\n"
	    "    Note over p0,p2: 10.0.0.1 = 10.0.0.2 = 10.0.0.3\n"
	    "    Note over p0,p2: session 1, 2023-11-14T22:13:20.000Z\n"
	    "    p0->>p2: Inform [3]\n"
	    "    Note over p0,p2: session 4, 2023-11-14T22:13:20.000Z\n"
	    "    p0->>p2: Inform [3]\n"
	    "    Note over p1,p2: session 7, 2023-11-14T22:13:20.000Z\n"
	    "    p1->>p2: Inform [3]\n"
	    "    p2->>p1: 503 [4]\n";
	const struct analysis crowd = { .sessions = many,
		.n_sessions = ARRAY_LEN(many) };
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = (struct analysis_session){ .id = i + 1,
			.cpe = i < ARRAY_LEN(addresses) ? addresses[i] : "10.0.0.9",
			.acs = "10.0.0.11:7547",
			.start = AT(0),
			.messages = inform,
			.n_messages = i < ARRAY_LEN(addresses) ? 1 : 2 };
	format_mermaid(&out, &crowd);
	assert_string_equal(buf_cstr(&out), expected);
}

static void tables_have_a_row_for_each(void **state)
{
	static const char expected[] =
	    "session  device  ACS                start    takes  frames  ended       events\n"
	    "      3  A#1     10.0.0.11:7547  +0.010 s  0.011 s  5-10    not judged  1 BOOT,4 VALUE CHANGE  (its end is missing)\n"
	    "\n"
	    "device      class  address     MAC  sessions  findings      last  ACS\n"
	    "00AABB-A#1  Gate   10.0.0.100  -           1         1  +0.010 s  http://acs1.lab:7547/acs\n"
	    "\n"
	    "1 device, 1 session\n";
	auto_buf out = BUF_NULL;

	(void)state;
	tables_write(&out, &analysis, &(struct screen){ .width = 0 });
	assert_string_equal(buf_cstr(&out), expected);
}

static void statistics_by_phase_and_rpc(void **state)
{
	static const char expected[] =
	    "phase    count      p50      p90      p99      max  mean bytes  largest\n"
	    "DHCP         1   2.0 ms   2.0 ms   2.0 ms   2.0 ms           -        -\n"
	    "DNS          1   1.0 ms   1.0 ms   1.0 ms   1.0 ms           -        -\n"
	    "TCP          1   2.0 ms   2.0 ms   2.0 ms   2.0 ms           -        -\n"
	    "TLS          0        -        -        -        -           -        -\n"
	    "Inform       1   7.0 ms   7.0 ms   7.0 ms   7.0 ms          14       14\n"
	    "session      1  11.0 ms  11.0 ms  11.0 ms  11.0 ms          14       14\n"
	    "\n"
	    "RPC     count     p50     p90     p99     max  mean bytes  largest  faults\n"
	    "Inform      1  6.0 ms  6.0 ms  6.0 ms  6.0 ms          14       14       0\n"
	    "\n"
	    "1 session on 1 TCP connection, 2 segments of theirs retransmitted\n"
	    "in the whole capture: 12 packets, 1200 bytes, 0 segments reordered, 0 in conflict, 1 gap of 5 bytes\n";
	struct stats *stats = NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(stats_make(&analysis, &stats), 0);
	stats_write_text(stats, &out, &(struct screen){ .width = 0 });
	stats_free(stats);
	assert_string_equal(buf_cstr(&out), expected);
}

/* A proxy's connection carries the sessions of several CPEs. */
static void a_connection_of_two_sessions_is_one(void **state)
{
	struct analysis_session two[] = { analysis.sessions[0], analysis.sessions[0] };
	struct analysis proxied = analysis;
	struct stats *stats = NULL;

	(void)state;
	proxied.sessions = two;
	proxied.n_sessions = ARRAY_LEN(two);
	assert_int_equal(stats_make(&proxied, &stats), 0);
	assert_int_equal(stats->sessions, 2);
	assert_int_equal(stats->connections, 1);
	assert_int_equal(stats->retransmitted, 2);
	stats_free(stats);
}

/* On forty columns: what says most stays. */
static void tables_and_statistics_of_a_narrow_screen(void **state)
{
	static const char expected[] = "session  device  ended\n"
				       "      3  A#1     not judged\n"
				       "\n"
				       "device      sessions  findings\n"
				       "00AABB-A#1         1         1\n"
				       "\n"
				       "1 device, 1 session\n"
				       "phase    count      p50      max\n"
				       "DHCP         1   2.0 ms   2.0 ms\n"
				       "DNS          1   1.0 ms   1.0 ms\n"
				       "TCP          1   2.0 ms   2.0 ms\n"
				       "TLS          0        -        -\n"
				       "Inform       1   7.0 ms   7.0 ms\n"
				       "session      1  11.0 ms  11.0 ms\n"
				       "\n"
				       "RPC     count     p50     max  faults\n"
				       "Inform      1  6.0 ms  6.0 ms       0\n"
				       "\n"
				       "1 session on 1 TCP connection, 2\n"
				       "segments of theirs retransmitted\n"
				       "in the whole capture: 12 packets, 1200\n"
				       "bytes, 0 segments reordered, 0 in\n"
				       "conflict, 1 gap of 5 bytes\n";
	const struct screen screen = { .width = 40, .is_utf8 = true };
	struct stats *stats = NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	tables_write(&out, &analysis, &screen);
	assert_int_equal(stats_make(&analysis, &stats), 0);
	stats_write_text(stats, &out, &screen);
	stats_free(stats);
	assert_string_equal(buf_cstr(&out), expected);
}

/* Of a text there are no packets and no frames, but messages. */
static void a_text_has_messages(void **state)
{
	static const char expected[] =
	    "session  device  ACS                start    takes  messages  ended       events\n"
	    "      3  A#1     10.0.0.11:7547  +0.010 s  0.011 s  5-10      not judged  1 BOOT,4 VALUE CHANGE  (HTTP by the ACS, message 7: status 500)\n"
	    "\n"
	    "device      class  address     MAC  sessions  findings      last  ACS\n"
	    "00AABB-A#1  Gate   10.0.0.100  -           1         1  +0.010 s  http://acs1.lab:7547/acs\n"
	    "\n"
	    "1 device, 1 session\n"
	    "phase    count      p50      p90      p99      max  mean bytes  largest\n"
	    "DHCP         1   2.0 ms   2.0 ms   2.0 ms   2.0 ms           -        -\n"
	    "DNS          1   1.0 ms   1.0 ms   1.0 ms   1.0 ms           -        -\n"
	    "TCP          1   2.0 ms   2.0 ms   2.0 ms   2.0 ms           -        -\n"
	    "TLS          0        -        -        -        -           -        -\n"
	    "Inform       1   7.0 ms   7.0 ms   7.0 ms   7.0 ms          14       14\n"
	    "session      1  11.0 ms  11.0 ms  11.0 ms  11.0 ms          14       14\n"
	    "\n"
	    "RPC     count     p50     p90     p99     max  mean bytes  largest  faults\n"
	    "Inform      1  6.0 ms  6.0 ms  6.0 ms  6.0 ms          14       14       0\n"
	    "\n"
	    "1 session in 12 messages\n";
	static struct analysis_failure failure = { .layer = "HTTP",
		.who = "acs",
		.text = "status 500",
		.session = 3,
		.frame = 7,
		.line = 3 };
	struct analysis_session session = analysis.sessions[0];
	struct analysis text = analysis;
	const struct screen screen = { .width = 0 };
	struct stats *stats = NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	session.is_text = true;
	session.failure = &failure;
	text.sessions = &session;
	text.counts.text = "HTTP messages";
	text.counts.messages = 12;
	tables_write(&out, &text, &screen);
	assert_int_equal(stats_make(&text, &stats), 0);
	stats_write_text(stats, &out, &screen);
	stats_free(stats);
	assert_string_equal(buf_cstr(&out), expected);
}

/* Nearest rank: 99 of 100 samples do not exceed the 99th. */
static void percentiles_are_samples(void **state)
{
	static struct analysis_session many[100];
	const struct analysis crowd = { .sessions = many,
		.n_sessions = ARRAY_LEN(many) };
	const struct stats_row *row;
	struct stats *stats = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = (struct analysis_session){ .start = AT(0),
			.end = AT(0) + (clock_ns)(100 - i) * NS_PER_MS };
	assert_int_equal(stats_make(&crowd, &stats), 0);
	row = &stats->phases[stats->n_phases - 1];
	assert_string_equal(row->name, "session");
	assert_int_equal(row->count, 100);
	assert_int_equal(row->min, 1 * NS_PER_MS);
	assert_int_equal(row->p50, 50 * NS_PER_MS);
	assert_int_equal(row->p90, 90 * NS_PER_MS);
	assert_int_equal(row->p99, 99 * NS_PER_MS);
	assert_int_equal(row->max, 100 * NS_PER_MS);
	stats_free(stats);
}

static void nothing_is_valid_in_every_format(void **state)
{
	static const struct analysis empty = { .file = "x.pcap" };
	auto_buf out = BUF_NULL;

	(void)state;
	format_ndjson(&out, &empty);
	assert_int_equal(out.len, 0);
	format_mermaid(&out, &empty);
	assert_string_equal(buf_cstr(&out), "sequenceDiagram\n");
	buf_reset(&out);
	format_har(&out, &empty);
	assert_non_null(strstr(buf_cstr(&out), "\"pages\": [],\n  \"entries\": []\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ndjson_is_one_message_a_line_in_the_order_of_frames),
		cmocka_unit_test(har_has_a_page_for_each_session),
		cmocka_unit_test(mermaid_draws_every_message),
		cmocka_unit_test(mermaid_says_what_it_does_not_draw),
		cmocka_unit_test(mermaid_draws_cpes_that_fared_alike_once),
		cmocka_unit_test(tables_have_a_row_for_each),
		cmocka_unit_test(statistics_by_phase_and_rpc),
		cmocka_unit_test(a_connection_of_two_sessions_is_one),
		cmocka_unit_test(tables_and_statistics_of_a_narrow_screen),
		cmocka_unit_test(a_text_has_messages),
		cmocka_unit_test(percentiles_are_samples),
		cmocka_unit_test(nothing_is_valid_in_every_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
