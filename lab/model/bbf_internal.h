/* Shared by the bbf*.c files that read a document. */
#pragma once

#include "lab/model/bbf.h"
#include "lib/xml/xml_read.h"

enum bbf_element {
	ELEMENT_OTHER,
	ELEMENT_DESCRIPTION,
	ELEMENT_DATATYPE,
	ELEMENT_MODEL,
	ELEMENT_OBJECT,
	ELEMENT_KEY,
	ELEMENT_PARAMETER,
	ELEMENT_SYNTAX,
	ELEMENT_LIST,
	ELEMENT_PROFILE,
};

/* A named type of the document. */
struct bbf_type {
	struct bbf_type *next;
	struct str name;
	struct bbf_param facets;
};

struct bbf_reading {
	struct bbf *bbf;
	struct conf_mistakes *mistakes;
	struct error *err;
	struct str xml;
	enum bbf_element stack[XML_DEPTH_MAX];
	size_t depth;
	size_t n_ignored; /* elements that are open below one that is not looked into */
	struct bbf_type *types;
	struct bbf_type *type;     /* that is being read at the top level */
	struct bbf_param *param;   /* that is being read */
	struct bbf_object *object; /* likewise; also of a profile's */
	struct draft_key *key;
	struct bbf_profile *profile;
	struct str demanded; /* the object of a profile */
	/* The type that is read has these of a type that it is based upon: its own replace
	 * them. */
	bool has_others_ranges, has_others_pattern, has_others_values;
	bool has_model;
	int worst;
};

struct bbf_attrs {
	const struct xml_attr *items;
	size_t n;
};

/* ---- bbf_attrs.c ------------------------------------------------------------------------------ */

/* The attribute of that name and no namespace; a null view where there is none. */
struct str bbf_get(struct bbf_attrs attrs, const char *name);
/* A copy of it in the document's arena, without blanks around it: TR-098 1.8 has names with
 * one. */
struct str bbf_keep(struct bbf_reading *reading, struct bbf_attrs attrs,
    const char *name);
uint64_t bbf_number(struct bbf_attrs attrs, const char *name);
/* Not deprecated, obsoleted or deleted. */
bool bbf_is_current(struct bbf_attrs attrs);
enum bbf_element bbf_inside(const struct bbf_reading *reading);

/* Writes the words and returns -ENOMEM. */
int bbf_no_memory(struct bbf_reading *reading);
/* Adds a mistake, what "name". */
void bbf_mistake(struct bbf_reading *reading, const char *what, struct str name);

/* ---- bbf_types.c ------------------------------------------------------------------------------ */

/* A named type of the document begins. 0 or -ENOMEM. */
int bbf_begin_type(struct bbf_reading *reading, struct bbf_attrs attrs);
/* An element within <syntax> or a named type. 0 or -ENOMEM. */
int bbf_take_facet(struct bbf_reading *reading, const char *name,
    struct bbf_attrs attrs);
