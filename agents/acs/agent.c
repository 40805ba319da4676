#include "agents/acs/agent.h"

#include "agents/acs/device_store.h"
#include "agents/acs/gate.h"
#include "agents/acs/session_list.h"
#include "agents/common/control.h"
#include "agents/common/http_server.h"
#include "agents/common/netns.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/proto/cookie.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define COOKIE "session"

enum {
	SWEEP_MS = 1000,
	BACKLOG = 4096
};

struct agent {
	const struct acs_config *config;
	uv_loop_t loop;
	uv_timer_t sweep;
	struct control *control;
	struct http_server *server; /* null: refuses on purpose */
	struct tls_ctx *tls;
	struct gate gate;
	struct policy policy;
	struct device_list devices;
	struct device_store *store; /* null: devices are forgotten */
	struct session_list sessions;
	struct cwmp_reader *reader;
	uint64_t n_sessions, n_failed;
};

/* A connection: a CPE that returns no cookie is known by it. */
struct acs_conn {
	char cookie[SESSION_COOKIE_LEN + 1];
	bool is_known;
};

/* ---- events ------------------------------------------------------------------------ */

static void tell_inform(struct agent *agent, const struct device *device)
{
	struct json *json = control_event(agent->control, "inform");
	struct str rest = str_of(device->events ? device->events : "");

	json_text(json, "cpe", device->id);
	json_text(json, "address", device->address);
	json_array_begin(json, "events");
	while (rest.len > 0)
		json_str(json, NULL, str_cut(rest, ',', &rest));
	json_array_end(json);
	control_event_end(agent->control);
}

static void tell_end(struct agent *agent, const struct acs_session *session,
    const char *why)
{
	struct json *json = control_event(agent->control, "session-end");

	json_text(json, "cpe", session->device ? session->device->id : NULL);
	json_text(json, "address", session->address);
	json_bool(json, "ok", !why);
	if (why)
		json_text(json, "why", why);
	control_event_end(agent->control);
	agent->n_sessions++;
	agent->n_failed += why != NULL;
}

static void on_expired(void *user, struct listed_session *session)
{
	tell_end(user, &session->session, "the CPE fell silent");
}

/* ---- answers ----------------------------------------------------------------------- */

static void write_head(struct buf *out, unsigned status, struct str body,
    const struct listed_session *fresh)
{
	http_write_status(out, status);
	if (fresh)
		buf_printf(out, "Set-Cookie: " COOKIE "=%s; Path=/; HttpOnly\r\n",
		    fresh->cookie);
	if (body.len > 0)
		http_write_header(out, "Content-Type",
		    STR("text/xml; charset=\"utf-8\""));
	/* A 204 has no Content-Length (RFC 9110 8.6). */
	if (status != 204)
		http_write_header_uint(out, "Content-Length", body.len);
	http_write_head_end(out);
	buf_append_str(out, body);
}

static void reply_status(struct http_conn *conn, unsigned status, const char *header,
    struct str value)
{
	auto_buf out = BUF_NULL;

	http_write_status(&out, status);
	if (header)
		http_write_header(&out, header, value);
	http_write_header_uint(&out, "Content-Length", 0);
	http_write_head_end(&out);
	http_conn_reply(conn, buf_str(&out), false);
}

/* What the lab's author asked for, to teach what goes wrong. */
static void misbehave(const struct agent *agent, struct http_conn *conn)
{
	static const struct str garbage = { "<Envelope><Body>this is not XML", 31 };
	auto_buf out = BUF_NULL;

	switch ((enum acs_config_misbehave)agent->config->misbehave) {
	case ACS_ANSWER_500:
		reply_status(conn, 500, NULL, STR_NULL);
		return;
	case ACS_ANSWER_GARBAGE:
		write_head(&out, 200, garbage, NULL);
		http_conn_reply(conn, buf_str(&out), false);
		return;
	case ACS_ANSWER_HALF_BODY:
		http_write_status(&out, 200);
		http_write_header(&out, "Content-Type", STR("text/xml"));
		http_write_header_uint(&out, "Content-Length", garbage.len * 2);
		http_write_head_end(&out);
		buf_append_str(&out, garbage);
		http_conn_abort(conn, buf_str(&out));
		return;
	case ACS_ANSWER_NOTHING:
	case ACS_REFUSE:
	case ACS_BEHAVE:
		return;
	}
}

/* ---- a POST ------------------------------------------------------------------------ */

static struct listed_session *find_session(struct agent *agent, struct acs_conn *conn,
    const struct http_head *head, clock_ns now)
{
	struct str cookie;

	for (size_t i = 0; http_header_nth(head, "Cookie", i, &cookie); i++) {
		struct listed_session *session = session_list_find(&agent->sessions,
		    cookie_find(cookie, STR(COOKIE)), now);

		if (session)
			return session;
	}
	return session_list_find(&agent->sessions, str_of(conn->cookie), now);
}

static void end_session(struct agent *agent, struct acs_conn *conn,
    struct listed_session *session)
{
	const struct acs_session *end = &session->session;

	tell_end(agent, end, end->state == ACS_DONE ? NULL : end->why);
	session_list_remove(&agent->sessions, session);
	conn->cookie[0] = '\0';
}

static void serve(struct agent *agent, struct http_conn *http, struct acs_conn *conn,
    struct listed_session *session, bool is_fresh, struct str body)
{
	struct device *before = session->session.device;
	auto_buf envelope = BUF_NULL, out = BUF_NULL;
	struct acs_answer answer =
	    acs_session_post(&session->session, body, clock_wall(), &envelope);

	if (session->session.device && !before) {
		tell_inform(agent, session->session.device);
		device_store_save(agent->store, session->session.device);
	}
	write_head(&out, answer.status, buf_str(&envelope), is_fresh ? session : NULL);
	if (answer.is_last)
		end_session(agent, conn, session);
	http_conn_reply(http, buf_str(&out), answer.status == 400);
}

static void on_post(struct agent *agent, struct http_conn *http, struct acs_conn *conn,
    const struct http_head *head, struct str body)
{
	clock_ns now = clock_monotonic();
	struct listed_session *session = find_session(agent, conn, head, now);
	bool is_known = conn->is_known || (session && session->is_known);
	bool is_fresh = !session;
	auto_buf challenge = BUF_NULL;
	const struct acs_session_config config = { &agent->policy,
		agent->config->url_text, &agent->devices, agent->reader };

	if (!gate_pass(&agent->gate, head, is_known, now, &challenge)) {
		reply_status(http, 401, "WWW-Authenticate", buf_str(&challenge));
		return;
	}
	if (is_fresh)
		session = session_list_add(&agent->sessions, &config, http->peer, now);
	if (!session) {
		reply_status(http, 503, NULL, STR_NULL);
		return;
	}
	conn->is_known = session->is_known = true;
	memcpy(conn->cookie, session->cookie, sizeof(conn->cookie));
	serve(agent, http, conn, session, is_fresh, body);
}

static bool is_our_path(const struct agent *agent, struct str target)
{
	return str_eq(target, agent->config->url.path);
}

static void on_request(void *user, struct http_conn *http, const struct http_head *head,
    struct str body)
{
	struct agent *agent = user;

	if (!http->user)
		http->user = calloc(1, sizeof(struct acs_conn));
	if (!http->user) {
		http_conn_abort(http, STR_NULL);
		return;
	}
	if (agent->config->misbehave != ACS_BEHAVE)
		misbehave(agent, http);
	else if (!str_is(head->method, "POST"))
		reply_status(http, 405, "Allow", STR("POST"));
	else if (!is_our_path(agent, head->target))
		reply_status(http, 404, NULL, STR_NULL);
	else
		on_post(agent, http, http->user, head, body);
}

static void on_closed(void *user, struct http_conn *http)
{
	(void)user;
	free(http->user);
	http->user = NULL;
}

/* ---- the process ------------------------------------------------------------------- */

static void on_sweep(uv_timer_t *timer)
{
	struct agent *agent = timer->data;

	session_list_expire(&agent->sessions, clock_monotonic());
}

static void on_stop(void *user)
{
	struct agent *agent = user;

	uv_close((uv_handle_t *)&agent->sweep, NULL);
	if (agent->server)
		http_server_close(agent->server);
	control_close(agent->control);
}

static void on_status(void *user, struct json *json)
{
	const struct agent *agent = user;

	json_uint(json, "sessions", agent->n_sessions);
	json_uint(json, "failed", agent->n_failed);
	json_uint(json, "running", agent->sessions.by_cookie.len);
	json_uint(json, "connections",
	    agent->server ? http_server_connections(agent->server) : 0);
	device_list_write(&agent->devices, json, "devices");
}

static int listen_on(const struct acs_config *config, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(config->listen_port),
		.sin_addr.s_addr = htonl(config->listen_address) };
	char text[IPV4_TEXT_MAX];
	auto_fd fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return error_set(err, -errno, "cannot listen on %s:%u: %s",
		    ipv4_text(config->listen_address, text), config->listen_port,
		    strerror(errno));
	return steal_fd(&fd);
}

static int start_server(struct agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	const struct http_server_handlers handlers = { agent, on_request, on_closed };
	struct http_server_config settings = { .idle_timeout =
						   config->session_timeout };
	int fd;

	if (config->misbehave == ACS_REFUSE)
		return 0;
	if (config->url.is_https) {
		const struct tls_config tls = { .is_server = true,
			.certificate = config->certificate,
			.key = config->key,
			.min = (enum tls_protocol)config->tls.min,
			.max = (enum tls_protocol)config->tls.max,
			.keylog = config->keylog };
		int r = tls_ctx_new(&agent->tls, &tls, err);

		if (r < 0)
			return r;
		settings.tls = agent->tls;
	}
	fd = listen_on(config, err);
	if (fd < 0)
		return fd;
	return http_server_new(&agent->server, &agent->loop, fd, &settings, &handlers,
	    err);
}

static int start(struct agent *agent, int control_fd, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, on_status };
	const struct acs_config *config = agent->config;
	int r = 0;

	if (config->policy)
		r = policy_load(&agent->policy, config->policy, err);
	if (r == 0 && config->state)
		r = device_store_open(&agent->store, config->state, &agent->devices,
		    err);
	if (r == 0 && config->netns)
		r = netns_enter_path(config->netns, err);
	if (r == 0)
		r = start_server(agent, err);
	if (r < 0)
		return r;
	(void)uv_timer_init(&agent->loop, &agent->sweep);
	agent->sweep.data = agent;
	(void)uv_timer_start(&agent->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	return control_open(&agent->control, &agent->loop, control_fd, config->node,
	    &handlers, agent, err);
}

static void tear_down(struct agent *agent)
{
	session_list_free(&agent->sessions);
	device_store_close(agent->store);
	device_list_free(&agent->devices);
	policy_free(&agent->policy);
	gate_free(&agent->gate);
	tls_ctx_free(agent->tls);
	cwmp_reader_free(agent->reader);
	(void)uv_loop_close(&agent->loop);
}

int acs_agent_run(const struct acs_config *config, int control_fd, struct error *err)
{
	struct agent agent = { .config = config, .policy = POLICY_NULL };
	int r = uv_loop_init(&agent.loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	gate_init(&agent.gate, config);
	device_list_init(&agent.devices);
	session_list_init(&agent.sessions, config->session_timeout, on_expired, &agent);
	agent.reader = cwmp_reader_new();
	r = agent.reader ? start(&agent, control_fd, err)
			 : error_set(err, -ENOMEM, "no memory");
	if (r == 0) {
		log_info("%s: listening on port %u", config->url_text,
		    config->listen_port);
		(void)control_event(agent.control, "ready");
		control_event_end(agent.control);
		(void)uv_run(&agent.loop, UV_RUN_DEFAULT);
	}
	tear_down(&agent);
	return r;
}
