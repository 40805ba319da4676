/* XML as its pieces, whether it is well formed or not: what shows a document to people has to
 * find every text and tag in it, also where no parser would. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

enum xml_piece_kind {
	XML_PIECE_TEXT,
	XML_PIECE_CDATA,
	XML_PIECE_COMMENT,
	XML_PIECE_INSTRUCTION,
	XML_PIECE_DOCTYPE,
	XML_PIECE_START,
	XML_PIECE_EMPTY, /* a start tag that is its own end */
	XML_PIECE_END,
};

struct xml_piece { /* views into the document */
	enum xml_piece_kind kind;
	struct str all, inner; /* with its delimiters and without */
};

/* The piece at the start of a text, which must not be empty. What never ends goes to the end
 * of the text; together all pieces are the document to the byte. */
struct xml_piece xml_piece_next(struct str text);

/* "soap:Value" of the inner "soap:Value xsi:type=..." of a tag. */
struct str xml_tag_name(struct str tag);
/* "Value" of "soap:Value". */
struct str xml_local_name(struct str name);

struct xml_attribute {    /* views into the tag */
	struct str name;  /* local */
	struct str value; /* without its quotes; entities are as they were written */
	bool is_binding;  /* of a namespace */
};

/* Fills *ret with the first attribute of rest, what follows the name in a tag, and cuts it off
 * there. False, and *ret is not set: what comes next is none with a value in quotes. */
bool xml_attribute_next(struct str *rest, struct xml_attribute *ret);
