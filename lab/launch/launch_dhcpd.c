/* The built-in DHCP server (agents/dhcp/config.h). */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/text.h"

static void put_acs(struct json *json, const struct pool_acs *acs)
{
	static const char *const formats[] = {
		[ACS_FORMAT_COMWARE] = "comware",
		[ACS_FORMAT_TR069] = "tr069",
	};

	if (!acs->is_set)
		return;
	json_object_begin(json, "acs");
	if (acs->hex) {
		json_text(json, "hex", acs->hex);
	} else {
		json_text(json, "format", formats[acs->format]);
		launch_put_text(json, "url", acs->url);
		launch_put_text(json, "username", acs->username);
		launch_put_text(json, "password", acs->password);
		launch_put_text(json, "provisioning-code", acs->provisioning_code);
		launch_put_text(json, "service-provider", acs->service_provider);
		if (acs->retry_min_wait)
			launch_put_duration(json, "retry-min-wait",
			    acs->retry_min_wait);
		if (acs->retry_multiplier)
			json_uint(json, "retry-multiplier", acs->retry_multiplier);
	}
	json_bool(json, "always", acs->always);
	json_object_end(json);
}

static void put_reservations(struct json *json, const struct conf_list *list)
{
	const struct pool_reservation *reserved = list->items;
	char text[MAC_TEXT_MAX];

	json_array_begin(json, "reservations");
	for (size_t i = 0; i < list->len; i++) {
		json_object_begin(json, NULL);
		json_text(json, "mac", mac_text(reserved[i].mac, text));
		json_text(json, "address", ipv4_text(reserved[i].address, text));
		launch_put_text(json, "name", reserved[i].name);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_who(struct json *json, const struct pool_who *who)
{
	if (!who->circuit_id && !who->remote_id && !who->vendor_class)
		return;
	json_object_begin(json, "for");
	launch_put_text(json, "circuit-id", who->circuit_id);
	launch_put_text(json, "remote-id", who->remote_id);
	launch_put_text(json, "vendor-class", who->vendor_class);
	json_object_end(json);
}

static void put_net(struct json *json, const char *key, const struct conf_ipv4_net *net)
{
	char ip[IPV4_TEXT_MAX], text[IPV4_TEXT_MAX + 4];

	(void)snprintf(text, sizeof(text), "%s/%u", ipv4_text(net->address, ip),
	    net->prefix);
	json_text(json, key, text);
}

static void put_pool(struct json *json, const struct node *node,
    const struct dhcp_pool *pool)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];
	char range[2 * IPV4_TEXT_MAX];

	(void)snprintf(range, sizeof(range), "%s-%s",
	    ipv4_text(pool->range.first, first), ipv4_text(pool->range.last, last));
	json_object_begin(json, NULL);
	json_text(json, "range", range);
	if (!conf_ipv4_net_is_same(&pool->subnet, &node->address))
		put_net(json, "subnet", &pool->subnet);
	put_who(json, &pool->who);
	json_array_begin(json, "dns");
	for (size_t i = 0; i < pool->dns.len; i++)
		json_text(json, NULL, ipv4_text(pool->dns_addresses[i], first));
	json_array_end(json);
	if (pool->router)
		json_text(json, "router", ipv4_text(pool->router, first));
	launch_put_text(json, "domain", pool->domain);
	launch_put_duration(json, "lease", pool->lease);
	if (pool->t1)
		launch_put_duration(json, "t1", pool->t1);
	if (pool->t2)
		launch_put_duration(json, "t2", pool->t2);
	put_acs(json, &pool->acs);
	put_reservations(json, &pool->reservations);
	json_object_end(json);
}

int launch_dhcpd(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;
	struct json json = json_writer(&launch->conf, 1);

	(void)context;
	(void)err;
	launch_agent(launch, node, "dhcpd");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_text(&json, "interface", "eth0");
	put_net(&json, "address", &node->address);
	json_array_begin(&json, "pools");
	for (size_t i = 0; i < node->dhcp.pools.len; i++)
		put_pool(&json, node, &pools[i]);
	json_array_end(&json);
	json_object_end(&json);
	return 0;
}
