#include "lib/xml/xml_read.h"

#include "lib/base/buf.h"
#include "lib/xml/xml_limits.h"
#include "lib/xml/xml_scope.h"
#include "lib/xml/xml_text.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>

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
};

/* Names of a hostile peer stay in the parser's dictionary: over this it starts afresh. The
 * dictionary has some thousand places, and each more name costs all that follow more. */
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

	reader->scopes++;
	if (uri && xml_scope_bind(&reader->scope, prefix, uri))
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

/* attributes: names and values in turn, null behind the last; or null. The tag's own
 * bindings hold for the tag already. */
static int bind_all(struct xml_reader *reader, const char **attributes)
{
	int r = 0;

	for (const char **a = attributes; a && a[0] && r == 0; a += 2) {
		const struct known_name *name = known_of(reader, a[0]);

		if (name->is_binding)
			r = bind(reader, name->bound, a[1]);
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
static int read_attributes(struct xml_reader *reader, const char **attributes,
    struct xml_attr attrs[XML_ATTRS_MAX], size_t *ret_n)
{
	for (const char **a = attributes; a && a[0]; a += 2) {
		struct known_name *name = known_of(reader, a[0]);
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
			.value = str_of(a[1]),
			.is_unbound = has_prefix && !ns };
	}
	return 0;
}

static int check_names(struct xml_reader *reader)
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
    const char **attributes)
{
	struct xml_attr attrs[XML_ATTRS_MAX];
	size_t n = 0;
	int r = bind_all(reader, attributes);

	if (r == 0)
		r = read_attributes(reader, attributes, attrs, &n);
	return r < 0 ? r : hand_start(reader, tag, attrs, n);
}

static int start(struct xml_reader *reader, const char *tag, const char **attributes)
{
	int r = check_names(reader);

	if (r < 0)
		return r;
	if (reader->depth == XML_DEPTH_MAX)
		return error_set(reader->err, ERR_LIMIT, "more than %d levels",
		    XML_DEPTH_MAX);
	reader->bound[reader->depth++] = reader->scope.n;
	return attributes ? start_with(reader, tag, attributes)
			  : hand_start(reader, tag, NULL, 0);
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
	if (reader->scope.n != reader->bound[--reader->depth]) {
		reader->scope.n = reader->bound[reader->depth];
		reader->scopes++;
	}
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

/* Nobody wants to know of it, but its name is one more. */
static void on_instruction(void *user, const xmlChar *target, const xmlChar *data)
{
	struct xml_reader *reader = user;
	int r;

	(void)target;
	(void)data;
	if (reader->code)
		return;
	r = check_names(reader);
	if (r < 0)
		stop(reader, r);
}

static size_t offset_of(const struct xml_reader *reader)
{
	long at = xmlByteConsumed(reader->parser);

	return xml_text_offset(&reader->text,
	    reader->skipped + (at > 0 ? (size_t)at : 0));
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
	/* The parser looks these up for each document: they are no names of it. */
	static const char *const own[] = { "xml", "xmlns",
		"http://www.w3.org/XML/1998/namespace" };
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
	parser->sax->processingInstruction = on_instruction;
	parser->userData = reader;
#if LIBXML_VERSION < 21300
	/* All of a document is there. Unless the parser takes it to come in pieces, which it is
	 * told of as they come, it asks for more of it again and again; it stops at the byte 0
	 * behind the last one in any case. Later ones do not ask. */
	parser->progressive = 1;
#endif
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		(void)xmlDictLookup(parser->dict, (const xmlChar *)own[i], -1);
	(void)xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
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

/* A parser that remembers no names, where the old one remembers too many. Without memory for
 * a new one the old one stays. */
static int refresh(struct xml_reader *reader)
{
	xmlParserCtxtPtr fresh;

	if (xmlDictSize(reader->parser->dict) < DICTIONARY_MAX)
		return 0;
	fresh = parser_new(reader);
	if (!fresh)
		return ERR_LIMIT;
	xmlFreeParserCtxt(reader->parser);
	reader->parser = fresh;
	reader->dictionaries++;
	memset(&reader->scope, 0, sizeof(reader->scope));
	memset(reader->known, 0, sizeof(reader->known));
	return 0;
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

/* The bytes that the parser gets, terminated; null without memory. What was converted stands
 * in reader->bytes already. */
static const char *parser_bytes(struct xml_reader *reader)
{
	bool is_converted = reader->text.encoding[0] != '\0';

	reader->skipped = usual_declaration(reader->text.utf8);
	if (!is_converted) {
		buf_reset(&reader->bytes);
		buf_append_str(&reader->bytes,
		    str_from(reader->text.utf8, reader->skipped));
	}
	(void)buf_cstr(&reader->bytes);
	if (reader->bytes.error)
		return NULL;
	return buf_cstr(&reader->bytes) + (is_converted ? reader->skipped : 0);
}

/* Over bytes of ours: the library's own input would copy them into a buffer of its own
 * and look, token by token, for more of them. */
static int parse(struct xml_reader *reader)
{
	const char *bytes = parser_bytes(reader);
	size_t len = reader->text.utf8.len - reader->skipped;
	xmlParserInputPtr input;

	xmlCtxtReset(reader->parser);
	input = xmlNewInputStream(reader->parser);
	if (!input || !bytes) {
		xmlFreeInputStream(input);
		return error_set(reader->err, ERR_LIMIT,
		    "a document too large, or no memory");
	}
	input->base = input->cur = (const xmlChar *)bytes;
	input->end = input->base + len;
	input->length = (int)len;
	if (inputPush(reader->parser, input) < 0) {
		xmlFreeInputStream(input);
		return error_set(reader->err, ERR_LIMIT, "no memory");
	}
	(void)xmlParseDocument(reader->parser);
	return 0;
}

/* Says what the parser says where it would look for an encoding of its own first. */
static int check_start(const struct xml_reader *reader)
{
	struct str text = reader->text.utf8;

	if (text.len > 0 && text.p[0] == '<')
		return 0;
	return error_set_at(reader->err, ERR_MALFORMED, reader->text.skipped,
	    "Start tag expected, '<' not found at byte %zu", reader->text.skipped);
}

static int check_limits(const struct xml_reader *reader)
{
	size_t at;

	if (xml_limits_check(reader->text.utf8, &at, reader->err) == 0)
		return 0;
	if (reader->err)
		reader->err->offset = xml_text_offset(&reader->text, at);
	return ERR_LIMIT;
}

static void prepare(struct xml_reader *reader, const struct xml_handler *handler,
    struct error *err)
{
	reader->handler = handler;
	reader->err = err;
	reader->code = 0;
	reader->skipped = 0;
	reader->undeclared[0] = '\0';
	reader->depth = 0;
	reader->names = xmlDictSize(reader->parser->dict) + XML_NAMES_MAX;
	xml_scope_reset(&reader->scope);
	reader->scopes++;
}

int xml_read(struct xml_reader *reader, struct str xml,
    const struct xml_handler *handler, struct error *err)
{
	int r = refresh(reader);

	if (r < 0)
		return error_set(err, ERR_LIMIT, "no memory");
	if (xml.len == 0)
		return error_set(err, ERR_MALFORMED, "an empty document");
	prepare(reader, handler, err);
	xmlSetStructuredErrorFunc(reader, on_error);
	r = xml_text_read(&reader->text, xml, &reader->bytes, err);
	if (r == 0)
		r = check_start(reader);
	if (r == 0)
		r = check_limits(reader);
	if (r == 0)
		r = parse(reader);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (reader->bytes.cap > BYTES_KEPT)
		buf_free(&reader->bytes);
	if (r < 0)
		return r;
	if (!reader->code && !reader->parser->wellFormed)
		return error_set(err, ERR_MALFORMED, "not well-formed");
	return reader->code;
}

uint64_t xml_reader_names(const struct xml_reader *reader)
{
	return reader->dictionaries;
}

const char *xml_undeclared(const struct xml_reader *reader)
{
	return reader->undeclared[0] ? reader->undeclared : NULL;
}
