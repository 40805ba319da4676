/* What a document may ask of a parser, looked at before a parser does: libxml2 compares each
 * attribute of a tag with all that stand before it, so that 300,000 of them in one tag would
 * take it minutes. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

enum {
	XML_TAG_BYTES_MAX = 64 << 10,
	XML_TAG_ATTRS_MAX = 96 /* bindings of namespaces among them */
};

/* Looks at the tags of a document in UTF-8. *ret_at is where the tag begins that is over one
 * of the limits. 0, or ERR_LIMIT with words in err. What a parser refuses anyway is left to
 * the parser, with all that follows it. */
int xml_limits_check(struct str utf8, size_t *ret_at, struct error *err);
