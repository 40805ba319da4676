#include "lab/supervisor/supervisor_internal.h"

#include "lab/channel/labsock.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>

enum {
	CLIENTS_MAX = 64,
	LAST_WORDS_MS = 500 /* how long a slow client may take for them */
};

struct client {
	struct list link;
	struct supervisor *supervisor;
	struct channel channel;
	struct watch watch;
	bool wants_events;
	bool is_broken;              /* dropped as soon as nobody is using it */
	const struct service *asked; /* whose answer it waits for, or null */
	json_int_t asked_id;         /* of its question */
};

static void client_free(struct client *client)
{
	watch_stop(client->supervisor->loop, &client->watch);
	channel_close(&client->channel);
	list_remove(&client->link);
	client->supervisor->n_clients--;
	free(client);
}

static void client_send(struct client *client, struct str line)
{
	if (!client->is_broken && channel_send(&client->channel, line) < 0)
		client->is_broken = true;
	if (!client->is_broken)
		watch_for_write(client->supervisor->loop, &client->watch,
		    channel_is_waiting(&client->channel));
}

/* ---- commands --------------------------------------------------------------------- */

static struct json answer_begin(struct buf *line, json_int_t id, const char *why)
{
	struct json json = json_writer(line, 0);

	json_object_begin(&json, NULL);
	json_int(&json, "re", id);
	json_bool(&json, "ok", !why);
	if (why)
		json_text(&json, "why", why);
	return json;
}

static void answer(struct client *client, json_int_t id, const char *why)
{
	auto_buf line = BUF_NULL;
	struct json json = answer_begin(&line, id, why);

	json_object_end(&json);
	client_send(client, buf_str(&line));
}

static const char *state_name(enum supervisor_state state)
{
	switch (state) {
	case SUPERVISOR_BUILDING:
		return "building";
	case SUPERVISOR_STARTING:
		return "starting";
	case SUPERVISOR_RUNNING:
		return "running";
	case SUPERVISOR_STOPPING:
		return "stopping";
	}
	return "?";
}

static const struct service *find_service(const struct supervisor *supervisor,
    const struct node *node)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if (supervisor->services[i].node == node)
			return &supervisor->services[i];
	}
	return NULL;
}

static void put_instance(struct json *json, const struct supervisor *supervisor,
    size_t i)
{
	const struct plan_instance *instance = &supervisor->options->plan->instances[i];
	const struct service *service = find_service(supervisor, instance->node);
	char text[MAC_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "name", instance->name);
	json_text(json, "kind", node_kind_name(instance->node->kind));
	json_text(json, "mac", mac_text(instance->mac, text));
	if (supervisor->addresses[i])
		json_text(json, "address", ipv4_text(supervisor->addresses[i], text));
	if (instance->port_name)
		json_text(json, "port", instance->port_name);
	if (instance->node->attach.switch_name)
		json_text(json, "attach", instance->node->attach.switch_name);
	if (service && service->pid) {
		json_int(json, "pid", service->pid);
		json_text(json, "program", service->is_ready ? "serves" : "starts");
	} else if (service && service->is_gone) {
		json_text(json, "program", "has ended");
	}
	json_object_end(json);
}

static void do_status(struct client *client, const json_t *command, json_int_t id)
{
	const struct supervisor *supervisor = client->supervisor;
	const struct plan *plan = supervisor->options->plan;
	auto_buf line = BUF_MAX(CHANNEL_QUEUE_MAX);
	struct json json = answer_begin(&line, id, NULL);

	(void)command;
	json_text(&json, "lab", plan->topology->name);
	json_text(&json, "file", plan->topology->path);
	json_text(&json, "out", supervisor->options->out->path);
	json_text(&json, "state", state_name(supervisor->state));
	json_int(&json, "up_ns", clock_monotonic() - supervisor->started);
	json_array_begin(&json, "nodes");
	for (size_t i = 0; supervisor->addresses && i < plan->n_instances; i++)
		put_instance(&json, supervisor, i);
	json_array_end(&json);
	json_object_end(&json);
	if (line.error)
		answer(client, id, "the lab is too large to be listed");
	else
		client_send(client, buf_str(&line));
}

static void do_stop(struct client *client, const json_t *command, json_int_t id)
{
	(void)command;
	answer(client, id, NULL);
	supervisor_stop(client->supervisor);
}

static void do_events(struct client *client, const json_t *command, json_int_t id)
{
	(void)command;
	client->wants_events = true;
	answer(client, id, NULL);
}

static int64_t find_instance(const struct client *client, const json_t *command,
    const char **ret_why)
{
	const char *name = json_string_value(json_object_get(command, "node"));
	int64_t i =
	    name ? plan_find(client->supervisor->options->plan, str_of(name)) : -1;

	if (i < 0)
		*ret_why = "no node has that name (cwmplab inspect lists them)";
	else if (!client->supervisor->fabric)
		*ret_why = "the lab is not built yet";
	return i;
}

/* The namespaces of a node, in the order of SUPERVISOR_FD_*. */
static void do_enter(struct client *client, const json_t *command, json_int_t id)
{
	static const char *const paths[SUPERVISOR_FDS] = {
		[SUPERVISOR_FD_PID] = "/proc/self/ns/pid",
		[SUPERVISOR_FD_MOUNT] = "/proc/self/ns/mnt",
		[SUPERVISOR_FD_USER] = "/proc/self/ns/user",
	};
	const char *why = NULL;
	int64_t i = find_instance(client, command, &why);
	int fds[SUPERVISOR_FDS];
	auto_buf line = BUF_NULL;
	struct json json;

	if (why) {
		answer(client, id, why);
		return;
	}
	json = answer_begin(&line, id, NULL);
	json_object_end(&json);
	fds[SUPERVISOR_FD_NET] = fabric_ns(client->supervisor->fabric, (size_t)i);
	for (size_t k = SUPERVISOR_FD_PID; k < SUPERVISOR_FDS; k++)
		fds[k] = open(paths[k], O_RDONLY | O_CLOEXEC);
	if (channel_send_fds(client->channel.fd, buf_str(&line), fds, SUPERVISOR_FDS) <
	    0)
		client->is_broken = true;
	for (size_t k = SUPERVISOR_FD_PID; k < SUPERVISOR_FDS; k++) {
		if (fds[k] >= 0)
			(void)close(fds[k]);
	}
}

static bool is_asked(const struct supervisor *supervisor, const struct service *service)
{
	LIST_FOREACH (item, &supervisor->clients) {
		if (list_entry(item, struct client, link)->asked == service)
			return true;
	}
	return false;
}

/* The agent's own status; one question at a time, so that the answer finds its way. */
static void do_agent(struct client *client, const json_t *command, json_int_t id)
{
	struct supervisor *supervisor = client->supervisor;
	const char *why = NULL;
	int64_t i = find_instance(client, command, &why);
	const struct plan *plan = supervisor->options->plan;
	struct service *service =
	    why ? NULL
		: (struct service *)(uintptr_t)find_service(supervisor,
		      plan->instances[i].node);

	if (!why && (!service || !service->is_agent || !service->pid))
		why = "that node runs no agent of ours";
	else if (!why && is_asked(supervisor, service))
		why = "somebody else is asking that agent: try again";
	else if (!why &&
		 service_send(service, STR("{\"id\":1,\"cmd\":\"status\"}")) < 0)
		why = "the agent does not listen any more";
	if (why) {
		answer(client, id, why);
		return;
	}
	client->asked = service;
	client->asked_id = id;
}

void clients_answer(struct supervisor *supervisor, const struct service *service,
    struct str status)
{
	LIST_FOREACH (item, &supervisor->clients) {
		struct client *client = list_entry(item, struct client, link);

		if (client->asked != service)
			continue;
		client->asked = NULL;
		client_send(client, status);
	}
}

static const struct command {
	const char *name;
	void (*run)(struct client *client, const json_t *command, json_int_t id);
} commands[] = {
	{ "status", do_status },
	{ "stop", do_stop },
	{ "events", do_events },
	{ "enter", do_enter },
	{ "agent", do_agent },
};

static void on_command(void *user, struct str line)
{
	struct client *client = user;
	json_t *command = json_loadb(line.p, line.len, 0, NULL);
	const char *name = json_string_value(json_object_get(command, "cmd"));
	json_int_t id = json_integer_value(json_object_get(command, "id"));
	bool is_known = false;

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		is_known = true;
		commands[i].run(client, command, id);
	}
	if (!is_known)
		answer(client, id, "no such command");
	json_decref(command);
}

/* ---- life ------------------------------------------------------------------------- */

static void on_ready(struct watch *watch, bool can_read, bool can_write)
{
	struct client *client = container_of(watch, struct client, watch);
	int r = 0;

	if (can_read)
		r = channel_read(&client->channel, on_command, client);
	if (r == 0 && can_write)
		r = channel_flush(&client->channel);
	if (r < 0 || client->is_broken)
		client_free(client);
	else
		watch_for_write(client->supervisor->loop, watch,
		    channel_is_waiting(&client->channel));
}

int client_add(struct supervisor *supervisor, int fd, bool wants_events,
    struct error *err)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "out of memory");
	}
	client->supervisor = supervisor;
	client->wants_events = wants_events;
	channel_open(&client->channel, fd);
	client->watch = (struct watch){ .fd = fd, .ready = on_ready };
	list_append(&supervisor->clients, &client->link);
	supervisor->n_clients++;
	return watch_start(supervisor->loop, &client->watch, err);
}

void client_accept(struct watch *listener, bool can_read ATTR_UNUSED,
    bool can_write ATTR_UNUSED)
{
	struct supervisor *supervisor =
	    container_of(listener, struct supervisor, listener);
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (supervisor->n_clients >= CLIENTS_MAX || !labsock_is_own(fd))
		(void)close(fd);
	else
		(void)client_add(supervisor, fd, false, NULL);
}

void clients_tell(struct supervisor *supervisor, struct str line)
{
	LIST_FOREACH (item, &supervisor->clients) {
		struct client *client = list_entry(item, struct client, link);

		if (client->wants_events)
			client_send(client, line);
	}
}

void clients_close(struct supervisor *supervisor)
{
	LIST_FOREACH_SAFE (item, &supervisor->clients) {
		struct client *client = list_entry(item, struct client, link);
		struct pollfd peer = { .fd = client->channel.fd, .events = POLLOUT };

		while (channel_is_waiting(&client->channel) &&
		       poll(&peer, 1, LAST_WORDS_MS) > 0 &&
		       channel_flush(&client->channel) == 0)
			;
		client_free(client);
	}
}
