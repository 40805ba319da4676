/* The table of wrong answers. */
#include "tests/attack/wrong_acs.h"

#include "tests/support/cwmp_text.h"

#include <stdio.h>

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
#define SOAP    "http://schemas.xmlsoap.org/soap/envelope/"

static void append_many(struct buf *out, const char *text, size_t n)
{
	size_t len = strlen(text);
	uint8_t *room = buf_reserve(out, n * len);

	if (!room)
		return;
	for (size_t i = 0; i < n; i++)
		memcpy(room + i * len, text, len);
	out->len += n * len;
}

/* ---- bodies that are made ------------------------------------------------------------ */

static void write_tag(struct buf *out, const char *attribute)
{
	buf_append_text(out, "<e:Envelope xmlns:e=\"" SOAP "\"");
	for (int i = 0; i < 300000; i++)
		buf_printf(out, attribute, i);
	buf_append_text(out, "></e:Envelope>");
}

static void write_attributes(struct buf *out)
{
	write_tag(out, " a%d=\"\"");
}

static void write_namespaces(struct buf *out)
{
	write_tag(out, " xmlns:a%d=\"u\"");
}

static void write_depth(struct buf *out)
{
	buf_append_text(out, "<e:Envelope xmlns:e=\"" SOAP "\"><e:Body>");
	append_many(out, "<a>", 100000);
}

static void write_long_name(struct buf *out)
{
	buf_append_text(out, "<e:Envelope xmlns:e=\"" SOAP "\"><");
	append_many(out, "n", 3 << 20);
	buf_append_text(out, "/></e:Envelope>");
}

static void write_long_text(struct buf *out)
{
	buf_append_text(out, "<e:Envelope xmlns:e=\"" SOAP "\"><e:Body>");
	append_many(out, "text", 1 << 20);
	buf_append_text(out, "</e:Body></e:Envelope>");
}

static void write_entities(struct buf *out)
{
	buf_append_text(out, "<!DOCTYPE e [<!ENTITY a0 \"ha\">");
	for (int i = 1; i < 32; i++)
		buf_printf(out, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i - 1, i - 1);
	buf_append_text(out, "]><e>&a31;</e>");
}

static void write_request(struct buf *out, const char *before, const char *item,
    size_t n, const char *after)
{
	static const char whole[] = ENVELOPE("9", "|");
	struct str rest, head = str_cut(str_of(whole), '|', &rest);

	buf_append_str(out, head);
	buf_append_text(out, before);
	append_many(out, item, n);
	buf_append_text(out, after);
	buf_append_str(out, rest);
}

static void write_many_names(struct buf *out)
{
	write_request(out, "<cwmp:GetParameterValues><ParameterNames>",
	    "<string>InternetGatewayDevice.X</string>", 50000,
	    "</ParameterNames></cwmp:GetParameterValues>");
}

static void write_same_names(struct buf *out)
{
	write_request(out, "<cwmp:GetParameterValues><ParameterNames>",
	    "<string>InternetGatewayDevice.</string>", 5000,
	    "</ParameterNames></cwmp:GetParameterValues>");
}

static void write_many_values(struct buf *out)
{
	write_request(out, "<cwmp:SetParameterValues><ParameterList>",
	    PARAMETER("DeviceInfo.X", "1"), 10000,
	    "</ParameterList><ParameterKey>k</ParameterKey></cwmp:SetParameterValues>");
}

static void write_long_value(struct buf *out)
{
	write_request(out,
	    "<cwmp:SetParameterValues><ParameterList><ParameterValueStruct><Name>"
	    "InternetGatewayDevice.DeviceInfo.ProvisioningCode</Name><Value>",
	    "p", 10 << 20,
	    "</Value></ParameterValueStruct></ParameterList><ParameterKey>"
	    "</ParameterKey></cwmp:SetParameterValues>");
}

/* ---- heads that are made ------------------------------------------------------------- */

static void write_long_cookie(struct buf *out)
{
	buf_append_text(out, OK_HEAD "Set-Cookie: a=");
	append_many(out, "c", 100000);
	buf_append_text(out, "\r\nContent-Length: 0\r\n\r\n");
}

static void write_many_cookies(struct buf *out)
{
	buf_append_text(out, OK_HEAD);
	for (int i = 0; i < 500; i++)
		buf_printf(out, "Set-Cookie: a%d=b\r\n", i);
	buf_append_text(out, "Content-Length: 0\r\n\r\n");
}

static void write_long_location(struct buf *out)
{
	buf_append_text(out, "HTTP/1.1 302 Found\r\nLocation: /");
	append_many(out, "l", 4000);
	buf_append_text(out, "\r\nContent-Length: 0\r\n\r\n");
}

static void write_long_challenge(struct buf *out)
{
	buf_append_text(out,
	    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"");
	append_many(out, "r", 8000);
	buf_append_text(out,
	    "\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n");
}

/* ---- what is poured ------------------------------------------------------------------ */

#define EIGHT(x) x x x x x x x x
#define SPACES   EIGHT(EIGHT(EIGHT("        ")))

/* clang-format off */
#define HEADERS(text) "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n" text "\r\n"
#define CHALLENGE(text) HEADERS("WWW-Authenticate: " text "\r\n")

const struct wrong_answer wrong_answers[] = {
	/* The longest, beside all others. */
	{ .name = "requests for ever", .at = AT_ANSWER, .seconds = 60, .is_again = true,
	    .body = ENVELOPE("9", "<cwmp:GetRPCMethods/>"),
	    .layer = "CWMP", .why = "the ACS goes on after 100000 messages" },

	/* ---- the connection ---- */
	{ .name = "FIN", .at = AT_ACCEPT, .end = END_FIN,
	    .layer = "HTTP", .why = "the ACS closed the connection without an answer" },
	{ .name = "RST", .at = AT_ACCEPT, .end = END_RST,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "silence", .at = AT_EACH,
	    .layer = "HTTP", .why = "does not answer the request for" },
	{ .name = "an answer before the request", .at = AT_ACCEPT, .status = "200 OK",
	    .layer = "CWMP", .why = "an empty response answers the Inform" },
	{ .name = "FIN instead of an answer", .at = AT_EACH, .end = END_FIN, .is_again = true,
	    .layer = "HTTP", .why = "the ACS closed the connection without an answer" },
	{ .name = "RST instead of an answer", .at = AT_EACH, .end = END_RST, .is_again = true,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "FIN inside the head", .at = AT_EACH, .raw = STR("HTTP/1.1 200 OK\r\nConte"),
	    .end = END_FIN,
	    .layer = "HTTP", .why = "the connection ended inside the response's head" },
	{ .name = "RST inside the head", .at = AT_EACH, .raw = STR("HTTP/1.1 200 OK\r\nConte"),
	    .end = END_RST,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "silence inside the head", .at = AT_EACH,
	    .raw = STR("HTTP/1.1 200 OK\r\nConte"),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "FIN inside the body", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 1000\r\n\r\n<Envelope"), .end = END_FIN,
	    .layer = "HTTP", .why = "the connection ended after 9 of 1000 bytes of the body" },
	{ .name = "RST inside the body", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 1000\r\n\r\n<Envelope"), .end = END_RST,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "silence inside the body", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 1000\r\n\r\n<Envelope"),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "FIN inside a chunk", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\nff\r\n<Envelope"),
	    .end = END_FIN,
	    .layer = "HTTP",
	    .why = "the connection ended after 9 bytes of a chunked body that goes on" },

	/* ---- without end ---- */
	{ .name = "headers without end", .at = AT_EACH, .raw = STR("HTTP/1.1 200 OK\r\n"),
	    .pour = STR("X-More: x\r\n"),
	    .layer = "HTTP", .why = "more than 64 headers" },
	{ .name = "headers without end, slowly", .at = AT_EACH,
	    .raw = STR("HTTP/1.1 200 OK\r\n"),
	    .drip = STR("X: x\r\n"),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "a header without end", .at = AT_EACH, .raw = STR("HTTP/1.1 200 OK\r\nX: "),
	    .pour = STR(SPACES),
	    .layer = "HTTP", .why = "a head over 32768 bytes" },
	{ .name = "a status line without end", .at = AT_INFORM, .raw = STR("HTTP/1.1 200 "),
	    .pour = STR(SPACES),
	    .layer = "HTTP", .why = "a head over 32768 bytes" },
	{ .name = "100 Continue without end", .at = AT_EACH, .pour = STR("HTTP/1.1 100 Continue\r\n\r\n"),
	    .layer = "HTTP",
	    .why = "does not answer the request|has begun but not finished its answer" },
	{ .name = "a body without end", .at = AT_EACH,
	    .raw = STR(OK_HEAD "\r\n"), .pour = STR(SPACES),
	    .layer = "HTTP", .why = "a body over 16777216 bytes|has begun but not finished its answer" },
	{ .name = "a body without end, slowly", .at = AT_EACH, .raw = STR(OK_HEAD "\r\n"),
	    .drip = STR(" "),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "chunks without end", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"),
	    .pour = STR("1000\r\n" SPACES "\r\n"),
	    .layer = "HTTP", .why = "a body over 16777216 bytes|has begun but not finished its answer" },
	{ .name = "chunks of a byte without end", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"),
	    .pour = STR(EIGHT(EIGHT("1\r\n \r\n"))),
	    .layer = "HTTP", .why = "a body over 16777216 bytes|has begun but not finished its answer" },
	{ .name = "a chunk's extension without end", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n1;"),
	    .pour = STR(SPACES),
	    .layer = "HTTP", .why = "a chunk extension too long" },
	{ .name = "trailers without end", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n"),
	    .pour = STR("X-More: x\r\n"),
	    .layer = "HTTP", .why = "a trailer too long" },
	{ .name = "an element without end", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "\r\n<e:Envelope xmlns:e=\"" SOAP "\"><e:Body>"),
	    .pour = STR("<a>"),
	    .layer = "HTTP", .why = "a body over 16777216 bytes|has begun but not finished its answer" },

	/* ---- lengths ---- */
	{ .name = "a length of 10^18", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 1000000000000000000\r\n\r\n"),
	    .pour = STR(SPACES),
	    .layer = "HTTP", .why = "a body over 16777216 bytes" },
	{ .name = "a length that is no number", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: many\r\n\r\n"),
	    .layer = "HTTP", .why = "Content-Length is no number" },
	{ .name = "a length below zero", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Content-Length: -1\r\n\r\n"),
	    .layer = "HTTP", .why = "Content-Length is no number" },
	{ .name = "a length of 30 digits", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Content-Length: 999999999999999999999999999999\r\n\r\n"),
	    .layer = "HTTP", .why = "Content-Length is no number" },
	{ .name = "two lengths", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 0\r\nContent-Length: 5\r\n\r\n<a/>"),
	    .layer = "HTTP", .why = "two different Content-Length" },
	{ .name = "a length and chunks", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
			       "3\r\n<a>\r\n0\r\n\r\n"),
	    .layer = "HTTP", .why = "both Content-Length and chunked" },
	{ .name = "a length that is too short", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Content-Length: 20\r\n\r\n" INFORM_RESPONSE("1")),
	    .layer = "SOAP", .why = "Specification mandates value for attribute xmlns" },
	{ .name = "a length that is too long", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Content-Length: 5000\r\n\r\n" INFORM_RESPONSE("1")),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "a chunk size that is no number", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n<a/>\r\n"),
	    .layer = "HTTP", .why = "byte 0x7a where a chunk size should stand" },
	{ .name = "a chunk size of 17 digits", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"),
	    .layer = "HTTP", .why = "a chunk size too large" },
	{ .name = "a chunk without its end", .at = AT_EACH,
	    .raw = STR(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n4\r\n<a/>4\r\n<a/>"),
	    .layer = "HTTP", .why = "byte 0x34 where a line should end" },
	{ .name = "an unknown transfer coding", .at = AT_INFORM,
	    .raw = STR(OK_HEAD "Transfer-Encoding: gzip\r\n\r\n\x1f\x8b"), .end = END_FIN,
	    .layer = "SOAP", .why = "Start tag expected" },
	{ .name = "two answers to one request", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
	    .layer = "CWMP", .why = "an empty response answers the Inform" },

	/* ---- no HTTP ---- */
	{ .name = "garbage", .at = AT_EACH, .raw = STR("\x80\x01\xff\xfe garbage\r\n\r\n"),
	    .layer = "HTTP", .why = "no \"HTTP/1.x\"" },
	{ .name = "HTTP/0.9", .at = AT_INFORM,
	    .raw = STR("<html>hello</html>\r\n\r\n"), .end = END_FIN,
	    .layer = "HTTP", .why = "no \"HTTP/1.x\"" },
	{ .name = "HTTP/2", .at = AT_INFORM, .raw = STR("\0\0\0\4\0\0\0\0\0"),
	    .layer = "HTTP", .why = "has begun but not finished its answer" },
	{ .name = "HTTP/3.7", .at = AT_INFORM,
	    .raw = STR("HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n"),
	    .layer = "HTTP", .why = "no \"HTTP/1.x\"" },
	{ .name = "a status of two digits", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 99 No\r\n\r\n"),
	    .layer = "HTTP", .why = "no status code" },
	{ .name = "a status of four digits", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 2000 No\r\n\r\n"),
	    .layer = "HTTP", .why = "no status code" },
	{ .name = "a status that is no number", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 abc No\r\n\r\n"),
	    .layer = "HTTP", .why = "no status code" },
	{ .name = "a header without a colon", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
	    .layer = "HTTP", .why = "a header without a colon" },
	{ .name = "a NUL in a header", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"),
	    .layer = "HTTP", .why = "NUL or CR inside a line" },
	{ .name = "SSH", .at = AT_ACCEPT, .raw = STR("SSH-2.0-OpenSSH_9.2\r\n"),
	    .layer = "HTTP", .why = "no \"HTTP/1.x\"" },

	/* ---- statuses ---- */
	{ .name = "201", .at = AT_INFORM, .status = "201 Created",
	    .layer = "HTTP", .why = "the ACS answers 201" },
	{ .name = "202", .at = AT_EACH, .status = "202 Accepted",
	    .layer = "HTTP", .why = "the ACS answers 202" },
	{ .name = "206", .at = AT_INFORM, .status = "206 Partial Content",
	    .layer = "HTTP", .why = "the ACS answers 206" },
	{ .name = "300", .at = AT_INFORM, .status = "300 Multiple Choices",
	    .layer = "HTTP", .why = "the ACS answers 300" },
	{ .name = "301", .at = AT_INFORM, .status = "301 Moved Permanently",
	    .headers = "Location: /cwmp\r\n",
	    .layer = "HTTP", .why = "the ACS answers 301" },
	{ .name = "303", .at = AT_INFORM, .status = "303 See Other", .headers = "Location: /cwmp\r\n",
	    .layer = "HTTP", .why = "the ACS answers 303" },
	{ .name = "304", .at = AT_INFORM, .status = "304 Not Modified",
	    .layer = "HTTP", .why = "the ACS answers 304" },
	{ .name = "308", .at = AT_INFORM, .status = "308 Permanent Redirect",
	    .headers = "Location: /cwmp\r\n",
	    .layer = "HTTP", .why = "the ACS answers 308" },
	{ .name = "400", .at = AT_EACH, .status = "400 Bad Request",
	    .layer = "HTTP", .why = "the ACS answers 400 Bad Request" },
	{ .name = "403", .at = AT_EACH, .status = "403 Forbidden",
	    .layer = "HTTP", .why = "the ACS answers 403 Forbidden" },
	{ .name = "404", .at = AT_EACH, .status = "404 Not Found",
	    .layer = "HTTP", .why = "the ACS answers 404 Not Found" },
	{ .name = "405", .at = AT_INFORM, .status = "405 Method Not Allowed",
	    .layer = "HTTP", .why = "the ACS answers 405 Method Not Allowed" },
	{ .name = "407", .at = AT_INFORM, .status = "407 Proxy Authentication Required",
	    .headers = "Proxy-Authenticate: Basic realm=\"r\"\r\n",
	    .layer = "HTTP", .why = "the ACS answers 407" },
	{ .name = "408", .at = AT_INFORM, .status = "408 Request Timeout",
	    .layer = "HTTP", .why = "the ACS answers 408 Request Timeout" },
	{ .name = "411", .at = AT_INFORM, .status = "411 Length Required",
	    .layer = "HTTP", .why = "the ACS answers 411 Length Required" },
	{ .name = "413", .at = AT_INFORM, .status = "413 Content Too Large",
	    .layer = "HTTP", .why = "the ACS answers 413 Content Too Large" },
	{ .name = "415", .at = AT_INFORM, .status = "415 Unsupported Media Type",
	    .layer = "HTTP", .why = "the ACS answers 415 Unsupported Media Type" },
	{ .name = "426", .at = AT_INFORM, .status = "426 Upgrade Required",
	    .layer = "HTTP", .why = "the ACS answers 426" },
	{ .name = "429", .at = AT_INFORM, .status = "429 Too Many Requests",
	    .layer = "HTTP", .why = "the ACS answers 429" },
	{ .name = "500", .at = AT_EACH, .status = "500 Internal Server Error",
	    .layer = "HTTP", .why = "the ACS answers 500 Internal Server Error" },
	{ .name = "501", .at = AT_INFORM, .status = "501 Not Implemented",
	    .layer = "HTTP", .why = "the ACS answers 501 Not Implemented" },
	{ .name = "502", .at = AT_INFORM, .status = "502 Bad Gateway",
	    .layer = "HTTP", .why = "the ACS answers 502" },
	{ .name = "503", .at = AT_EACH, .status = "503 Service Unavailable",
	    .headers = "Retry-After: 999999\r\n",
	    .layer = "HTTP", .why = "the ACS answers 503 Service Unavailable" },
	{ .name = "505", .at = AT_INFORM, .status = "505 HTTP Version Not Supported",
	    .layer = "HTTP", .why = "the ACS answers 505 HTTP Version Not Supported" },
	{ .name = "599", .at = AT_INFORM, .status = "599 What",
	    .layer = "HTTP", .why = "the ACS answers 599" },
	{ .name = "101", .at = AT_INFORM,
	    .raw = STR("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
	    .layer = "HTTP", .why = "does not answer the request for" },

	/* ---- redirects ---- */
	{ .name = "a redirect to itself, for ever", .at = AT_EACH, .status = "302 Found",
	    .headers = "Location: /cwmp\r\n", .is_again = true,
	    .layer = "HTTP", .why = "more than 5 redirects in a row" },
	{ .name = "a redirect to the next host, for ever", .at = AT_INFORM,
	    .status = "307 Temporary Redirect",
	    .headers = "Location: http://127.0.0.9:7547/cwmp\r\n", .is_again = true,
	    .layer = "HTTP", .why = "more than 5 redirects in a row" },
	{ .name = "a redirect without a Location", .at = AT_EACH, .status = "302 Found",
	    .layer = "HTTP", .why = "302 without a Location" },
	{ .name = "a redirect to nowhere", .at = AT_INFORM, .status = "302 Found",
	    .headers = "Location: http://127.0.0.1:1/\r\n",
	    .layer = "TCP", .why = "Connection refused" },
	{ .name = "a redirect to ftp", .at = AT_INFORM, .status = "302 Found",
	    .headers = "Location: ftp://127.0.0.1/\r\n",
	    .layer = "HTTP",
	    .why = "302 to a URL that cannot be used: \"ftp\" is neither http nor https" },
	{ .name = "a redirect to no URL", .at = AT_INFORM, .status = "302 Found",
	    .headers = "Location: http://:x/\r\n",
	    .layer = "HTTP",
	    .why = "302 to a URL that cannot be used: the URL has no host, or a very long one" },
	{ .name = "a redirect to a URL of 4,000 bytes", .at = AT_INFORM, .write = write_long_location,
	    .layer = "HTTP",
	    .why = "302 to a URL that cannot be used: the redirect is too long" },

	/* ---- authentication ---- */
	{ .name = "401 without a challenge", .at = AT_EACH, .status = "401 Unauthorized",
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 for ever", .at = AT_EACH, .is_again = true,
	    .raw = STR(CHALLENGE("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")),
	    .layer = "HTTP", .why = "401: the ACS refuses the credentials of \"cpe\"" },
	{ .name = "401 stale for ever", .at = AT_EACH, .is_again = true,
	    .raw = STR(CHALLENGE("Digest realm=\"r\", nonce=\"n\", stale=true, "
				 "qop=\"auth\"")),
	    .layer = "HTTP", .why = "401: the ACS refuses the credentials of \"cpe\"" },
	{ .name = "401 with an unknown scheme", .at = AT_INFORM,
	    .raw = STR(CHALLENGE("Negotiate")),
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 with Basic over http", .at = AT_INFORM, .is_again = true,
	    .raw = STR(CHALLENGE("Basic realm=\"r\"")),
	    .layer = "HTTP", .why = "401" },
	{ .name = "401 with auth-int alone", .at = AT_INFORM,
	    .raw = STR(CHALLENGE("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"")),
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 with an unknown algorithm", .at = AT_INFORM,
	    .raw = STR(CHALLENGE("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1, "
				 "qop=\"auth\"")),
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 without a nonce", .at = AT_INFORM,
	    .raw = STR(CHALLENGE("Digest realm=\"r\", qop=\"auth\"")),
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 with an open quote", .at = AT_INFORM,
	    .raw = STR(CHALLENGE("Digest realm=\"r, nonce=n")),
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },
	{ .name = "401 with a challenge of 8 kB", .at = AT_INFORM, .write = write_long_challenge,
	    .layer = "HTTP", .why = "401 without a challenge that can be answered" },

	/* ---- cookies ---- */
	{ .name = "a cookie of 100 kB", .at = AT_EACH, .write = write_long_cookie,
	    .layer = "HTTP", .why = "a head over 32768 bytes" },
	{ .name = "500 cookies", .at = AT_INFORM, .write = write_many_cookies,
	    .layer = "HTTP", .why = "more than 64 headers" },

	/* ---- bodies ---- */
	{ .name = "no body", .at = AT_INFORM, .status = "200 OK",
	    .layer = "CWMP", .why = "an empty response answers the Inform" },
	{ .name = "204", .at = AT_INFORM, .raw = STR("HTTP/1.1 204 No Content\r\n\r\n"),
	    .layer = "CWMP", .why = "an empty response answers the Inform" },
	{ .name = "HTML", .at = AT_EACH, .body = "<html><head><title>Welcome</title></head></html>",
	    .layer = "SOAP", .why = "the root element is \"html\", no SOAP envelope" },
	{ .name = "text", .at = AT_EACH, .body = "It works!",
	    .layer = "SOAP", .why = "Start tag expected" },
	{ .name = "JSON", .at = AT_INFORM, .body = "{\"ok\": true}",
	    .layer = "SOAP", .why = "Start tag expected" },
	{ .name = "gzip", .at = AT_INFORM, .headers = "Content-Encoding: gzip\r\n",
	    .body = "\x1f\x8b\x08",
	    .layer = "SOAP", .why = "Start tag expected" },
	{ .name = "XML that stops", .at = AT_EACH, .body = "<e:Envelope xmlns:e=\"" SOAP "\"><e:Bo",
	    .layer = "SOAP", .why = "Couldn't find end of Start Tag e:Bo" },
	{ .name = "XML that is not well-formed", .at = AT_EACH,
	    .body = "<e:Envelope xmlns:e=\"" SOAP "\"><e:Body></e:Envelope>",
	    .layer = "SOAP", .why = "Opening and ending tag mismatch" },
	{ .name = "UTF-8 that is none", .at = AT_INFORM,
	    .body = "<e:Envelope xmlns:e=\"" SOAP "\">\xff\xfe</e:Envelope>",
	    .layer = "SOAP", .why = "the envelope has no Body" },
	{ .name = "half of UTF-16", .at = AT_INFORM, .body = "\xff\xfe<",
	    .layer = "SOAP", .why = "bytes that are no UTF-16LE at byte 2" },
	{ .name = "an unknown encoding", .at = AT_INFORM,
	    .body = "<?xml version=\"1.0\" encoding=\"EBCDIC-XX\"?><a/>",
	    .layer = "SOAP", .why = "Unsupported encoding EBCDIC-XX" },
	{ .name = "an external entity", .at = AT_INFORM,
	    .body = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
	    .layer = "SOAP", .why = "a document type declaration" },
	{ .name = "entities of entities", .at = AT_INFORM, .write_body = write_entities,
	    .layer = "SOAP", .why = "a document type declaration" },
	{ .name = "300,000 attributes in a tag", .at = AT_EACH, .write_body = write_attributes,
	    .layer = "SOAP", .why = "more than 96 attributes in one tag" },
	{ .name = "300,000 namespaces in a tag", .at = AT_EACH, .write_body = write_namespaces,
	    .layer = "SOAP", .why = "more than 96 attributes in one tag" },
	{ .name = "elements 100,000 deep", .at = AT_INFORM, .write_body = write_depth,
	    .layer = "SOAP", .why = "more than 64 levels" },
	{ .name = "a name of 3 MB", .at = AT_INFORM, .write_body = write_long_name,
	    .layer = "SOAP", .why = "a tag of more than 65536 bytes" },
	{ .name = "text of 4 MB", .at = AT_INFORM, .write_body = write_long_text,
	    .layer = "SOAP", .why = "the SOAP Body is empty" },

	/* ---- SOAP ---- */
	{ .name = "no envelope", .at = AT_EACH, .body = "<a/>",
	    .layer = "SOAP", .why = "the root element is \"a\", no SOAP envelope" },
	{ .name = "an envelope of no namespace", .at = AT_INFORM,
	    .body = "<Envelope><Body/></Envelope>",
	    .layer = "SOAP", .why = "the SOAP Body is empty" },
	{ .name = "an envelope of SOAP 1.2", .at = AT_EACH,
	    .body = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\">"
		    "<e:Body/></e:Envelope>",
	    .layer = "SOAP", .why = "the SOAP Body is empty" },
	{ .name = "no Body", .at = AT_EACH, .body = "<e:Envelope xmlns:e=\"" SOAP "\"></e:Envelope>",
	    .layer = "SOAP", .why = "the envelope has no Body" },
	{ .name = "an empty Body", .at = AT_EACH, .body = ENVELOPE("1", ""),
	    .layer = "SOAP", .why = "the SOAP Body is empty" },
	{ .name = "two messages in a Body", .at = AT_INFORM,
	    .body = ENVELOPE("1", "<cwmp:InformResponse/><cwmp:InformResponse/>") },
	{ .name = "a message of another namespace", .at = AT_INFORM,
	    .body = ENVELOPE("1", "<x:InformResponse xmlns:x=\"urn:x\"/>") },
	{ .name = "a header that must be understood", .at = AT_INFORM,
	    .body = "<e:Envelope xmlns:e=\"" SOAP "\"><e:Header><x:y xmlns:x=\"urn:x\" "
		    "e:mustUnderstand=\"1\">1</x:y></e:Header><e:Body/></e:Envelope>",
	    .layer = "SOAP", .why = "the SOAP Body is empty" },
	{ .name = "a fault without a detail", .at = AT_EACH,
	    .body = ENVELOPE("1", "<soap:Fault><faultcode>Server</faultcode>"
				  "<faultstring>no</faultstring></soap:Fault>"),
	    .layer = "CWMP", .why = "fault 0" },

	/* ---- CWMP ---- */
	{ .name = "another ID", .at = AT_INFORM, .body = INFORM_RESPONSE("other") },
	{ .name = "no MaxEnvelopes", .at = AT_INFORM, .body = ENVELOPE("1", "<cwmp:InformResponse/>") },
	{ .name = "MaxEnvelopes that is no number", .at = AT_INFORM,
	    .body = ENVELOPE("1", "<cwmp:InformResponse><MaxEnvelopes>many"
				  "</MaxEnvelopes></cwmp:InformResponse>") },
	{ .name = "the answer to something else", .at = AT_EACH,
	    .body = ENVELOPE("1", "<cwmp:TransferCompleteResponse/>"),
	    .layer = "CWMP", .why = "TransferCompleteResponse answers" },
	{ .name = "a request instead of an answer", .at = AT_INFORM,
	    .body = ENVELOPE("1", "<cwmp:GetRPCMethods/>"),
	    .layer = "CWMP",
	    .why = "the ACS asks GetRPCMethods before it has answered the Inform" },
	{ .name = "an Inform", .at = AT_INFORM, .body = INFORM("S1", "0"),
	    .layer = "CWMP", .why = "the ACS asks Inform before it has answered" },
	{ .name = "an Inform", .at = AT_EMPTY | AT_ANSWER, .body = INFORM("S1", "0") },
	{ .name = "a second InformResponse", .at = AT_EMPTY | AT_ANSWER, .body = INFORM_RESPONSE("1"),
	    .layer = "CWMP", .why = "InformResponse answers nothing that was asked" },
	{ .name = "fault 8005 for ever", .at = AT_INFORM, .is_again = true,
	    .body = ENVELOPE("1", "<soap:Fault><faultcode>Server</faultcode><faultstring>"
				  "CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>"
				  "8005</FaultCode><FaultString>again</FaultString>"
				  "</cwmp:Fault></detail></soap:Fault>"),
	    .layer = "CWMP", .why = "the Inform is refused: fault 8005 again" },
	{ .name = "fault 8001", .at = AT_EACH,
	    .body = ENVELOPE("1", "<soap:Fault><faultcode>Server</faultcode><faultstring>"
				  "CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>"
				  "8001</FaultCode><FaultString>no</FaultString>"
				  "</cwmp:Fault></detail></soap:Fault>"),
	    .layer = "CWMP", .why = "fault 8001 no" },
	{ .name = "an RPC that nobody knows", .at = AT_EMPTY | AT_ANSWER,
	    .body = ENVELOPE("9", "<cwmp:Frobnicate/>") },
	{ .name = "an RPC without its arguments", .at = AT_EMPTY | AT_ANSWER,
	    .body = ENVELOPE("9", "<cwmp:SetParameterValues/>") },
	{ .name = "a Download", .at = AT_EMPTY | AT_ANSWER,
	    .body = ENVELOPE("9", "<cwmp:Download/>") },
	{ .name = "50,000 names that are not there", .at = AT_EMPTY, .write_body = write_many_names },
	{ .name = "the whole model 5,000 times", .at = AT_EMPTY, .write_body = write_same_names },
	{ .name = "10,000 values that are not there", .at = AT_EMPTY, .write_body = write_many_values },
	{ .name = "a value of 10 MB", .at = AT_EMPTY, .write_body = write_long_value },

	/* ---- TLS ---- */
	{ .name = "FIN", .at = AT_TLS, .end = END_FIN,
	    .layer = "TLS", .why = "the other end hung up in the middle of TLS" },
	{ .name = "RST", .at = AT_TLS, .end = END_RST,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "silence", .at = AT_TLS,
	    .layer = "TLS", .why = "does not answer the TLS handshake for" },
	{ .name = "garbage", .at = AT_TLS, .raw = STR("\x80\x01\xff\xfe garbage\r\n\r\n"),
	    .layer = "TLS", .why = "the other end does not speak TLS" },
	{ .name = "HTTP", .at = AT_TLS, .raw = STR("HTTP/1.1 400 Bad Request\r\n\r\n"),
	    .layer = "TLS", .why = "the other end does not speak TLS" },
	{ .name = "alert handshake_failure", .at = AT_TLS,
	    .raw = STR("\x15\x03\x03\0\x02\x02\x28"),
	    .layer = "TLS", .why = "sslv3 alert handshake failure" },
	{ .name = "alert internal_error", .at = AT_TLS,
	    .raw = STR("\x15\x03\x03\0\x02\x02\x50"),
	    .layer = "TLS", .why = "tlsv1 alert internal error" },
	{ .name = "alert unrecognized_name", .at = AT_TLS,
	    .raw = STR("\x15\x03\x03\0\x02\x02\x70"),
	    .layer = "TLS", .why = "tlsv1 unrecognized name" },
	{ .name = "warnings without end", .at = AT_TLS, .pour = STR("\x15\x03\x03\0\x02\x01\x5a"),
	    .layer = "TLS", .why = "too many warn alerts" },
	{ .name = "a hello without end", .at = AT_TLS,
	    .raw = STR("\x16\x03\x03\x40\0\x02\0\xff\xff"),
	    .drip = STR(" "),
	    .layer = "TLS", .why = "does not answer the TLS handshake for" },
	{ .name = "TLS 1.1", .at = AT_TLS, .tls = TLS_OLD,
	    .layer = "TLS", .why = "the two ends have no TLS version in common" },
	{ .name = "a certificate of another name", .at = AT_TLS, .tls = TLS_DONE,
	    .certificate = CERTIFICATE_OTHER_NAME,
	    .layer = "TLS",
	    .why = "the certificate is for other.lab, 192.0.2.1, not 127.0.0.1" },
	{ .name = "a certificate that has expired", .at = AT_TLS, .tls = TLS_DONE,
	    .certificate = CERTIFICATE_EXPIRED,
	    .layer = "TLS", .why = "the certificate expired on" },
	{ .name = "a certificate of an unknown CA", .at = AT_TLS, .tls = TLS_DONE,
	    .certificate = CERTIFICATE_UNKNOWN,
	    .layer = "TLS",
	    .why = "the certificate is signed by \"unknown CA\", which is not trusted" },
	{ .name = "FIN without close_notify inside the body", .at = AT_TLS, .tls = TLS_DONE,
	    .raw = STR(OK_HEAD "\r\n<Envelope"), .end = END_FIN,
	    .layer = "SOAP", .why = "Couldn't find end of Start Tag Envelope" },
	{ .name = "RST inside the body", .at = AT_TLS, .tls = TLS_DONE,
	    .raw = STR(OK_HEAD "Content-Length: 1000\r\n\r\n<Envelope"), .end = END_RST,
	    .layer = "TCP", .why = "Connection reset by peer" },
	{ .name = "a record that cannot be read", .at = AT_TLS, .tls = TLS_UNDER,
	    .raw = STR("\x17\x03\x03\0\x20"
		       "0123456789abcdef0123456789abcdef"),
	    .layer = "TLS", .why = "decryption failed or bad record mac" },
	{ .name = "a plain alert", .at = AT_TLS, .tls = TLS_UNDER,
	    .raw = STR("\x15\x03\x03\0\x02\x02\x14"),
	    .layer = "TLS", .why = "bad record type" },
	{ .name = "500", .at = AT_TLS, .tls = TLS_DONE, .status = "500 Internal Server Error",
	    .layer = "HTTP", .why = "the ACS answers 500 Internal Server Error" },
	{ .name = "a redirect to http", .at = AT_TLS, .tls = TLS_DONE, .status = "302 Found",
	    .headers = "Location: http://127.0.0.1:7547/cwmp\r\n",
	    .layer = "HTTP", .why = "302 from https to http is not followed" },
};
/* clang-format on */

const size_t n_wrong_answers = ARRAY_LEN(wrong_answers);
