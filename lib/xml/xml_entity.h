/* References to characters in XML and HTML. */
#pragma once

#include "lib/base/str.h"

struct buf;

/* Appends the character that the reference at the beginning of text stands for: "&#119;",
 * "&#x77;", "&amp;" (XML 1.0 4.1, 4.6). The bytes that it takes; 0: there is none, or nobody
 * can resolve it. */
size_t xml_entity_put(struct buf *out, struct str text);
