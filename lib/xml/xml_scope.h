/* Namespaces in XML 1.0: names with a prefix, and what the prefixes in scope are bound to. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

enum {
	XML_BINDINGS_MAX = 64 /* in scope at a time */
};

struct xml_binding {
	struct str prefix; /* empty: the default namespace */
	const char *uri;
};

/* The bindings in scope, those of inner elements behind those of outer ones. */
struct xml_scope {
	struct xml_binding bindings[XML_BINDINGS_MAX];
	size_t n;
	/* The document has bound the empty prefix somewhere, perhaps out of scope. */
	bool has_default;
};

/* For a new document. */
static inline void xml_scope_reset(struct xml_scope *scope)
{
	scope->n = 0;
	scope->has_default = false;
}

/* A name as it stands in a tag, taken apart at its first colon. Where there are more,
 * the local name is what follows the last colon that a name can follow: that of "a:b:c"
 * is "c", that of "a:b:" is "b:". To split a local name again changes nothing. */
struct xml_name {
	struct str prefix; /* empty: none */
	const char *local; /* the end of the name */
};

struct xml_name xml_name_split(const char *name);

/* Whether an attribute of this name binds a prefix; *ret is that prefix. */
bool xml_scope_is_binding(const char *attribute, struct str *ret);

/* Binds; the texts must live as long as the binding does. False: there are too many. To end
 * an element's bindings, set n to what it was before. */
bool xml_scope_bind(struct xml_scope *scope, struct str prefix, const char *uri);

/* The namespace; null where the prefix is bound to nothing. */
const char *xml_scope_find(const struct xml_scope *scope, struct str prefix);
