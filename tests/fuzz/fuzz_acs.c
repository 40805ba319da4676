/* The whole ACS behind its HTTP server: up to eight peers speak to it over socket pairs, in
 * any order and cut anywhere, while time passes. The first byte says how it authenticates and
 * what it does wrong; then come steps, a byte each: the peer in its low three bits, what it
 * does in the next three, and what follows.
 *
 *   0  says so many bytes (u8, then they)     4  time passes: the square of u8, seconds
 *   1  says a whole request (u8: which one)   5  reads what was answered
 *   2  comes, or goes                         6  sends so many bytes of what it said (u8)
 *   3  sends no more                          7  sends the rest, and the ACS has its turn
 *
 * Whatever comes, the ACS answers with HTTP, keeps its bounds, and closes down. */
#include "agents/acs/door.h"
#include "agents/acs/policy/policy.h"
#include "lib/base/buf.h"
#include "lib/base/wire.h"
#include "lib/program/log.h"
#include "lib/proto/http_reader.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PEERS = 8,
	CONNECTIONS = 4,
	SESSIONS = 4,
	DEVICES = 2,
	SAID_MAX = 20000, /* not sent yet, of one peer */
	BODY = 4000,
	MEMORY = 20000
};

static const char policy_text[] =
    "rules:\n"
    "  - {on: any, steps: [{get: [ManagementServer.URL, DeviceInfo.]},\n"
    "                      {when: url-is-mine, set: {ManagementServer.URL: b}},\n"
    "                      {for-each: \"A.{i}.\", steps: [{get: \"{each}B\"}]},\n"
    "                      {tag: t}]}\n"
    "  - {on: any, steps: [{rpc: Download, file-type: f, file: x, username: u,\n"
    "                       password: p, on-fault: stop}, {rpc: GetRPCMethods}]}\n"
    "  - {on: 1 BOOT, steps: [{rpc: Reboot, command-key: k}]}\n";

#define ENVELOPE(header, body)                                               \
	"<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Header>" header            \
	"</e:Header><e:Body>" body "</e:Body></e:Envelope>"
#define ID(id) "<c:ID e:mustUnderstand=\"1\">" id "</c:ID>"
#define INFORM(serial, event)                                                        \
	ENVELOPE(ID("1"),                                                            \
	    "<c:Inform><DeviceId><Manufacturer>m</Manufacturer><OUI>0000E2</OUI>"    \
	    "<ProductClass>p</ProductClass><SerialNumber>" serial                    \
	    "</SerialNumber></DeviceId><Event><EventStruct><EventCode>" event        \
	    "</EventCode><CommandKey/></EventStruct></Event><MaxEnvelopes>1"         \
	    "</MaxEnvelopes><CurrentTime>2026-01-01T00:00:00Z</CurrentTime>"         \
	    "<RetryCount>0</RetryCount><ParameterList><ParameterValueStruct><Name>"  \
	    "Device.X</Name><Value>1</Value></ParameterValueStruct></ParameterList>" \
	    "</c:Inform>")

static const char *const bodies[] = {
	"",
	INFORM("S1", "1 BOOT"),
	INFORM("S2", "2 PERIODIC"),
	INFORM("S3", "0 BOOTSTRAP"),
	ENVELOPE(ID("acs-1"),
	    "<c:GetParameterValuesResponse><ParameterList><ParameterValueStruct><Name>"
	    "Device.ManagementServer.URL</Name><Value>http://a/cwmp</Value>"
	    "</ParameterValueStruct></ParameterList></c:GetParameterValuesResponse>"),
	ENVELOPE(ID("acs-2"), "<c:SetParameterValuesResponse><Status>0</Status>"
			      "</c:SetParameterValuesResponse>"),
	ENVELOPE(ID("2"), "<c:GetRPCMethods/>"),
	"<garbage",
};

struct peer {
	int fd; /* -1: not here */
	bool has_ended;
	struct buf said; /* not sent yet */
	struct http_reader reader;
	char cookie[64];
};

struct world {
	uv_loop_t loop;
	struct files *files;
	struct sockaddr_un at;
	socklen_t at_len;
	struct acs_door *door;
	struct acs_service *service;
	struct device_list devices;
	struct policy policy;
	struct peer peers[PEERS];
};

static clock_ns the_time;

static clock_ns tell_time(void)
{
	return the_time;
}

static const struct http_reader_config reading = { .is_request = false };

static void turn(struct world *w)
{
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	if (acs_service_sessions(w->service) > SESSIONS ||
	    w->devices.by_id.len > DEVICES)
		abort();
}

/* ---- peers -------------------------------------------------------------------------- */

/* Those that come while the listener's queue is full do not get in. */
static void come(struct world *w, struct peer *peer)
{
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&w->at, w->at_len) < 0)
		return;
	peer->fd = steal_fd(&fd);
	peer->has_ended = false;
	http_reader_init(&peer->reader, &reading);
}

static void go(struct peer *peer)
{
	if (peer->fd >= 0)
		(void)close(peer->fd);
	peer->fd = -1;
	buf_free(&peer->said);
	http_reader_reset(&peer->reader);
}

static void push(struct peer *peer, size_t n)
{
	ssize_t sent;

	if (peer->fd < 0 || peer->has_ended || peer->said.len == 0)
		return;
	sent = send(peer->fd, peer->said.data, MIN(n, peer->said.len), MSG_NOSIGNAL);
	if (sent > 0)
		buf_consume(&peer->said, (size_t)sent);
}

static void take_answer(struct peer *peer, const struct http_head *head)
{
	struct str rest, cookie = http_header(head, "Set-Cookie");

	if (head->status < 100 || head->status > 599)
		abort();
	if (cookie.len > 0)
		(void)snprintf(peer->cookie, sizeof(peer->cookie), "%.*s",
		    STR_ARG(str_cut(cookie, ';', &rest)));
}

/* What comes is HTTP, to a reader that forgives nothing. */
static void hear(struct peer *peer)
{
	char bytes[4096];
	ssize_t n = peer->fd >= 0 ? recv(peer->fd, bytes, sizeof(bytes), 0) : 0;
	struct str rest = str_make(bytes, n > 0 ? (size_t)n : 0);
	struct http_message message = { .request_method = STR("POST") };

	while (rest.len > 0) {
		int step = http_reader_feed(&peer->reader, &rest, &message, NULL);

		if (step < 0)
			abort();
		if (step == HTTP_READ_HEAD)
			take_answer(peer, message.head);
	}
}

/* which: the body in its low three bits; then a cookie, a password, chunks, Expect, and that it
 * is for the file server. */
static void say_request(struct peer *peer, uint8_t which)
{
	const char *body = bodies[which % ARRAY_LEN(bodies)];
	const char *files = body[0] ? "PUT /files/y" : "GET /files/x";

	buf_printf(&peer->said, "%s HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n",
	    which & 128 ? files : "POST /cwmp");
	if (which & 8 && peer->cookie[0] != '\0')
		buf_printf(&peer->said, "Cookie: %s\r\n", peer->cookie);
	if (which & 16)
		buf_append_text(&peer->said, "Authorization: Basic dTpw\r\n"); /* u:p */
	if (which & 64)
		buf_append_text(&peer->said, "Expect: 100-continue\r\n");
	if (which & 32)
		buf_printf(&peer->said,
		    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s%s0\r\n\r\n",
		    strlen(body), body, body[0] ? "\r\n" : "");
	else
		buf_printf(&peer->said, "Content-Length: %zu\r\n\r\n%s", strlen(body),
		    body);
}

static void step(struct world *w, struct wire_reader *r)
{
	uint8_t op = wire_u8(r);
	struct peer *peer = &w->peers[op % PEERS];
	uint8_t value = op / PEERS % 8 < 2 || op / PEERS % 8 == 4 || op / PEERS % 8 == 6
			    ? wire_u8(r)
			    : 0;

	peer->said.max = SAID_MAX;
	switch (op / PEERS % 8) {
	case 0:
		buf_append_str(&peer->said, wire_str(r, value));
		return;
	case 1:
		say_request(peer, value);
		return;
	case 2:
		if (peer->fd < 0)
			come(w, peer);
		else
			go(peer);
		return;
	case 3:
		peer->has_ended = true;
		if (peer->fd >= 0)
			(void)shutdown(peer->fd, SHUT_WR);
		return;
	case 4:
		the_time += (clock_ns)value * value * NS_PER_S;
		acs_door_sweep(w->door);
		return;
	case 5:
		hear(peer);
		return;
	case 6:
		push(peer, value);
		turn(w);
		return;
	case 7:
		push(peer, SAID_MAX);
		turn(w);
		return;
	}
}

/* ---- the world ---------------------------------------------------------------------- */

static char folder[] = "/tmp/fuzz-acs-XXXXXX";

static void empty_folder(void)
{
	char path[sizeof(folder) + 2];

	(void)snprintf(path, sizeof(path), "%s/y", folder);
	(void)unlink(path);
}

static void remove_folder(void)
{
	empty_folder();
	(void)rmdir(folder);
}

/* One folder for all runs of a process, empty at the start of each. */
static void open_files(struct world *w, uint8_t mode)
{
	static bool is_there;
	struct files_config config = { .folder = folder,
		.uploads = folder,
		.auth = (enum acs_auth_scheme)(mode % 3),
		.username = STR("u"),
		.password = STR("p"),
		.upload_max = BODY };

	if (!is_there && (!mkdtemp(folder) || atexit(remove_folder) != 0))
		abort();
	is_there = true;
	empty_folder();
	if (url_parse(&config.url, STR("http://a/cwmp"), NULL) < 0 ||
	    files_new(&w->files, &config, NULL) < 0)
		abort();
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	const struct world *w = user;

	return files_url(w->files, file, arena, ret_size);
}

static void on_transfer(void *user, struct str url, struct str username,
    struct str password)
{
	const struct world *w = user;

	files_grant(w->files, url, username, password);
}

static void open_door(struct world *w, uint8_t mode)
{
	const struct acs_service_config service = {
		.policy = &w->policy,
		.url = "http://a/cwmp",
		.path = STR("/cwmp"),
		.devices = &w->devices,
		.auth = (enum acs_auth_scheme)(mode % 3),
		.username = STR("u"),
		.password = STR("p"),
		.sessions_max = SESSIONS,
		.file_url = file_url,
		.transfer = on_transfer,
		.user = w,
		/* Each of them in its turn, for the modes above. */
		.quirks = { quirks_of_acs, mode < 64 ? 0 : UINT64_C(1) << mode % 28 },
	};
	const struct acs_door_config config = {
		.conduct = mode < 128 ? 0 : (unsigned)QUIRK_ANSWERS_500 << mode / 3 % 4,
		.server = { .connections_max = CONNECTIONS,
		    .body_max = BODY,
		    .memory_max = MEMORY,
		    .now = tell_time },
		.wall = tell_time,
	};
	struct acs_door_config door = config;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	w->at.sun_family = AF_UNIX;
	w->at_len = sizeof(w->at);
	/* Linux finds a name for a socket that is bound to none. */
	if (bind(fd, (const struct sockaddr *)&w->at, sizeof(sa_family_t)) < 0 ||
	    listen(fd, PEERS) < 0 ||
	    getsockname(fd, (struct sockaddr *)&w->at, &w->at_len) < 0)
		abort();
	open_files(w, mode);
	w->service = acs_service_new(&service);
	door.service = w->service;
	door.files = w->files;
	if (!w->service || acs_door_open(&w->door, &w->loop, fd, &door, NULL) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_reader r = wire_reader(data, size);
	struct world w = { .policy = POLICY_NULL };

	log_setup("fuzz", LOG_ERROR_);
	the_time = 1000 * NS_PER_S;
	device_list_init(&w.devices, 1);
	w.devices.max = DEVICES;
	if (uv_loop_init(&w.loop) < 0 ||
	    policy_parse(&w.policy, "policy", str_of(policy_text), NULL, NULL) < 0)
		abort();
	for (size_t i = 0; i < PEERS; i++)
		w.peers[i].fd = -1;
	open_door(&w, wire_u8(&r));
	while (wire_left(&r) > 0)
		step(&w, &r);
	for (size_t i = 0; i < PEERS; i++)
		go(&w.peers[i]);
	acs_door_close(w.door);
	(void)uv_run(&w.loop, UV_RUN_DEFAULT);
	acs_service_free(w.service);
	files_free(w.files);
	if (uv_loop_close(&w.loop) < 0)
		abort();
	device_list_free(&w.devices);
	policy_free(&w.policy);
	return 0;
}
