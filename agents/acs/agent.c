#include "agents/acs/agent.h"

#include "agents/acs/device_store.h"
#include "agents/acs/door.h"
#include "agents/acs/reaching.h"
#include "agents/common/control.h"
#include "agents/common/digest.h"
#include "agents/common/netns.h"
#include "lib/base/json.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
	SWEEP_MS = 1000,
	BACKLOG = 4096,
	ANSWERS_BYTES_MAX = 8 << 20 /* of CPEs that are called, and not whole yet */
};

struct acs_agent {
	const struct acs_config *config;
	uv_loop_t loop;
	uv_timer_t sweep;
	struct control *control;
	struct acs_door *door; /* null: refuses on purpose */
	struct tls_ctx *tls;
	struct policy policy;
	struct device_list devices;
	struct device_store *store; /* null: devices are forgotten */
	struct acs_service *service;
	struct hoard answers;      /* of CPEs that are called */
	struct reaching *reaching; /* null: not yet, or it stops */
	uint64_t n_sessions, n_failed;
	bool is_disk_bad; /* said once */
};

/* ---- events ------------------------------------------------------------------------ */

static void save(struct acs_agent *agent, const struct device *device)
{
	struct error err = ERROR_NULL;
	bool is_bad;

	if (!agent->store || !device)
		return;
	is_bad = device_store_save(agent->store, device, &err) < 0;
	if (is_bad && !agent->is_disk_bad)
		log_error("devices are not kept: %s", err.text);
	agent->is_disk_bad = is_bad;
}

static void on_informed(void *user, const struct acs_session *session)
{
	struct acs_agent *agent = user;
	const struct device *device = session->device;
	struct json *json = control_event_rationed(agent->control, "inform");
	struct str rest = str_of(device->events ? device->events : "");

	json_text(json, "cpe", device->id);
	json_text(json, "address", session->address);
	json_array_begin(json, "events");
	while (rest.len > 0)
		json_str(json, NULL, str_cut(rest, ',', &rest));
	json_array_end(json);
	control_event_end(agent->control);
	if (agent->reaching)
		reaching_informed(agent->reaching, device);
	save(agent, device);
}

static void on_ended(void *user, const struct acs_session *session, bool ok)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "session-end");

	json_text(json, "cpe", session->device ? session->device->id : NULL);
	json_text(json, "address", session->address);
	json_bool(json, "ok", ok);
	if (!ok)
		json_text(json, "why", session->why);
	control_event_end(agent->control);
	agent->n_sessions++;
	agent->n_failed += !ok;
	if (ok && agent->reaching)
		reaching_ended(agent->reaching, session->device);
	save(agent, session->device);
}

static void on_refused(void *user, const struct acs_refusal *refusal)
{
	struct acs_agent *agent = user;
	struct json *json = control_event_rationed(agent->control, "refused");

	json_text(json, "address", refusal->address);
	json_uint(json, "status", refusal->status);
	json_text(json, "why", refusal->why);
	json_str(json, "target", refusal->target);
	if (refusal->username.p)
		json_str(json, "username", refusal->username);
	control_event_end(agent->control);
}

/* ---- the process ------------------------------------------------------------------- */

static void on_sweep(uv_timer_t *timer)
{
	struct acs_agent *agent = timer->data;

	if (agent->door)
		acs_door_sweep(agent->door);
}

static void on_stop(void *user)
{
	struct acs_agent *agent = user;

	uv_close((uv_handle_t *)&agent->sweep, NULL);
	reaching_close(steal_ptr(&agent->reaching));
	if (agent->door)
		acs_door_close(agent->door);
	control_close(agent->control);
}

/* ---- commands ---------------------------------------------------------------------- */

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	struct json *json = answer->json;
	struct device_cursor *cursor = answer->state;

	json_object_begin(json, "status");
	if (!cursor) {
		cursor = answer->state = calloc(1, sizeof(*cursor));
		if (!cursor)
			return error_set(err, -ENOMEM, "no memory");
		device_cursor_open(cursor, &agent->devices);
		json_uint(json, "sessions", agent->n_sessions);
		json_uint(json, "failed", agent->n_failed);
		json_uint(json, "running", acs_service_sessions(agent->service));
		json_uint(json, "connections",
		    agent->door ? acs_door_connections(agent->door) : 0);
	}
	json_array_begin(json, "devices");
	while (device_cursor_has_next(cursor) && !answer_is_full(answer))
		device_write(device_cursor_next(cursor), json, PAGE_ITEM_BYTES_MAX);
	json_array_end(json);
	json_object_end(json);
	return device_cursor_has_next(cursor) ? ANSWER_MORE : ANSWER_WHOLE;
}

static void end_status(void *user, struct answer *answer)
{
	(void)user;
	if (answer->state)
		device_cursor_close(answer->state);
	free(answer->state);
}

struct reach_arguments {
	const char *device; /* null: all that are known */
};

static const struct conf_row reach_rows[] = {
	{ .key = "device",
	    .type = CONF_STR,
	    .offset = offsetof(struct reach_arguments, device),
	    .help = "as \"status\" names it; without it all are called" },
	{ NULL },
};

/* The calls begin when this is written (end_reach()); how they end is told by events, since
 * they may take longer than an answer. */
static int page_reach(void *user, struct answer *answer, struct error *err)
{
	struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (arguments->device && !device_list_find(&agent->devices, arguments->device))
		return error_set(err, ERR_USAGE, "no device of that name has informed");
	if (!arguments->device && reaching_is_sweeping(agent->reaching))
		return error_set(err, ERR_USAGE, "a sweep is under way");
	json_uint(answer->json, "calls",
	    arguments->device ? 1 : agent->devices.by_id.len);
	answer->at = 1;
	return ANSWER_WHOLE;
}

static void end_reach(void *user, struct answer *answer)
{
	const struct acs_agent *agent = user;
	const struct reach_arguments *arguments = answer->arguments;

	if (!answer->at || !agent->reaching)
		return;
	if (arguments->device)
		reaching_call(agent->reaching, arguments->device, CALL_BY_HTTP);
	else
		reaching_sweep(agent->reaching, CALL_BY_HTTP);
}

static const struct command commands[] = {
	{ .name = "status",
	    .help = "sessions so far, and the devices that it knows",
	    .page = page_status,
	    .end = end_status },
	{ .name = "reach",
	    .help = "sends a connection request to a device, or to all of them",
	    .rows = reach_rows,
	    .size = sizeof(struct reach_arguments),
	    .page = page_reach,
	    .end = end_reach },
	{ NULL },
};

/* ---- life -------------------------------------------------------------------------- */

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

static int start_server(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	struct acs_door_config settings = {
		.service = agent->service,
		.misbehave = (enum acs_config_misbehave)config->misbehave,
		.server.idle_timeout = config->session_timeout,
	};
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
		settings.server.tls = agent->tls;
	}
	fd = listen_on(config, err);
	if (fd < 0)
		return fd;
	return acs_door_open(&agent->door, &agent->loop, fd, &settings, err);
}

static int start_reaching(struct acs_agent *agent, struct error *err)
{
	hoard_init(&agent->answers, ANSWERS_BYTES_MAX);
	agent->reaching = reaching_new(&agent->loop, agent->config, &agent->devices,
	    agent->control, &agent->answers);
	return agent->reaching ? 0 : error_set(err, -ENOMEM, "no memory");
}

/* Better told now than by a CPE whose right password proves nothing. */
static int check_hash(const struct acs_config *config, struct error *err)
{
	char hex[AUTH_HASH_HEX_MAX];

	if (config->auth != ACS_CONFIG_DIGEST ||
	    digest_hash(config->algorithm ? AUTH_SHA256 : AUTH_MD5, "", 0, hex) == 0)
		return 0;
	return error_set(err, ERR_UNSUPPORTED,
	    "this machine has no %s, of which digest-algorithm wants the digest to be",
	    config->algorithm ? "SHA-256" : "MD5");
}

static int start(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	int r = check_hash(config, err);

	if (r == 0 && config->policy)
		r = policy_load(&agent->policy, config->policy, err);
	if (r == 0 && config->state)
		r = device_store_open(&agent->store, config->state, &agent->devices,
		    err);
	if (r == 0 && config->netns)
		r = netns_enter_path(config->netns, err);
	if (r == 0)
		r = start_server(agent, err);
	if (r == 0)
		r = start_reaching(agent, err);
	if (r < 0)
		return r;
	(void)uv_timer_init(&agent->loop, &agent->sweep);
	agent->sweep.data = agent;
	(void)uv_timer_start(&agent->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	return 0;
}

static void tear_down(struct acs_agent *agent)
{
	acs_service_free(agent->service);
	device_store_free(agent->store);
	device_list_free(&agent->devices);
	policy_free(&agent->policy);
	tls_ctx_free(agent->tls);
	(void)uv_loop_close(&agent->loop);
}

static struct acs_service *service_of(struct acs_agent *agent)
{
	static const enum acs_auth_scheme schemes[] = {
		[ACS_CONFIG_AUTO] = ACS_SCHEME_DIGEST, /* never, after loading */
		[ACS_CONFIG_NONE] = ACS_SCHEME_NONE,
		[ACS_CONFIG_BASIC] = ACS_SCHEME_BASIC,
		[ACS_CONFIG_DIGEST] = ACS_SCHEME_DIGEST,
	};
	const struct acs_config *config = agent->config;
	const struct acs_service_config service = {
		.policy = &agent->policy,
		.url = config->url_text,
		.path = config->url.path,
		.devices = &agent->devices,
		.auth = schemes[config->auth],
		.algorithm = config->algorithm ? AUTH_SHA256 : AUTH_MD5,
		.username = str_of(config->username),
		.password = str_of(config->password),
		.timeout = config->session_timeout,
		.informed = on_informed,
		.refused = on_refused,
		.ended = on_ended,
		.user = agent,
	};

	return acs_service_new(&service);
}

int acs_agent_run(const struct acs_config *config, int control_fd, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, commands };
	struct acs_agent agent = { .config = config, .policy = POLICY_NULL };
	int r = uv_loop_init(&agent.loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	device_list_init(&agent.devices, rng_fresh_seed());
	agent.service = service_of(&agent);
	r = agent.service ? control_open(&agent.control, &agent.loop, control_fd,
				config->node, &handlers, &agent, err)
			  : error_set(err, -ENOMEM, "no memory");
	if (r == 0)
		r = start(&agent, err);
	if (r == 0) {
		log_info("%s: listening on port %u", config->url_text,
		    config->listen_port);
		(void)control_event(agent.control, "ready");
		control_event_end(agent.control);
	} else {
		control_close(agent.control);
	}
	(void)uv_run(&agent.loop, UV_RUN_DEFAULT);
	tear_down(&agent);
	return r;
}
