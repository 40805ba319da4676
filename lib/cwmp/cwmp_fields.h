/* The shapes of all CWMP messages as rows: which element fills which member of struct
 * cwmp_msg, and which must be there. cwmp_read() and cwmp_write() walk the same rows (TR-069
 * A6 Annex A; cwmp-1-0.xsd to cwmp-1-4.xsd, which agree about what they share). */
#pragma once

#include "lib/cwmp/cwmp.h"

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
	bool is_optional; /* minOccurs is 0 */
	/* minOccurs is 1, but where it is missing it is plain what was meant: MaxEnvelopes is 1
	 * (TR-069 A6 A.3.3.1), a text or a list is empty, a number 0, a time unknown. */
	bool is_spared;
	bool needs_member; /* of an array: it has one member at least */
	size_t offset;     /* of the value, or of the array's pointer */
	size_t len_offset; /* of the array's size_t count */
	size_t item_size;
	/* The bool that a number or truth was there and could be read; 0: nobody asks. */
	size_t has_offset;
	/* Of a struct, or of the members of a list. Those of FIELD_ITEMS and
	 * FIELD_REPEAT_ITEMS have names alone and fill nothing. Of a text: what may be read
	 * within it although it should stand behind it. */
	const struct cwmp_field *fields;
	/* Instead of them where a member's xsi:type chooses; a null type ends them. */
	const struct cwmp_variant *variants;
	const char *member; /* element name of a member, which is its type's name */
	const char *member_type; /* prefixed, for arrayType */
	/* Characters of the text, or of each text of FIELD_STRINGS, that the schema allows;
	 * 0: any. The reader takes longer ones: see cwmp_check_lengths(). */
	size_t max;
};

struct cwmp_variant {
	const char *type; /* local name */
	const struct cwmp_field *fields;
};

/* Rows of a message; empty rows (not null) for one without arguments, null for an unknown
 * method. */
const struct cwmp_field *cwmp_fields(enum cwmp_kind kind, enum cwmp_method method);
