#include "lib/xml/xml_limits.h"

enum {
	/* A tag that is shorter cannot cost much: nobody looks at it. */
	SHORT_TAG = 1024,
};

/* The offset of c from at on, or len. */
static size_t find(struct str s, size_t at, char c)
{
	const char *p = at < s.len ? memchr(s.p + at, c, s.len - at) : NULL;

	return p ? (size_t)(p - s.p) : s.len;
}

/* The offset behind the first words from at on, or len. */
static size_t behind(struct str s, size_t at, struct str words)
{
	const char *p =
	    at < s.len ? memmem(s.p + at, s.len - at, words.p, words.len) : NULL;

	return p ? (size_t)(p - s.p) + words.len : s.len;
}

/* Whether no "<" follows another at a distance of SHORT_TAG or more. As a parser refuses a
 * tag with another "<" in it (XML 1.0 3.1), no tag is long then. From each "<" it looks as
 * far as a short tag would go, and back from there: most bytes are never looked at. */
static bool has_short_tags_only(struct str xml)
{
	size_t at = 0;

	while (xml.len - at > SHORT_TAG) {
		const char *next = memrchr(xml.p + at + 1, '<', SHORT_TAG);

		if (!next)
			return false;
		at = (size_t)(next - xml.p);
	}
	return true;
}

/* Where the tag ends that begins at at: behind its ">", or at the end of all that a parser
 * that refuses it would read. Each attribute has a value in quotes. */
static size_t tag_end(struct str xml, size_t at, size_t *ret_attrs)
{
	*ret_attrs = 0;
	for (size_t i = at + 1; i < xml.len; i++) {
		switch (xml.p[i]) {
		case '<':
			return xml.len;
		case '>':
			return i + 1;
		case '"':
		case '\'':
			++*ret_attrs;
			i = find(xml, i + 1, xml.p[i]);
			break;
		default:
			break;
		}
		if (*ret_attrs > XML_TAG_ATTRS_MAX)
			return i;
	}
	return xml.len;
}

static int check_tag(struct str xml, size_t at, size_t *ret_end, struct error *err)
{
	size_t n_attrs;

	*ret_end = tag_end(xml, at, &n_attrs);
	if (n_attrs > XML_TAG_ATTRS_MAX)
		return error_set(err, ERR_LIMIT, "more than %d attributes in one tag",
		    XML_TAG_ATTRS_MAX);
	if (*ret_end - at > XML_TAG_BYTES_MAX)
		return error_set(err, ERR_LIMIT, "a tag of more than %d bytes",
		    XML_TAG_BYTES_MAX);
	return 0;
}

int xml_limits_check(struct str utf8, size_t *ret_at, struct error *err)
{
	size_t at = 0;
	int r = 0;

	if (has_short_tags_only(utf8))
		return 0;
	while (r == 0 && (at = find(utf8, at, '<')) < utf8.len) {
		struct str rest = str_from(utf8, at);

		*ret_at = at;
		if (str_starts(rest, STR("<!--")))
			at = behind(utf8, at + 4, STR("-->"));
		else if (str_starts(rest, STR("<![CDATA[")))
			at = behind(utf8, at + 9, STR("]]>"));
		else if (str_starts(rest, STR("<?")))
			at = behind(utf8, at + 2, STR("?>"));
		else if (str_starts(rest, STR("<!")))
			return 0; /* no document type is ever read */
		else
			r = check_tag(utf8, at, &at, err);
	}
	return r;
}
