#include "agents/acs/agent_internal.h"

#include "agents/acs/reach/light_door.h"
#include "agents/common/digest.h"
#include "agents/common/netns.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/program/exit_status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
	SWEEP_MS = 1000,
	BACKLOG = 4096,
	ANSWERS_BYTES_MAX = 8 << 20 /* of CPEs that are called, and not whole yet */
};

/* ---- the process ------------------------------------------------------------------- */

static void on_sweep(uv_timer_t *timer)
{
	struct acs_agent *agent = timer->data;

	if (agent->door)
		acs_door_sweep(agent->door);
	agent_commands_sweep(agent, clock_monotonic());
	agent_policies_sweep(agent);
}

/* Of what is open; the loop then comes to its end. */
static void close_all(struct acs_agent *agent)
{
	reaching_close(steal_ptr(&agent->reaching));
	light_door_close(steal_ptr(&agent->light));
	order_door_close(steal_ptr(&agent->orders));
	if (agent->door)
		acs_door_close(agent->door);
	control_close(agent->control);
}

static void end(struct acs_agent *agent)
{
	if (agent->is_stopping)
		return;
	agent->is_stopping = true;
	agent_scene_stop(agent);
	if (agent->is_by_hand)
		agent_stopped(agent);
	uv_close((uv_handle_t *)&agent->sweep, NULL);
	close_all(agent);
}

static void on_stop(void *user)
{
	end(user);
}

/* ---- life -------------------------------------------------------------------------- */

static int bind_to(int fd, const struct acs_listen *at)
{
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_port = htons(at->port),
		.sin_addr.s_addr = htonl(at->address) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons(at->port) };
	int one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!at->is_six)
		return bind(fd, (const struct sockaddr *)&four, sizeof(four));
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	memcpy(&six.sin6_addr, at->address6, sizeof(at->address6));
	return bind(fd, (const struct sockaddr *)&six, sizeof(six));
}

static int listen_on(const struct acs_listen *at, struct error *err)
{
	int family = at->is_six ? AF_INET6 : AF_INET;
	auto_fd fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[IPV6_TEXT_MAX];

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	if (bind_to(fd, at) == 0 && listen(fd, BACKLOG) == 0)
		return steal_fd(&fd);
	return error_set(err, -errno, "cannot listen on %s%s%s:%u: %s",
	    at->is_six ? "[" : "",
	    at->is_six ? ipv6_text(at->address6, text) : ipv4_text(at->address, text),
	    at->is_six ? "]" : "", at->port, strerror(errno));
}

/* The first socket opens the door, the others lead to it as well. */
static int open_door(struct acs_agent *agent, const struct acs_door_config *settings,
    struct error *err)
{
	const struct acs_config *config = agent->config;
	int r = 0;

	for (size_t i = 0; i < config->n_listens && r == 0; i++) {
		int fd = listen_on(&config->listens[i], err);

		if (fd < 0)
			return fd;
		r = i == 0
			? acs_door_open(&agent->door, &agent->loop, fd, settings, err)
			: acs_door_listen(agent->door, fd, err);
	}
	return r;
}

static int start_server(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	struct acs_door_config settings = {
		.service = agent->service,
		.files = agent->files,
		.refused = agent_refused,
		.served = agent_served,
		.tells_all = agent->tells_rpcs,
		.user = agent,
		.conduct = quirks_conduct(&config->quirks),
		.proxies = &config->proxies,
		.server.idle_timeout = config->session_timeout,
	};

	if (settings.conduct & QUIRK_REFUSES)
		return 0;
	/* Better told than a file that stays empty for another reason. */
	if (!config->url.is_https && config->keylog) {
		auto_fd keylog = tls_keylog_open(config->keylog, err);

		if (keylog < 0)
			return keylog;
	}
	if (config->url.is_https) {
		const struct tls_config tls = { .is_server = true,
			.resumes = config->tls.tickets,
			.certificate = config->certificate,
			.key = config->key,
			.asks = (enum tls_asks)config->tls.asks,
			.trust = config->tls.client_ca,
			.crl = config->tls.client_crl,
			.min = (enum tls_protocol)config->tls.min,
			.max = (enum tls_protocol)config->tls.max,
			.keylog = config->keylog };
		int r = tls_ctx_new(&agent->tls, &tls, err);

		if (r < 0)
			return r;
		settings.server.tls = agent->tls;
	}
	return open_door(agent, &settings, err);
}

static int start_reaching(struct acs_agent *agent, struct error *err)
{
	hoard_init(&agent->answers, ANSWERS_BYTES_MAX);
	return reaching_open(&agent->reaching, &agent->loop, agent->config,
	    &agent->devices, &agent->tasks, agent->control, &agent->answers, err);
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

static const enum acs_auth_scheme schemes[] = {
	[ACS_CONFIG_AUTO] = ACS_SCHEME_DIGEST, /* never, after loading */
	[ACS_CONFIG_NONE] = ACS_SCHEME_NONE,
	[ACS_CONFIG_BASIC] = ACS_SCHEME_BASIC,
	[ACS_CONFIG_DIGEST] = ACS_SCHEME_DIGEST,
};

static int start_files(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	const struct files_config files = {
		.folder = config->files.folder,
		.uploads = config->files.uploads,
		.url = config->url,
		.auth = schemes[config->files.auth],
		.username = str_of(config->files.username),
		.password = str_of(config->files.password),
		.upload_max = config->files.upload_max,
	};

	if (!files.folder && !files.uploads)
		return 0;
	return files_new(&agent->files, &files, err);
}

static int start_stores(struct acs_agent *agent, struct error *err)
{
	const char *path = agent->config->state;
	int r;

	if (!path)
		return 0;
	r = device_store_open(&agent->store, path, &agent->devices, err);
	return r < 0 ? r
		     : task_store_open(&agent->task_store, path, &agent->tasks, err);
}

static int start(struct acs_agent *agent, struct error *err)
{
	const struct acs_config *config = agent->config;
	int r = check_hash(config, err);

	if (r == 0 && config->policy)
		r = policy_load(&agent->policy, config->policy, NULL, err);
	if (r == 0)
		r = start_stores(agent, err);
	if (r == 0)
		r = start_files(agent, err);
	if (r == 0)
		r = agent_scene_check(agent, err);
	if (r == 0 && config->netns)
		r = netns_enter_path(config->netns, err);
	if (r == 0)
		r = start_server(agent, err);
	if (r == 0)
		r = start_reaching(agent, err);
	if (r == 0)
		r = agent_light_open(agent, err);
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
	acs_scene_free(agent->scene);
	files_free(agent->files);
	task_queue_free(&agent->tasks);
	task_store_free(agent->task_store);
	device_store_free(agent->store);
	device_list_free(&agent->devices);
	agent_policies_free(agent);
	policy_free(&agent->policy);
	tls_ctx_free(agent->tls);
	counts_close(agent->counts);
	(void)uv_loop_close(&agent->loop);
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	const struct acs_agent *agent = user;

	return agent->files ? files_url(agent->files, file, arena, ret_size) : STR_NULL;
}

static void on_transfer(void *user, struct str url, struct str username,
    struct str password)
{
	const struct acs_agent *agent = user;

	if (agent->files)
		files_grant(agent->files, url, username, password);
}

static struct acs_service *service_of(struct acs_agent *agent)
{
	const struct acs_config *config = agent->config;
	const struct acs_service_config service = {
		.policy = &agent->policy,
		.url = config->url_text,
		.path = config->url.path,
		.takes_any_path = config->takes_any_path,
		.has_no_declaration = !config->has_xml_declaration,
		.devices = &agent->devices,
		.auth = schemes[config->auth],
		.algorithm = config->algorithm ? AUTH_SHA256 : AUTH_MD5,
		.username = str_of(config->username),
		.password = str_of(config->password),
		.timeout = config->session_timeout,
		.limit = config->limit,
		.counts = agent->counts,
		.informed = agent_informed,
		.refused = agent_refused,
		.tolerated = agent_tolerated,
		.ended = agent_ended,
		.tells_all = agent->tells_rpcs,
		.quirks = config->quirks,
		.tasks = &agent->tasks,
		.script = agent_scene_script(agent),
		.file_url = file_url,
		.transfer = on_transfer,
		.noted = agent_noted,
		.changed = agent_changed,
		.refuses_other_names = config->tls.client_name == ACS_NAME_REFUSE,
		.user = agent,
	};

	return acs_service_new(&service);
}

/* Whether the other side kept to the sequence; by hand, whether all went well. A lab judges by
 * what is on the wire. */
static int status_of(const struct acs_agent *agent)
{
	struct counts own = counts_between(&agent->found, agent->counts);

	if (agent->scene)
		return agent_scene_status(agent);
	return agent->is_by_hand && own.failed + agent->n_refused > 0 ? EXIT_FAILED
								      : EXIT_OK;
}

int acs_agent_run(const struct acs_config *config, int control_fd, bool is_for_people,
    struct error *err)
{
	static const struct control_handlers handlers = { on_stop, agent_commands };
	struct acs_agent agent = { .config = config,
		.policy = POLICY_NULL,
		.is_by_hand = control_fd < 0 };
	int r = uv_loop_init(&agent.loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	/* By hand somebody reads along; a lab's recorder has all of it. */
	agent.tells_rpcs = config->tell == ACS_TELL_RPCS ||
			   (config->tell == ACS_TELL_AUTO && control_fd < 0);
	list_init(&agent.waits);
	list_init(&agent.swapped);
	device_list_init(&agent.devices, rng_fresh_seed());
	task_queue_init(&agent.tasks, rng_fresh_seed());
	agent.tasks.ended = agent_task_ended;
	agent.tasks.user = &agent;
	r = counts_open(&agent.counts, config->counts, err);
	if (r == 0)
		agent.found = *agent.counts;
	if (r == 0)
		r = agent_scene_open(&agent, err);
	if (r == 0 && !(agent.service = service_of(&agent)))
		r = error_set(err, -ENOMEM, "no memory");
	if (r == 0)
		r = control_open(&agent.control, &agent.loop, control_fd, config->node,
		    &handlers, &agent, err);
	if (r == 0 && is_for_people)
		control_tell_people(agent.control);
	if (r == 0 && config->door)
		r = order_door_open(&agent.orders, &agent.loop, config->door,
		    agent_commands, &agent, err);
	if (r == 0)
		r = start(&agent, err);
	if (r == 0) {
		agent_ready(&agent);
		agent_scene_start(&agent, end);
	} else {
		close_all(&agent);
	}
	(void)uv_run(&agent.loop, UV_RUN_DEFAULT);
	if (r == 0)
		r = status_of(&agent);
	tear_down(&agent);
	return r;
}
