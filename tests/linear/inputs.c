#include "tests/linear/inputs.h"

#include "tests/linear/envelope.h"
#include "tests/linear/texts.h"
#include "tests/support/packets.h"

#define INFORM_OPEN_OF(serial)                                                \
	CWMP_OPEN                                                             \
	"<w:Inform><DeviceId><Manufacturer>M</Manufacturer><OUI>001122</OUI>" \
	"<ProductClass>P</ProductClass><SerialNumber>" serial                 \
	"</SerialNumber></DeviceId><Event><EventStruct>"                      \
	"<EventCode>2 PERIODIC</EventCode>"                                   \
	"<CommandKey></CommandKey></EventStruct></Event>"                     \
	"<MaxEnvelopes>1</MaxEnvelopes>"                                      \
	"<CurrentTime>2026-01-01T00:00:00Z</CurrentTime>"                     \
	"<RetryCount>0</RetryCount><ParameterList>"
#define INFORM_OPEN  INFORM_OPEN_OF("1")
#define INFORM_CLOSE "</ParameterList></w:Inform>" CWMP_CLOSE
#define INFORM       INFORM_OPEN INFORM_CLOSE
#define INFORM_RESPONSE \
	CWMP_OPEN       \
	"<w:InformResponse><MaxEnvelopes>1</MaxEnvelopes></w:InformResponse>" CWMP_CLOSE

enum {
	FILE_MAX = 1 << 30
};

static const struct tcp_pair pair = TCP_PAIR(1, 11, 40000, 7547);

/* ---- messages ---------------------------------------------------------------------- */

static void post(struct packets *p, struct tcp_pair *c, struct str body)
{
	auto_buf text = BUF_MAX(FILE_MAX);

	buf_printf(&text,
	    "POST /acs HTTP/1.1\r\nHost: 10.0.0.11:7547\r\nSOAPAction: \"\"\r\n"
	    "Content-Type: text/xml\r\nContent-Length: %zu\r\n\r\n",
	    body.len);
	buf_append_str(&text, body);
	packets_tcp_send(p, c, true, buf_str(&text));
}

static void answer(struct packets *p, struct tcp_pair *c, struct str body)
{
	auto_buf text = BUF_MAX(FILE_MAX);

	buf_printf(&text,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n",
	    body.len);
	buf_append_str(&text, body);
	packets_tcp_send(p, c, false, buf_str(&text));
}

/* A session that begins as it should. */
static struct tcp_pair begin(struct packets *p)
{
	struct tcp_pair c = pair;

	packets_tcp_open(p, &c);
	post(p, &c, STR(INFORM));
	answer(p, &c, STR(INFORM_RESPONSE));
	return c;
}

/* A capture with one POST. */
static void one_post(struct packets *p, struct str body)
{
	struct tcp_pair c = pair;

	packets_tcp_open(p, &c);
	post(p, &c, body);
	packets_tcp_close(p, &c);
}

/* ---- one document ------------------------------------------------------------------ */

static void attributes(struct packets *p, size_t n)
{
	auto_buf xml = BUF_NULL;

	buf_append_text(&xml, "<a");
	for (size_t i = 0; i < n; i++)
		buf_printf(&xml, " a%zu=\"\"", i);
	buf_append_text(&xml, "/>");
	one_post(p, buf_str(&xml));
}

static void bindings(struct packets *p, size_t n)
{
	auto_buf xml = BUF_NULL;

	buf_append_text(&xml, "<a");
	for (size_t i = 0; i < n; i++)
		buf_printf(&xml, " xmlns:a%zu=\"b\"", i);
	buf_append_text(&xml, "/>");
	one_post(p, buf_str(&xml));
}

/* Put into the Body of an Inform's parameter. */
static void fill(struct packets *p, const char *words, size_t n)
{
	auto_buf xml = BUF_NULL;

	buf_append_text(&xml,
	    INFORM_OPEN "<ParameterValueStruct><Name>Device.X</Name><Value>");
	for (size_t i = 0; i < n; i++)
		buf_printf(&xml, words, i);
	buf_append_text(&xml, "</Value></ParameterValueStruct>" INFORM_CLOSE);
	one_post(p, buf_str(&xml));
}

static void entities(struct packets *p, size_t n)
{
	fill(p, "&amp;&#65;", n);
}

static void cdata(struct packets *p, size_t n)
{
	fill(p, "<![CDATA[<]]>x", n);
}

static void names(struct packets *p, size_t n)
{
	fill(p, "<n%zu/>", n);
}

static void instructions(struct packets *p, size_t n)
{
	fill(p, "<?n%zu?>", n);
}

/* Tags as long as they may be, with as many attributes. */
static void long_tags(struct packets *p, size_t n)
{
	auto_buf tag = BUF_NULL;

	buf_append_text(&tag, "<a");
	for (size_t i = 0; i < 32; i++)
		buf_printf(&tag, " a%zu=\"%040zu\"", i, i);
	buf_append_text(&tag, "/>");
	fill(p, buf_cstr(&tag), n);
}

static void scopes(struct packets *p, size_t n)
{
	fill(p, "<a xmlns:a=\"b\"><b xmlns:b=\"c%zu\"><b:c/></b></a>", n);
}

static void utf_16(struct packets *p, size_t n)
{
	auto_buf xml = BUF_NULL, wide = BUF_NULL;

	buf_append_text(&xml,
	    INFORM_OPEN "<ParameterValueStruct><Name>Device.X</Name><Value>");
	for (size_t i = 0; i < n; i++)
		buf_append_text(&xml, "<b>word</b>");
	buf_append_text(&xml, "</Value></ParameterValueStruct>" INFORM_CLOSE);
	buf_append(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < xml.len; i++) {
		buf_append_char(&wide, (char)xml.data[i]);
		buf_append_char(&wide, '\0');
	}
	one_post(p, buf_str(&wide));
}

/* Parameters of a Set and of the Get after it, all of which rules want to know. */
static void put_params(struct buf *xml, const char *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(xml,
		    "<ParameterValueStruct><Name>Device.ManagementServer.%s%zu</Name>"
		    "<Value>1</Value></ParameterValueStruct>",
		    words, i);
}

static void parameters(struct packets *p, size_t n)
{
	auto_buf set = BUF_NULL, got = BUF_NULL;
	struct tcp_pair c = begin(p);

	buf_append_text(&set, CWMP_OPEN "<w:SetParameterValues><ParameterList>");
	put_params(&set, "A", n);
	buf_append_text(&set,
	    "</ParameterList><ParameterKey/></w:SetParameterValues>" CWMP_CLOSE);
	buf_append_text(&got,
	    CWMP_OPEN "<w:GetParameterValuesResponse><ParameterList>");
	put_params(&got, "B", n);
	buf_append_text(&got,
	    "</ParameterList></w:GetParameterValuesResponse>" CWMP_CLOSE);
	post(p, &c, STR_NULL);
	answer(p, &c, buf_str(&set));
	post(p, &c,
	    STR(CWMP_OPEN "<w:SetParameterValuesResponse><Status>1</Status>"
			  "</w:SetParameterValuesResponse>" CWMP_CLOSE));
	answer(p, &c,
	    STR(CWMP_OPEN "<w:GetParameterValues><ParameterNames/>"
			  "</w:GetParameterValues>" CWMP_CLOSE));
	post(p, &c, buf_str(&got));
	answer(p, &c, STR_NULL);
	packets_tcp_close(p, &c);
}

static void events(struct packets *p, size_t n)
{
	auto_buf xml = BUF_NULL;

	buf_append_text(&xml, CWMP_OPEN "<w:Inform><Event>");
	for (size_t i = 0; i < n; i++)
		buf_append_text(&xml, "<EventStruct><EventCode>M Reboot</EventCode>"
				      "<CommandKey>k</CommandKey></EventStruct>");
	buf_append_text(&xml, "</Event></w:Inform>" CWMP_CLOSE);
	one_post(p, buf_str(&xml));
}

/* ---- many messages ----------------------------------------------------------------- */

/* Each of them breaks a rule: its namespace is none of CWMP. */
static void messages(struct packets *p, size_t n)
{
	static const char odd[] =
	    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
	    "xmlns:w=\"urn:dslforum-org:cwmp-1-9\"><s:Body><w:GetRPCMethods/></s:Body>"
	    "</s:Envelope>";
	struct tcp_pair c = begin(p);

	for (size_t i = 0; i < n; i++) {
		post(p, &c, str_of(odd));
		answer(p, &c, str_of(odd));
	}
	packets_tcp_close(p, &c);
}

/* The ACS refuses each Inform after the first. */
static void informs(struct packets *p, size_t n)
{
	struct tcp_pair c = begin(p);

	for (size_t i = 0; i < n; i++) {
		post(p, &c, STR(INFORM));
		packets_tcp_send(p, &c, false,
		    STR("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
	}
	packets_tcp_close(p, &c);
}

/* Each tells of a transfer for which its session has neither request nor event. */
static void transfers(struct packets *p, size_t n)
{
	static const char told[] = CWMP_OPEN
	    "<w:TransferComplete><CommandKey>k</CommandKey><FaultStruct>"
	    "<FaultCode>0</FaultCode><FaultString></FaultString></FaultStruct>"
	    "<StartTime>2026-01-01T00:00:00Z</StartTime>"
	    "<CompleteTime>2026-01-01T00:00:01Z</CompleteTime>"
	    "</w:TransferComplete>" CWMP_CLOSE;
	struct tcp_pair c = begin(p);

	for (size_t i = 0; i < n; i++) {
		post(p, &c, str_of(told));
		answer(p, &c,
		    STR(CWMP_OPEN "<w:TransferCompleteResponse/>" CWMP_CLOSE));
	}
	packets_tcp_close(p, &c);
}

/* Of one session, which its cookie holds together. */
static void moves(struct packets *p, size_t n)
{
	struct tcp_pair c = pair;

	for (size_t i = 0; i < n; i++) {
		auto_buf text = BUF_NULL;
		const char *body = i == 0 ? INFORM : "";

		c.client.port = (uint16_t)(1024 + i % 60000);
		c.client_seq += 1 << 20;
		packets_tcp_open(p, &c);
		buf_printf(&text,
		    "POST /acs HTTP/1.1\r\nHost: 10.0.0.11:7547\r\nCookie: s=1\r\n"
		    "Content-Type: text/xml\r\nContent-Length: %zu\r\n\r\n%s",
		    strlen(body), body);
		packets_tcp_send(p, &c, true, buf_str(&text));
		buf_reset(&text);
		body =
		    i == 0 ? INFORM_RESPONSE : CWMP_OPEN "<w:FactoryReset/>" CWMP_CLOSE;
		buf_printf(&text,
		    "HTTP/1.1 200 OK\r\nSet-Cookie: s=1\r\nConnection: close\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    strlen(body), body);
		packets_tcp_send(p, &c, false, buf_str(&text));
		packets_tcp_close(p, &c);
	}
}

/* The same where another device informs from the same address. */
static void moves_behind_nat(struct packets *p, size_t n)
{
	struct tcp_pair c = pair;

	packets_tcp_open(p, &c);
	post(p, &c, STR(INFORM_OPEN_OF("2") INFORM_CLOSE));
	answer(p, &c, STR(INFORM_RESPONSE));
	post(p, &c, STR_NULL);
	answer(p, &c, STR_NULL);
	packets_tcp_close(p, &c);
	moves(p, n);
}

/* A head of n short lines that comes in small pieces. */
static void drops(struct packets *p, size_t n)
{
	struct tcp_pair c = pair;

	packets_tcp_open(p, &c);
	packets_tcp_send(p, &c, true, STR("POST / HTTP/1.1\r\nHost: 10.0.0.11\r\n"));
	for (size_t i = 0; i < n; i++) {
		packets_tcp_at(p, &c, true, 0, STR("a:"));
		packets_tcp_at(p, &c, true, 2, STR("b\r\n"));
		packets_tcp_skip(&c, true, 5);
	}
	packets_tcp_send(p, &c, true, STR("Content-Length: 0\r\n\r\n"));
	packets_tcp_close(p, &c);
}

static void chunks(struct packets *p, size_t n)
{
	auto_buf text = BUF_NULL;
	struct tcp_pair c = pair;

	packets_tcp_open(p, &c);
	buf_append_text(&text,
	    "POST / HTTP/1.1\r\nHost: 10.0.0.11\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t i = 0; i < n; i++)
		buf_append_text(&text, "1\r\n \r\n");
	buf_append_text(&text, "0\r\n\r\n");
	packets_tcp_send(p, &c, true, buf_str(&text));
	packets_tcp_close(p, &c);
}

/* ---- many connections -------------------------------------------------------------- */

static void connections(struct packets *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct tcp_pair c = pair;

		c.client.ip = 0x0a010000 + (uint32_t)(i >> 14);
		c.client.port = (uint16_t)(1024 + (i & 0x3fff));
		packets_tcp_open(p, &c);
		packets_tcp_close(p, &c);
	}
}

/* CPEs that ask for a lease, and nobody has one for them (RFC 2131 2: 236 bytes, the cookie,
 * options 53 and 60). */
static void discovers(struct packets *p, size_t n)
{
	static const char options[] = "\x63\x82\x53\x63\x35\x01\x01\x3c\x0d"
				      "dslforum.org\0\xff";
	uint8_t discover[236 + sizeof(options) - 1] = { 1, 1, 6 };
	const struct endpoint server = { .ip = 0xffffffff, .port = 67 };

	memcpy(discover + 236, options, sizeof(options) - 1);
	for (size_t i = 0; i < n; i++) {
		struct endpoint client = { .port = 68 };
		uint32_t number = (uint32_t)i;

		memcpy(discover + 4, &number, sizeof(number));
		discover[28] = 2;
		memcpy(discover + 30, &number, sizeof(number));
		(void)packets_udp(p, &client, &server,
		    str_make(discover, sizeof(discover)));
	}
}

/* All alive at a time, from addresses that differ where a hash may not look. */
static void crowd(struct packets *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct tcp_pair c = pair;

		c.client.is_ip6 = c.server.is_ip6 = true;
		c.client.ip6[4] = (uint8_t)(i << 2 & 4);
		c.client.ip6[7] = (uint8_t)(i << 6 & 0x80);
		c.client.ip6[12] = (uint8_t)(i & 4);
		c.client.ip6[15] = (uint8_t)(i << 4 & 0x80);
		c.client.port = (uint16_t)(i >> 4);
		packets_tcp_open(p, &c);
	}
}

/* ---- below ------------------------------------------------------------------------- */

/* Of 8 bytes each, the first one last, so that no packet is whole before all are there. */
static void fragments(struct packets *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < 8000; k++) {
			uint32_t at = k < 7999 ? k + 1 : 0;
			uint8_t frame[42] = { 2, 0, 0, 0, 0, 11, 2, 0, 0, 0, 0, 1, 8, 0,
				0x45, 0, 0, 28, (uint8_t)(i >> 8), (uint8_t)i,
				(uint8_t)((at < 7999 ? 0x20 : 0) | at >> 8),
				(uint8_t)at, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 11 };

			packets_frame(p, frame, sizeof(frame));
		}
	}
}

/* ---- table ------------------------------------------------------------------------- */

const struct input inputs[] = {
	{ "attributes of a tag", attributes, NULL },
	{ "namespaces of a tag", bindings, NULL },
	{ "long tags", long_tags, NULL },
	{ "nested namespaces", scopes, NULL },
	{ "names of elements", names, NULL },
	{ "names of instructions", instructions, NULL },
	{ "pieces of text, entities", entities, NULL },
	{ "pieces of text, CDATA", cdata, NULL },
	{ "elements in UTF-16", utf_16, NULL },
	{ "parameters", parameters, NULL },
	{ "events of an Inform", events, NULL },
	{ "messages of a session", messages, NULL },
	{ "Informs of a session", informs, NULL },
	{ "transfers of a session", transfers, NULL },
	{ "connections of a session", moves, NULL },
	{ "connections behind a NAT", moves_behind_nat, NULL },
	{ "lines of a head, in pieces", drops, NULL },
	{ "chunks of a byte", chunks, NULL },
	{ "connections", connections, NULL },
	{ "connections, crafted", crowd, NULL },
	{ "leases that nobody offers", discovers, NULL },
	{ "fragments", fragments, NULL },
	{ "lines of a key log", NULL, text_key_log },
	{ "envelopes of a text", NULL, text_envelopes },
	{ "start lines of a text", NULL, text_posts },
	{ "broken records of a log", NULL, text_broken_records },
	{ "broken documents of a log", NULL, text_broken_documents },
	{ "records of a line", NULL, text_records_of_a_line },
	{ "Bodies of an envelope", NULL, text_bodies_of_a_word },
	{ "counts of a stream", NULL, text_counts_of_a_stream },
	{ "a spilt option 43", NULL, text_spilt_option },
	{ NULL, NULL, NULL },
};

int input_save(const struct input *input, size_t n, const char *path)
{
	struct packets p = PACKETS_NULL;
	int r;

	p.file.max = FILE_MAX;
	if (input->capture) {
		packets_pcap(&p);
		input->capture(&p, n);
	} else {
		input->text(&p.file, n);
	}
	r = p.file.error ? p.file.error : packets_save(&p, path);
	packets_free(&p);
	return r;
}
