#include "lab/web/route.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* ---- the table ----------------------------------------------------------------------- */

static const struct {
	const char *path; /* behind "/TOKEN" */
	enum web_view view;
	bool is_deed; /* by POST: it changes something */
} routes[] = {
	{ "/", WEB_PAGE, false },
	{ "/page.css", WEB_CSS, false },
	{ "/draw.js", WEB_DRAW, false },
	{ "/page.js", WEB_JS, false },
	{ "/lab", WEB_LAB, false },
	{ "/rows", WEB_ROWS, false },
	{ "/session", WEB_SESSION, false },
	{ "/loads", WEB_LOAD, false },
	{ "/stream", WEB_STREAM, false },
	{ "/link", WEB_LINK, true },
	{ "/console", WEB_CONSOLE, true },
	{ "/cpe", WEB_CPE, true },
	{ "/device", WEB_DEVICE, true },
	{ "/stop", WEB_STOP, true },
	{ "/start", WEB_START, true },
	{ "/lesson", WEB_TASK, false },
	{ "/lesson/check", WEB_CHECK, true },
	{ "/lesson/hint", WEB_HINT, true },
};

/* ---- who is let in --------------------------------------------------------------------- */

static void refuse(struct web_request *request, unsigned status, const char *why)
{
	if (request->status)
		return;
	request->status = status;
	request->why = why;
}

/* At whatever port: who forwards one of another machine (ssh -L) asks for that. */
static bool is_here(struct str host)
{
	struct str rest;
	struct str name = str_cut(host, ':', &rest);
	uint64_t port;

	if (rest.p && str_to_u64(rest, UINT16_MAX, &port) < 0)
		return false;
	return str_eq_nocase(name, STR("localhost")) || str_is(name, "127.0.0.1");
}

static bool is_own_origin(struct str origin, struct str host)
{
	return str_starts(origin, STR("http://")) &&
	       str_eq_nocase(str_from(origin, 7), host);
}

static void check_sender(struct web_request *request, const struct http_head *head)
{
	struct str host = http_header(head, "Host"), second;
	struct str origin = http_header(head, "Origin");
	struct str site = http_header(head, "Sec-Fetch-Site");
	bool is_page = request->view == WEB_PAGE;

	if (http_header_nth(head, "Host", 1, &second) || !is_here(host))
		refuse(request, 403, "this is no name of this page");
	if (origin.p && !is_own_origin(origin, host))
		refuse(request, 403, "another page has sent this");
	/* A link to the page may stand anywhere. */
	if (site.p && !is_page && !str_is(site, "same-origin") && !str_is(site, "none"))
		refuse(request, 403, "another page has sent this");
}

static void check_method(struct web_request *request, const struct http_head *head,
    bool is_deed)
{
	struct str type = http_header(head, "Content-Type"), rest;

	if (!str_is(head->method, is_deed ? "POST" : "GET"))
		refuse(request, 405, "that is not done here");
	/* No form of another page can send this without asking first. */
	if (is_deed && !str_eq_nocase(str_trim(str_cut(type, ';', &rest)),
			   STR("application/json")))
		refuse(request, 415, "a deed is JSON");
	if (head->content_length > WEB_BODY_MAX)
		refuse(request, 413, "that is too long");
}

/* Cuts the token off the path; false where it is not ours. All of it is compared, whatever
 * its first bytes are. */
static bool has_token(struct str *path, struct str token)
{
	struct str given, rest;

	if (path->len == 0 || path->p[0] != '/')
		return false;
	given = str_make(path->p + 1, path->len - 1);
	given = str_cut(given, '/', &rest);
	if (!rest.p || !str_eq_secret(given, token))
		return false;
	*path = str_make(rest.p - 1, rest.len + 1);
	return true;
}

void web_route(struct str token, const struct http_head *head, struct web_request *ret)
{
	struct str path = str_cut(head->target, '?', &ret->query);
	size_t i = 0;

	*ret = (struct web_request){ .query = ret->query };
	if (!has_token(&path, token)) {
		refuse(ret, 403,
		    "the token in the URL is not that of this lab: \"cwmplab web\" says "
		    "which is");
		return;
	}
	while (i < ARRAY_LEN(routes) && !str_is(path, routes[i].path))
		i++;
	if (i < ARRAY_LEN(routes))
		ret->view = routes[i].view;
	check_sender(ret, head);
	if (i == ARRAY_LEN(routes))
		refuse(ret, 404, "there is nothing of that name");
	else
		check_method(ret, head, routes[i].is_deed);
}

int web_token_make(char *text)
{
	uint8_t bytes[WEB_TOKEN_BYTES];

	/* So few bytes come whole, or not at all. */
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -errno;
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* ---- queries --------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(struct str value, char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < value.len ? hex_digit(value.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(value.p[i + 2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0' || n + 1 >= WEB_QUERY_MAX)
			return false;
		text[n++] = c;
	}
	text[n] = '\0';
	return true;
}

bool web_query_text(struct str query, const char *key, char *text)
{
	while (query.len > 0) {
		struct str value, pair = str_cut(query, '&', &query);
		struct str name = str_cut(pair, '=', &value);

		if (str_is(name, key) && decode(value, text))
			return true;
	}
	text[0] = '\0';
	return false;
}

uint64_t web_query_number(struct str query, const char *key, uint64_t max,
    uint64_t otherwise)
{
	char text[WEB_QUERY_MAX];
	uint64_t n;

	if (!web_query_text(query, key, text) || str_to_u64(str_of(text), max, &n) < 0)
		return otherwise;
	return n;
}
