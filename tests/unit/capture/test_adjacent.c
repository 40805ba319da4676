/* Traffic of CPEs that is no CWMP session: capture/observe/observe_adjacent.c. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "tests/support/packets.h"
#include "tests/support/script.h"
#include "tests/support/transcript.h"

static const struct row {
	const char *first; /* bytes of the client; null: as a datagram */
	const char *datagram;
	uint64_t xmpp, lightweight, bulk_data;
} rows[] = {
	{ "<?xml version='1.0'?><stream:stream to='xmpp.lab' xmlns='jabber:client' "
	  "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
	    NULL, 1, 0, 0 },
	{ "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>", NULL, 1, 0,
	    0 },
	{ "<html>jabber</html>", NULL, 0, 0, 0 },
	{ "POST /bulk HTTP/1.1\r\nHost: data.lab\r\nBBF-Report-Format: NameValuePair\r\n"
	  "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
	    NULL, 0, 0, 1 },
	{ "POST /other HTTP/1.1\r\nHost: data.lab\r\nContent-Type: application/json\r\n"
	  "Content-Length: 2\r\n\r\n{}",
	    NULL, 0, 0, 0 },
	{ NULL, "<Notification xmlns=\"urn:broadband-forum-org:cwmp:lwnotif-1-0\"/>", 0,
	    1, 0 },
	{ NULL, "urn:broadband-forum-org:cwmp:other-1-0", 0, 0, 0 },
};

static void feed(struct packets *p, const struct row *row)
{
	struct tcp_pair c = TCP_PAIR(1, 11, 40000, 5222);
	const struct endpoint client = ENDPOINT(1, 7547);
	const struct endpoint server = ENDPOINT(11, 7547);

	if (!row->first) {
		(void)packets_udp(p, &client, &server, str_of(row->datagram));
		return;
	}
	packets_tcp_open(p, &c);
	(void)packets_tcp_send(p, &c, true, str_of(row->first));
	/* What follows the first bytes is of the same connection. */
	(void)packets_tcp_send(p, &c, true, str_of("<iq xmlns='jabber:client'/>"));
	packets_tcp_close(p, &c);
}

static void what_is_no_session_is_counted(void **state)
{
	const struct analysis_options options = { .path = "other" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct analysis *analysis = NULL;
		struct packets packets = PACKETS_NULL;
		struct error err = ERROR_NULL;

		assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
		packets.tap = transcript_feed;
		packets.tap_user = analysis_decoder(analysis);
		feed(&packets, &rows[i]);
		packets_free(&packets);
		assert_int_equal(analysis_end(analysis, &err), 0);
		assert_int_equal(analysis->counts.xmpp_connections, rows[i].xmpp);
		assert_int_equal(analysis->counts.lightweight_notifications,
		    rows[i].lightweight);
		assert_int_equal(analysis->counts.bulk_data_reports, rows[i].bulk_data);
		assert_int_equal(analysis->counts.sessions, 0);
		assert_int_equal(analysis->n_findings, 0);
		analysis_free(analysis);
	}
}

/* ---- lightweight notifications ------------------------------------------------------- */

#define LIGHT_TO(port, params)                                                      \
	"session\nudp cpe:4000 > acs:" port                                         \
	" \"POST /x HTTP/1.1\\r\\nSignature: ab\\r\\n\\r\\n"                        \
	"<Notification xmlns='urn:broadband-forum-org:cwmp:lwnotif-1-0'><TS>1</TS>" \
	"<UN>u</UN><CN>c</CN><OUI>00E0FC</OUI><ProductClass>X</ProductClass>"       \
	"<SerialNumber>1</SerialNumber>" params "</Notification>\"\n"
#define LIGHT(params) LIGHT_TO("7547", params)
#define PARAM(name, value) \
	"<Param><Name>" name "</Name><Value>" value "</Value></Param>"
#define CPE "10.0.0.100"

static const struct light_row {
	const char *script, *detail;
} light_rows[] = {
	{ LIGHT(PARAM("Device.A", "1")), "Device.A=1" },
	{ LIGHT(PARAM("Device.A", "1") PARAM("Device.Password", "pl4nt99")),
	    "Device.A=1, Device.Password=***" },
	{ LIGHT(PARAM("A", "1") PARAM("B", "2") PARAM("C", "3") PARAM("D", "4")),
	    "A=1, B=2, C=3, D=4" },
	{ LIGHT(PARAM("A", "1") PARAM("B", "2") PARAM("C", "3") PARAM("D", "4")
		  PARAM("E", "5")),
	    "A=1, B=2, C=3, D=4 and 1 more" },
	/* Wherever NotificationHost listens. */
	{ LIGHT_TO("7548", PARAM("Device.A", "1")), "Device.A=1" },
	{ LIGHT_TO("1", PARAM("Device.A", "1")), "Device.A=1" },
	{ "session\nudp cpe:4000 > acs:7547 \"urn:broadband-forum-org:cwmp:lwnotif-1-0\"\n",
	    "cannot be read: the datagram is no lightweight notification" },
};

/* The line of the notification among what the CPE did beside its session. */
static void find_light(const struct analysis_host *host, struct buf *told)
{
	for (size_t i = 0; i < host->n_messages; i++) {
		const struct analysis_message *message = &host->messages[i];

		if (strcmp(message->name, "lightweight notification") != 0)
			continue;
		assert_int_equal(message->kind, MESSAGE_HTTP);
		assert_int_equal(message->from, FROM_CPE);
		assert_string_equal(host->cpe, CPE);
		assert_true(message->frame > 0);
		buf_printf(told, "%s|", message->detail);
	}
}

static void on_host(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	(void)analysis;
	find_light(host, user);
}

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	(void)user;
	(void)analysis;
	(void)session;
}

static void notifications_are_lines_of_their_cpe(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(light_rows); i++) {
		const struct light_row *row = &light_rows[i / 2];
		auto_buf told = BUF_NULL, expected = BUF_NULL;
		struct analysis_options options = { .path = "light" };
		struct packets packets = PACKETS_NULL;
		struct analysis *analysis = NULL;
		struct error err = ERROR_NULL;

		/* Told as they come, and kept to the end. */
		if (i % 2 == 0) {
			options.ended = on_ended;
			options.act = on_host;
			options.user = &told;
		}
		assert_int_equal(analysis_begin(&options, &analysis, &err), 0);
		packets.tap = transcript_feed;
		packets.tap_user = analysis_decoder(analysis);
		if (script_run_text("light", str_of(row->script), &packets, NULL,
			&err) < 0)
			fail_msg("%s", err.text);
		packets_free(&packets);
		assert_int_equal(analysis_end(analysis, &err), 0);
		for (size_t k = 0; k < analysis->n_hosts; k++)
			find_light(&analysis->hosts[k], &told);
		buf_printf(&expected, "%s|", row->detail);
		assert_string_equal(buf_cstr(&told), buf_cstr(&expected));
		analysis_free(analysis);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_session_is_counted),
		cmocka_unit_test(notifications_are_lines_of_their_cpe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
