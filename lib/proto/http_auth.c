#include "lib/proto/http_auth.h"

#include "lib/base/text.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum auth_algorithm algorithm;
} algorithms[] = {
	{ "MD5", AUTH_MD5 },
	{ "MD5-sess", AUTH_MD5_SESS },
	{ "SHA-256", AUTH_SHA256 },
	{ "SHA-256-sess", AUTH_SHA256_SESS },
};

const char *auth_algorithm_name(enum auth_algorithm algorithm)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		if (algorithms[i].algorithm == algorithm)
			return algorithms[i].name;
	}
	return "MD5";
}

static int algorithm_of(struct str name, enum auth_algorithm *ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		if (str_eq_nocase(name, str_of(algorithms[i].name))) {
			*ret = algorithms[i].algorithm;
			return 0;
		}
	}
	return error_set(err, ERR_UNSUPPORTED, "digest algorithm \"%.*s\"",
	    STR_ARG(name));
}

static bool is_session_algorithm(enum auth_algorithm algorithm)
{
	return algorithm == AUTH_MD5_SESS || algorithm == AUTH_SHA256_SESS;
}

/* ---- reading: scheme, then name=value or name="value", comma separated ------------- */

/* The next parameter of *text. 1: there is one, 0: the end. A quoted value is handed out
 * without its quotes, quoted-pairs as they stand. */
static int next_param(struct str whole, struct str *text, struct str *name,
    struct str *value, struct error *err)
{
	size_t end;

	while (text->len > 0 &&
	       (text->p[0] == ' ' || text->p[0] == '\t' || text->p[0] == ','))
		*text = str_from(*text, 1);
	if (text->len == 0)
		return 0;
	end = str_find_char(*text, '=');
	if (end == text->len || end == 0)
		return error_set_at(err, ERR_MALFORMED, (size_t)(text->p - whole.p),
		    "a parameter without a value at byte %zu",
		    (size_t)(text->p - whole.p));
	*name = str_trim(str_make(text->p, end));
	*text = str_from(*text, end + 1);
	while (text->len > 0 && text->p[0] == ' ')
		*text = str_from(*text, 1);
	if (text->len == 0 || text->p[0] != '"') {
		end = str_find_char(*text, ',');
		*value = str_trim(str_make(text->p, end));
		/* No token holds a quote or a backslash (RFC 9110 5.6.2), and the header that
		 * repeats the value in quotes would end at it. */
		if (str_find_char(*value, '"') < value->len ||
		    str_find_char(*value, '\\') < value->len)
			return error_set_at(err, ERR_MALFORMED,
			    (size_t)(value->p - whole.p),
			    "a quote or backslash inside a value at byte %zu",
			    (size_t)(value->p - whole.p));
		*text = str_from(*text, end);
		return 1;
	}
	for (end = 1; end < text->len && text->p[end] != '"'; end++) {
		if (text->p[end] == '\\')
			end++;
	}
	if (end >= text->len)
		return error_set_at(err, ERR_MALFORMED, (size_t)(text->p - whole.p),
		    "a quote without its end at byte %zu", (size_t)(text->p - whole.p));
	*value = str_make(text->p + 1, end - 1);
	*text = str_from(*text, end + 1);
	return 1;
}

static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static struct str skip_blanks(struct str text)
{
	while (text.len > 0 && (text.p[0] == ' ' || text.p[0] == '\t'))
		text = str_from(text, 1);
	return text;
}

/* Whether a scheme begins here, and no parameter: a token that no "=" follows. */
static bool begins_challenge(struct str text)
{
	size_t len = 0;

	text = skip_blanks(text);
	while (len < text.len && is_token_char(text.p[len]))
		len++;
	if (len == 0)
		return false;
	text = skip_blanks(str_from(text, len));
	return text.len == 0 || text.p[0] != '=';
}

/* Cuts the first challenge off a header's value: up to a comma outside quotes that a scheme
 * follows. */
static struct str cut_challenge(struct str *text)
{
	struct str whole = *text;
	bool is_quoted = false;

	for (size_t i = 0; i < whole.len; i++) {
		if (whole.p[i] == '"')
			is_quoted = !is_quoted;
		else if (whole.p[i] == '\\' && is_quoted)
			i++;
		else if (whole.p[i] == ',' && !is_quoted &&
			 begins_challenge(str_from(whole, i + 1))) {
			*text = str_from(whole, i + 1);
			return str_trim(str_make(whole.p, i));
		}
	}
	*text = STR_NULL;
	return str_trim(whole);
}

bool auth_challenge_nth(const struct http_head *head, size_t n, struct str *ret)
{
	struct str value;

	for (size_t i = 0; http_header_nth(head, "WWW-Authenticate", i, &value); i++) {
		do {
			*ret = cut_challenge(&value);
			if (n-- == 0)
				return true;
		} while (value.len > 0);
	}
	return false;
}

/* RFC 9110 5.5: a field value has no control characters but tabs. */
static int check_value(struct str value, struct error *err)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return error_set_at(err, ERR_MALFORMED, i,
			    "byte 0x%02x at offset %zu of the header", c, i);
	}
	return 0;
}

/* "Basic ..." or "Digest ...": the scheme, with the rest in *ret. */
static int read_scheme(struct str value, enum auth_scheme *scheme, struct str *ret,
    struct error *err)
{
	struct str word = str_cut(str_trim(value), ' ', ret);
	int r = check_value(value, err);

	if (r < 0)
		return r;
	if (str_eq_nocase(word, STR("Basic")))
		*scheme = AUTH_BASIC;
	else if (str_eq_nocase(word, STR("Digest")))
		*scheme = AUTH_DIGEST;
	else
		return error_set(err, ERR_UNSUPPORTED, "authentication scheme \"%.*s\"",
		    STR_ARG(word));
	return 0;
}

static int challenge_param(struct auth_challenge *out, struct str name,
    struct str value, struct error *err)
{
	if (str_eq_nocase(name, STR("realm"))) {
		out->realm = value;
	} else if (str_eq_nocase(name, STR("nonce"))) {
		out->nonce = value;
	} else if (str_eq_nocase(name, STR("opaque"))) {
		out->opaque = value;
	} else if (str_eq_nocase(name, STR("stale"))) {
		out->is_stale = str_eq_nocase(value, STR("true"));
	} else if (str_eq_nocase(name, STR("algorithm"))) {
		out->has_algorithm = true;
		return algorithm_of(value, &out->algorithm, err);
	} else if (str_eq_nocase(name, STR("qop"))) {
		out->has_qop = true;
		while (value.len > 0) {
			struct str item = str_trim(str_cut(value, ',', &value));

			out->has_qop_auth |= str_eq_nocase(item, STR("auth"));
		}
	}
	return 0;
}

int auth_challenge_parse(struct auth_challenge *out, struct str value,
    struct error *err)
{
	struct auth_challenge challenge = { 0 };
	struct str text, name, param;
	int r = read_scheme(value, &challenge.scheme, &text, err);

	if (r < 0)
		return r;
	while ((r = next_param(value, &text, &name, &param, err)) > 0) {
		r = challenge_param(&challenge, name, param, err);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	if (challenge.scheme == AUTH_DIGEST && challenge.nonce.len == 0)
		return error_set(err, ERR_MALFORMED,
		    "a digest challenge without nonce");
	*out = challenge;
	return 0;
}

static int credentials_param(struct auth_credentials *out, struct str name,
    struct str value, struct error *err)
{
	const struct {
		struct str name;
		struct str *target;
	} fields[] = {
		{ STR("username"), &out->username },
		{ STR("realm"), &out->realm },
		{ STR("nonce"), &out->nonce },
		{ STR("uri"), &out->uri },
		{ STR("response"), &out->response },
		{ STR("cnonce"), &out->cnonce },
		{ STR("nc"), &out->nc },
		{ STR("qop"), &out->qop },
		{ STR("opaque"), &out->opaque },
	};

	if (str_eq_nocase(name, STR("algorithm"))) {
		out->has_algorithm = true;
		return algorithm_of(value, &out->algorithm, err);
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (str_eq_nocase(name, fields[i].name))
			*fields[i].target = value;
	}
	return 0;
}

int auth_credentials_parse(struct auth_credentials *out, struct str value,
    struct error *err)
{
	struct auth_credentials credentials = { 0 };
	struct str text, name, param;
	int r = read_scheme(value, &credentials.scheme, &text, err);

	if (r < 0)
		return r;
	if (credentials.scheme == AUTH_BASIC) {
		credentials.basic = str_trim(text);
		*out = credentials;
		return 0;
	}
	while ((r = next_param(value, &text, &name, &param, err)) > 0) {
		r = credentials_param(&credentials, name, param, err);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	if (!credentials.username.p || !credentials.nonce.p || !credentials.response.p)
		return error_set(err, ERR_MALFORMED,
		    "digest credentials without username, nonce or response");
	*out = credentials;
	return 0;
}

/* ---- the digest (RFC 7616 3.4.1) --------------------------------------------------- */

struct digest_input {
	enum auth_algorithm algorithm;
	struct str username, realm, password, nonce, method, uri, nc, cnonce, qop;
};

static int hash_text(const struct digest_input *in, auth_hash_fn *hash,
    const struct buf *text, char hex[AUTH_HASH_HEX_MAX])
{
	return text->error ? text->error
			   : hash(in->algorithm, text->data, text->len, hex);
}

/* A1: user, realm and password; of a session algorithm with nonce and cnonce. */
static int hash_a1(const struct digest_input *in, auth_hash_fn *hash,
    char hex[AUTH_HASH_HEX_MAX])
{
	auto_buf text = BUF_NULL;
	int r;

	buf_printf(&text, "%.*s:%.*s:%.*s", STR_ARG(in->username), STR_ARG(in->realm),
	    STR_ARG(in->password));
	r = hash_text(in, hash, &text, hex);
	if (r < 0 || !is_session_algorithm(in->algorithm))
		return r;
	buf_reset(&text);
	buf_printf(&text, "%s:%.*s:%.*s", hex, STR_ARG(in->nonce), STR_ARG(in->cnonce));
	return hash_text(in, hash, &text, hex);
}

static int response_of(const struct digest_input *in, auth_hash_fn *hash,
    char hex[AUTH_HASH_HEX_MAX])
{
	char a1[AUTH_HASH_HEX_MAX], a2[AUTH_HASH_HEX_MAX];
	auto_buf text = BUF_NULL;
	int r = hash_a1(in, hash, a1);

	if (r < 0)
		return r;
	buf_printf(&text, "%.*s:%.*s", STR_ARG(in->method), STR_ARG(in->uri));
	r = hash_text(in, hash, &text, a2);
	if (r < 0)
		return r;
	buf_reset(&text);
	if (in->qop.len > 0)
		buf_printf(&text, "%s:%.*s:%.*s:%.*s:%.*s:%s", a1, STR_ARG(in->nonce),
		    STR_ARG(in->nc), STR_ARG(in->cnonce), STR_ARG(in->qop), a2);
	else
		buf_printf(&text, "%s:%.*s:%s", a1, STR_ARG(in->nonce), a2);
	return hash_text(in, hash, &text, hex);
}

static void write_quoted(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "%s=\"%.*s\"", name, STR_ARG(value));
}

static void answer_basic(struct buf *out, struct str username, struct str password)
{
	auto_buf pair = BUF_NULL;

	buf_append_str(&pair, username);
	buf_append_char(&pair, ':');
	buf_append_str(&pair, password);
	buf_append_text(out, "Basic ");
	base64_append(out, pair.data, pair.len);
}

/* user:pass with a quote or a line end in the name could break out of the header. */
static bool is_quotable(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\' || (unsigned char)s.p[i] < 0x20)
			return false;
	}
	return true;
}

int auth_answer(struct buf *out, const struct auth_challenge *challenge,
    struct str username, struct str password, struct str method, struct str uri,
    uint32_t nc, struct str cnonce, auth_hash_fn *hash, struct error *err)
{
	char nc_text[9], response[AUTH_HASH_HEX_MAX];
	bool has_qop = challenge->has_qop_auth;
	struct digest_input in = { challenge->algorithm, username, challenge->realm,
		password, challenge->nonce, method, uri, STR_NULL, cnonce, STR_NULL };
	int r;

	if (challenge->scheme == AUTH_BASIC) {
		answer_basic(out, username, password);
		return 0;
	}
	if (challenge->has_qop && !has_qop)
		return error_set(err, ERR_UNSUPPORTED,
		    "the challenge offers no qop \"auth\"");
	if (!is_quotable(username))
		return error_set(err, ERR_MALFORMED,
		    "the username cannot stand in a header");
	(void)snprintf(nc_text, sizeof(nc_text), "%08x", nc);
	if (has_qop) {
		in.nc = str_of(nc_text);
		in.qop = STR("auth");
	}
	r = response_of(&in, hash, response);
	if (r == ERR_UNSUPPORTED)
		return error_set(err, r, "this machine has no %s",
		    auth_algorithm_name(challenge->algorithm));
	if (r < 0)
		return error_set(err, r, "%s", error_name(r));
	buf_append_text(out, "Digest ");
	write_quoted(out, "username", username);
	buf_append_text(out, ", ");
	write_quoted(out, "realm", challenge->realm);
	buf_append_text(out, ", ");
	write_quoted(out, "nonce", challenge->nonce);
	buf_append_text(out, ", ");
	write_quoted(out, "uri", uri);
	if (challenge->has_algorithm)
		buf_printf(out, ", algorithm=%s",
		    auth_algorithm_name(challenge->algorithm));
	buf_printf(out, ", response=\"%s\"", response);
	if (has_qop || is_session_algorithm(challenge->algorithm)) {
		buf_append_text(out, ", ");
		write_quoted(out, "cnonce", cnonce);
	}
	if (has_qop)
		buf_printf(out, ", qop=auth, nc=%s", nc_text);
	if (challenge->opaque.p) {
		buf_append_text(out, ", ");
		write_quoted(out, "opaque", challenge->opaque);
	}
	return 0;
}

void auth_challenge_write(struct buf *out, const struct auth_challenge *challenge)
{
	buf_append_text(out, challenge->scheme == AUTH_BASIC ? "Basic " : "Digest ");
	write_quoted(out, "realm", challenge->realm);
	if (challenge->scheme == AUTH_BASIC)
		return;
	if (challenge->has_qop_auth)
		buf_append_text(out, ", qop=\"auth\"");
	buf_append_text(out, ", ");
	write_quoted(out, "nonce", challenge->nonce);
	if (challenge->opaque.p) {
		buf_append_text(out, ", ");
		write_quoted(out, "opaque", challenge->opaque);
	}
	if (challenge->has_algorithm)
		buf_printf(out, ", algorithm=%s",
		    auth_algorithm_name(challenge->algorithm));
	if (challenge->is_stale)
		buf_append_text(out, ", stale=true");
}

static bool verify_basic(const struct auth_credentials *credentials,
    struct str username, struct str password)
{
	auto_buf wanted = BUF_NULL;
	uint8_t given[AUTH_BASIC_BYTES_MAX];
	int n = base64_parse(credentials->basic, given, sizeof(given));

	if (n < 0)
		return false;
	buf_append_str(&wanted, username);
	buf_append_char(&wanted, ':');
	buf_append_str(&wanted, password);
	return str_eq_secret(buf_str(&wanted), str_make(given, (size_t)n));
}

int auth_response(const struct auth_credentials *credentials, struct str password,
    struct str method, auth_hash_fn *hash, char hex[AUTH_HASH_HEX_MAX])
{
	const struct digest_input in = { credentials->algorithm, credentials->username,
		credentials->realm, password, credentials->nonce, method,
		credentials->uri, credentials->nc, credentials->cnonce,
		credentials->qop };

	return response_of(&in, hash, hex);
}

bool auth_verify(const struct auth_credentials *credentials, struct str username,
    struct str password, struct str method, auth_hash_fn *hash)
{
	char response[AUTH_HASH_HEX_MAX];

	if (credentials->scheme == AUTH_BASIC)
		return verify_basic(credentials, username, password);
	if (!str_eq(credentials->username, username))
		return false;
	if (auth_response(credentials, password, method, hash, response) < 0)
		return false;
	return str_eq_secret(str_of(response), credentials->response);
}
