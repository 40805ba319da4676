#include "capture/facts/cookies.h"

enum {
	JAR_MAX = 16 /* cookies of a session that are looked at; more are passed over */
};

struct jar {
	struct jar_cookie cookies[JAR_MAX];
	size_t len;
};

struct str cookie_name(struct str pair)
{
	return str_trim(str_make(pair.p, str_find_char(pair, '=')));
}

/* RFC 6265 5.1.4: the path of a cookie that names none. */
static struct str default_path(const char *target)
{
	struct str path = str_of(target);
	size_t len = str_find_char(path, '?');

	while (len > 0 && path.p[len - 1] != '/')
		len--;
	return len > 1 ? str_make(path.p, len - 1) : STR("/");
}

static void jar_put(struct jar *jar, const struct http_record *answer,
    const struct cookie_record *cookie)
{
	struct jar_cookie put = { .pair = str_of(cookie->pair), .set_by = answer };
	size_t i = 0;

	put.name = cookie_name(put.pair);
	put.path = cookie->path ? str_of(cookie->path)
				: default_path(answer->links.answers->head.target);
	while (i < jar->len && !(str_eq(jar->cookies[i].name, put.name) &&
				   str_eq(jar->cookies[i].path, put.path)))
		i++;
	if (cookie->is_gone ||
	    (cookie->is_secure && !answer->links.conn->tls.is_used)) {
		if (i < jar->len)
			jar->cookies[i] = jar->cookies[--jar->len];
		return;
	}
	if (i == JAR_MAX)
		return;
	jar->cookies[i] = put;
	jar->len = MAX(jar->len, i + 1);
}

/* RFC 6265 5.1.4 */
static bool path_matches(struct str path, const char *target)
{
	struct str request = str_of(target);

	request.len = str_find_char(request, '?');
	return str_starts(request, path) &&
	       (request.len == path.len || path.p[path.len - 1] == '/' ||
		   request.p[path.len] == '/');
}

/* RFC 6265 would have a cookie of http go to https of the same host; a CPE that keeps what
 * one origin set from another one is not to be blamed for it. */
static bool is_due(const struct jar_cookie *cookie, const struct http_record *http)
{
	const struct http_record *asked = cookie->set_by->links.answers;

	return path_matches(cookie->path, http->head.target) && http->head.host &&
	       asked->head.host &&
	       str_eq_nocase(str_of(http->head.host), str_of(asked->head.host)) &&
	       http->links.conn->tls.is_used == asked->links.conn->tls.is_used;
}

static struct str unquoted(struct str value)
{
	value = str_trim(value);
	return value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"'
		   ? str_make(value.p + 1, value.len - 2)
		   : value;
}

enum returned {
	RETURNED_NOT,
	RETURNED_OTHER, /* with another value */
	RETURNED,
};

static enum returned find_returned(const char *header, const struct jar_cookie *cookie)
{
	struct str rest = str_of(header), want, value;
	enum returned found = RETURNED_NOT;

	(void)str_cut(cookie->pair, '=', &want);
	while (rest.len > 0) {
		struct str item = str_trim(str_cut(rest, ';', &rest));

		if (!str_eq(str_trim(str_cut(item, '=', &value)), cookie->name))
			continue;
		if (str_eq(unquoted(value), unquoted(want)))
			return RETURNED;
		found = RETURNED_OTHER;
	}
	return found;
}

static bool has_cookie(const struct jar *jar, struct str name)
{
	for (size_t i = 0; i < jar->len; i++) {
		if (str_eq(jar->cookies[i].name, name))
			return true;
	}
	return false;
}

/* The first attribute of Set-Cookie (RFC 6265 5.2) among the cookies of a request; null: there
 * is none. A cookie may have such a name, too. */
static struct str find_attribute(const struct jar *jar, const char *header)
{
	static const struct str names[] = { { "Path", 4 }, { "HttpOnly", 8 },
		{ "Secure", 6 }, { "Expires", 7 }, { "Max-Age", 7 }, { "Domain", 6 },
		{ "SameSite", 8 } };
	struct str rest = str_of(header);

	while (rest.len > 0) {
		struct str name = cookie_name(str_trim(str_cut(rest, ';', &rest)));

		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			if (name.len == names[i].len && str_eq_nocase(name, names[i]) &&
			    !has_cookie(jar, name))
				return name;
		}
	}
	return STR_NULL;
}

/* Whether the header has all cookies as they were set and in that order, and nothing else: most
 * requests bring them back so. */
static bool is_all(const struct jar *jar, const char *header)
{
	struct str rest = str_of(header), between = STR_NULL;

	for (size_t i = 0; i < jar->len; i++, between = STR("; ")) {
		struct str pair = jar->cookies[i].pair;

		if (!str_starts(rest, between) ||
		    !str_starts(str_from(rest, between.len), pair))
			return false;
		rest = str_from(rest, between.len + pair.len);
	}
	return rest.len == 0;
}

static struct cookie_count count_returned(const struct jar *jar,
    const struct http_record *http)
{
	bool has_all = is_all(jar, http->head.cookie);
	struct cookie_count count = {
		.attribute = has_all ? STR_NULL : find_attribute(jar, http->head.cookie)
	};

	for (size_t i = 0; i < jar->len; i++) {
		const struct jar_cookie *cookie = &jar->cookies[i];

		if (!is_due(cookie, http))
			continue;
		count.due++;
		count.bytes += cookie->pair.len;
		switch (has_all ? RETURNED : find_returned(http->head.cookie, cookie)) {
		case RETURNED:
			count.returned++;
			break;
		case RETURNED_OTHER:
			count.other = cookie;
			break;
		case RETURNED_NOT:
			count.missing = cookie;
			break;
		}
	}
	return count;
}

enum rule_verdict cookies_judge(struct whole *view, size_t least,
    cookies_check_fn *check)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	struct jar jar; /* large: only what is counted is read */

	jar.len = 0;
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		struct cookie_count count;

		for (size_t k = 0; k < http->head.n_cookies && http->links.answers; k++)
			jar_put(&jar, http, &http->head.cookies[k]);
		if (!http->is_request || jar.len < least)
			continue;
		count = count_returned(&jar, http);
		if (count.due < least)
			continue;
		verdict = rule_worse(verdict, check(view, http, &count));
	}
	return verdict;
}
