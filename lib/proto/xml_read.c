#include "lib/proto/xml_read.h"

#include "lib/base/buf.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdbool.h>
#include <stdlib.h>

struct xml_reader {
	xmlParserCtxtPtr parser;
	const struct xml_handler *handler;
	struct error *err;
	struct buf bytes; /* the document, terminated as the parser wants it */
	int code;         /* first failure, 0 while all is well */
	int depth;
	bool has_odd_names; /* of this document: names may hold a colon */
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

/* XML 1.0 2.3; beyond ASCII the parser has looked already. */
static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/* Of "a:b:c" and the like, which it has complained about, the parser hands out more than
 * the local name: that is what follows the last colon which a name can follow ("a:b:" has
 * the local name "b:"). */
static const char *local_name(const struct xml_reader *reader, const xmlChar *name)
{
	const char *local = (const char *)name;

	if (!reader->has_odd_names)
		return local;
	for (const char *c = local; *c; c++)
		if (*c == ':' && starts_name(c[1]))
			local = c + 1;
	return local;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int n_namespaces, const xmlChar **namespaces, int n_attributes,
    int n_defaulted, const xmlChar **attributes)
{
	struct xml_reader *reader = user;
	struct xml_attr attrs[XML_ATTRS_MAX];
	size_t n = 0;
	int r;

	(void)prefix;
	(void)n_namespaces;
	(void)namespaces;
	(void)n_defaulted;
	if (reader->code)
		return;
	if (++reader->depth > XML_DEPTH_MAX || n_attributes > XML_ATTRS_MAX) {
		stop(reader, error_set(reader->err, ERR_LIMIT,
				 "more than %d levels or attributes", XML_DEPTH_MAX));
		return;
	}
	/* localname, prefix, URI, value, end of value */
	for (const xmlChar **a = attributes; n < (size_t)n_attributes; a += 5, n++) {
		attrs[n].name = local_name(reader, a[0]);
		attrs[n].ns = (const char *)a[2];
		attrs[n].value = str_make(a[3], (size_t)(a[4] - a[3]));
	}
	r = reader->handler->start(reader->handler->user, local_name(reader, name),
	    (const char *)uri, attrs, n);
	if (r < 0)
		stop(reader, r);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct xml_reader *reader = user;
	int r;

	(void)name;
	(void)prefix;
	(void)uri;
	if (reader->code)
		return;
	reader->depth--;
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

	return at > 0 ? (size_t)at : 0;
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
	size_t at = offset_of(reader);

	if (reader->code || error->level < XML_ERR_ERROR)
		return;
	/* Namespace mistakes are not fatal to the parser, nor to us. */
	if (error->domain == XML_FROM_NAMESPACE && error->level < XML_ERR_FATAL) {
		reader->has_odd_names = true;
		return;
	}
	stop(reader, error_set_at(reader->err, ERR_MALFORMED, at, "%.*s at byte %zu",
			 STR_ARG(words), at));
}

static xmlParserCtxtPtr parser_new(struct xml_reader *reader)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();

	if (!parser)
		return NULL;
	memset(parser->sax, 0, sizeof(*parser->sax));
	parser->sax->initialized = XML_SAX2_MAGIC;
	parser->sax->startElementNs = on_start;
	parser->sax->endElementNs = on_end;
	parser->sax->characters = on_text;
	parser->sax->cdataBlock = on_text;
	parser->sax->internalSubset = on_doctype;
	parser->sax->serror = on_error;
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

/* Over bytes of ours: the library's own input would copy them into a buffer of its own
 * and look, token by token, for more of them. */
static int parse_plain(struct xml_reader *reader, struct str xml)
{
	xmlParserInputPtr input;
	const char *bytes;

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
	reader->code = reader->depth = 0;
	reader->has_odd_names = false;
	if (is_plain(xml))
		r = parse_plain(reader, xml);
	else
		parse_encoded(reader, xml);
	if (r < 0)
		return r;
	if (!reader->code && !reader->parser->wellFormed)
		return error_set(err, ERR_MALFORMED, "not well-formed");
	return reader->code;
}
