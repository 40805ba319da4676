/* What clients may ask a supervisor for. */
#include "lab/supervisor/supervisor_internal.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static struct supervisor *supervisor_of(const void *user)
{
	const struct client *client = user;

	return client->user;
}

/* ---- the lab ------------------------------------------------------------------------ */

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

/* The other switches that it is linked to. */
static void put_links(struct json *json, const struct node_switch *sw)
{
	if (sw->n_links == 0)
		return;
	json_array_begin(json, "links");
	for (size_t i = 0; i < sw->n_links; i++)
		json_text(json, NULL, sw->links[i].switch_name);
	json_array_end(json);
}

static void put_addresses(struct json *json, uint32_t address,
    const uint8_t address6[16])
{
	char text[IPV6_TEXT_MAX];

	if (address)
		json_text(json, "address", ipv4_text(address, text));
	if (ipv6_is_set(address6))
		json_text(json, "address6", ipv6_text(address6, text));
}

/* All of a router's: the first is "attach", "port" and "address", too, and the switches of the
 * others are "links". */
static void put_ports(struct json *json, const struct plan_instance *instance)
{
	const struct node_port *ports = instance->node->ports;
	const struct node *node = instance->node;
	char name[PORT_NAME_MAX];

	json_array_begin(json, "links");
	for (size_t i = 1; i < node->n_ports; i++) {
		if (ports[i].is_first)
			json_text(json, NULL, ports[i].attach.switch_name);
	}
	json_array_end(json);
	json_array_begin(json, "ports");
	for (size_t i = 0; i < node->n_ports; i++) {
		json_object_begin(json, NULL);
		json_text(json, "interface", node_port_name(node, i, name));
		json_text(json, "attach", ports[i].attach.switch_name);
		json_text(json, "port", instance->ports[i].name);
		put_addresses(json, ports[i].address.address,
		    ports[i].address6.address);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_instance(struct json *json, const struct supervisor *supervisor,
    size_t i)
{
	const struct plan_instance *instance = &supervisor->options->plan->instances[i];
	const struct service *service =
	    supervisor_service((struct supervisor *)(uintptr_t)supervisor,
		instance->node);
	char text[MAC_TEXT_MAX], serial[SERIAL_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "name", instance->name);
	json_text(json, "kind", node_kind_name(instance->node->kind));
	json_text(json, "mac", mac_text(instance->mac, text));
	if (node_is_cpe(instance->node))
		json_text(json, "serial",
		    node_serial(instance->node, instance->i, serial));
	put_addresses(json, supervisor->addresses[i], supervisor->addresses6[i]);
	if (instance->port.name)
		json_text(json, "port", instance->port.name);
	if (instance->node->attach.switch_name)
		json_text(json, "attach", instance->node->attach.switch_name);
	if (instance->ports)
		put_ports(json, instance);
	if (instance->node->kind == NODE_SWITCH)
		put_links(json, &instance->node->sw);
	/* A host without a command is ready at once, and has none. */
	if (service && (service->pid || service->is_gone || !service->is_ready))
		json_text(json, "log", service->name);
	if (service && service->pid) {
		json_int(json, "pid", service->pid);
		json_text(json, "program", service->is_ready ? "serves" : "starts");
	} else if (service && service->is_gone) {
		json_text(json, "program",
		    service->is_stopping ? "is stopped" : "has ended");
	} else if (service && !service->is_ready) {
		json_text(json, "program", "waits");
	}
	json_object_end(json);
}

static bool is_recorded(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		const struct service *service = supervisor->services[i];

		if (service->stage == STAGE_RECORDER && service->pid != 0)
			return true;
	}
	return false;
}

/* One that was started again may serve by now, and cannot tell so. */
static void probe(struct supervisor *supervisor, size_t i)
{
	struct service *service = supervisor_service(supervisor,
	    supervisor->options->plan->instances[i].node);

	if (service)
		service_probe(service);
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct supervisor *supervisor = supervisor_of(user);
	const struct plan *plan = supervisor->options->plan;
	struct json *json = answer->json;
	size_t n = supervisor->addresses ? plan->n_instances : 0;

	(void)err;
	if (answer->n_pages == 0) {
		json_text(json, "lab", plan->topology->name);
		json_text(json, "file", plan->topology->path);
		json_text(json, "out", supervisor->options->out->path);
		json_text(json, "state", state_name(supervisor->state));
		json_bool(json, "recorded", is_recorded(supervisor));
		json_int(json, "up_ns", clock_monotonic() - supervisor->started);
	}
	json_array_begin(json, "nodes");
	for (; answer->at < n && !answer_is_full(answer); answer->at++) {
		probe(supervisor, answer->at);
		put_instance(json, supervisor, answer->at);
	}
	json_array_end(json);
	return answer->at < n ? ANSWER_MORE : ANSWER_WHOLE;
}

static const struct conf_row node_rows[] = {
	{ .key = "node",
	    .type = CONF_STR,
	    .offset = offsetof(struct supervisor_node_arguments, node),
	    .is_required = true,
	    .help = "its name" },
	{ NULL },
};

static const struct conf_row agent_rows[] = {
	{ .key = "node",
	    .type = CONF_STR,
	    .offset = offsetof(struct supervisor_node_arguments, node),
	    .is_required = true,
	    .help = "its name" },
	{ .key = "command",
	    .type = CONF_NODE,
	    .offset = offsetof(struct supervisor_node_arguments, command),
	    .help =
		"what the agent is asked, as it takes it; its status where absent" },
	{ NULL },
};

/* Of one alone: "cpe" stands for none of cpe-1, cpe-2. */
static int64_t find_instance(const struct supervisor *supervisor,
    const struct answer *answer, struct error *err)
{
	const struct supervisor_node_arguments *arguments = answer->arguments;
	const struct plan *plan = supervisor->options->plan;
	int64_t i = supervisor_find(supervisor, arguments->node, err);

	if (i >= 0 && strcmp(plan->instances[i].name, arguments->node) != 0)
		return error_set(err, ERR_USAGE, "%s are several: say which, as %s",
		    arguments->node, plan->instances[i].name);
	return i;
}

static int64_t find_any(const struct supervisor *supervisor,
    const struct answer *answer, struct error *err)
{
	const struct supervisor_node_arguments *arguments = answer->arguments;

	return supervisor_find(supervisor, arguments->node, err);
}

static int page_node(void *user, struct answer *answer, struct error *err)
{
	struct supervisor *supervisor = supervisor_of(user);
	int64_t i = find_any(supervisor, answer, err);

	if (i < 0)
		return (int)i;
	probe(supervisor, (size_t)i);
	json_array_begin(answer->json, "nodes");
	put_instance(answer->json, supervisor, (size_t)i);
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

static int page_nothing(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)answer;
	(void)err;
	return ANSWER_WHOLE;
}

static void end_stop(void *user, struct answer *answer)
{
	(void)answer;
	supervisor_stop(supervisor_of(user));
}

static void end_events(void *user, struct answer *answer)
{
	struct client *client = user;

	(void)answer;
	client->wants_events = true;
}

/* The namespaces of a node, in the order of SUPERVISOR_FD_*, go with the answer. */
static int page_enter(void *user, struct answer *answer, struct error *err)
{
	static const char *const paths[SUPERVISOR_FDS] = {
		[SUPERVISOR_FD_PID] = "/proc/self/ns/pid",
		[SUPERVISOR_FD_MOUNT] = "/proc/self/ns/mnt",
		[SUPERVISOR_FD_USER] = "/proc/self/ns/user",
	};
	struct client *client = user;
	int64_t i = find_instance(supervisor_of(user), answer, err);
	int fds[SUPERVISOR_FDS];
	int r = 0;

	if (i < 0)
		return (int)i;
	fds[SUPERVISOR_FD_NET] = fabric_ns(supervisor_of(user)->fabric, (size_t)i);
	if (fds[SUPERVISOR_FD_NET] < 0)
		return error_set(err, ERR_MACHINE,
		    "it is not built: the change of the lab that was to do so has failed");
	for (size_t k = SUPERVISOR_FD_PID; k < SUPERVISOR_FDS; k++) {
		fds[k] = open(paths[k], O_RDONLY | O_CLOEXEC);
		if (fds[k] < 0)
			r = error_set(err, -errno, "%s: %s", paths[k],
			    error_name(-errno));
	}
	if (r == 0)
		r = channel_attach(&client->channel, fds, SUPERVISOR_FDS);
	if (r < 0 && !err->code)
		(void)error_set(err, r, "descriptors of the node: %s", error_name(r));
	for (size_t k = SUPERVISOR_FD_PID; k < SUPERVISOR_FDS; k++) {
		if (fds[k] >= 0)
			(void)close(fds[k]);
	}
	return r < 0 ? r : ANSWER_WHOLE;
}

const struct command supervisor_commands[] = {
	{ .name = "status", .help = "the lab and its nodes", .page = page_status },
	{ .name = "stop",
	    .help = "ends the lab in order",
	    .page = page_nothing,
	    .end = end_stop },
	{ .name = "events",
	    .help = "passes all events on from here",
	    .page = page_nothing,
	    .end = end_events },
	{ .name = "node",
	    .help = "one of its nodes",
	    .rows = node_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = page_node },
	{ .name = "stop-node",
	    .help = "ends the program of a node",
	    .rows = node_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = supervisor_page_stop_node },
	{ .name = "kill-node",
	    .help = "the same by SIGKILL",
	    .rows = node_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = supervisor_page_kill_node },
	{ .name = "start-node",
	    .help = "starts the program of a node again",
	    .rows = node_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = supervisor_page_start_node },
	{ .name = "enter",
	    .help = "descriptors of a node's namespaces",
	    .rows = node_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = page_enter },
	{ .name = "agent",
	    .help = "what the agent of a node says of itself, or answers to a command",
	    .rows = agent_rows,
	    .size = sizeof(struct supervisor_node_arguments),
	    .page = supervisor_page_agent,
	    .end = supervisor_end_agent },
	{ .name = "apply",
	    .help = "makes the lab what a file says",
	    .rows = supervisor_apply_rows,
	    .size = sizeof(struct supervisor_apply_arguments),
	    .page = supervisor_page_apply,
	    .end = supervisor_end_apply },
	{ NULL },
};
