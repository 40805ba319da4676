/* The CPEs of a node: one process for all of them, which steps into the namespace of each
 * to open its sockets (agents/cpe/device/config.h). */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/text.h"

static void put_slot(struct json *json, const char *key, const struct cpe_acs *slot)
{
	if (!slot->url)
		return;
	json_object_begin(json, key);
	json_text(json, "url", slot->url);
	launch_put_text(json, "username", slot->username);
	launch_put_text(json, "password", slot->password);
	json_object_end(json);
}

static void put_cpe(struct json *json, const struct launch_context *context, size_t i)
{
	const struct plan_instance *instance = &context->plan->instances[i];
	char text[SERIAL_TEXT_MAX], mac[MAC_TEXT_MAX];
	char path[LAUNCH_PATH_MAX];

	json_object_begin(json, NULL);
	json_text(json, "name", instance->name);
	json_text(json, "netns",
	    launch_netns(fabric_ns(context->fabric, i), path, sizeof(path)));
	json_text(json, "interface", "eth0");
	json_text(json, "mac", mac_text(instance->mac, mac));
	json_text(json, "serial", node_serial(instance->node, instance->i, text));
	json_object_end(json);
}

static void put_retry(struct json *json, const struct node_cpe *cpe)
{
	json_object_begin(json, "retry");
	if (cpe->retry_min_wait)
		launch_put_duration(json, "min-wait", cpe->retry_min_wait);
	if (cpe->retry_multiplier)
		json_uint(json, "multiplier", cpe->retry_multiplier);
	if (cpe->retry_limit)
		json_uint(json, "limit", cpe->retry_limit);
	json_object_end(json);
}

int launch_cpe(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct plan *plan = context->plan;
	const struct node_cpe *cpe = &node->cpe;
	struct json json = json_writer(&launch->conf, 1);
	char path[LAUNCH_PATH_MAX];

	(void)err;
	launch_agent(launch, node, "cpe");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_text(&json, "model", cpe->model_path);
	json_uint(&json, "seed", context->seed + node->number);
	json_bool(&json, "dhcp", true);
	put_slot(&json, "acs", &cpe->acs);
	put_slot(&json, "default-acs", &cpe->default_acs);
	if (cpe->trust == TRUST_LAB)
		json_text(&json, "trust", launch_ca(context, path, sizeof(path)));
	launch_put_tls(&json, &cpe->tls);
	launch_put_keylog(&json, context);
	put_retry(&json, cpe);
	if (cpe->boot_spread)
		launch_put_duration(&json, "boot-spread", cpe->boot_spread);
	if (cpe->periodic_inform)
		launch_put_duration(&json, "periodic-inform", cpe->periodic_inform);
	json_array_begin(&json, "cpes");
	for (size_t i = 0; i < plan->n_instances; i++) {
		if (plan->instances[i].node == node)
			put_cpe(&json, context, i);
	}
	json_array_end(&json);
	json_object_end(&json);
	return 0;
}
