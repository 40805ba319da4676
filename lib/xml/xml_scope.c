#include "lib/xml/xml_scope.h"

/* XML 1.0 2.3, of bytes that are UTF-8. */
static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

struct xml_name xml_name_split(const char *name)
{
	struct xml_name split = { STR_NULL, name };
	const char *colon = strchr(name, ':');

	if (!colon)
		return split;
	for (const char *c = colon; *c; c++) {
		if (*c == ':' && starts_name(c[1]))
			split.local = c + 1;
	}
	if (split.local != name)
		split.prefix = str_make(name, (size_t)(colon - name));
	return split;
}

bool xml_scope_is_binding(const char *attribute, struct str *ret)
{
	/* "xsi:type" comes far oftener. */
	if (attribute[0] != 'x' || attribute[1] != 'm' ||
	    strncmp(attribute, "xmlns", 5) != 0)
		return false;
	*ret = str_of(attribute + 5);
	if (ret->len == 0)
		return true;
	if (ret->p[0] != ':' || ret->len == 1)
		return false;
	*ret = str_from(*ret, 1);
	return true;
}

bool xml_scope_bind(struct xml_scope *scope, struct str prefix, const char *uri)
{
	if (scope->n == XML_BINDINGS_MAX)
		return false;
	scope->bindings[scope->n++] = (struct xml_binding){ prefix, uri };
	scope->has_default |= prefix.len == 0;
	return true;
}

const char *xml_scope_find(const struct xml_scope *scope, struct str prefix)
{
	if (prefix.len == 0 && !scope->has_default)
		return NULL;
	for (size_t i = scope->n; i-- > 0;) {
		const struct xml_binding *binding = &scope->bindings[i];

		if (str_eq(binding->prefix, prefix))
			return binding->uri[0] ? binding->uri : NULL;
	}
	/* Namespaces in XML 1.0 3: this one is bound from the start. */
	return str_is(prefix, "xml") ? "http://www.w3.org/XML/1998/namespace" : NULL;
}
