/* A body without its secrets. It is read twice: the first time to learn which structs have
 * a secret's name in them, the second to write it. Both times elements are counted alike,
 * so that a struct is known by its number. */
#include "capture/message/redact.h"

#include "capture/message/body_unit.h"
#include "capture/message/xml_piece.h"
#include "lib/base/secret.h"
#include "lib/xml/xml_entity.h"
#include "lib/xml/xml_text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	BACK_MAX = 64 /* open elements in which an end tag looks for its start */
};

static bool ends_nocase(struct str name, struct str end)
{
	return name.len >= end.len &&
	       str_eq_nocase(str_from(name, name.len - end.len), end);
}

/* ---- characters -------------------------------------------------------------------- */

/* Appends text with its entities resolved; false: there is one that nobody can. */
static bool put_decoded(struct buf *out, struct str text)
{
	bool is_clear = true;

	while (text.len > 0) {
		size_t at = str_find_char(text, '&'), len;

		buf_append(out, text.p, at);
		text = str_from(text, at);
		if (text.len == 0)
			break;
		len = xml_entity_put(out, text);
		if (len == 0) {
			is_clear = false;
			buf_append_char(out, '&');
		}
		text = str_from(text, MAX(len, (size_t)1));
	}
	return is_clear;
}

static void put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '&')
			buf_append_text(out, "&amp;");
		else if (text.p[i] == '<')
			buf_append_text(out, "&lt;");
		else
			buf_append_char(out, text.p[i]);
	}
}

/* What a reader of XML makes of texts, CDATA and comments between two tags; false: not all
 * of it is clear. */
static bool put_text(struct buf *out, struct str run)
{
	bool is_clear = true;

	while (run.len > 0) {
		struct xml_piece piece = xml_piece_next(run);

		if (piece.kind == XML_PIECE_TEXT)
			is_clear &= put_decoded(out, piece.inner);
		else if (piece.kind == XML_PIECE_CDATA)
			buf_append_str(out, piece.inner);
		run = str_from(run, piece.all.len);
	}
	return is_clear;
}

/* ---- texts ------------------------------------------------------------------------- */

/* What nobody but a person reads may say anything: where a word of it names a secret, or
 * markup is in it, it is not shown. */
static bool is_telling(struct str text)
{
	size_t at = 0, end, len;

	if (secret_find(text, &at, &end))
		return true;
	for (at = 0; at < text.len; at += len + 1) {
		struct str rest = str_from(text, at);

		for (len = 0;
		     len < rest.len && !strchr(" \t\r\n<>=:;,\"'()[]/&", rest.p[len]);
		     len++)
			continue;
		if (secret_is_name(str_make(rest.p, len)))
			return true;
	}
	return false;
}

static void put_piece(struct buf *out, const struct xml_piece *piece)
{
	size_t before = (size_t)(piece->inner.p - piece->all.p);
	struct str after = str_from(piece->all, before + piece->inner.len);

	buf_append(out, piece->all.p, before);
	if (piece->kind == XML_PIECE_TEXT || piece->kind == XML_PIECE_CDATA)
		secret_put(out, piece->inner);
	else if (is_telling(piece->inner))
		buf_append_text(out, "***");
	else
		buf_append_str(out, piece->inner);
	buf_append_str(out, after);
}

/* The run piece by piece; where the secret is only seen in all of it, as text. */
static void put_run(struct buf *out, struct str run)
{
	auto_buf shown = BUF_NULL, clear = BUF_NULL;
	size_t at = 0, end;

	if (str_find_char(run, '<') == run.len && str_find_char(run, '&') == run.len) {
		secret_put(out, run);
		return;
	}
	for (struct str rest = run; rest.len > 0;) {
		struct xml_piece piece = xml_piece_next(rest);

		put_piece(&shown, &piece);
		rest = str_from(rest, piece.all.len);
	}
	(void)put_text(&clear, buf_str(&shown));
	if (secret_find(buf_str(&clear), &at, &end)) {
		buf_reset(&shown);
		secret_put(&shown, buf_str(&clear));
		put_escaped(out, buf_str(&shown));
	} else {
		buf_append_str(out, buf_str(&shown));
	}
	if (shown.error || clear.error)
		out->error = shown.error ? shown.error : clear.error;
}

/* ---- tags -------------------------------------------------------------------------- */

/* Whether what names the parameter is an attribute: <Parameter name="..." value="..."/>. */
static bool has_secret_name(struct str tag)
{
	struct xml_attribute attribute;
	struct str rest = str_from(tag, xml_tag_name(tag).len);

	while (xml_attribute_next(&rest, &attribute)) {
		auto_buf name = BUF_NULL;

		if (!ends_nocase(attribute.name, STR("name")))
			continue;
		if (!put_decoded(&name, attribute.value) ||
		    secret_is_named(buf_str(&name)))
			return true;
	}
	return false;
}

static void put_attribute_value(struct buf *out, const struct xml_attribute *attribute,
    bool is_named_secret)
{
	bool hides =
	    !attribute->is_binding &&
	    (secret_is_name(attribute->name) ||
		(is_named_secret && ends_nocase(attribute->name, STR("value"))));

	if (hides && attribute->value.len > 0)
		buf_append_text(out, "***");
	else
		put_run(out, attribute->value);
}

static void put_tag(struct buf *out, const struct xml_piece *piece)
{
	bool is_named_secret = has_secret_name(piece->inner);
	struct str rest = str_from(piece->inner, xml_tag_name(piece->inner).len);
	struct xml_attribute attribute;
	const char *done = piece->all.p;

	while (xml_attribute_next(&rest, &attribute)) {
		buf_append(out, done, (size_t)(attribute.value.p - done));
		put_attribute_value(out, &attribute, is_named_secret);
		done = attribute.value.p + attribute.value.len;
	}
	secret_put(out, str_make(done, (size_t)(piece->all.p + piece->all.len - done)));
}

/* ---- elements ---------------------------------------------------------------------- */

enum about {                   /* bits: what the first reading learns of an element */
	ABOUT_NAMED = 1 << 0,  /* it has a child with a name in it */
	ABOUT_SECRET = 1 << 1, /* which is a secret's */
	ABOUT_ENDED = 1 << 2,
};

struct open_element {
	struct str name;
	uint32_t number;
	bool is_name; /* its text names what its parent is about */
};

struct reading {
	struct buf *out;  /* null: the first time */
	struct buf about; /* by number: enum about; the document is number 0 */
	struct buf open;  /* struct open_element, the innermost last */
	uint32_t n;       /* elements so far */
	struct buf text;  /* of the name that is being read */
	bool is_unclear;  /* an element, or an entity of the document's own, is in it */
	struct str hidden; /* name of the element that is not shown; null view: none */
	size_t n_hidden;   /* elements of that name within it */
	bool has_begun;    /* something of it was there, and is "***" */
};

static size_t n_open(const struct reading *reading)
{
	return reading->open.len / sizeof(struct open_element);
}

static struct open_element *element_at(const struct reading *reading, size_t i)
{
	return (struct open_element *)(void *)reading->open.data + i;
}

static const struct open_element *innermost(const struct reading *reading)
{
	size_t n = n_open(reading);

	return n > 0 ? element_at(reading, n - 1) : NULL;
}

/* The number of the element round the i-th open one. */
static uint32_t parent_of(const struct reading *reading, size_t i)
{
	return i > 0 ? element_at(reading, i - 1)->number : 0;
}

static void note(struct reading *reading, uint32_t number, enum about about)
{
	if (number < reading->about.len)
		reading->about.data[number] |= (uint8_t)about;
}

static unsigned about(const struct reading *reading, uint32_t number)
{
	return number < reading->about.len ? reading->about.data[number] : 0;
}

/* A struct that is cut off before its name, or has more than one reading, keeps its value
 * to itself. */
static bool hides_values(const struct reading *reading, uint32_t number)
{
	unsigned bits = about(reading, number);

	return bits & ABOUT_SECRET ||
	       (number > 0 && !(bits & (ABOUT_NAMED | ABOUT_ENDED)));
}

static void name_ends(struct reading *reading, uint32_t parent)
{
	note(reading, parent, ABOUT_NAMED);
	if (reading->is_unclear || secret_is_named(buf_str(&reading->text)))
		note(reading, parent, ABOUT_SECRET);
}

static void close_to(struct reading *reading, size_t n)
{
	for (size_t i = n_open(reading); i-- > n;) {
		const struct open_element *element = element_at(reading, i);

		note(reading, element->number, ABOUT_ENDED);
		if (element->is_name)
			name_ends(reading, parent_of(reading, i));
	}
	reading->open.len = n * sizeof(struct open_element);
}

/* An end tag ends the element of its name, and what was left open in it. */
static void take_end(struct reading *reading, struct str name)
{
	size_t n = n_open(reading);

	for (size_t i = n; i-- > 0 && n - i <= BACK_MAX;) {
		if (!str_eq(element_at(reading, i)->name, name))
			continue;
		close_to(reading, i);
		return;
	}
}

static void take_start(struct reading *reading, const struct xml_piece *piece)
{
	struct str name = xml_tag_name(piece->inner);
	struct open_element element = { name, ++reading->n,
		ends_nocase(xml_local_name(name), STR("name")) };
	bool is_in_name = innermost(reading) && innermost(reading)->is_name;

	if (!reading->out)
		buf_append_char(&reading->about, 0);
	/* Readers disagree on the text of a name with an element in it. */
	if (is_in_name)
		reading->is_unclear = true;
	if (piece->kind == XML_PIECE_EMPTY) {
		note(reading, element.number, ABOUT_ENDED);
		return;
	}
	if (element.is_name && !is_in_name) {
		buf_reset(&reading->text);
		reading->is_unclear = false;
	}
	buf_append(&reading->open, &element, sizeof(element));
}

static void take_text(struct reading *reading, struct str run)
{
	const struct open_element *element = innermost(reading);

	if (element && element->is_name && !put_text(&reading->text, run))
		reading->is_unclear = true;
}

/* ---- writing ----------------------------------------------------------------------- */

/* Whether the content of the element that begins is a secret. */
static bool begins_secret(const struct reading *reading, const struct xml_piece *piece)
{
	struct str local = xml_local_name(xml_tag_name(piece->inner));
	size_t n = n_open(reading);

	if (piece->kind == XML_PIECE_EMPTY)
		return false;
	return secret_is_name(local) || has_secret_name(piece->inner) ||
	       (ends_nocase(local, STR("value")) &&
		   hides_values(reading,
		       n > 0 ? element_at(reading, n - 1)->number : 0));
}

static bool ends_hidden(struct reading *reading, const struct xml_piece *piece)
{
	struct str name = xml_tag_name(piece->inner);

	if (!str_eq(name, reading->hidden))
		return false;
	if (piece->kind == XML_PIECE_START)
		reading->n_hidden++;
	else if (piece->kind == XML_PIECE_END && reading->n_hidden-- == 0)
		return true;
	return false;
}

static void write_hidden(struct reading *reading, const struct xml_piece *piece)
{
	bool is_tag = piece->kind >= XML_PIECE_START;

	if (is_tag && ends_hidden(reading, piece)) {
		reading->hidden = STR_NULL;
		buf_append_str(reading->out, piece->all);
		return;
	}
	if (!reading->has_begun)
		buf_append_text(reading->out, "***");
	reading->has_begun = true;
}

static void write_tag(struct reading *reading, const struct xml_piece *piece)
{
	if (reading->hidden.p) {
		write_hidden(reading, piece);
		return;
	}
	put_tag(reading->out, piece);
	if (piece->kind != XML_PIECE_START || !begins_secret(reading, piece))
		return;
	reading->hidden = xml_tag_name(piece->inner);
	reading->n_hidden = 0;
	reading->has_begun = false;
}

static void write_doctype(struct reading *reading, const struct xml_piece *piece)
{
	if (str_find_char(piece->all, '[') < piece->all.len || is_telling(piece->all))
		buf_append_text(reading->out, "<!DOCTYPE ***>");
	else
		buf_append_str(reading->out, piece->all);
}

static void write_run(struct reading *reading, struct str run)
{
	const struct xml_piece piece = { XML_PIECE_TEXT, run, run };

	if (run.len == 0)
		return;
	if (reading->hidden.p)
		write_hidden(reading, &piece);
	else
		put_run(reading->out, run);
}

/* ---- reading ----------------------------------------------------------------------- */

static void end_run(struct reading *reading, struct str *run)
{
	take_text(reading, *run);
	if (reading->out)
		write_run(reading, *run);
	*run = STR_NULL;
}

static void take_tag(struct reading *reading, const struct xml_piece *piece)
{
	if (reading->out && piece->kind == XML_PIECE_DOCTYPE)
		write_doctype(reading, piece);
	else if (reading->out)
		write_tag(reading, piece);
	if (piece->kind == XML_PIECE_END)
		take_end(reading, xml_tag_name(piece->inner));
	else if (piece->kind != XML_PIECE_DOCTYPE)
		take_start(reading, piece);
}

static void read_all(struct reading *reading, struct str text)
{
	struct str run = STR_NULL;

	while (text.len > 0) {
		struct xml_piece piece = xml_piece_next(text);

		if (piece.kind < XML_PIECE_DOCTYPE) {
			run = str_make(run.p ? run.p : piece.all.p,
			    run.len + piece.all.len);
		} else {
			end_run(reading, &run);
			take_tag(reading, &piece);
		}
		text = str_from(text, piece.all.len);
	}
	end_run(reading, &run);
}

static void put_markup(struct buf *out, struct str text)
{
	struct reading reading = { .out = NULL };

	buf_append_char(&reading.about, 0);
	read_all(&reading, text);
	reading.open.len = 0;
	reading.n = 0;
	reading.out = out;
	if (!reading.about.error && !reading.open.error && !reading.text.error)
		read_all(&reading, text);
	if (reading.about.error || reading.open.error || reading.text.error)
		out->error = -ENOMEM;
	buf_free(&reading.about);
	buf_free(&reading.open);
	buf_free(&reading.text);
}

/* ---- encodings --------------------------------------------------------------------- */

/* Whether markup stands in it as in ASCII; a reader that believes the name of UTF-16 in
 * bytes of ASCII reads nothing. */
static bool is_like_ascii(struct str encoding)
{
	static const char *const kinds[] = { "utf-8", "utf8", "utf-16", "utf-32",
		"us-ascii", "ascii", "iso-8859-", "iso8859-", "iso_8859-", "latin",
		"windows-", "cp125", "koi8", "gb", "big5", "shift_jis", "sjis", "euc-",
		"tis-620", "macintosh" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct str kind = str_of(kinds[i]);

		if (encoding.len >= kind.len &&
		    str_eq_nocase(str_make(encoding.p, kind.len), kind))
			return true;
	}
	return encoding.len == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void put_body(struct buf *out, struct str body)
{
	struct body_unit unit;

	/* Readers of envelopes look for the encoding behind these, byte by byte. */
	while (body.len > 0 && is_blank(body.p[0])) {
		buf_append_char(out, body.p[0]);
		body = str_from(body, 1);
	}
	unit = body_unit_of(body);
	if (unit.size > 1) {
		auto_buf text = BUF_NULL, shown = BUF_NULL;

		body_unit_read(&text, body, unit);
		put_markup(&shown, buf_str(&text));
		body_unit_write(out, buf_str(&shown), unit);
		buf_append_str(out, str_from(body, body.len / unit.size * unit.size));
		if (text.error || shown.error)
			out->error = text.error ? text.error : shown.error;
	} else if (str_starts(body, STR("\x4c\x6f\xa7\x94")) || /* "<?xm" in EBCDIC */
		   !is_like_ascii(xml_text_declared(body))) {
		buf_append_text(out, "***");
	} else {
		put_markup(out, body);
	}
}

void redact_body(struct buf *out, struct str body)
{
	auto_buf shown = BUF_NULL;

	put_body(&shown, body);
	buf_append_str(out, shown.error ? STR("***") : buf_str(&shown));
}
