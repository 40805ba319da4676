/* Plain documents, taken apart without the parser. Nearly all messages are plain: tags, their
 * attributes, text, printable ASCII, references by the five names of XML. What may be anything
 * else, or is not well-formed, is none, so that the parser alone says what is wrong with it, and
 * reads what is seldom. */
#pragma once

#include "lib/base/str.h"

#include <libxml/parser.h>
#include <stdbool.h>
#include <stdint.h>

enum xml_token_kind {
	XML_TOKEN_START,     /* of an element; its attributes follow */
	XML_TOKEN_ATTRIBUTE, /* its value follows */
	XML_TOKEN_VALUE,
	XML_TOKEN_TEXT,
	XML_TOKEN_END
};

struct xml_token {
	const char *p; /* a name: the dictionary's copy; else a view of the document */
	uint32_t len;
	enum xml_token_kind kind;
};

enum {
	XML_PLAIN_ATTRS_MAX = 16, /* of a tag */
	XML_PLAIN_TOKENS_MAX = 4096,
	XML_PLAIN_PLACES = 256
};

struct xml_plain {
	struct xml_token tokens[XML_PLAIN_TOKENS_MAX];
	size_t n;
	/* Names that were met, by a hash of them, as the dictionary has them. */
	struct xml_plain_name {
		struct str text;
		uint8_t next; /* of the name that has followed it last */
	} names[XML_PLAIN_PLACES];
	uint8_t first; /* of the name that a document has begun with last */
};

/* No name is known any more: the dictionary has gone. */
void xml_plain_forget(struct xml_plain *plain);

/* Whether utf8, without a declaration, is a plain document; plain->tokens are the whole of it
 * then, and views of it. Its names are added to the dictionary, which has to stay until
 * xml_plain_forget(). */
bool xml_plain_read(struct xml_plain *plain, struct str utf8, xmlDictPtr dictionary);
