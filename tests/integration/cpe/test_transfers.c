/* Files of a CPE on the wire. An ACS orders one, a file server has it or not, and the CPE tells
 * how it went: by the response to the order ("response", or "fault CODE"), by a TransferComplete
 * of the same session ("session") or of a later one ("later"), with the fault and its words.
 * nginx serves http and https; what no good server does, the test does itself. */
#include "tests/integration/cpe/acs_server.h"

#include "tests/support/holding.h"
#include "tests/support/patience.h"
#include "tests/support/process.h"
#include "tests/support/sandbox.h"

#include <signal.h>
#include <sys/stat.h>

#define NGINX    "http://127.0.0.1:8080"
#define NGINX_S  "https://127.0.0.1:8443"
#define FIRMWARE "1 Firmware Upgrade Image"
#define WEB      "2 Web Content"
#define CONFIG   "3 Vendor Configuration File"
#define GOOD     "cwmplab image 1\nversion: 9.9\n\n"

enum {
	FILE_BYTES = 20000
};

static const struct scene {
	const char *name;
	const char *model; /* lines more of it; null: none */
	enum cwmp_method method;
	const char *type, *url; /* "OWN" at its start: the test's server */
	const char *username;   /* "" : none */
	uint32_t size;
	bool holds; /* the ACS holds requests until the order is answered */
	const char *told;
	const char *version; /* that the CPE then has; null: the model's */
} scenes[] = {
	{ "an image", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/good.img", "", 0, false,
	    "later 0", "9.9" },
	{ "its size is right", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/good.img", "",
	    FILE_BYTES, false, "later 0", "9.9" },
	{ "another size", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/good.img", "",
	    FILE_BYTES + 1, false,
	    "later 9018: the file has another size than FileSize said", NULL },
	{ "over TLS, with Basic", NULL, CWMP_DOWNLOAD, FIRMWARE,
	    NGINX_S "/private/good.img", "u", 0, false, "later 0", "9.9" },
	{ "over TLS, without credentials", NULL, CWMP_DOWNLOAD, FIRMWARE,
	    NGINX_S "/private/good.img", "", 0, false,
	    "later 9012: the file server wants a username and the order has none",
	    NULL },
	{ "over TLS, with wrong ones", NULL, CWMP_DOWNLOAD, FIRMWARE,
	    NGINX_S "/private/good.img", "v", 0, false,
	    "later 9012: the file server refuses the credentials", NULL },
	{ "Basic without TLS", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/private/good.img",
	    "u", 0, false,
	    "later 9012: the file server has no challenge that can be answered", NULL },
	{ "Basic without TLS, and a model that sends it", "basic-over-http: yes\n",
	    CWMP_DOWNLOAD, FIRMWARE, NGINX "/private/good.img", "u", 0, false,
	    "later 0", "9.9" },
	{ "a redirect", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/moved", "", 0, false,
	    "later 0", "9.9" },
	{ "redirects without end", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/loop", "", 0,
	    false, "later 9010: more than 5 redirects in a row", NULL },
	{ "no such file", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/none.img", "", 0,
	    false, "later 9016: the file server answers 404 Not Found", NULL },
	{ "nginx hangs up", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/cut", "", 0, false,
	    "later 9015: the file server closed the connection", NULL },
	{ "500", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/500", "", 0, false,
	    "later 9010: the file server answers 500 Internal Server Error", NULL },
	{ "no server", NULL, CWMP_DOWNLOAD, FIRMWARE, "http://127.0.0.1:9/f", "", 0,
	    false, "later 9015: 127.0.0.1:9: Connection refused", NULL },
	{ "no name", NULL, CWMP_DOWNLOAD, FIRMWARE, "http://files.invalid/f", "", 0,
	    false, "later 9015: \"files.invalid\"", NULL },
	{ "a group", NULL, CWMP_DOWNLOAD, FIRMWARE, "http://224.0.0.9/f", "", 0, false,
	    "later 9014: 224.0.0.9 is a multicast group, which is not joined", NULL },
	{ "ftp", NULL, CWMP_DOWNLOAD, FIRMWARE, "ftp://127.0.0.1/f", "", 0, false,
	    "fault 9013", NULL },
	{ "too large, as the order says", "transfers: {max-size: 100}\n", CWMP_DOWNLOAD,
	    FIRMWARE, NGINX "/good.img", "", 101, false, "fault 9004", NULL },
	{ "too large, as the server says", "transfers: {max-size: 100}\n",
	    CWMP_DOWNLOAD, FIRMWARE, NGINX "/good.img", "", 0, false,
	    "later 9017: the file has 20000 bytes; there is room for 100", NULL },
	{ "it breaks once, and goes on", NULL, CWMP_DOWNLOAD, FIRMWARE, "OWN/half", "",
	    0, false, "later 0", "9.9" },
	{ "it breaks for ever", NULL, CWMP_DOWNLOAD, FIRMWARE, "OWN/stuck", "", 0,
	    false,
	    "later 9017: the file server closed the connection, after 10000 bytes and "
	    "5 new tries",
	    NULL },
	{ "no HTTP", NULL, CWMP_DOWNLOAD, FIRMWARE, "OWN/garbage", "", 0, false,
	    "later 9010: no HTTP", NULL },
	{ "no image", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/page.html", "", 0, false,
	    "later 9018: the file is no image", NULL },
	{ "nobody's signature", "transfers: {signer: HP}\n", CWMP_DOWNLOAD, FIRMWARE,
	    NGINX "/good.img", "", 0, false,
	    "later 9019: the image is not signed by HP", NULL },
	{ "an older image", "transfers: {downgrade: no}\n", CWMP_DOWNLOAD, FIRMWARE,
	    NGINX "/old.img", "", 0, false, "later 9001: 1.0 is older than 7.1.045",
	    NULL },
	{ "an older image is taken", NULL, CWMP_DOWNLOAD, FIRMWARE, NGINX "/old.img",
	    "", 0, false, "later 0", "1.0" },
	{ "the first way", "transfers: {told: response}\n", CWMP_DOWNLOAD, WEB,
	    NGINX "/page.html", "", 0, false, "response 0", NULL },
	{ "the first way, which fails", "transfers: {told: response}\n", CWMP_DOWNLOAD,
	    WEB, NGINX "/none", "", 0, false, "fault 9016", NULL },
	{ "the second way", "transfers: {told: session}\n", CWMP_DOWNLOAD, WEB,
	    NGINX "/page.html", "", 0, true, "session 0", NULL },
	{ "the second way, which fails", "transfers: {told: session}\n", CWMP_DOWNLOAD,
	    WEB, NGINX "/none", "", 0, true,
	    "session 9016: the file server answers 404 Not Found", NULL },
	{ "the second way, where the session is over", "transfers: {told: session}\n",
	    CWMP_DOWNLOAD, WEB, NGINX "/page.html", "", 0, false, "later 0", NULL },
	{ "settings up", NULL, CWMP_UPLOAD, "1 Vendor Configuration File", "OWN/put",
	    "", 0, false, "later 0", NULL },
	{ "and down again", NULL, CWMP_DOWNLOAD, CONFIG, "OWN/put", "", 0, false,
	    "later 0", NULL },
	{ "settings that are none", NULL, CWMP_DOWNLOAD, CONFIG, NGINX "/page.html", "",
	    0, false, "later 9018: the file has no settings of a CPE", NULL },
	{ "an upload that is refused", NULL, CWMP_UPLOAD, "2 Vendor Log File",
	    NGINX "/page.html", "", 0, false,
	    "later 9011: the file server answers 405 Method Not Allowed", NULL },
	{ "an upload to nobody", NULL, CWMP_UPLOAD, "2 Vendor Log File",
	    "http://127.0.0.1:9/f", "", 0, false,
	    "later 9015: 127.0.0.1:9: Connection refused", NULL },
};

struct play {
	struct acs_server server;
	const struct scene *scene;
	char folder[32];
	bool has_ordered, is_in_order; /* this session is the one that ordered */
	unsigned n_gets;               /* of the test's own file */
	bool has_range;
	struct buf put;  /* what was uploaded */
	struct buf told; /* "later 9016: ..." */
	char version[65];
};

/* ---- the file server ---------------------------------------------------------------- */

static void fill_image(struct buf *out)
{
	buf_append_text(out, GOOD);
	while (out->len < FILE_BYTES)
		buf_append_char(out, 'x');
}

static void send_bytes(const struct acs_conn *conn, const void *bytes, size_t n)
{
	(void)!send(conn->fd, bytes, n, MSG_NOSIGNAL);
}

/* The first half, and then nothing; what is asked for behind it comes only once in a while. */
static void serve_half(struct play *play, struct acs_conn *conn,
    const struct http_head *head, bool goes_on)
{
	auto_buf image = BUF_NULL, bytes = BUF_NULL;
	bool has_range = str_is(http_header(head, "Range"), "bytes=10000-");

	fill_image(&image);
	play->n_gets++;
	play->has_range |= has_range;
	if (has_range && goes_on) {
		buf_append_text(&bytes, "HTTP/1.1 206 Partial Content\r\n"
					"Content-Range: bytes 10000-19999/20000\r\n"
					"Content-Length: 10000\r\n\r\n");
		buf_append(&bytes, image.data + 10000, 10000);
	} else if (!has_range) {
		buf_append_text(&bytes, "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n"
					"Content-Length: 20000\r\n\r\n");
		buf_append(&bytes, image.data, 10000);
	}
	send_bytes(conn, bytes.data, bytes.len);
	if (!has_range || !goes_on)
		acs_hang_up(conn);
}

static void serve_file(struct play *play, struct acs_conn *conn,
    const struct http_head *head, struct str body)
{
	static const char garbage[] = "SSH-2.0-OpenSSH_9.2\r\n\r\n";

	if (str_is(head->method, "PUT")) {
		buf_reset(&play->put);
		buf_append_str(&play->put, body);
		acs_respond(conn, "201 Created", STR_NULL);
	} else if (str_is(head->target, "/put")) {
		acs_respond(conn, "200 OK", buf_str(&play->put));
	} else if (str_is(head->target, "/garbage")) {
		send_bytes(conn, garbage, sizeof(garbage) - 1);
	} else {
		serve_half(play, conn, head, str_is(head->target, "/half"));
	}
}

/* ---- the ACS ------------------------------------------------------------------------ */

static void order(struct play *play, struct acs_conn *conn)
{
	const struct scene *scene = play->scene;
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = scene->method,
		.ns = CWMP_NS_1_2,
		.header = { .has_hold_requests = scene->holds,
		    .hold_requests = scene->holds } };
	char own[64];

	(void)snprintf(own, sizeof(own), "http://127.0.0.1:%u%s", play->server.port,
	    scene->url + 3);
	msg.args.command_key = STR("key");
	msg.args.file_type = str_of(scene->type);
	msg.args.url = str_of(strncmp(scene->url, "OWN", 3) == 0 ? own : scene->url);
	msg.args.username = str_of(scene->username);
	msg.args.password = STR("p");
	msg.args.file_size = scene->size;
	play->has_ordered = play->is_in_order = true;
	acs_say(conn, &msg);
}

static void keep_version(struct play *play, const struct cwmp_params *params)
{
	for (size_t i = 0; i < params->len; i++) {
		if (str_ends(params->items[i].name, STR("SoftwareVersion")))
			(void)snprintf(play->version, sizeof(play->version), "%.*s",
			    STR_ARG(params->items[i].value));
	}
}

static bool has_event(const struct cwmp_msg *inform, const char *code)
{
	for (size_t i = 0; i < inform->inform.n_events; i++) {
		if (str_is(inform->inform.events[i].code, code))
			return true;
	}
	return false;
}

static void take_inform(struct play *play, const struct cwmp_msg *msg)
{
	bool is_later =
	    play->has_ordered && play->scene->told[0] == 'l'; /* what is told later */

	play->is_in_order = false;
	keep_version(play, &msg->inform.params);
	if (is_later)
		assert_true(
		    has_event(msg, "7 TRANSFER COMPLETE") &&
		    has_event(msg, play->scene->method == CWMP_UPLOAD ? "M Upload"
								      : "M Download"));
}

static void take_complete(struct play *play, const struct cwmp_msg *msg)
{
	assert_true(str_is(msg->args.command_key, "key"));
	buf_printf(&play->told, "%s %u%s%.*s", play->is_in_order ? "session" : "later",
	    msg->args.fault_code, msg->args.fault_code ? ": " : "",
	    STR_ARG(msg->args.fault_text));
}

/* True when the order is still to be given. */
static void take_message(struct play *play, const struct cwmp_msg *msg)
{
	if (msg->kind == CWMP_FAULT)
		buf_printf(&play->told, "fault %u", msg->fault.code);
	else if (msg->kind == CWMP_RESPONSE && msg->args.status == 0)
		buf_append_text(&play->told, "response 0");
	else if (msg->method == CWMP_INFORM)
		take_inform(play, msg);
	else if (msg->method == CWMP_TRANSFER_COMPLETE)
		take_complete(play, msg);
}

static void serve(void *user, struct acs_conn *conn, const struct http_head *head,
    struct str body)
{
	struct play *play = user;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	if (!str_is(head->method, "POST")) {
		serve_file(play, conn, head, body);
		return;
	}
	if (body.len > 0) {
		if (cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
			fail_msg("%s", err.text);
		take_message(play, &msg);
		if (msg.kind == CWMP_REQUEST) {
			acs_confirm(conn, &msg,
			    play->scene->holds && !play->has_ordered);
			return;
		}
	}
	if (!play->has_ordered)
		order(play, conn);
	else
		acs_respond(conn, "204 No Content", STR_NULL);
}

/* ---- scenes ------------------------------------------------------------------------- */

static void write_text(const char *folder, const char *name, struct str text)
{
	auto_buf path = BUF_NULL;
	FILE *file;

	buf_printf(&path, "%s/%s", folder, name);
	file = fopen(buf_cstr(&path), "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void run(const char *folder, const char *const *argv)
{
	struct process_result result = PROCESS_RESULT_NULL;

	process_run(argv, folder, &result);
	if (result.status != 0)
		fail_msg("%s: %.*s", argv[0], STR_ARG(buf_str(&result.out)));
	buf_free(&result.out);
}

static void start_nginx(struct background *nginx, const char *folder)
{
	static const char *const certificate[] = { "openssl", "req", "-x509", "-newkey",
		"rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "ca.pem", "-days",
		"2", "-subj", "/CN=files", "-addext", "subjectAltName=IP:127.0.0.1",
		NULL };
	const char *const argv[] = { "nginx", "-p", folder, "-c", "nginx.conf", "-e",
		"errors", NULL };
	auto_buf text = BUF_NULL;
	char group[16];

	run(folder, certificate);
	buf_printf(&text,
	    "daemon off; user root; worker_processes 1; pid nginx.pid;\n"
	    "events {}\nhttp {\n access_log off;\n"
	    " client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;\n"
	    " uwsgi_temp_path t4; scgi_temp_path t5;\n"
	    " server {\n  listen 127.0.0.1:8080;\n  listen 127.0.0.1:8443 ssl;\n"
	    "  ssl_certificate ca.pem; ssl_certificate_key key.pem;\n  root %s;\n"
	    "  location /private/ { alias %s/; auth_basic r;\n"
	    "   auth_basic_user_file %s/users; }\n"
	    "  location = /moved { return 302 /good.img; }\n"
	    "  location = /loop { return 302 /loop; }\n"
	    "  location = /cut { return 444; }\n"
	    "  location = /500 { return 500; }\n }\n}\n",
	    folder, folder, folder);
	write_text(folder, "nginx.conf", buf_str(&text));
	write_text(folder, "users", STR("u:{PLAIN}p\n"));
	write_text(folder, "page.html", STR("<p>a page</p>\n"));
	write_text(folder, "old.img", STR("cwmplab image 1\nversion: 1.0\n\n"));
	buf_reset(&text);
	fill_image(&text);
	write_text(folder, "good.img", buf_str(&text));
	background_start(nginx, argv, folder);
	/* Its worker, too. */
	(void)snprintf(group, sizeof(group), "%d", (int)nginx->pid);
	holding_add(HOLDING_PROCESS, group);
}

static bool is_there(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	auto_fd fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
}

/* What was kept of the scene before goes, but for what it has uploaded. */
static void forget_state(const struct play *play)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/state/cpe.cpes", play->folder);
	(void)unlink(path);
}

static void play_scene(struct play *play, const struct scene *scene)
{
	struct background cpe = BACKGROUND_NULL;
	clock_ns deadline = clock_monotonic() + patience_ms() * NS_PER_MS;
	auto_buf model = BUF_NULL, ca = BUF_NULL;
	bool is_right;

	play->scene = scene;
	play->has_ordered = play->is_in_order = play->has_range = false;
	play->n_gets = 0;
	play->version[0] = '\0';
	buf_reset(&play->told);
	forget_state(play);
	buf_printf(&model, "%s", scene->model ? scene->model : "");
	if (!str_find(buf_str(&model), STR("transfers:"), NULL))
		buf_append_text(&model, "transfers: {flash: 5ms}\n");
	write_model(play->folder, buf_cstr(&model));
	buf_printf(&ca, "%s/ca.pem", play->folder);
	start_cpe(&cpe, play->server.port, play->folder, "--ca", buf_cstr(&ca));
	while (play->told.len == 0 && clock_monotonic() < deadline)
		(void)acs_server_turn(&play->server);
	(void)background_end(&cpe, SIGKILL);
	acs_server_hang_up(&play->server);

	is_right =
	    strncmp(buf_cstr(&play->told), scene->told, strlen(scene->told)) == 0;
	if (!is_right || (scene->version && strcmp(play->version, scene->version) != 0))
		fail_msg("%s: %s, version %s: %.*s", scene->name, buf_cstr(&play->told),
		    play->version, STR_ARG(buf_str(&cpe.text)));
	if (strcmp(scene->url, "OWN/half") == 0)
		assert_true(play->has_range && play->n_gets == 2);
	background_free(&cpe);
}

static void files_go_as_told(void **state)
{
	struct play play = { .folder = "/tmp/cwmplab-files.XXXXXX" };
	struct background nginx = BACKGROUND_NULL;
	clock_ns deadline = clock_monotonic() + patience_ms() * NS_PER_MS;

	(void)state;
	assert_non_null(mkdtemp(play.folder));
	holding_add(HOLDING_FOLDER, play.folder);
	start_nginx(&nginx, play.folder);
	while (!is_there(8443) && clock_monotonic() < deadline)
		assert_true(background_lives(&nginx));
	play.server.serve = serve;
	play.server.user = &play;
	acs_server_open(&play.server);
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
		play_scene(&play, &scenes[i]);
	(void)background_end(&nginx, SIGTERM);
	background_free(&nginx);
	(void)close(play.server.listener);
	buf_free(&play.put);
	buf_free(&play.told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_go_as_told),
	};

	process_need("nginx");
	process_need("openssl");
	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
