/* agents/cpe/reach/cr_gate: connection requests as exchanges. Each row is a request, with the
 * digest that it carries, and what the CPE answers and says about it. */
#include "tests/unit/cases.h"

#include "agents/cpe/reach/cr_gate.h"

#include <stdio.h>

enum {
	ROWS_MAX = 12
};

struct digest { /* null username: none */
	const char *username, *password;
	unsigned challenge; /* whose nonce it has, from 1 */
	uint32_t nc;
	const char *realm, *uri; /* null: the right ones */
	bool has_no_qop;
	const char *instead; /* Authorization, whole */
};

struct exchange {
	int at_s;
	const char *request; /* method and target; null: the end */
	struct digest digest;
	const char *answer; /* status, and what follows */
	const char *why;
};

struct scene {
	const char *name;
	struct cr_limit limit;
	struct exchange rows[ROWS_MAX];
};

#define FIRST           \
	{               \
		.nc = 0 \
	}
#define RIGHT(challenge_, nc_)                                            \
	{                                                                 \
		"acs", "s3cret", challenge_, nc_, NULL, NULL, false, NULL \
	}

static const struct scene scenes[] = {
	{ "a digest that is right", { 10, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 1, "GET /p", RIGHT(1, 1), "200 accepted", "" },
		{ 2, "GET /p", RIGHT(1, 2), "200 accepted", "" } } },
	{ "an absolute target", { 10, 60 * NS_PER_S },
	    { { 0, "GET http://10.0.0.100:7547/p", FIRST, "401 first", "" },
		{ 1, "GET http://10.0.0.100:7547/p", RIGHT(1, 1), "200 accepted",
		    "" } } },
	{ "a digest that is replayed", { 10, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 1, "GET /p", RIGHT(1, 2), "200 accepted", "" },
		{ 1, "GET /p", RIGHT(1, 2), "401 stale",
		    "the nonce was used before, with nc 00000002 or greater" },
		{ 1, "GET /p", RIGHT(1, 1), "401 stale",
		    "the nonce was used before, with nc 00000001 or greater" },
		{ 1, "GET /p", RIGHT(3, 1), "200 accepted", "" } } },
	{ "a digest without qop is good once", { 10, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 1, "GET /p", { "acs", "s3cret", 1, 1, NULL, NULL, true, NULL },
		    "200 accepted", "" },
		{ 1, "GET /p", { "acs", "s3cret", 1, 1, NULL, NULL, true, NULL },
		    "401 stale",
		    "the nonce was used before, with nc (none) or greater" } } },
	{ "a nonce is good for 60 s", { 10, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 59, "GET /p", RIGHT(1, 1), "200 accepted", "" },
		{ 60, "GET /p", RIGHT(1, 2), "401 stale",
		    "the nonce is not known, or is too old" },
		{ 60, "GET /p", RIGHT(2, 1), "200 accepted", "" } } },
	{ "a digest that is wrong, field by field", { 10, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 1, "GET /p", { "acs", "wrong", 1, 1, NULL, NULL, false, NULL }, "401",
		    "response: expected ccccccc1..., received ccccccc2...: the passwords "
		    "differ" },
		{ 1, "GET /p", { "eve", "s3cret", 1, 1, NULL, NULL, false, NULL },
		    "401", "username: expected \"acs\", received \"eve\"" },
		{ 1, "GET /p", { "acs", "s3cret", 1, 1, "IGD", NULL, false, NULL },
		    "401", "realm: expected \"cwmplab\", received \"IGD\"" },
		{ 1, "GET /p", { "acs", "s3cret", 1, 1, "IGD", "/q", false, NULL },
		    "401",
		    "realm: expected \"cwmplab\", received \"IGD\"; "
		    "uri: expected \"/p\", received \"/q\"" },
		{ 1, "GET /p",
		    { .username = "",
			.instead = "Digest username=\"acs\", realm=\"cwmplab\", "
				   "nonce=\"n\", uri=\"/p\", qop=auth-int, "
				   "nc=00000001, cnonce=\"c\", response=\"0\"" },
		    "401", "qop: expected \"auth\", received \"auth-int\"" },
		{ 1, "GET /p",
		    { .username = "",
			.instead = "Digest username=\"acs\", realm=\"cwmplab\", "
				   "nonce=\"n\", uri=\"/p\", qop=auth, nc=1, "
				   "cnonce=\"c\", response=\"0\"" },
		    "401", "nc: expected 8 hexadecimal digits, received \"1\"" },
		{ 1, "GET /p",
		    { .username = "",
			.instead = "Digest username=\"acs\", realm=\"cwmplab\", "
				   "nonce=\"n\", uri=\"/p\", qop=auth, nc=00000001, "
				   "response=\"0\"" },
		    "401", "cnonce: expected one, received none" },
		{ 1, "GET /p",
		    { .username = "",
			.instead = "Digest username=\"acs\", realm=\"cwmplab\", "
				   "nonce=\"n\", uri=\"/p\", algorithm=SHA-256, "
				   "response=\"0\"" },
		    "401", "algorithm: expected \"MD5\", received \"SHA-256\"" },
		{ 1, "GET /p", { .username = "", .instead = "Basic YWNzOnMzY3JldA==" },
		    "401", "scheme: expected Digest, received Basic" },
		{ 1, "GET /p", RIGHT(1, 1), "200 accepted", "" } } },
	{ "what is no GET, and what cannot be read", { 10, 60 * NS_PER_S },
	    { { 0, "POST /p", FIRST, "405", "it is no GET" },
		{ 0, "HEAD /p", FIRST, "405", "it is no GET" },
		{ 0, "GET /p", { .username = "", .instead = "Digest username=" }, "401",
		    "the Authorization cannot be read: digest credentials without "
		    "username, nonce or response" } } },
	{ "the limit, and one past it", { 3, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 0, "GET /p", RIGHT(1, 1), "200 accepted", "" },
		{ 0, "GET /p", RIGHT(1, 2), "200 accepted", "" },
		{ 0, "GET /p", RIGHT(1, 3), "200 accepted", "" },
		{ 0, "GET /p", RIGHT(1, 4), "503", "more than 3 requests in 60 s" },
		{ 19, "GET /p", RIGHT(1, 5), "503", "more than 3 requests in 60 s" },
		{ 20, "GET /p", RIGHT(1, 6), "200 accepted", "" },
		{ 20, "GET /p", RIGHT(1, 7), "503", "more than 3 requests in 60 s" },
		/* Who does not know the password is not told of the limit. */
		{ 20, "GET /p", { "eve", "s3cret", 1, 8, NULL, NULL, false, NULL },
		    "401", "username: expected \"acs\", received \"eve\"" } } },
	{ "no limit", { 0, 60 * NS_PER_S },
	    { { 0, "GET /p", FIRST, "401 first", "" },
		{ 0, "GET /p", RIGHT(1, 1), "200 accepted", "" },
		{ 0, "GET /p", RIGHT(1, 2), "200 accepted", "" } } },
};

/* ---- playing ------------------------------------------------------------------------ */

struct play {
	struct nonce_store nonces;
	struct cr_throttle throttle;
	struct cr_gate gate;
	unsigned n_challenges;
};

/* A hash that people can read: the first digits of a response tell the password alone. */
static int hash(enum auth_algorithm algorithm, const void *bytes, size_t len,
    char hex[AUTH_HASH_HEX_MAX])
{
	struct str text = str_make(bytes, len);
	int r = digest_hash(algorithm, bytes, len, hex);

	if (r == 0 && str_starts(text, STR("acs:")))
		memcpy(hex, str_ends(text, STR(":wrong")) ? "aaaaaaa2" : "aaaaaaa1", 8);
	if (r == 0 && str_starts(text, STR("aaaaaaa")))
		memcpy(hex, text.p[7] == '2' ? "ccccccc2" : "ccccccc1", 8);
	return r;
}

static struct str nonce_text(unsigned number, char text[NONCE_LEN + 1])
{
	(void)snprintf(text, NONCE_LEN + 1, "%032u", number);
	return str_of(text);
}

static void write_digest(const struct digest *digest, struct str target,
    struct str method, struct buf *out)
{
	char nonce[NONCE_LEN + 1];
	struct auth_challenge challenge = {
		.scheme = AUTH_DIGEST,
		.realm = digest->realm ? str_of(digest->realm) : STR("cwmplab"),
		.nonce = nonce_text(digest->challenge, nonce),
		.has_algorithm = true,
		.has_qop = !digest->has_no_qop,
		.has_qop_auth = !digest->has_no_qop,
	};
	auto_buf value = BUF_NULL;

	if (digest->instead) {
		http_write_header(out, "Authorization", str_of(digest->instead));
		return;
	}
	assert_int_equal(auth_answer(&value, &challenge, str_of(digest->username),
			     str_of(digest->password), method,
			     digest->uri ? str_of(digest->uri) : target, digest->nc,
			     STR("c0ffee"), hash, NULL),
	    0);
	http_write_header(out, "Authorization", buf_str(&value));
}

/* The whole response that goes with an answer: no body, no Retry-After. */
static void expect_response(const struct play *play, const struct cr_answer *answer,
    struct str response)
{
	auto_buf wanted = BUF_NULL;
	char nonce[NONCE_LEN + 1];

	http_write_status(&wanted, answer->status);
	if (answer->status == 401)
		buf_printf(&wanted,
		    "WWW-Authenticate: Digest realm=\"cwmplab\", qop=\"auth\", "
		    "nonce=\"%.*s\", algorithm=MD5%s\r\n",
		    STR_ARG(nonce_text(play->n_challenges, nonce)),
		    answer->is_stale ? ", stale=true" : "");
	if (answer->status == 405)
		buf_append_text(&wanted, "Allow: GET\r\n");
	buf_append_text(&wanted, "Content-Length: 0\r\n");
	if (answer->status != 401)
		buf_append_text(&wanted, "Connection: close\r\n");
	buf_append_text(&wanted, "\r\n");
	assert_int_equal(response.len, wanted.len);
	assert_memory_equal(response.p, wanted.data, wanted.len);
}

static void expect(const struct play *play, const char *scene,
    const struct exchange *row, const struct cr_answer *answer, struct str response)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%u%s%s%s", answer->status,
	    answer->is_accepted ? " accepted" : "", answer->is_first ? " first" : "",
	    answer->is_stale ? " stale" : "");
	if (strcmp(text, row->answer) != 0 || strcmp(answer->why, row->why) != 0)
		fail_msg("%s: %s at %d s: %s: \"%s\"", scene, row->request, row->at_s,
		    text, answer->why);
	expect_response(play, answer, response);
}

static void play_row(struct play *play, const char *scene, const struct exchange *row)
{
	auto_buf bytes = BUF_NULL, response = BUF_NULL;
	struct http_head head;
	struct cr_answer answer;
	struct str target;
	struct str method = str_cut(str_of(row->request), ' ', &target);
	char fresh[NONCE_LEN + 1];

	buf_printf(&bytes, "%s HTTP/1.1\r\nHost: c\r\n", row->request);
	if (row->digest.username)
		write_digest(&row->digest, target, method, &bytes);
	http_write_head_end(&bytes);
	assert_true(
	    http_head_parse(&head, true, bytes.data, bytes.len, NULL, NULL) > 0);
	assert_string_equal(str_is(cr_path(&head), "/p") ? "the path" : "another path",
	    "the path");
	answer = cr_gate_answer(&play->gate, &head, row->at_s * NS_PER_S,
	    nonce_text(play->n_challenges + 1, fresh), &response);
	play->n_challenges += answer.status == 401;
	expect(play, scene, row, &answer, buf_str(&response));
}

static void begin(struct play *play, const struct cr_limit *limit)
{
	*play = (struct play){ 0 };
	nonce_store_init(&play->nonces, CR_NONCE_LIFETIME_S * NS_PER_S);
	play->gate = (struct cr_gate){ STR("acs"), STR("s3cret"), &play->nonces, limit,
		&play->throttle, hash };
}

static void requests_are_answered_as_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	begin(&play, &scene->limit);
	for (const struct exchange *row = scene->rows; row->request; row++)
		play_row(&play, scene->name, row);
	nonce_store_free(&play.nonces);
}

/* Else an empty password would open the CPE to everybody. */
static void test_without_a_username_nobody_is_let_in(void **state)
{
	static const struct exchange rows[] = {
		{ 0, "GET /p", FIRST, "401 first", "" },
		{ 0, "GET /p", { "", "", 1, 1, NULL, NULL, false, NULL }, "401",
		    "no ConnectionRequestUsername is set" },
	};
	static const struct cr_limit limit = { 10, 60 * NS_PER_S };
	struct play play;

	(void)state;
	begin(&play, &limit);
	play.gate.username = play.gate.password = STR_NULL;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		play_row(&play, "no username", &rows[i]);
	nonce_store_free(&play.nonces);
}

static void test_a_path_of_nobody_is_not_found(void **state)
{
	auto_buf out = BUF_NULL;
	struct cr_answer answer = cr_answer_nobody(&out);

	(void)state;
	assert_int_equal(answer.status, 404);
	assert_string_equal(buf_cstr(&out), "HTTP/1.1 404 Not Found\r\n"
					    "Content-Length: 0\r\n"
					    "Connection: close\r\n"
					    "\r\n");
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, requests_are_answered_as_told, scenes);
	cases_add(&cases, test_without_a_username_nobody_is_let_in);
	cases_add(&cases, test_a_path_of_nobody_is_not_found);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
