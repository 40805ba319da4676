/* What must be in a message: the reader says where it is missing, and the rows by which it
 * knows are those of the Broadband Forum's schemas, where these are beside the project. */
#include "lib/cwmp/cwmp_fields.h"

#include "lib/base/compiler.h"
#include "tests/unit/proto/full_message.h"
#include "tests/unit/unit.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <unistd.h>

#define ENVELOPE(body)                                                       \
	"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" "             \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "           \
	"xmlns:old=\"http://www.w3.org/1999/XMLSchema-instance\" "           \
	"xmlns:w=\"urn:dslforum-org:cwmp-1-2\"><e:Header>"                   \
	"<w:ID e:mustUnderstand=\"1\">1</w:ID></e:Header><e:Body>" body      \
	"</e:Body></e:Envelope>"
#define NAMED(name) "<ParameterValueStruct><Name>" name "</Name>"
#define VALUE       "<Value xsi:type=\"x:string\">v</Value></ParameterValueStruct>"
#define VALUES(n, members)                                                            \
	ENVELOPE("<w:GetParameterValuesResponse><ParameterList c:arrayType=\"w:P[" #n \
		 "]\">" members "</ParameterList></w:GetParameterValuesResponse>")

static void read_text(struct cwmp_msg *msg, struct arena *arena, const char *xml)
{
	struct error err = ERROR_NULL;

	if (cwmp_read(msg, arena, xml, strlen(xml), NULL, &err) != 0)
		fail_msg("%s: %s", err.text, xml);
}

static void check_odd(const char *xml, const struct cwmp_oddity *odd, size_t n,
    const char *path, const char *text)
{
	if (odd->n != n || !str_is(odd->path, path) || !str_is(odd->text, text))
		fail_msg(
		    "%s\n%zu times, \"%.*s\" \"%.*s\", not %zu times, \"%s\" \"%s\"",
		    xml, odd->n, STR_ARG(odd->path), STR_ARG(odd->text), n, path, text);
}

/* ---- where something is missing ------------------------------------------------------ */

static const struct {
	const char *xml;
	enum cwmp_oddity_kind kind;
	size_t n;
	const char *path, *text;
} odd_rows[] = {
	{ VALUES(3,
	      NAMED("A") VALUE NAMED("B") VALUE NAMED("C") "</ParameterValueStruct>"),
	    CWMP_ODD_MISSING, 1, "ParameterList/ParameterValueStruct[3]/Value", "" },
	{ VALUES(2, NAMED("A") "</ParameterValueStruct><ParameterValueStruct>" VALUE),
	    CWMP_ODD_MISSING, 2,
	    "ParameterList/ParameterValueStruct[1]/Value, "
	    "ParameterList/ParameterValueStruct[2]/Name",
	    "" },
	{ ENVELOPE("<w:Download><CommandKey/></w:Download>"), CWMP_ODD_MISSING, 9,
	    "FileType, URL, Username, Password", "" },
	{ ENVELOPE("<w:TransferComplete><CommandKey/><FaultStruct/><StartTime/>"
		   "<CompleteTime/></w:TransferComplete>"),
	    CWMP_ODD_MISSING, 2, "FaultStruct/FaultCode, FaultStruct/FaultString", "" },
	{ ENVELOPE("<w:GetParameterNamesResponse/>"), CWMP_ODD_MISSING, 1,
	    "ParameterList", "" },
	{ ENVELOPE("<e:Fault><faultcode>Client</faultcode><faultstring>CWMP fault"
		   "</faultstring><detail><w:Fault><FaultString/></w:Fault></detail>"
		   "</e:Fault>"),
	    CWMP_ODD_MISSING, 1, "detail/Fault/FaultCode", "" },
	{ ENVELOPE("<w:ChangeDUState><Operations xsi:type=\"w:UninstallOpStruct\"/>"
		   "<Operations xsi:type=\"w:InstallOpStruct\"/></w:ChangeDUState>"),
	    CWMP_ODD_MISSING, 2, "Operations[1]/UUID, Operations[2]/URL", "" },
	{ ENVELOPE("<w:ChangeDUState/>"), CWMP_ODD_MISSING, 1, "Operations", "" },
	{ ENVELOPE("<w:GetOptionsResponse><OptionList c:arrayType=\"w:O[1]\">"
		   "<OptionStruct><OptionName/><VoucherSN>1</VoucherSN><State>1</State>"
		   "<Mode>1</Mode><StartDate/></OptionStruct></OptionList>"
		   "</w:GetOptionsResponse>"),
	    CWMP_ODD_MISSING, 1, "OptionList/OptionStruct[1]/IsTransferable", "" },
	{ VALUES(3, NAMED("A") VALUE), CWMP_ODD_COUNT, 1, "ParameterList",
	    "is announced with 3, it has 1" },
	{ VALUES(1, "<Name>A</Name><Value xsi:type=\"x:string\"/>"), CWMP_ODD_COUNT, 1,
	    "ParameterList", "has its member without ParameterValueStruct" },
	{ ENVELOPE("<w:GetParameterValues><ParameterNames><string>A</string>"
		   "</ParameterNames></w:GetParameterValues>"),
	    CWMP_ODD_ARRAY_TYPE, 1, "ParameterNames", "has no arrayType" },
	{ ENVELOPE("<w:GetParameterValues><ParameterNames arrayType=\"x:string[1]\">"
		   "<string>A</string></ParameterNames></w:GetParameterValues>"),
	    CWMP_ODD_ARRAY_TYPE, 1, "ParameterNames",
	    "has arrayType without a namespace" },
	{ VALUES(1, NAMED("A") "<Value old:type=\"x:string\"/></ParameterValueStruct>"),
	    CWMP_ODD_XSI_TYPE, 1, "ParameterList/ParameterValueStruct[1]/Value",
	    "has xsi:type of the namespace "
	    "\"http://www.w3.org/1999/XMLSchema-instance\"" },
	{ VALUES(1, NAMED("A") "<Value no:type=\"x:string\"/></ParameterValueStruct>"),
	    CWMP_ODD_XSI_TYPE, 1, "ParameterList/ParameterValueStruct[1]/Value",
	    "has xsi:type with a prefix that is not declared" },
	{ VALUES(1, NAMED("A") "<Value no:type=\"x:string\"/></ParameterValueStruct>"),
	    CWMP_ODD_PREFIX, 1, "", "no" },
};

static void test_the_element_that_deviates_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd_rows); i++) {
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg msg;

		read_text(&msg, &arena, odd_rows[i].xml);
		check_odd(odd_rows[i].xml, &msg.odd[odd_rows[i].kind], odd_rows[i].n,
		    odd_rows[i].path, odd_rows[i].text);
	}
}

/* A message that has nothing in it: what of its rows must be there is missing. */
static void check_empty(enum cwmp_kind kind, enum cwmp_method method)
{
	const char *suffix = kind == CWMP_RESPONSE ? "Response" : "";
	auto_arena arena = ARENA_NULL;
	auto_buf wanted = BUF_NULL;
	struct cwmp_msg msg;
	char xml[1024];
	size_t n = 0;

	(void)snprintf(xml, sizeof(xml), ENVELOPE("<w:%s%s/>"),
	    cwmp_method_name(method), suffix);
	for (const struct cwmp_field *row = cwmp_fields(kind, method); row->name;
	     row++) {
		if (row->is_optional)
			continue;
		if (n++ < CWMP_MISSING_TOLD_MAX)
			buf_printf(&wanted, "%s%s", n > 1 ? ", " : "", row->name);
	}
	read_text(&msg, &arena, xml);
	check_odd(xml, &msg.odd[CWMP_ODD_MISSING], n, buf_cstr(&wanted), "");
	assert_int_equal(msg.deviations, n > 0 ? CWMP_MISSING_ARGUMENT : 0);
}

static void test_an_empty_message_lacks_all_that_must_be_there(void **state)
{
	(void)state;
	for (int method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHODS; method++) {
		check_empty(CWMP_REQUEST, (enum cwmp_method)method);
		check_empty(CWMP_RESPONSE, (enum cwmp_method)method);
	}
}

static void test_a_number_that_was_not_sent_is_not_0(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	(void)state;
	read_text(&msg, &arena, ENVELOPE("<w:InformResponse/>"));
	assert_false(msg.args.has_max_envelopes);
	read_text(&msg, &arena,
	    ENVELOPE("<w:InformResponse><MaxEnvelopes>0</MaxEnvelopes>"
		     "</w:InformResponse>"));
	assert_true(msg.args.has_max_envelopes);
	read_text(&msg, &arena,
	    ENVELOPE("<w:SetParameterValuesResponse><Status>none</Status>"
		     "</w:SetParameterValuesResponse>"));
	assert_false(msg.args.has_status);
	read_text(&msg, &arena, ENVELOPE("<w:Reboot/>"));
	assert_null(msg.args.command_key.p);
	read_text(&msg, &arena, ENVELOPE("<w:Reboot><CommandKey/></w:Reboot>"));
	assert_non_null(msg.args.command_key.p);
}

/* ---- the rows beside the schemas ----------------------------------------------------- */

struct schema {
	xmlDocPtr doc;
	const char *file;
	unsigned n; /* elements that were compared */
};

static bool is_node(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	       strcmp((const char *)node->name, name) == 0;
}

/* The attribute, without a prefix of its value; "" where there is none. */
static const char *attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *attr = xmlHasProp(node, (const xmlChar *)name);
	const char *value = attr ? (const char *)attr->children->content : "";
	const char *colon = strchr(value, ':');

	return colon ? colon + 1 : value;
}

/* The element or the type of that name at the top of the schema, or null. */
static const xmlNode *top(const struct schema *schema, const char *kind,
    const char *name)
{
	const xmlNode *node = xmlDocGetRootElement(schema->doc)->children;

	while (node &&
	       (!is_node(node, kind) || strcmp(attribute(node, "name"), name) != 0))
		node = node->next;
	return node;
}

/* The type of an element: the one that it names, or its own. */
static const xmlNode *type_of(const struct schema *schema, const xmlNode *element)
{
	const char *name = attribute(element, "type");

	if (name[0])
		return top(schema, "complexType", name);
	for (const xmlNode *child = element->children; child; child = child->next) {
		if (is_node(child, "complexType"))
			return child;
	}
	return NULL;
}

/* The elements below a node, those of a type that it extends first. */
static void collect(const struct schema *schema, const xmlNode *node,
    const xmlNode *elements[32], size_t *n)
{
	for (const xmlNode *child = node->children; child; child = child->next) {
		if (is_node(child, "element")) {
			assert_true(*n < 32);
			elements[(*n)++] = child;
			continue;
		}
		if (is_node(child, "extension") &&
		    top(schema, "complexType", attribute(child, "base")))
			collect(schema,
			    top(schema, "complexType", attribute(child, "base")),
			    elements, n);
		collect(schema, child, elements, n);
	}
}

static bool may_lack(const xmlNode *element)
{
	return strcmp(attribute(element, "minOccurs"), "0") == 0;
}

static void compare(struct schema *schema, const struct cwmp_field *rows,
    const xmlNode *type, const char *where);

static void compare_row(struct schema *schema, const struct cwmp_field *row,
    const xmlNode *element, const char *where)
{
	const xmlNode *type = type_of(schema, element), *members[32];
	bool is_array = row->type == FIELD_STRINGS || row->type == FIELD_LIST ||
			row->type == FIELD_ITEMS;
	size_t n = 0;
	char at[160];

	(void)snprintf(at, sizeof(at), "%s/%s", where, attribute(element, "name"));
	if (strcmp(row->name, attribute(element, "name")) != 0 ||
	    row->is_optional != may_lack(element))
		fail_msg("%s: %s is %s of the rows, in %s it is not", at, row->name,
		    row->is_optional ? "an optional one" : "one", schema->file);
	schema->n++;
	if (!is_array) {
		if (row->fields)
			compare(schema, row->fields, type, at);
		return;
	}
	collect(schema, type, members, &n);
	assert_int_equal(n, 1);
	assert_string_equal(row->member, attribute(members[0], "name"));
	if (row->needs_member == may_lack(members[0]))
		fail_msg("%s in %s: that it has a member at least", at, schema->file);
	if (row->fields)
		compare(schema, row->fields, type_of(schema, members[0]), at);
}

static void compare(struct schema *schema, const struct cwmp_field *rows,
    const xmlNode *type, const char *where)
{
	const xmlNode *elements[32];
	size_t n = 0;

	if (!type)
		fail_msg("%s has no type in %s", where, schema->file);
	collect(schema, type, elements, &n);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].name)
			fail_msg("%s has no row for %s", where,
			    attribute(elements[i], "name"));
		compare_row(schema, &rows[i], elements[i], where);
	}
	if (rows[n].name)
		fail_msg("%s has a row %s that is not in %s", where, rows[n].name,
		    schema->file);
}

static void compare_message(struct schema *schema, enum cwmp_kind kind,
    enum cwmp_method method)
{
	const struct cwmp_field *rows = cwmp_fields(kind, method);
	const xmlNode *element;
	char name[64];

	(void)snprintf(name, sizeof(name), "%s%s", cwmp_method_name(method),
	    kind == CWMP_RESPONSE ? "Response" : "");
	element = top(schema, "element", name);
	if (element)
		compare(schema, rows, type_of(schema, element), name);
	for (; element && rows->name; rows++) {
		for (const struct cwmp_variant *v = rows->variants; v && v->type; v++)
			compare(schema, v->fields, top(schema, "complexType", v->type),
			    v->type);
	}
}

/* 1.3 and 1.4 have elements of the header alone, beside what they take over from 1.2. */
static void test_the_rows_are_those_of_the_schemas(void **state)
{
	static const struct {
		const char *file;
		unsigned n; /* elements of its messages, as counted once */
	} files[] = { { "cwmp-1-0.xsd", 107 }, { "cwmp-1-1.xsd", 125 },
		{ "cwmp-1-2.xsd", 180 }, { "cwmp-1-3.xsd", 0 }, { "cwmp-1-4.xsd", 0 } };
	const char *root = getenv("CWMPLAB_SOURCE");
	char path[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct schema schema = { .file = files[i].file };

		(void)snprintf(path, sizeof(path), "%s/../shared/data/bbf/%s",
		    root ? root : ".", files[i].file);
		if (access(path, R_OK) != 0)
			skip();
		schema.doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
		assert_non_null(schema.doc);
		for (int m = CWMP_UNKNOWN_METHOD + 1; m < CWMP_METHODS; m++) {
			compare_message(&schema, CWMP_REQUEST, (enum cwmp_method)m);
			compare_message(&schema, CWMP_RESPONSE, (enum cwmp_method)m);
		}
		if (top(&schema, "element", "Fault"))
			compare(&schema,
			    cwmp_fields(CWMP_FAULT, CWMP_UNKNOWN_METHOD)[2]
				.fields->fields,
			    type_of(&schema, top(&schema, "element", "Fault")),
			    "Fault");
		xmlFreeDoc(schema.doc);
		assert_int_equal(schema.n, files[i].n);
	}
}

static void check_valid(xmlSchemaValidCtxtPtr validator, enum cwmp_kind kind,
    enum cwmp_method method)
{
	const struct cwmp_msg msg = full_message(kind, method);
	struct error err = ERROR_NULL;
	auto_buf xml = BUF_NULL;
	xmlDocPtr doc;

	if (cwmp_write(&xml, &msg, &err) < 0)
		fail_msg("%s: %s", cwmp_method_name(method), err.text);
	doc = xmlReadMemory((const char *)xml.data, (int)xml.len, NULL, NULL,
	    XML_PARSE_NONET);
	assert_non_null(doc);
	if (xmlSchemaValidateDoc(validator, doc) != 0)
		fail_msg("%s: %s", cwmp_method_name(method), buf_cstr(&xml));
	xmlFreeDoc(doc);
}

static void test_every_message_is_valid_by_the_schema(void **state)
{
	const char *root = getenv("CWMPLAB_SOURCE");
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaValidCtxtPtr validator;
	xmlSchemaPtr schema;
	char path[4096];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/../shared/data/xsd/all.xsd",
	    root ? root : ".");
	if (access(path, R_OK) != 0)
		skip();
	parser = xmlSchemaNewParserCtxt(path);
	schema = xmlSchemaParse(parser);
	assert_non_null(schema);
	validator = xmlSchemaNewValidCtxt(schema);
	for (int m = CWMP_UNKNOWN_METHOD + 1; m < CWMP_METHODS; m++) {
		check_valid(validator, CWMP_REQUEST, (enum cwmp_method)m);
		check_valid(validator, CWMP_RESPONSE, (enum cwmp_method)m);
	}
	xmlSchemaFreeValidCtxt(validator);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_element_that_deviates_is_named),
		cmocka_unit_test(test_an_empty_message_lacks_all_that_must_be_there),
		cmocka_unit_test(test_a_number_that_was_not_sent_is_not_0),
		cmocka_unit_test(test_the_rows_are_those_of_the_schemas),
		cmocka_unit_test(test_every_message_is_valid_by_the_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
