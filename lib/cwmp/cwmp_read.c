#include "lib/cwmp/cwmp_read_internal.h"

#include "lib/base/buf.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SOAP_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define CWMP_PREFIX   "urn:dslforum-org:cwmp-"

enum {
	DEFAULT_BYTES = 4 << 20,
	DEFAULT_MEMBERS = 65536,
	DECLARATION_MAX = 128, /* bytes in which the encoding is declared */
	LEVEL_ENVELOPE = 0,
	LEVEL_SECTION = 1, /* Header, Body */
	LEVEL_CHILD = 2,   /* header elements, the method */
};

/* ---- envelope, header, method ------------------------------------------------------ */

static int open_envelope(struct cwmp_reader *r, const char *name, const char *ns)
{
	uint64_t names = xml_reader_names(r->xml);

	if (names != r->names)
		memset(r->known, 0, sizeof(r->known));
	r->names = names;
	if (!cwmp_is_named(r, name, "Envelope"))
		return error_set(r->err, ERR_MALFORMED,
		    "the root element is \"%.64s\", no SOAP envelope", name);
	if (!ns || strcmp(ns, SOAP_ENVELOPE) != 0)
		r->msg->deviations |= CWMP_ODD_ENVELOPE_NS;
	r->envelope_ns = ns;
	return 0;
}

static void open_section(struct cwmp_reader *r, const char *name)
{
	r->section = SECTION_NONE;
	if (cwmp_is_named(r, name, "Header")) {
		r->section = SECTION_HEADER;
		r->has_header = true;
	} else if (cwmp_is_named(r, name, "Body")) {
		if (r->has_body)
			r->msg->deviations |= CWMP_SEVERAL_BODIES;
		else
			r->section = SECTION_BODY;
		r->has_body = true;
	} else {
		r->msg->deviations |= CWMP_UNKNOWN_ELEMENT;
	}
}

/* Rows of the SOAP header (TR-069 A6 3.5.5, table 4): text, and the flag that it is there. */
static const struct header_row {
	const char *name;
	enum cwmp_field_type type;
	size_t offset, flag_offset; /* flag_offset SIZE_MAX: none */
} header_rows[] = {
	{ "ID", FIELD_STR, offsetof(struct cwmp_soap_header, id),
	    offsetof(struct cwmp_soap_header, has_id) },
	{ "HoldRequests", FIELD_BOOL, offsetof(struct cwmp_soap_header, hold_requests),
	    offsetof(struct cwmp_soap_header, has_hold_requests) },
	{ "SessionTimeout", FIELD_UINT,
	    offsetof(struct cwmp_soap_header, session_timeout),
	    offsetof(struct cwmp_soap_header, has_session_timeout) },
	{ "SupportedCWMPVersions", FIELD_STR,
	    offsetof(struct cwmp_soap_header, supported_versions), SIZE_MAX },
	{ "UseCWMPVersion", FIELD_STR, offsetof(struct cwmp_soap_header, use_version),
	    SIZE_MAX },
	{ "NoMoreRequests", FIELD_BOOL,
	    offsetof(struct cwmp_soap_header, no_more_requests),
	    offsetof(struct cwmp_soap_header, has_no_more_requests) },
};

/* The parser hands out one copy of each, so that most compare by pointer. */
static bool is_same_ns(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* SOAP 1.1 4.2.3: the attribute is of the envelope's namespace. */
static int check_must_understand(struct cwmp_reader *r, const struct xml_attr *attrs,
    size_t n_attrs)
{
	const struct xml_attr *other = NULL;

	for (size_t i = 0; i < n_attrs; i++) {
		if (!cwmp_is_named(r, attrs[i].name, "mustUnderstand") ||
		    !str_is(attrs[i].value, "1"))
			continue;
		if (is_same_ns(attrs[i].ns, r->envelope_ns) && !attrs[i].is_unbound)
			return 0;
		other = &attrs[i];
	}
	return cwmp_odd_attribute(r, CWMP_ID_NOT_UNDERSTAND, CWMP_ODD_ID,
	    "mustUnderstand=\"1\"", other);
}

static int open_header(struct cwmp_reader *r, const char *name,
    const struct xml_attr *attrs, size_t n_attrs)
{
	char *header = (char *)&r->msg->header;

	cwmp_body_push(r);
	r->leaf = NULL;
	for (size_t i = 0; i < ARRAY_LEN(header_rows); i++) {
		const struct header_row *row = &header_rows[i];

		if (!cwmp_is_named(r, name, row->name))
			continue;
		if (row->flag_offset != SIZE_MAX)
			*(bool *)(void *)(header + row->flag_offset) = true;
		cwmp_body_open_leaf(r, row->type, header + row->offset);
	}
	return cwmp_is_named(r, name, "ID") ? check_must_understand(r, attrs, n_attrs)
					    : 0;
}

static enum cwmp_ns ns_of(const char *uri)
{
	for (int ns = CWMP_NS_1_0; ns <= CWMP_NS_1_2; ns++) {
		if (strcmp(uri, cwmp_ns_uri((enum cwmp_ns)ns)) == 0)
			return (enum cwmp_ns)ns;
	}
	return CWMP_NS_UNKNOWN;
}

static void set_method(struct cwmp_msg *msg, struct str name)
{
	static const struct str suffix = { "Response", 8 };

	msg->kind = CWMP_REQUEST;
	msg->method = cwmp_method_of(name);
	if (msg->method != CWMP_UNKNOWN_METHOD || !str_ends(name, suffix))
		return;
	msg->method = cwmp_method_of(str_make(name.p, name.len - suffix.len));
	msg->kind = CWMP_RESPONSE;
}

static int open_method(struct cwmp_reader *r, const char *name, const char *ns)
{
	struct cwmp_msg *msg = r->msg;
	struct open_element *frame = cwmp_body_push(r);
	int f;

	r->leaf = NULL;
	if (r->has_method) {
		msg->deviations |= CWMP_SEVERAL_BODIES;
		return 0;
	}
	r->has_method = true;
	f = cwmp_store(r, &msg->method_name, str_of(name));
	if (f < 0)
		return f;
	if (strcmp(name, "Fault") == 0 && (!ns || strncmp(ns, CWMP_PREFIX, 22) != 0)) {
		msg->kind = CWMP_FAULT;
	} else {
		set_method(msg, msg->method_name);
		f = ns ? cwmp_store(r, &msg->ns_uri, str_of(ns)) : 0;
		if (f < 0)
			return f;
		msg->ns = ns ? ns_of(ns) : CWMP_NS_UNKNOWN;
		if (msg->ns == CWMP_NS_UNKNOWN)
			msg->deviations |= CWMP_UNKNOWN_NS;
	}
	frame->fields = cwmp_fields(msg->kind, msg->method);
	frame->base = (char *)msg;
	return 0;
}

/* ---- the parser's calls ------------------------------------------------------------ */

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct cwmp_reader *r = user;
	unsigned level = r->level++;

	if (level == LEVEL_ENVELOPE)
		return open_envelope(r, name, ns);
	if (level == LEVEL_SECTION) {
		open_section(r, name);
		return 0;
	}
	if (r->section == SECTION_NONE ||
	    (r->section == SECTION_HEADER && level > LEVEL_CHILD)) {
		cwmp_body_push(r);
		r->leaf = NULL;
		return 0;
	}
	if (r->section == SECTION_HEADER)
		return open_header(r, name, attrs, n_attrs);
	if (level == LEVEL_CHILD)
		return open_method(r, name, ns);
	if (ns && r->msg->kind != CWMP_FAULT)
		r->msg->deviations |= CWMP_QUALIFIED_INNER;
	return cwmp_body_open(r, name, attrs, n_attrs);
}

static int on_text(void *user, struct str text)
{
	struct cwmp_reader *r = user;

	return r->leaf ? cwmp_body_take_text(r, text) : 0;
}

static int on_end(void *user)
{
	struct cwmp_reader *r = user;
	unsigned level = --r->level;
	int f = 0;

	if (r->leaf) {
		f = cwmp_body_close_leaf(r);
		r->leaf = NULL;
	}
	if (level < LEVEL_CHILD)
		return f;
	if (f == 0 && r->section == SECTION_BODY)
		f = cwmp_body_check(r, r->frame);
	r->frame--;
	return f;
}

/* ---- interface --------------------------------------------------------------------- */

struct cwmp_reader *cwmp_reader_new(void)
{
	struct cwmp_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->xml = xml_reader_new();
	if (!r->xml) {
		free(r);
		return NULL;
	}
	return r;
}

void cwmp_reader_free(struct cwmp_reader *r)
{
	if (!r)
		return;
	xml_reader_free(r->xml);
	buf_free(&r->text);
	free(r);
}

static void start_message(struct cwmp_reader *r, struct cwmp_msg *msg,
    struct arena *arena, const struct cwmp_limits *limits, struct error *err)
{
	memset(msg, 0, sizeof(*msg));
	r->msg = msg;
	r->arena = arena;
	r->err = err;
	r->max_members = limits && limits->params ? limits->params : DEFAULT_MEMBERS;
	r->members = 0;
	r->section = SECTION_NONE;
	r->has_body = r->has_method = r->has_header = false;
	r->level = 0;
	r->frame = r->frames;
	r->frames[0] = (struct open_element){ .announced = SIZE_MAX };
	r->leaf = NULL;
	r->xsi = r->encoding = NULL;
	r->envelope_ns = NULL;
}

static int note_undeclared(struct cwmp_reader *r)
{
	const char *prefix = xml_undeclared(r->xml);

	if (!prefix)
		return 0;
	r->section = SECTION_NONE;
	return cwmp_odd_note(r, CWMP_UNBOUND_PREFIX, CWMP_ODD_PREFIX, str_of(prefix));
}

/* "soap:Client" is Client. No name has a second colon; what stands behind the last one is
 * read as the same again once it was written. */
static struct str without_prefix(struct str name)
{
	const char *colon;

	name = str_trim(name);
	colon = name.len > 0 ? memrchr(name.p, ':', name.len) : NULL;
	return colon ? str_trim(str_from(name, (size_t)(colon + 1 - name.p))) : name;
}

static int finish_message(struct cwmp_reader *r)
{
	struct cwmp_msg *msg = r->msg;

	if (!r->has_method)
		return error_set(r->err, ERR_MALFORMED,
		    r->has_body ? "the SOAP Body is empty"
				: "the envelope has no Body");
	msg->fault.soap_code = without_prefix(msg->fault.soap_code);
	if (!r->has_header)
		msg->deviations |= CWMP_NO_HEADER;
	if (msg->header.has_id && msg->header.id.len == 0)
		msg->deviations |= CWMP_EMPTY_ID;
	if (msg->kind == CWMP_FAULT &&
	    (!str_is(msg->fault.soap_string, "CWMP fault") || !msg->fault.has_code))
		msg->deviations |= CWMP_FAULT_SHAPE;
	return note_undeclared(r);
}

/* ---- other encodings ---------------------------------------------------------------- */

static bool is_utf8(struct str text)
{
	while (text.len > 0) {
		size_t n = (unsigned char)text.p[0] < 0x80 ? 1 : utf8_char(text);

		if (n == 0)
			return false;
		text = str_from(text, n);
	}
	return true;
}

/* Whether bytes that are no UTF-8 are declared as such, or not at all: ends that name
 * their charset in the HTTP head alone, or nowhere, write Latin-1. */
static bool is_latin1_in_disguise(struct str text)
{
	struct str head = str_make(text.p, MIN(text.len, (size_t)DECLARATION_MAX));
	size_t at;

	if (text.len == 0 || text.p[0] != '<' || is_utf8(text))
		return false;
	if (!str_starts(head, STR("<?xml")) || !str_find(head, STR("encoding="), &at))
		return true;
	head = str_from(head, at + strlen("encoding=") + 1);
	return head.len >= 5 && str_eq_nocase(str_make(head.p, 5), STR("UTF-8"));
}

static void append_latin1(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		utf8_put(out, (unsigned char)text.p[i]);
}

static int read_latin1(struct cwmp_reader *r, struct str text, struct cwmp_msg *msg,
    struct arena *arena, const struct cwmp_limits *limits, struct error *err)
{
	const struct xml_handler handler = { r, on_start, on_text, on_end };
	auto_buf utf8 = BUF_NULL;
	int f;

	append_latin1(&utf8, text);
	if (utf8.error)
		return error_set(err, utf8.error, "no memory");
	start_message(r, msg, arena, limits, err);
	f = xml_read(r->xml, buf_str(&utf8), &handler, err);
	msg->deviations |= CWMP_NOT_UTF8;
	return f;
}

int cwmp_reader_read(struct cwmp_reader *r, struct cwmp_msg *msg, struct arena *arena,
    const void *xml, size_t len, const struct cwmp_limits *limits, struct error *err)
{
	const struct xml_handler handler = { r, on_start, on_text, on_end };
	size_t max = limits && limits->bytes ? limits->bytes : DEFAULT_BYTES;
	struct str text = str_make(xml, len);
	bool has_bom = str_starts(text, STR("\xef\xbb\xbf"));
	int f;

	if (!r)
		return cwmp_read(msg, arena, xml, len, limits, err);
	if (len > max)
		return error_set(err, ERR_LIMIT,
		    "an envelope of %zu bytes, at most %zu go", len, max);
	while (text.len > 0 && (text.p[0] == ' ' || text.p[0] == '\r' ||
				   text.p[0] == '\n' || text.p[0] == '\t'))
		text = str_from(text, 1);
	start_message(r, msg, arena, limits, err);
	f = xml_read(r->xml, text, &handler, err);
	if (f == ERR_MALFORMED && is_latin1_in_disguise(text))
		f = read_latin1(r, text, msg, arena, limits, err);
	if (f < 0)
		return f;
	if (has_bom)
		msg->deviations |= CWMP_BOM;
	return finish_message(r);
}

int cwmp_read(struct cwmp_msg *msg, struct arena *arena, const void *xml, size_t len,
    const struct cwmp_limits *limits, struct error *err)
{
	struct cwmp_reader *r = cwmp_reader_new();
	int f;

	if (!r)
		return error_set(err, -ENOMEM, "no memory");
	f = cwmp_reader_read(r, msg, arena, xml, len, limits, err);
	cwmp_reader_free(r);
	return f;
}
