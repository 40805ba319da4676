/* A document in whatever encoding as UTF-8 (XML 1.0 4.3.3 and F), so that all that looks at
 * it, limits as well as the parser, sees the same characters. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

enum {
	XML_ENCODING_MAX = 40 /* characters of the name of an encoding */
};

struct xml_text {
	struct str utf8; /* the document without its byte order mark */
	size_t skipped;  /* bytes of that mark */
	/* The encoding that the document was in, as the library calls it; empty: UTF-8. */
	char encoding[XML_ENCODING_MAX + 1];
};

/* Finds out the encoding, by a byte order mark, by the first bytes, by the declaration, in
 * this order, and fills *ret. utf8 is a view into document where that is UTF-8, and else into
 * room, whose bytes are replaced. What a declaration in utf8 says of the encoding holds no
 * longer. Bytes that are to be UTF-8 are not looked at. 0; ERR_MALFORMED with the offset of
 * bytes that are not what they are said to be, or for an encoding that nobody knows;
 * ERR_LIMIT for documents of 2 GiB; -ENOMEM. */
int xml_text_read(struct xml_text *ret, struct str document, struct buf *room,
    struct error *err);

/* The offset in the document of the character at byte at of text->utf8. */
size_t xml_text_offset(const struct xml_text *text, size_t at);

/* The name of the encoding in the XML declaration of a document in single bytes, behind the
 * byte order mark of UTF-8 if there is one: a view into document, null where there is none. */
struct str xml_text_declared(struct str document);
