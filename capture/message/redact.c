#include "capture/message/redact.h"

#include "lib/base/secret.h"
#include "lib/base/utf8.h"

void redact_line(struct buf *out, struct str text)
{
	auto_buf shown = BUF_NULL;
	struct str rest;

	secret_put(&shown, text);
	rest = buf_str(&shown);
	while (rest.len > 0)
		rest = str_from(rest, utf8_put_shown(out, rest));
	if (shown.error)
		out->error = shown.error;
}

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

/* What answers a challenge is worth as much as what it proves (RFC 7616 3.5: rspauth). */
static bool is_proof(struct str name)
{
	return str_eq_nocase(name, STR("Authentication-Info")) ||
	       str_eq_nocase(name, STR("Proxy-Authentication-Info"));
}

void redact_header(struct buf *out, struct str name, struct str value)
{
	if (str_eq_nocase(name, STR("Authorization")) ||
	    str_eq_nocase(name, STR("Proxy-Authorization")))
		redact_credentials(out, value);
	else if (str_eq_nocase(name, STR("Cookie")) ||
		 str_eq_nocase(name, STR("Cookie2")))
		redact_cookies(out, value, false);
	else if (str_eq_nocase(name, STR("Set-Cookie")) ||
		 str_eq_nocase(name, STR("Set-Cookie2")))
		redact_cookies(out, value, true);
	else if (value.len > 0 && (is_proof(name) || secret_is_name(name)))
		buf_append_text(out, "***");
	else
		secret_put(out, value);
}
