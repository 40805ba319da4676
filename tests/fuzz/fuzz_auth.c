/* Headers of authentication, cookies and URLs: no bytes break the readers, what they hand
 * out lies inside the input, and a jar writes only what it was given. */
#include "lib/proto/cookie.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/url.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct str part, struct str whole)
{
	if (part.p && part.len > 0 &&
	    (part.p < whole.p || part.p + part.len > whole.p + whole.len))
		abort();
}

static int hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	(void)bytes;
	memset(hex, '0' + (int)algorithm + (int)(len % 5), 32);
	hex[32] = '\0';
	return 0;
}

static void read_auth(struct str text)
{
	struct auth_challenge challenge;
	struct auth_credentials credentials, again;
	auto_buf answer = BUF_NULL;

	if (auth_credentials_parse(&credentials, text, NULL) == 0) {
		check_inside(credentials.username, text);
		check_inside(credentials.response, text);
		(void)auth_verify(&credentials, STR("u"), STR("p"), STR("POST"), hash);
	}
	if (auth_challenge_parse(&challenge, text, NULL) < 0)
		return;
	check_inside(challenge.realm, text);
	check_inside(challenge.nonce, text);
	if (auth_answer(&answer, &challenge, STR("u"), STR("p"), STR("POST"), STR("/"),
		1, STR("c"), hash, NULL) == 0 &&
	    auth_credentials_parse(&again, buf_str(&answer), NULL) < 0)
		abort();
}

static void read_cookies(struct str text)
{
	struct cookie_jar jar = COOKIE_JAR_NULL;
	auto_buf out = BUF_NULL;

	while (text.len > 0)
		(void)cookie_jar_set(&jar, str_cut(text, '\n', &text), STR("h"),
		    STR("/a/b"));
	if (jar.len > COOKIES_MAX)
		abort();
	cookie_jar_write(&jar, STR("h"), STR("/a/b"), true, &out);
	check_inside(cookie_find(buf_str(&out), STR("a")), buf_str(&out));
	cookie_jar_free(&jar);
}

static void read_url(struct str text)
{
	char resolved[URL_MAX + 1], host[300];
	struct url url, next;

	if (url_parse(&url, text, NULL) == 0) {
		check_inside(url.host, text);
		if (url.port == 0 || url.path.len == 0)
			abort();
		(void)url_host_header(&url, host, sizeof(host));
		if (url_resolve(&url, STR("/x"), resolved, sizeof(resolved), NULL) ==
			0 &&
		    url_parse(&next, str_of(resolved), NULL) < 0)
			abort();
	}
	if (url_parse(&url, STR("http://h/a/b"), NULL) == 0)
		(void)url_resolve(&url, text, resolved, sizeof(resolved), NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make(data, size);

	read_auth(text);
	read_cookies(text);
	read_url(text);
	return 0;
}
