/* Traffic of CPEs that is no CWMP session: capture/observe/observe_adjacent.c. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "tests/support/packets.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_session_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
