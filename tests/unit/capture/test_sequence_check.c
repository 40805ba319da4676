/* Conversations of one CPE, as frames, against the sequence acs-migration: which step fails
 * first, at which layer, and why.
 *
 *	10.0.0.100 cpe --- 10.0.0.2 dhcp, 10.0.0.3 dns, 10.0.0.11 acs1, 10.0.0.12 acs2
 */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "capture/sequence/sequence_check.h"
#include "lib/base/compiler.h"
#include "lib/proto/dhcp.h"
#include "tests/support/packets.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	CPE = 100,
	PORT = 7547
};

#define URL_1 "http://acs1.lab:7547/cwmp"
#define URL_2 "http://acs2.lab:7547/cwmp"

struct world {
	struct packets packets;
	struct decoder *decoder;
	struct observer *observer;
	struct conn_sink sink;
};

static void tap(void *user, const uint8_t *bytes, size_t len, clock_ns time,
    uint64_t number)
{
	struct world *w = user;
	const struct frame frame = { .bytes = bytes,
		.caplen = (uint32_t)len,
		.len = (uint32_t)len,
		.linktype = LINKTYPE_ETHERNET,
		.time = time,
		.number = number };

	decoder_feed(w->decoder, &frame);
}

/* ---- what is said ------------------------------------------------------------------ */

static void lease(struct world *w, const char *option43, size_t len)
{
	static const struct endpoint cpe = ENDPOINT(CPE, 68), dhcp = ENDPOINT(2, 67);
	struct dhcp_packet header = { .op = 2,
		.htype = 1,
		.hlen = 6,
		.xid = 7,
		.yiaddr = 0x0a000000 + CPE };
	struct dhcp_builder b;

	memcpy(header.chaddr, cpe.mac, sizeof(cpe.mac));
	dhcp_build(&b, &header, DHCP_ACK, DHCP_MAX_BYTES);
	if (option43)
		dhcp_build_option(&b, DHCP_OPTION_VENDOR, str_make(option43, len));
	assert_int_equal(dhcp_build_end(&b), 0);
	packets_udp(&w->packets, &dhcp, &cpe, str_make(b.bytes, b.len));
}

static void good_lease(struct world *w)
{
	static const char option[] = "\x01\x19" URL_1;

	lease(w, option, sizeof(option) - 1);
}

/* rcode 0: an answer with the address of host; host 0: the query alone. */
static void look_up(struct world *w, const char *label, uint8_t host, uint8_t rcode)
{
	static const struct endpoint cpe = ENDPOINT(CPE, 40000), dns = ENDPOINT(3, 53);
	uint8_t bytes[64] = { 0, 9, 1, 0, 0, 1 };
	size_t n = 12;

	bytes[n++] = (uint8_t)strlen(label);
	memcpy(bytes + n, label, strlen(label));
	n += strlen(label);
	memcpy(bytes + n, "\x03lab\0\0\x01\0\x01", 9);
	n += 9;
	packets_udp(&w->packets, &cpe, &dns, str_make(bytes, n));
	if (host == 0 && rcode == 0)
		return;
	bytes[2] = 0x81;
	bytes[3] = rcode;
	if (rcode == 0) {
		bytes[7] = 1;
		memcpy(bytes + n, "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0", 15);
		bytes[n + 15] = host;
		n += 16;
	}
	packets_udp(&w->packets, &dns, &cpe, str_make(bytes, n));
}

static void post(struct world *w, struct tcp_pair *c, const char *host,
    const char *body)
{
	char text[2048];

	(void)snprintf(text, sizeof(text),
	    "POST /cwmp HTTP/1.1\r\nHost: %s.lab:7547\r\nContent-Length: %zu\r\n\r\n%s",
	    host, strlen(body), body);
	packets_tcp_send(&w->packets, c, true, str_of(text));
}

static void answer(struct world *w, struct tcp_pair *c, unsigned status,
    const char *body)
{
	char text[2048];

	(void)snprintf(text, sizeof(text),
	    "HTTP/1.1 %u X\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(body),
	    body);
	packets_tcp_send(&w->packets, c, false, str_of(text));
}

#define SOAP(inner)                                                          \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><s:Header><c:ID "             \
	"s:mustUnderstand=\"1\">1</c:ID></s:Header><s:Body>" inner           \
	"</s:Body></s:Envelope>"
#define NAME "Device.ManagementServer.URL"
#define INFORM(event)                                                           \
	SOAP("<c:Inform><DeviceId><Manufacturer>m</Manufacturer><OUI>00005E</"  \
	     "OUI><ProductClass>p</ProductClass><SerialNumber>1</"              \
	     "SerialNumber></DeviceId><Event><EventStruct><EventCode>" event    \
	     "</EventCode><CommandKey/></EventStruct></Event><MaxEnvelopes>1</" \
	     "MaxEnvelopes><CurrentTime>2026-11-23T12:00:00Z</CurrentTime>"     \
	     "<RetryCount>0</RetryCount><ParameterList/></c:Inform>")
#define INFORM_RESPONSE                                             \
	SOAP("<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:" \
	     "InformResponse>")
#define GET                                                        \
	SOAP("<c:GetParameterValues><ParameterNames><string>" NAME \
	     "</string></ParameterNames></c:GetParameterValues>")
#define GOT(url)                                                     \
	SOAP("<c:GetParameterValuesResponse><ParameterList><"        \
	     "ParameterValueStruct><Name>" NAME "</Name><Value>" url \
	     "</Value></ParameterValueStruct></ParameterList></c:"   \
	     "GetParameterValuesResponse>")
#define SET(url)                                                              \
	SOAP("<c:SetParameterValues><ParameterList><ParameterValueStruct>"    \
	     "<Name>" NAME "</Name><Value>" url                               \
	     "</Value></ParameterValueStruct></ParameterList><ParameterKey/>" \
	     "</c:SetParameterValues>")
#define SET_RESPONSE(status)                                 \
	SOAP("<c:SetParameterValuesResponse><Status>" status \
	     "</Status></c:SetParameterValuesResponse>")

/* ---- conversations ----------------------------------------------------------------- */

static struct tcp_pair connect_acs1(struct world *w)
{
	struct tcp_pair c = TCP_PAIR(CPE, 11, 41000, PORT);

	look_up(w, "acs1", 11, 0);
	packets_tcp_open(&w->packets, &c);
	return c;
}

static struct tcp_pair begin(struct world *w)
{
	good_lease(w);
	return connect_acs1(w);
}

static struct tcp_pair inform(struct world *w)
{
	struct tcp_pair c = begin(w);

	post(w, &c, "acs1", INFORM("0 BOOTSTRAP"));
	return c;
}

/* Up to step 8 and back. */
static struct tcp_pair ask(struct world *w)
{
	struct tcp_pair c = inform(w);

	answer(w, &c, 200, INFORM_RESPONSE);
	post(w, &c, "acs1", "");
	answer(w, &c, 200, GET);
	return c;
}

static void move(struct world *w, const char *event)
{
	struct tcp_pair c = ask(w), d = TCP_PAIR(CPE, 12, 42000, PORT);

	post(w, &c, "acs1", GOT(URL_1));
	answer(w, &c, 200, SET(URL_2));
	post(w, &c, "acs1", SET_RESPONSE("0"));
	answer(w, &c, 204, "");
	packets_tcp_close(&w->packets, &c);
	look_up(w, "acs2", 12, 0);
	packets_tcp_open(&w->packets, &d);
	post(w, &d, "acs2", event);
	answer(w, &d, 200, INFORM_RESPONSE);
	packets_tcp_close(&w->packets, &d);
}

static void goes_well(struct world *w)
{
	move(w, INFORM("0 BOOTSTRAP"));
}

static void forgets_bootstrap(struct world *w)
{
	move(w, INFORM("2 PERIODIC"));
}

static void is_given_capitals(struct world *w)
{
	static const char option[] = "\x01\x19http://ACS1.Lab:7547/cwmp";
	struct tcp_pair c;

	lease(w, option, sizeof(option) - 1);
	c = connect_acs1(w);
	post(w, &c, "acs1", INFORM("0 BOOTSTRAP"));
	answer(w, &c, 500, "oops");
	packets_tcp_close(&w->packets, &c);
}

static void has_a_wrong_length(struct world *w)
{
	static const char option[] = "\x01\x3b" URL_1;

	lease(w, option, sizeof(option) - 1);
}

static void cannot_resolve(struct world *w)
{
	good_lease(w);
	look_up(w, "acs1", 0, 3);
}

static void finds_the_acs_down(struct world *w)
{
	struct tcp_pair c = TCP_PAIR(CPE, 11, 40999, PORT);

	good_lease(w);
	look_up(w, "acs1", 11, 0);
	packets_tcp(&w->packets, &c.client, &c.server, 1000, 0, TH_SYN_, STR_NULL);
	packets_tcp(&w->packets, &c.server, &c.client, 0, 1001, TH_RST_ | TH_ACK_,
	    STR_NULL);
}

static void tries_again(struct world *w)
{
	finds_the_acs_down(w);
	w->packets.now += 7 * NS_PER_S;
	goes_well(w);
}

static void gets_500(struct world *w)
{
	struct tcp_pair c = inform(w);

	answer(w, &c, 500, "oops");
	packets_tcp_close(&w->packets, &c);
}

static void gets_garbage(struct world *w)
{
	struct tcp_pair c = inform(w);

	answer(w, &c, 200, "<a><b></a>");
	packets_tcp_close(&w->packets, &c);
}

static void gets_half_a_body(struct world *w)
{
	struct tcp_pair c = inform(w);

	packets_tcp_send(&w->packets, &c, false,
	    STR("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>"));
	packets_tcp_fin(&w->packets, &c, false);
	packets_tcp_fin(&w->packets, &c, true);
}

static void gets_nothing(struct world *w)
{
	struct tcp_pair c = inform(w);

	w->packets.now += 30 * NS_PER_S;
	packets_tcp_close(&w->packets, &c);
}

static void has_a_wrong_password(struct world *w)
{
	struct tcp_pair c = inform(w);
	char text[2048];

	(void)snprintf(text, sizeof(text),
	    "POST /cwmp HTTP/1.1\r\nHost: acs1.lab:7547\r\nAuthorization: Basic "
	    "YTpi\r\nContent-Length: %zu\r\n\r\n%s",
	    sizeof(INFORM("0 BOOTSTRAP")) - 1, INFORM("0 BOOTSTRAP"));
	answer(w, &c, 401, "");
	packets_tcp_send(&w->packets, &c, true, str_of(text));
	answer(w, &c, 401, "");
	packets_tcp_close(&w->packets, &c);
}

static void reports_another_url(struct world *w)
{
	struct tcp_pair c = ask(w);

	post(w, &c, "acs1", GOT("http://other.lab/"));
	answer(w, &c, 204, "");
	packets_tcp_close(&w->packets, &c);
}

static void is_set_to_the_same(struct world *w)
{
	struct tcp_pair c = ask(w);

	post(w, &c, "acs1", GOT(URL_1));
	answer(w, &c, 200, SET(URL_1));
	packets_tcp_close(&w->packets, &c);
}

static void refuses_the_set(struct world *w)
{
	struct tcp_pair c = ask(w);

	post(w, &c, "acs1", GOT(URL_1));
	answer(w, &c, 200, SET(URL_2));
	post(w, &c, "acs1", SET_RESPONSE("7"));
	packets_tcp_close(&w->packets, &c);
}

/* ---- verdicts ---------------------------------------------------------------------- */

static const struct row {
	const char *name;
	void (*run)(struct world *w);
	const char *verdict; /* "ok", or step and layer of the first failure */
	const char *why;     /* some words of it */
} rows[] = {
	{ "goes well", goes_well, "ok", NULL },
	{ "forgets bootstrap", forgets_bootstrap, "11 CWMP", "0 BOOTSTRAP" },
	{ "wrong length", has_a_wrong_length, "0 DHCP", "length 59 past the end" },
	{ "cannot resolve", cannot_resolve, "0 DNS", "NXDOMAIN" },
	{ "ACS is down", finds_the_acs_down, "1 TCP", "RST" },
	{ "tries again", tries_again, "ok", NULL },
	{ "500", gets_500, "4 HTTP", "500" },
	{ "an ACS URL in capitals", is_given_capitals, "4 HTTP", "500" },
	{ "garbage", gets_garbage, "4 SOAP", "" },
	{ "half a body", gets_half_a_body, "4 HTTP", "3 of 100" },
	{ "nothing", gets_nothing, "4 HTTP", "closed the connection, 30.0 s later" },
	{ "wrong password", has_a_wrong_password, "4 HTTP", "401" },
	{ "another URL", reports_another_url, "7 CWMP", "other.lab" },
	{ "the same URL", is_set_to_the_same, "8 CWMP", URL_1 },
	{ "refuses", refuses_the_set, "9 CWMP", "7" },
};

static void world_make(struct world *w)
{
	static const struct observer_options options = { .keep_records = true };

	w->packets = (struct packets)PACKETS_NULL;
	w->packets.tap = tap;
	w->packets.tap_user = w;
	w->observer = observer_new(&options);
	assert_non_null(w->observer);
	w->sink = observer_sink(w->observer);
	w->decoder = decoder_new(&w->sink, NULL);
	assert_non_null(w->decoder);
}

static void world_free(struct world *w)
{
	decoder_free(w->decoder);
	observer_free(w->observer);
	packets_free(&w->packets);
}

static const struct step_result *first_failed(const struct sequence_result *result)
{
	for (size_t i = 0; i < result->n_steps; i++) {
		if (!result->steps[i].ok)
			return &result->steps[i];
	}
	return NULL;
}

static void put_verdict(const struct sequence_result *result, char *text, size_t size)
{
	const struct step_result *step = first_failed(result);

	if (result->not_judged)
		(void)snprintf(text, size, "not judged: %s", result->not_judged);
	else if (!step)
		(void)snprintf(text, size, "ok");
	else
		(void)snprintf(text, size, "%u %s", step->step, step->layer);
}

static void check(const struct row *row, const struct sequence *sequence)
{
	struct sequence_result result;
	const struct records *cpes;
	struct world w;
	char verdict[128];

	world_make(&w);
	row->run(&w);
	decoder_end(w.decoder);
	cpes = observer_cpes(w.observer);
	assert_true(cpes->len > 0);
	assert_int_equal(sequence_check(sequence, w.observer, cpes->items[0], false,
			     &result),
	    0);
	put_verdict(&result, verdict, sizeof(verdict));
	print_message("%s: %s: %s\n", row->name, verdict,
	    result.ok ? "" : first_failed(&result)->why);
	assert_string_equal(verdict, row->verdict);
	assert_int_equal(result.ok, row->why == NULL);
	if (row->why)
		assert_non_null(strstr(first_failed(&result)->why, row->why));
	world_free(&w);
}

static struct sequence *load(void)
{
	struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/capture/sequences/acs-migration.yaml",
	    getenv("CWMPLAB_SOURCE") ? getenv("CWMPLAB_SOURCE") : ".");
	assert_int_equal(sequence_load(path, &sequence, &err), 0);
	return sequence;
}

static void the_first_failing_step_is_named(void **state)
{
	struct sequence *sequence = load();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(&rows[i], sequence);
	sequence_free(sequence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failing_step_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
