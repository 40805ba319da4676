/* What ACSs do wrong: what was seen of programs in the field, and what breaks a CPE's session
 * at each of its steps (`misbehave` of an ACS). */
#include "lib/quirk/quirk.h"

/* The first name is for files that were written when there was one name alone. */
// clang-format off
const struct quirk quirks_of_acs[] = {
	{ .name = "none", .wire = "nothing is wrong", .rule = NULL },
	/* each request */
	{ .name = "500", .conduct = QUIRK_ANSWERS_500,
	  .wire = "status 500 for each request", .rule = "HTTP-15" },
	{ .name = "garbage", .conduct = QUIRK_ANSWERS_GARBAGE,
	  .wire = "status 200 with what is no XML for each request", .rule = "SOAP-01" },
	{ .name = "half-body", .conduct = QUIRK_ANSWERS_HALF,
	  .wire = "a body that breaks off, with its connection, for each request",
	  .rule = "HTTP-09" },
	{ .name = "silent", .conduct = QUIRK_ANSWERS_NOTHING,
	  .wire = "no answer to any request", .rule = NULL },
	{ .name = "refuse", .conduct = QUIRK_REFUSES,
	  .wire = "nobody listens at the ACS's port", .rule = NULL },
	/* sessions */
	{ .name = "asks-first", .conduct = QUIRK_ASKS_FIRST,
	  .wire = "its first request in the place of InformResponse", .rule = "SES-10" },
	{ .name = "asks-once", .conduct = QUIRK_ASKS_ONCE,
	  .wire = "204 after the first answer to a request, whatever is left to ask",
	  .rule = NULL },
	{ .name = "fails-at-faults", .conduct = QUIRK_FAILS_AT_FAULTS,
	  .wire = "status 400, and the end of the session, for each fault of the CPE",
	  .rule = "SES-17" },
	{ .name = "closes", .conduct = QUIRK_CLOSES,
	  .wire = "the connection closed after each answer", .rule = NULL },
	/* faults */
	{ .name = "denies-informs", .fault = 8001, .refuses = QUIRK_ON_INFORM,
	  .wire = "fault 8001 for each Inform", .rule = NULL },
	{ .name = "denies-requests", .fault = 8001, .refuses = QUIRK_ON_REQUEST,
	  .wire = "fault 8001 for each request of the CPE but Inform", .rule = NULL },
	{ .name = "cpe-faults", .fault = 9002, .refuses = QUIRK_ON_REQUEST,
	  .wire = "fault 9002, which is for CPEs, for each request of the CPE but Inform",
	  .rule = "SOAP-18" },
	{ .name = "fault-500", .fault = 8002, .refuses = QUIRK_ON_REQUEST,
	  .on = QUIRK_ON_FAULT,
	  .wire = "status 500 with fault 8002 for each request of the CPE but Inform",
	  .rule = "HTTP-07",
	  .head = { { " 200 OK\r\n", NULL, " 500 Internal Server Error\r\n" } } },
	/* envelopes */
	{ .name = "no-id", .on = QUIRK_ON_INFORM | QUIRK_ON_RESPONSE,
	  .wire = "responses without cwmp:ID", .rule = "SOAP-09",
	  .body = { { "<cwmp:ID soap-env:mustUnderstand=\"1\">", "</cwmp:ID>", "" } } },
	{ .name = "wrong-id", .on = QUIRK_ON_INFORM | QUIRK_ON_RESPONSE,
	  .wire = "the cwmp:ID \"null\" in responses", .rule = "SOAP-09",
	  .body = { { "<cwmp:ID soap-env:mustUnderstand=\"1\">", "</cwmp:ID>",
		      "<cwmp:ID soap-env:mustUnderstand=\"1\">null</cwmp:ID>" } } },
	{ .name = "no-more-requests", .on = QUIRK_ON_ENVELOPE,
	  .wire = "NoMoreRequests in each Header", .rule = "SOAP-13",
	  .body = { { "</soap-env:Header>", NULL,
		      "<cwmp:NoMoreRequests soap-env:mustUnderstand=\"1\">0"
		      "</cwmp:NoMoreRequests></soap-env:Header>" } } },
	{ .name = "unasked-version", .on = QUIRK_ON_INFORM,
	  .wire = "UseCWMPVersion where the CPE offered no versions", .rule = "SOAP-12",
	  .body = { { "</soap-env:Header>", NULL,
		      "<cwmp:UseCWMPVersion soap-env:mustUnderstand=\"1\">1.2"
		      "</cwmp:UseCWMPVersion></soap-env:Header>" } } },
	{ .name = "max-envelopes", .on = QUIRK_ON_INFORM,
	  .wire = "MaxEnvelopes 2", .rule = "SES-03",
	  .body = { { "<MaxEnvelopes>", "</MaxEnvelopes>", "<MaxEnvelopes>2</MaxEnvelopes>" } } },
	{ .name = "no-max-envelopes", .on = QUIRK_ON_INFORM,
	  .wire = "InformResponse without MaxEnvelopes", .rule = "SOAP-19",
	  .body = { { "<MaxEnvelopes>", "</MaxEnvelopes>", "" } } },
	{ .name = "autonomous-response", .on = QUIRK_ON_RESPONSE,
	  .wire = "AutonomousTransferCompleteResponse for TransferComplete", .rule = "RPC-13",
	  .body = { { "cwmp:TransferCompleteResponse>", NULL,
		      "cwmp:AutonomousTransferCompleteResponse>" } } },
	{ .name = "string-values", .on = QUIRK_ON_REQUEST,
	  .wire = "xsi:type \"xsd:string\" for each Value of SetParameterValues", .rule = NULL,
	  .body = { { "<Value xsi:type=\"", "\"", "<Value xsi:type=\"xsd:string\"" } } },
	{ .name = "no-xsi-type", .on = QUIRK_ON_REQUEST,
	  .wire = "Value without xsi:type", .rule = "SOAP-07",
	  .body = { { "<Value xsi:type=\"", "\"", "<Value" } } },
	{ .name = "wrong-array-count", .on = QUIRK_ON_REQUEST,
	  .wire = "lists that say that they have no members", .rule = "SOAP-06",
	  .body = { { "Struct[", "]\">", "Struct[0]\">" },
		    { "\"xsd:string[", "]\">", "\"xsd:string[0]\">" } } },
	{ .name = "qualified", .on = QUIRK_ON_REQUEST,
	  .wire = "ParameterNames and its like in the namespace of CWMP", .rule = "SOAP-05",
	  .body = { { "<ParameterNames", NULL, "<cwmp:ParameterNames" },
		    { "</ParameterNames>", NULL, "</cwmp:ParameterNames>" },
		    { "<ParameterList", NULL, "<cwmp:ParameterList" },
		    { "</ParameterList>", NULL, "</cwmp:ParameterList>" } } },
	{ .name = "odd-must-understand", .on = QUIRK_ON_ENVELOPE,
	  .wire = "mustUnderstand of the namespace of SOAP's encoding", .rule = "SOAP-08",
	  .body = { { " soap-env:mustUnderstand=\"", NULL, " soap-enc:mustUnderstand=\"" } } },
	{ .name = "unbound-prefix", .on = QUIRK_ON_ENVELOPE,
	  .wire = "encodingStyle on Body with a prefix that nothing declares",
	  .rule = "SOAP-01",
	  .body = { { "<soap-env:Body>", NULL,
		      "<soap-env:Body soap:encodingStyle="
		      "\"http://schemas.xmlsoap.org/soap/encoding/\">" } } },
	{ .name = "wrong-namespace", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the namespace urn:dslforum-org:cwmp-1-4, which there is not",
	  .rule = "SOAP-03",
	  .body = { { "\"urn:dslforum-org:cwmp-1-", "\"", "\"urn:dslforum-org:cwmp-1-4\"" } } },
	{ .name = "other-prefixes", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the prefix s: of SOAP's envelope in the place of soap-env:", .rule = NULL,
	  .body = { { "<soap-env:", NULL, "<s:" }, { "</soap-env:", NULL, "</s:" },
		    { " xmlns:soap-env=", NULL, " xmlns:s=" },
		    { " soap-env:mustUnderstand=\"", NULL, " s:mustUnderstand=\"" } } },
	/* heads */
	{ .name = "http-1.0", .on = QUIRK_ON_ALL, .conduct = QUIRK_CLOSES,
	  .wire = "HTTP/1.0, and so a connection for each POST", .rule = "HTTP-02",
	  .head = { { "HTTP/1.1 ", NULL, "HTTP/1.0 " } } },
	{ .name = "plain-text", .on = QUIRK_ON_ENVELOPE,
	  .wire = "Content-Type text/plain", .rule = "HTTP-04",
	  .head = { { "Content-Type: ", "\r\n", "Content-Type: text/plain\r\n" } } },
	{ .name = "status-202", .on = QUIRK_ON_ENVELOPE,
	  .wire = "status 202 with envelopes", .rule = "HTTP-07",
	  .head = { { " 200 OK\r\n", NULL, " 202 Accepted\r\n" } } },
	{ .name = "empty-200", .on = QUIRK_ON_EMPTY,
	  .wire = "status 200 and length 0 in the place of 204", .rule = NULL,
	  .head = { { " 204 No Content\r\n", NULL, " 200 OK\r\nContent-Length: 0\r\n" } } },
	{ .name = "one-cookie", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the same cookie for every CPE", .rule = NULL,
	  .head = { { "Set-Cookie: session=", ";", "Set-Cookie: session=1;" } } },
	{ .name = "no-cookie", .on = QUIRK_ON_ENVELOPE,
	  .wire = "no cookie", .rule = NULL,
	  .head = { { "Set-Cookie: ", "\r\n", "" } } },
	{ NULL },
};
// clang-format on

static const char answer_500[] = "HTTP/1.1 500 Internal Server Error\r\n"
				 "Content-Length: 0\r\n"
				 "\r\n";
static const char answer_garbage[] = "HTTP/1.1 200 OK\r\n"
				     "Content-Type: text/xml; charset=utf-8\r\n"
				     "Content-Length: 31\r\n"
				     "\r\n"
				     "<Envelope><Body>this is not XML";
static const char answer_half[] = "HTTP/1.1 200 OK\r\n"
				  "Content-Type: text/xml; charset=utf-8\r\n"
				  "Content-Length: 1000\r\n"
				  "\r\n"
				  "<soap-env:Envelope xmlns:soap-env=\"http://sche";

void quirk_answer(unsigned conduct, struct buf *out, bool *ret_is_cut)
{
	*ret_is_cut = false;
	if (conduct & QUIRK_ANSWERS_NOTHING)
		return;
	if (conduct & QUIRK_ANSWERS_500) {
		buf_append_text(out, answer_500);
	} else if (conduct & QUIRK_ANSWERS_GARBAGE) {
		buf_append_text(out, answer_garbage);
	} else if (conduct & QUIRK_ANSWERS_HALF) {
		buf_append_text(out, answer_half);
		*ret_is_cut = true;
	}
}
