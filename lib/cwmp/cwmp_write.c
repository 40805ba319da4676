#include "lib/cwmp/cwmp_fields.h"

#include "lib/base/utf8.h"

static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
static const char envelope[] =
    "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\""
    " xmlns:soap-enc=\"http://schemas.xmlsoap.org/soap/encoding/\""
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    " xmlns:cwmp=\"";

struct writer {
	struct buf *out;
	struct error *err;
};

/* ---- text -------------------------------------------------------------------------- */

static const char *escape_of(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;"; /* a parser would read it as a line feed */
	}
	return NULL;
}

/* ASCII that stands in XML as it is: almost all of almost all texts. */
static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '<' && c != '>' && c != '&' && c != '"';
}

static bool are_plain(uint64_t eight)
{
	return (eight_odd(eight) | eight_has(eight, '<') | eight_has(eight, '>') |
		   eight_has(eight, '&') | eight_has(eight, '"')) == 0;
}

/* The first from the i-th on that is no such, or the end. */
static size_t next_odd(struct str text, size_t i)
{
	while (text.len - i >= EIGHT && are_plain(eight_at(text.p + i)))
		i += EIGHT;
	while (i < text.len && is_plain(text.p[i]))
		i++;
	return i;
}

static int write_text(struct writer *w, struct str text)
{
	size_t plain = 0;

	for (size_t i = next_odd(text, 0); i < text.len; i = next_odd(text, i)) {
		struct str rest = str_from(text, i);
		const char *escape = escape_of(text.p[i]);

		if (!utf8_is_xml(rest))
			return error_set_at(w->err, ERR_MALFORMED, i,
			    "byte 0x%02x at offset %zu of a value cannot stand in XML",
			    (unsigned char)text.p[i], i);
		if (escape) {
			buf_append(w->out, text.p + plain, i - plain);
			buf_append_text(w->out, escape);
			plain = i + 1;
		}
		i += utf8_char(rest);
	}
	if (text.len > plain)
		buf_append(w->out, text.p + plain, text.len - plain);
	return 0;
}

/* Tags are most of a message: each looks for room once. */
static void put_tag(struct writer *w, struct str begin, const char *name)
{
	struct str text = str_of(name);
	uint8_t *at = buf_reserve(w->out, begin.len + text.len + 1);

	if (!at)
		return;
	memcpy(at, begin.p, begin.len);
	memcpy(at + begin.len, text.p, text.len);
	at[begin.len + text.len] = '>';
	w->out->len += begin.len + text.len + 1;
}

static void open_tag(struct writer *w, const char *name)
{
	put_tag(w, STR("<"), name);
}

static void close_tag(struct writer *w, const char *name)
{
	put_tag(w, STR("</"), name);
}

static int write_leaf(struct writer *w, const char *name, struct str text)
{
	int r;

	open_tag(w, name);
	r = write_text(w, text);
	close_tag(w, name);
	return r;
}

static void write_number(struct writer *w, const char *name, uint32_t number)
{
	open_tag(w, name);
	buf_append_uint(w->out, number, 1);
	close_tag(w, name);
}

/* ---- fields ------------------------------------------------------------------------ */

static int write_fields(struct writer *w, const struct cwmp_field *fields,
    const char *base);

static size_t length_of(const struct cwmp_field *field, const char *base)
{
	size_t len;

	memcpy(&len, base + field->len_offset, sizeof(len));
	return len;
}

static const char *items_of(const struct cwmp_field *field, const char *base)
{
	const char *items;

	memcpy(&items, base + field->offset, sizeof(items));
	return items;
}

/* The type goes into an attribute: names only. */
static bool is_type_name(struct str type)
{
	for (size_t i = 0; i < type.len; i++) {
		char c = type.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'))
			return false;
	}
	return true;
}

static int write_value(struct writer *w, const struct cwmp_field *field,
    const char *base)
{
	const struct cwmp_param *param = (const struct cwmp_param *)(const void *)base;
	int r;

	if (!is_type_name(param->type))
		return error_set(w->err, ERR_MALFORMED, "\"%.*s\" is no name of a type",
		    STR_ARG(param->type));
	/* base64 is a type of SOAP's encoding, not of XML Schema (TR-069 A6 A.2.1). */
	buf_append_char(w->out, '<');
	buf_append_text(w->out, field->name);
	buf_append_text(w->out, str_is(param->type, "base64") ? " xsi:type=\"soap-enc:"
							      : " xsi:type=\"xsd:");
	buf_append_str(w->out, param->type.len > 0 ? param->type : STR("string"));
	buf_append_str(w->out, STR("\">"));
	r = write_text(w, param->value);
	close_tag(w, field->name);
	return r;
}

static struct str text_in(const struct cwmp_item *item, const char *name)
{
	for (size_t i = 0; i < item->len; i++) {
		if (str_is(item->fields[i].name, name))
			return str_make(item->fields[i].value.p
					    ? item->fields[i].value.p
					    : "",
			    item->fields[i].value.len);
	}
	return STR_NULL;
}

static bool has_any(const struct cwmp_item *item, const struct cwmp_field *rows)
{
	for (; rows->name; rows++) {
		if (text_in(item, rows->name).p)
			return true;
	}
	return false;
}

/* The pairs of an item in the order of the schema, which is a sequence. The members of a
 * struct inside are pairs of the item as well, as the reader makes them. */
static int write_item(struct writer *w, const struct cwmp_field *rows,
    const struct cwmp_item *item)
{
	int r = 0;

	for (; rows->name && r == 0; rows++) {
		struct str text = text_in(item, rows->name);

		if (!rows->fields) {
			if (text.len > 0 || (text.p && !rows->is_optional))
				r = write_leaf(w, rows->name, text);
			continue;
		}
		if (!text.p && !has_any(item, rows->fields))
			continue;
		open_tag(w, rows->name);
		r = write_item(w, rows->fields, item);
		close_tag(w, rows->name);
	}
	return r;
}

/* An item whose type says what it has. */
static int write_variant(struct writer *w, const struct cwmp_field *field,
    const struct cwmp_item *item)
{
	const struct cwmp_variant *variant = field->variants;
	int r;

	while (variant->type && !str_is(item->type, variant->type))
		variant++;
	if (!variant->type)
		return error_set(w->err, ERR_MALFORMED,
		    "\"%.*s\" is no type of one of the %s", STR_ARG(item->type),
		    field->name);
	buf_append_char(w->out, '<');
	buf_append_text(w->out, field->name);
	buf_append_str(w->out, STR(" xsi:type=\"cwmp:"));
	buf_append_text(w->out, variant->type);
	buf_append_str(w->out, STR("\">"));
	r = write_item(w, variant->fields, item);
	close_tag(w, field->name);
	return r;
}

/* One member, its tag included. */
static int write_member(struct writer *w, const struct cwmp_field *field,
    const char *tag, const char *item)
{
	int r = 0;

	if (field->variants)
		return write_variant(w, field,
		    (const struct cwmp_item *)(const void *)item);
	open_tag(w, tag);
	switch (field->type) {
	case FIELD_STRINGS:
		r = write_text(w, *(const struct str *)(const void *)item);
		break;
	case FIELD_ITEMS:
	case FIELD_REPEAT_ITEMS:
		r = write_item(w, field->fields,
		    (const struct cwmp_item *)(const void *)item);
		break;
	case FIELD_LIST:
	case FIELD_REPEAT:
		r = write_fields(w, field->fields, item);
		break;
	case FIELD_STR:
	case FIELD_UINT:
	case FIELD_BOOL:
	case FIELD_VALUE:
	case FIELD_STRUCT:
		break;
	}
	close_tag(w, tag);
	return r;
}

static void open_list(struct writer *w, const struct cwmp_field *field, size_t len)
{
	buf_append_char(w->out, '<');
	buf_append_text(w->out, field->name);
	buf_append_str(w->out, STR(" soap-enc:arrayType=\""));
	buf_append_text(w->out, field->member_type);
	buf_append_char(w->out, '[');
	buf_append_uint(w->out, len, 1);
	buf_append_str(w->out, STR("]\">"));
}

static int write_list(struct writer *w, const struct cwmp_field *field,
    const char *base)
{
	bool is_wrapped =
	    field->type != FIELD_REPEAT && field->type != FIELD_REPEAT_ITEMS;
	const char *tag = is_wrapped ? field->member : field->name;
	const char *item = items_of(field, base);
	size_t len = length_of(field, base);
	int r = 0;

	if (is_wrapped)
		open_list(w, field, len);
	for (size_t i = 0; i < len && r == 0; i++, item += field->item_size)
		r = write_member(w, field, tag, item);
	if (is_wrapped)
		close_tag(w, field->name);
	return r;
}

static int write_field(struct writer *w, const struct cwmp_field *field,
    const char *base)
{
	const void *at = base + field->offset;
	int r;

	switch (field->type) {
	case FIELD_STR:
		if (field->is_optional && ((const struct str *)at)->len == 0)
			return 0;
		return write_leaf(w, field->name, *(const struct str *)at);
	case FIELD_UINT:
		write_number(w, field->name, *(const uint32_t *)at);
		return 0;
	case FIELD_BOOL:
		write_number(w, field->name, *(const bool *)at);
		return 0;
	case FIELD_VALUE:
		return write_value(w, field, base);
	case FIELD_STRUCT:
		open_tag(w, field->name);
		r = write_fields(w, field->fields, base);
		close_tag(w, field->name);
		return r;
	case FIELD_STRINGS:
	case FIELD_LIST:
	case FIELD_REPEAT:
	case FIELD_ITEMS:
	case FIELD_REPEAT_ITEMS:
		break;
	}
	return write_list(w, field, base);
}

static int write_fields(struct writer *w, const struct cwmp_field *fields,
    const char *base)
{
	for (; fields->name; fields++) {
		int r = write_field(w, fields, base);

		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- header and body --------------------------------------------------------------- */

static int write_header(struct writer *w, const struct cwmp_soap_header *header)
{
	int r = 0;

	buf_append_text(w->out, "<soap-env:Header>");
	if (header->has_id) {
		buf_append_text(w->out, "<cwmp:ID soap-env:mustUnderstand=\"1\">");
		r = write_text(w, header->id);
		buf_append_text(w->out, "</cwmp:ID>");
	}
	if (header->has_hold_requests)
		buf_printf(w->out,
		    "<cwmp:HoldRequests soap-env:mustUnderstand=\"1\">%d</cwmp:HoldRequests>",
		    header->hold_requests);
	if (header->has_session_timeout) {
		buf_append_text(w->out,
		    "<cwmp:SessionTimeout soap-env:mustUnderstand=\"0\">");
		buf_append_uint(w->out, header->session_timeout, 1);
		buf_append_text(w->out, "</cwmp:SessionTimeout>");
	}
	if (r == 0 && header->supported_versions.p) {
		buf_append_text(w->out,
		    "<cwmp:SupportedCWMPVersions soap-env:mustUnderstand=\"0\">");
		r = write_text(w, header->supported_versions);
		buf_append_text(w->out, "</cwmp:SupportedCWMPVersions>");
	}
	if (r == 0 && header->use_version.p) {
		buf_append_text(w->out,
		    "<cwmp:UseCWMPVersion soap-env:mustUnderstand=\"1\">");
		r = write_text(w, header->use_version);
		buf_append_text(w->out, "</cwmp:UseCWMPVersion>");
	}
	buf_append_text(w->out, "</soap-env:Header>");
	return r;
}

/* A fault is SOAP's own element with CWMP's inside (TR-069 A6 3.5.6). */
static int write_fault(struct writer *w, const struct cwmp_msg *msg)
{
	const struct cwmp_fault *fault = &msg->fault;
	struct str code = fault->soap_code.len > 0
			      ? fault->soap_code
			      : str_of(cwmp_fault_soap_code(fault->code));
	const struct cwmp_field *detail = &cwmp_fields(CWMP_FAULT, msg->method)[2];
	int r;

	buf_append_text(w->out, "<soap-env:Fault><faultcode>");
	r = write_text(w, code);
	if (r < 0)
		return r;
	buf_append_text(w->out,
	    "</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>");
	r = write_fields(w, detail->fields[0].fields, (const char *)msg);
	buf_append_text(w->out, "</cwmp:Fault></detail></soap-env:Fault>");
	return r;
}

static int write_method(struct writer *w, const struct cwmp_msg *msg)
{
	const struct cwmp_field *fields = cwmp_fields(msg->kind, msg->method);
	struct str name = cwmp_msg_name(msg);
	int r;

	if (!fields || name.len == 0)
		return error_set(w->err, ERR_UNSUPPORTED, "no such method to write");
	buf_append_str(w->out, STR("<cwmp:"));
	buf_append_str(w->out, name);
	buf_append_char(w->out, '>');
	r = write_fields(w, fields, (const char *)msg);
	buf_append_str(w->out, STR("</cwmp:"));
	buf_append_str(w->out, name);
	buf_append_char(w->out, '>');
	return r;
}

int cwmp_write(struct buf *out, const struct cwmp_msg *msg, struct error *err)
{
	struct writer w = { out, err };
	int r;

	if (!msg->has_no_declaration)
		buf_append_text(out, declaration);
	buf_append_text(out, envelope);
	buf_append_text(out, cwmp_ns_uri(msg->ns));
	buf_append_text(out, "\">");
	r = write_header(&w, &msg->header);
	if (r < 0)
		return r;
	buf_append_text(out, "<soap-env:Body>");
	r = msg->kind == CWMP_FAULT ? write_fault(&w, msg) : write_method(&w, msg);
	buf_append_text(out, "</soap-env:Body></soap-env:Envelope>\n");
	if (r == 0 && out->error)
		r = error_set(err, out->error, "the envelope is too large");
	return r;
}
