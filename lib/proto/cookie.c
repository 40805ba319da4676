#include "lib/proto/cookie.h"

#include <stdlib.h>

static void cookie_free(struct cookie *cookie)
{
	free(cookie->name);
	free(cookie->value);
	free(cookie->host);
	free(cookie->path);
	*cookie = (struct cookie){ NULL, NULL, NULL, NULL, false };
}

void cookie_jar_free(struct cookie_jar *jar)
{
	for (size_t i = 0; i < jar->len; i++)
		cookie_free(&jar->cookies[i]);
	jar->len = 0;
}

struct cookie_attributes {
	struct str path;
	struct str max_age; /* goes before Expires (RFC 6265 5.3) */
	bool is_secure, is_expired;
};

/* A year before 1971 or so is how servers delete a cookie; exact dates do not matter to a
 * jar that lives for one session. */
static bool is_past(struct str expires)
{
	return str_find(expires, STR("1970"), NULL) ||
	       str_find(expires, STR("-70 "), NULL);
}

static void read_attributes(struct cookie_attributes *out, struct str text)
{
	while (text.len > 0) {
		struct str rest, value;
		struct str item = str_trim(str_cut(text, ';', &rest));
		struct str name = str_trim(str_cut(item, '=', &value));

		value = str_trim(value);
		if (str_eq_nocase(name, STR("Path")) && str_starts(value, STR("/")))
			out->path = value;
		else if (str_eq_nocase(name, STR("Secure")))
			out->is_secure = true;
		else if (str_eq_nocase(name, STR("Max-Age")))
			out->max_age = value;
		else if (str_eq_nocase(name, STR("Expires")))
			out->is_expired = is_past(value);
		text = rest;
	}
	if (out->max_age.p)
		out->is_expired =
		    str_is(out->max_age, "0") || str_starts(out->max_age, STR("-"));
}

/* RFC 6265 5.1.4: the request's path up to its last "/". */
static struct str default_path(struct str request_path)
{
	size_t len = str_find_char(request_path, '?');

	while (len > 1 && request_path.p[len - 1] != '/')
		len--;
	if (len > 1)
		len--;
	return len > 0 && request_path.p[0] == '/' ? str_make(request_path.p, len)
						   : STR("/");
}

/* Case does not make another host (RFC 6265 5.1.2). */
static bool is_of(const struct cookie *cookie, struct str host)
{
	return str_eq_nocase(host, str_of(cookie->host));
}

static struct cookie *find(struct cookie_jar *jar, struct str name, struct str host,
    struct str path)
{
	for (size_t i = 0; i < jar->len; i++) {
		struct cookie *cookie = &jar->cookies[i];

		if (str_is(name, cookie->name) && is_of(cookie, host) &&
		    str_is(path, cookie->path))
			return cookie;
	}
	return NULL;
}

static void forget(struct cookie_jar *jar, struct cookie *cookie)
{
	cookie_free(cookie);
	*cookie = jar->cookies[--jar->len];
	jar->cookies[jar->len] = (struct cookie){ NULL, NULL, NULL, NULL, false };
}

/* Of hosts that have been left nobody asks in this session. */
static bool make_room(struct cookie_jar *jar, struct str host)
{
	if (jar->len < COOKIES_MAX)
		return true;
	for (size_t i = 0; i < jar->len; i++) {
		if (!is_of(&jar->cookies[i], host)) {
			forget(jar, &jar->cookies[i]);
			return true;
		}
	}
	return false;
}

int cookie_jar_set(struct cookie_jar *jar, struct str set_cookie, struct str host,
    struct str path)
{
	struct cookie_attributes attributes = { .is_expired = false };
	struct str rest, value;
	struct str pair = str_cut(set_cookie, ';', &rest);
	struct str name = str_trim(str_cut(pair, '=', &value));
	struct cookie fresh, *old;

	value = str_trim(value);
	if (name.len == 0 || str_find_char(pair, '=') == pair.len)
		return ERR_MALFORMED;
	if (set_cookie.len > COOKIE_BYTES_MAX)
		return ERR_LIMIT;
	read_attributes(&attributes, rest);
	if (attributes.path.len == 0)
		attributes.path = default_path(path);
	old = find(jar, name, host, attributes.path);
	if (old)
		forget(jar, old);
	if (attributes.is_expired)
		return 0;
	if (!make_room(jar, host))
		return ERR_LIMIT;
	fresh = (struct cookie){ str_dup(name), str_dup(value), str_dup(host),
		str_dup(attributes.path), attributes.is_secure };
	if (!fresh.name || !fresh.value || !fresh.host || !fresh.path) {
		cookie_free(&fresh);
		return ERR_LIMIT;
	}
	jar->cookies[jar->len++] = fresh;
	return 0;
}

/* RFC 6265 5.1.4 */
static bool path_matches(struct str path, struct str cookie_path)
{
	if (!str_starts(path, cookie_path))
		return false;
	return path.len == cookie_path.len ||
	       cookie_path.p[cookie_path.len - 1] == '/' ||
	       path.p[cookie_path.len] == '/' || path.p[cookie_path.len] == '?';
}

void cookie_jar_write(const struct cookie_jar *jar, struct str host, struct str path,
    bool is_https, struct buf *out)
{
	const char *separator = "";

	for (size_t i = 0; i < jar->len; i++) {
		const struct cookie *cookie = &jar->cookies[i];

		if (cookie->is_secure && !is_https)
			continue;
		if (!is_of(cookie, host) || !path_matches(path, str_of(cookie->path)))
			continue;
		buf_append_text(out, separator);
		buf_append_text(out, cookie->name);
		buf_append_char(out, '=');
		buf_append_text(out, cookie->value);
		separator = "; ";
	}
}

struct str cookie_find(struct str cookie_header, struct str name)
{
	while (cookie_header.len > 0) {
		struct str rest, value;
		struct str pair = str_trim(str_cut(cookie_header, ';', &rest));
		struct str key = str_cut(pair, '=', &value);

		if (key.len < pair.len && str_eq(str_trim(key), name))
			return str_trim(value);
		cookie_header = rest;
	}
	return STR_NULL;
}
