#include "lib/xml/xml_limits.h"
#include "lib/xml/xml_read_internal.h"

#include <errno.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

/* Names of a hostile peer stay in the parser's dictionary: over this it starts afresh. The
 * dictionary has some thousand places, and each more name costs all that follow more. */
enum {
	DICTIONARY_MAX = 4096, /* names */
	DICTIONARY_BYTES_MAX = 2 << 20,
	BYTES_KEPT = 64 << 10, /* from one document to the next */
};

static void stop(struct xml_reader *reader, int code)
{
	if (reader->code)
		return;
	reader->code = code;
	xmlStopParser(reader->parser);
}

/* attributes: names and values in turn, null behind the last; or null. xml_limits_check() has
 * counted them. */
static size_t list_attributes(const char **attributes,
    struct raw_attr list[XML_TAG_ATTRS_MAX])
{
	size_t n = 0;

	for (const char **a = attributes; a && a[0] && n < XML_TAG_ATTRS_MAX; a += 2)
		list[n++] = (struct raw_attr){ a[0], str_of(a[1]) };
	return n;
}

static int start(struct xml_reader *reader, const char *tag, const char **attributes)
{
	struct raw_attr list[XML_TAG_ATTRS_MAX];
	int r = xml_element_names(reader);

	if (r < 0)
		return r;
	return xml_element_start(reader, tag, list, list_attributes(attributes, list));
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
	r = xml_element_end(reader);
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
	r = xml_element_names(reader);
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

	if (!reader->code && error->code == XML_ERR_NO_MEMORY)
		reader->code = xml_no_memory(reader);
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

/* A parser that remembers no names, where the old one remembers too many, or too long ones:
 * with 10 MB of them libxml2 would learn no new one for ever, and whoever sends documents
 * could have those of all others refused. Without memory for a new one the old one stays. */
static int refresh(struct xml_reader *reader)
{
	xmlParserCtxtPtr fresh;

	if (xmlDictSize(reader->parser->dict) < DICTIONARY_MAX &&
	    xmlDictGetUsage(reader->parser->dict) < DICTIONARY_BYTES_MAX)
		return 0;
	fresh = parser_new(reader);
	if (!fresh)
		return -ENOMEM;
	xmlFreeParserCtxt(reader->parser);
	reader->parser = fresh;
	reader->dictionaries++;
	memset(&reader->scope, 0, sizeof(reader->scope));
	memset(reader->known, 0, sizeof(reader->known));
	xml_plain_forget(&reader->plain);
	return 0;
}

/* Whether a parser that begins here finds no encoding: neither a byte order mark nor "<?" in
 * any encoding is there (XML 1.0 F.1). */
static bool begins_plainly(struct str xml)
{
	if (xml.len < 2)
		return false;
	switch (xml.p[0]) {
	case '<':
		return xml.p[1] != '?' && xml.p[1] != '\0';
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return true;
	default:
		return false;
	}
}

/* The declaration that almost all documents begin with says nothing new of plain ones: what
 * follows it is a document, too, unless it would be taken for the beginning of one that has not
 * been looked at. */
static size_t usual_declaration(struct str xml)
{
	static const struct str upper = { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		38 };
	static const struct str lower = { "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
		38 };

	if (!str_starts(xml, upper) && !str_starts(xml, lower))
		return 0;
	return begins_plainly(str_from(xml, upper.len)) ? upper.len : 0;
}

/* The bytes that the parser gets, terminated; null where there is no room for them. What was
 * converted stands in reader->bytes already. */
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
		return reader->bytes.error == ERR_LIMIT
			   ? error_set(reader->err, ERR_LIMIT, "a document too large")
			   : error_set(reader->err, -ENOMEM, "no memory");
	}
	input->base = input->cur = (const xmlChar *)bytes;
	input->end = input->base + len;
	input->length = (int)len;
	if (inputPush(reader->parser, input) < 0) {
		xmlFreeInputStream(input);
		return error_set(reader->err, -ENOMEM, "no memory");
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

/* By the parser, within limits. */
static int parse_within_limits(struct xml_reader *reader)
{
	int r = check_limits(reader);

	if (r < 0)
		return r;
	xmlSetStructuredErrorFunc(reader, on_error);
	r = parse(reader);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (r < 0)
		return r;
	if (!reader->code && reader->parser->errNo == XML_ERR_NO_MEMORY)
		return xml_no_memory(reader);
	if (!reader->code && !reader->parser->wellFormed)
		return error_set(reader->err, ERR_MALFORMED, "not well-formed");
	return reader->code;
}

static bool is_plain(struct xml_reader *reader)
{
	struct str utf8 = reader->text.utf8;

	return reader->text.encoding[0] == '\0' &&
	       xml_plain_read(&reader->plain, str_from(utf8, usual_declaration(utf8)),
		   reader->parser->dict);
}

int xml_read(struct xml_reader *reader, struct str xml,
    const struct xml_handler *handler, struct error *err)
{
	int r = refresh(reader);

	if (r < 0)
		return error_set(err, r, "no memory");
	if (xml.len == 0)
		return error_set(err, ERR_MALFORMED, "an empty document");
	prepare(reader, handler, err);
	r = xml_text_read(&reader->text, xml, &reader->bytes, err);
	if (r == 0)
		r = check_start(reader);
	if (r == 0)
		r = is_plain(reader) ? xml_element_tokens(reader)
				     : parse_within_limits(reader);
	if (reader->bytes.cap > BYTES_KEPT)
		buf_free(&reader->bytes);
	return r;
}

uint64_t xml_reader_names(const struct xml_reader *reader)
{
	return reader->dictionaries;
}

const char *xml_undeclared(const struct xml_reader *reader)
{
	return reader->undeclared[0] ? reader->undeclared : NULL;
}
