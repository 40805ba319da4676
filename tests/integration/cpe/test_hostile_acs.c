/* A CPE with a password and an ACS that wants it, on loopback: what goes over the wire. The
 * test is the ACS ("home") and another one beside it ("elsewhere"). It answers each request
 * with the next line of a scene, until the CPE reports the end of its session. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/base/str.h"
#include "lib/proto/http.h"
#include "tests/support/background.h"
#include "tests/support/holding.h"
#include "tests/support/labrun.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ANSWERS_MAX = 4,
	REQUEST_MAX = 65536
};

enum place {
	HOME,
	ELSEWHERE,
	PLACES
};

struct server {
	int listener, conn; /* -1: none */
	struct buf wire;    /* all that came */
	size_t at;          /* in wire: where the request at hand begins */
	uint16_t port;
};

/* ELSEWHERE stands for the URL of the other one in an answer. */
#define DIGEST "401 WWW-Authenticate: Digest realm=\"r\", nonce=\"n\""
#define AWAY   "307 Location: ELSEWHERE"

static const struct scene {
	const char *name;
	bool sends_basic; /* the model says so */
	const char *answers[ANSWERS_MAX];
	const char *has[PLACES];   /* what each must have been sent; null: whatever */
	const char *lacks[PLACES]; /* what it must not have been sent */
	const char *why;           /* of the session's end, a part */
} scenes[] = {
	{ "Basic over http", false, { "401 WWW-Authenticate: Basic realm=\"r\"" },
	    { "POST /cwmp HTTP/1.1", NULL }, { "Authorization", "POST" },
	    "401: the ACS asks for Basic without TLS" },
	{ "Basic over http, and a model that sends it", true,
	    { "401 WWW-Authenticate: Basic realm=\"r\"", "500" },
	    { "Authorization: Basic Y3BlOnMzY3JldA==", NULL }, { "Digest", "POST" },
	    "500" },
	{ "a digest", false, { DIGEST ", qop=\"auth\"", "500" },
	    { "Authorization: Digest username=\"cpe\"", NULL }, { "s3cret", "POST" },
	    "500" },
	{ "Basic beside a digest", true,
	    { DIGEST "\r\nWWW-Authenticate: Basic realm=\"r\"", "500" },
	    { "Authorization: Digest", NULL }, { "Authorization: Basic", "POST" },
	    "500" },
	{ "a qop that is none of ours", false, { DIGEST ", qop=\"auth-int\"" },
	    { "POST /cwmp HTTP/1.1", NULL }, { "Authorization", "POST" },
	    "401 without a challenge that can be answered" },
	{ "credentials after a redirect", false, { AWAY, DIGEST ", qop=\"auth\"" },
	    { "POST /cwmp HTTP/1.1", "POST /other HTTP/1.1" },
	    { "Authorization", "Authorization" },
	    "wants credentials; those that are set are for http://127.0.0.1:" },
	{ "a digest and a cookie, then a redirect", false,
	    { DIGEST ", qop=\"auth\"\r\nSet-Cookie: a=1; Path=/", AWAY, "500" },
	    { "Cookie: a=1", "POST /other HTTP/1.1" }, { NULL, "Authorization" },
	    "500" },
	{ "a cookie, then a redirect", false,
	    { AWAY "\r\nSet-Cookie: a=1; Path=/", "500" },
	    { "POST /cwmp HTTP/1.1", "POST /other HTTP/1.1" }, { NULL, "Cookie" },
	    "500" },
};

/* ---- the servers -------------------------------------------------------------------- */

static void server_open(struct server *server)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	*server = (struct server){ .conn = -1 };
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(server->listener, 8), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&at, &len),
	    0);
	server->port = ntohs(at.sin_port);
}

static void server_hang_up(struct server *server)
{
	if (server->conn >= 0)
		(void)close(server->conn);
	server->conn = -1;
	server->at = server->wire.len;
}

static void server_free(struct server *server)
{
	server_hang_up(server);
	(void)close(server->listener);
	buf_free(&server->wire);
}

static bool is_readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&poll_fd, 1, 0) > 0;
}

/* Whether a whole request has come. */
static bool has_request(const struct server *server)
{
	struct str bytes = str_from(buf_str(&server->wire), server->at);
	struct http_head head;
	int n = http_head_parse(&head, true, bytes.p, bytes.len, NULL, NULL);

	return n > 0 && bytes.len >= (size_t)n + head.content_length;
}

static void answer(struct server *server, const char *text, uint16_t elsewhere)
{
	struct str rest, before = str_of(text);
	struct str status = str_cut(before, ' ', &rest);
	auto_buf bytes = BUF_NULL;
	size_t at;

	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\nContent-Length: 0\r\n", STR_ARG(status));
	if (str_find(rest, STR("ELSEWHERE"), &at))
		buf_printf(&bytes, "%.*shttp://127.0.0.1:%u/other%.*s", (int)at, rest.p,
		    elsewhere, STR_ARG(str_from(rest, at + 9)));
	else
		buf_append_str(&bytes, rest);
	buf_append_text(&bytes, rest.len > 0 ? "\r\n\r\n" : "\r\n");
	assert_int_equal(send(server->conn, bytes.data, bytes.len, MSG_NOSIGNAL),
	    bytes.len);
	server->at = server->wire.len;
}

/* Takes what there is; true when a request is whole. */
static bool server_turn(struct server *server)
{
	char bytes[4096];
	ssize_t n;

	if (is_readable(server->listener)) {
		server_hang_up(server);
		server->conn = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
	}
	if (!is_readable(server->conn))
		return false;
	n = recv(server->conn, bytes, sizeof(bytes), 0);
	if (n <= 0) {
		server_hang_up(server);
		return false;
	}
	assert_true(server->wire.len < REQUEST_MAX);
	buf_append(&server->wire, bytes, (size_t)n);
	return has_request(server);
}

/* ---- the CPE ------------------------------------------------------------------------ */

/* The model hp5920 with a key more. */
static void write_model(const char *path)
{
	auto_buf from = BUF_NULL;
	char line[1024];
	FILE *in, *out = fopen(path, "w");

	buf_printf(&from, "%s/topologies/models/hp5920.yaml", labrun_source());
	in = fopen(buf_cstr(&from), "r");
	assert_true(in && out);
	assert_true(fputs("basic-over-http: yes\n", out) >= 0);
	while (fgets(line, sizeof(line), in))
		assert_true(fputs(line, out) >= 0);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
}

static void start_cpe(struct background *cpe, uint16_t port, const char *model)
{
	char url[64];
	const char *const argv[] = { labrun_program(), "cpe", "--acs-url", url,
		"--username", "cpe", "--password", "s3cret", "--model", model, NULL };

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/cwmp", port);
	background_start(cpe, argv, labrun_source());
}

static bool shows(const struct buf *text, const char *words)
{
	return str_find(buf_str(text), str_of(words), NULL);
}

static void hold_against(const struct scene *scene, const struct server *servers)
{
	for (int place = 0; place < PLACES; place++) {
		const char *has = scene->has[place], *lacks = scene->lacks[place];
		const struct buf *wire = &servers[place].wire;

		if (has && !shows(wire, has))
			fail_msg("%s: no \"%s\" in %.*s", scene->name, has,
			    STR_ARG(buf_str(wire)));
		if (lacks && shows(wire, lacks))
			fail_msg("%s: \"%s\" in %.*s", scene->name, lacks,
			    STR_ARG(buf_str(wire)));
	}
}

static void play(const struct scene *scene, const char *model)
{
	struct background cpe = BACKGROUND_NULL;
	struct server servers[PLACES];
	size_t n = 0;

	server_open(&servers[HOME]);
	server_open(&servers[ELSEWHERE]);
	start_cpe(&cpe, servers[HOME].port, scene->sends_basic ? model : "hp5920");
	while (!shows(&cpe.text, "\"session-end\"") && background_lives(&cpe)) {
		for (int place = 0; place < PLACES; place++) {
			if (!server_turn(&servers[place]))
				continue;
			assert_true(n < ANSWERS_MAX && scene->answers[n]);
			answer(&servers[place], scene->answers[n++],
			    servers[ELSEWHERE].port);
		}
	}
	(void)background_end(&cpe, SIGTERM);

	if (!shows(&cpe.text, scene->why))
		fail_msg("%s: %.*s", scene->name, STR_ARG(buf_str(&cpe.text)));
	if (shows(&cpe.text, "s3cret"))
		fail_msg("%s: the password is told", scene->name);
	hold_against(scene, servers);
	background_free(&cpe);
	server_free(&servers[HOME]);
	server_free(&servers[ELSEWHERE]);
}

static void a_cpe_keeps_its_password(void **state)
{
	char folder[] = "/tmp/cwmplab-hostile.XXXXXX", model[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	holding_add(HOLDING_FOLDER, folder);
	(void)snprintf(model, sizeof(model), "%s/model.yaml", folder);
	write_model(model);
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
		play(&scenes[i], model);
	(void)unlink(model);
	(void)rmdir(folder);
	holding_end(HOLDING_FOLDER, folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cpe_keeps_its_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
