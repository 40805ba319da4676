#include "lib/proto/xml_read.h"

#include "lib/base/buf.h"
#include "lib/proto/xml_scope.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

struct xml_reader {
	xmlParserCtxtPtr parser;
	const struct xml_handler *handler;
	struct error *err;
	struct buf bytes; /* the document, terminated as the parser wants it */
	size_t skipped;   /* before it */
	int code;         /* first failure, 0 while all is well */
	size_t depth;
	struct xml_scope scope;
	size_t bound[XML_DEPTH_MAX]; /* bindings before the element at that depth */
};

/* Names of a hostile peer stay in the parser's dictionary: over this it starts afresh. */
enum {
	DICTIONARY_MAX = 4096,
	BYTES_KEPT = 64 << 10, /* from one document to the next */
};

static void stop(struct xml_reader *reader, int code)
{
	if (reader->code)
		return;
	reader->code = code;
	xmlStopParser(reader->parser);
}

/* The copy of the URI that lives as long as the parser does. Documents of one program bind
 * the same ones in the same places, so that it is mostly the last document's. */
static const char *keep_uri(struct xml_reader *reader, const char *uri)
{
	const struct xml_scope *scope = &reader->scope;
	const char *last =
	    scope->n < XML_BINDINGS_MAX ? scope->bindings[scope->n].uri : NULL;

	if (last && strcmp(last, uri) == 0)
		return last;
	return (
	    const char *)xmlDictLookup(reader->parser->dict, (const xmlChar *)uri, -1);
}

static int bind(struct xml_reader *reader, struct str prefix, const char *value)
{
	const char *uri = keep_uri(reader, value);

	if (uri && xml_scope_bind(&reader->scope, prefix, uri))
		return 0;
	return error_set(reader->err, ERR_LIMIT, "more than %d namespaces",
	    XML_BINDINGS_MAX);
}

/* attributes: names and values in turn, null behind the last; or null. The tag's own
 * bindings hold for the tag already. */
static int bind_all(struct xml_reader *reader, const char **attributes)
{
	struct str prefix;
	int r = 0;

	for (const char **a = attributes; a && a[0] && r == 0; a += 2) {
		if (xml_scope_is_binding(a[0], &prefix))
			r = bind(reader, prefix, a[1]);
	}
	return r;
}

/* An attribute without a prefix is in no namespace (Namespaces in XML 1.0 6.2). */
static int read_attributes(struct xml_reader *reader, const char **attributes,
    struct xml_attr attrs[XML_ATTRS_MAX], size_t *ret_n)
{
	struct str prefix;

	for (const char **a = attributes; a && a[0]; a += 2) {
		struct xml_name name;

		if (xml_scope_is_binding(a[0], &prefix))
			continue;
		if (*ret_n == XML_ATTRS_MAX)
			return error_set(reader->err, ERR_LIMIT,
			    "more than %d attributes", XML_ATTRS_MAX);
		name = xml_name_split(a[0]);
		attrs[(*ret_n)++] = (struct xml_attr){ .name = name.local,
			.ns = name.prefix.len > 0
				  ? xml_scope_find(&reader->scope, name.prefix)
				  : NULL,
			.value = str_of(a[1]) };
	}
	return 0;
}

static int start(struct xml_reader *reader, const char *tag, const char **attributes)
{
	struct xml_name name = xml_name_split(tag);
	struct xml_attr attrs[XML_ATTRS_MAX];
	size_t n = 0;
	int r;

	if (reader->depth == XML_DEPTH_MAX)
		return error_set(reader->err, ERR_LIMIT, "more than %d levels",
		    XML_DEPTH_MAX);
	reader->bound[reader->depth++] = reader->scope.n;
	r = bind_all(reader, attributes);
	if (r == 0)
		r = read_attributes(reader, attributes, attrs, &n);
	if (r < 0)
		return r;
	return reader->handler->start(reader->handler->user, name.local,
	    xml_scope_find(&reader->scope, name.prefix), attrs, n);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct xml_reader *reader = user;
	int r = reader->code;

	if (!r)
		r = start(reader, (const char *)name, (const char **)attributes);
	if (r < 0)
		stop(reader, r);
}

static void on_end(void *user, const xmlChar *name)
{
	struct xml_reader *reader = user;
	int r;

	(void)name;
	if (reader->code)
		return;
	reader->scope.n = reader->bound[--reader->depth];
	r = reader->handler->end(reader->handler->user);
	if (r < 0)
		stop(reader, r);
}

static void on_text(void *user, const xmlChar *text, int len)
{
	struct xml_reader *reader = user;
	int r;

	if (reader->code)
		return;
	r = reader->handler->text(reader->handler->user, str_make(text, (size_t)len));
	if (r < 0)
		stop(reader, r);
}

static size_t offset_of(const struct xml_reader *reader)
{
	long at = xmlByteConsumed(reader->parser);

	return reader->skipped + (at > 0 ? (size_t)at : 0);
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *id,
    const xmlChar *system)
{
	struct xml_reader *reader = user;
	size_t at = offset_of(reader);

	(void)name;
	(void)id;
	(void)system;
	stop(reader,
	    error_set_at(reader->err, ERR_MALFORMED, at,
		"a document type declaration at byte %zu: SOAP 1.1 forbids it", at));
}

static void on_error(void *user, xmlErrorPtr error)
{
	struct xml_reader *reader = user;
	struct str words = str_trim(str_of(error->message));
	size_t at;

	/* What is not tied to a parser comes from inside a conversion: it is told again, and
	 * the parser must not be stopped there. */
	if (reader->code || error->level < XML_ERR_ERROR ||
	    error->ctxt != reader->parser)
		return;
	at = offset_of(reader);
	stop(reader, error_set_at(reader->err, ERR_MALFORMED, at, "%.*s at byte %zu",
			 STR_ARG(words), at));
}

static xmlParserCtxtPtr parser_new(struct xml_reader *reader)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();

	if (!parser)
		return NULL;
	memset(parser->sax, 0, sizeof(*parser->sax));
	/* SAX1: SAX2 takes each namespace URI apart, in every document anew, a fourth of the
	 * whole time. */
	parser->sax->initialized = 1;
	parser->sax->startElement = on_start;
	parser->sax->endElement = on_end;
	parser->sax->characters = on_text;
	parser->sax->cdataBlock = on_text;
	parser->sax->internalSubset = on_doctype;
	parser->userData = reader;
	(void)xmlCtxtUseOptions(parser, XML_PARSE_NONET);
	return parser;
}

/* The library prints what it cannot tie to a parser (a conversion that fails) on standard
 * error; on_error() has the rest. */
static ATTR_PRINTF(2, 3) void ignore(void *user, const char *fmt, ...)
{
	(void)user;
	(void)fmt;
}

struct xml_reader *xml_reader_new(void)
{
	struct xml_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	xmlSetGenericErrorFunc(NULL, ignore);
	reader->parser = parser_new(reader);
	if (!reader->parser) {
		free(reader);
		return NULL;
	}
	return reader;
}

void xml_reader_free(struct xml_reader *reader)
{
	if (!reader)
		return;
	xmlFreeParserCtxt(reader->parser);
	buf_free(&reader->bytes);
	free(reader);
}

static int refresh(struct xml_reader *reader)
{
	if (xmlDictSize(reader->parser->dict) < DICTIONARY_MAX)
		return 0;
	xmlFreeParserCtxt(reader->parser);
	reader->parser = parser_new(reader);
	memset(&reader->scope, 0, sizeof(reader->scope));
	return reader->parser ? 0 : ERR_LIMIT;
}

/* Whether the bytes are UTF-8 as they stand: no byte order mark, no other encoding (XML 1.0
 * 4.3.3, F). */
static bool is_plain(struct str xml)
{
	static const struct str word = { "encoding", 8 };
	struct str rest;
	size_t at;

	if (xml.len < 4 || xml.p[0] != '<' || xml.p[1] == '\0')
		return false;
	if (!str_starts(xml, STR("<?xml")))
		return true;
	rest = str_make(xml.p, str_find_char(xml, '>'));
	if (!str_find(rest, word, &at))
		return true;
	rest = str_trim(str_from(rest, at + word.len));
	if (rest.len == 0 || rest.p[0] != '=')
		return false;
	rest = str_trim(str_from(rest, 1));
	return rest.len > 7 && rest.p[6] == rest.p[0] &&
	       str_eq_nocase(str_make(rest.p + 1, 5), STR("UTF-8"));
}

/* The declaration that almost all documents begin with says nothing new of plain ones: what
 * follows it is a document, too, unless it is another declaration. */
static size_t usual_declaration(struct str xml)
{
	static const struct str upper = { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		38 };
	static const struct str lower = { "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
		38 };

	if (!str_starts(xml, upper) && !str_starts(xml, lower))
		return 0;
	return str_starts(str_from(xml, upper.len), STR("<?")) ? 0 : upper.len;
}

/* Over bytes of ours: the library's own input would copy them into a buffer of its own
 * and look, token by token, for more of them. */
static int parse_plain(struct xml_reader *reader, struct str xml)
{
	xmlParserInputPtr input;
	const char *bytes;

	reader->skipped = usual_declaration(xml);
	xml = str_from(xml, reader->skipped);
	xmlCtxtReset(reader->parser);
	input = xmlNewInputStream(reader->parser);
	buf_reset(&reader->bytes);
	buf_append_str(&reader->bytes, xml);
	bytes = buf_cstr(&reader->bytes);
	if (!input || reader->bytes.error) {
		xmlFreeInputStream(input);
		return error_set(reader->err, ERR_LIMIT,
		    "a document too large, or no memory");
	}
	input->base = input->cur = (const xmlChar *)bytes;
	input->end = input->base + xml.len;
	input->length = (int)xml.len;
	if (inputPush(reader->parser, input) < 0) {
		xmlFreeInputStream(input);
		return error_set(reader->err, ERR_LIMIT, "no memory");
	}
	(void)xmlParseDocument(reader->parser);
	return 0;
}

static void parse_encoded(struct xml_reader *reader, struct str xml)
{
	xmlDocPtr doc = xmlCtxtReadMemory(reader->parser, xml.p, (int)xml.len, NULL,
	    NULL, XML_PARSE_NONET);

	if (doc)
		xmlFreeDoc(doc);
}

int xml_read(struct xml_reader *reader, struct str xml,
    const struct xml_handler *handler, struct error *err)
{
	int r = refresh(reader);

	if (r < 0 || xml.len > INT32_MAX)
		return error_set(err, ERR_LIMIT, "a document too large, or no memory");
	if (xml.len == 0)
		return error_set(err, ERR_MALFORMED, "an empty document");
	reader->handler = handler;
	reader->err = err;
	reader->code = 0;
	reader->skipped = 0;
	reader->depth = 0;
	xml_scope_reset(&reader->scope);
	xmlSetStructuredErrorFunc(reader, on_error);
	if (is_plain(xml))
		r = parse_plain(reader, xml);
	else
		parse_encoded(reader, xml);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (r < 0)
		return r;
	if (!reader->code && !reader->parser->wellFormed)
		return error_set(err, ERR_MALFORMED, "not well-formed");
	return reader->code;
}
