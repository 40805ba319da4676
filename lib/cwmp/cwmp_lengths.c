/* How long the texts of a message may be (TR-069 A6 Annex A; cwmp-1-2.xsd). */
#include "lib/cwmp/cwmp_fields.h"

#include "lib/base/utf8.h"

static int check_text(const struct cwmp_field *field, struct str text,
    struct error *err)
{
	size_t n;

	/* No text has more characters than bytes. */
	if (field->max == 0 || text.len <= field->max)
		return 0;
	n = utf8_length(text);
	if (n <= field->max)
		return 0;
	return error_set(err, ERR_LIMIT, "%s%s has %zu characters, at most %zu go",
	    field->type == FIELD_STRINGS ? "a text of " : "", field->name, n,
	    field->max);
}

static int check_fields(const struct cwmp_field *fields, const char *base,
    struct error *err);

static int check_list(const struct cwmp_field *field, const char *base,
    struct error *err)
{
	const char *item;
	size_t len;
	int r = 0;

	memcpy(&item, base + field->offset, sizeof(item));
	memcpy(&len, base + field->len_offset, sizeof(len));
	for (; len > 0 && r == 0; len--, item += field->item_size)
		r = field->type == FIELD_STRINGS
			? check_text(field, *(const struct str *)(const void *)item,
			      err)
			: check_fields(field->fields, item, err);
	return r;
}

static int check_field(const struct cwmp_field *field, const char *base,
    struct error *err)
{
	switch (field->type) {
	case FIELD_STR:
	case FIELD_VALUE:
		return check_text(field,
		    *(const struct str *)(const void *)(base + field->offset), err);
	case FIELD_STRUCT:
		return check_fields(field->fields, base, err);
	case FIELD_STRINGS:
	case FIELD_LIST:
	case FIELD_REPEAT:
		return check_list(field, base, err);
	case FIELD_UINT:
	case FIELD_BOOL:
	case FIELD_ITEMS:
	case FIELD_REPEAT_ITEMS:
		break;
	}
	return 0;
}

static int check_fields(const struct cwmp_field *fields, const char *base,
    struct error *err)
{
	int r = 0;

	for (; fields->name && r == 0; fields++)
		r = check_field(fields, base, err);
	return r;
}

int cwmp_check_lengths(const struct cwmp_msg *msg, struct error *err)
{
	const struct cwmp_field *fields = cwmp_fields(msg->kind, msg->method);

	return fields ? check_fields(fields, (const char *)msg, err) : 0;
}
