/* Streaming XML from outside: libxml2's SAX interface with everything dangerous off. No
 * tree, no DTD, no entities but the five of XML, no network; a document costs what its length
 * costs, as depth, names and (xml_limits.h) tags are bounded. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct xml_attr {
	const char *name; /* local name */
	const char *ns;   /* namespace URI, or null */
	bool is_unbound;  /* it has a prefix that nothing declares: ns is null */
	struct str value;
};

enum {
	XML_ATTRS_MAX = 32,
	XML_DEPTH_MAX = 64,
	/* Of elements, attributes, processing instructions and namespaces that the reader
	 * has not met in the documents before. */
	XML_NAMES_MAX = 4096
};

/* All views live only during the call. A negative return ends the parse with that code.
 * Adjacent runs of text may come in several calls. */
struct xml_handler {
	void *user;
	int (*start)(void *user, const char *name, const char *ns,
	    const struct xml_attr *attrs, size_t n_attrs);
	int (*text)(void *user, struct str text);
	int (*end)(void *user);
};

/* A parser that is used again and again: its name dictionary stays warm. */
struct xml_reader;

/* Null without memory. The caller frees it with xml_reader_free(). */
struct xml_reader *xml_reader_new(void);
void xml_reader_free(struct xml_reader *reader);

/* Parses a whole document. 0; ERR_MALFORMED with the byte offset and the parser's
 * words; ERR_LIMIT for depth, names, tags, attributes or namespaces beyond the limits; -ENOMEM,
 * whatever the document is; or what a handler returned (then err is the handler's to fill). */
int xml_read(struct xml_reader *reader, struct str xml,
    const struct xml_handler *handler, struct error *err);

/* As long as this number stays the same, so does the place in memory of each name of an
 * element, whichever documents have it: within a document, and mostly over many. */
uint64_t xml_reader_names(const struct xml_reader *reader);

/* The first prefix of an element or an attribute of the last document that nothing declares
 * (Namespaces in XML 1.0 5), cut at 32 bytes; null: there is none. It lives until the next
 * document. */
const char *xml_undeclared(const struct xml_reader *reader);
