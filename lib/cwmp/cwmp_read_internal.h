/* The reader of messages from inside: cwmp_read.c opens envelope, header and method,
 * cwmp_body.c fills struct cwmp_msg below the method by the rows of cwmp_fields.c. */
#pragma once

#include "lib/cwmp/cwmp_fields.h"
#include "lib/cwmp/cwmp_reader.h"
#include "lib/xml/xml_read.h"

enum section {
	SECTION_NONE,
	SECTION_HEADER,
	SECTION_BODY
};

/* One open element below the method: what its children may be. */
struct open_element {
	const char *name; /* of the element, as the rows have it; null: they do not */
	size_t place;     /* of a member in its list, from 1; 0: it is none */
	const struct cwmp_field *fields; /* null: children are skipped */
	const struct cwmp_field *list;   /* its children are members of this list */
	char *base;                      /* struct that fields fill */
	struct cwmp_item *free_item;     /* its children are name-text pairs */
	uint32_t seen;                   /* rows of fields that were there */
	uint32_t next;                   /* row that is likely to come */
	size_t announced;                /* arrayType's count; SIZE_MAX: none */
	size_t members;
};

enum {
	CWMP_KNOWN = 64
};

/* A name of ours that one of the messages was found to be. */
struct known_word {
	const char *name, *wanted;
};

struct cwmp_reader {
	struct xml_reader *xml;
	struct buf text; /* of the open leaf, unless it is piece */
	/* What cwmp_is_named() has found, as long as the parser keeps its names. */
	struct known_word known[CWMP_KNOWN];
	uint64_t names;
	/* Below: of the present message. */
	/* The parser's copies of these namespaces. */
	const char *xsi, *encoding;
	const char *envelope_ns; /* of the envelope, whichever that is; or null */
	struct cwmp_msg *msg;
	struct arena *arena;
	struct error *err;
	size_t max_members, members;
	enum section section;
	bool has_body, has_method, has_header;
	unsigned level;
	struct open_element frames[XML_DEPTH_MAX + 1];
	struct open_element *frame;
	/* The open leaf: where its text goes. */
	enum cwmp_field_type leaf_type;
	void *leaf;       /* null: text is not wanted */
	bool *leaf_has;   /* becomes true where its text is a value; may be null */
	struct str piece; /* its text as long as that came in one run, in the arena */
};

/* strcmp() without the call where the first letter tells. */
static inline bool name_is(const char *name, const char *wanted)
{
	return name[0] == wanted[0] && strcmp(name, wanted) == 0;
}

/* As name_is(). wanted is a literal or of a table, name as the parser hands it out, one copy of
 * each, so that the second look compares pointers. */
static inline bool cwmp_is_named(struct cwmp_reader *r, const char *name,
    const char *wanted)
{
	struct known_word *known = &r->known[(uintptr_t)wanted / 4 % CWMP_KNOWN];

	if (known->name == name && known->wanted == wanted)
		return true;
	if (!name_is(name, wanted))
		return false;
	*known = (struct known_word){ name, wanted };
	return true;
}

/* Whether a namespace of the present message is this one. *known: the parser hands out one
 * copy of each name, so that the second look compares pointers. */
static inline bool ns_is(const char *ns, const char *wanted, const char **known)
{
	if (!ns || ns == *known)
		return ns;
	if (strcmp(ns, wanted) != 0)
		return false;
	*known = ns;
	return true;
}

/* ---- cwmp_store.c ------------------------------------------------------------------- */

/* There was no room in the arena, or for more members, or for a text: ERR_LIMIT, or -ENOMEM
 * where the machine has none, with words. */
int cwmp_no_room(struct cwmp_reader *r);

/* Sets *target to a copy of text in the message's arena. 0, ERR_LIMIT or -ENOMEM, as all of
 * these. */
int cwmp_store(struct cwmp_reader *r, struct str *target, struct str text);

/* ---- cwmp_body.c -------------------------------------------------------------------- */

/* One more open element; its children are skipped until fields or list are set. */
struct open_element *cwmp_body_push(struct cwmp_reader *r);

/* From here on text goes to target; cwmp_body_close_leaf() ends it. */
void cwmp_body_open_leaf(struct cwmp_reader *r, enum cwmp_field_type type,
    void *target);
int cwmp_body_take_text(struct cwmp_reader *r, struct str text);
int cwmp_body_close_leaf(struct cwmp_reader *r);

/* An element below the method. */
int cwmp_body_open(struct cwmp_reader *r, const char *name,
    const struct xml_attr *attrs, size_t n_attrs);

/* Notes what an element that ends lacks. */
int cwmp_body_check(struct cwmp_reader *r, const struct open_element *frame);

/* ---- cwmp_odd.c --------------------------------------------------------------------- */

/* The element of that name is missing in the open one. is_spared: as struct cwmp_field. */
int cwmp_odd_missing(struct cwmp_reader *r, const char *name, bool is_spared);
/* The open element deviates, as the text says. */
int cwmp_odd_note(struct cwmp_reader *r, enum cwmp_deviation deviation,
    enum cwmp_oddity_kind kind, struct str text);
/* The same for an attribute that is not there. other: one of the same local name that is of
 * another namespace, or null. */
int cwmp_odd_attribute(struct cwmp_reader *r, enum cwmp_deviation deviation,
    enum cwmp_oddity_kind kind, const char *wanted, const struct xml_attr *other);
