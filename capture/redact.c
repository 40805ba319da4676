#include "capture/redact.h"

bool redact_is_secret(struct str name)
{
	static const char *const words[] = { "Password", "Passphrase", "PreSharedKey",
		"PSK", "WEPKey", "SharedSecret", "PrivateKey" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ends(name, str_of(words[i])))
			return true;
	}
	return false;
}

/* The local name of a start tag's content ("soap:Value xsi:type=..."). */
static struct str tag_name(struct str tag)
{
	size_t len = 0, start = 0;

	while (len < tag.len && !strchr(" \t\r\n/>", tag.p[len])) {
		if (tag.p[len] == ':')
			start = len + 1;
		len++;
	}
	return start < len ? str_make(tag.p + start, len - start) : STR_NULL;
}

/* How long the content before the end tag is, CDATA and all; cut off, it is the rest. */
static size_t content_len(struct str xml)
{
	size_t at = 0, n;

	while ((at += str_find_char(str_from(xml, at), '<')) < xml.len) {
		struct str rest = str_from(xml, at);

		if (str_starts(rest, STR("</")))
			return at;
		if (str_starts(rest, STR("<![CDATA[")) &&
		    str_find(rest, STR("]]>"), &n))
			at += n;
		else
			at++;
	}
	return xml.len;
}

void redact_xml(struct buf *out, struct str xml)
{
	bool is_secret_next =
	    false; /* the Name before this Value was one of a secret */

	while (xml.len > 0) {
		size_t open = str_find_char(xml, '<');
		size_t close = open + str_find_char(str_from(xml, open), '>');
		struct str name, text;
		bool hides, is_closed;

		buf_append(out, xml.p, MIN(close + 1, xml.len));
		if (close >= xml.len)
			return;
		name = tag_name(str_make(xml.p + open + 1, close - open - 1));
		is_closed = close > 0 && xml.p[close - 1] == '/';
		xml = str_from(xml, close + 1);
		text = str_make(xml.p, str_find_char(xml, '<'));
		hides =
		    redact_is_secret(name) || (is_secret_next && str_is(name, "Value"));
		if (hides && !is_closed && content_len(xml) > 0) {
			buf_append_text(out, "***");
			xml = str_from(xml, content_len(xml));
		}
		if (str_is(name, "Name"))
			is_secret_next = redact_is_secret(str_trim(text));
		else if (str_is(name, "Value"))
			is_secret_next = false;
	}
}
