#include "lib/cwmp/cwmp_read_internal.h"

#include <stdio.h>

#define XSI      "http://www.w3.org/2001/XMLSchema-instance"
#define ENCODING "http://schemas.xmlsoap.org/soap/encoding/"

/* ---- leaves ------------------------------------------------------------------------ */

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

static bool is_kept_as_text(const struct cwmp_reader *r)
{
	return r->leaf_type == FIELD_STR || r->leaf_type == FIELD_VALUE;
}

/* The parser gives nearly all text in one run, which is copied once, to where it stays;
 * text of several runs is put together first. */
int cwmp_body_take_text(struct cwmp_reader *r, struct str text)
{
	if (is_kept_as_text(r) && !r->piece.p && r->text.len == 0)
		return cwmp_store(r, &r->piece, text);
	if (r->piece.p)
		buf_append_str(&r->text, r->piece);
	r->piece = STR_NULL;
	buf_append_str(&r->text, text);
	return r->text.error ? cwmp_no_room(r) : 0;
}

/* Puts the text of the leaf where it belongs. */
int cwmp_body_close_leaf(struct cwmp_reader *r)
{
	struct str text = buf_str(&r->text);
	int f = 0;

	switch (r->leaf_type) {
	case FIELD_STR:
	case FIELD_VALUE:
		if (!r->piece.p)
			return cwmp_store(r, r->leaf, text);
		*(struct str *)r->leaf = r->piece;
		return 0;
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
	else if (r->leaf_has)
		*r->leaf_has = true;
	return 0;
}

void cwmp_body_open_leaf(struct cwmp_reader *r, enum cwmp_field_type type, void *target)
{
	r->leaf_type = type;
	r->leaf = target;
	r->leaf_has = NULL;
	r->piece = STR_NULL;
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

enum {
	TYPE_TOLD_MAX = 60 /* bytes of a type that are quoted */
};

/* The local name of a prefixed one. */
static struct str local_of(struct str name)
{
	struct str local;
	struct str prefix = str_cut(name, ':', &local);

	return local.p ? local : prefix;
}

/* "cwmp:EventStruct[2]", "xsd:string[0008]"; "xsd:string[]" leaves the count open (SOAP 1.1
 * 5.4.2). The names of the members tell nothing (there, too), that of their type does. */
static int read_announced(struct cwmp_reader *r, const struct cwmp_field *list,
    struct str array_type)
{
	struct str rest, type = str_cut(array_type, '[', &rest);
	struct str digits = str_make(rest.p, str_find_char(rest, ']'));
	uint64_t count = 0;
	bool is_count = str_to_u64(digits, UINT32_MAX, &count) == 0;
	char text[128];

	if (is_count)
		r->frame->announced = (size_t)count;
	if ((!is_count && digits.len > 0) || digits.len + 1 != rest.len)
		(void)snprintf(text, sizeof(text),
		    "has the arrayType \"%.*s\", which has no count",
		    (int)MIN(array_type.len, (size_t)TYPE_TOLD_MAX), array_type.p);
	else if (!str_eq(local_of(str_trim(type)), local_of(str_of(list->member_type))))
		(void)snprintf(text, sizeof(text), "has the arrayType \"%.*s\", not %s",
		    (int)MIN(array_type.len, (size_t)TYPE_TOLD_MAX), array_type.p,
		    list->member_type);
	else
		return 0;
	return cwmp_odd_note(r, CWMP_NO_ARRAY_TYPE, CWMP_ODD_ARRAY_TYPE, str_of(text));
}

static int read_array_type(struct cwmp_reader *r, const struct cwmp_field *list,
    const struct xml_attr *attrs, size_t n_attrs)
{
	const struct xml_attr *other = NULL;
	int f;

	for (size_t i = 0; i < n_attrs; i++) {
		if (!cwmp_is_named(r, attrs[i].name, "arrayType"))
			continue;
		f = read_announced(r, list, attrs[i].value);
		if (f < 0 || ns_is(attrs[i].ns, ENCODING, &r->encoding))
			return f;
		other = &attrs[i];
	}
	return cwmp_odd_attribute(r, CWMP_NO_ARRAY_TYPE, CWMP_ODD_ARRAY_TYPE,
	    "arrayType", other);
}

/* ---- elements below the method ----------------------------------------------------- */

struct open_element *cwmp_body_push(struct cwmp_reader *r)
{
	struct open_element *frame = ++r->frame;

	*frame = (struct open_element){ .announced = SIZE_MAX };
	return frame;
}

/* The local name of the type that an attribute names. */
static struct str type_name(const struct xml_attr *attr)
{
	return local_of(attr->value);
}

/* A type that a value can have: those of TR-069 A6 A.2.1, and what else XML Schema part 2 has,
 * since the schema of CWMP lets a Value be of any simple type. Its name goes to *ret. */
static bool find_simple_type(struct str type, struct str *ret)
{
#define TYPE(name)                     \
	{                              \
		name, sizeof(name) - 1 \
	}
	static const struct str types[] = { TYPE("string"), TYPE("boolean"),
		TYPE("int"), TYPE("unsignedInt"), TYPE("dateTime"), TYPE("base64"),
		TYPE("base64Binary"), TYPE("hexBinary"), TYPE("long"),
		TYPE("unsignedLong"), TYPE("decimal"), TYPE("integer"), TYPE("short"),
		TYPE("byte"), TYPE("unsignedShort"), TYPE("unsignedByte"),
		TYPE("positiveInteger"), TYPE("nonNegativeInteger"),
		TYPE("nonPositiveInteger"), TYPE("negativeInteger"), TYPE("float"),
		TYPE("double"), TYPE("duration"), TYPE("time"), TYPE("date"),
		TYPE("gYearMonth"), TYPE("gYear"), TYPE("gMonthDay"), TYPE("gDay"),
		TYPE("gMonth"), TYPE("anyURI"), TYPE("QName"), TYPE("NOTATION"),
		TYPE("normalizedString"), TYPE("token"), TYPE("language"), TYPE("Name"),
		TYPE("NCName"), TYPE("NMTOKEN"), TYPE("NMTOKENS"), TYPE("ID"),
		TYPE("IDREF"), TYPE("IDREFS"), TYPE("ENTITY"), TYPE("ENTITIES") };
#undef TYPE

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_eq(type, types[i])) {
			*ret = types[i];
			return true;
		}
	}
	return false;
}

static int note_other_type(struct cwmp_reader *r, struct str type)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
	    "has the xsi:type \"%.*s\", which no value has",
	    (int)MIN(type.len, (size_t)TYPE_TOLD_MAX), type.p);
	return cwmp_odd_note(r, CWMP_NO_XSI_TYPE, CWMP_ODD_XSI_TYPE, str_of(text));
}

/* A type of another namespace is none, but says what the sender means. */
static int read_xsi_type(struct cwmp_reader *r, struct cwmp_param *param,
    const struct xml_attr *attrs, size_t n_attrs)
{
	const struct xml_attr *other = NULL;
	int f = 0;

	for (size_t i = 0; i < n_attrs; i++) {
		if (!cwmp_is_named(r, attrs[i].name, "type"))
			continue;
		if (!ns_is(attrs[i].ns, XSI, &r->xsi)) {
			other = &attrs[i];
			continue;
		}
		if (find_simple_type(type_name(&attrs[i]), &param->type))
			return 0;
		f = cwmp_store(r, &param->type, type_name(&attrs[i]));
		return f < 0 ? f : note_other_type(r, attrs[i].value);
	}
	if (other)
		f = cwmp_store(r, &param->type, type_name(other));
	return f < 0 ? f
		     : cwmp_odd_attribute(r, CWMP_NO_XSI_TYPE, CWMP_ODD_XSI_TYPE,
			   "xsi:type", other);
}

/* Where the schema leaves it to xsi:type what a member has. The item then knows its type. */
static const struct cwmp_field *chosen_fields(struct cwmp_reader *r,
    const struct cwmp_field *list, const struct xml_attr *attrs, size_t n_attrs,
    struct cwmp_item *item)
{
	const struct cwmp_variant *variant = list->variants;
	struct str type = STR_NULL;

	for (size_t i = 0; i < n_attrs; i++) {
		if (cwmp_is_named(r, attrs[i].name, "type") &&
		    ns_is(attrs[i].ns, XSI, &r->xsi))
			type = type_name(&attrs[i]);
	}
	while (variant->type && !str_is(type, variant->type))
		variant++;
	item->type = str_of(variant->type);
	return variant->fields;
}

/* A member of an open list: its children fill a fresh item. */
static int open_member(struct cwmp_reader *r, const struct cwmp_field *list, char *base,
    const struct xml_attr *attrs, size_t n_attrs)
{
	bool is_wrapped =
	    list->type != FIELD_REPEAT && list->type != FIELD_REPEAT_ITEMS;
	struct open_element *frame;
	void *item = add_member(r, list, base);

	if (!item)
		return cwmp_no_room(r);
	frame = cwmp_body_push(r);
	frame->name = is_wrapped ? list->member : list->name;
	frame->place = *(size_t *)(void *)(base + list->len_offset);
	if (list->type == FIELD_STRINGS) {
		cwmp_body_open_leaf(r, FIELD_STR, item);
	} else if (list->type == FIELD_ITEMS || list->type == FIELD_REPEAT_ITEMS) {
		frame->free_item = item;
		frame->fields = list->variants
				    ? chosen_fields(r, list, attrs, n_attrs, item)
				    : list->fields;
	} else {
		frame->fields = list->fields;
		frame->base = item;
	}
	return 0;
}

static int open_field(struct cwmp_reader *r, const struct cwmp_field *field, char *base,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct open_element *frame;

	switch (field->type) {
	case FIELD_STR:
	case FIELD_UINT:
	case FIELD_BOOL:
		frame = cwmp_body_push(r);
		frame->name = field->name;
		frame->fields = field->fields;
		frame->base = base;
		cwmp_body_open_leaf(r, field->type, base + field->offset);
		if (field->has_offset)
			r->leaf_has = (bool *)(void *)(base + field->has_offset);
		return 0;
	case FIELD_VALUE:
		frame = cwmp_body_push(r);
		frame->name = field->name;
		cwmp_body_open_leaf(r, field->type, base + field->offset);
		/* Only struct cwmp_param has such a row. */
		return read_xsi_type(r, (struct cwmp_param *)(void *)base, attrs,
		    n_attrs);
	case FIELD_STRUCT:
		frame = cwmp_body_push(r);
		frame->name = field->name;
		frame->fields = field->fields;
		frame->base = base;
		return 0;
	case FIELD_STRINGS:
	case FIELD_LIST:
	case FIELD_ITEMS:
		frame = cwmp_body_push(r);
		frame->name = field->name;
		frame->list = field;
		frame->base = base;
		return read_array_type(r, field, attrs, n_attrs);
	case FIELD_REPEAT:
	case FIELD_REPEAT_ITEMS:
		return open_member(r, field, base, attrs, n_attrs);
	}
	return 0;
}

/* Some CPEs leave the struct out where a list has one member. */
static bool is_bare_member(const struct cwmp_field *list, const char *name)
{
	return list->type == FIELD_LIST && name_is(name, list->fields[0].name);
}

/* Marks and returns the row of an element: mostly the one behind the last. */
static const struct cwmp_field *find_row(struct cwmp_reader *r,
    struct open_element *frame, const char *name)
{
	const struct cwmp_field *rows = frame->fields;
	uint32_t i = frame->next;

	if (!rows[i].name || !cwmp_is_named(r, name, rows[i].name)) {
		for (i = 0; rows[i].name && !name_is(name, rows[i].name); i++)
			continue;
		if (!rows[i].name)
			return NULL;
	}
	frame->seen |= UINT32_C(1) << i;
	frame->next = i + 1;
	return &rows[i];
}

static int open_free(struct cwmp_reader *r, const char *name)
{
	struct cwmp_item *item = r->frame->free_item;
	const struct cwmp_field *row =
	    r->frame->fields ? find_row(r, r->frame, name) : NULL;
	struct cwmp_param *param =
	    add_item(r, &item->fields, &item->len, sizeof(*item->fields));
	struct open_element *frame;
	int f;

	if (!param)
		return cwmp_no_room(r);
	f = cwmp_store(r, &param->name, str_of(name));
	if (f < 0)
		return f;
	frame = cwmp_body_push(r);
	frame->free_item = item; /* a struct inside: its leaves are pairs as well */
	frame->name = row ? row->name : NULL;
	frame->fields = row ? row->fields : NULL;
	cwmp_body_open_leaf(r, FIELD_STR, &param->value);
	return 0;
}

static int open_bare_member(struct cwmp_reader *r, struct open_element *frame)
{
	const struct cwmp_field *list = frame->list;
	void *item = add_member(r, list, frame->base);
	char text[64];

	if (!item)
		return cwmp_no_room(r);
	frame->members++;
	frame->list = NULL;
	frame->fields = list->fields;
	frame->base = item;
	(void)snprintf(text, sizeof(text), "has its member without %s", list->member);
	return cwmp_odd_note(r, CWMP_WRONG_COUNT, CWMP_ODD_COUNT, str_of(text));
}

/* The words of a text that stand before what may be read within it. */
static int keep_words(struct cwmp_reader *r)
{
	struct str *words = r->leaf;
	int f = cwmp_body_close_leaf(r);

	*words = str_trim(*words);
	return f;
}

int cwmp_body_open(struct cwmp_reader *r, const char *name,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct open_element *frame = r->frame;
	const struct cwmp_field *field;

	if (r->leaf && frame->fields && !frame->free_item) {
		int f = keep_words(r);

		if (f < 0)
			return f;
	}
	r->leaf = NULL;
	if (frame->free_item)
		return open_free(r, name);
	if (frame->list && !is_bare_member(frame->list, name)) {
		frame->members++;
		return open_member(r, frame->list, frame->base, attrs, n_attrs);
	}
	if (frame->list) {
		int f = open_bare_member(r, frame);

		if (f < 0)
			return f;
	}
	field = frame->fields ? find_row(r, frame, name) : NULL;
	if (field)
		return open_field(r, field, frame->base, attrs, n_attrs);
	if (frame->fields)
		r->msg->deviations |= CWMP_UNKNOWN_ELEMENT;
	cwmp_body_push(r);
	return 0;
}

static int check_list(struct cwmp_reader *r, const struct open_element *frame)
{
	char text[64];

	if (frame->list->needs_member && frame->members == 0) {
		int f = cwmp_odd_missing(r, frame->list->member, false);

		if (f < 0)
			return f;
	}
	if (frame->announced == SIZE_MAX || frame->announced == frame->members)
		return 0;
	(void)snprintf(text, sizeof(text), "is announced with %zu, it has %zu",
	    frame->announced, frame->members);
	return cwmp_odd_note(r, CWMP_WRONG_COUNT, CWMP_ODD_COUNT, str_of(text));
}

int cwmp_body_check(struct cwmp_reader *r, const struct open_element *frame)
{
	int f = frame->list ? check_list(r, frame) : 0;

	/* All rows, in their order, as most are. */
	if (f == 0 && frame->fields && frame->next < 32 &&
	    !frame->fields[frame->next].name &&
	    frame->seen == (UINT32_C(1) << frame->next) - 1)
		return 0;
	for (size_t i = 0; f == 0 && frame->fields && frame->fields[i].name; i++) {
		if (!frame->fields[i].is_optional && !(frame->seen & UINT32_C(1) << i))
			f = cwmp_odd_missing(r, frame->fields[i].name,
			    frame->fields[i].is_spared);
	}
	return f;
}
