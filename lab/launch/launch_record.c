/* The recorder, at the ports that the topology names (agents/record/record.h). It opens them at
 * the switches, where frames pass as they are on the wire. */
#include "lab/launch/launch_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"

/* Bytes of a port. */
enum {
	RING_OF_A_NODE = 64 << 10,
	RING_OF_A_LAB = 4 << 20, /* at least */
	RING_MAX = 32 << 20,
};

static bool is_captured(const struct topology *topology, const struct node *node)
{
	for (size_t i = 0; i < topology->n_capture; i++) {
		if (topology->capture[i] == node)
			return true;
	}
	return false;
}

/* The kernel takes a block of 256 KB for each 10 ms in which a frame came, so that a ring of
 * 4 MB lasts for 160 ms in which the recorder does not run. The more nodes are started, the
 * longer a busy machine may leave it waiting. */
static uint64_t ring_for(const struct plan *plan)
{
	uint64_t ring = (uint64_t)plan->n_instances * RING_OF_A_NODE;

	return MIN(MAX(ring, RING_OF_A_LAB), RING_MAX);
}

static void put_port(struct json *json, const struct launch_context *context,
    const char *name, const struct plan_port *port)
{
	char path[LAUNCH_PATH_MAX];

	if (context->leaves && context->leaves(context->user, port->ns, port->ifindex))
		return;
	json_object_begin(json, NULL);
	json_text(json, "name", name);
	json_text(json, "netns",
	    launch_netns(fabric_ns(context->fabric, port->ns), path, sizeof(path)));
	json_text(json, "interface", port->name);
	json_object_end(json);
}

/* The further cables of a router are "r1:eth1" and so on. */
static void put_instance(struct json *json, const struct launch_context *context,
    const struct plan_instance *instance)
{
	char name[INSTANCE_NAME_MAX + 16];

	put_port(json, context, instance->name, &instance->port);
	for (size_t i = 1; instance->ports && i < instance->node->n_ports; i++) {
		const struct node_port *port = &instance->node->ports[i];

		if (!port->is_first)
			continue;
		(void)snprintf(name, sizeof(name), "%s:eth%u", instance->name,
		    (unsigned)port->cable);
		put_port(json, context, name, &instance->ports[i]);
	}
}

int launch_recorder(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct plan *plan = context->plan;
	struct json json = json_writer(&launch->conf, 1);
	char path[LAUNCH_PATH_MAX];

	(void)err;
	if (!context->captures)
		return 0;
	launch_agent(launch, node, "record");
	(void)snprintf(path, sizeof(path), "%s/capture.pcapng", context->out);
	json_object_begin(&json, NULL);
	json_text(&json, "node", "recorder");
	json_text(&json, "file", path);
	launch_put_keylog(&json, context);
	json_uint(&json, "ring", ring_for(plan));
	json_array_begin(&json, "ports");
	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct node *at = plan->instances[i].node;

		if (is_captured(plan->topology, at))
			put_instance(&json, context, &plan->instances[i]);
	}
	json_array_end(&json);
	json_object_end(&json);
	return 0;
}
