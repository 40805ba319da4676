/* lib/quirk: each row of its tables is on in two sessions of a CPE and an ACS without
 * sockets; what goes over the wire is a capture, in which `check` has to find the rule that
 * the row names, broken by whom it should be, and no other one that must be kept. */
#include "tests/unit/acs/acs_play.h"
#include "tests/unit/cpe/device_stub.h"

#include "agents/cpe/session/cpe_session.h"
#include "capture/analysis/analysis.h"
#include "capture/facts/rule.h"
#include "lib/quirk/quirk.h"
#include "tests/support/packets.h"
#include "tests/support/transcript.h"

enum {
	TURNS_MAX = 40
};

static const char policy[] =
    "rules:\n"
    "  - on: [0 BOOTSTRAP]\n"
    "    steps:\n"
    "      - rpc: GetRPCMethods\n"
    "      - {rpc: GetParameterNames, path: \"\", next-level: yes}\n"
    "      - set: {DeviceInfo.ProvisioningCode: \"R&D \xc3\xa9\"}\n"
    "      - set: {ManagementServer.UpgradesManaged: {type: boolean, value: \"true\"}}\n"
    "      - get: [DeviceInfo.ProvisioningCode, ManagementServer.UpgradesManaged]\n"
    "      - get: [DeviceInfo.NoSuchName]\n"
    "      - set: {DeviceInfo.UpTime: {type: unsignedInt, value: 1}}\n"
    "      - {rpc: Download, file-type: 3 Vendor Configuration File, command-key: k, "
    "url: \"http://files.lab/f\"}\n";

/* Of an ACS that gives its CPEs to another one. */
static const char moving[] =
    "rules:\n"
    "  - on: [1 BOOT]\n"
    "    steps:\n"
    "      - get: [ManagementServer.URL]\n"
    "      - set: {ManagementServer.URL: \"http://acs2.lab:7547/cwmp\"}\n";

struct line { /* both ends, and who listens between them */
	struct acs_play acs;
	struct device_stub *stub;
	struct event_queue events;
	struct cookie_jar *kept_cookies;
	struct analysis *analysis;
	struct packets packets;
	struct tcp_pair pair;
	struct buf said[2]; /* by the ACS, by the CPE: all of it */
	unsigned conduct;   /* of the ACS, to each request */
	unsigned retry_count;
	size_t n_failing; /* sessions before the first that does not */
	bool is_open, is_acs_closing, is_moving;
};

/* ---- the wire ----------------------------------------------------------------------- */

static void line_close(struct line *line)
{
	if (!line->is_open)
		return;
	packets_tcp_fin(&line->packets, &line->pair, !line->is_acs_closing);
	packets_tcp_fin(&line->packets, &line->pair, line->is_acs_closing);
	line->is_acs_closing = false;
	acs_service_gone(line->acs.service, &line->acs.peer);
	line->is_open = false;
}

static void refuse(struct line *line)
{
	struct tcp_pair *pair = &line->pair;

	(void)packets_tcp(&line->packets, &pair->client, &pair->server,
	    pair->client_seq, 0, TH_SYN_, STR(""));
	(void)packets_tcp(&line->packets, &pair->server, &pair->client, 0,
	    pair->client_seq + 1, TH_RST_ | TH_ACK_, STR(""));
}

static void line_open(struct line *line)
{
	uint16_t port = line->pair.client.port ? line->pair.client.port : 40000;

	line->pair = (struct tcp_pair)TCP_PAIR(10, 11, 0, 7547);
	line->pair.client.port = (uint16_t)(port + 1);
	line->pair.client.ip = 0xc000020a; /* 192.0.2.10 */
	line->acs.peer.is_authenticated = false;
	line->is_open = !(line->conduct & QUIRK_REFUSES);
	if (line->is_open)
		packets_tcp_open(&line->packets, &line->pair);
	else
		refuse(line);
}

static void line_say(struct line *line, bool is_cpe, struct buf *bytes)
{
	packets_tcp_send(&line->packets, &line->pair, is_cpe, buf_str(bytes));
	buf_append_str(&line->said[is_cpe], buf_str(bytes));
}

/* Of the only chunk there is. */
static struct str unchunk(struct str body)
{
	size_t at;

	assert_true(str_find(body, STR("\r\n"), &at));
	body = str_from(body, at + 2);
	assert_true(str_ends(body, STR("\r\n0\r\n\r\n")));
	return str_make(body.p, body.len - 7);
}

static enum session_next answer_wrong(struct line *line, struct cpe_session *session)
{
	struct buf *response = &line->acs.response;
	struct http_head head;
	struct str body;

	quirk_answer(line->conduct, response, &line->is_acs_closing);
	if (response->len == 0)
		return SESSION_ABORT;
	line_say(line, false, response);
	head = play_parse(response, false, &body);
	return line->is_acs_closing ? SESSION_ABORT
				    : cpe_session_consume(session, &head, body);
}

static enum session_next exchange(struct line *line, struct cpe_session *session,
    struct cpe_session **opened)
{
	auto_buf request = BUF_NULL;
	struct buf *response = &line->acs.response;
	struct http_head head;
	char cnonce[33];
	struct str body;
	bool is_close;

	if (!line->is_open || line->is_acs_closing ||
	    (*opened && cpe_session_wants_connection(session))) {
		line_close(line);
		line_open(line);
		digest_random_hex(cnonce, 16);
		cpe_session_connected(session, str_of(cnonce));
		if (!line->is_open)
			return SESSION_ABORT;
	}
	*opened = session;
	if (cpe_session_produce(session, &request) == SESSION_ABORT)
		return SESSION_ABORT;
	line_say(line, true, &request);
	head = play_parse(&request, true, &body);
	if (head.framing == HTTP_CHUNKED)
		body = unchunk(body);
	buf_reset(response);
	if (line->conduct & QUIRK_ANSWERS)
		return answer_wrong(line, session);
	line->acs.now += NS_PER_S / 1000;
	if (!acs_service_refuses(line->acs.service, &line->acs.peer, &head,
		line->acs.now, response, &is_close))
		is_close = acs_service_request(line->acs.service, &line->acs.peer,
		    &head, body, line->acs.now, line->acs.now, response);
	line_say(line, false, response);
	head = play_parse(response, false, &body);
	line->is_acs_closing = is_close;
	return cpe_session_consume(session, &head, body);
}

static void run_session(struct line *line)
{
	const struct cpe_session_config config = {
		.url = str_of(line->stub->url),
		.username = STR("cpe"),
		.password = str_of(line->stub->password),
		.rpc = &line->stub->rpc,
		.events = &line->events,
		.kept_cookies = &line->kept_cookies,
		.retry_count = line->retry_count,
		.hash = digest_hash,
	};
	enum session_next next = SESSION_SEND;
	struct cpe_session *session, *opened = NULL;
	struct error err = ERROR_NULL;

	if (cpe_session_new(&config, line->packets.now, &session, &err) < 0)
		fail_msg("%s", err.text);
	for (int i = 0; i < TURNS_MAX && next == SESSION_SEND; i++)
		next = exchange(line, session, &opened);
	cpe_session_free(session);
	line_close(line);
	line->retry_count = next == SESSION_CLOSE ? 0 : line->retry_count + 1;
}

/* ---- the story ---------------------------------------------------------------------- */

static void line_begin(struct line *line, bool is_moving)
{
	const struct analysis_options options = { .path = "quirks",
		.only_findings = true };
	struct error err = ERROR_NULL;

	*line = (struct line){ .stub = stub_new("hp5920.yaml"),
		.packets = PACKETS_NULL,
		.is_moving = is_moving };
	if (analysis_begin(&options, &line->analysis, &err) < 0)
		fail_msg("%s", err.text);
	line->packets.tap = transcript_feed;
	line->packets.tap_user = analysis_decoder(line->analysis);
	play_begin(&line->acs, is_moving ? moving : policy);
	line->acs.config.auth = ACS_SCHEME_DIGEST;
}

static void add_event(struct line *line, enum cwmp_event_code code, struct str key)
{
	assert_int_equal(event_queue_add(&line->events, code, key), 0);
}

static void end_download(struct line *line)
{
	struct job *job = jobs_get(&line->stub->jobs, line->stub->jobs.last_id);

	assert_non_null(job);
	job->is_announced = true;
	job_start(job, STUB_WALL);
	job_finish(job, STUB_WALL + NS_PER_S, 0, STR_NULL);
	add_event(line, job_event(job), STR_NULL);
	add_event(line, job_m_event(job), STR("k"));
}

/* The first session after a start; then the file that was ordered in it has come. */
static void line_run(struct line *line)
{
	struct error err = ERROR_NULL;

	play_start(&line->acs);
	add_event(line, CWMP_EVENT_BOOTSTRAP, STR_NULL);
	add_event(line, CWMP_EVENT_BOOT, STR_NULL);
	for (size_t i = 0; i < line->n_failing; i++) {
		line->conduct = QUIRK_ANSWERS_NOTHING;
		run_session(line);
		line->conduct = 0;
		line->packets.now += 5 * NS_PER_S;
	}
	run_session(line);
	line->packets.now += 8 * NS_PER_S; /* a good time for a first retry, too */
	if (line->is_moving)
		add_event(line, CWMP_EVENT_BOOTSTRAP, STR_NULL);
	if (line->stub->jobs.len > 0)
		end_download(line);
	else if (line->events.len == 0 || line->is_moving)
		add_event(line, CWMP_EVENT_PERIODIC, STR_NULL);
	run_session(line);
	if (analysis_end(line->analysis, &err) < 0)
		fail_msg("%s", err.text);
}

static void line_end(struct line *line)
{
	play_end(&line->acs);
	event_queue_free(&line->events);
	cpe_session_drop_cookies(&line->kept_cookies);
	analysis_free(line->analysis);
	packets_free(&line->packets);
	buf_free(&line->said[0]);
	buf_free(&line->said[1]);
	stub_free(line->stub);
}

/* ---- trials ------------------------------------------------------------------------- */

static const struct trial {
	const char *name;
	/* The rule that finds it and how; null: none does. */
	const char *rule, *severity;
	const char
	    *seen; /* on the wire, and not without it; null: the finding says enough */
	const char *also; /* another rule that it cannot keep; may be null */
} of_cpe[] = {
	{ "connection-per-post", "TCP-02", "should", NULL, NULL },
	{ "duplicate-inform", "SES-02", "must", NULL, NULL },
	{ "empty-post-first", NULL, NULL, NULL, NULL },
	{ "early-empty-post", "SES-04", "must", NULL, NULL },
	{ "no-back-off", "RTY-01", "must", NULL, NULL },
	{ "opens-at-401", "TCP-02", "should", NULL, NULL },
	{ "keeps-cookies", "HTTP-12", "should", NULL, NULL },
	{ "same-nonce-count", "AUTH-03", "must", NULL, NULL },
	{ "lower-case-oui", "INF-01", "must", "<OUI>00e0fc<", NULL },
	{ "doubled-event", "INF-04", "must", NULL, NULL },
	{ "repeats-bootstrap", "EVT-02", "must", NULL, NULL },
	{ "no-bootstrap", "URL-03", "must", NULL, NULL },
	{ "forgets-transfers", "RPC-10", "must",
	    "<CommandKey></CommandKey><FaultStruct>", NULL },
	{ "no-transfer-events", "EVT-11", "must", NULL, NULL },
	{ "skips-missing", "RPC-04", "must", NULL, NULL },
	{ "no-empty-path", "RPC-03", "must", NULL, NULL },
	{ "empty-root", "RPC-03", "must", NULL, NULL },
	{ "no-methods", "RPC-01", "must", NULL, NULL },
	{ "no-parameter-faults", "RPC-05", "must", NULL, NULL },
	{ "quotes-values", NULL, NULL, ": &quot;1&quot;<", NULL },
	{ "vendor-faults", NULL, NULL, "<FaultCode>9809<", NULL },
	{ "no-header", "SOAP-09", "must", NULL, NULL },
	{ "empty-id", "SOAP-09", "must", "mustUnderstand=\"1\"></cwmp:ID>", NULL },
	{ "wrong-id", "SOAP-09", "must", ">another</cwmp:ID>", NULL },
	{ "no-more-requests", "SOAP-13", "note", "<cwmp:NoMoreRequests", NULL },
	{ "hold-requests", "SOAP-11", "must", "<cwmp:HoldRequests", NULL },
	{ "odd-must-understand", "SOAP-08", "must", "soap-enc:mustUnderstand", NULL },
	{ "no-zone", "INF-07", "must", NULL, NULL },
	{ "null-parameter-key", "INF-12", "must", ">(null)<", NULL },
	{ "control-character", "SOAP-01", "must", "\x02", NULL },
	{ "newline", NULL, NULL, "<Manufacturer>HP\n<", NULL },
	{ "unescaped", "SOAP-01", "must", ">R&D ", NULL },
	{ "no-value", "SOAP-19", "must", NULL, NULL },
	{ "numeric-booleans", NULL, NULL, "\"xsd:boolean\">1<", NULL },
	{ "bad-xsi-type", "SOAP-07", "must", "xsd:String", NULL },
	{ "no-xsi-type", "SOAP-07", "must", "<Value>", NULL },
	{ "typed-names", NULL, NULL, "<Name xsi:type=\"xsd:string\">", NULL },
	{ "wrong-array-count", "SOAP-06", "must", "cwmp:EventStruct[0]", NULL },
	{ "padded-array-count", NULL, NULL, "cwmp:EventStruct[0002]", NULL },
	{ "typed-arrays", NULL, NULL, " xsi:type=\"soap-enc:Array\"", NULL },
	{ "encoding-namespace", "SOAP-06", "must", "/soap/encoding\"", NULL },
	{ "encoding-style", NULL, NULL, "<soap-env:Body soap-env:encodingStyle=", NULL },
	{ "qualified", "SOAP-05", "must", "<cwmp:ParameterList", NULL },
	{ "own-faultstring", "SOAP-16", "must", NULL, NULL },
	{ "wrong-namespace", "SOAP-03", "must", "urn:dslforum-org:cwmp-1-4", NULL },
	{ "latin-1", "SOAP-01", "must", "D \xe9<", NULL },
	{ "byte-order-mark", NULL, NULL, "\xef\xbb\xbf<?xml", NULL },
	{ "other-prefixes", NULL, NULL, "<s:Envelope xmlns:s=", NULL },
	{ "http-1.0", "HTTP-02", "must", "POST /cwmp HTTP/1.0\r\n", NULL },
	{ "no-cookies", "HTTP-10", "must", NULL, NULL },
	{ "cookie-attributes", "HTTP-10", "must", "Cookie: Path=/; session=", NULL },
	{ "html", "HTTP-04", "must", "Content-Type: text/html\r\n", NULL },
	{ "charset", "HTTP-14", "should", "charset=ISO-8859-1", NULL },
	{ "chunked", NULL, NULL, "\r\n0\r\n\r\n", NULL },
	{ "typed-empty-post", "HTTP-06", "must", NULL, NULL },
	{ "no-soapaction", "HTTP-05", "must", NULL, NULL },
	{ "expect", NULL, NULL, "Expect: 100-continue\r\n", NULL },
	{ "lower-case-headers", NULL, NULL, "\r\nsoapaction:", NULL },
}, of_acs[] = {
	{ "none", NULL, NULL, NULL, NULL },
	{ "500", "HTTP-15", "should", NULL, NULL },
	{ "garbage", "SOAP-01", "must", NULL, NULL },
	{ "half-body", "HTTP-09", "must", NULL, NULL },
	{ "silent", NULL, NULL, NULL, NULL },
	{ "refuse", NULL, NULL, NULL, NULL },
	{ "asks-first", "SES-10", "must", NULL, NULL },
	{ "asks-once", NULL, NULL, NULL, NULL },
	{ "fails-at-faults", "SES-17", "must", "HTTP/1.1 400 Bad Request\r\n", NULL },
	{ "closes", NULL, NULL, NULL, NULL },
	{ "denies-informs", NULL, NULL, "<FaultCode>8001<", NULL },
	{ "denies-requests", NULL, NULL, "<FaultCode>8001<", NULL },
	{ "cpe-faults", "SOAP-18", "must", "<FaultCode>9002<", NULL },
	{ "fault-500", "HTTP-07", "must", "HTTP/1.1 500 Internal Server Error\r\n",
	    NULL },
	{ "no-id", "SOAP-09", "must", NULL, NULL },
	{ "wrong-id", "SOAP-09", "must", ">null</cwmp:ID>", NULL },
	{ "no-more-requests", "SOAP-13", "note", "<cwmp:NoMoreRequests", NULL },
	{ "unasked-version", "SOAP-12", "must", "<cwmp:UseCWMPVersion", NULL },
	{ "max-envelopes", "SES-03", "must", "<MaxEnvelopes>2<", NULL },
	{ "no-max-envelopes", "SOAP-19", "must", NULL, NULL },
	{ "autonomous-response", "RPC-13", "must", NULL, "SES-07" },
	{ "string-values", NULL, NULL, "\"xsd:string\">true<", NULL },
	{ "no-xsi-type", "SOAP-07", "must", "<Value>", NULL },
	{ "wrong-array-count", "SOAP-06", "must", "\"xsd:string[0]\"", NULL },
	{ "qualified", "SOAP-05", "must", "<cwmp:ParameterNames", NULL },
	{ "odd-must-understand", "SOAP-08", "must", "soap-enc:mustUnderstand", NULL },
	{ "unbound-prefix", "SOAP-01", "must", " soap:encodingStyle", NULL },
	{ "wrong-namespace", "SOAP-03", "must", "urn:dslforum-org:cwmp-1-4", NULL },
	{ "other-prefixes", NULL, NULL, "<s:Envelope xmlns:s=", NULL },
	{ "http-1.0", "HTTP-02", "must", "HTTP/1.0 200 OK\r\n", NULL },
	{ "plain-text", "HTTP-04", "must", "Content-Type: text/plain\r\n", NULL },
	{ "status-202", "HTTP-07", "must", "HTTP/1.1 202 Accepted\r\n", "SES-09" },
	{ "empty-200", NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", NULL },
	{ "one-cookie", NULL, NULL, "Set-Cookie: session=1;", NULL },
	{ "no-cookie", NULL, NULL, NULL, NULL },
};

static const struct trial *trial_of(const struct trial *trials, size_t n,
    const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(trials[i].name, name) == 0)
			return &trials[i];
	}
	return NULL;
}

/* What is found at an ACS to which another one has sent the CPE. */
static bool is_of_new_acs(const struct trial *trial)
{
	return trial->rule && strcmp(trial->rule, "URL-03") == 0;
}

static bool has_text(const struct buf *said, const char *text)
{
	return str_find(buf_str(said), str_of(text), NULL);
}

/* The lines of what is wrong with the trial, and what was found in it. */
static void judge(const struct trial *trial, const struct line *line, enum rule_who who,
    struct buf *out)
{
	const struct analysis *analysis = line->analysis;
	bool is_found = !trial->rule;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];
		bool is_its =
		    trial->rule && strcmp(f->rule, trial->rule) == 0 && f->who == who;

		if (is_its &&
		    strcmp(rule_severity_name(f->severity), trial->severity) == 0)
			is_found = true;
		if (trial->also && strcmp(f->rule, trial->also) == 0)
			continue;
		if (!is_its && (f->severity == RULE_MUST ||
				   (!trial->rule && f->severity == RULE_SHOULD)))
			buf_printf(out, "%s: also %s %s %s: %s\n", trial->name, f->rule,
			    rule_who_name(f->who), rule_severity_name(f->severity),
			    f->text);
	}
	if (!is_found)
		buf_printf(out, "%s: %s is not found\n", trial->name, trial->rule);
	if (trial->seen && !has_text(&line->said[who == RULE_BY_CPE], trial->seen))
		buf_printf(out, "%s: \"%s\" is not on the wire\n", trial->name,
		    trial->seen);
}

/* Each row in a lab of its own, beside what is without one. */
static void try_all(const struct quirk *rows, const struct trial *trials, size_t n,
    enum rule_who who)
{
	auto_buf wrong = BUF_NULL;
	struct line plain;

	for (int is_moving = 1; is_moving >= 0; is_moving--) {
		line_begin(&plain, is_moving);
		line_run(&plain);
		assert_int_equal(plain.analysis->n_findings, 0);
		assert_int_equal(plain.analysis->n_failures, 0);
		if (is_moving)
			line_end(&plain);
	}
	for (size_t i = 0; rows[i].name; i++) {
		const struct trial *trial = trial_of(trials, n, rows[i].name);
		const struct quirks quirks = { rows, UINT64_C(1) << i };
		struct line line;

		if (!trial) {
			buf_printf(&wrong, "%s: no trial\n", rows[i].name);
			continue;
		}
		if ((!trial->rule) != (!rows[i].rule) ||
		    (trial->rule && strcmp(trial->rule, rows[i].rule) != 0))
			buf_printf(&wrong, "%s: its row names %s\n", trial->name,
			    rows[i].rule ? rows[i].rule : "no rule");
		if (trial->seen &&
		    has_text(&plain.said[who == RULE_BY_CPE], trial->seen))
			buf_printf(&wrong, "%s: \"%s\" is always there\n", trial->name,
			    trial->seen);
		line_begin(&line, is_of_new_acs(trial));
		if (who == RULE_BY_CPE)
			line.stub->model->conduct.quirks = quirks;
		else
			line.acs.config.quirks = quirks;
		if (rows[i].conduct & QUIRK_NO_BACK_OFF)
			line.n_failing = 4;
		line.conduct = rows[i].conduct & (QUIRK_ANSWERS | QUIRK_REFUSES);
		line_run(&line);
		judge(trial, &line, who, &wrong);
		line_end(&line);
	}
	line_end(&plain);
	if (wrong.len > 0)
		fail_msg("\n%s", buf_cstr(&wrong));
}

static void each_quirk_of_a_cpe_is_found_by_its_rule(void **state)
{
	(void)state;
	try_all(quirks_of_cpe, of_cpe, ARRAY_LEN(of_cpe), RULE_BY_CPE);
}

static void each_misbehaviour_of_an_acs_is_found_by_its_rule(void **state)
{
	(void)state;
	try_all(quirks_of_acs, of_acs, ARRAY_LEN(of_acs), RULE_BY_ACS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_quirk_of_a_cpe_is_found_by_its_rule),
		cmocka_unit_test(each_misbehaviour_of_an_acs_is_found_by_its_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
