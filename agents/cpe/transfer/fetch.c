#include "agents/cpe/transfer/fetch.h"

#include "lib/base/cleanup.h"
#include "lib/base/cut.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

enum fetch_next fetch_fail(struct fetch *fetch, uint32_t fault, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(fetch->why, sizeof(fetch->why), fmt, args);
	va_end(args);
	fetch->fault = fault;
	return FETCH_FAILED;
}

/* What an upload fails with that nothing more precise is known of. */
static uint32_t general_fault(const struct fetch *fetch)
{
	return fetch->config.is_upload ? 9011 : 9010;
}

/* ---- beginning and end -------------------------------------------------------------- */

int fetch_init(struct fetch *fetch, const struct fetch_config *config,
    struct error *err)
{
	int r;

	*fetch = (struct fetch){ .config = *config };
	fetch->url_text = str_dup(config->url);
	fetch->home_text = str_dup(config->url);
	if (!fetch->url_text || !fetch->home_text)
		return error_set(err, -ENOMEM, "no memory for a transfer");
	r = url_parse(&fetch->url, str_of(fetch->url_text), err);
	return r < 0 ? r : url_parse(&fetch->home, str_of(fetch->home_text), err);
}

void fetch_free(struct fetch *fetch)
{
	free(steal_ptr(&fetch->url_text));
	free(steal_ptr(&fetch->home_text));
	free(steal_ptr(&fetch->challenge));
}

void fetch_connected(struct fetch *fetch, struct str cnonce)
{
	(void)snprintf(fetch->cnonce, sizeof(fetch->cnonce), "%.*s", STR_ARG(cnonce));
}

/* ---- requests ----------------------------------------------------------------------- */

static const char *method_of(const struct fetch *fetch)
{
	return fetch->config.is_upload ? "PUT" : "GET";
}

static int write_authorization(struct fetch *fetch, struct buf *out, struct error *err)
{
	struct auth_challenge challenge;
	auto_buf value = BUF_NULL;
	int r;

	if (!fetch->challenge)
		return 0;
	r = auth_challenge_parse(&challenge, str_of(fetch->challenge), err);
	if (r < 0)
		return r;
	r = auth_answer(&value, &challenge, fetch->config.username,
	    fetch->config.password, str_of(method_of(fetch)), fetch->url.path,
	    ++fetch->nonce_count, str_of(fetch->cnonce), fetch->config.hash, err);
	if (r == 0)
		http_write_header(out, "Authorization", buf_str(&value));
	return r;
}

static void write_range(const struct fetch *fetch, struct buf *out)
{
	char range[48];

	if (fetch->config.is_upload || fetch->n_bytes == 0)
		return;
	(void)snprintf(range, sizeof(range), "bytes=%" PRIu64 "-", fetch->n_bytes);
	http_write_header(out, "Range", str_of(range));
	if (fetch->tag[0])
		http_write_header(out, "If-Range", str_of(fetch->tag));
}

enum fetch_next fetch_write(struct fetch *fetch, struct buf *out)
{
	struct error err = ERROR_NULL;
	char host[URL_MAX + 16];

	if (url_host_header(&fetch->url, host, sizeof(host)) < 0)
		return fetch_fail(fetch, 9015, "the name of the server is too long");
	http_write_request(out, method_of(fetch), fetch->url.path);
	http_write_header(out, "Host", str_of(host));
	http_write_header(out, "User-Agent", fetch->config.user_agent);
	if (write_authorization(fetch, out, &err) < 0)
		return fetch_fail(fetch, 9012, "the challenge cannot be answered: %s",
		    err.text);
	write_range(fetch, out);
	if (fetch->config.is_upload) {
		http_write_header(out, "Content-Type", STR("application/octet-stream"));
		http_write_header_uint(out, "Content-Length",
		    fetch->config.body.len + fetch->config.n_zeroes);
	}
	http_write_head_end(out);
	if (fetch->config.is_upload)
		buf_append_str(out, fetch->config.body);
	if (out->error < 0)
		return fetch_fail(fetch, 9002, "the request cannot be written: %s",
		    error_name(out->error));
	return FETCH_READ;
}

/* ---- 401 ---------------------------------------------------------------------------- */

static bool is_same_origin(const struct url *a, const struct url *b)
{
	return a->is_https == b->is_https && a->port == b->port &&
	       str_eq_nocase(a->host, b->host);
}

/* SHA-256 before MD5 before Basic, which shows the password where there is no TLS. */
static int strength(const struct fetch *fetch, const struct auth_challenge *challenge)
{
	if (challenge->scheme == AUTH_BASIC)
		return fetch->url.is_https || fetch->config.sends_basic_over_http;
	if (challenge->has_qop && !challenge->has_qop_auth)
		return 0;
	return challenge->algorithm == AUTH_SHA256 ||
		       challenge->algorithm == AUTH_SHA256_SESS
		   ? 3
		   : 2;
}

static struct str pick_challenge(const struct fetch *fetch,
    const struct http_head *head, bool *is_stale)
{
	struct str text, best = STR_NULL;
	int most = 0;

	for (size_t n = 0; auth_challenge_nth(head, n, &text); n++) {
		struct auth_challenge challenge;

		if (text.len >= FETCH_CHALLENGE_MAX ||
		    auth_challenge_parse(&challenge, text, NULL) < 0 ||
		    strength(fetch, &challenge) <= most)
			continue;
		most = strength(fetch, &challenge);
		*is_stale = challenge.is_stale;
		best = text;
	}
	return best;
}

static enum fetch_next take_challenge(struct fetch *fetch, const struct http_head *head)
{
	bool is_stale = false;
	struct str text = pick_challenge(fetch, head, &is_stale);

	if (fetch->config.username.len == 0)
		return fetch_fail(fetch, 9012,
		    "the file server wants a username and the order has none");
	if (!is_same_origin(&fetch->url, &fetch->home))
		return fetch_fail(fetch, 9012,
		    "another file server, which the first one redirects to, wants "
		    "credentials");
	if (!text.p)
		return fetch_fail(fetch, 9012,
		    "the file server has no challenge that can be answered");
	if (fetch->n_challenges++ > (is_stale ? 2U : 0U))
		return fetch_fail(fetch, 9012,
		    "the file server refuses the credentials");
	free(fetch->challenge);
	fetch->challenge = str_dup(text);
	fetch->nonce_count = 0;
	return fetch->challenge ? FETCH_SEND
				: fetch_fail(fetch, 9002, "no memory for a challenge");
}

/* ---- 301 to 308 --------------------------------------------------------------------- */

static int take_url(struct fetch *fetch, const char *text)
{
	char *copy = str_dup(str_of(text));

	if (!copy)
		return -ENOMEM;
	free(fetch->url_text);
	fetch->url_text = copy;
	return url_parse(&fetch->url, str_of(copy), NULL);
}

static enum fetch_next take_redirect(struct fetch *fetch, const struct http_head *head)
{
	struct str location = http_header(head, "Location");
	char text[URL_MAX + 1];
	struct error err = ERROR_NULL;
	struct url next;
	bool stays;

	if (++fetch->n_redirects > FETCH_REDIRECTS_MAX)
		return fetch_fail(fetch, general_fault(fetch),
		    "more than %d redirects in a row", FETCH_REDIRECTS_MAX);
	if (!location.p)
		return fetch_fail(fetch, general_fault(fetch), "%u without a Location",
		    head->status);
	if (url_resolve(&fetch->url, location, text, sizeof(text), &err) < 0 ||
	    url_parse(&next, str_of(text), &err) < 0)
		return fetch_fail(fetch, general_fault(fetch),
		    "%u to a URL that cannot be used: %s", head->status, err.text);
	if (fetch->url.is_https && !next.is_https)
		return fetch_fail(fetch, general_fault(fetch),
		    "%u from https to http is not followed", head->status);
	stays = is_same_origin(&fetch->url, &next);
	if (take_url(fetch, text) < 0)
		return fetch_fail(fetch, 9002, "no memory for a URL");
	if (stays)
		return FETCH_SEND;
	free(steal_ptr(&fetch->challenge));
	return FETCH_ELSEWHERE;
}

/* ---- the file ----------------------------------------------------------------------- */

/* "bytes 500-999/1000", of which the first number has to be where we are. */
static bool read_content_range(struct str value, uint64_t *from, uint64_t *total)
{
	struct str rest, last;

	if (!str_starts(value, STR("bytes ")))
		return false;
	value = str_cut(str_from(value, 6), '-', &rest);
	last = str_cut(rest, '/', &rest);
	*total = 0;
	return last.len > 0 && str_to_u64(value, UINT64_MAX, from) == 0 &&
	       (str_is(rest, "*") || str_to_u64(rest, UINT64_MAX, total) == 0);
}

static void keep_tag(struct fetch *fetch, const struct http_head *head)
{
	struct str tag = http_header(head, "ETag");

	fetch->tag[0] = '\0';
	/* A weak one does not say that the bytes are the same (RFC 9110 13.1.5). */
	if (tag.len > 0 && tag.len < sizeof(fetch->tag) && !str_starts(tag, STR("W/")))
		(void)snprintf(fetch->tag, sizeof(fetch->tag), "%.*s", STR_ARG(tag));
}

static enum fetch_next check_total(struct fetch *fetch)
{
	if (fetch->has_total && fetch->total > fetch->config.max_bytes)
		return fetch_fail(fetch, 9017,
		    "the file has %" PRIu64 " bytes; there is room for %" PRIu64,
		    fetch->total, fetch->config.max_bytes);
	return FETCH_READ;
}

static enum fetch_next take_file(struct fetch *fetch, const struct http_head *head)
{
	fetch->takes_body = true;
	fetch->is_fresh = true;
	fetch->n_bytes = 0;
	fetch->has_total = head->has_content_length && head->framing == HTTP_LENGTH;
	fetch->total = head->content_length;
	keep_tag(fetch, head);
	return check_total(fetch);
}

static enum fetch_next take_part(struct fetch *fetch, const struct http_head *head)
{
	uint64_t from, total;

	if (fetch->n_bytes == 0 ||
	    !read_content_range(http_header(head, "Content-Range"), &from, &total) ||
	    from != fetch->n_bytes || (fetch->has_total && total != fetch->total))
		return fetch_fail(fetch, 9017,
		    "206 with another part of the file than was asked for");
	fetch->takes_body = true;
	return FETCH_READ;
}

enum fetch_next fetch_head(struct fetch *fetch, const struct http_head *head)
{
	fetch->status = head->status;
	fetch->takes_body = fetch->is_fresh = false;
	fetch->n_dropped = 0;
	if (fetch->config.is_upload)
		return FETCH_READ;
	if (head->status == 200)
		return take_file(fetch, head);
	if (head->status == 206)
		return take_part(fetch, head);
	return FETCH_READ;
}

bool fetch_is_fresh(const struct fetch *fetch)
{
	return fetch->is_fresh;
}

enum fetch_next fetch_body(struct fetch *fetch, struct str piece, struct str *ret)
{
	*ret = STR_NULL;
	if (!fetch->takes_body) {
		fetch->n_dropped += piece.len;
		return fetch->n_dropped <= FETCH_DROPPED_MAX
			   ? FETCH_READ
			   : fetch_fail(fetch, general_fault(fetch),
				 "%u with a page of more than %d bytes", fetch->status,
				 FETCH_DROPPED_MAX);
	}
	fetch->n_bytes += piece.len;
	if (fetch->n_bytes > fetch->config.max_bytes)
		return fetch_fail(fetch, 9017,
		    "the file goes on after %" PRIu64 " bytes, all that there is room "
		    "for",
		    fetch->config.max_bytes);
	*ret = piece;
	return FETCH_READ;
}

/* ---- the end of a response ---------------------------------------------------------- */

static bool is_redirect(unsigned status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 ||
	       status == 308;
}

static uint32_t fault_of(const struct fetch *fetch, unsigned status)
{
	if (fetch->config.is_upload)
		return status == 403 ? 9012 : 9011;
	return status == 403 || status == 404 || status == 410 ? 9016 : 9010;
}

static enum fetch_next take_refusal(struct fetch *fetch, unsigned status)
{
	const char *reason = http_reason(status);

	return fetch_fail(fetch, fault_of(fetch, status),
	    "the file server answers %u%s%s", status, reason[0] ? " " : "", reason);
}

static enum fetch_next end_file(struct fetch *fetch)
{
	if (fetch->has_total && fetch->n_bytes < fetch->total)
		return fetch_broken(fetch, true, "a part of the file is missing");
	return FETCH_DONE;
}

enum fetch_next fetch_whole(struct fetch *fetch, const struct http_head *head)
{
	unsigned status = head->status;

	if (status == 401)
		return take_challenge(fetch, head);
	if (is_redirect(status))
		return take_redirect(fetch, head);
	if (fetch->takes_body)
		return end_file(fetch);
	/* The file has changed, or is shorter than what has come of it: from its start. */
	if (status == 416 && fetch->n_bytes > 0 &&
	    fetch->n_resumes++ < FETCH_RESUMES_MAX) {
		fetch->n_bytes = 0;
		return FETCH_SEND;
	}
	if (fetch->config.is_upload &&
	    (status == 200 || status == 201 || status == 204)) {
		fetch->n_bytes = fetch->config.body.len + fetch->config.n_zeroes;
		return FETCH_DONE;
	}
	return take_refusal(fetch, status);
}

enum fetch_next fetch_broken(struct fetch *fetch, bool is_inside, const char *why)
{
	if (fetch->config.is_upload)
		return fetch_fail(fetch, is_inside ? 9011 : 9015, "%s", why);
	if (!is_inside && fetch->n_bytes == 0)
		return fetch_fail(fetch, 9015, "%s", why);
	if (fetch->config.is_measured)
		return fetch_fail(fetch, 9017, "%s", why);
	if (fetch->n_resumes++ < FETCH_RESUMES_MAX)
		return FETCH_ELSEWHERE;
	return fetch_fail(fetch, 9017, "%s, after %" PRIu64 " bytes and %d new tries",
	    why, fetch->n_bytes, FETCH_RESUMES_MAX);
}
