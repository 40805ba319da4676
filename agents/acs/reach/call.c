#include "agents/acs/reach/call.h"

#include "agents/common/digest_why.h"
#include "lib/base/cut.h"

#include <stdlib.h>

static enum call_next fail(struct acs_call *call, enum call_outcome outcome,
    const char *detail)
{
	call->outcome = outcome;
	if (detail != call->detail)
		(void)cut_print(call->detail, sizeof(call->detail), "%s", detail);
	return CALL_FAIL;
}

enum call_next acs_call_begin(struct acs_call *call, struct str url,
    const char *username, const char *password, auth_hash_fn *hash)
{
	struct error err = ERROR_NULL;

	*call = (struct acs_call){ .username = username,
		.password = password ? password : "",
		.hash = hash };
	if (url.len == 0)
		return fail(call, CALL_NO_URL, "");
	call->url_text = str_dup(url);
	if (!call->url_text)
		return fail(call, CALL_LOCAL, "no memory");
	if (url_parse(&call->url, str_of(call->url_text), &err) < 0)
		return fail(call, CALL_BAD_URL, err.text);
	if (call->url.is_https)
		return fail(call, CALL_IS_HTTPS, "");
	return CALL_SEND;
}

void acs_call_end(struct acs_call *call)
{
	free(steal_ptr(&call->url_text));
	free(steal_ptr(&call->challenge));
	free(steal_ptr(&call->authorization));
}

/* ---- requests ----------------------------------------------------------------------- */

static enum call_next authorize(struct acs_call *call, struct str cnonce,
    struct buf *out)
{
	struct auth_challenge challenge;
	auto_buf value = BUF_NULL;
	struct error err = ERROR_NULL;
	int r = auth_challenge_parse(&challenge, str_of(call->challenge), &err);

	if (r == 0)
		r = auth_answer(&value, &challenge, str_of(call->username),
		    str_of(call->password), STR("GET"), call->url.path, ++call->nc,
		    cnonce, call->hash, &err);
	if (r < 0)
		return fail(call, CALL_NO_CHALLENGE, err.text);
	free(call->authorization);
	call->authorization = str_dup(buf_str(&value));
	if (!call->authorization)
		return fail(call, CALL_LOCAL, "no memory");
	http_write_header(out, "Authorization", buf_str(&value));
	return CALL_SEND;
}

enum call_next acs_call_request(struct acs_call *call, struct str cnonce,
    struct buf *out)
{
	char host[URL_MAX + 16];

	if (url_host_header(&call->url, host, sizeof(host)) < 0)
		return fail(call, CALL_BAD_URL, "the host is too long");
	http_write_request(out, "GET", call->url.path);
	http_write_header(out, "Host", str_of(host));
	if (call->challenge && authorize(call, cnonce, out) == CALL_FAIL)
		return CALL_FAIL;
	http_write_head_end(out);
	return out->error ? fail(call, CALL_LOCAL, error_name(out->error)) : CALL_SEND;
}

/* ---- 401 ---------------------------------------------------------------------------- */

/* The challenge that can be answered: a digest with qop "auth" or none. detail says what is
 * wrong with the last that cannot. */
static bool pick_challenge(const struct http_head *head, struct auth_challenge *ret,
    struct str *ret_text, char detail[CALL_DETAIL_MAX])
{
	struct error err = ERROR_NULL;
	struct str text;

	(void)cut_print(detail, CALL_DETAIL_MAX, "there is no WWW-Authenticate");
	for (size_t n = 0; auth_challenge_nth(head, n, &text); n++) {
		if (text.len >= CALL_CHALLENGE_MAX)
			(void)cut_print(detail, CALL_DETAIL_MAX,
			    "a WWW-Authenticate of %zu bytes", text.len);
		else if (auth_challenge_parse(ret, text, &err) < 0)
			(void)cut_print(detail, CALL_DETAIL_MAX, "%s", err.text);
		else if (ret->scheme != AUTH_DIGEST)
			(void)cut_print(detail, CALL_DETAIL_MAX,
			    "scheme: expected Digest, received Basic, which would "
			    "show the password");
		else if (ret->has_qop && !ret->has_qop_auth)
			(void)cut_print(detail, CALL_DETAIL_MAX,
			    "qop: expected \"auth\" among those offered");
		else {
			*ret_text = text;
			return true;
		}
	}
	return false;
}

/* What went out is held against what the CPE asks for now; where all that can be seen of it
 * is right, the CPE has another name or password than we have. */
static enum call_next deny(struct acs_call *call, const struct auth_challenge *now)
{
	struct digest_wanted wanted = {
		.realm = now->realm,
		.uri = call->url.path,
		.method = STR("GET"),
		.username = str_of(call->username),
		.password = str_of(call->password),
		.algorithm = now->algorithm,
		.has_qop = now->has_qop_auth,
	};
	struct auth_credentials sent;
	char start[DIGEST_START_MAX];

	if (now->is_stale)
		return fail(call, CALL_DENIED,
		    "nonce: each one is called stale, also one that is fresh");
	if (auth_credentials_parse(&sent, str_of(call->authorization), NULL) < 0 ||
	    !digest_is_as_wanted(&wanted, &sent, call->hash, call->detail,
		sizeof(call->detail)))
		return fail(call, CALL_DENIED, call->detail);
	(void)cut_print(call->detail, sizeof(call->detail),
	    "response: expected another one, received %s: realm, qop, uri and nc are as "
	    "the CPE asked, so its ConnectionRequestUsername is not \"%s\", or its "
	    "ConnectionRequestPassword is another one",
	    digest_start(sent.response, start), call->username);
	return fail(call, CALL_DENIED, call->detail);
}

static enum call_next take_challenge(struct acs_call *call,
    const struct http_head *head)
{
	struct auth_challenge challenge;
	struct str text = STR_NULL;

	if (!call->username)
		return fail(call, CALL_NO_CREDENTIALS, "");
	if (!pick_challenge(head, &challenge, &text, call->detail))
		return fail(call, call->authorization ? CALL_DENIED : CALL_NO_CHALLENGE,
		    call->detail);
	/* Credentials that were refused are not tried again, unless only the nonce was
	 * too old (RFC 7616 3.3). */
	if (call->authorization &&
	    (!challenge.is_stale || call->n_stale++ >= CALL_STALE_MAX))
		return deny(call, &challenge);
	free(call->challenge);
	call->challenge = str_dup(text);
	call->nc = 0;
	return call->challenge ? CALL_SEND : fail(call, CALL_LOCAL, "no memory");
}

enum call_next acs_call_response(struct acs_call *call, const struct http_head *head)
{
	call->status = head->status;
	switch (head->status) {
	case 200:
	case 204:
		return CALL_WAIT;
	case 401:
		return take_challenge(call, head);
	case 404:
		return fail(call, CALL_NOT_FOUND, "");
	case 503:
		return fail(call, CALL_BUSY, "");
	default:
		return fail(call, CALL_STATUS, "");
	}
}
