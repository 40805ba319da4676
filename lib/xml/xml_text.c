#include "lib/xml/xml_text.h"

#include <errno.h>
#include <iconv.h>
#include <libxml/encoding.h>
#include <libxml/globals.h>
#include <libxml/tree.h>
#include <stdio.h>

/* ---- which encoding ---------------------------------------------------------------- */

/* Byte order marks, and how "<?" looks in encodings of more than one byte (XML 1.0 F.1);
 * longer ones first. */
static const struct sign {
	struct str bytes;
	size_t skipped;
	const char *encoding;
} signs[] = {
	{ { "\xff\xfe\0\0", 4 }, 4, "UCS-4LE" },
	{ { "\0\0\xfe\xff", 4 }, 4, "UCS-4BE" },
	{ { "<\0\0\0", 4 }, 0, "UCS-4LE" },
	{ { "\0\0\0<", 4 }, 0, "UCS-4BE" },
	{ { "<\0?\0", 4 }, 0, "UTF-16LE" },
	{ { "\0<\0?", 4 }, 0, "UTF-16BE" },
	{ { "\xef\xbb\xbf", 3 }, 3, "" },
	{ { "\xff\xfe", 2 }, 2, "UTF-16LE" },
	{ { "\xfe\xff", 2 }, 2, "UTF-16BE" },
};

static const struct sign *find_sign(struct str document)
{
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (str_starts(document, signs[i].bytes))
			return &signs[i];
	}
	return NULL;
}

/* Nearly all documents begin with the same bytes. */
static bool is_usual(struct str document)
{
	static const struct str usual = { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		38 };

	return str_starts(document, usual);
}

struct str xml_text_declared(struct str document)
{
	static const struct str word = { "encoding", 8 };
	struct str rest;
	size_t at;

	if (is_usual(document))
		return str_make(document.p + 30, 5);
	if (str_starts(document, STR("\xef\xbb\xbf")))
		document = str_from(document, 3);
	if (!str_starts(document, STR("<?xml")))
		return STR_NULL;
	rest = str_make(document.p, str_find_char(document, '>'));
	if (!str_find(rest, word, &at))
		return STR_NULL;
	rest = str_trim(str_from(rest, at + word.len));
	if (rest.len == 0 || rest.p[0] != '=')
		return STR_NULL;
	rest = str_trim(str_from(rest, 1));
	if (rest.len == 0 || (rest.p[0] != '"' && rest.p[0] != '\''))
		return STR_NULL;
	at = str_find_char(str_from(rest, 1), rest.p[0]);
	return at + 1 < rest.len ? str_make(rest.p + 1, at) : STR_NULL;
}

/* Encodings in which no document could begin with the bytes of "<?xml". */
static bool is_wide(struct str name)
{
	static const char *const starts[] = { "UTF-16", "UTF16", "UTF-32", "UTF32",
		"UCS-", "ISO-10646-UCS" };

	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct str start = str_of(starts[i]);

		if (name.len >= start.len &&
		    str_eq_nocase(str_make(name.p, start.len), start))
			return true;
	}
	return false;
}

/* XML 1.0 4.3.3. */
static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return name.len > 0 && name.len <= XML_ENCODING_MAX;
}

static int find_declared(struct xml_text *text, struct str document, struct error *err)
{
	struct str name = xml_text_declared(document);
	size_t at = name.p ? (size_t)(name.p - document.p) : 0;

	if (!name.p || str_eq_nocase(name, STR("UTF-8")) ||
	    str_eq_nocase(name, STR("UTF8")))
		return 0;
	if (!is_name(name))
		return error_set_at(err, ERR_MALFORMED, at,
		    "no name of an encoding at byte %zu", at);
	if (is_wide(name))
		return error_set_at(err, ERR_MALFORMED, at,
		    "a document of single bytes that is labelled %.*s at byte %zu",
		    STR_ARG(name), at);
	(void)snprintf(text->encoding, sizeof(text->encoding), "%.*s", STR_ARG(name));
	return 0;
}

/* ---- conversion -------------------------------------------------------------------- */

/* What cannot be converted is told by our own words, not on standard error. */
static void on_error(void *user, xmlErrorPtr error)
{
	bool *lacks_memory = user;

	*lacks_memory |= error->code == XML_ERR_NO_MEMORY;
}

/* Converts as much as can be converted; returns how many bytes cannot. */
static size_t convert(xmlCharEncodingHandlerPtr handler, struct str bytes,
    struct buf *out)
{
	xmlBufferPtr in = xmlBufferCreateStatic((void *)(uintptr_t)bytes.p, bytes.len);
	xmlBufferPtr converted = xmlBufferCreate();
	size_t left = bytes.len;

	if (in && converted) {
		while (xmlBufferLength(in) > 0 &&
		       xmlCharEncInFunc(handler, converted, in) > 0)
			continue;
		buf_append(out, xmlBufferContent(converted),
		    (size_t)xmlBufferLength(converted));
		left = (size_t)xmlBufferLength(in);
	} else {
		out->error = -ENOMEM;
	}
	xmlBufferFree(in);
	xmlBufferFree(converted);
	return left;
}

static int tell_left(const struct xml_text *text, struct str bytes, size_t left,
    struct error *err)
{
	size_t at = text->skipped + bytes.len - left;

	return left == 0 ? 0
			 : error_set_at(err, ERR_MALFORMED, at,
			       "bytes that are no %s at byte %zu", text->encoding, at);
}

static bool converts(const char *to, const char *from)
{
	iconv_t known = iconv_open(to, from);

	if (known == (iconv_t)-1)
		return errno == ENOMEM;
	(void)iconv_close(known);
	return true;
}

/* The library has no handler for what it cannot convert both ways, and none without memory for
 * one. */
static bool is_known(const char *encoding)
{
	return converts("UTF-8", encoding) && converts(encoding, "UTF-8");
}

static int convert_all(struct xml_text *text, struct str bytes, struct buf *room,
    struct error *err)
{
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *before_user = xmlStructuredErrorContext;
	xmlCharEncodingHandlerPtr handler;
	bool lacks_memory = false;
	size_t left = 0;

	buf_reset(room);
	xmlSetStructuredErrorFunc(&lacks_memory, on_error);
	handler = xmlFindCharEncodingHandler(text->encoding);
	if (handler)
		left = convert(handler, bytes, room);
	(void)xmlCharEncCloseFunc(handler);
	xmlSetStructuredErrorFunc(before_user, before);
	if (lacks_memory || room->error == -ENOMEM ||
	    (!handler && is_known(text->encoding)))
		return error_set(err, -ENOMEM, "no memory");
	if (!handler)
		return error_set(err, ERR_MALFORMED, "Unsupported encoding %s",
		    text->encoding);
	if (room->error)
		return error_set(err, ERR_LIMIT, "a document too large");
	text->utf8 = buf_str(room);
	return tell_left(text, bytes, left, err);
}

/* ---- interface --------------------------------------------------------------------- */

int xml_text_read(struct xml_text *ret, struct str document, struct buf *room,
    struct error *err)
{
	const struct sign *sign = find_sign(document);
	struct str bytes = str_from(document, sign ? sign->skipped : 0);
	int r = 0;

	ret->utf8 = bytes;
	ret->skipped = sign ? sign->skipped : 0;
	ret->encoding[0] = '\0';
	if (document.len > INT32_MAX)
		return error_set(err, ERR_LIMIT, "a document too large");
	if (sign)
		(void)snprintf(ret->encoding, sizeof(ret->encoding), "%s",
		    sign->encoding);
	else
		r = find_declared(ret, document, err);
	if (r < 0 || ret->encoding[0] == '\0')
		return r;
	return convert_all(ret, bytes, room, err);
}

size_t xml_text_offset(const struct xml_text *text, size_t at)
{
	xmlCharEncodingHandlerPtr handler;
	xmlBufferPtr in, out;
	size_t before = MIN(at, text->utf8.len);

	if (text->encoding[0] == '\0')
		return text->skipped + at;
	handler = xmlFindCharEncodingHandler(text->encoding);
	in = xmlBufferCreateStatic((void *)(uintptr_t)text->utf8.p, before);
	out = xmlBufferCreate();
	while (handler && in && out && xmlBufferLength(in) > 0 &&
	       xmlCharEncOutFunc(handler, out, in) > 0)
		continue;
	if (out)
		before = (size_t)xmlBufferLength(out);
	xmlBufferFree(in);
	xmlBufferFree(out);
	(void)xmlCharEncCloseFunc(handler);
	return text->skipped + before;
}
