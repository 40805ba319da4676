/* The reader from inside: xml_read.c and xml_plain.c find out what stands in a document,
 * xml_elements.c tells the handler what that is. */
#pragma once

#include "lib/base/buf.h"
#include "lib/xml/xml_plain.h"
#include "lib/xml/xml_read.h"
#include "lib/xml/xml_scope.h"
#include "lib/xml/xml_text.h"

enum {
	KNOWN_NAMES = 256
};

/* A name of an element or attribute, taken apart once: documents of one program have the same
 * few, of each of which the parser's dictionary has one copy. */
struct known_name {
	const char *name; /* of the dictionary, or null */
	struct xml_name split;
	bool is_binding;
	struct str bound; /* the prefix that it binds */
	/* Of its prefix, or null, as long as reader->scopes is the same. */
	const char *ns;
	uint64_t scopes;
};

/* An attribute as it stands in a tag: its name is the dictionary's. */
struct raw_attr {
	const char *name;
	struct str value;
};

struct xml_reader {
	xmlParserCtxtPtr parser;
	const struct xml_handler *handler;
	struct error *err;
	struct buf bytes; /* the document, terminated as the parser wants it */
	struct xml_text text;
	size_t skipped; /* of text, before the bytes that the parser gets */
	int code;       /* first failure, 0 while all is well */
	size_t depth;
	int names; /* that the dictionary may hold at the end of this document */
	struct xml_scope scope;
	uint64_t scopes;                      /* counts the changes of scope */
	uint64_t dictionaries;                /* counts those that went */
	struct known_name known[KNOWN_NAMES]; /* by where the name is in memory */
	size_t bound[XML_DEPTH_MAX]; /* bindings before the element at that depth */
	char undeclared[33];         /* see xml_undeclared(); empty: none */
	struct xml_plain plain;
};

/* What it means, with words in reader->err, that the library has no room for something: -ENOMEM, but
 * ERR_LIMIT where the document has more names than the library takes. */
int xml_no_memory(struct xml_reader *reader);

/* Each tells the handler of one thing: 0, its failure, or ERR_LIMIT or -ENOMEM with words in
 * reader->err. */
int xml_element_start(struct xml_reader *reader, const char *tag,
    const struct raw_attr *attributes, size_t n);
int xml_element_end(struct xml_reader *reader);

/* Whether the document has no more names than it may. */
int xml_element_names(struct xml_reader *reader);

/* Tells the handler of all that stands in reader->plain. */
int xml_element_tokens(struct xml_reader *reader);
