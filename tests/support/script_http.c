/* Messages of a script as HTTP: heads, cookies, credentials, edits. */
#include "tests/support/script_internal.h"

#include "agents/common/digest.h"
#include "lib/base/text.h"
#include "lib/proto/http.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	HEADERS_MAX = 48,
};

struct headers {
	struct http_header items[HEADERS_MAX];
	size_t len;
};

int run_login(struct script *s, const struct statement *st)
{
	s->scheme = AUTH_NONE;
	if (st->n_words == 2 && word_is(&st->words[1], "none"))
		return 0;
	if (st->n_words < 3 || (st->n_words > 3 && !word_is(&st->words[3], "basic")))
		return script_error(s, NULL,
		    "login USER PASSWORD [basic], or login none");
	s->scheme = st->n_words > 3 ? AUTH_BASIC : AUTH_DIGEST;
	s->user = st->words[1].text;
	s->password = st->words[2].text;
	return 0;
}

/* ---- credentials ----------------------------------------------------------------------- */

static uint32_t next_count(struct script *s, struct str nonce)
{
	for (size_t i = 0; i < s->n_nonces; i++) {
		if (str_eq(s->nonces[i].nonce, nonce))
			return ++s->nonces[i].nc;
	}
	if (s->n_nonces == SCRIPT_CONNS_MAX)
		s->n_nonces = 0;
	s->nonces[s->n_nonces++] = (struct nonce_use){ arena_str(&s->arena, nonce), 1 };
	return 1;
}

static void basic_answer(struct script *s, struct buf *out)
{
	auto_buf plain = BUF_NULL;

	buf_append_str(&plain, s->user);
	buf_append_char(&plain, ':');
	buf_append_str(&plain, s->password);
	buf_append_text(out, "Basic ");
	base64_append(out, plain.data, plain.len);
}

/* Replaces the value of name in a list of name=value, name="value". */
static int auth_replace(struct script *s, struct buf *header,
    const struct auth_edit *edit)
{
	auto_buf key = BUF_NULL, out = BUF_NULL;
	struct str text = buf_str(header), rest;
	bool is_quoted;
	size_t at;

	buf_append_char(&key, ' ');
	buf_append_str(&key, edit->name);
	buf_append_char(&key, '=');
	if (!str_find(text, buf_str(&key), &at))
		return script_error(s, NULL, "Authorization has no %.*s",
		    STR_ARG(edit->name));
	rest = str_from(text, at + key.len);
	is_quoted = str_starts(rest, STR("\""));
	buf_append(&out, text.p, at + key.len + is_quoted);
	buf_append_str(&out, edit->value);
	rest = str_from(rest, is_quoted);
	buf_append_str(&out,
	    str_from(rest, str_find_char(rest, is_quoted ? '"' : ',')));
	buf_reset(header);
	buf_append_str(header, buf_str(&out));
	return 0;
}

/* Appends the value of Authorization; nothing where none is due. */
static int authorization(struct script *s, const struct message *m, struct buf *out)
{
	const struct auth_challenge *challenge = &s->conn->challenge;
	struct error err = ERROR_NULL;
	char cnonce[24];
	int r = 0;

	if (s->scheme == AUTH_BASIC ||
	    (s->scheme == AUTH_DIGEST && challenge->scheme == AUTH_BASIC)) {
		basic_answer(s, out);
	} else if (s->scheme == AUTH_DIGEST && challenge->scheme == AUTH_DIGEST) {
		(void)snprintf(cnonce, sizeof(cnonce), "0a4f113b%04u", s->conn->number);
		if (auth_answer(out, challenge, s->user, s->password, m->method,
			m->path, next_count(s, challenge->nonce), str_of(cnonce),
			digest_hash, &err) < 0)
			r = script_error(s, NULL, "%s", err.text);
	}
	for (size_t i = 0; i < m->n_auth && r == 0; i++)
		r = auth_replace(s, out, &m->auth[i]);
	return r;
}

static void keep_challenge(struct script *s, const struct auth_challenge *c)
{
	struct auth_challenge *kept = &s->conn->challenge;

	*kept = *c;
	kept->realm = arena_str(&s->arena, c->realm);
	kept->nonce = arena_str(&s->arena, c->nonce);
	if (c->opaque.p)
		kept->opaque = arena_str(&s->arena, c->opaque);
}

/* ---- cookies --------------------------------------------------------------------------- */

static void keep_cookie(struct script *s, struct str set_cookie)
{
	struct host *cpe = s->conn->client;
	struct str cookie = str_cut(set_cookie, ';', &set_cookie);
	struct str name = str_make(cookie.p, str_find_char(cookie, '='));
	size_t i = 0;

	while (i < cpe->n_cookies &&
	       !str_eq(name,
		   str_make(cpe->cookies[i].p, str_find_char(cpe->cookies[i], '='))))
		i++;
	if (i == SCRIPT_COOKIES_MAX)
		return;
	cpe->cookies[i] = arena_str(&s->arena, str_trim(cookie));
	cpe->n_cookies = MAX(cpe->n_cookies, i + 1);
}

static void cookie_value(const struct host *cpe, struct buf *out)
{
	for (size_t i = 0; i < cpe->n_cookies; i++) {
		buf_append_text(out, i > 0 ? "; " : "");
		buf_append_str(out, cpe->cookies[i]);
	}
}

/* ---- headers --------------------------------------------------------------------------- */

static void header_add(struct script *s, struct headers *list, struct str name,
    struct str value)
{
	if (list->len < HEADERS_MAX)
		list->items[list->len++] =
		    (struct http_header){ name, arena_str(&s->arena, value) };
}

static bool header_remove(struct headers *list, struct str name)
{
	size_t n = 0;
	bool was_there;

	for (size_t i = 0; i < list->len; i++) {
		if (!str_eq_nocase(list->items[i].name, name))
			list->items[n++] = list->items[i];
	}
	was_there = n < list->len;
	list->len = n;
	return was_there;
}

/* Where it stands it is replaced, so that the order stays. */
static void header_set(struct script *s, struct headers *list, struct str name,
    struct str value)
{
	for (size_t i = 0; i < list->len; i++) {
		if (str_eq_nocase(list->items[i].name, name)) {
			list->items[i].name = name;
			list->items[i].value = value;
			return;
		}
	}
	header_add(s, list, name, value);
}

static int header_edits(struct script *s, const struct message *m, struct headers *list)
{
	for (size_t i = 0; i < m->n_headers; i++) {
		const struct header_edit *edit = &m->headers[i];

		switch (edit->op) {
		case HEADER_SET:
			header_set(s, list, edit->name, edit->value);
			break;
		case HEADER_ADD:
			header_add(s, list, edit->name, edit->value);
			break;
		case HEADER_REMOVE:
			if (!header_remove(list, edit->name))
				return script_error(s, NULL,
				    "there is no header %.*s to leave out",
				    STR_ARG(edit->name));
			break;
		}
	}
	return 0;
}

static void length_headers(struct script *s, const struct message *m,
    struct headers *list)
{
	bool is_bodyless =
	    m->from_client
		? m->body.len == 0 && !str_is(m->method, "POST")
		: m->status / 100 == 1 || m->status == 204 || m->status == 304;
	char text[24];

	if (m->is_chunked)
		header_add(s, list, STR("Transfer-Encoding"), STR("chunked"));
	if (m->has_no_length || (!m->has_length && (m->is_chunked || is_bodyless)))
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu64,
	    m->has_length ? m->length : (uint64_t)m->body.len);
	header_add(s, list, STR("Content-Length"), str_of(text));
}

static int request_headers(struct script *s, const struct message *m,
    struct headers *list)
{
	const struct host *cpe = s->conn->client;
	auto_buf credentials = BUF_NULL, cookie = BUF_NULL;
	int r;

	header_add(s, list, STR("Host"), s->conn->host_header);
	if (m->body.len > 0 && str_is(m->method, "POST")) {
		header_add(s, list, STR("Content-Type"),
		    STR("text/xml; charset=\"utf-8\""));
		header_add(s, list, STR("SOAPAction"), STR(""));
	}
	length_headers(s, m, list);
	cookie_value(cpe, &cookie);
	if (cookie.len > 0)
		header_add(s, list, STR("Cookie"), buf_str(&cookie));
	r = authorization(s, m, &credentials);
	if (credentials.len > 0)
		header_add(s, list, STR("Authorization"), buf_str(&credentials));
	return r;
}

static void response_headers(struct script *s, const struct message *m,
    struct headers *list)
{
	auto_buf challenge = BUF_NULL;

	if (m->body.len > 0)
		header_add(s, list, STR("Content-Type"),
		    STR("text/xml; charset=\"utf-8\""));
	length_headers(s, m, list);
	if (m->challenge.scheme != AUTH_NONE) {
		auth_challenge_write(&challenge, &m->challenge);
		header_add(s, list, STR("WWW-Authenticate"), buf_str(&challenge));
	}
}

/* ---- edits: s/old/new/ ------------------------------------------------------------------ */

static int replace(struct script *s, const struct statement *line, struct buf *bytes)
{
	struct str text = line->words[1].text;
	char mark = text.len > 2 ? text.p[1] : '\0';
	struct str rest = str_from(text, 2), old = str_cut(rest, mark, &rest);
	struct str new = str_cut(rest, mark, &rest), left = buf_str(bytes);
	auto_buf from = BUF_NULL, to = BUF_NULL, out = BUF_NULL;
	size_t at, n = 0;

	if (text.len < 4 || text.p[0] != 's' || !rest.p || old.len == 0 ||
	    unescape(&from, old) < 0 || unescape(&to, new) < 0)
		return script_error(s, &line->words[1], "s/OLD/NEW/ is meant");
	while ((n == 0 || str_is(rest, "g")) && str_find(left, buf_str(&from), &at)) {
		buf_append(&out, left.p, at);
		buf_append_str(&out, buf_str(&to));
		left = str_from(left, at + from.len);
		n++;
	}
	if (n == 0)
		return script_error(s, &line->words[1], "\"%.*s\" is not in it",
		    STR_ARG(buf_str(&from)));
	buf_append_str(&out, left);
	buf_reset(bytes);
	buf_append_str(bytes, buf_str(&out));
	return 0;
}

static int run_edits(struct script *s, const struct message *m, const char *which,
    struct buf *bytes)
{
	const struct statement *above = s->at;
	int r = 0;

	for (size_t i = 0; i < m->n_edits && r == 0; i++) {
		s->at = m->edits[i];
		if (word_is(&m->edits[i]->words[0], which))
			r = replace(s, m->edits[i], bytes);
	}
	s->at = above;
	return r;
}

/* ---- bytes ----------------------------------------------------------------------------- */

/* An empty one ends the body. */
static void write_chunk(struct buf *out, struct str payload)
{
	buf_printf(out, "%zx\r\n", payload.len);
	buf_append_str(out, payload);
	buf_append_text(out, "\r\n");
}

static void write_body(const struct message *m, struct buf *out)
{
	struct str body = buf_str(&m->body);
	size_t half = body.len / 2;

	if (!m->is_chunked) {
		buf_append_str(out, body);
		return;
	}
	if (half > 0)
		write_chunk(out, str_make(body.p, half));
	if (body.len > half)
		write_chunk(out, str_from(body, half));
	write_chunk(out, STR_NULL);
}

static void write_head(const struct message *m, const struct headers *list,
    struct buf *out)
{
	if (m->from_client)
		buf_printf(out, "%.*s %.*s HTTP/%.*s\r\n", STR_ARG(m->method),
		    STR_ARG(m->path), STR_ARG(m->version));
	else
		buf_printf(out, "HTTP/%.*s %u %s\r\n", STR_ARG(m->version), m->status,
		    http_reason(m->status));
	for (size_t i = 0; i < list->len; i++) {
		struct str value = list->items[i].value;

		buf_printf(out, "%.*s:%s%.*s\r\n", STR_ARG(list->items[i].name),
		    value.len > 0 ? " " : "", STR_ARG(value));
	}
	buf_append_text(out, "\r\n");
}

/* What the sender and the receiver keep of it. */
static void remember(struct script *s, const struct message *m,
    const struct headers *list)
{
	struct host *cpe = s->conn->client;

	if (m->from_client) {
		cpe->last_method = arena_str(&s->arena, m->method);
		cpe->last_body = arena_str(&s->arena, buf_str(&m->body));
		cpe->last_status = 0;
		s->conn->requests++;
		return;
	}
	cpe->last_status = m->status;
	for (size_t i = 0; i < list->len; i++) {
		if (str_eq_nocase(list->items[i].name, STR("Set-Cookie")))
			keep_cookie(s, list->items[i].value);
	}
	if (m->challenge.scheme != AUTH_NONE)
		keep_challenge(s, &m->challenge);
}

/* The first request of a connection with an Inform in it begins a new session, unless it
 * goes on after a challenge or a redirect. */
static void forget_cookies(struct script *s, const struct message *m)
{
	struct host *cpe = s->conn->client;

	if (m->from_client && s->conn->requests == 0 && cpe->last_status != 401 &&
	    cpe->last_status / 100 != 3 &&
	    str_find(buf_str(&m->body), STR(":Inform>"), NULL))
		cpe->n_cookies = 0;
}

int message_write(struct script *s, struct message *m, struct buf *out)
{
	struct headers list = { .len = 0 };
	auto_buf head = BUF_NULL;
	int r = 0;

	if (m->envelope && !m->has_body)
		r = envelope_write(s, m->envelope, &m->body);
	if (r == 0)
		r = run_edits(s, m, "edit", &m->body);
	if (r < 0)
		return r;
	forget_cookies(s, m);
	if (m->from_client)
		r = request_headers(s, m, &list);
	else
		response_headers(s, m, &list);
	if (r == 0)
		r = header_edits(s, m, &list);
	if (r < 0)
		return r;
	write_head(m, &list, &head);
	remember(s, m, &list);
	r = run_edits(s, m, "edit-head", &head);
	if (r < 0)
		return r;
	buf_append_str(out, buf_str(&head));
	write_body(m, out);
	return out->error ? script_error(s, NULL, "the message is too large") : 0;
}
