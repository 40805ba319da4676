#include "lib/xml/xml_read_internal.h"

#include <errno.h>
#include <libxml/parserInternals.h>
#include <stdio.h>

/* The copy of the URI that lives as long as the parser does. Documents of one program bind
 * the same ones in the same places, so that it is mostly the last document's. */
static const char *keep_uri(struct xml_reader *reader, struct str uri)
{
	const struct xml_scope *scope = &reader->scope;
	const char *last =
	    scope->n < XML_BINDINGS_MAX ? scope->bindings[scope->n].uri : NULL;

	if (last && strncmp(last, uri.p, uri.len) == 0 && last[uri.len] == '\0')
		return last;
	return (const char *)xmlDictLookup(reader->parser->dict, (const xmlChar *)uri.p,
	    (int)uri.len);
}

int xml_no_memory(struct xml_reader *reader)
{
	if (xmlDictGetUsage(reader->parser->dict) > XML_MAX_DICTIONARY_LIMIT)
		return error_set(reader->err, ERR_LIMIT, "more than %d bytes of names",
		    XML_MAX_DICTIONARY_LIMIT);
	return error_set(reader->err, -ENOMEM, "no memory");
}

static int bind(struct xml_reader *reader, struct str prefix, struct str value)
{
	const char *uri = keep_uri(reader, value);

	reader->scopes++;
	if (!uri)
		return xml_no_memory(reader);
	if (xml_scope_bind(&reader->scope, prefix, uri))
		return 0;
	return error_set(reader->err, ERR_LIMIT, "more than %d namespaces",
	    XML_BINDINGS_MAX);
}

static inline struct known_name *known_of(struct xml_reader *reader, const char *name)
{
	struct known_name *known = &reader->known[(uintptr_t)name % KNOWN_NAMES];

	if (known->name != name) {
		*known =
		    (struct known_name){ .name = name, .split = xml_name_split(name) };
		known->is_binding = xml_scope_is_binding(name, &known->bound);
	}
	return known;
}

/* The tag's own bindings hold for the tag already. */
static int bind_all(struct xml_reader *reader, const struct raw_attr *attributes,
    size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct known_name *name = known_of(reader, attributes[i].name);

		if (name->is_binding)
			r = bind(reader, name->bound, attributes[i].value);
	}
	return r;
}

/* The namespace of the name's prefix; null for none, which a prefix must not have (Namespaces
 * in XML 1.0 5): that is noted. */
static inline const char *find_namespace(struct xml_reader *reader,
    struct known_name *name)
{
	struct str prefix = name->split.prefix;

	if (prefix.len == 0 && !reader->scope.has_default)
		return NULL;
	if (name->scopes == reader->scopes)
		return name->ns;
	name->ns = xml_scope_find(&reader->scope, prefix);
	name->scopes = reader->scopes;
	if (!name->ns && prefix.len > 0 && !reader->undeclared[0])
		(void)snprintf(reader->undeclared, sizeof(reader->undeclared), "%.*s",
		    STR_ARG(prefix));
	return name->ns;
}

/* An attribute without a prefix is in no namespace (Namespaces in XML 1.0 6.2). */
static int read_attributes(struct xml_reader *reader, const struct raw_attr *attributes,
    size_t n, struct xml_attr attrs[XML_ATTRS_MAX], size_t *ret_n)
{
	for (size_t i = 0; i < n; i++) {
		struct known_name *name = known_of(reader, attributes[i].name);
		bool has_prefix = name->split.prefix.len > 0;
		const char *ns;

		if (name->is_binding)
			continue;
		if (*ret_n == XML_ATTRS_MAX)
			return error_set(reader->err, ERR_LIMIT,
			    "more than %d attributes", XML_ATTRS_MAX);
		ns = has_prefix ? find_namespace(reader, name) : NULL;
		attrs[(*ret_n)++] = (struct xml_attr){ .name = name->split.local,
			.ns = ns,
			.value = attributes[i].value,
			.is_unbound = has_prefix && !ns };
	}
	return 0;
}

int xml_element_names(struct xml_reader *reader)
{
	if (xmlDictSize(reader->parser->dict) <= reader->names)
		return 0;
	return error_set(reader->err, ERR_LIMIT, "more than %d names", XML_NAMES_MAX);
}

static int hand_start(struct xml_reader *reader, const char *tag,
    const struct xml_attr *attrs, size_t n)
{
	struct known_name *name = known_of(reader, tag);

	return reader->handler->start(reader->handler->user, name->split.local,
	    find_namespace(reader, name), attrs, n);
}

static int start_with(struct xml_reader *reader, const char *tag,
    const struct raw_attr *attributes, size_t n)
{
	struct xml_attr attrs[XML_ATTRS_MAX];
	size_t n_attrs = 0;
	int r = bind_all(reader, attributes, n);

	if (r == 0)
		r = read_attributes(reader, attributes, n, attrs, &n_attrs);
	return r < 0 ? r : hand_start(reader, tag, attrs, n_attrs);
}

int xml_element_start(struct xml_reader *reader, const char *tag,
    const struct raw_attr *attributes, size_t n)
{
	if (reader->depth == XML_DEPTH_MAX)
		return error_set(reader->err, ERR_LIMIT, "more than %d levels",
		    XML_DEPTH_MAX);
	reader->bound[reader->depth++] = reader->scope.n;
	return n > 0 ? start_with(reader, tag, attributes, n)
		     : hand_start(reader, tag, NULL, 0);
}

int xml_element_end(struct xml_reader *reader)
{
	if (reader->scope.n != reader->bound[--reader->depth]) {
		reader->scope.n = reader->bound[reader->depth];
		reader->scopes++;
	}
	return reader->handler->end(reader->handler->user);
}

/* The token behind the last attribute of the tag at token. */
static const struct xml_token *start_at(struct xml_reader *reader,
    const struct xml_token *token, const struct xml_token *end, int *ret)
{
	struct raw_attr attributes[XML_PLAIN_ATTRS_MAX];
	const char *tag = token->p;
	size_t n = 0;

	for (token++; token < end && token->kind == XML_TOKEN_ATTRIBUTE; token += 2)
		attributes[n++] =
		    (struct raw_attr){ token[0].p, str_make(token[1].p, token[1].len) };
	*ret = xml_element_start(reader, tag, attributes, n);
	return token;
}

int xml_element_tokens(struct xml_reader *reader)
{
	const struct xml_handler *handler = reader->handler;
	const struct xml_token *token = reader->plain.tokens;
	const struct xml_token *end = token + reader->plain.n;
	int r = 0;

	while (token < end && r == 0) {
		if (token->kind == XML_TOKEN_START) {
			token = start_at(reader, token, end, &r);
			continue;
		}
		if (token->kind == XML_TOKEN_TEXT)
			r = handler->text(handler->user,
			    str_make(token->p, token->len));
		else
			r = xml_element_end(reader);
		token++;
	}
	return r;
}
