/* The quirks of CPEs: what was seen of devices in the field (`quirks` of a device model). */
#include "lib/quirk/quirk.h"

/* ---- messages ----------------------------------------------------------------------- */

static bool is_inform(const struct cwmp_msg *msg)
{
	return msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM;
}

static void lower_oui(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct str *oui = &msg->inform.device.oui;
	char *text;

	(void)asked;
	if (!is_inform(msg))
		return;
	text = arena_strdup(arena, *oui);
	for (size_t i = 0; text && i < oui->len; i++) {
		if (text[i] >= 'A' && text[i] <= 'F')
			text[i] = (char)(text[i] - 'A' + 'a');
	}
	if (text)
		oui->p = text;
}

/* "7 TRANSFER COMPLETE", "10 AUTONOMOUS TRANSFER COMPLETE" and the M codes of transfers. */
static bool is_of_transfer(struct str code)
{
	enum cwmp_method by = cwmp_event_delivered_by(cwmp_event_of(code));

	return by == CWMP_TRANSFER_COMPLETE || by == CWMP_AUTONOMOUS_TRANSFER_COMPLETE;
}

static void drop_transfer_events(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct cwmp_inform *inform = &msg->inform;
	size_t kept = 0;

	(void)asked;
	(void)arena;
	for (size_t i = 0; is_inform(msg) && i < inform->n_events; i++) {
		if (!is_of_transfer(inform->events[i].code))
			inform->events[kept++] = inform->events[i];
	}
	if (is_inform(msg))
		inform->n_events = kept;
}

static void doubled_event(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct cwmp_inform *inform = &msg->inform;
	struct cwmp_event *events;

	(void)asked;
	if (!is_inform(msg) || inform->n_events == 0)
		return;
	events = arena_alloc(arena, (inform->n_events + 1) * sizeof(*events));
	if (!events)
		return;
	memcpy(events, inform->events, inform->n_events * sizeof(*events));
	events[inform->n_events] = events[0];
	inform->events = events;
	inform->n_events++;
}

static bool has_bootstrap(const struct cwmp_inform *inform)
{
	for (size_t i = 0; i < inform->n_events; i++) {
		if (cwmp_event_of(inform->events[i].code) == CWMP_EVENT_BOOTSTRAP)
			return true;
	}
	return false;
}

static void repeat_bootstrap(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct cwmp_inform *inform = &msg->inform;
	struct cwmp_event *events;

	(void)asked;
	if (!is_inform(msg) || has_bootstrap(inform))
		return;
	events = arena_alloc(arena, (inform->n_events + 1) * sizeof(*events));
	if (!events)
		return;
	events[0] = (struct cwmp_event){ STR("0 BOOTSTRAP"), STR("") };
	for (size_t i = 0; i < inform->n_events; i++)
		events[i + 1] = inform->events[i];
	inform->events = events;
	inform->n_events++;
}

/* An Inform keeps one event. */
static void drop_bootstrap(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct cwmp_inform *inform = &msg->inform;
	size_t kept = 0;

	(void)asked;
	(void)arena;
	if (!is_inform(msg) || inform->n_events < 2)
		return;
	for (size_t i = 0; i < inform->n_events; i++) {
		if (cwmp_event_of(inform->events[i].code) != CWMP_EVENT_BOOTSTRAP)
			inform->events[kept++] = inform->events[i];
	}
	inform->n_events = kept;
}

static void forget_transfer(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)asked;
	(void)arena;
	if (msg->kind != CWMP_REQUEST || msg->method != CWMP_TRANSFER_COMPLETE)
		return;
	msg->args.command_key = STR("");
	msg->args.start_time = msg->args.complete_time = STR("0001-01-01T00:00:00Z");
}

/* ---- answers ------------------------------------------------------------------------ */

static bool is_asked(const struct cwmp_msg *asked, enum cwmp_method method)
{
	return asked && asked->method == method;
}

static void answer_with_fault(struct cwmp_msg *msg, uint32_t code)
{
	*msg = (struct cwmp_msg){ .kind = CWMP_FAULT, .header = msg->header };
	msg->fault.code = code;
	msg->fault.text = str_of(cwmp_fault_text(code));
}

static void skip_missing(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)arena;
	if (!is_asked(asked, CWMP_GET_PARAMETER_VALUES) || msg->kind != CWMP_FAULT ||
	    msg->fault.code != 9005)
		return;
	*msg = (struct cwmp_msg){ .kind = CWMP_RESPONSE,
		.method = asked->method,
		.header = msg->header };
}

static void refuse_empty_path(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)arena;
	if (is_asked(asked, CWMP_GET_PARAMETER_NAMES) && asked->args.path.len == 0)
		answer_with_fault(msg, 9005);
}

static void hide_root(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)arena;
	if (is_asked(asked, CWMP_GET_PARAMETER_NAMES) && asked->args.path.len == 0 &&
	    msg->kind == CWMP_RESPONSE)
		msg->args.n_infos = 0;
}

static void refuse_methods(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)arena;
	if (is_asked(asked, CWMP_GET_RPC_METHODS))
		answer_with_fault(msg, 9000);
}

static void drop_param_faults(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)asked;
	(void)arena;
	if (msg->kind == CWMP_FAULT)
		msg->fault.n_params = 0;
}

static struct str value_asked(const struct cwmp_msg *asked, struct str name)
{
	for (size_t i = 0; i < asked->args.params.len; i++) {
		if (str_eq(asked->args.params.items[i].name, name))
			return asked->args.params.items[i].value;
	}
	return STR_NULL;
}

static void quote_values(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	struct cwmp_fault *fault = &msg->fault;

	if (!is_asked(asked, CWMP_SET_PARAMETER_VALUES) || msg->kind != CWMP_FAULT)
		return;
	for (size_t i = 0; i < fault->n_params; i++) {
		struct str value = value_asked(asked, fault->params[i].name);
		auto_buf text = BUF_NULL;

		buf_printf(&text, "%.*s: \"%.*s\"", STR_ARG(fault->params[i].text),
		    STR_ARG(value));
		fault->params[i].text = arena_str(arena, buf_str(&text));
	}
}

static void vendor_faults(const struct cwmp_msg *asked, struct cwmp_msg *msg,
    struct arena *arena)
{
	(void)asked;
	(void)arena;
	if (msg->kind != CWMP_FAULT)
		return;
	msg->fault.code = 9809;
	msg->fault.text = STR("Timed out");
	msg->fault.n_params = 0;
}

/* ---- bytes -------------------------------------------------------------------------- */

/* Characters that ISO 8859-1 has become its bytes; others stay as they are. */
static size_t to_latin1(uint8_t *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if ((bytes[i] == 0xc2 || bytes[i] == 0xc3) && i + 1 < len) {
			bytes[n++] = (uint8_t)(bytes[i] << 6 | (bytes[i + 1] & 0x3f));
			i++;
		} else {
			bytes[n++] = bytes[i];
		}
	}
	return n;
}

/* Names of headers, behind the first line. */
static size_t to_lower(uint8_t *bytes, size_t len)
{
	bool is_name = false, is_first = true;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			is_first = false;
			is_name = true;
		} else if (bytes[i] == ':') {
			is_name = false;
		} else if (is_name && !is_first && bytes[i] >= 'A' && bytes[i] <= 'Z') {
			bytes[i] = (uint8_t)(bytes[i] - 'A' + 'a');
		}
	}
	return len;
}

/* ---- table -------------------------------------------------------------------------- */

/* In the order in which they change a message: those that look for what another one
 * changes stand before it. */
// clang-format off
const struct quirk quirks_of_cpe[] = {
	/* sessions */
	{ .name = "connection-per-post", .conduct = QUIRK_CONNECTION_PER_POST,
	  .wire = "a TCP connection for each POST", .rule = "TCP-02" },
	{ .name = "duplicate-inform", .conduct = QUIRK_DUPLICATE_INFORM,
	  .wire = "the Inform once more, after its InformResponse", .rule = "SES-02" },
	{ .name = "empty-post-first", .conduct = QUIRK_EMPTY_POST_FIRST,
	  .wire = "an empty POST before the Inform, which asks for a challenge",
	  .rule = NULL },
	{ .name = "early-empty-post", .conduct = QUIRK_EARLY_EMPTY_POST,
	  .wire = "the empty POST before what the CPE has yet to tell", .rule = "SES-04" },
	{ .name = "no-back-off", .conduct = QUIRK_NO_BACK_OFF,
	  .wire = "the shortest wait (CWMPRetryMinimumWaitInterval) before each retry",
	  .rule = "RTY-01" },
	{ .name = "opens-at-401", .conduct = QUIRK_OPENS_AT_401,
	  .wire = "a new TCP connection for the POST that answers a 401", .rule = "TCP-02" },
	{ .name = "keeps-cookies", .conduct = QUIRK_KEEPS_COOKIES,
	  .wire = "the cookies of the session before with the next Inform", .rule = "HTTP-12" },
	{ .name = "same-nonce-count", .conduct = QUIRK_SAME_COUNT,
	  .wire = "nc=00000001 in each digest, however often its nonce was used",
	  .rule = "AUTH-03" },
	/* messages */
	{ .name = "lower-case-oui", .message = lower_oui,
	  .wire = "the OUI of DeviceId in lower case", .rule = "INF-01" },
	{ .name = "doubled-event", .message = doubled_event,
	  .wire = "the first event twice in an Inform", .rule = "INF-04" },
	{ .name = "repeats-bootstrap", .message = repeat_bootstrap,
	  .wire = "0 BOOTSTRAP in each Inform", .rule = "EVT-02" },
	{ .name = "no-bootstrap", .message = drop_bootstrap,
	  .wire = "no 0 BOOTSTRAP where an Inform has another event", .rule = "URL-03" },
	{ .name = "forgets-transfers", .message = forget_transfer,
	  .wire = "TransferComplete without CommandKey, with times that nobody knows",
	  .rule = "RPC-10" },
	{ .name = "no-transfer-events", .message = drop_transfer_events,
	  .wire = "TransferComplete in a session whose Inform has no event of it",
	  .rule = "EVT-11" },
	{ .name = "skips-missing", .message = skip_missing,
	  .wire = "names that do not exist left out of GetParameterValuesResponse, instead "
		  "of fault 9005", .rule = "RPC-04" },
	{ .name = "no-empty-path", .message = refuse_empty_path,
	  .wire = "fault 9005 for GetParameterNames of the empty path", .rule = "RPC-03" },
	{ .name = "empty-root", .message = hide_root,
	  .wire = "no names in GetParameterNamesResponse to the empty path", .rule = "RPC-03" },
	{ .name = "no-methods", .message = refuse_methods,
	  .wire = "fault 9000 for GetRPCMethods", .rule = "RPC-01" },
	{ .name = "no-parameter-faults", .message = drop_param_faults,
	  .wire = "fault 9003 for SetParameterValues without SetParameterValuesFault",
	  .rule = "RPC-05" },
	{ .name = "quotes-values", .message = quote_values,
	  .wire = "the value that was refused in the FaultString of its parameter, a password, too",
	  .rule = NULL },
	{ .name = "vendor-faults", .message = vendor_faults,
	  .wire = "fault 9809 in the place of each fault", .rule = NULL },
	/* envelopes */
	{ .name = "no-header", .on = QUIRK_ON_ENVELOPE,
	  .wire = "envelopes without Header, and so without cwmp:ID", .rule = "SOAP-09",
	  .body = { { "<soap-env:Header>", "</soap-env:Header>", "" } } },
	{ .name = "empty-id", .on = QUIRK_ON_ENVELOPE,
	  .wire = "cwmp:ID without a text", .rule = "SOAP-09",
	  .body = { { "<cwmp:ID soap-env:mustUnderstand=\"1\">", "</cwmp:ID>",
		      "<cwmp:ID soap-env:mustUnderstand=\"1\"></cwmp:ID>" } } },
	{ .name = "wrong-id", .on = QUIRK_ON_RESPONSE | QUIRK_ON_FAULT,
	  .wire = "another cwmp:ID in what answers a request than the request has",
	  .rule = "SOAP-09",
	  .body = { { "<cwmp:ID soap-env:mustUnderstand=\"1\">", "</cwmp:ID>",
		      "<cwmp:ID soap-env:mustUnderstand=\"1\">another</cwmp:ID>" } } },
	{ .name = "no-more-requests", .on = QUIRK_ON_ENVELOPE,
	  .wire = "NoMoreRequests in each Header", .rule = "SOAP-13",
	  .body = { { "</soap-env:Header>", NULL,
		      "<cwmp:NoMoreRequests soap-env:mustUnderstand=\"1\">1"
		      "</cwmp:NoMoreRequests></soap-env:Header>" } } },
	{ .name = "hold-requests", .on = QUIRK_ON_ENVELOPE,
	  .wire = "HoldRequests in each Header, which is for ACSs", .rule = "SOAP-11",
	  .body = { { "</soap-env:Header>", NULL,
		      "<cwmp:HoldRequests soap-env:mustUnderstand=\"1\">0"
		      "</cwmp:HoldRequests></soap-env:Header>" } } },
	{ .name = "odd-must-understand", .on = QUIRK_ON_ENVELOPE,
	  .wire = "mustUnderstand of the namespace of SOAP's encoding", .rule = "SOAP-08",
	  .body = { { " soap-env:mustUnderstand=\"", NULL, " soap-enc:mustUnderstand=\"" } } },
	{ .name = "no-zone", .on = QUIRK_ON_INFORM,
	  .wire = "CurrentTime without a time zone", .rule = "INF-07",
	  .body = { { "Z</CurrentTime>", NULL, "</CurrentTime>" } } },
	{ .name = "null-parameter-key", .on = QUIRK_ON_INFORM,
	  .wire = "ParameterKey \"(null)\" where it is empty", .rule = "INF-12",
	  .body = { { "ParameterKey</Name><Value xsi:type=\"xsd:string\"></Value>", NULL,
		      "ParameterKey</Name><Value xsi:type=\"xsd:string\">(null)</Value>" } } },
	{ .name = "control-character", .on = QUIRK_ON_INFORM,
	  .wire = "the byte 0x02 in Manufacturer, which XML cannot hold", .rule = "SOAP-01",
	  .body = { { "</Manufacturer>", NULL, "\x02</Manufacturer>" } } },
	{ .name = "newline", .on = QUIRK_ON_INFORM,
	  .wire = "a line feed at the end of Manufacturer", .rule = NULL,
	  .body = { { "</Manufacturer>", NULL, "\n</Manufacturer>" } } },
	{ .name = "unescaped", .on = QUIRK_ON_ENVELOPE,
	  .wire = "& as it is, not as &amp;, in texts", .rule = "SOAP-01",
	  .body = { { "&amp;", NULL, "&" } } },
	{ .name = "no-value", .on = QUIRK_ON_ENVELOPE,
	  .wire = "ParameterValueStruct without Value", .rule = "SOAP-19",
	  .body = { { "<Value xsi:type=\"", "</Value>", "" } } },
	{ .name = "numeric-booleans", .on = QUIRK_ON_ENVELOPE,
	  .wire = "0 and 1 in the place of false and true", .rule = NULL,
	  .body = { { " xsi:type=\"xsd:boolean\">true<", NULL, " xsi:type=\"xsd:boolean\">1<" },
		    { " xsi:type=\"xsd:boolean\">false<", NULL, " xsi:type=\"xsd:boolean\">0<" } } },
	{ .name = "bad-xsi-type", .on = QUIRK_ON_ENVELOPE,
	  .wire = "xsi:type \"xsd:String\", which XML Schema does not have", .rule = "SOAP-07",
	  .body = { { " xsi:type=\"xsd:string\"", NULL, " xsi:type=\"xsd:String\"" } } },
	{ .name = "no-xsi-type", .on = QUIRK_ON_ENVELOPE,
	  .wire = "Value without xsi:type", .rule = "SOAP-07",
	  .body = { { "<Value xsi:type=\"", "\"", "<Value" } } },
	{ .name = "typed-names", .on = QUIRK_ON_ENVELOPE,
	  .wire = "xsi:type on Name as well", .rule = NULL,
	  .body = { { "<Name>", NULL, "<Name xsi:type=\"xsd:string\">" } } },
	{ .name = "wrong-array-count", .on = QUIRK_ON_ENVELOPE,
	  .wire = "lists that say that they have no members", .rule = "SOAP-06",
	  .body = { { "Struct[", "]\">", "Struct[0]\">" },
		    { "\"xsd:string[", "]\">", "\"xsd:string[0]\">" } } },
	{ .name = "padded-array-count", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the count of lists with zeros before it, [0008]", .rule = NULL,
	  .body = { { "Struct[", NULL, "Struct[000" },
		    { "\"xsd:string[", NULL, "\"xsd:string[000" } } },
	{ .name = "typed-arrays", .on = QUIRK_ON_ENVELOPE,
	  .wire = "xsi:type \"soap-enc:Array\" beside arrayType", .rule = NULL,
	  .body = { { " soap-enc:arrayType=\"", NULL,
		      " xsi:type=\"soap-enc:Array\" soap-enc:arrayType=\"" } } },
	{ .name = "encoding-namespace", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the namespace of SOAP's encoding without its slash at the end",
	  .rule = "SOAP-06",
	  .body = { { "/soap/encoding/\"", NULL, "/soap/encoding\"" } } },
	{ .name = "encoding-style", .on = QUIRK_ON_ENVELOPE,
	  .wire = "encodingStyle on Body", .rule = NULL,
	  .body = { { "<soap-env:Body>", NULL,
		      "<soap-env:Body soap-env:encodingStyle="
		      "\"http://schemas.xmlsoap.org/soap/encoding/\">" } } },
	{ .name = "qualified", .on = QUIRK_ON_ENVELOPE,
	  .wire = "ParameterList and its like in the namespace of CWMP", .rule = "SOAP-05",
	  .body = { { "<ParameterList", NULL, "<cwmp:ParameterList" },
		    { "</ParameterList>", NULL, "</cwmp:ParameterList>" } } },
	{ .name = "own-faultstring", .on = QUIRK_ON_FAULT,
	  .wire = "the FaultString in the place of \"CWMP fault\"", .rule = "SOAP-16",
	  .body = { { "<faultstring>", "</faultstring>",
		      "<faultstring>Invalid arguments</faultstring>" } } },
	{ .name = "wrong-namespace", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the namespace urn:dslforum-org:cwmp-1-4, which there is not",
	  .rule = "SOAP-03",
	  .body = { { "\"urn:dslforum-org:cwmp-1-", "\"", "\"urn:dslforum-org:cwmp-1-4\"" } } },
	{ .name = "latin-1", .on = QUIRK_ON_ENVELOPE, .body_bytes = to_latin1,
	  .wire = "ISO 8859-1 that is declared as UTF-8", .rule = "SOAP-01" },
	{ .name = "byte-order-mark", .on = QUIRK_ON_ENVELOPE,
	  .wire = "a byte order mark before the XML declaration", .rule = NULL,
	  .body = { { "<?xml ", NULL, "\xef\xbb\xbf<?xml " } } },
	{ .name = "other-prefixes", .on = QUIRK_ON_ENVELOPE,
	  .wire = "the prefix s: of SOAP's envelope in the place of soap-env:", .rule = NULL,
	  .body = { { "<soap-env:", NULL, "<s:" }, { "</soap-env:", NULL, "</s:" },
		    { " xmlns:soap-env=", NULL, " xmlns:s=" },
		    { " soap-env:mustUnderstand=\"", NULL, " s:mustUnderstand=\"" } } },
	/* heads */
	{ .name = "http-1.0", .on = QUIRK_ON_ALL, .conduct = QUIRK_CONNECTION_PER_POST,
	  .wire = "HTTP/1.0, and so a connection for each POST", .rule = "HTTP-02",
	  .head = { { " HTTP/1.1\r\n", NULL, " HTTP/1.0\r\n" } } },
	{ .name = "no-cookies", .on = QUIRK_ON_ALL,
	  .wire = "no cookie that the ACS has set", .rule = "HTTP-10",
	  .head = { { "Cookie: ", "\r\n", "" } } },
	{ .name = "cookie-attributes", .on = QUIRK_ON_ALL,
	  .wire = "Path, an attribute of Set-Cookie, beside the cookie", .rule = "HTTP-10",
	  .head = { { "Cookie: ", NULL, "Cookie: Path=/; " } } },
	{ .name = "html", .on = QUIRK_ON_ENVELOPE,
	  .wire = "Content-Type text/html", .rule = "HTTP-04",
	  .head = { { "Content-Type: ", "\r\n", "Content-Type: text/html\r\n" } } },
	{ .name = "charset", .on = QUIRK_ON_ENVELOPE,
	  .wire = "charset ISO-8859-1 in Content-Type, UTF-8 in the XML declaration",
	  .rule = "HTTP-14",
	  .head = { { "Content-Type: ", "\r\n",
		      "Content-Type: text/xml; charset=ISO-8859-1\r\n" } } },
	{ .name = "chunked", .conduct = QUIRK_CHUNKED, .on = QUIRK_ON_ENVELOPE,
	  .wire = "chunked envelopes", .rule = NULL,
	  .head = { { "Content-Length: ", "\r\n", "Transfer-Encoding: chunked\r\n" } } },
	{ .name = "typed-empty-post", .on = QUIRK_ON_EMPTY,
	  .wire = "Content-Type and SOAPAction on the empty POST", .rule = "HTTP-06",
	  .head = { { "Content-Length: 0\r\n", NULL,
		      "Content-Type: text/xml\r\nSOAPAction: \r\nContent-Length: 0\r\n" } } },
	{ .name = "no-soapaction", .on = QUIRK_ON_ENVELOPE,
	  .wire = "no SOAPAction", .rule = "HTTP-05",
	  .head = { { "SOAPAction:", "\r\n", "" } } },
	{ .name = "expect", .on = QUIRK_ON_ENVELOPE,
	  .wire = "Expect: 100-continue on each POST with an envelope", .rule = NULL,
	  .head = { { "Content-Length: ", NULL, "Expect: 100-continue\r\nContent-Length: " } } },
	{ .name = "lower-case-headers", .on = QUIRK_ON_ALL, .head_bytes = to_lower,
	  .wire = "names of headers in lower case", .rule = NULL },
	{ NULL },
};
// clang-format on
