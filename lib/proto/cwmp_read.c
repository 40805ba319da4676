#include "lib/proto/cwmp_fields.h"
#include "lib/proto/cwmp_reader.h"
#include "lib/proto/xml_read.h"

#include <stdlib.h>

#define SOAP_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define XSI           "http://www.w3.org/2001/XMLSchema-instance"
#define CWMP_PREFIX   "urn:dslforum-org:cwmp-"

enum {
	DEFAULT_BYTES = 4 << 20,
	DEFAULT_MEMBERS = 65536,
	LEVEL_ENVELOPE = 0,
	LEVEL_SECTION = 1, /* Header, Body */
	LEVEL_CHILD = 2,   /* header elements, the method */
};

enum section {
	SECTION_NONE,
	SECTION_HEADER,
	SECTION_BODY
};

/* One open element below the method: what its children may be. */
struct frame {
	const struct cwmp_field *fields; /* null: children are skipped */
	const struct cwmp_field *list;   /* its children are members of this list */
	char *base;                      /* struct that fields fill */
	struct cwmp_item *free_item;     /* its children are free name-text pairs */
	uint32_t seen;                   /* rows of fields that were there */
	size_t announced;                /* arrayType's count; SIZE_MAX: none */
	size_t members;
};

struct cwmp_reader {
	struct xml_reader *xml;
	struct buf text; /* of the open leaf */
	/* Below: of the present message. */
	struct cwmp_msg *msg;
	struct arena *arena;
	struct error *err;
	size_t max_members, members;
	enum section section;
	bool has_body, has_method, has_header;
	unsigned level;
	struct frame frames[XML_DEPTH_MAX + 1];
	struct frame *frame;
	/* The open leaf: where its text goes. */
	enum cwmp_field_type leaf_type;
	void *leaf; /* null: text is not wanted */
	const char *header_name;
};

/* ---- leaves ------------------------------------------------------------------------ */

static int no_memory(struct cwmp_reader *r)
{
	return error_set(r->err, ERR_LIMIT, "the message is too large");
}

static int parse_bool(struct str text, bool *ret)
{
	text = str_trim(text);
	if (str_is(text, "1") || str_eq_nocase(text, STR("true")))
		*ret = true;
	else if (str_is(text, "0") || str_eq_nocase(text, STR("false")))
		*ret = false;
	else
		return ERR_MALFORMED;
	return 0;
}

static int parse_uint(struct str text, uint32_t *ret)
{
	uint64_t value;
	int r = str_to_u64(str_trim(text), UINT32_MAX, &value);

	if (r == 0)
		*ret = (uint32_t)value;
	return r;
}

static int store_str(struct cwmp_reader *r, struct str *target, struct str text)
{
	*target = arena_str(r->arena, text);
	return target->p ? 0 : no_memory(r);
}

/* Puts the text of the leaf where it belongs. */
static int store_leaf(struct cwmp_reader *r)
{
	struct str text = buf_str(&r->text);
	int f = 0;

	switch (r->leaf_type) {
	case FIELD_STR:
	case FIELD_VALUE:
		return store_str(r, r->leaf, text);
	case FIELD_UINT:
		f = parse_uint(text, r->leaf);
		break;
	case FIELD_BOOL:
		f = parse_bool(text, r->leaf);
		break;
	case FIELD_STRUCT:
	case FIELD_STRINGS:
	case FIELD_LIST:
	case FIELD_REPEAT:
	case FIELD_ITEMS:
	case FIELD_REPEAT_ITEMS:
		break;
	}
	if (f < 0)
		r->msg->deviations |= CWMP_BAD_VALUE;
	return 0;
}

static void open_leaf(struct cwmp_reader *r, enum cwmp_field_type type, void *target)
{
	r->leaf_type = type;
	r->leaf = target;
	buf_reset(&r->text);
}

/* ---- lists ------------------------------------------------------------------------- */

/* Room for one more item of the array at *items, which doubles in the arena at 4, 8, 16... */
static void *add_item(struct cwmp_reader *r, void *items, size_t *len, size_t size)
{
	void *array;

	memcpy(&array, items, sizeof(array));
	if (++r->members > r->max_members)
		return NULL;
	if (*len == 0 || (*len >= 4 && (*len & (*len - 1)) == 0)) {
		void *bigger = arena_array(r->arena, *len ? *len * 2 : 4, size);

		if (!bigger)
			return NULL;
		if (*len > 0)
			memcpy(bigger, array, *len * size);
		array = bigger;
		memcpy(items, &array, sizeof(array));
	}
	return (char *)array + size * (*len)++;
}

static void *add_member(struct cwmp_reader *r, const struct cwmp_field *list,
    char *base)
{
	size_t *len = (size_t *)(void *)(base + list->len_offset);
	bool is_free = list->type == FIELD_ITEMS || list->type == FIELD_REPEAT_ITEMS;
	size_t size = is_free ? sizeof(struct cwmp_item) : list->item_size;

	return add_item(r, base + list->offset, len, size);
}

/* "cwmp:EventStruct[2]", "xsd:string[0008]" */
static size_t announced_count(struct str array_type)
{
	struct str rest;
	uint64_t count;

	(void)str_cut(array_type, '[', &rest);
	rest = str_make(rest.p, str_find_char(rest, ']'));
	return str_to_u64(rest, UINT32_MAX, &count) < 0 ? SIZE_MAX : (size_t)count;
}

static size_t read_array_type(struct cwmp_reader *r, const struct xml_attr *attrs,
    size_t n_attrs)
{
	for (size_t i = 0; i < n_attrs; i++) {
		if (strcmp(attrs[i].name, "arrayType") == 0)
			return announced_count(attrs[i].value);
	}
	r->msg->deviations |= CWMP_NO_ARRAY_TYPE;
	return SIZE_MAX;
}

/* ---- elements below the method ----------------------------------------------------- */

static struct frame *push(struct cwmp_reader *r)
{
	struct frame *frame = ++r->frame;

	*frame = (struct frame){ .announced = SIZE_MAX };
	return frame;
}

static int read_xsi_type(struct cwmp_reader *r, struct cwmp_param *param,
    const struct xml_attr *attrs, size_t n_attrs)
{
	for (size_t i = 0; i < n_attrs; i++) {
		struct str prefix, local;

		if (strcmp(attrs[i].name, "type") != 0 || !attrs[i].ns ||
		    strcmp(attrs[i].ns, XSI) != 0)
			continue;
		prefix = str_cut(attrs[i].value, ':', &local);
		return store_str(r, &param->type, local.p ? local : prefix);
	}
	r->msg->deviations |= CWMP_NO_XSI_TYPE;
	return 0;
}

/* A member of an open list: its children fill a fresh item. */
static int open_member(struct cwmp_reader *r, const struct cwmp_field *list, char *base)
{
	struct frame *frame;
	void *item = add_member(r, list, base);

	if (!item)
		return no_memory(r);
	frame = push(r);
	if (list->type == FIELD_STRINGS) {
		open_leaf(r, FIELD_STR, item);
	} else if (list->type == FIELD_ITEMS || list->type == FIELD_REPEAT_ITEMS) {
		frame->free_item = item;
	} else {
		frame->fields = list->fields;
		frame->base = item;
	}
	return 0;
}

static int open_field(struct cwmp_reader *r, const struct cwmp_field *field, char *base,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct frame *frame;

	switch (field->type) {
	case FIELD_STR:
	case FIELD_UINT:
	case FIELD_BOOL:
		push(r);
		open_leaf(r, field->type, base + field->offset);
		return 0;
	case FIELD_VALUE:
		push(r);
		open_leaf(r, field->type, base + field->offset);
		/* Only struct cwmp_param has such a row. */
		return read_xsi_type(r, (struct cwmp_param *)(void *)base, attrs,
		    n_attrs);
	case FIELD_STRUCT:
		frame = push(r);
		frame->fields = field->fields;
		frame->base = base;
		return 0;
	case FIELD_STRINGS:
	case FIELD_LIST:
	case FIELD_ITEMS:
		frame = push(r);
		frame->list = field;
		frame->base = base;
		frame->announced = read_array_type(r, attrs, n_attrs);
		return 0;
	case FIELD_REPEAT:
	case FIELD_REPEAT_ITEMS:
		return open_member(r, field, base);
	}
	return 0;
}

/* Some CPEs leave the struct out where a list has one member. */
static bool is_bare_member(const struct cwmp_field *list, const char *name)
{
	return list->type == FIELD_LIST && strcmp(name, list->fields[0].name) == 0;
}

static int open_free(struct cwmp_reader *r, struct cwmp_item *item, const char *name)
{
	struct cwmp_param *param =
	    add_item(r, &item->fields, &item->len, sizeof(*item->fields));
	struct frame *frame;
	int f;

	if (!param)
		return no_memory(r);
	f = store_str(r, &param->name, str_of(name));
	if (f < 0)
		return f;
	frame = push(r);
	frame->free_item = item; /* a struct inside: its leaves are pairs as well */
	open_leaf(r, FIELD_STR, &param->value);
	return 0;
}

static int open_inner(struct cwmp_reader *r, const char *name,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct frame *frame = r->frame;

	r->leaf = NULL;
	if (frame->free_item)
		return open_free(r, frame->free_item, name);
	if (frame->list && !is_bare_member(frame->list, name)) {
		frame->members++;
		return open_member(r, frame->list, frame->base);
	}
	if (frame->list) {
		const struct cwmp_field *list = frame->list;
		void *item = add_member(r, list, frame->base);

		if (!item)
			return no_memory(r);
		frame->members++;
		frame->list = NULL;
		frame->fields = list->fields;
		frame->base = item;
		r->msg->deviations |= CWMP_WRONG_COUNT;
	}
	for (size_t i = 0; frame->fields && frame->fields[i].name; i++) {
		if (strcmp(frame->fields[i].name, name) != 0)
			continue;
		frame->seen |= UINT32_C(1) << i;
		return open_field(r, &frame->fields[i], frame->base, attrs, n_attrs);
	}
	if (frame->fields)
		r->msg->deviations |= CWMP_UNKNOWN_ELEMENT;
	push(r);
	return 0;
}

static void check_frame(struct cwmp_reader *r, const struct frame *frame)
{
	if (frame->list && frame->announced != SIZE_MAX &&
	    frame->announced != frame->members)
		r->msg->deviations |= CWMP_WRONG_COUNT;
	for (size_t i = 0; frame->fields && frame->fields[i].name; i++) {
		const struct cwmp_field *field = &frame->fields[i];
		bool may_lack = field->is_optional || field->type == FIELD_REPEAT ||
				field->type == FIELD_REPEAT_ITEMS;

		if (!may_lack && !(frame->seen & UINT32_C(1) << i))
			r->msg->deviations |= CWMP_MISSING_ARGUMENT;
	}
}

/* ---- envelope, header, method ------------------------------------------------------ */

static int open_envelope(struct cwmp_reader *r, const char *name, const char *ns)
{
	if (strcmp(name, "Envelope") != 0)
		return error_set(r->err, ERR_MALFORMED,
		    "the root element is \"%.64s\", no SOAP envelope", name);
	if (!ns || strcmp(ns, SOAP_ENVELOPE) != 0)
		r->msg->deviations |= CWMP_ODD_ENVELOPE_NS;
	return 0;
}

static void open_section(struct cwmp_reader *r, const char *name)
{
	r->section = SECTION_NONE;
	if (strcmp(name, "Header") == 0) {
		r->section = SECTION_HEADER;
		r->has_header = true;
	} else if (strcmp(name, "Body") == 0) {
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
	size_t offset, flag_offset; /* flag_offset 0: none */
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

static void open_header(struct cwmp_reader *r, const char *name,
    const struct xml_attr *attrs, size_t n_attrs)
{
	char *header = (char *)&r->msg->header;
	bool must_understand = false;

	push(r);
	r->leaf = NULL;
	r->header_name = NULL;
	for (size_t i = 0; i < n_attrs; i++)
		must_understand |= strcmp(attrs[i].name, "mustUnderstand") == 0 &&
				   str_is(attrs[i].value, "1");
	for (size_t i = 0; i < ARRAY_LEN(header_rows); i++) {
		const struct header_row *row = &header_rows[i];

		if (strcmp(name, row->name) != 0)
			continue;
		if (row->flag_offset != SIZE_MAX)
			*(bool *)(void *)(header + row->flag_offset) = true;
		r->header_name = row->name;
		open_leaf(r, row->type, header + row->offset);
	}
	if (strcmp(name, "ID") == 0 && !must_understand)
		r->msg->deviations |= CWMP_ID_NOT_UNDERSTAND;
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
	struct frame *frame = push(r);
	int f;

	r->leaf = NULL;
	if (r->has_method) {
		msg->deviations |= CWMP_SEVERAL_BODIES;
		return 0;
	}
	r->has_method = true;
	f = store_str(r, &msg->method_name, str_of(name));
	if (f < 0)
		return f;
	if (strcmp(name, "Fault") == 0 && (!ns || strncmp(ns, CWMP_PREFIX, 22) != 0)) {
		msg->kind = CWMP_FAULT;
	} else {
		set_method(msg, msg->method_name);
		f = ns ? store_str(r, &msg->ns_uri, str_of(ns)) : 0;
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
		push(r);
		r->leaf = NULL;
		return 0;
	}
	if (r->section == SECTION_HEADER) {
		open_header(r, name, attrs, n_attrs);
		return 0;
	}
	if (level == LEVEL_CHILD)
		return open_method(r, name, ns);
	if (ns && r->msg->kind != CWMP_FAULT)
		r->msg->deviations |= CWMP_QUALIFIED_INNER;
	return open_inner(r, name, attrs, n_attrs);
}

static int on_text(void *user, struct str text)
{
	struct cwmp_reader *r = user;

	if (!r->leaf)
		return 0;
	buf_append_str(&r->text, text);
	return r->text.error ? no_memory(r) : 0;
}

static int on_end(void *user)
{
	struct cwmp_reader *r = user;
	unsigned level = --r->level;
	int f = 0;

	if (r->leaf) {
		f = store_leaf(r);
		r->leaf = NULL;
	}
	if (level < LEVEL_CHILD)
		return f;
	if (r->section == SECTION_BODY)
		check_frame(r, r->frame);
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
	r->frames[0] = (struct frame){ .announced = SIZE_MAX };
	r->leaf = NULL;
}

static int finish_message(struct cwmp_reader *r)
{
	struct cwmp_msg *msg = r->msg;

	if (!r->has_method)
		return error_set(r->err, ERR_MALFORMED,
		    r->has_body ? "the SOAP Body is empty"
				: "the envelope has no Body");
	if (!r->has_header)
		msg->deviations |= CWMP_NO_HEADER;
	if (msg->header.has_id && msg->header.id.len == 0)
		msg->deviations |= CWMP_EMPTY_ID;
	if (msg->kind == CWMP_FAULT &&
	    (!str_is(msg->fault.soap_string, "CWMP fault") || msg->fault.code == 0))
		msg->deviations |= CWMP_FAULT_SHAPE;
	return 0;
}

int cwmp_reader_read(struct cwmp_reader *r, struct cwmp_msg *msg, struct arena *arena,
    const void *xml, size_t len, const struct cwmp_limits *limits, struct error *err)
{
	const struct xml_handler handler = { r, on_start, on_text, on_end };
	size_t max = limits && limits->bytes ? limits->bytes : DEFAULT_BYTES;
	struct str text = str_make(xml, len);
	bool has_bom = str_starts(text, STR("\xef\xbb\xbf"));
	int f;

	if (len > max)
		return error_set(err, ERR_LIMIT,
		    "an envelope of %zu bytes, at most %zu go", len, max);
	while (text.len > 0 && (text.p[0] == ' ' || text.p[0] == '\r' ||
				   text.p[0] == '\n' || text.p[0] == '\t'))
		text = str_from(text, 1);
	start_message(r, msg, arena, limits, err);
	f = xml_read(r->xml, text, &handler, err);
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
		return error_set(err, ERR_LIMIT, "no memory");
	f = cwmp_reader_read(r, msg, arena, xml, len, limits, err);
	cwmp_reader_free(r);
	return f;
}
