/* The shapes of all CWMP messages as rows: which element fills which member of struct
 * cwmp_msg. cwmp_read() and cwmp_write() walk the same rows (TR-069 A6 Annex A;
 * cwmp-1-2.xsd). */
#pragma once

#include "lib/proto/cwmp.h"

enum cwmp_field_type {
	FIELD_STR,   /* struct str */
	FIELD_UINT,  /* uint32_t */
	FIELD_BOOL,  /* bool */
	FIELD_VALUE, /* struct str, and its xsi:type in the struct str right behind it */
	FIELD_STRUCT,  /* child elements fill the same base, by fields */
	FIELD_STRINGS, /* struct str array: members are text */
	FIELD_LIST,    /* array of item_size: members are bound by fields */
	FIELD_REPEAT, /* the same without a wrapping element: the element itself repeats */
	FIELD_ITEMS, /* struct cwmp_item array: members with whatever text elements */
	FIELD_REPEAT_ITEMS,
};

struct cwmp_field {
	const char *name; /* of the element; null ends the rows */
	enum cwmp_field_type type;
	bool is_optional;
	size_t offset;     /* of the value, or of the array's pointer */
	size_t len_offset; /* of the array's size_t count */
	size_t item_size;
	const struct cwmp_field *fields;
	const char *member; /* element name of a member, which is its type's name */
	const char *member_type; /* prefixed, for arrayType */
	/* Characters of the text, or of each text of FIELD_STRINGS, that the schema allows;
	 * 0: any. The reader takes longer ones: see cwmp_check_lengths(). */
	size_t max;
};

/* Rows of a message; empty rows (not null) for one without arguments, null for an unknown
 * method. */
const struct cwmp_field *cwmp_fields(enum cwmp_kind kind, enum cwmp_method method);
