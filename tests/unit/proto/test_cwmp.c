/* CWMP messages: written, read back, and read as the field sends them. */
#include "lib/cwmp/cwmp.h"
#include "lib/cwmp/cwmp_fields.h"
#include "lib/cwmp/cwmp_reader.h"

#include "lib/base/compiler.h"
#include "tests/unit/proto/full_message.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define ENVELOPE(ns, header, body)                                           \
	"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" "             \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "           \
	"xmlns:w=\"" ns "\">" header "<e:Body>" body "</e:Body></e:Envelope>"
#define ID(id) "<e:Header><w:ID e:mustUnderstand=\"1\">" id "</w:ID></e:Header>"
#define NS     "urn:dslforum-org:cwmp-1-2"

static int read_text(struct cwmp_msg *msg, struct arena *arena, const char *xml,
    struct error *err)
{
	return cwmp_read(msg, arena, xml, strlen(xml), NULL, err);
}

/* ---- what is written is read back the same, for every message there is ------------- */

/* Whole messages are compared as the text that they are written as. */
static void check_round_trip(enum cwmp_kind kind, enum cwmp_method method)
{
	struct cwmp_msg msg = full_message(kind, method), back;
	auto_buf first = BUF_NULL, second = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;

	assert_int_equal(cwmp_write(&first, &msg, &err), 0);
	assert_int_equal(cwmp_read(&back, &arena, first.data, first.len, NULL, &err),
	    0);
	assert_int_equal(back.kind, kind);
	assert_int_equal(back.method, method);
	assert_int_equal(back.deviations, 0);
	assert_int_equal(cwmp_write(&second, &back, &err), 0);
	assert_string_equal(buf_cstr(&first), buf_cstr(&second));
}

static void test_every_message_survives_writing_and_reading(void **state)
{
	(void)state;
	for (int method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHODS; method++) {
		check_round_trip(CWMP_REQUEST, (enum cwmp_method)method);
		check_round_trip(CWMP_RESPONSE, (enum cwmp_method)method);
	}
}

/* What a member of a list has is written by its rows: in their order, without what is not
 * theirs. */
static void test_a_member_of_a_list_is_written_as_its_rows_say(void **state)
{
	struct cwmp_param pairs[] = { PAIR("FaultCode", "9022"), PAIR("Version", "<1>"),
		PAIR("Odd", "x"), PAIR("FaultString", ""), PAIR("UUID", "") };
	struct cwmp_item item = ITEM_OF(pairs);
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_DU_STATE_CHANGE_COMPLETE,
		.args = { .items = &item, .n_items = 1 } };
	auto_buf xml = BUF_NULL;

	(void)state;
	assert_int_equal(cwmp_write(&xml, &msg, NULL), 0);
	assert_true(str_find(buf_str(&xml),
	    STR("<Results><UUID></UUID><Version>&lt;1&gt;</Version>"
		"<Fault><FaultCode>9022</FaultCode></Fault></Results>"),
	    NULL));
}

static void test_an_operation_has_its_type(void **state)
{
	struct cwmp_msg msg = full_message(CWMP_REQUEST, CWMP_CHANGE_DU_STATE), back;
	struct cwmp_item odd = { .type = STR("OperationStruct") };
	struct error err = ERROR_NULL;
	auto_arena arena = ARENA_NULL;
	auto_buf xml = BUF_NULL;

	(void)state;
	assert_int_equal(cwmp_write(&xml, &msg, NULL), 0);
	assert_int_equal(cwmp_read(&back, &arena, xml.data, xml.len, NULL, NULL), 0);
	assert_int_equal(back.args.n_items, 3);
	assert_true(str_is(back.args.items[0].type, "InstallOpStruct"));
	assert_true(str_is(back.args.items[1].type, "UninstallOpStruct"));
	assert_true(str_is(back.args.items[2].type, "UpdateOpStruct"));

	msg.args.items = &odd;
	msg.args.n_items = 1;
	assert_int_equal(cwmp_write(&xml, &msg, &err), ERR_MALFORMED);
	assert_string_equal(err.text,
	    "\"OperationStruct\" is no type of one of the Operations");
}

static void test_a_fault_survives_writing_and_reading(void **state)
{
	struct cwmp_param_fault faults[] = {
		{ .name = STR("Device.X"),
		    .code = 9005,
		    .text = STR("Invalid parameter name") },
		{ .name = STR("Device.Y"), .code = 9008, .text = STR("") },
	};
	struct cwmp_msg msg = { .kind = CWMP_FAULT,
		.header = { .has_id = true, .id = STR("1") },
		.fault = { .code = 9003,
		    .text = STR("Invalid arguments"),
		    .params = faults,
		    .n_params = 2 } };
	struct cwmp_msg back;
	auto_buf xml = BUF_NULL;
	auto_arena arena = ARENA_NULL;

	(void)state;
	assert_int_equal(cwmp_write(&xml, &msg, NULL), 0);
	assert_int_equal(cwmp_read(&back, &arena, xml.data, xml.len, NULL, NULL), 0);

	assert_int_equal(back.kind, CWMP_FAULT);
	assert_true(str_is(back.fault.soap_code, "Client"));
	assert_true(str_is(back.fault.soap_string, "CWMP fault"));
	assert_int_equal(back.fault.code, 9003);
	assert_int_equal(back.fault.n_params, 2);
	assert_true(str_is(back.fault.params[0].name, "Device.X"));
	assert_int_equal(back.fault.params[1].code, 9008);
	assert_int_equal(back.deviations, 0);
}

static void test_an_inform_is_read_whole(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(
	    read_text(&msg, &arena,
		ENVELOPE(NS, ID("a1"),
		    "<w:Inform><DeviceId><Manufacturer>M</Manufacturer><OUI>00E0FC</OUI>"
		    "<ProductClass/><SerialNumber>S</SerialNumber></DeviceId>"
		    "<Event c:arrayType=\"w:EventStruct[1]\"><EventStruct>"
		    "<EventCode>1 BOOT</EventCode><CommandKey></CommandKey></EventStruct>"
		    "</Event><MaxEnvelopes>1</MaxEnvelopes><CurrentTime>T</CurrentTime>"
		    "<RetryCount>2</RetryCount><ParameterList "
		    "c:arrayType=\"w:ParameterValueStruct[0001]\"><ParameterValueStruct>"
		    "<Name>N</Name><Value xsi:type=\"x:string\">a&amp;<![CDATA[<b>]]></Value>"
		    "</ParameterValueStruct></ParameterList></w:Inform>"),
		NULL),
	    0);

	assert_int_equal(msg.method, CWMP_INFORM);
	assert_int_equal(msg.ns, CWMP_NS_1_2);
	assert_true(str_is(msg.header.id, "a1"));
	assert_true(str_is(msg.inform.device.oui, "00E0FC"));
	assert_int_equal(msg.inform.n_events, 1);
	assert_true(str_is(msg.inform.events[0].code, "1 BOOT"));
	assert_int_equal(msg.inform.retry_count, 2);
	assert_int_equal(msg.inform.params.len, 1);
	assert_true(str_is(msg.inform.params.items[0].value, "a&<b>"));
	assert_true(str_is(msg.inform.params.items[0].type, "string"));
	assert_int_equal(msg.deviations, 0);
}

/* ---- deviations of the field: readable, and noted ---------------------------------- */

#define GPV(attribute, members)                                       \
	"<w:GetParameterValues><ParameterNames" attribute ">" members \
	"</ParameterNames></w:GetParameterValues>"
#define ONE " c:arrayType=\"x:string[1]\""

static const struct deviation_row {
	const char *name, *xml;
	unsigned deviations;
} deviation_rows[] = {
	{ "as it should be", ENVELOPE(NS, ID("1"), GPV(ONE, "<string>D.</string>")),
	    0 },
	{ "no header", ENVELOPE(NS, "", GPV(ONE, "<string>D.</string>")),
	    CWMP_NO_HEADER },
	{ "empty ID", ENVELOPE(NS, ID(""), GPV(ONE, "<string>D.</string>")),
	    CWMP_EMPTY_ID },
	{ "an ID that need not be understood",
	    ENVELOPE(NS, "<e:Header><w:ID>1</w:ID></e:Header>", GPV(ONE, "<string/>")),
	    CWMP_ID_NOT_UNDERSTAND },
	{ "a count that is not the number of members",
	    ENVELOPE(NS, ID("1"), GPV(ONE, "<string>A.</string><string>B.</string>")),
	    CWMP_WRONG_COUNT },
	{ "no arrayType", ENVELOPE(NS, ID("1"), GPV("", "<string>A.</string>")),
	    CWMP_NO_ARRAY_TYPE },
	{ "namespace cwmp-1-3",
	    ENVELOPE("urn:dslforum-org:cwmp-1-3", ID("1"), GPV(ONE, "<string/>")),
	    CWMP_UNKNOWN_NS },
	{ "a value without xsi:type",
	    ENVELOPE(NS, ID("1"),
		"<w:SetParameterValues><ParameterList c:arrayType=\"w:ParameterValueStruct[1]\">"
		"<ParameterValueStruct><Name>N</Name><Value>v</Value></ParameterValueStruct>"
		"</ParameterList><ParameterKey/></w:SetParameterValues>"),
	    CWMP_NO_XSI_TYPE },
	{ "a missing argument", ENVELOPE(NS, ID("1"), "<w:Reboot></w:Reboot>"),
	    CWMP_MISSING_ARGUMENT },
	{ "an argument nobody knows",
	    ENVELOPE(NS, ID("1"), "<w:Reboot><CommandKey/><More/></w:Reboot>"),
	    CWMP_UNKNOWN_ELEMENT },
	{ "a number that is none",
	    ENVELOPE(NS, ID("1"),
		"<w:InformResponse><MaxEnvelopes>one</MaxEnvelopes>"
		"</w:InformResponse>"),
	    CWMP_BAD_VALUE },
	{ "inner elements with a prefix",
	    ENVELOPE(NS, ID("1"), "<w:Reboot><w:CommandKey/></w:Reboot>"),
	    CWMP_QUALIFIED_INNER },
	{ "another envelope's namespace",
	    "<Envelope><Header/><Body><w:FactoryReset xmlns:w=\"" NS
	    "\"/></Body></Envelope>",
	    CWMP_ODD_ENVELOPE_NS },
	{ "a byte order mark",
	    "\xef\xbb\xbf" ENVELOPE(NS, ID("1"), "<w:FactoryReset/>"), CWMP_BOM },
	{ "blanks around a truth",
	    ENVELOPE(NS, ID("1"),
		"<w:GetParameterNames><ParameterPath>D.</ParameterPath>"
		"<NextLevel> 1\n</NextLevel></w:GetParameterNames>"),
	    0 },
	{ "blanks around a number",
	    ENVELOPE(NS, ID("1"),
		"<w:InformResponse><MaxEnvelopes> 1 </MaxEnvelopes></w:InformResponse>"),
	    0 },
	{ "two messages in a body",
	    ENVELOPE(NS, ID("1"), "<w:FactoryReset/><w:FactoryReset/>"),
	    CWMP_SEVERAL_BODIES },
	{ "two bodies",
	    ENVELOPE(NS, ID("1"), "<w:FactoryReset/></e:Body><e:Body><w:Reboot/>"),
	    CWMP_SEVERAL_BODIES },
	{ "attributes of a prefix that is not declared",
	    ENVELOPE(NS,
		"<e:Header><w:ID e:mustUnderstand=\"1\" p:n=\"\">1</w:ID></e:Header>",
		GPV(ONE, "<string>D.</string>")),
	    CWMP_UNBOUND_PREFIX },
	{ "mustUnderstand and arrayType, each of the other's namespace",
	    ENVELOPE(NS, "<e:Header><w:ID c:mustUnderstand=\"1\">1</w:ID></e:Header>",
		GPV(" e:arrayType=\"x:string[1]\"", "<string>D.</string>")),
	    CWMP_ID_NOT_UNDERSTAND | CWMP_NO_ARRAY_TYPE },
	{ "an array that needs a member has none",
	    ENVELOPE(NS, ID("1"), GPV(" c:arrayType=\"x:string[0]\"", "")),
	    CWMP_MISSING_ARGUMENT },
	{ "a fault whose words are not TR-069's",
	    ENVELOPE(NS, ID("1"),
		"<e:Fault><faultcode>Client</faultcode><faultstring>oops</faultstring>"
		"<detail><w:Fault><FaultCode>9000</FaultCode></w:Fault></detail></e:Fault>"),
	    CWMP_FAULT_SHAPE },
};

/* base64 is of SOAP's encoding, all other types are of XML Schema. */
static void test_types_are_named_where_they_come_from(void **state)
{
	struct cwmp_param params[] = {
		{ STR("D.A"), STR("1"), STR("unsignedInt") },
		{ STR("D.B"), STR("YQ=="), STR("base64") },
		{ STR("D.C"), STR("x"), STR("") },
	};
	struct cwmp_msg msg = { .kind = CWMP_RESPONSE,
		.method = CWMP_GET_PARAMETER_VALUES,
		.args.params = { params, ARRAY_LEN(params) } };
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(cwmp_write(&out, &msg, NULL), 0);
	assert_non_null(
	    strstr(buf_cstr(&out), "<Value xsi:type=\"xsd:unsignedInt\">1<"));
	assert_non_null(
	    strstr(buf_cstr(&out), "<Value xsi:type=\"soap-enc:base64\">YQ==<"));
	assert_non_null(strstr(buf_cstr(&out), "<Value xsi:type=\"xsd:string\">x<"));
}

static void test_deviations_are_read_and_noted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(deviation_rows); i++) {
		const struct deviation_row *row = &deviation_rows[i];
		auto_arena arena = ARENA_NULL;
		struct error err = ERROR_NULL;
		struct cwmp_msg msg;

		if (read_text(&msg, &arena, row->xml, &err) != 0)
			fail_msg("%s: %s", row->name, err.text);
		if (msg.deviations != row->deviations)
			fail_msg("%s: deviations 0x%x, not 0x%x", row->name,
			    msg.deviations, row->deviations);
	}
}

static void test_latin_1_becomes_utf_8(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(
	    read_text(&msg, &arena,
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" ENVELOPE(NS, ID("1"),
		    "<w:Reboot><CommandKey>\xe4</CommandKey></w:Reboot>"),
		NULL),
	    0);
	assert_true(str_is(msg.args.command_key, "\xc3\xa4"));
}

static void test_bytes_that_are_no_utf_8_are_latin_1(void **state)
{
	static const char *const declarations[] = { "",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		"<?xml version='1.0' encoding='utf-8'?>", "<?xml version=\"1.0\"?>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(declarations); i++) {
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg msg;
		char xml[1024];

		(void)snprintf(xml, sizeof(xml), "%s%s", declarations[i],
		    ENVELOPE(NS, ID("1"),
			"<w:Reboot><CommandKey>K\xe4se</CommandKey></w:Reboot>"));
		assert_int_equal(read_text(&msg, &arena, xml, NULL), 0);
		assert_true(str_is(msg.args.command_key, "K\xc3\xa4se"));
		assert_int_equal(msg.deviations, CWMP_NOT_UTF8);
	}
}

static void test_bytes_of_another_declared_encoding_are_not_guessed(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(
	    read_text(&msg, &arena,
		"<?xml version=\"1.0\" encoding=\"US-ASCII\"?>" ENVELOPE(NS, ID("1"),
		    "<w:Reboot><CommandKey>\xe4</CommandKey></w:Reboot>"),
		&err),
	    ERR_MALFORMED);
	/* Nor what is not well-formed in either. */
	assert_int_equal(read_text(&msg, &arena, "<a>\xe4</b>", &err), ERR_MALFORMED);
}

static void test_a_prefix_that_is_bound_to_nothing_is_left_out(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(
	    read_text(&msg, &arena,
		ENVELOPE(NS, ID("9"),
		    "<w:Reboot><x:y:CommandKey>k</x:y:CommandKey></w:Reboot>"),
		NULL),
	    0);
	assert_true(str_is(msg.args.command_key, "k"));
}

static void test_an_unknown_method_is_no_error(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(read_text(&msg, &arena,
			     ENVELOPE(NS, ID("9"), "<w:Frobnicate><X/></w:Frobnicate>"),
			     NULL),
	    0);
	assert_int_equal(msg.method, CWMP_UNKNOWN_METHOD);
	assert_true(str_is(cwmp_msg_name(&msg), "Frobnicate"));
}

/* ---- refusals ---------------------------------------------------------------------- */

static const struct refusal_row {
	const char *xml;
	int code;
	const char *words; /* a part of them */
} refusal_rows[] = {
	{ "", ERR_MALFORMED, "empty" },
	{ "hello", ERR_MALFORMED, "byte" },
	{ "<a/>", ERR_MALFORMED, "no SOAP envelope" },
	{ "<a:Envelope xmlns:a=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
	    ERR_MALFORMED, "no Body" },
	{ ENVELOPE(NS, "", ""), ERR_MALFORMED, "Body is empty" },
	{ ENVELOPE(NS, "", "<w:Reboot>"), ERR_MALFORMED, "byte" },
	{ "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", ERR_MALFORMED,
	    "document type" },
	{ ENVELOPE(NS, "", "<w:Reboot><CommandKey>&a;</CommandKey></w:Reboot>"),
	    ERR_MALFORMED, "Entity 'a'" },
	{ "<>", ERR_MALFORMED, "at byte 1" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?><>", ERR_MALFORMED, "at byte 39" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?xml version=\"1.0\"?><a/>",
	    ERR_MALFORMED, "XML declaration" },
};

static void test_what_is_no_message_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusal_rows); i++) {
		const struct refusal_row *row = &refusal_rows[i];
		auto_arena arena = ARENA_NULL;
		struct error err = ERROR_NULL;
		struct cwmp_msg msg;

		assert_int_equal(read_text(&msg, &arena, row->xml, &err), row->code);
		if (!strstr(err.text, row->words))
			fail_msg("%s: \"%s\"", row->xml, err.text);
	}
}

static void test_limits_hold(void **state)
{
	const char *deep = "<a><a><a><a><a><a><a><a>";
	auto_buf xml = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct cwmp_limits limits = { .bytes = 1000, .params = 3 };
	struct cwmp_msg msg;

	(void)state;
	for (int i = 0; i < 10; i++)
		buf_append_text(&xml, deep);
	assert_int_equal(read_text(&msg, &arena, buf_cstr(&xml), NULL), ERR_MALFORMED);
	buf_reset(&xml);
	buf_append_text(&xml, "<Envelope>");
	for (int i = 0; i < 10; i++)
		buf_append_text(&xml, deep);
	assert_int_equal(read_text(&msg, &arena, buf_cstr(&xml), NULL), ERR_LIMIT);

	buf_reset(&xml);
	buf_append_text(&xml,
	    ENVELOPE(NS, ID("1"), GPV(ONE, "<string/><string/><string/><string/>")));
	assert_int_equal(cwmp_read(&msg, &arena, xml.data, xml.len, &limits, NULL),
	    ERR_LIMIT);
	limits = (struct cwmp_limits){ .bytes = 100 };
	assert_int_equal(cwmp_read(&msg, &arena, xml.data, xml.len, &limits, NULL),
	    ERR_LIMIT);
}

static void test_what_has_to_be_escaped_is_wherever_it_stands(void **state)
{
	static const char *const odd[] = { "<", ">", "&", "\"", "\r", "\x7f",
		"\xc3\xa4" };
	char text[24];
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_REBOOT,
		.args = { .command_key = str_make(text, sizeof(text)) } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		for (size_t at = 0; at + strlen(odd[i]) <= sizeof(text); at++) {
			struct cwmp_msg back;
			auto_buf xml = BUF_NULL;
			auto_arena arena = ARENA_NULL;

			memset(text, 'a', sizeof(text));
			memcpy(text + at, odd[i], strlen(odd[i]));
			assert_int_equal(cwmp_write(&xml, &msg, NULL), 0);
			assert_int_equal(cwmp_read(&back, &arena, xml.data, xml.len,
					     NULL, NULL),
			    0);
			assert_true(
			    str_eq(back.args.command_key, msg.args.command_key));
		}
	}
}

static void test_what_xml_forbids_cannot_be_written(void **state)
{
	static const struct {
		struct str text;
		const char *why; /* null: it can */
	} texts[] = {
		{ STR("a\x02"),
		    "byte 0x02 at offset 1 of a value cannot stand in XML" },
		{ STR("a\xef\xbf\xbe"),
		    "byte 0xef at offset 1 of a value cannot stand in XML" },
		{ STR("\xef\xbf\xbf"),
		    "byte 0xef at offset 0 of a value cannot stand in XML" },
		{ STR("\xef\xbf\xbd\xef\xbe\xbf"), NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct cwmp_msg msg = { .kind = CWMP_REQUEST,
			.method = CWMP_REBOOT,
			.args = { .command_key = texts[i].text } };
		auto_buf xml = BUF_NULL;
		struct error err = ERROR_NULL;

		assert_int_equal(cwmp_write(&xml, &msg, &err),
		    texts[i].why ? ERR_MALFORMED : 0);
		assert_string_equal(err.text, texts[i].why ? texts[i].why : "");
	}
}

static void test_a_type_that_would_break_the_tag_cannot_be_written(void **state)
{
	struct cwmp_param param = { STR("A"), STR("1"), STR("x\" y=\"") };
	struct cwmp_msg msg = { .kind = CWMP_RESPONSE,
		.method = CWMP_GET_PARAMETER_VALUES,
		.args = { .params = { &param, 1 } } };
	auto_buf xml = BUF_NULL;

	(void)state;
	assert_int_equal(cwmp_write(&xml, &msg, NULL), ERR_MALFORMED);
}

static void test_events_and_faults_have_their_names(void **state)
{
	(void)state;
	assert_int_equal(cwmp_event_of(STR("0 BOOTSTRAP")), CWMP_EVENT_BOOTSTRAP);
	assert_int_equal(cwmp_event_of(STR("0 bootstrap")), CWMP_EVENT_CODES);
	assert_int_equal(cwmp_event_retry(CWMP_EVENT_CONNECTION_REQUEST),
	    CWMP_RETRY_NO_RETRY);
	assert_true(cwmp_event_repeats(CWMP_EVENT_M_DOWNLOAD));
	assert_int_equal(cwmp_event_delivered_by(CWMP_EVENT_M_DOWNLOAD),
	    CWMP_TRANSFER_COMPLETE);
	assert_string_equal(cwmp_fault_text(9005), "Invalid parameter name");
	assert_string_equal(cwmp_fault_soap_code(9005), "Client");
	assert_string_equal(cwmp_fault_soap_code(9002), "Server");
}

/* TR-069 A6 table 8: only the events of methods may stand more than once in an Inform, and
 * some are tried again for ever, some until the next reboot, some not at all. */
static void test_events_are_those_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < CWMP_EVENT_CODES; i++) {
		const char *text = cwmp_event_text((enum cwmp_event_code)i);
		enum cwmp_event_retry retry = CWMP_RETRY_NEVER_DISCARD;

		if (strcmp(text, "6 CONNECTION REQUEST") == 0 ||
		    strcmp(text, "14 HEARTBEAT") == 0)
			retry = CWMP_RETRY_NO_RETRY;
		else if (text[1] == ' ' && strchr("14589", text[0]))
			retry = CWMP_RETRY_UNTIL_REBOOT;
		assert_int_equal(cwmp_event_repeats((enum cwmp_event_code)i),
		    text[0] == 'M');
		assert_int_equal(cwmp_event_retry((enum cwmp_event_code)i), retry);
	}
}

/* ---- lengths ------------------------------------------------------------------------ */

static struct cwmp_msg long_msg;
static struct cwmp_param long_param;
static struct cwmp_event long_event;
static struct cwmp_param_info long_info;
static struct cwmp_param_fault long_fault;
static struct str long_name, long_access;

static const struct {
	enum cwmp_kind kind;
	enum cwmp_method method;
	const char *name; /* in the words */
	struct str *at;
	size_t max;
} lengths[] = {
	{ CWMP_REQUEST, CWMP_INFORM, "Manufacturer",
	    &long_msg.inform.device.manufacturer, 64 },
	{ CWMP_REQUEST, CWMP_INFORM, "OUI", &long_msg.inform.device.oui, 6 },
	{ CWMP_REQUEST, CWMP_INFORM, "ProductClass",
	    &long_msg.inform.device.product_class, 64 },
	{ CWMP_REQUEST, CWMP_INFORM, "SerialNumber",
	    &long_msg.inform.device.serial_number, 64 },
	{ CWMP_REQUEST, CWMP_INFORM, "EventCode", &long_event.code, 64 },
	{ CWMP_REQUEST, CWMP_INFORM, "CommandKey", &long_event.command_key, 32 },
	{ CWMP_REQUEST, CWMP_INFORM, "Name", &long_param.name, 256 },
	{ CWMP_REQUEST, CWMP_SET_PARAMETER_VALUES, "Name", &long_param.name, 256 },
	{ CWMP_REQUEST, CWMP_SET_PARAMETER_VALUES, "ParameterKey",
	    &long_msg.args.parameter_key, 32 },
	{ CWMP_RESPONSE, CWMP_GET_PARAMETER_VALUES, "Name", &long_param.name, 256 },
	{ CWMP_REQUEST, CWMP_GET_PARAMETER_VALUES, "a text of ParameterNames",
	    &long_name, 256 },
	{ CWMP_RESPONSE, CWMP_GET_RPC_METHODS, "a text of MethodList", &long_name, 64 },
	{ CWMP_REQUEST, CWMP_GET_PARAMETER_NAMES, "ParameterPath", &long_msg.args.path,
	    256 },
	{ CWMP_RESPONSE, CWMP_GET_PARAMETER_NAMES, "Name", &long_info.name, 256 },
	{ CWMP_REQUEST, CWMP_SET_PARAMETER_ATTRIBUTES, "a text of AccessList",
	    &long_access, 64 },
	{ CWMP_REQUEST, CWMP_ADD_OBJECT, "ObjectName", &long_msg.args.path, 256 },
	{ CWMP_REQUEST, CWMP_REBOOT, "CommandKey", &long_msg.args.command_key, 32 },
	{ CWMP_REQUEST, CWMP_DOWNLOAD, "URL", &long_msg.args.url, 256 },
	{ CWMP_REQUEST, CWMP_TRANSFER_COMPLETE, "FaultString",
	    &long_msg.args.fault_text, 256 },
	{ CWMP_REQUEST, CWMP_KICKED, "Referer", &long_msg.args.referer, 64 },
	{ CWMP_FAULT, CWMP_UNKNOWN_METHOD, "FaultString", &long_msg.fault.text, 256 },
	{ CWMP_FAULT, CWMP_UNKNOWN_METHOD, "ParameterName", &long_fault.name, 256 },
};

/* A message with one of each, all empty. */
static void make_long(enum cwmp_kind kind, enum cwmp_method method)
{
	long_param = (struct cwmp_param){ STR(""), STR(""), STR("") };
	long_event = (struct cwmp_event){ STR(""), STR("") };
	long_info = (struct cwmp_param_info){ .access_list = { &long_access, 1 } };
	long_fault = (struct cwmp_param_fault){ .code = 9003 };
	long_name = long_access = STR("");
	long_msg = (struct cwmp_msg){ .kind = kind, .method = method };
	long_msg.inform.events = &long_event;
	long_msg.inform.n_events = 1;
	long_msg.inform.params = (struct cwmp_params){ &long_param, 1 };
	long_msg.args.params = (struct cwmp_params){ &long_param, 1 };
	long_msg.args.names = (struct cwmp_strings){ &long_name, 1 };
	long_msg.args.infos = &long_info;
	long_msg.args.n_infos = 1;
	long_msg.fault.params = &long_fault;
	long_msg.fault.n_params = 1;
}

/* Characters count, not bytes: each of these has two. */
static void test_a_text_at_its_limit_goes_and_one_past_it_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct error err = ERROR_NULL;
		auto_buf text = BUF_NULL, want = BUF_NULL;

		make_long(lengths[i].kind, lengths[i].method);
		for (size_t k = 0; k <= lengths[i].max; k++)
			buf_append_text(&text, "\xc3\xa4");
		*lengths[i].at = str_make(text.data, text.len - 2);
		assert_int_equal(cwmp_check_lengths(&long_msg, &err), 0);
		*lengths[i].at = buf_str(&text);
		assert_int_equal(cwmp_check_lengths(&long_msg, &err), ERR_LIMIT);
		buf_printf(&want, "%s has %zu characters, at most %zu go",
		    lengths[i].name, lengths[i].max + 1, lengths[i].max);
		assert_string_equal(err.text, buf_cstr(&want));
	}
}

static void test_values_and_unknown_methods_have_no_length(void **state)
{
	auto_buf text = BUF_NULL;

	(void)state;
	for (int i = 0; i < 70000; i++)
		buf_append_char(&text, 'x');
	make_long(CWMP_REQUEST, CWMP_SET_PARAMETER_VALUES);
	long_param.value = buf_str(&text);
	assert_int_equal(cwmp_check_lengths(&long_msg, NULL), 0);
	make_long(CWMP_REQUEST, CWMP_UNKNOWN_METHOD);
	long_msg.args.path = buf_str(&text);
	assert_int_equal(cwmp_check_lengths(&long_msg, NULL), 0);
}

/* A reader that has met so many names that its parser began anew, as often as any name may
 * come to stand where another one stood, still knows all of them. */
static void test_a_reader_outlives_the_names_that_it_has_met(void **state)
{
	struct cwmp_reader *reader = cwmp_reader_new();

	(void)state;
	assert_non_null(reader);
	for (int round = 0; round < 12; round++) {
		struct cwmp_msg msg =
		    full_message(round % 2 ? CWMP_RESPONSE : CWMP_REQUEST,
			CWMP_UNKNOWN_METHOD + 1 + round);
		struct cwmp_msg back;
		auto_buf first = BUF_NULL, second = BUF_NULL, names = BUF_NULL;
		auto_arena arena = ARENA_NULL;
		struct error err = ERROR_NULL;

		assert_int_equal(cwmp_write(&first, &msg, &err), 0);
		assert_int_equal(cwmp_reader_read(reader, &back, &arena, first.data,
				     first.len, NULL, &err),
		    0);
		assert_int_equal(cwmp_write(&second, &back, &err), 0);
		assert_string_equal(buf_cstr(&first), buf_cstr(&second));
		buf_append_text(&names, "<Envelope><Body>");
		for (int i = 0; i < 4000; i++)
			buf_printf(&names, "<n%d/>", round * 4000 + i);
		buf_append_text(&names, "</Body></Envelope>");
		(void)cwmp_reader_read(reader, &back, &arena, names.data, names.len,
		    NULL, &err);
	}
	cwmp_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_text_at_its_limit_goes_and_one_past_it_does_not),
		cmocka_unit_test(test_values_and_unknown_methods_have_no_length),
		cmocka_unit_test(test_events_are_those_of_the_standard),
		cmocka_unit_test(test_every_message_survives_writing_and_reading),
		cmocka_unit_test(test_a_member_of_a_list_is_written_as_its_rows_say),
		cmocka_unit_test(test_an_operation_has_its_type),
		cmocka_unit_test(test_a_fault_survives_writing_and_reading),
		cmocka_unit_test(test_an_inform_is_read_whole),
		cmocka_unit_test(test_types_are_named_where_they_come_from),
		cmocka_unit_test(test_deviations_are_read_and_noted),
		cmocka_unit_test(test_latin_1_becomes_utf_8),
		cmocka_unit_test(test_bytes_that_are_no_utf_8_are_latin_1),
		cmocka_unit_test(
		    test_bytes_of_another_declared_encoding_are_not_guessed),
		cmocka_unit_test(test_a_prefix_that_is_bound_to_nothing_is_left_out),
		cmocka_unit_test(test_an_unknown_method_is_no_error),
		cmocka_unit_test(test_what_is_no_message_is_refused),
		cmocka_unit_test(test_limits_hold),
		cmocka_unit_test(test_a_reader_outlives_the_names_that_it_has_met),
		cmocka_unit_test(test_what_has_to_be_escaped_is_wherever_it_stands),
		cmocka_unit_test(test_what_xml_forbids_cannot_be_written),
		cmocka_unit_test(
		    test_a_type_that_would_break_the_tag_cannot_be_written),
		cmocka_unit_test(test_events_and_faults_have_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
