#include "lib/proto/http.h"

enum {
	SIMPLE_REQUEST = 1
};

/* Where parsing stands: the bytes, and what was forgiven so far. */
struct head_reader {
	const char *p;
	size_t len;
	size_t at;
	bool is_tolerant;
	unsigned deviations;
	struct error *err;
};

static int fail(struct head_reader *r, size_t at, const char *what)
{
	return error_set_at(r->err, ERR_MALFORMED, at, "%s at byte %zu of the head",
	    what, at);
}

/* Deviations that a strict reader refuses; a tolerant one notes them. */
static int forgive(struct head_reader *r, enum http_deviation deviation, size_t at,
    const char *what)
{
	if (!r->is_tolerant)
		return fail(r, at, what);
	r->deviations |= deviation;
	return 0;
}

/* Neither has a place inside a line (RFC 9112 2.2, 5). */
static bool has_nul_or_cr(const char *line, size_t len)
{
	return memchr(line, '\0', len) || memchr(line, '\r', len);
}

/* The next line without its end. 1: there was one, 0: more bytes are needed. */
static int next_line(struct head_reader *r, struct str *ret)
{
	size_t start = r->at;
	const char *lf = memchr(r->p + start, '\n', r->len - start);
	size_t end;

	if (!lf)
		return 0;
	end = (size_t)(lf - r->p);
	r->at = end + 1;
	if (end > start && r->p[end - 1] == '\r') {
		end--;
	} else {
		int f = forgive(r, HTTP_BARE_LF, end, "a line ends in LF without CR");

		if (f < 0)
			return f;
	}
	if (has_nul_or_cr(r->p + start, end - start))
		return fail(r, start, "NUL or CR inside a line");
	*ret = str_make(r->p + start, end - start);
	return 1;
}

/* RFC 9110 5.6.2 */
static bool is_token(struct str s)
{
	static const bool is_token_char[256] = { ['!'] = true,
		['#' ... '\''] = true,
		['*' ... '+'] = true,
		['-' ... '.'] = true,
		['0' ... '9'] = true,
		['A' ... 'Z'] = true,
		['^' ... 'z'] = true,
		['|'] = true,
		['~'] = true };

	for (size_t i = 0; i < s.len; i++) {
		if (!is_token_char[(unsigned char)s.p[i]])
			return false;
	}
	return s.len > 0;
}

/* "HTTP/1.x"; another minor version is odd, another major one is none of ours. */
static int parse_version(struct head_reader *r, struct http_head *head, struct str text)
{
	if (text.len != 8 || !str_starts(text, STR("HTTP/1.")) || text.p[7] < '0' ||
	    text.p[7] > '9')
		return fail(r, (size_t)(text.p - r->p), "no \"HTTP/1.x\"");
	head->minor_version = (unsigned)(text.p[7] - '0');
	if (head->minor_version > 1)
		r->deviations |= HTTP_ODD_VERSION;
	return 0;
}

/* 0, or SIMPLE_REQUEST: the head ends with this line. */
static int parse_request_line(struct head_reader *r, struct http_head *head,
    struct str line)
{
	size_t at = (size_t)(line.p - r->p);
	struct str rest;
	int f;

	head->method = str_cut(line, ' ', &rest);
	head->target = str_cut(rest, ' ', &rest);
	if (!is_token(head->method))
		return fail(r, at, "no method");
	if (!rest.p && str_starts(head->target, STR("HTTP/1."))) {
		rest = head->target;
		head->target = STR_NULL;
		f = forgive(r, HTTP_NO_TARGET, at, "no request target");
		return f < 0 ? f : parse_version(r, head, rest);
	}
	if (head->target.len == 0)
		return fail(r, at, "no request target");
	if (rest.p)
		return parse_version(r, head, rest);
	/* RFC 1945 4.1: the simple request of HTTP/0.9. */
	if (!str_is(head->method, "GET"))
		return fail(r, at, "no \"HTTP/1.x\"");
	f = forgive(r, HTTP_ODD_VERSION, at, "no \"HTTP/1.x\"");
	return f < 0 ? f : SIMPLE_REQUEST;
}

static int parse_status_line(struct head_reader *r, struct http_head *head,
    struct str line)
{
	struct str rest;
	struct str version = str_cut(line, ' ', &rest);
	struct str code = str_cut(rest, ' ', &head->reason);
	uint64_t status;
	int f = parse_version(r, head, version);

	if (f < 0)
		return f;
	if (code.len != 3 || str_to_u64(code, 999, &status) < 0 || status < 100)
		return fail(r, (size_t)(line.p - r->p), "no status code");
	head->status = (unsigned)status;
	return 0;
}

/* A folded line continues the value before it (RFC 9112 5.2): joined where it stands,
 * with the line end between, since the bytes are not ours to change. */
static int unfold(struct head_reader *r, struct http_head *head, struct str line)
{
	struct str *value;
	int f =
	    forgive(r, HTTP_FOLDED_HEADER, (size_t)(line.p - r->p), "a folded header");

	if (f < 0)
		return f;
	if (head->n_headers == 0)
		return fail(r, (size_t)(line.p - r->p), "a continuation of no header");
	value = &head->headers[head->n_headers - 1].value;
	if (value->p)
		*value = str_trim(
		    str_make(value->p, (size_t)(line.p + line.len - value->p)));
	return 0;
}

/* The next header is to have that name, which is not empty. */
static void note_name(struct http_head *head, struct str name)
{
	unsigned bit = http_name_bit(name);

	if (!(head->names >> bit & 1))
		head->firsts[bit] = (uint8_t)head->n_headers;
	head->names |= UINT64_C(1) << bit;
}

static int parse_header(struct head_reader *r, struct http_head *head, struct str line)
{
	struct str value;
	struct str name = str_cut(line, ':', &value);
	size_t at = (size_t)(line.p - r->p);

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return unfold(r, head, line);
	if (name.len == line.len)
		return forgive(r, HTTP_ODD_HEADER, at, "a header without a colon");
	if (str_trim(name).len != name.len) {
		int f =
		    forgive(r, HTTP_SPACE_BEFORE_COLON, at, "a blank before the colon");

		if (f < 0)
			return f;
		name = str_trim(name);
	}
	if (!is_token(name))
		return forgive(r, HTTP_ODD_HEADER, at,
		    "a header name with an odd character");
	if (head->n_headers == HTTP_HEADERS_MAX) {
		r->deviations |= HTTP_TOO_MANY_HEADERS;
		return r->is_tolerant ? 0
				      : error_set_at(r->err, ERR_LIMIT, at,
					    "more than %d headers", HTTP_HEADERS_MAX);
	}
	note_name(head, name);
	head->headers[head->n_headers++] =
	    (struct http_header){ name, str_trim(value) };
	return 0;
}

/* The codings of all Transfer-Encoding lines: chunked must come once, and last (RFC 9112
 * 6.1). Where the last one stands goes to *ret_at; a null view: there is none. */
static int find_coding(struct head_reader *r, const struct http_head *head,
    bool *ret_chunked, struct str *ret_at)
{
	struct str value;

	*ret_chunked = false;
	*ret_at = STR_NULL;
	for (size_t i = 0; http_header_nth(head, "Transfer-Encoding", i, &value); i++) {
		while (value.len > 0) {
			struct str coding = str_trim(str_cut(value, ',', &value));

			if (*ret_chunked)
				return fail(r, (size_t)(coding.p - r->p),
				    "a Transfer-Encoding after chunked");
			*ret_chunked = str_eq_nocase(coding, STR("chunked"));
			*ret_at = coding;
		}
	}
	if (ret_at->p && head->minor_version == 0)
		return forgive(r, HTTP_ODD_VERSION, (size_t)(ret_at->p - r->p),
		    "a Transfer-Encoding in HTTP/1.0");
	return 0;
}

/* One Content-Length, whose value may be a list of equal ones (RFC 9112 6.3). */
static int read_length(struct head_reader *r, struct http_head *head, struct str value)
{
	size_t at = (size_t)(value.p - r->p);

	if (r->is_tolerant && str_find_char(value, ',') < value.len)
		r->deviations |= HTTP_LENGTH_LIST;
	do {
		struct str item =
		    r->is_tolerant ? str_trim(str_cut(value, ',', &value)) : value;
		uint64_t number;

		if (str_to_u64(item, INT64_MAX, &number) < 0)
			return forgive(r, HTTP_BAD_LENGTH, at,
			    "Content-Length is no number");
		if (head->has_content_length && number != head->content_length)
			return forgive(r, HTTP_LENGTHS_DIFFER, at,
			    "two different Content-Length");
		head->has_content_length = true;
		head->content_length = number;
	} while (r->is_tolerant && value.len > 0);
	return 0;
}

/* RFC 9112 6.3, but for what depends on the request. */
static int find_framing(struct head_reader *r, struct http_head *head)
{
	struct str coding, length;
	bool is_chunked;
	int code = find_coding(r, head, &is_chunked, &coding);

	if (code < 0)
		return code;
	for (size_t i = 0; http_header_nth(head, "Content-Length", i, &length); i++) {
		int f = read_length(r, head, length);

		if (f < 0)
			return f;
	}
	if (coding.p && !is_chunked && head->is_request)
		return fail(r, (size_t)(coding.p - r->p),
		    "a Transfer-Encoding without chunked");
	if (is_chunked && head->has_content_length) {
		int f = forgive(r, HTTP_BOTH_FRAMINGS, (size_t)(coding.p - r->p),
		    "both Content-Length and chunked");

		if (f < 0)
			return f;
	}
	if (is_chunked)
		head->framing = HTTP_CHUNKED;
	else if (head->has_content_length && !coding.p)
		head->framing = HTTP_LENGTH;
	else
		head->framing = head->is_request ? HTTP_NO_BODY : HTTP_UNTIL_CLOSE;
	return 0;
}

static void find_connection(struct http_head *head)
{
	bool keeps = false, closes = false;
	struct str value;

	for (size_t i = 0; http_header_nth(head, "Connection", i, &value); i++) {
		keeps |= http_has_token(value, "keep-alive");
		closes |= http_has_token(value, "close");
	}
	head->wants_close = head->minor_version == 0 ? !keeps : closes;
	head->wants_continue =
	    str_eq_nocase(http_header(head, "Expect"), STR("100-continue"));
}

/* The lines of the head up to the empty one. 1: all there, 0: more bytes are needed. */
static int parse_lines(struct head_reader *r, struct http_head *head)
{
	bool is_first = true;
	struct str line;
	int got;

	while ((got = next_line(r, &line)) > 0) {
		int f = 0;

		if (is_first && line.len == 0) {
			f = forgive(r, HTTP_LEADING_EMPTY_LINES, 0, "an empty line");
		} else if (is_first) {
			is_first = false;
			f = head->is_request ? parse_request_line(r, head, line)
					     : parse_status_line(r, head, line);
		} else if (line.len == 0) {
			return 1;
		} else {
			f = parse_header(r, head, line);
		}
		if (f != 0)
			return f;
	}
	return got;
}

int http_head_parse(struct http_head *head, bool is_request, const void *bytes,
    size_t len, const struct http_limits *limits, struct error *err)
{
	size_t max =
	    limits && limits->head_bytes ? limits->head_bytes : HTTP_HEAD_BYTES_MAX;
	struct head_reader r = { bytes, MIN(len, max), 0, limits && limits->is_tolerant,
		0, err };
	int got;

	/* The header array is large: only what is counted is read. */
	head->is_request = is_request;
	head->method = head->target = head->reason = STR_NULL;
	head->status = head->minor_version = head->deviations = 0;
	head->n_headers = 0;
	head->names = 0;
	head->has_content_length = head->wants_close = head->wants_continue = false;
	head->content_length = 0;
	if (len == 0)
		return 0;
	got = parse_lines(&r, head);
	if (got == 0 && len >= max)
		return error_set_at(err, ERR_LIMIT, max, "a head over %zu bytes", max);
	if (got <= 0)
		return got;
	got = find_framing(&r, head);
	if (got < 0)
		return got;
	find_connection(head);
	head->deviations = r.deviations;
	return (int)r.at;
}

enum http_framing http_response_framing(const struct http_head *head, struct str method)
{
	if (str_is(method, "HEAD") || head->status / 100 == 1 || head->status == 204 ||
	    head->status == 304)
		return HTTP_NO_BODY;
	return head->framing;
}

bool http_header_find(const struct http_head *head, struct str name, size_t n,
    struct str *ret)
{
	for (size_t i = head->firsts[http_name_bit(name)]; i < head->n_headers; i++) {
		struct str here = head->headers[i].name;

		if (here.len == name.len && str_eq_nocase(here, name) && n-- == 0) {
			*ret = head->headers[i].value;
			return true;
		}
	}
	return false;
}

bool http_has_token(struct str list, const char *token)
{
	while (list.len > 0) {
		struct str rest;
		struct str item = str_trim(str_cut(list, ',', &rest));

		if (str_eq_nocase(item, str_of(token)))
			return true;
		list = rest;
	}
	return false;
}
