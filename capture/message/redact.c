#include "capture/message/redact.h"

#include "lib/base/utf8.h"

bool redact_is_secret(struct str name)
{
	static const char *const words[] = { "Password", "Passphrase", "PreSharedKey",
		"PSK", "WEPKey", "Secret", "PrivateKey", "PIN" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ends(name, str_of(words[i])))
			return true;
	}
	return false;
}

/* ---- URLs -------------------------------------------------------------------------- */

/* Where what may be an authority (RFC 3986 3.2) ends. */
static size_t authority_len(struct str text)
{
	size_t len = 0;

	while (len < text.len && (unsigned char)text.p[len] > ' ' &&
	       !strchr("/?#\"<>", text.p[len]))
		len++;
	return len;
}

void redact_urls(struct buf *out, struct str text)
{
	size_t at;

	while (str_find(text, STR("://"), &at)) {
		struct str rest = str_from(text, at + 3);
		size_t end = authority_len(rest), user;

		buf_append(out, text.p, at + 3);
		/* The last "@", as a password may have one that nobody escaped. */
		while (end > 0 && rest.p[end - 1] != '@')
			end--;
		user = str_find_char(str_make(rest.p, end), ':');
		if (user < end) {
			buf_append(out, rest.p, user);
			buf_append_text(out, ":***@");
			rest = str_from(rest, end);
		}
		text = rest;
	}
	buf_append_str(out, text);
}

void redact_line(struct buf *out, struct str text)
{
	auto_buf shown = BUF_NULL;
	struct str rest;

	redact_urls(&shown, text);
	rest = buf_str(&shown);
	while (rest.len > 0)
		rest = str_from(rest, utf8_put_shown(out, rest));
	if (shown.error)
		out->error = shown.error;
}

/* ---- envelopes --------------------------------------------------------------------- */

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

		redact_urls(out, str_make(xml.p, MIN(close + 1, xml.len)));
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

/* ---- headers ----------------------------------------------------------------------- */

/* "Digest username="cpe", ***": what is compared when a log-in fails, and no more. */
static void redact_credentials(struct buf *out, struct str value)
{
	struct str rest, scheme = str_cut(value, ' ', &rest);
	size_t at, end;

	if (!rest.p) { /* no scheme: all of it may be the secret */
		buf_append_text(out, value.len > 0 ? "***" : "");
		return;
	}
	buf_append_str(out, scheme);
	buf_append_char(out, ' ');
	if (str_find(rest, STR("username=\""), &at)) {
		struct str user = str_from(rest, at);

		end = str_find_char(str_from(user, 10), '"');
		buf_append(out, user.p, MIN(10 + end + 1, user.len));
		buf_append_text(out, ", ");
	}
	buf_append_text(out, "***");
}

/* "session=***; Path=/": attributes of a Set-Cookie are no secrets. */
static void redact_cookies(struct buf *out, struct str value, bool has_attributes)
{
	bool is_first = true;

	while (value.len > 0) {
		struct str rest, item = str_cut(value, ';', &rest), secret;
		struct str name = str_cut(item, '=', &secret);

		if (has_attributes && !is_first)
			buf_append_str(out, item);
		else if (secret.p)
			buf_printf(out, "%.*s=***", STR_ARG(name));
		else
			buf_append_text(out, "***");
		if (rest.p)
			buf_append_char(out, ';');
		value = rest;
		is_first = false;
	}
}

void redact_header(struct buf *out, struct str name, struct str value)
{
	if (str_eq_nocase(name, STR("Authorization")) ||
	    str_eq_nocase(name, STR("Proxy-Authorization")))
		redact_credentials(out, value);
	else if (str_eq_nocase(name, STR("Cookie")))
		redact_cookies(out, value, false);
	else if (str_eq_nocase(name, STR("Set-Cookie")))
		redact_cookies(out, value, true);
	else
		redact_urls(out, value);
}
