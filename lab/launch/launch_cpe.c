/* The CPEs of a node: one process for all of them, which steps into the namespace of each
 * to open its sockets (agents/cpe/device/config.h). A managed switch is one of them, whose
 * interface is its bridge. */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/console/vty/cli_gate.h"

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

/* CPEs of a node that follow one another in the plan, and whose namespaces and MACs are
 * evenly spaced. */
struct cpe_run {
	size_t first; /* index in plan->instances */
	size_t len;
	int step; /* of the descriptors of their namespaces */
};

static uint64_t mac_number(const struct plan_instance *instance)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(instance->mac); i++)
		n = n << 8 | instance->mac[i];
	return n;
}

/* Whether the CPE behind the run goes on with it. */
static bool run_goes_on(const struct launch_context *context, const struct cpe_run *run)
{
	size_t at = run->first + run->len;
	const struct plan_instance *last = &context->plan->instances[at - 1];
	const struct plan_instance *next = last + 1;

	return at < context->plan->n_instances && next->node == last->node &&
	       next->i == last->i + 1 && mac_number(next) == mac_number(last) + 1 &&
	       fabric_ns(context->fabric, at) ==
		   fabric_ns(context->fabric, at - 1) + run->step;
}

static struct cpe_run find_run(const struct launch_context *context, size_t first)
{
	const struct plan_instance *instance = &context->plan->instances[first];
	struct cpe_run run = { first, 1, 1 };

	if (first + 1 < context->plan->n_instances &&
	    instance[1].node == instance->node)
		run.step = fabric_ns(context->fabric, first + 1) -
			   fabric_ns(context->fabric, first);
	while (run.step > 0 && run_goes_on(context, &run))
		run.len++;
	return run;
}

static void put_serials(struct json *json, const struct plan_instance *instance,
    size_t n)
{
	char text[SERIAL_TEXT_MAX];

	if (instance->node->cpe.serials.len == 0) {
		json_text(json, "serial",
		    node_serial(instance->node, instance->i, text));
		return;
	}
	json_array_begin(json, "serials");
	for (size_t i = 0; i < n; i++)
		json_text(json, NULL,
		    node_serial(instance->node, instance->i + i, text));
	json_array_end(json);
}

static void put_run(struct json *json, const struct launch_context *context,
    const struct cpe_run *run)
{
	const struct plan_instance *instance = &context->plan->instances[run->first];
	int netns = fabric_ns(context->fabric, run->first);
	char mac[MAC_TEXT_MAX], path[LAUNCH_PATH_MAX], address[IPV4_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "name", run->len > 1 ? instance->node->name : instance->name);
	json_uint(json, "count", run->len);
	json_uint(json, "first", instance->i);
	json_text(json, "netns", launch_netns(netns, path, sizeof(path)));
	json_uint(json, "netns-step", (uint64_t)MAX(run->step, 0));
	if (instance->node->kind == NODE_SWITCH) {
		json_text(json, "interface", "br0");
		json_bool(json, "bridge", true);
	} else {
		json_text(json, "interface", "eth0");
	}
	if (instance->node->cpe.ip != CPE_IP_V4)
		json_text(json, "ip",
		    instance->node->cpe.ip == CPE_IP_V6 ? "v6" : "dual");
	json_text(json, "mac", mac_text(instance->mac, mac));
	if (instance->node->address.address)
		json_text(json, "address",
		    ipv4_text(instance->node->address.address, address));
	if (instance->node->cpe.serials.len > 0 || instance->node->cpe.serial_base)
		put_serials(json, instance, run->len);
	json_object_end(json);
}

static void put_cpes(struct json *json, const struct launch_context *context,
    const struct node *node)
{
	const struct plan *plan = context->plan;

	json_array_begin(json, "cpes");
	for (size_t i = 0; i < plan->n_instances;) {
		struct cpe_run run = { i, 1, 0 };

		if (plan->instances[i].node == node) {
			run = find_run(context, i);
			put_run(json, context, &run);
		}
		i += run.len;
	}
	json_array_end(json);
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

enum {
	CALLS_PER_MINUTE =
	    100 /* that a CPE takes: people who play are not to be refused */
};

static void put_calls(struct json *json, const struct launch_context *context)
{
	char password[LAUNCH_CALL_PASSWORD_MAX];

	json_object_begin(json, "connection-requests");
	json_uint(json, "limit", CALLS_PER_MINUTE);
	launch_put_duration(json, "period", 60 * NS_PER_S);
	if (launch_call_password(context, password)) {
		json_text(json, "username", LAUNCH_CALL_USERNAME);
		json_text(json, "password", password);
	}
	json_object_end(json);
}

static void put_certificates(struct json *json, const struct launch_context *context,
    const struct node *node)
{
	char path[LAUNCH_PATH_MAX];

	if (node->cpe.certificate == CPE_CERTIFICATE_NONE)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s.pem", context->tls, node->name);
	json_text(json, "certificate", path);
	(void)snprintf(path, sizeof(path), "%s/%s.key", context->tls, node->name);
	json_text(json, "key", path);
}

static void put_users(struct json *json, const struct conf_list *users)
{
	const struct cli_user *items = users->items;

	if (users->len == 0)
		return;
	json_array_begin(json, "users");
	for (size_t i = 0; i < users->len; i++) {
		json_object_begin(json, NULL);
		json_text(json, "name", items[i].name);
		json_text(json, "password", items[i].password);
		json_uint(json, "level", items[i].level);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_telnet(struct json *json, const struct node_cpe *cpe)
{
	if (!cpe->console.telnet)
		return;
	json_bool(json, "telnet", true);
	json_uint(json, "port", cpe->console.port);
	json_text(json, "login", cpe_console_logins[cpe->console.login]);
	launch_put_text(json, "password", cpe->console.password);
	put_users(json, &cpe->console.users);
	launch_put_duration(json, "idle-timeout", cpe->console.idle);
}

static void put_console(struct json *json, const struct node_cpe *cpe)
{
	if (!cpe->console.is_on)
		return;
	json_object_begin(json, "console");
	json_text(json, "profile", cpe_console_profiles[cpe->console.profile]);
	json_text(json, "cwmp", cpe_console_states[cpe->console.cwmp]);
	launch_put_text(json, "sysname", cpe->console.sysname);
	put_telnet(json, cpe);
	json_object_end(json);
}

static void put_quirks(struct json *json, const struct conf_strings *names)
{
	if (names->len == 0)
		return;
	json_array_begin(json, "quirks");
	for (size_t i = 0; i < names->len; i++)
		json_text(json, NULL, names->items[i]);
	json_array_end(json);
}

int launch_cpe(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct node_cpe *cpe = &node->cpe;
	struct json json = json_writer(&launch->conf, 1);
	char path[LAUNCH_PATH_MAX];

	(void)err;
	launch_agent(launch, node, "cpe");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_text(&json, "model", cpe->model_path);
	put_quirks(&json, &cpe->quirks);
	json_uint(&json, "seed", context->seed + node->identity);
	json_bool(&json, "dhcp", node->address.address == 0);
	/* In the lab's own /run, which ends with the lab. */
	json_text(&json, "state", "/run/cpes");
	put_slot(&json, "acs", &cpe->acs);
	put_slot(&json, "default-acs", &cpe->default_acs);
	if (cpe->trust == TRUST_LAB)
		json_text(&json, "trust", launch_ca(context, path, sizeof(path)));
	put_certificates(&json, context, node);
	json_object_begin(&json, "tls");
	launch_put_versions(&json, &cpe->tls);
	json_object_end(&json);
	launch_put_keylog(&json, context);
	put_retry(&json, cpe);
	put_calls(&json, context);
	if (cpe->boot_spread)
		launch_put_duration(&json, "boot-spread", cpe->boot_spread);
	if (cpe->periodic_inform)
		launch_put_duration(&json, "periodic-inform", cpe->periodic_inform);
	put_console(&json, cpe);
	put_cpes(&json, context, node);
	json_object_end(&json);
	return 0;
}
